// SPDX-License-Identifier: MIT OR Apache-2.0
//! Yandex Key: eight lower-case letters from HMAC-SHA-256 over 30-second steps, under the key
//! SHA-256(PIN, secret) without its first byte where that is zero. There is no specification; the
//! vectors are the common ground of the apps that read it.
//!
//! A secret from a QR code has 16 bytes. The one a person copies has 26: the 16, ten more, and in
//! their last 12 bits the remainder of everything before, divided by x^12 + x^11 + x^7 + x^6 +
//! x^5 + x^4 + x + 1.

use kagifuda_secret::SecretArray;
use sha2::{Digest as _, Sha256};

use crate::mac::Tag;
use crate::{Algorithm, Code, OtpError, Steps, UnixTime};

/// How many characters a Yandex code has.
pub const CODE_CHARACTERS: usize = 8;

/// How many bytes of a secret take part in codes.
pub const SECRET_BYTES: usize = 16;

const COPIED_SECRET_BYTES: usize = 26;
const CHECKSUM_BITS: usize = 12;
const CHECKSUM_POLYNOMIAL: u32 = 0x18f3;

/// Makes the code of the step in which `now` falls.
///
/// # Errors
/// [`OtpError::YandexSecretDamaged`], [`OtpError::PinMissing`] for an empty PIN.
pub fn code(secret: &[u8], pin: &str, now: UnixTime) -> Result<Code, OtpError> {
    code_of_step(secret, pin, Steps::COMMON.step_at(now)?)
}

/// Gives the 16 bytes that take part in codes, after checking the checksum where there is one.
///
/// # Errors
/// [`OtpError::YandexSecretDamaged`] for another length or a wrong checksum.
pub fn essence(secret: &[u8]) -> Result<&[u8; SECRET_BYTES], OtpError> {
    let is_whole = match secret.len() {
        SECRET_BYTES => true,
        COPIED_SECRET_BYTES => checksum_holds(secret),
        _ => false,
    };
    if !is_whole {
        return Err(OtpError::YandexSecretDamaged);
    }
    secret.first_chunk().ok_or(OtpError::YandexSecretDamaged)
}

pub(crate) fn code_of_step(secret: &[u8], pin: &str, step: u64) -> Result<Code, OtpError> {
    let secret = essence(secret)?;
    if pin.is_empty() {
        return Err(OtpError::PinMissing);
    }
    let mut hash = Sha256::new();
    hash.update(pin.as_bytes());
    hash.update(secret);
    let mut digest: [u8; 32] = hash.finalize().into();
    let key = SecretArray::take(&mut digest);
    let key = match key.expose().as_slice() {
        [0, rest @ ..] => rest,
        whole => whole,
    };
    let number = Tag::of(Algorithm::Sha256, key, &[&step.to_be_bytes()]).truncated_long();
    let spell = |rest: u64| (b'a' + (rest % 26) as u8, rest / 26);
    Ok(Code::spelled(number, CODE_CHARACTERS, spell).reversed())
}

fn checksum_holds(secret: &[u8]) -> bool {
    let covered_bits = secret.len() * 8 - CHECKSUM_BITS;
    let bit = |place: usize| u32::from(secret[place / 8] >> (7 - place % 8) & 1);
    let remainder = (0..covered_bits).fold(0, |remainder, place| {
        let remainder = remainder << 1 | bit(place);
        remainder ^ ((remainder >> CHECKSUM_BITS) * CHECKSUM_POLYNOMIAL)
    });
    let written = (covered_bits..secret.len() * 8).fold(0, |sum, place| sum << 1 | bit(place));
    remainder == written
}
