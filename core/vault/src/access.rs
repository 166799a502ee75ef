// SPDX-License-Identifier: MIT OR Apache-2.0
//! Access: which ways open the vault, which roots new changes may be sealed under, and by whose word.
//!
//! Whoever once held an epoch key can write changes of that epoch, also about ways and roots. So that
//! nobody whose way was removed can put themselves back, a root knows only the ways that were told under it,
//! and hears only the devices that wrote about access under one of its epochs: both prove that whoever did it
//! holds the root. The device that reads trusts what it added itself. Removals are heard from everybody and
//! are for ever, because they only take away. `docs/decisions/0002-vault-format.md`, section 8.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::VerifyingKey;

use crate::change::{Body, Edit, FieldId, KindId, RawValue};
use crate::hlc::Stamp;
use crate::ids::{CollectionId, DeviceId, RootId, SlotId};
use crate::record::{self, SlotRecord};
use crate::schema::{field, kinds};
use crate::value;
use crate::vault::HeldRoot;

/// What one change with a verified signature says about access.
struct Fact {
    author: DeviceId,
    /// The root of the epoch it is sealed in.
    under: RootId,
    stamp: Stamp,
    about: About,
}

enum About {
    Way { slot: SlotId, kind: Option<u64>, public: Option<[u8; 32]>, is_gone: bool },
    Root { root: RootId, slots: Vec<SlotId>, follows: Vec<RootId> },
    Device,
}

/// Who may open, and what to seal under.
#[derive(Default)]
pub(crate) struct Access {
    facts: Vec<Fact>,
    /// The device that reads.
    own: Option<DeviceId>,
    /// Per root, the devices that spoke of access under it.
    devices: BTreeMap<RootId, BTreeSet<DeviceId>>,
    /// The home roots that no root they hear of follows.
    leaves: BTreeSet<RootId>,
    /// The ways that open the vault, with the keys to seal to.
    open: BTreeMap<SlotId, [u8; 32]>,
    /// The ways that were removed, and when first.
    gone: BTreeMap<SlotId, Stamp>,
    /// Under which roots a removal was announced.
    announced: BTreeSet<(SlotId, RootId)>,
    /// Under which roots a way's key was told.
    told: BTreeSet<(SlotId, RootId)>,
    /// The kinds of the ways.
    kinds: BTreeMap<SlotId, u64>,
    /// All ways anybody has spoken of.
    spoken_of: BTreeSet<SlotId>,
    /// Per root, the slots it is known to be sealed to, and its first change.
    sealed_to: BTreeMap<RootId, (Stamp, BTreeSet<SlotId>)>,
}

/// What the keys in hand say of roots: which there are, and what home is.
pub(crate) struct Held<'v> {
    pub(crate) home: CollectionId,
    pub(crate) roots: &'v BTreeMap<RootId, HeldRoot>,
    /// The way in use and its key.
    pub(crate) in_use: (SlotId, [u8; 32]),
    /// The clear records of the ways.
    pub(crate) slots: &'v BTreeMap<SlotId, SlotRecord>,
}

/// Tells whether a change of this kind is about access; its signature is then checked at every opening.
pub(crate) const fn is_access(kind: KindId) -> bool {
    matches!(kind, kinds::WAY | kinds::DEVICE | kinds::ROOT)
}

/// The devices' keys a change tells. A device's id is the hash of its key, so it does not matter who says
/// so.
pub(crate) fn keys_told(body: &Body) -> Vec<(DeviceId, VerifyingKey)> {
    let key = |raw: &RawValue| {
        let bytes: &[u8; 32] = value::read_bytes(raw)?.try_into().ok()?;
        Some((DeviceId::of(bytes), VerifyingKey::from_bytes(bytes).ok()?))
    };
    match body.kind {
        kinds::DEVICE => scalar(body, field::DEVICE_PUBLIC_KEY).and_then(key).into_iter().collect(),
        kinds::ROOT => grown(body, field::ROOT_DEVICES).filter_map(key).collect(),
        _ => Vec::new(),
    }
}

impl Access {
    /// Notes what a change with a verified signature says; [`Self::settle`] draws the conclusions.
    pub(crate) fn note(&mut self, body: &Body, stamp: Stamp, under: RootId) {
        let about = match body.kind {
            kinds::WAY => About::Way {
                slot: SlotId(body.item.0),
                kind: scalar(body, field::WAY_KIND)
                    .and_then(value::read_number)
                    .map(i64::cast_unsigned),
                public: scalar(body, field::WAY_PUBLIC_KEY)
                    .and_then(value::read_bytes)
                    .and_then(|bytes| bytes.try_into().ok()),
                is_gone: scalar(body, field::DELETED).and_then(value::read_flag) == Some(true),
            },
            kinds::ROOT => About::Root {
                root: RootId(body.item.0),
                slots: grown(body, field::ROOT_SLOTS).filter_map(value::read_slot).collect(),
                follows: grown(body, field::ROOT_FOLLOWS)
                    .filter_map(|raw| Some(RootId(value::read_bytes(raw)?.try_into().ok()?)))
                    .collect(),
            },
            kinds::DEVICE => About::Device,
            _ => return,
        };
        self.facts.push(Fact { author: body.device, under, stamp, about });
    }

    /// Draws the conclusions from everything noted, for the device that reads.
    pub(crate) fn settle(&mut self, own: Option<DeviceId>, held: &Held<'_>) {
        self.own = own;
        self.settle_devices();
        self.settle_leaves(held);
        self.settle_removals();
        self.settle_seals();
        self.settle_kinds(held);
        self.settle_ways(held);
    }

    fn settle_devices(&mut self) {
        self.devices.clear();
        for fact in &self.facts {
            self.devices.entry(fact.under).or_default().insert(fact.author);
        }
    }

    /// Tells whether a device has spoken of access under a root.
    pub(crate) fn has_spoken(&self, root: RootId, device: DeviceId) -> bool {
        self.devices.get(&root).is_some_and(|all| all.contains(&device))
    }

    /// Tells whether a root hears a device.
    fn hears(&self, root: RootId, device: DeviceId) -> bool {
        self.own == Some(device) || self.has_spoken(root, device)
    }

    fn settle_leaves(&mut self, held: &Held<'_>) {
        let mut known = BTreeSet::new();
        let mut followed = BTreeSet::new();
        for fact in &self.facts {
            let About::Root { root, follows, .. } = &fact.about else { continue };
            let is_home =
                held.roots.get(root).is_some_and(|held_root| held_root.collection == held.home);
            if !is_home || *root != fact.under {
                continue;
            }
            known.insert(*root);
            let before = follows.iter().filter(|before| *before != root);
            followed.extend(before.filter(|before| self.hears(**before, fact.author)));
        }
        self.leaves = known.difference(&followed).copied().collect();
        if self.leaves.is_empty() {
            self.leaves = known;
        }
    }

    fn settle_removals(&mut self) {
        self.gone.clear();
        self.announced.clear();
        self.told.clear();
        self.spoken_of.clear();
        for fact in &self.facts {
            let About::Way { slot, public, is_gone, .. } = fact.about else { continue };
            self.spoken_of.insert(slot);
            if public.is_some() {
                self.told.insert((slot, fact.under));
            }
            if is_gone {
                // Saying it again, for copies that have not heard it, changes nothing.
                let first = self.gone.entry(slot).or_insert(fact.stamp);
                *first = fact.stamp.min(*first);
                self.announced.insert((slot, fact.under));
            }
        }
    }

    fn settle_seals(&mut self) {
        let mut sealed_to: BTreeMap<RootId, (Stamp, BTreeSet<SlotId>)> = BTreeMap::new();
        for fact in &self.facts {
            let About::Root { root, slots, .. } = &fact.about else { continue };
            let is_heard = self.hears(*root, fact.author) || self.is_heard_by_leaves(fact.author);
            if is_heard {
                let (first, all) =
                    sealed_to.entry(*root).or_insert_with(|| (fact.stamp, BTreeSet::new()));
                *first = fact.stamp.min(*first);
                all.extend(slots);
            }
        }
        self.sealed_to = sealed_to;
    }

    fn is_heard_by_leaves(&self, device: DeviceId) -> bool {
        !self.leaves.is_empty() && self.leaves.iter().all(|leaf| self.hears(*leaf, device))
    }

    /// A way is of the kind that was told of it first, by a device that every leaf hears; or else of the kind
    /// its clear record says.
    fn settle_kinds(&mut self, held: &Held<'_>) {
        let mut told: BTreeMap<SlotId, (Stamp, u64)> = BTreeMap::new();
        for fact in &self.facts {
            let About::Way { slot, kind: Some(kind), .. } = fact.about else { continue };
            if self.is_heard_by_leaves(fact.author) {
                let first = told.entry(slot).or_insert((fact.stamp, kind));
                *first = (*first).min((fact.stamp, kind));
            }
        }
        let in_clear = held.slots.iter().map(|(slot, record)| (*slot, record.kind.number()));
        let mut kinds: BTreeMap<SlotId, u64> = in_clear.collect();
        kinds.extend(told.into_iter().map(|(slot, (_, kind))| (slot, kind)));
        self.kinds = kinds;
    }

    /// The ways whose key was told first by the device that reads: it added them.
    fn added_here(&self) -> BTreeSet<SlotId> {
        let mut first: BTreeMap<SlotId, (Stamp, DeviceId)> = BTreeMap::new();
        for fact in &self.facts {
            let About::Way { slot, public: Some(_), .. } = fact.about else { continue };
            let teller = first.entry(slot).or_insert((fact.stamp, fact.author));
            *teller = (*teller).min((fact.stamp, fact.author));
        }
        let own = first.into_iter().filter(|(_, (_, author))| self.own == Some(*author));
        own.map(|(slot, _)| slot).collect()
    }

    /// A way is open if every leaf says so. The way in use is, unless it was removed.
    fn settle_ways(&mut self, held: &Held<'_>) {
        let own = self.added_here();
        let mut views = self.leaves.iter().map(|leaf| self.open_to(*leaf, &own));
        let mut open = views.next().unwrap_or_default();
        for view in views {
            open.retain(|slot, public| view.get(slot) == Some(public));
        }
        let (slot, public) = held.in_use;
        let is_better_than_none = match self.is_unbound(slot) {
            true => !open.keys().any(|other| self.is_unbound(*other)),
            false => open.is_empty(),
        };
        if !self.gone.contains_key(&slot) || is_better_than_none {
            open.insert(slot, public);
        }
        self.open = open;
    }

    /// The ways a root knows of and nobody removed; were all of them that are bound to no machine, of those, too,
    /// the ones that no device it hears removed, because others may claim anything; or, if there are none, the
    /// one removed last.
    fn open_to(&self, root: RootId, own: &BTreeSet<SlotId>) -> BTreeMap<SlotId, [u8; 32]> {
        let mut added: BTreeMap<SlotId, (bool, Stamp, [u8; 32])> = BTreeMap::new();
        let mut removed: BTreeMap<SlotId, Stamp> = BTreeMap::new();
        for fact in &self.facts {
            let About::Way { slot, public, is_gone, .. } = fact.about else { continue };
            let is_other = self.own != Some(fact.author);
            let is_told = fact.under == root || (!is_other && own.contains(&slot));
            if let Some(public) = public.filter(|_| is_told) {
                let told = (is_other, fact.stamp, public);
                let first = added.entry(slot).or_insert(told);
                *first = (*first).min(told);
            }
            if is_gone && self.hears(root, fact.author) {
                let first = removed.entry(slot).or_insert(fact.stamp);
                *first = fact.stamp.min(*first);
            }
        }
        let has_unbound = added.keys().any(|slot| self.is_unbound(*slot));
        let counting = added.keys().filter(|slot| !has_unbound || self.is_unbound(**slot));
        let counting: BTreeSet<SlotId> = counting.copied().collect();
        let has_open = counting.iter().any(|slot| !self.gone.contains_key(slot));
        let by_others = counting.iter().filter(|slot| !removed.contains_key(slot));
        let mut last: BTreeSet<SlotId> = by_others.copied().collect();
        if last.is_empty() {
            last.extend(counting.iter().max_by_key(|slot| removed.get(slot)));
        }
        added.retain(|slot, _| !self.gone.contains_key(slot) || (!has_open && last.contains(slot)));
        added.into_iter().map(|(slot, (_, _, public))| (slot, public)).collect()
    }

    /// The ways that open the vault, with the keys to seal to.
    pub(crate) const fn open(&self) -> &BTreeMap<SlotId, [u8; 32]> {
        &self.open
    }

    /// Tells whether a way is bound to no machine.
    pub(crate) fn is_unbound(&self, slot: SlotId) -> bool {
        self.kind(slot).is_some_and(|kind| !record::is_bound(kind))
    }

    /// The kind of a way, where anybody told it.
    pub(crate) fn kind(&self, slot: SlotId) -> Option<u64> {
        self.kinds.get(&slot).copied()
    }

    /// Tells whether a way's key was told under a root.
    pub(crate) fn is_told_under(&self, way: SlotId, root: RootId) -> bool {
        self.told.contains(&(way, root))
    }

    /// The key that was told first for a way, by whomever.
    pub(crate) fn claimed_key(&self, way: SlotId) -> Option<[u8; 32]> {
        let keys = self.facts.iter().filter_map(|fact| match fact.about {
            About::Way { slot, public: Some(public), .. } if slot == way => {
                Some((fact.stamp, public))
            }
            _ => None,
        });
        keys.min().map(|(_, public)| public)
    }

    /// All ways anybody has spoken of, open or not.
    pub(crate) const fn spoken_of(&self) -> &BTreeSet<SlotId> {
        &self.spoken_of
    }

    /// When a way was removed.
    pub(crate) fn gone_at(&self, slot: SlotId) -> Option<&Stamp> {
        self.gone.get(&slot)
    }

    /// The roots a way was sealed to under which its removal was not announced yet. A copy that got no
    /// further than one of them would never learn of it.
    pub(crate) fn unannounced(&self, slot: SlotId) -> impl Iterator<Item = RootId> {
        let sealed_to = self.sealed_to.iter().filter(move |(_, (_, slots))| slots.contains(&slot));
        sealed_to
            .map(|(root, _)| *root)
            .filter(move |root| !self.announced.contains(&(slot, *root)))
    }

    /// Tells whether a copy that got no further than a root, by a way that is removed, knows of another way.
    pub(crate) fn is_told(&self, way: SlotId, removed: SlotId, root: RootId) -> bool {
        let first = |root: &RootId| self.sealed_to.get(root).map(|(first, _)| *first);
        let told = self.told.range((way, RootId([0; 16]))..=(way, RootId([0xff; 16])));
        let mut told =
            told.map(|(_, under)| under).filter(|under| self.is_sealed_to(**under, removed));
        told.any(|under| first(under) <= first(&root))
    }

    /// The ways that were removed and do not open the vault.
    pub(crate) fn closed(&self) -> impl Iterator<Item = SlotId> {
        self.gone.keys().filter(|slot| !self.open.contains_key(slot)).copied()
    }

    /// The home roots that a new one follows.
    pub(crate) const fn leaves(&self) -> &BTreeSet<RootId> {
        &self.leaves
    }

    /// Tells whether a root is known to be sealed to a way.
    pub(crate) fn is_sealed_to(&self, root: RootId, slot: SlotId) -> bool {
        self.sealed_to.get(&root).is_some_and(|(_, slots)| slots.contains(&slot))
    }

    /// The root to seal a collection's changes under: one that no removed way ever knew, made by a device
    /// that all home roots in force hear.
    pub(crate) fn clean_root(
        &self,
        collection: CollectionId,
        home: CollectionId,
        held: &BTreeMap<RootId, HeldRoot>,
    ) -> Option<RootId> {
        let is_clean = |root: &RootId| {
            let sealed_to = self.sealed_to.get(root);
            sealed_to
                .is_some_and(|(_, slots)| slots.iter().all(|slot| self.open.contains_key(slot)))
        };
        let first = |root: &RootId| self.sealed_to.get(root).map(|(first, _)| *first);
        if collection == home {
            let is_agreed = |root: &RootId| {
                let maker = first(root).map(|first| first.device);
                let mut others = self.leaves.iter().filter(|leaf| *leaf != root);
                maker.is_some_and(|maker| others.all(|leaf| self.hears(*leaf, maker)))
            };
            let leaves = self.leaves.iter().copied();
            return leaves.filter(is_clean).filter(is_agreed).max_by_key(first);
        }
        let roots = held.iter().filter(|(_, root)| root.collection == collection);
        let vouched = roots.map(|(id, _)| *id).filter(|root| self.is_vouched(*root));
        vouched.filter(is_clean).max_by_key(first)
    }

    /// Tells whether a device that every leaf hears has spoken of a root.
    fn is_vouched(&self, wanted: RootId) -> bool {
        self.facts.iter().any(|fact| {
            matches!(fact.about, About::Root { root, .. } if root == wanted)
                && self.is_heard_by_leaves(fact.author)
        })
    }
}

fn scalar(body: &Body, id: FieldId) -> Option<&RawValue> {
    match body.edits.get(&id)? {
        Edit::Set(value) => Some(value),
        _ => None,
    }
}

fn grown(body: &Body, id: FieldId) -> impl Iterator<Item = &RawValue> {
    let elements = match body.edits.get(&id) {
        Some(Edit::Grow(elements)) => elements.as_slice(),
        _ => &[],
    };
    elements.iter()
}
