// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets of any length: token secrets, passphrases, notes.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::ZeroizeOnDrop;

/// Secret bytes of any length, wiped when dropped.
#[derive(ZeroizeOnDrop, Default)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the bytes over without copying them.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Shows the bytes to code that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Makes a second copy; its name is meant to be found by a reader looking for copies.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        crate::equal_in_constant_time(&self.0, &other.0)
    }
}

impl Eq for SecretBytes {}

impl From<&[u8]> for SecretBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

/// Secret text of any length, wiped when dropped.
#[derive(ZeroizeOnDrop, Default)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over without copying it.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the text to code that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Makes a second copy; its name is meant to be found by a reader looking for copies.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        crate::equal_in_constant_time(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for SecretText {}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}
