// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batches of tokens as Google Authenticator hands them over: `otpauth-migration://offline?data=`,
//! base64 of a protobuf message, cut into parts of which each is one QR code.
//!
//! There is no specification; the schema is what every app that reads these codes agrees on.
//! Reading decides so: an entry that cannot become a token is a [`Problem`] and never stops the
//! others; what the schema leaves unsaid is SHA-1, six digits, TOTP of 30 seconds; fields nobody
//! knows are skipped. Parts may come in any order, twice, or from several batches, and
//! [`assemble()`] says which are missing. Input over [`MAX_URI_BYTES`] is refused, and time and
//! memory are linear in the rest. No error holds any part of a secret.

mod assemble;
mod protobuf;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

use data_encoding::BASE64_NOPAD;
use kagifuda_secret::SecretBytes;

use crate::migration::protobuf::{Damaged, Fields, Value};
use crate::otpauth::{Label, Plus, decoded_secret};
use crate::{Algorithm, Digits, Token, TokenKind};

pub use assemble::{Batch, PartName, assemble};
pub use write::{CannotTravel, MAX_CODE_BYTES, Written, write};

/// The longest URI that is read; a QR code holds less than 3 KiB.
pub const MAX_URI_BYTES: usize = 64 * 1024;

/// The most parts a batch can have, so that a hostile code cannot make us wait for a billion.
pub const MAX_PART_COUNT: u32 = 10_000;

const SCHEME: &str = "otpauth-migration";
const HOST: &str = "offline";
const PERIOD_SECONDS: u32 = 30;

/// One part of a batch: what one QR code holds.
#[derive(PartialEq, Eq)]
pub struct Part {
    /// A number that the parts of one batch share; it may be negative.
    pub batch_id: i32,
    /// Which part this is, the first being 0.
    pub index: u32,
    /// How many parts the batch has; at least 1.
    pub count: u32,
    /// The tokens, in the order of the entries.
    pub tokens: Vec<Token>,
    /// The entries that are no token.
    pub problems: Vec<Problem>,
}

/// An entry that could not become a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which entry of the part, the first being 1.
    pub position: usize,
    /// The issuer, where it could be read.
    pub issuer: String,
    /// The account, where it could be read.
    pub account: String,
    /// Why it could not.
    pub why: Unreadable,
}

/// Why an entry is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// The entry is not what protobuf writes; the QR code was read wrongly or was made by hand.
    Damaged,
    /// No secret; the app that wrote it lost it.
    SecretMissing,
    /// MD5, or a hash added to the schema since.
    AlgorithmUnsupported,
    /// A number of digits other than 6 to 10.
    DigitsUnsupported,
    /// Neither TOTP nor HOTP.
    KindUnknown,
    /// A counter below zero.
    CounterNegative,
}

/// Why a text is not a part of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationError {
    /// Longer than [`MAX_URI_BYTES`].
    TooLong,
    /// Not an `otpauth-migration://offline` URI; usually a QR code of something else.
    NotMigration,
    /// The URI has no data; usually it was cut off.
    DataMissing,
    /// The data is not base64; usually copied by hand or cut off.
    NotBase64,
    /// The data is not a message of the schema; usually cut off.
    Damaged,
    /// The part says it is one of none, of a negative number, or of over [`MAX_PART_COUNT`].
    PartCount,
}

impl From<Damaged> for MigrationError {
    fn from(Damaged: Damaged) -> Self {
        Self::Damaged
    }
}

impl From<Damaged> for Unreadable {
    fn from(Damaged: Damaged) -> Self {
        Self::Damaged
    }
}

/// Reads one part.
///
/// # Errors
/// [`MigrationError`]; entries that cannot be read are in [`Part::problems`].
pub fn read(uri: &str) -> Result<Part, MigrationError> {
    let payload = payload(uri.trim())?;
    let mut part =
        Part { batch_id: 0, index: 0, count: 1, tokens: Vec::new(), problems: Vec::new() };
    let mut position = 0;
    for field in Fields::of(payload.expose()) {
        match field? {
            (1, Value::Bytes(entry)) => {
                position += 1;
                match token(entry) {
                    Ok(token) => part.tokens.push(token),
                    Err(why) => part.problems.push(problem(entry, position, why)),
                }
            }
            (3, Value::Number(count)) => part.count = small(count)?.max(1),
            (4, Value::Number(index)) => part.index = small(index)?,
            (5, Value::Number(id)) => part.batch_id = id as i32,
            _ => {}
        }
    }
    part.count = part.count.max(part.index + 1);
    Ok(part)
}

fn small(number: u64) -> Result<u32, MigrationError> {
    u32::try_from(number)
        .ok()
        .filter(|number| *number < MAX_PART_COUNT)
        .ok_or(MigrationError::PartCount)
}

/// Finds and decodes the data: base64 of either alphabet, padded or not, where a plus may have
/// become a space on its way.
fn payload(uri: &str) -> Result<SecretBytes, MigrationError> {
    if uri.len() > MAX_URI_BYTES {
        return Err(MigrationError::TooLong);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(MigrationError::NotMigration)?;
    let (host, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = host.trim_matches('/');
    if !scheme.eq_ignore_ascii_case(SCHEME) || !host.eq_ignore_ascii_case(HOST) {
        return Err(MigrationError::NotMigration);
    }
    let data = query
        .split('&')
        .filter_map(|piece| piece.split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("data"))
        .map(|(_, data)| decoded_secret(data, Plus::Literal))
        .ok_or(MigrationError::DataMissing)?;
    let mut text = Vec::with_capacity(data.expose().len());
    text.extend(data.expose().trim().bytes().filter_map(|byte| match byte {
        b' ' | b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'=' | b'\r' | b'\n' => None,
        other => Some(other),
    }));
    let text = SecretBytes::new(text);
    if text.expose().is_empty() {
        return Err(MigrationError::DataMissing);
    }
    BASE64_NOPAD.decode(text.expose()).map(SecretBytes::new).map_err(|_| MigrationError::NotBase64)
}

fn token(entry: &[u8]) -> Result<Token, Unreadable> {
    let mut secret: &[u8] = &[];
    let mut algorithm = Algorithm::Sha1;
    let mut digits = Digits::SIX;
    let mut is_counted = false;
    let mut counter = 0;
    for field in Fields::of(entry) {
        match field? {
            (1, Value::Bytes(bytes)) => secret = bytes,
            (4, Value::Number(number)) => algorithm = algorithm_numbered(number)?,
            (5, Value::Number(number)) => digits = digits_numbered(number)?,
            (6, Value::Number(0 | 2)) => is_counted = false,
            (6, Value::Number(1)) => is_counted = true,
            (6, Value::Number(_)) => return Err(Unreadable::KindUnknown),
            (7, Value::Number(number)) => counter = number,
            _ => {}
        }
    }
    if secret.is_empty() {
        return Err(Unreadable::SecretMissing);
    }
    if is_counted && i64::try_from(counter).is_err() {
        return Err(Unreadable::CounterNegative);
    }
    let kind = match is_counted {
        true => TokenKind::Hotp { counter },
        false => TokenKind::Totp { period_seconds: PERIOD_SECONDS, t0: 0 },
    };
    let (issuer, account) = names(entry);
    Ok(Token {
        kind,
        algorithm,
        digits: digits.count(),
        secret: SecretBytes::from(secret),
        pin: None,
        issuer,
        account,
        extra: Vec::new(),
    })
}

fn algorithm_numbered(number: u64) -> Result<Algorithm, Unreadable> {
    match number {
        0 | 1 => Ok(Algorithm::Sha1),
        2 => Ok(Algorithm::Sha256),
        3 => Ok(Algorithm::Sha512),
        _ => Err(Unreadable::AlgorithmUnsupported),
    }
}

/// The schema has an enumeration of 1 for six and 2 for eight; some apps write the number itself.
fn digits_numbered(number: u64) -> Result<Digits, Unreadable> {
    match number {
        0 | 1 => Ok(Digits::SIX),
        2 => Ok(Digits::EIGHT),
        3..=10 => Digits::new(number as u8).map_err(|_| Unreadable::DigitsUnsupported),
        _ => Err(Unreadable::DigitsUnsupported),
    }
}

fn problem(entry: &[u8], position: usize, why: Unreadable) -> Problem {
    let (issuer, account) = names(entry);
    Problem { position, issuer, account, why }
}

/// Reads what can be read of the names, up to the first damaged field.
fn names(entry: &[u8]) -> (String, String) {
    let mut label = String::new();
    let mut issuer = String::new();
    for (number, value) in Fields::of(entry).map_while(Result::ok) {
        match (number, value) {
            (2, Value::Bytes(bytes)) => label = String::from_utf8_lossy(bytes).into_owned(),
            (3, Value::Bytes(bytes)) => issuer = String::from_utf8_lossy(bytes).into_owned(),
            _ => {}
        }
    }
    Label::from_text(&label).names(&issuer, &mut Vec::new())
}
