// SPDX-License-Identifier: MIT OR Apache-2.0
//! A session with a TPM (TPM 2.0 Library, part 1, "Session-based Authorizations" and "Session-based encryption"): its
//! key comes of a salt that only the TPM with the storage key can read, it vouches for every command and every answer,
//! and covers the first parameter of either where that is a secret. So who reads along on the bus learns no secret,
//! and who changes something there is noticed.
//!
//! SHA-256 throughout, AES-128-CFB, NIST P-256. Nothing that is used by way of a session has a password.

use aes::Aes128;
use cfb_mode::cipher::KeyIvInit as _;
use cfb_mode::{BufDecryptor, BufEncryptor};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kagifuda_secret::SecretArray;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::answer::{Answer, DIGEST_BYTES, StorageKey, Unread};
use super::command::{Bytes, Verb, sized};
use crate::random::random;

/// TPMA_SESSION: goes on after the command; covers its first parameter; covers the first one of the answer.
const CONTINUES: u8 = 0x01;
const COVERS_COMMAND: u8 = 0x20;
const COVERS_ANSWER: u8 = 0x40;
/// Bytes of a block of AES, and of a key of 128 bits.
const BLOCK_BYTES: usize = 16;

/// What is a secret on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covers {
    /// Nothing; the session only vouches.
    Nothing,
    /// The first parameter of the command.
    Command,
    /// The first parameter of the answer.
    Answer,
}

impl Covers {
    const fn attributes(self) -> u8 {
        CONTINUES
            | match self {
                Self::Nothing => 0,
                Self::Command => COVERS_COMMAND,
                Self::Answer => COVERS_ANSWER,
            }
    }
}

/// A secret that only the TPM with a storage key can read, and what it reads it from (part 1, annex on ECC, "Secret
/// Sharing").
pub(super) struct Salt {
    secret: SecretArray<DIGEST_BYTES>,
    /// The point that it is sent (TPMS_ECC_POINT).
    pub(super) sent: Vec<u8>,
}

impl Salt {
    /// Draws one; `None` where the system has no random bytes, or what claims to be a key is not on the curve.
    pub(super) fn draw(key: &StorageKey) -> Option<Self> {
        // Of 2^32 draws one is no number of the curve's.
        let ours = (0..8).find_map(|_| p256::SecretKey::from_slice(&*random::<32>()?).ok())?;
        Self::of(&ours, key)
    }

    fn of(ours: &p256::SecretKey, key: &StorageKey) -> Option<Self> {
        let [x, y] = &key.point;
        let theirs = [&[4][..], x, y].concat();
        let theirs = p256::PublicKey::from_sec1_bytes(&theirs).ok()?;
        let point = ours.public_key().to_sec1_point(false);
        let (our_x, our_y) = (point.x()?, point.y()?);
        let z = p256::ecdh::diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
        // KDFe (part 1; SP 800-56A): one round is as long as the salt.
        let mut hash = Sha256::new();
        hash.update(1u32.to_be_bytes());
        hash.update(z.raw_secret_bytes());
        hash.update(b"SECRET\0");
        hash.update(our_x);
        hash.update(x);
        let secret = SecretArray::take(&mut hash.finalize().into());
        let mut sent = Vec::new();
        sized(&mut sent, our_x);
        sized(&mut sent, our_y);
        Some(Self { secret, sent })
    }
}

/// A session that was begun.
pub(super) struct Session {
    handle: u32,
    key: SecretArray<DIGEST_BYTES>,
    /// What the TPM drew last.
    theirs: [u8; DIGEST_BYTES],
}

/// A session's word for a command; its answer is checked against it.
pub(super) struct Word {
    verb: Verb,
    covers: Covers,
    ours: [u8; DIGEST_BYTES],
    /// As it is sent (TPMS_AUTH_COMMAND).
    pub(super) bytes: Vec<u8>,
}

impl Session {
    /// The session that a TPM began, from the nonces of both sides.
    pub(super) fn begun(
        handle: u32,
        salt: &Salt,
        ours: &[u8; DIGEST_BYTES],
        theirs: [u8; DIGEST_BYTES],
    ) -> Self {
        let key = derive(salt.secret.expose(), b"ATH", (&theirs, ours));
        Self { handle, key, theirs }
    }

    /// Vouches for a command to objects of these names, after covering its first parameter where that is a secret;
    /// `None` where the system has no random bytes.
    pub(super) fn vouch(
        &self,
        verb: Verb,
        names: &[&[u8]],
        parameters: &mut Bytes,
        covers: Covers,
    ) -> Option<Word> {
        self.vouch_with(*random()?, (verb, names), parameters, covers)
    }

    fn vouch_with(
        &self,
        ours: [u8; DIGEST_BYTES],
        (verb, names): (Verb, &[&[u8]]),
        parameters: &mut Bytes,
        covers: Covers,
    ) -> Option<Word> {
        if covers == Covers::Command {
            let (key, vector) = self.cover((&ours, &self.theirs));
            BufEncryptor::<Aes128>::new((&*key).into(), (&*vector).into())
                .encrypt(first_of(parameters).ok()?);
        }
        let mut hash = Sha256::new();
        hash.update((verb as u32).to_be_bytes());
        for name in names {
            hash.update(name);
        }
        hash.update(parameters.as_slice());
        let attributes = covers.attributes();
        let mac = self.mac(&hash.finalize().into(), (&ours, &self.theirs), attributes);
        let mut bytes = self.handle.to_be_bytes().to_vec();
        sized(&mut bytes, &ours);
        bytes.push(attributes);
        sized(&mut bytes, &mac.finalize().into_bytes());
        Some(Word { verb, covers, ours, bytes })
    }

    /// Takes an answer to what was vouched for: its parameters, which are those the TPM of this session sent.
    ///
    /// # Errors
    /// [`Unread::Malformed`] for an answer of anybody else.
    pub(super) fn take(&mut self, word: &Word, answer: &Answer<'_>) -> Result<Bytes, Unread> {
        let theirs = answer.authorization.ok_or(Unread::Malformed)?;
        let nonce: [u8; DIGEST_BYTES] = theirs.nonce.try_into().map_err(|_| Unread::Malformed)?;
        let attributes = word.covers.attributes();
        let mut hash = Sha256::new();
        hash.update(0u32.to_be_bytes());
        hash.update((word.verb as u32).to_be_bytes());
        hash.update(answer.parameters);
        let mac = self.mac(&hash.finalize().into(), (&nonce, &word.ours), attributes);
        if theirs.attributes != attributes || mac.verify_slice(theirs.hmac).is_err() {
            return Err(Unread::Malformed);
        }
        self.theirs = nonce;
        let mut parameters = Bytes::new(answer.parameters.to_vec());
        if word.covers == Covers::Answer {
            let (key, vector) = self.cover((&nonce, &word.ours));
            BufDecryptor::<Aes128>::new((&*key).into(), (&*vector).into())
                .decrypt(first_of(&mut parameters)?);
        }
        Ok(parameters)
    }

    /// The MAC over a command or an answer, by its hash, the newer and the older nonce.
    fn mac(
        &self,
        hash: &[u8; DIGEST_BYTES],
        (newer, older): (&[u8; DIGEST_BYTES], &[u8; DIGEST_BYTES]),
        attributes: u8,
    ) -> Hmac<Sha256> {
        let mut mac = keyed(self.key.expose());
        for part in [&hash[..], newer, older, &[attributes]] {
            mac.update(part);
        }
        mac
    }

    /// Key and initial vector for one parameter, by the newer and the older nonce.
    fn cover(
        &self,
        nonces: (&[u8; DIGEST_BYTES], &[u8; DIGEST_BYTES]),
    ) -> (Zeroizing<[u8; BLOCK_BYTES]>, Zeroizing<[u8; BLOCK_BYTES]>) {
        let both = derive(self.key.expose(), b"CFB", nonces);
        let (key, vector) = both.expose().split_at(BLOCK_BYTES);
        let mut halves = (Zeroizing::new([0; BLOCK_BYTES]), Zeroizing::new([0; BLOCK_BYTES]));
        halves.0.copy_from_slice(key);
        halves.1.copy_from_slice(vector);
        halves
    }
}

/// KDFa (part 1; SP 800-108 in counter mode): 256 bits, which one round gives.
fn derive(
    key: &[u8; DIGEST_BYTES],
    label: &[u8; 3],
    (first, second): (&[u8; DIGEST_BYTES], &[u8; DIGEST_BYTES]),
) -> SecretArray<DIGEST_BYTES> {
    let mut mac = keyed(key);
    for part in [&1u32.to_be_bytes()[..], label, &[0], first, second, &256u32.to_be_bytes()] {
        mac.update(part);
    }
    let mut bytes: [u8; DIGEST_BYTES] = mac.finalize().into_bytes().into();
    SecretArray::take(&mut bytes)
}

fn keyed(key: &[u8; DIGEST_BYTES]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// What the first parameter holds, without its length (`TPM2B`).
fn first_of(parameters: &mut [u8]) -> Result<&mut [u8], Unread> {
    let (length, rest) = parameters.split_first_chunk_mut::<2>().ok_or(Unread::Malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    rest.get_mut(..length).ok_or(Unread::Malformed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::super::answer::{Authorization, NAME_BYTES};
    use super::*;

    // What follows was computed by hashlib and PyCA cryptography from the formulas of part 1.
    const THEIR_POINT: [&str; 2] = [
        "d65a93977caa3d1b081852ff57a79e465f1660577304baead505dd3a48589cf3",
        "50185e895372df6221ea3a137557e473fddb6755f05bd507c3c533fce9c91285",
    ];
    const SALT: &str = "30122a33a19fe735312118cdd81d624587402b3ce8a8269c4fffb42ac9696287";
    const KEY: &str = "c61c9e978ac088bf633d4ecb54aa0e366c15c76acb30b18ee84d385c0add81a8";
    const COMMAND_MAC: &str = "eb9e2f190d535978bb23d3038ff29e0ee3e5a5c79367274e483d3f7961d29e25";
    const COVERED: &str = "bb4da1386f58b1d04922f6f38670746b3e168fc6786f16462a0c3532543c41a5";
    const ANSWER_MAC: &str = "f19c123382b9284213581c74e7a65d66aed746eb0777eb9293bd6fdb7d777aff";

    fn bytes(digits: &str) -> [u8; 32] {
        let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    fn salt() -> Salt {
        let ours = p256::SecretKey::from_slice(&[0x11; 32]).unwrap();
        Salt::of(&ours, &StorageKey { name: [0; NAME_BYTES], point: THEIR_POINT.map(bytes) })
            .unwrap()
    }

    fn session() -> Session {
        Session::begun(0x0200_0000, &salt(), &[0x33; 32], [0x44; 32])
    }

    /// The session's word for opening something, with a nonce that is known.
    fn word(session: &Session) -> Word {
        let name = [&[0x00, 0x0B][..], &[0x77; 32]].concat();
        let object = (Verb::Unseal, &[&name[..]][..]);
        session.vouch_with([0x55; 32], object, &mut Bytes::default(), Covers::Answer).unwrap()
    }

    #[test]
    fn salt_key_and_macs_are_those_of_the_specification() {
        assert_eq!(salt().secret.expose(), &bytes(SALT));
        assert_eq!(session().key.expose(), &bytes(KEY));
        let word = word(&session());
        let sent = [&[0x02, 0, 0, 0, 0, 32][..], &[0x55; 32], &[0x41, 0, 32], &bytes(COMMAND_MAC)];
        assert_eq!(word.bytes, sent.concat());
    }

    #[test]
    fn an_answer_is_uncovered_once_it_is_known_whose_it_is() {
        let mut session = session();
        let word = word(&session);
        let parameters = [&[0, 32][..], &bytes(COVERED)].concat();
        let mac = bytes(ANSWER_MAC);
        let authorization = Authorization { nonce: &[0x66; 32], attributes: 0x41, hmac: &mac };
        let answer =
            Answer { handle: 0, parameters: &parameters, authorization: Some(authorization) };
        for changed in [
            Answer { authorization: None, ..answer },
            Answer { parameters: &parameters[1..], ..answer },
            with(answer, Authorization { nonce: &[0x67; 32], ..authorization }),
            with(answer, Authorization { nonce: &[0x66; 16], ..authorization }),
            with(answer, Authorization { attributes: 0x01, ..authorization }),
            with(answer, Authorization { hmac: &mac[..31], ..authorization }),
            with(answer, Authorization { hmac: &[], ..authorization }),
        ] {
            assert_eq!(session.take(&word, &changed).err(), Some(Unread::Malformed), "{changed:?}");
        }
        let taken = session.take(&word, &answer).unwrap();
        assert_eq!(taken[2..], (0..32).collect::<Vec<u8>>());
        assert_eq!(session.theirs, [0x66; 32], "the next command hangs on this answer");
    }

    fn with<'b>(answer: Answer<'b>, authorization: Authorization<'b>) -> Answer<'b> {
        Answer { authorization: Some(authorization), ..answer }
    }

    #[test]
    fn a_covered_command_hides_its_first_parameter_alone_and_a_new_one_each_time() {
        let session = session();
        let secret = SecretArray::from_slice(&[7; 32]).unwrap();
        let plain = super::super::command::sealing(&secret);
        let covered = || {
            let mut parameters = plain.clone();
            session.vouch(Verb::Create, &[], &mut parameters, Covers::Command).unwrap();
            parameters
        };
        let (one, two) = (covered(), covered());
        // A length, a password of no bytes and a secret of 32; then the public area.
        let end = 2 + 2 + 2 + 32;
        assert_eq!((&one[..2], &one[end..]), (&plain[..2], &plain[end..]));
        assert!(!one.windows(4).any(|piece| piece == [7; 4]));
        assert_ne!(one, two);
        assert!(
            session
                .vouch(Verb::Create, &[], &mut Zeroizing::new(vec![0, 9, 1]), Covers::Command)
                .is_none()
        );
    }

    #[test]
    fn what_is_not_on_the_curve_is_no_key() {
        let off = StorageKey { name: [0; NAME_BYTES], point: [[1; 32], [2; 32]] };
        assert!(Salt::draw(&off).is_none());
        assert!(Salt::draw(&StorageKey { point: THEIR_POINT.map(bytes), ..off }).is_some());
    }
}
