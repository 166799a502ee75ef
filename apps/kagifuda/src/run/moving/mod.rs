// SPDX-License-Identifier: MIT OR Apache-2.0
//! `move`: from an old phone to the next one, service by service, and nobody is locked out on the way.
//!
//! The plan is made by the rule in `kagifuda_vault::map::moving` and kept in the vault, so that it can be left and
//! taken up again on any PC. What was given to the new device counts only once a code proves it; what is disabled on
//! the old one comes after that; and the map changes when the plan is put away, for what was proven or confirmed alone.

mod end;
mod page;
mod plan;
mod prove;
mod send;
mod show;

use std::collections::BTreeSet;

use kagifuda_linux::clock::Moment;
use kagifuda_vault::map::moving::{self, Way, can_move, can_replace, needs_old, still_hang_on};
use kagifuda_vault::map::{Losses, Thing, World};

use self::plan::{Plan, State};
use super::map::{self, pick_thing, words};
use super::session::Session;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{Reply, Request};
use crate::commands::resolve::{Mark, MoveJob, Which};
use crate::fault::{Fault, MoveTrouble};
use crate::say;
use crate::term::width::harmless;

/// Works on the plan of a move, or writes a page about moving.
pub(super) fn run(s: &mut Session<'_>, job: &MoveJob) -> Result<(), Fault> {
    if let MoveJob::Template { reader, file } = job {
        return page::write(s, *reader, file.as_deref());
    }
    let world = map::world(s)?;
    match job {
        MoveJob::Show { which: Which { from: Some(from), to: Some(to) }, json } => {
            let plan = begin(s, &world, from, to)?;
            show::show(s, &world, &plan, *json)
        }
        MoveJob::Show { which, json } => {
            let plan = only(s, &world, which)?;
            show::show(s, &world, &plan, *json)
        }
        MoveJob::Send { which, only: numbers, file } => {
            let mut plan = only(s, &world, which)?;
            send::send(s, &world, &mut plan, (numbers, file.as_deref()))
        }
        MoveJob::Prove { which, only: numbers } => {
            let mut plan = only(s, &world, which)?;
            prove::prove(s, &world, &mut plan, numbers)
        }
        MoveJob::Tick { which, marks, json } => {
            let mut plan = only(s, &world, which)?;
            tick(s, &world, &mut plan, marks)?;
            show::show(s, &world, &plan, *json)
        }
        MoveJob::End { which, keeps } => {
            let plan = only(s, &world, which)?;
            if *keeps { end::finish(s, &world, &plan) } else { end::abort(s, &plan) }
        }
        MoveJob::Template { .. } => Err(Fault::Internal),
    }
}

/// The plan between these things, or the one there is. Of two between the same things, begun on two PCs, it is the first.
fn only(s: &mut Session<'_>, world: &World, which: &Which) -> Result<Plan, Fault> {
    let mut plans = Plan::all(s)?;
    let losses = Losses::of(world);
    let mut key = |query: &Option<String>| -> Result<Option<String>, Fault> {
        let Some(query) = query else { return Ok(None) };
        Ok(Some(world.things[pick_thing(s, &losses, query)?].key()))
    };
    let (from, to) = (key(&which.from)?, key(&which.to)?);
    plans.retain(|plan| from.as_ref().is_none_or(|from| plan.from == *from));
    plans.retain(|plan| to.as_ref().is_none_or(|to| plan.to == *to));
    let mut seen = BTreeSet::new();
    plans.retain(|plan| seen.insert((plan.from.clone(), plan.to.clone())));
    match plans.len() {
        0 => Err(MoveTrouble::None.into()),
        1 => plans.pop().ok_or(Fault::Internal),
        count => {
            s.list_candidates(plans.iter().map(|plan| [plan.called.as_str(), ""]));
            Err(Fault::Ambiguous { count })
        }
    }
}

/// Makes the plan of a move, after a question; one between the same things is taken up again, with what the map has
/// learned since.
fn begin(s: &mut Session<'_>, world: &World, from: &str, to: &str) -> Result<Plan, Fault> {
    let losses = Losses::of(world);
    let way = Way { old: pick_thing(s, &losses, from)?, new: pick_thing(s, &losses, to)? };
    let (old, new) = (&world.things[way.old], &world.things[way.new]);
    if way.old == way.new {
        return Err(MoveTrouble::SameThing.into());
    }
    for thing in [old, new] {
        if !can_move(thing.kind) || !thing.is_held() {
            return Err(MoveTrouble::CannotMove { thing: words::thing(s.texts, thing) }.into());
        }
    }
    if !can_replace(old.kind, new.kind) {
        return Err(MoveTrouble::CannotReplace { thing: words::thing(s.texts, old) }.into());
    }
    let (from, to) = (old.key(), new.key());
    let plans = Plan::all(s)?;
    if let Some(mut plan) = plans.into_iter().find(|plan| plan.from == from && plan.to == to) {
        plan.learn(s, moving::missing(&losses, way, &plan.steps))?;
        return Ok(plan);
    }
    let steps = moving::plan(&losses, way);
    let [old, new] = called(s, world, way);
    let count = steps.len();
    let question =
        say!(s.texts, "move-question", old = old.as_str(), new = new.as_str(), count = count);
    s.confirm(&question)?;
    let called = say!(s.texts, "move-called", old = old, new = new);
    let lines = moving::lines(&steps);
    let fields = vec![
        Field::new(name::NAME, FieldValue::Text(called)),
        Field::new(name::FROM, FieldValue::Text(from)),
        Field::new(name::TO, FieldValue::Text(to)),
        Field::new(name::BEGUN, FieldValue::Int(Moment::now().unix_millis / 1000)),
        Field::new(name::STEPS, FieldValue::List(lines)),
    ];
    match s.ask(&Request::AddItem { kind: Kind::Move, fields })? {
        Reply::Added(id) => Plan::of(s, id),
        _ => Err(Fault::Internal),
    }
}

/// Notes what the holder says of tasks.
fn tick(
    s: &mut Session<'_>,
    world: &World,
    plan: &mut Plan,
    marks: &[(Mark, u64)],
) -> Result<(), Fault> {
    for (mark, said) in marks {
        let (number, step) = plan.step(*said)?;
        let verb = step.verb;
        match mark {
            Mark::Done if step.is_proven_by_code() => {
                return Err(MoveTrouble::ProveIt { number: *said }.into());
            }
            Mark::Off if !plan.done.contains(&number) || !verb.leaves_old() => {
                return Err(MoveTrouble::NotYet { number: *said }.into());
            }
            Mark::Done => {
                if verb == moving::Verb::Wipe {
                    confirm_wipe(s, world, plan)?;
                }
                plan.confirm(number);
            }
            Mark::Skipped => plan.skip(number),
            Mark::Off => {
                plan.off.insert(number);
            }
        }
    }
    plan.save(s)
}

/// Asks before the old thing is called wiped although something may hang on it.
fn confirm_wipe(s: &mut Session<'_>, world: &World, plan: &Plan) -> Result<(), Fault> {
    let way = plan.way(world)?;
    let [old, _] = called(s, world, way);
    let names = at_stake(s, world, plan, way);
    if names.is_empty() {
        return Ok(());
    }
    let question = say!(s.texts, "move-wipe-question", old = old, names = names);
    s.confirm(&question)
}

/// The services that nothing but the old thing opens, and those of which a task that needs it is not done; their names.
fn at_stake(s: &Session<'_>, world: &World, plan: &Plan, way: Way) -> String {
    let done = plan.steps_done();
    let losses = Losses::of(world);
    let mut doors = still_hang_on(world, way, &done);
    let is_open = |number: &usize| plan.state(*number) != State::Done;
    let steps = plan.steps.iter().filter(|(number, _)| is_open(number)).map(|(_, step)| step);
    let unsure = moving::unsure(&losses);
    for step in steps {
        let door = world.doors.iter().position(|door| step.is_at(door));
        // Where the map sees no way in, this may be the one there is.
        let counts = |door: &usize| needs_old(&losses, way.old, step) || unsure.contains(door);
        doors.extend(door.filter(|door| counts(door) && !doors.contains(door)));
    }
    words::doors(s.texts, world, &doors)
}

/// What the old and the new thing are called.
fn called(s: &Session<'_>, world: &World, way: Way) -> [String; 2] {
    let called = |thing: &Thing| match thing.name.as_str() {
        "" => words::thing(s.texts, thing),
        name => say!(s.texts, "move-thing", name = harmless(name)),
    };
    [called(&world.things[way.old]), called(&world.things[way.new])]
}

/// Ids of messages that are put together while running, for the test that walks them all.
#[cfg(test)]
pub(super) fn computed_ids() -> Vec<String> {
    use kagifuda_vault::map::moving::Verb;
    let steps = Verb::ALL.iter().map(|verb| format!("move-step-{}", verb.word()));
    let left = Verb::ALL.iter().filter(|verb| verb.leaves_old());
    steps.chain(left.map(|verb| format!("move-off-{}", verb.word()))).collect()
}

#[cfg(test)]
mod tests;
