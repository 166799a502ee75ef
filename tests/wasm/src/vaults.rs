// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vault vectors: files of this and every earlier release, with what opens them and what they must
//! say. Here they come as plain rows (`.rows`), since a page has no SQLite; that the `.kagifuda` files
//! hold those very rows is for `tests/files.rs` to prove.

use data_encoding::HEXLOWER;
use kagifuda_otp::UnixTime;
use kagifuda_secret::SecretArray;
use kagifuda_vault::record::Row;
use kagifuda_vault::{
    KdfPolicy, KeptBy, KeptSecret, Passphrase, RecordId, RecoveryWords, SlotId, VaultError,
    WayToOpen,
};
use serde_json::Value;

use crate::Cases;
use crate::pc::open;
use crate::tell::tell;

include!(concat!(env!("OUT_DIR"), "/vaults.rs"));

/// Opens every vector and compares.
pub(crate) fn vectors(cases: &mut Cases) {
    for (name, rows, expected) in VAULTS {
        let faults = match serde_json::from_str(expected) {
            Ok(expected) => faults(&read_rows(rows), &expected),
            Err(why) => vec![why.to_string()],
        };
        cases.check(faults.is_empty(), format_args!("{name}: {}", faults.join("; ")));
    }
}

/// Judges one vault by its JSON: what it says to those who may open it, and that nobody else gets in.
#[must_use]
pub fn faults(rows: &[Row], expected: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let at = UnixTime(expected["at"].as_u64().unwrap_or_default());
    for way in ways(&expected["opens_with"]) {
        let told = open(rows.to_vec(), &*way, &KdfPolicy::STANDARD).map(|vault| {
            let verified = vault.verify(rows.iter().cloned());
            if !verified.is_sound() {
                faults.push(format!("not sound: {verified:?}"));
            }
            tell(&vault, verified.changes, at)
        });
        if told.as_ref().ok() != Some(&expected["tells"]) {
            faults.push(format!("tells {told:?}"));
        }
    }
    for way in ways(&expected["stays_closed_to"]) {
        let refused = open(rows.to_vec(), &*way, &KdfPolicy::STANDARD).err();
        let is_closed = matches!(
            refused,
            Some(VaultError::NoSuchWay | VaultError::WrongSecret | VaultError::WayRemoved { .. })
        );
        if !is_closed {
            faults.push(format!("not closed to a stranger: {refused:?}"));
        }
    }
    faults
}

/// What a vector's JSON says somebody holds: passphrases, recovery words as their bytes, and the secrets of
/// keyrings and TPMs.
#[must_use]
pub fn ways(held: &Value) -> Vec<Box<dyn WayToOpen>> {
    let held = held.as_array().map(Vec::as_slice).unwrap_or_default();
    held.iter().filter_map(|it| way(it)).collect()
}

fn way(held: &Value) -> Option<Box<dyn WayToOpen>> {
    if let Some(text) = held["passphrase"].as_str() {
        return Some(Box::new(Passphrase(text.into())));
    }
    let kept = [("keyring", KeptBy::Keyring), ("tpm", KeptBy::Tpm)];
    let kept = kept.into_iter().find(|(name, _)| held[name].is_string());
    let digits = &held[kept.map_or("words", |(name, _)| name)];
    let bytes = HEXLOWER.decode(digits.as_str()?.as_bytes()).ok()?;
    let secret = SecretArray::from_slice(&bytes)?;
    // The name matters only to a new way.
    let slot = SlotId([0; 16]);
    Some(match kept {
        Some((_, by)) => Box::new(KeptSecret { by, slot, secret }),
        None => Box::new(RecoveryWords(secret)),
    })
}

/// Reads rows that were written one after the other: id, class, length (four bytes), body.
#[must_use]
pub fn read_rows(mut dump: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    while let Some((id, rest)) = dump.split_first_chunk()
        && let Some((class, rest)) = rest.split_first()
        && let Some((length, rest)) = rest.split_first_chunk()
        && let Some((body, rest)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)
    {
        rows.push(Row { id: RecordId(*id), class: *class, body: body.to_vec() });
        dump = rest;
    }
    rows
}

/// Writes rows as [`read_rows`] reads them.
#[must_use]
pub fn write_rows(rows: &[Row]) -> Vec<u8> {
    let mut dump = Vec::new();
    for Row { id, class, body } in rows {
        dump.extend(id.0);
        dump.push(*class);
        dump.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
        dump.extend(body);
    }
    dump
}
