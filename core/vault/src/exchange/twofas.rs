// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups of 2FAS Authenticator, schemas 1 to 4, plain or under a password.
//!
//! The schemas differ in what an entry says: 1 has names and secrets only, 2 adds hash, digits and
//! period, 3 the kind, 4 nothing we use; what is absent is assumed and said. Under a password the
//! list of services is `base64(AES-256-GCM):base64(salt):base64(nonce)` with the key of
//! PBKDF2-HMAC-SHA-256 over 10 000 rounds, and `reference` holds a fixed text sealed likewise, which
//! tells a wrong password from a damaged list.

mod writing;

use std::collections::HashMap;

use data_encoding::BASE64;
use kagifuda_secret::{SecretArray, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Hidden, RawList};
use super::password::{Pbkdf2Cost, Pbkdf2Hash};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, Place,
    RefuseReason, Setting, gcm,
};

pub use writing::write_twofas;

/// The newest schema known here.
const SCHEMA_VERSION: u64 = 4;

/// Rounds of PBKDF2; the file does not say them, so a hostile one cannot raise them.
const ITERATIONS: u32 = 10_000;
const COST: Pbkdf2Cost = Pbkdf2Cost { hash: Pbkdf2Hash::Sha256, iterations: ITERATIONS as u64 };

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The backup format of 2FAS Authenticator.
#[derive(Clone, Copy, Debug)]
pub struct TwoFas;

impl Format for TwoFas {
    fn name(&self) -> FormatName {
        FormatName::TwoFas
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes)
            && (json::mentions(bytes, "servicesEncrypted")
                || json::mentions(bytes, "services")
                    && (json::mentions(bytes, "schemaVersion") || json::mentions(bytes, "otp")))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        let file: File = json::parse_file(text)?;
        let found = file.schema_version.unwrap_or(SCHEMA_VERSION);
        if found > SCHEMA_VERSION {
            return Err(ImportError::NewerVersion { found, known: SCHEMA_VERSION });
        }
        let groups = group_names(&file.groups.unwrap_or_default())?;
        match file.services_encrypted.filter(|sealed| !sealed.is_empty()) {
            None => {
                let services = file.services.ok_or(BAD_PARAMETERS)?;
                read_services(services.members()?, &groups)
            }
            Some(sealed) => {
                let password = password.ok_or(ImportError::PasswordNeeded)?;
                let reference = file.reference.as_deref();
                let services = open_services(&sealed, reference, password, limits)?;
                let services: RawList = json::parse_content(&services)?;
                read_services(services.members()?, &groups)
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    schema_version: Option<u64>,
    #[serde(borrow, default)]
    services: Option<RawList<'a>>,
    #[serde(borrow, default)]
    groups: Option<RawList<'a>>,
    services_encrypted: Option<String>,
    reference: Option<String>,
}

/// A sealed text and what opens it.
struct Sealed {
    bytes: Vec<u8>,
    salt: Vec<u8>,
    nonce: [u8; gcm::NONCE_BYTES],
}

impl Sealed {
    fn read(text: &str) -> Result<Self, ImportError> {
        let mut parts = text.split(':').map(|part| BASE64.decode(part.as_bytes()));
        let (Some(Ok(bytes)), Some(Ok(salt)), Some(Ok(nonce)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BAD_PARAMETERS);
        };
        Ok(Self { bytes, salt, nonce: nonce.try_into().map_err(|_| BAD_PARAMETERS)? })
    }

    fn open(&self, key: &SecretArray<32>) -> Option<Zeroizing<Vec<u8>>> {
        gcm::open(key, &self.nonce, &self.bytes)
    }
}

/// Opens the list of services; where that fails, the reference tells whose fault it is.
fn open_services(
    services: &str,
    reference: Option<&str>,
    password: &SecretText,
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let open = |sealed: &Sealed| {
        let key = COST.key(password, &sealed.salt, limits)?;
        Ok(sealed.open(&key))
    };
    if let Some(list) = open(&Sealed::read(services)?)? {
        return Ok(list);
    }
    let reference = reference.and_then(|text| Sealed::read(text).ok());
    match reference.map(|sealed| open(&sealed)).transpose()?.flatten() {
        Some(_) => Err(ImportError::Damaged { at: Place::Ciphertext }),
        None => Err(ImportError::WrongPassword),
    }
}

#[derive(Deserialize)]
struct Group {
    id: String,
    name: String,
}

fn group_names(groups: &RawList<'_>) -> Result<HashMap<String, String>, ImportError> {
    let groups = groups.members()?.iter();
    Ok(groups
        .filter_map(|raw| serde_json::from_str::<Group>(raw.get()).ok())
        .map(|group| (group.id, group.name))
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Service {
    name: Option<String>,
    secret: Option<Hidden>,
    otp: Option<Otp>,
    badge: Option<Badge>,
    group_id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Otp {
    label: Option<String>,
    account: Option<String>,
    issuer: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    algorithm: Option<String>,
    counter: Option<u64>,
    token_type: Option<String>,
}

#[derive(Deserialize)]
struct Badge {
    color: Option<String>,
}

/// What can still be told of a service that is otherwise malformed.
#[derive(Deserialize)]
struct Name {
    name: Option<String>,
}

fn read_services(
    services: &[&RawValue],
    groups: &HashMap<String, String>,
) -> Result<Import, ImportError> {
    Ok(Import::collect(FormatName::TwoFas, services, |raw| read_service(raw, groups)))
}

fn read_service(raw: &RawValue, groups: &HashMap<String, String>) -> Result<Found, Bad> {
    let Ok(service) = serde_json::from_str::<Service>(raw.get()) else {
        let name = serde_json::from_str::<Name>(raw.get()).ok().and_then(|named| named.name);
        return Err(Bad::named(&name.unwrap_or_default(), "", RefuseReason::Malformed));
    };
    let otp = service.otp.unwrap_or_default();
    let mut notices = Vec::new();
    let account = [otp.account, otp.label].into_iter().flatten().find(|name| !name.is_empty());
    let account = account.unwrap_or_default();
    let issuer = issuer_of(otp.issuer, service.name.unwrap_or_default(), &account, &mut notices);
    let folder = service.group_id.and_then(|id| {
        let known = groups.get(&id).cloned();
        if known.is_none() {
            notices.push(Notice::GroupMissing);
        }
        known
    });
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let kind = match otp.token_type {
        Some(word) => Kind::read(&word).ok_or_else(|| bad(RefuseReason::UnknownKind))?,
        None => {
            notices.push(Notice::Assumed(Setting::Kind));
            Kind::Totp
        }
    };
    let draft = Draft {
        kind,
        secret: service.secret.map(Into::into),
        algorithm: otp.algorithm,
        digits: otp.digits,
        period: otp.period,
        counter: otp.counter,
        pin: None,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let extras = EntryExtras {
        folders: folder.into_iter().collect(),
        colour: service.badge.and_then(|badge| badge.color).filter(|name| name != "Default"),
        ..EntryExtras::default()
    };
    Ok(Found { token, extras, notices })
}

/// The app shows its own name of a service besides the issuer; where both are there and differ, the
/// issuer is what belongs to the token, and the name is told.
fn issuer_of(
    issuer: Option<String>,
    name: String,
    account: &str,
    notices: &mut Vec<Notice>,
) -> String {
    match issuer.filter(|issuer| !issuer.is_empty()) {
        None if name == account => String::new(),
        None => name,
        Some(issuer) => {
            if !name.is_empty() && name != issuer {
                notices.push(Notice::ShownAs { name });
            }
            issuer
        }
    }
}
