// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks codes of counted tokens: the expected counter and a few after it (RFC 4226 section 7.2),
//! because a holder may have asked for codes that were never typed; farther ahead only with two
//! consecutive codes (section 7.4). A counter before the expected one is refused for ever.

use subtle::{Choice, ConditionallySelectable as _};

use crate::verify::{Accepted, Refusal, Typed, derive};
use crate::{OtpError, Recipe};

/// How far ahead of the expected counter a code may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAhead {
    /// Counters after the expected one that one code may have.
    pub counters: u8,
    /// Counters after the expected one that the first of two consecutive codes may have.
    pub resynchronising_counters: u16,
}

impl Default for LookAhead {
    /// Ten for one code; 200 for two.
    fn default() -> Self {
        Self { counters: 10, resynchronising_counters: 200 }
    }
}

/// The counter whose code is expected next: what is remembered of a counted token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NextCounter(pub u64);

/// Checks codes of one counted token.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    recipe: Recipe<'a>,
    look_ahead: LookAhead,
}

impl<'a> Counted<'a> {
    /// Takes a recipe that counts.
    ///
    /// # Errors
    /// [`OtpError::TimedInsteadOfCounter`] for every other kind.
    pub const fn new(recipe: Recipe<'a>, look_ahead: LookAhead) -> Result<Self, OtpError> {
        match recipe {
            Recipe::Hotp { .. } => Ok(Self { recipe, look_ahead }),
            _ => Err(OtpError::TimedInsteadOfCounter),
        }
    }

    /// Checks one code. Of several counters with the same code the first is taken, so that a
    /// chance match does not leave the holder's token behind.
    ///
    /// # Errors
    /// [`Refusal`], for the audit log only; [`Refusal::UsedBefore`] names only the counter just
    /// before the expected one, which is what a second click sends.
    pub fn check(&self, next: NextCounter, typed: &str) -> Result<Accepted<NextCounter>, Refusal> {
        let typed = Typed::read(typed, &self.recipe)?;
        let before = next.0.checked_sub(1);
        let is_before = typed.is(&derive(&self.recipe, before.unwrap_or(0))?)
            & Choice::from(u8::from(before.is_some()));
        let mut found = Found::default();
        for ahead in 0..=u64::from(self.look_ahead.counters) {
            let (counter, is_real) = counter_at(next, ahead);
            found.note(typed.is(&derive(&self.recipe, counter)?) & is_real, counter);
        }
        found.verdict(is_before)
    }

    /// Finds a token that is far ahead by two consecutive codes. Both count as used.
    ///
    /// # Errors
    /// [`Refusal`], for the audit log only.
    pub fn resynchronise(
        &self,
        next: NextCounter,
        consecutive: [&str; 2],
    ) -> Result<Accepted<NextCounter>, Refusal> {
        let first = Typed::read(consecutive[0], &self.recipe)?;
        let second = Typed::read(consecutive[1], &self.recipe)?;
        let mut found = Found::default();
        let mut is_second_due = Choice::from(0);
        for ahead in 0..=u64::from(self.look_ahead.resynchronising_counters) + 1 {
            let (counter, is_real) = counter_at(next, ahead);
            let code = derive(&self.recipe, counter)?;
            found.note(is_second_due & second.is(&code) & is_real, counter);
            is_second_due = first.is(&code) & is_real;
        }
        found.verdict(Choice::from(0))
    }
}

/// The last counter of all is never accepted: none could be expected after it.
fn counter_at(next: NextCounter, ahead: u64) -> (u64, Choice) {
    let counter = next.0.checked_add(ahead).filter(|counter| *counter < u64::MAX);
    (counter.unwrap_or(0), Choice::from(u8::from(counter.is_some())))
}

/// The first match of a walk, found without a branch on where it was.
struct Found {
    counter: u64,
    is_found: Choice,
}

impl Default for Found {
    fn default() -> Self {
        Self { counter: 0, is_found: Choice::from(0) }
    }
}

impl Found {
    fn note(&mut self, is_match: Choice, counter: u64) {
        self.counter.conditional_assign(&counter, is_match & !self.is_found);
        self.is_found |= is_match;
    }

    fn verdict(&self, is_before: Choice) -> Result<Accepted<NextCounter>, Refusal> {
        match (bool::from(self.is_found), bool::from(is_before)) {
            (true, _) => Ok(Accepted { state: NextCounter(self.counter.saturating_add(1)) }),
            (false, true) => Err(Refusal::UsedBefore),
            (false, false) => Err(Refusal::NoMatch),
        }
    }
}
