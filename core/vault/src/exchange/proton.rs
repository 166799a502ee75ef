// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports of Proton Authenticator, version 1: a JSON list of URIs with names and notes, plain or sealed.
//!
//! The sealed form is salt, and nonce and AES-256-GCM under Argon2id of the password, whose cost is the
//! format's. What comes out is the plain form. A wrong password cannot be told from a changed file.

use data_encoding::BASE64;
use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Found, note_of};
use super::json::{self, Hidden, RawList};
use super::lines::read_line;
use super::password::{Argon2Cost, argon2id_key};
use super::{
    Format, FormatName, Import, ImportError, ImportLimits, Notice, Place, RefuseReason, gcm,
};

/// The newest version known here.
const VERSION: u64 = 1;
/// What the app asks of Argon2id; the file does not say it, so a hostile one cannot raise it.
const COST: Argon2Cost = Argon2Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
/// What is sealed is bound to its purpose by this.
const PURPOSE: &[u8] = b"proton.authenticator.export.v1";

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The export formats of Proton Authenticator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proton;

impl Format for Proton {
    fn name(&self) -> FormatName {
        FormatName::Proton
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        let has = |key| json::mentions(bytes, key);
        json::is_object(bytes)
            && has("version")
            && (has("entries") && has("entry_type") || has("salt") && has("content"))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let file: File = json::parse_file(limits.text_of(bytes)?)?;
        admit(file.version)?;
        let (Some(salt), Some(content)) = (&file.salt, &file.content) else {
            return read_entries(file.entries.as_ref().ok_or(BAD_PARAMETERS)?);
        };
        let salt = BASE64.decode(salt.as_bytes()).map_err(|_| BAD_PARAMETERS)?;
        let content = BASE64.decode(content.as_bytes()).map_err(|_| BAD_PARAMETERS)?;
        let (nonce, sealed) = content.split_first_chunk().ok_or(BAD_PARAMETERS)?;
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let key = argon2id_key(password, &salt, COST, limits)?;
        let opened = gcm::open_with(&key, nonce, PURPOSE, sealed);
        let opened = opened.ok_or(ImportError::WrongPassword)?;
        let file: File = json::parse_content(&opened)?;
        admit(file.version)?;
        read_entries(&file.entries.ok_or(ImportError::Damaged { at: Place::Content })?)
    }
}

const fn admit(found: u64) -> Result<(), ImportError> {
    if found > VERSION { Err(ImportError::NewerVersion { found, known: VERSION }) } else { Ok(()) }
}

#[derive(Deserialize)]
struct File<'a> {
    version: u64,
    #[serde(borrow, default)]
    entries: Option<RawList<'a>>,
    salt: Option<String>,
    content: Option<String>,
}

#[derive(Deserialize)]
struct EntryJson {
    content: Content,
    note: Option<Hidden>,
}

#[derive(Deserialize)]
struct Content {
    uri: Hidden,
    name: Option<String>,
}

fn read_entries(entries: &RawList<'_>) -> Result<Import, ImportError> {
    Ok(Import::collect(FormatName::Proton, entries.members()?, read_entry))
}

fn read_entry(raw: &RawValue) -> Result<Found, Bad> {
    let entry: EntryJson = serde_json::from_str(raw.get())
        .map_err(|_| Bad { name: String::new(), reason: RefuseReason::Malformed })?;
    let name = entry.content.name.unwrap_or_default();
    let read = read_line(entry.content.uri.0.expose().trim());
    let mut found = read.map_err(|bad| bad.or_named(&name))?;
    found.extras.note = note_of(entry.note);
    if found.token.account.is_empty() {
        found.token.account = name;
    } else if !name.is_empty() && name != found.token.account {
        found.notices.push(Notice::ShownAs { name });
    }
    Ok(found)
}
