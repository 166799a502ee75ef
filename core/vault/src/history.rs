// SPDX-License-Identifier: MIT OR Apache-2.0
//! History and undo: what was done, by which PC, and how to take it back within thirty days.
//!
//! The vault keeps only the fold in memory; history is read again from the rows. Undoing writes a new
//! change; it never gives back a used code and never lowers a counter.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::CryptoRng;

use crate::change::{Deed, Edit, Edits, FieldId, KindId, RawValue};
use crate::error::VaultError;
use crate::hlc::{Stamp, UnixMillis};
use crate::ids::{ChangeId, DeviceId, ItemId, OperationId};
use crate::record::{Row, class};
use crate::schema::{self, field, kinds};
use crate::value;
use crate::vault::{OpenChange, Vault};
use crate::write::{Draft, Pending};

/// For how long an operation can be undone, and deleted content is kept: thirty days.
pub const UNDO_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;
/// How many changes one change may purge, so that it fits the largest bucket.
const PURGED_AT_ONCE_COUNT: usize = 8192;

/// One thing the holder did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its name, for undoing it.
    pub id: OperationId,
    /// What kind of thing.
    pub deed: Deed,
    /// When.
    pub at: UnixMillis,
    /// On which device.
    pub device: DeviceId,
    /// The items it touched, those not for people left out.
    pub touched: Vec<Touched>,
    /// Whether it is recent enough to be undone.
    pub is_undoable: bool,
    /// Whether it took the key a secret that credential ids are sealed under: a reset.
    pub is_reset: bool,
}

impl Operation {
    /// Whether there is anything in it for an undo to take back.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        let is_kind = [Deed::ADD, Deed::EDIT, Deed::REMOVE, Deed::IMPORT].contains(&self.deed);
        is_kind && self.is_undoable && (self.is_reset || !self.touched.is_empty())
    }
}

/// An item an operation touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which.
    pub item: ItemId,
    /// Its kind.
    pub kind: KindId,
    /// Which fields were written.
    pub fields: Vec<FieldId>,
}

/// An undo, and how much of the operation could not be taken back because it was overwritten since.
pub struct Undo {
    /// The rows to write.
    pub pending: Pending,
    /// Fields that were changed again later and are left alone.
    pub overwritten: usize,
    /// Whether the key gets a secret back that a reset took.
    pub is_of_reset: bool,
}

impl Vault {
    /// All operations, newest first.
    #[must_use]
    pub fn history(&self, rows: impl IntoIterator<Item = Row>, now: UnixMillis) -> Vec<Operation> {
        let mut operations: BTreeMap<OperationId, (Stamp, Operation)> = BTreeMap::new();
        for OpenChange { header, body, .. } in self.open_all(rows) {
            let stamp = body.stamp(header.change);
            let at = body.hlc.millis();
            let entry = operations.entry(body.operation).or_insert_with(|| {
                let is_undoable = is_recent(at, now);
                let (deed, device, touched) = (body.deed, body.device, Vec::new());
                let (id, is_reset) = (body.operation, false);
                (stamp, Operation { id, deed, at, device, touched, is_undoable, is_reset })
            });
            entry.0 = entry.0.min(stamp);
            entry.1.is_reset |= body.deed == Deed::REMOVE && body.kind == kinds::KEY_SECRET;
            if is_for_people(body.kind) {
                let fields = body.edits.keys().copied().collect();
                entry.1.touched.push(Touched { item: body.item, kind: body.kind, fields });
            }
        }
        let mut sorted: Vec<_> = operations.into_values().collect();
        sorted.sort_by_key(|(stamp, _)| std::cmp::Reverse(*stamp));
        sorted.into_iter().map(|(_, operation)| operation).collect()
    }

    /// The newest operation that an undo could take back.
    #[must_use]
    pub fn newest_undoable(
        &self,
        rows: impl IntoIterator<Item = Row>,
        now: UnixMillis,
    ) -> Option<OperationId> {
        let mut all = self.history(rows, now).into_iter();
        all.find(Operation::can_be_undone).map(|operation| operation.id)
    }

    /// Prepares taking an operation back. Of the key's own items only secrets that a reset took come back;
    /// one that was made in their place stays beside them, so that what was sealed since goes on opening.
    ///
    /// # Errors
    /// [`VaultError::NoSuchOperation`], [`VaultError::UndoTooOld`], [`VaultError::NothingToUndo`] where it
    /// only used codes, raised counters or changed ways to open, and as [`Vault::write`].
    pub fn undo(
        &self,
        rows: impl IntoIterator<Item = Row>,
        operation: OperationId,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Undo, VaultError> {
        let changes = self.open_all(rows);
        let ours: BTreeSet<ChangeId> = changes
            .iter()
            .filter(|change| change.body.operation == operation)
            .map(|change| change.header.change)
            .collect();
        let of_operation = || changes.iter().filter(|change| ours.contains(&change.header.change));
        let newest = of_operation().map(|change| change.body.hlc).max();
        let newest = newest.ok_or(VaultError::NoSuchOperation(operation))?;
        if !is_recent(newest.millis(), now) {
            return Err(VaultError::UndoTooOld);
        }
        let mut by_item: BTreeMap<ItemId, Vec<&OpenChange>> = BTreeMap::new();
        for change in of_operation().filter(|change| is_for_people(change.body.kind)) {
            by_item.entry(change.body.item).or_default();
        }
        for change in &changes {
            if let Some(list) = by_item.get_mut(&change.body.item) {
                list.push(change);
            }
        }
        let mut overwritten = 0;
        let mut drafts = Vec::new();
        for (item, changes) in by_item {
            let reversal = self.reverse(item, &changes, &ours);
            overwritten += reversal.overwritten;
            drafts.extend(reversal.draft);
        }
        let secrets = of_operation().filter(|change| change.body.kind == kinds::KEY_SECRET);
        let secrets: BTreeSet<ItemId> = secrets.map(|change| change.body.item).collect();
        let people = drafts.len();
        drafts.extend(secrets.into_iter().filter_map(|item| self.revive(item, &ours)));
        let is_of_reset = drafts.len() > people;
        if drafts.is_empty() {
            return Err(VaultError::NothingToUndo);
        }
        let pending = self.write(Deed::UNDO, drafts, now, rng)?;
        Ok(Undo { pending, overwritten, is_of_reset })
    }

    /// What brings an item back that the operation took away.
    fn revive(&self, item: ItemId, ours: &BTreeSet<ChangeId>) -> Option<Draft> {
        let state =
            self.fold.get(item).filter(|state| state.has_content() && state.is_deleted())?;
        state.deleted_at().filter(|stamp| ours.contains(&stamp.change))?;
        let mut edits = state.restate();
        edits.insert(field::DELETED, Edit::Set(value::flag(false)));
        Some(Draft { collection: self.collection_of(item), item, kind: state.kind(), edits })
    }

    /// What takes one item back to before the operation.
    fn reverse(
        &self,
        item: ItemId,
        changes: &[&OpenChange],
        ours: &BTreeSet<ChangeId>,
    ) -> Reversal {
        let Some(state) = self.fold.get(item).filter(|state| state.has_content()) else {
            return Reversal::default();
        };
        let (kind, collection) = (state.kind(), self.collection_of(item));
        let (mine, others): (Vec<&OpenChange>, Vec<&OpenChange>) =
            changes.iter().partition(|change| ours.contains(&change.header.change));
        let first_of_mine = mine.iter().map(|c| c.body.stamp(c.header.change)).min();
        let is_creation =
            others.iter().all(|c| Some(c.body.stamp(c.header.change)) > first_of_mine);
        if is_creation {
            let gone = Edits::from([(field::DELETED, Edit::Set(value::flag(true)))]);
            let draft =
                (!state.is_deleted()).then_some(Draft { collection, item, kind, edits: gone });
            return Reversal { draft, overwritten: 0 };
        }
        let mut edits = Edits::new();
        let mut overwritten = 0;
        for change in &mine {
            for (id, edit) in &change.body.edits {
                match edit {
                    Edit::Set(_) => {
                        let winner = state.stamped(*id).map(|(stamp, _)| stamp.change);
                        if winner.is_some_and(|winner| ours.contains(&winner)) {
                            let before = newest_scalar(&others, *id).unwrap_or_else(value::cleared);
                            edits.insert(*id, Edit::Set(before));
                        } else {
                            overwritten += 1;
                        }
                    }
                    Edit::Put(elements) => {
                        let back: BTreeMap<_, _> = elements
                            .keys()
                            .filter(|element| {
                                newest_put(changes, *id, element)
                                    .is_some_and(|(c, _)| ours.contains(&c))
                            })
                            .map(|element| {
                                let before = newest_put(&others, *id, element);
                                (element.clone(), before.is_some_and(|(_, is_present)| is_present))
                            })
                            .collect();
                        overwritten += elements.len() - back.len();
                        if !back.is_empty() {
                            edits.insert(*id, Edit::Put(back));
                        }
                    }
                    Edit::Raise(_) | Edit::Grow(_) => {}
                }
            }
        }
        // An item that comes back says everything again, so that a purge elsewhere cannot empty it.
        if state.is_deleted() && edits.contains_key(&field::DELETED) {
            let mut whole = state.restate();
            whole.extend(edits);
            whole.insert(field::DELETED, Edit::Set(value::flag(false)));
            edits = whole;
        }
        let draft = (!edits.is_empty()).then_some(Draft { collection, item, kind, edits });
        Reversal { draft, overwritten }
    }

    /// Removes for good what was deleted more than thirty days ago; the markers stay.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn purge(
        &self,
        rows: impl IntoIterator<Item = Row>,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Option<Pending>, VaultError> {
        let due: BTreeSet<ItemId> = self.purge_due(now).collect();
        if due.is_empty() {
            return Ok(None);
        }
        let mut lists: BTreeMap<ItemId, Vec<(ChangeId, RawValue)>> = BTreeMap::new();
        for change in self.open_all(rows) {
            let (item, id) = (change.body.item, change.header.change);
            let is_marker = change.body.edits.contains_key(&field::PURGED)
                || self
                    .fold
                    .get(item)
                    .and_then(|state| state.deleted_at())
                    .is_some_and(|s| s.change == id);
            if due.contains(&item) && !is_marker {
                lists.entry(item).or_default().push((id, value::purged(id, &change.hash)));
            }
        }
        if lists.is_empty() {
            return Ok(None);
        }
        let mut writing = self.begin(Deed::PURGE, now, rng)?;
        for (item, list) in lists {
            let Some(state) = self.fold.get(item) else { continue };
            let (collection, kind) = (self.collection_of(item), state.kind());
            list.iter().for_each(|(id, _)| writing.drop_record((*id).into()));
            // Somebody may take the item back who never met what is dropped here.
            let mut edits = state.restate_lasting();
            for part in list.chunks(PURGED_AT_ONCE_COUNT) {
                let entries = part.iter().map(|(_, entry)| entry.clone()).collect();
                edits.insert(field::PURGED, Edit::Grow(entries));
                let edits = std::mem::take(&mut edits);
                writing.change(Draft { collection, item, kind, edits })?;
            }
        }
        Ok(Some(writing.finish()))
    }

    /// Deleted items whose time is up and whose content is still here.
    fn purge_due(&self, now: UnixMillis) -> impl Iterator<Item = ItemId> {
        self.fold.all().filter_map(move |(id, state)| {
            let deleted = state.deleted_at()?;
            let is_due = is_for_people(state.kind()) && !is_recent(deleted.hlc.millis(), now);
            (state.has_content() && is_due).then_some(id)
        })
    }

    /// Tells whether [`Self::purge`] would find work.
    #[must_use]
    pub fn is_purge_due(&self, now: UnixMillis) -> bool {
        self.purge_due(now).next().is_some()
    }

    /// The collection an item lives in.
    #[must_use]
    pub fn collection_of(&self, item: ItemId) -> crate::ids::CollectionId {
        self.collections.get(&item).map_or(self.head.home, |(_, collection)| *collection)
    }

    /// Opens all changes of a store; what cannot be opened was reported when the vault was opened.
    fn open_all(&self, rows: impl IntoIterator<Item = Row>) -> Vec<OpenChange> {
        let changes = rows.into_iter().filter(|row| row.class == class::CHANGE);
        changes.filter_map(|row| self.open_row(&row, false).ok()).collect()
    }
}

#[derive(Default)]
struct Reversal {
    draft: Option<Draft>,
    overwritten: usize,
}

fn is_recent(at: UnixMillis, now: UnixMillis) -> bool {
    now.0.saturating_sub(at.0) <= UNDO_MILLIS
}

fn is_for_people(kind: KindId) -> bool {
    schema::kind(kind).is_some_and(|kind| kind.is_for_people)
}

fn newest_scalar(changes: &[&OpenChange], id: FieldId) -> Option<RawValue> {
    let values = changes.iter().filter_map(|change| match change.body.edits.get(&id)? {
        Edit::Set(value) => Some((change.body.stamp(change.header.change), value)),
        _ => None,
    });
    values.max_by_key(|(stamp, _)| *stamp).map(|(_, value)| value.clone())
}

fn newest_put(
    changes: &[&OpenChange],
    id: FieldId,
    element: &RawValue,
) -> Option<(ChangeId, bool)> {
    let puts = changes.iter().filter_map(|change| match change.body.edits.get(&id)? {
        Edit::Put(elements) => {
            Some((change.body.stamp(change.header.change), *elements.get(element)?))
        }
        _ => None,
    });
    puts.max_by_key(|(stamp, _)| *stamp).map(|(stamp, is_present)| (stamp.change, is_present))
}
