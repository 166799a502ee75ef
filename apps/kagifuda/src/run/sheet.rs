// SPDX-License-Identifier: MIT OR Apache-2.0
//! The recovery sheet: drawn, laid down, proven to be on paper, and only then the older ones stop opening
//! the vault. And the way back: a picture of a sheet becomes the words on it.

use std::path::Path;

use kagifuda_secret::SecretText;

use super::export::create;
use super::import;
use super::session::Session;
use super::vaults::{Proof, prove_a_word};
use crate::agent::protocol::{Hidden, NewSheet, Reply, Request, WordsLanguage};
use crate::fault::{Fault, SheetTrouble};
use crate::qr::read_picture;
use crate::say;
use crate::sheet::{NoSheet, Paper, Sheet, words_of};
use crate::term::date;
use crate::term::width::harmless;

/// Makes a sheet.
pub(super) fn make(s: &mut Session<'_>, file: &Path, words: WordsLanguage) -> Result<(), Fault> {
    let paper = paper_of(file)?;
    let to_pipe = file == Path::new("-");
    if to_pipe && s.screen.columns.is_some() {
        return Err(SheetTrouble::OnScreen.into());
    }
    if !to_pipe && file.symlink_metadata().is_ok() {
        return Err(Fault::FileExists { path: file.to_owned() });
    }
    let Reply::Sheet(made) = s.ask(&Request::NewSheet { words })? else {
        return Err(Fault::Internal);
    };
    if let Err(fault) = put(s, &made, paper, file) {
        // A sheet nobody has must open nothing.
        s.ask(&Request::RemoveWay { id: made.id })?;
        return Err(fault);
    }
    if !to_pipe {
        let told = say!(s.texts, "sheet-written", path = harmless(&file.display().to_string()));
        s.tell(&told);
    }
    let is_proven = prove(s, &made.words.0)?;
    retire(s, &made, is_proven)?;
    if to_pipe { Ok(()) } else { offer_to_delete(s, file, is_proven) }
}

fn paper_of(file: &Path) -> Result<Paper, Fault> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("pdf") => Ok(Paper::Pdf),
        Some("html" | "htm") => Ok(Paper::Html),
        None if file == Path::new("-") => Ok(Paper::Pdf),
        _ => Err(SheetTrouble::NoSuchPaper { path: file.to_owned() }.into()),
    }
}

fn put(s: &mut Session<'_>, made: &NewSheet, paper: Paper, file: &Path) -> Result<(), Fault> {
    let name = s.settings.vault.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sheet = Sheet {
        words: &made.words.0,
        vault_id: &made.vault_id,
        vault_name: &harmless(&name),
        day: &date::day(made.created),
        generation: made.generation,
    };
    let page = sheet.lay(paper, s.texts);
    if file == Path::new("-") {
        s.out.write_all(page.expose()).and_then(|()| s.out.flush()).map_err(Fault::Output)
    } else {
        create(file, &[page.expose()])
    }
}

/// Whether the sheet is in the holder's hands: they can say one of its words. A script says so by `--yes`.
fn prove(s: &mut Session<'_>, words: &SecretText) -> Result<bool, Fault> {
    if !s.person.is_present() {
        return Ok(s.settings.is_sure);
    }
    Ok(prove_a_word(s, words)? == Proof::Given)
}

/// Takes away what opened the vault before, once the new sheet was proven.
fn retire(s: &mut Session<'_>, made: &NewSheet, is_proven: bool) -> Result<(), Fault> {
    let count = made.replaces.len();
    if count == 0 {
        return Ok(());
    }
    if !is_proven {
        let told = say!(s.texts, "sheet-old-stay", count = count);
        s.tell(&told);
        return Ok(());
    }
    for id in &made.replaces {
        s.ask(&Request::RemoveWay { id: *id })?;
    }
    let told = say!(s.texts, "sheet-old-void", count = count);
    s.tell(&told);
    Ok(())
}

fn offer_to_delete(s: &mut Session<'_>, file: &Path, is_proven: bool) -> Result<(), Fault> {
    if is_proven && s.person.is_present() && !s.settings.is_sure {
        let question = say!(s.texts, "sheet-delete-question");
        match s.confirm(&question) {
            Ok(()) => {
                let unwritten = |error| Fault::Unwritten { path: file.to_owned(), error };
                std::fs::remove_file(file).map_err(unwritten)?;
                let told = say!(s.texts, "sheet-deleted");
                s.tell(&told);
                return Ok(());
            }
            Err(Fault::Declined) => {}
            Err(fault) => return Err(fault),
        }
    }
    let path = harmless(&file.display().to_string());
    let told = say!(s.texts, "sheet-keep-care", path = path);
    s.tell(&told);
    Ok(())
}

/// The words on a sheet of which this is a picture.
pub(super) fn words_on(picture: &Path) -> Result<Hidden<SecretText>, Fault> {
    let bytes = import::read(picture)?;
    let codes = read_picture(&bytes).map_err(|error| import::unread_picture(error, picture))?;
    let path = || picture.to_owned();
    let mut why = SheetTrouble::NotASheet { path: path() };
    for code in &codes {
        match words_of(code) {
            Ok(words) => return Ok(Hidden(words)),
            Err(NoSheet::Newer) => why = SheetTrouble::Newer { path: path() },
            Err(NoSheet::Other) => {}
        }
    }
    Err(why.into())
}
