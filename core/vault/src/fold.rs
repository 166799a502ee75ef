// SPDX-License-Identifier: MIT OR Apache-2.0
//! Folding: how a set of changes becomes items, whatever the order they arrive in.
//!
//! Every rule here is commutative, associative and idempotent, because that is the whole promise of
//! merging: scalars and set elements by greatest [`Stamp`], counters by greatest number, growing sets by
//! union. `deleted` is a scalar like any other; a deleted item shows nothing but its marker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::change::{Body, Edit, Edits, FieldId, KindId, RawValue, Rule};
use crate::hlc::{Hlc, Stamp};
use crate::ids::{ChangeId, ItemId, RecordHash};
use crate::schema::field;

/// CBOR's `true`, as `deleted` holds it.
const TRUE: &[u8] = &[0xf5];

/// What all changes of one item amount to.
#[derive(Clone)]
pub struct ItemState {
    kind: (Arc<Stamp>, KindId),
    fields: BTreeMap<(FieldId, Rule), FieldState>,
}

#[derive(Clone)]
enum FieldState {
    Set(Arc<Stamp>, RawValue),
    Put(BTreeMap<RawValue, (Arc<Stamp>, bool)>),
    Raise(BTreeMap<RawValue, u64>),
    Grow(BTreeSet<RawValue>),
}

impl ItemState {
    fn new(stamp: &Arc<Stamp>, kind: KindId) -> Self {
        Self { kind: (Arc::clone(stamp), kind), fields: BTreeMap::new() }
    }

    /// The item's kind.
    #[must_use]
    pub const fn kind(&self) -> KindId {
        self.kind.1
    }

    /// When the item was first written.
    #[must_use]
    pub fn created(&self) -> Hlc {
        self.kind.0.hlc
    }

    /// The place of the change that first wrote the item.
    #[must_use]
    pub fn created_in(&self) -> &Stamp {
        &self.kind.0
    }

    /// A scalar's value.
    #[must_use]
    pub fn scalar(&self, field: FieldId) -> Option<&RawValue> {
        self.stamped(field).map(|(_, value)| value)
    }

    /// A scalar's value and the place of the change that set it.
    #[must_use]
    pub fn stamped(&self, field: FieldId) -> Option<(&Stamp, &RawValue)> {
        match self.fields.get(&(field, Rule::Set))? {
            FieldState::Set(stamp, value) => Some((stamp, value)),
            _ => None,
        }
    }

    /// The elements present in a set.
    pub fn elements(&self, field: FieldId) -> impl Iterator<Item = &RawValue> {
        let set = match self.fields.get(&(field, Rule::Put)) {
            Some(FieldState::Put(set)) => Some(set),
            _ => None,
        };
        set.into_iter().flatten().filter(|(_, (_, is_present))| *is_present).map(|(e, _)| e)
    }

    /// The elements of a set that only grows.
    pub fn grown(&self, field: FieldId) -> impl Iterator<Item = &RawValue> {
        let set = match self.fields.get(&(field, Rule::Grow)) {
            Some(FieldState::Grow(set)) => Some(set),
            _ => None,
        };
        set.into_iter().flatten()
    }

    /// A counter's number.
    #[must_use]
    pub fn counter(&self, field: FieldId, key: &RawValue) -> Option<u64> {
        match self.fields.get(&(field, Rule::Raise))? {
            FieldState::Raise(counters) => counters.get(key).copied(),
            _ => None,
        }
    }

    /// All counters of a field, with their keys.
    pub fn counters(&self, field: FieldId) -> impl Iterator<Item = (&RawValue, u64)> {
        let counters = match self.fields.get(&(field, Rule::Raise)) {
            Some(FieldState::Raise(counters)) => Some(counters),
            _ => None,
        };
        counters.into_iter().flatten().map(|(key, count)| (key, *count))
    }

    /// Tells whether the item is deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted_at().is_some()
    }

    /// The place of the change that deleted the item, if it is deleted.
    #[must_use]
    pub fn deleted_at(&self) -> Option<&Stamp> {
        self.stamped(field::DELETED).filter(|(_, value)| value.cbor() == TRUE).map(|(s, _)| s)
    }

    /// All fields that carry anything, with the rules they follow.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, Rule)> {
        self.fields.keys().copied()
    }

    /// Everything the item says, restated as edits for one new change.
    #[must_use]
    pub(crate) fn restate(&self) -> Edits {
        let mut edits = Edits::new();
        for ((field, _), state) in &self.fields {
            if *field == field::PURGED {
                continue;
            }
            let edit = match state {
                FieldState::Set(_, value) => Edit::Set(value.clone()),
                FieldState::Put(set) => {
                    Edit::Put(set.iter().map(|(e, (_, present))| (e.clone(), *present)).collect())
                }
                FieldState::Raise(counters) => Edit::Raise(counters.clone()),
                FieldState::Grow(set) => Edit::Grow(set.iter().cloned().collect()),
            };
            edits.insert(*field, edit);
        }
        edits
    }

    /// What must never be taken back, restated: counters, uses of codes.
    #[must_use]
    pub(crate) fn restate_lasting(&self) -> Edits {
        let lasts = |edit: &Edit| matches!(edit, Edit::Raise(_) | Edit::Grow(_));
        self.restate().into_iter().filter(|(_, edit)| lasts(edit)).collect()
    }

    /// Tells whether there is more than a marker and what never goes back.
    #[must_use]
    pub(crate) fn has_content(&self) -> bool {
        self.fields.keys().any(is_content)
    }

    /// Forgets the content of a deleted item whose changes were purged.
    fn reduce_to_marker(&mut self) {
        self.fields.retain(|key, _| !is_content(key));
    }

    /// The greatest clock of what these edits would change.
    #[must_use]
    pub(crate) fn newest_under(&self, edits: &Edits) -> Hlc {
        let clocks = edits.iter().filter_map(|(id, edit)| {
            match (self.fields.get(&(*id, edit.rule()))?, edit) {
                (FieldState::Set(stamp, _), _) => Some(stamp.hlc),
                (FieldState::Put(set), Edit::Put(elements)) => {
                    elements.keys().filter_map(|e| Some(set.get(e)?.0.hlc)).max()
                }
                _ => None,
            }
        });
        clocks.max().unwrap_or_default()
    }

    fn apply(&mut self, stamp: &Arc<Stamp>, kind: KindId, edits: Edits) {
        if (&**stamp, kind) < (&*self.kind.0, self.kind.1) {
            self.kind = (Arc::clone(stamp), kind);
        }
        for (field, edit) in edits {
            self.apply_edit(stamp, field, edit);
        }
    }

    fn apply_edit(&mut self, stamp: &Arc<Stamp>, field: FieldId, edit: Edit) {
        let slot = self.fields.entry((field, edit.rule()));
        match edit {
            Edit::Set(value) => {
                let new = FieldState::Set(Arc::clone(stamp), value);
                let state = slot.or_insert_with(|| new.clone());
                if let FieldState::Set(old, _) = state
                    && **old < **stamp
                {
                    *state = new;
                }
            }
            Edit::Put(elements) => {
                let state = slot.or_insert_with(|| FieldState::Put(BTreeMap::new()));
                let FieldState::Put(set) = state else { return };
                for (element, is_present) in elements {
                    let new = (Arc::clone(stamp), is_present);
                    let old = set.entry(element).or_insert_with(|| new.clone());
                    if *old.0 < **stamp {
                        *old = new;
                    }
                }
            }
            Edit::Raise(counters) => {
                let state = slot.or_insert_with(|| FieldState::Raise(BTreeMap::new()));
                let FieldState::Raise(held) = state else {
                    return;
                };
                for (key, count) in counters {
                    let old = held.entry(key).or_insert(count);
                    *old = count.max(*old);
                }
            }
            Edit::Grow(elements) => {
                let state = slot.or_insert_with(|| FieldState::Grow(BTreeSet::new()));
                let FieldState::Grow(set) = state else { return };
                set.extend(elements);
            }
        }
    }

    /// Feeds everything the item says to a hash, in one order for everybody.
    fn digest(&self, hash: &mut Sha256) {
        hash.update(self.kind.1.0.to_be_bytes());
        for ((field, rule), state) in &self.fields {
            hash.update(field.0.to_be_bytes());
            hash.update([*rule as u8]);
            match state {
                FieldState::Set(_, value) => digest_bytes(hash, value.cbor()),
                FieldState::Put(set) => {
                    for (element, _) in set.iter().filter(|(_, (_, is_present))| *is_present) {
                        digest_bytes(hash, element.cbor());
                    }
                }
                FieldState::Raise(counters) => {
                    for (key, count) in counters {
                        digest_bytes(hash, key.cbor());
                        hash.update(count.to_be_bytes());
                    }
                }
                FieldState::Grow(set) => {
                    set.iter().for_each(|element| digest_bytes(hash, element.cbor()));
                }
            }
        }
    }
}

/// Tells whether a field goes when its item is purged.
fn is_content((field, rule): &(FieldId, Rule)) -> bool {
    matches!(rule, Rule::Set | Rule::Put) && *field != field::DELETED
}

fn digest_bytes(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// All items of a vault.
#[derive(Clone, Default)]
pub struct Fold {
    items: BTreeMap<ItemId, ItemState>,
}

impl Fold {
    /// Takes in one change. Order, grouping and repetition do not matter.
    pub fn apply(&mut self, change: ChangeId, body: Body) {
        let stamp = Arc::new(body.stamp(change));
        self.items
            .entry(body.item)
            .or_insert_with(|| ItemState::new(&stamp, body.kind))
            .apply(&stamp, body.kind, body.edits);
    }

    /// Forgets the content of an item whose changes were purged.
    pub(crate) fn reduce_to_marker(&mut self, item: ItemId) {
        if let Some(state) = self.items.get_mut(&item) {
            state.reduce_to_marker();
        }
    }

    /// An item, deleted or not.
    #[must_use]
    pub fn get(&self, item: ItemId) -> Option<&ItemState> {
        self.items.get(&item)
    }

    /// All items, deleted ones included, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = (ItemId, &ItemState)> {
        self.items.iter().map(|(id, state)| (*id, state))
    }

    /// All items that are not deleted.
    pub fn live(&self) -> impl Iterator<Item = (ItemId, &ItemState)> {
        self.all().filter(|(_, state)| !state.is_deleted())
    }

    /// One hash of everything the fold says: equal digests mean the same vault.
    #[must_use]
    pub fn digest(&self) -> RecordHash {
        let mut hash = Sha256::new();
        for (id, state) in &self.items {
            hash.update(id.0);
            match state.deleted_at() {
                Some(_) => hash.update([0]),
                None => {
                    hash.update([1]);
                    state.digest(&mut hash);
                }
            }
        }
        hash.finalize().into()
    }
}
