// SPDX-License-Identifier: MIT OR Apache-2.0
//! A vault as it lies on disk: records sorted by class, nothing opened yet.

use std::collections::HashSet;

use crate::error::VaultError;
use crate::ids::{RecordId, SlotId, VaultId};
use crate::kdf::KdfPolicy;
use crate::record::{
    self, EpochRecord, HeadRecord, Record, Row, SlotKind, SlotRecord, WrapRecord, class,
};
use crate::vault::Vault;
use crate::way::{self, SlotCandidate, WayToOpen};

/// A record that could not be read; it is kept as it is and blocks nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The record.
    pub record: RecordId,
    /// Why.
    pub why: VaultError,
}

/// All records of a vault that is still closed.
pub struct Sealed {
    pub(crate) head: HeadRecord,
    pub(crate) slots: Vec<SlotRecord>,
    pub(crate) wraps: Vec<WrapRecord>,
    pub(crate) epochs: Vec<EpochRecord>,
    pub(crate) changes: Vec<Row>,
    pub(crate) known: HashSet<RecordId>,
    pub(crate) unreadable: Vec<Unreadable>,
}

impl Sealed {
    /// Sorts the records of one vault.
    ///
    /// # Errors
    /// [`VaultError::NotAVault`] without a head, [`VaultError::NewerFormat`] where even the head is of a
    /// later format. Any other record that cannot be read is listed and kept.
    pub fn read(rows: impl IntoIterator<Item = Row>) -> Result<Self, VaultError> {
        let rows: Vec<Row> = rows.into_iter().collect();
        let head = find_head(&rows)?;
        let mut sealed = Self {
            head,
            slots: Vec::new(),
            wraps: Vec::new(),
            epochs: Vec::new(),
            changes: Vec::with_capacity(rows.len()),
            known: HashSet::with_capacity(rows.len()),
            unreadable: Vec::new(),
        };
        for row in rows {
            sealed.known.insert(row.id);
            match record::read(&row, Some(head.vault)) {
                Ok(Record::Slot(slot)) => sealed.slots.push(slot),
                Ok(Record::Wrap(wrap)) => sealed.wraps.push(wrap),
                Ok(Record::Epoch(epoch)) => sealed.epochs.push(epoch),
                Ok(Record::Change(_)) => sealed.changes.push(row),
                Ok(Record::Head(_) | Record::Unknown) => {}
                Err(why) => sealed.unreadable.push(Unreadable { record: row.id, why }),
            }
        }
        Ok(sealed)
    }

    /// The vault's name.
    #[must_use]
    pub const fn vault(&self) -> VaultId {
        self.head.vault
    }

    /// The ways that something is sealed to. Those that were removed are among them only as long as they are needed.
    pub fn slots(&self) -> impl Iterator<Item = (SlotId, SlotKind)> {
        let sealed_to: HashSet<SlotId> = self.wraps.iter().map(|wrap| wrap.slot).collect();
        let slots = self.slots.iter().filter(move |slot| sealed_to.contains(&slot.slot));
        slots.map(|slot| (slot.slot, slot.kind))
    }

    /// Tries what the holder presented on every slot it fits.
    ///
    /// # Errors
    /// [`VaultError::NoSuchWay`] where no slot takes it, [`VaultError::WrongSecret`] where none opens,
    /// [`VaultError::TooCostly`] where a slot asks for more than the policy allows.
    pub fn try_way(
        &self,
        way: &dyn WayToOpen,
        policy: &KdfPolicy,
    ) -> Result<SlotCandidate, VaultError> {
        let mut verdict = VaultError::NoSuchWay;
        let sealed_to: HashSet<SlotId> = self.wraps.iter().map(|wrap| wrap.slot).collect();
        let mut slots: Vec<_> = self.slots.iter().filter(|slot| way.fits(slot.kind)).collect();
        slots.sort_by_key(|slot| slot.kind.work());
        let mut work_left = policy.most_work();
        for slot in slots {
            if !sealed_to.contains(&slot.slot) {
                // It was removed: trying it would be for nothing.
                verdict = VaultError::WrongSecret;
                continue;
            }
            // Many slots together may not cost without end; one that alone is too dear refuses itself.
            let work = slot.kind.work();
            match work_left.checked_sub(work) {
                Some(left) => work_left = left,
                None if work <= policy.most_work() => break,
                None => {}
            }
            match way::candidate(way, slot, policy) {
                Ok(candidate) if self.opens_with(&candidate) => return Ok(candidate),
                Ok(_) => verdict = VaultError::WrongSecret,
                Err(error) if verdict == VaultError::NoSuchWay => verdict = error,
                Err(_) => {}
            }
        }
        Err(verdict)
    }

    /// Opens the vault with a key that fits.
    ///
    /// # Errors
    /// [`VaultError::WrongSecret`] where the key opens nothing, [`VaultError::WayRemoved`] where the holder
    /// has taken this way away and this copy knows it.
    pub fn open(self, candidate: SlotCandidate) -> Result<Vault, VaultError> {
        Vault::load(self, candidate)
    }

    fn opens_with(&self, candidate: &SlotCandidate) -> bool {
        self.wraps
            .iter()
            .filter(|wrap| wrap.slot == candidate.slot)
            .any(|wrap| candidate.key.open(self.head.vault, wrap).is_some())
    }
}

fn find_head(rows: &[Row]) -> Result<HeadRecord, VaultError> {
    let mut verdict = VaultError::NotAVault;
    for row in rows.iter().filter(|row| row.class == class::HEAD) {
        match record::read(row, None) {
            Ok(Record::Head(head)) => return Ok(head),
            Ok(_) => {}
            Err(error) => verdict = error,
        }
    }
    Err(verdict)
}
