// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a typed word is compared with a list: what is the same word (Unicode NFKD, lower case,
//! katakana as hiragana), where a word ends, and which words look like it.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization as _;

use super::Language;
use crate::SecretText;

/// English words differ within their first four letters.
const UNIQUE_PREFIX_LETTERS: usize = 4;

/// Longer than any word of either list; beyond it nothing is suggested.
const MAX_COMPARED_LETTERS: usize = 24;

/// Brings text into the form of the lists: NFKD, lower case, hiragana.
pub(super) fn normalised(text: &str) -> SecretText {
    let mut normal = String::with_capacity(4 * text.len());
    let decomposed = text.chars().map(combining).nfkd().map(hiragana);
    normal.extend(decomposed.flat_map(char::to_lowercase));
    SecretText::new(normal)
}

/// Parts normalised text into words, without numbers, bullets and punctuation around them.
pub(super) fn split(normal: &str) -> impl Iterator<Item = &str> {
    normal
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '、' | '。' | '|' | '/' | '・')
        })
        .map(|piece| piece.trim_matches(|c: char| !is_letter(c)))
        .filter(|word| !word.is_empty())
}

/// Tells a word's language by its letters; `None` for another script or a mixture.
pub(super) fn language_of(word: &str) -> Option<Language> {
    if word.bytes().all(|byte| byte.is_ascii()) {
        Some(Language::English)
    } else if word.chars().all(is_kana) {
        Some(Language::Japanese)
    } else {
        None
    }
}

/// Finds a word in a list, an English one also by four or more of its first letters.
pub(super) fn find(typed: &str, list: &'static [&'static str]) -> Option<&'static str> {
    let is_prefix = typed.is_ascii() && typed.len() >= UNIQUE_PREFIX_LETTERS;
    let exact = list.iter().find(|word| **word == typed);
    let prefixed = || list.iter().find(|word| is_prefix && word.starts_with(typed));
    exact.or_else(prefixed).copied()
}

/// Gives up to three words that at most one slip in three letters turns into `typed`, the closest
/// first, of equally close ones the first in the list.
pub(super) fn closest(typed: &str, list: &'static [&'static str]) -> [Option<&'static str>; 3] {
    let length = typed.chars().count();
    let mut best = [None; 3];
    if length > MAX_COMPARED_LETTERS {
        return best;
    }
    let mut place = 0;
    for slips in 1..=length.div_ceil(3).min(3) {
        for word in list.iter().filter(|word| slips_between(typed, word) == slips) {
            if place == best.len() {
                return best;
            }
            best[place] = Some(*word);
            place += 1;
        }
    }
    best
}

/// The Levenshtein distance between two words, one of which has at most 24 letters.
fn slips_between(typed: &str, word: &str) -> usize {
    let mut row = [0_usize; MAX_COMPARED_LETTERS + 1];
    for (place, cell) in row.iter_mut().enumerate() {
        *cell = place;
    }
    let mut last = 0;
    for (line, letter) in word.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        last = row[0];
        for (place, other) in typed.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[place + 1];
            last = replaced.min(diagonal + 1).min(last + 1);
            row[place + 1] = last;
        }
    }
    last
}

/// Sound marks that stand alone would become a space and a mark.
const fn combining(c: char) -> char {
    match c {
        '\u{309b}' => '\u{3099}',
        '\u{309c}' => '\u{309a}',
        other => other,
    }
}

fn hiragana(c: char) -> char {
    const APART: u32 = 'ア' as u32 - 'あ' as u32;
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - APART).unwrap_or(c),
        other => other,
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || is_kana(c)
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | '\u{3099}' | '\u{309a}' | 'ー')
}
