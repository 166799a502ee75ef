// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map --change-password`: what a new password changes at a service, what it leaves as it was, and what to check.
//!
//! What services do on a password change differs and is rarely written down, so this says what holds everywhere and
//! lets the rest be checked at the service's own page.

use kagifuda_vault::map::{Loss, Losses, Need};
use serde_json::json;

use super::{pick_door, words};
use crate::fault::Fault;
use crate::run::json::page;
use crate::run::session::Session;
use crate::say;

/// Shows what to check.
pub(super) fn show(
    s: &mut Session<'_>,
    losses: &Losses<'_>,
    service: &str,
    json: bool,
) -> Result<(), Fault> {
    let at = pick_door(s, losses, service)?;
    let (t, world) = (s.texts, losses.world());
    let door = &world.doors[at];
    let through = leading_through(losses, at);
    if json {
        let stays: Vec<&str> = door
            .methods
            .iter()
            .filter(|it| it.what != "password")
            .map(|it| it.what.as_str())
            .collect();
        return s.print(&page(json!({
            "service": door.name,
            "stays": stays,
            "opened_through_it": super::shape::names(losses, &through),
        })));
    }
    let has = |what: &str| door.methods.iter().any(|it| it.what == what);
    let mut lines = vec![say!(t, "map-change-before")];
    if let Some(way) = words::way_in(t, losses, at, Loss::Nothing) {
        lines.push(say!(t, "map-change-way", way = way));
    }
    lines.push(say!(t, "map-change-sessions"));
    lines.push(if has("passkey") {
        say!(t, "map-change-passkeys")
    } else {
        say!(t, "map-change-passkeys-unknown")
    });
    if has("token") || has("security-key") || has("backup-codes") {
        lines.push(say!(t, "map-change-second"));
    }
    lines.push(say!(t, "map-change-apps"));
    let places: Vec<String> = door
        .methods
        .iter()
        .filter(|it| it.what == "password")
        .map(|it| words::lives(t, world, at, it))
        .collect();
    if places.is_empty() {
        lines.push(say!(t, "map-change-store-unknown"));
    } else {
        lines.push(say!(t, "map-change-store", places = places.join(&say!(t, "map-and"))));
    }
    if !through.is_empty() {
        let names = words::doors(t, world, &through);
        lines.push(say!(t, "map-change-through", names = names));
    }
    let heading = say!(t, "map-change-heading", name = words::door(t, door));
    let mut out = s.screen.heading(&heading);
    for (at, line) in lines.iter().enumerate() {
        out.push_str(&s.screen.point(&format!("{}. ", at + 1), line));
    }
    if let Some(link) = words::manage(t, door) {
        out.push_str(&link);
        out.push('\n');
    }
    s.print(&out)
}

/// The services that are opened through this one.
fn leading_through(losses: &Losses<'_>, at: usize) -> Vec<usize> {
    let is_it = |need: &Need| matches!(need, Need::Door(door) if *door as usize == at);
    let doors = &losses.world().doors;
    let through = losses.order().iter().copied().filter(|other| {
        *other != at && doors[*other].methods.iter().any(|it| it.needs.iter().any(is_it))
    });
    through.collect()
}
