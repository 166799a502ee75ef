// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys in memory, and credential ids sealed under secrets the caller keeps.
//!
//! A credential id is `nonce (24) || ciphertext || tag (16) || mark (16)`, XChaCha20-Poly1305 with the
//! site's hash as additional data. The first sealed byte is the version of the content; nothing
//! stands in clear, so ids of one key have nothing in common. The mark is an HMAC of all before it
//! under a second key that stays when the provider is locked: it recognises an id without being able
//! to open it.
//!
//! Several secrets may be held, because two machines that share a vault may each have made one
//! before they met; the first seals, all open.

#[cfg(feature = "ml-dsa")]
mod ml_dsa;

#[cfg(feature = "ml-dsa")]
use ::ml_dsa::{MlDsa44, MlDsa65};
use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use ecdsa::DigestAlgorithm;
use ecdsa::hazmat::sign_prehashed_rfc6979;
use ed25519_dalek::ed25519::signature::MultipartSigner as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::elliptic_curve::{CurveArithmetic, SecretKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{KeyError, KeyProvider, PrivateKey, Purpose, Sealed, Signature};
use crate::cose::{Algorithm, PublicKey};
use crate::entity::{CredentialId, RpIdHash};

/// The length of a secret that seals credential ids, in bytes.
pub const SEALING_SECRET_BYTES: usize = 32;
/// How many secrets are held at most.
const SECRETS: usize = 8;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const MARK_BYTES: usize = 16;

/// What one secret gives.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Ring {
    /// Recognises; stays while locked.
    marking: [u8; 32],
    /// Seals and opens; gone while locked.
    sealing: Option<[u8; 32]>,
    /// Derives; gone while locked.
    deriving: Option<[u8; 32]>,
}

/// Keys in memory.
#[derive(Default)]
pub struct SoftwareKeys {
    rings: heapless::Vec<Ring, SECRETS>,
}

impl SoftwareKeys {
    /// A provider that is locked and recognises nothing.
    #[must_use]
    pub const fn locked() -> Self {
        Self { rings: heapless::Vec::new() }
    }

    /// Takes the secrets, the one that seals first; those beyond the eighth are left out.
    pub fn unlock<'s>(
        &mut self,
        secrets: impl IntoIterator<Item = &'s [u8; SEALING_SECRET_BYTES]>,
    ) {
        self.rings.clear();
        for secret in secrets {
            let ring = Ring {
                marking: *expand(secret, b"kagifuda credential id: mark"),
                sealing: Some(*expand(secret, b"kagifuda credential id: seal")),
                deriving: Some(*expand(secret, b"kagifuda credential id: derive")),
            };
            if self.rings.push(ring).is_err() {
                break;
            }
        }
    }

    /// Forgets what opens and derives; recognising stays possible.
    pub fn lock(&mut self) {
        for ring in &mut self.rings {
            ring.sealing.zeroize();
            ring.deriving.zeroize();
            (ring.sealing, ring.deriving) = (None, None);
        }
    }

    /// The ring that made an id, by its mark.
    fn ring_of(&self, rp: &RpIdHash, id: &[u8]) -> Option<&Ring> {
        let (body, mark) = id.split_at_checked(id.len().checked_sub(MARK_BYTES)?)?;
        self.rings.iter().find(|ring| mark_of(&ring.marking, rp, body).ct_eq(mark).into())
    }
}

fn expand(secret: &[u8; SEALING_SECRET_BYTES], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Hkdf::<Sha256>::new(None, secret)
        .expand(info, &mut *key)
        .expect("32 bytes are a length HKDF-SHA-256 can give");
    key
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn mark_of(marking: &[u8; 32], rp: &RpIdHash, body: &[u8]) -> [u8; MARK_BYTES] {
    let whole = mac(marking).chain_update(rp.0).chain_update(body).finalize().into_bytes();
    let mut mark = [0; MARK_BYTES];
    mark.copy_from_slice(&whole[..MARK_BYTES]);
    mark
}

impl KeyProvider for SoftwareKeys {
    fn generate<R: CryptoRng>(
        &mut self,
        algorithm: Algorithm,
        rng: &mut R,
    ) -> Result<PrivateKey, KeyError> {
        let mut bytes = Zeroizing::new([0; 48]);
        let length = match algorithm {
            Algorithm::Es384 => 48,
            _ => 32,
        };
        // A number above the group's order is drawn again; for P-256 that is one in 2^32.
        loop {
            rng.fill_bytes(&mut bytes[..length]);
            let fits = match algorithm {
                Algorithm::Es256 => p256::SecretKey::from_slice(&bytes[..length]).is_ok(),
                Algorithm::Es384 => p384::SecretKey::from_slice(&bytes[..length]).is_ok(),
                Algorithm::EdDsa | Algorithm::MlDsa44 | Algorithm::MlDsa65 => true,
            };
            if fits {
                return PrivateKey::new(&bytes[..length]).ok_or(KeyError::Failed);
            }
        }
    }

    fn public_key(
        &mut self,
        algorithm: Algorithm,
        key: &PrivateKey,
    ) -> Result<PublicKey, KeyError> {
        let public = match algorithm {
            Algorithm::Es256 => {
                let secret = p256::SecretKey::from_slice(key.expose()).map_err(foreign)?;
                let point = secret.public_key().to_sec1_point(false);
                let (x, y) = coordinates(point.as_bytes())?;
                PublicKey::new(algorithm, x, y)
            }
            Algorithm::Es384 => {
                let secret = p384::SecretKey::from_slice(key.expose()).map_err(foreign)?;
                let point = secret.public_key().to_sec1_point(false);
                let (x, y) = coordinates(point.as_bytes())?;
                PublicKey::new(algorithm, x, y)
            }
            Algorithm::EdDsa => {
                PublicKey::new(algorithm, ed25519(key)?.verifying_key().as_bytes(), &[])
            }
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 => return ml_dsa::public_key::<MlDsa44>(algorithm, key),
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa65 => return ml_dsa::public_key::<MlDsa65>(algorithm, key),
            #[cfg(not(feature = "ml-dsa"))]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => return Err(KeyError::Foreign),
        };
        public.map_err(|_| KeyError::Failed)
    }

    fn sign(
        &mut self,
        algorithm: Algorithm,
        key: &PrivateKey,
        message: &[&[u8]],
    ) -> Result<Signature, KeyError> {
        let signature = match algorithm {
            Algorithm::Es256 => {
                Signature::from_slice(ecdsa::<p256::NistP256>(key, message)?.to_der().as_bytes())
            }
            Algorithm::Es384 => {
                Signature::from_slice(ecdsa::<p384::NistP384>(key, message)?.to_der().as_bytes())
            }
            Algorithm::EdDsa => {
                let signature =
                    ed25519(key)?.try_multipart_sign(message).map_err(|_| KeyError::Failed)?;
                Signature::from_slice(&signature.to_bytes())
            }
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 => return ml_dsa::sign::<MlDsa44>(key, message),
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa65 => return ml_dsa::sign::<MlDsa65>(key, message),
            #[cfg(not(feature = "ml-dsa"))]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => return Err(KeyError::Foreign),
        };
        signature.map_err(|_| KeyError::Failed)
    }

    fn seal<R: CryptoRng>(
        &mut self,
        rp: &RpIdHash,
        content: &[u8],
        rng: &mut R,
    ) -> Result<CredentialId, KeyError> {
        let ring = self.rings.first().ok_or(KeyError::Locked)?;
        let sealing = ring.sealing.as_ref().ok_or(KeyError::Locked)?;
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let mut id = CredentialId::default();
        let too_long = |_| KeyError::Failed;
        id.0.extend_from_slice(&nonce).map_err(too_long)?;
        id.0.extend_from_slice(content).map_err(too_long)?;
        let tag = XChaCha20Poly1305::new(sealing.into())
            .encrypt_inout_detached(&XNonce::from(nonce), &rp.0, (&mut id.0[NONCE_BYTES..]).into())
            .map_err(|_| KeyError::Failed)?;
        id.0.extend_from_slice(&tag).map_err(too_long)?;
        let mark = mark_of(&ring.marking, rp, &id.0);
        id.0.extend_from_slice(&mark).map_err(too_long)?;
        Ok(id)
    }

    fn open(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Sealed>, KeyError> {
        let Some(ring) = self.ring_of(rp, id) else {
            // Never unlocked since it was started: nothing can be recognised yet.
            return if self.rings.is_empty() { Err(KeyError::Locked) } else { Ok(None) };
        };
        let sealing = ring.sealing.as_ref().ok_or(KeyError::Locked)?;
        let body = &id[..id.len() - MARK_BYTES];
        let Some((nonce, rest)) = body.split_first_chunk::<NONCE_BYTES>() else {
            return Ok(None);
        };
        let Some((ciphertext, tag)) = rest.split_last_chunk::<TAG_BYTES>() else {
            return Ok(None);
        };
        let mut content = Sealed::default();
        if content.0.extend_from_slice(ciphertext).is_err() {
            return Ok(None);
        }
        let opened = XChaCha20Poly1305::new(sealing.into()).decrypt_inout_detached(
            &XNonce::from(*nonce),
            &rp.0,
            content.0.as_mut_slice().into(),
            &Tag::from(*tag),
        );
        Ok(opened.is_ok().then_some(content))
    }

    fn derive(
        &mut self,
        purpose: Purpose,
        rp: &RpIdHash,
        id: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let label: &[u8] = match purpose {
            Purpose::HmacWithUv => b"hmac-secret with uv",
            Purpose::HmacWithoutUv => b"hmac-secret without uv",
        };
        let ring = self.ring_of(rp, id).ok_or(KeyError::Foreign)?;
        let deriving = ring.deriving.as_ref().ok_or(KeyError::Locked)?;
        let mut whole = mac(deriving).chain_update(label).chain_update(id).finalize().into_bytes();
        let secret = Zeroizing::new(whole.into());
        whole.zeroize();
        Ok(secret)
    }
}

fn foreign<E>(_: E) -> KeyError {
    KeyError::Foreign
}

/// Signs with nothing but the scalar, as RFC 6979 has it. The crate's `SigningKey` does the same after
/// computing its public key, which takes as long as the signature.
fn ecdsa<C>(key: &PrivateKey, message: &[&[u8]]) -> Result<ecdsa::Signature<C>, KeyError>
where
    C: DigestAlgorithm + CurveArithmetic,
{
    let secret = SecretKey::<C>::from_slice(key.expose()).map_err(foreign)?;
    let scalar = Zeroizing::new(secret.to_nonzero_scalar());
    let digest = message.iter().fold(C::Digest::new(), Digest::chain_update).finalize();
    Ok(sign_prehashed_rfc6979::<C, C::Digest>(&scalar, &digest, &[]).0)
}

fn ed25519(key: &PrivateKey) -> Result<ed25519_dalek::SigningKey, KeyError> {
    let seed = <&[u8; 32]>::try_from(key.expose()).map_err(foreign)?;
    Ok(ed25519_dalek::SigningKey::from_bytes(seed))
}

/// The coordinates of an uncompressed point, without its leading byte.
fn coordinates(point: &[u8]) -> Result<(&[u8], &[u8]), KeyError> {
    let both = point.get(1..).ok_or(KeyError::Failed)?;
    Ok(both.split_at(both.len() / 2))
}
