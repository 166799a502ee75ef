// SPDX-License-Identifier: MIT OR Apache-2.0
//! The quarterly review: what has become weak, forgotten or doubtful since somebody last looked.

use super::facts::{Door, DoorKind, Method, Need, StandsFor, ThingKind, UseFor};
use super::known;
use super::losses::Losses;
use super::rule::Loss;

/// Backup codes of which no more than so many are left are few.
pub const FEW_CODES: u32 = 2;
/// A method that nobody proved for so long is doubtful.
const STALE_SECONDS: u64 = 365 * 86_400;
/// A token younger than this is not called unused.
const NEW_SECONDS: u64 = 90 * 86_400;

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Few backup codes are left.
    FewCodes {
        /// Of which door.
        door: usize,
        /// How many.
        left: u32,
    },
    /// One loss locks a door.
    NoSpare {
        /// Which door.
        door: usize,
        /// The loss, the likeliest one.
        thing: usize,
    },
    /// A door opens only from within a circle.
    Circle {
        /// Which door.
        door: usize,
    },
    /// Both factors live in one place.
    OnePlace {
        /// Of which door.
        door: usize,
        /// The word of the place, as of [`crate::schema::LIVES`].
        lives: String,
    },
    /// Nobody said where a passkey lives.
    UnknownPlace {
        /// Of which door.
        door: usize,
        /// Which method.
        method: usize,
    },
    /// Nobody said whether a passkey is synced.
    UnknownSync {
        /// Of which door.
        door: usize,
        /// Which method.
        method: usize,
    },
    /// The service offers passkeys, and none is on the map.
    OffersPasskeys {
        /// Which door.
        door: usize,
    },
    /// A bank's app: it cannot be moved to another phone.
    BoundToPhone {
        /// Of which door.
        door: usize,
        /// Which method.
        method: usize,
    },
    /// A token that was not used for a year, or never.
    UnusedToken {
        /// Of which door.
        door: usize,
        /// Which method.
        method: usize,
        /// When last, Unix seconds.
        last: Option<u64>,
    },
    /// A method that was last proven more than a year ago.
    Stale {
        /// Of which door.
        door: usize,
        /// Which method.
        method: usize,
        /// When last, Unix seconds.
        last: u64,
    },
    /// Methods still live on something lost.
    OnLostThing {
        /// Which door.
        door: usize,
        /// What was lost.
        thing: usize,
    },
    /// Something that belongs to no service.
    Loose {
        /// Its place in [`super::World::loose`].
        at: usize,
    },
}

/// The findings, those of the doors that matter most first.
#[must_use]
pub fn review(losses: &Losses<'_>, now: u64) -> Vec<Finding> {
    let mut findings = Vec::new();
    for at in losses.order() {
        let door = &losses.world().doors[*at];
        if door.kind == DoorKind::Vault {
            findings.extend(spare(losses, *at));
            continue;
        }
        for (method, of) in door.methods.iter().enumerate() {
            findings.extend(of_method((*at, method), of, now));
        }
        findings.extend(spare(losses, *at));
        findings.extend(one_place(losses, *at));
        findings.extend(on_lost_things(losses, *at));
        if offers_passkeys(door) && !door.methods.iter().any(|it| it.what == "passkey") {
            findings.push(Finding::OffersPasskeys { door: *at });
        }
    }
    findings.extend((0..losses.world().loose.len()).map(|at| Finding::Loose { at }));
    findings
}

/// Tells whether a door is one of a service that is known to offer passkeys.
#[must_use]
pub fn offers_passkeys(door: &Door) -> bool {
    door.known.as_deref().and_then(known::by_id).is_some_and(|it| it.has("passkey"))
}

fn of_method((door, method): (usize, usize), of: &Method, now: u64) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(left) = of.codes_left.filter(|left| *left <= FEW_CODES) {
        findings.push(Finding::FewCodes { door, left });
    }
    if of.what == "passkey" {
        if matches!(of.lives.as_str(), "" | "unknown") && of.needs.contains(&Need::Unknown) {
            findings.push(Finding::UnknownPlace { door, method });
        } else if matches!(of.lives.as_str(), "google" | "icloud" | "password-manager" | "device")
            && !matches!(of.synced.as_str(), "yes" | "no")
        {
            findings.push(Finding::UnknownSync { door, method });
        }
    }
    if of.what == "app-token" {
        findings.push(Finding::BoundToPhone { door, method });
    }
    let is_old = |since: u64, limit: u64| now.saturating_sub(since) > limit;
    match of.proven {
        last if of.what == "token" && of.lives == "this-vault" => {
            let is_new = of.since.is_some_and(|since| !is_old(since, NEW_SECONDS));
            if !is_new && last.is_none_or(|last| is_old(last, STALE_SECONDS)) {
                findings.push(Finding::UnusedToken { door, method, last });
            }
        }
        Some(last) if is_old(last, STALE_SECONDS) => {
            findings.push(Finding::Stale { door, method, last });
        }
        _ => {}
    }
    findings
}

fn spare(losses: &Losses<'_>, door: usize) -> Option<Finding> {
    if losses.outcome().is_in_circle(door, Loss::Nothing) {
        return Some(Finding::Circle { door });
    }
    let thing = *losses.hangs_on(door).first()?;
    if losses.outcome().is_in_circle(door, Loss::One(thing)) {
        return Some(Finding::Circle { door });
    }
    Some(Finding::NoSpare { door, thing })
}

/// A first and a second factor for every day that need the same place: whoever has that has both.
fn one_place(losses: &Losses<'_>, at: usize) -> Option<Finding> {
    let world = losses.world();
    let is_store = |need: &Need| match need {
        Need::Door(_) => true,
        Need::Thing(at) => matches!(
            world.things[*at as usize].kind,
            ThingKind::PasswordManager | ThingKind::Google | ThingKind::Icloud | ThingKind::Paper
        ),
        Need::Unknown => false,
    };
    let daily = |stands_for: StandsFor| {
        let methods = world.doors[at].methods.iter();
        methods.filter(move |it| it.stands_for == stands_for && it.use_for == UseFor::Daily)
    };
    for first in daily(StandsFor::First) {
        for second in daily(StandsFor::Second) {
            let shared = first.needs.iter().any(|it| is_store(it) && second.needs.contains(it));
            if shared {
                return Some(Finding::OnePlace { door: at, lives: second.lives.clone() });
            }
        }
    }
    None
}

fn on_lost_things(losses: &Losses<'_>, at: usize) -> Vec<Finding> {
    let world = losses.world();
    let mut lost: Vec<usize> = world.doors[at]
        .methods
        .iter()
        .flat_map(|it| &it.needs)
        .filter_map(|need| match need {
            Need::Thing(thing) => Some(*thing as usize),
            _ => None,
        })
        .filter(|thing| !world.things[*thing].is_held())
        .collect();
    lost.sort_unstable();
    lost.dedup();
    lost.into_iter().map(|thing| Finding::OnLostThing { door: at, thing }).collect()
}
