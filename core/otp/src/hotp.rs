// SPDX-License-Identifier: MIT OR Apache-2.0
//! HOTP: the code of a counter, RFC 4226 section 5. Everything timed is built on it.

use crate::mac::Tag;
use crate::{Algorithm, Code, Digits, OtpError};

/// Makes the code of `counter`.
///
/// RFC 4226 knows SHA-1 only; SHA-256 and SHA-512 are what RFC 6238 section 1.2 allows.
///
/// # Errors
/// [`OtpError::SecretEmpty`].
pub fn code(
    secret: &[u8],
    algorithm: Algorithm,
    counter: u64,
    digits: Digits,
) -> Result<Code, OtpError> {
    let number = truncated(secret, algorithm, counter)?;
    Ok(Code::decimal(number, usize::from(digits.count())))
}

/// Gives the 31 bits from which a code is spelled.
pub(crate) fn truncated(
    secret: &[u8],
    algorithm: Algorithm,
    counter: u64,
) -> Result<u32, OtpError> {
    if secret.is_empty() {
        return Err(OtpError::SecretEmpty);
    }
    Ok(Tag::of(algorithm, secret, &[&counter.to_be_bytes()]).truncated())
}
