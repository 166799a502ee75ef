// SPDX-License-Identifier: MIT OR Apache-2.0
//! A code as it is shown or typed: up to ten ASCII characters that wipe themselves. It has no
//! `Display` and no `Debug`, because a code in a log is a password in a log; whoever shows it
//! asks for [`Code::as_str`].

use kagifuda_secret::{SecretArray, equal_in_constant_time};

use crate::OtpError;

/// The most characters a code can have.
pub(crate) const MAX_CODE_CHARACTERS: usize = 10;

/// One code, wiped when dropped.
pub struct Code {
    characters: SecretArray<MAX_CODE_CHARACTERS>,
    length: usize,
}

impl Code {
    /// Writes `number`, modulo ten to the `length`, in decimal with leading zeros.
    pub(crate) fn decimal(number: u32, length: usize) -> Self {
        Self::spelled(u64::from(number), length, |rest| (b'0' + (rest % 10) as u8, rest / 10))
            .reversed()
    }

    /// Fills a code from the first character on; `spell` gives a character and what is left.
    pub(crate) fn spelled(number: u64, length: usize, spell: impl Fn(u64) -> (u8, u64)) -> Self {
        let length = length.min(MAX_CODE_CHARACTERS);
        let mut rest = number;
        let characters = SecretArray::filled_by(|characters: &mut [u8; MAX_CODE_CHARACTERS]| {
            for place in &mut characters[..length] {
                (*place, rest) = spell(rest);
            }
        });
        Self { characters, length }
    }

    /// Turns the code round, for alphabets that are written least significant character first.
    pub(crate) fn reversed(self) -> Self {
        let characters = SecretArray::filled_by(|turned: &mut [u8; MAX_CODE_CHARACTERS]| {
            turned.copy_from_slice(self.characters.expose());
            turned[..self.length].reverse();
        });
        Self { characters, length: self.length }
    }

    /// Shows the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.characters.expose()[..self.length]).unwrap_or_default()
    }

    /// Compares with what somebody typed, in time that depends on the lengths only.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        equal_in_constant_time(self.as_str().as_bytes(), typed.as_bytes())
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other.as_str())
    }
}

impl Eq for Code {}

/// How many decimal digits a code has: 6 to 10.
///
/// RFC 4226 section 5.3 asks for at least 6. The truncated value has 31 bits, so the first of ten
/// digits is never above 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(u8);

impl Digits {
    /// Six digits, what nearly every service uses.
    pub const SIX: Self = Self(6);
    /// Eight digits.
    pub const EIGHT: Self = Self(8);

    /// Takes a number of digits.
    ///
    /// # Errors
    /// [`OtpError::DigitsOutOfRange`] outside 6 to 10.
    pub const fn new(count: u8) -> Result<Self, OtpError> {
        match count {
            6..=10 => Ok(Self(count)),
            _ => Err(OtpError::DigitsOutOfRange),
        }
    }

    /// Gives the number of digits.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0
    }
}
