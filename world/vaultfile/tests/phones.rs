// SPDX-License-Identifier: MIT OR Apache-2.0

//! Databases of authenticator apps, through the reading of foreign files and the formats that know them: made-up
//! ones, and real ones where they lie beside the repository (see the samples of `kagifuda-vault`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::path::PathBuf;

use kagifuda_otp::{Algorithm, TokenKind, base32};
use kagifuda_vault::exchange::{
    Entry, FormatName, Import, ImportError, ImportLimits, Notice, RefuseReason, Setting,
    is_database, read_tables, wanted_tables,
};
use kagifuda_vaultfile::read_foreign;

const MOSS: &str = "MFRGGZDFMZTWQ2LK";
const FERN: &str = "GEZDGNBVGY3TQOJQ";

fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    assert!(is_database(bytes));
    read_tables(&read_foreign(bytes, wanted_tables())?, &ImportLimits::STANDARD)
}

fn vector(name: &str) -> Import {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/databases");
    read(&std::fs::read(folder.join(name)).unwrap())
        .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn entry<'a>(import: &'a Import, issuer: &str) -> &'a Entry {
    import.entries.iter().find(|entry| entry.token.issuer == issuer).unwrap()
}

fn secret_is(entry: &Entry, text: &str) {
    assert!(entry.token.secret == base32::read(text).unwrap(), "secret of {}", entry.token.issuer);
}

fn refusals(import: &Import) -> Vec<(usize, &str, RefuseReason)> {
    let refused = import.refused.iter();
    refused.map(|it| (it.position, it.name.as_str(), it.reason.clone())).collect()
}

const fn totp(period_seconds: u32) -> TokenKind {
    TokenKind::Totp { period_seconds, t0: 0 }
}

#[test]
fn google_authenticator_says_kinds_only_and_seals_secrets_on_newer_phones() {
    let import = vector("google-authenticator-newer-phones-seal-secrets.sqlite");
    assert_eq!(import.format, FormatName::GooglePhone);
    let moss = entry(&import, "Moss");
    assert_eq!((moss.token.account.as_str(), moss.token.kind), ("ume", totp(30)));
    let silent = [Setting::Algorithm, Setting::Digits, Setting::Period].map(Notice::Assumed);
    assert_eq!(moss.notices, silent);
    let fern = entry(&import, "Fern");
    assert_eq!(
        (fern.token.account.as_str(), fern.token.kind),
        ("take", TokenKind::Hotp { counter: 41 })
    );
    secret_is(fern, FERN);
    assert_eq!(entry(&import, "Pine").token.account, "matsu");
    let expected = [
        (4, "Later: ume", RefuseReason::UnknownKind),
        (5, "Sealed: ume", RefuseReason::AppBound),
        (6, "Bad: ume", RefuseReason::BadSecret),
    ];
    assert_eq!(refusals(&import), expected);
}

#[test]
fn microsoft_authenticator_says_no_kinds_and_its_own_accounts_have_eight_digits() {
    let import = vector("microsoft-authenticator-its-own-accounts-have-eight-digits.sqlite");
    assert_eq!(import.format, FormatName::MicrosoftPhone);
    let moss = entry(&import, "Moss");
    let silent = [Setting::Kind, Setting::Algorithm, Setting::Digits, Setting::Period];
    assert_eq!(
        (moss.token.account.as_str(), &moss.notices[..]),
        ("ume", &silent.map(Notice::Assumed)[..])
    );
    secret_is(moss, MOSS);
    let own = entry(&import, "Microsoft");
    assert_eq!((own.token.digits, own.token.kind), (8, totp(30)));
    secret_is(own, FERN);
    let expected = [
        (3, "A company: hana", RefuseReason::AppBound),
        (4, "Odd: ume", RefuseReason::BadSecret),
        (5, "Later: ume", RefuseReason::UnknownKind),
    ];
    assert_eq!(refusals(&import), expected);
}

#[test]
fn the_database_of_stratum_has_all_that_its_backups_have() {
    let import = vector("stratum-categories-become-folders.db");
    assert_eq!((import.format, &import.refused[..]), (FormatName::Stratum, &[][..]));
    let moss = entry(&import, "Moss");
    assert_eq!((moss.token.algorithm, moss.token.digits), (Algorithm::Sha256, 8));
    assert_eq!((moss.token.kind, &moss.notices[..]), (totp(60), &[Notice::IconDropped][..]));
    assert_eq!(moss.extras.folders, ["garden"]);
    assert_eq!(entry(&import, "Fern").token.kind, TokenKind::Hotp { counter: 41 });
    assert_eq!(entry(&import, "Steam").token.kind, TokenKind::Steam);
    assert_eq!(entry(&import, "Pine").token.pin.as_ref().unwrap().expose(), "1234");
}

/// Whatever a changed database yields, each of its rows is told once.
#[test]
fn databases_with_any_bit_changed_are_read_whole_or_are_errors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/databases");
    for file in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(file.unwrap().path()).unwrap();
        for place in 16..file.len() {
            let mut changed = file.clone();
            changed[place] ^= 1 << (place % 8);
            let Ok(import) = read(&changed) else { continue };
            let positions = import.entries.iter().map(|it| it.position);
            let mut positions: Vec<_> =
                positions.chain(import.refused.iter().map(|it| it.position)).collect();
            positions.sort_unstable();
            assert!(positions.iter().copied().eq(1..=positions.len()), "byte {place}");
        }
    }
}

#[test]
fn a_database_of_something_else_is_no_format_of_ours() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/tables");
    let computed = std::fs::read(folder.join("a-computed-column")).unwrap();
    assert_eq!(read(&computed).err(), Some(ImportError::UnknownFormat));
}

/// Issuer, account, kind, secret of the published vectors (see the samples of `kagifuda-vault`).
const SAMPLES: [(&str, &str, TokenKind, &str); 7] = [
    ("Deno", "Mason", totp(30), "4SJHB4GSD43FZBAI7C2HLRJGPQ"),
    ("SPDX", "James", totp(20), "5OM4WOOGPLQEF6UGN3CPEOOLWU"),
    ("Airbnb", "Elijah", totp(50), "7ELGJSGXNCCTV3O6LKJWYFV2RA"),
    ("Issuu", "James", TokenKind::Hotp { counter: 1 }, "YOOMIXWS5GN6RTBPUFFWKTW5M4"),
    ("Air Canada", "Benjamin", TokenKind::Hotp { counter: 50 }, "KUVJJOM753IHTNDSZVCNKL7GII"),
    ("WWE", "Mason", TokenKind::Hotp { counter: 10300 }, "5VAML3X35THCEBVRLV24CGBKOY"),
    ("Boeing", "Sophia", TokenKind::Steam, "JRZCL47CMXVOQMNPZR2F7J4RGI"),
];

fn sample(name: &str) -> Option<Import> {
    let folder = match std::env::var_os("KAGIFUDA_SAMPLES") {
        Some(named) => PathBuf::from(named),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let Ok(bytes) = std::fs::read(folder.join("otp-exports").join(name)) else {
        println!("samples absent, not tested (set KAGIFUDA_SAMPLES to the folder that holds them)");
        return None;
    };
    let import = read(&bytes).unwrap();
    assert_eq!(import.refused, [], "{name}");
    Some(import)
}

/// Compares a sample with as many of the published vectors as it has.
fn assert_sample(
    name: &str,
    count: usize,
    settings: impl Fn(usize, TokenKind) -> (TokenKind, Algorithm, u8),
) {
    let Some(import) = sample(name) else { return };
    assert_eq!(import.entries.len(), count, "{name}");
    for (number, (issuer, account, kind, secret)) in SAMPLES.into_iter().take(count).enumerate() {
        let entry = entry(&import, issuer);
        assert_eq!(entry.token.account, account, "{name}: {issuer}");
        let found = (entry.token.kind, entry.token.algorithm, entry.token.digits);
        assert_eq!(found, settings(number, kind), "{name}: {issuer}");
        secret_is(entry, secret);
    }
}

#[test]
fn samples_of_google_and_microsoft_forget_nearly_all() {
    assert_sample("google_authenticator.sqlite", 6, |_, kind| {
        let is_hotp = matches!(kind, TokenKind::Hotp { .. });
        (if is_hotp { kind } else { totp(30) }, Algorithm::Sha1, 6)
    });
    assert_sample("microsoft_authenticator.sqlite", 7, |_, _| (totp(30), Algorithm::Sha1, 6));
}

#[test]
fn the_sample_of_stratum_yields_all_seven() {
    use Algorithm::{Sha1, Sha256, Sha512};
    let settings =
        [(Sha1, 6), (Sha256, 7), (Sha512, 8), (Sha1, 6), (Sha256, 7), (Sha512, 8), (Sha1, 5)];
    assert_sample("stratum_internal.db", 7, |number, kind| {
        let (algorithm, digits) = settings[number];
        (kind, algorithm, digits)
    });
}
