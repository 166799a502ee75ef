// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing: one operation of the holder becomes sealed rows, all of which are kept or none.
//!
//! Before its own changes an operation mends what an earlier merge left to do: ways that were removed
//! on two PCs at once get a new root, ways that were added meanwhile get the roots they lack.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rand_core::CryptoRng;

use crate::access::is_access;
use crate::change::{self, Body, Deed, Edit, Edits, FieldId, KindId, RawValue};
use crate::error::VaultError;
use crate::hlc::{Hlc, UnixMillis};
use crate::ids::{
    ChangeId, CollectionId, EpochId, ItemId, OperationId, RecordHash, RecordId, RootId, SlotId,
};
use crate::record::{self, ChangeHeader, EpochRecord, Row, SlotRecord, WrapRecord};
use crate::schema::{field, kinds};
use crate::seal::{ChangeCipher, EpochKey, RootKey};
use crate::value;
use crate::vault::{Enrolled, HeldRoot, OpenChange, Vault};

/// What is to be written about one item.
pub struct Draft {
    /// In which collection.
    pub collection: CollectionId,
    /// About which item; a new random id makes a new item.
    pub item: ItemId,
    /// Of which kind.
    pub kind: KindId,
    /// What.
    pub edits: Edits,
}

/// Rows that are sealed but not yet durable. Give them to the store, then to [`Vault::accept`].
#[must_use = "nothing is written until the store has the rows and the vault accepts them"]
pub struct Pending {
    add: Vec<Row>,
    remove: Vec<RecordId>,
    operation: OperationId,
    changes: Vec<OpenChange>,
    roots: Vec<(RootId, HeldRoot)>,
    epochs: Vec<(EpochRecord, EpochKey)>,
    slots: Vec<SlotRecord>,
    wraps: Vec<WrapRecord>,
    seq: u64,
    head: RecordHash,
}

impl Pending {
    /// The rows to add.
    #[must_use]
    pub fn add(&self) -> &[Row] {
        &self.add
    }

    /// The records to drop: seals of ways that were removed, changes that were purged.
    #[must_use]
    pub fn remove(&self) -> &[RecordId] {
        &self.remove
    }

    /// The operation's name, for undoing it.
    #[must_use]
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Tells whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

impl Vault {
    /// Prepares one operation.
    ///
    /// # Errors
    /// [`VaultError::OlderThanSeen`] while the vault is behind this machine's memory,
    /// [`VaultError::OnlyMachineBound`] while only ways bound to a machine open it,
    /// [`VaultError::TooLarge`] for an item beyond the largest change.
    pub fn write(
        &self,
        deed: Deed,
        drafts: Vec<Draft>,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        let mut writing = self.begin(deed, now, rng)?;
        for draft in drafts {
            writing.change(draft)?;
        }
        Ok(writing.finish())
    }

    /// Folds what the store has made durable.
    pub fn accept(&mut self, pending: Pending) {
        self.known.extend(pending.add.iter().map(|row| row.id));
        for id in &pending.remove {
            self.known.remove(id);
            self.unreadable.remove(id);
            self.taken.remove(&ChangeId(id.0));
        }
        self.slots.extend(pending.slots.into_iter().map(|slot| (slot.slot, slot)));
        self.keys.roots.extend(pending.roots);
        for (record, key) in pending.epochs {
            self.keys.hold_epoch(record.collection, record.root, record.epoch, &key);
        }
        self.wraps.extend(pending.wraps);
        let gone: HashSet<RecordId> = pending.remove.into_iter().collect();
        self.wraps.retain(|wrap| !gone.contains(&wrap.id));
        self.note_purges(&pending.changes);
        let is_about_access = pending.changes.iter().any(|change| is_access(change.body.kind));
        for change in pending.changes {
            let is_purge = change.body.edits.contains_key(&field::PURGED);
            let item = change.body.item;
            self.take_in(change);
            if is_purge {
                self.fold.reduce_to_marker(item);
            }
        }
        if let Some(author) = &mut self.author {
            (author.seq, author.head) = (pending.seq, pending.head);
            author.unintroduced = None;
        }
        if is_about_access {
            self.settle_access();
        }
    }

    /// Begins an operation: what a merge left to mend comes first, and a new device says who it is. Nothing is
    /// sealed for ways alone that are bound to a machine.
    pub(crate) fn begin<'v, R: CryptoRng>(
        &'v self,
        deed: Deed,
        now: UnixMillis,
        rng: &'v mut R,
    ) -> Result<Writing<'v, R>, VaultError> {
        self.check_some_unbound()?;
        self.begin_leaving(None, deed, now, rng)
    }

    /// Begins an operation that removes a way: mending seals nothing to it any more, for its removal is not
    /// told under what the operation itself makes, and a seal there would lead to nothing but that.
    pub(crate) fn begin_leaving<'v, R: CryptoRng>(
        &'v self,
        leaving: Option<SlotId>,
        deed: Deed,
        now: UnixMillis,
        rng: &'v mut R,
    ) -> Result<Writing<'v, R>, VaultError> {
        let mut writing = self.begin_empty(deed, now, rng)?;
        writing.mend(leaving)?;
        writing.introduce_device()?;
        Ok(writing)
    }

    /// Begins an operation that says nothing yet.
    pub(crate) fn begin_empty<'v, R: CryptoRng>(
        &'v self,
        deed: Deed,
        now: UnixMillis,
        rng: &'v mut R,
    ) -> Result<Writing<'v, R>, VaultError> {
        if !self.standing.is_writable() {
            return Err(VaultError::OlderThanSeen);
        }
        let author = self.author.as_ref().ok_or(VaultError::NoDevice)?;
        let pending = Pending {
            add: Vec::new(),
            remove: Vec::new(),
            operation: OperationId::random(rng),
            changes: Vec::new(),
            roots: Vec::new(),
            epochs: Vec::new(),
            slots: Vec::new(),
            wraps: Vec::new(),
            seq: author.seq,
            head: author.head,
        };
        Ok(Writing {
            vault: self,
            rng,
            deed,
            now,
            newest: self.newest,
            pending,
            fresh: BTreeMap::new(),
            spoken_under: BTreeSet::new(),
        })
    }

    /// The root to seal a collection's changes under.
    pub(crate) fn clean_root(&self, collection: CollectionId) -> Option<RootId> {
        self.access.clean_root(collection, self.head.home, &self.keys.roots)
    }

    /// The epoch to write a collection's changes in.
    fn clean_epoch(&self, collection: CollectionId) -> Option<EpochId> {
        self.epoch_of(self.clean_root(collection)?)
    }

    /// The epoch to write under a root.
    fn epoch_of(&self, root: RootId) -> Option<EpochId> {
        self.keys.epochs.iter().filter(|(_, held)| held.root == root).map(|(id, _)| *id).max()
    }
}

/// One operation in the making.
pub(crate) struct Writing<'v, R> {
    vault: &'v Vault,
    rng: &'v mut R,
    deed: Deed,
    now: UnixMillis,
    newest: Hlc,
    pending: Pending,
    /// Epochs this operation made, which its later changes use.
    fresh: BTreeMap<CollectionId, (EpochId, ChangeCipher)>,
    /// Roots in hand under which this operation has spoken.
    spoken_under: BTreeSet<RootId>,
}

impl<R: CryptoRng> Writing<'_, R> {
    /// Adds a row as it is.
    pub(crate) fn row(&mut self, row: Row) {
        self.pending.add.push(row);
    }

    /// The random generator.
    pub(crate) fn rng(&mut self) -> &mut R {
        self.rng
    }

    /// Seals one change with the collection's newest clean epoch.
    pub(crate) fn change(&mut self, draft: Draft) -> Result<(), VaultError> {
        self.change_in(draft, None)
    }

    /// Seals one change with an epoch of a root in hand.
    fn change_in(&mut self, draft: Draft, under: Option<RootId>) -> Result<(), VaultError> {
        let author = self.vault.author.as_ref().ok_or(VaultError::NoDevice)?;
        // What this change is to replace may carry a clock that nobody believes and hence nobody follows.
        let replaced = self.vault.fold.get(draft.item);
        let replaced = replaced.map_or(Hlc::default(), |item| item.newest_under(&draft.edits));
        let hlc = Hlc::after(self.newest.max(replaced), self.now);
        let body = Body {
            item: draft.item,
            kind: draft.kind,
            device: author.device,
            seq: self.pending.seq.checked_add(1).ok_or(VaultError::NoDevice)?,
            previous: self.pending.head,
            hlc,
            operation: self.pending.operation,
            deed: self.deed,
            edits: draft.edits,
        };
        let (row, header) = self.seal(draft.collection, under, &body)?;
        if hlc.is_believed() {
            self.newest = hlc;
        }
        self.pending.seq = body.seq;
        self.pending.head = record::hash(&row.body);
        self.pending.changes.push(OpenChange { header, body, hash: self.pending.head });
        self.pending.add.push(row);
        Ok(())
    }

    fn seal(
        &mut self,
        collection: CollectionId,
        under: Option<RootId>,
        body: &Body,
    ) -> Result<(Row, ChangeHeader), VaultError> {
        let vault = self.vault;
        let author = vault.author.as_ref().ok_or(VaultError::NoDevice)?;
        let encoded = body.encode();
        let bucket = ChangeCipher::bucket_for(change::signed_length(encoded.len()))?;
        let (epoch, cipher) = match self.fresh.get(&collection).filter(|_| under.is_none()) {
            Some((epoch, cipher)) => (*epoch, cipher),
            None => {
                let root = under.or_else(|| vault.clean_root(collection));
                let epoch =
                    root.and_then(|root| vault.epoch_of(root)).ok_or(VaultError::NoEpoch)?;
                let held = vault.keys.epochs.get(&epoch).ok_or(VaultError::NoEpoch)?;
                (epoch, &held.cipher)
            }
        };
        let header = ChangeHeader { collection, epoch, change: ChangeId::random(self.rng), bucket };
        let signed = change::sign(vault.head.vault, &header, &encoded, &author.key);
        Ok((cipher.seal(vault.head.vault, &header, &signed, self.rng), header))
    }

    /// Lets a device that has not written yet say who it is.
    pub(crate) fn introduce_device(&mut self) -> Result<(), VaultError> {
        let Some(author) = &self.vault.author else {
            return Err(VaultError::NoDevice);
        };
        let Some(name) = &author.unintroduced else {
            return Ok(());
        };
        let edits = [
            (field::NAME, Edit::Set(value::text(name))),
            (
                field::DEVICE_PUBLIC_KEY,
                Edit::Set(value::bytes(author.key.verifying_key().as_bytes())),
            ),
            (field::DEVICE_PLATFORM, Edit::Set(value::text(std::env::consts::OS))),
        ];
        self.spoken_under.extend(self.vault.clean_root(self.vault.head.home));
        self.home_change(ItemId(author.device.0), kinds::DEVICE, edits)
    }

    /// Writes about something that is not the holder's own item.
    pub(crate) fn home_change(
        &mut self,
        item: ItemId,
        kind: KindId,
        edits: impl IntoIterator<Item = (FieldId, Edit)>,
    ) -> Result<(), VaultError> {
        let edits = edits.into_iter().collect();
        self.change(Draft { collection: self.vault.head.home, item, kind, edits })
    }

    /// Makes a new root and epoch for a collection in the place of those there are, and tells under a home
    /// root all that it knows of from the start.
    pub(crate) fn replace_root(
        &mut self,
        collection: CollectionId,
        ways: &[(SlotId, [u8; 32])],
    ) -> Result<(), VaultError> {
        let is_home = collection == self.vault.head.home;
        if is_home {
            for root in self.leaves_in_hand() {
                self.speak_under(root)?;
            }
        }
        self.new_root(collection, ways)?;
        if is_home {
            for (way, public) in ways {
                self.way_change(*way, self.way_edits(*way, public), None)?;
            }
        }
        Ok(())
    }

    /// Makes a new root and epoch for a collection, open to the given ways.
    ///
    /// Until the operation is accepted, its later changes of that collection use the new epoch.
    pub(crate) fn new_root(
        &mut self,
        collection: CollectionId,
        ways: &[(SlotId, [u8; 32])],
    ) -> Result<(), VaultError> {
        let vault = self.vault.head.vault;
        let key = RootKey::random(self.rng);
        let (root, epoch) = (key.id(), EpochId::random(self.rng));
        for (slot, public) in ways {
            self.wrap(&key, (collection, root, *slot), public);
        }
        let epoch_key = EpochKey::random(self.rng);
        let record = key.seal_epoch(vault, (collection, root, epoch), &epoch_key, self.rng);
        self.pending.add.push(record::write_epoch(vault, &record));
        self.fresh.insert(collection, (epoch, epoch_key.cipher()));
        self.pending.epochs.push((record, epoch_key));
        let slots = ways.iter().map(|(slot, _)| value::slot(*slot)).collect();
        let mut edits = vec![
            (field::ROOT_COLLECTION, Edit::Set(value::bytes(&collection.0))),
            (field::ROOT_SLOTS, Edit::Grow(slots)),
        ];
        if collection == self.vault.head.home {
            let author = self.vault.author.as_ref().ok_or(VaultError::NoDevice)?;
            let maker = value::bytes(author.key.verifying_key().as_bytes());
            edits.push((field::ROOT_DEVICES, Edit::Grow(vec![maker])));
            let follows = self.roots_to_follow();
            if !follows.is_empty() {
                edits.push((field::ROOT_FOLLOWS, Edit::Grow(follows)));
            }
        }
        self.pending.roots.push((root, HeldRoot { collection, key }));
        self.home_change(ItemId(root.0), kinds::ROOT, edits)
    }

    /// The home roots that a new one takes the place of.
    fn roots_to_follow(&self) -> Vec<RawValue> {
        let home = self.vault.head.home;
        let made = self.pending.roots.iter().filter(|(_, held)| held.collection == home);
        let made = made.map(|(root, _)| root);
        self.vault.access.leaves().iter().chain(made).map(|root| value::bytes(&root.0)).collect()
    }

    /// Seals a root to a way. A way whose public key is no key gets no seal, and blocks nothing.
    fn wrap(&mut self, key: &RootKey, at: (CollectionId, RootId, SlotId), public: &[u8; 32]) {
        let vault = self.vault.head.vault;
        if let Some(wrap) = key.wrap(vault, at, public, self.rng) {
            self.pending.add.push(record::write_wrap(vault, &wrap));
            self.pending.wraps.push(wrap);
        }
    }

    /// Adds a slot's clear record and the item that describes it.
    pub(crate) fn add_slot(&mut self, enrolled: &Enrolled, label: &str) -> Result<(), VaultError> {
        self.pending.add.push(enrolled.row.clone());
        self.pending.slots.push(enrolled.slot.clone());
        self.home_change(
            ItemId(enrolled.slot.slot.0),
            kinds::WAY,
            [
                (field::NAME, Edit::Set(value::text(label))),
                (
                    field::WAY_KIND,
                    Edit::Set(value::number(enrolled.slot.kind.number().cast_signed())),
                ),
                (field::WAY_PUBLIC_KEY, Edit::Set(value::bytes(enrolled.key.public()))),
            ],
        )
    }

    /// Seals to a way every root in hand that it lacks; one whose seal was lost gets it again.
    pub(crate) fn give_roots(&mut self, slot: SlotId, public: &[u8; 32]) -> Result<(), VaultError> {
        let vault = self.vault;
        let sealed: HashSet<RootId> =
            vault.wraps.iter().filter(|wrap| wrap.slot == slot).map(|wrap| wrap.root).collect();
        for (root, held) in &vault.keys.roots {
            if !vault.access.is_sealed_to(*root, slot) {
                self.give_root(*root, held, (slot, public))?;
            } else if !sealed.contains(root) {
                self.wrap(&held.key, (held.collection, *root, slot), public);
            }
        }
        Ok(())
    }

    /// Seals to a way the roots this very operation made before the way was added.
    pub(crate) fn give_new_roots(
        &mut self,
        slot: SlotId,
        public: &[u8; 32],
    ) -> Result<(), VaultError> {
        let roots = std::mem::take(&mut self.pending.roots);
        for (root, held) in &roots {
            self.give_root(*root, held, (slot, public))?;
        }
        self.pending.roots = roots;
        Ok(())
    }

    fn give_root(
        &mut self,
        root: RootId,
        held: &HeldRoot,
        to: (SlotId, &[u8; 32]),
    ) -> Result<(), VaultError> {
        self.wrap(&held.key, (held.collection, root, to.0), to.1);
        let grow = Edit::Grow(vec![value::slot(to.0)]);
        self.home_change(ItemId(root.0), kinds::ROOT, [(field::ROOT_SLOTS, grow)])
    }

    /// Drops the seals of ways, so that this copy no longer opens with them; but never the only seal of a
    /// root that this operation did not give to another way.
    pub(crate) fn drop_seals_of(&mut self, slots: &BTreeSet<SlotId>) {
        let vault = self.vault;
        let others = vault.wraps.iter().chain(&self.pending.wraps);
        let served: BTreeSet<RootId> = others
            .filter(|wrap| !slots.contains(&wrap.slot))
            .filter(|wrap| {
                vault.is_open_and_unbound(wrap.slot) || self.is_new_and_unbound(wrap.slot)
            })
            .map(|wrap| wrap.root)
            .collect();
        let needed = vault.needed_slots(&served);
        let spare = vault.wraps.iter().filter(|wrap| slots.contains(&wrap.slot));
        let spare = spare.filter(|wrap| !needed.contains(&wrap.slot)).map(|wrap| wrap.id);
        self.pending.remove.extend(spare);
    }

    fn is_new_and_unbound(&self, slot: SlotId) -> bool {
        self.pending.slots.iter().any(|new| new.slot == slot && !new.kind.is_bound())
    }

    /// Says under every root that was sealed to a way that it is removed, so that every copy that can
    /// still be opened by it learns of it, and of the ways that are left; tells how often it was said.
    pub(crate) fn announce_removal(
        &mut self,
        slot: SlotId,
        left: &[(SlotId, [u8; 32])],
    ) -> Result<usize, VaultError> {
        let vault = self.vault;
        let mut count = 0;
        for root in vault.access.unannounced(slot) {
            let is_home =
                vault.keys.roots.get(&root).is_some_and(|held| held.collection == vault.head.home);
            if !is_home || vault.epoch_of(root).is_none() {
                continue;
            }
            let unknown = left.iter().filter(|(way, _)| !vault.access.is_told(*way, slot, root));
            for (way, public) in unknown {
                self.tell_way_under(root, *way, public)?;
            }
            self.speak_under(root)?;
            let gone = Edits::from([(field::DELETED, Edit::Set(value::flag(true)))]);
            self.way_change(slot, gone, Some(root))?;
            count += 1;
        }
        Ok(count)
    }

    /// Tells a new way's key under every home root in hand: who got no further than an old one must be able
    /// to learn of it.
    pub(crate) fn announce_way(
        &mut self,
        way: SlotId,
        public: &[u8; 32],
    ) -> Result<(), VaultError> {
        let vault = self.vault;
        let newest = vault.clean_root(vault.head.home).filter(|_| self.fresh.is_empty());
        for (root, held) in &vault.keys.roots {
            let is_older = held.collection == vault.head.home && newest != Some(*root);
            if is_older && vault.epoch_of(*root).is_some() {
                self.tell_way_under(*root, way, public)?;
            }
        }
        Ok(())
    }

    /// Lets every home root in force and in hand hear this device, and know these ways.
    fn speak_and_tell(&mut self, ways: &[(SlotId, [u8; 32])]) -> Result<(), VaultError> {
        let is_new = self.vault.author.as_ref().is_none_or(|author| author.unintroduced.is_some());
        for root in self.leaves_in_hand() {
            if !is_new {
                self.speak_under(root)?;
            }
            for (way, public) in ways {
                if !self.vault.access.is_told_under(*way, root) {
                    self.tell_way_under(root, *way, public)?;
                }
            }
        }
        Ok(())
    }

    /// Vouches for a way that another told of, under the new home root or all that are in force and in hand.
    pub(crate) fn vouch_for_way(
        &mut self,
        way: SlotId,
        public: &[u8; 32],
    ) -> Result<(), VaultError> {
        if self.has_new_home() {
            return self.way_change(way, self.way_edits(way, public), None);
        }
        for root in self.leaves_in_hand() {
            self.tell_way_under(root, way, public)?;
        }
        Ok(())
    }

    fn has_new_home(&self) -> bool {
        self.fresh.contains_key(&self.vault.head.home)
    }

    fn leaves_in_hand(&self) -> Vec<RootId> {
        let leaves = self.vault.access.leaves().iter().copied();
        leaves.filter(|root| self.vault.epoch_of(*root).is_some()).collect()
    }

    fn tell_way_under(
        &mut self,
        root: RootId,
        way: SlotId,
        public: &[u8; 32],
    ) -> Result<(), VaultError> {
        self.speak_under(root)?;
        self.way_change(way, self.way_edits(way, public), Some(root))
    }

    /// What another copy must hear of a way to seal to it.
    fn way_edits(&self, way: SlotId, public: &[u8; 32]) -> Edits {
        let mut edits = Edits::from([(field::WAY_PUBLIC_KEY, Edit::Set(value::bytes(public)))]);
        let new = self.pending.slots.iter().find(|slot| slot.slot == way);
        let kind = new.map(|slot| slot.kind.number()).or_else(|| self.vault.access.kind(way));
        let kind = kind.map(|kind| Edit::Set(value::number(kind.cast_signed())));
        edits.extend(kind.map(|kind| (field::WAY_KIND, kind)));
        edits.extend(self.label(way).map(|label| (field::NAME, label)));
        edits
    }

    fn label(&self, way: SlotId) -> Option<Edit> {
        let item = ItemId(way.0);
        let new = self.pending.changes.iter().filter(|change| change.body.item == item);
        let new = new.filter_map(|change| change.body.edits.get(&field::NAME)).next_back();
        let known = || self.vault.fold.get(item)?.scalar(field::NAME).cloned().map(Edit::Set);
        new.cloned().or_else(known)
    }

    /// Lets a root hear this device, and who reads tell who signed.
    fn speak_under(&mut self, root: RootId) -> Result<(), VaultError> {
        let author = self.vault.author.as_ref().ok_or(VaultError::NoDevice)?;
        let has_spoken = self.vault.access.has_spoken(root, author.device);
        if has_spoken || !self.spoken_under.insert(root) {
            return Ok(());
        }
        let key = Edit::Set(value::bytes(author.key.verifying_key().as_bytes()));
        let draft = Draft {
            collection: self.vault.head.home,
            item: ItemId(author.device.0),
            kind: kinds::DEVICE,
            edits: Edits::from([(field::DEVICE_PUBLIC_KEY, key)]),
        };
        self.change_in(draft, Some(root))
    }

    fn way_change(
        &mut self,
        way: SlotId,
        edits: Edits,
        under: Option<RootId>,
    ) -> Result<(), VaultError> {
        let collection = self.vault.head.home;
        let draft = Draft { collection, item: ItemId(way.0), kind: kinds::WAY, edits };
        self.change_in(draft, under)
    }

    /// Drops a record.
    pub(crate) fn drop_record(&mut self, id: RecordId) {
        self.pending.remove.push(id);
    }

    /// Puts right what a merge of concurrent changes to the ways to open has left, but for a way that this very
    /// operation removes.
    pub(crate) fn mend(&mut self, leaving: Option<SlotId>) -> Result<(), VaultError> {
        let vault = self.vault;
        let open: Vec<_> = vault.open_slots().filter(|(slot, _)| Some(*slot) != leaving).collect();
        for collection in vault.held_collections() {
            if vault.clean_epoch(collection).is_none() {
                self.replace_root(collection, &open)?;
            }
        }
        for (slot, public) in &open {
            self.give_roots(*slot, public)?;
        }
        if !self.has_new_home() {
            self.speak_and_tell(&open)?;
        }
        let closed: BTreeSet<SlotId> = vault.access.closed().collect();
        for slot in &closed {
            self.announce_removal(*slot, &open)?;
        }
        self.drop_seals_of(&closed);
        Ok(())
    }

    /// Tells whether nothing was written or dropped yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub(crate) fn finish(self) -> Pending {
        self.pending
    }
}
