// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports of Raivo OTP: a JSON list in which everything is text, numbers and yes or no too. The app packs the
//! list into an encrypted ZIP archive.

use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Count, Hidden, RawList};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, RefuseReason,
};

/// The export format of Raivo OTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raivo;

impl Format for Raivo {
    fn name(&self) -> FormatName {
        FormatName::Raivo
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        let has = |key| json::mentions(bytes, key);
        json::is_list(bytes) && has("secret") && has("kind") && has("timer")
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let list: RawList = json::parse_file(limits.text_of(bytes)?)?;
        Ok(Import::collect(FormatName::Raivo, list.members()?, read_entry))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryJson {
    issuer: Option<String>,
    account: Option<String>,
    secret: Option<Hidden>,
    kind: String,
    algorithm: Option<String>,
    digits: Option<Count>,
    timer: Option<Count>,
    counter: Option<Count>,
    icon_value: Option<String>,
    pinned: Option<String>,
}

/// What can still be told of an entry that is otherwise malformed.
#[derive(Deserialize, Default)]
struct Names {
    issuer: Option<String>,
    account: Option<String>,
}

fn read_entry(raw: &RawValue) -> Result<Found, Bad> {
    let Ok(json) = serde_json::from_str::<EntryJson>(raw.get()) else {
        let names = serde_json::from_str::<Names>(raw.get()).unwrap_or_default();
        let (issuer, account) =
            (names.issuer.unwrap_or_default(), names.account.unwrap_or_default());
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    let issuer = json.issuer.unwrap_or_default();
    let account = json.account.unwrap_or_default();
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let kind = Kind::read(&json.kind).ok_or_else(|| bad(RefuseReason::UnknownKind))?;
    let mut notices = Vec::new();
    if json.icon_value.is_some_and(|icon| !icon.is_empty()) {
        notices.push(Notice::IconDropped);
    }
    let draft = Draft {
        kind,
        secret: json.secret.map(Into::into),
        algorithm: json.algorithm,
        digits: json.digits.map(|count| count.0),
        period: json.timer.map(|count| count.0),
        counter: json.counter.map(|count| count.0),
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let is_pinned = json.pinned.as_deref() == Some("true");
    let extras = EntryExtras { is_pinned, ..EntryExtras::default() };
    Ok(Found { token, extras, notices })
}
