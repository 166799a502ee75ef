// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups of Stratum, which was Authenticator Pro: JSON, plain or in one of two sealed containers, as the
//! app's `BACKUP_FORMAT.md` describes them, and the database the app keeps on the phone.
//!
//! The strong container is `AUTHENTICATORPRO`, salt, nonce and AES-256-GCM under Argon2id; the older one
//! `AuthenticatorPro`, salt, initial vector and AES-256-CBC under PBKDF2-HMAC-SHA-1, which cannot tell a wrong
//! password from a changed file. Kinds and hashes are numbers. Icons are not taken over, and that is said.

use std::collections::HashMap;

use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::fields::{Bad, Draft, Found, Kind};
use super::json::{self, Hidden, RawList};
use super::password::{Argon2Cost, Pbkdf2Cost, Pbkdf2Hash, argon2id_key};
use super::{
    Cell, EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, Notice, Place,
    RefuseReason, TableFormat, Tables, cbc, gcm,
};

/// How the strong container begins.
const STRONG: &[u8] = b"AUTHENTICATORPRO";
/// How the older container begins.
const LEGACY: &[u8] = b"AuthenticatorPro";
/// Bytes of the strong container's salt.
const STRONG_SALT_BYTES: usize = 16;
/// Bytes of the older container's salt.
const LEGACY_SALT_BYTES: usize = 20;

/// The costs are the format's, so a hostile file cannot raise them.
const STRONG_COST: Argon2Cost = Argon2Cost { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
const LEGACY_COST: Pbkdf2Cost = Pbkdf2Cost { hash: Pbkdf2Hash::Sha1, iterations: 64_000 };

const CUT: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The backup formats of Stratum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stratum;

impl Format for Stratum {
    fn name(&self) -> FormatName {
        FormatName::Stratum
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(STRONG)
            || bytes.starts_with(LEGACY)
            || json::is_object(bytes) && json::mentions(bytes, "Authenticators")
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        if json::is_object(bytes) {
            return read_backup(json::parse_file(limits.text_of(bytes)?)?);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let opened = match bytes.strip_prefix(STRONG) {
            Some(sealed) => open_strong(sealed, password, limits)?,
            None => open_legacy(&bytes[LEGACY.len()..], password, limits)?,
        };
        let backup = json::parse_content(&opened);
        // Under a wrong key, one file in 256 unpads: what comes out is no JSON then.
        backup.map_err(|_| ImportError::WrongPassword).and_then(read_backup)
    }
}

fn open_strong(
    sealed: &[u8],
    password: &SecretText,
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (salt, rest) = sealed.split_first_chunk::<STRONG_SALT_BYTES>().ok_or(CUT)?;
    let (nonce, sealed) = rest.split_first_chunk().ok_or(CUT)?;
    let key = argon2id_key(password, salt, STRONG_COST, limits)?;
    gcm::open(&key, nonce, sealed).ok_or(ImportError::WrongPassword)
}

fn open_legacy(
    sealed: &[u8],
    password: &SecretText,
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (salt, rest) = sealed.split_first_chunk::<LEGACY_SALT_BYTES>().ok_or(CUT)?;
    let (vector, sealed) = rest.split_first_chunk().ok_or(CUT)?;
    let key = LEGACY_COST.key(password, salt, limits)?;
    cbc::open(&key, vector, sealed).ok_or(ImportError::WrongPassword)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Backup<'a> {
    #[serde(borrow)]
    authenticators: RawList<'a>,
    #[serde(borrow, default)]
    categories: Option<RawList<'a>>,
    #[serde(borrow, default)]
    authenticator_categories: Option<RawList<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Authenticator {
    #[serde(rename = "Type")]
    kind: u64,
    icon: Option<String>,
    issuer: Option<String>,
    username: Option<String>,
    secret: Option<Hidden>,
    pin: Option<Hidden>,
    algorithm: Option<u64>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
}

/// What can still be told of an entry that is otherwise malformed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Names {
    issuer: Option<String>,
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Category {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    category_id: String,
    authenticator_secret: Hidden,
}

/// The names of the categories an entry is in, by its secret, which is how the app names an entry.
struct Categories {
    names: HashMap<String, String>,
    bindings: Vec<Binding>,
}

impl Categories {
    fn of(&self, secret: Option<&Hidden>, notices: &mut Vec<Notice>) -> Vec<String> {
        let Some(secret) = secret else { return Vec::new() };
        let is_its = |binding: &&Binding| binding.authenticator_secret.0 == secret.0;
        let mut folders = Vec::new();
        for binding in self.bindings.iter().filter(is_its) {
            match self.names.get(&binding.category_id) {
                Some(name) => folders.push(name.clone()),
                None => notices.push(Notice::GroupMissing),
            }
        }
        folders
    }
}

fn read_backup(backup: Backup<'_>) -> Result<Import, ImportError> {
    let names = backup.categories.unwrap_or_default();
    let names = names.members()?.iter();
    let names = names.filter_map(|raw| serde_json::from_str::<Category>(raw.get()).ok());
    let bindings = backup.authenticator_categories.unwrap_or_default();
    let bindings = bindings.members()?.iter();
    let categories = Categories {
        names: names.map(|category| (category.id, category.name)).collect(),
        bindings: bindings.filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect(),
    };
    let members = backup.authenticators.members()?;
    Ok(Import::collect(FormatName::Stratum, members, |raw| read_entry(raw, &categories)))
}

fn read_entry(raw: &RawValue, categories: &Categories) -> Result<Found, Bad> {
    let Ok(entry) = serde_json::from_str::<Authenticator>(raw.get()) else {
        let names = serde_json::from_str::<Names>(raw.get());
        let Names { issuer, username } = names.unwrap_or(Names { issuer: None, username: None });
        let (issuer, account) = (issuer.unwrap_or_default(), username.unwrap_or_default());
        return Err(Bad::named(&issuer, &account, RefuseReason::Malformed));
    };
    entry.check(categories)
}

impl Authenticator {
    fn check(self, categories: &Categories) -> Result<Found, Bad> {
        let issuer = self.issuer.unwrap_or_default();
        let account = self.username.unwrap_or_default();
        let bad = |reason| Bad::named(&issuer, &account, reason);
        let kind = match self.kind {
            1 => Kind::Hotp,
            2 => Kind::Totp,
            3 => Kind::Motp,
            4 => Kind::Steam,
            5 => Kind::Yandex,
            _ => return Err(bad(RefuseReason::UnknownKind)),
        };
        let algorithm = match self.algorithm {
            None => None,
            Some(0) => Some("SHA1"),
            Some(1) => Some("SHA256"),
            Some(2) => Some("SHA512"),
            Some(_) => return Err(bad(RefuseReason::UnknownAlgorithm)),
        };
        let mut notices = Vec::new();
        let folders = categories.of(self.secret.as_ref(), &mut notices);
        if self.icon.is_some_and(|icon| icon.starts_with('@')) {
            notices.push(Notice::IconDropped);
        }
        let draft = Draft {
            kind,
            secret: self.secret.map(Into::into),
            // The app writes the column's default where a kind has no hash to choose.
            algorithm: algorithm.filter(|_| kind != Kind::Yandex).map(str::to_owned),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            pin: self.pin,
            issuer: issuer.clone(),
            account: account.clone(),
        };
        let token = draft.into_token(&mut notices).map_err(bad)?;
        Ok(Found { token, extras: EntryExtras { folders, ..EntryExtras::default() }, notices })
    }
}

impl TableFormat for Stratum {
    fn name(&self) -> FormatName {
        FormatName::Stratum
    }

    fn tables(&self) -> &'static [&'static str] {
        &["authenticator", "category", "authenticatorcategory"]
    }

    fn looks_like(&self, tables: &Tables) -> bool {
        let columns = ["type", "issuer", "username", "secret", "algorithm", "digits"];
        tables.table("authenticator").is_some_and(|table| table.has(&columns))
    }

    fn entries_of(&self, tables: &Tables, _limits: &ImportLimits) -> Result<Import, ImportError> {
        let rows = |name| {
            tables.table(name).into_iter().flat_map(|it| it.rows.iter().map(move |row| (it, row)))
        };
        let named = |cell: &Cell| cell.text().map(str::to_owned);
        let names = rows("category").filter_map(|(table, row)| {
            Some((named(table.cell(row, "id"))?, named(table.cell(row, "name"))?))
        });
        let bindings = rows("authenticatorcategory").filter_map(|(table, row)| {
            Some(Binding {
                category_id: named(table.cell(row, "categoryId"))?,
                authenticator_secret: hidden(table.cell(row, "authenticatorSecret"))?,
            })
        });
        let categories = Categories { names: names.collect(), bindings: bindings.collect() };
        let mut import = Import::empty(FormatName::Stratum);
        for (table, row) in rows("authenticator") {
            let text = |column| table.cell(row, column).text().map(str::to_owned);
            let count = |column| table.cell(row, column).count();
            let entry = Authenticator {
                kind: count("type").unwrap_or_default(),
                icon: text("icon"),
                issuer: text("issuer"),
                username: text("username"),
                secret: hidden(table.cell(row, "secret")),
                pin: hidden(table.cell(row, "pin")),
                algorithm: count("algorithm"),
                digits: count("digits"),
                period: count("period"),
                counter: count("counter"),
            };
            import.take(entry.check(&categories));
        }
        Ok(import)
    }
}

fn hidden(cell: &Cell) -> Option<Hidden> {
    cell.text().map(|text| Hidden(SecretText::from(text)))
}
