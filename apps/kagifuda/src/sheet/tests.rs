// SPDX-License-Identifier: MIT OR Apache-2.0
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kagifuda_secret::SecretArray;
use kagifuda_secret::words::{self, Language};

use super::*;
use crate::text::Lang;

const LANGUAGES: [Language; 2] = [Language::English, Language::Japanese];

fn drawn(language: Language, seed: u8) -> SecretText {
    words::write(&SecretArray::filled_by(|bytes: &mut [u8; 32]| bytes.fill(seed)), language)
}

fn sheet(words: &SecretText) -> Sheet<'_> {
    Sheet {
        words,
        vault_id: "00112233445566778899aabbccddeeff",
        vault_name: "vault.kagifuda",
        day: "2026-11-29",
        generation: 3,
    }
}

#[test]
fn the_code_gives_the_words_back_and_nothing_else_passes_for_one() {
    for language in LANGUAGES {
        let text = drawn(language, 7);
        let code = sheet(&text).code();
        let again = words_of(&code).expect("a code of a sheet");
        assert!(words::read(again.expose()).is_ok_and(|(secret, of)| {
            of == language && words::read(text.expose()).is_ok_and(|(drawn, _)| drawn == secret)
        }));
    }
    for (code, why) in [
        ("otpauth://totp/a?secret=AA", NoSheet::Other),
        ("kagifuda-sheet:", NoSheet::Other),
        ("kagifuda-sheet:1:00:3", NoSheet::Other),
        ("kagifuda-sheet:2:anything", NoSheet::Newer),
    ] {
        assert_eq!(words_of(&SecretText::from(code)).err(), Some(why), "{code}");
    }
}

#[test]
fn the_fonts_have_every_letter_a_sheet_says() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        let text = drawn(Language::English, 1);
        let of = sheet(&text);
        let mut said: Vec<String> = steps(&texts).to_vec();
        said.extend(of.facts(&texts).into_iter().flat_map(|(name, value)| [name, value]));
        for id in ["title", "warning", "words", "steps", "who", "who-hint", "where", "where-hint"] {
            said.push(texts.get(&format!("sheet-{id}")));
        }
        said.push(say!(texts, "sheet-foot", version = "0.1.0"));
        for text in said {
            assert!(pdf::can_say(&text), "fonts/make.py has to be run again: {text}");
        }
    }
    for language in LANGUAGES {
        // Words drawn of every byte reach most of the list; letters repeat far sooner.
        for seed in 0..=u8::MAX {
            let text = drawn(language, seed);
            assert!(sheet(&text).words().iter().all(|word| pdf::can_say(word)));
        }
    }
}

#[test]
fn a_name_the_fonts_cannot_say_leaves_a_line_to_write_on() {
    let text = drawn(Language::Japanese, 3);
    let strange = Sheet { vault_name: "鑰匙.kagifuda", ..sheet(&text) };
    assert!(!pdf::can_say(strange.vault_name));
    let page = strange.lay(Paper::Pdf, &Texts::new(Lang::Ja));
    assert!(page.expose().starts_with(b"%PDF-"));
}

#[test]
fn a_browser_loads_nothing_for_the_page_and_a_name_cannot_write_into_it() {
    let text = drawn(Language::English, 9);
    let of = Sheet { vault_name: "<script>\"&", ..sheet(&text) };
    let page = of.lay(Paper::Html, &Texts::new(Lang::En));
    let page = std::str::from_utf8(page.expose()).unwrap();
    assert!(page.contains("<dd>&lt;script>&quot;&amp;</dd>"));
    assert!(page.contains("default-src 'none'"));
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        let inner = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!inner.contains(outside), "{outside}");
    }
}
