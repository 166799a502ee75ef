// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mobile-OTP (motp.sourceforge.net): the first six hexadecimal characters of
//! MD5(step in decimal, secret in lower-case hexadecimal, PIN), a step being ten seconds.
//! Its MD5 is not an HMAC: it is read for the tokens that exist, not offered for new ones.

use core::num::NonZeroU32;

use md5::{Digest as _, Md5};
use zeroize::Zeroize as _;

use crate::{Code, OtpError, Steps, UnixTime};

/// How many characters an mOTP code has.
pub const CODE_CHARACTERS: usize = 6;

/// Steps of ten seconds since 1970.
pub const STEPS: Steps = Steps::since_1970(NonZeroU32::new(10).expect("10 is not 0"));

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Makes the code of the step in which `now` falls; `secret` is decoded, `pin` as typed.
///
/// # Errors
/// [`OtpError::SecretEmpty`], [`OtpError::PinMissing`] for an empty PIN.
pub fn code(secret: &[u8], pin: &str, now: UnixTime) -> Result<Code, OtpError> {
    code_of_step(secret, pin, STEPS.step_at(now)?)
}

pub(crate) fn code_of_step(secret: &[u8], pin: &str, step: u64) -> Result<Code, OtpError> {
    if secret.is_empty() {
        return Err(OtpError::SecretEmpty);
    }
    if pin.is_empty() {
        return Err(OtpError::PinMissing);
    }
    let mut hash = Md5::new();
    let mut decimal = [0_u8; 20];
    hash.update(in_decimal(step, &mut decimal));
    for byte in secret {
        hash.update([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0x0f)]]);
    }
    hash.update(pin.as_bytes());
    let mut digest = hash.finalize();
    let first_bits = u64::from(digest[0]) << 16 | u64::from(digest[1]) << 8 | u64::from(digest[2]);
    digest.as_mut_slice().zeroize();
    let spell = |rest: u64| (HEX[(rest & 0x0f) as usize], rest >> 4);
    Ok(Code::spelled(first_bits, CODE_CHARACTERS, spell).reversed())
}

fn in_decimal(number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut rest = number;
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return &digits[start..];
        }
    }
}
