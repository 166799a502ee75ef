// SPDX-License-Identifier: MIT OR Apache-2.0
//! Steam Guard: RFC 6238 with SHA-1 and 30 seconds, but five characters of an alphabet without
//! look-alikes, least significant first. There is no specification; the vectors are the common
//! ground of the apps that read it.

use crate::{Algorithm, Code, OtpError, Steps, UnixTime, hotp};

/// How many characters a Steam code has.
pub const CODE_CHARACTERS: usize = 5;

const ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// Makes the code of the step in which `now` falls.
///
/// # Errors
/// [`OtpError::SecretEmpty`].
pub fn code(secret: &[u8], now: UnixTime) -> Result<Code, OtpError> {
    code_of_step(secret, Steps::COMMON.step_at(now)?)
}

pub(crate) fn code_of_step(secret: &[u8], step: u64) -> Result<Code, OtpError> {
    let number = hotp::truncated(secret, Algorithm::Sha1, step)?;
    Ok(Code::spelled(u64::from(number), CODE_CHARACTERS, |rest| {
        (ALPHABET[(rest % 26) as usize], rest / 26)
    }))
}
