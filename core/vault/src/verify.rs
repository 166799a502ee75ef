// SPDX-License-Identifier: MIT OR Apache-2.0
//! Verifying: every seal, every signature, every link of every device's chain.
//!
//! Opening a vault trusts seals, because it has to be fast; this takes the time. What it finds is
//! reported, never repaired: a gap in a device's chain is a change that is missing from this copy, and
//! another copy may still have it.

use std::collections::BTreeSet;

use crate::device::DeviceLog;
use crate::error::VaultError;
use crate::ids::{DeviceId, RecordHash};
use crate::record::{Row, class};
use crate::sealed::Unreadable;
use crate::vault::Vault;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many records there are.
    pub records: usize,
    /// How many changes were opened and their signatures found right.
    pub changes: usize,
    /// How many changes are sealed for keys this way to open does not lead to.
    pub closed: usize,
    /// How many devices have written.
    pub devices: usize,
    /// Records that are damaged or forged.
    pub damaged: Vec<Unreadable>,
    /// Changes that are missing from this copy.
    pub gaps: Vec<Gap>,
    /// Numbers a device used twice: it was copied, or went back in time and wrote on.
    pub forks: Vec<Fork>,
}

impl Verified {
    /// Tells whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.gaps.is_empty() && self.forks.is_empty()
    }
}

/// Missing changes of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub device: DeviceId,
    /// The number of the first change after the gap.
    pub before: u64,
}

/// A number one device used for two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Whose.
    pub device: DeviceId,
    /// Which number.
    pub seq: u64,
}

impl Vault {
    /// Opens every seal, one by one, and folds nothing: what the bench holds an unlock against.
    pub fn open_seals<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> usize {
        rows.into_iter().filter(|row| self.open_seal(row).is_ok()).count()
    }

    /// Checks all rows of this vault's store.
    #[must_use]
    pub fn verify(&self, rows: impl IntoIterator<Item = Row>) -> Verified {
        let mut verified = Verified::default();
        let mut present = BTreeSet::new();
        for row in rows {
            verified.records += 1;
            if row.class != class::CHANGE {
                let held = self.unreadable.get(&row.id).cloned();
                let read = crate::record::read(&row, Some(self.head.vault)).map(drop);
                if let Some(why) = read.err().or(held) {
                    verified.damaged.push(Unreadable { record: row.id, why });
                }
                continue;
            }
            match self.open_row(&row, true).map_err(|why| self.judged(&row, why)) {
                Ok(change) => {
                    verified.changes += 1;
                    present.insert(change.hash);
                }
                Err(VaultError::NoEpoch | VaultError::NewerFormat { .. }) => verified.closed += 1,
                Err(why) => verified.damaged.push(Unreadable { record: row.id, why }),
            }
        }
        let purged: BTreeSet<RecordHash> = self.purged.iter().map(|purged| purged.hash).collect();
        verified.devices = self.devices.len();
        for (device, log) in &self.devices {
            check_chain(*device, log, (&present, &purged), &mut verified);
        }
        verified
    }
}

/// Walks one device's chain. A missing link is not held against changes that may be closed to us.
fn check_chain(
    device: DeviceId,
    log: &DeviceLog,
    (present, purged): (&BTreeSet<RecordHash>, &BTreeSet<RecordHash>),
    verified: &mut Verified,
) {
    let mut last_seq = 0;
    for (seq, _, link) in log.links() {
        if seq == last_seq {
            verified.forks.push(Fork { device, seq });
        }
        let is_linked = present.contains(&link.previous) || purged.contains(&link.previous);
        let is_first = seq == 1 && link.previous == [0; 32];
        if !is_linked && !is_first && verified.closed == 0 {
            verified.gaps.push(Gap { device, before: seq });
        }
        last_seq = seq;
    }
}
