// SPDX-License-Identifier: MIT OR Apache-2.0
//! A credential that was found: kept as a passkey, or sealed into its own id.
//!
//! A sealed credential's content is `version (1) || algorithm and flags (1) || protection (1) || key`. The
//! version is the first sealed byte; a reader that does not know it leaves the id alone.

use crate::cose::Algorithm;
use crate::entity::{CredentialId, RpIdHash};
use crate::keys::{KeyError, KeyProvider, PrivateKey, Purpose, Sealed};
use crate::status::Status;
use crate::store::{Passkey, Protection, Store};

use super::{Authenticator, Halt};

/// The version of a sealed credential's content.
const VERSION: u8 = 1;
const ALGORITHM_MASK: u8 = 0x0F;
const PAYMENT: u8 = 0x40;
const BACKUP_ELIGIBLE: u8 = 0x80;

/// A credential without a place in the store.
pub(crate) struct SealedCredential {
    pub(crate) id: CredentialId,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: PrivateKey,
    pub(crate) protection: Protection,
    pub(crate) third_party_payment: bool,
    pub(crate) is_backup_eligible: bool,
}

impl SealedCredential {
    /// The content to seal.
    pub(crate) fn content(&self) -> Result<Sealed, Status> {
        let mut head = match self.algorithm {
            Algorithm::Es256 => 1,
            Algorithm::EdDsa => 2,
            Algorithm::Es384 => 3,
            Algorithm::MlDsa44 => 4,
            Algorithm::MlDsa65 => 5,
        };
        head |= if self.third_party_payment { PAYMENT } else { 0 };
        head |= if self.is_backup_eligible { BACKUP_ELIGIBLE } else { 0 };
        let mut content = Sealed::default();
        content
            .0
            .extend_from_slice(&[VERSION, head, self.protection as u8])
            .and_then(|()| content.0.extend_from_slice(self.key.expose()))
            .map_err(|_| Status::Other)?;
        Ok(content)
    }

    /// Reads what was sealed; `None` for a version or algorithm of another time.
    fn read(id: &[u8], content: &[u8]) -> Option<Self> {
        let (&[VERSION, head, protection], key) = content.split_first_chunk()? else {
            return None;
        };
        let algorithm = match head & ALGORITHM_MASK {
            1 => Algorithm::Es256,
            2 => Algorithm::EdDsa,
            3 => Algorithm::Es384,
            4 => Algorithm::MlDsa44,
            5 => Algorithm::MlDsa65,
            _ => return None,
        };
        Some(Self {
            id: CredentialId::new(id)?,
            algorithm,
            key: PrivateKey::new(key)?,
            protection: Protection::from_number(u64::from(protection))?,
            third_party_payment: head & PAYMENT != 0,
            is_backup_eligible: head & BACKUP_ELIGIBLE != 0,
        })
    }
}

/// A credential that was found.
#[allow(clippy::large_enum_variant, reason = "there is no heap to put the larger one on")]
pub(crate) enum Credential {
    Kept(Passkey),
    Sealed(SealedCredential),
}

impl Credential {
    pub(crate) fn id(&self) -> &[u8] {
        match self {
            Self::Kept(it) => &it.id.0,
            Self::Sealed(it) => &it.id.0,
        }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Kept(it) => it.algorithm,
            Self::Sealed(it) => it.algorithm,
        }
    }

    pub(crate) const fn key(&self) -> &PrivateKey {
        match self {
            Self::Kept(it) => &it.key,
            Self::Sealed(it) => &it.key,
        }
    }

    pub(crate) const fn protection(&self) -> Protection {
        match self {
            Self::Kept(it) => it.protection,
            Self::Sealed(it) => it.protection,
        }
    }

    pub(crate) const fn third_party_payment(&self) -> bool {
        match self {
            Self::Kept(it) => it.third_party_payment,
            Self::Sealed(it) => it.third_party_payment,
        }
    }

    /// The passkey, where it is one.
    pub(crate) const fn kept(&self) -> Option<&Passkey> {
        match self {
            Self::Kept(it) => Some(it),
            Self::Sealed(_) => None,
        }
    }

    /// Its secret for hmac-secret.
    pub(crate) fn hmac_secret<K: KeyProvider>(
        &self,
        is_uv: bool,
        rp: &RpIdHash,
        keys: &mut K,
    ) -> Result<zeroize::Zeroizing<[u8; 32]>, KeyError> {
        match self {
            Self::Kept(it) if is_uv => Ok(it.hmac_secrets.with_uv.into()),
            Self::Kept(it) => Ok(it.hmac_secrets.without_uv.into()),
            Self::Sealed(it) => {
                let purpose = if is_uv { Purpose::HmacWithUv } else { Purpose::HmacWithoutUv };
                keys.derive(purpose, rp, &it.id.0)
            }
        }
    }
}

/// Flags of authenticator data (WebAuthn section 6.1).
pub(crate) mod flag {
    pub(crate) const UP: u8 = 0x01;
    pub(crate) const UV: u8 = 0x04;
    pub(crate) const BACKUP_ELIGIBLE: u8 = 0x08;
    pub(crate) const BACKED_UP: u8 = 0x10;
    pub(crate) const ATTESTED: u8 = 0x40;
    pub(crate) const EXTENSIONS: u8 = 0x80;
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    /// The credential of this site and id, kept or sealed.
    pub(crate) fn credential(
        &mut self,
        rp: &RpIdHash,
        id: &[u8],
    ) -> Result<Option<Credential>, Halt> {
        if let Some(sealed) = self.keys.open(rp, id)? {
            return Ok(SealedCredential::read(id, &sealed.0).map(Credential::Sealed));
        }
        Ok(self.store.passkey(rp, id)?.map(Credential::Kept))
    }

    /// The backup flags of a credential's authenticator data (WebAuthn section 6.1.3): BE as it was
    /// registered, BS as it is now, and never without BE.
    pub(crate) fn backup_flags(&mut self, credential: &Credential) -> Result<u8, Halt> {
        let is_backed_up = match credential {
            Credential::Kept(it) if it.is_backup_eligible => it.is_backed_up,
            Credential::Sealed(it) if it.is_backup_eligible => self.store.is_sealing_backed_up()?,
            _ => return Ok(0),
        };
        Ok(flag::BACKUP_ELIGIBLE | if is_backed_up { flag::BACKED_UP } else { 0 })
    }
}
