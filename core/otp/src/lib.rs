// SPDX-License-Identifier: MIT OR Apache-2.0
//! One-time passwords: derive, verify once, resynchronise; `otpauth` URIs.
//!
//! The way through this room: a [`Token`] is what a holder keeps, read from a URI by [`otpauth`]
//! or [`migration`]. It lends its secret as a [`Recipe`], which makes the [`Code`] of any step or
//! counter ([`hotp`], [`totp`], [`steam`], [`motp`], [`yandex`]). A server holds a recipe too and
//! asks [`verify`] about what somebody typed; the answer carries the state to store, so that no
//! step and no counter is ever accepted twice. [`ocra`] answers challenges (RFC 6287).
//!
//! Deriving and verifying need no allocator; everything with names in it is behind the `alloc`
//! feature. Time is a value, nothing here reads a clock.
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use kagifuda_otp::{UnixTime, otpauth};
//!
//! let uri = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8";
//! let token = otpauth::read(uri).map_err(|_| "not a token")?;
//! let now = token.code_at(UnixTime(59)).map_err(|_| "a token that makes no codes")?;
//! assert_eq!(now.code.as_str(), "94287082");
//! assert_eq!(now.seconds_left, 1);
//! # }
//! # Ok::<(), &str>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod code;
mod error;
mod mac;
mod recipe;

#[cfg(feature = "alloc")]
pub mod base32;
pub mod hotp;
#[cfg(feature = "alloc")]
pub mod migration;
pub mod motp;
pub mod ocra;
#[cfg(feature = "alloc")]
pub mod otpauth;
pub mod steam;
#[cfg(feature = "alloc")]
mod token;
pub mod totp;
pub mod verify;
pub mod yandex;

pub use code::{Code, Digits};
pub use error::OtpError;
pub use recipe::Recipe;
#[cfg(feature = "alloc")]
pub use token::{CodeNow, Token, TokenKind};
pub use totp::Steps;

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
