// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups of andOTP: a JSON list, plain or under a password, in the two forms the app has had.
//!
//! The newer form is a count of rounds (four bytes), a salt and a nonce (twelve each), and AES-256-GCM under
//! PBKDF2-HMAC-SHA-1; the older one a nonce and AES-256-GCM under SHA-256 of the password. Neither has a mark
//! of its own, so what is no text, begins as no other kind of file and looks random is taken for one, and both
//! are tried. A wrong password cannot be told from a changed file.

use kagifuda_secret::{SecretArray, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Hidden, RawList};
use super::password::{Pbkdf2Cost, Pbkdf2Hash};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, RefuseReason, gcm,
};

/// Bytes of the count of rounds.
const COUNT_BYTES: usize = 4;
/// Bytes of the salt.
const SALT_BYTES: usize = 12;
/// The largest sealed backup: thousands of entries.
const MAX_SEALED_BYTES: usize = 4 << 20;
/// The smallest: an empty list.
const MIN_SEALED_BYTES: usize = gcm::NONCE_BYTES + 2 + gcm::TAG_BYTES;

/// How files begin that are no backup of andOTP and no text either.
const OTHER_FILES: &[&[u8]] = &[
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"PK",
    b"%PDF",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ",
    b"SQLite",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"OggS",
    b"ID3",
    b"\xac\xed",
    b"\x03\xd9\xa2\x9a",
    b"AUTHENTICATORPRO",
    b"AuthenticatorPro",
    b"age-encryption.org",
];

/// The backup format of andOTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct AndOtp;

impl Format for AndOtp {
    fn name(&self) -> FormatName {
        FormatName::AndOtp
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        if json::is_list(bytes) {
            return json::mentions(bytes, "secret")
                && json::mentions(bytes, "label")
                && json::mentions(bytes, "type");
        }
        looks_sealed(bytes)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        if json::is_list(bytes) {
            let list: RawList = json::parse_file(limits.text_of(bytes)?)?;
            return read_list(&list);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let opened = open_newer(bytes, password, limits)?.or_else(|| open_older(bytes, password));
        let opened = opened.ok_or(ImportError::WrongPassword)?;
        read_list(&json::parse_content(&opened)?)
    }
}

/// Tells sealed bytes from files of other kinds: each byte occurs about as often as any other.
fn looks_sealed(bytes: &[u8]) -> bool {
    let is_other = OTHER_FILES.iter().any(|begin| bytes.starts_with(begin));
    let is_size = (MIN_SEALED_BYTES..=MAX_SEALED_BYTES).contains(&bytes.len());
    !is_other && is_size && core::str::from_utf8(bytes).is_err() && is_even(bytes)
}

/// Pearson's chi-squared test against an even spread. For random bytes the sum is 255 on average, with a
/// deviation of 23; text in other encodings, tables and pictures without compression are in the thousands.
fn is_even(bytes: &[u8]) -> bool {
    const MOST: u64 = 255 + 10 * 23;
    let mut counts = [0_u64; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let length = bytes.len() as u64;
    let squares: u64 = counts.iter().map(|count| count * count).sum();
    256 * squares <= (MOST + length) * length
}

/// `None` where the password does not open it, or the count is not one: then it may be the older form.
fn open_newer(
    bytes: &[u8],
    password: &SecretText,
    limits: &ImportLimits,
) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let Some((count, rest)) = bytes.split_first_chunk::<COUNT_BYTES>() else { return Ok(None) };
    let Some((salt, rest)) = rest.split_first_chunk::<SALT_BYTES>() else { return Ok(None) };
    let Some((nonce, sealed)) = rest.split_first_chunk() else { return Ok(None) };
    let cost = Pbkdf2Cost { hash: Pbkdf2Hash::Sha1, iterations: u32::from_be_bytes(*count).into() };
    match cost.key(password, salt, limits) {
        Ok(key) => Ok(gcm::open(&key, nonce, sealed)),
        Err(ImportError::TooCostly { .. } | ImportError::Damaged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn open_older(bytes: &[u8], password: &SecretText) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = bytes.split_first_chunk()?;
    let key = SecretArray::filled_by(|key: &mut [u8; 32]| {
        key.copy_from_slice(&Sha256::digest(password.expose().as_bytes()));
    });
    gcm::open(&key, nonce, sealed)
}

#[derive(Deserialize)]
struct EntryJson {
    secret: Option<Hidden>,
    issuer: Option<String>,
    label: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    algorithm: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
    tags: Option<Vec<String>>,
}

/// What can still be told of an entry that is otherwise malformed.
#[derive(Deserialize)]
struct Names {
    issuer: Option<String>,
    label: Option<String>,
}

fn read_list(list: &RawList<'_>) -> Result<Import, ImportError> {
    Ok(Import::collect(FormatName::AndOtp, list.members()?, read_entry))
}

fn read_entry(raw: &RawValue) -> Result<Found, Bad> {
    let Ok(json) = serde_json::from_str::<EntryJson>(raw.get()) else {
        let names = serde_json::from_str::<Names>(raw.get()).ok();
        let (issuer, account) =
            names.map_or_else(Default::default, |it| names_of(it.issuer, it.label));
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    let (issuer, account) = names_of(json.issuer, json.label);
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let kind = Kind::read(&json.kind).ok_or_else(|| bad(RefuseReason::UnknownKind))?;
    let draft = Draft {
        kind,
        secret: json.secret.map(Into::into),
        algorithm: json.algorithm,
        digits: json.digits,
        period: json.period,
        counter: json.counter,
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let extras = EntryExtras { tags: json.tags.unwrap_or_default(), ..EntryExtras::default() };
    Ok(Found { token, extras, notices })
}

/// Before the app had a field for the issuer, it stood in front of the label.
fn names_of(issuer: Option<String>, label: Option<String>) -> (String, String) {
    let label = label.unwrap_or_default();
    match (issuer, label.split_once(" - ")) {
        (Some(issuer), _) => (issuer, label),
        (None, Some((issuer, account))) => (issuer.to_owned(), account.to_owned()),
        (None, None) => (String::new(), label),
    }
}
