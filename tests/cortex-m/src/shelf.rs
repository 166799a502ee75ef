// SPDX-License-Identifier: MIT OR Apache-2.0
//! A store for a few passkeys, in place of a board's flash. It never fails, is never locked, and has no room for large
//! blobs.

use heapless::Vec;
use kagifuda_ctap::entity::{RpIdHash, User};
use kagifuda_ctap::keys::PrivateKey;
use kagifuda_ctap::store::{
    Cursor, HmacSecrets, Passkey, RECORD_BYTES, Record, Site, Store, StoreError,
};

/// How many passkeys fit.
const PASSKEYS: usize = 4;

/// The store.
#[derive(Default)]
pub(crate) struct Shelf {
    /// With the number of the change that each was made by; the newest is last.
    passkeys: Vec<(u64, Passkey), PASSKEYS>,
    settings: Option<Vec<u8, RECORD_BYTES>>,
    tries: Option<Vec<u8, RECORD_BYTES>>,
    changes: u64,
}

impl Shelf {
    const fn record(&mut self, record: Record) -> &mut Option<Vec<u8, RECORD_BYTES>> {
        match record {
            Record::Settings => &mut self.settings,
            Record::Tries => &mut self.tries,
        }
    }

    fn at(&self, id: &[u8]) -> Result<usize, StoreError> {
        let mut all = self.passkeys.iter();
        all.position(|(_, passkey)| passkey.id.0 == id).ok_or(StoreError::Failed)
    }

    /// From the newest to the oldest, those made before the cursor.
    fn before(&self, after: Option<Cursor>) -> impl Iterator<Item = &(u64, Passkey)> {
        let before = after.map_or(u64::MAX, |cursor| cursor.0);
        self.passkeys.iter().rev().filter(move |(made, _)| *made < before)
    }
}

/// A second copy of a passkey.
fn copy(passkey: &Passkey) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: passkey.id.clone(),
        rp_id: passkey.rp_id.clone(),
        user: passkey.user.clone(),
        algorithm: passkey.algorithm,
        key: PrivateKey::new(passkey.key.expose()).ok_or(StoreError::Failed)?,
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
    })
}

impl Store for Shelf {
    fn load(&mut self, record: Record, buffer: &mut [u8]) -> Result<Option<usize>, StoreError> {
        let Some(bytes) = self.record(record) else { return Ok(None) };
        buffer.get_mut(..bytes.len()).ok_or(StoreError::Failed)?.copy_from_slice(bytes);
        Ok(Some(bytes.len()))
    }

    fn save(&mut self, record: Record, bytes: &[u8]) -> Result<(), StoreError> {
        *self.record(record) = Some(Vec::from_slice(bytes).map_err(|_| StoreError::Full)?);
        Ok(())
    }

    fn revision(&mut self) -> Result<[u8; 16], StoreError> {
        Ok(u128::from(self.changes).to_be_bytes())
    }

    fn passkey_count(&mut self) -> Result<u32, StoreError> {
        Ok(self.passkeys.len() as u32)
    }

    fn room(&mut self) -> Result<u32, StoreError> {
        Ok((PASSKEYS - self.passkeys.len()) as u32)
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
        let mut earlier = self.before(after);
        let found = earlier.find(|(_, passkey)| RpIdHash::of(&passkey.rp_id) == *rp);
        found.map(|(made, passkey)| Ok((Cursor(*made), copy(passkey)?))).transpose()
    }

    fn passkey_by_id(&mut self, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        self.at(id).ok().map(|at| copy(&self.passkeys[at].1)).transpose()
    }

    fn is_sealing_backed_up(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn site_count(&mut self) -> Result<u32, StoreError> {
        let is_newest = |at: usize| {
            let site = &self.passkeys[at].1.rp_id;
            !self.passkeys[at + 1..].iter().any(|(_, later)| later.rp_id == *site)
        };
        Ok((0..self.passkeys.len()).filter(|at| is_newest(*at)).count() as u32)
    }

    /// A site stands where its newest passkey does.
    fn next_site(&mut self, after: Option<Cursor>) -> Result<Option<Site>, StoreError> {
        let is_newest = |made: u64, passkey: &Passkey| {
            let mut all = self.passkeys.iter();
            !all.any(|(other, later)| *other > made && later.rp_id == passkey.rp_id)
        };
        let found = self.before(after).find(|(made, passkey)| is_newest(*made, passkey));
        Ok(found
            .map(|(made, passkey)| Site { cursor: Cursor(*made), rp_id: passkey.rp_id.clone() }))
    }

    fn add(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        let same =
            |other: &Passkey| other.rp_id == passkey.rp_id && other.user.id == passkey.user.id;
        if self.passkeys.is_full() && !self.passkeys.iter().any(|(_, other)| same(other)) {
            return Err(StoreError::Full);
        }
        let added = copy(passkey)?;
        self.passkeys.retain(|(_, other)| !same(other));
        self.changes += 1;
        self.passkeys.push((self.changes, added)).map_err(|_| StoreError::Full)
    }

    fn rename(&mut self, id: &[u8], user: &User) -> Result<(), StoreError> {
        let at = self.at(id)?;
        let kept = &mut self.passkeys[at].1.user;
        (kept.name, kept.display_name) = (user.name.clone(), user.display_name.clone());
        self.changes += 1;
        Ok(())
    }

    fn remove(&mut self, id: &[u8]) -> Result<(), StoreError> {
        let at = self.at(id)?;
        self.passkeys.remove(at);
        self.changes += 1;
        Ok(())
    }

    fn large_blob_bytes(&mut self) -> Result<Option<usize>, StoreError> {
        Ok(None)
    }

    fn read_large_blob(&mut self, _: usize, _: &mut [u8]) -> Result<usize, StoreError> {
        Ok(0)
    }

    fn stage_large_blob(&mut self, _: usize, _: &[u8]) -> Result<(), StoreError> {
        Err(StoreError::Full)
    }

    fn commit_large_blob(&mut self, _: usize) -> Result<(), StoreError> {
        Err(StoreError::Full)
    }

    fn reset(&mut self) -> Result<(), StoreError> {
        *self = Self { changes: self.changes + 1, ..Self::default() };
        Ok(())
    }
}
