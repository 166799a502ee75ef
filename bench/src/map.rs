// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map of a large household: every single and double loss, worked out while a person waits for nothing.

use kagifuda_vault::map::{
    Door, DoorKind, Losses, Method, Need, StandsFor, Thing, ThingKind, World,
};

use crate::scale::{Report, best_of, millis};

/// Services, as the promise has them.
const SERVICES: u32 = 500;
/// Things: phones, keys, papers and accounts of a large household.
const THINGS: u32 = 60;

/// Measures all losses of 500 services.
pub(crate) fn measure(report: &mut Report) {
    let world = household();
    let time = best_of(9, || Losses::of(&world).pairs());
    let what = format!("map of {SERVICES} services, {THINGS} things: all single and double losses");
    report.bound(&what, millis(time), 50.0, "ms");
}

/// Services that hang on things, on the vault, and on each other in long chains.
fn household() -> World {
    let kinds = ThingKind::ALL;
    let things = (0..THINGS).map(|at| Thing {
        kind: kinds[at as usize % kinds.len()],
        name: at.to_string(),
        ..Thing::default()
    });
    let mut vault = door(0);
    vault.kind = DoorKind::Vault;
    vault.methods = vec![
        method(StandsFor::First, vec![Need::Thing(1)]),
        method(StandsFor::First, vec![Need::Thing(4)]),
        method(StandsFor::Second, vec![Need::Thing(12)]),
        method(StandsFor::Second, vec![Need::Thing(13)]),
    ];
    let services = (1..=SERVICES).map(|at| {
        let mut door = door(at);
        door.methods = vec![
            method(StandsFor::First, vec![Need::Thing(at % THINGS)]),
            method(StandsFor::First, vec![Need::Door(at / 2)]),
            method(StandsFor::Second, vec![Need::Door(0)]),
            method(StandsFor::Second, vec![Need::Thing((at * 7) % THINGS), Need::Thing(0)]),
            method(StandsFor::Both, vec![Need::Door(at % SERVICES + 1), Need::Thing(3)]),
        ];
        door
    });
    World {
        things: things.collect(),
        doors: std::iter::once(vault).chain(services).collect(),
        loose: Vec::new(),
    }
}

fn door(at: u32) -> Door {
    Door { name: format!("service {at:03}"), ..Door::default() }
}

fn method(stands_for: StandsFor, needs: Vec<Need>) -> Method {
    Method { what: "password".to_owned(), stands_for, needs, ..Method::default() }
}
