// SPDX-License-Identifier: MIT OR Apache-2.0
//! Google's batches: what the app shows is read, parts find each other, what cannot travel is
//! named, and nothing a stranger shows brings the reader down.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod vectors;

use std::fmt;

use kagifuda_otp::migration::{self, Batch, CannotTravel, MAX_CODE_BYTES, PartName};
use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::SecretBytes;
use proptest::prelude::*;
use vectors::{Record, records};

fn numbered<'a>(record: &'a Record, name: &str) -> Vec<&'a str> {
    (1..).map_while(|number| record.get(&format!("{name}-{number}"))).collect()
}

fn names(parts: &[PartName]) -> String {
    let names: Vec<_> = parts.iter().map(|p| format!("{}/{}", p.batch_id, p.index)).collect();
    names.join(" ")
}

fn described(token: &Token) -> String {
    let (kind, counter) = match token.kind {
        TokenKind::Totp { period_seconds: 30, t0: 0 } => ("totp", String::new()),
        TokenKind::Hotp { counter } => ("hotp", format!("|{counter}")),
        _ => panic!("a kind the schema does not have"),
    };
    let hex: String = token.secret.expose().iter().map(|byte| format!("{byte:02x}")).collect();
    let algorithm = format!("{:?}", token.algorithm).to_lowercase();
    let Token { issuer, account, digits, .. } = token;
    format!("{kind}|{issuer}|{account}|{hex}|{algorithm}|{digits}{counter}")
}

#[test]
fn every_batch_is_read_as_its_vectors_say() {
    for record in records("migration-") {
        let uris = [vec![record.text("uri")], numbered_after_first(&record)].concat();
        if let Some(error) = record.get("error") {
            let found = migration::read(uris[0]).err().map(|error| format!("{error:?}"));
            assert_eq!(found.as_deref(), Some(error), "{record}");
            continue;
        }
        let parts = uris.iter().map(|uri| migration::read(uri).ok().unwrap());
        assert_is_described(&migration::assemble(parts), &record);
    }
}

fn numbered_after_first(record: &Record) -> Vec<&str> {
    (2..).map_while(|number| record.get(&format!("uri-{number}"))).collect()
}

fn assert_is_described(batch: &Batch, record: &Record) {
    let tokens: Vec<_> = batch.tokens.iter().map(described).collect();
    assert_eq!(tokens, numbered(record, "token"), "{record}");
    let problems: Vec<_> = batch
        .problems
        .iter()
        .map(|(part, p)| {
            let part = names(&[*part]);
            format!("{part}|{}|{}|{}|{:?}", p.position, p.issuer, p.account, p.why)
        })
        .collect();
    assert_eq!(problems, numbered(record, "problem"), "{record}");
    assert_eq!(names(&batch.missing), record.text("missing"), "{record}");
    assert_eq!(names(&batch.repeated), record.text("repeated"), "{record}");
    assert_eq!(names(&batch.conflicting), record.text("conflicting"), "{record}");
    assert_eq!(batch.batch_count as u64, record.number("batches"), "{record}");
}

#[test]
fn a_huge_text_is_refused_at_once() {
    let huge = format!("otpauth-migration://offline?data={}", "A".repeat(1 << 20));
    assert_eq!(migration::read(&huge).err(), Some(migration::MigrationError::TooLong));
}

fn token(kind: TokenKind) -> Token {
    Token {
        kind,
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: SecretBytes::from(b"12345678901234567890".as_slice()),
        pin: None,
        issuer: "Example".to_owned(),
        account: "alice".to_owned(),
        extra: Vec::new(),
    }
}

const COMMON: TokenKind = TokenKind::Totp { period_seconds: 30, t0: 0 };

#[test]
fn who_cannot_travel_is_named_with_the_reason() {
    let mut tokens = vec![
        token(COMMON),
        token(TokenKind::Steam),
        token(TokenKind::Totp { period_seconds: 60, t0: 0 }),
        token(TokenKind::Totp { period_seconds: 30, t0: 1 }),
        token(TokenKind::Hotp { counter: 1 << 63 }),
        token(COMMON),
        token(COMMON),
        token(COMMON),
        token(TokenKind::Hotp { counter: (1 << 63) - 1 }),
    ];
    tokens[5].digits = 7;
    tokens[6].secret = SecretBytes::default();
    tokens[7].account = "a".repeat(2000);
    let written = migration::write(&tokens, 1, 1000);
    assert_eq!(
        written.left_behind,
        [
            (1, CannotTravel::Kind),
            (2, CannotTravel::Period),
            (3, CannotTravel::StartTime),
            (4, CannotTravel::Counter),
            (5, CannotTravel::Digits),
            (6, CannotTravel::SecretMissing),
            (7, CannotTravel::TooLong),
        ]
    );
    let part = migration::read(written.codes[0].expose()).ok().unwrap();
    assert!(part.tokens.len() == 2 && part.tokens[0] == tokens[0] && part.tokens[1] == tokens[8]);
}

#[test]
fn nothing_to_write_is_no_code() {
    let written = migration::write(&[], 1, 1000);
    assert!(written.codes.is_empty() && written.left_behind.is_empty());
}

/// A token made up by a test, whose settings may be shown.
struct Sample(Token);

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&described(&self.0))
    }
}

prop_compose! {
    fn traveller()(
        counter in prop::option::of(0..u64::MAX / 2),
        algorithm in prop_oneof![
            Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)
        ],
        digits in prop_oneof![Just(6_u8), Just(8)],
        secret in prop::collection::vec(any::<u8>(), 1..64),
        issuer in "[a-zA-Z:あ%+ ]{0,10}",
        account in "[a-zA-Z:あ%+ ]{0,30}",
    ) -> Sample {
        Sample(Token {
            kind: counter.map_or(COMMON, |counter| TokenKind::Hotp { counter }),
            algorithm,
            digits,
            secret: SecretBytes::new(secret),
            pin: None,
            issuer: issuer.replace(':', "").trim().to_owned(),
            account: account.trim().to_owned(),
            extra: Vec::new(),
        })
    }
}

proptest! {
    #[test]
    fn what_is_written_in_parts_is_read_back_in_any_order(
        tokens in prop::collection::vec(traveller(), 0..40),
        batch_id in any::<i32>(),
        max_uri_bytes in 600_usize..4000,
        is_reversed in any::<bool>(),
    ) {
        let written = migration::write(tokens.iter().map(|sample| &sample.0), batch_id, max_uri_bytes);
        prop_assert!(written.left_behind.is_empty());
        let longest = written.codes.iter().map(|code| code.expose().len()).max().unwrap_or(0);
        prop_assert!(longest <= max_uri_bytes.min(MAX_CODE_BYTES));
        let mut parts: Vec<_> =
            written.codes.iter().map(|code| migration::read(code.expose()).ok().unwrap()).collect();
        if is_reversed {
            parts.reverse();
        }
        let batch = migration::assemble(parts);
        prop_assert!(batch.missing.is_empty() && batch.problems.is_empty());
        let read: Vec<_> = batch.tokens.iter().map(described).collect();
        let given: Vec<_> = tokens.iter().map(|sample| described(&sample.0)).collect();
        prop_assert_eq!(read, given);
    }

    #[test]
    fn a_lost_part_is_always_named(
        tokens in prop::collection::vec(traveller(), 20..40),
        lost in any::<prop::sample::Index>(),
    ) {
        let written = migration::write(tokens.iter().map(|sample| &sample.0), 7, 700);
        let mut parts: Vec<_> =
            written.codes.iter().map(|code| migration::read(code.expose()).ok().unwrap()).collect();
        let lost = lost.index(parts.len());
        parts.remove(lost);
        let batch = migration::assemble(parts);
        prop_assert_eq!(batch.missing, [PartName { batch_id: 7, index: lost as u32 }]);
    }

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let hex: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        let _ = migration::read(&format!("otpauth-migration://offline?data={hex}"));
        let mut letters = String::new();
        for byte in &bytes {
            letters.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                [usize::from(byte & 63)]));
        }
        let _ = migration::read(&format!("otpauth-migration://offline?data={letters}"));
    }
}
