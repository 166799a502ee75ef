// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PC in memory: a store, an open vault, a clock that is a value, and what it remembers outside the
//! vault. All it draws comes from its seed, so every run on every target writes the same bytes.

use std::collections::BTreeMap;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, ItemId, KdfPolicy, KindId, MachineMemory, Pending, RecordId, Sealed,
    UnixMillis, Vault, VaultError, WayToOpen, value,
};

/// 2026-01-01T00:00:00Z.
pub const NEW_YEAR: UnixMillis = UnixMillis(1_767_225_600_000);
/// A day.
pub const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// Somebody's PC.
pub struct Pc {
    /// Its open vault.
    pub vault: Vault,
    /// What its clock says.
    pub now: UnixMillis,
    /// Where all its randomness comes from.
    pub rng: ChaCha20Rng,
    store: BTreeMap<RecordId, Row>,
    memory: Option<MachineMemory>,
    policy: KdfPolicy,
}

impl Pc {
    /// The PC on which a vault is made.
    ///
    /// # Errors
    /// As [`Vault::create`].
    pub fn create(
        seed: u64,
        ways: &[(&dyn WayToOpen, &str)],
        policy: KdfPolicy,
    ) -> Result<Self, VaultError> {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (vault, pending) = Vault::create(ways, "first PC", &policy, NEW_YEAR, &mut rng)?;
        let (store, memory) = (BTreeMap::new(), None);
        let mut pc = Self { vault, now: NEW_YEAR, rng, store, memory, policy };
        pc.keep(pending)?;
        pc.hide_platform()?;
        Ok(pc)
    }

    /// Another PC, which opens a copy of this one's vault.
    ///
    /// # Errors
    /// Those of opening.
    pub fn copy(&self, seed: u64, way: &dyn WayToOpen) -> Result<Self, VaultError> {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut vault = open(self.rows(), way, &self.policy)?;
        vault.resume(None, &format!("PC {seed}"), &mut rng);
        let (now, store, policy) = (self.now, self.store.clone(), self.policy);
        let mut pc = Self { vault, now, rng, store, memory: None, policy };
        pc.hide_platform()?;
        Ok(pc)
    }

    /// Everything in the store.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.store.values().cloned().collect()
    }

    /// Puts rows into the store as they are, past the vault.
    pub fn plant(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.store.extend(rows.into_iter().map(|row| (row.id, row)));
    }

    /// Makes an operation durable and folds it.
    ///
    /// # Errors
    /// As [`Vault::memory`].
    pub fn keep(&mut self, pending: Pending) -> Result<(), VaultError> {
        pending.remove().iter().for_each(|id| drop(self.store.remove(id)));
        self.plant(pending.add().iter().cloned());
        self.vault.accept(pending);
        self.memory = Some(self.vault.memory(&mut self.rng)?);
        Ok(())
    }

    /// Writes about an item a second after whatever came before.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn write(
        &mut self,
        deed: Deed,
        item: ItemId,
        kind: KindId,
        edits: Edits,
    ) -> Result<(), VaultError> {
        self.now.0 += 1000;
        let draft = Draft { collection: self.vault.collection_of(item), item, kind, edits };
        let pending = self.vault.write(deed, vec![draft], self.now, &mut self.rng)?;
        self.keep(pending)
    }

    /// Writes about an item that is there.
    ///
    /// # Errors
    /// As [`Vault::write`], and [`VaultError::NoSuchItem`].
    pub fn edit(&mut self, deed: Deed, item: ItemId, edits: Edits) -> Result<(), VaultError> {
        let kind = self.vault.item(item)?.kind();
        self.write(deed, item, kind, edits)
    }

    /// Adds an item.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn add(&mut self, kind: KindId, edits: Edits) -> Result<ItemId, VaultError> {
        let item = ItemId::random(&mut self.rng);
        self.write(Deed::ADD, item, kind, edits)?;
        Ok(item)
    }

    /// Takes in what another PC has; opens anew where something was purged there.
    ///
    /// # Errors
    /// As [`Vault::merge`], and those of opening.
    pub fn merge(&mut self, other: &Self, way: &dyn WayToOpen) -> Result<(), VaultError> {
        let merged = self.vault.merge(other.rows(), self.memory.as_ref())?;
        if let Some(refused) = merged.refused.into_iter().next() {
            return Err(refused.why);
        }
        merged.remove.iter().for_each(|id| drop(self.store.remove(id)));
        self.plant(merged.add);
        if merged.is_reload_due {
            self.vault = open(self.rows(), way, &self.policy)?;
            self.vault.resume(self.memory.as_ref(), "again", &mut self.rng);
        }
        Ok(())
    }

    /// Names one platform for every target, so that folds can be compared across them.
    fn hide_platform(&mut self) -> Result<(), VaultError> {
        let device = self.vault.device().ok_or(VaultError::NoDevice)?;
        let edits = Edits::from([(field::DEVICE_PLATFORM, Edit::Set(value::text("any")))]);
        self.write(Deed::JOIN, ItemId(device.0), kinds::DEVICE, edits)
    }
}

/// Opens a vault.
///
/// # Errors
/// As [`Sealed::read`], [`Sealed::try_way`] and [`Sealed::open`].
pub fn open(rows: Vec<Row>, way: &dyn WayToOpen, policy: &KdfPolicy) -> Result<Vault, VaultError> {
    let sealed = Sealed::read(rows)?;
    let candidate = sealed.try_way(way, policy)?;
    sealed.open(candidate)
}
