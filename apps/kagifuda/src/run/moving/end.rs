// SPDX-License-Identifier: MIT OR Apache-2.0
//! The end of a move: the map is told where the methods live now, of what was proven or confirmed and of nothing else,
//! and the plan is put away. Doing it again after it was cut off changes nothing twice.

use std::collections::BTreeSet;

use kagifuda_linux::clock::Moment;
use kagifuda_vault::ItemId as Id;
use kagifuda_vault::map::moving::{Step, Verb};
use kagifuda_vault::map::{Door, Method, Need, Thing, ThingKind, World, same};

use super::plan::{Plan, State};
use super::{at_stake, called};
use crate::agent::failure::Failure;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{ItemId, ItemView, Reply, Request};
use crate::fault::Fault;
use crate::run::items::view;
use crate::run::map::words;
use crate::run::session::Session;
use crate::say;
use crate::term::width::harmless;

/// Writes what was moved to the map, and puts the plan away.
pub(super) fn finish(s: &mut Session<'_>, world: &World, plan: &Plan) -> Result<(), Fault> {
    let way = plan.way(world)?;
    let names = called(s, world, way);
    let doors = at_stake(s, world, plan, way);
    let open = plan.steps.iter().filter(|it| plan.state(it.0) != State::Done).count();
    let question = if doors.is_empty() {
        say!(s.texts, "move-end-question", old = names[0].as_str(), open = open)
    } else {
        say!(s.texts, "move-end-hanging-question", old = names[0].as_str(), names = doors)
    };
    s.confirm(&question)?;
    let ending = Ending { world, plan, old: &world.things[way.old], new: &world.things[way.new] };
    let moved = ending.methods(s)? + ending.tokens(s)?;
    ending.number(s)?;
    s.ask(&Request::RemoveItem { id: plan.id })?;
    let told = say!(s.texts, "move-ended", count = moved, new = names[1].as_str());
    s.tell(&told);
    if open == 0 && ending.old.kind == ThingKind::Phone {
        let old = words::typed(&ending.old.name);
        let told = say!(s.texts, "move-ended-old", old = old);
        s.tell(&told);
    }
    Ok(())
}

/// Puts the plan away and leaves the map as it is.
pub(super) fn abort(s: &mut Session<'_>, plan: &Plan) -> Result<(), Fault> {
    let question = say!(s.texts, "move-abort-question", name = harmless(&plan.called));
    s.confirm(&question)?;
    s.ask(&Request::RemoveItem { id: plan.id })?;
    let told = say!(s.texts, "move-aborted");
    s.tell(&told);
    Ok(())
}

struct Ending<'e> {
    world: &'e World,
    plan: &'e Plan,
    old: &'e Thing,
    new: &'e Thing,
}

impl Ending<'_> {
    /// Methods that lived on the old thing live on the new one. One that stands for several services has to be done at
    /// all of them.
    fn methods(&self, s: &mut Session<'_>) -> Result<usize, Fault> {
        let mut done: BTreeSet<Id> = BTreeSet::new();
        let mut left: BTreeSet<Id> = BTreeSet::new();
        for (number, step) in &self.plan.steps {
            let is_done = self.plan.state(*number) == State::Done;
            if let Some(method) = step.method {
                if is_done {
                    done.insert(method)
                } else {
                    left.insert(method)
                };
            }
        }
        let mut count = 0;
        for id in done.difference(&left) {
            if self.came_here(*id) {
                continue;
            }
            let id = ItemId(id.0);
            let view = match view(s, id, false) {
                // Removed since: there is nothing to move.
                Err(Fault::Agent(Failure::NoSuchItem { .. })) => continue,
                view => view?,
            };
            let is_on_old = self.is_on_old(id);
            let fields = match view.kind {
                Kind::Method if is_on_old => self.place(&view),
                // It is elsewhere already, by the holder's own word.
                Kind::Method => vec![proven()],
                Kind::BackupCodes if is_on_old => {
                    vec![Field::new(name::WHERE, FieldValue::Text(self.new.name.clone()))]
                }
                _ => continue,
            };
            s.ask(&Request::EditItem { id, fields })?;
            count += 1;
        }
        Ok(count)
    }

    /// Tells whether a token of the old thing is in this vault now, and was given to the new one by no code.
    fn came_here(&self, id: Id) -> bool {
        let is_it = |step: &&Step| step.method == Some(id) && step.verb == Verb::MoveToken;
        let mut steps = self.plan.steps.iter().map(|(_, step)| step);
        let Some(step) = steps.find(is_it) else { return false };
        let door = self.world.doors.iter().find(|door| step.is_at(door));
        let is_here = |method: &Method| method.what == "token" && method.since.is_some();
        door.is_some_and(|door| door.methods.iter().flat_map(Method::all).any(is_here))
    }

    fn is_on_old(&self, id: ItemId) -> bool {
        let methods = self.world.doors.iter().flat_map(|door| &door.methods);
        let mut methods = methods.flat_map(Method::all);
        methods.any(|it| it.item == Some(id.0) && self.needs(it, self.old))
    }

    fn needs(&self, method: &Method, thing: &Thing) -> bool {
        let key = thing.key();
        method.needs.iter().any(|need| match need {
            Need::Thing(at) => self.world.things[*at as usize].key() == key,
            _ => false,
        })
    }

    /// The fields that say where a method lives now.
    fn place(&self, view: &ItemView) -> Vec<Field> {
        let said = |wanted: &str| {
            let field = view.fields.iter().find(|field| field.name == wanted);
            match field.map(|field| &field.value) {
                Some(FieldValue::Text(text)) => text.as_str(),
                _ => "",
            }
        };
        let mut fields = vec![proven()];
        let (lives, what) = (said(name::LIVES), said(name::WHAT));
        match (self.new.item, self.new.kind) {
            (Some(item), kind) => {
                fields.push(Field::new(name::ITEM, FieldValue::Item(ItemId(item))));
                let usual = usual_place(kind);
                if !matches!(lives, "" | "google" | "icloud") && !usual.is_empty() {
                    fields.push(text(name::LIVES, usual));
                }
                if same::same(said(name::PROVIDER), &self.old.name) {
                    fields.push(Field::new(name::PROVIDER, FieldValue::Empty));
                }
            }
            // On this PC that is in the vault, and what cannot be there is not moved to it.
            (None, ThingKind::Pc) if matches!(what, "password" | "passkey" | "token") => {
                fields.push(Field::new(name::ITEM, FieldValue::Empty));
                fields.push(Field::new(name::PROVIDER, FieldValue::Empty));
                fields.push(text(name::LIVES, "this-vault"));
            }
            (None, ThingKind::Device) => {
                fields.push(Field::new(name::ITEM, FieldValue::Empty));
                fields.push(text(name::LIVES, "device"));
                fields.push(text(name::PROVIDER, &self.new.name));
            }
            _ => {}
        }
        fields
    }

    /// Tokens of this vault that the new thing was proven to have, too, are ways in of their own.
    fn tokens(&self, s: &mut Session<'_>) -> Result<usize, Fault> {
        let mut count = 0;
        for step in self.plan.steps_done() {
            let Some(fields) = self.second_place(s, step)? else { continue };
            s.ask(&Request::AddItem { kind: Kind::Method, fields })?;
            count += 1;
        }
        Ok(count)
    }

    fn second_place(&self, s: &mut Session<'_>, step: &Step) -> Result<Option<Vec<Field>>, Fault> {
        if step.verb != Verb::HandOver || step.method.is_some() {
            return Ok(None);
        }
        let door = self.world.doors.iter().find(|door| step.is_at(door));
        let (Some(item), Some(door)) = (self.new.item, door) else { return Ok(None) };
        let mut methods = door.methods.iter().flat_map(Method::all);
        if methods.any(|it| it.what == "token" && self.needs(it, self.new)) {
            return Ok(None);
        }
        let service = match door.item {
            Some(item) => ItemId(item),
            None => enter(s, door)?,
        };
        Ok(Some(vec![
            text(name::NAME, &format!("{} ({})", door.name, self.new.name)),
            Field::new(name::SERVICE, FieldValue::Item(service)),
            text(name::WHAT, "token"),
            text(name::LIVES, usual_place(self.new.kind)),
            Field::new(name::ITEM, FieldValue::Item(ItemId(item))),
            proven(),
        ]))
    }

    /// The number is that of the new phone, once its SIM is there.
    fn number(&self, s: &mut Session<'_>) -> Result<(), Fault> {
        let has_moved = self.plan.steps_done().iter().any(|step| step.verb == Verb::MoveSim);
        let (Some(old), Some(new)) = (self.old.item, self.new.item) else { return Ok(()) };
        if !has_moved || self.new.kind != ThingKind::Phone {
            return Ok(());
        }
        let number = |view: ItemView| {
            let fields = view.fields.into_iter().filter(|field| field.name == name::NUMBER);
            fields.map(|field| field.value).next()
        };
        let is_free = number(view(s, ItemId(new), false)?).is_none();
        if let (true, Some(number)) = (is_free, number(view(s, ItemId(old), false)?)) {
            let fields = vec![Field::new(name::NUMBER, number)];
            s.ask(&Request::EditItem { id: ItemId(new), fields })?;
        }
        Ok(())
    }
}

/// Enters a service that only a token has named so far, so that a method can belong to it.
fn enter(s: &mut Session<'_>, door: &Door) -> Result<ItemId, Fault> {
    let shown = format!(" ({})", door.account);
    let called = door.name.strip_suffix(&shown).unwrap_or(&door.name);
    let mut fields = vec![text(name::NAME, called)];
    if !door.account.is_empty() {
        fields.push(text(name::ACCOUNT, &door.account));
    }
    match s.ask(&Request::AddItem { kind: Kind::Service, fields })? {
        Reply::Added(id) => Ok(id),
        _ => Err(Fault::Internal),
    }
}

fn text(name: &str, text: &str) -> Field {
    Field::new(name, FieldValue::Text(text.to_owned()))
}

fn proven() -> Field {
    Field::new(name::PROVEN, FieldValue::Int(Moment::now().unix_millis / 1000))
}

/// Where what lives on a thing of a kind lives, in the schema's words.
const fn usual_place(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Phone => "phone-app",
        ThingKind::Key => "key",
        ThingKind::Stick => "device",
        _ => "",
    }
}
