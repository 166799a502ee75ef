// SPDX-License-Identifier: MIT OR Apache-2.0
//! `otpauth` URIs: every rule of the vector files, what is written is read back, and nothing a
//! stranger sends brings the reader down.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod vectors;

use std::fmt;
use std::time::Instant;

use kagifuda_otp::otpauth::{self, OtpauthError};
use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::{SecretBytes, SecretText};
use proptest::prelude::*;
use vectors::{Record, records};

#[test]
fn every_issuers_mistake_has_its_rule() {
    for record in records("otpauth-") {
        let uri = record.text("uri");
        match (record.get("error"), otpauth::read_closely(uri)) {
            (Some(error), Err(found)) => assert_eq!(format!("{found:?}"), error, "{record}"),
            (Some(_), Ok(_)) => panic!("was read: {record}"),
            (None, Err(found)) => panic!("{found:?}: {record}"),
            (None, Ok(reading)) => {
                assert_is_described(&reading.token, &record);
                let notices: Vec<_> = reading.notices.iter().map(|n| format!("{n:?}")).collect();
                assert_eq!(notices.join(" "), record.text("notices"), "{record}");
                assert_is_read_back(&reading.token, &record);
            }
        }
    }
}

fn assert_is_described(token: &Token, record: &Record) {
    let kind = match token.kind {
        TokenKind::Totp { period_seconds, t0 } => {
            assert_eq!(u64::from(period_seconds), record.number("period"), "{record}");
            assert_eq!(t0, record.get("t0").map_or(0, |_| record.number("t0")), "{record}");
            "totp"
        }
        TokenKind::Hotp { counter } => {
            assert_eq!(counter, record.number("counter"), "{record}");
            "hotp"
        }
        TokenKind::Steam => "steam",
        TokenKind::Motp => "motp",
        TokenKind::Yandex => "yandex",
        _ => panic!("a kind without vectors: {record}"),
    };
    let extra: Vec<_> = token.extra.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(kind, record.text("kind"), "{record}");
    assert_eq!(token.issuer, record.text("issuer"), "{record}");
    assert_eq!(token.account, record.text("account"), "{record}");
    assert_eq!(token.secret.expose(), record.bytes("secret"), "{record}");
    assert_eq!(token.algorithm, record.algorithm(), "{record}");
    assert_eq!(u64::from(token.digits), record.number("digits"), "{record}");
    assert_eq!(token.pin.as_ref().map(SecretText::expose), record.get("pin"), "{record}");
    assert_eq!(extra.join("|"), record.get("extra").unwrap_or_default(), "{record}");
}

fn assert_is_read_back(token: &Token, record: &Record) {
    let written = otpauth::write(token);
    if let Some(expected) = record.get("rewritten") {
        assert_eq!(written.expose(), expected, "{record}");
    }
    assert!(otpauth::read(written.expose()).is_ok_and(|again| again == *token), "{record}");
}

/// A token made up by a test, whose URI may be shown.
struct Sample(Token);

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(otpauth::write(&self.0).expose())
    }
}

/// Names as people have them: any script, any punctuation, no spaces around.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,20}", "[a-zA-Z:%+ @/?&#=]{0,12}"].prop_map(|name| name.trim().to_owned())
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)]
}

fn counted_or_timed() -> impl Strategy<Value = (TokenKind, Algorithm, u8)> {
    let kind = prop_oneof![
        (1_u32.., any::<u64>())
            .prop_map(|(period_seconds, t0)| TokenKind::Totp { period_seconds, t0 }),
        any::<u64>().prop_map(|counter| TokenKind::Hotp { counter }),
    ];
    (kind, algorithm(), 6_u8..=10)
}

fn settings() -> impl Strategy<Value = (TokenKind, Algorithm, u8)> {
    prop_oneof![
        4 => counted_or_timed(),
        1 => Just((TokenKind::Steam, Algorithm::Sha1, 5)),
        1 => Just((TokenKind::Motp, Algorithm::Sha1, 6)),
        1 => Just((TokenKind::Yandex, Algorithm::Sha256, 8)),
    ]
}

prop_compose! {
    fn token()(
        (kind, algorithm, digits) in settings(),
        secret in prop::collection::vec(any::<u8>(), 1..80),
        pin in prop::option::of("[0-9a-z]{1,16}"),
        issuer in name(),
        account in name(),
        extra in prop::collection::vec(("x[a-z&=%+;]{0,6}", "\\PC{0,8}"), 0..3),
    ) -> Sample {
        let is_yandex = kind == TokenKind::Yandex;
        let secret = if is_yandex { vec![secret[0]; 16] } else { secret };
        let issuer = if is_yandex && issuer.is_empty() { "Yandex".to_owned() } else { issuer };
        let (secret, pin) = (SecretBytes::new(secret), pin.map(SecretText::new));
        Sample(Token { kind, algorithm, digits, secret, pin, issuer, account, extra })
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(Sample(token) in token()) {
        let uri = otpauth::write(&token);
        let again = otpauth::read(uri.expose());
        prop_assert!(again.is_ok_and(|again| again == token), "{}", uri.expose());
    }

    #[test]
    fn what_is_written_is_plain_ascii_without_loose_syntax(Sample(token) in token()) {
        let uri = otpauth::write(&token);
        prop_assert!(uri.expose().bytes().all(|byte| byte.is_ascii_graphic()));
        prop_assert_eq!(uri.expose().matches('?').count(), 1);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC*") {
        let _ = otpauth::read(&text);
        let _ = otpauth::read(&format!("otpauth://totp/{text}"));
        let _ = otpauth::read(&format!("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&{text}"));
        let _ = otpauth::read(&format!("motp://{text}"));
    }
}

#[test]
fn a_hostile_uri_is_refused_by_length_and_costs_no_time() {
    let began = Instant::now();
    let endless = format!("otpauth://totp/a?{}", "a&".repeat(1 << 20));
    assert_eq!(otpauth::read(&endless).err(), Some(OtpauthError::TooLong));
    let crowded = format!("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP{}", "&a".repeat(8000));
    assert_eq!(otpauth::read(&crowded).map(|token| token.extra.len()), Ok(8000));
    assert!(began.elapsed().as_secs() < 2);
}
