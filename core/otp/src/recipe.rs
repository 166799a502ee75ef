// SPDX-License-Identifier: MIT OR Apache-2.0
//! A recipe is a token's secret and way of counting, borrowed and checked: what is needed to make
//! codes and nothing else. [`crate::Token`] lends one; a server makes one from its database row.

use crate::{Algorithm, Code, Digits, OtpError, Steps, hotp, motp, steam, yandex};

/// How codes are made, borrowed from whoever keeps the secret.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Recipe<'a> {
    /// RFC 4226.
    Hotp {
        /// The shared secret.
        secret: &'a [u8],
        /// The hash under the HMAC.
        algorithm: Algorithm,
        /// Length of a code.
        digits: Digits,
    },
    /// RFC 6238.
    Totp {
        /// The shared secret.
        secret: &'a [u8],
        /// The hash under the HMAC.
        algorithm: Algorithm,
        /// Length of a code.
        digits: Digits,
        /// How time is cut.
        steps: Steps,
    },
    /// Steam Guard.
    Steam {
        /// The shared secret.
        secret: &'a [u8],
    },
    /// Mobile-OTP.
    Motp {
        /// The shared secret.
        secret: &'a [u8],
        /// The holder's PIN.
        pin: &'a str,
    },
    /// Yandex Key.
    Yandex {
        /// The shared secret, 16 or 26 bytes.
        secret: &'a [u8],
        /// The holder's PIN.
        pin: &'a str,
    },
}

impl Recipe<'_> {
    /// Tells how the recipe cuts time; `None` where it counts uses instead.
    #[must_use]
    pub const fn steps(&self) -> Option<Steps> {
        match self {
            Self::Hotp { .. } => None,
            Self::Totp { steps, .. } => Some(*steps),
            Self::Steam { .. } | Self::Yandex { .. } => Some(Steps::COMMON),
            Self::Motp { .. } => Some(motp::STEPS),
        }
    }

    /// Tells how many characters a code has.
    #[must_use]
    pub const fn code_characters(&self) -> usize {
        match self {
            Self::Hotp { digits, .. } | Self::Totp { digits, .. } => digits.count() as usize,
            Self::Steam { .. } => steam::CODE_CHARACTERS,
            Self::Motp { .. } => motp::CODE_CHARACTERS,
            Self::Yandex { .. } => yandex::CODE_CHARACTERS,
        }
    }

    /// Makes the code of a step, or of a counter where the recipe counts uses.
    ///
    /// # Errors
    /// Those of [`OtpError`] that are about the secret or the PIN.
    pub fn code_of(&self, step_or_counter: u64) -> Result<Code, OtpError> {
        match *self {
            Self::Hotp { secret, algorithm, digits }
            | Self::Totp { secret, algorithm, digits, .. } => {
                hotp::code(secret, algorithm, step_or_counter, digits)
            }
            Self::Steam { secret } => steam::code_of_step(secret, step_or_counter),
            Self::Motp { secret, pin } => motp::code_of_step(secret, pin, step_or_counter),
            Self::Yandex { secret, pin } => yandex::code_of_step(secret, pin, step_or_counter),
        }
    }
}
