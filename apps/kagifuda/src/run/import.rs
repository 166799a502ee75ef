// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bringing in tokens and passkeys: read the file, show what would happen to every entry, ask, then do all of it or
//! nothing. A picture becomes the text of its QR codes first; the rest is the agent's.

use std::io::Read as _;
use std::path::Path;

use kagifuda_linux::clipboard::Clipboard;
use kagifuda_linux::screenshot;
use kagifuda_secret::SecretBytes;
use zeroize::Zeroizing;

use super::json as shape;
use super::session::Session;
use crate::agent::failure::Failure;
use crate::agent::protocol::{
    Hidden, ImportOutcome, ImportReport, Kind, MAX_FRAME_BYTES, Refusal, Reply, Request,
};
use crate::commands::resolve::Picture;
use crate::fault::Fault;
use crate::qr::{PictureError, read_picture};
use crate::say;
use crate::term::{Grid, Screen};

/// The most that is read. Pictures may be larger than what is sent of them.
const MOST_BYTES: u64 = 4 * MAX_FRAME_BYTES as u64 + 1;

/// How an import goes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// Only show what would happen.
    pub(super) dry_run: bool,
    /// Show it as JSON.
    pub(super) json: bool,
}

/// Imports a file or a picture.
pub(super) fn import(s: &mut Session<'_>, file: &Path, manner: Manner) -> Result<(), Fault> {
    let content = read(file)?;
    if has_log(&content) {
        let told = say!(s.texts, "import-log-beside", file = file.display().to_string());
        s.tell(&told);
    }
    either(s, &content, file, manner)
}

/// Tells whether a database's last changes may be in a file beside it (SQLite's file format, section 1.3.3).
fn has_log(content: &[u8]) -> bool {
    content.starts_with(b"SQLite format 3\0") && content.get(18..20) == Some(&[2, 2])
}

/// Imports what a picture shows; text on the clipboard, too.
pub(super) fn scan(s: &mut Session<'_>, picture: Picture, manner: Manner) -> Result<(), Fault> {
    match picture {
        Picture::File(file) => shown(s, &read(&file)?, &file, manner),
        Picture::Clipboard => {
            let held = Clipboard::find()?.paste(MOST_BYTES)?;
            either(s, &held, Path::new(&say!(s.texts, "import-clipboard")), manner)
        }
        Picture::Screen => {
            let told = say!(s.texts, "import-screen-how");
            s.tell(&told);
            let taken = screenshot::take(MOST_BYTES)?;
            shown(s, &taken, Path::new(&say!(s.texts, "import-screen")), manner)
        }
    }
}

/// Imports a picture or whatever else it is.
fn either(s: &mut Session<'_>, content: &[u8], from: &Path, manner: Manner) -> Result<(), Fault> {
    if looks_like_a_picture(content) {
        return shown(s, content, from, manner);
    }
    bytes(s, SecretBytes::from(content), manner)
}

/// Imports the codes on a picture.
fn shown(s: &mut Session<'_>, picture: &[u8], from: &Path, manner: Manner) -> Result<(), Fault> {
    let payloads = read_picture(picture).map_err(|error| unread_picture(error, from))?;
    let mut lines = Zeroizing::new(String::with_capacity(64 * 1024));
    for payload in &payloads {
        lines.push_str(payload.expose());
        lines.push('\n');
    }
    bytes(s, SecretBytes::from(lines.as_bytes()), manner)
}

/// Imports what was read, through preview and question.
pub(super) fn bytes(
    s: &mut Session<'_>,
    content: SecretBytes,
    manner: Manner,
) -> Result<(), Fault> {
    let report = preview(s, &content)?;
    let count = |wanted: fn(&ImportOutcome) -> bool| {
        report.lines.iter().filter(|line| wanted(&line.outcome)).count()
    };
    let new = count(|outcome| matches!(outcome, ImportOutcome::Imported));
    let same = count(|outcome| matches!(outcome, ImportOutcome::SameAsExisting { .. }));
    let refused = count(|outcome| matches!(outcome, ImportOutcome::Refused { .. }));
    if manner.json {
        s.print(&shape::page(shape::import(&report)))?;
    } else {
        let listing = listing(s, &report);
        s.print(&listing)?;
    }
    if !report.missing_parts.is_empty() {
        let parts: Vec<String> = report.missing_parts.iter().map(ToString::to_string).collect();
        let told = say!(s.texts, "import-missing-parts", parts = parts.join(", "));
        s.tell(&told);
    }
    let told = say!(s.texts, "import-summary", new = new, same = same, refused = refused);
    s.tell(&told);
    let Some(ticket) = report.ticket.filter(|_| !manner.dry_run) else { return Ok(()) };
    let question = say!(s.texts, "import-question", new = new);
    s.confirm(&question)?;
    match s.ask(&Request::ImportCommit { ticket })? {
        Reply::Imported { added, .. } => {
            let told = say!(s.texts, "import-done", new = added);
            s.tell(&told);
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

fn preview(s: &mut Session<'_>, content: &SecretBytes) -> Result<ImportReport, Fault> {
    let mut password = None;
    loop {
        let asked = password.is_some();
        let bytes = Hidden(content.duplicate());
        let request = Request::ImportPreview { bytes, password };
        match s.ask(&request) {
            Ok(Reply::Import(report)) => return Ok(report),
            Ok(_) => return Err(Fault::Internal),
            Err(Fault::Agent(Failure::NeedsPassword)) if !asked => {}
            Err(Fault::Agent(Failure::WrongPassword)) if s.person.is_present() => {
                let told = say!(s.texts, "ask-file-password-again");
                s.tell(&told);
            }
            Err(fault) => return Err(fault),
        }
        let prompt = say!(s.texts, "ask-file-password");
        let given = s.person.secret(&prompt)?;
        if given.expose().is_empty() {
            return Err(Fault::NothingEntered);
        }
        password = Some(given);
    }
}

fn listing(s: &Session<'_>, report: &ImportReport) -> String {
    let mut grid = Grid::new()
        .shrinking(say!(s.texts, "import-head-issuer"))
        .shrinking(say!(s.texts, "import-head-account"))
        .shrinking(say!(s.texts, "import-head-outcome"));
    for line in &report.lines {
        let mut outcome = match &line.outcome {
            ImportOutcome::Imported => match line.kind {
                Some(Kind::Service) => say!(s.texts, "import-new-service"),
                Some(Kind::Note) => say!(s.texts, "import-new-note"),
                _ => say!(s.texts, "import-new"),
            },
            ImportOutcome::SameAsExisting { .. } => say!(s.texts, "import-same"),
            ImportOutcome::Refused { why } => {
                let reason = s.texts.get(&format!("import-refused-{}", word(why)));
                say!(s.texts, "import-refused", why = reason)
            }
        };
        for note in &line.notes {
            if let Some(note) = s.texts.find(&format!("import-note-{note}")) {
                outcome.push_str(&say!(s.texts, "import-note", note = note));
            }
        }
        grid.row([line.issuer.clone(), line.account.clone(), outcome]);
    }
    // The reasons are what the holder needs to read, so they are never cut on a wide page.
    let screen = match s.screen.columns {
        Some(columns) if columns >= 60 => s.screen,
        Some(_) => Screen { columns: Some(60), ..s.screen },
        None => s.screen,
    };
    grid.render(screen)
}

/// The short name of a refusal, the same in every language.
pub(super) const fn word(why: &Refusal) -> &'static str {
    match why {
        Refusal::NoSecret => "no-secret",
        Refusal::BadSecret => "bad-secret",
        Refusal::UnknownType { .. } => "unknown-type",
        Refusal::UnknownAlgorithm { .. } => "unknown-algorithm",
        Refusal::BadDigits => "bad-digits",
        Refusal::BadPeriod => "bad-period",
        Refusal::BadCounter => "bad-counter",
        Refusal::NotAToken => "not-a-token",
        Refusal::Broken => "broken",
        Refusal::NotKept => "not-kept",
        Refusal::AppBound => "app-bound",
    }
}

/// The bytes of a file or of standard input; no more than the agent could be sent.
pub(super) fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let unread = |error| Fault::Unread { path: file.to_owned(), error };
    let mut content = Zeroizing::new(Vec::with_capacity(256 * 1024));
    if file == Path::new("-") {
        std::io::stdin().take(MOST_BYTES).read_to_end(&mut content).map_err(unread)?;
    } else {
        let opened = std::fs::File::open(file).map_err(unread)?;
        opened.take(MOST_BYTES).read_to_end(&mut content).map_err(unread)?;
    }
    Ok(content)
}

/// PNG and JPEG, by how they begin.
fn looks_like_a_picture(content: &[u8]) -> bool {
    content.starts_with(b"\x89PNG") || content.starts_with(b"\xff\xd8\xff")
}

pub(super) fn unread_picture(error: PictureError, file: &Path) -> Fault {
    let path = file.to_owned();
    match error {
        PictureError::NoCode => Fault::NoQrCode { path },
        PictureError::Unreadable => Fault::UnreadableQrCode { path },
        PictureError::FileTooLarge | PictureError::BadSize { .. } => {
            Fault::PictureTooLarge { path }
        }
        _ => Fault::NotAPicture { path },
    }
}

#[cfg(test)]
pub(super) fn computed_ids() -> Vec<String> {
    let refusals = [
        Refusal::NoSecret,
        Refusal::BadSecret,
        Refusal::UnknownType { found: String::new() },
        Refusal::UnknownAlgorithm { found: String::new() },
        Refusal::BadDigits,
        Refusal::BadPeriod,
        Refusal::BadCounter,
        Refusal::NotAToken,
        Refusal::Broken,
        Refusal::NotKept,
        Refusal::AppBound,
    ];
    let mut ids: Vec<String> =
        refusals.iter().map(|why| format!("import-refused-{}", word(why))).collect();
    ids.extend(crate::agent::IMPORT_NOTES.iter().map(|note| format!("import-note-{note}")));
    ids
}
