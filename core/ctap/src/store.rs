// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where passkeys, settings and large blobs are kept: the seam to a vault, a file or a flash.
//!
//! What a call of [`Store`] acknowledged survives a power cut right after it; what it refused has
//! changed nothing. Every method is one transaction. Passkeys and large blobs may live behind a lock
//! ([`StoreError::Locked`] makes the engine ask for it); records are readable while locked.
//! Cursors keep a walk's place without holding anything open.

use heapless::{String, Vec};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cose::Algorithm;
use crate::entity::{CredentialId, RP_ID_BYTES, RpIdHash, User};
use crate::keys::PrivateKey;
use crate::status::Status;

/// The longest credBlob, in bytes.
pub const CRED_BLOB_BYTES: usize = 128;

/// How well a credential is protected (credProtect, CTAP 2.3 section 12.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Protection {
    /// Usable without user verification.
    #[default]
    Optional = 1,
    /// Usable without user verification where its id is named.
    OptionalWithList = 2,
    /// Usable with user verification only.
    Required = 3,
}

impl Protection {
    /// The level of a number, if it is one.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Optional),
            2 => Some(Self::OptionalWithList),
            3 => Some(Self::Required),
            _ => None,
        }
    }
}

/// The secret of a credential's hmac-secret extension, with and without user verification.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct HmacSecrets {
    /// Used when the person was verified.
    pub with_uv: [u8; 32],
    /// Used when not.
    pub without_uv: [u8; 32],
}

/// A discoverable credential.
pub struct Passkey {
    /// Its id.
    pub id: CredentialId,
    /// The site it is for.
    pub rp_id: String<RP_ID_BYTES>,
    /// The account it is for.
    pub user: User,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The key, opaque to everything but its provider.
    pub key: PrivateKey,
    /// How well it is protected.
    pub protection: Protection,
    /// The secrets of hmac-secret. Every passkey has them, whether the site asked or not, so that it can
    /// begin to use them later (WebAuthn's `prf`).
    pub hmac_secrets: HmacSecrets,
    /// A blob the site left (credBlob).
    pub cred_blob: Option<Vec<u8, CRED_BLOB_BYTES>>,
    /// The key of its large blob.
    pub large_blob_key: Option<[u8; 32]>,
    /// Whether payments may use it from another site (thirdPartyPayment).
    pub third_party_payment: bool,
    /// Whether it may be copied to another machine (BE), fixed at registration.
    pub is_backup_eligible: bool,
    /// Whether a copy is known to be elsewhere (BS): in a backup, or on another machine. Never so for a
    /// new one.
    pub is_backed_up: bool,
}

impl Drop for Passkey {
    fn drop(&mut self) {
        self.large_blob_key.zeroize();
        if let Some(blob) = &mut self.cred_blob {
            blob.zeroize();
        }
    }
}

/// A place in a walk over passkeys or sites; only the store knows what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub u64);

/// The small records that belong to this machine and are never locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// Settings and the PIN's hash; written seldom.
    Settings,
    /// The tries that are left; written at every wrong PIN, so a flash keeps it apart.
    Tries,
}

/// The longest record, in bytes.
pub const RECORD_BYTES: usize = 2048;

/// Why a store refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// No more fits.
    Full,
    /// It has to be unlocked first.
    Locked,
    /// There is something, and it cannot be read; or writing failed. Never the same as nothing there.
    Failed,
}

impl From<StoreError> for Status {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::KeyStoreFull,
            // The engine turns this one into a question before it becomes an answer.
            StoreError::Locked => Self::OperationDenied,
            StoreError::Failed => Self::Other,
        }
    }
}

/// A site with passkeys, met on a walk.
pub struct Site {
    /// Where the walk is after it.
    pub cursor: Cursor,
    /// Its id.
    pub rp_id: String<RP_ID_BYTES>,
}

/// Keeps what must outlive a power cut.
pub trait Store {
    /// Reads a record into `buffer`: its length, or `None` where it was never written.
    ///
    /// # Errors
    /// [`StoreError::Failed`] where there is one that cannot be read; so in all that follow.
    fn load(&mut self, record: Record, buffer: &mut [u8]) -> Result<Option<usize>, StoreError>;

    /// Writes a record.
    ///
    /// # Errors
    /// See [`StoreError`]; so in all that follow.
    fn save(&mut self, record: Record, bytes: &[u8]) -> Result<(), StoreError>;

    /// A value that changes whenever passkeys are added, changed or removed, from here or elsewhere; the
    /// last one known while locked.
    fn revision(&mut self) -> Result<[u8; 16], StoreError>;

    /// How many passkeys there are.
    fn passkey_count(&mut self) -> Result<u32, StoreError>;

    /// How many more passkeys fit, as far as it can tell.
    fn room(&mut self) -> Result<u32, StoreError>;

    /// The passkey of this site and id.
    fn passkey(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Passkey>, StoreError>;

    /// The next passkey of this site, the one made last coming first.
    fn next_passkey(
        &mut self,
        rp: &RpIdHash,
        after: Option<Cursor>,
    ) -> Result<Option<(Cursor, Passkey)>, StoreError>;

    /// The passkey of this id, whatever its site.
    fn passkey_by_id(&mut self, id: &[u8]) -> Result<Option<Passkey>, StoreError>;

    /// Whether a copy is known to be elsewhere of what credential ids are sealed under: with it, all
    /// sealed credentials are copied, later ones too.
    fn is_sealing_backed_up(&mut self) -> Result<bool, StoreError>;

    /// How many sites have passkeys.
    fn site_count(&mut self) -> Result<u32, StoreError>;

    /// The next site with passkeys.
    fn next_site(&mut self, after: Option<Cursor>) -> Result<Option<Site>, StoreError>;

    /// Keeps a new passkey and removes the one of the same site and user handle, if there is one.
    fn add(&mut self, passkey: &Passkey) -> Result<(), StoreError>;

    /// Changes the names of an account; the user handle stays.
    fn rename(&mut self, id: &[u8], user: &User) -> Result<(), StoreError>;

    /// Removes a passkey.
    fn remove(&mut self, id: &[u8]) -> Result<(), StoreError>;

    /// The length of the large-blob array, in bytes; `None` where none was ever written.
    fn large_blob_bytes(&mut self) -> Result<Option<usize>, StoreError>;

    /// Reads a part of the large-blob array: how many bytes there were from `offset` on, at most as many
    /// as the buffer takes.
    fn read_large_blob(&mut self, offset: usize, buffer: &mut [u8]) -> Result<usize, StoreError>;

    /// Lays aside a part of the next large-blob array; need not survive a power cut.
    fn stage_large_blob(&mut self, offset: usize, part: &[u8]) -> Result<(), StoreError>;

    /// Makes the first `length` bytes that were laid aside the large-blob array.
    fn commit_large_blob(&mut self, length: usize) -> Result<(), StoreError>;

    /// Removes all passkeys, the large-blob array and both records, and makes credential ids that
    /// were sealed before unreadable: all or nothing.
    fn reset(&mut self) -> Result<(), StoreError>;
}
