// SPDX-License-Identifier: MIT OR Apache-2.0
//! A store in memory that can be locked, filled up, and made to fail or to lose power at the n-th write.

use std::collections::BTreeMap;

use kagifuda_ctap::entity::{RpIdHash, User};
use kagifuda_ctap::keys::PrivateKey;
use kagifuda_ctap::store::{Cursor, HmacSecrets, Passkey, Record, Site, Store, StoreError};

/// What a write that fails leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It was refused, and all goes on.
    Refused,
    /// The power went before it: nothing of it is there.
    CutBefore,
    /// The power went behind it: it is there, and nobody was told.
    CutBehind,
}

/// A store in memory.
pub struct MemoryStore {
    /// Passkeys by when they were made.
    pub passkeys: BTreeMap<u64, Passkey>,
    pub records: BTreeMap<u8, Vec<u8>>,
    pub large_blob: Option<Vec<u8>>,
    staged: Vec<u8>,
    /// Whether passkeys and large blobs are out of reach.
    pub is_locked: bool,
    /// How many passkeys fit.
    pub capacity: usize,
    /// How long a large-blob array fits, in bytes.
    pub large_blob_capacity: usize,
    /// Which write from now on fails: 1 for the next; once.
    pub fails_at: Option<u32>,
    /// How it fails.
    pub failing: Failing,
    /// Whether the power is gone: nothing is read or written until the key is powered up.
    pub is_down: bool,
    /// Writes that were acknowledged.
    pub writes: u32,
    /// Whether a copy is elsewhere of what ids are sealed under.
    pub is_sealing_backed_up: bool,
    /// Resets that were acknowledged.
    pub resets: u32,
    made: u64,
    changes: u128,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self {
            passkeys: BTreeMap::new(),
            records: BTreeMap::new(),
            large_blob: None,
            staged: Vec::new(),
            is_locked: false,
            capacity: 100,
            large_blob_capacity: usize::MAX,
            fails_at: None,
            failing: Failing::Refused,
            is_down: false,
            writes: 0,
            is_sealing_backed_up: false,
            resets: 0,
            made: 0,
            changes: 0,
        }
    }
}

impl MemoryStore {
    /// What is durable, after the power went and came back.
    pub fn powered_up(mut self) -> Self {
        (self.staged, self.fails_at, self.is_down) = (Vec::new(), None, false);
        self
    }

    const fn up(&self) -> Result<(), StoreError> {
        if self.is_down { Err(StoreError::Failed) } else { Ok(()) }
    }

    fn open(&self) -> Result<(), StoreError> {
        self.up()?;
        if self.is_locked { Err(StoreError::Locked) } else { Ok(()) }
    }

    /// Counts a write and does it, or fails at it.
    fn write(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), StoreError> {
        self.up()?;
        let left = self.fails_at.map(|left| left - 1);
        let fails = left == Some(0);
        self.fails_at = left.filter(|left| *left > 0);
        if !fails || self.failing == Failing::CutBehind {
            change(self);
        }
        if fails {
            self.is_down = self.failing != Failing::Refused;
            return Err(StoreError::Failed);
        }
        self.writes += 1;
        Ok(())
    }

    fn at(&self, id: &[u8]) -> Option<u64> {
        let mut all = self.passkeys.iter();
        all.find(|(_, passkey)| passkey.id.0 == id).map(|(made, _)| *made)
    }
}

/// A second copy of a passkey.
pub fn copy(passkey: &Passkey) -> Passkey {
    Passkey {
        id: passkey.id.clone(),
        rp_id: passkey.rp_id.clone(),
        user: passkey.user.clone(),
        algorithm: passkey.algorithm,
        key: PrivateKey::new(passkey.key.expose()).expect("it was one"),
        protection: passkey.protection,
        hmac_secrets: HmacSecrets {
            with_uv: passkey.hmac_secrets.with_uv,
            without_uv: passkey.hmac_secrets.without_uv,
        },
        cred_blob: passkey.cred_blob.clone(),
        large_blob_key: passkey.large_blob_key,
        third_party_payment: passkey.third_party_payment,
        is_backup_eligible: passkey.is_backup_eligible,
        is_backed_up: passkey.is_backed_up,
    }
}

impl Store for MemoryStore {
    fn load(&mut self, record: Record, buffer: &mut [u8]) -> Result<Option<usize>, StoreError> {
        self.up()?;
        let Some(bytes) = self.records.get(&(record as u8)) else { return Ok(None) };
        buffer.get_mut(..bytes.len()).ok_or(StoreError::Failed)?.copy_from_slice(bytes);
        Ok(Some(bytes.len()))
    }

    fn save(&mut self, record: Record, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(|store| {
            store.records.insert(record as u8, bytes.to_vec());
        })
    }

    fn revision(&mut self) -> Result<[u8; 16], StoreError> {
        Ok(self.changes.to_be_bytes())
    }

    fn passkey_count(&mut self) -> Result<u32, StoreError> {
        self.open()?;
        Ok(self.passkeys.len() as u32)
    }

    fn room(&mut self) -> Result<u32, StoreError> {
        self.open()?;
        Ok((self.capacity - self.passkeys.len()) as u32)
    }

    fn passkey(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        let found = self.passkey_by_id(id)?;
        Ok(found.filter(|passkey| RpIdHash::of(&passkey.rp_id) == *rp))
    }

    fn next_passkey(
        &mut self,
        rp: &RpIdHash,
        after: Option<Cursor>,
    ) -> Result<Option<(Cursor, Passkey)>, StoreError> {
        self.open()?;
        let before = after.map_or(u64::MAX, |cursor| cursor.0);
        let mut newest_first = self.passkeys.range(..before).rev();
        let found = newest_first.find(|(_, passkey)| RpIdHash::of(&passkey.rp_id) == *rp);
        Ok(found.map(|(made, passkey)| (Cursor(*made), copy(passkey))))
    }

    fn passkey_by_id(&mut self, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        self.open()?;
        Ok(self.at(id).map(|made| copy(&self.passkeys[&made])))
    }

    fn is_sealing_backed_up(&mut self) -> Result<bool, StoreError> {
        Ok(self.is_sealing_backed_up)
    }

    fn site_count(&mut self) -> Result<u32, StoreError> {
        self.open()?;
        let sites: std::collections::BTreeSet<_> =
            self.passkeys.values().map(|passkey| &passkey.rp_id).collect();
        Ok(sites.len() as u32)
    }

    /// A site stands where its newest passkey does.
    fn next_site(&mut self, after: Option<Cursor>) -> Result<Option<Site>, StoreError> {
        self.open()?;
        let before = after.map_or(u64::MAX, |cursor| cursor.0);
        let is_newest = |made: u64, passkey: &Passkey| {
            let later = made + 1..;
            !self.passkeys.range(later).any(|(_, other)| other.rp_id == passkey.rp_id)
        };
        let mut newest_first = self.passkeys.range(..before).rev();
        let found = newest_first.find(|(made, passkey)| is_newest(**made, passkey));
        Ok(found
            .map(|(made, passkey)| Site { cursor: Cursor(*made), rp_id: passkey.rp_id.clone() }))
    }

    fn add(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        self.open()?;
        let same =
            |other: &Passkey| other.rp_id == passkey.rp_id && other.user.id == passkey.user.id;
        let replaces = self.passkeys.values().any(same);
        if !replaces && self.passkeys.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        self.write(|store| {
            store.passkeys.retain(|_, other| !same(other));
            store.made += 1;
            store.passkeys.insert(store.made, copy(passkey));
            store.changes += 1;
        })
    }

    fn rename(&mut self, id: &[u8], user: &User) -> Result<(), StoreError> {
        self.open()?;
        let made = self.at(id).ok_or(StoreError::Failed)?;
        self.write(|store| {
            let passkey = store.passkeys.get_mut(&made).expect("it was found");
            passkey.user.name = user.name.clone();
            passkey.user.display_name = user.display_name.clone();
            store.changes += 1;
        })
    }

    fn remove(&mut self, id: &[u8]) -> Result<(), StoreError> {
        self.open()?;
        let made = self.at(id).ok_or(StoreError::Failed)?;
        self.write(|store| {
            store.passkeys.remove(&made);
            store.changes += 1;
        })
    }

    fn large_blob_bytes(&mut self) -> Result<Option<usize>, StoreError> {
        self.open()?;
        Ok(self.large_blob.as_ref().map(Vec::len))
    }

    fn read_large_blob(&mut self, offset: usize, buffer: &mut [u8]) -> Result<usize, StoreError> {
        self.open()?;
        let whole = self.large_blob.as_deref().unwrap_or_default();
        let rest = whole.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn stage_large_blob(&mut self, offset: usize, part: &[u8]) -> Result<(), StoreError> {
        self.open()?;
        let end = offset + part.len();
        if end > self.large_blob_capacity {
            return Err(StoreError::Full);
        }
        if self.staged.len() < end {
            self.staged.resize(end, 0);
        }
        self.staged[offset..end].copy_from_slice(part);
        Ok(())
    }

    fn commit_large_blob(&mut self, length: usize) -> Result<(), StoreError> {
        self.open()?;
        let whole = self.staged.get(..length).ok_or(StoreError::Failed)?.to_vec();
        self.write(|store| store.large_blob = Some(whole))
    }

    fn reset(&mut self) -> Result<(), StoreError> {
        self.write(|store| {
            store.passkeys.clear();
            store.records.clear();
            (store.large_blob, store.staged) = (None, Vec::new());
            store.resets += 1;
            store.changes += 1;
        })
    }
}
