// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files of phone apps that no app writes: members that are missing, of other kinds, too many, or sealed in ways
//! nobody knows. Each gets the answer that fits, and none is read by halves.

use kagifuda_vault::exchange::{FormatName, ImportError, MAX_ENTRIES, Notice, Place, RefuseReason};

use crate::{PASSWORD, error_of, read, refusals, unlock};

const PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };
const CONTENT: ImportError = ImportError::Damaged { at: Place::Content };
const TOO_MANY: ImportError = ImportError::TooManyEntries { limit: MAX_ENTRIES };

/// A `HashMap` of texts as Java writes it; every second text is a long one.
fn java_map(count: u32, members: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut stream =
        b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap01234567\x03\x00\x00xpw\x08\0\0\0\x10"
            .to_vec();
    stream.extend(count.to_be_bytes());
    for (name, text) in members {
        stream.push(b't');
        stream.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        stream.extend(*name);
        stream.push(b'|');
        stream.extend((text.len() as u64).to_be_bytes());
        stream.extend(*text);
    }
    stream.push(b'x');
    stream
}

fn freeotp2(members: &[(&str, &str)]) -> Vec<u8> {
    let members: Vec<(&[u8], &[u8])> =
        members.iter().map(|(name, text)| (name.as_bytes(), text.as_bytes())).collect();
    java_map(u32::try_from(members.len()).unwrap(), &members)
}

fn master(algorithm: &str, cipher: &str, parameters: &str) -> String {
    format!(
        r#"{{"mAlgorithm":"{algorithm}","mIterations":1,"mSalt":[1],"mEncryptedKey":
           {{"mCipher":"{cipher}","mCipherText":[1,2],"mParameters":{parameters},"mToken":"AES"}}}}"#
    )
}

const NONCE: &str = "[4,12,0,0,0,0,0,0,0,0,0,0,0,0]";

#[test]
fn freeotp_2_sealed_in_unknown_ways_is_damage_and_not_a_wrong_password() {
    let gcm = "AES/GCM/NoPadding";
    let good = master("PBKDF2withHmacSHA256", gcm, NONCE);
    let outcome = unlock(&freeotp2(&[("masterKey", &good)]), PASSWORD);
    assert_eq!(error_of(outcome), ImportError::WrongPassword);
    let bad = [
        master("PBKDF2withHmacMD5", gcm, NONCE),
        master("PBKDF2withHmacSHA1", "AES/CBC/PKCS5Padding", NONCE),
        master("PBKDF2withHmacSHA1", gcm, "[4,11,0,0,0,0,0,0,0,0,0,0,0]"),
        master("PBKDF2withHmacSHA1", gcm, "[48,17]"),
        master("PBKDF2withHmacSHA1", gcm, "[400]"),
        master("PBKDF2withHmacSHA1", gcm, &format!("[{}0]", "0,".repeat(2000))),
        "{}".to_owned(),
    ];
    for master in &bad {
        let outcome = unlock(&freeotp2(&[("masterKey", master)]), PASSWORD);
        assert_eq!(error_of(outcome), PARAMETERS, "{master}");
    }
    assert_eq!(error_of(unlock(&freeotp2(&[("1-token", "{}")]), PASSWORD)), PARAMETERS);
}

#[test]
fn maps_of_java_with_too_many_members_or_odd_text() {
    let many = u32::try_from(2 * MAX_ENTRIES + 1).unwrap();
    assert_eq!(error_of(unlock(&java_map(many, &[]), PASSWORD)), TOO_MANY);
    let damaged = |members: &[(&[u8], &[u8])]| {
        let count = u32::try_from(members.len()).unwrap();
        matches!(
            error_of(unlock(&java_map(count, members), PASSWORD)),
            ImportError::Damaged { at: Place::Byte { .. } }
        )
    };
    // A zero that is not in its long form, a lone half of a pair, two halves in the wrong order, a byte that
    // begins nothing, and text that breaks off.
    let odd: [&[u8]; 7] = [
        b"\0",
        b"\xed\xa0\xbc",
        b"\xed\xbc\xb8\xed\xa0\xbc",
        b"\xed\xa0\xbcab",
        b"\xff",
        b"\xe3\x81",
        b"\xc3x",
    ];
    for text in odd {
        assert!(damaged(&[(b"masterKey", text)]), "{text:?}");
    }
    // What is well-formed goes on to be no master key.
    let even: [&[u8]; 4] = [b"\xc0\x80", b"\xed\xa0\xbc\xed\xbc\xb8", b"\xe3\x81\x82", b"\xc3\xa9"];
    for text in even {
        assert_eq!(error_of(unlock(&java_map(1, &[(b"masterKey", text)]), PASSWORD)), PARAMETERS);
    }
}

#[test]
fn preferences_with_more_texts_than_anybody_has_are_refused() {
    let texts = "<string name=\"issuerExt\"/>".repeat(MAX_ENTRIES + 1);
    assert_eq!(error_of(read(format!("<map>{texts}</map>").as_bytes())), TOO_MANY);
}

#[test]
fn steam_accounts_more_than_anybody_has_are_refused() {
    let accounts: Vec<String> =
        (0..=MAX_ENTRIES).map(|number| format!("\"{number}\":{{}}")).collect();
    let file = format!("{{\"accounts\":{{{}}},\"shared_secret\":0}}", accounts.join(","));
    assert_eq!(error_of(read(file.as_bytes())), TOO_MANY);
}

#[test]
fn lists_of_phones_that_are_no_lists_are_damage() {
    let authy =
        r#"<map><string name="com.authy.storage.tokens.authenticator.key">{}</string></map>"#;
    let totp = r#"<map><string name="STATIC_TOTP_CODES_LIST">{}</string></map>"#;
    let absent = r#"<map><int name="STATIC_TOTP_CODES_LIST" value="1"/></map>"#;
    for file in [authy, totp, absent] {
        assert_eq!(error_of(read(file.as_bytes())), CONTENT, "{file}");
    }
    let silent =
        r#"<map><int name="com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET" value="1"/></map>"#;
    assert_eq!(read(silent.as_bytes()).unwrap().entries.len(), 0);
}

#[test]
fn proton_with_what_it_needs_missing_is_damage() {
    let bad = [
        r#"{"version":1,"salt":"AAAA","content":null}"#,
        r#"{"version":1,"salt":"?","content":"AAAA"}"#,
        r#"{"version":1,"salt":"AAAA","content":"?"}"#,
        r#"{"version":1,"salt":"AAAA","content":"AAAA"}"#,
    ];
    for file in bad {
        assert_eq!(error_of(unlock(file.as_bytes(), PASSWORD)), PARAMETERS, "{file}");
    }
    let nameless = r#"{"version":1,"entries":[{"content":{"uri":"otpauth://totp/?secret=MFRGGZDF",
                       "entry_type":"Totp","name":"ume"},"note":null}]}"#;
    let import = read(nameless.as_bytes()).unwrap();
    assert_eq!(
        (import.format, import.entries[0].token.account.as_str()),
        (FormatName::Proton, "ume")
    );
}

#[test]
fn base64_that_is_cut_is_damage_and_base32_is_no_backup() {
    let damaged = ImportError::Damaged { at: Place::Ciphertext };
    assert_eq!(error_of(read(&[b'A'; 132])), damaged, "no whole block");
    assert_eq!(error_of(read(&[b'A'; 133])), damaged, "no whole base64");
    assert_eq!(error_of(read(b"MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK")), ImportError::UnknownFormat);
}

#[test]
fn names_are_put_together_from_what_there_is() {
    let raivo = r#"[{"kind":"TOTP","timer":"30","secret":"MFRGGZDF","digits":"6","counter":"-1"}]"#;
    assert_eq!(refusals(&read(raivo.as_bytes()).unwrap()), [(1, "", RefuseReason::Malformed)]);
    let authy = r#"[{"decryptedSecret":"MFRGGZDF","digits":6,"originalIssuer":"Moss","originalName":"Other: ume"},
                    {"decryptedSecret":"MFRGGZDF","digits":6},{"name":"none","digits":6},
                    {"name":"odd","encryptedSecret":"AAAA"}]"#;
    let authy = authy.replace('"', "&quot;");
    let file = format!(
        r#"<map><string name="com.authy.storage.tokens.authenticator.key">{authy}</string></map>"#
    );
    assert_eq!(error_of(read(file.as_bytes())), ImportError::PasswordNeeded);
    assert_eq!(error_of(unlock(file.as_bytes(), PASSWORD)), ImportError::WrongPassword);
    let plain = file.replace("encryptedSecret", "other");
    let import = read(plain.as_bytes()).unwrap();
    let [renamed, nameless] = &import.entries[..] else { panic!("two") };
    assert_eq!(
        (renamed.token.issuer.as_str(), renamed.token.account.as_str()),
        ("Moss", "Other: ume")
    );
    assert_eq!((nameless.token.issuer.as_str(), nameless.token.account.as_str()), ("", ""));
    let none = RefuseReason::NoSecret;
    assert_eq!(refusals(&import), [(3, "none", none.clone()), (4, "odd", none)]);
}

#[test]
fn stratum_cut_before_its_nonce_is_damage_and_a_wrong_key_that_unpads_is_no_backup() {
    for begin in ["AUTHENTICATORPRO", "AuthenticatorPro"] {
        let file = [begin.as_bytes(), &[7; 10]].concat();
        assert_eq!(error_of(unlock(&file, PASSWORD)), PARAMETERS);
        let file = [begin.as_bytes(), &[7; 24]].concat();
        assert_eq!(error_of(unlock(&file, PASSWORD)), PARAMETERS);
    }
    let file = [b"AuthenticatorPro", &[7; 20 + 16 + 15][..]].concat();
    assert_eq!(error_of(unlock(&file, PASSWORD)), ImportError::WrongPassword);
    let kinds = r#"{"Authenticators":[{"Type":5,"Issuer":"Y","Secret":"MFRGGZDF","Algorithm":0},
                    {"Type":2,"Issuer":"M","Secret":"MFRGGZDF","Icon":"moss"}]}"#;
    let import = read(kinds.as_bytes()).unwrap();
    assert_eq!(refusals(&import), [(1, "Y", RefuseReason::BadSecret)]);
    assert!(
        !import.entries[0].notices.contains(&Notice::IconDropped),
        "an icon by name is the app's own"
    );
}
