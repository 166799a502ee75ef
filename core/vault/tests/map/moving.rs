// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moving: what the plan of a life is, and that no plan of any small world ever shuts a door.

use std::collections::BTreeMap;

use kagifuda_vault::ItemId;
use kagifuda_vault::map::moving::{
    Step, Verb, Way, after, lines, needs_old, plan, steps, still_hang_on,
};
use kagifuda_vault::map::{
    DoorKind, Held, Importance, Loss, Losses, Need, Outcome, ThingKind, World,
};
use kagifuda_vault::value::Value;
use proptest::prelude::*;

use crate::home::{Home, door, names, thing};
use crate::rule;

/// A person with an old phone on which nearly everything is, and a new one.
fn hana() -> Home {
    let mut home = Home::new();
    let phone = home.add("phone", &[("name", "Old"), ("number", "090-0000-0000")]);
    home.add("phone", &[("name", "New")]);
    let id = phone.to_string();
    let on_old: &[(&str, &str)] = &[("item", id.as_str())];
    home.add("method", &[("name", "My passwords"), ("what", "password"), ("lives", "memory")]);
    let bank = home.service("Bank");
    home.method(bank, ("app-token", ""), on_old);
    home.edit(bank, "importance", Value::Text("high".to_owned()));
    let mail = home.service("Example Mail");
    home.method(mail, ("token", "phone-app"), on_old);
    home.codes(mail, "drawer", 0);
    let shop = home.service("Shop");
    home.method(shop, ("passkey", "phone-app"), on_old);
    home.method(shop, ("sms", ""), on_old);
    let forum = home.service("Forum");
    home.method(forum, ("password", "phone-app"), on_old);
    home.edit(forum, "importance", Value::Text("low".to_owned()));
    let photos = home.service("Photos");
    home.method(photos, ("passkey", "google"), &[("synced", "yes")]);
    home.token("Inn", "hana");
    home
}

fn way(world: &World) -> Way {
    Way { old: thing(world, "phone Old"), new: thing(world, "phone New") }
}

fn told(world: &World, steps: &[Step]) -> Vec<String> {
    let name = |step: &Step| {
        let door = world.doors.iter().find(|door| step.is_at(door));
        door.map_or(String::new(), |door| format!(" {}", door.name))
    };
    steps.iter().map(|step| format!("{}{}", step.verb.word(), name(step))).collect()
}

#[test]
fn a_phone_is_moved_from_the_least_important_service_to_the_bank() {
    let world = hana().world();
    let losses = Losses::of(&world);
    let steps = plan(&losses, way(&world));
    let expected = [
        "carry-password Forum",
        "register Shop",
        "move-sim",
        "check-text Shop",
        "check-passkey Photos",
        "hand-over Inn",
        "move-token Example Mail",
        "re-enrol Bank",
        "sign-out",
        "wipe",
    ];
    assert_eq!(told(&world, &steps), expected);
    let urgent: Vec<Step> =
        steps.iter().filter(|step| needs_old(&losses, way(&world).old, step)).cloned().collect();
    // The forum and the shop open by nothing else, nor do the photos, should their passkey not have come along; the mail
    // has backup codes, but an app keeps its secret to itself.
    assert_eq!(
        told(&world, &urgent),
        [
            "carry-password Forum",
            "register Shop",
            "check-passkey Photos",
            "move-token Example Mail",
            "re-enrol Bank"
        ]
    );
}

#[test]
fn a_token_that_is_in_the_vault_and_in_the_old_app_is_one_step() {
    let mut home = hana();
    let inn = home.service("Inn");
    let old = ItemId(home.world().things[thing(&home.world(), "phone Old")].item.unwrap());
    let method = home.method(inn, ("token", "phone-app"), &[("item", &old.to_string())]);
    let world = home.world();
    let steps = plan(&Losses::of(&world), way(&world));
    let at_inn: Vec<&Step> =
        steps.iter().filter(|step| step.is_at(&world.doors[door(&world, "Inn")])).collect();
    let [step] = at_inn[..] else { panic!("{steps:?}") };
    assert_eq!((step.verb, step.method), (Verb::HandOver, Some(method)));
    assert!(step.token.is_some() && step.is_proven_by_code());
}

#[test]
fn what_takes_no_tokens_is_given_none() {
    let mut home = hana();
    home.add("key", &[("name", "Green")]);
    let world = home.world();
    let old = thing(&world, "phone Old");
    for new in ["key Green", "pc"] {
        let steps = plan(&Losses::of(&world), Way { old, new: thing(&world, new) });
        assert!(steps.iter().all(|step| step.verb != Verb::HandOver), "{new}: {steps:?}");
    }
    // A key that goes takes its passkeys with it, and signs in nowhere by itself.
    let inn = home.service("Inn");
    home.method(inn, ("passkey", "key"), &[("provider", "Green")]);
    let world = home.world();
    let way = Way { old: thing(&world, "key Green"), new: thing(&world, "phone New") };
    assert_eq!(told(&world, &plan(&Losses::of(&world), way)), ["register Inn", "wipe"]);
}

#[test]
fn what_hangs_on_the_old_phone_becomes_less_with_each_step_and_nothing_in_the_end() {
    let world = hana().world();
    let way = way(&world);
    let steps = plan(&Losses::of(&world), way);
    let hanging = |done: &[&Step]| -> Vec<&str> {
        let doors = still_hang_on(&world, way, done);
        doors.into_iter().map(|at| world.doors[at].name.as_str()).collect()
    };
    assert_eq!(hanging(&[]), ["Bank", "Shop", "Forum"]);
    let at = |told: &str| steps.iter().find(|step| step.verb.word() == told).unwrap();
    assert_eq!(hanging(&[at("carry-password")]), ["Bank", "Shop"]);
    assert_eq!(hanging(&[at("carry-password"), at("register")]), ["Bank"]);
    assert_eq!(hanging(&steps.iter().collect::<Vec<_>>()), [""; 0]);
}

#[test]
fn a_plan_is_kept_as_lines_and_read_back_in_its_order() {
    let world = hana().world();
    let made = plan(&Losses::of(&world), way(&world));
    let mut kept = lines(&made);
    kept.reverse();
    kept.push("0099 dance-in-the-rain - - Bank".to_owned());
    kept.push("0098 wipe".to_owned());
    kept.push("no number".to_owned());
    let read: Vec<Step> = steps(&kept).into_iter().map(|(_, step)| step).collect();
    assert_eq!(read, made);
    for verb in Verb::ALL {
        assert_eq!(Verb::of(verb.word()), Some(*verb));
    }
    // A service that only a token names is called by its name, spaces and all.
    let spaced = Step { subject: "My old inn".to_owned(), ..made[5].clone() };
    assert_eq!(steps(&lines(std::slice::from_ref(&spaced))), [(1, spaced)]);
}

#[test]
fn the_copy_of_the_vault_on_a_stick_is_moved_last_of_all_that_matters() {
    let mut home = Home::new();
    let [old, _] = ["Old", "New"].map(|name| home.add("stick", &[("name", name)]));
    home.add("method", &[("what", "vault-copy"), ("item", &old.to_string())]);
    let world = home.world();
    assert!(names(&world).is_empty());
    let way = Way { old: thing(&world, "stick Old"), new: thing(&world, "stick New") };
    let steps = plan(&Losses::of(&world), way);
    assert_eq!(told(&world, &steps), ["copy-vault ", "wipe"]);
    let later = after(&world, way, &[&steps[0]], &[&steps[0]]);
    let copies: Vec<_> =
        later.doors[0].methods.iter().filter(|it| it.what == "vault-copy").collect();
    let new = Need::Thing(u32::try_from(way.new).unwrap());
    assert_eq!(copies.len(), 2);
    assert_eq!(copies[1].needs, [new]);
}

const WHATS: [&str; 10] = [
    "password",
    "passkey",
    "security-key",
    "token",
    "sms",
    "push",
    "backup-codes",
    "other",
    "app-token",
    "email",
];

/// A world of the rule's with a vault in front, two phones that are held, and methods of all kinds.
fn furnished() -> impl Strategy<Value = World> {
    let seeds = prop::collection::vec(any::<u8>(), 64);
    (rule::world(), seeds).prop_filter_map("two things", |(mut world, seeds)| {
        if world.things.len() < 2 || world.doors.is_empty() {
            return None;
        }
        for thing in &mut world.things[..2] {
            (thing.kind, thing.state) = (ThingKind::Phone, Held::Held);
        }
        world.doors[0].kind = DoorKind::Vault;
        let mut seeds = seeds.into_iter().map(usize::from);
        let mut item = 0;
        for (at, door) in world.doors.iter_mut().enumerate() {
            if at > 0 {
                door.name = format!("door {at}");
            }
            door.importance = [Importance::High, Importance::Normal, Importance::Low][at % 3];
            for method in &mut door.methods {
                item += 1;
                method.item = Some([item; 16]);
                let seed = seeds.next()?;
                method.what = WHATS[seed % WHATS.len()].to_owned();
                method.since = (seed % 3 == 0).then_some(1);
                if seed % 5 == 0 {
                    (method.synced, method.lives) = ("yes".to_owned(), "google".to_owned());
                }
            }
        }
        Some(world)
    })
}

const PHONES: Way = Way { old: 0, new: 1 };

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn each_method_of_the_old_thing_is_in_exactly_one_step(world in furnished()) {
        let mut counts: BTreeMap<ItemId, usize> = BTreeMap::new();
        for method in world.doors.iter().flat_map(|door| &door.methods) {
            if method.needs.contains(&Need::Thing(0)) {
                counts.insert(ItemId(method.item.unwrap()), 0);
            }
        }
        let made = plan(&Losses::of(&world), PHONES);
        for step in made.iter().filter(|step| step.verb != Verb::CheckPasskey) {
            if let Some(method) = step.method {
                *counts.get_mut(&method).unwrap() += 1;
            }
        }
        prop_assert!(counts.values().all(|count| *count == 1), "{:?}", counts);
        // Nor is a token handed over twice.
        let mut tokens: Vec<ItemId> = made.iter().filter_map(|step| step.token).collect();
        let count = tokens.len();
        tokens.sort_unstable();
        tokens.dedup();
        prop_assert_eq!(tokens.len(), count);
        let read: Vec<Step> = steps(&lines(&made)).into_iter().map(|(_, step)| step).collect();
        prop_assert_eq!(read, made);
    }

    #[test]
    fn the_less_important_come_first_and_what_is_for_the_end_comes_last(world in furnished()) {
        let losses = Losses::of(&world);
        let made = plan(&losses, PHONES);
        let rank = |step: &Step| {
            let at = world.doors.iter().position(|door| step.is_at(door))?;
            losses.order().iter().position(|door| *door == at)
        };
        let ranks: Vec<usize> = made.iter().filter_map(rank).collect();
        prop_assert!(ranks.windows(2).all(|two| two[0] >= two[1]), "{:?}", ranks);
        let first_last = made.iter().position(|step| step.verb.is_last()).unwrap();
        prop_assert!(made[first_last..].iter().all(|step| step.verb.is_last()));
        prop_assert!(made[..first_last].iter().all(|step| step.verb == Verb::MoveSim || rank(step).is_some()));
    }

    #[test]
    fn no_service_is_ever_without_a_way_in(world in furnished(), skips in prop::collection::vec(any::<bool>(), 40)) {
        let before = Outcome::of(&world);
        let made = plan(&Losses::of(&world), PHONES);
        let taken: Vec<&Step> = made.iter().zip(&skips).filter(|(_, skips)| !**skips).map(|(step, _)| step).collect();
        let opens = |world: &World, loss| {
            let outcome = Outcome::of(world);
            (0..world.doors.len()).filter(|door| outcome.is_open(*door, loss)).collect::<Vec<_>>()
        };
        let open = opens(&world, Loss::Nothing);
        for count in 0..=taken.len() {
            let later = after(&world, PHONES, &taken[..count], &[]);
            for door in &open {
                prop_assert!(opens(&later, Loss::Nothing).contains(door), "{} after {}", door, count);
            }
        }
        for count in 0..=taken.len() {
            let later = after(&world, PHONES, &taken, &taken[..count]);
            for door in &open {
                prop_assert!(opens(&later, Loss::Nothing).contains(door), "{} off {}", door, count);
            }
        }
        // What is told to hang on the old thing is what its loss would shut, and all done nothing is.
        let later = after(&world, PHONES, &taken, &taken);
        let mut hanging = still_hang_on(&world, PHONES, &taken);
        hanging.sort_unstable();
        let left = opens(&later, Loss::One(0));
        let shut: Vec<usize> = opens(&later, Loss::Nothing).into_iter().filter(|door| !left.contains(door)).collect();
        prop_assert_eq!(&hanging, &shut);
        let all: Vec<&Step> = made.iter().collect();
        prop_assert_eq!(still_hang_on(&world, PHONES, &all), Vec::<usize>::new());
        for door in 0..world.doors.len() {
            prop_assert!(!before.is_open(door, Loss::Nothing) || opens(&after(&world, PHONES, &all, &all), Loss::One(0)).contains(&door));
        }
    }
}
