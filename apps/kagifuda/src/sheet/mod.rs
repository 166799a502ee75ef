// SPDX-License-Identifier: MIT OR Apache-2.0
//! The recovery sheet: one page of paper that opens the vault when everything else is gone.
//!
//! It carries the recovery words to be typed, the same words as a QR code to be photographed, what they
//! open, what to do, and room to write who may use it. A page for a screen (HTML) and one for a printer
//! (PDF) are made of the same facts and sentences. Both hold the secret that opens the vault.

mod html;
mod pdf;

use std::fmt::Write as _;

use kagifuda_secret::{SecretBytes, SecretText};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

pub(crate) use html::escaped;

use crate::say;
use crate::text::Texts;

/// What the code on a sheet begins with; the version of what follows stands behind it.
const MARK: &str = "kagifuda-sheet:";
/// The version of the code that is written here.
const VERSION: &str = "1";

/// What is left to be written by hand: a heading and what it is about.
const NOTES: [(&str, &str); 2] =
    [("sheet-who", "sheet-who-hint"), ("sheet-where", "sheet-where-hint")];
/// Enough for a code never to grow and leave copies.
const CODE_ROOM_BYTES: usize = 2048;

/// What stands on a sheet.
pub(crate) struct Sheet<'a> {
    /// The recovery words, separated by spaces.
    pub(crate) words: &'a SecretText,
    /// The vault's id, as hexadecimal digits.
    pub(crate) vault_id: &'a str,
    /// What the holder calls the vault's file.
    pub(crate) vault_name: &'a str,
    /// The day it was made.
    pub(crate) day: &'a str,
    /// Which sheet of this vault it is, counted from 1.
    pub(crate) generation: u32,
}

/// How a sheet is laid down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    /// For a printer.
    Pdf,
    /// For a browser, which prints it.
    Html,
}

/// Why a text is no code of a sheet that can be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSheet {
    /// It is something else.
    Other,
    /// It was made by a newer Kagifuda.
    Newer,
}

impl Sheet<'_> {
    /// Lays the sheet down, in the language of the texts.
    pub(crate) fn lay(&self, paper: Paper, texts: &Texts) -> SecretBytes {
        match paper {
            Paper::Pdf => pdf::page(self, texts),
            Paper::Html => html::page(self, texts),
        }
    }

    /// What the QR code says: the words come last, so that a person who reads it with any phone can type them.
    pub(crate) fn code(&self) -> SecretText {
        let Self { vault_id, generation, .. } = self;
        let mut code = String::with_capacity(CODE_ROOM_BYTES);
        let _ = write!(code, "{MARK}{VERSION}:{vault_id}:{generation}:");
        for (index, word) in self.words().iter().enumerate() {
            code.push_str(if index == 0 { "" } else { " " });
            code.push_str(word);
        }
        SecretText::new(code)
    }

    /// The words one by one, their letters composed: fonts draw those.
    fn words(&self) -> Vec<Zeroizing<String>> {
        let words = self.words.expose().split_whitespace();
        words.map(|word| Zeroizing::new(word.nfc().collect())).collect()
    }

    /// The vault's number in groups of four, as it stands on the sheet.
    fn number(&self) -> String {
        let digits: Vec<char> = self.vault_id.chars().collect();
        let groups = digits.chunks(4).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(" ")
    }

    /// What the sheet says of itself: a name and a value each; a value that is empty is written by hand.
    fn facts(&self, texts: &Texts) -> [(String, String); 4] {
        [
            (say!(texts, "sheet-vault"), self.vault_name.to_owned()),
            (say!(texts, "sheet-number"), self.number()),
            (say!(texts, "sheet-day"), self.day.to_owned()),
            (
                say!(texts, "sheet-generation"),
                say!(texts, "sheet-generation-of", number = self.generation),
            ),
        ]
    }
}

/// What to do with the sheet, step by step.
fn steps(texts: &Texts) -> [String; 4] {
    [
        say!(texts, "sheet-step-program"),
        say!(texts, "sheet-step-command"),
        say!(texts, "sheet-step-words"),
        say!(texts, "sheet-step-after"),
    ]
}

/// The words in the code of a sheet.
pub(crate) fn words_of(code: &SecretText) -> Result<SecretText, NoSheet> {
    let rest = code.expose().strip_prefix(MARK).ok_or(NoSheet::Other)?;
    let (version, rest) = rest.split_once(':').ok_or(NoSheet::Other)?;
    if version != VERSION {
        return Err(NoSheet::Newer);
    }
    let words = rest.splitn(3, ':').nth(2).ok_or(NoSheet::Other)?;
    Ok(SecretText::from(words))
}

#[cfg(test)]
mod tests;
