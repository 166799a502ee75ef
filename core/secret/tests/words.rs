// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words on paper: BIP-39's own vectors in both languages, everything a tired hand does to them,
//! and what a person is told when a sheet cannot be read.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use std::fs;
use std::path::PathBuf;

use kagifuda_secret::SecretArray;
use kagifuda_secret::words::{self, Language, WordsError};
use proptest::prelude::*;

fn vectors(file: &str) -> Vec<(Vec<u8>, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/secret");
    let text = fs::read_to_string(folder.join(file)).expect("the file is in the repository");
    let value = |paragraph: &str, field: &str| {
        paragraph.lines().find_map(|line| line.strip_prefix(field)).map(str::to_owned)
    };
    let found: Vec<_> = text
        .split("\n\n")
        .filter_map(|paragraph| Some((value(paragraph, "bytes: ")?, value(paragraph, "words: ")?)))
        .map(|(hex, words)| (bytes(&hex), words))
        .collect();
    assert!(found.len() >= 8);
    found
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn assert_reads(text: &str, expected: &[u8], language: Language) {
    match words::read(text) {
        Ok((secret, found)) => {
            assert_eq!(secret.expose().as_slice(), expected, "{text}");
            assert_eq!(found, language);
        }
        Err(error) => panic!("{error:?}: {text}"),
    }
}

const ENGLISH: &str = "absent gorilla van acoustic humor firm title dolphin bulk barely citizen \
    recall crane moment aspect appear track phrase actual enforce steel spoon afraid benefit";

fn english_with(position: usize, word: &str) -> String {
    let mut words: Vec<_> = ENGLISH.split(' ').collect();
    words[position - 1] = word;
    words.join(" ")
}

#[test]
fn both_languages_are_those_of_bip39() {
    for (file, language) in [
        ("words-english-bip39.txt", Language::English),
        ("words-japanese-bip39.txt", Language::Japanese),
    ] {
        for (entropy, expected) in vectors(file) {
            let secret = SecretArray::from_slice(&entropy).unwrap();
            assert_eq!(words::write(&secret, language).expose(), expected);
            assert_reads(&expected, &entropy, language);
        }
    }
}

#[test]
fn a_sheet_can_be_typed_the_way_people_type() {
    let (entropy, _) = vectors("words-english-bip39.txt").remove(4);
    let words: Vec<_> = ENGLISH.split(' ').collect();
    let numbered = |form: fn(usize, &str) -> String| {
        let lines: Vec<_> = words.iter().enumerate().map(|(at, word)| form(at + 1, word)).collect();
        lines.join("\n")
    };
    for typed in [
        ENGLISH.to_uppercase(),
        format!("  {}\r\n", words.join(" \t\n ")),
        words.join(", "),
        words.join("\u{3000}"),
        numbered(|at, word| format!("{at}. {word}")),
        numbered(|at, word| format!("{at}) {word};")),
        numbered(|at, word| format!("{at}.{word}")),
        numbered(|at, word| format!("- {word}  ({at})")),
        numbered(|at, word| format!("{at}\t{}", word.chars().take(4).collect::<String>())),
        numbered(|_, word| word.chars().take(5).collect()),
        ENGLISH.chars().map(full_width).collect(),
    ] {
        assert_reads(&typed, &entropy, Language::English);
    }
}

fn full_width(c: char) -> char {
    match c {
        'a'..='z' => char::from_u32(c as u32 + 0xfee0).unwrap(),
        other => other,
    }
}

#[test]
fn kana_can_come_from_any_keyboard() {
    use unicode_normalization::UnicodeNormalization as _;
    for (entropy, sheet) in vectors("words-japanese-bip39.txt") {
        let katakana: String = sheet
            .chars()
            .map(|c| if ('ぁ'..='ゖ').contains(&c) { to_katakana(c) } else { c })
            .collect();
        let loose_marks: String = sheet
            .nfd()
            .map(|c| match c {
                '\u{3099}' => '\u{309b}',
                '\u{309a}' => '\u{309c}',
                other => other,
            })
            .collect();
        for typed in [
            sheet.nfd().collect(),
            sheet.replace('\u{3000}', "、"),
            sheet.replace('\u{3000}', "\n１．"),
            sheet.replace('\u{3000}', " "),
            katakana,
            loose_marks,
        ] {
            assert_reads(&typed, &entropy, Language::Japanese);
        }
    }
    let (entropy, sheet) = vectors("words-japanese-bip39.txt").remove(0);
    let half_width = sheet.replace("あいこくしん", "ｱｲｺｸｼﾝ");
    assert_reads(&half_width, &entropy, Language::Japanese);
}

fn to_katakana(c: char) -> char {
    char::from_u32(c as u32 + 0x60).unwrap()
}

/// Checks which word is blamed and what is suggested first; what follows is a courtesy.
fn assert_not_a_word(text: &str, at: usize, first: Option<&str>) {
    match words::read(text).err() {
        Some(WordsError::NotAWord { position, suggestions }) => {
            assert_eq!(position, at, "{text}");
            let suggested: Vec<_> = suggestions.words().collect();
            assert_eq!(suggested.first().map(String::as_str), first, "{text}");
        }
        other => panic!("{other:?}: {text}"),
    }
}

#[test]
fn a_slip_is_pointed_at_with_words_it_might_have_been() {
    assert_not_a_word(&english_with(3, "vam"), 3, Some("van"));
    assert_not_a_word(&english_with(2, "gorila"), 2, Some("gorilla"));
    assert_not_a_word(&english_with(24, "bennefit"), 24, Some("benefit"));
    assert_not_a_word(&english_with(1, "ab5ent"), 1, Some("absent"));
    assert_not_a_word(&english_with(5, "xxxxxxxx"), 5, None);
    assert_not_a_word(&english_with(5, &"x".repeat(100)), 5, None);
    let (_, sheet) = vectors("words-japanese-bip39.txt").remove(2);
    assert_not_a_word(&sheet.replacen("そとづら", "そとつら", 1), 1, Some("そとづら"));
}

#[test]
fn three_letters_are_too_few_unless_they_are_the_word() {
    assert_not_a_word(&english_with(1, "abl"), 1, Some("able"));
}

#[test]
fn a_missing_or_doubled_word_is_counted() {
    let wrong = |text: &str| words::read(text).err();
    assert_eq!(wrong(""), Some(WordsError::WrongCount { found: 0 }));
    assert_eq!(wrong("1. 2. 3."), Some(WordsError::WrongCount { found: 0 }));
    assert_eq!(wrong(&english_with(7, "")), Some(WordsError::WrongCount { found: 23 }));
    assert_eq!(wrong(&english_with(7, "title title")), Some(WordsError::WrongCount { found: 25 }));
}

#[test]
fn right_words_in_the_wrong_order_do_not_add_up() {
    let mut words: Vec<_> = ENGLISH.split(' ').collect();
    words.swap(3, 17);
    assert_eq!(words::read(&words.join(" ")).err(), Some(WordsError::ChecksumMismatch));
    assert_eq!(words::read(&english_with(9, "zoo")).err(), Some(WordsError::ChecksumMismatch));
}

#[test]
fn two_sheets_are_not_mixed_up_silently() {
    let mixed = english_with(4, "あい");
    assert_eq!(words::read(&mixed).err(), Some(WordsError::OtherLanguage { position: 4 }));
    assert_not_a_word(&english_with(4, "слово"), 4, None);
}

#[test]
fn an_error_that_is_logged_holds_no_word() {
    let error = words::read(&english_with(2, "gorila")).err().unwrap();
    assert_eq!(format!("{error:?}"), "NotAWord { position: 2, suggestions: Suggestions(1) }");
}

#[test]
fn a_book_is_refused() {
    assert_eq!(words::read(&"abandon ".repeat(5000)).err(), Some(WordsError::TooLong));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(entropy in any::<[u8; 32]>(), is_japanese in any::<bool>()) {
        let language = if is_japanese { Language::Japanese } else { Language::English };
        let secret = SecretArray::from_slice(&entropy).unwrap();
        let sheet = words::write(&secret, language);
        let (again, found) = words::read(sheet.expose()).ok().unwrap();
        prop_assert!(again == secret);
        prop_assert_eq!(found, language);
    }

    #[test]
    fn one_wrong_word_is_nearly_always_noticed(entropy in any::<[u8; 32]>(), at in 0_usize..24) {
        let secret = SecretArray::from_slice(&entropy).unwrap();
        let sheet = words::write(&secret, Language::English);
        let mut changed: Vec<_> = sheet.expose().split(' ').collect();
        changed[at] = if changed[at] == "zoo" { "abandon" } else { "zoo" };
        let read = words::read(&changed.join(" "));
        prop_assert!(read.is_err() || read.is_ok_and(|(other, _)| other != secret));
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC*") {
        let _ = words::read(&text);
        let _ = words::read(&format!("{ENGLISH} {text}"));
    }
}
