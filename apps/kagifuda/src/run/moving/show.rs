// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a move stands: what hangs on the old thing still, what can be done only while it works, the plan with its boxes,
//! what to disable, and the one thing to do next.

use kagifuda_vault::map::moving::{
    Step, Verb, Way, after, missing, needs_old, still_hang_on, unsure,
};
use kagifuda_vault::map::{Losses, World};
use serde_json::{Value, json};

use super::called;
use super::plan::{Plan, State, called_at, counts};
use crate::agent::protocol::ItemId;
use crate::fault::Fault;
use crate::run::checklist::{Line, Tick};
use crate::run::json::page;
use crate::run::map::words;
use crate::run::session::Session;
use crate::say;
use crate::term::Style;
use crate::term::date::{day, rfc3339};
use crate::text::{Texts, Value as Said};

/// A step as it is shown.
struct Shown {
    number: usize,
    verb: Verb,
    state: State,
    /// What it is called.
    name: String,
    text: String,
    link: Option<String>,
    /// Only while the old thing works.
    is_urgent: bool,
    /// A token that counts, which no batch takes.
    is_counted: bool,
    /// What to disable at the old thing once it is done.
    off: Option<String>,
    is_off: bool,
}

impl Shown {
    fn is_settled(&self) -> bool {
        matches!(self.state, State::Done | State::Skipped)
    }

    /// Tells whether its old way waits to be disabled.
    fn is_left_on(&self) -> bool {
        self.state == State::Done && self.off.is_some() && !self.is_off
    }

    fn tick(&self) -> Tick {
        match self.state {
            State::Open if self.is_urgent => Tick::Urgent,
            State::Open => Tick::Open,
            State::Sent => Tick::Begun,
            State::Done => Tick::Done,
            State::Skipped => Tick::Skipped,
        }
    }

    fn shape(&self) -> Value {
        json!({
            "number": self.number,
            "task": self.verb.word(),
            "name": self.name,
            "text": self.text,
            "link": self.link,
            "state": self.state.word(),
            "only_while_old_works": self.is_urgent,
            "disable": self.off,
            "disabled": self.is_off,
        })
    }
}

/// Shows a plan.
pub(super) fn show(
    s: &mut Session<'_>,
    world: &World,
    plan: &Plan,
    json: bool,
) -> Result<(), Fault> {
    let way = plan.way(world)?;
    let names = called(s, world, way);
    let shown = steps(s, world, plan, (way, &names))?;
    let hanging = still_hang_on(world, way, &plan.steps_done());
    if json {
        let steps: Vec<Value> = shown.iter().map(Shown::shape).collect();
        let doors: Vec<&str> = hanging.iter().map(|at| world.doors[*at].name.as_str()).collect();
        return s.print(&page(json!({
            "from": plan.from,
            "to": plan.to,
            "begun": rfc3339(plan.since),
            "hangs_on_old": doors,
            "steps": steps,
        })));
    }
    let hanging = words::doors(s.texts, world, &hanging);
    let mut out = heading(s, plan, &names, &shown);
    out.push_str(&warnings(s, &names, (&hanging, &shown)));
    out.push_str(&gaps(s, world, plan, (way, &names)));
    out.push('\n');
    for it in &shown {
        let (tick, link) = (it.tick(), it.link.as_deref());
        let line = Line { number: it.number, tick, text: &it.text, link };
        out.push_str(&line.lines(s.screen));
    }
    out.push_str(&to_disable(s, &names, &shown));
    s.print(&out)?;
    if !world.things[way.old].is_held() {
        let told = say!(s.texts, "move-old-lost", old = names[0].as_str());
        s.tell(&told);
    }
    let told = next(s.texts, &shown);
    s.tell(&told);
    Ok(())
}

fn steps(
    s: &mut Session<'_>,
    world: &World,
    plan: &Plan,
    (way, names): (Way, &[String; 2]),
) -> Result<Vec<Shown>, Fault> {
    // What was moved already opens doors that nothing but the old thing opened before.
    let later = after(world, way, &plan.steps_done(), &[]);
    let losses = Losses::of(&later);
    let mut shown = Vec::new();
    for (number, step) in &plan.steps {
        let is_counted = match step.token {
            Some(token) => counts(s, ItemId(token.0))?,
            None => false,
        };
        let name = called_at(s, world, step);
        let in_words =
            |what: &str| in_words(s.texts, (what, step), (*number, is_counted), (names, &name));
        shown.push(Shown {
            number: *number,
            verb: step.verb,
            state: plan.state(*number),
            text: in_words("step"),
            link: link(s.texts, world, step),
            is_urgent: needs_old(&losses, way.old, step),
            is_counted,
            off: step.verb.leaves_old().then(|| in_words("off")),
            is_off: plan.off.contains(number),
            name,
        });
    }
    Ok(shown)
}

fn in_words(
    t: &Texts,
    (what, step): (&str, &Step),
    (number, is_counted): (usize, bool),
    ([old, new], name): (&[String; 2], &str),
) -> String {
    let id = match (what, is_counted) {
        ("off", true) => "move-off-counted".to_owned(),
        (_, true) => "move-step-counted".to_owned(),
        _ => format!("move-{what}-{}", step.verb.word()),
    };
    let number = number.to_string();
    let variables =
        [("old", old.as_str()), ("new", new.as_str()), ("name", name), ("number", number.as_str())];
    t.with(&id, &variables.map(|(name, value)| (name, Said::from(value))))
}

fn link(t: &Texts, world: &World, step: &Step) -> Option<String> {
    let is_there = matches!(step.verb, Verb::MoveToken | Verb::ReEnrol | Verb::Register);
    let door = world.doors.iter().find(|door| step.is_at(door));
    door.filter(|_| is_there).and_then(|door| words::manage(t, door))
}

fn heading(s: &Session<'_>, plan: &Plan, [old, new]: &[String; 2], shown: &[Shown]) -> String {
    let since = day(plan.since);
    let heading =
        say!(s.texts, "move-heading", old = old.as_str(), new = new.as_str(), date = since);
    let mut out = s.screen.heading(&heading);
    let count = |state| shown.iter().filter(|it| it.state == state).count();
    let skipped = count(State::Skipped);
    let done = count(State::Done);
    let progress = say!(s.texts, "move-progress", done = done, count = shown.len());
    out.push_str(&s.screen.paragraph(&progress));
    if skipped > 0 {
        out.push_str(&s.screen.paragraph(&say!(s.texts, "move-progress-skipped", count = skipped)));
    }
    out
}

/// What a person has to know before they touch anything.
fn warnings(s: &Session<'_>, [old, _]: &[String; 2], (hanging, shown): (&str, &[Shown])) -> String {
    let hangs = match hanging {
        "" => say!(s.texts, "move-hangs-nothing", old = old.as_str()),
        names => say!(s.texts, "move-hangs", old = old.as_str(), names = names),
    };
    let mut out = s.screen.paragraph(&hangs);
    let is_bound = |it: &&&Shown| it.verb == Verb::ReEnrol;
    let urgent: Vec<&Shown> = shown.iter().filter(|it| it.is_urgent && !it.is_settled()).collect();
    let names = |those: &mut dyn Iterator<Item = &&Shown>| -> Vec<String> {
        let mut names: Vec<String> = those.map(|it| it.name.clone()).collect();
        names.dedup();
        names
    };
    let and = say!(s.texts, "map-and");
    // What is bound to an app is said first: nobody can move it once the old thing is gone.
    let bound = names(&mut urgent.iter().filter(is_bound)).join(&and);
    if !bound.is_empty() {
        out.push_str(&s.screen.paragraph(&say!(
            s.texts,
            "move-bound",
            old = old.as_str(),
            names = bound
        )));
    }
    let others = names(&mut urgent.iter().filter(|it| !is_bound(it))).join(&and);
    if !others.is_empty() {
        let told = say!(s.texts, "move-urgent", old = old.as_str(), names = others);
        out.push_str(&s.screen.paragraph(&told));
    }
    out
}

/// What the map does not know, or has learned since the plan was made.
fn gaps(
    s: &Session<'_>,
    world: &World,
    plan: &Plan,
    (way, [old, _]): (Way, &[String; 2]),
) -> String {
    let losses = Losses::of(world);
    let mut out = String::new();
    let unsure = words::doors(s.texts, world, &unsure(&losses));
    if !unsure.is_empty() {
        let told = say!(s.texts, "move-unsure", old = old.as_str(), names = unsure);
        out.push_str(&s.screen.paragraph(&told));
    }
    let loose = world.loose.iter().filter(|it| it.kind == "token").count();
    if loose > 0 {
        out.push_str(&s.screen.paragraph(&say!(s.texts, "move-loose", count = loose)));
    }
    let missing = missing(&losses, way, &plan.steps).len();
    if missing > 0 {
        let things = [way.old, way.new].map(|at| match &world.things[at] {
            // What has no name is the only one of its kind.
            thing if thing.name.is_empty() => thing.kind.word().to_owned(),
            thing => words::typed(&thing.name),
        });
        let [from, to] = things;
        let told = say!(s.texts, "move-missing", count = missing, from = from, to = to);
        out.push_str(&s.screen.paragraph(&told));
    }
    out
}

/// The list of what to disable on the old thing, of what was moved.
fn to_disable(s: &Session<'_>, [old, _]: &[String; 2], shown: &[Shown]) -> String {
    let due: Vec<&Shown> = shown
        .iter()
        .filter(|it| it.is_left_on() || (it.is_off && it.state == State::Done))
        .collect();
    if due.is_empty() {
        return String::new();
    }
    let heading = say!(s.texts, "move-off-heading", old = old.as_str());
    let mut out = format!("\n{}\n", s.screen.paint(Style::Strong, &heading));
    for it in due {
        let tick = if it.is_off { Tick::Done } else { Tick::Open };
        let text = it.off.as_deref().unwrap_or_default();
        out.push_str(&Line { number: it.number, tick, text, link: None }.lines(s.screen));
    }
    out
}

/// The one thing to do next.
fn next(t: &Texts, shown: &[Shown]) -> String {
    let has = |is: &dyn Fn(&Shown) -> bool| shown.iter().any(is);
    let is_open = |it: &Shown| it.state == State::Open;
    let is_token = |it: &Shown| it.verb == Verb::HandOver && !it.is_counted;
    if has(&|it| it.state == State::Sent) {
        say!(t, "move-next-prove")
    } else if has(&|it| is_token(it) && is_open(it)) {
        say!(t, "move-next-send")
    } else if has(&|it| !it.verb.is_last() && is_open(it)) {
        say!(t, "move-next-done")
    } else if has(&Shown::is_left_on) {
        say!(t, "move-next-off")
    } else if has(&is_open) {
        let is_left_out = |it: &Shown| it.state == State::Skipped && !it.verb.is_last();
        let id = if has(&is_left_out) { "move-next-last-skipped" } else { "move-next-last" };
        t.get(id)
    } else {
        say!(t, "move-next-end")
    }
}
