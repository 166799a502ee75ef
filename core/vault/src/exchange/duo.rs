// SPDX-License-Identifier: MIT OR Apache-2.0
//! `accounts.json` of Duo Mobile, from a rooted phone: names and secrets, without issuer, hash, digits or
//! period. Accounts that ask by push live in the app only and are refused by name.

use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Hidden, RawList};
use super::{EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, RefuseReason};

/// The accounts of Duo Mobile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Duo;

impl Format for Duo {
    fn name(&self) -> FormatName {
        FormatName::Duo
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_list(bytes)
            && (json::mentions(bytes, "otpGenerator") || json::mentions(bytes, "accountType"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let list: RawList = json::parse_file(limits.text_of(bytes)?)?;
        Ok(Import::collect(FormatName::Duo, list.members()?, read_account))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    name: Option<String>,
    otp_generator: Option<Generator>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Generator {
    otp_secret: Option<Hidden>,
    counter: Option<u64>,
}

/// What can still be told of an account that is otherwise malformed.
#[derive(Deserialize)]
struct Name {
    name: Option<String>,
}

fn read_account(raw: &RawValue) -> Result<Found, Bad> {
    let Ok(json) = serde_json::from_str::<Account>(raw.get()) else {
        let name = serde_json::from_str::<Name>(raw.get()).ok().and_then(|named| named.name);
        return Err(Bad::named("", &name.unwrap_or_default(), RefuseReason::Malformed));
    };
    let account = json.name.unwrap_or_default();
    let bad = |reason| Bad::named("", &account, reason);
    let generator = json.otp_generator.ok_or_else(|| bad(RefuseReason::AppBound))?;
    let draft = Draft {
        kind: if generator.counter.is_some() { Kind::Hotp } else { Kind::Totp },
        secret: generator.otp_secret.map(Into::into),
        algorithm: None,
        digits: None,
        period: None,
        counter: generator.counter,
        pin: None,
        issuer: String::new(),
        account: account.clone(),
    };
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices).map_err(bad)?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}
