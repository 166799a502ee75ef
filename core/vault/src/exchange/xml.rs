// SPDX-License-Identifier: MIT OR Apache-2.0
//! The text of an element of XML: stretches of the file and references between them.

use std::borrow::Cow;

use kagifuda_secret::SecretText;
use quick_xml::escape::EscapeError;
use quick_xml::events::{BytesRef, Event};
use quick_xml::{Error, Reader};

use super::{ImportError, Place};

/// What an element says, in pieces of the file.
#[derive(Default)]
pub(super) struct Pieces<'a>(Vec<Piece<'a>>);

enum Piece<'a> {
    Stretch(Cow<'a, str>),
    Letter(char),
}

impl<'a> Pieces<'a> {
    /// Adds what an event says; gives it back where it is no text.
    pub(super) fn take(&mut self, event: Event<'a>) -> Result<Option<Event<'a>>, Error> {
        match event {
            Event::Text(text) => self.0.push(Piece::Stretch(text.into_inner())),
            Event::CData(text) => self.0.push(Piece::Stretch(text.into_inner())),
            Event::GeneralRef(reference) => self.0.push(Piece::Letter(letter(&reference)?)),
            Event::Comment(_) => {}
            other => return Ok(Some(other)),
        }
        Ok(None)
    }

    /// Forgets what came before an element that begins.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// All of it, put together in one place of the right size, so that no copy stays behind.
    pub(super) fn join(&mut self) -> SecretText {
        let length = self.0.iter().map(|piece| match piece {
            Piece::Stretch(text) => text.len(),
            Piece::Letter(letter) => letter.len_utf8(),
        });
        let mut whole = String::with_capacity(length.sum());
        for piece in self.0.drain(..) {
            match piece {
                Piece::Stretch(text) => whole.push_str(&text),
                Piece::Letter(letter) => whole.push(letter),
            }
        }
        SecretText::new(whole)
    }
}

fn letter(reference: &BytesRef<'_>) -> Result<char, Error> {
    if let Some(letter) = reference.resolve_char_ref()? {
        return Ok(letter);
    }
    match &**reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        // Only a file that declares entities of its own has others.
        _ => Err(EscapeError::UnrecognizedEntity(0..0, String::new()).into()),
    }
}

/// Damage where a reader stopped.
pub(super) fn damaged(text: &str, reader: &Reader<&[u8]>) -> ImportError {
    let place = reader.error_position().max(reader.buffer_position());
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    let before = text.as_bytes().get(..place).unwrap_or(text.as_bytes());
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    ImportError::Damaged { at: Place::Xml { line } }
}
