// SPDX-License-Identifier: MIT OR Apache-2.0
//! 32 secret bytes as 24 words that a person can write on paper, and back (BIP-39: 256 bits, 8
//! bits of checksum, a list of 2048 words). The bytes themselves are carried, not a key stretched
//! from them.
//!
//! Reading forgives how people copy from paper: any case, any spaces and line ends, commas,
//! numbers before words, the first four or more letters of an English word (they are unique in the
//! list), kana composed or not, full or half width, katakana for hiragana. It does not guess at a
//! word that is not in the list: it says which one it is, and what it might be. The language is
//! that of the letters; the two scripts have no letter in common, so it is never in doubt.

mod spelling;

use alloc::string::String;
use core::fmt;

use bip39::Mnemonic;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroize as _;

use crate::{SecretArray, SecretText};

/// How many words carry 32 bytes.
pub const WORD_COUNT: usize = 24;

/// The longest text that is read; 24 words with numbers take a tenth of it.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;

const SECRET_BYTES: usize = 32;

/// The language of a list of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// The English list, written with a space between words.
    English,
    /// The Japanese list, in hiragana, written with an ideographic space between words.
    Japanese,
}

impl Language {
    const fn list(self) -> bip39::Language {
        match self {
            Self::English => bip39::Language::English,
            Self::Japanese => bip39::Language::Japanese,
        }
    }
}

/// Why a text is not 32 bytes in words. Nothing of the text is in the error but suggestions, which
/// have to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    /// A word that is not in the list; a slip of the pen or of a finger.
    NotAWord {
        /// Which word of the text, the first being 1.
        position: usize,
        /// Words of the list that look like it.
        suggestions: Suggestions,
    },
    /// A word in the other script than the words before it; two sheets may have been mixed up.
    OtherLanguage {
        /// Which word of the text, the first being 1.
        position: usize,
    },
    /// All are words of the list, but there are not 24; one was left out or written twice.
    WrongCount {
        /// How many there are.
        found: usize,
    },
    /// 24 words of the list that do not belong together: a word is in the wrong place, or is
    /// another word of the list than the one that was written down. No word can be blamed.
    ChecksumMismatch,
    /// Longer than [`MAX_TEXT_BYTES`]; not a sheet of words.
    TooLong,
}

/// Up to three words of the list that look like what was read. Their `Debug` shows how many there
/// are and not which, because they are close to a part of a secret.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Suggestions([Option<&'static str>; 3]);

impl Suggestions {
    /// Shows the words, the closest first, as they are written on a sheet.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.0.into_iter().flatten().map(|word| word.nfc().collect())
    }
}

impl fmt::Debug for Suggestions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suggestions({})", self.0.iter().flatten().count())
    }
}

/// Writes 32 bytes as 24 words.
#[must_use]
pub fn write(secret: &SecretArray<SECRET_BYTES>, language: Language) -> SecretText {
    let mnemonic = Mnemonic::from_entropy_in(language.list(), secret.expose())
        .expect("BIP-39 writes 32 bytes as 24 words");
    let separator = match language {
        Language::English => ' ',
        Language::Japanese => '\u{3000}',
    };
    let mut text = String::with_capacity(LONGEST_WORD_BYTES * WORD_COUNT);
    for word in mnemonic.words() {
        if !text.is_empty() {
            text.push(separator);
        }
        text.extend(word.nfc());
    }
    SecretText::new(text)
}

/// Reads 24 words as a person typed them, and tells their language.
///
/// # Errors
/// [`WordsError`]; a word outside the list is reported before a wrong number of words.
pub fn read(text: &str) -> Result<(SecretArray<SECRET_BYTES>, Language), WordsError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(WordsError::TooLong);
    }
    let normal = spelling::normalised(text);
    let mut language = None;
    let mut sentence = String::with_capacity(LONGEST_WORD_BYTES * WORD_COUNT);
    let mut found = 0;
    for typed in spelling::split(normal.expose()) {
        found += 1;
        let word = recognise(typed, found, &mut language)?;
        if found <= WORD_COUNT {
            sentence.push_str(word);
            sentence.push(' ');
        }
    }
    let sentence = SecretText::new(sentence);
    match language {
        Some(language) if found == WORD_COUNT => Ok((unpack(&sentence, language)?, language)),
        _ => Err(WordsError::WrongCount { found }),
    }
}

/// Room for one word of either list and the space after it.
const LONGEST_WORD_BYTES: usize = 48;

fn recognise(
    typed: &str,
    position: usize,
    language: &mut Option<Language>,
) -> Result<&'static str, WordsError> {
    let own = spelling::language_of(typed);
    let Some(own) = own else {
        return Err(WordsError::NotAWord { position, suggestions: Suggestions::default() });
    };
    if *language.get_or_insert(own) != own {
        return Err(WordsError::OtherLanguage { position });
    }
    let list = own.list().word_list();
    spelling::find(typed, list).ok_or_else(|| {
        let suggestions = Suggestions(spelling::closest(typed, list));
        WordsError::NotAWord { position, suggestions }
    })
}

fn unpack(
    sentence: &SecretText,
    language: Language,
) -> Result<SecretArray<SECRET_BYTES>, WordsError> {
    let mnemonic = Mnemonic::parse_in_normalized(language.list(), sentence.expose().trim_end())
        .map_err(|_| WordsError::ChecksumMismatch)?;
    let (mut entropy, length) = mnemonic.to_entropy_array();
    let secret = SecretArray::from_slice(&entropy[..length]);
    entropy.zeroize();
    secret.ok_or(WordsError::ChecksumMismatch)
}
