// SPDX-License-Identifier: MIT OR Apache-2.0
//! PIN/UV auth protocols one and two (CTAP 2.3 sections 6.5.6 and 6.5.7), both ends.
//!
//! A [`KeyPair`] agrees with a peer's public key on a [`SharedSecret`], which encrypts, decrypts and
//! authenticates as its protocol says. [`authenticate`] and [`verify`] do the same with a pinUvAuthToken as the
//! key. Comparisons take constant time.

use aes::Aes256;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use heapless::Vec;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The longest text these protocols encrypt, in bytes: a padded PIN or two salts.
pub const PLAIN_BYTES: usize = 64;
/// The longest ciphertext, in bytes: an initialisation vector before it in protocol two.
pub const CIPHER_BYTES: usize = PLAIN_BYTES + 16;

/// Which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinProtocol {
    /// One.
    One,
    /// Two.
    Two,
}

impl PinProtocol {
    /// The protocol of a number.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] for another number.
    pub const fn from_number(number: u64) -> Result<Self, Status> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

/// A ciphertext.
pub type Ciphertext = Vec<u8, CIPHER_BYTES>;

/// A decrypted text, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop, Default)]
pub struct Plaintext(pub Vec<u8, PLAIN_BYTES>);

/// A public key for key agreement: the coordinates of a point on P-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreementKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl AgreementKey {
    /// Reads a COSE_Key with algorithm -25 (ECDH-ES + HKDF-256).
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] for another kind of key, [`Status::MissingParameter`] for a part of one.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Status> {
        let (mut kty, mut algorithm, mut curve, mut x, mut y) = (None, None, None, None, None);
        for _ in 0..reader.map()? {
            match reader.integer()? {
                1 => kty = Some(reader.integer()?),
                3 => algorithm = Some(reader.integer()?),
                -1 => curve = Some(reader.integer()?),
                -2 => x = Some(reader.bytes()?),
                -3 => y = Some(reader.bytes()?),
                _ => _ = reader.raw()?,
            }
        }
        let missing = Status::MissingParameter;
        let (kty, curve) = (kty.ok_or(missing)?, curve.ok_or(missing)?);
        if (kty, algorithm.ok_or(missing)?, curve) != (2, -25, 1) {
            return Err(Status::InvalidParameter);
        }
        let coordinate = |bytes: Option<&[u8]>| {
            <[u8; 32]>::try_from(bytes.ok_or(missing)?).map_err(|_| Status::InvalidParameter)
        };
        Ok(Self { x: coordinate(x)?, y: coordinate(y)? })
    }

    /// Writes it as a COSE_Key.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.map(5).unsigned(1).unsigned(2).unsigned(3).integer(-25);
        writer.integer(-1).unsigned(1).integer(-2).bytes(&self.x).integer(-3).bytes(&self.y);
    }

    fn point(&self) -> Result<p256::PublicKey, Status> {
        let mut encoded = [4; 65];
        encoded[1..33].copy_from_slice(&self.x);
        encoded[33..].copy_from_slice(&self.y);
        p256::PublicKey::from_sec1_bytes(&encoded).map_err(|_| Status::InvalidParameter)
    }
}

/// An ephemeral key pair for key agreement.
pub struct KeyPair(p256::SecretKey);

impl KeyPair {
    /// Makes a new one.
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        loop {
            rng.fill_bytes(&mut *bytes);
            if let Ok(secret) = p256::SecretKey::from_slice(&*bytes) {
                return Self(secret);
            }
        }
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> AgreementKey {
        let encoded = self.0.public_key().to_sec1_point(false);
        let (mut x, mut y) = ([0; 32], [0; 32]);
        x.copy_from_slice(&encoded.as_bytes()[1..33]);
        y.copy_from_slice(&encoded.as_bytes()[33..65]);
        AgreementKey { x, y }
    }

    /// Agrees with a peer.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] where the peer's key is not a point on the curve.
    pub fn agree(
        &self,
        protocol: PinProtocol,
        peer: &AgreementKey,
    ) -> Result<SharedSecret, Status> {
        let peer = peer.point()?;
        let z = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), peer.as_affine());
        let z = z.raw_secret_bytes();
        let mut shared = SharedSecret { protocol, mac_key: [0; 32], cipher_key: [0; 32] };
        match protocol {
            PinProtocol::One => {
                shared.mac_key = Sha256::digest(z).into();
                shared.cipher_key = shared.mac_key;
            }
            PinProtocol::Two => {
                let hkdf = hkdf::Hkdf::<Sha256>::new(Some(&[0; 32]), z);
                let fits = "32 bytes are a length HKDF-SHA-256 can give";
                hkdf.expand(b"CTAP2 HMAC key", &mut shared.mac_key).expect(fits);
                hkdf.expand(b"CTAP2 AES key", &mut shared.cipher_key).expect(fits);
            }
        }
        Ok(shared)
    }
}

/// What two ends have agreed on.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret {
    #[zeroize(skip)]
    protocol: PinProtocol,
    mac_key: [u8; 32],
    cipher_key: [u8; 32],
}

impl SharedSecret {
    /// Encrypts whole blocks.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] where the length is not one of whole blocks, or too long.
    pub fn encrypt<R: CryptoRng>(&self, plain: &[u8], rng: &mut R) -> Result<Ciphertext, Status> {
        let mut iv = [0; 16];
        let mut sent = Ciphertext::new();
        let too_long = |_| Status::InvalidLength;
        if self.protocol == PinProtocol::Two {
            rng.fill_bytes(&mut iv);
            sent.extend_from_slice(&iv).map_err(too_long)?;
        }
        let begin = sent.len();
        sent.extend_from_slice(plain).map_err(too_long)?;
        cbc::Encryptor::<Aes256>::new(&self.cipher_key.into(), &iv.into())
            .encrypt_padded::<NoPadding>(&mut sent[begin..], plain.len())
            .map_err(|_| Status::InvalidLength)?;
        Ok(sent)
    }

    /// Decrypts what [`Self::encrypt`] of the other end made.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] where it cannot be one.
    pub fn decrypt(&self, sent: &[u8]) -> Result<Plaintext, Status> {
        let (iv, body) = match self.protocol {
            PinProtocol::One => ([0; 16], sent),
            PinProtocol::Two => {
                let (iv, body) = sent.split_first_chunk().ok_or(Status::InvalidLength)?;
                (*iv, body)
            }
        };
        let mut plain = Plaintext::default();
        plain.0.extend_from_slice(body).map_err(|_| Status::InvalidLength)?;
        cbc::Decryptor::<Aes256>::new(&self.cipher_key.into(), &iv.into())
            .decrypt_padded::<NoPadding>(&mut plain.0)
            .map_err(|_| Status::InvalidLength)?;
        Ok(plain)
    }

    /// Authenticates the parts of a message as one.
    #[must_use]
    pub fn authenticate(&self, message: &[&[u8]]) -> AuthParam {
        authenticate(self.protocol, &self.mac_key, message)
    }

    /// Checks what [`Self::authenticate`] of the other end made.
    ///
    /// # Errors
    /// [`Status::PinAuthInvalid`] where it is wrong.
    pub fn verify(&self, message: &[&[u8]], param: &[u8]) -> Result<(), Status> {
        verify(self.protocol, &self.mac_key, message, param)
    }
}

/// A pinUvAuthParam: 16 bytes in protocol one, 32 in protocol two.
pub type AuthParam = Vec<u8, 32>;

/// Authenticates the parts of a message under a pinUvAuthToken.
#[must_use]
pub fn authenticate(protocol: PinProtocol, key: &[u8], message: &[&[u8]]) -> AuthParam {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in message {
        mac.update(part);
    }
    let whole = mac.finalize().into_bytes();
    let length = match protocol {
        PinProtocol::One => 16,
        PinProtocol::Two => 32,
    };
    AuthParam::from_slice(&whole[..length]).unwrap_or_default()
}

/// Checks a pinUvAuthParam under a pinUvAuthToken.
///
/// # Errors
/// [`Status::PinAuthInvalid`] where it is wrong.
pub fn verify(
    protocol: PinProtocol,
    key: &[u8],
    message: &[&[u8]],
    param: &[u8],
) -> Result<(), Status> {
    let expected = authenticate(protocol, key, message);
    if expected.ct_eq(param).into() { Ok(()) } else { Err(Status::PinAuthInvalid) }
}
