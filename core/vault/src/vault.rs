// SPDX-License-Identifier: MIT OR Apache-2.0
//! An open vault: keys in hand, changes folded, ready to be read and written.
//!
//! Nothing here touches a disk. Writing is two steps, so that what the holder sees is never ahead of
//! what is safe: [`Vault::write`] prepares rows, the store makes them durable, [`Vault::accept`] folds
//! them.

use std::collections::{BTreeMap, HashMap, HashSet};

use ed25519_dalek::VerifyingKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::access::{self, Access, Held, is_access};
use crate::change::{self, Body, Deed, Edit, KindId};
use crate::device::{Author, DeviceLog, Standing};
use crate::error::{Damage, VaultError};
use crate::fold::{Fold, ItemState};
use crate::hlc::{Hlc, Stamp, UnixMillis};
use crate::ids::{
    ChangeId, CollectionId, DeviceId, EpochId, ItemId, RecordHash, RecordId, RootId, SlotId,
    VaultId,
};
use crate::kdf::KdfPolicy;
use crate::record::{self, ChangeHeader, HeadRecord, Record, Row, SlotRecord, WrapRecord};
use crate::schema::{field, kinds};
use crate::seal::{ChangeCipher, EpochKey, RootKey, SlotKey};
use crate::sealed::{Sealed, Unreadable};
use crate::value;
use crate::way::{self, SlotCandidate, WayToOpen};
use crate::write::Pending;

/// A root in hand.
pub(crate) struct HeldRoot {
    pub(crate) collection: CollectionId,
    pub(crate) key: RootKey,
}

/// An epoch in hand.
pub(crate) struct HeldEpoch {
    pub(crate) collection: CollectionId,
    pub(crate) root: RootId,
    pub(crate) cipher: ChangeCipher,
}

/// The keys a way to open has led to.
pub(crate) struct Keys {
    pub(crate) slot: SlotId,
    pub(crate) slot_key: SlotKey,
    pub(crate) roots: BTreeMap<RootId, HeldRoot>,
    pub(crate) epochs: BTreeMap<EpochId, HeldEpoch>,
}

impl Keys {
    /// Takes in a root, if the slot's key opens the wrap.
    pub(crate) fn learn_root(&mut self, vault: VaultId, wrap: &WrapRecord) {
        if wrap.slot != self.slot || self.roots.contains_key(&wrap.root) {
            return;
        }
        if let Some(key) = self.slot_key.open(vault, wrap) {
            self.roots.insert(wrap.root, HeldRoot { collection: wrap.collection, key });
        }
    }

    /// Takes in an epoch, if its root is in hand. Tells whether it is now.
    pub(crate) fn learn_epoch(&mut self, vault: VaultId, epoch: &record::EpochRecord) -> bool {
        if self.epochs.contains_key(&epoch.epoch) {
            return true;
        }
        let root = self.roots.get(&epoch.root).filter(|root| root.collection == epoch.collection);
        let Some(key) = root.and_then(|root| root.key.open_epoch(vault, epoch)) else {
            return false;
        };
        self.hold_epoch(epoch.collection, epoch.root, epoch.epoch, &key);
        true
    }

    pub(crate) fn hold_epoch(
        &mut self,
        collection: CollectionId,
        root: RootId,
        epoch: EpochId,
        key: &EpochKey,
    ) {
        self.epochs.insert(epoch, HeldEpoch { collection, root, cipher: key.cipher() });
    }
}

/// An open vault.
pub struct Vault {
    pub(crate) head: HeadRecord,
    pub(crate) keys: Keys,
    pub(crate) slots: BTreeMap<SlotId, SlotRecord>,
    pub(crate) wraps: Vec<WrapRecord>,
    pub(crate) epochs_waiting: Vec<record::EpochRecord>,
    pub(crate) fold: Fold,
    /// Where the newest change of each item lies.
    pub(crate) collections: HashMap<ItemId, (Stamp, CollectionId)>,
    pub(crate) devices: BTreeMap<DeviceId, DeviceLog>,
    pub(crate) taken: HashMap<ChangeId, Taken>,
    pub(crate) purged: HashSet<Purged>,
    pub(crate) known: HashSet<RecordId>,
    pub(crate) unreadable: BTreeMap<RecordId, VaultError>,
    /// The hashes of changes that are kept unopened, for keys the way in use does not lead to.
    pub(crate) closed: HashSet<RecordHash>,
    /// The hashes of changes by devices whose introduction is not here, or is closed.
    pub(crate) unheard: HashSet<RecordHash>,
    /// Changes that name an epoch of which there is no sound record.
    pub(crate) astray: HashSet<RecordHash>,
    pub(crate) access: Access,
    pub(crate) device_keys: BTreeMap<DeviceId, VerifyingKey>,
    pub(crate) author: Option<Author>,
    pub(crate) standing: Standing,
    pub(crate) newest: Hlc,
}

/// A change as opened from a row.
pub(crate) struct OpenChange {
    pub(crate) header: ChangeHeader,
    pub(crate) body: Body,
    pub(crate) hash: RecordHash,
}

impl OpenChange {
    pub(crate) fn taken(&self) -> Taken {
        Taken { hash: self.hash, item: self.body.item, kind: self.body.kind }
    }
}

/// What is remembered of a folded change, to know it again.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) hash: RecordHash,
    item: ItemId,
    kind: KindId,
}

impl Taken {
    /// A purge reaches only changes of its own item, and never those about access.
    pub(crate) fn is_named_by(&self, purged: &Purged) -> bool {
        (self.hash, self.item) == (purged.hash, purged.item) && self.kind >= kinds::TOKEN
    }
}

/// A change that a purge names.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Purged {
    pub(crate) change: ChangeId,
    pub(crate) hash: RecordHash,
    /// The item the purge is of.
    pub(crate) item: ItemId,
}

impl Vault {
    /// Makes a new vault with the ways to open it; the rows go to a new store, then [`Self::accept`].
    ///
    /// # Errors
    /// [`VaultError::LastWay`] where no way is given, [`VaultError::OnlyMachineBound`] where all of them are
    /// bound to a machine; errors of the derivation.
    pub fn create(
        ways: &[(&dyn WayToOpen, &str)],
        device_name: &str,
        policy: &KdfPolicy,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Pending), VaultError> {
        let vault = VaultId::random(rng);
        let home = CollectionId::random(rng);
        let head = HeadRecord { vault, home, created: now.as_secs() };
        let mut enrolled = Vec::new();
        for (way, label) in ways {
            enrolled.push((enrol(vault, *way, policy, rng)?, *label));
        }
        let (first, _) = enrolled.first().ok_or(VaultError::LastWay)?;
        if enrolled.iter().all(|(enrolled, _)| enrolled.slot.kind.is_bound()) {
            return Err(VaultError::OnlyMachineBound);
        }
        let keys = Keys {
            slot: first.slot.slot,
            slot_key: first.key.duplicate(),
            roots: BTreeMap::new(),
            epochs: BTreeMap::new(),
        };
        let mut vault = Self::empty(head, keys);
        vault.author = Some(Author::mint(device_name, rng));
        vault.standing = Standing::Current;
        let mut writing = vault.begin_empty(Deed::CREATE_VAULT, now, rng)?;
        writing.row(record::write_head(&head));
        let ways: Vec<_> = enrolled.iter().map(|(e, _)| (e.slot.slot, *e.key.public())).collect();
        writing.new_root(home, &ways)?;
        writing.introduce_device()?;
        for (enrolled, label) in &enrolled {
            writing.add_slot(enrolled, label)?;
        }
        let pending = writing.finish();
        Ok((vault, pending))
    }

    /// Opens every record the key leads to.
    pub(crate) fn load(sealed: Sealed, candidate: SlotCandidate) -> Result<Self, VaultError> {
        let Sealed { head, slots, wraps, epochs, changes, known, unreadable } = sealed;
        let keys = Keys {
            slot: candidate.slot,
            slot_key: candidate.key,
            roots: BTreeMap::new(),
            epochs: BTreeMap::new(),
        };
        let mut vault = Self::empty(head, keys);
        vault.slots = slots.into_iter().map(|slot| (slot.slot, slot)).collect();
        vault.known = known;
        vault.unreadable =
            unreadable.into_iter().map(|Unreadable { record, why }| (record, why)).collect();
        vault.learn_keys(wraps, epochs);
        if vault.keys.roots.is_empty() {
            return Err(VaultError::WrongSecret);
        }
        vault.load_changes(&changes);
        vault.check_way_in_use()?;
        Ok(vault)
    }

    fn empty(head: HeadRecord, keys: Keys) -> Self {
        Self {
            head,
            keys,
            slots: BTreeMap::new(),
            wraps: Vec::new(),
            epochs_waiting: Vec::new(),
            fold: Fold::default(),
            collections: HashMap::new(),
            devices: BTreeMap::new(),
            taken: HashMap::new(),
            purged: HashSet::new(),
            known: HashSet::new(),
            unreadable: BTreeMap::new(),
            closed: HashSet::new(),
            unheard: HashSet::new(),
            astray: HashSet::new(),
            access: Access::default(),
            device_keys: BTreeMap::new(),
            author: None,
            standing: Standing::Unknown,
            newest: Hlc::default(),
        }
    }

    /// Opens what wraps and epochs the keys in hand can open; keeps the others for later.
    pub(crate) fn learn_keys(&mut self, wraps: Vec<WrapRecord>, epochs: Vec<record::EpochRecord>) {
        for wrap in wraps {
            self.keys.learn_root(self.head.vault, &wrap);
            self.wraps.push(wrap);
        }
        self.epochs_waiting.extend(epochs);
        let (vault, keys, unreadable) = (self.head.vault, &mut self.keys, &mut self.unreadable);
        self.epochs_waiting.retain(|epoch| {
            let (record, is_learnt) = (epoch.epoch.into(), keys.learn_epoch(vault, epoch));
            // A root that is in hand opens its epochs; one that nobody has a seal of never was.
            let is_wrapped = self.wraps.iter().any(|wrap| wrap.root == epoch.root);
            let is_damaged = !is_learnt && (keys.roots.contains_key(&epoch.root) || !is_wrapped);
            if is_damaged {
                unreadable.insert(record, VaultError::Damaged { record, damage: Damage::Seal });
            }
            !is_learnt && !is_damaged
        });
    }

    /// Opens and folds all changes of a file. Signatures were checked when each came in; the seal
    /// proves that whoever wrote it held the epoch key ([`Self::verify`] checks them again). Those about
    /// access are checked each time: they decide who may read on.
    fn load_changes(&mut self, rows: &[Row]) {
        let mut opened = Vec::with_capacity(rows.len());
        for row in rows {
            match self.open_row(row, false) {
                Ok(change) => opened.push((row, change)),
                Err(why) => self.keep_unread(row, why),
            }
        }
        opened.iter().for_each(|(_, change)| self.learn_device_keys(&change.body));
        let mut sound = Vec::with_capacity(opened.len());
        for (row, change) in opened {
            let checked = is_access(change.body.kind).then(|| self.open_row(row, true));
            match checked.unwrap_or(Ok(change)) {
                Ok(change) => sound.push(change),
                Err(why) => self.keep_unread(row, why),
            }
        }
        self.note_purges(&sound);
        for change in sound {
            self.take_in(change);
        }
        self.settle_access();
    }

    /// Tells a change whose key this way to open does not lead to from one that names an epoch nobody
    /// could open, because its record is not here.
    pub(crate) fn judged(&self, row: &Row, why: VaultError) -> VaultError {
        if why != VaultError::NoEpoch {
            return why;
        }
        let named = match record::read(row, Some(self.head.vault)) {
            Ok(Record::Change(sealed)) => Some(sealed.header.epoch),
            _ => None,
        };
        if self.epochs_waiting.iter().any(|epoch| Some(epoch.epoch) == named) {
            why
        } else {
            VaultError::Damaged { record: row.id, damage: Damage::NoEpoch }
        }
    }

    pub(crate) fn keep_unread(&mut self, row: &Row, why: VaultError) {
        let why = self.judged(row, why);
        match why {
            VaultError::NoEpoch => drop(self.closed.insert(record::hash(&row.body))),
            VaultError::Damaged { damage: Damage::UnknownDevice, .. } => {
                self.unheard.insert(record::hash(&row.body));
            }
            VaultError::Damaged { damage: Damage::NoEpoch, .. } => {
                self.astray.insert(record::hash(&row.body));
            }
            _ => {}
        }
        self.unreadable.insert(row.id, why);
    }

    /// Remembers the keys by which devices' signatures are checked.
    pub(crate) fn learn_device_keys(&mut self, body: &Body) {
        self.device_keys.extend(access::keys_told(body));
    }

    /// Draws the conclusions from what all changes say about access.
    pub(crate) fn settle_access(&mut self) {
        let own = self.device();
        let held = Held {
            home: self.head.home,
            roots: &self.keys.roots,
            in_use: (self.keys.slot, *self.keys.slot_key.public()),
            slots: &self.slots,
        };
        self.access.settle(own, &held);
    }

    /// Opens one change; checks its device's signature where asked.
    pub(crate) fn open_row(
        &self,
        row: &Row,
        is_signature_due: bool,
    ) -> Result<OpenChange, VaultError> {
        let damaged = |damage| VaultError::Damaged { record: row.id, damage };
        let (header, plain) = self.open_seal(row)?;
        let body = if is_signature_due {
            let signed = change::SignedBody::decode(&plain).map_err(damaged)?;
            let key =
                self.device_key(&signed.body).ok_or_else(|| damaged(Damage::UnknownDevice))?;
            signed.verify(self.head.vault, &header, &key).map_err(damaged)?;
            signed.body
        } else {
            change::decode_trusted(&plain).map_err(damaged)?
        };
        Ok(OpenChange { header, body, hash: record::hash(&row.body) })
    }

    /// Opens the seal of one change.
    pub(crate) fn open_seal(
        &self,
        row: &Row,
    ) -> Result<(ChangeHeader, Zeroizing<Vec<u8>>), VaultError> {
        let damaged = |damage| VaultError::Damaged { record: row.id, damage };
        let Record::Change(sealed) = record::read(row, Some(self.head.vault))? else {
            return Err(damaged(Damage::Class));
        };
        let epoch = self.keys.epochs.get(&sealed.header.epoch).ok_or(VaultError::NoEpoch)?;
        if epoch.collection != sealed.header.collection {
            return Err(damaged(Damage::Shape));
        }
        let plain = epoch.cipher.open(self.head.vault, &sealed).map_err(damaged)?;
        Ok((sealed.header, plain))
    }

    /// The public key of a change's device: one already told, or the change's own if it introduces itself.
    fn device_key(&self, body: &Body) -> Option<VerifyingKey> {
        let told = self.device_keys.get(&body.device).copied();
        let own = || access::keys_told(body).into_iter().find(|(device, _)| *device == body.device);
        told.or_else(|| own().map(|(_, key)| key))
    }

    /// Remembers which changes were purged, before any of them is folded; returns those not known before.
    pub(crate) fn note_purges(&mut self, changes: &[OpenChange]) -> Vec<Purged> {
        let mut news = Vec::new();
        for change in changes {
            let Some(Edit::Grow(entries)) = change.body.edits.get(&field::PURGED) else { continue };
            for (named, hash) in entries.iter().filter_map(value::read_purged) {
                let purged = Purged { change: named, hash, item: change.body.item };
                if self.purged.insert(purged) {
                    news.push(purged);
                }
            }
        }
        news
    }

    /// Tells whether a purge names a change.
    pub(crate) fn is_purged(&self, taken: &Taken, change: ChangeId) -> bool {
        let named = Purged { change, hash: taken.hash, item: taken.item };
        self.purged.contains(&named) && taken.is_named_by(&named)
    }

    /// Folds one change, unless it was purged or is known.
    pub(crate) fn take_in(&mut self, change: OpenChange) {
        let taken = change.taken();
        let OpenChange { header, body, hash } = change;
        if body.hlc.is_believed() {
            self.newest = self.newest.max(body.hlc);
        }
        let log = self.devices.entry(body.device).or_default();
        log.note(body.seq, header.change, hash, body.previous);
        if self.is_purged(&taken, header.change) {
            return;
        }
        self.taken.insert(header.change, taken);
        self.learn_device_keys(&body);
        if let Some(epoch) = self.keys.epochs.get(&header.epoch).filter(|_| is_access(body.kind)) {
            self.access.note(&body, body.stamp(header.change), epoch.root);
        }
        let at = (body.stamp(header.change), header.collection);
        let newest = self.collections.entry(body.item).or_insert(at);
        *newest = at.max(*newest);
        self.fold.apply(header.change, body);
    }

    /// The vault's name.
    #[must_use]
    pub const fn id(&self) -> VaultId {
        self.head.vault
    }

    /// The collection that holds everything not put elsewhere.
    #[must_use]
    pub const fn home(&self) -> CollectionId {
        self.head.home
    }

    /// The way this vault was opened.
    #[must_use]
    pub const fn opened_with(&self) -> SlotId {
        self.keys.slot
    }

    /// The fold: every item, also those not for people.
    #[must_use]
    pub const fn fold(&self) -> &Fold {
        &self.fold
    }

    /// The items that are not deleted and are meant for people.
    pub fn items(&self) -> impl Iterator<Item = (ItemId, &ItemState)> {
        self.fold.live().filter(|(_, item)| item.kind().0 >= kinds::TOKEN.0)
    }

    /// The items of one kind that are not deleted.
    pub fn items_of(&self, kind: KindId) -> impl Iterator<Item = (ItemId, &ItemState)> {
        self.fold.live().filter(move |(_, item)| item.kind() == kind)
    }

    /// An item that is not deleted.
    ///
    /// # Errors
    /// [`VaultError::NoSuchItem`].
    pub fn item(&self, id: ItemId) -> Result<&ItemState, VaultError> {
        let item = self.fold.get(id).filter(|item| !item.is_deleted());
        item.ok_or(VaultError::NoSuchItem(id))
    }

    /// Records that could not be read, with the reason; they are kept as they are.
    pub fn unreadable(&self) -> impl Iterator<Item = (RecordId, &VaultError)> {
        self.unreadable.iter().map(|(id, why)| (*id, why))
    }

    /// How many records the vault holds.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.known.len()
    }

    /// Opens the vault again from its store, with the keys and the identity in hand; for when a store
    /// refused rows that were already folded, or another program changed them.
    ///
    /// # Errors
    /// As [`Sealed::read`] and [`Sealed::open`].
    pub fn reopen(self, rows: impl IntoIterator<Item = Row>) -> Result<Self, VaultError> {
        let sealed = Sealed::read(rows)?;
        if sealed.vault() != self.head.vault {
            return Err(VaultError::ForeignVault { ours: self.head.vault, theirs: sealed.vault() });
        }
        let candidate = SlotCandidate { slot: self.keys.slot, key: self.keys.slot_key };
        let mut vault = Self::load(sealed, candidate)?;
        vault.author = self.author;
        vault.standing = self.standing;
        if let Some(author) = vault.author.as_mut().filter(|_| vault.closed.is_empty()) {
            // What the store refused was never written.
            (author.seq, author.head) = (0, [0; 32]);
        }
        vault.rewind_author();
        vault.settle_access();
        Ok(vault)
    }
}

/// A slot just made, with the key that opens it.
pub(crate) struct Enrolled {
    pub(crate) slot: SlotRecord,
    pub(crate) row: Row,
    pub(crate) key: SlotKey,
}

/// Makes a slot for a way to open.
pub(crate) fn enrol(
    vault: VaultId,
    way: &dyn WayToOpen,
    policy: &KdfPolicy,
    rng: &mut impl CryptoRng,
) -> Result<Enrolled, VaultError> {
    let id = way.slot().unwrap_or_else(|| SlotId::random(rng));
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    let kind = way.enrol(policy, random);
    let row = record::write_slot(vault, id, kind);
    let slot = SlotRecord { slot: id, kind, bytes: row.body.clone() };
    let key = way::candidate(way, &slot, policy)?.key;
    Ok(Enrolled { slot, row, key })
}
