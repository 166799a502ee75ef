// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a server asks about a code somebody typed: is it right, and was it never used before?
//! RFC 4226 section 7 and RFC 6238 sections 5.2 and 6. Needs no allocator.
//!
//! The state that makes a code good for one use only is a value: [`LastUsed`] for timed tokens,
//! [`NextCounter`] for counted ones. A check borrows the stored state and gives back an
//! [`Accepted`], which only a successful check can make and which holds the state to store. The
//! caller stores it in the transaction that lets the person in, on condition that the stored state
//! is still the one it gave; then no step and no counter is accepted twice, however many servers
//! check at once.
//!
//! Every code of a window is derived and compared, wherever the match is, so that time tells
//! nothing about how a token's clock runs or how far a counter is ahead.

mod counted;
mod timed;

use kagifuda_secret::SecretArray;
use subtle::{Choice, ConstantTimeEq as _};

use crate::code::MAX_CODE_CHARACTERS;
use crate::{Code, OtpError, Recipe};

pub use counted::{Counted, LookAhead, NextCounter};
pub use timed::{Drift, LastUsed, Timed, Window};

/// Proof that a code was right and fresh; only a check makes one.
#[must_use = "the new state has to be stored, or the code could be used again"]
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted<State> {
    state: State,
}

impl<State> Accepted<State> {
    /// Gives the state to store before anybody is let in.
    pub fn into_state(self) -> State {
        self.state
    }
}

/// Why a code was not accepted. Whoever typed it is told only that it was not; the difference is
/// for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a code of this token within the window; a slip of the finger, a wrong clock, or a guess.
    NoMatch,
    /// A code that was accepted before, or is older than one that was; a replay, or a second click.
    UsedBefore,
    /// Not as many characters as the token's codes have.
    NotACode,
    /// The server's clock is before the token's first step; the clock or the token is wrong.
    BeforeFirstStep,
    /// The stored token can make no codes; the enrolment is damaged.
    TokenUnusable(OtpError),
}

/// What was typed, without the spaces and dashes people put into it, in the token's own case.
struct Typed {
    characters: SecretArray<MAX_CODE_CHARACTERS>,
    length: usize,
}

impl Typed {
    fn read(text: &str, recipe: &Recipe<'_>) -> Result<Self, Refusal> {
        let mut length = 0;
        let mut is_unfit = false;
        let characters = SecretArray::filled_by(|characters: &mut [u8; MAX_CODE_CHARACTERS]| {
            for character in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
                match (narrow(character), characters.get_mut(length)) {
                    (Some(byte), Some(place)) => *place = in_case_of(recipe, byte),
                    _ => is_unfit = true,
                }
                length = (length + 1).min(MAX_CODE_CHARACTERS);
            }
        });
        if is_unfit || length != recipe.code_characters() {
            return Err(Refusal::NotACode);
        }
        Ok(Self { characters, length })
    }

    fn is(&self, code: &Code) -> Choice {
        self.characters.expose()[..self.length].ct_eq(code.as_str().as_bytes())
    }
}

/// Letters and digits of a Japanese keyboard may be full width.
fn narrow(character: char) -> Option<u8> {
    const FULL_WIDTH: u32 = '！' as u32 - '!' as u32;
    let code = match character {
        '！'..='～' => character as u32 - FULL_WIDTH,
        other => other as u32,
    };
    u8::try_from(code).ok().filter(u8::is_ascii_graphic)
}

const fn in_case_of(recipe: &Recipe<'_>, byte: u8) -> u8 {
    match recipe {
        Recipe::Steam { .. } => byte.to_ascii_uppercase(),
        _ => byte.to_ascii_lowercase(),
    }
}

fn derive(recipe: &Recipe<'_>, step_or_counter: u64) -> Result<Code, Refusal> {
    recipe.code_of(step_or_counter).map_err(Refusal::TokenUnusable)
}
