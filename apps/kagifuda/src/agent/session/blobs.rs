// SPDX-License-Identifier: MIT OR Apache-2.0
//! The array of large blobs of the key in this vault (CTAP 2.3 section 6.10), as passkeys that come in from
//! a file and go out to one meet it. The key itself keeps the array as the platform wrote it and reads
//! nothing in it; each blob is sealed under a key that its passkey has.
//!
//! The array lies beside the secret that credential ids are sealed under. Where two PCs made one each, or a
//! reset was taken back, there are several: the key serves them as one, and the next write makes them one.

use kagifuda_ctap::authenticator::Profile;
use kagifuda_ctap::client::blob::{self, BLOB_KEY_BYTES, Blob};
use kagifuda_ctap::keys::SEALING_SECRET_BYTES;
use kagifuda_ctap::message::large_blobs::{ARRAY_HASH_BYTES, EMPTY_ARRAY};
use kagifuda_secret::SecretBytes;
use kagifuda_vault::exchange::{LargeBlob, MAX_LARGE_BLOB_BYTES};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Draft, ItemId, Vault, item};
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::rng;

/// What an array needs for a blob beside its bytes.
const ENTRY_BYTES: usize = 128;

/// The key of a passkey's blob.
pub(super) type BlobKey = Zeroizing<[u8; BLOB_KEY_BYTES]>;

/// The array that the key serves.
pub(super) struct Served {
    /// With its hash; `None` where none was written yet.
    pub(super) array: Option<Vec<u8>>,
    /// The items it comes from, the one whose secret was made first at the front.
    items: Vec<ItemId>,
}

impl Served {
    /// The arrays of a vault as one. What has no room any more beside the older ones waits.
    pub(super) fn of(vault: &Vault) -> Self {
        let mut kept: Vec<_> = vault.items_of(kinds::KEY_SECRET).collect();
        kept.sort_by_key(|(id, state)| (state.created(), *id));
        let read = |(id, state)| Some((id, item::key_secret(id, state).ok()?.large_blobs));
        let mut served = Self { array: None, items: Vec::new() };
        for (id, array) in kept.into_iter().filter_map(read) {
            // One that was emptied holds nothing to join, and need not be emptied again.
            let array = array.filter(|array| array[..] != EMPTY_ARRAY);
            let is_joined = array.is_some_and(|array| served.join(array));
            if is_joined || served.items.is_empty() {
                served.items.push(id);
            }
        }
        served
    }

    /// Takes another array in; tells whether there was room for it.
    fn join(&mut self, more: Vec<u8>) -> bool {
        let Some(array) = &self.array else {
            self.array = Some(more);
            return true;
        };
        let (Some(array), Some(more)) = (sound(array), sound(&more)) else { return false };
        let mut both = vec![0; array.len() + more.len()];
        let Ok(length) = blob::join(array, more, &mut both) else { return false };
        both.truncate(length);
        let has_room = length + ARRAY_HASH_BYTES <= Profile::HOST.max_large_blob_bytes;
        if has_room {
            self.array = Some(hashed(both));
        }
        has_room
    }

    /// What writes another array in its place. A vault whose key was never plugged in gets the item it lives
    /// in.
    pub(super) fn replace(&self, vault: &Vault, array: &[u8]) -> Vec<Draft> {
        let draft = |item, edits| {
            let (collection, kind) = (vault.home(), kinds::KEY_SECRET);
            Draft { collection, item, kind, edits }
        };
        let edits = item::large_blobs_edit(array);
        let Some((first, others)) = self.items.split_first() else {
            let secret = SecretBytes::from(&new_sealing_secret()[..]);
            let edits = [edits, item::key_secret_edits(&secret)].into_iter().flatten().collect();
            return vec![draft(ItemId::random(&mut rng()), edits)];
        };
        let emptied =
            others.iter().map(|other| draft(*other, item::large_blobs_edit(&EMPTY_ARRAY)));
        [draft(*first, edits)].into_iter().chain(emptied).collect()
    }
}

/// A key for the blob of a passkey that never had one.
pub(super) fn new_key() -> BlobKey {
    let mut key = Zeroizing::new([0; BLOB_KEY_BYTES]);
    rng().fill_bytes(&mut *key);
    key
}

/// A secret for credential ids to be sealed under.
pub(super) fn new_sealing_secret() -> Zeroizing<[u8; SEALING_SECRET_BYTES]> {
    let mut secret = Zeroizing::new([0; SEALING_SECRET_BYTES]);
    rng().fill_bytes(&mut *secret);
    secret
}

/// What the array says of one passkey.
pub(super) enum Found {
    /// It has no blob.
    Nothing,
    /// It has this one.
    Blob(LargeBlob),
    /// Nobody can tell: the array or the blob is damaged, or longer than anybody reads.
    Unreadable,
}

/// The array, at hand.
pub(super) struct Blobs {
    served: Served,
    /// Without the hash at its end; `None` where it is damaged.
    array: Option<Vec<u8>>,
    /// Where blobs are opened, once one was looked for.
    room: Zeroizing<Vec<u8>>,
}

impl Blobs {
    /// The array of a vault; an empty one where none was written yet.
    pub(super) fn of(vault: &Vault) -> Self {
        let served = Served::of(vault);
        let array = sound(served.array.as_deref().unwrap_or(&EMPTY_ARRAY)).map(<[u8]>::to_vec);
        Self { served, array, room: Zeroizing::default() }
    }

    /// The blob of a passkey that has this key.
    pub(super) fn find(&mut self, key: &BlobKey) -> Found {
        let Some(array) = &self.array else { return Found::Unreadable };
        if self.room.is_empty() {
            self.room.resize(MAX_LARGE_BLOB_BYTES + array.len(), 0);
        }
        let found = match blob::find(array, key, &mut self.room) {
            Ok(None) => return Found::Nothing,
            Ok(Some(length)) => LargeBlob::of(&self.room[..length]),
            Err(_) => None,
        };
        self.room.as_mut_slice().zeroize();
        found.map_or(Found::Unreadable, Found::Blob)
    }

    /// Adds a blob under a key; tells whether there was room for it.
    pub(super) fn add(&mut self, key: &BlobKey, blob: &LargeBlob) -> bool {
        let Some(array) = &self.array else { return false };
        let mut longer = vec![0; array.len() + blob.deflated().len() + ENTRY_BYTES];
        let blob = Blob::Deflated { bytes: blob.deflated(), original_bytes: blob.original_bytes() };
        let Ok(length) = blob::replace(array, key, Some(blob), &mut rng(), &mut longer) else {
            return false;
        };
        if length + ARRAY_HASH_BYTES > Profile::HOST.max_large_blob_bytes {
            return false;
        }
        longer.truncate(length);
        self.array = Some(longer);
        true
    }

    /// What writes the array into the vault.
    pub(super) fn drafts(self, vault: &Vault) -> Vec<Draft> {
        self.array.map_or_else(Vec::new, |array| self.served.replace(vault, &hashed(array)))
    }
}

/// An array without its hash, where that is the right one.
fn sound(array: &[u8]) -> Option<&[u8]> {
    let (array, hash) = array.split_last_chunk::<ARRAY_HASH_BYTES>()?;
    (Sha256::digest(array)[..ARRAY_HASH_BYTES] == hash[..]).then_some(array)
}

/// An array with its hash behind it.
fn hashed(mut array: Vec<u8>) -> Vec<u8> {
    let hash = Sha256::digest(&array);
    array.extend_from_slice(&hash[..ARRAY_HASH_BYTES]);
    array
}
