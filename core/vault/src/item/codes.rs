// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backup codes: each usable once, its use recorded for ever. A set of codes may hold no codes at all
//! and only say where the holder keeps them.

use std::collections::BTreeMap;

use kagifuda_secret::SecretText;
use rand_core::CryptoRng;

use super::expect_kind;
use crate::change::{Edit, Edits};
use crate::error::VaultError;
use crate::fold::ItemState;
use crate::hlc::UnixMillis;
use crate::ids::{CodeId, ItemId};
use crate::schema::{field, kinds};
use crate::value;

/// One backup code.
pub struct BackupCode {
    /// Its name within the item.
    pub id: CodeId,
    /// What the service asks for.
    pub code: SecretText,
    /// When it was used, Unix seconds.
    pub used_at: Option<u64>,
}

/// The codes of an item, in the order of their names.
///
/// # Errors
/// [`VaultError::UnreadableItem`] where the item is of another kind.
pub fn codes(id: ItemId, item: &ItemState) -> Result<Vec<BackupCode>, VaultError> {
    let item = expect_kind(item, kinds::BACKUP_CODES).ok_or(VaultError::UnreadableItem(id))?;
    let uses = earliest_uses(item);
    let codes = item.elements(field::CODES).filter_map(value::read_code);
    Ok(codes.map(|(id, code)| BackupCode { id, code, used_at: uses.get(&id).copied() }).collect())
}

/// The edit that stores codes, in the order given.
#[must_use]
pub fn add_codes(codes: &[SecretText], rng: &mut impl CryptoRng) -> Edits {
    // Names begin with the position so that a listing keeps the order of the paper.
    let named = codes.iter().enumerate().map(|(position, code)| {
        let mut id = CodeId::random(rng);
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        id.0[..2].copy_from_slice(&position.to_be_bytes());
        (value::code(id, code), true)
    });
    Edits::from([(field::CODES, Edit::Put(named.collect()))])
}

/// The edit that records the use of a code.
///
/// # Errors
/// [`VaultError::CodeAlreadyUsed`]; [`VaultError::NoSuchItem`] where the item holds no such code.
pub fn use_code(
    item: ItemId,
    state: &ItemState,
    code: CodeId,
    now: UnixMillis,
) -> Result<Edits, VaultError> {
    let all = codes(item, state)?;
    let found = all.iter().find(|held| held.id == code).ok_or(VaultError::NoSuchItem(item))?;
    if found.used_at.is_some() {
        return Err(VaultError::CodeAlreadyUsed);
    }
    let used = Edit::Grow(vec![value::code_use(code, now.as_secs())]);
    Ok(Edits::from([(field::USED, used)]))
}

/// The earliest use of each code: two PCs may have recorded one.
fn earliest_uses(item: &ItemState) -> BTreeMap<CodeId, u64> {
    let mut earliest = BTreeMap::new();
    for (code, at) in item.grown(field::USED).filter_map(value::read_code_use) {
        let known = earliest.entry(code).or_insert(at);
        *known = at.min(*known);
    }
    earliest
}
