// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plan of a move as the vault keeps it: its steps, which keep their numbers, and what was said of them. Each of
//! those is a set of numbers, so that what two PCs, or two terminals, ticked off meets without either being lost.

use std::collections::BTreeSet;

use kagifuda_vault::map::World;
use kagifuda_vault::map::moving::{self, Step, Way};

use crate::agent::failure::Failure;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{ItemId, Request};
use crate::fault::{Fault, MoveTrouble};
use crate::run::items::view;
use crate::run::session::Session;

/// A plan in the vault.
pub(super) struct Plan {
    pub(super) id: ItemId,
    pub(super) called: String,
    /// The keys of the things.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) since: u64,
    pub(super) steps: Vec<(usize, Step)>,
    /// The steps as they are kept, with those that only a newer program reads.
    lines: Vec<String>,
    /// Whether those are not quite as they are kept.
    is_renumbered: bool,
    /// Shown or written for the new thing.
    pub(super) sent: BTreeSet<usize>,
    /// Proven by a code, or confirmed.
    pub(super) done: BTreeSet<usize>,
    /// Left out on purpose.
    pub(super) skipped: BTreeSet<usize>,
    /// Disabled at the old thing.
    pub(super) off: BTreeSet<usize>,
    /// The four as they were read.
    read: [BTreeSet<usize>; 4],
}

fn number_of(line: &str) -> Option<usize> {
    line.split(' ').next()?.parse().ok()
}

fn next_number(lines: &[String]) -> usize {
    lines.iter().filter_map(|line| number_of(line)).max().unwrap_or(0) + 1
}

/// Gives steps that two PCs added under one number numbers of their own, the same on each PC. What was said of the
/// number they shared is said of neither: nobody knows which was meant.
fn give_own_numbers(lines: &mut [String]) -> bool {
    lines.sort_unstable();
    let numbers: Vec<Option<usize>> = lines.iter().map(|line| number_of(line)).collect();
    let first = next_number(lines);
    let mut next = first;
    for (line, number) in lines.iter_mut().zip(&numbers) {
        let is_shared = numbers.iter().filter(|other| *other == number).count() > 1;
        let Some((_, step)) = line.split_once(' ').filter(|_| number.is_some() && is_shared) else {
            continue;
        };
        *line = format!("{next:04} {step}");
        next += 1;
    }
    next > first
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing was said of it.
    Open,
    /// It was given to the new thing, and not proven.
    Sent,
    /// It was proven or confirmed.
    Done,
    /// It was left out; a token that was sent is unproven for good.
    Skipped,
}

impl State {
    /// Its word for scripts.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }
}

impl Plan {
    /// All plans of the vault, those begun first before others.
    pub(super) fn all(s: &mut Session<'_>) -> Result<Vec<Self>, Fault> {
        let lines = s.items(Kind::Move, "")?;
        let plans = lines.into_iter().map(|line| Self::of(s, line.id));
        let mut plans = plans.collect::<Result<Vec<_>, _>>()?;
        plans.sort_by_key(|plan| (plan.since, plan.id.0));
        Ok(plans)
    }

    /// Reads one.
    pub(super) fn of(s: &mut Session<'_>, id: ItemId) -> Result<Self, Fault> {
        let view = view(s, id, false)?;
        let mut plan = Self {
            id,
            called: String::new(),
            from: String::new(),
            to: String::new(),
            since: view.created,
            steps: Vec::new(),
            lines: Vec::new(),
            is_renumbered: false,
            sent: BTreeSet::new(),
            done: BTreeSet::new(),
            skipped: BTreeSet::new(),
            off: BTreeSet::new(),
            read: Default::default(),
        };
        for field in view.fields {
            match (field.name.as_str(), field.value) {
                (name::NAME, FieldValue::Text(text)) => plan.called = text,
                (name::FROM, FieldValue::Text(key)) => plan.from = key,
                (name::TO, FieldValue::Text(key)) => plan.to = key,
                (name::BEGUN, FieldValue::Int(at)) => plan.since = at,
                (name::STEPS, FieldValue::List(lines)) => {
                    plan.lines = lines;
                    plan.is_renumbered = give_own_numbers(&mut plan.lines);
                    plan.steps = moving::steps(&plan.lines);
                }
                (name::SENT, FieldValue::List(numbers)) => plan.sent = read(&numbers),
                (name::DONE, FieldValue::List(numbers)) => plan.done = read(&numbers),
                (name::SKIPPED, FieldValue::List(numbers)) => plan.skipped = read(&numbers),
                (name::OFF, FieldValue::List(numbers)) => plan.off = read(&numbers),
                _ => {}
            }
        }
        plan.read = plan.sets().map(Clone::clone);
        Ok(plan)
    }

    /// What was said of the steps.
    const fn sets(&self) -> [&BTreeSet<usize>; 4] {
        [&self.sent, &self.done, &self.skipped, &self.off]
    }

    /// Writes what was said of the steps since they were read, beside what another command has said meanwhile.
    pub(super) fn save(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        const NAMES: [&str; 4] = [name::SENT, name::DONE, name::SKIPPED, name::OFF];
        let there = Self::of(s, self.id)?;
        let said = self.sets().into_iter().zip(&self.read).zip(there.sets());
        let sets = said.map(|((now, before), there)| -> BTreeSet<usize> {
            let is_kept = |number: &&usize| now.contains(*number) || !before.contains(*number);
            there.iter().filter(is_kept).chain(now.difference(before)).copied().collect()
        });
        let sets: Vec<BTreeSet<usize>> = sets.collect();
        let list =
            |set: &BTreeSet<usize>| set.iter().map(|number| format!("{number:04}")).collect();
        let fields = NAMES.iter().zip(&sets);
        let fields = fields.map(|(name, set)| Field::new(name, FieldValue::List(list(set))));
        let lines = Some(there.lines).filter(|_| there.is_renumbered);
        let lines = lines.map(|lines| Field::new(name::STEPS, FieldValue::List(lines)));
        s.ask(&Request::EditItem { id: self.id, fields: fields.chain(lines).collect() })?;
        *self = Self::of(s, self.id)?;
        Ok(())
    }

    /// Adds steps at the end; what was said of the others stays.
    pub(super) fn learn(&mut self, s: &mut Session<'_>, steps: Vec<Step>) -> Result<(), Fault> {
        if steps.is_empty() {
            return Ok(());
        }
        // Also beside what another command has added meanwhile, and what only a newer program reads.
        let mut lines = Self::of(s, self.id)?.lines;
        let new = (next_number(&lines)..).zip(&steps);
        let new = new.map(|(number, step)| format!("{number:04} {step}"));
        lines.extend(new);
        let fields = vec![Field::new(name::STEPS, FieldValue::List(lines))];
        s.ask(&Request::EditItem { id: self.id, fields })?;
        *self = Self::of(s, self.id)?;
        Ok(())
    }

    /// The step of a number somebody typed.
    pub(super) fn step(&self, said: u64) -> Result<(usize, &Step), Fault> {
        let found = self.steps.iter().find(|(number, _)| u64::try_from(*number) == Ok(said));
        let (number, step) = found.ok_or_else(|| Fault::NotFound { query: said.to_string() })?;
        Ok((*number, step))
    }

    /// The steps somebody typed the numbers of, else those that fit; only tokens of this vault.
    pub(super) fn tokens(
        &self,
        numbers: &[u64],
        fits: impl Fn(State) -> bool,
    ) -> Result<Vec<(usize, ItemId)>, Fault> {
        let token = |step: &Step| step.token.map(|id| ItemId(id.0));
        if numbers.is_empty() {
            let steps = self.steps.iter().filter(|(number, _)| fits(self.state(*number)));
            return Ok(steps.filter_map(|(number, step)| Some((*number, token(step)?))).collect());
        }
        let named = numbers.iter().map(|said| {
            let (number, step) = self.step(*said)?;
            let id = token(step).ok_or_else(|| Fault::NotFound { query: said.to_string() })?;
            Ok((number, id))
        });
        named.collect()
    }

    /// Where a step stands.
    pub(super) fn state(&self, number: usize) -> State {
        if self.done.contains(&number) {
            State::Done
        } else if self.skipped.contains(&number) {
            State::Skipped
        } else if self.sent.contains(&number) {
            State::Sent
        } else {
            State::Open
        }
    }

    /// Notes that a step is done; what was left out before is not any more.
    pub(super) fn confirm(&mut self, number: usize) {
        self.done.insert(number);
        self.skipped.remove(&number);
    }

    /// Notes that a step is left out, whatever was said of it before.
    pub(super) fn skip(&mut self, number: usize) {
        self.skipped.insert(number);
        self.done.remove(&number);
        self.off.remove(&number);
    }

    /// The steps that are done.
    pub(super) fn steps_done(&self) -> Vec<&Step> {
        let done = self.steps.iter().filter(|(number, _)| self.done.contains(number));
        done.map(|(_, step)| step).collect()
    }

    /// From which thing to which.
    pub(super) fn way(&self, world: &World) -> Result<Way, Fault> {
        let place = |key: &str| {
            let found = world.things.iter().position(|thing| thing.key() == key);
            found.ok_or(Fault::Move(MoveTrouble::NotOnMap))
        };
        Ok(Way { old: place(&self.from)?, new: place(&self.to)? })
    }
}

fn read(numbers: &[String]) -> BTreeSet<usize> {
    numbers.iter().filter_map(|number| number.parse().ok()).collect()
}

/// Tells whether a token counts instead of telling the time; one that was removed does nothing.
pub(super) fn counts(s: &mut Session<'_>, token: ItemId) -> Result<bool, Fault> {
    let view = match view(s, token, false) {
        Err(Fault::Agent(Failure::NoSuchItem { .. })) => return Ok(false),
        view => view?,
    };
    let is_it = |value: &FieldValue| matches!(value, FieldValue::Text(kind) if kind == "hotp");
    Ok(view.fields.iter().any(|field| field.name == name::TYPE && is_it(&field.value)))
}

/// What a step's service or token is called.
pub(super) fn called_at(s: &Session<'_>, world: &World, step: &Step) -> String {
    use crate::run::map::words;
    let door = world.doors.iter().find(|door| step.is_at(door));
    let Some(door) = door else { return crate::term::width::harmless(&step.subject) };
    let of_item = |id: kagifuda_vault::ItemId| {
        let mut methods = door.methods.iter().flat_map(|method| method.all());
        methods.find(|method| method.item == Some(id.0)).map(|it| it.name.clone())
    };
    let name = words::door(s.texts, door);
    // Of two tokens at one service each has a name; of the others the service's is enough.
    match step.token.and_then(of_item) {
        Some(token) if !token.is_empty() && token != name => crate::term::width::harmless(&token),
        _ => name,
    }
}
