// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the formats of phone apps yield, from files made by other programs (`make_app_vectors.py`).

use kagifuda_otp::{Algorithm, TokenKind, base32};
use kagifuda_vault::exchange::{
    Entry, FormatName, Import, ImportError, Notice, Place, RefuseReason, Setting,
};

use crate::{PASSWORD, entry, error_of, read, refusals, unlock, vector};

const MOSS: &str = "MFRGGZDFMZTWQ2LK";
const FERN: &str = "GEZDGNBVGY3TQOJQ";

const fn totp(period_seconds: u32) -> TokenKind {
    TokenKind::Totp { period_seconds, t0: 0 }
}

/// Reads a file under its password, which must be needed and told from another.
fn opened(name: &str) -> Import {
    let file = vector(name);
    assert_eq!(error_of(read(&file)), ImportError::PasswordNeeded, "{name}");
    assert_eq!(error_of(unlock(&file, "rain")), ImportError::WrongPassword, "{name}");
    unlock(&file, PASSWORD).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn plain(name: &str) -> Import {
    read(&vector(name)).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn secret_is(entry: &Entry, text: &str) {
    assert!(entry.token.secret == base32::read(text).unwrap(), "secret of {}", entry.token.issuer);
}

/// The two tokens that most files have: one of time with a hash, digits and period of its own, one of a
/// counter.
fn assert_moss_and_fern(import: &Import) {
    let moss = entry(import, "Moss");
    assert_eq!((moss.token.account.as_str(), moss.token.kind), ("ume", totp(60)));
    assert_eq!((moss.token.algorithm, moss.token.digits), (Algorithm::Sha256, 8));
    secret_is(moss, MOSS);
    let fern = entry(import, "Fern");
    assert_eq!(
        (fern.token.account.as_str(), fern.token.kind),
        ("take", TokenKind::Hotp { counter: 41 })
    );
    assert_eq!((fern.token.algorithm, fern.token.digits), (Algorithm::Sha1, 6));
}

#[test]
fn andotp_in_all_its_forms() {
    let import = plain("andotp-a-bad-entry-does-not-take-the-others-with-it.json");
    assert_eq!(import.format, FormatName::AndOtp);
    assert_moss_and_fern(&import);
    secret_is(entry(&import, "Fern"), FERN);
    assert_eq!(entry(&import, "Moss").extras.tags, ["garden"]);
    assert_eq!(entry(&import, "Steam").token.kind, TokenKind::Steam);
    let expected =
        [(4, "Later: ume", RefuseReason::UnknownKind), (5, "Broken: ume", RefuseReason::Malformed)];
    assert_eq!(refusals(&import), expected);
    for sealed in ["andotp-newer-form.bin", "andotp-older-form-has-the-issuer-in-the-label.bin"] {
        let import = opened(sealed);
        assert_eq!((import.format, import.entries.len()), (FormatName::AndOtp, 3), "{sealed}");
        assert_moss_and_fern(&import);
    }
}

#[test]
fn a_list_of_andotp_before_it_had_issuers_is_read_by_its_labels() {
    let list = format!(
        r#"[{{"secret":"{MOSS}","label":"Moss - ume","type":"TOTP"}},
                           {{"secret":"{MOSS}","label":"take","type":"TOTP"}},
                           {{"label":"none","type":"TOTP"}}]"#
    );
    let import = read(list.as_bytes()).unwrap();
    assert_eq!(entry(&import, "Moss").token.account, "ume");
    assert_eq!(entry(&import, "").token.account, "take");
    assert_eq!(refusals(&import), [(3, "none", RefuseReason::NoSecret)]);
}

fn assert_stratum(import: &Import) {
    assert_eq!(import.format, FormatName::Stratum);
    assert_moss_and_fern(import);
    let moss = entry(import, "Moss");
    assert_eq!(
        (&moss.extras.folders[..], &moss.notices[..]),
        (&["garden".to_owned()][..], &[Notice::IconDropped][..])
    );
    assert_eq!(entry(import, "Fern").notices, [Notice::GroupMissing]);
    assert_eq!(entry(import, "Steam").token.kind, TokenKind::Steam);
    let pine = entry(import, "Pine");
    assert_eq!(pine.token.kind, TokenKind::Motp);
    assert_eq!(pine.token.pin.as_ref().unwrap().expose(), "1234");
}

#[test]
fn stratum_plain_and_in_both_containers() {
    let import = plain("stratum-categories-become-folders.json");
    assert_stratum(&import);
    let expected = [
        (5, "Later: ume", RefuseReason::UnknownKind),
        (6, "Odd: ume", RefuseReason::UnknownAlgorithm),
        (7, "Broken: ume", RefuseReason::Malformed),
    ];
    assert_eq!(refusals(&import), expected);
    assert_stratum(&opened("stratum-strong-container.bin"));
    assert_stratum(&opened("stratum-legacy-container.bin"));
}

#[test]
fn freeotp_1_and_freeotp_plus_hold_the_same_objects() {
    let preferences = plain("freeotp-1-preferences.xml");
    let export = plain("freeotp-plus.json");
    assert_eq!((preferences.format, export.format), (FormatName::FreeOtp, FormatName::FreeOtpPlus));
    for import in [&preferences, &export] {
        assert_moss_and_fern(import);
        secret_is(entry(import, "Fern"), FERN);
        assert_eq!(entry(import, "Moss").notices, []);
        assert_eq!(entry(import, "Fern").notices, [Notice::ShownAs { name: "My fern".into() }]);
        let expected = [
            (3, "Later: ume", RefuseReason::UnknownKind),
            (4, "Broken: ume", RefuseReason::Malformed),
        ];
        assert_eq!(refusals(import)[..2], expected);
    }
    // Of what is no token at all, the name of the entry is left.
    assert_eq!(refusals(&preferences)[2..], [(5, "Torn", RefuseReason::Malformed)]);
}

#[test]
fn freeotp_2_opens_each_secret_under_the_master_key() {
    let files =
        ["freeotp2-older-phones-name-one-field-and-a-bare-nonce.bin", "freeotp2-newer-phones.bin"];
    for name in files {
        let import = opened(name);
        assert_eq!(import.format, FormatName::FreeOtp2);
        let moss = entry(&import, "Moss");
        assert_eq!((moss.token.account.as_str(), moss.token.kind), ("梅🌸", totp(60)), "{name}");
        assert_eq!((moss.token.algorithm, &moss.notices[..]), (Algorithm::Sha256, &[][..]));
        secret_is(moss, MOSS);
        assert_eq!(entry(&import, "Fern").token.kind, TokenKind::Hotp { counter: 41 });
        let silent = [Setting::Algorithm, Setting::Digits, Setting::Period].map(Notice::Assumed);
        let bare: Vec<_> = import.entries.iter().filter(|it| it.token.issuer == "Bare").collect();
        assert_eq!((bare.len(), &bare[0].notices[..]), (2, &silent[..]));
        secret_is(bare[1], FERN);
        let expected = [
            (5, "Strange: ume", RefuseReason::BadSecret),
            (6, "Lost: ume", RefuseReason::NoSecret),
        ];
        assert_eq!(refusals(&import), expected);
    }
}

#[test]
fn proton_plain_and_encrypted() {
    let import = plain("proton-names-and-notes.json");
    let expected = [(4, "Odd", RefuseReason::NotAToken), (5, "", RefuseReason::Malformed)];
    assert_eq!(refusals(&import), expected);
    for import in [import, opened("proton-encrypted.json")] {
        assert_eq!((import.format, import.entries.len()), (FormatName::Proton, 3));
        let [moss, steam, mine] = &import.entries[..] else { panic!("three") };
        assert_eq!((moss.token.account.as_str(), moss.token.kind), ("ume", totp(60)));
        assert_eq!(moss.extras.note.expose(), "spare in the drawer");
        assert_eq!((steam.token.kind, steam.token.account.as_str()), (TokenKind::Steam, "hana"));
        assert_eq!(mine.token.account, "take");
        assert_eq!(mine.notices, [Notice::ShownAs { name: "mine".into() }]);
    }
    let newer = String::from_utf8(vector("proton-encrypted.json")).unwrap();
    let newer = newer.replace("\"version\": 1", "\"version\": 2");
    let error = error_of(unlock(newer.as_bytes(), PASSWORD));
    assert_eq!(error, ImportError::NewerVersion { found: 2, known: 1 });
}

#[test]
fn raivo_writes_numbers_as_text() {
    let import = plain("raivo-everything-is-text.json");
    assert_eq!(import.format, FormatName::Raivo);
    assert_moss_and_fern(&import);
    assert!(entry(&import, "Moss").extras.is_pinned && !entry(&import, "Fern").extras.is_pinned);
    assert_eq!(entry(&import, "Moss").notices, [Notice::IconDropped]);
    let expected =
        [(3, "Later: ume", RefuseReason::UnknownKind), (4, "Broken: ume", RefuseReason::Malformed)];
    assert_eq!(refusals(&import), expected);
}

#[test]
fn duo_says_which_accounts_cannot_leave_the_app() {
    let import = plain("duo-push-accounts-stay-in-the-app.json");
    assert_eq!(import.format, FormatName::Duo);
    let [ume, take] = &import.entries[..] else { panic!("two") };
    assert_eq!((ume.token.account.as_str(), ume.token.kind), ("ume", totp(30)));
    assert_eq!(
        (take.token.account.as_str(), take.token.kind),
        ("take", TokenKind::Hotp { counter: 3 })
    );
    let silent = [Setting::Algorithm, Setting::Digits].map(Notice::Assumed);
    assert_eq!(take.notices, silent);
    let expected =
        [(3, "A company", RefuseReason::AppBound), (4, "Broken", RefuseReason::Malformed)];
    assert_eq!(refusals(&import), expected);
}

#[test]
fn steam_keeps_the_code_that_takes_the_authenticator_off() {
    let import = plain("steam-accounts-in-a-map.json");
    assert_eq!((import.format, import.entries.len()), (FormatName::Steam, 1));
    let steam = entry(&import, "Steam");
    assert_eq!((steam.token.kind, steam.token.account.as_str()), (TokenKind::Steam, "hana"));
    assert_eq!(steam.extras.note.expose(), "revocation_code: R12345");
    secret_is(steam, MOSS);
    let expected = [
        (2, "Steam: none", RefuseReason::NoSecret),
        (3, "Steam: bad", RefuseReason::BadSecret),
        (4, "Steam: broken", RefuseReason::Malformed),
    ];
    assert_eq!(refusals(&import), expected);
    let one = plain("steam-one-account.maFile");
    assert_eq!((one.entries.len(), one.entries[0].extras.note.expose()), (1, ""));
}

#[test]
fn battle_net_is_unmasked_and_what_does_not_fit_the_mask_is_refused() {
    let name = "battle-net-serial-and-secret-are-masked.xml";
    let import = plain(name);
    assert_eq!((import.format, import.entries.len()), (FormatName::BattleNet, 1));
    let token = &entry(&import, "Battle.net").token;
    assert_eq!((token.account.as_str(), token.digits), ("EU-1234-5678-9012", 8));
    let secret: Vec<u8> = (0..20).collect();
    assert!(token.secret.expose() == secret);
    let file = String::from_utf8(vector(name)).unwrap();
    for (from, to) in
        [("SECRET\">", "SECRET\">00"), ("SECRET\">0", "SECRET\">x"), ("SECRET\">0", "SECRET\">f")]
    {
        assert!(file.contains(from));
        let import = read(file.replace(from, to).as_bytes()).unwrap();
        let expected = [(1, "Battle.net: EU-1234-5678-9012", RefuseReason::BadSecret)];
        assert_eq!(refusals(&import), expected);
    }
}

#[test]
fn authy_in_clear_with_its_own_tokens() {
    let import = plain("authy-its-own-tokens-have-seven-digits.xml");
    assert_eq!(import.format, FormatName::Authy);
    let silent = [Setting::Algorithm, Setting::Period].map(Notice::Assumed);
    let moss = entry(&import, "Moss");
    assert_eq!(
        (moss.token.account.as_str(), moss.token.digits, &moss.notices[..]),
        ("ume", 8, &silent[..])
    );
    assert_eq!(entry(&import, "Fern").token.account, "My own name");
    assert_eq!(entry(&import, "Pine").token.account, "matsu");
    let own = entry(&import, "");
    assert_eq!((own.token.account.as_str(), own.token.digits), ("A company", 7));
    assert_eq!((own.token.kind, &own.notices[..]), (totp(10), &[][..]));
    secret_is(own, FERN);
    let expected =
        [(4, "Broken: ume", RefuseReason::Malformed), (6, "Odd", RefuseReason::BadSecret)];
    assert_eq!(refusals(&import), expected);
}

/// Each secret is sealed by itself, so a password may be right for some only.
#[test]
fn authy_encrypted_secrets_open_one_by_one() {
    let import = opened("authy-encrypted-each-secret-by-itself.xml");
    assert_eq!(import.entries.len(), 2);
    secret_is(entry(&import, "Moss"), MOSS);
    assert_eq!(refusals(&import), [(3, "Strange: ume", RefuseReason::BadSecret)]);
}

#[test]
fn totp_authenticator_with_a_password_and_with_the_fixed_one() {
    let chosen = opened("totp-authenticator-a-chosen-password.bin");
    let fixed = plain("totp-authenticator-nobody-chose-a-password.bin");
    let preferences = plain("totp-authenticator-preferences.xml");
    let expected = [
        (3, "Odd: ume", RefuseReason::BadSecret),
        (4, "Bad: ume", RefuseReason::BadSecret),
        (5, "Broken: ume", RefuseReason::Malformed),
    ];
    assert_eq!(refusals(&preferences), expected);
    for import in [chosen, fixed, preferences] {
        assert_eq!((import.format, import.entries.len()), (FormatName::TotpAuthenticator, 2));
        let moss = entry(&import, "Moss");
        assert_eq!(
            (moss.token.digits, moss.token.kind),
            (8, totp(60)),
            "what the file says is kept"
        );
        assert_eq!(moss.notices, [Notice::Assumed(Setting::Algorithm)]);
        assert!(moss.extras.is_pinned);
        secret_is(moss, MOSS);
        secret_is(entry(&import, "Fern"), FERN);
    }
}

#[test]
fn preferences_that_are_none_name_the_line() {
    let damaged = |line| ImportError::Damaged { at: Place::Xml { line } };
    let with = |inner: &str| format!("<?xml version='1.0'?>\n<map>\n{inner}\n</map> <!-- x -->\n");
    let good = "<string name=\"tokenOrder\">a<![CDATA[<b>]]>&#x43;&lt;&apos;</string>\n<string name=\"x\"/>";
    assert_eq!(
        refusals(&read(with(good).as_bytes()).unwrap()),
        [(1, "x", RefuseReason::Malformed)]
    );
    let bad = [
        "<string name=\"tokenOrder\">&mine;</string>",
        "<string name=\"tokenOrder\"><b/></string>",
        "<string>tokenOrder issuerExt</string>",
        "<string name=\"tokenOrder\">x</int>",
        "<string name=\"tokenOrder\" <",
        "tokenOrder issuerExt",
    ];
    for inner in bad {
        let error = error_of(read(with(inner).as_bytes()));
        assert!((3..=5).map(damaged).any(|it| it == error), "{inner}: {error:?}");
    }
    let entities = "<?xml version='1.0'?><!DOCTYPE map [<!ENTITY issuerExt 'x'>]><map/>";
    assert_eq!(error_of(read(entities.as_bytes())), damaged(1));
    let twice = format!("{}<map/>", with(good));
    assert_eq!(error_of(read(twice.as_bytes())), damaged(6));
    assert_eq!(read(b"<map/><!-- issuerExt -->").unwrap().entries.len(), 0);
}

/// Only the one shape that the app writes is read, and an error names the byte.
#[test]
fn a_stream_of_java_that_is_something_else_names_the_byte() {
    let file = vector("freeotp2-newer-phones.bin");
    let at = |needle: &[u8]| file.windows(needle.len()).position(|it| it == needle).unwrap();
    // Another class, a field that is an object, no end of the class, a member that is no text, a reference to
    // nothing, and text that is none in two ways.
    let changes = [
        (at(b"HashMap"), b'h'),
        (at(b"F\x00\x0aloadFactor"), b'L'),
        (at(b"xp"), 0),
        (at(b"t\x00\x011"), b'p'),
        (at(b"t\x00\x011"), b'q'),
        (at(b"masterKey"), 0xff),
        (at(b"masterKey"), 0),
    ];
    for (place, byte) in changes {
        let mut changed = file.clone();
        changed[place] = byte;
        match error_of(unlock(&changed, PASSWORD)) {
            ImportError::Damaged { at: Place::Byte { offset } } => {
                assert!(offset.abs_diff(place as u64) < 24, "{place}: {offset}");
            }
            other => panic!("{place}: {other:?}"),
        }
    }
    let longer = [&file[..], b"x"].concat();
    let end = ImportError::Damaged { at: Place::Byte { offset: file.len() as u64 } };
    assert_eq!(error_of(unlock(&longer, PASSWORD)), end);
}
