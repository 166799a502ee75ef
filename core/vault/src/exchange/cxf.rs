// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys as password managers hand them to each other: FIDO's Credential Exchange Format (CXF 1.0).
//!
//! A file is a header with accounts, or one account by itself, as some systems hand it over. An account has
//! items, an item has credentials. Passkeys and tokens are read, log-ins become services, and what else there
//! is, known or not, is kept as a note; only a password is told and not taken. The format has no protection of
//! its own. It has no place for how well a passkey is protected (credProtect), so that travels as an extension
//! of the item (section 3.5), which others pass over. It forbids signature counters, which no passkey here has.

mod other;
mod writing;

use std::borrow::Cow;

use kagifuda_secret::{SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Draft, Found, FoundPasskey, Kind};
use super::json::{self, Hidden, RawList};
use super::login::Login;
use super::passkey::{NO_PROTECTION, Parts, base64url};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, LargeBlob, Notice,
    RefuseReason,
};
use crate::item::Passkey;

pub use writing::{OutgoingBlob, OutgoingPasskey, write_cxf};

/// The newest version known here; later ones of it only add (CXF section 3).
const MAJOR_VERSION: u64 = 1;

/// The longest blob a site leaves with a credential (CTAP 2.3 section 12.2), in bytes.
const MAX_CRED_BLOB_BYTES: usize = 128;
/// The only way CXF knows to make hmac-secret's outputs.
const HMAC_ALGORITHM: &str = "hmac-sha256";
/// Our extension of an item with a passkey: its member `level` is that of credProtect.
const PROTECTION: &str = "kagifuda.invalid/cred-protect";
/// The level that demands verification for everything.
const MOST_PROTECTION: u8 = 3;

/// The Credential Exchange Format.
#[derive(Clone, Copy, Debug)]
pub struct Cxf;

impl Format for Cxf {
    fn name(&self) -> FormatName {
        FormatName::Cxf
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes)
            && (json::mentions(bytes, "exporterRpId")
                || json::mentions(bytes, "items") && json::mentions(bytes, "credentials"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        let file: File = json::parse_file(text)?;
        let found = file.version.map_or(MAJOR_VERSION, |version| version.major);
        if found > MAJOR_VERSION {
            return Err(ImportError::NewerVersion { found, known: MAJOR_VERSION });
        }
        let exporter = file.exporter_display_name.as_deref().unwrap_or_default();
        let mut import = Import::empty(FormatName::Cxf);
        match file.accounts {
            Some(accounts) => {
                for account in accounts.members()? {
                    match serde_json::from_str::<Account>(account.get()) {
                        Ok(account) => read_account(&account, exporter, &mut import)?,
                        Err(_) => import.take(Err(nameless())),
                    }
                }
            }
            None => {
                let items = file.items.ok_or(ImportError::NotThisFormat)?;
                let account = Account { items, collections: file.collections };
                read_account(&account, exporter, &mut import)?;
            }
        }
        Ok(import)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    version: Option<Version>,
    exporter_display_name: Option<String>,
    #[serde(borrow, default)]
    accounts: Option<RawList<'a>>,
    /// Of an account that stands by itself.
    #[serde(borrow, default)]
    items: Option<RawList<'a>>,
    #[serde(borrow, default)]
    collections: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Version {
    major: u64,
}

#[derive(Deserialize)]
struct Account<'a> {
    #[serde(borrow)]
    items: RawList<'a>,
    #[serde(borrow, default)]
    collections: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    id: Option<String>,
    title: Option<String>,
    subtitle: Option<String>,
    #[serde(borrow, default)]
    scope: Option<&'a RawValue>,
    favorite: Option<bool>,
    tags: Option<Vec<String>>,
    #[serde(borrow)]
    credentials: RawList<'a>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ProtectionLevel {
    level: u8,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PasskeyCredential<'a> {
    credential_id: String,
    rp_id: String,
    username: Option<String>,
    user_display_name: Option<String>,
    user_handle: String,
    key: Hidden,
    #[serde(borrow)]
    fido2_extensions: Option<Fido2Extensions<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Fido2Extensions<'a> {
    hmac_credentials: Option<HmacCredentials>,
    cred_blob: Option<Hidden>,
    #[serde(borrow)]
    large_blob: Option<&'a RawValue>,
    payments: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClaimedBlob {
    uncompressed_size: u64,
    data: Hidden,
}

#[derive(Deserialize)]
struct HmacCredentials {
    algorithm: String,
    #[serde(rename = "credWithUV")]
    with_uv: Hidden,
    #[serde(rename = "credWithoutUV")]
    without_uv: Hidden,
}

#[derive(Deserialize)]
struct TotpCredential {
    secret: Option<Hidden>,
    period: Option<u64>,
    digits: Option<u64>,
    username: Option<String>,
    algorithm: Option<String>,
    issuer: Option<String>,
}

fn nameless() -> Bad {
    Bad::named("", "", RefuseReason::Malformed)
}

fn read_account(
    account: &Account<'_>,
    exporter: &str,
    import: &mut Import,
) -> Result<(), ImportError> {
    let folders = other::folders(account.collections.as_ref())?;
    for raw in account.items.members()? {
        let Ok(item) = serde_json::from_str::<Item>(raw.get()) else {
            import.take(Err(nameless()));
            continue;
        };
        let mut login = Login::named(item.title.clone().unwrap_or_default());
        login.extras.tags = item.tags.clone().unwrap_or_default();
        login.extras.is_pinned = item.favorite.unwrap_or(false);
        let listed = item.id.as_ref().and_then(|id| folders.get(id));
        login.extras.folders = listed.cloned().unwrap_or_default();
        other::read_scope(item.scope, &mut login)?;
        for credential in item.credentials.members()? {
            read_credential(credential, &item, exporter, &mut login);
        }
        other::read_subtitle(item.subtitle.as_deref(), &mut login);
        import.take_login(login);
    }
    Ok(())
}

fn read_credential(raw: &RawValue, item: &Item<'_>, exporter: &str, login: &mut Login) {
    match serde_json::from_str::<Typed>(raw.get()).as_ref().map(|typed| &*typed.kind) {
        Ok("passkey") => login.passkeys.push(read_passkey(raw, item)),
        Ok("totp") => login.tokens.push(read_totp(raw, item)),
        Ok(kind) => other::read(kind, raw, exporter, login),
        Err(_) => {
            login.tokens.push(Err(Bad::named(&login.name, "", RefuseReason::Malformed)));
        }
    }
}

fn read_passkey(raw: &RawValue, item: &Item<'_>) -> Result<FoundPasskey, Bad> {
    let title = item.title.clone().unwrap_or_default();
    let Ok(credential) = serde_json::from_str::<PasskeyCredential>(raw.get()) else {
        return Err(Bad::named(&title, "", RefuseReason::Malformed));
    };
    let account = credential.username.clone().unwrap_or_default();
    let rp_id = credential.rp_id.clone();
    let mut notices = Vec::new();
    let (mut passkey, large_blob) =
        credential.check(&mut notices).map_err(|why| Bad::named(&rp_id, &account, why))?;
    passkey.cred_protect = protection(item, &mut notices);
    // A title that says no more than the site does is none.
    let name = if title == rp_id { String::new() } else { title };
    Ok(FoundPasskey { name, passkey, large_blob, extras: EntryExtras::default(), notices })
}

/// How well the passkeys of an item are protected. Other programs do not say; where ours says it and cannot
/// be understood, nobody shall use the passkey with less than was asked for.
fn protection(item: &Item<'_>, notices: &mut Vec<Notice>) -> u8 {
    let list =
        item.extensions.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let ours = list.unwrap_or_default().into_iter().filter(|raw| {
        serde_json::from_str::<Named>(raw.get()).is_ok_and(|it| it.name == PROTECTION)
    });
    let levels = ours.map(|raw| {
        let said = serde_json::from_str::<ProtectionLevel>(raw.get()).ok();
        said.map(|it| it.level).filter(|level| (NO_PROTECTION..=MOST_PROTECTION).contains(level))
    });
    let level = levels.map(|level| (level.unwrap_or(MOST_PROTECTION), level.is_none())).max();
    let (level, is_assumed) = level.unwrap_or((NO_PROTECTION, false));
    if is_assumed {
        notices.push(Notice::ProtectionAssumed);
    }
    level
}

impl PasskeyCredential<'_> {
    fn check(
        self,
        notices: &mut Vec<Notice>,
    ) -> Result<(Passkey, Option<LargeBlob>), RefuseReason> {
        let malformed = RefuseReason::Malformed;
        let parts = Parts {
            credential_id: base64url(&self.credential_id).ok_or(malformed.clone())?,
            rp_id: self.rp_id,
            user_handle: base64url(&self.user_handle).ok_or(malformed)?,
            user_name: self.username.unwrap_or_default(),
            user_display_name: self.user_display_name.unwrap_or_default(),
            private_key: secret(&self.key).ok_or(RefuseReason::BadSecret)?,
        };
        let mut passkey = parts.check()?;
        let extensions = self.fido2_extensions.unwrap_or_default();
        let (hmac_with_uv, hmac_without_uv) = match extensions.hmac_credentials {
            None => (None, None),
            Some(secrets) => match secrets.check() {
                Some((with_uv, without_uv)) => (Some(with_uv), Some(without_uv)),
                None => {
                    notices.push(Notice::PrfUnreadable);
                    (None, None)
                }
            },
        };
        let cred_blob = extensions.cred_blob.and_then(|blob| {
            let read = secret(&blob).filter(|blob| blob.expose().len() <= MAX_CRED_BLOB_BYTES);
            if read.is_none() {
                notices.push(Notice::BlobDropped);
            }
            read
        });
        let large_blob = extensions.large_blob.and_then(|blob| {
            let read = large_blob(blob);
            if read.is_none() {
                notices.push(Notice::BlobDropped);
            }
            read
        });
        passkey.hmac_with_uv = hmac_with_uv;
        passkey.hmac_without_uv = hmac_without_uv;
        passkey.cred_blob = cred_blob;
        passkey.third_party_payment = extensions.payments.unwrap_or(false);
        Ok((passkey, large_blob))
    }
}

fn large_blob(raw: &RawValue) -> Option<LargeBlob> {
    let blob: ClaimedBlob = serde_json::from_str(raw.get()).ok()?;
    LargeBlob::claimed(secret(&blob.data)?.expose(), blob.uncompressed_size)
}

impl HmacCredentials {
    /// The secrets with and without verification, if they are ones.
    fn check(&self) -> Option<(SecretBytes, SecretBytes)> {
        let secret = |text| secret(text).filter(|secret| secret.expose().len() == 32);
        let pair = (secret(&self.with_uv)?, secret(&self.without_uv)?);
        (self.algorithm == HMAC_ALGORITHM).then_some(pair)
    }
}

fn read_totp(raw: &RawValue, item: &Item<'_>) -> Result<Found, Bad> {
    let title = item.title.clone().unwrap_or_default();
    let Ok(credential) = serde_json::from_str::<TotpCredential>(raw.get()) else {
        return Err(Bad::named(&title, "", RefuseReason::Malformed));
    };
    let issuer = credential.issuer.filter(|issuer| !issuer.is_empty()).unwrap_or(title);
    let account = credential.username.unwrap_or_default();
    let mut notices = Vec::new();
    let draft = Draft {
        kind: Kind::Totp,
        secret: credential.secret.map(Into::into),
        algorithm: credential.algorithm,
        digits: credential.digits,
        period: credential.period,
        counter: None,
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let token = draft.into_token(&mut notices).map_err(|why| Bad::named(&issuer, &account, why))?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}

fn secret(text: &Hidden) -> Option<SecretBytes> {
    base64url(text.0.expose()).map(SecretBytes::new)
}
