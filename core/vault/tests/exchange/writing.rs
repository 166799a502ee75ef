// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files written for other apps: read back they give equal tokens, and what a format cannot carry is
//! told entry by entry.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_otp::{Algorithm, Token, TokenKind, UnixTime};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::exchange::{
    COMFORTABLE_CODE_BYTES, EntryExtras, FormatName, Import, Loss, LossKind, Outgoing, Part,
    Protection, Setting, WriteError, Written, write_aegis, write_google, write_lines, write_twofas,
};
use proptest::prelude::*;

use crate::{error_of, read, unlock};

const NOW: UnixTime = UnixTime(1_800_000_000);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

fn token(kind: TokenKind, issuer: &str) -> Token {
    let (algorithm, digits) = match kind {
        TokenKind::Steam => (Algorithm::Sha1, 5),
        TokenKind::Yandex => (Algorithm::Sha256, 8),
        _ => (Algorithm::Sha1, 6),
    };
    let has_pin = matches!(kind, TokenKind::Motp | TokenKind::Yandex);
    Token {
        kind,
        algorithm,
        digits,
        secret: SecretBytes::new(b"sixteen bytes in".to_vec()),
        pin: has_pin.then(|| SecretText::from("1234")),
        issuer: issuer.into(),
        account: "ume".into(),
        extra: Vec::new(),
    }
}

const fn totp(period_seconds: u32) -> TokenKind {
    TokenKind::Totp { period_seconds, t0: 0 }
}

fn rich() -> EntryExtras {
    EntryExtras {
        folders: vec!["garden".into(), "home".into()],
        tags: vec!["old".into(), "home".into()],
        note: SecretText::from("spare \"in\" the\ndrawer & 引き出し"),
        is_pinned: true,
        colour: Some("Green".into()),
        service: None,
    }
}

fn write<T>(tokens: &[Token], extras: &EntryExtras, with: impl FnOnce(&[Outgoing<'_>]) -> T) -> T {
    let entries: Vec<Outgoing> = tokens.iter().map(|token| Outgoing { token, extras }).collect();
    with(&entries)
}

fn losses(written: &[Loss]) -> Vec<(usize, LossKind)> {
    written.iter().map(|loss| (loss.position, loss.kind.clone())).collect()
}

fn assert_same(import: &Import, tokens: &[Token]) {
    assert_eq!(import.refused, []);
    assert_eq!(import.entries.len(), tokens.len());
    for (entry, token) in import.entries.iter().zip(tokens) {
        assert!(entry.token == *token, "{} came back changed", token.issuer);
        assert_eq!(entry.notices, [], "{}", token.issuer);
    }
}

fn every_kind() -> Vec<Token> {
    vec![
        token(totp(30), "Moss"),
        token(TokenKind::Hotp { counter: 41 }, "Fern"),
        token(TokenKind::Steam, "Steam"),
        token(TokenKind::Motp, "Birch"),
        token(TokenKind::Yandex, "Yandex"),
    ]
}

fn plain_aegis(entries: &[Outgoing<'_>]) -> Written {
    write_aegis(entries, Protection::Plain, &mut rng()).unwrap()
}

fn plain_twofas(entries: &[Outgoing<'_>]) -> Written {
    write_twofas(entries, Protection::Plain, NOW, &mut rng()).unwrap()
}

#[test]
fn aegis_carries_every_kind_with_groups_note_and_favourite() {
    let written = write(&every_kind(), &rich(), plain_aegis);
    let colour = |position| (position, LossKind::Without(Part::Colour));
    assert_eq!(losses(&written.losses), (1..=5).map(colour).collect::<Vec<_>>());
    let import = read(written.content.expose()).unwrap();
    assert_eq!(import.format, FormatName::Aegis);
    assert_same(&import, &every_kind());
    for entry in &import.entries {
        assert_eq!(entry.extras.folders, ["garden", "home", "old"]);
        assert_eq!(entry.extras.note.expose(), rich().note.expose());
        assert!(entry.extras.is_pinned);
    }
}

#[test]
fn aegis_under_a_password_opens_with_it_only() {
    let password = SecretText::from("雨 rain");
    let seal = |entries: &[Outgoing<'_>]| {
        write_aegis(entries, Protection::Password(&password), &mut rng()).unwrap()
    };
    let written = write(&every_kind(), &EntryExtras::default(), seal);
    assert_eq!(written.losses, []);
    assert_same(&unlock(written.content.expose(), "雨 rain").unwrap(), &every_kind());
    let error = error_of(unlock(written.content.expose(), "rain"));
    assert_eq!(error, kagifuda_vault::exchange::ImportError::WrongPassword);
    let text = String::from_utf8_lossy(written.content.expose()).into_owned();
    assert!(!text.contains("Moss"), "names are sealed too");
}

#[test]
fn aegis_leaves_out_what_it_would_misread() {
    let mut pinless = token(TokenKind::Motp, "Birch");
    pinless.pin = None;
    let mut short = token(TokenKind::Yandex, "Yandex");
    short.secret = SecretBytes::new(b"short".to_vec());
    let mut unknown = token(totp(30), "Moss");
    unknown.extra.push(("colour".into(), "green".into()));
    let tokens = [
        token(TokenKind::Totp { period_seconds: 30, t0: 5 }, "Late"),
        token(totp(u32::MAX), "Slow"),
        token(TokenKind::Hotp { counter: u64::MAX }, "Far"),
        pinless,
        short,
        unknown,
    ];
    let written = write(&tokens, &EntryExtras::default(), plain_aegis);
    let expected = [
        (1, LossKind::StartOfTime),
        (2, LossKind::Value(Setting::Period)),
        (3, LossKind::Value(Setting::Counter)),
        (4, LossKind::PinMissing),
        (5, LossKind::Secret),
        (6, LossKind::Without(Part::UnknownParameters)),
    ];
    assert_eq!(losses(&written.losses), expected);
    assert!(written.losses[..5].iter().all(|loss| loss.kind.is_left_out()));
    assert!(!written.losses[5].kind.is_left_out());
    assert_eq!(read(written.content.expose()).unwrap().entries.len(), 1);
}

#[test]
fn twofas_carries_three_kinds_and_tells_of_the_rest() {
    let written = write(&every_kind(), &rich(), plain_twofas);
    let parts = [Part::Folders, Part::Tags, Part::Note, Part::Pinned].map(LossKind::Without);
    let carried = (1..=3).flat_map(|position| parts.clone().map(|part| (position, part)));
    let left_out = [(4, LossKind::Kind(TokenKind::Motp)), (5, LossKind::Kind(TokenKind::Yandex))];
    assert_eq!(losses(&written.losses), carried.chain(left_out).collect::<Vec<_>>());
    let import = read(written.content.expose()).unwrap();
    assert_eq!(import.format, FormatName::TwoFas);
    assert_same(&import, &every_kind()[..3]);
    for entry in &import.entries {
        assert_eq!(entry.extras.folders, ["garden"]);
        assert_eq!(entry.extras.colour.as_deref(), Some("Green"));
    }
}

#[test]
fn twofas_under_a_password_opens_with_it_only() {
    let password = SecretText::from("雨 rain");
    let seal = |entries: &[Outgoing<'_>]| {
        write_twofas(entries, Protection::Password(&password), NOW, &mut rng()).unwrap()
    };
    let tokens = &every_kind()[..3];
    let written = write(tokens, &EntryExtras::default(), seal);
    assert_eq!(written.losses, []);
    assert_same(&unlock(written.content.expose(), "雨 rain").unwrap(), tokens);
    let error = error_of(unlock(written.content.expose(), "rain"));
    assert_eq!(error, kagifuda_vault::exchange::ImportError::WrongPassword);
    let json: serde_json::Value = serde_json::from_slice(written.content.expose()).unwrap();
    assert_eq!(json["services"], serde_json::json!([]), "nothing stays in the clear");
    let sizes = json["reference"]
        .as_str()
        .unwrap()
        .split(':')
        .map(|part| data_encoding::BASE64.decode(part.as_bytes()).unwrap().len());
    assert_eq!(sizes.collect::<Vec<_>>(), [256 + 16, 256, 12], "sealed text, salt, nonce");
}

#[test]
fn twofas_leaves_out_what_it_would_misread_and_warns_of_odd_periods() {
    let mut ten = token(totp(30), "Ten");
    ten.digits = 10;
    let mut colourful = rich();
    colourful.colour = Some("Ultraviolet".into());
    let tokens = [
        ten,
        token(TokenKind::Totp { period_seconds: 30, t0: 5 }, "Late"),
        token(TokenKind::Hotp { counter: 1 << 31 }, "Far"),
        token(totp(1 << 31), "Slow"),
        token(totp(20), "Quick"),
    ];
    let written = write(&tokens, &EntryExtras::default(), plain_twofas);
    let expected = [
        (1, LossKind::Value(Setting::Digits)),
        (2, LossKind::StartOfTime),
        (3, LossKind::Value(Setting::Counter)),
        (4, LossKind::Value(Setting::Period)),
        (5, LossKind::Misread(Setting::Period)),
    ];
    assert_eq!(losses(&written.losses), expected);
    assert_same(&read(written.content.expose()).unwrap(), &tokens[4..]);
    let written = write(&every_kind()[..1], &colourful, plain_twofas);
    assert!(losses(&written.losses).contains(&(1, LossKind::Without(Part::Colour))));
}

#[test]
fn lines_carry_every_kind_and_what_ente_can_show() {
    let mut tokens = every_kind();
    tokens.push(token(TokenKind::Totp { period_seconds: 45, t0: 99 }, "Late"));
    let written = write(&tokens, &rich(), write_lines);
    assert_eq!(written.losses.len(), 6, "the colour of each");
    let import = read(written.content.expose()).unwrap();
    assert_eq!(import.format, FormatName::Ente);
    assert_same(&import, &tokens);
    for entry in &import.entries {
        assert_eq!(entry.extras.tags, ["garden", "home", "old"]);
        assert_eq!(entry.extras.note.expose(), rich().note.expose());
        assert!(entry.extras.is_pinned);
    }
    let bare = write(&tokens, &EntryExtras::default(), write_lines);
    assert_eq!(bare.losses, []);
    assert_eq!(read(bare.content.expose()).unwrap().format, FormatName::OtpauthLines);
}

#[test]
fn google_carries_what_its_codes_have_room_for() {
    let mut seven = token(totp(30), "Seven");
    seven.digits = 7;
    let mut empty = token(totp(30), "Empty");
    empty.secret = SecretBytes::default();
    let mut long = token(totp(30), "Long");
    long.account = "u".repeat(2000);
    let tokens = [
        token(totp(30), "Moss"),
        token(TokenKind::Steam, "Steam"),
        token(totp(60), "Slow"),
        token(TokenKind::Totp { period_seconds: 30, t0: 5 }, "Late"),
        token(TokenKind::Hotp { counter: u64::MAX }, "Far"),
        seven,
        empty,
        long,
    ];
    let code = |entries: &[Outgoing<'_>]| write_google(entries, COMFORTABLE_CODE_BYTES, &mut rng());
    let written = write(&tokens, &EntryExtras::default(), code);
    let expected = [
        (2, LossKind::Kind(TokenKind::Steam)),
        (3, LossKind::Value(Setting::Period)),
        (4, LossKind::StartOfTime),
        (5, LossKind::Value(Setting::Counter)),
        (6, LossKind::Value(Setting::Digits)),
        (7, LossKind::Secret),
        (8, LossKind::TooLong),
    ];
    assert_eq!(losses(&written.losses), expected);
    let [code] = &written.codes[..] else { panic!("one code") };
    assert_same(&read(code.expose().as_bytes()).unwrap(), &tokens[..1]);
}

#[test]
fn google_cuts_a_long_list_into_codes_that_cameras_read() {
    let name = |number: usize| token(totp(30), &format!("Service number {number}"));
    let tokens: Vec<Token> = (0..60).map(name).collect();
    let code = |entries: &[Outgoing<'_>]| write_google(entries, COMFORTABLE_CODE_BYTES, &mut rng());
    let written = write(&tokens, &rich(), code);
    assert!(written.codes.len() > 2);
    assert!(written.codes.iter().all(|code| code.expose().len() <= COMFORTABLE_CODE_BYTES));
    assert_eq!(written.losses.len(), 60 * 5, "all that is not the token");
    let codes: Vec<&str> = written.codes.iter().map(SecretText::expose).collect();
    let import = read(codes.join("\n").as_bytes()).unwrap();
    assert_eq!(import.notices, []);
    assert_same(&import, &tokens);
}

#[test]
fn an_empty_password_protects_nothing_and_is_refused() {
    let none = SecretText::default();
    let protection = Protection::Password(&none);
    let refused = Some(WriteError::EmptyPassword);
    assert_eq!(write_aegis(&[], protection, &mut rng()).err(), refused);
    assert_eq!(write_twofas(&[], protection, NOW, &mut rng()).err(), refused);
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9@.+ _-]{1,20}".prop_map(|name| name.trim().to_owned()),
        Just("鍵 & 札: \"quoted\" 100%".to_owned()),
    ]
    .prop_filter("a name", |name| !name.is_empty())
}

/// What a token is made of, as a failing test may show it.
#[derive(Clone, Debug)]
struct Sketch {
    kind: TokenKind,
    algorithm: Algorithm,
    digits: u8,
    secret: Vec<u8>,
    names: (String, String),
}

impl Sketch {
    fn token(self) -> Token {
        Token {
            kind: self.kind,
            algorithm: self.algorithm,
            digits: self.digits,
            secret: SecretBytes::new(self.secret),
            pin: None,
            issuer: self.names.0.replace(':', ""),
            account: self.names.1,
            extra: Vec::new(),
        }
    }
}

fn any_sketch() -> impl Strategy<Value = Sketch> {
    let algorithm =
        prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)];
    let kind = prop_oneof![
        Just(totp(30)),
        (0..i32::MAX as u64).prop_map(|counter| TokenKind::Hotp { counter }),
    ];
    let secret = proptest::collection::vec(any::<u8>(), 1..64);
    let digits = prop_oneof![Just(6_u8), Just(8)];
    (kind, algorithm, digits, secret, (any_name(), any_name())).prop_map(
        |(kind, algorithm, digits, secret, names)| Sketch {
            kind,
            algorithm,
            digits,
            secret,
            names,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the names and secrets, every format gives back the tokens it was given.
    #[test]
    fn what_is_written_is_read_back_equal(
        sketches in proptest::collection::vec(any_sketch(), 1..12),
    ) {
        let tokens: Vec<Token> = sketches.into_iter().map(Sketch::token).collect();
        let extras = EntryExtras::default();
        let files = [
            write(&tokens, &extras, write_lines),
            write(&tokens, &extras, plain_aegis),
            write(&tokens, &extras, plain_twofas),
        ];
        for written in &files {
            prop_assert_eq!(&written.losses[..], &[]);
            let import = read(written.content.expose()).unwrap();
            prop_assert!(import.entries.iter().map(|entry| &entry.token).eq(&tokens), "{:?}", import.format);
        }
        let codes = write(&tokens, &extras, |entries| write_google(entries, COMFORTABLE_CODE_BYTES, &mut rng()));
        let codes: Vec<&str> = codes.codes.iter().map(SecretText::expose).collect();
        let import = read(codes.join("\n").as_bytes()).unwrap();
        prop_assert!(import.entries.iter().map(|entry| &entry.token).eq(&tokens), "Google");
    }
}
