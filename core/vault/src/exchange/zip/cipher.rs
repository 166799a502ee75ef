// SPDX-License-Identifier: MIT OR Apache-2.0
//! How members of zip archives are sealed: WinZip's AES in counter mode with a proof by HMAC-SHA-1, and the old
//! cipher of PKZIP (APPNOTE 6.1), which has long been broken and is read only because old exports use it.
//!
//! The keys of WinZip's way come from 1000 rounds of PBKDF2, which the format fixes.

use aes::cipher::{KeyIvInit as _, StreamCipher as _};
use kagifuda_secret::SecretText;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::super::cursor::Cursor;
use super::super::{ImportError, Place, hmac};

const ROUNDS: u32 = 1000;
const VERIFIER_BYTES: usize = 2;
const PROOF_BYTES: usize = 10;
/// What the old cipher puts before the text.
const OLD_HEADER_BYTES: usize = 12;

type Counter<C> = ctr::Ctr128LE<C>;

/// How a member is sealed.
pub(super) enum Seal {
    /// A key of so many bytes.
    Aes { key_bytes: usize },
    /// The old cipher; the last byte of its header tells most wrong passwords.
    Old { last_byte: u8 },
}

impl Seal {
    /// WinZip's numbers of strengths.
    pub(super) const fn aes(strength: u8) -> Option<Self> {
        match strength {
            1 => Some(Self::Aes { key_bytes: 16 }),
            2 => Some(Self::Aes { key_bytes: 24 }),
            3 => Some(Self::Aes { key_bytes: 32 }),
            _ => None,
        }
    }

    /// Whether damage cannot be told from a wrong password.
    pub(super) const fn proves_nothing(&self) -> bool {
        matches!(self, Self::Old { .. })
    }

    pub(super) fn open(
        &self,
        data: &[u8],
        password: &SecretText,
    ) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let password = password.expose().as_bytes();
        match *self {
            Self::Aes { key_bytes } => open_aes(data, password, key_bytes),
            Self::Old { last_byte } => open_old(data, password, last_byte),
        }
    }
}

fn open_aes(
    data: &[u8],
    password: &[u8],
    key_bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    const DAMAGED: ImportError = ImportError::Damaged { at: Place::Ciphertext };
    let mut data = Cursor::of(data);
    let salt = data.take(key_bytes / 2).ok_or(DAMAGED)?;
    let verifier = data.take(VERIFIER_BYTES).ok_or(DAMAGED)?;
    let sealed_bytes = data.rest().len().checked_sub(PROOF_BYTES).ok_or(DAMAGED)?;
    let (sealed, proof) = data.rest().split_at(sealed_bytes);
    let mut keys = Zeroizing::new(vec![0; 2 * key_bytes + VERIFIER_BYTES]);
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut keys);
    let (key, rest) = keys.split_at(key_bytes);
    let (mac_key, expected) = rest.split_at(key_bytes);
    if expected != verifier {
        return Err(ImportError::WrongPassword);
    }
    if !hmac::begins_sha1(mac_key, sealed, proof) {
        return Err(DAMAGED);
    }
    let mut text = Zeroizing::new(sealed.to_vec());
    let mut first = [0; 16];
    first[0] = 1;
    let first = &first.into();
    const RIGHT_LENGTH: &str = "the key has the length of its cipher";
    match key_bytes {
        16 => Counter::<aes::Aes128>::new(key.try_into().expect(RIGHT_LENGTH), first)
            .apply_keystream(&mut text),
        24 => Counter::<aes::Aes192>::new(key.try_into().expect(RIGHT_LENGTH), first)
            .apply_keystream(&mut text),
        _ => Counter::<aes::Aes256>::new(key.try_into().expect(RIGHT_LENGTH), first)
            .apply_keystream(&mut text),
    }
    Ok(text)
}

/// The three numbers that the old cipher turns with every byte.
struct OldKeys([u32; 3]);

impl OldKeys {
    fn of(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.iter().for_each(|byte| keys.turn(*byte));
        keys
    }

    fn turn(&mut self, plain: u8) {
        let [first, second, third] = &mut self.0;
        *first = turned(*first, plain);
        *second = second.wrapping_add(*first & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        *third = turned(*third, second.to_le_bytes()[3]);
    }

    fn open(&mut self, sealed: u8) -> u8 {
        let word = self.0[2] & 0xffff | 2;
        let plain = sealed ^ (word.wrapping_mul(word ^ 1) >> 8).to_le_bytes()[0];
        self.turn(plain);
        plain
    }
}

/// One byte of the checksum of RFC 1952 section 8, without the inversions before and after it.
fn turned(check: u32, byte: u8) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(!check);
    hasher.update(&[byte]);
    !hasher.finalize()
}

fn open_old(
    data: &[u8],
    password: &[u8],
    last_byte: u8,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut keys = OldKeys::of(password);
    let mut text: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::with_capacity(data.len()));
    text.extend(data.iter().map(|byte| keys.open(*byte)));
    if text.len() < OLD_HEADER_BYTES || text[OLD_HEADER_BYTES - 1] != last_byte {
        return Err(ImportError::WrongPassword);
    }
    text.drain(..OLD_HEADER_BYTES);
    Ok(text)
}
