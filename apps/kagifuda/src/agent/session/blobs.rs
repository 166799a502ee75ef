// SPDX-License-Identifier: MIT OR Apache-2.0
//! The array of large blobs of the key in this vault (CTAP 2.3 section 6.10), as passkeys that come in from a
//! file and go out to one meet it. The key itself keeps the array as the platform wrote it and reads nothing in
//! it; each blob is sealed under a key that its passkey has.

use kagifuda_ctap::authenticator::Profile;
use kagifuda_ctap::client::blob::{self, BLOB_KEY_BYTES, Blob};
use kagifuda_ctap::keys::SEALING_SECRET_BYTES;
use kagifuda_ctap::message::large_blobs::{ARRAY_HASH_BYTES, EMPTY_ARRAY};
use kagifuda_secret::SecretBytes;
use kagifuda_vault::exchange::{LargeBlob, MAX_LARGE_BLOB_BYTES};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Draft, ItemId, Vault, VaultError, item};
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::rng;

/// What an array needs for a blob beside its bytes.
const ENTRY_BYTES: usize = 128;

/// The item that holds the array, and the array, once one was written.
pub(super) type BlobItem = (ItemId, Option<Vec<u8>>);

/// The key of a passkey's blob.
pub(super) type BlobKey = Zeroizing<[u8; BLOB_KEY_BYTES]>;

/// Where the array of large blobs is: with the secret that was made first.
pub(super) fn blob_item(vault: &Vault) -> Result<Option<BlobItem>, VaultError> {
    let secrets = vault.items_of(kinds::KEY_SECRET);
    let Some((id, state)) = secrets.min_by_key(|(id, state)| (state.created(), *id)) else {
        return Ok(None);
    };
    Ok(Some((id, item::key_secret(id, state)?.large_blobs)))
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
    item: Option<ItemId>,
    /// Without the hash at its end; `None` where it is damaged.
    array: Option<Vec<u8>>,
    /// Where blobs are opened, once one was looked for.
    room: Zeroizing<Vec<u8>>,
}

impl Blobs {
    /// The array of a vault; an empty one where none was written yet.
    pub(super) fn of(vault: &Vault) -> Self {
        let (item, array) = match blob_item(vault) {
            Ok(Some((item, array))) => {
                (Some(item), Some(array.unwrap_or_else(|| EMPTY_ARRAY.into())))
            }
            Ok(None) => (None, Some(EMPTY_ARRAY.into())),
            Err(_) => (None, None),
        };
        Self { item, array: array.and_then(sound), room: Zeroizing::default() }
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

    /// What writes the array into the vault. A vault whose key was never plugged in gets the item it lives in.
    pub(super) fn draft(self, vault: &Vault) -> Option<Draft> {
        let mut array = self.array?;
        let hash = Sha256::digest(&array);
        array.extend_from_slice(&hash[..ARRAY_HASH_BYTES]);
        let mut edits = item::large_blobs_edit(&array);
        let item = self.item.unwrap_or_else(|| {
            edits.extend(item::key_secret_edits(&SecretBytes::from(&new_sealing_secret()[..])));
            ItemId::random(&mut rng())
        });
        Some(Draft { collection: vault.home(), item, kind: kinds::KEY_SECRET, edits })
    }
}

/// An array without its hash, where that is the right one.
fn sound(mut array: Vec<u8>) -> Option<Vec<u8>> {
    let at = array.len().checked_sub(ARRAY_HASH_BYTES)?;
    let hash = array.split_off(at);
    (Sha256::digest(&array)[..ARRAY_HASH_BYTES] == hash[..]).then_some(array)
}
