// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rule: which doors open with what, for every thing lost alone and every two lost together.
//!
//!  1. A world has things, each held or lost, and doors: services, and this vault.
//!  2. A door has methods. A method needs things and doors, all that it names; what nobody named is never there.
//!  3. A method is *usable* when every thing it needs is held and every door it needs is open.
//!  4. A method stands for the first factor, for the second, for both, or for neither.
//!  5. A door *asks for two* when one of its methods, usable or not, stands for the second factor alone.
//!  6. A door is *open* when usable methods stand for the first factor and, if it asks for two, for the second.
//!  7. What is open is the *least* set that obeys 3 and 6: begin with no open door, add until none is added.
//!  8. A *way in* is a usable method for both, or one for the first factor (with one for the second, if it asks for two).
//!  9. A door is *locked by a loss* when it opens with all that is held now and not after the loss.
//! 10. A door is *in a circle* when it is outside the least set and inside the *greatest* one (begin with all doors
//!     open, take away until none is taken): it would open if another already were, and neither does.
//!
//! Everything in 3 to 6 is *and* and *or* of what is held and open, so a loss never opens a door, and the two sets exist
//! and do not depend on the order of work. All losses are computed at once, 64 to a machine word.

use super::facts::{Door, Need, StandsFor, World};

/// What is lost, by places in [`World::things`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Nothing more than what is lost already.
    Nothing,
    /// One thing.
    One(usize),
    /// Two things.
    Two(usize, usize),
}

/// What every loss does to every door.
pub struct Outcome {
    things: usize,
    doors: usize,
    /// Per block of 64 losses, per door: one bit a loss.
    open: Vec<u64>,
    single: Vec<u64>,
    circle: Vec<u64>,
}

impl Outcome {
    /// Computes all single and double losses.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let (things, doors) = (world.things.len(), world.doors.len());
        let blocks = count(things).div_ceil(64);
        let rule = Rule::of(world);
        let mut outcome = Self {
            things,
            doors,
            open: Vec::with_capacity(blocks * doors),
            single: Vec::with_capacity(blocks * doors),
            circle: Vec::with_capacity(blocks * doors),
        };
        let mut losses = losses(things);
        for _ in 0..blocks {
            let held = held(world, losses.by_ref().take(64));
            let least = rule.settle(&held, 0);
            let greatest = rule.settle(&held, u64::MAX);
            outcome.single.extend(world.doors.iter().map(|door| one_way(door, &held, &least)));
            outcome.circle.extend(least.iter().zip(&greatest).map(|(least, most)| most & !least));
            outcome.open.extend(least);
        }
        outcome
    }

    /// Tells whether a door opens after a loss.
    #[must_use]
    pub fn is_open(&self, door: usize, loss: Loss) -> bool {
        self.bit(&self.open, door, loss)
    }

    /// Tells whether a loss leaves a door exactly one way in.
    #[must_use]
    pub fn has_one_way(&self, door: usize, loss: Loss) -> bool {
        self.bit(&self.single, door, loss)
    }

    /// Tells whether a door is in a circle after a loss.
    #[must_use]
    pub fn is_in_circle(&self, door: usize, loss: Loss) -> bool {
        self.bit(&self.circle, door, loss)
    }

    /// Tells whether a loss locks a door that opens now.
    #[must_use]
    pub fn is_locked_by(&self, door: usize, loss: Loss) -> bool {
        self.is_open(door, Loss::Nothing) && !self.is_open(door, loss)
    }

    /// How many things can be lost.
    #[must_use]
    pub const fn things(&self) -> usize {
        self.things
    }

    /// How many doors there are.
    #[must_use]
    pub const fn doors(&self) -> usize {
        self.doors
    }

    /// All losses: nothing, each thing, each two things.
    pub fn losses(&self) -> impl Iterator<Item = Loss> + use<> {
        losses(self.things)
    }

    fn bit(&self, bits: &[u64], door: usize, loss: Loss) -> bool {
        let at = place(loss, self.things);
        let word = bits.get(at / 64 * self.doors + door).copied().unwrap_or(0);
        door < self.doors && word >> (at % 64) & 1 == 1
    }
}

/// How many losses there are: none, each thing, each two.
const fn count(things: usize) -> usize {
    1 + things + things * things.saturating_sub(1) / 2
}

/// All losses in their order.
fn losses(things: usize) -> impl Iterator<Item = Loss> {
    let ones = (0..things).map(Loss::One);
    let twos = (0..things).flat_map(move |a| (a + 1..things).map(move |b| Loss::Two(a, b)));
    std::iter::once(Loss::Nothing).chain(ones).chain(twos)
}

/// The place of a loss in that order; two that are one thing are that thing's loss.
fn place(loss: Loss, things: usize) -> usize {
    match loss {
        Loss::Nothing => 0,
        Loss::One(a) => 1 + a,
        Loss::Two(a, b) if a == b => 1 + a,
        Loss::Two(a, b) => {
            let (a, b) = (a.min(b), a.max(b));
            // Before the pairs that begin with `a` stand those that begin with a smaller one.
            let before = a * things - a * (a + 1) / 2;
            1 + things + before + (b - a - 1)
        }
    }
}

/// Per thing, in which of these losses it is held.
fn held(world: &World, losses: impl Iterator<Item = Loss>) -> Vec<u64> {
    let mut held: Vec<u64> =
        world.things.iter().map(|thing| if thing.is_held() { u64::MAX } else { 0 }).collect();
    for (at, loss) in losses.enumerate() {
        match loss {
            Loss::Nothing => {}
            Loss::One(a) => held[a] &= !(1 << at),
            Loss::Two(a, b) => {
                held[a] &= !(1 << at);
                held[b] &= !(1 << at);
            }
        }
    }
    held
}

/// The world, ready to be settled: who has to be looked at again when a door changes.
struct Rule<'w> {
    doors: &'w [Door],
    waiting_for: Vec<Vec<usize>>,
}

impl<'w> Rule<'w> {
    fn of(world: &'w World) -> Self {
        let mut waiting_for = vec![Vec::new(); world.doors.len()];
        for (at, door) in world.doors.iter().enumerate() {
            for need in door.methods.iter().flat_map(|method| &method.needs) {
                if let Need::Door(other) = need
                    && let Some(waiting) = waiting_for.get_mut(*other as usize)
                    && waiting.last() != Some(&at)
                {
                    waiting.push(at);
                }
            }
        }
        Self { doors: &world.doors, waiting_for }
    }

    /// The least set that obeys the rule, from `begin` 0, or the greatest, from all ones.
    fn settle(&self, held: &[u64], begin: u64) -> Vec<u64> {
        let mut open = vec![begin; self.doors.len()];
        let mut queue: Vec<usize> = (0..self.doors.len()).rev().collect();
        let mut is_queued = vec![true; self.doors.len()];
        while let Some(at) = queue.pop() {
            is_queued[at] = false;
            let now = opens(&self.doors[at], held, &open);
            if now == open[at] {
                continue;
            }
            open[at] = now;
            for other in &self.waiting_for[at] {
                if !std::mem::replace(&mut is_queued[*other], true) {
                    queue.push(*other);
                }
            }
        }
        open
    }
}

/// In which losses a method is usable.
fn usable(needs: &[Need], held: &[u64], open: &[u64]) -> u64 {
    needs.iter().fold(u64::MAX, |all, need| {
        all & match need {
            Need::Thing(at) => held.get(*at as usize).copied().unwrap_or(0),
            Need::Door(at) => open.get(*at as usize).copied().unwrap_or(0),
            Need::Unknown => 0,
        }
    })
}

/// In which losses a door is open.
fn opens(door: &Door, held: &[u64], open: &[u64]) -> u64 {
    let (mut first, mut second) = (0, if door.asks_for_two() { 0 } else { u64::MAX });
    for method in &door.methods {
        let usable = usable(&method.needs, held, open);
        if method.stands_for.is_first() {
            first |= usable;
        }
        if method.stands_for.is_second() {
            second |= usable;
        }
    }
    first & second
}

/// In which losses there is one of something, and in which there are more.
#[derive(Clone, Copy, Default)]
struct Tally {
    some: u64,
    more: u64,
}

impl Tally {
    fn add(&mut self, one: u64) {
        self.more |= self.some & one;
        self.some |= one;
    }

    const fn exactly_one(self) -> u64 {
        self.some & !self.more
    }
}

/// In which losses a door has exactly one way in.
fn one_way(door: &Door, held: &[u64], open: &[u64]) -> u64 {
    let (mut both, mut first, mut second) = (Tally::default(), Tally::default(), Tally::default());
    for method in &door.methods {
        let tally = match method.stands_for {
            StandsFor::Both => &mut both,
            StandsFor::First => &mut first,
            StandsFor::Second => &mut second,
            StandsFor::Nothing => continue,
        };
        tally.add(usable(&method.needs, held, open));
    }
    if !door.asks_for_two() {
        second = Tally { some: u64::MAX, more: 0 };
    }
    let paired = first.some & second.some;
    let one_pair = first.exactly_one() & second.exactly_one();
    (both.exactly_one() & !paired) | (!both.some & one_pair)
}
