// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding an item by a few letters: every word of the query must be found in some field of the
//! item, and how it is found decides the score.
//!
//! From best to worst: the word is a whole field; a word of the field begins with it; it stands
//! inside; its letters stand there in order (`ghb` finds GitHub). Width, case and the two kana are
//! folded first, so `ｇｉｔ`, `らくてん` and `ラクテン` find what they should.

use unicode_normalization::UnicodeNormalization as _;

/// A word is the whole field.
const WHOLE: u32 = 1000;
/// The field begins with it.
const FIELD_START: u32 = 780;
/// A later word of the field begins with it.
const WORD_START: u32 = 740;
/// It stands inside.
const INSIDE: u32 = 400;
/// Its letters stand there in order, at best side by side.
const IN_ORDER: u32 = 300;
/// Scores closer than this cannot be told apart by the holder.
const MARGIN: u32 = 150;

/// A text made comparable once, so that searching ten thousand items costs only comparing.
pub struct Folded {
    letters: Box<[char]>,
    /// One bit per letter, several letters to a bit: what lacks a bit lacks a letter.
    bits: u64,
}

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let letters = fold(text).into_boxed_slice();
        let bits = letters.iter().fold(0, |bits, letter| bits | 1 << (u32::from(*letter) % 64));
        Self { letters, bits }
    }

    /// The letters of several texts, as bits.
    #[must_use]
    pub fn letters_of(texts: &[Self]) -> Letters {
        Letters(texts.iter().fold(0, |bits, text| bits | text.bits))
    }

    /// How well a word of a query is found here.
    fn holds(&self, word: &Self) -> Option<u32> {
        if word.bits & !self.bits != 0 {
            return None;
        }
        found_in(&word.letters, &self.letters)
    }
}

/// Which letters occur, roughly: enough to pass over most items without looking at them.
#[derive(Clone, Copy)]
pub struct Letters(u64);

/// A query, folded once.
pub struct Query {
    words: Vec<Folded>,
}

impl Query {
    /// Folds a query; one without a word matches everything.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words = text.split_whitespace().map(Folded::new);
        Self { words: words.filter(|word| !word.letters.is_empty()).collect() }
    }

    /// Tells whether an item with these letters could match at all.
    #[must_use]
    pub fn may_match(&self, letters: Letters) -> bool {
        self.words.iter().all(|word| word.bits & !letters.0 == 0)
    }

    /// How well an item matches, given its fields from the most to the least telling; `None` where a
    /// word is in none of them. Without a query every item scores 0.
    #[must_use]
    pub fn score(&self, fields: &[Folded]) -> Option<u32> {
        if self.words.is_empty() {
            return Some(0);
        }
        let mut total = 0;
        for word in &self.words {
            let best = fields.iter().enumerate().filter_map(|(place, field)| {
                // A later field tells a little less.
                let less = 12 * u32::try_from(place).unwrap_or(8).min(8);
                Some(field.holds(word)?.saturating_sub(less).max(1))
            });
            total += best.max()?;
        }
        Some(total / u32::try_from(self.words.len()).unwrap_or(1))
    }
}

/// How much of an item's number stands for it, in hexadecimal digits.
pub const SHORT_NUMBER: usize = 8;

/// How many of these scores, best first, are too close to the best to choose for the holder.
#[must_use]
pub fn contenders(scores: &[u32]) -> usize {
    let best = scores.first().copied().unwrap_or(0);
    scores.iter().take_while(|score| best - **score < MARGIN).count()
}

fn found_in(word: &[char], field: &[char]) -> Option<u32> {
    if word == field {
        return Some(WHOLE);
    }
    if field.starts_with(word) {
        return Some(FIELD_START);
    }
    let mut inside = false;
    for start in 1..=field.len().saturating_sub(word.len()) {
        if field[start..].starts_with(word) {
            if !field[start - 1].is_alphanumeric() {
                return Some(WORD_START);
            }
            inside = true;
        }
    }
    if inside { Some(INSIDE) } else { in_order(word, field) }
}

/// Letters in order: the fewer letters lie between them, the better.
fn in_order(word: &[char], field: &[char]) -> Option<u32> {
    let mut rest = field.iter().enumerate();
    let mut first = None;
    let mut last = 0;
    for letter in word {
        let (at, _) = rest.find(|(_, other)| *other == letter)?;
        first.get_or_insert(at);
        last = at;
    }
    let spread = last + 1 - first? - word.len();
    Some(IN_ORDER.saturating_sub(10 * u32::try_from(spread).unwrap_or(u32::MAX / 10)).max(1))
}

/// Makes text comparable: compatibility forms, case and kana are folded.
fn fold(text: &str) -> Vec<char> {
    if text.is_ascii() {
        return text.chars().map(|c| c.to_ascii_lowercase()).collect();
    }
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).collect()
}

/// Katakana as hiragana (U+30A1..U+30F6 lie 0x60 above).
fn hiragana(c: char) -> char {
    match c {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use proptest::prelude::*;

    use super::*;

    fn score(query: &str, fields: &[&str]) -> Option<u32> {
        let fields: Vec<Folded> = fields.iter().map(|field| Folded::new(field)).collect();
        Query::new(query).score(&fields)
    }

    #[test]
    fn the_ways_of_matching_keep_their_order() {
        let in_order = ["github", "github enterprise", "my github", "mygithub", "gxixtxhxuxb"];
        let scores: Vec<u32> =
            in_order.iter().map(|field| score("github", &[field]).unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert_eq!(score("github", &["gitlab"]), None);
    }

    #[test]
    fn every_word_must_be_found_but_each_may_be_in_another_field() {
        assert!(score("git work", &["GitHub", "me@work.example"]).is_some());
        assert_eq!(score("git home", &["GitHub", "me@work.example"]), None);
    }

    #[test]
    fn width_case_and_kana_do_not_matter() {
        for query in ["らくてん", "ラクテン", "ﾗｸﾃﾝ"] {
            assert_eq!(score(query, &["ラクテン"]), Some(WHOLE), "{query}");
        }
        assert_eq!(score("ＧｉｔＨｕｂ", &["github"]), Some(WHOLE));
    }

    #[test]
    fn a_whole_name_wins_over_names_that_begin_with_it() {
        let scores =
            [score("github", &["GitHub"]).unwrap(), score("github", &["GitHub Two"]).unwrap()];
        assert_eq!(contenders(&scores), 1);
        assert_eq!(contenders(&[700, 690, 400]), 2);
        assert_eq!(contenders(&[]), 0);
    }

    proptest! {
        #[test]
        fn any_item_is_found_by_its_own_name_and_by_any_part_of_it(
            name in "[a-zA-Zぁ-んァ-ン一-三]{1,12}",
            cut in 0..12usize,
        ) {
            prop_assert_eq!(score(&name, &[&name]), Some(WHOLE));
            let part: String = name.chars().skip(cut % name.chars().count()).collect();
            prop_assert!(score(&part, &[&name]).is_some());
        }

        #[test]
        fn a_longer_query_never_finds_more(
            field in "\\PC{0,20}", one in "\\PC{1,4}", two in "\\PC{1,4}",
        ) {
            if score(&format!("{one} {two}"), &[&field]).is_some() {
                prop_assert!(score(&one, &[&field]).is_some());
                prop_assert!(score(&two, &[&field]).is_some());
            }
        }

        #[test]
        fn scores_stay_in_their_bounds(field in "\\PC{0,20}", query in "\\PC{0,8}") {
            prop_assert!(score(&query, &[&field]).unwrap_or(0) <= WHOLE);
        }
    }
}
