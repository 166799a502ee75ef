// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a secret travels over the bus (Secret Service API 0.2, "Transfer of Secrets"): encrypted where the keyring
//! can, so that what the bus writes down of its messages tells nobody; else in clear.
//!
//! The group is the specification's: 1024 bits, which keeps out who looks on and not who has years. What it carries
//! lies at rest under the keyring's own encryption, and the bus is the user's.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U1024, const_monty_params};
use hkdf::Hkdf;
use kagifuda_secret::SecretArray;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::random::random;

/// Diffie and Hellman in the group below, HKDF-SHA-256 (RFC 5869), AES-128-CBC with the padding of PKCS #7.
pub(super) const ENCRYPTED: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";
/// In clear.
pub(super) const PLAIN: &str = "plain";

/// Bytes of a block, and of an initial vector.
const BLOCK_BYTES: usize = 16;
/// Bytes of a number of the group.
const NUMBER_BYTES: usize = 128;

const_monty_params!(
    Group,
    U1024,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
     020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
     4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
     ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
    "The second group of Oakley (RFC 2409, section 6.2)."
);

type Number = ConstMontyForm<Group, { U1024::LIMBS }>;

/// Our half of an agreement: an exponent of twice the bits that the group is good for.
pub(super) struct Offer(Zeroizing<U256>);

impl Offer {
    /// Draws one; `None` where the system has no random bytes.
    pub(super) fn draw() -> Option<Self> {
        Some(Self(Zeroizing::new(U256::from_be_slice(&*random::<32>()?))))
    }

    /// What the keyring is sent.
    pub(super) fn public(&self) -> Vec<u8> {
        let two = Number::new(&U1024::from_u8(2));
        two.pow(&*self.0).retrieve().to_be_bytes().as_ref().to_vec()
    }

    /// What both sides make of it; `None` for a number that is none of the group's, or that everybody could guess
    /// the outcome of.
    pub(super) fn agree(&self, theirs: &[u8]) -> Option<Wire> {
        let excess = theirs.len().saturating_sub(NUMBER_BYTES);
        let (over, theirs) = theirs.split_at(excess);
        let mut padded = [0; NUMBER_BYTES];
        padded[NUMBER_BYTES - theirs.len()..].copy_from_slice(theirs);
        let theirs = U1024::from_be_slice(&padded);
        let greatest = Number::new(&U1024::ZERO) - Number::new(&U1024::ONE);
        let is_sound = over.iter().all(|byte| *byte == 0)
            && theirs > U1024::ONE
            && theirs < greatest.retrieve();
        let mut power = is_sound.then(|| Number::new(&theirs).pow(&*self.0))?;
        let number = Zeroizing::new(power.retrieve());
        power.zeroize();
        let mut shared = Zeroizing::new([0; NUMBER_BYTES]);
        let mut bytes = number.to_be_bytes();
        shared.copy_from_slice(bytes.as_ref());
        bytes.as_mut().zeroize();
        let key = SecretArray::filled_by(|key| {
            Hkdf::<Sha256>::new(None, &*shared)
                .expand(&[], key)
                .expect("16 bytes are within HKDF's limit");
        });
        Some(Wire::Encrypted(key))
    }
}

/// How secrets travel.
pub(super) enum Wire {
    /// Under this key.
    Encrypted(SecretArray<BLOCK_BYTES>),
    /// As they are.
    Plain,
}

impl Wire {
    /// Prepares a secret: the parameter and the value of the specification's structure.
    pub(super) fn seal(&self, secret: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let Self::Encrypted(key) = self else { return Some((Vec::new(), secret.to_vec())) };
        let vector = random::<BLOCK_BYTES>()?;
        let mut buffer = Zeroizing::new(vec![0; secret.len() + BLOCK_BYTES]);
        buffer[..secret.len()].copy_from_slice(secret);
        let cipher = cbc::Encryptor::<Aes128>::new(key.expose().into(), (&*vector).into());
        let sealed = cipher.encrypt_padded::<Pkcs7>(&mut buffer, secret.len()).ok()?.to_vec();
        Some((vector.to_vec(), sealed))
    }

    /// Reads a secret; `None` where it does not come as it was agreed.
    pub(super) fn open(&self, parameter: &[u8], value: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Zeroizing::new(value);
        let Self::Encrypted(key) = self else { return Some(text) };
        let vector: &[u8; BLOCK_BYTES] = parameter.try_into().ok()?;
        if text.is_empty() || !text.len().is_multiple_of(BLOCK_BYTES) {
            return None;
        }
        let cipher = cbc::Decryptor::<Aes128>::new(key.expose().into(), vector.into());
        let length = cipher.decrypt_padded::<Pkcs7>(&mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn two_sides_agree_and_read_what_the_other_sealed() {
        let (ours, theirs) = (Offer::draw().unwrap(), Offer::draw().unwrap());
        let (here, there) =
            (ours.agree(&theirs.public()).unwrap(), theirs.agree(&ours.public()).unwrap());
        for secret in [&b""[..], b"a secret", &[7; 32]] {
            let (vector, sealed) = here.seal(secret).unwrap();
            assert_eq!(there.open(&vector, sealed).unwrap().as_slice(), secret);
        }
        let (vector, sealed) = here.seal(b"a secret").unwrap();
        assert_ne!(here.seal(b"a secret").unwrap().1, sealed);
        let stranger = Offer::draw().unwrap().agree(&ours.public()).unwrap();
        let read = stranger.open(&vector, sealed.clone());
        assert_ne!(read.as_deref().map(Vec::as_slice), Some(&b"a secret"[..]));
        assert!(here.open(&vector[1..], sealed.clone()).is_none());
        assert!(here.open(&vector, sealed[1..].to_vec()).is_none());
        assert!(here.open(&vector, Vec::new()).is_none());
    }

    #[test]
    fn a_number_that_lets_everybody_know_the_outcome_is_refused() {
        let ours = Offer::draw().unwrap();
        let prime = U1024::from_be_hex(concat!(
            "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74",
            "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437",
            "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
            "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
        ));
        let below = |by: u8| prime.wrapping_sub(&U1024::from_u8(by)).to_be_bytes();
        for hostile in [&[][..], &[0], &[1], below(0).as_ref(), below(1).as_ref(), &[1; 129]] {
            assert!(ours.agree(hostile).is_none());
        }
        for sound in [&[2][..], below(2).as_ref()] {
            assert!(ours.agree(sound).is_some());
        }
        let mut longer = vec![0];
        longer.extend(Offer::draw().unwrap().public());
        assert!(ours.agree(&longer).is_some(), "a number may come with a zero before it");
    }

    #[test]
    fn in_clear_a_secret_goes_as_it_is() {
        let (parameter, value) = Wire::Plain.seal(b"a secret").unwrap();
        assert_eq!((parameter.as_slice(), value.as_slice()), (&b""[..], &b"a secret"[..]));
        assert_eq!(Wire::Plain.open(&parameter, value).unwrap().as_slice(), b"a secret");
    }
}
