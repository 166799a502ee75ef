// SPDX-License-Identifier: MIT OR Apache-2.0
//! What of a vault is known to be elsewhere too: in a backup that was written, in a copy that was merged.
//!
//! A device's changes come one after the other, and a copy holds them from the first one on. So one moment
//! per device says it all: what that device made up to then has a copy. Each machine keeps what it knows of it
//! outside of the vault; not to know of a copy is no harm.

use std::collections::BTreeMap;

use crate::fold::ItemState;
use crate::hlc::Hlc;
use crate::ids::DeviceId;

/// The version of the form it is kept in.
const VERSION: u8 = 1;
/// A device and a moment, in bytes.
const ENTRY_BYTES: usize = 24;
/// The most devices that are kept, the latest ones: what a machine's note holds.
const DEVICE_COUNT: usize = 160;

/// What is known to have copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies(BTreeMap<DeviceId, Hlc>);

impl Copies {
    /// Notes that a copy holds this item.
    pub fn note(&mut self, item: &ItemState) {
        let stamp = item.created_in();
        let until = self.0.entry(stamp.device).or_default();
        *until = stamp.hlc.max(*until);
    }

    /// Tells whether a copy of the item is known.
    #[must_use]
    pub fn has(&self, item: &ItemState) -> bool {
        let stamp = item.created_in();
        self.0.get(&stamp.device).is_some_and(|until| stamp.hlc <= *until)
    }

    /// The form it is kept in.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(_, until)| std::cmp::Reverse(**until));
        let mut bytes = vec![VERSION];
        for (device, until) in all.into_iter().take(DEVICE_COUNT) {
            bytes.extend_from_slice(&device.0);
            bytes.extend_from_slice(&until.0.to_be_bytes());
        }
        bytes
    }

    /// Reads the form it is kept in; `None` for that of another version.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&VERSION, rest) = bytes.split_first()? else { return None };
        let (entries, []) = rest.as_chunks::<ENTRY_BYTES>() else { return None };
        let read = |entry: &[u8; ENTRY_BYTES]| {
            let (device, until) = entry.split_first_chunk::<16>()?;
            Some((DeviceId(*device), Hlc(u64::from_be_bytes(until.try_into().ok()?))))
        };
        entries.iter().map(read).collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_kept_and_forgets_the_oldest_of_too_many() {
        let copies = Copies((0..3).map(|n| (DeviceId([n; 16]), Hlc(u64::from(n)))).collect());
        assert_eq!(Copies::from_bytes(&copies.to_bytes()), Some(copies.clone()));
        assert_eq!(Copies::from_bytes(&Copies::default().to_bytes()), Some(Copies::default()));
        for bytes in [&[][..], &[2], &copies.to_bytes()[..30]] {
            assert_eq!(Copies::from_bytes(bytes), None);
        }
        let many = Copies((0..=255).map(|n| (DeviceId([n; 16]), Hlc(u64::from(n)))).collect());
        let kept = Copies::from_bytes(&many.to_bytes()).expect("the form it is kept in");
        assert!(kept.0.contains_key(&DeviceId([255; 16])) && kept.0.len() == DEVICE_COUNT);
    }
}
