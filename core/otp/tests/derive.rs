// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes: the RFCs' own vectors, the published ones of kinds without an RFC, and what a holder
//! sees of a token.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod vectors;

use kagifuda_otp::{
    Algorithm, Digits, OtpError, Recipe, Steps, Token, TokenKind, UnixTime, hotp, motp, steam,
    totp, yandex,
};
use kagifuda_secret::{SecretBytes, SecretText};
use vectors::{Record, records};

fn digits(record: &Record) -> Digits {
    Digits::new(u8::try_from(record.number("digits")).unwrap()).unwrap()
}

#[test]
fn hotp_gives_the_codes_of_rfc_4226() {
    for record in records("rfc4226-") {
        let secret = record.bytes("secret");
        let code =
            hotp::code(&secret, record.algorithm(), record.number("counter"), digits(&record));
        assert_eq!(code.unwrap().as_str(), record.text("code"), "{record}");
    }
}

#[test]
fn totp_gives_the_codes_of_rfc_6238() {
    for record in records("rfc6238-") {
        let secret = record.bytes("secret");
        let period = u32::try_from(record.number("period")).unwrap();
        let steps = Steps::new(period, UnixTime(record.number("t0"))).unwrap();
        let now = UnixTime(record.number("time"));
        let code = totp::code(&secret, record.algorithm(), steps, now, digits(&record));
        assert_eq!(code.unwrap().as_str(), record.text("code"), "{record}");
    }
}

#[test]
fn steam_gives_the_published_codes() {
    for record in records("steam-") {
        let code = steam::code(&record.bytes("secret"), UnixTime(record.number("time")));
        assert_eq!(code.unwrap().as_str(), record.text("code"), "{record}");
    }
}

#[test]
fn motp_gives_the_published_codes() {
    for record in records("motp-") {
        let now = UnixTime(record.number("time"));
        let code = motp::code(&record.bytes("secret"), record.text("pin"), now);
        assert_eq!(code.unwrap().as_str(), record.text("code"), "{record}");
    }
}

#[test]
fn yandex_gives_the_published_codes_and_notices_a_mistyped_secret() {
    for record in records("yandex-") {
        let now = UnixTime(record.number("time"));
        let code = yandex::code(&record.bytes("secret"), record.text("pin"), now);
        match (code, record.get("error")) {
            (Ok(code), None) => assert_eq!(code.as_str(), record.text("code"), "{record}"),
            (Err(found), Some(error)) => assert_eq!(format!("{found:?}"), error, "{record}"),
            _ => panic!("the other way round: {record}"),
        }
    }
}

#[test]
fn the_first_sixteen_bytes_of_a_yandex_secret_make_the_codes() {
    for record in records("yandex-published") {
        let secret = record.bytes("secret");
        let now = UnixTime(record.number("time"));
        let code = yandex::code(&secret[..16], record.text("pin"), now);
        assert_eq!(code.unwrap().as_str(), record.text("code"), "{record}");
    }
}

fn token(kind: TokenKind) -> Token {
    Token {
        kind,
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: SecretBytes::from(b"12345678901234567890".as_slice()),
        pin: None,
        issuer: String::new(),
        account: String::new(),
        extra: Vec::new(),
    }
}

#[test]
fn a_holder_sees_how_long_the_code_lasts_and_what_comes_next() {
    let token = token(TokenKind::Totp { period_seconds: 30, t0: 0 });
    let now = token.code_at(UnixTime(31)).unwrap();
    assert_eq!((now.code.as_str(), now.seconds_left, now.period_seconds), ("287082", 29, 30));
    assert_eq!(now.next_at, UnixTime(60));
    assert_eq!(token.code_at(UnixTime(59)).unwrap().seconds_left, 1);
    assert!(token.code_at(now.next_at).unwrap().code.matches("359152"));
}

#[test]
fn the_last_moment_of_time_has_a_code_too() {
    let mut token = token(TokenKind::Totp { period_seconds: 1, t0: 0 });
    assert!(token.code_at(UnixTime(u64::MAX)).is_ok());
    token.kind = TokenKind::Totp { period_seconds: u32::MAX, t0: u64::MAX };
    let now = token.code_at(UnixTime(u64::MAX)).unwrap();
    assert_eq!((now.seconds_left, now.next_at), (u32::MAX, UnixTime(u64::MAX)));
    assert_eq!(token.code_at(UnixTime(5)).err(), Some(OtpError::BeforeFirstStep));
}

#[test]
fn a_counted_token_asks_for_a_counter_and_a_timed_one_for_a_moment() {
    let counted = token(TokenKind::Hotp { counter: 1 });
    assert_eq!(counted.code_at(UnixTime(0)).err(), Some(OtpError::CountsInsteadOfTime));
    assert!(counted.code_for(1).unwrap().matches("287082"));
    let timed = token(TokenKind::Steam);
    assert_eq!(timed.code_for(1).err(), Some(OtpError::TimedInsteadOfCounter));
}

#[test]
fn a_damaged_token_says_what_is_wrong_with_it() {
    let mut damaged = token(TokenKind::Totp { period_seconds: 0, t0: 0 });
    assert_eq!(damaged.code_at(UnixTime(0)).err(), Some(OtpError::PeriodZero));
    damaged.kind = TokenKind::Hotp { counter: 0 };
    for digits in [0, 5, 11, 255] {
        damaged.digits = digits;
        assert_eq!(damaged.code_for(0).err(), Some(OtpError::DigitsOutOfRange));
    }
    damaged.digits = 6;
    damaged.secret = SecretBytes::default();
    assert_eq!(damaged.code_for(0).err(), Some(OtpError::SecretEmpty));
    for kind in [TokenKind::Motp, TokenKind::Yandex] {
        let mut without_pin = token(kind);
        without_pin.secret = SecretBytes::new(vec![7; 16]);
        assert_eq!(without_pin.code_at(UnixTime(0)).err(), Some(OtpError::PinMissing));
        without_pin.pin = Some(SecretText::default());
        assert_eq!(without_pin.code_at(UnixTime(0)).err(), Some(OtpError::PinMissing));
        without_pin.pin = Some(SecretText::from("1234"));
        assert!(without_pin.code_at(UnixTime(0)).is_ok());
    }
}

#[test]
fn a_recipe_makes_the_same_codes_as_its_token() {
    for kind in [TokenKind::Steam, TokenKind::Totp { period_seconds: 45, t0: 7 }] {
        let token = token(kind);
        let recipe: Recipe<'_> = token.recipe().unwrap();
        let step = recipe.steps().unwrap().step_at(UnixTime(1_700_000_000)).unwrap();
        let now = token.code_at(UnixTime(1_700_000_000)).unwrap();
        assert!(recipe.code_of(step).unwrap() == now.code);
    }
}
