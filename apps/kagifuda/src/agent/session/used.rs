// SPDX-License-Identifier: MIT OR Apache-2.0
//! When a token was last used on this PC: to the day, by the random id of its item, outside the vault, and never merged.
//!
//! The review of the access map asks for it. A token is used when its code is asked for alone; a listing uses none. What
//! cannot be saved is forgotten, which makes a token look unused and harms nothing.

use std::collections::BTreeMap;

use kagifuda_vault::ItemId;
use kagifuda_vault::map::World;

/// The name of this machine's note.
pub(super) const NOTE: &str = "used";
/// What the note begins with, its version the last byte.
const MAGIC: &[u8; 5] = b"KGFU\x01";
/// Bytes of an entry: an id and a day.
const ENTRY_BYTES: usize = 16 + 4;
const DAY_SECONDS: u64 = 86_400;

/// The last days of use.
#[derive(Default)]
pub(super) struct Used {
    days: BTreeMap<[u8; 16], u32>,
    /// Whether there is something the note does not have.
    pub(super) is_unsaved: bool,
}

impl Used {
    /// Reads the note; one that is damaged or of a newer version is as good as none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let entries = bytes.strip_prefix(MAGIC).unwrap_or_default().chunks_exact(ENTRY_BYTES);
        let days = entries.filter_map(|entry| {
            let (id, day) = entry.split_at(16);
            Some((id.try_into().ok()?, u32::from_be_bytes(day.try_into().ok()?)))
        });
        Self { days: days.collect(), is_unsaved: false }
    }

    /// Writes the note.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for (id, day) in &self.days {
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(&day.to_be_bytes());
        }
        bytes
    }

    /// Notes that a token was used now.
    pub(super) fn note(&mut self, id: ItemId, now_seconds: u64) {
        let day = u32::try_from(now_seconds / DAY_SECONDS).unwrap_or(u32::MAX);
        self.is_unsaved |= self.days.insert(id.0, day) != Some(day);
    }

    /// Tells the facts of the map when their tokens were last used.
    pub(super) fn tell(&self, world: &mut World) {
        let methods = world.doors.iter_mut().flat_map(|door| &mut door.methods);
        for method in methods.filter(|method| method.what == "token") {
            let day = method.item.and_then(|item| self.days.get(&item));
            let used = day.map(|day| u64::from(*day) * DAY_SECONDS);
            method.proven = method.proven.max(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_use_come_back_and_a_damaged_note_is_none() {
        let mut used = Used::default();
        used.note(ItemId([1; 16]), 3 * DAY_SECONDS + 5);
        used.note(ItemId([2; 16]), 9 * DAY_SECONDS);
        assert!(used.is_unsaved);
        let bytes = used.to_bytes();
        let mut again = Used::from_bytes(&bytes);
        assert_eq!(again.days, used.days);
        again.note(ItemId([1; 16]), 3 * DAY_SECONDS + 70);
        assert!(!again.is_unsaved, "the same day is known already");
        again.note(ItemId([1; 16]), 4 * DAY_SECONDS);
        assert!(again.is_unsaved);
        assert!(Used::from_bytes(b"").days.is_empty());
        assert!(Used::from_bytes(&[b"KGFU\x02", &bytes[5..]].concat()).days.is_empty());
        assert_eq!(Used::from_bytes(&bytes[..bytes.len() - 1]).days.len(), 1);
    }
}
