// SPDX-License-Identifier: MIT OR Apache-2.0
//! Percent-encoding (RFC 3986 section 2.1), forgiving when read: a percent sign that begins no
//! pair of hexadecimal digits stays what it is. Written text leaves only unreserved characters
//! bare, so that no reader can take a part of a name for syntax.

use alloc::string::String;
use alloc::vec::Vec;

use kagifuda_secret::{SecretBytes, SecretText};

use crate::otpauth::Notice;

/// What a plus sign means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// Itself: in labels and in base64.
    Literal,
    /// A space, as HTML forms write it: in secrets and settings.
    Space,
    /// A space inside a value, itself at the end: in names, because of `Disney+`.
    SpaceInside,
}

/// Decodes a name; what is not UTF-8 is replaced and noticed.
pub(super) fn decoded(raw: &str, plus: Plus, notices: &mut Vec<Notice>) -> String {
    String::from_utf8(decoded_bytes(raw, plus)).unwrap_or_else(|error| {
        notices.push(Notice::NameDamaged);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

/// Decodes a secret; what is not UTF-8 is replaced, for its reader to refuse.
pub(crate) fn decoded_secret(raw: &str, plus: Plus) -> SecretText {
    match String::from_utf8(decoded_bytes(raw, plus)) {
        Ok(text) => SecretText::new(text),
        Err(error) => {
            let bytes = SecretBytes::new(error.into_bytes());
            SecretText::new(String::from_utf8_lossy(bytes.expose()).into_owned())
        }
    }
}

/// Room is taken once, so that decoding a secret leaves no copy behind.
fn decoded_bytes(raw: &str, plus: Plus) -> Vec<u8> {
    let spaces_end = match plus {
        Plus::Literal => 0,
        Plus::Space => raw.len(),
        Plus::SpaceInside => raw.trim_end_matches('+').len(),
    };
    let raw = raw.as_bytes();
    let mut bytes = Vec::with_capacity(raw.len());
    let mut place = 0;
    while let Some(&byte) = raw.get(place) {
        let pair = raw.get(place + 1..place + 3).filter(|_| byte == b'%').and_then(pair_value);
        if let Some(value) = pair {
            bytes.push(value);
            place += 3;
            continue;
        }
        let is_space = byte == b'+' && place < spaces_end;
        bytes.push(if is_space { b' ' } else { byte });
        place += 1;
    }
    bytes
}

fn pair_value(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    Some(digit(pair[0])? << 4 | digit(pair[1])?)
}

/// Appends `text`, encoding every byte outside the unreserved set of RFC 3986 section 2.3.
pub(crate) fn push_encoded(uri: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.push(char::from(HEX[usize::from(byte >> 4)]));
            uri.push(char::from(HEX[usize::from(byte & 0x0f)]));
        }
    }
}
