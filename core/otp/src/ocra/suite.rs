// SPDX-License-Identifier: MIT OR Apache-2.0
//! The OCRASuite, RFC 6287 section 6: `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-S064-T1M`. Read once,
//! strictly: its text takes part in the MAC, so that two spellings are two suites.

use core::num::NonZeroU32;

use crate::Algorithm;
use crate::ocra::{MAX_SESSION_BYTES, OcraError};

/// A suite, borrowing its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite<'a> {
    text: &'a str,
    algorithm: Algorithm,
    digits: Option<u8>,
    has_counter: bool,
    question: Question,
    password: Option<Algorithm>,
    session_bytes: Option<usize>,
    time_step: Option<TimeStep>,
}

/// The characters of a question, and how many there are at most: 4 to 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Letters and digits, or any text in UTF-8.
    Alphanumeric(u8),
    /// Decimal digits.
    Numeric(u8),
    /// Hexadecimal digits.
    Hexadecimal(u8),
}

/// How a suite cuts time, counted from 1970: 1 to 59 seconds or minutes, or 1 to 48 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeStep(NonZeroU32);

impl TimeStep {
    /// Gives the length of a step in seconds.
    #[must_use]
    pub const fn seconds(self) -> NonZeroU32 {
        self.0
    }
}

impl<'a> Suite<'a> {
    /// Reads a suite.
    ///
    /// # Errors
    /// [`OcraError::SuiteUnreadable`].
    pub fn read(text: &'a str) -> Result<Self, OcraError> {
        Self::parse(text).ok_or(OcraError::SuiteUnreadable)
    }

    fn parse(text: &'a str) -> Option<Self> {
        let (function, inputs) = text.strip_prefix("OCRA-1:HOTP-")?.split_once(':')?;
        let (hash, digits) = function.split_once('-')?;
        let digits = match digits.parse().ok()? {
            0 if digits == "0" => None,
            count @ 4..=10 if !digits.starts_with(['0', '+']) => Some(count),
            _ => return None,
        };
        let (has_counter, inputs) = match inputs.strip_prefix("C-") {
            Some(rest) => (true, rest),
            None => (false, inputs),
        };
        let mut pieces = inputs.split('-');
        let question = question(pieces.next()?.strip_prefix('Q')?)?;
        let algorithm = algorithm_named(hash)?;
        let (password, session_bytes, time_step) = (None, None, None);
        let mut suite = Self {
            text,
            algorithm,
            digits,
            has_counter,
            question,
            password,
            session_bytes,
            time_step,
        };
        pieces.try_for_each(|piece| suite.take(piece))?;
        Some(suite)
    }

    /// Takes P, S or T, each at most once; the RFC's own program takes them in any order.
    fn take(&mut self, piece: &str) -> Option<()> {
        let (initial, rest) = piece.split_at_checked(1)?;
        match initial {
            "P" if self.password.is_none() => self.password = Some(algorithm_named(rest)?),
            "S" if self.session_bytes.is_none() => self.session_bytes = Some(session_bytes(rest)?),
            "T" if self.time_step.is_none() => self.time_step = Some(time_step(rest)?),
            _ => return None,
        }
        Some(())
    }

    /// Gives the suite as it was written.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Tells the hash under the HMAC.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Tells how many digits an answer has, 4 to 10; `None` where it is the whole MAC.
    #[must_use]
    pub const fn digits(&self) -> Option<u8> {
        self.digits
    }

    /// Tells whether both sides keep a counter.
    #[must_use]
    pub const fn has_counter(&self) -> bool {
        self.has_counter
    }

    /// Tells what a question looks like.
    #[must_use]
    pub const fn question(&self) -> Question {
        self.question
    }

    /// Tells under which hash a PIN takes part, where one does.
    #[must_use]
    pub const fn password(&self) -> Option<Algorithm> {
        self.password
    }

    /// Tells how many bytes of session information take part, where any do.
    #[must_use]
    pub const fn session_bytes(&self) -> Option<usize> {
        self.session_bytes
    }

    /// Tells how time is cut, where it takes part.
    #[must_use]
    pub const fn time_step(&self) -> Option<TimeStep> {
        self.time_step
    }
}

fn algorithm_named(name: &str) -> Option<Algorithm> {
    match name {
        "SHA1" => Some(Algorithm::Sha1),
        "SHA256" => Some(Algorithm::Sha256),
        "SHA512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

fn question(piece: &str) -> Option<Question> {
    let format = piece.chars().next()?;
    let length = piece.get(1..).filter(|length| length.len() <= 2)?;
    let length = digits(length, length.len())?;
    let length = u8::try_from(length).ok().filter(|length| (4..=64).contains(length))?;
    match format {
        'A' => Some(Question::Alphanumeric(length)),
        'N' => Some(Question::Numeric(length)),
        'H' => Some(Question::Hexadecimal(length)),
        _ => None,
    }
}

/// Three digits; an S alone means 64 bytes (section 6.3).
fn session_bytes(piece: &str) -> Option<usize> {
    if piece.is_empty() {
        return Some(64);
    }
    let length = digits(piece, 3)? as usize;
    (1..=MAX_SESSION_BYTES).contains(&length).then_some(length)
}

fn time_step(piece: &str) -> Option<TimeStep> {
    let (unit_at, unit) = piece.char_indices().last()?;
    let count = &piece[..unit_at];
    let count = digits(count, count.len()).filter(|_| !count.starts_with('0'))?;
    let (most, seconds) = match unit {
        'S' => (59, 1),
        'M' => (59, 60),
        'H' => (48, 3600),
        _ => return None,
    };
    let length = count.checked_mul(seconds).filter(|_| (1..=most).contains(&count))?;
    NonZeroU32::new(length).map(TimeStep)
}

/// Reads exactly so many decimal digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_right)
}
