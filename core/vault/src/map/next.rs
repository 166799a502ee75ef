// SPDX-License-Identifier: MIT OR Apache-2.0
//! What to do next: for each door, what is worst about it and the one step that helps most; of all steps
//! those of the doors that matter most.
//!
//! Worst is a door the map cannot see into, then one that a single loss locks, then one with a single way in. A step
//! is proposed only where the service offers it, or where we do not know what it offers.

use std::collections::BTreeSet;

use super::facts::{DoorKind, Method, Need, StandsFor, ThingKind, UseFor, World};
use super::known;
use super::losses::Losses;
use super::rule::Loss;

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say where the passwords of these services are kept: none is on the map.
    SayWherePasswords {
        /// The services.
        doors: Vec<usize>,
    },
    /// Say where a method lives: without it the door does not open on the map.
    SayWhere {
        /// Which door.
        door: usize,
        /// Which of its methods.
        method: usize,
    },
    /// Enter how one gets in at all.
    AddMethods {
        /// Which door.
        door: usize,
    },
    /// Get in again: what it needs is lost.
    Recover {
        /// Which door.
        door: usize,
    },
    /// Keep a copy of the vault in another place than this PC.
    CopyVault,
    /// Add another way to open the vault.
    AddWayToOpen {
        /// The thing it hangs on.
        thing: usize,
    },
    /// Give a door a way in that does not lead through itself.
    BreakCircle {
        /// Which door.
        door: usize,
        /// The loss that leaves it there, if it takes one.
        thing: Option<usize>,
    },
    /// Give a door a spare for the day a thing is lost.
    Spare {
        /// Which door.
        door: usize,
        /// The thing it hangs on, the likeliest to be lost.
        thing: usize,
        /// How.
        remedy: Remedy,
    },
    /// Give a door a second way in.
    SecondWay {
        /// Which door.
        door: usize,
        /// How.
        remedy: Remedy,
    },
}

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Fetch backup codes and put them on paper.
    BackupCodes,
    /// Register another security key.
    AnotherKey,
    /// Register a passkey that lives elsewhere.
    Passkey,
    /// Register an e-mail address for recovery.
    RecoveryMail,
    /// Keep the password in a second place.
    PasswordElsewhere,
    /// Register another second factor of any kind.
    AnotherSecond,
}

/// At most `limit` steps, those of the doors that matter most first. Each is chosen as if those before it were done: a
/// copy of the vault may be all that a service lacks whose tokens are in it.
#[must_use]
pub fn steps(losses: &Losses<'_>, limit: usize) -> Vec<Step> {
    let mut world = losses.world().clone();
    let (mut steps, mut done) = (Vec::new(), BTreeSet::new());
    while steps.len() < limit {
        let Some((door, step)) = next_of(&Losses::of(&world), &done) else { break };
        match &step {
            // Where they are kept decides what is lacking besides: that is asked again then.
            Step::SayWherePasswords { doors } => done.extend(doors.iter().copied()),
            _ => {
                done.insert(door);
            }
        }
        do_it(&mut world, door, &step);
        steps.push(step);
    }
    steps
}

/// The step of the door that matters most of those not yet dealt with.
fn next_of(losses: &Losses<'_>, done: &BTreeSet<usize>) -> Option<(usize, Step)> {
    let mut blind = without_password(losses);
    blind.retain(|door| !done.contains(door));
    let left = losses.order().iter().copied().filter(|door| !done.contains(door));
    let mut steps = left.filter_map(|door| {
        let is_blind = blind.contains(&door);
        let step = if is_blind {
            Some(Step::SayWherePasswords { doors: blind.clone() })
        } else {
            step_of(losses, door)
        };
        Some((door, step?))
    });
    steps.next()
}

/// Does a step in a world of its own: what it adds needs nothing that could be lost.
fn do_it(world: &mut World, door: usize, step: &Step) {
    let stands_for = match step {
        Step::CopyVault => StandsFor::First,
        Step::AddWayToOpen { .. } => StandsFor::Second,
        Step::BreakCircle { .. } | Step::Spare { .. } | Step::SecondWay { .. } => StandsFor::Both,
        // What is found out or got back again is not known before.
        Step::SayWherePasswords { .. }
        | Step::SayWhere { .. }
        | Step::AddMethods { .. }
        | Step::Recover { .. } => return,
    };
    world.doors[door].methods.push(Method {
        stands_for,
        use_for: UseFor::Fallback,
        ..Method::default()
    });
}

/// The services that ask for a second factor and of whose first nothing is on the map.
fn without_password(losses: &Losses<'_>) -> Vec<usize> {
    let is_blind = |at: &usize| {
        let door = &losses.world().doors[*at];
        door.kind == DoorKind::Service
            && door.asks_for_two()
            && !door
                .methods
                .iter()
                .any(|it| it.stands_for.is_first() && it.use_for == UseFor::Daily)
    };
    losses.order().iter().copied().filter(is_blind).collect()
}

/// The step that helps a door most.
fn step_of(losses: &Losses<'_>, at: usize) -> Option<Step> {
    let (world, outcome) = (losses.world(), losses.outcome());
    let door = &world.doors[at];
    if !outcome.is_open(at, Loss::Nothing) {
        return Some(shut(losses, at));
    }
    if let Some(thing) = losses.hangs_on(at).first().copied() {
        return Some(match (door.kind, world.things[thing].kind) {
            (DoorKind::Vault, ThingKind::Sheet | ThingKind::Passphrase) => {
                Step::AddWayToOpen { thing }
            }
            (DoorKind::Vault, _) => Step::CopyVault,
            _ if outcome.is_in_circle(at, Loss::One(thing)) => {
                Step::BreakCircle { door: at, thing: Some(thing) }
            }
            _ => Step::Spare { door: at, thing, remedy: remedy(losses, at, Loss::One(thing)) },
        });
    }
    if door.kind == DoorKind::Service && outcome.has_one_way(at, Loss::Nothing) {
        return Some(Step::SecondWay { door: at, remedy: remedy(losses, at, Loss::Nothing) });
    }
    None
}

/// Why a door does not open now.
fn shut(losses: &Losses<'_>, at: usize) -> Step {
    let door = &losses.world().doors[at];
    if losses.outcome().is_in_circle(at, Loss::Nothing) {
        return Step::BreakCircle { door: at, thing: None };
    }
    let is_unknown = |needs: &[Need]| needs.contains(&Need::Unknown);
    let matters =
        |it: &super::Method| it.stands_for != StandsFor::Nothing && it.codes_left != Some(0);
    let unknown = door.methods.iter().position(|it| matters(it) && is_unknown(&it.needs));
    match unknown {
        Some(method) => Step::SayWhere { door: at, method },
        None if door.methods.iter().all(|it| it.stands_for == StandsFor::Nothing) => {
            Step::AddMethods { door: at }
        }
        None => Step::Recover { door: at },
    }
}

/// What a door lacks after a loss, and how to come by it.
#[must_use]
pub fn remedy(losses: &Losses<'_>, at: usize, loss: Loss) -> Remedy {
    let door = &losses.world().doors[at];
    let left = losses.usable(at, loss);
    let has = |is: fn(StandsFor) -> bool| left.iter().any(|it| is(door.methods[*it].stands_for));
    let known = door.known.as_deref().and_then(known::by_id);
    let offers = |what: &str| known.is_some_and(|known| known.has(what));
    let may = |what: &str| known.is_none_or(|known| known.has(what));
    let holds = |what: &str| door.methods.iter().any(|it| it.what == what);
    let (first, second) = (has(StandsFor::is_first), has(StandsFor::is_second));
    let asks_for_two = door.asks_for_two();
    // With one way in, it is the second factor that most services give a spare for.
    let lacks_second = asks_for_two && (!second || (first && loss == Loss::Nothing));
    if lacks_second && !holds("backup-codes") && may("backup-codes") {
        return Remedy::BackupCodes;
    }
    if holds("security-key") || (holds("passkey") && !offers("passkey")) {
        return Remedy::AnotherKey;
    }
    if offers("passkey") {
        return Remedy::Passkey;
    }
    if lacks_second {
        return if offers("security-key") { Remedy::AnotherKey } else { Remedy::AnotherSecond };
    }
    if !holds("email") && may("email") { Remedy::RecoveryMail } else { Remedy::PasswordElsewhere }
}
