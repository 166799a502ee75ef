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

/// Before there was a field for the issuer, it stood in front of the label, and the label had it once more.
#[test]
fn andotp_plain_and_both_sealed_forms() {
    assert_sample("andotp_plain.json", None, FormatName::AndOtp, &ALL);
    assert_sample("andotp_encrypted.bin", Some("test"), FormatName::AndOtp, &ALL);
    let accounts = [
        "Deno:Mason",
        "SPDX:James",
        "Airbnb:Elijah",
        "Issuu:James",
        "Air Canada:Benjamin",
        "WWE:Mason",
    ];
    let older = [V1, V2, V3, V4, V5, V6].into_iter().zip(accounts);
    let older: Vec<_> = older.map(|(v, account)| Expected { account, ..v }).collect();
    assert_sample("andotp_encrypted_old.bin", Some("test"), FormatName::AndOtp, &older);
}

#[test]
fn stratum_plain_and_both_containers() {
    assert_sample("stratum_plain.json", None, FormatName::Stratum, &ALL);
    assert_sample("stratum_encrypted.bin", Some("test"), FormatName::Stratum, &ALL);
    assert_sample("stratum_encrypted_legacy.bin", Some("test"), FormatName::Stratum, &ALL);
}

/// The apps keep a counter one lower than the code's URI has it, and it is taken as it stands.
#[test]
fn freeotp_1_and_freeotp_plus_count_one_lower() {
    let one_lower = |v: Expected| match v.kind {
        TokenKind::Hotp { counter } => Expected { kind: hotp(counter - 1), ..v },
        _ => v,
    };
    let all = [V1, V2, V3, V4, V5, V6].map(one_lower);
    let four = [V1, V3, V4, V6].map(one_lower);
    assert_sample("freeotp.xml", None, FormatName::FreeOtp, &four);
    assert_sample("freeotp_plus.json", None, FormatName::FreeOtpPlus, &all);
    assert_sample("freeotp_plus_internal.xml", None, FormatName::FreeOtp, &all);
}

#[test]
fn freeotp_2_of_every_phone() {
    let all = [V1, V2, V3, V4, V5, V6];
    for phone in ["api23", "api25", "api27", "api34"] {
        let file = format!("freeotp_v2_{phone}.xml");
        assert_sample(&file, Some("test"), FormatName::FreeOtp2, &all);
    }
    assert_sample("freeotp_v2_null_algo.xml", Some("test"), FormatName::FreeOtp2, &[V1]);
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("freeotp_v2_null_algo.xml")).unwrap();
    let import = read(&bytes, Some("test")).unwrap();
    let silent = [Setting::Algorithm, Setting::Digits, Setting::Period].map(Notice::Assumed);
    assert_eq!(notices_of(&import, "Deno"), silent);
}

#[test]
fn proton_yields_three() {
    assert_sample("proton_authenticator.json", None, FormatName::Proton, &[V1, V2, V3]);
}

/// Duo keeps no issuer, and the counter of the sample has moved on.
#[test]
fn duo_has_no_issuers() {
    let v1 = Expected { issuer: "", ..V1 };
    let v4 = Expected { issuer: "", kind: hotp(3), ..V4 };
    assert_sample("duo.json", None, FormatName::Duo, &[v1, v4]);
}

#[test]
fn steam_new_and_old() {
    let v7 = Expected { issuer: "Steam", ..V7 };
    assert_sample("steam.json", None, FormatName::Steam, &[v7]);
    assert_sample("steam_old.json", None, FormatName::Steam, &[v7]);
}

#[test]
fn battle_net_comes_out_from_under_its_mask() {
    const V8: Expected = entry(
        ("Battle.net", "US-2211-2050-3346"),
        totp(30),
        (Sha1, 8),
        "BMGRXPGFARQQF4GMT25JATL2VYLAHDBI",
    );
    assert_sample("battle_net_authenticator.xml", None, FormatName::BattleNet, &[V8]);
}

/// Neither hash nor period is in the file, so both are assumed, and said.
#[test]
fn authy_plain_and_encrypted() {
    let assumed = [V1, V2, V3].map(|v| Expected { kind: totp(30), algorithm: Sha1, ..v });
    assert_sample("authy_plain.xml", None, FormatName::Authy, &assumed);
    assert_sample("authy_encrypted.xml", Some("testtest"), FormatName::Authy, &assumed);
    let Some(folder) = folder() else { return };
    let import = read(&std::fs::read(folder.join("authy_plain.xml")).unwrap(), None).unwrap();
    let silent = [Setting::Algorithm, Setting::Period].map(Notice::Assumed);
    assert_eq!(notices_of(&import, "SPDX"), silent);
}

/// Digits and period stand in the file and are kept, though the app makes six digits of 30 seconds whatever
/// they are; the hash does not, and that is said.
#[test]
fn totp_authenticator_backup_and_preferences() {
    let names = ["mason", "james", "elijah"];
    let kept = [V1, V2, V3].into_iter().zip(names);
    let kept: Vec<_> =
        kept.map(|(v, account)| Expected { account, algorithm: Sha1, ..v }).collect();
    let format = FormatName::TotpAuthenticator;
    assert_sample("totp_authenticator.bin", Some("Testtest1"), format, &kept);
    assert_sample("totp_authenticator_internal.xml", None, format, &kept);
    let Some(folder) = folder() else { return };
    let file = folder.join("totp_authenticator_internal.xml");
    let import = read(&std::fs::read(file).unwrap(), None).unwrap();
    assert_eq!(notices_of(&import, "Airbnb"), [Notice::Assumed(Setting::Algorithm)]);
}

/// Complete exports say everything; a notice would only worry their owner.
#[test]
fn complete_exports_come_without_notices() {
    let Some(folder) = folder() else { return };
    let complete = [
        "plain.txt",
        "ente_auth.txt",
        "aegis_plain.json",
        "2fas_authenticator_plain_v4.2fas",
        "andotp_plain.json",
        "stratum_plain.json",
        "freeotp.xml",
        "freeotp_plus.json",
        "proton_authenticator.json",
        "steam.json",
        "battle_net_authenticator.xml",
    ];
    for file in complete {
        let import = read(&std::fs::read(folder.join(file)).unwrap(), None).unwrap();
        assert_eq!(import.notices, [], "{file}");
        for entry in &import.entries {
            assert_eq!(entry.notices, [], "{file}: {}", entry.token.issuer);
        }
    }
}

/// Bitwarden's field for codes holds URIs; of Steam it has the secret alone.
#[test]
fn bitwarden_json_and_csv() {
    let steam = Expected { issuer: "Steam", account: "Steam account", ..V7 };
    for file in ["bitwarden.json", "bitwarden.csv"] {
        assert_sample(file, None, FormatName::Bitwarden, &[V1, V2, V3, steam]);
        let Some(folder) = folder() else { return };
        let import = read(&std::fs::read(folder.join(file)).unwrap(), None).unwrap();
        assert_eq!((import.services.len(), import.notes.len()), (0, 0), "{file}");
    }
}

#[test]
fn authenticator_plus_packs_its_lines() {
    let file = "authenticator_plus.zip";
    assert_sample(file, Some("testtesttest"), FormatName::AuthenticatorPlus, &ALL);
}
