// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sealing: which key closes what, and what every seal is bound to.
//!
//! Three keys in a row, so that a way to open can be taken away: a slot's key pair opens a *root*
//! (HPKE, RFC 9180), a root opens *epochs*, an epoch opens *changes* (XChaCha20-Poly1305). Each seal
//! authenticates its clear header, so that no sealed part can be moved to another place. Keys for
//! different uses are separated by HKDF-SHA-256 (RFC 5869).

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use kagifuda_secret::SecretArray;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Damage, VaultError};
use crate::ids::{CollectionId, EpochId, RecordId, RootId, SlotId, VaultId};
use crate::record::{
    self, ChangeHeader, ChangeRecord, EpochRecord, MAX_BUCKET, MIN_BUCKET, Row, SlotRecord,
    WrapRecord,
};

type Kem = hpke::kem::X25519HkdfSha256;
type Kdf = hpke::kdf::HkdfSha256;
type Aead = hpke::aead::ChaCha20Poly1305;

/// The largest body a change can carry: the largest bucket less its length field.
pub(crate) const MAX_BODY_BYTES: usize = (1 << MAX_BUCKET) - 4;

/// Derives a key for one use.
fn derive(input: &SecretArray<32>, salt: &[u8], info: &[&[u8]]) -> SecretArray<32> {
    SecretArray::filled_by(|out| {
        Hkdf::<Sha256>::new(Some(salt), input.expose())
            .expand_multi_info(info, out)
            .expect("32 bytes are within HKDF's limit");
    })
}

fn random_nonce(rng: &mut impl CryptoRng) -> [u8; 24] {
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    nonce
}

/// A fresh random key.
pub(crate) fn random_key(rng: &mut impl CryptoRng) -> SecretArray<32> {
    SecretArray::filled_by(|bytes| rng.fill_bytes(bytes))
}

/// The key pair of a way to open; only its public half needs to be remembered to seal to it.
pub struct SlotKey {
    private: <Kem as hpke::Kem>::PrivateKey,
    public: [u8; 32],
}

impl SlotKey {
    /// Derives the pair from what the holder gave: an Argon2id output or the recovery words' bits.
    ///
    /// The slot's clear record is bound in, so that nobody can lower its cost unnoticed.
    #[must_use]
    pub fn derive(input: &SecretArray<32>, slot: &SlotRecord) -> Self {
        let seed = derive(input, &slot.slot.0, &[b"kagifuda slot v1", &slot.bytes]);
        let (private, public) = Kem::derive_keypair(seed.expose());
        Self { private, public: public.to_bytes().into() }
    }

    /// Makes a second copy.
    pub(crate) fn duplicate(&self) -> Self {
        Self { private: self.private.clone(), public: self.public }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Opens a root sealed to this slot; `None` where the seal is not for this key.
    pub(crate) fn open(&self, vault: VaultId, wrap: &WrapRecord) -> Option<RootKey> {
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&wrap.encapsulated).ok()?;
        let context = record::wrap_context(vault, (wrap.collection, wrap.root, wrap.slot));
        let mut opened = Zeroizing::new(
            hpke::single_shot_open::<Aead, Kdf, Kem>(
                &OpModeR::Base,
                &self.private,
                &encapsulated,
                ROOT_INFO,
                &wrap.sealed,
                &context,
            )
            .ok()?,
        );
        let bytes: &mut [u8; 32] = opened.as_mut_slice().try_into().ok()?;
        // Anybody can seal to a public key; only the root's own key makes the root's name.
        Some(RootKey(SecretArray::take(bytes))).filter(|root| root.id() == wrap.root)
    }
}

const ROOT_INFO: &[u8] = b"kagifuda root v1";

/// A collection's root key.
pub(crate) struct RootKey(SecretArray<32>);

impl RootKey {
    pub(crate) fn random(rng: &mut impl CryptoRng) -> Self {
        Self(random_key(rng))
    }

    /// The root's name, which tells nothing of its key.
    pub(crate) fn id(&self) -> RootId {
        let mut id = [0; 16];
        Hkdf::<Sha256>::new(Some(&[]), self.0.expose())
            .expand(b"kagifuda root id v1", &mut id)
            .expect("16 bytes are within HKDF's limit");
        RootId(id)
    }

    /// Seals the root to the public half of a slot's key; `None` where that is no valid key.
    pub(crate) fn wrap(
        &self,
        vault: VaultId,
        at: (CollectionId, RootId, SlotId),
        public: &[u8; 32],
        rng: &mut impl CryptoRng,
    ) -> Option<WrapRecord> {
        let recipient = <Kem as hpke::Kem>::PublicKey::from_bytes(public).ok()?;
        let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<Aead, Kdf, Kem>(
            &OpModeS::Base,
            &recipient,
            ROOT_INFO,
            self.0.expose(),
            &record::wrap_context(vault, at),
            rng,
        )
        .ok()?;
        Some(WrapRecord {
            id: RecordId::random(rng),
            collection: at.0,
            root: at.1,
            slot: at.2,
            encapsulated: encapsulated.to_bytes().into(),
            sealed: sealed.try_into().ok()?,
        })
    }

    /// Seals an epoch key under the root.
    pub(crate) fn seal_epoch(
        &self,
        vault: VaultId,
        at: (CollectionId, RootId, EpochId),
        key: &EpochKey,
        rng: &mut impl CryptoRng,
    ) -> EpochRecord {
        let nonce = random_nonce(rng);
        let sealed =
            close(&self.epoch_key(), &nonce, key.0.expose(), &record::epoch_context(vault, at));
        EpochRecord {
            collection: at.0,
            root: at.1,
            epoch: at.2,
            nonce,
            sealed: sealed.try_into().expect("32 bytes and a 16-byte tag"),
        }
    }

    /// Opens an epoch sealed under the root.
    pub(crate) fn open_epoch(&self, vault: VaultId, epoch: &EpochRecord) -> Option<EpochKey> {
        let context = record::epoch_context(vault, (epoch.collection, epoch.root, epoch.epoch));
        let mut opened = open(&self.epoch_key(), &epoch.nonce, &epoch.sealed, &context)?;
        let bytes: &mut [u8; 32] = opened.as_mut_slice().try_into().ok()?;
        Some(EpochKey::new(SecretArray::take(bytes)))
    }

    fn epoch_key(&self) -> SecretArray<32> {
        derive(&self.0, &[], &[b"kagifuda epoch v1"])
    }

    /// Seals what only this machine keeps: a device's signing seed.
    pub(crate) fn seal_seed(
        &self,
        context: &[u8],
        seed: &SecretArray<32>,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        let nonce = random_nonce(rng);
        let mut sealed = nonce.to_vec();
        sealed.extend(close(&self.seed_key(), &nonce, seed.expose(), context));
        sealed
    }

    /// Opens what [`Self::seal_seed`] sealed.
    pub(crate) fn open_seed(&self, context: &[u8], sealed: &[u8]) -> Option<SecretArray<32>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        let mut opened = open(&self.seed_key(), nonce, sealed, context)?;
        let bytes: &mut [u8; 32] = opened.as_mut_slice().try_into().ok()?;
        Some(SecretArray::take(bytes))
    }

    fn seed_key(&self) -> SecretArray<32> {
        derive(&self.0, &[], &[b"kagifuda device seed v1"])
    }
}

/// An epoch key of a collection.
pub(crate) struct EpochKey(SecretArray<32>, SecretArray<32>);

impl EpochKey {
    fn new(key: SecretArray<32>) -> Self {
        let changes = derive(&key, &[], &[b"kagifuda change v1"]);
        Self(key, changes)
    }

    pub(crate) fn random(rng: &mut impl CryptoRng) -> Self {
        Self::new(random_key(rng))
    }

    /// The cipher for many changes in a row.
    pub(crate) fn cipher(&self) -> ChangeCipher {
        ChangeCipher(XChaCha20Poly1305::new(self.1.expose().into()))
    }
}

/// Opens and seals changes of one epoch.
pub(crate) struct ChangeCipher(XChaCha20Poly1305);

impl ChangeCipher {
    /// The bucket that fits a body.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] where none does.
    pub(crate) fn bucket_for(body_bytes: usize) -> Result<u8, VaultError> {
        if body_bytes > MAX_BODY_BYTES {
            return Err(VaultError::TooLarge { limit: MAX_BODY_BYTES });
        }
        let bits = (body_bytes + 4).next_power_of_two().trailing_zeros();
        Ok(u8::try_from(bits).map_or(MAX_BUCKET, |bits| bits.max(MIN_BUCKET)))
    }

    /// Seals a body that fits the header's bucket.
    pub(crate) fn seal(
        &self,
        vault: VaultId,
        header: &ChangeHeader,
        body: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Row {
        let mut padded = Zeroizing::new(vec![0; 1 << header.bucket]);
        let length = u32::try_from(body.len()).expect("a body is below 2^20 bytes");
        padded[..4].copy_from_slice(&length.to_be_bytes());
        padded[4..4 + body.len()].copy_from_slice(body);
        let nonce = random_nonce(rng);
        let context = record::change_context(vault, header);
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: &padded, aad: &context })
            .expect("the message is far below the cipher's limit");
        record::write_change(vault, header, &nonce, &sealed)
    }

    /// Opens a change.
    ///
    /// # Errors
    /// [`Damage::Seal`] where bits were changed, [`Damage::Shape`] where the padding is wrong.
    pub(crate) fn open(
        &self,
        vault: VaultId,
        change: &ChangeRecord<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Damage> {
        let context = record::change_context(vault, &change.header);
        let payload = Payload { msg: change.sealed, aad: &context };
        let opened = self.0.decrypt(&XNonce::from(change.nonce), payload);
        let mut padded = Zeroizing::new(opened.map_err(|_| Damage::Seal)?);
        let length = padded.first_chunk::<4>().ok_or(Damage::Shape)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > padded.len() - 4 {
            return Err(Damage::Shape);
        }
        padded.copy_within(4..4 + length, 0);
        padded.truncate(length);
        Ok(padded)
    }
}

fn close(key: &SecretArray<32>, nonce: &[u8; 24], message: &[u8], context: &[u8]) -> Vec<u8> {
    XChaCha20Poly1305::new(key.expose().into())
        .encrypt(&XNonce::from(*nonce), Payload { msg: message, aad: context })
        .expect("the message is far below the cipher's limit")
}

fn open(
    key: &SecretArray<32>,
    nonce: &[u8; 24],
    sealed: &[u8],
    context: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    XChaCha20Poly1305::new(key.expose().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: context })
        .ok()
        .map(Zeroizing::new)
}
