// SPDX-License-Identifier: MIT OR Apache-2.0
//! Private keys behind a seam: whoever implements [`KeyProvider`] makes them, signs with them and
//! seals them into credential ids; the engine only carries them about.
//!
//! [`SoftwareKeys`] is the one for hosts and boards without a secure element. A TPM, a PKCS#11
//! token or a chip's key store fits behind the same seam, because a [`PrivateKey`] is opaque: it may be the
//! key or the name of one.

mod software;

use heapless::Vec;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::cose::{Algorithm, PublicKey};
use crate::entity::{CredentialId, RpIdHash};
use crate::status::Status;

pub use software::{SEALING_SECRET_BYTES, SoftwareKeys};

/// The longest opaque private key, in bytes.
pub const PRIVATE_KEY_BYTES: usize = 48;
/// The longest signature of ECDSA, in bytes: ES384 in DER.
pub const ECDSA_SIGNATURE_BYTES: usize = 104;
/// The longest signature, in bytes.
pub const SIGNATURE_BYTES: usize =
    if cfg!(feature = "ml-dsa") { 3309 } else { ECDSA_SIGNATURE_BYTES };
/// The longest content that is sealed into a credential id, in bytes.
pub const SEALED_BYTES: usize = 128;

/// A private key, or the name of one; only its provider knows which.
#[derive(Zeroize, ZeroizeOnDrop, Default)]
pub struct PrivateKey(Vec<u8, PRIVATE_KEY_BYTES>);

impl PrivateKey {
    /// A key by its bytes, if there are not too many.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        Vec::from_slice(bytes).ok().map(Self)
    }

    /// Shows the bytes, to keep or seal them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// A signature, as its algorithm writes it (DER for ECDSA).
pub type Signature = Vec<u8, SIGNATURE_BYTES>;

/// Content of a credential id, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop, Default)]
pub struct Sealed(pub Vec<u8, SEALED_BYTES>);

/// Why a provider refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It has to be unlocked first.
    Locked,
    /// The key is not one of its own, or does not fit the algorithm.
    Foreign,
    /// Anything else.
    Failed,
}

impl From<KeyError> for Status {
    fn from(error: KeyError) -> Self {
        match error {
            // The engine turns this one into a question before it becomes an answer.
            KeyError::Locked => Self::OperationDenied,
            KeyError::Foreign => Self::InvalidCredential,
            KeyError::Failed => Self::Other,
        }
    }
}

/// Which secret of a credential is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// hmac-secret when the person was verified.
    HmacWithUv,
    /// hmac-secret when not.
    HmacWithoutUv,
}

/// Which enrolled attestation is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttestationKind {
    /// The batch's.
    Basic,
    /// The one that names this very key (enterprise attestation).
    Enterprise,
}

/// The certificates of an enrolled attestation as DER, the key's own first.
pub type Certificates<'a> = &'a [&'a [u8]];

/// Makes keys, signs, seals.
pub trait KeyProvider {
    /// Makes a new key.
    ///
    /// # Errors
    /// See [`KeyError`]; so in all that follow.
    fn generate<R: CryptoRng>(
        &mut self,
        algorithm: Algorithm,
        rng: &mut R,
    ) -> Result<PrivateKey, KeyError>;

    /// The public half of a key.
    fn public_key(&mut self, algorithm: Algorithm, key: &PrivateKey)
    -> Result<PublicKey, KeyError>;

    /// Signs the parts of a message as one.
    fn sign(
        &mut self,
        algorithm: Algorithm,
        key: &PrivateKey,
        message: &[&[u8]],
    ) -> Result<Signature, KeyError>;

    /// Seals content into a credential id for one site.
    fn seal<R: CryptoRng>(
        &mut self,
        rp: &RpIdHash,
        content: &[u8],
        rng: &mut R,
    ) -> Result<CredentialId, KeyError>;

    /// Opens a credential id that was sealed here for this site; `None` for every other id. While
    /// locked, an id that is surely not one of ours is still `None`.
    fn open(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Sealed>, KeyError>;

    /// Derives a secret of a sealed credential from its id.
    fn derive(
        &mut self,
        purpose: Purpose,
        rp: &RpIdHash,
        id: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError>;

    /// The certificates of an enrolled attestation, if there is one; keys without attest themselves.
    fn certificates(&self, kind: AttestationKind) -> Option<Certificates<'_>> {
        let _ = kind;
        None
    }

    /// Signs with the P-256 key of an enrolled attestation.
    fn sign_attestation(
        &mut self,
        kind: AttestationKind,
        message: &[&[u8]],
    ) -> Result<Signature, KeyError> {
        let _ = (kind, message);
        Err(KeyError::Foreign)
    }
}
