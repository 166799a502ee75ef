// SPDX-License-Identifier: MIT OR Apache-2.0
//! A map of texts as Java writes it (Java Object Serialization Specification, section 6): what FreeOTP 2 puts
//! into its backups. Only that one shape is read, a `HashMap` with a string for every key and value; anything
//! else in the stream is damage. No class is looked up and nothing is made but text.

use std::rc::Rc;

use kagifuda_secret::SecretText;

use super::limits::MAX_ENTRIES;
use super::{ImportError, Place};

/// The stream's mark and version (section 6.4.2).
pub(super) const MAGIC: &[u8] = &[0xac, 0xed, 0x00, 0x05];

const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const BLOCK: u8 = 0x77;
const END: u8 = 0x78;
const LONG_STRING: u8 = 0x7c;

/// The number of the first thing in a stream that can be referred to: the class; the map follows it.
const FIRST_HANDLE: u32 = 0x7e_0000;
const MAP: &str = "java.util.HashMap";
/// Bytes of the number that tells versions of a class apart.
const VERSION_BYTES: usize = 8;
/// What the map says of itself before its members: how much room it has, and how many they are.
const BLOCK_BYTES: u8 = 8;

/// A text of the stream; repeated ones are one.
pub(super) type Text = Rc<SecretText>;

/// Reads a map of texts, in the stream's order.
///
/// # Errors
/// [`ImportError::Damaged`] with the byte where the stream is something else, or breaks off.
pub(super) fn read_map(bytes: &[u8]) -> Result<Vec<(Text, Text)>, ImportError> {
    let mut stream = Stream { bytes, at: 0, texts: Vec::new() };
    stream.map().ok_or(ImportError::Damaged { at: Place::Byte { offset: stream.at as u64 } })?
}

struct Stream<'a> {
    bytes: &'a [u8],
    /// How much was read.
    at: usize,
    /// The texts there were, in the order of their handles.
    texts: Vec<Text>,
}

impl<'a> Stream<'a> {
    fn map(&mut self) -> Option<Result<Vec<(Text, Text)>, ImportError>> {
        self.expect(MAGIC)?;
        self.expect(&[OBJECT, CLASS])?;
        if self.name()? != MAP.as_bytes() {
            return None;
        }
        self.take(VERSION_BYTES)?;
        let _flags = self.byte()?;
        let mut own_bytes = 0;
        for _ in 0..self.short()? {
            own_bytes += match self.byte()? {
                b'F' | b'I' => 4,
                _ => return None,
            };
            self.name()?;
        }
        self.expect(&[END, NULL])?;
        self.take(own_bytes)?;
        self.expect(&[BLOCK, BLOCK_BYTES])?;
        self.take(4)?;
        let count = usize::try_from(self.int()?).ok()?;
        if count > 2 * MAX_ENTRIES {
            return Some(Err(ImportError::TooManyEntries { limit: MAX_ENTRIES }));
        }
        let mut members = Vec::new();
        for _ in 0..count {
            members.push((self.text()?, self.text()?));
        }
        self.expect(&[END])?;
        (self.at == self.bytes.len()).then_some(Ok(members))
    }

    fn text(&mut self) -> Option<Text> {
        let length = match self.byte()? {
            STRING => usize::from(self.short()?),
            LONG_STRING => usize::try_from(u64::from_be_bytes(*self.array()?)).ok()?,
            REFERENCE => {
                // The class and the map have the first two handles.
                let place = self.int()?.checked_sub(FIRST_HANDLE + 2)?;
                return self.texts.get(usize::try_from(place).ok()?).cloned();
            }
            _ => return None,
        };
        let begin = self.at;
        let written = self.take(length)?;
        let Some(text) = modified_utf8(written) else {
            self.at = begin;
            return None;
        };
        let text = Rc::new(text);
        self.texts.push(Rc::clone(&text));
        Some(text)
    }

    /// A name of a class or a field.
    fn name(&mut self) -> Option<&'a [u8]> {
        let length = self.short()?;
        self.take(length.into())
    }

    fn expect(&mut self, wanted: &[u8]) -> Option<()> {
        let is_there = self.bytes[self.at..].starts_with(wanted);
        is_there.then(|| self.at += wanted.len())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes[self.at..].get(..length)?;
        self.at += length;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.take(N)?.first_chunk()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| *byte)
    }

    fn short(&mut self) -> Option<u16> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    fn int(&mut self) -> Option<u32> {
        self.array().map(|bytes| u32::from_be_bytes(*bytes))
    }
}

/// Text as Java writes it: UTF-8 of UTF-16, surrogates and all, with a long form of zero.
fn modified_utf8(bytes: &[u8]) -> Option<SecretText> {
    // What takes one to three bytes here takes no more in UTF-8.
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut high = None;
    while let Some((unit, tail)) = unit(rest) {
        rest = tail;
        let letter = match (high.take(), unit) {
            (None, 0xd800..0xdc00) => {
                high = Some(unit);
                continue;
            }
            (Some(high), 0xdc00..0xe000) => {
                char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00))
            }
            (Some(_), _) => None,
            (None, _) => char::from_u32(unit),
        };
        match letter {
            Some(letter) => text.push(letter),
            None => {
                drop(SecretText::new(text));
                return None;
            }
        }
    }
    let text = SecretText::new(text);
    (rest.is_empty() && high.is_none()).then_some(text)
}

/// The first unit of UTF-16, and the rest; `None` at the end and where there is none.
fn unit(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let tail = |byte: u8| (byte & 0xc0 == 0x80).then_some(u32::from(byte & 0x3f));
    match bytes {
        [one @ 0x01..0x80, rest @ ..] => Some((u32::from(*one), rest)),
        [one @ 0xc0..0xe0, two, rest @ ..] => {
            Some((u32::from(one & 0x1f) << 6 | tail(*two)?, rest))
        }
        [one @ 0xe0..0xf0, two, three, rest @ ..] => {
            Some((u32::from(one & 0x0f) << 12 | tail(*two)? << 6 | tail(*three)?, rest))
        }
        _ => None,
    }
}
