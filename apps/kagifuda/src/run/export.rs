// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking tokens and passkeys out, so that a second place has them: files that are 0600 and never overwrite, and QR
//! codes on the terminal. Plain text asks first.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use kagifuda_secret::SecretText;

use super::asking::new_passphrase;
use super::session::Session;
use crate::agent::fields::Kind;
use crate::agent::protocol::{
    ExportFormat, ExportLoss, ItemId, LossExtent, Protection, Reply, Request,
};
use crate::commands::resolve::{ExportJob, Protect};
use crate::fault::Fault;
use crate::qr::{Code, Ground};
use crate::say;
use crate::term::width::harmless;

/// Exports tokens, or passkeys in the format for those.
pub(super) fn export(s: &mut Session<'_>, job: &ExportJob) -> Result<(), Fault> {
    let is_stdout = job.file == Path::new("-");
    if !is_stdout && job.file.symlink_metadata().is_ok() {
        return Err(Fault::FileExists { path: job.file.clone() });
    }
    let kind = match job.format {
        ExportFormat::Cxf => Kind::Passkey,
        _ => Kind::Token,
    };
    let ids = match job.query.as_str() {
        "" => Vec::new(),
        query => {
            let lines = s.items(kind, query)?;
            if lines.is_empty() {
                return Err(Fault::NotFound { query: query.to_owned() });
            }
            lines.iter().map(|line| line.id).collect::<Vec<ItemId>>()
        }
    };
    if job.protect == Protect::Plain {
        let question = match kind {
            Kind::Passkey => say!(s.texts, "export-plain-passkeys-question"),
            _ => say!(s.texts, "export-plain-question"),
        };
        s.confirm(&question)?;
    }
    let protection = protection(s, &job.protect)?;
    let request = Request::Export { format: job.format, ids, protection };
    let (parts, items, losses) = match s.ask(&request)? {
        Reply::Exported { parts, items, losses } => (parts, items, losses),
        _ => return Err(Fault::Internal),
    };
    let is_text = matches!(job.format, ExportFormat::Google | ExportFormat::Otpauth);
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.expose()).collect();
    if job.format == ExportFormat::Google && job.protect == Protect::Plain {
        if is_stdout && s.screen.columns.is_some() {
            for part in &parts {
                draw(s, &text_of(part)?)?;
            }
        } else if job.file.extension().is_some_and(|ending| ending == "png") {
            pictures(&parts, &job.file)?;
        } else {
            write(s, &parts, &job.file, true)?;
        }
    } else {
        write(s, &parts, &job.file, is_text && job.protect == Protect::Plain)?;
    }
    let told = match kind {
        Kind::Passkey => say!(s.texts, "export-passkeys-done", count = items),
        _ => say!(s.texts, "export-done", count = items),
    };
    s.tell(&told);
    tell_losses(s, &losses, kind);
    Ok(())
}

/// Names the items that did not travel whole, the worst first.
pub(super) fn tell_losses(s: &mut Session<'_>, losses: &[ExportLoss], kind: Kind) {
    for extent in
        [LossExtent::LeftOut, LossExtent::Misread, LossExtent::Without, LossExtent::Unread]
    {
        let of_extent = losses.iter().filter(|loss| loss.extent == extent);
        let names: String =
            of_extent.clone().map(|loss| format!("\n  {}", harmless(&loss.title))).collect();
        let count = of_extent.count();
        if count == 0 {
            continue;
        }
        let told = match extent {
            LossExtent::LeftOut if kind == Kind::Passkey => {
                say!(s.texts, "export-passkeys-left-out", count = count)
            }
            LossExtent::Without if kind == Kind::Passkey => {
                say!(s.texts, "export-passkeys-without", count = count)
            }
            LossExtent::Unread => say!(s.texts, "export-passkeys-unread", count = count),
            LossExtent::LeftOut => say!(s.texts, "export-left-out", count = count),
            LossExtent::Misread => say!(s.texts, "export-misread", count = count),
            LossExtent::Without => say!(s.texts, "export-without", count = count),
        };
        s.tell(&format!("{told}{names}"));
    }
}

fn protection(s: &mut Session<'_>, protect: &Protect) -> Result<Protection, Fault> {
    Ok(match protect {
        Protect::Plain => Protection::None,
        Protect::Recipient(recipient) => Protection::AgeRecipient(recipient.clone()),
        Protect::Own => {
            let prompt = say!(s.texts, "ask-export-password");
            Protection::Password(new_passphrase(s, &prompt)?)
        }
        Protect::Age => {
            let prompt = say!(s.texts, "ask-age-passphrase");
            Protection::AgePassphrase(new_passphrase(s, &prompt)?)
        }
    })
}

/// Shows a token as a QR code.
pub(super) fn qr(s: &mut Session<'_>, query: &str) -> Result<(), Fault> {
    let line = s.pick(Kind::Token, query)?;
    match s.ask(&Request::Uri { id: line.id })? {
        Reply::Secret(uri) => {
            draw(s, &uri.0)?;
            let told = say!(s.texts, "export-qr-shown", name = super::items::title(&line));
            s.tell(&told);
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

/// Draws a QR code, dark on white whatever the terminal's colours are where it takes any.
pub(super) fn draw(s: &mut Session<'_>, payload: &SecretText) -> Result<(), Fault> {
    let code = Code::of(payload).map_err(|_| Fault::QrTooLarge)?;
    if s.screen.columns.is_some_and(|columns| columns < code.columns()) {
        return Err(Fault::TerminalTooNarrow { columns: code.columns() });
    }
    if !s.screen.is_coloured {
        return s.print(code.text(Ground::Dark).expose());
    }
    for line in code.text(Ground::Light).expose().lines() {
        s.print(&format!("\x1b[38;5;16;48;5;231m{line}\x1b[0m\n"))?;
    }
    Ok(())
}

pub(super) fn text_of(bytes: &[u8]) -> Result<SecretText, Fault> {
    std::str::from_utf8(bytes).map(SecretText::from).map_err(|_| Fault::Internal)
}

/// One picture per part: `name.png`, or `name-1.png` and so on.
fn pictures(parts: &[&[u8]], file: &Path) -> Result<(), Fault> {
    for (index, part) in parts.iter().enumerate() {
        let path = if parts.len() == 1 { file.to_owned() } else { numbered(file, index + 1) };
        let code = Code::of(&text_of(part)?).map_err(|_| Fault::QrTooLarge)?;
        create(&path, &[code.png().expose()])?;
    }
    Ok(())
}

fn numbered(file: &Path, number: usize) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{number}.png"))
}

fn write(s: &mut Session<'_>, parts: &[&[u8]], file: &Path, ends_lines: bool) -> Result<(), Fault> {
    let mut pieces: Vec<&[u8]> = Vec::new();
    for part in parts {
        pieces.push(part);
        if ends_lines && !part.ends_with(b"\n") {
            pieces.push(b"\n");
        }
    }
    if file != Path::new("-") {
        return create(file, &pieces);
    }
    for piece in pieces {
        s.out.write_all(piece).map_err(Fault::Output)?;
    }
    s.out.flush().map_err(Fault::Output)
}

/// Creates a file only its owner can read; it is on the disk when this returns.
pub(super) fn create(path: &Path, pieces: &[&[u8]]) -> Result<(), Fault> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Fault::FileExists { path: path.to_owned() });
        }
        Err(error) => return Err(Fault::Unwritten { path: path.to_owned(), error }),
    };
    let unwritten = |error| Fault::Unwritten { path: path.to_owned(), error };
    for piece in pieces {
        file.write_all(piece).map_err(unwritten)?;
    }
    file.sync_all().map_err(unwritten)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn an_export_is_the_owners_alone_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.txt");
        create(&path, &[b"otpauth://", b"x\n"]).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(create(&path, &[b"other"]), Err(Fault::FileExists { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), b"otpauth://x\n");
    }

    #[test]
    fn batches_get_numbered_pictures() {
        assert_eq!(numbered(Path::new("/x/codes.png"), 2), Path::new("/x/codes-2.png"));
    }
}
