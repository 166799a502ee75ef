// SPDX-License-Identifier: MIT OR Apache-2.0
//! What each format yields, from made-up files.

use kagifuda_otp::migration::{MigrationError, PartName, Unreadable};
use kagifuda_otp::otpauth::{self, OtpauthError};
use kagifuda_otp::{Algorithm, TokenKind, UnixTime, base32};
use kagifuda_vault::exchange::{
    FileNotice, FormatName, Import, ImportError, Notice, RefuseReason, Setting,
};

use crate::{PASSWORD, entry, error_of, read, refusals, unlock, vector};

const MOSS: &[u8] = b"abcdefghijk";
const FERN: &[u8] = b"1234567890";

fn secret_is(import: &Import, issuer: &str, text: &str) {
    let expected = base32::read(text).unwrap();
    assert!(entry(import, issuer).token.secret == expected, "secret of {issuer}");
}

#[test]
fn lines_pass_over_comments_blanks_and_windows_line_ends() {
    let file = vector("lines-comments-blank-lines-and-windows-line-ends-are-passed-over.txt");
    let import = read(&file).unwrap();
    assert_eq!(import.format, FormatName::OtpauthLines);
    assert_eq!(import.refused, []);
    let rain = &entry(&import, "Rain Bank").token;
    assert_eq!(rain.kind, TokenKind::Totp { period_seconds: 60, t0: 0 });
    assert_eq!((rain.algorithm, rain.digits), (Algorithm::Sha256, 8));
    assert_eq!(rain.account, "ume@example.com");
    assert!(rain.secret.expose() == b"12345678901234567890");
    let moss = entry(&import, "Moss");
    assert_eq!((moss.position, moss.token.kind), (2, TokenKind::Hotp { counter: 7 }));
}

#[test]
fn a_bad_line_does_not_take_the_others_with_it() {
    let import = read(&vector("lines-a-bad-line-does-not-take-the-others-with-it.txt")).unwrap();
    let accounted = import.entries.iter().map(|entry| entry.position);
    assert_eq!(accounted.collect::<Vec<_>>(), [1, 7]);
    let position = 12;
    let bad_secret = base32::Base32Error::BadCharacter { position };
    assert_eq!(
        refusals(&import)[..2],
        [
            (2, "Fern:ume", RefuseReason::Uri(OtpauthError::Secret(bad_secret))),
            (3, "Pine Tree:ume", RefuseReason::NoSecret),
        ]
    );
    assert_eq!(
        refusals(&import)[2..],
        [
            (4, "Birch:ume", RefuseReason::Uri(OtpauthError::UnknownKind)),
            (5, "", RefuseReason::NotAToken),
            (6, "Larch:ume", RefuseReason::Uri(OtpauthError::Digits)),
        ]
    );
    let willow = entry(&import, "Willow");
    assert_eq!(willow.notices, [Notice::UnknownKept { name: "colour".into() }]);
    assert_eq!(willow.token.extra, [("colour".into(), "green".into())]);
}

#[test]
fn oddities_of_a_uri_are_told() {
    let lines = "otpauth://hotp/Moss:ume?secret=MFRGGZDFMZTWQ2LK\n\
                 motp://Fern:take?secret=0123456789abcdef\n\
                 otpauth://totp/?secret=MFRGGZDFMZTWQ2LK\n";
    let import = read(lines.as_bytes()).unwrap();
    assert_eq!(entry(&import, "Moss").notices, [Notice::Assumed(Setting::Counter)]);
    assert_eq!(entry(&import, "Fern").notices, [Notice::PinMissing]);
    assert_eq!(entry(&import, "").notices, [Notice::Uri(otpauth::Notice::Nameless)]);
}

#[test]
fn the_display_parameter_of_ente_gives_tags_note_pin_and_bin() {
    let import =
        read(&vector("ente-lines-display-parameter-gives-tags-note-pin-and-bin.txt")).unwrap();
    assert_eq!(import.format, FormatName::Ente);
    assert_eq!(import.refused, []);
    let moss = entry(&import, "Moss");
    assert_eq!(moss.extras.tags, ["garden", "home"]);
    assert_eq!(moss.extras.note.expose(), "spare in the drawer");
    assert!(moss.extras.is_pinned);
    assert_eq!(moss.notices, [Notice::IconDropped]);
    assert_eq!(moss.token.extra, [], "the parameter is not kept a second time");
    assert_eq!(entry(&import, "Fern").notices, [Notice::WasTrashed]);
    assert_eq!(entry(&import, "Pine").notices, [Notice::DisplayUnreadable]);
    assert_eq!(entry(&import, "Larch").notices, []);
}

#[test]
fn ente_sealed_by_libsodium_opens() {
    let import = unlock(&vector("ente-encrypted.json"), PASSWORD).unwrap();
    assert_eq!(import.format, FormatName::Ente);
    assert_eq!((import.entries.len(), import.refused.len()), (2, 0));
    let moss = entry(&import, "Moss");
    assert!(moss.extras.is_pinned && moss.extras.tags == ["garden"]);
    assert_eq!(moss.token.kind, TokenKind::Totp { period_seconds: 60, t0: 0 });
    assert_eq!(entry(&import, "Fern").token.kind, TokenKind::Hotp { counter: 41 });
}

#[test]
fn aegis_contents_of_every_version_are_read() {
    let first = read(&vector("aegis-contents-1-know-no-groups.json")).unwrap();
    assert_eq!(first.format, FormatName::Aegis);
    let fern = &entry(&first, "Fern").token;
    assert_eq!((fern.kind, fern.algorithm), (TokenKind::Hotp { counter: 41 }, Algorithm::Sha512));
    assert!(fern.secret.expose() == FERN);
    assert!(entry(&first, "Moss").extras.folders.is_empty());

    let second = read(&vector("aegis-contents-2-name-one-group.json")).unwrap();
    assert_eq!(entry(&second, "Moss").extras.folders, ["garden"]);
    assert_eq!(entry(&second, "Steam").token.kind, TokenKind::Steam);
    assert_eq!(entry(&second, "Steam").notices, []);

    assert_third_version(
        &read(&vector("aegis-contents-3-list-groups-by-identifier.json")).unwrap(),
    );
}

fn assert_third_version(import: &Import) {
    assert_eq!(import.refused, []);
    let moss = entry(import, "Moss");
    assert_eq!(moss.extras.folders, ["garden", "home"]);
    assert_eq!(moss.extras.note.expose(), "spare in the drawer");
    assert!(moss.extras.is_pinned);
    assert_eq!(moss.notices, [Notice::IconDropped]);
    assert!(moss.token.secret.expose() == &MOSS[..10]);
    let fern = entry(import, "Fern");
    assert_eq!(fern.token.kind, TokenKind::Motp);
    assert_eq!(fern.token.pin.as_ref().unwrap().expose(), "1234");
    assert_eq!(fern.notices, [Notice::GroupMissing, Notice::WasArchived]);
    let yandex = &entry(import, "Yandex").token;
    assert_eq!((yandex.kind, yandex.algorithm), (TokenKind::Yandex, Algorithm::Sha256));
    assert_eq!(yandex.digits, 8);
    assert!(yandex.code_at(UnixTime(1_700_000_000)).is_ok(), "the token makes codes");
}

#[test]
fn aegis_sealed_by_openssl_opens_with_any_of_its_passwords() {
    let file = vector("aegis-any-password-slot-opens.json");
    assert_third_version(&unlock(&file, PASSWORD).unwrap());
    assert_third_version(&unlock(&file, "another").unwrap());
    assert_eq!(error_of(unlock(&file, "rain and sun")), ImportError::WrongPassword);
    assert_eq!(error_of(read(&file)), ImportError::PasswordNeeded);
    let biometric = vector("aegis-biometric-slots-open-nowhere-else.json");
    assert_eq!(error_of(unlock(&biometric, PASSWORD)), ImportError::NoPasswordWay);
}

#[test]
fn a_bad_entry_of_aegis_does_not_take_the_others_with_it() {
    let file = vector("aegis-a-bad-entry-does-not-take-the-others-with-it.json");
    let import = read(&file).unwrap();
    assert_eq!(import.entries.len() + import.refused.len(), 16);
    let expected = [
        (2, "Unknown kind: ume", RefuseReason::UnknownKind),
        (3, "No secret: ume", RefuseReason::NoSecret),
        (4, "Secret missing: ume", RefuseReason::NoSecret),
        (5, "Bad secret: ume", RefuseReason::BadSecret),
        (6, "Bad hash: ume", RefuseReason::UnknownAlgorithm),
        (7, "Bad digits: ume", RefuseReason::BadDigits),
        (8, "Bad period: ume", RefuseReason::BadPeriod),
        (9, "Negative counter: ume", RefuseReason::Malformed),
        (10, "Doubled field: ume", RefuseReason::Malformed),
        (11, "Yandex cut short: ume", RefuseReason::BadSecret),
        (12, "", RefuseReason::Malformed),
    ];
    assert_eq!(refusals(&import), expected);
    let silent = [Setting::Algorithm, Setting::Digits, Setting::Counter].map(Notice::Assumed);
    assert_eq!(entry(&import, "Silent").notices, silent);
    assert_eq!(entry(&import, "Old mistake").notices, [Notice::Assumed(Setting::Algorithm)]);
    let odd = [Setting::Algorithm, Setting::Digits, Setting::Period].map(Notice::Ignored);
    assert_eq!(entry(&import, "Odd Steam").notices, odd);
    assert_eq!(entry(&import, "Odd Steam").token.digits, 5);
    assert_eq!(entry(&import, "Forgotten PIN").notices, [Notice::PinMissing]);
}

#[test]
fn twofas_schemas_before_the_third_have_no_kinds() {
    let first = read(&vector("twofas-1-has-names-and-secrets-only.json")).unwrap();
    let silent = [Setting::Kind, Setting::Algorithm, Setting::Digits, Setting::Period];
    assert_eq!(first.format, FormatName::TwoFas);
    assert_eq!(entry(&first, "Moss").notices, silent.map(Notice::Assumed));
    secret_is(&first, "Moss", "MFRGGZDFMZTWQ2LK");
    assert_eq!(entry(&first, "Fern").token.account, "");

    let second = read(&vector("twofas-2-has-no-kinds.2fas")).unwrap();
    let moss = entry(&second, "Moss");
    assert_eq!(moss.token.kind, TokenKind::Totp { period_seconds: 60, t0: 0 });
    assert_eq!((moss.token.algorithm, moss.token.digits), (Algorithm::Sha512, 8));
    assert_eq!(moss.extras.folders, ["garden"]);
    assert_eq!(moss.notices, [Notice::Assumed(Setting::Kind)]);
    let fern =
        [Notice::GroupMissing, Notice::Assumed(Setting::Kind), Notice::Assumed(Setting::Period)];
    assert_eq!(entry(&second, "Fern").notices, fern);
}

#[test]
fn twofas_counter_tokens_ignore_their_period() {
    let import = read(&vector("twofas-3-counter-tokens-ignore-their-period.2fas")).unwrap();
    let moss = entry(&import, "Moss");
    assert_eq!((moss.token.kind, &moss.notices[..]), (TokenKind::Hotp { counter: 9 }, &[][..]));
}

#[test]
fn twofas_of_schema_4_plain_and_sealed_by_openssl() {
    assert_fourth_schema(&read(&vector("twofas-4-names-kinds-badges-and-groups.2fas")).unwrap());
    let sealed = vector("twofas-4-encrypted.2fas");
    assert_fourth_schema(&unlock(&sealed, PASSWORD).unwrap());
    assert_eq!(error_of(unlock(&sealed, "rain")), ImportError::WrongPassword);
    assert_eq!(error_of(read(&sealed)), ImportError::PasswordNeeded);
}

fn assert_fourth_schema(import: &Import) {
    let steam = entry(import, "Steam");
    assert_eq!(steam.token.kind, TokenKind::Steam);
    assert_eq!(steam.notices, [Notice::ShownAs { name: "My steam".into() }]);
    assert_eq!(steam.extras.folders, ["games"]);
    assert_eq!(steam.extras.colour.as_deref(), Some("Green"));
    let manual = entry(import, "");
    assert_eq!(manual.token.account, "take@example.com");
    assert_eq!(manual.extras.colour, None);
    let expected = [
        (3, "Odd: take", RefuseReason::UnknownAlgorithm),
        (4, "Later: take", RefuseReason::UnknownKind),
        (5, "Broken", RefuseReason::Malformed),
    ];
    assert_eq!(refusals(import), expected);
}

/// Two codes of a batch of three, one of them twice, a broken one, and a third of another batch
/// among them.
#[test]
fn google_batches_say_what_is_missing_or_doubled() {
    let tokens =
        read(&vector("lines-comments-blank-lines-and-windows-line-ends-are-passed-over.txt"));
    let mut tokens: Vec<_> = tokens.unwrap().entries.into_iter().map(|entry| entry.token).collect();
    tokens[0].kind = TokenKind::Totp { period_seconds: 30, t0: 0 };
    let three = [tokens[1].duplicate(), tokens[0].duplicate(), tokens[1].duplicate()];
    let batch = kagifuda_otp::migration::write(&three, 77, 200);
    assert_eq!((batch.codes.len(), batch.left_behind.len()), (3, 0));
    let codes: Vec<&str> = batch.codes.iter().map(kagifuda_secret::SecretText::expose).collect();
    let given = [codes[2], codes[0], codes[2], "otpauth-migration://offline?data=!!!!"].join("\n");
    let import = read(given.as_bytes()).unwrap();
    assert_eq!(import.format, FormatName::GoogleMigration);
    assert_eq!(import.entries.len(), 2);
    let part = |index| vec![PartName { batch_id: 77, index }];
    let told = [FileNotice::PartsMissing(part(1)), FileNotice::PartsRepeated(part(2))];
    assert_eq!(import.notices, told);
    assert_eq!(refusals(&import), [(1, "", RefuseReason::Batch(MigrationError::NotBase64))]);
}

#[test]
fn a_batch_entry_without_secret_is_refused_by_its_name() {
    // Protobuf by hand: an entry with the name "ume" and the issuer "Moss" and nothing else.
    let payload = b"\x0a\x0b\x12\x03ume\x1a\x04Moss";
    let data = data_encoding::BASE64URL_NOPAD.encode(payload);
    let import = read(format!("otpauth-migration://offline?data={data}").as_bytes()).unwrap();
    let reason = RefuseReason::BatchEntry(Unreadable::SecretMissing);
    assert_eq!(refusals(&import), [(1, "Moss: ume", reason)]);
}
