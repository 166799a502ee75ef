// SPDX-License-Identifier: MIT OR Apache-2.0
//! Merging: set union of records, and nothing else.
//!
//! Merging never authors and never seals anew. What the other copy holds and this one can open is
//! checked down to each device's signature before it is taken in; what this one cannot open yet is
//! kept as it is. Order, grouping and repetition of merges do not matter to the fold.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::device::{MachineMemory, Standing};
use crate::error::{Damage, VaultError};
use crate::ids::{ChangeId, RecordId, VaultId};
use crate::record::{self, Record, Row, WrapRecord, class};
use crate::sealed::Unreadable;
use crate::vault::{OpenChange, Purged, Vault};

/// What a merge brought, and the rows the store has to add and drop to keep it.
#[derive(Debug, Default)]
pub struct Merged {
    /// Rows to add.
    pub add: Vec<Row>,
    /// Sound rows for records that are damaged here: the store drops what it has under these names, then
    /// adds them.
    pub replace: Vec<Row>,
    /// Records to drop: seals of ways now removed, changes now purged.
    pub remove: Vec<RecordId>,
    /// How many changes were taken in.
    pub changes: usize,
    /// How many records were taken in unopened, for keys this copy does not have.
    pub closed: usize,
    /// Records of the other copy that were refused, with the reason.
    pub refused: Vec<Unreadable>,
    /// Whether the vault must be opened anew ([`Vault::reopen`]): folded changes turned out to be purged, or
    /// a key came for changes that were kept unopened.
    pub is_reload_due: bool,
}

impl Vault {
    /// Takes in another copy's records. The rows to add and drop must then be made durable; if the store
    /// refuses, the vault is ahead of it and must be opened again ([`Vault::reopen`]).
    ///
    /// # Errors
    /// [`VaultError::NotAVault`], [`VaultError::NewerFormat`] or [`VaultError::ForeignVault`]; nothing is
    /// taken in then.
    pub fn merge(
        &mut self,
        rows: impl IntoIterator<Item = Row>,
        memory: Option<&MachineMemory>,
    ) -> Result<Merged, VaultError> {
        let rows: Vec<Row> = rows.into_iter().collect();
        self.check_same_vault(&rows)?;
        let mut merged = Merged::default();
        let epochs = self.keys.epochs.len();
        let fresh = self.sort_new(rows, &mut merged);
        if self.keys.epochs.len() > epochs {
            let mut kept = self.unreadable.values();
            merged.is_reload_due = kept.any(lacks_key);
        }
        let opened = self.open_new(fresh, &mut merged);
        merged.changes = opened.len();
        let purged = self.note_purges(&opened);
        self.drop_purged(&purged, &opened, &mut merged);
        for change in opened {
            self.take_in(change);
        }
        self.settle_access();
        self.drop_closed_ways(&mut merged);
        if let Some(memory) = memory {
            self.restand(memory);
        } else if self.standing == Standing::Unknown {
            self.rewind_author();
        }
        Ok(merged)
    }

    /// Every record names its vault; a copy that lost its head is known by the others.
    fn check_same_vault(&self, rows: &[Row]) -> Result<(), VaultError> {
        let is_ours = |row: &Row| match record::read(row, Some(self.head.vault)) {
            Ok(Record::Unknown) | Err(_) => false,
            Ok(_) => true,
        };
        let mut verdict = VaultError::NotAVault;
        for row in rows.iter().filter(|row| row.class == class::HEAD) {
            match record::read(row, None) {
                Ok(Record::Head(head)) if head.vault == self.head.vault => return Ok(()),
                Ok(Record::Head(head)) => verdict = foreign(self.head.vault, head.vault),
                Ok(_) => {}
                Err(error) => verdict = error,
            }
        }
        let is_headless = matches!(verdict, VaultError::NotAVault | VaultError::Damaged { .. });
        if is_headless && rows.iter().any(is_ours) { Ok(()) } else { Err(verdict) }
    }

    /// Takes in new keys and slots; returns the new changes, still sealed.
    fn sort_new(&mut self, rows: Vec<Row>, merged: &mut Merged) -> Vec<Row> {
        let (mut changes, mut wraps, mut epochs) = (Vec::new(), Vec::new(), Vec::new());
        let mut closed = Vec::new();
        for row in rows {
            if self.known.contains(&row.id) && !self.is_damaged_here(&row) {
                if self.is_twin(&row) {
                    merged.refused.push(damaged(row.id, Damage::Twin));
                } else if self.unreadable.get(&row.id).is_some_and(lacks_key) {
                    closed.push(row);
                }
                continue;
            }
            match record::read(&row, Some(self.head.vault)) {
                Ok(Record::Change(_)) => {
                    changes.push(row);
                    continue;
                }
                Ok(Record::Slot(slot)) => {
                    self.slots.insert(slot.slot, slot);
                }
                Ok(Record::Wrap(wrap)) => wraps.push(wrap),
                Ok(Record::Epoch(epoch)) => epochs.push(epoch),
                Ok(Record::Head(_)) => continue,
                Ok(Record::Unknown) | Err(VaultError::NewerFormat { .. }) => merged.closed += 1,
                Err(why) => {
                    merged.refused.push(Unreadable { record: row.id, why });
                    continue;
                }
            }
            self.take_row(row, merged);
        }
        self.learn_keys(wraps, epochs);
        self.hear_of_devices(&closed);
        changes
    }

    /// Changes that are kept unopened, and that the keys which just came may open, are folded when the vault is
    /// opened anew. Who wrote the new changes may be told in them, and is needed now.
    fn hear_of_devices(&mut self, closed: &[Row]) {
        for row in closed {
            if let Ok(change) = self.open_row(row, false) {
                self.learn_device_keys(&change.body);
            }
        }
    }

    /// Tells whether a record is held, but damaged: a sound one may take its place.
    fn is_damaged_here(&self, row: &Row) -> bool {
        match self.unreadable.get(&row.id) {
            // What is missing may be its epoch, and then the same bytes are no better.
            Some(VaultError::Damaged { damage: Damage::NoEpoch, .. }) => {
                !self.astray.contains(&record::hash(&row.body))
            }
            Some(VaultError::Damaged { .. }) => true,
            _ => false,
        }
    }

    fn take_row(&mut self, row: Row, merged: &mut Merged) {
        self.unreadable.remove(&row.id);
        if self.known.insert(row.id) {
            merged.add.push(row);
        } else {
            merged.replace.push(row);
        }
    }

    /// Tells whether a known change comes again with other bytes.
    fn is_twin(&self, row: &Row) -> bool {
        if row.class != class::CHANGE {
            return false;
        }
        let held = self.taken.get(&ChangeId(row.id.0));
        held.is_some_and(|held| held.hash != record::hash(&row.body))
    }

    /// Opens new changes and checks their signatures. A device's key may come in a later row than its
    /// changes: those wait for a second look, when all keys have been told.
    fn open_new(&mut self, rows: Vec<Row>, merged: &mut Merged) -> Vec<OpenChange> {
        let mut opened = Vec::with_capacity(rows.len());
        let mut waiting = Vec::new();
        for row in rows {
            match self.open_row(&row, true) {
                Ok(change) => {
                    self.learn_device_keys(&change.body);
                    self.take_row(row, merged);
                    opened.push(change);
                }
                Err(VaultError::Damaged { damage: Damage::UnknownDevice, .. }) => waiting.push(row),
                Err(why) => self.refuse_or_keep(row, why, merged),
            }
        }
        for row in &waiting {
            if let Ok(change) = self.open_row(row, false) {
                self.learn_device_keys(&change.body);
            }
        }
        for row in waiting {
            match self.open_row(&row, true) {
                Ok(change) => {
                    self.take_row(row, merged);
                    opened.push(change);
                }
                Err(why) => self.refuse_or_keep(row, why, merged),
            }
        }
        opened
    }

    /// Keeps a change for which the key is missing; refuses any other that cannot be taken in.
    fn refuse_or_keep(&mut self, row: Row, why: VaultError, merged: &mut Merged) {
        if why == VaultError::NoEpoch {
            let is_better_than_held = self.judged(&row, why.clone()) == why;
            if is_better_than_held || !self.known.contains(&row.id) {
                self.take_row(row.clone(), merged);
                self.keep_unread(&row, why);
                merged.closed += 1;
            }
        } else {
            merged.refused.push(Unreadable { record: row.id, why });
        }
    }

    /// Lists the changes that are to be dropped because they were purged: those just opened, and those held
    /// that the purges just learnt of name.
    fn drop_purged(&mut self, news: &[Purged], opened: &[OpenChange], merged: &mut Merged) {
        let held = news.iter().filter(|purged| {
            self.taken.get(&purged.change).is_some_and(|taken| taken.is_named_by(purged))
        });
        let held: HashSet<RecordId> = held.map(|purged| purged.change.into()).collect();
        let came =
            opened.iter().filter(|change| self.is_purged(&change.taken(), change.header.change));
        let came: HashSet<RecordId> = came.map(|change| change.header.change.into()).collect();
        merged.is_reload_due |= !held.is_empty();
        merged.add.retain(|row| !came.contains(&row.id));
        let replaced = merged.replace.extract_if(.., |row| came.contains(&row.id));
        merged.remove.extend(replaced.map(|row| row.id));
        for id in &held {
            self.taken.remove(&ChangeId(id.0));
            merged.remove.push(*id);
        }
        for id in held.union(&came) {
            self.known.remove(id);
        }
    }

    /// Drops the seals of ways that are removed, whichever copy they came from; but not a root's only ones.
    fn drop_closed_ways(&mut self, merged: &mut Merged) {
        let closed: BTreeSet<_> = self.access.closed().collect();
        let needed = self.needed_slots(&self.served_roots());
        let is_spare =
            |wrap: &WrapRecord| closed.contains(&wrap.slot) && !needed.contains(&wrap.slot);
        let gone: BTreeSet<RecordId> =
            self.wraps.iter().filter(|wrap| is_spare(wrap)).map(|wrap| wrap.id).collect();
        self.wraps.retain(|wrap| !gone.contains(&wrap.id));
        merged.add.retain(|row| !gone.contains(&row.id));
        for id in gone {
            self.known.remove(&id);
            merged.remove.push(id);
        }
    }

    /// The newest number and hash of every device, for telling two copies apart.
    #[must_use]
    pub fn reach(&self) -> BTreeMap<crate::ids::DeviceId, u64> {
        let newest = self.devices.iter().filter_map(|(id, log)| Some((*id, log.newest()?.0)));
        newest.collect()
    }
}

/// Tells whether a change was kept only because its key was not here.
const fn lacks_key(why: &VaultError) -> bool {
    matches!(why, VaultError::NoEpoch | VaultError::Damaged { damage: Damage::NoEpoch, .. })
}

const fn foreign(ours: VaultId, theirs: VaultId) -> VaultError {
    VaultError::ForeignVault { ours, theirs }
}

const fn damaged(record: RecordId, damage: Damage) -> Unreadable {
    Unreadable { record, why: VaultError::Damaged { record, damage } }
}
