// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rule, against a reading of its ten lines that is as slow and as plain as possible: every set of doors is tried.

use kagifuda_vault::map::{
    Door, Held, Loss, Method, Need, Outcome, StandsFor, Thing, ThingKind, World,
};
use proptest::prelude::*;

const THINGS: u32 = 5;
const DOORS: u32 = 6;

fn need() -> impl Strategy<Value = Need> {
    prop_oneof![
        5 => (0..THINGS).prop_map(Need::Thing),
        5 => (0..DOORS).prop_map(Need::Door),
        1 => Just(Need::Unknown),
    ]
}

fn method() -> impl Strategy<Value = Method> {
    let stands_for = prop_oneof![
        3 => Just(StandsFor::First),
        3 => Just(StandsFor::Second),
        2 => Just(StandsFor::Both),
        1 => Just(StandsFor::Nothing),
    ];
    (stands_for, prop::collection::vec(need(), 0..3)).prop_map(|(stands_for, needs)| Method {
        what: "other".to_owned(),
        stands_for,

        needs,
        ..Method::default()
    })
}

fn door() -> impl Strategy<Value = Door> {
    prop::collection::vec(method(), 0..5).prop_map(|methods| Door { methods, ..Door::default() })
}

fn thing() -> impl Strategy<Value = Thing> {
    prop::bool::weighted(0.1).prop_map(|is_lost| Thing {
        state: if is_lost { Held::Lost } else { Held::Held },
        ..Thing::default()
    })
}

/// Fewer doors and things than needs may name: what is not there is never there.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let things = prop::collection::vec(thing(), 0..=THINGS as usize);
    let doors = prop::collection::vec(door(), 0..=DOORS as usize);
    (things, doors).prop_map(|(things, doors)| World { things, doors, loose: Vec::new() })
}

fn is_lost(loss: Loss, thing: usize) -> bool {
    match loss {
        Loss::Nothing => false,
        Loss::One(a) => a == thing,
        Loss::Two(a, b) => a == thing || b == thing,
    }
}

/// Line 3.
fn is_usable(world: &World, loss: Loss, open: &[bool], method: &Method) -> bool {
    method.needs.iter().all(|need| match need {
        Need::Thing(at) => {
            let at = *at as usize;
            at < world.things.len() && world.things[at].is_held() && !is_lost(loss, at)
        }
        Need::Door(at) => open.get(*at as usize) == Some(&true),
        Need::Unknown => false,
    })
}

/// Line 8, one by one.
fn ways_in(world: &World, loss: Loss, open: &[bool], door: &Door) -> usize {
    let usable: Vec<StandsFor> = door
        .methods
        .iter()
        .filter(|method| is_usable(world, loss, open, method))
        .map(|method| method.stands_for)
        .collect();
    let of = |wanted| usable.iter().filter(|it| **it == wanted).count();
    let asks_for_two = door.methods.iter().any(|it| it.stands_for == StandsFor::Second);
    let pairs = of(StandsFor::First) * if asks_for_two { of(StandsFor::Second) } else { 1 };
    of(StandsFor::Both) + pairs
}

/// Line 6.
fn opens(world: &World, loss: Loss, open: &[bool], door: &Door) -> bool {
    ways_in(world, loss, open, door) > 0
}

/// Line 7 and line 10: of all sets of doors, the intersection of those to which nothing needs to be added,
/// and the union of those from which nothing needs to be taken.
fn least_and_greatest(world: &World, loss: Loss) -> (Vec<bool>, Vec<bool>) {
    let count = world.doors.len();
    let (mut least, mut greatest) = (vec![true; count], vec![false; count]);
    for bits in 0..1_u32 << count {
        let set: Vec<bool> = (0..count).map(|at| bits >> at & 1 == 1).collect();
        let now: Vec<bool> =
            world.doors.iter().map(|door| opens(world, loss, &set, door)).collect();
        if (0..count).all(|at| set[at] || !now[at]) {
            least.iter_mut().zip(&set).for_each(|(least, is_in)| *least &= is_in);
        }
        if (0..count).all(|at| now[at] || !set[at]) {
            greatest.iter_mut().zip(&set).for_each(|(greatest, is_in)| *greatest |= is_in);
        }
    }
    (least, greatest)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_loss_of_every_small_world_comes_out_as_the_ten_lines_say(world in world()) {
        let outcome = Outcome::of(&world);
        let all: Vec<Loss> = outcome.losses().collect();
        let things = world.things.len();
        prop_assert_eq!(all.len(), 1 + things + things * things.saturating_sub(1) / 2);
        for loss in all {
            let (least, greatest) = least_and_greatest(&world, loss);
            for (at, door) in world.doors.iter().enumerate() {
                prop_assert_eq!(outcome.is_open(at, loss), least[at], "door {} after {:?}", at, loss);
                let is_in_circle = greatest[at] && !least[at];
                prop_assert_eq!(outcome.is_in_circle(at, loss), is_in_circle, "{} {:?}", at, loss);
                let is_single = ways_in(&world, loss, &least, door) == 1;
                prop_assert_eq!(outcome.has_one_way(at, loss), is_single, "{} {:?}", at, loss);
            }
        }
    }

    #[test]
    fn a_loss_opens_nothing_and_one_more_opens_nothing_either(world in world()) {
        let outcome = Outcome::of(&world);
        for loss in outcome.losses() {
            let Loss::Two(a, b) = loss else { continue };
            for door in 0..world.doors.len() {
                let both = outcome.is_open(door, loss);
                for one in [a, b] {
                    prop_assert!(!both || outcome.is_open(door, Loss::One(one)));
                    prop_assert!(!outcome.is_open(door, Loss::One(one)) || outcome.is_open(door, Loss::Nothing));
                }
                prop_assert_eq!(both, outcome.is_open(door, Loss::Two(b, a)), "in either order");
            }
        }
    }
}

/// More losses than fit a machine word, with a door for each thing.
#[test]
fn losses_beyond_one_machine_word_keep_their_places() {
    const MANY: u32 = 30;
    let things = (0..MANY).map(|_| Thing { kind: ThingKind::Key, ..Thing::default() });
    let method = |at: u32| Method {
        what: "passkey".to_owned(),
        lives: "key".to_owned(),
        stands_for: StandsFor::Both,
        needs: vec![Need::Thing(at)],
        ..Method::default()
    };
    let door = |at: u32| Door {
        name: at.to_string(),

        // Each door opens with its own key or the next one's.
        methods: vec![method(at), method((at + 1) % MANY)],
        ..Door::default()
    };
    let world =
        World { things: things.collect(), doors: (0..MANY).map(door).collect(), loose: Vec::new() };
    let outcome = Outcome::of(&world);
    for loss in outcome.losses() {
        for door in 0..MANY as usize {
            let keys = [door, (door + 1) % MANY as usize];
            let left = keys.into_iter().filter(|key| !is_lost(loss, *key)).count();
            assert_eq!(outcome.is_open(door, loss), left > 0, "{door} {loss:?}");
            assert_eq!(outcome.has_one_way(door, loss), left == 1, "{door} {loss:?}");
        }
    }
}
