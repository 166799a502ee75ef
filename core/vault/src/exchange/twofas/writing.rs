// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing a backup that 2FAS Authenticator restores: schema 4, plain or sealed as the app seals.
//!
//! The app knows time tokens, counter tokens and Steam; codes of 5 to 8 characters; one group and
//! no note per entry. On iPhones it knows four periods and takes any other for 30 seconds, so such
//! an entry is written and reported.

use data_encoding::BASE64;
use kagifuda_otp::{Token, TokenKind, UnixTime, base32};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use rand_core::CryptoRng;
use serde::Serialize;

use super::{ITERATIONS, SCHEMA_VERSION};
use crate::exchange::fields::algorithm_name;
use crate::exchange::password::pbkdf2_key;
use crate::exchange::write::{Ledger, random, random_uuid};
use crate::exchange::{
    LossKind, Outgoing, Part, Protection, Setting, WriteError, Written, gcm, json,
};

/// The text every backup under a password seals beside its services; the app checks the password
/// with it. A constant of the format, known to every reader.
const REFERENCE: &str = concat!(
    "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfgg",
    "ogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG482",
    "4igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1",
    "BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd",
);

/// Bytes of the salt the app uses.
const SALT_BYTES: usize = 256;

/// The app's own picture for services it does not know.
const DEFAULT_ICON: &str = "a5b3fb65-4ec5-43e6-8ec1-49e24ca9e7ad";

/// The periods the app knows on every phone, in seconds.
const PERIODS: [u32; 4] = [10, 30, 60, 90];

/// The colours the app has names for.
const COLOURS: [&str; 11] = [
    "Default",
    "LightBlue",
    "Indigo",
    "Purple",
    "Turquoise",
    "Green",
    "Red",
    "Orange",
    "Yellow",
    "Pink",
    "Brown",
];

/// Writes a backup for 2FAS Authenticator.
///
/// # Errors
/// [`WriteError`]; entries the format cannot carry are no error but [`Written::losses`].
pub fn write_twofas(
    entries: &[Outgoing<'_>],
    protection: Protection<'_>,
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Result<Written, WriteError> {
    let password = protection.password()?;
    let updated_at = now.0.saturating_mul(1000);
    let mut ledger = Ledger::default();
    let secrets: Vec<SecretText> =
        entries.iter().map(|entry| base32::write(entry.token.secret.expose())).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut services = Vec::with_capacity(entries.len());
    for ((position, entry), secret) in (1..).zip(entries).zip(&secrets) {
        match kind_of(entry.token) {
            Ok(kind) => {
                note_losses(&mut ledger, position, entry);
                let group_id = entry.extras.folders.first().map(|name| {
                    let known = groups.iter().position(|group| group.name == name);
                    let index = known.unwrap_or_else(|| {
                        groups.push(Group::new(name, updated_at, rng));
                        groups.len() - 1
                    });
                    groups[index].id.clone()
                });
                let order = Order { position: services.len() };
                let otp = Otp::new(kind, entry.token);
                services.push(Service {
                    name: name_of(entry.token),
                    secret: secret.expose(),
                    updated_at,
                    otp,
                    order,
                    badge: colour_of(entry).map(|color| Badge { color }),
                    icon: Icon::of(entry.token),
                    group_id,
                });
            }
            Err(kind) => ledger.add(position, kind),
        }
    }
    let mut file = File {
        services,
        groups,
        updated_at,
        schema_version: SCHEMA_VERSION,
        app_version_code: 5_000_009,
        app_version_name: "5.1.0",
        app_origin: "android",
        services_encrypted: None,
        reference: None,
    };
    if let Some(password) = password {
        let list = json::to_secret_json(&file.services);
        let salt: [u8; SALT_BYTES] = random(rng);
        let key = pbkdf2_key(password, &salt, ITERATIONS);
        file.services = Vec::new();
        file.services_encrypted = Some(seal(&key, &salt, &list, rng));
        file.reference = Some(seal(&key, &salt, REFERENCE.as_bytes(), rng));
    }
    let mut content = json::to_secret_json(&file);
    let content = SecretBytes::new(core::mem::take(&mut *content));
    Ok(Written { content, losses: ledger.losses })
}

fn seal(key: &SecretArray<32>, salt: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> String {
    let nonce = random(rng);
    let sealed = gcm::seal(key, &nonce, plain);
    [sealed.as_slice(), salt, &nonce].map(|part| BASE64.encode(part)).join(":")
}

/// The app's word for the kind, or why the app has no place for the token.
fn kind_of(token: &Token) -> Result<&'static str, LossKind> {
    match token.kind {
        TokenKind::Totp { .. } | TokenKind::Hotp { .. } if token.digits > 8 => {
            Err(LossKind::Value(Setting::Digits))
        }
        TokenKind::Totp { t0, .. } if t0 != 0 => Err(LossKind::StartOfTime),
        TokenKind::Totp { period_seconds, .. } if i32::try_from(period_seconds).is_err() => {
            Err(LossKind::Value(Setting::Period))
        }
        TokenKind::Hotp { counter } if i32::try_from(counter).is_err() => {
            Err(LossKind::Value(Setting::Counter))
        }
        TokenKind::Totp { .. } => Ok("TOTP"),
        TokenKind::Hotp { .. } => Ok("HOTP"),
        TokenKind::Steam => Ok("STEAM"),
        other => Err(LossKind::Kind(other)),
    }
}

fn note_losses(ledger: &mut Ledger, position: usize, entry: &Outgoing<'_>) {
    let kind = entry.token.kind;
    if matches!(kind, TokenKind::Totp { period_seconds, .. } if !PERIODS.contains(&period_seconds))
    {
        ledger.add(position, LossKind::Misread(Setting::Period));
    }
    if entry.extras.folders.len() > 1 {
        ledger.without(position, entry, &[Part::Folders]);
    }
    ledger.without(position, entry, &[Part::Tags, Part::Note, Part::Pinned]);
    if colour_of(entry).is_none() {
        ledger.without(position, entry, &[Part::Colour]);
    }
    ledger.without(position, entry, &[Part::UnknownParameters]);
}

/// The app needs a name to show.
fn name_of(token: &Token) -> &str {
    let names = [token.issuer.as_str(), &token.account, "Unknown"];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

fn colour_of<'a>(entry: &Outgoing<'a>) -> Option<&'a str> {
    entry.extras.colour.as_deref().filter(|name| COLOURS.contains(name))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    services: Vec<Service<'a>>,
    groups: Vec<Group<'a>>,
    updated_at: u64,
    schema_version: u64,
    app_version_code: u32,
    app_version_name: &'static str,
    app_origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    services_encrypted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    id: String,
    name: &'a str,
    is_expanded: bool,
    updated_at: u64,
}

impl<'a> Group<'a> {
    fn new(name: &'a str, updated_at: u64, rng: &mut impl CryptoRng) -> Self {
        Self { id: random_uuid(rng), name, is_expanded: true, updated_at }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service<'a> {
    name: &'a str,
    secret: &'a str,
    updated_at: u64,
    otp: Otp<'a>,
    order: Order,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<Badge<'a>>,
    icon: Icon,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Otp<'a> {
    label: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    issuer: &'a str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    algorithm: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    token_type: &'static str,
    source: &'static str,
}

impl<'a> Otp<'a> {
    fn new(token_type: &'static str, token: &'a Token) -> Self {
        let (period, counter) = match token.kind {
            TokenKind::Totp { period_seconds, .. } => (Some(period_seconds), None),
            TokenKind::Hotp { counter } => (None, Some(counter)),
            _ => (Some(30), None),
        };
        Self {
            label: &token.account,
            account: &token.account,
            issuer: &token.issuer,
            digits: token.digits,
            period,
            algorithm: algorithm_name(token.algorithm),
            counter,
            token_type,
            source: "Manual",
        }
    }
}

#[derive(Serialize)]
struct Order {
    position: usize,
}

#[derive(Serialize)]
struct Badge<'a> {
    color: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Icon {
    selected: &'static str,
    label: IconLabel,
    icon_collection: IconCollection,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IconLabel {
    text: String,
    background_color: &'static str,
}

#[derive(Serialize)]
struct IconCollection {
    id: &'static str,
}

impl Icon {
    /// Two letters on a plain ground, as the app shows services it does not know.
    fn of(token: &Token) -> Self {
        let text = name_of(token).chars().take(2).flat_map(char::to_uppercase).collect();
        Self {
            selected: "Label",
            label: IconLabel { text, background_color: "Default" },
            icon_collection: IconCollection { id: DEFAULT_ICON },
        }
    }
}
