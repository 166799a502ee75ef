// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mutations of seed inputs, the same for the same seed on every machine.
//!
//! Each mutation is a function of (seed, number) alone, so a finding is told by two numbers. The
//! kinds are those that break parsers: flipped bits, cut ends, bytes of extreme value, counts and
//! lengths blown up, pieces repeated, moved or taken from another seed, words of the parser's own
//! language in the wrong place.

/// The longest input made; longer ones find little and take long.
const MAX_INPUT_BYTES: usize = 64 * 1024;

/// Values at which lengths and counters go wrong.
const EXTREMES: [u64; 10] =
    [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x7fff_ffff_ffff_ffff, u64::MAX];

/// An endless row of mutated inputs.
pub struct Mutations<'a> {
    seeds: &'a [Vec<u8>],
    dictionary: &'a [&'a str],
    seed: u64,
}

impl<'a> Mutations<'a> {
    /// Mutations of `seeds`, with words of `dictionary`.
    #[must_use]
    pub const fn new(seeds: &'a [Vec<u8>], dictionary: &'a [&'a str], seed: u64) -> Self {
        Self { seeds, dictionary, seed }
    }

    /// The input of this number.
    #[must_use]
    pub fn get(&self, number: u64) -> Vec<u8> {
        let mut dice = Dice::new(self.seed, number);
        let mut input = self.any_seed(&mut dice).to_vec();
        // Mostly one or two changes: a parser that refuses early is not tested further in.
        for _ in 0..=dice.below(2) + dice.below(2) * dice.below(4) {
            self.change(&mut input, &mut dice);
        }
        input.truncate(MAX_INPUT_BYTES);
        input
    }

    fn any_seed(&self, dice: &mut Dice) -> &'a [u8] {
        if self.seeds.is_empty() { &[] } else { &self.seeds[dice.below(self.seeds.len())] }
    }

    fn change(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        match dice.below(10) {
            0 => flip_bit(input, dice),
            1 => replace_byte(input, dice),
            2 => input.truncate(dice.below(input.len() + 1)),
            3 => remove_piece(input, dice),
            4 => repeat_piece(input, dice),
            5 => inflate_field(input, dice),
            6 => inflate_number(input, dice),
            7 => self.splice(input, dice),
            _ => self.insert_word(input, dice),
        }
    }

    /// Puts the end of another seed behind the beginning of this input.
    fn splice(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        let other = self.any_seed(dice);
        input.truncate(dice.below(input.len() + 1));
        input.extend_from_slice(&other[dice.below(other.len() + 1)..]);
    }

    fn insert_word(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        if self.dictionary.is_empty() {
            return replace_byte(input, dice);
        }
        let word = self.dictionary[dice.below(self.dictionary.len())].bytes();
        let from = dice.below(input.len() + 1);
        // Half the time in place of as many bytes.
        let to = if dice.below(2) == 0 { from } else { input.len().min(from + word.len()) };
        input.splice(from..to, word);
    }
}

fn flip_bit(input: &mut [u8], dice: &mut Dice) {
    if !input.is_empty() {
        let at = dice.below(input.len());
        input[at] ^= 1 << dice.below(8);
    }
}

fn replace_byte(input: &mut [u8], dice: &mut Dice) {
    if !input.is_empty() {
        let at = dice.below(input.len());
        input[at] = [0x00, 0x7f, 0x80, 0xff, b'0', b'"', b'{', dice.byte()][dice.below(8)];
    }
}

fn piece(input: &[u8], dice: &mut Dice) -> std::ops::Range<usize> {
    let from = dice.below(input.len() + 1);
    let most = (input.len() - from).min(1 << dice.below(10));
    from..from + dice.below(most + 1)
}

fn remove_piece(input: &mut Vec<u8>, dice: &mut Dice) {
    input.drain(piece(input, dice));
}

fn repeat_piece(input: &mut Vec<u8>, dice: &mut Dice) {
    let piece = input[piece(input, dice)].to_vec();
    let times = 1 << dice.below(9);
    let at = dice.below(input.len() + 1);
    let repeated = piece.repeat(times.min(MAX_INPUT_BYTES / (piece.len() + 1)));
    input.splice(at..at, repeated);
}

/// Overwrites 1, 2, 4 or 8 bytes, as a length field of a binary format would stand there.
fn inflate_field(input: &mut [u8], dice: &mut Dice) {
    let width = 1 << dice.below(4);
    if input.len() >= width {
        let at = dice.below(input.len() - width + 1);
        let value = EXTREMES[dice.below(EXTREMES.len())];
        let bytes = value.to_be_bytes();
        input[at..at + width].copy_from_slice(&bytes[8 - width..]);
        if dice.below(2) == 0 {
            input[at..at + width].reverse();
        }
    }
}

/// Replaces a decimal number, as a length or cost of a text format would stand there.
fn inflate_number(input: &mut Vec<u8>, dice: &mut Dice) {
    let starts: Vec<usize> = (0..input.len())
        .filter(|&at| input[at].is_ascii_digit() && (at == 0 || !input[at - 1].is_ascii_digit()))
        .collect();
    if starts.is_empty() {
        return;
    }
    let from = starts[dice.below(starts.len())];
    let digits = input[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = EXTREMES[dice.below(EXTREMES.len())].to_string();
    input.splice(from..from + digits, number.into_bytes());
}

/// SplitMix64: small, fast, good enough to choose mutations with; not for secrets.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, number: u64) -> Self {
        let mut dice = Self(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        // The remainder is below `end`, so it fits.
        (self.next() % end as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MAX_INPUT_BYTES, Mutations};

    #[test]
    fn a_finding_is_told_by_two_numbers() {
        let seeds = [b"otpauth://totp/a?secret=AA&digits=6".to_vec(), vec![0; 40]];
        let one = Mutations::new(&seeds, &["secret="], 7);
        let same = Mutations::new(&seeds, &["secret="], 7);
        let other = Mutations::new(&seeds, &["secret="], 8);
        assert!((0..500).all(|number| one.get(number) == same.get(number)));
        assert!((0..500).any(|number| one.get(number) != other.get(number)));
    }

    #[test]
    fn inputs_differ_and_stay_bounded() {
        let seeds = [b"{\"version\": 3, \"cost\": 32768}".to_vec()];
        let mutations = Mutations::new(&seeds, &[], 1);
        let inputs: BTreeSet<Vec<u8>> = (0..2000).map(|number| mutations.get(number)).collect();
        assert!(inputs.len() > 1000, "{} different inputs", inputs.len());
        assert!(inputs.iter().all(|input| input.len() <= MAX_INPUT_BYTES));
        let huge = u64::MAX.to_string();
        assert!(inputs.iter().any(|input| String::from_utf8_lossy(input).contains(&huge)));
    }

    #[test]
    fn without_seeds_there_are_still_inputs() {
        let mutations = Mutations::new(&[], &["a", "b"], 1);
        assert!((0..50).any(|number| !mutations.get(number).is_empty()));
    }
}
