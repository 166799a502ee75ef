// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which passkeys there are, by site and by id, so that a sign-in costs the same with ten of them and with ten
//! thousand; and what is still recognised once the vault is locked.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use kagifuda_ctap::entity::RpIdHash;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{FieldId, ItemId, ItemState, Vault, value};
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};

use super::super::rng;

/// All passkeys that are not deleted.
#[derive(Default)]
pub(super) struct Passkeys {
    /// The state of the vault this was read from.
    pub(super) version: u64,
    /// By site, the one made last first.
    by_site: BTreeMap<([u8; 32], Reverse<u64>), ItemId>,
    by_id: HashMap<Vec<u8>, Held>,
    by_item: HashMap<ItemId, Vec<u8>>,
    sites: BTreeMap<u64, [u8; 32]>,
    /// A site's place in the walk, and how many passkeys it has.
    places: HashMap<[u8; 32], (u64, u32)>,
    next: u64,
    /// The sum (XOR) of a hash of every passkey: the same passkeys, the same sum.
    sum: [u8; 16],
}

struct Held {
    item: ItemId,
    site: [u8; 32],
    number: u64,
    hash: [u8; 16],
    /// The same passkey again: two PCs that imported one file and were merged.
    twins: Vec<ItemId>,
}

impl Passkeys {
    /// Reads all.
    pub(super) fn of(vault: &Vault, version: u64) -> Self {
        let mut passkeys = Self { version, ..Self::default() };
        let mut all: Vec<_> = vault.items_of(kinds::PASSKEY).collect();
        all.sort_by_key(|(id, state)| (state.created(), *id));
        for (id, state) in all {
            passkeys.put_in(id, state);
        }
        passkeys
    }

    /// Reads one item again.
    pub(super) fn refresh(&mut self, vault: &Vault, item: ItemId, version: u64) {
        self.version = version;
        for twin in self.take_out(item) {
            if let Ok(state) = vault.item(twin) {
                self.put_in(twin, state);
            }
        }
        if let Ok(state) = vault.item(item)
            && state.kind() == kinds::PASSKEY
        {
            self.put_in(item, state);
        }
    }

    fn put_in(&mut self, item: ItemId, state: &ItemState) {
        let bytes = |id: FieldId| state.scalar(id).and_then(value::read_bytes);
        let rp_id = state.scalar(field::RP_ID).and_then(value::read_text);
        let (Some(id), Some(rp_id)) = (bytes(field::CREDENTIAL_ID), rp_id) else { return };
        self.by_item.insert(item, id.to_vec());
        if let Some(held) = self.by_id.get_mut(id) {
            held.twins.push(item);
            return;
        }
        let site = RpIdHash::of(rp_id).0;
        let number = self.next;
        self.next += 1;
        let hash = hash_of(item, state);
        add(&mut self.sum, &hash);
        self.by_site.insert((site, Reverse(number)), item);
        self.by_id.insert(id.to_vec(), Held { item, site, number, hash, twins: Vec::new() });
        let place = self.places.entry(site).or_insert((number, 0));
        place.1 += 1;
        self.sites.insert(place.0, site);
    }

    /// Takes one item out; the twins that are to be put in again without it.
    fn take_out(&mut self, item: ItemId) -> Vec<ItemId> {
        let Some(id) = self.by_item.remove(&item) else { return Vec::new() };
        if let Some(held) = self.by_id.get_mut(&id)
            && held.item != item
        {
            held.twins.retain(|twin| *twin != item);
            return Vec::new();
        }
        let Some(held) = self.by_id.remove(&id) else { return Vec::new() };
        for twin in &held.twins {
            self.by_item.remove(twin);
        }
        add(&mut self.sum, &held.hash);
        self.by_site.remove(&(held.site, Reverse(held.number)));
        if let Some(place) = self.places.get_mut(&held.site) {
            place.1 -= 1;
            if place.1 == 0 {
                self.sites.remove(&place.0);
                self.places.remove(&held.site);
            }
        }
        held.twins
    }

    pub(super) fn count(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn site_count(&self) -> usize {
        self.sites.len()
    }

    pub(super) const fn sum(&self) -> [u8; 16] {
        self.sum
    }

    /// The item of an id, and the site it is for.
    pub(super) fn by_id(&self, id: &[u8]) -> Option<(ItemId, [u8; 32])> {
        self.by_id.get(id).map(|held| (held.item, held.site))
    }

    /// An item and all that are the same passkey.
    pub(super) fn with_twins(&self, item: ItemId) -> Vec<ItemId> {
        let held = self.by_item.get(&item).and_then(|id| self.by_id.get(id));
        held.map_or_else(Vec::new, |held| [&[held.item], &held.twins[..]].concat())
    }

    /// The passkey of a site that follows another, and its number.
    pub(super) fn next_of(&self, site: [u8; 32], after: Option<u64>) -> Option<(u64, ItemId)> {
        let begin = match after {
            None => std::ops::Bound::Included((site, Reverse(u64::MAX))),
            Some(number) => std::ops::Bound::Excluded((site, Reverse(number))),
        };
        let end = std::ops::Bound::Included((site, Reverse(0)));
        let ((_, Reverse(number)), item) = self.by_site.range((begin, end)).next()?;
        Some((*number, *item))
    }

    /// All passkeys of a site.
    pub(super) fn of_site(&self, site: [u8; 32]) -> impl Iterator<Item = ItemId> {
        self.by_site.range((site, Reverse(u64::MAX))..=(site, Reverse(0))).map(|(_, item)| *item)
    }

    /// The site that follows another in the walk over all, and its place there.
    pub(super) fn next_site(&self, after: Option<u64>) -> Option<(u64, [u8; 32])> {
        let begin = after.map_or(0, |place| place + 1);
        self.sites.range(begin..).next().map(|(place, site)| (*place, *site))
    }

    /// All items.
    pub(super) fn items(&self) -> impl Iterator<Item = ItemId> {
        self.by_item.keys().copied()
    }

    /// What to go on recognising after locking.
    pub(super) fn recogniser(&self) -> Recogniser {
        let mut key = [0; 32];
        rng().fill_bytes(&mut key);
        let mut marks = HashSet::with_capacity(self.by_id.len() + self.sites.len());
        marks.extend(self.sites.values().map(|site| mark(&key, site, &[])));
        marks.extend(self.by_id.iter().map(|(id, held)| mark(&key, &held.site, id)));
        Recogniser { key, marks, sum: self.sum }
    }
}

/// Recognises sites and ids without holding them: what a locked agent keeps.
pub(super) struct Recogniser {
    key: [u8; 32],
    marks: HashSet<[u8; 16]>,
    /// The last sum that was known.
    pub(super) sum: [u8; 16],
}

impl Recogniser {
    /// Tells whether there were passkeys for a site; with an id, whether that one was there.
    pub(super) fn knows(&self, site: &[u8; 32], id: &[u8]) -> bool {
        self.marks.contains(&mark(&self.key, site, id))
    }
}

/// A keyed hash of a site and an id; SHA-256 with fixed lengths first needs no HMAC.
fn mark(key: &[u8; 32], site: &[u8; 32], id: &[u8]) -> [u8; 16] {
    half(&Sha256::new().chain_update(key).chain_update(site).chain_update(id).finalize())
}

fn hash_of(item: ItemId, state: &ItemState) -> [u8; 16] {
    let mut hash = Sha256::new().chain_update(item.0);
    for id in [field::CREDENTIAL_ID, field::USER_NAME, field::USER_DISPLAY_NAME] {
        let bytes = state.scalar(id).map(kagifuda_vault::RawValue::cbor).unwrap_or_default();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    half(&hash.finalize())
}

fn half(whole: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

fn add(sum: &mut [u8; 16], hash: &[u8; 16]) {
    for (byte, more) in sum.iter_mut().zip(hash) {
        *byte ^= more;
    }
}
