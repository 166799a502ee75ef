// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vaults of Aegis Authenticator, file version 1 with contents of version 1 to 3, as the app's own
//! `docs/vault.md` describes them.
//!
//! A plain vault is a JSON object; in an encrypted one `db` is base64 of AES-256-GCM under a master
//! key, which each password slot wraps under scrypt of a password. Slots for biometrics exist only
//! for the phone that made them. A version 2 entry names its one group, a version 3 entry lists the
//! identifiers of groups named elsewhere. Icons are not taken over, and that is said.

mod writing;

use std::collections::HashMap;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use kagifuda_secret::{SecretArray, SecretText};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::fields::{Bad, Draft, Found, Kind, note_of};
use super::json::{self, Hidden, RawList};
use super::password::{ScryptCost, scrypt_key};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, Place,
    RefuseReason, gcm,
};

pub use writing::write_aegis;

/// The newest file version known here.
const FILE_VERSION: u64 = 1;

/// The newest version of the contents known here.
const CONTENT_VERSION: u64 = 3;

/// The kind of slot that a password opens.
const PASSWORD_SLOT: u64 = 1;

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The vault format of Aegis Authenticator.
#[derive(Clone, Copy, Debug)]
pub struct Aegis;

impl Format for Aegis {
    fn name(&self) -> FormatName {
        FormatName::Aegis
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes)
            && json::mentions(bytes, "header")
            && (json::mentions(bytes, "db") || json::mentions(bytes, "slots"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        let file: File = json::parse_file(text)?;
        admit_version(file.version, FILE_VERSION)?;
        match file.header {
            Header { slots: None, params: None } => read_contents(file.db.get().as_bytes()),
            Header { slots: Some(slots), params: Some(params) } => {
                let password = password.ok_or(ImportError::PasswordNeeded)?;
                let master = open_slots(&slots, password, limits)?;
                read_contents(&open_contents(file.db, &params, &master)?)
            }
            _ => Err(BAD_PARAMETERS),
        }
    }
}

const fn admit_version(found: u64, known: u64) -> Result<(), ImportError> {
    if found > known { Err(ImportError::NewerVersion { found, known }) } else { Ok(()) }
}

#[derive(Deserialize)]
struct File<'a> {
    version: u64,
    #[serde(borrow)]
    header: Header<'a>,
    #[serde(borrow)]
    db: &'a RawValue,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, default)]
    slots: Option<RawList<'a>>,
    #[serde(default)]
    params: Option<GcmParams>,
}

#[derive(Deserialize)]
struct GcmParams {
    nonce: String,
    tag: String,
}

#[derive(Deserialize)]
struct Slot {
    #[serde(rename = "type")]
    kind: u64,
    key: String,
    key_params: GcmParams,
    n: Option<u64>,
    r: Option<u64>,
    p: Option<u64>,
    salt: Option<String>,
}

/// A slot that a password may open, with its cost.
struct PasswordSlot {
    sealed_key: String,
    params: GcmParams,
    cost: ScryptCost,
    salt: Vec<u8>,
}

impl PasswordSlot {
    /// `None` for slots of other kinds.
    fn read(raw: &RawValue) -> Result<Option<Self>, ImportError> {
        let slot: Slot = serde_json::from_str(raw.get()).map_err(|_| BAD_PARAMETERS)?;
        if slot.kind != PASSWORD_SLOT {
            return Ok(None);
        }
        let (Some(n), Some(r), Some(p), Some(salt)) = (slot.n, slot.r, slot.p, slot.salt) else {
            return Err(BAD_PARAMETERS);
        };
        Ok(Some(Self {
            sealed_key: slot.key,
            params: slot.key_params,
            cost: ScryptCost { n, r, p },
            salt: unhex(&salt)?,
        }))
    }

    /// Unwraps the master key; `None` where the password is not this slot's.
    fn open(
        &self,
        password: &SecretText,
        limits: &ImportLimits,
    ) -> Result<Option<SecretArray<32>>, ImportError> {
        let key = scrypt_key(password, &self.salt, self.cost, limits)?;
        let opened = self.params.open(&key, unhex(&self.sealed_key)?)?;
        Ok(opened.and_then(|master| SecretArray::from_slice(&master)))
    }
}

impl GcmParams {
    fn open(
        &self,
        key: &SecretArray<32>,
        mut sealed: Vec<u8>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
        let nonce = unhex(&self.nonce)?.try_into().map_err(|_| BAD_PARAMETERS)?;
        let tag = unhex(&self.tag)?;
        if tag.len() != gcm::TAG_BYTES {
            return Err(BAD_PARAMETERS);
        }
        sealed.extend(tag);
        Ok(gcm::open(key, &nonce, &sealed))
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, ImportError> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| BAD_PARAMETERS)
}

/// Tries the password on every password slot, after the cost of all of them together was admitted.
fn open_slots(
    slots: &RawList<'_>,
    password: &SecretText,
    limits: &ImportLimits,
) -> Result<SecretArray<32>, ImportError> {
    let mut password_slots = Vec::new();
    let mut work_kib = 0_u64;
    for raw in slots.members()? {
        if let Some(slot) = PasswordSlot::read(raw)? {
            work_kib = work_kib.saturating_add(slot.cost.work_kib());
            password_slots.push(slot);
        }
    }
    if password_slots.is_empty() {
        return Err(ImportError::NoPasswordWay);
    }
    limits.admit_cost(0, work_kib)?;
    for slot in &password_slots {
        if let Some(master) = slot.open(password, limits)? {
            return Ok(master);
        }
    }
    Err(ImportError::WrongPassword)
}

fn open_contents(
    db: &RawValue,
    params: &GcmParams,
    master: &SecretArray<32>,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    const DAMAGED: ImportError = ImportError::Damaged { at: Place::Ciphertext };
    let text: String = serde_json::from_str(db.get()).map_err(|_| DAMAGED)?;
    let sealed = BASE64.decode(text.as_bytes()).map_err(|_| DAMAGED)?;
    params.open(master, sealed)?.ok_or(DAMAGED)
}

#[derive(Deserialize)]
struct Contents<'a> {
    version: u64,
    #[serde(borrow)]
    entries: RawList<'a>,
    #[serde(borrow, default)]
    groups: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Group {
    uuid: String,
    name: String,
}

#[derive(Deserialize)]
struct EntryJson {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    issuer: Option<String>,
    group: Option<String>,
    groups: Option<Vec<String>>,
    note: Option<Hidden>,
    favorite: Option<bool>,
    archived: Option<bool>,
    icon: Option<IgnoredAny>,
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    secret: Option<Hidden>,
    algo: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
    pin: Option<Hidden>,
}

/// What can still be told of an entry that is otherwise malformed.
#[derive(Deserialize)]
struct Names {
    name: Option<String>,
    issuer: Option<String>,
}

fn read_contents(json: &[u8]) -> Result<Import, ImportError> {
    let contents: Contents = json::parse_content(json)?;
    admit_version(contents.version, CONTENT_VERSION)?;
    let groups = contents.groups.unwrap_or_default();
    let groups: HashMap<String, String> = groups
        .members()?
        .iter()
        .filter_map(|raw| serde_json::from_str::<Group>(raw.get()).ok())
        .map(|group| (group.uuid, group.name))
        .collect();
    let entries = contents.entries.members()?;
    Ok(Import::collect(FormatName::Aegis, entries, |raw| read_entry(raw, &groups)))
}

fn read_entry(raw: &RawValue, groups: &HashMap<String, String>) -> Result<Found, Bad> {
    let Ok(json) = serde_json::from_str::<EntryJson>(raw.get()) else {
        let names = serde_json::from_str::<Names>(raw.get());
        let Names { name, issuer } = names.unwrap_or(Names { name: None, issuer: None });
        let (issuer, account) = (issuer.unwrap_or_default(), name.unwrap_or_default());
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    let issuer = json.issuer.unwrap_or_default();
    let account = json.name.unwrap_or_default();
    let mut notices = Vec::new();
    let folders = match json.groups {
        Some(listed) => listed
            .iter()
            .filter_map(|uuid| {
                let known = groups.get(uuid).cloned();
                if known.is_none() {
                    notices.push(Notice::GroupMissing);
                }
                known
            })
            .collect(),
        None => json.group.into_iter().collect(),
    };
    if json.icon.is_some() {
        notices.push(Notice::IconDropped);
    }
    if json.archived == Some(true) {
        notices.push(Notice::WasArchived);
    }
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let kind = Kind::read(&json.kind).ok_or_else(|| bad(RefuseReason::UnknownKind))?;
    let info = json.info;
    let draft = Draft {
        kind,
        secret: info.secret.map(Into::into),
        // The app itself once stored MD5 with tokens that use SHA-1, and reads it as SHA-1.
        algorithm: info.algo.filter(|algo| kind == Kind::Motp || algo != "MD5"),
        digits: info.digits,
        period: info.period,
        counter: info.counter,
        pin: info.pin,
        issuer: issuer.clone(),
        account: account.clone(),
    };
    let token = draft.into_token(&mut notices).map_err(bad)?;
    let extras = EntryExtras {
        folders,
        note: note_of(json.note),
        is_pinned: json.favorite == Some(true),
        ..EntryExtras::default()
    };
    Ok(Found { token, extras, notices })
}
