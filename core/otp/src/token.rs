// SPDX-License-Identifier: MIT OR Apache-2.0
//! A token as a person keeps it: secret, way of counting, and the names that tell it from others.

use alloc::string::String;
use alloc::vec::Vec;

use kagifuda_secret::{SecretBytes, SecretText};

use crate::{Algorithm, Code, Digits, OtpError, Recipe, Steps, UnixTime};

/// How a token turns its secret into codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// RFC 6238: a new code every `period_seconds`, counted from `t0`.
    Totp {
        /// Length of a step in seconds; at least 1.
        period_seconds: u32,
        /// The Unix time at which steps begin to be counted; 0 nearly everywhere.
        t0: u64,
    },
    /// RFC 4226: a new code each time; `counter` is the one the next code uses.
    Hotp {
        /// The counter of the next code.
        counter: u64,
    },
    /// Steam Guard: five characters of Steam's own alphabet, SHA-1, 30 seconds.
    Steam,
    /// Mobile-OTP: MD5 over time, secret and PIN, 10 seconds.
    Motp,
    /// Yandex Key: eight letters from SHA-256 over PIN and secret, 30 seconds.
    Yandex,
}

/// A one-time-password credential.
pub struct Token {
    /// How codes are made.
    pub kind: TokenKind,
    /// The hash under the HMAC; fixed for Steam (SHA-1), mOTP (MD5, ignored) and Yandex (SHA-256).
    pub algorithm: Algorithm,
    /// Characters of a code: 6 to 10; Steam 5, mOTP 6, Yandex 8.
    pub digits: u8,
    /// The shared secret, decoded.
    pub secret: SecretBytes,
    /// mOTP and Yandex only: the PIN that is part of the secret.
    pub pin: Option<SecretText>,
    /// Who issued it; empty where the source did not say.
    pub issuer: String,
    /// Whose account it is; empty where the source did not say.
    pub account: String,
    /// `otpauth` parameters we do not know, kept as they came, decoded, in order.
    pub extra: Vec<(String, String)>,
}

/// The code of a moment, and how long it lasts.
pub struct CodeNow {
    /// What to show.
    pub code: Code,
    /// Whole seconds for which the code stays the current one; at least 1.
    pub seconds_left: u32,
    /// The length of a step, against which `seconds_left` is drawn.
    pub period_seconds: u32,
    /// When the next code begins: [`Token::code_at`] of this moment is the next code.
    pub next_at: UnixTime,
}

impl Token {
    /// Lends what is needed to make codes.
    ///
    /// # Errors
    /// Those of [`OtpError`] that are about the token's settings.
    pub fn recipe(&self) -> Result<Recipe<'_>, OtpError> {
        let secret = self.secret.expose();
        let pin = || self.pin.as_ref().map(SecretText::expose).ok_or(OtpError::PinMissing);
        let algorithm = self.algorithm;
        Ok(match self.kind {
            TokenKind::Totp { period_seconds, t0 } => {
                let steps = Steps::new(period_seconds, UnixTime(t0))?;
                Recipe::Totp { secret, algorithm, digits: Digits::new(self.digits)?, steps }
            }
            TokenKind::Hotp { .. } => {
                Recipe::Hotp { secret, algorithm, digits: Digits::new(self.digits)? }
            }
            TokenKind::Steam => Recipe::Steam { secret },
            TokenKind::Motp => Recipe::Motp { secret, pin: pin()? },
            TokenKind::Yandex => Recipe::Yandex { secret, pin: pin()? },
        })
    }

    /// Makes the code of a moment.
    ///
    /// # Errors
    /// [`OtpError::CountsInsteadOfTime`] for HOTP, whose codes come from [`Token::code_for`]; and
    /// what keeps the token from making any code.
    pub fn code_at(&self, now: UnixTime) -> Result<CodeNow, OtpError> {
        let recipe = self.recipe()?;
        let steps = recipe.steps().ok_or(OtpError::CountsInsteadOfTime)?;
        let step = steps.step_at(now)?;
        let period_seconds = steps.period_seconds().get();
        let elapsed = now.0.saturating_sub(steps.begins(step).0);
        Ok(CodeNow {
            code: recipe.code_of(step)?,
            seconds_left: u32::try_from(elapsed)
                .map_or(1, |elapsed| period_seconds.saturating_sub(elapsed).max(1)),
            period_seconds,
            next_at: steps.begins(step.saturating_add(1)),
        })
    }

    /// Makes the code of a counter of an HOTP token. The caller makes the counter's use durable
    /// before it shows the code, so that no code is ever shown twice.
    ///
    /// # Errors
    /// [`OtpError::TimedInsteadOfCounter`] for every other kind; and what keeps the token from
    /// making any code.
    pub fn code_for(&self, counter: u64) -> Result<Code, OtpError> {
        match self.recipe()? {
            recipe @ Recipe::Hotp { .. } => recipe.code_of(counter),
            _ => Err(OtpError::TimedInsteadOfCounter),
        }
    }

    /// Makes a second copy; its name is meant to be found by a reader looking for copies.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            kind: self.kind,
            algorithm: self.algorithm,
            digits: self.digits,
            secret: self.secret.duplicate(),
            pin: self.pin.as_ref().map(SecretText::duplicate),
            issuer: self.issuer.clone(),
            account: self.account.clone(),
            extra: self.extra.clone(),
        }
    }
}

impl PartialEq for Token {
    /// Secrets are compared in constant time.
    fn eq(&self, other: &Self) -> bool {
        let same_secrets = (self.secret == other.secret) & (self.pin == other.pin);
        same_secrets
            && self.kind == other.kind
            && self.algorithm == other.algorithm
            && self.digits == other.digits
            && self.issuer == other.issuer
            && self.account == other.account
            && self.extra == other.extra
    }
}

impl Eq for Token {}
