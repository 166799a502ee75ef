// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON that Bitwarden exports: plain, or under a password of its own. Its CSV is in the table of CSV exports.
//!
//! A sealed export holds two texts of the form `2.iv|ciphertext|mac` (AES-256-CBC, HMAC-SHA-256), the first only
//! to tell a wrong password. Their keys come from PBKDF2-HMAC-SHA-256 with the salt as it is written, or from
//! Argon2id with that text's SHA-256, by HKDF-Expand. An export bound to the account cannot be opened by anybody
//! else, and is refused with that reason.

use std::collections::HashMap;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use hkdf::Hkdf;
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::csv_exports::BITWARDEN;
use super::fields::{Bad, FoundPasskey, note_of};
use super::json::{self, Hidden, Members, RawList};
use super::login::Login;
use super::passkey::{Parts, base64url};
use super::password::{Argon2Cost, Pbkdf2Cost, Pbkdf2Hash, argon2id_key};
use super::{
    EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, Place,
    RefuseReason, cbc, hmac,
};

/// The last kind of item that may have nothing but a name: a login is 1, a secure note 2.
const SECURE_NOTE: u64 = 2;

/// Kinds of key derivation.
const PBKDF2: u64 = 0;
const ARGON2ID: u64 = 1;

/// How a text sealed with AES-256-CBC and HMAC-SHA-256 begins.
const SEALED: &str = "2.";

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The JSON exports of Bitwarden.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bitwarden;

impl Format for Bitwarden {
    fn name(&self) -> FormatName {
        FormatName::Bitwarden
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes)
            && json::mentions(bytes, "encrypted")
            && (json::mentions(bytes, "items")
                || json::mentions(bytes, "passwordProtected")
                || json::mentions(bytes, "encKeyValidation_DO_NOT_EDIT"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let file: File = json::parse_file(limits.text_of(bytes)?)?;
        if !file.encrypted {
            return read_items(file);
        }
        if file.password_protected != Some(true) {
            return Err(ImportError::AccountBound);
        }
        let keys = file.keys(password.ok_or(ImportError::PasswordNeeded)?, limits)?;
        let check = Sealed::read(file.validation.as_deref())?;
        let sealed = Sealed::read(file.data.as_deref())?;
        check.open(&keys).ok_or(ImportError::WrongPassword)?;
        let plain = sealed.open(&keys).ok_or(ImportError::Damaged { at: Place::Ciphertext })?;
        read_items(json::parse_content(&plain)?)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    encrypted: bool,
    password_protected: Option<bool>,
    salt: Option<String>,
    kdf_type: Option<u64>,
    kdf_iterations: Option<u64>,
    kdf_memory: Option<u64>,
    kdf_parallelism: Option<u64>,
    #[serde(rename = "encKeyValidation_DO_NOT_EDIT")]
    validation: Option<String>,
    data: Option<String>,
    #[serde(borrow, default)]
    folders: Option<RawList<'a>>,
    #[serde(borrow, default)]
    collections: Option<RawList<'a>>,
    #[serde(borrow, default)]
    items: Option<RawList<'a>>,
}

/// The two keys of a sealed text.
struct Keys {
    cipher: SecretArray<32>,
    mac: SecretArray<32>,
}

impl File<'_> {
    fn keys(&self, password: &SecretText, limits: &ImportLimits) -> Result<Keys, ImportError> {
        let salt = self.salt.as_deref().ok_or(BAD_PARAMETERS)?.as_bytes();
        let iterations = self.kdf_iterations.ok_or(BAD_PARAMETERS)?;
        let master = match (self.kdf_type, self.kdf_memory, self.kdf_parallelism) {
            (Some(PBKDF2), ..) => {
                Pbkdf2Cost { hash: Pbkdf2Hash::Sha256, iterations }.key(password, salt, limits)?
            }
            (Some(ARGON2ID), Some(memory_mib), Some(lanes)) => {
                let memory_kib = memory_mib.saturating_mul(1024);
                let cost = Argon2Cost { memory_kib, passes: iterations, lanes };
                argon2id_key(password, &Sha256::digest(salt), cost, limits)?
            }
            _ => return Err(BAD_PARAMETERS),
        };
        let stretched =
            Hkdf::<Sha256>::from_prk(master.expose()).expect("32 bytes are a key of SHA-256");
        let part = |name: &[u8]| {
            SecretArray::filled_by(|key| {
                stretched.expand(name, key).expect("HKDF gives 32 bytes");
            })
        };
        Ok(Keys { cipher: part(b"enc"), mac: part(b"mac") })
    }
}

/// A text of the form `2.iv|ciphertext|mac`.
struct Sealed {
    vector: [u8; cbc::BLOCK_BYTES],
    bytes: Vec<u8>,
    mac: Vec<u8>,
}

impl Sealed {
    fn read(text: Option<&str>) -> Result<Self, ImportError> {
        let parts = text.and_then(|text| text.strip_prefix(SEALED)).ok_or(BAD_PARAMETERS)?;
        let mut parts = parts.split('|').map(|part| BASE64.decode(part.as_bytes()));
        let (Some(Ok(vector)), Some(Ok(bytes)), Some(Ok(mac)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BAD_PARAMETERS);
        };
        let vector = vector.try_into().map_err(|_| BAD_PARAMETERS)?;
        Ok(Self { vector, bytes, mac })
    }

    fn open(&self, keys: &Keys) -> Option<Zeroizing<Vec<u8>>> {
        let is_whole = hmac::is_sha256(keys.mac.expose(), &[&self.vector, &self.bytes], &self.mac);
        is_whole.then(|| cbc::open(&keys.cipher, &self.vector, &self.bytes)).flatten()
    }
}

#[derive(Deserialize)]
struct Labelled {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: u64,
    name: Option<String>,
    notes: Option<Hidden>,
    favorite: Option<bool>,
    folder_id: Option<String>,
    collection_ids: Option<Vec<String>>,
    deleted_date: Option<String>,
    archived_date: Option<String>,
    #[serde(borrow, default)]
    fields: Option<RawList<'a>>,
    #[serde(borrow, default)]
    attachments: Option<RawList<'a>>,
    #[serde(borrow, default)]
    login: Option<LoginJson<'a>>,
    #[serde(borrow, default)]
    card: Option<Members<'a>>,
    #[serde(borrow, default)]
    identity: Option<Members<'a>>,
    #[serde(borrow, default)]
    ssh_key: Option<Members<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoginJson<'a> {
    #[serde(borrow, default)]
    uris: Option<RawList<'a>>,
    username: Option<String>,
    password: Option<Hidden>,
    totp: Option<Hidden>,
    #[serde(borrow, default)]
    fido2_credentials: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Uri {
    uri: Option<String>,
}

#[derive(Deserialize)]
struct Field {
    name: Option<String>,
    value: Option<Hidden>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fido2Credential {
    credential_id: String,
    key_value: Hidden,
    rp_id: String,
    user_handle: Option<String>,
    user_name: Option<String>,
    user_display_name: Option<String>,
    counter: Option<String>,
}

/// What can still be told of an item that is otherwise malformed.
#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// Names of folders and collections by their ids.
type Labels = HashMap<String, String>;

fn read_items(file: File<'_>) -> Result<Import, ImportError> {
    let mut labels = Labels::new();
    for list in [file.folders, file.collections].into_iter().flatten() {
        let read = list.members()?.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok());
        labels.extend(read.map(|Labelled { id, name }| (id, name)));
    }
    let mut import = Import::empty(FormatName::Bitwarden);
    for raw in file.items.ok_or(ImportError::NotThisFormat)?.members()? {
        match serde_json::from_str::<Item>(raw.get()) {
            Ok(item) => import.take_login(read_item(item, raw, &labels)?),
            Err(_) => {
                let name = serde_json::from_str::<Named>(raw.get()).ok().and_then(|it| it.name);
                let name = name.unwrap_or_default();
                import.take(Err(Bad::named(&name, "", RefuseReason::Malformed)));
            }
        }
    }
    Ok(import)
}

fn read_item(item: Item<'_>, raw: &RawValue, labels: &Labels) -> Result<Login, ImportError> {
    let mut read = Login::named(item.name.unwrap_or_default());
    read.extras.note = note_of(item.notes);
    read.extras.is_pinned = item.favorite == Some(true);
    for id in item.folder_id.iter().chain(item.collection_ids.iter().flatten()) {
        match labels.get(id) {
            Some(name) => read.extras.folders.push(name.clone()),
            None => read.notices.push(Notice::GroupMissing),
        }
    }
    let marks = [
        (Notice::WasTrashed, item.deleted_date.is_some()),
        (Notice::WasArchived, item.archived_date.is_some()),
        (Notice::AttachmentDropped, item.attachments.is_some_and(|list| !list.is_empty())),
    ];
    read.notices.extend(marks.into_iter().filter(|(_, is_so)| *is_so).map(|(notice, _)| notice));
    let parts = [item.card, item.identity, item.ssh_key].into_iter().flatten();
    for (name, value) in parts.flat_map(|part| part.0) {
        read.remainder.add_json(&name, value);
    }
    match (item.login, item.kind) {
        (Some(login), _) => read_login(login, &mut read)?,
        // What nobody knows yet is kept as it is.
        (None, kind) if kind > SECURE_NOTE && read.remainder.is_empty() => {
            read.remainder.add("", raw.get());
            read.notices.push(Notice::UnknownAsText);
        }
        (None, _) => {}
    }
    for field in item.fields.unwrap_or_default().members()? {
        if let Ok(Field { name, value }) = serde_json::from_str::<Field>(field.get()) {
            read.remainder.add(&name.unwrap_or_default(), note_of(value).expose());
        } else {
            read.remainder.add_json("", field);
        }
    }
    Ok(read)
}

fn read_login(login: LoginJson<'_>, read: &mut Login) -> Result<(), ImportError> {
    read.account = login.username.unwrap_or_default();
    let uris = login.uris.unwrap_or_default();
    let uris = uris.members()?.iter();
    let uris = uris.filter_map(|raw| serde_json::from_str::<Uri>(raw.get()).ok()?.uri);
    read.urls = uris.filter(|uri| !uri.is_empty()).collect();
    let has_password = login.password.is_some_and(|it| !it.0.expose().is_empty());
    read.password = has_password.then_some(BITWARDEN);
    if let Some(totp) = login.totp {
        read.add_token(&totp.0);
    }
    for raw in login.fido2_credentials.unwrap_or_default().members()? {
        let passkey = read_passkey(raw, read);
        read.passkeys.push(passkey);
    }
    Ok(())
}

fn read_passkey(raw: &RawValue, login: &Login) -> Result<FoundPasskey, Bad> {
    let Ok(credential) = serde_json::from_str::<Fido2Credential>(raw.get()) else {
        return Err(Bad::named(&login.name, &login.account, RefuseReason::Malformed));
    };
    let rp_id = credential.rp_id.clone();
    let bad = |reason| Bad::named(&rp_id, &login.account, reason);
    let malformed = || bad(RefuseReason::Malformed);
    let user_handle = credential.user_handle.unwrap_or_default();
    let key = base64url(credential.key_value.0.expose()).map(SecretBytes::new);
    let parts = Parts {
        credential_id: credential_id(&credential.credential_id).ok_or_else(malformed)?,
        rp_id: credential.rp_id,
        user_handle: base64url(&user_handle).ok_or_else(malformed)?,
        user_name: credential.user_name.unwrap_or_else(|| login.account.clone()),
        user_display_name: credential.user_display_name.unwrap_or_default(),
        private_key: key.ok_or_else(|| bad(RefuseReason::BadSecret))?,
    };
    let passkey = parts.check().map_err(bad)?;
    let mut notices = Vec::new();
    if credential.counter.is_some_and(|count| !count.trim_start_matches('0').is_empty()) {
        notices.push(Notice::SignaturesCounted);
    }
    let name = if login.name == rp_id { String::new() } else { login.name.clone() };
    let extras = EntryExtras::default();
    Ok(FoundPasskey { name, passkey, large_blob: None, extras, notices })
}

/// An id as Bitwarden writes it: sixteen bytes as a UUID, any others as `b64.` and base64url.
fn credential_id(text: &str) -> Option<Vec<u8>> {
    match text.strip_prefix("b64.") {
        Some(encoded) => base64url(encoded),
        None => {
            let hex: String = text.chars().filter(|letter| *letter != '-').collect();
            let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
            (bytes.len() == 16).then_some(bytes)
        }
    }
}
