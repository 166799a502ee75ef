// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys that an attestation is enrolled for.

use chacha20::rand_core::CryptoRng;
use kagifuda_ctap::cose::{Algorithm, PublicKey};
use kagifuda_ctap::entity::{CredentialId, RpIdHash};
use kagifuda_ctap::keys::{
    AttestationKind, Certificates, KeyError, KeyProvider, PrivateKey, Purpose, Sealed, Signature,
    SoftwareKeys,
};
use p256::ecdsa::signature::Signer as _;

/// Keys with an enrolled certificate; a self-made one serves, since only its bytes matter.
pub struct Enrolled {
    pub keys: SoftwareKeys,
    pub attests: p256::ecdsa::SigningKey,
    pub chain: Vec<&'static [u8]>,
    /// What is enrolled; the same key and chain for each.
    pub kinds: &'static [AttestationKind],
}

impl KeyProvider for Enrolled {
    fn generate<R: CryptoRng>(
        &mut self,
        algorithm: Algorithm,
        rng: &mut R,
    ) -> Result<PrivateKey, KeyError> {
        self.keys.generate(algorithm, rng)
    }

    fn public_key(
        &mut self,
        algorithm: Algorithm,
        key: &PrivateKey,
    ) -> Result<PublicKey, KeyError> {
        self.keys.public_key(algorithm, key)
    }

    fn sign(
        &mut self,
        algorithm: Algorithm,
        key: &PrivateKey,
        message: &[&[u8]],
    ) -> Result<Signature, KeyError> {
        self.keys.sign(algorithm, key, message)
    }

    fn seal<R: CryptoRng>(
        &mut self,
        rp: &RpIdHash,
        content: &[u8],
        rng: &mut R,
    ) -> Result<CredentialId, KeyError> {
        self.keys.seal(rp, content, rng)
    }

    fn open(&mut self, rp: &RpIdHash, id: &[u8]) -> Result<Option<Sealed>, KeyError> {
        self.keys.open(rp, id)
    }

    fn derive(
        &mut self,
        purpose: Purpose,
        rp: &RpIdHash,
        id: &[u8],
    ) -> Result<zeroize::Zeroizing<[u8; 32]>, KeyError> {
        self.keys.derive(purpose, rp, id)
    }

    fn certificates(&self, kind: AttestationKind) -> Option<Certificates<'_>> {
        self.kinds.contains(&kind).then_some(&self.chain)
    }

    fn sign_attestation(
        &mut self,
        kind: AttestationKind,
        message: &[&[u8]],
    ) -> Result<Signature, KeyError> {
        assert!(self.kinds.contains(&kind));
        let signature: p256::ecdsa::Signature = self.attests.sign(&message.concat());
        Ok(Signature::from_slice(signature.to_der().as_bytes()).unwrap())
    }
}
