// SPDX-License-Identifier: MIT OR Apache-2.0
//! A token as a person keeps it: secret, way of counting, and the names that tell it from others.

use alloc::string::String;
use alloc::vec::Vec;

use kagifuda_secret::{SecretBytes, SecretText};

use crate::Algorithm;

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
