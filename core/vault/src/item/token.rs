// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens as items. The counter of an HOTP token belongs to its *secret*, not to the item: a new secret
//! starts its own counter, and merging keeps the greatest of each.

use std::collections::BTreeMap;

use kagifuda_otp::{Algorithm, TokenKind};
use kagifuda_secret::SecretText;
use rand_core::CryptoRng;

use super::expect_kind;
use crate::change::{Edit, Edits, FieldId, RawValue};
use crate::error::VaultError;
use crate::fold::ItemState;
use crate::ids::{ItemId, SecretId};
use crate::schema::{field, kinds};
use crate::value;

/// A token read from its item.
pub struct Token {
    /// What makes the codes; a HOTP token's counter is the one its next code uses.
    pub token: kagifuda_otp::Token,
    /// The name of its secret.
    pub secret_id: SecretId,
}

/// The edits that make an item of a token.
#[must_use]
pub fn token_edits(token: &kagifuda_otp::Token, rng: &mut impl CryptoRng) -> Edits {
    edits_with(token, SecretId::random(rng))
}

/// The edits that make a token anew. The same secret keeps its name, and so its counter, which never goes
/// down, whatever else of the token changes.
#[must_use]
pub fn remade_token_edits(
    old: &Token,
    token: &kagifuda_otp::Token,
    rng: &mut impl CryptoRng,
) -> Edits {
    let is_same_secret = old.token.secret == token.secret;
    edits_with(token, if is_same_secret { old.secret_id } else { SecretId::random(rng) })
}

fn edits_with(token: &kagifuda_otp::Token, secret_id: SecretId) -> Edits {
    let secret_id = value::secret_id(secret_id);
    let mut edits = Edits::new();
    let mut set = |id: FieldId, value: RawValue| drop(edits.insert(id, Edit::Set(value)));
    set(field::ISSUER, value::text(&token.issuer));
    set(field::ACCOUNT, value::text(&token.account));
    set(field::SECRET, value::bytes(token.secret.expose()));
    set(field::SECRET_ID, secret_id.clone());
    set(field::TYPE, value::text(type_name(token.kind)));
    set(field::ALGORITHM, value::text(algorithm_name(token.algorithm)));
    set(field::DIGITS, value::number(token.digits.into()));
    if let TokenKind::Totp { period_seconds, t0 } = token.kind {
        set(field::PERIOD, value::number(period_seconds.into()));
        if t0 != 0 {
            set(field::T0, value::time(t0));
        }
    }
    if let Some(pin) = &token.pin {
        set(field::PIN, value::text(pin.expose()));
    }
    if !token.extra.is_empty() {
        set(field::EXTRA, value::pairs(&token.extra));
    }
    if let TokenKind::Hotp { counter } = token.kind {
        edits.insert(field::COUNTER, Edit::Raise(BTreeMap::from([(secret_id, counter)])));
    }
    edits
}

/// Reads a token from its item.
///
/// # Errors
/// [`VaultError::UnreadableItem`] where the item lacks what a token needs, or a newer version wrote a
/// type this one does not know.
pub fn token(id: ItemId, item: &ItemState) -> Result<Token, VaultError> {
    read(item).ok_or(VaultError::UnreadableItem(id))
}

fn read(item: &ItemState) -> Option<Token> {
    let item = expect_kind(item, kinds::TOKEN)?;
    let text = |id| item.scalar(id).and_then(value::read_text).unwrap_or_default().to_owned();
    let number = |id| item.scalar(id).and_then(value::read_number);
    let secret_id = item.scalar(field::SECRET_ID)?;
    let kind = match text(field::TYPE).as_str() {
        "totp" => TokenKind::Totp {
            period_seconds: number(field::PERIOD).map_or(Some(30), |n| u32::try_from(n).ok())?,
            t0: number(field::T0).map_or(Some(0), |n| u64::try_from(n).ok())?,
        },
        "hotp" => TokenKind::Hotp { counter: item.counter(field::COUNTER, secret_id).unwrap_or(0) },
        "steam" => TokenKind::Steam,
        "motp" => TokenKind::Motp,
        "yandex" => TokenKind::Yandex,
        _ => return None,
    };
    let algorithm = match text(field::ALGORITHM).as_str() {
        "" | "SHA1" => Algorithm::Sha1,
        "SHA256" => Algorithm::Sha256,
        "SHA512" => Algorithm::Sha512,
        _ => return None,
    };
    let pin = item.scalar(field::PIN).and_then(value::read_text).map(SecretText::from);
    let token = kagifuda_otp::Token {
        kind,
        algorithm,
        digits: number(field::DIGITS).map_or(Some(6), |n| u8::try_from(n).ok())?,
        secret: item.scalar(field::SECRET).and_then(value::read_bytes)?.into(),
        pin,
        issuer: text(field::ISSUER),
        account: text(field::ACCOUNT),
        extra: item.scalar(field::EXTRA).and_then(value::read_pairs).unwrap_or_default(),
    };
    let secret_id = SecretId(value::read_bytes(secret_id)?.try_into().ok()?);
    Some(Token { token, secret_id })
}

/// The edit that moves a HOTP token past a counter. It must be durable before that code is shown.
///
/// # Errors
/// [`VaultError::CounterExhausted`] at the end of all counters.
pub fn next_counter(token: &Token, used: u64) -> Result<Edits, VaultError> {
    let next = used.checked_add(1).ok_or(VaultError::CounterExhausted)?;
    let raise = Edit::Raise(BTreeMap::from([(value::secret_id(token.secret_id), next)]));
    Ok(Edits::from([(field::COUNTER, raise)]))
}

fn type_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Hotp { .. } => "hotp",
        TokenKind::Steam => "steam",
        TokenKind::Motp => "motp",
        TokenKind::Yandex => "yandex",
        _ => "totp",
    }
}

const fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    }
}
