// SPDX-License-Identifier: MIT OR Apache-2.0
//! FreeOTP's preferences of version 1 and those of FreeOTP+, which are XML, and FreeOTP+'s export, which is
//! JSON. Every token is the same JSON object in all three; its secret is a list of signed bytes.
//!
//! Both apps keep a counter that is one lower than that of the code's URI. It is taken as it stands: the next
//! code is then the one the app shows last, which a site passes over, rather than one it has not heard of.

use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Draft, Found, Kind, Spelled};
use super::json::{self, JavaBytes, RawList};
use super::preferences::Preferences;
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, RefuseReason,
};

/// The name of the entry that holds the order of the others.
const ORDER: &str = "tokenOrder";

/// The preferences of FreeOTP 1 and of FreeOTP+.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeOtp;

/// The export of FreeOTP+.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeOtpPlus;

impl Format for FreeOtp {
    fn name(&self) -> FormatName {
        FormatName::FreeOtp
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        Preferences::looks_like(bytes)
            && (json::mentions(bytes, ORDER) || json::holds(bytes, "issuerExt"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let preferences = Preferences::read(limits.text_of(bytes)?)?;
        let mut import = Import::empty(FormatName::FreeOtp);
        let tokens = preferences.texts().filter(|(name, _)| *name != ORDER);
        for (name, text) in tokens {
            import.take(read_token(text, None).map_err(|bad| bad.or_named(name)));
        }
        Ok(import)
    }
}

impl Format for FreeOtpPlus {
    fn name(&self) -> FormatName {
        FormatName::FreeOtpPlus
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes) && json::mentions(bytes, ORDER) && json::mentions(bytes, "tokens")
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let file: File = json::parse_file(limits.text_of(bytes)?)?;
        let read = |raw: &RawValue| read_token(raw.get(), None);
        Ok(Import::collect(FormatName::FreeOtpPlus, file.tokens.members()?, read))
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    tokens: RawList<'a>,
}

/// A token as all versions of the app write it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenJson {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(flatten)]
    names: Names,
    algo: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
    secret: Option<JavaBytes>,
}

/// What can still be told of a token that is otherwise malformed.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Names {
    issuer_ext: Option<String>,
    issuer_int: Option<String>,
    issuer_alt: Option<String>,
    label: Option<String>,
}

impl Names {
    /// Issuer and account. The issuer stands there twice, as the URI's label and its parameter have it.
    fn plain(&self) -> (String, String) {
        let said = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let issuer = said(&self.issuer_ext).or_else(|| said(&self.issuer_int));
        (issuer.unwrap_or_default(), self.label.clone().unwrap_or_default())
    }
}

/// Reads a token; where its secret stands elsewhere, that is given.
pub(super) fn read_token(json: &str, secret: Option<Spelled>) -> Result<Found, Bad> {
    let Ok(token) = serde_json::from_str::<TokenJson>(json) else {
        let (issuer, account) = serde_json::from_str::<Names>(json).unwrap_or_default().plain();
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    let (issuer, account) = token.names.plain();
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let mut notices = Vec::new();
    if let Some(name) = token.names.issuer_alt.filter(|name| !name.is_empty() && *name != issuer) {
        notices.push(Notice::ShownAs { name });
    }
    let kind = token.kind.as_deref().and_then(Kind::read);
    let kind = kind.ok_or_else(|| bad(RefuseReason::UnknownKind))?;
    let own = token.secret.map(|bytes| bytes.0.into());
    let draft = Draft {
        kind,
        secret: secret.or(own),
        algorithm: token.algo,
        digits: token.digits,
        period: token.period,
        counter: token.counter,
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let token = draft.into_token(&mut notices).map_err(bad)?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}
