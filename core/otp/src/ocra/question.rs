// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a question becomes 128 bytes (RFC 6287 section 5.1 and the reference implementation of
//! appendix A): text as it is, a number as hexadecimal without leading zeros, hexadecimal as it
//! is; all begin at the first half-byte and are filled with zeros at the end.

use crate::ocra::{Filled, OcraError, QUESTION_BYTES, Question};

/// Two questions joined, for mutual sign-in, may take twice the length that the suite names.
const QUESTIONS_JOINED: usize = 2;

/// Numbers of 128 digits need 54 bytes.
const NUMBER_BYTES: usize = 54;

/// Turns a question into its field of the message.
pub(super) fn filled(
    format: Question,
    question: &str,
) -> Result<Filled<QUESTION_BYTES>, OcraError> {
    let (is_fit, most): (fn(&u8) -> bool, u8) = match format {
        Question::Alphanumeric(most) => (|_| true, most),
        Question::Numeric(most) => (u8::is_ascii_digit, most),
        Question::Hexadecimal(most) => (u8::is_ascii_hexdigit, most),
    };
    let question = question.as_bytes();
    let is_length_fit = (1..=QUESTIONS_JOINED * usize::from(most)).contains(&question.len());
    if !is_length_fit || !question.iter().all(is_fit) {
        return Err(OcraError::QuestionUnfit);
    }
    Ok(match format {
        Question::Alphanumeric(_) => Filled::from_start(question, QUESTION_BYTES),
        Question::Numeric(_) => packed(half_bytes_of_number(&binary(question))),
        Question::Hexadecimal(_) => packed(question.iter().map(|digit| value(*digit))),
    })
}

/// Turns decimal digits into a big-endian number, digit by digit.
fn binary(decimal: &[u8]) -> [u8; NUMBER_BYTES] {
    let mut number = [0_u8; NUMBER_BYTES];
    for digit in decimal {
        let mut carry = u32::from(digit - b'0');
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    number
}

/// The number zero has one half-byte, which is zero, as is every one after it.
fn half_bytes_of_number(number: &[u8; NUMBER_BYTES]) -> impl Iterator<Item = u8> {
    number.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).skip_while(|half| *half == 0)
}

fn packed(half_bytes: impl Iterator<Item = u8>) -> Filled<QUESTION_BYTES> {
    let mut field = [0_u8; QUESTION_BYTES];
    for (place, half) in half_bytes.enumerate().take(2 * QUESTION_BYTES) {
        field[place / 2] |= if place % 2 == 0 { half << 4 } else { half };
    }
    Filled::from_start(&field, QUESTION_BYTES)
}

fn value(digit: u8) -> u8 {
    char::from(digit).to_digit(16).unwrap_or(0) as u8
}
