// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why no code can be made. Every variant is about the token's settings or the question asked,
//! never about the secret's value, so that an error can be logged.

/// Why no code can be made of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtpError {
    /// The token has no secret; usually an entry that was created by hand and never finished.
    SecretEmpty,
    /// The token asks for fewer than 6 or more than 10 digits; usually a damaged import.
    DigitsOutOfRange,
    /// The token's period is zero seconds; usually a damaged import.
    PeriodZero,
    /// The moment asked about is before the token's first step; usually a wrong clock.
    BeforeFirstStep,
    /// mOTP and Yandex need the holder's PIN, and the token has none.
    PinMissing,
    /// A Yandex secret has 16 bytes, or 26 with a checksum; this one has neither, or was mistyped.
    YandexSecretDamaged,
    /// The caller asked a counted token for the code of a moment: ask for a counter.
    CountsInsteadOfTime,
    /// The caller asked a timed token for the code of a counter: ask for a moment.
    TimedInsteadOfCounter,
}
