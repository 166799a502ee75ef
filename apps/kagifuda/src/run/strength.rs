// SPDX-License-Identifier: MIT OR Apache-2.0
//! An honest word about a new passphrase.
//!
//! Nobody can tell from a passphrase how it was chosen; a quotation looks as random as dice. So this
//! gives an upper bound on the surprise in it - generous only where words may have been drawn at
//! random - and says what that means against somebody who has the vault's file and tries Argon2id
//! guesses by the ten thousand a second.

/// Bits a word of letters can be worth: drawn from a list of 7776 (five dice).
const BITS_PER_WORD: f64 = 12.9;
/// Bits a character of mixed kinds is worth.
const BITS_PER_SIGN: f64 = 5.5;
/// Bits a digit is worth.
const BITS_PER_DIGIT: f64 = 3.3;
/// Bits a kana or kanji is worth in text that means something.
const BITS_PER_WIDE: f64 = 4.0;
/// Bits of a letter within a word.
const BITS_PER_LETTER: f64 = 2.6;

/// How hard a passphrase is to guess, at best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Guessed within days.
    Weak,
    /// Holds against one PC for years, not against many.
    Fair,
    /// Holds against anybody, if it was drawn at random.
    Good,
}

impl Strength {
    /// The id of the sentence that says it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Weak => "ask-strength-weak",
            Self::Fair => "ask-strength-fair",
            Self::Good => "ask-strength-good",
        }
    }
}

/// Judges a passphrase.
pub(super) fn of(passphrase: &str) -> Strength {
    match bits(passphrase) {
        bits if bits < 38.0 => Strength::Weak,
        bits if bits < 56.0 => Strength::Fair,
        _ => Strength::Good,
    }
}

fn bits(passphrase: &str) -> f64 {
    let mut words: Vec<&str> = Vec::new();
    let mut total = 0.0;
    for word in passphrase.split([' ', '\u{3000}', '-', '.', '_', ',']) {
        // A word said twice surprises once.
        if !words.contains(&word) {
            total += bits_of_word(word);
            words.push(word);
        }
    }
    total
}

fn bits_of_word(word: &str) -> f64 {
    let mut bits = 0.0;
    let mut letters = 0.0;
    let mut before: Option<char> = None;
    let mut kinds = 0_u8;
    for c in word.chars() {
        let is_run = before.is_some_and(|before| {
            (i64::from(u32::from(c)) - i64::from(u32::from(before))).abs() <= 1
        });
        before = Some(c);
        if is_run {
            bits += 0.5;
        } else if c.is_ascii_alphabetic() {
            kinds |= if c.is_ascii_uppercase() { 1 } else { 2 };
            letters += 1.0;
        } else if c.is_ascii_digit() {
            kinds |= 4;
            bits += BITS_PER_DIGIT;
        } else if c.is_ascii() {
            kinds |= 8;
            bits += BITS_PER_SIGN;
        } else {
            bits += BITS_PER_WIDE;
        }
    }
    // Letters mixed with other things many times look drawn one by one; a word with a digit behind it
    // does not.
    let is_mixed = kinds.count_ones() >= 3 && switches(word) >= 4;
    let of_letters = if is_mixed {
        letters * BITS_PER_SIGN
    } else {
        (letters * BITS_PER_LETTER).min(BITS_PER_WORD)
    };
    bits + of_letters
}

/// How often the kind of character changes.
fn switches(word: &str) -> usize {
    let kind = |c: char| match c {
        'a'..='z' => 0,
        'A'..='Z' => 1,
        '0'..='9' => 2,
        _ => 3,
    };
    let kinds: Vec<u8> = word.chars().map(kind).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_usually_choose_is_called_weak() {
        for weak in [
            "password",
            "Password1!",
            "12345678901234567890",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwerty123",
            "hanako1990",
            "さくら",
            "hello hello hello hello hello",
        ] {
            assert_eq!(of(weak), Strength::Weak, "{weak}");
        }
    }

    #[test]
    fn several_random_words_are_good_and_so_are_random_characters() {
        for good in [
            "correct horse battery staple lamp",
            "x7#Kp2!qV9m$Lw4z",
            "てつだう きもの やたい みかん さむらい",
        ] {
            assert_eq!(of(good), Strength::Good, "{good}");
        }
        assert_eq!(of("correct horse battery staple"), Strength::Fair);
    }

    #[test]
    fn more_never_makes_it_worse() {
        let mut passphrase = String::new();
        let mut before = 0.0;
        for word in ["tulip", "engine", "copper", "Oslo", "42"] {
            passphrase.push_str(word);
            passphrase.push(' ');
            assert!(bits(&passphrase) > before);
            before = bits(&passphrase);
        }
    }
}
