// SPDX-License-Identifier: MIT OR Apache-2.0
//! The preferences of Android apps: an XML file with one `map`, in which every entry has a name. On a rooted
//! phone it is often all that an app without an export gives away.
//!
//! Only texts are taken, straight into wiping types; sets, numbers and yes or no are passed over. The tokens
//! of XML come from quick-xml: it is small and well kept, lends slices instead of building a tree of copies,
//! and opens no entities of the file's own, so none can grow. A file that declares some is refused.

use kagifuda_secret::SecretText;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::ImportError;
use super::json::holds;
use super::limits::MAX_ENTRIES;
use super::xml::{self, Pieces};

/// The texts of a preferences file, in its order.
pub(super) struct Preferences {
    texts: Vec<(String, SecretText)>,
}

impl Preferences {
    /// Tells whether bytes begin as such a file does.
    pub(super) fn looks_like(bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
        bytes.starts_with(b"<map") || bytes.starts_with(b"<?xml") && holds(bytes, "<map")
    }

    /// Reads a whole file.
    pub(super) fn read(text: &str) -> Result<Self, ImportError> {
        let mut reader = Reader::from_str(text);
        let read = Self::read_from(&mut reader);
        read.map_err(|problem| match problem {
            Problem::TooMany => ImportError::TooManyEntries { limit: MAX_ENTRIES },
            Problem::Damaged => xml::damaged(text, &reader),
        })
    }

    fn read_from(reader: &mut Reader<&[u8]>) -> Result<Self, Problem> {
        let mut found = Self { texts: Vec::new() };
        loop {
            match reader.read_event()? {
                Event::Start(tag) if tag.name().as_ref() == "map" => break,
                Event::Empty(tag) if tag.name().as_ref() == "map" => return Ok(found),
                Event::Decl(_) | Event::Comment(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                _ => return Err(Problem::Damaged),
            }
        }
        loop {
            match reader.read_event()? {
                Event::Start(tag) if tag.name().as_ref() == "string" => {
                    let name = name_of(&tag)?;
                    let text = text_of(reader)?;
                    found.add(name, text)?;
                }
                Event::Start(tag) => {
                    reader.read_to_end(tag.name())?;
                }
                Event::Empty(tag) if tag.name().as_ref() == "string" => {
                    found.add(name_of(&tag)?, SecretText::default())?;
                }
                Event::Empty(_) | Event::Comment(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                Event::End(_) => return found.ended_by(reader),
                _ => return Err(Problem::Damaged),
            }
        }
    }

    fn add(&mut self, name: String, text: SecretText) -> Result<(), Problem> {
        if self.texts.len() == MAX_ENTRIES {
            return Err(Problem::TooMany);
        }
        self.texts.push((name, text));
        Ok(())
    }

    /// Nothing may follow the map.
    fn ended_by(self, reader: &mut Reader<&[u8]>) -> Result<Self, Problem> {
        loop {
            match reader.read_event()? {
                Event::Eof => return Ok(self),
                Event::Comment(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                _ => return Err(Problem::Damaged),
            }
        }
    }

    /// The text of a name; the first where it stands there more than once.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts().find(|(found, _)| *found == name).map(|(_, text)| text)
    }

    /// All names and texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text.expose()))
    }
}

enum Problem {
    TooMany,
    Damaged,
}

impl<E: Into<quick_xml::Error>> From<E> for Problem {
    fn from(_: E) -> Self {
        Self::Damaged
    }
}

fn name_of(tag: &BytesStart<'_>) -> Result<String, Problem> {
    let attribute = tag.try_get_attribute("name")?.ok_or(Problem::Damaged)?;
    Ok(attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned())
}

/// The text up to the end of the element that has begun.
fn text_of(reader: &mut Reader<&[u8]>) -> Result<SecretText, Problem> {
    let mut pieces = Pieces::default();
    loop {
        match pieces.take(reader.read_event()?)? {
            None => {}
            Some(Event::End(_)) => return Ok(pieces.join()),
            Some(_) => return Err(Problem::Damaged),
        }
    }
}
