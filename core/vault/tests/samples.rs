// SPDX-License-Identifier: MIT OR Apache-2.0
//! Real exports of other apps, read and compared with what each must yield: number, kind, hash,
//! digits, period or counter, secret, issuer, account, groups. The files are not ours to ship; they
//! are looked for in the folder `KAGIFUDA_SAMPLES` names, or beside the repository, and where they
//! are absent the test says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its sample has failed")]

use std::path::PathBuf;

use kagifuda_otp::{Algorithm, Token, TokenKind, base32};
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    FormatName, Import, ImportError, ImportLimits, Notice, Setting, read_any,
};

use kagifuda_otp::Algorithm::{Sha1, Sha256, Sha512};

/// One expected entry.
#[derive(Clone, Copy)]
struct Expected {
    issuer: &'static str,
    account: &'static str,
    kind: TokenKind,
    algorithm: Algorithm,
    digits: u8,
    secret: &'static str,
}

const fn totp(period_seconds: u32) -> TokenKind {
    TokenKind::Totp { period_seconds, t0: 0 }
}

const fn hotp(counter: u64) -> TokenKind {
    TokenKind::Hotp { counter }
}

const fn entry(
    (issuer, account): (&'static str, &'static str),
    kind: TokenKind,
    (algorithm, digits): (Algorithm, u8),
    secret: &'static str,
) -> Expected {
    Expected { issuer, account, kind, algorithm, digits, secret }
}

const V1: Expected = entry(("Deno", "Mason"), totp(30), (Sha1, 6), "4SJHB4GSD43FZBAI7C2HLRJGPQ");
const V2: Expected = entry(("SPDX", "James"), totp(20), (Sha256, 7), "5OM4WOOGPLQEF6UGN3CPEOOLWU");
const V3: Expected =
    entry(("Airbnb", "Elijah"), totp(50), (Sha512, 8), "7ELGJSGXNCCTV3O6LKJWYFV2RA");
const V4: Expected = entry(("Issuu", "James"), hotp(1), (Sha1, 6), "YOOMIXWS5GN6RTBPUFFWKTW5M4");
const V5: Expected =
    entry(("Air Canada", "Benjamin"), hotp(50), (Sha256, 7), "KUVJJOM753IHTNDSZVCNKL7GII");
const V6: Expected =
    entry(("WWE", "Mason"), hotp(10300), (Sha512, 8), "5VAML3X35THCEBVRLV24CGBKOY");
const V7: Expected =
    entry(("Boeing", "Sophia"), TokenKind::Steam, (Sha1, 5), "JRZCL47CMXVOQMNPZR2F7J4RGI");

const ALL: [Expected; 7] = [V1, V2, V3, V4, V5, V6, V7];

fn folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("KAGIFUDA_SAMPLES") {
        Some(named) => PathBuf::from(named),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let exports = folder.join("otp-exports");
    if exports.is_dir() {
        return Some(exports);
    }
    println!("samples absent, not tested (set KAGIFUDA_SAMPLES to the folder that holds them)");
    None
}

fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let password = password.map(SecretText::from);
    read_any(bytes, password.as_ref(), &ImportLimits::STANDARD)
}

fn assert_token(file: &str, token: &Token, expected: &Expected) {
    let found = (token.issuer.as_str(), token.account.as_str());
    assert_eq!(found, (expected.issuer, expected.account), "{file}");
    let name = expected.issuer;
    assert_eq!(token.kind, expected.kind, "{file}: {name}");
    assert_eq!(token.algorithm, expected.algorithm, "{file}: {name}");
    assert_eq!(token.digits, expected.digits, "{file}: {name}");
    assert!(token.secret == base32::read(expected.secret).unwrap(), "{file}: secret of {name}");
    assert!(token.pin.is_none(), "{file}: {name}");
}

/// Reads a sample; the order of its entries is free.
fn assert_sample(file: &str, password: Option<&str>, format: FormatName, expected: &[Expected]) {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let import = read(&bytes, password).unwrap_or_else(|error| panic!("{file}: {error:?}"));
    assert_eq!(import.format, format, "{file}");
    assert_eq!(import.refused, [], "{file}");
    assert_eq!(import.entries.len(), expected.len(), "{file}");
    for expected in expected {
        let wanted = base32::read(expected.secret).unwrap();
        let entry = import.entries.iter().find(|entry| entry.token.secret == wanted);
        let entry = entry.unwrap_or_else(|| panic!("{file}: {} is missing", expected.issuer));
        assert_token(file, &entry.token, expected);
    }
    if password.is_some() {
        assert_sealed(file, &bytes);
    }
}

fn assert_sealed(file: &str, bytes: &[u8]) {
    assert_eq!(read(bytes, None).err(), Some(ImportError::PasswordNeeded), "{file}");
    assert_eq!(read(bytes, Some("tset")).err(), Some(ImportError::WrongPassword), "{file}");
}

fn notices_of<'a>(import: &'a Import, issuer: &str) -> &'a [Notice] {
    &import.entries.iter().find(|entry| entry.token.issuer == issuer).unwrap().notices
}

#[test]
fn otpauth_lines_yield_all_seven() {
    assert_sample("plain.txt", None, FormatName::OtpauthLines, &ALL);
}

#[test]
fn ente_lines_yield_all_seven() {
    assert_sample("ente_auth.txt", None, FormatName::Ente, &ALL);
}

#[test]
fn aegis_plain_and_encrypted_yield_all_seven() {
    assert_sample("aegis_plain.json", None, FormatName::Aegis, &ALL);
    assert_sample("aegis_encrypted.json", Some("test"), FormatName::Aegis, &ALL);
}

#[test]
fn aegis_groups_by_name_become_folders() {
    assert_sample("aegis_plain_grouped_v2.json", None, FormatName::Aegis, &ALL);
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("aegis_plain_grouped_v2.json")).unwrap();
    let import = read(&bytes, None).unwrap();
    let folders = import.entries.iter().map(|entry| entry.extras.folders.join(","));
    assert_eq!(folders.collect::<Vec<_>>(), ["group1", "", "group1", "group2", "", "", ""]);
}

/// Schema 1 says neither kind nor hash, digits or period; all is assumed, and said.
#[test]
fn twofas_schema_1_assumes_what_it_lacks_and_says_so() {
    let assumed = [V1, V2, V3, V4, V5, V6];
    let assumed = assumed.map(|v| Expected { kind: totp(30), algorithm: Sha1, digits: 6, ..v });
    assert_sample("2fas_authenticator.json", None, FormatName::TwoFas, &assumed);
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("2fas_authenticator.json")).unwrap();
    let import = read(&bytes, None).unwrap();
    let all = [Setting::Kind, Setting::Algorithm, Setting::Digits, Setting::Period];
    assert_eq!(notices_of(&import, "SPDX"), all.map(Notice::Assumed));
}

/// Schema 2 has no kinds: counter tokens come as time tokens, and that is said.
#[test]
fn twofas_schema_2_plain_and_encrypted() {
    let v4 = Expected { kind: totp(30), ..V4 };
    let v6 = Expected { kind: totp(30), ..V6 };
    let expected = [V1, V3, v4, v6];
    let encrypted = "2fas_authenticator_encrypted.2fas";
    assert_sample("2fas_authenticator_plain.2fas", None, FormatName::TwoFas, &expected);
    assert_sample(encrypted, Some("test"), FormatName::TwoFas, &expected);
    let Some(folder) = folder() else { return };
    let import = read(&std::fs::read(folder.join(encrypted)).unwrap(), Some("test")).unwrap();
    let kind_only = [Notice::Assumed(Setting::Kind)];
    assert_eq!(notices_of(&import, "Airbnb"), kind_only);
    let and_period = [Setting::Kind, Setting::Period].map(Notice::Assumed);
    assert_eq!(notices_of(&import, "WWE"), and_period);
}

#[test]
fn twofas_schema_3_plain_and_encrypted() {
    let expected = [V1, V2, V3, V4, V5, V6];
    assert_sample("2fas_authenticator_plain_v3.2fas", None, FormatName::TwoFas, &expected);
    let encrypted = "2fas_authenticator_encrypted_v3.2fas";
    assert_sample(encrypted, Some("test"), FormatName::TwoFas, &expected);
}

#[test]
fn twofas_schema_4_plain_and_encrypted() {
    let expected = [V1, V4, V5, V6, V7];
    assert_sample("2fas_authenticator_plain_v4.2fas", None, FormatName::TwoFas, &expected);
    let encrypted = "2fas_authenticator_encrypted_v4.2fas";
    assert_sample(encrypted, Some("test"), FormatName::TwoFas, &expected);
}

/// Complete exports say everything; a notice would only worry their owner.
#[test]
fn complete_exports_come_without_notices() {
    let Some(folder) = folder() else { return };
    let complete =
        ["plain.txt", "ente_auth.txt", "aegis_plain.json", "2fas_authenticator_plain_v4.2fas"];
    for file in complete {
        let import = read(&std::fs::read(folder.join(file)).unwrap(), None).unwrap();
        assert_eq!(import.notices, [], "{file}");
        for entry in &import.entries {
            assert_eq!(entry.notices, [], "{file}: {}", entry.token.issuer);
        }
    }
}
