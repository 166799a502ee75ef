// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map --lose`: the list for the first 24 hours, made once, kept in the vault, ticked off with `--done`, put away with `--end`.
//!
//! While a list is there, the map counts the thing as lost. A key, stick or phone is marked lost besides, and
//! stays so when the list is put away, until the holder says that it is found.

use kagifuda_linux::clock::Moment;
use kagifuda_vault::map::checklist::{self, Task, Verb, checklist};
use kagifuda_vault::map::{Held, Loss, Losses, Thing, ThingKind, World};
use serde_json::{Value, json};

use super::{pick_thing, words};
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{ItemId, Reply, Request};
use crate::fault::Fault;
use crate::run::checklist::{Line, Tick};
use crate::run::items::view;
use crate::run::json::page;
use crate::run::session::Session;
use crate::say;
use crate::term::date::{day, rfc3339};
use crate::term::width::harmless;
use crate::text::{Texts, Value as Said};

/// What is wished of a list.
pub(super) struct Wish<'a> {
    pub(super) thing: Option<&'a str>,
    pub(super) done: &'a [u64],
    pub(super) ends: bool,
    pub(super) json: bool,
}

/// A list in the vault.
struct List {
    id: ItemId,
    called: String,
    key: String,
    since: u64,
    lines: Vec<String>,
    done: Vec<usize>,
}

/// Begins a list, shows it, ticks tasks off, or puts it away.
pub(super) fn work(s: &mut Session<'_>, losses: &Losses<'_>, wish: &Wish<'_>) -> Result<(), Fault> {
    let lists = lists(s)?;
    let mut list = match wish.thing {
        Some(query) => {
            let at = pick_thing(s, losses, query)?;
            let key = losses.world().things[at].key();
            match lists.into_iter().find(|list| list.key == key) {
                Some(list) => list,
                None if wish.ends || !wish.done.is_empty() => return Err(Fault::NoSuchList),
                None => begin(s, losses, at)?,
            }
        }
        None => only(s, lists)?,
    };
    if wish.ends {
        return end(s, losses.world(), &list);
    }
    tick_off(s, &mut list, wish.done)?;
    show(s, losses.world(), &list, wish.json)
}

/// The lists in the vault.
fn lists(s: &mut Session<'_>) -> Result<Vec<List>, Fault> {
    let mut lists = Vec::new();
    for line in s.items(Kind::Loss, "")? {
        let view = view(s, line.id, false)?;
        let mut list = List {
            id: line.id,
            called: line.title,
            key: String::new(),
            since: view.created,
            lines: Vec::new(),
            done: Vec::new(),
        };
        for field in view.fields {
            match (field.name.as_str(), field.value) {
                (name::THING, FieldValue::Text(key)) => list.key = key,
                (name::WHEN, FieldValue::Int(at)) => list.since = at,
                (name::STEPS, FieldValue::List(lines)) => list.lines = lines,
                (name::DONE, FieldValue::List(done)) => {
                    list.done = done.iter().filter_map(|number| number.parse().ok()).collect();
                }
                _ => {}
            }
        }
        lists.push(list);
    }
    Ok(lists)
}

/// The one list there is.
fn only(s: &mut Session<'_>, mut lists: Vec<List>) -> Result<List, Fault> {
    match lists.len() {
        0 => Err(Fault::NoSuchList),
        1 => lists.pop().ok_or(Fault::Internal),
        count => {
            s.list_candidates(lists.iter().map(|list| [list.called.as_str(), ""]));
            Err(Fault::Ambiguous { count })
        }
    }
}

/// Makes the list of a thing, after a question.
fn begin(s: &mut Session<'_>, losses: &Losses<'_>, at: usize) -> Result<List, Fault> {
    let thing = &losses.world().things[at];
    let called = words::thing(s.texts, thing);
    let question = say!(s.texts, "map-lose-question", thing = called.as_str());
    s.confirm(&question)?;
    // What its loss does is asked of a world that still has it, whoever marked it lost before.
    let mut world = losses.world().clone();
    world.things[at].state = Held::Held;
    let lines = checklist::lines(&checklist(&Losses::of(&world), at));
    let since = Moment::now().unix_millis / 1000;
    let key = thing.key();
    let fields = vec![
        Field::new(name::NAME, FieldValue::Text(called.clone())),
        Field::new(name::THING, FieldValue::Text(key.clone())),
        Field::new(name::WHEN, FieldValue::Int(since)),
        Field::new(name::STEPS, FieldValue::List(lines.clone())),
    ];
    let Reply::Added(id) = s.ask(&Request::AddItem { kind: Kind::Loss, fields })? else {
        return Err(Fault::Internal);
    };
    if let Some(item) = markable(thing) {
        let fields = vec![Field::new(name::LOST, FieldValue::Bool(true))];
        s.ask(&Request::EditItem { id: item, fields })?;
    }
    Ok(List { id, called, key, since, lines, done: Vec::new() })
}

/// The item of a thing that can be marked lost.
fn markable(thing: &Thing) -> Option<ItemId> {
    let can = matches!(thing.kind, ThingKind::Key | ThingKind::Stick | ThingKind::Phone);
    thing.item.filter(|_| can).map(ItemId)
}

fn tick_off(s: &mut Session<'_>, list: &mut List, numbers: &[u64]) -> Result<(), Fault> {
    if numbers.is_empty() {
        return Ok(());
    }
    let tasks = checklist::tasks(&list.lines);
    for number in numbers {
        let found = tasks.iter().find(|(at, _)| u64::try_from(*at) == Ok(*number));
        let (at, _) = found.ok_or_else(|| Fault::NotFound { query: number.to_string() })?;
        if !list.done.contains(at) {
            list.done.push(*at);
        }
    }
    let done = list.done.iter().map(|at| format!("{at:04}")).collect();
    let fields = vec![Field::new(name::DONE, FieldValue::List(done))];
    s.ask(&Request::EditItem { id: list.id, fields })?;
    Ok(())
}

fn end(s: &mut Session<'_>, world: &World, list: &List) -> Result<(), Fault> {
    let question = say!(s.texts, "map-lose-end-question", thing = harmless(&list.called));
    s.confirm(&question)?;
    s.ask(&Request::RemoveItem { id: list.id })?;
    let is_marked = world.things.iter().any(|it| it.key() == list.key && markable(it).is_some());
    let told = if is_marked {
        say!(s.texts, "map-lose-ended-marked", thing = harmless(&list.called))
    } else {
        say!(s.texts, "map-lose-ended", thing = harmless(&list.called))
    };
    s.tell(&told);
    Ok(())
}

fn show(s: &mut Session<'_>, world: &World, list: &List, json: bool) -> Result<(), Fault> {
    let losses = Losses::of(world);
    let tasks = checklist::tasks(&list.lines);
    let thing = world.things.iter().position(|thing| thing.key() == list.key);
    let shown: Vec<Shown> = tasks
        .iter()
        .map(|(number, task)| Shown {
            number: *number,
            verb: task.verb,
            text: in_words(s.texts, &losses, (thing, &list.called), task),
            link: link(s.texts, world, task),
            is_done: list.done.contains(number),
        })
        .collect();
    if json {
        let steps: Vec<Value> = shown.iter().map(Shown::shape).collect();
        return s.print(&page(json!({
            "thing": list.key,
            "name": list.called,
            "since": rfc3339(list.since),
            "steps": steps,
        })));
    }
    let done = shown.iter().filter(|it| it.is_done).count();
    let name = harmless(&list.called);
    let heading = say!(s.texts, "map-lose-heading", thing = name, date = day(list.since));
    let mut out = s.screen.heading(&heading);
    out.push_str(&say!(s.texts, "map-lose-progress", done = done, count = shown.len()));
    out.push('\n');
    for it in &shown {
        out.push_str(&it.lines(s));
    }
    s.print(&out)?;
    let told = if done == shown.len() {
        say!(s.texts, "map-lose-all-done")
    } else {
        say!(s.texts, "map-lose-hint")
    };
    s.tell(&told);
    Ok(())
}

/// A task as it is shown.
struct Shown {
    number: usize,
    verb: Verb,
    text: String,
    link: Option<String>,
    is_done: bool,
}

impl Shown {
    fn lines(&self, s: &Session<'_>) -> String {
        let tick = if self.is_done { Tick::Done } else { Tick::Open };
        let line = Line { number: self.number, tick, text: &self.text, link: self.link.as_deref() };
        line.lines(s.screen)
    }

    fn shape(&self) -> Value {
        json!({
            "number": self.number,
            "task": self.verb.word(),
            "text": self.text,
            "link": self.link,
            "done": self.is_done,
        })
    }
}

fn in_words(
    t: &Texts,
    losses: &Losses<'_>,
    (thing, called): (Option<usize>, &str),
    task: &Task,
) -> String {
    let world = losses.world();
    let door = world.doors.iter().position(|door| task.is_at(door));
    let name = match door {
        Some(at) => words::door(t, &world.doors[at]),
        None => harmless(&task.subject),
    };
    let loss = thing.map_or(Loss::Nothing, Loss::One);
    let how = door.and_then(|at| words::way_in(t, losses, at, loss));
    let how = how.unwrap_or_else(|| say!(t, "map-some-way"));
    let id = format!("map-task-{}", task.verb.word());
    let called = harmless(called);
    let variables = [("thing", called), ("name", name), ("how", how)];
    t.with(&id, &variables.map(|(name, value)| (name, Said::from(value))))
}

fn link(t: &Texts, world: &World, task: &Task) -> Option<String> {
    let door = world.doors.iter().find(|door| task.is_at(door))?;
    match task.verb {
        Verb::Recover => words::recover(t, door),
        Verb::Revoke
        | Verb::Enrol
        | Verb::ReplacePassword
        | Verb::ReplaceToken
        | Verb::ReplaceCodes => words::manage(t, door),
        _ => None,
    }
}
