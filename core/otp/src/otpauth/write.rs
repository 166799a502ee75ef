// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes a token as the URI that most apps read: every setting spelled out, the issuer both in the
//! label and as a parameter, names percent-encoded as RFC 3986 wants them.
//!
//! Steam and Yandex are written as Aegis writes them; mOTP as `motp://issuer:account?secret=`,
//! which Stratum reads, the PIN after it. A start of counting other than 1970 becomes `t0`, which
//! only we read.

use alloc::format;
use alloc::string::String;

use data_encoding::HEXLOWER;
use kagifuda_secret::SecretText;

use crate::otpauth::parameters::is_known;
use crate::otpauth::percent::push_encoded;
use crate::{Algorithm, Token, TokenKind, base32};

/// Writes a token as a URI; [`crate::otpauth::read`] gives an equal token back, except that
/// spaces around names are not kept.
#[must_use]
pub fn write(token: &Token) -> SecretText {
    let mut uri = String::with_capacity(longest(token));
    uri.push_str(match token.kind {
        TokenKind::Totp { .. } => "otpauth://totp/",
        TokenKind::Hotp { .. } => "otpauth://hotp/",
        TokenKind::Steam => "otpauth://steam/",
        TokenKind::Motp => "motp://",
        TokenKind::Yandex => "otpauth://yaotp/",
    });
    push_label(&mut uri, token);
    if token.kind == TokenKind::Motp {
        uri.push_str("?secret=");
        uri.push_str(SecretText::new(HEXLOWER.encode(token.secret.expose())).expose());
    } else {
        uri.push_str("?secret=");
        uri.push_str(base32::write(token.secret.expose()).expose());
        push_settings(&mut uri, token);
    }
    push_pin(&mut uri, token);
    let unknown = token.extra.iter().filter(|(name, value)| !is_known(name, value));
    for (name, value) in unknown {
        push_parameter(&mut uri, name, value);
    }
    SecretText::new(uri)
}

/// Room for everything, so that the secret is never copied by growing.
fn longest(token: &Token) -> usize {
    let pin = token.pin.as_ref().map_or(0, |pin| pin.expose().len());
    let names = 2 * token.issuer.len() + token.account.len();
    let extra: usize = token.extra.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    256 + 2 * token.secret.expose().len() + 3 * (pin + names + extra)
}

/// A leading colon says that there is no issuer, where a reader could otherwise find one.
fn push_label(uri: &mut String, token: &Token) {
    push_encoded(uri, &token.issuer);
    let could_mislead = token.account.contains(':') || token.kind == TokenKind::Motp;
    if !token.issuer.is_empty() || could_mislead {
        uri.push(':');
    }
    push_encoded(uri, &token.account);
}

fn push_settings(uri: &mut String, token: &Token) {
    if !token.issuer.is_empty() {
        push_parameter(uri, "issuer", &token.issuer);
    }
    let algorithm = match token.algorithm {
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    };
    push_parameter(uri, "algorithm", algorithm);
    push_parameter(uri, "digits", &format!("{}", token.digits));
    match token.kind {
        TokenKind::Hotp { counter } => push_parameter(uri, "counter", &format!("{counter}")),
        TokenKind::Totp { period_seconds, t0 } => {
            push_parameter(uri, "period", &format!("{period_seconds}"));
            if t0 != 0 {
                push_parameter(uri, "t0", &format!("{t0}"));
            }
        }
        _ => push_parameter(uri, "period", "30"),
    }
}

/// A Yandex PIN goes in base32, except one whose base32 a reader would take for the PIN itself.
fn push_pin(uri: &mut String, token: &Token) {
    let Some(pin) = &token.pin else { return };
    let encoded = base32::write(pin.expose().as_bytes());
    let could_mislead = encoded.expose().bytes().all(|byte| byte.is_ascii_digit());
    let is_encoded = token.kind == TokenKind::Yandex && !could_mislead;
    push_parameter(uri, "pin", if is_encoded { encoded.expose() } else { pin.expose() });
}

fn push_parameter(uri: &mut String, name: &str, value: &str) {
    uri.push('&');
    push_encoded(uri, name);
    uri.push('=');
    push_encoded(uri, value);
}
