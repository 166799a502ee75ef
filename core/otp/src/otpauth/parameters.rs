// SPDX-License-Identifier: MIT OR Apache-2.0
//! The query of an `otpauth` URI: the parameters we know, taken apart and checked, and those we do
//! not know, kept as they came.

use alloc::string::String;
use alloc::vec::Vec;

use kagifuda_secret::SecretText;

use crate::otpauth::percent::{self, Plus};
use crate::otpauth::{Notice, OtpauthError};
use crate::{Algorithm, Digits};

/// The parameters of one URI. Settings are still encoded text: whether one is wrong depends on
/// the kind of token that asks for it.
#[derive(Default)]
pub(super) struct Parameters<'a> {
    pub(super) secret: Option<&'a str>,
    pub(super) issuer: Option<&'a str>,
    pub(super) digits: Option<&'a str>,
    pub(super) period: Option<&'a str>,
    algorithm: Option<&'a str>,
    counter: Option<&'a str>,
    t0: Option<&'a str>,
    pub(super) pin: Option<SecretText>,
    pub(super) has_steam_encoder: bool,
    pub(super) extra: Vec<(String, String)>,
}

/// Tells whether a parameter is one of ours, so that it cannot also be an unknown one.
pub(super) fn is_known(name: &str, value: &str) -> bool {
    const NAMES: [&str; 8] =
        ["secret", "issuer", "digits", "period", "algorithm", "counter", "t0", "pin"];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) || is_steam_encoder(name, value)
}

fn is_steam_encoder(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("encoder") && value.eq_ignore_ascii_case("steam")
}

impl<'a> Parameters<'a> {
    pub(super) fn read(query: &'a str, notices: &mut Vec<Notice>) -> Result<Self, OtpauthError> {
        let mut parameters = Self::default();
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let piece = piece.strip_prefix("amp;").unwrap_or(piece);
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            parameters.take(name, value, notices)?;
        }
        Ok(parameters)
    }

    fn take(
        &mut self,
        raw_name: &str,
        value: &'a str,
        notices: &mut Vec<Notice>,
    ) -> Result<(), OtpauthError> {
        let name = percent::decoded(raw_name, Plus::Space, notices);
        let known = name.to_ascii_lowercase();
        let slot = match known.as_str() {
            "secret" => &mut self.secret,
            "issuer" => &mut self.issuer,
            "digits" => &mut self.digits,
            "period" => &mut self.period,
            "algorithm" => &mut self.algorithm,
            "counter" => &mut self.counter,
            "t0" => &mut self.t0,
            "pin" if value.is_empty() => return Ok(()),
            "pin" => {
                self.pin.get_or_insert_with(|| percent::decoded_secret(value, Plus::Space));
                return Ok(());
            }
            _ if is_steam_encoder(&name, value) => {
                self.has_steam_encoder = true;
                return Ok(());
            }
            _ => {
                let value = percent::decoded(value, Plus::SpaceInside, notices);
                self.extra.push((name, value));
                return Ok(());
            }
        };
        let value = value.trim();
        match *slot {
            None if !value.is_empty() => *slot = Some(value),
            Some(first) if first != value && known == "secret" => {
                return Err(OtpauthError::SecretTwice);
            }
            Some(first) if first != value => notices.push(Notice::ParameterRepeated),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn secret(&self) -> Result<SecretText, OtpauthError> {
        let raw = self.secret.ok_or(OtpauthError::SecretMissing)?;
        Ok(percent::decoded_secret(raw, Plus::Space))
    }

    pub(super) fn digits(&self) -> Result<Option<Digits>, OtpauthError> {
        let read = |text: &str| text.parse().ok().and_then(|count| Digits::new(count).ok());
        self.digits.map(|text| read(text).ok_or(OtpauthError::Digits)).transpose()
    }

    pub(super) fn period_seconds(&self) -> Result<Option<u32>, OtpauthError> {
        let read = |text: &str| text.parse().ok().filter(|seconds| *seconds > 0);
        self.period.map(|text| read(text).ok_or(OtpauthError::Period)).transpose()
    }

    pub(super) fn counter(&self) -> Result<Option<u64>, OtpauthError> {
        self.counter.map(|text| text.parse().map_err(|_| OtpauthError::Counter)).transpose()
    }

    pub(super) fn t0(&self) -> Result<u64, OtpauthError> {
        self.t0.map_or(Ok(0), |text| text.parse().map_err(|_| OtpauthError::StartTime))
    }

    pub(super) fn algorithm(&self) -> Result<Option<Algorithm>, OtpauthError> {
        self.algorithm.map(|text| algorithm_named(text).ok_or(OtpauthError::Algorithm)).transpose()
    }
}

/// Knows `SHA1`, `sha-1`, `HmacSHA1`, `HMAC-SHA-1` and the like for each of the three hashes.
fn algorithm_named(text: &str) -> Option<Algorithm> {
    let bare: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match bare.strip_prefix("hmac").unwrap_or(&bare) {
        "sha1" | "sha" => Some(Algorithm::Sha1),
        "sha256" => Some(Algorithm::Sha256),
        "sha512" => Some(Algorithm::Sha512),
        _ => None,
    }
}
