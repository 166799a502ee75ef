// SPDX-License-Identifier: MIT OR Apache-2.0
//! TOTP: time cut into steps, and the code of a step, RFC 6238 section 4.2.

use core::num::NonZeroU32;

use crate::{Algorithm, Code, Digits, OtpError, UnixTime, hotp};

/// How a token cuts time into steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Steps {
    period_seconds: NonZeroU32,
    t0: UnixTime,
}

impl Steps {
    /// Steps of 30 seconds since 1970, what nearly every service uses.
    pub const COMMON: Self = Self::since_1970(NonZeroU32::new(30).expect("30 is not 0"));

    pub(crate) const fn since_1970(period_seconds: NonZeroU32) -> Self {
        Self { period_seconds, t0: UnixTime(0) }
    }

    /// Cuts time into steps of `period_seconds`, counted from `t0`.
    ///
    /// # Errors
    /// [`OtpError::PeriodZero`].
    pub const fn new(period_seconds: u32, t0: UnixTime) -> Result<Self, OtpError> {
        match NonZeroU32::new(period_seconds) {
            Some(period_seconds) => Ok(Self { period_seconds, t0 }),
            None => Err(OtpError::PeriodZero),
        }
    }

    /// Gives the length of a step in seconds.
    #[must_use]
    pub const fn period_seconds(self) -> NonZeroU32 {
        self.period_seconds
    }

    /// Tells in which step a moment falls.
    ///
    /// # Errors
    /// [`OtpError::BeforeFirstStep`] for a moment before T0.
    pub const fn step_at(self, now: UnixTime) -> Result<u64, OtpError> {
        match now.0.checked_sub(self.t0.0) {
            Some(elapsed) => Ok(elapsed / self.period_seconds.get() as u64),
            None => Err(OtpError::BeforeFirstStep),
        }
    }

    /// Tells when a step begins; a step beyond the end of `u64` time begins at its end.
    #[must_use]
    pub const fn begins(self, step: u64) -> UnixTime {
        let since_t0 = step.saturating_mul(self.period_seconds.get() as u64);
        UnixTime(self.t0.0.saturating_add(since_t0))
    }
}

/// Makes the code of the step in which `now` falls.
///
/// # Errors
/// [`OtpError::SecretEmpty`], [`OtpError::BeforeFirstStep`].
pub fn code(
    secret: &[u8],
    algorithm: Algorithm,
    steps: Steps,
    now: UnixTime,
    digits: Digits,
) -> Result<Code, OtpError> {
    hotp::code(secret, algorithm, steps.step_at(now)?, digits)
}
