// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adding, changing and removing ways to open.
//!
//! One that is bound to no machine is always among them: nothing is sealed for keyrings and the like alone.
//!
//! A removal is written twice over: announced in the epoch every copy can still read, so that all of
//! them learn of it, and enforced by a new root that the removed way never sees. Removals made on two PCs
//! at once both hold. Old copies of the file still open the old way; no format can change that.

use std::collections::BTreeSet;

use rand_core::CryptoRng;

use crate::change::{Deed, Edit};
use crate::error::VaultError;
use crate::fold::ItemState;
use crate::hlc::UnixMillis;
use crate::ids::{CollectionId, DeviceId, ItemId, RootId, SlotId};
use crate::kdf::KdfPolicy;
use crate::record::SlotKind;
use crate::schema::{field, kinds};
use crate::value;
use crate::vault::{self, Vault};
use crate::way::{self, WayToOpen};
use crate::write::Pending;

/// Whether a way opens the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WayStanding {
    /// It does.
    Open,
    /// It was removed, but all others that are bound to no machine were too, on other PCs: it stays until
    /// another is added.
    LastResort,
    /// It was removed, but some changes are sealed for no other way: opening by it, once, mends that.
    StillNeeded,
    /// It was added by a device that had not met the removal of another: nothing new is sealed to it until
    /// that device has, or the holder confirms it ([`Vault::confirm_way`]).
    Unconfirmed,
    /// It was removed.
    Removed {
        /// When.
        at: UnixMillis,
        /// On which device.
        by: DeviceId,
    },
}

/// A way to open, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The slot.
    pub slot: SlotId,
    /// What it takes; `None` where its clear record is missing.
    pub kind: Option<SlotKind>,
    /// The holder's name for it.
    pub label: String,
    /// When it was added.
    pub added: UnixMillis,
    /// Whether it opens the vault.
    pub standing: WayStanding,
    /// Whether the vault is open by it now.
    pub is_in_use: bool,
}

impl Vault {
    /// All ways to open, removed ones included, oldest first.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        let mut ways: Vec<Way> = self
            .access
            .spoken_of()
            .iter()
            .filter_map(|slot| Some(self.describe(*slot, self.fold.get(ItemId(slot.0))?)))
            .collect();
        ways.sort_by_key(|way| (way.added, way.slot));
        ways
    }

    fn describe(&self, slot: SlotId, item: &ItemState) -> Way {
        Way {
            slot,
            kind: self.slots.get(&slot).map(|record| record.kind),
            label: item.scalar(field::NAME).and_then(value::read_text).unwrap_or_default().into(),
            added: item.created().millis(),
            standing: self.way_standing(slot),
            is_in_use: slot == self.keys.slot,
        }
    }

    /// Whether a way opens the vault. One this copy has never heard of does: its announcement may be on
    /// its way.
    pub(crate) fn way_standing(&self, slot: SlotId) -> WayStanding {
        let is_open = self.is_open_to(slot);
        match self.access.gone_at(slot) {
            None if is_open || !self.access.spoken_of().contains(&slot) => WayStanding::Open,
            None => WayStanding::Unconfirmed,
            Some(_) if is_open => WayStanding::LastResort,
            Some(_) if self.is_sole_key(slot) => WayStanding::StillNeeded,
            Some(stamp) => WayStanding::Removed { at: stamp.hlc.millis(), by: stamp.device },
        }
    }

    /// Looks again whether the way the vault is open by still opens it, after a merge.
    ///
    /// # Errors
    /// [`VaultError::WayRemoved`] where it was removed: the holder should open the vault by another.
    pub fn check_way_in_use(&self) -> Result<(), VaultError> {
        match self.way_standing(self.keys.slot) {
            WayStanding::Removed { at, .. } => {
                Err(VaultError::WayRemoved { slot: self.keys.slot, at })
            }
            _ => Ok(()),
        }
    }

    /// Tells whether what the holder presents opens the vault, and opens nothing: the key that it makes is held against
    /// the one that new roots are sealed to.
    ///
    /// # Errors
    /// [`VaultError::NoSuchWay`] where no way takes it, and what the policy refuses.
    pub fn is_opened_by(
        &self,
        way: &dyn WayToOpen,
        policy: &KdfPolicy,
    ) -> Result<bool, VaultError> {
        let mut slots: Vec<_> = self
            .open_slots()
            .filter_map(|(slot, public)| Some((self.slots.get(&slot)?, public)))
            .filter(|(record, _)| way.fits(record.kind))
            .collect();
        slots.sort_by_key(|(record, _)| record.kind.work());
        let mut verdict = Err(VaultError::NoSuchWay);
        let mut work_left = policy.most_work();
        for (record, public) in slots {
            let Some(left) = work_left.checked_sub(record.kind.work()) else { break };
            work_left = left;
            match way::candidate(way, record, policy) {
                Ok(candidate) if *candidate.key.public() == public => return Ok(true),
                Ok(_) => verdict = Ok(false),
                Err(error) if verdict == Err(VaultError::NoSuchWay) => verdict = Err(error),
                Err(_) => {}
            }
        }
        verdict
    }

    /// Tells whether new changes are sealed to this way too.
    pub(crate) fn is_open_to(&self, slot: SlotId) -> bool {
        self.access.open().contains_key(&slot)
    }

    /// Tells whether this way is open and bound to no machine.
    pub(crate) fn is_open_and_unbound(&self, slot: SlotId) -> bool {
        self.is_open_to(slot) && self.access.is_unbound(slot)
    }

    /// Tells whether some root is sealed to this way and to none that is open and bound to no machine.
    fn is_sole_key(&self, slot: SlotId) -> bool {
        self.needed_slots(&self.served_roots()).contains(&slot)
    }

    /// The slots that hold a root which is not among those served. They keep all their seals until that is
    /// mended: who opens by them must see who else is there.
    pub(crate) fn needed_slots(&self, served: &BTreeSet<RootId>) -> BTreeSet<SlotId> {
        let alone = self.wraps.iter().filter(|wrap| !served.contains(&wrap.root));
        alone.map(|wrap| wrap.slot).collect()
    }

    /// The roots that are sealed to at least one open way that is bound to no machine. Only seals to other ways
    /// may be dropped of these.
    pub(crate) fn served_roots(&self) -> BTreeSet<RootId> {
        let open = self.wraps.iter().filter(|wrap| self.is_open_and_unbound(wrap.slot));
        open.map(|wrap| wrap.root).collect()
    }

    /// Puts right what a merge of concurrent changes to the ways to open has left, if anything.
    ///
    /// Every operation does this first; an app calls it after unlocking and after merging, so that it
    /// does not wait for the next edit.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn mend(
        &self,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Option<Pending>, VaultError> {
        self.check_some_unbound()?;
        let mut writing = self.begin_empty(Deed::MEND_ACCESS, now, rng)?;
        writing.mend(None)?;
        if writing.is_empty() {
            return Ok(None);
        }
        writing.introduce_device()?;
        Ok(Some(writing.finish()))
    }

    /// The ways that open the vault, with the keys to seal to.
    pub(crate) fn open_slots(&self) -> impl Iterator<Item = (SlotId, [u8; 32])> {
        self.access.open().iter().map(|(slot, public)| (*slot, *public))
    }

    /// The collections whose roots are in hand, home first.
    pub(crate) fn held_collections(&self) -> Vec<CollectionId> {
        let others: BTreeSet<_> = self.keys.roots.values().map(|root| root.collection).collect();
        let others = others.into_iter().filter(|collection| *collection != self.head.home);
        std::iter::once(self.head.home).chain(others).collect()
    }

    /// Refuses to write where nothing but ways that are bound to a machine would open what is written.
    pub(crate) fn check_some_unbound(&self) -> Result<(), VaultError> {
        let has_unbound = self.open_slots().any(|(slot, _)| self.access.is_unbound(slot));
        if has_unbound { Ok(()) } else { Err(VaultError::OnlyMachineBound) }
    }

    /// Adds a way to open. One that is bound to a machine needs another beside it that is not.
    ///
    /// # Errors
    /// [`VaultError::OnlyMachineBound`], [`VaultError::BadValue`] where a way has that name, as
    /// [`Vault::write`], and those of the derivation.
    pub fn add_way(
        &self,
        way: (&dyn WayToOpen, &str),
        policy: &KdfPolicy,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        self.edit_ways(Deed::ADD_WAY, Some((way, policy)), None, now, rng)
    }

    /// Removes a way to open.
    ///
    /// # Errors
    /// [`VaultError::NoSuchWay`], [`VaultError::LastWay`], [`VaultError::OnlyMachineBound`], and as
    /// [`Vault::write`].
    pub fn remove_way(
        &self,
        slot: SlotId,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        self.check_removable(slot)?;
        self.edit_ways(Deed::REMOVE_WAY, None, Some(slot), now, rng)
    }

    /// Puts a new way in the place of an old one, in one operation.
    ///
    /// # Errors
    /// [`VaultError::NoSuchWay`], [`VaultError::OnlyMachineBound`], and as [`Vault::add_way`].
    pub fn change_way(
        &self,
        old: SlotId,
        new: (&dyn WayToOpen, &str),
        policy: &KdfPolicy,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        if !self.open_slots().any(|(slot, _)| slot == old) {
            return Err(VaultError::NoSuchWay);
        }
        self.edit_ways(Deed::CHANGE_WAY, Some((new, policy)), Some(old), now, rng)
    }

    /// Vouches for a way that is unconfirmed here: the holder says that it is theirs. It then opens what
    /// this PC can open.
    ///
    /// # Errors
    /// [`VaultError::NoSuchWay`] where there is no such unconfirmed way, and as [`Vault::write`]; one that is bound to
    /// no machine can always be confirmed.
    pub fn confirm_way(
        &self,
        slot: SlotId,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        let is_unconfirmed = self.way_standing(slot) == WayStanding::Unconfirmed;
        let public = self.access.claimed_key(slot).filter(|_| is_unconfirmed);
        let public = public.ok_or(VaultError::NoSuchWay)?;
        if !self.access.is_unbound(slot) {
            self.check_some_unbound()?;
        }
        let mut writing = self.begin_leaving(None, Deed::ADD_WAY, now, rng)?;
        writing.vouch_for_way(slot, &public)?;
        writing.give_roots(slot, &public)?;
        writing.give_new_roots(slot, &public)?;
        Ok(writing.finish())
    }

    fn check_removable(&self, slot: SlotId) -> Result<(), VaultError> {
        let open: Vec<SlotId> = self.open_slots().map(|(slot, _)| slot).collect();
        if !open.contains(&slot) && self.way_standing(slot) != WayStanding::Unconfirmed {
            return Err(VaultError::NoSuchWay);
        }
        let is_last = open.iter().all(|other| *other == slot);
        if is_last { Err(VaultError::LastWay) } else { Ok(()) }
    }

    fn edit_ways(
        &self,
        deed: Deed,
        new: Option<((&dyn WayToOpen, &str), &KdfPolicy)>,
        old: Option<SlotId>,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<Pending, VaultError> {
        let mut writing = self.begin_leaving(old, deed, now, rng)?;
        let mut open: Vec<_> = self.open_slots().filter(|(slot, _)| Some(*slot) != old).collect();
        let mut has_unbound = open.iter().any(|(slot, _)| self.access.is_unbound(*slot));
        if let Some(((way, label), policy)) = new {
            let enrolled = vault::enrol(self.head.vault, way, policy, writing.rng())?;
            if self.slots.contains_key(&enrolled.slot.slot) {
                return Err(VaultError::BadValue { field: "slot" });
            }
            has_unbound |= !enrolled.slot.kind.is_bound();
            writing.add_slot(&enrolled, label)?;
            writing.announce_way(enrolled.slot.slot, enrolled.key.public())?;
            writing.give_roots(enrolled.slot.slot, enrolled.key.public())?;
            writing.give_new_roots(enrolled.slot.slot, enrolled.key.public())?;
            open.push((enrolled.slot.slot, *enrolled.key.public()));
        }
        if !has_unbound {
            return Err(VaultError::OnlyMachineBound);
        }
        if let Some(old) = old {
            if writing.announce_removal(old, &open)? == 0 {
                let gone = [(field::DELETED, Edit::Set(value::flag(true)))];
                writing.home_change(ItemId(old.0), kinds::WAY, gone)?;
            }
            for collection in self.held_collections() {
                writing.replace_root(collection, &open)?;
            }
            writing.drop_seals_of(&BTreeSet::from([old]));
        }
        Ok(writing.finish())
    }
}
