// SPDX-License-Identifier: MIT OR Apache-2.0
//! `otpauth` URIs: a token that was read makes codes or says why not, and survives being written.

use kagifuda_otp::{UnixTime, otpauth};

pub(crate) const DICTIONARY: &[&str] = &[
    "otpauth://",
    "otpauth-migration://",
    "motp://",
    "steam://",
    "totp/",
    "hotp/",
    "steam/",
    "yaotp/",
    "?",
    "&",
    "&amp;",
    "=",
    ":",
    "%3A",
    "%20",
    "+",
    "%",
    "%F0%9F%97%9D",
    "secret=",
    "issuer=",
    "algorithm=",
    "SHA1",
    "HmacSHA512",
    "digits=",
    "period=",
    "counter=",
    "t0=",
    "pin=",
    "encoder=steam",
    "18446744073709551615",
    "-1",
    "0",
    "JBSWY3DPEHPK3PXP",
];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(token) = otpauth::read(text) else {
        return;
    };
    for time in [0, 59, 20_000_000_000, u64::MAX] {
        let _ = token.code_at(UnixTime(time));
        let _ = token.code_for(time);
    }
    let written = otpauth::write(&token);
    if written.expose().len() > otpauth::MAX_URI_BYTES {
        return;
    }
    let again = otpauth::read(written.expose()).expect("what is written can be read");
    assert!(again.kind == token.kind, "kind differs");
    assert!(again.algorithm == token.algorithm, "algorithm differs");
    assert!(again.digits == token.digits, "digits differs");
    assert!(again.secret.expose() == token.secret.expose(), "secret.expose() differs");
    assert!(again.issuer == token.issuer, "issuer differs");
    assert!(again.account == token.account, "account differs");
    assert!(again.extra == token.extra, "extra differs");
    let pins = [&again.pin, &token.pin].map(|pin| pin.as_ref().map(|it| it.expose()));
    assert!(pins[0] == pins[1], "the PIN is another one");
}
