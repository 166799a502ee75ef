// SPDX-License-Identifier: MIT OR Apache-2.0
//! `otpauth` URIs, read as real issuers write them and written as RFC 3986 and the key URI format
//! of Google Authenticator want them.
//!
//! Reading decides so:
//! - Scheme, type, parameter names and algorithms in any case; `HmacSHA1`, `SHA-1` and `SHA1` are
//!   one. Missing values are 6 digits, 30 seconds, SHA-1; wrong ones are errors.
//! - The issuer parameter wins over the label's; where the two disagree the whole label is kept as
//!   the account, so that nothing is lost. A literal colon parts a label before an encoded one.
//! - In the query `+` is a space, but stays a plus at the end of a value (`Disney+`); in the label
//!   it is always a plus (`alice+test@example.com`). `&amp;` is `&`.
//! - HOTP without a counter starts at 0: a server's look-ahead forgives that, losing the token
//!   does not. The notice says so.
//! - Steam is `otpauth://steam/`, `steam://SECRET`, `encoder=steam`, or five digits from the issuer
//!   Steam. Yandex is `otpauth://yaotp/`, mOTP is `motp://` or `otpauth://motp/` with a secret in
//!   hexadecimal; a `pin` stays secret.
//! - A parameter nobody knows is kept and written back.
//!
//! Input over [`MAX_URI_BYTES`] is refused; time and memory are linear in the rest. What is odd
//! but readable becomes a [`Notice`]. Neither errors nor notices hold any part of the input.

mod label;
mod parameters;
mod percent;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

use data_encoding::HEXLOWER_PERMISSIVE;
use kagifuda_secret::{SecretBytes, SecretText};

use crate::base32::{self, Base32Error};
use crate::otpauth::parameters::Parameters;
use crate::{Algorithm, Digits, Token, TokenKind, motp, steam, yandex};

pub(crate) use label::Label;
pub(crate) use percent::{Plus, decoded_secret, push_encoded};
pub use write::write;

/// The longest URI that is read.
pub const MAX_URI_BYTES: usize = 16 * 1024;

/// The longest PIN that is read, decoded; mOTP and Yandex know PINs of 4 to 16 digits.
pub const MAX_PIN_BYTES: usize = 128;

const DEFAULT_PERIOD_SECONDS: u32 = 30;

/// Why a text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtpauthError {
    /// Longer than [`MAX_URI_BYTES`]; no issuer writes that.
    TooLong,
    /// Not an `otpauth`, `motp` or `steam` URI; usually a QR code of something else.
    NotOtpauth,
    /// A Google Authenticator batch: read it with [`crate::migration`].
    IsMigration,
    /// A type of token we do not know, such as `otpauth://push/`.
    UnknownKind,
    /// No secret in it; usually a URI that was cut off.
    SecretMissing,
    /// Two different secrets in it: neither can be trusted.
    SecretTwice,
    /// The secret is not base32; usually typed by hand.
    Secret(Base32Error),
    /// The secret of an mOTP token is neither hexadecimal nor base32.
    SecretNotHexadecimal,
    /// A Yandex secret of the wrong length or with a wrong checksum; usually mistyped.
    YandexSecretDamaged,
    /// A hash we do not know, or that is not fit for use, such as MD5.
    Algorithm,
    /// Not a number of digits from 6 to 10.
    Digits,
    /// Not a period of one second or more.
    Period,
    /// Not a counter.
    Counter,
    /// Not a moment from which steps could be counted.
    StartTime,
    /// A PIN longer than [`MAX_PIN_BYTES`]; no app has such PINs.
    PinTooLong,
}

/// What is odd about a URI that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Label and parameter name different issuers; the parameter's was taken, the label kept whole.
    IssuersDisagree,
    /// Neither issuer nor account: the holder should give it a name.
    Nameless,
    /// HOTP without a counter; it was taken as 0, which may need a resynchronisation.
    CounterAssumedZero,
    /// A parameter came more than once with different values; the first was taken.
    ParameterRepeated,
    /// A name was not valid UTF-8; the broken places were replaced.
    NameDamaged,
    /// The URI gives another period, length or hash than its kind of token has; it was ignored.
    SettingIgnored,
    /// mOTP or Yandex without a PIN: codes need the holder to add it.
    PinMissing,
}

/// A token and what was odd about its URI.
pub struct Reading {
    /// The token.
    pub token: Token,
    /// What a holder might want to check, in the order found.
    pub notices: Vec<Notice>,
}

/// Reads a token from a URI.
///
/// # Errors
/// [`OtpauthError`]; the variant says what is wrong with the URI.
pub fn read(uri: &str) -> Result<Token, OtpauthError> {
    read_closely(uri).map(|reading| reading.token)
}

/// Reads a token from a URI and tells what was odd about it.
///
/// # Errors
/// As [`read`].
pub fn read_closely(uri: &str) -> Result<Reading, OtpauthError> {
    let uri = uri.trim();
    if uri.len() > MAX_URI_BYTES {
        return Err(OtpauthError::TooLong);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(OtpauthError::NotOtpauth)?;
    let rest = rest.trim_start_matches('/');
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = match scheme.to_ascii_lowercase().as_str() {
        "otpauth" => path.split_once('/').unwrap_or((path, "")),
        "motp" => ("motp", path),
        "steam" => return admitted(Draft::bare_steam(path, query)?.steam()?),
        "otpauth-migration" => return Err(OtpauthError::IsMigration),
        _ => return Err(OtpauthError::NotOtpauth),
    };
    let draft = Draft::new(label, query)?;
    let reading = match kind.to_ascii_lowercase().as_str() {
        "totp" if draft.is_steam_in_disguise() => draft.steam(),
        "totp" => draft.totp(),
        "hotp" => draft.hotp(),
        "steam" => draft.steam(),
        "motp" => draft.motp(),
        "yaotp" | "yandex" => draft.yandex(),
        _ => Err(OtpauthError::UnknownKind),
    }?;
    admitted(reading)
}

/// Refuses a PIN that no app would have written, whatever the kind of token.
fn admitted(reading: Reading) -> Result<Reading, OtpauthError> {
    match &reading.token.pin {
        Some(pin) if pin.expose().len() > MAX_PIN_BYTES => Err(OtpauthError::PinTooLong),
        _ => Ok(reading),
    }
}

/// Names and parameters of a URI, on their way to a token.
struct Draft<'a> {
    issuer: String,
    account: String,
    parameters: Parameters<'a>,
    notices: Vec<Notice>,
}

impl<'a> Draft<'a> {
    fn new(label: &str, query: &'a str) -> Result<Self, OtpauthError> {
        let mut notices = Vec::new();
        let parameters = Parameters::read(query, &mut notices)?;
        let given = parameters.issuer.unwrap_or_default();
        let given = percent::decoded(given, Plus::SpaceInside, &mut notices);
        let label = Label::from_uri(label, &mut notices);
        let (issuer, account) = label.names(&given, &mut notices);
        if issuer.is_empty() && account.is_empty() {
            notices.push(Notice::Nameless);
        }
        Ok(Self { issuer, account, parameters, notices })
    }

    /// What Bitwarden keeps for Steam: the secret alone.
    fn bare_steam(secret: &'a str, query: &'a str) -> Result<Self, OtpauthError> {
        let mut draft = Self::new("Steam:", query)?;
        draft.parameters.secret = Some(secret.trim_end_matches('/'));
        Ok(draft)
    }

    fn is_steam_in_disguise(&self) -> bool {
        self.parameters.has_steam_encoder
            || self.issuer.eq_ignore_ascii_case("steam") && self.parameters.digits == Some("5")
    }

    fn totp(self) -> Result<Reading, OtpauthError> {
        let period_seconds = self.parameters.period_seconds()?.unwrap_or(DEFAULT_PERIOD_SECONDS);
        let t0 = self.parameters.t0()?;
        let digits = self.parameters.digits()?.unwrap_or(Digits::SIX).count();
        let algorithm = self.parameters.algorithm()?.unwrap_or_default();
        let secret = self.base32_secret()?;
        Ok(self.into_reading(TokenKind::Totp { period_seconds, t0 }, algorithm, digits, secret))
    }

    fn hotp(mut self) -> Result<Reading, OtpauthError> {
        let counter = self.parameters.counter()?;
        if counter.is_none() {
            self.notices.push(Notice::CounterAssumedZero);
        }
        let digits = self.parameters.digits()?.unwrap_or(Digits::SIX).count();
        let algorithm = self.parameters.algorithm()?.unwrap_or_default();
        let secret = self.base32_secret()?;
        let kind = TokenKind::Hotp { counter: counter.unwrap_or(0) };
        Ok(self.into_reading(kind, algorithm, digits, secret))
    }

    fn steam(self) -> Result<Reading, OtpauthError> {
        let secret = self.base32_secret()?;
        Ok(self.into_fixed(TokenKind::Steam, secret))
    }

    fn motp(self) -> Result<Reading, OtpauthError> {
        let text = self.parameters.secret()?;
        let secret = match HEXLOWER_PERMISSIVE.decode(text.expose().trim().as_bytes()) {
            Ok(bytes) if !bytes.is_empty() => SecretBytes::new(bytes),
            _ => base32::read(text.expose()).map_err(|_| OtpauthError::SecretNotHexadecimal)?,
        };
        Ok(self.into_fixed(TokenKind::Motp, secret))
    }

    fn yandex(mut self) -> Result<Reading, OtpauthError> {
        let copied = self.base32_secret()?;
        let secret = yandex::essence(copied.expose())
            .map(|secret| SecretBytes::from(secret.as_slice()))
            .map_err(|_| OtpauthError::YandexSecretDamaged)?;
        if self.issuer.is_empty() {
            self.issuer.push_str("Yandex");
        }
        let mut reading = self.into_fixed(TokenKind::Yandex, secret);
        reading.token.pin = reading.token.pin.map(yandex_pin);
        Ok(reading)
    }

    fn base32_secret(&self) -> Result<SecretBytes, OtpauthError> {
        base32::read(self.parameters.secret()?.expose()).map_err(OtpauthError::Secret)
    }

    /// Makes a token of a kind whose settings are not for the URI to choose.
    fn into_fixed(mut self, kind: TokenKind, secret: SecretBytes) -> Reading {
        let (algorithm, characters) = fixed_settings(kind);
        let is_other = |setting: Option<&str>, own: u32| {
            setting.is_some_and(|setting| setting.parse() != Ok(own))
        };
        let period_seconds = if kind == TokenKind::Motp { 10 } else { DEFAULT_PERIOD_SECONDS };
        if is_other(self.parameters.digits, u32::from(characters))
            || is_other(self.parameters.period, period_seconds)
        {
            self.notices.push(Notice::SettingIgnored);
        }
        if kind != TokenKind::Steam && self.parameters.pin.is_none() {
            self.notices.push(Notice::PinMissing);
        }
        self.into_reading(kind, algorithm, characters, secret)
    }

    fn into_reading(
        self,
        kind: TokenKind,
        algorithm: Algorithm,
        digits: u8,
        secret: SecretBytes,
    ) -> Reading {
        let Self { issuer, account, parameters, notices } = self;
        let Parameters { pin, extra, .. } = parameters;
        let token = Token { kind, algorithm, digits, secret, pin, issuer, account, extra };
        Reading { token, notices }
    }
}

/// The hash and the length of codes of the kinds that leave no choice.
fn fixed_settings(kind: TokenKind) -> (Algorithm, u8) {
    match kind {
        TokenKind::Yandex => (Algorithm::Sha256, yandex::CODE_CHARACTERS as u8),
        TokenKind::Motp => (Algorithm::Sha1, motp::CODE_CHARACTERS as u8),
        _ => (Algorithm::Sha1, steam::CODE_CHARACTERS as u8),
    }
}

/// Reads a Yandex PIN, which apps write in base32. A PIN is digits, and the base32 of digits
/// begins with a letter, so the two cannot be confused.
fn yandex_pin(written: SecretText) -> SecretText {
    if written.expose().bytes().all(|byte| byte.is_ascii_digit()) {
        return written;
    }
    let decoded = base32::read(written.expose());
    match decoded.as_ref().map(|bytes| core::str::from_utf8(bytes.expose())) {
        Ok(Ok(pin)) => SecretText::from(pin),
        _ => written,
    }
}
