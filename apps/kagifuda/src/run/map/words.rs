// SPDX-License-Identifier: MIT OR Apache-2.0
//! Things, doors and methods in words.

use kagifuda_vault::map::{
    Door, DoorKind, Loss, Losses, Method, Need, StandsFor, Thing, ThingKind, UseFor, World, known,
};

use crate::say;
use crate::term::width::harmless;
use crate::text::Texts;

/// What a thing is called: what it is, and its name where it has one.
pub(in crate::run) fn thing(texts: &Texts, thing: &Thing) -> String {
    let kind = texts.get(&format!("map-thing-{}", thing.kind.word()));
    if thing.name.is_empty() {
        return kind;
    }
    say!(texts, "map-thing-named", kind = kind, name = harmless(&thing.name))
}

/// What a thing may be searched by.
pub(super) fn of_thing(texts: &Texts, thing: &Thing) -> Vec<String> {
    let kind = texts.get(&format!("map-thing-{}", thing.kind.word()));
    let whole = format!("{kind} {}", thing.name);
    let mut words = vec![thing.name.clone(), kind, thing.kind.word().to_owned(), whole];
    words.retain(|word| !word.is_empty());
    words
}

/// What a door is called.
pub(in crate::run) fn door(texts: &Texts, door: &Door) -> String {
    match door.kind {
        DoorKind::Vault => say!(texts, "map-this-vault"),
        DoorKind::Service => harmless(&door.name),
    }
}

/// The names of several doors, in a row; of many, the first.
pub(in crate::run) fn doors(texts: &Texts, world: &World, doors: &[usize]) -> String {
    const MANY: usize = 12;
    let shown = doors.iter().take(MANY).map(|at| door(texts, &world.doors[*at]));
    let mut names = shown.collect::<Vec<_>>().join(&say!(texts, "map-and"));
    if doors.len() > MANY {
        names = say!(texts, "map-and-more", names = names, count = doors.len() - MANY);
    }
    names
}

/// A name as it is typed after a command: in quotes, without what would end them or mean something to a shell.
pub(in crate::run) fn typed(name: &str) -> String {
    let plain = |c: &char| !matches!(c, '"' | '\\' | '$' | '`' | '!');
    format!("\"{}\"", harmless(name).chars().filter(plain).collect::<String>())
}

/// What kind of method it is.
pub(super) fn what(texts: &Texts, method: &Method) -> String {
    match method.what.as_str() {
        "way" => say!(texts, "map-way"),
        "" => say!(texts, "map-unsaid"),
        word => texts.find(&format!("item-word-{word}")).unwrap_or_else(|| harmless(word)),
    }
}

/// Where a method lives: what it needs, without the account that is the door itself.
pub(super) fn lives(texts: &Texts, world: &World, at: usize, method: &Method) -> String {
    needs(texts, (world, at, method), &self::thing)
}

/// The same in a table, where what kind of thing it is stands beside it: by name where it has one.
pub(super) fn lives_short(texts: &Texts, world: &World, at: usize, method: &Method) -> String {
    needs(texts, (world, at, method), &|texts, thing| match thing.name.is_empty() {
        true => self::thing(texts, thing),
        false => harmless(&thing.name),
    })
}

fn needs(
    texts: &Texts,
    (world, at, method): (&World, usize, &Method),
    called: &dyn Fn(&Texts, &Thing) -> String,
) -> String {
    let own = &world.doors[at];
    let needs = method.needs.iter().filter_map(|need| match need {
        Need::Thing(thing) => {
            let it = &world.things[*thing as usize];
            let is_own =
                it.kind == ThingKind::Account && it.item == own.item && it.name == own.name;
            (!is_own).then(|| called(texts, it))
        }
        Need::Door(other) => Some(door(texts, &world.doors[*other as usize])),
        Need::Unknown if method.codes_left == Some(0) => Some(say!(texts, "map-used-up")),
        Need::Unknown => Some(say!(texts, "map-unsaid")),
    });
    needs.collect::<Vec<_>>().join(" + ")
}

/// A method in a few words, with where it lives.
pub(super) fn method(texts: &Texts, world: &World, door: usize, method: &Method) -> String {
    let (what, lives) = (what(texts, method), lives(texts, world, door, method));
    if method.what == "way" {
        return lives;
    }
    say!(texts, "map-method", what = what, lives = lives)
}

/// What a method stands for.
pub(super) fn stands_for(texts: &Texts, method: &Method) -> String {
    match (method.stands_for, method.use_for) {
        (StandsFor::First, UseFor::Daily) => say!(texts, "map-stands-first"),
        (StandsFor::Second, UseFor::Daily) => say!(texts, "map-stands-second"),
        (StandsFor::Both, UseFor::Daily) => say!(texts, "map-stands-alone"),
        (StandsFor::First, UseFor::Fallback) => say!(texts, "map-spare-first"),
        (StandsFor::Second, UseFor::Fallback) => say!(texts, "map-spare-second"),
        (StandsFor::Both, UseFor::Fallback) => say!(texts, "map-spare-alone"),
        (StandsFor::Nothing, _) => say!(texts, "map-stands-nothing"),
    }
}

/// A way in after a loss: one method that does, or one for each factor. `None` where there is none.
pub(super) fn way_in(texts: &Texts, losses: &Losses<'_>, at: usize, loss: Loss) -> Option<String> {
    let world = losses.world();
    if !losses.outcome().is_open(at, loss) {
        return None;
    }
    let of = &world.doors[at];
    let usable = losses.usable(at, loss);
    // What is used every day is tried before what is for emergencies.
    let find = |is: &dyn Fn(StandsFor) -> bool| {
        let mut fits: Vec<&Method> =
            usable.iter().map(|it| &of.methods[*it]).filter(|it| is(it.stands_for)).collect();
        fits.sort_by_key(|it| it.use_for);
        fits.first().map(|it| method(texts, world, at, it))
    };
    if let Some(alone) = find(&|it| it == StandsFor::Both) {
        return Some(alone);
    }
    let first = find(&|it| it == StandsFor::First)?;
    if !of.asks_for_two() {
        return Some(first);
    }
    let second = find(&|it| it == StandsFor::Second)?;
    Some(format!("{first} + {second}"))
}

/// Where a service's holder changes methods, with the month that was true in.
pub(in crate::run) fn manage(texts: &Texts, door: &Door) -> Option<String> {
    let known = door.known.as_deref().and_then(known::by_id)?;
    Some(say!(
        texts,
        "map-link",
        link = known.manage.as_str(),
        month = known::data().as_of.as_str()
    ))
}

/// Where to begin when locked out.
pub(super) fn recover(texts: &Texts, door: &Door) -> Option<String> {
    let known = door.known.as_deref().and_then(known::by_id)?;
    Some(say!(texts, "map-link", link = known.recover(), month = known::data().as_of.as_str()))
}
