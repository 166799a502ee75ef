// SPDX-License-Identifier: MIT OR Apache-2.0
//! One-time passwords: derive, verify once, resynchronise; `otpauth` URIs.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
mod token;

#[cfg(feature = "alloc")]
pub use token::{Token, TokenKind};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z, as the caller's clock tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub u64);

/// The hash function under the HMAC of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-1, what nearly every service uses; safe as an HMAC.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}
