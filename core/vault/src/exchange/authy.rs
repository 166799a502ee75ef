// SPDX-License-Identifier: MIT OR Apache-2.0
//! The preferences of Authy on a rooted phone; the app has no export. Secrets stand there in clear, or each
//! sealed by itself under PBKDF2 of the backup password with a salt that is used as the text it is.
//!
//! Neither hash nor period is in the file, so they are assumed and that is said. Authy's own tokens have seven
//! digits and ten seconds. AES-256-CBC proves nothing: a password is right when a secret comes out.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use kagifuda_otp::base32;
use kagifuda_secret::{SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Draft, Found, Kind, Spelled};
use super::json::{self, Hidden, RawList};
use super::password::{Pbkdf2Cost, Pbkdf2Hash};
use super::preferences::Preferences;
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Place, RefuseReason, cbc,
};

/// How the names of the two lists begin, of other sites' tokens and of Authy's own.
const LISTS: &str = "com.authy.storage.tokens.";
/// How they end.
const KEY: &str = ".key";
/// The cost is the format's, so a hostile file cannot raise it; how often it is paid, it can.
const COST: Pbkdf2Cost = Pbkdf2Cost { hash: Pbkdf2Hash::Sha1, iterations: 1000 };
/// The settings of Authy's own tokens.
const OWN_DIGITS: u64 = 7;
const OWN_PERIOD: u64 = 10;

/// The preferences of Authy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Authy;

impl Format for Authy {
    fn name(&self) -> FormatName {
        FormatName::Authy
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        Preferences::looks_like(bytes) && json::holds(bytes, LISTS)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let preferences = Preferences::read(limits.text_of(bytes)?)?;
        let is_list = |name: &str| name.starts_with(LISTS) && name.ends_with(KEY);
        let lists = preferences.texts().filter(|(name, _)| is_list(name));
        let lists = lists.map(|(_, text)| serde_json::from_str(text));
        let lists: Vec<RawList> = lists.collect::<Result<_, _>>().map_err(|_| CONTENT)?;
        let mut accounts = Vec::new();
        for list in &lists {
            accounts.extend(list.members()?.iter().map(|raw| Account::read(raw)));
        }
        let sealed_count = accounts.iter().flatten().filter(|it| it.is_sealed()).count() as u64;
        if sealed_count > 0 {
            let password = password.ok_or(ImportError::PasswordNeeded)?;
            limits.admit_cost(0, COST.work_kib().saturating_mul(sealed_count))?;
            let mut opened_count = 0;
            for account in accounts.iter_mut().flatten() {
                opened_count += u64::from(account.open(password, limits)?);
            }
            if opened_count == 0 {
                return Err(ImportError::WrongPassword);
            }
        }
        let mut import = Import::empty(FormatName::Authy);
        accounts.into_iter().for_each(|account| import.take(account.and_then(Account::check)));
        Ok(import)
    }
}

const CONTENT: ImportError = ImportError::Damaged { at: Place::Content };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[serde(flatten)]
    names: Names,
    digits: Option<u64>,
    decrypted_secret: Option<Hidden>,
    encrypted_secret: Option<String>,
    salt: Option<String>,
    /// The secret of one of Authy's own tokens, in hexadecimal.
    secret_seed: Option<Hidden>,
}

/// What can still be told of an account that is otherwise malformed.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Names {
    name: Option<String>,
    original_issuer: Option<String>,
    original_name: Option<String>,
}

impl Names {
    /// Issuer and account: the name shown begins with the issuer, unless the person has changed it.
    fn plain(&self) -> (String, String) {
        let said = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let shown = said(&self.name).or_else(|| said(&self.original_name)).unwrap_or_default();
        let (before, after) = match shown.split_once(':') {
            Some((before, after)) => (Some(before.trim()), after.trim()),
            None => (None, shown.as_str()),
        };
        match said(&self.original_issuer) {
            Some(issuer) if before.is_none_or(|before| before == issuer) => {
                (issuer, after.to_owned())
            }
            Some(issuer) => (issuer, shown),
            None => (before.unwrap_or_default().to_owned(), after.to_owned()),
        }
    }
}

impl Account {
    fn read(raw: &RawValue) -> Result<Self, Bad> {
        serde_json::from_str(raw.get()).map_err(|_| {
            let names = serde_json::from_str::<Names>(raw.get()).unwrap_or_default();
            let (issuer, account) = names.plain();
            Bad::named(&issuer, &account, RefuseReason::Malformed)
        })
    }

    const fn is_sealed(&self) -> bool {
        self.decrypted_secret.is_none() && self.encrypted_secret.is_some()
    }

    /// Opens the secret; tells whether one came out.
    fn open(&mut self, password: &SecretText, limits: &ImportLimits) -> Result<bool, ImportError> {
        if !self.is_sealed() {
            return Ok(false);
        }
        let salt = self.salt.as_deref().unwrap_or_default();
        let key = COST.key(password, salt.as_bytes(), limits)?;
        let sealed = self.encrypted_secret.as_deref().unwrap_or_default();
        let opened = BASE64.decode(sealed.as_bytes()).ok();
        let opened = opened.and_then(|sealed| cbc::open(&key, &cbc::NO_VECTOR, &sealed));
        let text = opened.as_deref().and_then(|bytes| core::str::from_utf8(bytes).ok());
        let text = text.filter(|text| base32::read(text).is_ok_and(|it| !it.expose().is_empty()));
        self.decrypted_secret = text.map(|text| Hidden(SecretText::from(text)));
        Ok(self.decrypted_secret.is_some())
    }

    fn check(self) -> Result<Found, Bad> {
        let (issuer, account) = self.names.plain();
        let bad = |reason| Bad::named(&issuer, &account, reason);
        // After all was opened that could be, this is one that did not.
        if self.is_sealed() {
            return Err(bad(RefuseReason::BadSecret));
        }
        let seed = self.secret_seed.filter(|_| self.decrypted_secret.is_none());
        let seed = seed.map(|text| {
            let bytes = HEXLOWER_PERMISSIVE.decode(text.0.expose().as_bytes());
            bytes.map_or(Spelled::Unreadable, |bytes| SecretBytes::new(bytes).into())
        });
        let is_own = seed.is_some();
        let draft = Draft {
            kind: Kind::Totp,
            secret: self.decrypted_secret.map(Into::into).or(seed),
            algorithm: is_own.then(|| "SHA1".to_owned()),
            digits: self.digits.or(is_own.then_some(OWN_DIGITS)),
            period: is_own.then_some(OWN_PERIOD),
            counter: None,
            pin: None,
            issuer: issuer.clone(),
            account: account.clone(),
        };
        let mut notices = Vec::new();
        let token = draft.into_token(&mut notices).map_err(bad)?;
        Ok(Found { token, extras: EntryExtras::default(), notices })
    }
}
