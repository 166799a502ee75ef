// SPDX-License-Identifier: MIT OR Apache-2.0
//! Base32 of secrets (RFC 4648 section 6), forgiving when read and canonical when written.
//!
//! [`read`] takes what issuers print and people type: lower case, groups parted by spaces or
//! dashes, padding or none, full-width letters from a Japanese keyboard, and a last group that
//! does not fill a byte, whose surplus bits are dropped as the common apps do. It does not guess:
//! 0, 1, 8 and 9 are errors, and the error says where. [`read_strict`] takes the canonical form
//! only, padded or not.

use alloc::string::String;
use alloc::vec::Vec;

use kagifuda_secret::{SecretBytes, SecretText};

/// The most characters that are read; a secret of 64 bytes takes 103.
pub const MAX_CHARACTERS: usize = 4096;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const GROUP_CHARACTERS: usize = 8;

/// Why a text is not the base32 of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base32Error {
    /// A character that base32 does not have; most often a 0, 1 or 8 typed for O, I or B.
    BadCharacter {
        /// Which character of the text, the first being 1.
        position: usize,
    },
    /// Nothing, or not enough for one byte.
    Empty,
    /// More than [`MAX_CHARACTERS`].
    TooLong,
    /// Strict reading only: lower case, separators, wrong padding or surplus bits.
    NotCanonical,
}

/// Reads base32 as people and issuers write it.
///
/// # Errors
/// [`Base32Error::BadCharacter`] with the position, [`Base32Error::Empty`],
/// [`Base32Error::TooLong`].
pub fn read(text: &str) -> Result<SecretBytes, Base32Error> {
    if text.len() > MAX_CHARACTERS {
        return Err(Base32Error::TooLong);
    }
    let mut bits = Bits::with_capacity(text.len());
    let mut is_over = false;
    for (index, character) in text.chars().enumerate() {
        if is_separator(character) {
            continue;
        }
        let value = value_of(character);
        match value {
            _ if matches!(character, '=' | '＝') => is_over = true,
            Some(value) if !is_over => bits.push(value),
            _ => {
                return Err(Base32Error::BadCharacter { position: index + 1 });
            }
        }
    }
    if bits.bytes.is_empty() { Err(Base32Error::Empty) } else { Ok(SecretBytes::new(bits.bytes)) }
}

/// Reads canonical base32: upper case, whole padding or none, no surplus bits.
///
/// # Errors
/// Those of [`read`], and [`Base32Error::NotCanonical`] for what only [`read`] takes.
pub fn read_strict(text: &str) -> Result<SecretBytes, Base32Error> {
    let secret = read(text)?;
    let canonical = write(secret.expose());
    let bare = text.trim_end_matches('=');
    let is_padding_right =
        text.len() == bare.len() || text.len() == bare.len().next_multiple_of(GROUP_CHARACTERS);
    if bare == canonical.expose() && is_padding_right {
        Ok(secret)
    } else {
        Err(Base32Error::NotCanonical)
    }
}

/// Writes canonical base32 without padding, as `otpauth` URIs want it.
#[must_use]
pub fn write(secret: &[u8]) -> SecretText {
    let mut text = String::with_capacity((secret.len() * 8).div_ceil(5));
    for group in secret.chunks(5) {
        let mut bytes = [0_u8; 8];
        bytes[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(bytes);
        for place in 0..(group.len() * 8).div_ceil(5) {
            text.push(char::from(ALPHABET[(bits >> (35 - 5 * place) & 0x1f) as usize]));
        }
    }
    SecretText::new(text)
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '\u{200b}')
        || character == '\u{feff}'
}

fn value_of(character: char) -> Option<u8> {
    const FULL_WIDTH: u32 = '！' as u32 - '!' as u32;
    let narrow = match character {
        '！'..='～' => char::from_u32(character as u32 - FULL_WIDTH)?,
        other => other,
    };
    match narrow {
        'A'..='Z' => Some(narrow as u8 - b'A'),
        'a'..='z' => Some(narrow as u8 - b'a'),
        '2'..='7' => Some(narrow as u8 - b'2' + 26),
        _ => None,
    }
}

/// Collects groups of five bits into bytes; its room is taken once, so that no copy stays behind.
struct Bits {
    bytes: Vec<u8>,
    pending: u16,
    pending_count: u8,
}

impl Bits {
    fn with_capacity(characters: usize) -> Self {
        Self { bytes: Vec::with_capacity(characters), pending: 0, pending_count: 0 }
    }

    fn push(&mut self, value: u8) {
        self.pending = self.pending << 5 | u16::from(value);
        self.pending_count += 5;
        if self.pending_count >= 8 {
            self.pending_count -= 8;
            self.bytes.push((self.pending >> self.pending_count) as u8);
            self.pending &= (1 << self.pending_count) - 1;
        }
    }
}
