// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map --review`: what to look at every quarter, by kind of weakness, each with what to do about it.

use kagifuda_linux::clock::Moment;
use kagifuda_vault::map::Losses;
use kagifuda_vault::map::review::{Finding, review};
use serde_json::{Value, json};

use super::words;
use crate::fault::Fault;
use crate::run::json::page;
use crate::run::session::Session;
use crate::say;
use crate::term::date::{day, rfc3339};
use crate::term::width::harmless;
use crate::text::Texts;

/// Shows the findings, the same kinds together.
pub(super) fn show(s: &mut Session<'_>, losses: &Losses<'_>, json: bool) -> Result<(), Fault> {
    let now = Moment::now().unix_millis / 1000;
    let findings = review(losses, now);
    if json {
        let list: Vec<Value> = findings.iter().map(|it| shape(losses, it)).collect();
        return s.print(&page(json!({ "findings": list })));
    }
    if findings.is_empty() {
        let told = say!(s.texts, "map-review-none");
        s.tell(&told);
        return Ok(());
    }
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|it| rank(it));
    let mut out = String::new();
    let mut last = None;
    for finding in sorted {
        if last != Some(rank(finding)) {
            let gap = if last.is_some() { "\n" } else { "" };
            last = Some(rank(finding));
            out.push_str(gap);
            out.push_str(&s.screen.heading(&heading(s.texts, finding)));
        }
        out.push_str(&s.screen.point("  ", &line(s.texts, losses, finding)));
    }
    s.print(&out)
}

/// The order of kinds, the gravest first.
const fn rank(finding: &Finding) -> u8 {
    match finding {
        Finding::Circle { .. } => 0,
        Finding::NoSpare { .. } => 1,
        Finding::OnLostThing { .. } => 2,
        Finding::FewCodes { .. } => 3,
        Finding::OnePlace { .. } => 4,
        Finding::UnknownPlace { .. } => 5,
        Finding::UnknownSync { .. } => 6,
        Finding::OffersPasskeys { .. } => 7,
        Finding::BoundToPhone { .. } => 8,
        Finding::UnusedToken { .. } => 9,
        Finding::Stale { .. } => 10,
        Finding::Loose { .. } => 11,
    }
}

fn heading(t: &Texts, finding: &Finding) -> String {
    match finding {
        Finding::Circle { .. } => say!(t, "map-review-circle"),
        Finding::NoSpare { .. } => say!(t, "map-review-no-spare"),
        Finding::OnLostThing { .. } => say!(t, "map-review-on-lost"),
        Finding::FewCodes { .. } => say!(t, "map-review-few-codes"),
        Finding::OnePlace { .. } => say!(t, "map-review-one-place"),
        Finding::UnknownPlace { .. } => say!(t, "map-review-unknown-place"),
        Finding::UnknownSync { .. } => say!(t, "map-review-unknown-sync"),
        Finding::OffersPasskeys { .. } => say!(t, "map-review-offers-passkeys"),
        Finding::BoundToPhone { .. } => say!(t, "map-review-bound"),
        Finding::UnusedToken { .. } => say!(t, "map-review-unused"),
        Finding::Stale { .. } => say!(t, "map-review-stale"),
        Finding::Loose { .. } => say!(t, "map-review-loose"),
    }
}

fn line(t: &Texts, losses: &Losses<'_>, finding: &Finding) -> String {
    let world = losses.world();
    let door = |at: usize| words::door(t, &world.doors[at]);
    let thing = |at: usize| words::thing(t, &world.things[at]);
    let method = |door: usize, at: usize| words::what(t, &world.doors[door].methods[at]);
    let pair = |name: String, more: String| say!(t, "map-review-pair", name = name, more = more);
    match finding {
        Finding::Circle { door: at } => door(*at),
        Finding::NoSpare { door: at, thing: on } | Finding::OnLostThing { door: at, thing: on } => {
            pair(door(*at), thing(*on))
        }
        Finding::FewCodes { door: at, left } => {
            pair(door(*at), say!(t, "map-review-left", count = *left))
        }
        Finding::OnePlace { door: at, lives } => {
            let place = t.find(&format!("item-word-{lives}")).unwrap_or_default();
            pair(door(*at), place)
        }
        Finding::UnknownPlace { door: at, method: of }
        | Finding::BoundToPhone { door: at, method: of } => pair(door(*at), method(*at, *of)),
        Finding::UnknownSync { door: at, method: of } => {
            let it = &world.doors[*at].methods[*of];
            pair(door(*at), words::method(t, world, *at, it))
        }
        Finding::OffersPasskeys { door: at } => {
            let link = words::manage(t, &world.doors[*at]).unwrap_or_default();
            pair(door(*at), link)
        }
        Finding::UnusedToken { door: at, method: of, last } => {
            let name = harmless(&world.doors[*at].methods[*of].name);
            let when = match last {
                Some(last) => say!(t, "map-review-last", date = day(*last)),
                None => say!(t, "map-review-never"),
            };
            pair(if name.is_empty() { door(*at) } else { name }, when)
        }
        Finding::Stale { door: at, method: of, last } => {
            let when = say!(t, "map-review-last", date = day(*last));
            let it = &world.doors[*at].methods[*of];
            let name = format!("{}, {}", door(*at), words::method(t, world, *at, it));
            pair(name, when)
        }
        Finding::Loose { at } => harmless(&world.loose[*at].name),
    }
}

fn shape(losses: &Losses<'_>, finding: &Finding) -> Value {
    let world = losses.world();
    let about = |kind: &str, door: usize, method: Option<usize>, thing: Option<usize>| {
        json!({
            "finding": kind,
            "service": world.doors[door].name,
            "method": method.map(|at| world.doors[door].methods[at].what.clone()),
            "thing": thing.map(|at| world.things[at].key()),
        })
    };
    let with = |mut value: Value, name: &str, more: Value| {
        value[name] = more;
        value
    };
    match finding {
        Finding::Circle { door } => about("circle", *door, None, None),
        Finding::NoSpare { door, thing } => about("no-spare", *door, None, Some(*thing)),
        Finding::OnLostThing { door, thing } => about("on-lost-thing", *door, None, Some(*thing)),
        Finding::FewCodes { door, left } => {
            with(about("few-codes", *door, None, None), "left", json!(left))
        }
        Finding::OnePlace { door, lives } => {
            with(about("one-place", *door, None, None), "lives", json!(lives))
        }
        Finding::UnknownPlace { door, method } => {
            about("unknown-place", *door, Some(*method), None)
        }
        Finding::UnknownSync { door, method } => about("unknown-sync", *door, Some(*method), None),
        Finding::OffersPasskeys { door } => about("offers-passkeys", *door, None, None),
        Finding::BoundToPhone { door, method } => {
            about("bound-to-phone", *door, Some(*method), None)
        }
        Finding::UnusedToken { door, method, last } => {
            let value = about("unused-token", *door, Some(*method), None);
            with(value, "last", json!(last.map(rfc3339)))
        }
        Finding::Stale { door, method, last } => {
            with(about("stale", *door, Some(*method), None), "last", json!(rfc3339(*last)))
        }
        Finding::Loose { at } => {
            let it = &world.loose[*at];
            json!({ "finding": "loose", "kind": it.kind, "name": it.name })
        }
    }
}
