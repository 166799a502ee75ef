// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing a vault that Aegis Authenticator imports: file version 1, contents of version 3, and,
//! when encrypted, one password slot with the app's own scrypt cost.
//!
//! Folders and tags both become groups, the only grouping the app has.

use data_encoding::{BASE64, HEXLOWER};
use kagifuda_otp::{Token, TokenKind, base32};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use rand_core::CryptoRng;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{CONTENT_VERSION, FILE_VERSION, PASSWORD_SLOT};
use crate::exchange::fields::algorithm_name;
use crate::exchange::password::{ScryptCost, scrypt_key};
use crate::exchange::write::{Ledger, random, random_uuid};
use crate::exchange::{
    ImportLimits, LossKind, Outgoing, Part, Protection, Setting, WriteError, Written, gcm, json,
};

/// Writes a vault for Aegis Authenticator.
///
/// # Errors
/// [`WriteError`]; entries the format cannot carry are no error but [`Written::losses`].
pub fn write_aegis(
    entries: &[Outgoing<'_>],
    protection: Protection<'_>,
    rng: &mut impl CryptoRng,
) -> Result<Written, WriteError> {
    let password = protection.password()?;
    let mut ledger = Ledger::default();
    let secrets: Vec<SecretText> =
        entries.iter().map(|entry| base32::write(entry.token.secret.expose())).collect();
    let mut groups = Groups::default();
    let mut written = Vec::with_capacity(entries.len());
    for ((position, entry), secret) in (1..).zip(entries).zip(&secrets) {
        match kind_of(entry.token) {
            Ok(kind) => {
                ledger.without(position, entry, &[Part::Colour, Part::UnknownParameters]);
                let listed = groups.of(entry, rng);
                written.push(EntryJson::new(kind, entry, secret.expose(), listed, rng));
            }
            Err(kind) => ledger.add(position, kind),
        }
    }
    let contents = Contents {
        version: CONTENT_VERSION,
        entries: written,
        groups: groups.0,
        icons_optimized: true,
    };
    let mut content = match password {
        None => json::to_secret_json(&File {
            version: FILE_VERSION,
            header: Header::PLAIN,
            db: contents,
        }),
        Some(password) => seal(&json::to_secret_json(&contents), password, rng)?,
    };
    Ok(Written { content: SecretBytes::new(core::mem::take(&mut *content)), losses: ledger.losses })
}

/// The app's word for the kind, or why the app has no place for the token.
fn kind_of(token: &Token) -> Result<&'static str, LossKind> {
    let has_pin = token.pin.as_ref().is_some_and(|pin| !pin.expose().is_empty());
    match token.kind {
        TokenKind::Totp { t0, .. } if t0 != 0 => Err(LossKind::StartOfTime),
        // The app keeps the period and the counter in Java's int and long.
        TokenKind::Totp { period_seconds, .. } if i32::try_from(period_seconds).is_err() => {
            Err(LossKind::Value(Setting::Period))
        }
        TokenKind::Hotp { counter } if i64::try_from(counter).is_err() => {
            Err(LossKind::Value(Setting::Counter))
        }
        TokenKind::Totp { .. } => Ok("totp"),
        TokenKind::Hotp { .. } => Ok("hotp"),
        TokenKind::Steam => Ok("steam"),
        TokenKind::Motp | TokenKind::Yandex if !has_pin => Err(LossKind::PinMissing),
        TokenKind::Motp => Ok("motp"),
        TokenKind::Yandex if !matches!(token.secret.expose().len(), 16 | 26) => {
            Err(LossKind::Secret)
        }
        TokenKind::Yandex => Ok("yandex"),
        other => Err(LossKind::Kind(other)),
    }
}

/// The groups met so far.
#[derive(Default)]
struct Groups<'a>(Vec<Group<'a>>);

impl<'a> Groups<'a> {
    /// Identifiers of the groups of an entry; new groups are added.
    fn of(&mut self, entry: &Outgoing<'a>, rng: &mut impl CryptoRng) -> Vec<String> {
        let names = entry.extras.folders.iter().chain(&entry.extras.tags);
        let mut listed = Vec::new();
        for name in names {
            let known = self.0.iter().position(|group| group.name == name);
            let index = known.unwrap_or_else(|| {
                self.0.push(Group { uuid: random_uuid(rng), name });
                self.0.len() - 1
            });
            if !listed.contains(&self.0[index].uuid) {
                listed.push(self.0[index].uuid.clone());
            }
        }
        listed
    }
}

#[derive(Serialize)]
struct File<D> {
    version: u64,
    header: Header,
    db: D,
}

#[derive(Serialize)]
struct Header {
    slots: Option<[Slot; 1]>,
    params: Option<GcmParams>,
}

impl Header {
    const PLAIN: Self = Self { slots: None, params: None };
}

#[derive(Serialize)]
struct GcmParams {
    nonce: String,
    tag: String,
}

#[derive(Serialize)]
struct Slot {
    #[serde(rename = "type")]
    kind: u64,
    uuid: String,
    key: String,
    key_params: GcmParams,
    n: u64,
    r: u64,
    p: u64,
    salt: String,
    repaired: bool,
    is_backup: bool,
}

#[derive(Serialize)]
struct Contents<'a> {
    version: u64,
    entries: Vec<EntryJson<'a>>,
    groups: Vec<Group<'a>>,
    icons_optimized: bool,
}

#[derive(Serialize)]
struct Group<'a> {
    uuid: String,
    name: &'a str,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: String,
    name: &'a str,
    issuer: &'a str,
    note: &'a str,
    favorite: bool,
    icon: Option<&'a str>,
    info: Info<'a>,
    groups: Vec<String>,
    archived: bool,
}

#[derive(Serialize)]
struct Info<'a> {
    secret: &'a str,
    algo: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'a str>,
}

impl<'a> EntryJson<'a> {
    fn new(
        kind: &'static str,
        entry: &Outgoing<'a>,
        secret: &'a str,
        groups: Vec<String>,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let Outgoing { token, extras } = *entry;
        let (period, counter) = match token.kind {
            TokenKind::Totp { period_seconds, .. } => (Some(period_seconds), None),
            TokenKind::Hotp { counter } => (None, Some(counter)),
            TokenKind::Motp => (Some(10), None),
            _ => (Some(30), None),
        };
        let algo = match token.kind {
            TokenKind::Motp => "MD5",
            _ => algorithm_name(token.algorithm),
        };
        let pin = token.pin.as_ref().map(SecretText::expose);
        Self {
            kind,
            uuid: random_uuid(rng),
            name: &token.account,
            issuer: &token.issuer,
            note: extras.note.expose(),
            favorite: extras.is_pinned,
            icon: None,
            info: Info { secret, algo, digits: token.digits, period, counter, pin },
            groups,
            archived: false,
        }
    }
}

fn seal(
    contents: &[u8],
    password: &SecretText,
    rng: &mut impl CryptoRng,
) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let cost = ScryptCost::AEGIS;
    let salt: [u8; 32] = random(rng);
    let key = scrypt_key(password, &salt, cost, &ImportLimits::STANDARD)
        .map_err(|_| WriteError::NotEnoughMemory)?;
    let master = SecretArray::filled_by(|bytes| rng.fill_bytes(bytes));
    let (sealed_key, key_params) = seal_apart(&key, master.expose(), rng);
    let (sealed_contents, params) = seal_apart(&master, contents, rng);
    let slot = Slot {
        kind: PASSWORD_SLOT,
        uuid: random_uuid(rng),
        key: HEXLOWER.encode(&sealed_key),
        key_params,
        n: cost.n,
        r: cost.r,
        p: cost.p,
        salt: HEXLOWER.encode(&salt),
        repaired: true,
        is_backup: false,
    };
    Ok(json::to_secret_json(&File {
        version: FILE_VERSION,
        header: Header { slots: Some([slot]), params: Some(params) },
        db: BASE64.encode(&sealed_contents),
    }))
}

/// Seals, with nonce and tag kept apart as the app keeps them.
fn seal_apart(
    key: &SecretArray<32>,
    plain: &[u8],
    rng: &mut impl CryptoRng,
) -> (Vec<u8>, GcmParams) {
    let nonce = random(rng);
    let mut sealed = gcm::seal(key, &nonce, plain);
    let tag = sealed.split_off(plain.len());
    (sealed, GcmParams { nonce: HEXLOWER.encode(&nonce), tag: HEXLOWER.encode(&tag) })
}
