// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks codes of timed tokens. A window of steps lies around where the token's clock is believed
//! to be; each accepted code moves that belief a little (RFC 6238 section 6), two consecutive
//! codes set it anew. A step at or before the last accepted one is refused for ever, also where
//! the server's clock was set back.

use subtle::{Choice, ConditionallySelectable as _};

use crate::verify::{Accepted, Refusal, Typed, derive};
use crate::{OtpError, Recipe, Steps, UnixTime};

/// How far from the expected step a code may be.
///
/// RFC 6238 section 5.2 advises at most one step back for the time it takes to type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Steps before the expected one.
    pub past_steps: u8,
    /// Steps after the expected one.
    pub future_steps: u8,
    /// How far the token's clock may be off at all, either way; resynchronising looks as far.
    pub most_drift_steps: u16,
}

impl Default for Window {
    /// One step either way; a clock may be off by 20 steps, ten minutes at most services.
    fn default() -> Self {
        Self { past_steps: 1, future_steps: 1, most_drift_steps: 20 }
    }
}

/// What is remembered of a timed token between two checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUsed {
    /// The newest step that was accepted; `None` before the first.
    pub step: Option<u64>,
    /// How far the token's clock is believed to be ahead.
    pub drift: Drift,
}

/// How far a token's clock is believed to be ahead of the server's, in sixteenths of a step;
/// below zero where it is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Drift(i32);

impl Drift {
    /// How many parts a step has.
    pub const PARTS_OF_A_STEP: i32 = 16;

    /// Takes sixteenths of a step, as stored.
    #[must_use]
    pub const fn from_sixteenths(sixteenths: i32) -> Self {
        Self(sixteenths)
    }

    /// Gives sixteenths of a step, to be stored.
    #[must_use]
    pub const fn sixteenths(self) -> i32 {
        self.0
    }

    /// Gives the nearest whole number of steps.
    #[must_use]
    pub const fn in_steps(self) -> i32 {
        self.0.saturating_add(Self::PARTS_OF_A_STEP / 2).div_euclid(Self::PARTS_OF_A_STEP)
    }

    /// Believes a whole number of steps.
    const fn of_steps(steps: i32) -> Self {
        Self(steps.saturating_mul(Self::PARTS_OF_A_STEP))
    }

    /// Moves a quarter of the way to what was seen: a code typed late is no drift yet, three are.
    const fn after_seeing(self, steps: i32) -> Self {
        let seen = Self::of_steps(steps).0;
        Self(self.0.saturating_add(seen.saturating_sub(self.0) / 4))
    }
}

/// Checks codes of one timed token.
#[derive(Clone, Copy)]
pub struct Timed<'a> {
    recipe: Recipe<'a>,
    steps: Steps,
    window: Window,
}

impl<'a> Timed<'a> {
    /// Takes a recipe that cuts time.
    ///
    /// # Errors
    /// [`OtpError::CountsInsteadOfTime`] for HOTP.
    pub fn new(recipe: Recipe<'a>, window: Window) -> Result<Self, OtpError> {
        let steps = recipe.steps().ok_or(OtpError::CountsInsteadOfTime)?;
        Ok(Self { recipe, steps, window })
    }

    /// Checks one code.
    ///
    /// Of several steps with the same code the newest is taken, so that none of them is left to be
    /// used.
    ///
    /// # Errors
    /// [`Refusal`], for the audit log only.
    pub fn check(
        &self,
        last: &LastUsed,
        typed: &str,
        now: UnixTime,
    ) -> Result<Accepted<LastUsed>, Refusal> {
        let typed = Typed::read(typed, &self.recipe)?;
        let here = self.step_at(now)?;
        let limit = i32::from(self.window.most_drift_steps);
        let believed = last.drift.in_steps().clamp(-limit, limit);
        let offsets = believed - i32::from(self.window.past_steps)
            ..=believed + i32::from(self.window.future_steps);
        let mut found = Found::default();
        for offset in offsets {
            let place = Place::at(here, offset);
            let is_match = typed.is(&derive(&self.recipe, place.step)?);
            found.note(is_match, place, last.step);
        }
        found.verdict().map(|place| {
            let seen = place.offset.clamp(-limit, limit);
            self.accepted(place, last.drift.after_seeing(seen))
        })
    }

    /// Finds a token whose clock is off, by two consecutive codes (RFC 4226 section 7.4 applied to
    /// steps). Both count as used.
    ///
    /// # Errors
    /// [`Refusal`], for the audit log only.
    pub fn resynchronise(
        &self,
        last: &LastUsed,
        consecutive: [&str; 2],
        now: UnixTime,
    ) -> Result<Accepted<LastUsed>, Refusal> {
        let first = Typed::read(consecutive[0], &self.recipe)?;
        let second = Typed::read(consecutive[1], &self.recipe)?;
        let here = self.step_at(now)?;
        let limit = i32::from(self.window.most_drift_steps);
        let mut found = Found::default();
        let mut is_second_due = Choice::from(0);
        for offset in -limit - 1..=limit {
            let place = Place::at(here, offset);
            let code = derive(&self.recipe, place.step)?;
            found.note(
                is_second_due & second.is(&code),
                place,
                last.step.map(|step| step.saturating_add(1)),
            );
            is_second_due = first.is(&code) & place.is_real();
        }
        found.verdict().map(|place| self.accepted(place, Drift::of_steps(place.offset)))
    }

    fn step_at(&self, now: UnixTime) -> Result<u64, Refusal> {
        self.steps.step_at(now).map_err(|_| Refusal::BeforeFirstStep)
    }

    fn accepted(&self, place: Place, drift: Drift) -> Accepted<LastUsed> {
        Accepted { state: LastUsed { step: Some(place.step), drift } }
    }
}

/// One step of a window.
#[derive(Clone, Copy, Default)]
struct Place {
    offset: i32,
    step: u64,
    is_within_time: bool,
}

impl Place {
    /// A step before the first or after the last of `u64` time is worked on like any other, but
    /// can never be accepted.
    fn at(here: u64, offset: i32) -> Self {
        let step = here.checked_add_signed(i64::from(offset));
        Self { offset, step: step.unwrap_or(0), is_within_time: step.is_some() }
    }

    fn is_real(self) -> Choice {
        Choice::from(u8::from(self.is_within_time))
    }
}

/// What a walk over the window has seen, without a branch on where a match was.
struct Found {
    place: Place,
    is_fresh: Choice,
    is_used: Choice,
}

impl Default for Found {
    fn default() -> Self {
        let no = Choice::from(0);
        Self { place: Place::default(), is_fresh: no, is_used: no }
    }
}

impl Found {
    /// Notes one step; `used` is the newest step that may not be accepted any more.
    fn note(&mut self, is_match: Choice, place: Place, used: Option<u64>) {
        let is_match = is_match & place.is_real();
        let is_new = Choice::from(u8::from(used.is_none_or(|used| place.step > used)));
        let is_fresh = is_match & is_new;
        self.place.step.conditional_assign(&place.step, is_fresh);
        self.place.offset.conditional_assign(&place.offset, is_fresh);
        self.is_fresh |= is_fresh;
        self.is_used |= is_match & !is_new;
    }

    fn verdict(&self) -> Result<Place, Refusal> {
        match (bool::from(self.is_fresh), bool::from(self.is_used)) {
            (true, _) => Ok(self.place),
            (false, true) => Err(Refusal::UsedBefore),
            (false, false) => Err(Refusal::NoMatch),
        }
    }
}
