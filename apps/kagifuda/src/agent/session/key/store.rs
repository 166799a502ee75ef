// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vault as the place where the engine keeps passkeys, and this machine's notes as the place of PIN and
//! tries.
//!
//! The session lends the open vault for the time of one request and takes it back after it. While the
//! vault is locked, what is surely not here is still known to be not here, so that a request for another
//! key's credential asks nobody for anything.

use std::mem;
use std::path::PathBuf;
use std::rc::Rc;

use kagifuda_ctap::cose::Algorithm;
use kagifuda_ctap::entity::{CredentialId, RpIdHash, User, UserRef, cut};
use kagifuda_ctap::keys::{PrivateKey, SEALING_SECRET_BYTES};
use kagifuda_ctap::store::{
    Cursor, HmacSecrets, Passkey, Protection, Record, Site, Store, StoreError,
};
use kagifuda_linux::clock::Moment;
use kagifuda_secret::SecretBytes;
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, Draft, Edits, ItemId, KindId, item};
use kagifuda_vaultfile::machine::MachineStore;
use zeroize::{Zeroize as _, Zeroizing};

use super::super::blobs::{Served, new_sealing_secret};
use super::super::open::Open;
use super::super::rng;
use super::passkeys::{Passkeys, Recogniser};
use crate::agent::protocol::Failure;

/// ENOSPC.
const DISK_FULL: i32 = 28;
/// As many passkeys as a key says it holds; a vault has no such bound.
const ROOM: u32 = 100_000;

/// The vault as the engine sees it.
pub(super) struct VaultStore {
    /// The vault, while it is lent.
    pub(super) open: Option<Open>,
    /// The time of the request at hand.
    pub(super) now: Moment,
    memory: Option<Rc<MachineStore>>,
    path: PathBuf,
    passkeys: Passkeys,
    recogniser: Option<Recogniser>,
    /// How many passkeys there were when that was known last.
    count: u32,
    staged: Vec<u8>,
    /// Whether a reset has put another sealing secret in the place of all that were lent out.
    has_new_secret: bool,
}

impl VaultStore {
    pub(super) fn new(memory: Option<Rc<MachineStore>>, path: PathBuf, now: Moment) -> Self {
        Self {
            open: None,
            now,
            memory,
            path,
            passkeys: Passkeys::default(),
            recogniser: None,
            count: 0,
            staged: Vec::new(),
            has_new_secret: false,
        }
    }

    /// Takes the open vault and reads what has changed in it. Tells whether it was another state, and
    /// the sealing secrets may be others.
    pub(super) fn lend(&mut self, mut open: Open, now: Moment) -> bool {
        self.now = now;
        let version = open.index.version();
        let has_changed = version != self.passkeys.version || mem::take(&mut self.has_new_secret);
        if has_changed {
            self.passkeys = Passkeys::of(&open.vault, version);
            open.has_grown = true;
        }
        self.recogniser = None;
        self.open = Some(open);
        has_changed
    }

    /// Forgets what is in the vault, and goes on recognising it.
    pub(super) fn lock(&mut self) {
        self.open = None;
        if self.recogniser.is_none() && self.passkeys.version != 0 {
            self.recogniser = Some(self.passkeys.recogniser());
            self.passkeys = Passkeys::default();
        }
        self.staged.zeroize();
    }

    /// The secrets that credential ids are sealed under; makes one where there is none yet.
    pub(super) fn sealing_secrets(
        &mut self,
    ) -> Result<Vec<Zeroizing<[u8; SEALING_SECRET_BYTES]>>, StoreError> {
        let open = self.open.as_ref().ok_or(StoreError::Locked)?;
        let mut all: Vec<_> = open.vault.items_of(kinds::KEY_SECRET).collect();
        all.sort_by_key(|(id, state)| (state.created(), *id));
        let secrets: Vec<_> = all
            .into_iter()
            .filter_map(|(id, state)| item::key_secret(id, state).ok())
            .filter_map(|kept| kept.secret.expose().try_into().ok().map(Zeroizing::new))
            .collect();
        if !secrets.is_empty() {
            return Ok(secrets);
        }
        let (secret, draft) = self.new_secret()?;
        self.write(Deed::ADD, vec![draft])?;
        Ok(vec![secret])
    }

    fn new_secret(&self) -> Result<(Zeroizing<[u8; SEALING_SECRET_BYTES]>, Draft), StoreError> {
        let secret = new_sealing_secret();
        let edits = item::key_secret_edits(&SecretBytes::from(&secret[..]));
        let draft = self.draft(ItemId::random(&mut rng()), kinds::KEY_SECRET, edits)?;
        Ok((secret, draft))
    }

    fn draft(&self, item: ItemId, kind: KindId, edits: Edits) -> Result<Draft, StoreError> {
        let collection = self.open()?.vault.home();
        Ok(Draft { collection, item, kind, edits })
    }

    fn open(&self) -> Result<&Open, StoreError> {
        self.open.as_ref().ok_or(StoreError::Locked)
    }

    /// Writes one operation, and reads again what it touched.
    fn write(&mut self, deed: Deed, drafts: Vec<Draft>) -> Result<(), StoreError> {
        let open = self.open.as_mut().ok_or(StoreError::Locked)?;
        let touched: Vec<_> = drafts.iter().map(|draft| draft.item).collect();
        open.write(deed, drafts, self.now).map_err(|failure| match failure {
            Failure::File { errno, .. } if errno == DISK_FULL => StoreError::Full,
            _ => StoreError::Failed,
        })?;
        let version = open.index.version();
        for item in touched {
            self.passkeys.refresh(&open.vault, item, version);
        }
        Ok(())
    }

    /// What is said of a site or an id while nothing can be read.
    fn while_locked<T>(&self, site: &RpIdHash, id: &[u8]) -> Result<Option<T>, StoreError> {
        match &self.recogniser {
            Some(recogniser) if !recogniser.knows(&site.0, id) => Ok(None),
            _ => Err(StoreError::Locked),
        }
    }

    fn read(&self, item: ItemId) -> Result<Passkey, StoreError> {
        let open = self.open()?;
        let failed = |_| StoreError::Failed;
        let state = open.vault.item(item).map_err(failed)?;
        let kept = item::passkey(item, state).map_err(failed)?;
        let is_backed_up = open.keeper.copies.has(state);
        engine_passkey(&kept, is_backed_up).ok_or(StoreError::Failed)
    }

    /// The array of large blobs, where one was written.
    fn large_blobs(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Served::of(&self.open()?.vault).array)
    }

    const fn note_name(record: Record) -> &'static str {
        match record {
            Record::Settings => "virtual-key-settings",
            Record::Tries => "virtual-key-tries",
        }
    }

    fn memory(&self) -> Result<&MachineStore, StoreError> {
        self.memory.as_deref().ok_or(StoreError::Failed)
    }
}

impl Store for VaultStore {
    fn load(&mut self, record: Record, buffer: &mut [u8]) -> Result<Option<usize>, StoreError> {
        let note = self.memory()?.note(&self.path, Self::note_name(record));
        let Some(note) = note.map_err(|_| StoreError::Failed)? else { return Ok(None) };
        let note = Zeroizing::new(note);
        buffer.get_mut(..note.len()).ok_or(StoreError::Failed)?.copy_from_slice(&note);
        Ok(Some(note.len()))
    }

    fn save(&mut self, record: Record, bytes: &[u8]) -> Result<(), StoreError> {
        let saved = self.memory()?.set_note(&self.path, Self::note_name(record), bytes);
        saved.map_err(|_| StoreError::Failed)
    }

    fn revision(&mut self) -> Result<[u8; 16], StoreError> {
        Ok(self.recogniser.as_ref().map_or_else(|| self.passkeys.sum(), |known| known.sum))
    }

    fn passkey_count(&mut self) -> Result<u32, StoreError> {
        self.open()?;
        Ok(u32::try_from(self.passkeys.count()).unwrap_or(u32::MAX))
    }

    fn room(&mut self) -> Result<u32, StoreError> {
        if self.open.is_some() {
            self.count = u32::try_from(self.passkeys.count()).unwrap_or(u32::MAX);
        }
        Ok(ROOM.saturating_sub(self.count))
    }

    fn passkey(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        if self.open.is_none() {
            return self.while_locked(rp, id);
        }
        let found = self.passkeys.by_id(id).filter(|(_, site)| *site == rp.0);
        found.map(|(item, _)| self.read(item)).transpose()
    }

    fn next_passkey(
        &mut self,
        rp: &RpIdHash,
        after: Option<Cursor>,
    ) -> Result<Option<(Cursor, Passkey)>, StoreError> {
        if self.open.is_none() {
            return self.while_locked(rp, &[]);
        }
        let found = self.passkeys.next_of(rp.0, after.map(|cursor| cursor.0));
        found.map(|(number, item)| Ok((Cursor(number), self.read(item)?))).transpose()
    }

    fn passkey_by_id(&mut self, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        self.open()?;
        self.passkeys.by_id(id).map(|(item, _)| self.read(item)).transpose()
    }

    fn is_sealing_backed_up(&mut self) -> Result<bool, StoreError> {
        let open = self.open()?;
        let mut secrets = open.vault.items_of(kinds::KEY_SECRET);
        Ok(secrets.all(|(_, state)| open.keeper.copies.has(state)))
    }

    fn site_count(&mut self) -> Result<u32, StoreError> {
        self.open()?;
        Ok(u32::try_from(self.passkeys.site_count()).unwrap_or(u32::MAX))
    }

    fn next_site(&mut self, after: Option<Cursor>) -> Result<Option<Site>, StoreError> {
        self.open()?;
        let Some((place, site)) = self.passkeys.next_site(after.map(|cursor| cursor.0)) else {
            return Ok(None);
        };
        let (_, item) = self.passkeys.next_of(site, None).ok_or(StoreError::Failed)?;
        Ok(Some(Site { cursor: Cursor(place), rp_id: self.read(item)?.rp_id.clone() }))
    }

    fn add(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        let site = RpIdHash::of(&passkey.rp_id);
        let mut drafts = Vec::new();
        for old in self.passkeys.of_site(site.0) {
            if self.read(old)?.user.id == passkey.user.id {
                for one in self.passkeys.with_twins(old) {
                    drafts.push(self.draft(one, kinds::PASSKEY, item::deletion())?);
                }
            }
        }
        let kept = vault_passkey(passkey).ok_or(StoreError::Failed)?;
        let new = ItemId::random(&mut rng());
        drafts.push(self.draft(new, kinds::PASSKEY, item::passkey_edits(&kept))?);
        self.write(Deed::ADD, drafts)
    }

    fn rename(&mut self, id: &[u8], user: &User) -> Result<(), StoreError> {
        self.open()?;
        let (item, _) = self.passkeys.by_id(id).ok_or(StoreError::Failed)?;
        let edits = item::passkey_names(&user.name, &user.display_name);
        let draft = self.draft(item, kinds::PASSKEY, edits)?;
        self.write(Deed::EDIT, vec![draft])
    }

    fn remove(&mut self, id: &[u8]) -> Result<(), StoreError> {
        self.open()?;
        let (item, _) = self.passkeys.by_id(id).ok_or(StoreError::Failed)?;
        let all = self.passkeys.with_twins(item).into_iter();
        let drafts = all.map(|one| self.draft(one, kinds::PASSKEY, item::deletion()));
        let drafts = drafts.collect::<Result<_, _>>()?;
        self.write(Deed::REMOVE, drafts)
    }

    fn large_blob_bytes(&mut self) -> Result<Option<usize>, StoreError> {
        Ok(self.large_blobs()?.map(|array| array.len()))
    }

    fn read_large_blob(&mut self, offset: usize, buffer: &mut [u8]) -> Result<usize, StoreError> {
        let array = self.large_blobs()?.unwrap_or_default();
        let rest = array.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn stage_large_blob(&mut self, offset: usize, part: &[u8]) -> Result<(), StoreError> {
        self.staged.truncate(offset);
        if self.staged.len() != offset {
            return Err(StoreError::Failed);
        }
        self.staged.extend_from_slice(part);
        Ok(())
    }

    fn commit_large_blob(&mut self, length: usize) -> Result<(), StoreError> {
        let array = self.staged.get(..length).ok_or(StoreError::Failed)?;
        let vault = &self.open()?.vault;
        let drafts = Served::of(vault).replace(vault, array);
        self.write(Deed::EDIT, drafts)?;
        self.staged.clear();
        Ok(())
    }

    /// The vault's part is one operation, which the holder can take back; PIN and tries go after it, so that
    /// a cut between the two leaves a PIN on an empty key and nothing worse.
    fn reset(&mut self) -> Result<(), StoreError> {
        let secrets: Vec<_> =
            self.open()?.vault.items_of(kinds::KEY_SECRET).map(|(id, _)| id).collect();
        let mut drafts = Vec::new();
        for item in self.passkeys.items() {
            drafts.push(self.draft(item, kinds::PASSKEY, item::deletion())?);
        }
        for item in secrets {
            drafts.push(self.draft(item, kinds::KEY_SECRET, item::deletion())?);
        }
        drafts.push(self.new_secret()?.1);
        self.write(Deed::REMOVE, drafts)?;
        self.has_new_secret = true;
        for record in [Record::Settings, Record::Tries] {
            let removed = self.memory()?.remove_note(&self.path, Self::note_name(record));
            removed.map_err(|_| StoreError::Failed)?;
        }
        Ok(())
    }
}

/// A passkey of the vault as the engine takes it.
fn engine_passkey(kept: &item::Passkey, is_backed_up: bool) -> Option<Passkey> {
    let algorithm = Algorithm::from_number(kept.algorithm)?;
    let key = item::bare_key(kept.algorithm, kept.private_key.expose())?;
    let secrets = item::hmac_secrets(kept)?;
    let names = UserRef {
        id: &kept.user_handle,
        name: Some(&kept.user_name),
        display_name: Some(&kept.user_display_name),
    };
    let bytes32 = |secret: &Option<SecretBytes>| {
        secret.as_ref().and_then(|secret| <[u8; 32]>::try_from(secret.expose()).ok())
    };
    Some(Passkey {
        id: CredentialId::new(&kept.credential_id)?,
        rp_id: cut(&kept.rp_id),
        user: User::keep(&names).ok()?,
        algorithm,
        key: PrivateKey::new(&key)?,
        protection: Protection::from_number(kept.cred_protect.into())?,
        hmac_secrets: HmacSecrets { with_uv: *secrets.with_uv, without_uv: *secrets.without_uv },
        cred_blob: kept.cred_blob.as_ref().and_then(|blob| blob.expose().try_into().ok()),
        large_blob_key: bytes32(&kept.large_blob_key),
        third_party_payment: kept.third_party_payment,
        is_backup_eligible: kept.is_backup_eligible,
        is_backed_up,
    })
}

/// A passkey of the engine as the vault keeps it.
fn vault_passkey(passkey: &Passkey) -> Option<item::Passkey> {
    let secret = |bytes: &[u8]| Some(SecretBytes::from(bytes));
    Some(item::Passkey {
        credential_id: passkey.id.0.to_vec(),
        rp_id: passkey.rp_id.as_str().to_owned(),
        user_handle: passkey.user.id.to_vec(),
        user_name: passkey.user.name.as_str().to_owned(),
        user_display_name: passkey.user.display_name.as_str().to_owned(),
        algorithm: passkey.algorithm.number(),
        private_key: item::private_key(passkey.algorithm.number(), passkey.key.expose())?,
        is_backup_eligible: passkey.is_backup_eligible,
        cred_protect: passkey.protection as u8,
        hmac_with_uv: secret(&passkey.hmac_secrets.with_uv),
        hmac_without_uv: secret(&passkey.hmac_secrets.without_uv),
        cred_blob: passkey.cred_blob.as_deref().and_then(secret),
        large_blob_key: passkey.large_blob_key.as_ref().and_then(|key| secret(key)),
        third_party_payment: passkey.third_party_payment,
    })
}
