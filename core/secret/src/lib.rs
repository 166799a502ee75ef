// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets that wipe themselves, and words a person can write down.
//!
//! Every other room holds its keys, passphrases and token secrets in these types. They have no
//! `Debug`, `Clone`, `Display` or `Serialize`, so a secret cannot slip into a log by habit; they
//! are overwritten when dropped; comparing them takes the same time wherever they differ. A copy
//! is possible, but has to be asked for by name ([`SecretBytes::duplicate`]).
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod array;
#[cfg(feature = "alloc")]
mod buffer;
#[cfg(feature = "alloc")]
pub mod words;

pub use array::SecretArray;
#[cfg(feature = "alloc")]
pub use buffer::{SecretBytes, SecretText};

use subtle::ConstantTimeEq as _;

/// Tells whether two byte strings are equal, in time that depends on their lengths only.
#[must_use]
pub fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
