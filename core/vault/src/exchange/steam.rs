// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the Steam app and its desktop relatives keep: one JSON object per account (`.maFile`), or a map of
//! them. The secret is base64. The code that takes the authenticator off the account again is kept as a note;
//! what confirms trades is not, since nothing here can use it.

use data_encoding::BASE64;
use kagifuda_secret::{SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Hidden};
use super::limits::MAX_ENTRIES;
use super::{EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, RefuseReason};

/// The issuer of all of them.
const ISSUER: &str = "Steam";

/// The accounts of the Steam app.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steam;

impl Format for Steam {
    fn name(&self) -> FormatName {
        FormatName::Steam
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes) && json::mentions(bytes, "shared_secret")
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        let file: File = json::parse_file(text)?;
        let mut import = Import::empty(FormatName::Steam);
        match file.accounts {
            Some(accounts) if accounts.len() > MAX_ENTRIES => {
                return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
            }
            Some(accounts) => {
                accounts.values().for_each(|raw| import.take(read_account(raw.get())));
            }
            None => import.take(read_account(text)),
        }
        Ok(import)
    }
}

#[derive(Deserialize)]
struct File<'a> {
    /// By the number of the account; of a file with one account there is no map.
    #[serde(borrow)]
    accounts: Option<BTreeMap<String, &'a RawValue>>,
}

#[derive(Deserialize)]
struct Account {
    account_name: Option<String>,
    shared_secret: Option<Hidden>,
    revocation_code: Option<Hidden>,
}

/// What can still be told of an account that is otherwise malformed.
#[derive(Deserialize)]
struct Name {
    account_name: Option<String>,
}

fn read_account(json: &str) -> Result<Found, Bad> {
    let Ok(account) = serde_json::from_str::<Account>(json) else {
        let name = serde_json::from_str::<Name>(json).ok().and_then(|named| named.account_name);
        return Err(Bad::named(ISSUER, &name.unwrap_or_default(), RefuseReason::Malformed));
    };
    let name = account.account_name.unwrap_or_default();
    let bad = |reason| Bad::named(ISSUER, &name, reason);
    let secret = account.shared_secret.filter(|text| !text.0.expose().is_empty());
    let secret = secret.ok_or_else(|| bad(RefuseReason::NoSecret))?;
    let secret = BASE64.decode(secret.0.expose().as_bytes()).map(SecretBytes::new);
    let secret = secret.map_err(|_| bad(RefuseReason::BadSecret))?;
    let draft = Draft {
        kind: Kind::Steam,
        secret: Some(secret.into()),
        algorithm: None,
        digits: None,
        period: None,
        counter: None,
        pin: None,
        issuer: ISSUER.to_owned(),
        account: name.clone(),
    };
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let note = account.revocation_code.map(|code| code.0).filter(|it| !it.expose().is_empty());
    let note = note.map(|code| SecretText::new(format!("revocation_code: {}", code.expose())));
    let extras = EntryExtras { note: note.unwrap_or_default(), ..EntryExtras::default() };
    Ok(Found { token, extras, notices })
}
