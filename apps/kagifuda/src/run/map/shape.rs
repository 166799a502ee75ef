// SPDX-License-Identifier: MIT OR Apache-2.0
//! The shapes of `map --json`, as `docs/manual/json.md` describes them: members are added, never renamed or removed.

use kagifuda_vault::ItemId;
use kagifuda_vault::map::{
    Door, DoorKind, Importance, Loss, Losses, Method, Need, StandsFor, Thing, UseFor,
};
use serde_json::{Value, json};

use crate::term::date::rfc3339;

/// The whole map: these services, every thing, and pairs of things.
pub(super) fn map(losses: &Losses<'_>, doors: &[usize]) -> Value {
    let world = losses.world();
    let services: Vec<Value> = doors.iter().map(|at| door(losses, *at)).collect();
    let things: Vec<Value> = losses.things().into_iter().map(|at| thing(losses, at)).collect();
    let pairs: Vec<Value> = losses
        .pairs()
        .into_iter()
        .filter_map(|hit| match hit.loss {
            Loss::Two(a, b) => Some(json!({
                "things": [world.things[a].key(), world.things[b].key()],
                "locks": names(losses, &hit.locked),
            })),
            _ => None,
        })
        .collect();
    let loose: Vec<Value> =
        world.loose.iter().map(|it| json!({ "kind": it.kind, "name": it.name })).collect();
    json!({ "services": services, "things": things, "pairs": pairs, "loose": loose })
}

fn id(item: Option<[u8; 16]>) -> Value {
    item.map_or(Value::Null, |item| json!(ItemId(item).to_string()))
}

/// The names of doors; the vault's is empty.
pub(super) fn names(losses: &Losses<'_>, doors: &[usize]) -> Vec<String> {
    doors.iter().map(|at| losses.world().doors[*at].name.clone()).collect()
}

fn door(losses: &Losses<'_>, at: usize) -> Value {
    let (world, outcome) = (losses.world(), losses.outcome());
    let door = &world.doors[at];
    let hangs_on: Vec<String> =
        losses.hangs_on(at).into_iter().map(|thing| world.things[thing].key()).collect();
    let methods: Vec<Value> = door.methods.iter().map(|it| method(losses, it)).collect();
    json!({
        "kind": match door.kind {
            DoorKind::Vault => "vault",
            DoorKind::Service => "service",
        },
        "id": id(door.item),
        "name": door.name,
        "importance": match door.importance {
            Importance::High => "high",
            Importance::Normal => "normal",
            Importance::Low => "low",
        },
        "reachable": outcome.is_open(at, Loss::Nothing),
        "one_way": outcome.has_one_way(at, Loss::Nothing),
        "circle": outcome.is_in_circle(at, Loss::Nothing),
        "hangs_on": hangs_on,
        "methods": methods,
    })
}

fn method(losses: &Losses<'_>, method: &Method) -> Value {
    let needs: Vec<Value> = method.needs.iter().map(|it| need(losses, *it)).collect();
    json!({
        "id": id(method.item),
        "name": method.name,
        "what": method.what,
        "lives": method.lives,
        "stands_for": match method.stands_for {
            StandsFor::First => "first",
            StandsFor::Second => "second",
            StandsFor::Both => "both",
            StandsFor::Nothing => "nothing",
        },
        "fallback": method.use_for == UseFor::Fallback,
        "needs": needs,
        "synced": method.synced,
        "proven": method.proven.map(rfc3339),
        "codes_left": method.codes_left,
    })
}

fn need(losses: &Losses<'_>, need: Need) -> Value {
    let world = losses.world();
    match need {
        Need::Thing(at) => {
            json!({ "thing": world.things.get(at as usize).map(Thing::key) })
        }
        Need::Door(at) => {
            let door: Option<&Door> = world.doors.get(at as usize);
            match door.map(|door| door.kind) {
                Some(DoorKind::Vault) => json!({ "vault": true }),
                _ => json!({ "service": door.map(|door| door.name.clone()) }),
            }
        }
        Need::Unknown => json!({ "unknown": true }),
    }
}

fn thing(losses: &Losses<'_>, at: usize) -> Value {
    let thing = &losses.world().things[at];
    let hit = losses.hit(Loss::One(at));
    json!({
        "key": thing.key(),
        "kind": thing.kind.word(),
        "id": id(thing.item),
        "name": thing.name,
        "lost": !thing.is_held(),
        "locks": names(losses, &hit.locked),
        "leaves_one_way": names(losses, &hit.single),
        "circle": names(losses, &hit.circle),
    })
}
