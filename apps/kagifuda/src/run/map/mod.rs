// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map as people see it: the table, the next steps, the list of the first day, the review, the drill.
//!
//! The agent sends facts without secrets; what follows from them is worked out here, by the rule in
//! `kagifuda_vault::map`, so that a question about a loss costs no request.

mod change;
mod drill;
mod lose;
mod next;
mod review;
mod shape;
mod svg;
mod table;
pub(super) mod words;

use kagifuda_vault::map::{Losses, World};

use super::session::Session;
use crate::agent::protocol::{Reply, Request};
use crate::commands::resolve::MapJob;
use crate::fault::Fault;
use crate::find::{Folded, Query, contenders};
use crate::term::width::harmless;

/// Shows what of the map was asked for.
pub(super) fn run(s: &mut Session<'_>, job: &MapJob) -> Result<(), Fault> {
    let world = world(s)?;
    let losses = Losses::of(&world);
    match job {
        MapJob::Show { query, json } => table::show(s, &losses, query, *json),
        MapJob::Svg { file } => svg::write(s, &losses, file),
        MapJob::Next { json } => next::show(s, &losses, *json),
        MapJob::Lose { thing, done, ends, json } => {
            let wish = lose::Wish { thing: thing.as_deref(), done, ends: *ends, json: *json };
            lose::work(s, &losses, &wish)
        }
        MapJob::ChangePassword { service, json } => change::show(s, &losses, service, *json),
        MapJob::Review { json } => review::show(s, &losses, *json),
        MapJob::Drill { thing } => drill::play(s, &losses, thing),
    }
}

/// The facts, as the agent reads them.
pub(super) fn world(s: &mut Session<'_>) -> Result<World, Fault> {
    match s.ask(&Request::Map)? {
        Reply::Map(world) => Ok(world),
        _ => Err(Fault::Internal),
    }
}

/// The one thing that is meant: by its name, or by what it is in either language.
pub(super) fn pick_thing(
    s: &mut Session<'_>,
    losses: &Losses<'_>,
    query: &str,
) -> Result<usize, Fault> {
    let world = losses.world();
    let called: Vec<(usize, Vec<Folded>)> = losses
        .things()
        .into_iter()
        .map(|at| (at, words::of_thing(s.texts, &world.things[at])))
        .map(|(at, words)| (at, words.iter().map(|word| Folded::new(word)).collect()))
        .collect();
    let found = best(query, called);
    if let [one] = found[..] {
        return Ok(one);
    }
    let names: Vec<String> =
        found.iter().map(|at| harmless(&words::thing(s.texts, &world.things[*at]))).collect();
    choose(s, query, &names)
}

/// The one service that is meant.
fn pick_door(s: &mut Session<'_>, losses: &Losses<'_>, query: &str) -> Result<usize, Fault> {
    let found = matching_doors(s, losses, query);
    if let [one] = found[..] {
        return Ok(one);
    }
    let world = losses.world();
    let names: Vec<String> =
        found.iter().map(|at| harmless(&words::door(s.texts, &world.doors[*at]))).collect();
    choose(s, query, &names)
}

/// The services that match best, those that matter most first.
fn matching_doors(s: &Session<'_>, losses: &Losses<'_>, query: &str) -> Vec<usize> {
    let world = losses.world();
    let called = losses.order().iter().map(|at| {
        let name = words::door(s.texts, &world.doors[*at]);
        (*at, vec![Folded::new(&name)])
    });
    best(query, called.collect())
}

/// What matches best, and what is too close to it to choose.
fn best(query: &str, called: Vec<(usize, Vec<Folded>)>) -> Vec<usize> {
    let query = Query::new(query);
    let mut found: Vec<(usize, u32)> =
        called.into_iter().filter_map(|(at, words)| Some((at, query.score(&words)?))).collect();
    found.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
    let scores: Vec<u32> = found.iter().map(|(_, score)| *score).collect();
    found.truncate(contenders(&scores));
    found.into_iter().map(|(at, _)| at).collect()
}

/// Says that nothing, or too much, was found.
fn choose(s: &mut Session<'_>, query: &str, names: &[String]) -> Result<usize, Fault> {
    if names.is_empty() {
        return Err(Fault::NotFound { query: query.to_owned() });
    }
    s.list_candidates(names.iter().map(|name| [name.as_str(), ""]));
    Err(Fault::Ambiguous { count: names.len() })
}

/// Ids of messages that are put together while running, for the test that walks them all.
#[cfg(test)]
pub(super) fn computed_ids() -> Vec<String> {
    use kagifuda_vault::map::ThingKind;
    use kagifuda_vault::map::checklist::Verb;
    let things = ThingKind::ALL.iter().map(|kind| format!("map-thing-{}", kind.word()));
    things.chain(Verb::ALL.iter().map(|verb| format!("map-task-{}", verb.word()))).collect()
}

#[cfg(test)]
mod tests;
