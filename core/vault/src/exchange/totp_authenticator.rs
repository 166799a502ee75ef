// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups of TOTP Authenticator, and its preferences on a rooted phone.
//!
//! A backup is base64 of AES-256-CBC under SHA-256 of the password, or of a fixed one where nobody chose any;
//! inside is a JSON object whose only member has the list for its *name*. Digits and period are in the list
//! and kept, though the app itself never used them; the hash is not, so it is assumed and that is said.

use data_encoding::{BASE64, HEXUPPER_PERMISSIVE};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::fields::{Bad, Draft, Found, Kind, Spelled};
use super::json::{self, Count, Hidden, OnlyName, RawList};
use super::preferences::Preferences;
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Place, RefuseReason, cbc,
};

/// The name of the list in the preferences.
const LIST: &str = "STATIC_TOTP_CODES_LIST";
/// The password where nobody chose one.
const FIXED: &str = "TotpAuthenticator";
/// The smallest backup: a list without entries is padded to this, and nobody makes a backup of that.
const MIN_BYTES: usize = 6 * cbc::BLOCK_BYTES;

const CONTENT: ImportError = ImportError::Damaged { at: Place::Content };

/// The backup format of TOTP Authenticator, and its preferences.
#[derive(Clone, Copy, Debug)]
pub(super) struct TotpAuthenticator;

impl Format for TotpAuthenticator {
    fn name(&self) -> FormatName {
        FormatName::TotpAuthenticator
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        if Preferences::looks_like(bytes) {
            return json::holds(bytes, LIST);
        }
        let text = bytes.trim_ascii();
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        text.len() >= MIN_BYTES / 3 * 4 && text.iter().all(is_base64)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        if Preferences::looks_like(bytes) {
            let preferences = Preferences::read(limits.text_of(bytes)?)?;
            return read_list(preferences.text(LIST).ok_or(CONTENT)?);
        }
        let sealed = BASE64.decode(bytes.trim_ascii()).ok();
        let sealed = sealed.filter(|sealed| sealed.len().is_multiple_of(cbc::BLOCK_BYTES));
        let sealed = sealed.ok_or(ImportError::Damaged { at: Place::Ciphertext })?;
        let fixed = SecretText::from(FIXED);
        let tried = [password, Some(&fixed)].into_iter().flatten();
        let list = tried.filter_map(|password| open(&sealed, password)).next();
        match (list, password) {
            (Some(list), _) => read_list(list.expose()),
            (None, Some(_)) => Err(ImportError::WrongPassword),
            (None, None) => Err(ImportError::PasswordNeeded),
        }
    }
}

/// The list in a backup; `None` where the password is not its.
fn open(sealed: &[u8], password: &SecretText) -> Option<SecretText> {
    let key = SecretArray::filled_by(|key: &mut [u8; 32]| {
        key.copy_from_slice(&Sha256::digest(password.expose().as_bytes()));
    });
    let opened = cbc::open(&key, &cbc::NO_VECTOR, sealed)?;
    let list: OnlyName = serde_json::from_slice(&opened).ok()?;
    Some(list.0)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryJson {
    issuer: Option<String>,
    name: Option<String>,
    key: Option<Hidden>,
    base: Option<u64>,
    digits: Option<Count>,
    period: Option<Count>,
    is_favorite: Option<bool>,
}

/// What can still be told of an entry that is otherwise malformed.
#[derive(Deserialize, Default)]
struct Names {
    issuer: Option<String>,
    name: Option<String>,
}

fn read_list(list: &str) -> Result<Import, ImportError> {
    let list: RawList = json::parse_content(list.as_bytes())?;
    Ok(Import::collect(FormatName::TotpAuthenticator, list.members()?, read_entry))
}

fn read_entry(raw: &RawValue) -> Result<Found, Bad> {
    let Ok(json) = serde_json::from_str::<EntryJson>(raw.get()) else {
        let names = serde_json::from_str::<Names>(raw.get()).unwrap_or_default();
        let (issuer, account) = (names.issuer.unwrap_or_default(), names.name.unwrap_or_default());
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    let issuer = json.issuer.unwrap_or_default();
    let account = json.name.unwrap_or_default();
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let secret = match (json.key, json.base) {
        (Some(text), Some(16)) => {
            let bytes = HEXUPPER_PERMISSIVE.decode(text.0.expose().as_bytes());
            Some(bytes.map_or(Spelled::Unreadable, |bytes| SecretBytes::new(bytes).into()))
        }
        (text, None | Some(32)) => text.map(Into::into),
        _ => return Err(bad(RefuseReason::BadSecret)),
    };
    let draft = Draft {
        kind: Kind::Totp,
        secret,
        algorithm: None,
        digits: json.digits.map(|count| count.0),
        period: json.period.map(|count| count.0),
        counter: None,
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let is_pinned = json.is_favorite == Some(true);
    Ok(Found { token, extras: EntryExtras { is_pinned, ..EntryExtras::default() }, notices })
}
