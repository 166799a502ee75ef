// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes tokens as batches that Google Authenticator and its readers take. The schema has no
//! field for a period, so only 30-second tokens counted from 1970 can travel, and only six or
//! eight digits; whoever stays behind is named with the reason. Unknown parameters are not carried.

use alloc::string::String;
use alloc::vec::Vec;

use data_encoding::BASE64;
use kagifuda_secret::{SecretBytes, SecretText};

use crate::migration::protobuf::{push_bytes, push_number};
use crate::migration::{HOST, MAX_PART_COUNT, PERIOD_SECONDS, SCHEME};
use crate::otpauth::push_encoded;
use crate::{Algorithm, Token, TokenKind};

/// What a QR code of the largest size holds at the lowest error correction.
pub const MAX_CODE_BYTES: usize = 2953;

/// The fields after the entries: version, count and index of three bytes each at most, the id.
const TRAILER_BYTES: usize = 2 + 3 + 3 + 11;

/// Why a token cannot be written into a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotTravel {
    /// Neither TOTP nor HOTP: the schema has no Steam, mOTP or Yandex.
    Kind,
    /// A period other than 30 seconds.
    Period,
    /// Steps not counted from 1970.
    StartTime,
    /// A number of digits other than 6 or 8.
    Digits,
    /// A counter beyond the 63 bits of the schema.
    Counter,
    /// No secret.
    SecretMissing,
    /// Longer than one code may be, by itself.
    TooLong,
    /// There is no room left in the most parts a batch can have.
    NoRoom,
}

/// What was written and what was not.
pub struct Written {
    /// The parts of the batch, one URI per QR code, in order.
    pub codes: Vec<SecretText>,
    /// Which of the given tokens, counted from 0, are in none of them, and why.
    pub left_behind: Vec<(usize, CannotTravel)>,
}

/// Writes tokens as one batch of codes, none longer than `max_uri_bytes` or [`MAX_CODE_BYTES`].
/// The id should be random, so that a reader can tell two batches apart.
pub fn write<'a>(
    tokens: impl IntoIterator<Item = &'a Token>,
    batch_id: i32,
    max_uri_bytes: usize,
) -> Written {
    let max_uri_bytes = max_uri_bytes.min(MAX_CODE_BYTES);
    let mut left_behind = Vec::new();
    let mut parts: Vec<Vec<SecretBytes>> = Vec::new();
    for (place, token) in tokens.into_iter().enumerate() {
        let entry = match entry(token) {
            Ok(entry) if longest_uri(&[], Some(&entry)) <= max_uri_bytes => entry,
            Ok(_) => {
                left_behind.push((place, CannotTravel::TooLong));
                continue;
            }
            Err(reason) => {
                left_behind.push((place, reason));
                continue;
            }
        };
        let part_count = parts.len();
        match parts.last_mut() {
            Some(part) if longest_uri(part, Some(&entry)) <= max_uri_bytes => part.push(entry),
            _ if part_count + 1 < MAX_PART_COUNT as usize => parts.push(Vec::from([entry])),
            _ => left_behind.push((place, CannotTravel::NoRoom)),
        }
    }
    let count = parts.len();
    let codes = parts
        .iter()
        .enumerate()
        .map(|(index, entries)| uri(&payload(entries, [count, index], batch_id)))
        .collect();
    Written { codes, left_behind }
}

fn entry(token: &Token) -> Result<SecretBytes, CannotTravel> {
    let (kind, counter) = match token.kind {
        TokenKind::Totp { t0: 1.., .. } => return Err(CannotTravel::StartTime),
        TokenKind::Totp { period_seconds: PERIOD_SECONDS, .. } => (2, 0),
        TokenKind::Totp { .. } => return Err(CannotTravel::Period),
        TokenKind::Hotp { counter } if i64::try_from(counter).is_ok() => (1, counter),
        TokenKind::Hotp { .. } => return Err(CannotTravel::Counter),
        _ => return Err(CannotTravel::Kind),
    };
    let digits = match token.digits {
        6 => 1,
        8 => 2,
        _ => return Err(CannotTravel::Digits),
    };
    let algorithm = match token.algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    };
    let secret = token.secret.expose();
    if secret.is_empty() {
        return Err(CannotTravel::SecretMissing);
    }
    let label = label(token);
    let mut entry = Vec::with_capacity(64 + secret.len() + label.len() + token.issuer.len());
    push_bytes(&mut entry, 1, secret);
    push_bytes(&mut entry, 2, label.as_bytes());
    push_bytes(&mut entry, 3, token.issuer.as_bytes());
    push_number(&mut entry, 4, algorithm);
    push_number(&mut entry, 5, digits);
    push_number(&mut entry, 6, kind);
    if kind == 1 {
        push_number(&mut entry, 7, counter);
    }
    Ok(SecretBytes::new(entry))
}

/// The account alone, unless its own colon could be taken for the one after an issuer.
fn label(token: &Token) -> String {
    let mut label = String::new();
    if token.account.contains(':') {
        label.push_str(&token.issuer);
        label.push(':');
    }
    label.push_str(&token.account);
    label
}

fn joined(entries: &[SecretBytes], next: Option<&SecretBytes>) -> Vec<u8> {
    let length: usize = entries.iter().chain(next).map(|entry| entry.expose().len() + 6).sum();
    let mut message = Vec::with_capacity(length + TRAILER_BYTES);
    for entry in entries.iter().chain(next) {
        push_bytes(&mut message, 1, entry.expose());
    }
    message
}

fn payload(entries: &[SecretBytes], count_and_index: [usize; 2], batch_id: i32) -> SecretBytes {
    let [count, index] = count_and_index;
    let mut message = joined(entries, None);
    push_number(&mut message, 2, 1);
    push_number(&mut message, 3, count as u64);
    push_number(&mut message, 4, index as u64);
    push_number(&mut message, 5, i64::from(batch_id) as u64);
    SecretBytes::new(message)
}

fn uri(payload: &SecretBytes) -> SecretText {
    let data = SecretText::new(BASE64.encode(payload.expose()));
    let mut uri = String::with_capacity(64 + 3 * data.expose().len());
    uri.push_str(SCHEME);
    uri.push_str("://");
    uri.push_str(HOST);
    uri.push_str("?data=");
    push_encoded(&mut uri, data.expose());
    SecretText::new(uri)
}

/// A bound on the length of the URI of these entries, whatever the fields after them will be: the
/// base64 of whole groups of three bytes does not change, and the rest is taken at its worst.
fn longest_uri(entries: &[SecretBytes], next: Option<&SecretBytes>) -> usize {
    let message = SecretBytes::new(joined(entries, next));
    let whole = message.expose().len() / 3 * 3;
    let rest = message.expose().len() - whole + TRAILER_BYTES;
    let known = uri(&SecretBytes::from(&message.expose()[..whole]));
    known.expose().len() + rest.div_ceil(3) * 4 * "%2B".len()
}
