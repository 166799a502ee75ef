// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that are cut short, changed, too new, too large or made to hurt. Each gets its own answer,
//! quickly, and no answer quotes the file.

use std::time::{Duration, Instant};

use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    FORMATS, FormatName, Import, ImportError, ImportLimits, MAX_ENTRIES, Place, RefuseReason,
    Table, Tables, detect, read_any, read_tables,
};

use crate::{PASSWORD, all_vectors, error_of, read, unlock, vector};

/// Far more than any refusal takes, far less than any hostile work would.
const AT_ONCE: Duration = Duration::from_secs(20);

const GIB_IN_KIB: u64 = 1024 * 1024;

fn text(name: &str) -> String {
    String::from_utf8(vector(name)).unwrap()
}

fn aegis_plain(entries: &str) -> String {
    format!(
        r#"{{"version":1,"header":{{"slots":null,"params":null}},"db":{{"version":3,"entries":[{entries}]}}}}"#
    )
}

#[test]
fn nothing_and_something_else_are_told_apart() {
    assert_eq!(error_of(read(b"")), ImportError::Empty);
    assert_eq!(error_of(read(b" \r\n\t")), ImportError::Empty);
    assert_eq!(error_of(read(b"hello")), ImportError::UnknownFormat);
    assert_eq!(error_of(read(b"{\"hello\": 1}")), ImportError::UnknownFormat);
    assert_eq!(error_of(read(b"\x89PNG\r\n\x1a\n")), ImportError::UnknownFormat);
    assert!(detect(b"hello").is_none());
    for format in FORMATS {
        let outcome = format.read(b"hello", None, &ImportLimits::default());
        assert_eq!(error_of(outcome), ImportError::NotThisFormat, "{:?}", format.name());
    }
}

#[test]
fn each_format_recognises_its_own_files_only() {
    let files = [
        ("aegis-contents-1-know-no-groups.json", FormatName::Aegis),
        ("aegis-any-password-slot-opens.json", FormatName::Aegis),
        ("twofas-1-has-names-and-secrets-only.json", FormatName::TwoFas),
        ("twofas-4-encrypted.2fas", FormatName::TwoFas),
        ("ente-encrypted.json", FormatName::Ente),
        ("ente-lines-display-parameter-gives-tags-note-pin-and-bin.txt", FormatName::Ente),
        ("cxf-passkeys-of-every-algorithm-and-what-is-not-kept.json", FormatName::Cxf),
        ("cxf-an-account-may-stand-by-itself.json", FormatName::Cxf),
        ("cxf-blobs-and-protection-come-along.json", FormatName::Cxf),
        ("lines-a-bad-line-does-not-take-the-others-with-it.txt", FormatName::OtpauthLines),
        ("andotp-a-bad-entry-does-not-take-the-others-with-it.json", FormatName::AndOtp),
        ("andotp-newer-form.bin", FormatName::AndOtp),
        ("stratum-categories-become-folders.json", FormatName::Stratum),
        ("stratum-legacy-container.bin", FormatName::Stratum),
        ("freeotp-1-preferences.xml", FormatName::FreeOtp),
        ("freeotp-plus.json", FormatName::FreeOtpPlus),
        ("freeotp2-newer-phones.bin", FormatName::FreeOtp2),
        ("proton-names-and-notes.json", FormatName::Proton),
        ("proton-encrypted.json", FormatName::Proton),
        ("raivo-everything-is-text.json", FormatName::Raivo),
        ("duo-push-accounts-stay-in-the-app.json", FormatName::Duo),
        ("steam-one-account.maFile", FormatName::Steam),
        ("battle-net-serial-and-secret-are-masked.xml", FormatName::BattleNet),
        ("authy-encrypted-each-secret-by-itself.xml", FormatName::Authy),
        ("totp-authenticator-a-chosen-password.bin", FormatName::TotpAuthenticator),
        ("totp-authenticator-preferences.xml", FormatName::TotpAuthenticator),
    ];
    for (name, format) in files {
        assert_eq!(detect(&vector(name)).unwrap().name(), format, "{name}");
    }
}

#[test]
fn a_file_larger_than_the_limit_is_not_looked_at() {
    let limits = ImportLimits { max_bytes: 100, ..ImportLimits::STANDARD };
    let outcome = read_any(&[b'x'; 101], None, &limits);
    assert_eq!(error_of(outcome), ImportError::TooLarge { limit_bytes: 100 });
}

#[test]
fn text_that_is_no_text_is_damaged() {
    let outcome = read(b"otpauth://totp/a?secret=MFRGGZDFMZTWQ2LK\n\xff\xfe");
    assert_eq!(error_of(outcome), ImportError::Damaged { at: Place::Text });
}

/// Every vector but those of lines and rows, which lose nothing but the line when they break off.
fn files() -> Vec<(String, Vec<u8>)> {
    let names = all_vectors().into_iter();
    let is_file = |name: &String| {
        !["lines-", "ente-lines-", "keepassxc-csv-", "secretstream-", "winauth-the-"]
            .iter()
            .any(|it| name.starts_with(it))
    };
    names.filter(is_file).map(|name| (name.clone(), vector(&name))).collect()
}

/// Nothing that costs may be done, so that very many files can be tried.
const FREE: ImportLimits =
    ImportLimits { max_memory_kib: 0, max_work_kib: 0, ..ImportLimits::STANDARD };

fn read_free(bytes: &[u8]) -> Result<Import, ImportError> {
    read_any(bytes, Some(&SecretText::from("x")), &FREE)
}

/// Wherever a file breaks off, the answer is an error and never a panic or a silent part.
#[test]
fn files_cut_short_anywhere_are_errors() {
    for (name, file) in files() {
        let end = file.trim_ascii_end().len();
        for length in 0..end {
            assert!(read_free(&file[..length]).is_err(), "{name} cut to {length}");
        }
    }
    let file = vector("aegis-contents-3-list-groups-by-identifier.json");
    let place = error_of(read(&file[..file.len() - 40]));
    assert!(
        matches!(place, ImportError::Damaged { at: Place::Json { line: 2.., .. } }),
        "{place:?}"
    );
    let file = vector("freeotp-1-preferences.xml");
    let place = error_of(read(&file[..file.len() - 40]));
    assert!(matches!(place, ImportError::Damaged { at: Place::Xml { line: 5.. } }), "{place:?}");
    let file = vector("freeotp2-newer-phones.bin");
    let place = error_of(read(&file[..file.len() - 40]));
    assert!(
        matches!(place, ImportError::Damaged { at: Place::Byte { offset: 2000.. } }),
        "{place:?}"
    );
}

/// Whatever else comes of a file, each of its entries is told once: none is lost without a word.
fn assert_whole(name: &str, outcome: Result<Import, ImportError>) {
    let Ok(import) = outcome else { return };
    let mut positions: Vec<usize> = import.entries.iter().map(|it| it.position).collect();
    positions.extend(import.passkeys.iter().map(|it| it.position));
    positions.extend(import.services.iter().map(|it| it.position));
    positions.extend(import.notes.iter().map(|it| it.position));
    positions.extend(import.refused.iter().map(|it| it.position));
    positions.sort_unstable();
    assert!(positions.iter().copied().eq(1..=positions.len()), "{name}: {positions:?}");
}

#[test]
fn files_with_any_bit_changed_are_read_whole_or_are_errors() {
    for (name, file) in files() {
        // Keys of passkeys are checked one by one, which takes time: of those files, every fifth byte.
        let step = if name.starts_with("cxf-") { 5 } else { 1 };
        for place in (0..file.len()).step_by(step) {
            let mut changed = file.clone();
            changed[place] ^= 1 << (place % 8);
            assert_whole(&name, read_free(&changed));
        }
    }
}

/// What proves itself whole is an error with any bit changed, whatever the password.
#[test]
fn sealed_files_with_any_bit_changed_never_open() {
    let sealed = [
        ("andotp-newer-form.bin", 1),
        ("andotp-older-form-has-the-issuer-in-the-label.bin", 1),
        ("stratum-strong-container.bin", 120),
        ("keepass-3-aes.kdbx", 3),
        ("keepass-4-aes-kdf.kdbx", 3),
        ("keepass-4-argon2id-chacha20.kdbx", 120),
    ];
    for (name, step) in sealed {
        let file = vector(name);
        for place in (0..file.len()).step_by(step) {
            let mut changed = file.clone();
            changed[place] ^= 1 << (place % 8);
            assert!(unlock(&changed, PASSWORD).is_err(), "{name}: byte {place}");
        }
    }
}

#[test]
fn the_beginning_of_one_file_and_the_end_of_another_are_read_whole_or_are_errors() {
    let files = files();
    for (one, begin) in &files {
        for (other, end) in &files {
            for part in [1, 2, 3] {
                let mixed =
                    [&begin[..begin.len() * part / 4], &end[end.len() * part / 4..]].concat();
                assert_whole(&format!("{one} and {other}"), read_free(&mixed));
            }
        }
    }
}

fn replaced(name: &str, from: &str, to: &str) -> Vec<u8> {
    let file = text(name);
    assert!(file.contains(from), "{name} has {from}");
    file.replacen(from, to, 1).into_bytes()
}

/// A changed ciphertext under the right password is damage, not a wrong password.
#[test]
fn changed_ciphertext_is_told_from_a_wrong_password() {
    const DAMAGED: ImportError = ImportError::Damaged { at: Place::Ciphertext };
    let flip = |name: &str, key: &str| {
        let file = text(name);
        let begin = file.find(key).unwrap() + key.len() + 20;
        let other = if &file[begin..=begin] == "A" { "B" } else { "A" };
        [&file[..begin], other, &file[begin + 1..]].concat().into_bytes()
    };
    let aegis = flip("aegis-any-password-slot-opens.json", "\"db\": \"");
    assert_eq!(error_of(unlock(&aegis, PASSWORD)), DAMAGED);
    let twofas = flip("twofas-4-encrypted.2fas", "\"servicesEncrypted\": \"");
    assert_eq!(error_of(unlock(&twofas, PASSWORD)), DAMAGED);
    assert_eq!(error_of(unlock(&twofas, "rain")), ImportError::WrongPassword);
    // Ente's format has nothing to tell the two apart by.
    let ente = flip("ente-encrypted.json", "\"encryptedData\": \"");
    assert_eq!(error_of(unlock(&ente, PASSWORD)), ImportError::WrongPassword);
    let endless = vector("ente-encrypted-stream-without-end-is-damaged.json");
    assert_eq!(error_of(unlock(&endless, PASSWORD)), DAMAGED);
}

#[test]
fn broken_parameters_are_damage() {
    const DAMAGED: ImportError = ImportError::Damaged { at: Place::Parameters };
    let aegis = "aegis-any-password-slot-opens.json";
    let twofas = "twofas-4-encrypted.2fas";
    let ente = "ente-encrypted.json";
    let files = [
        replaced(aegis, "\"n\": 1024", "\"n\": 1023"),
        replaced(aegis, "\"n\": 1024", "\"n\": 0"),
        replaced(aegis, "\"r\": 8", "\"r\": 0"),
        replaced(aegis, "\"n\": 1024,", ""),
        replaced(aegis, "\"salt\": \"", "\"salt\": \"not hex"),
        replaced(aegis, "\"type\": 2,", ""),
        text(aegis).replace("\"tag\": \"", "\"tag\": \"00").into_bytes(),
        replaced("aegis-contents-1-know-no-groups.json", "\"slots\": null", "\"slots\": []"),
        replaced(twofas, "\"servicesEncrypted\": \"", "\"servicesEncrypted\": \"no:colons:"),
        replaced(ente, "\"salt\": \"", "\"salt\": \"AAAA"),
        replaced(ente, "\"opsLimit\": 2", "\"opsLimit\": 0"),
        replaced(ente, "\"memLimit\": 8388608", "\"memLimit\": 1024"),
        replaced(ente, "\"encryptionNonce\": \"", "\"encryptionNonce\": \"=="),
        br#"{"schemaVersion": 4, "services": null, "otp": 1}"#.to_vec(),
    ];
    for (number, file) in files.iter().enumerate() {
        assert_eq!(error_of(unlock(file, "another")), DAMAGED, "file {number}");
    }
}

#[test]
fn a_vault_whose_contents_are_no_vault_is_damaged() {
    let db =
        |db: &str| format!(r#"{{"version":1,"header":{{"slots":null,"params":null}},"db":{db}}}"#);
    for contents in [r#""text""#, "[]", r#"{"version":3}"#, r#"{"version":3,"entries":{}}"#] {
        let outcome = read(db(contents).as_bytes());
        assert_eq!(error_of(outcome), ImportError::Damaged { at: Place::Content }, "{contents}");
    }
}

#[test]
fn newer_versions_are_named() {
    let newer = |found, known| ImportError::NewerVersion { found, known };
    let plain = "aegis-contents-1-know-no-groups.json";
    let file = replaced(plain, "\"version\": 1", "\"version\": 2");
    assert_eq!(error_of(read(&file)), newer(2, 1));
    let contents = text(plain).replace("\"version\": 1", "\"version\": 4");
    let contents = contents.replacen("\"version\": 4", "\"version\": 1", 1);
    assert_eq!(error_of(read(contents.as_bytes())), newer(4, 3));
    let file = replaced("twofas-4-encrypted.2fas", "\"schemaVersion\": 4", "\"schemaVersion\": 5");
    assert_eq!(error_of(read(&file)), newer(5, 4));
    let file = replaced("ente-encrypted.json", "\"version\": 1", "\"version\": 2");
    assert_eq!(error_of(read(&file)), newer(2, 1));
}

/// A file may ask for 1 GiB, as Ente does, and not for more; nothing is computed before that is
/// known, however the cost is spelled.
#[test]
fn hostile_costs_are_refused_before_any_work() {
    let ente = |memory: u64, passes: u64| {
        let file = text("ente-encrypted.json");
        let file = file.replace("8388608", &memory.to_string());
        file.replace("\"opsLimit\": 2", &format!("\"opsLimit\": {passes}")).into_bytes()
    };
    let aegis = |n: u64, r: u64, p: u64| {
        let file = text("aegis-any-password-slot-opens.json");
        let file = file.replace("\"n\": 1024", &format!("\"n\": {n}"));
        let file = file.replacen("\"r\": 8", &format!("\"r\": {r}"), 1);
        file.replacen("\"p\": 1", &format!("\"p\": {p}"), 1).into_bytes()
    };
    let begin = Instant::now();
    let hostile = [
        ente(100 << 30, 1),
        ente(u64::MAX, 4),
        ente(1 << 30, 9),
        ente(8192, u64::MAX),
        aegis(1 << 40, 8, 1),
        aegis(1 << 63, u64::MAX, u64::MAX),
        aegis(1 << 20, 8, 9),
        aegis(1024, 8, 1 << 40),
        aegis(2, 1 << 40, 1),
        aegis(2, 1, 1 << 30),
    ];
    for (number, file) in hostile.iter().enumerate() {
        let error = error_of(unlock(file, PASSWORD));
        assert!(matches!(error, ImportError::TooCostly { .. }), "file {number}: {error:?}");
    }
    assert!(begin.elapsed() < AT_ONCE);
    let error = error_of(unlock(&ente((1 << 30) + 1024, 4), PASSWORD));
    let memory_kib = GIB_IN_KIB + 1;
    assert_eq!(error, ImportError::TooCostly { memory_kib, work_kib: 4 * memory_kib });
}

/// Rounds of PBKDF2 count in the same currency, whoever states them and however often they are paid.
#[test]
fn hostile_rounds_are_refused_before_any_work() {
    let begin = Instant::now();
    let file = vector("freeotp2-newer-phones.bin");
    let place = file.windows(4).position(|it| it == b"1500").unwrap();
    let length = file.windows(9).position(|it| it == b"masterKey").unwrap() + 10;
    for rounds in ["4294967295", "9999999999999", "18446744073709551615"] {
        let mut hostile = file.clone();
        hostile.splice(place..place + 4, rounds.bytes());
        let added = u8::try_from(rounds.len() - 4).unwrap();
        let stated = u16::from_be_bytes([hostile[length], hostile[length + 1]]) + u16::from(added);
        hostile[length..length + 2].copy_from_slice(&stated.to_be_bytes());
        let error = error_of(unlock(&hostile, PASSWORD));
        assert!(matches!(error, ImportError::TooCostly { .. }), "{rounds}: {error:?}");
    }
    let none = file.iter().copied().enumerate();
    let none: Vec<u8> =
        none.map(|(at, byte)| if at >= place && at < place + 4 { b' ' } else { byte }).collect();
    assert!(matches!(
        error_of(unlock(&none, PASSWORD)),
        ImportError::Damaged { at: Place::Parameters }
    ));

    // The count of andOTP looks like any other bytes: what costs too much may be the older form.
    let mut file = vector("andotp-newer-form.bin");
    file[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(error_of(unlock(&file, PASSWORD)), ImportError::WrongPassword);

    let account = r#"{"name":"a","encryptedSecret":"AAAA","salt":"x"}"#.replace('"', "&quot;");
    let list = vec![account; 40_000].join(",");
    let file = format!(
        r#"<map><string name="com.authy.storage.tokens.authenticator.key">[{list}]</string></map>"#
    );
    assert!(matches!(error_of(unlock(file.as_bytes(), PASSWORD)), ImportError::TooCostly { .. }));
    assert!(begin.elapsed() < AT_ONCE);
}

/// Files of other kinds are not taken for a sealed backup, which has no mark: nobody wants to be asked for the
/// password of a picture.
#[test]
fn what_is_no_text_and_looks_random_is_a_sealed_backup_unless_it_begins_as_something_else() {
    let noise: Vec<u8> = (0_u64..2000)
        .map(|it| {
            it.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(23)
                .wrapping_mul(0xbf58_476d_1ce4_e5b9)
        })
        .map(|it| (it >> 56) as u8)
        .collect();
    assert_eq!(detect(&noise).unwrap().name(), FormatName::AndOtp);
    for begin in [&b"\x89PNG\r\n\x1a\n"[..], b"%PDF-1.7", b"\x1f\x8b", b"\xff\xd8\xff\xe0"] {
        assert!(detect(&[begin, &noise].concat()).is_none());
    }
    let archive = [&b"PK\x03\x04"[..], &noise].concat();
    assert!(matches!(error_of(read(&archive)), ImportError::Damaged { at: Place::Byte { .. } }));
    let old_keepass = [&b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5"[..], &noise].concat();
    assert_eq!(error_of(read(&old_keepass)), ImportError::UnknownMethod);
    let utf16: Vec<u8> = "otpauth, or something like it"
        .repeat(20)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(detect(&[b"\xff\xfe", &utf16[..]].concat()).is_none());
}

/// A thousand slots of an ordinary cost each are no ordinary cost.
#[test]
fn many_slots_together_count_as_one_cost() {
    let file = text("aegis-any-password-slot-opens.json");
    let mut json: serde_json::Value = serde_json::from_str(&file).unwrap();
    let slot = json["header"]["slots"][1].clone();
    let slots: Vec<_> = std::iter::repeat_n(slot, 10_000).collect();
    json["header"]["slots"] = slots.into();
    let error = error_of(unlock(json.to_string().as_bytes(), PASSWORD));
    let ImportError::TooCostly { work_kib, .. } = error else { panic!("{error:?}") };
    assert!(work_kib >= 10_000 * 1024, "{work_kib}");
}

#[test]
fn deep_nesting_is_refused_without_falling_through_the_stack() {
    let lists = "[".repeat(200_000) + &"]".repeat(200_000);
    let objects = "{\"a\":".repeat(200_000) + "1" + &"}".repeat(200_000);
    for nested in [&lists, &objects] {
        let files = [
            aegis_plain(nested),
            format!(r#"{{"header":{{}},"db":{nested}}}"#),
            format!(r#"{{"services":[{nested}],"schemaVersion":4}}"#),
            format!(r#"{{"kdfParams":{nested},"version":1}}"#),
        ];
        for file in files {
            // A member of a list is one entry, and a bad one.
            match read(file.as_bytes()) {
                Ok(import) => assert_eq!((import.entries.len(), import.refused.len()), (0, 1)),
                Err(error) => assert!(matches!(error, ImportError::Damaged { .. }), "{error:?}"),
            }
        }
    }
}

#[test]
fn more_entries_than_anybody_has_are_refused() {
    let too_many = ImportError::TooManyEntries { limit: MAX_ENTRIES };
    let list = vec!["{}"; MAX_ENTRIES + 1].join(",");
    assert_eq!(error_of(read(aegis_plain(&list).as_bytes())), too_many);
    let twofas = format!(r#"{{"schemaVersion":4,"services":[{list}]}}"#);
    assert_eq!(error_of(read(twofas.as_bytes())), too_many);
    let lines = "otpauth://totp/a?secret=MFRGGZDFMZTWQ2LK\n".repeat(MAX_ENTRIES + 1);
    assert_eq!(error_of(read(lines.as_bytes())), too_many);
    let payload = b"\x0a\x03\x0a\x01x".repeat(8000);
    let code = data_encoding::BASE64URL_NOPAD.encode(&payload);
    let codes = format!("otpauth-migration://offline?data={code}\n").repeat(7);
    assert_eq!(error_of(read(codes.as_bytes())), too_many);
    let exactly = vec!["{}"; MAX_ENTRIES].join(",");
    assert_eq!(read(aegis_plain(&exactly).as_bytes()).unwrap().refused.len(), MAX_ENTRIES);
    let rows = |count| Table {
        name: "accounts".to_owned(),
        columns: ["email", "secret", "counter", "type"].map(str::to_owned).to_vec(),
        rows: (0..count).map(|_| Vec::new()).collect(),
    };
    let read = |table| read_tables(&Tables { tables: vec![table] }, &ImportLimits::STANDARD);
    assert_eq!(error_of(read(rows(MAX_ENTRIES + 1))), too_many);
    assert_eq!(read(rows(MAX_ENTRIES)).unwrap().refused.len(), MAX_ENTRIES);
}

#[test]
fn doubled_keys_are_damage_where_they_could_hide_something() {
    let doubled = r#"{"version":1,"version":1,"header":{"slots":null,"params":null},"db":{}}"#;
    let error = error_of(read(doubled.as_bytes()));
    assert!(matches!(error, ImportError::Damaged { at: Place::Json { line: 1, .. } }), "{error:?}");
}

#[test]
fn absurdly_long_values_are_refused_and_the_rest_kept() {
    let long = "M".repeat(70_000);
    let entry = |name: &str, note: &str, secret: &str| {
        format!(
            r#"{{"type":"totp","name":"{name}","issuer":"Moss","note":"{note}","info":{{"secret":"{secret}","algo":"SHA1","digits":6,"period":30}}}}"#
        )
    };
    let secret = "MFRGGZDFMZTWQ2LK";
    let entries = [
        entry(&long, "", secret),
        entry("ume", &long, secret),
        entry("ume", "", &long),
        entry("ume", "", &"M".repeat(4000)),
        entry("ume", "", secret),
    ];
    let import = read(aegis_plain(&entries.join(",")).as_bytes()).unwrap();
    assert_eq!(import.entries.len(), 1);
    assert_eq!(import.refused.len(), 4);
    for refused in &import.refused {
        assert_eq!(refused.reason, RefuseReason::TooLong);
        assert!(refused.name.chars().count() <= 80, "a name that fits a screen");
    }
}

/// What is told about a refusal can be shown and logged: no stretch of the file, no control
/// characters, above all no secret.
#[test]
fn refusals_and_errors_hold_no_secret() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DP";
    let lines = [
        format!("otpauth://totp/Moss:ume?secret={secret}1"),
        format!("otpauth://totp/Moss\u{7}%1b[31m:ume?secret={secret}&digits=99"),
        format!("otpauth:totp?secret={secret}8"),
        format!("secret {secret}"),
    ];
    let import = read(lines.join("\n").as_bytes()).unwrap();
    let entry = format!(
        r#"{{"type":"totp","name":"ume","info":{{"secret":"{secret}","digits":"{secret}"}}}}"#
    );
    let json = read(aegis_plain(&entry).as_bytes()).unwrap();
    let damaged = format!(r#"{{"header":"{secret}","db":1,"version":1}}"#);
    let error = error_of(read(damaged.as_bytes()));
    let told = format!("{:?}{:?}{error}", import.refused, json.refused);
    assert_eq!(import.refused.len() + json.refused.len(), 5);
    assert!(!told.contains(secret), "{told}");
    assert!(import.refused.iter().all(|refused| !refused.name.contains(char::is_control)));
}

/// Very many slots that cost next to nothing each take no time either.
#[test]
fn many_cheap_slots_are_tried_quickly() {
    let file = text("aegis-any-password-slot-opens.json");
    let mut json: serde_json::Value = serde_json::from_str(&file).unwrap();
    let mut slot = json["header"]["slots"][1].clone();
    (slot["n"], slot["r"]) = (2.into(), 1.into());
    let slots: Vec<_> = std::iter::repeat_n(slot, 10_000).collect();
    json["header"]["slots"] = slots.into();
    let begin = Instant::now();
    assert_eq!(error_of(unlock(json.to_string().as_bytes(), PASSWORD)), ImportError::WrongPassword);
    assert!(begin.elapsed() < AT_ONCE);
}
