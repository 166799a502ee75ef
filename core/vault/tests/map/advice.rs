// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the map advises: next steps, the list of the first day, the review.

use kagifuda_vault::map::checklist::{self, Task, Verb, checklist};
use kagifuda_vault::map::next::{Remedy, Step, steps};
use kagifuda_vault::map::review::{Finding, review};
use kagifuda_vault::map::{Losses, Need, World};
use kagifuda_vault::value::Value;

use crate::home::{Home, door, thing};
use crate::support::NEW_YEAR;

const YEAR: u64 = 365 * 86_400;

/// A person with a phone on which nearly everything hangs.
fn hana() -> Home {
    let mut home = Home::new();
    let phone = home.add("phone", &[("name", "Pixel"), ("system", "android")]);
    let on_phone = [("item", phone.to_string())];
    let on_phone: Vec<(&str, &str)> =
        on_phone.iter().map(|(name, id)| (*name, id.as_str())).collect();
    home.add("method", &[("name", "My passwords"), ("what", "password"), ("lives", "memory")]);
    let mail = home.service("Example Mail");
    home.method(mail, ("token", "phone-app"), &on_phone);
    let bank = home.service("Bank");
    home.method(bank, ("password", "memory"), &[]);
    home.method(bank, ("app-token", ""), &on_phone);
    home.edit(bank, "importance", Value::Text("high".to_owned()));
    let shop = home.service("Shop");
    home.method(shop, ("email", ""), &[("item", &mail.to_string())]);
    let forum = home.service("Forum");
    home.method(forum, ("password", "memory"), &[]);
    home.method(forum, ("sms", ""), &[]);
    home.edit(forum, "importance", Value::Text("low".to_owned()));
    home
}

fn named(world: &World, tasks: &[Task]) -> Vec<String> {
    let name = |task: &Task| {
        let door = world.doors.iter().find(|door| task.is_at(door));
        door.map_or(String::new(), |door| format!(" {}", door.name))
    };
    tasks.iter().map(|task| format!("{}{}", task.verb.word(), name(task))).collect()
}

#[test]
fn the_next_steps_are_at_most_three_and_begin_with_what_matters_most() {
    let mut home = hana();
    let world = home.world();
    let losses = Losses::of(&world);
    let order: Vec<&str> = losses.order().iter().map(|at| world.doors[*at].name.as_str()).collect();
    assert_eq!(order, ["", "Bank", "Example Mail", "Shop", "Forum"]);
    let next = steps(&losses, 3);
    let phone = thing(&world, "phone");
    let bank =
        Step::Spare { door: door(&world, "Bank"), thing: phone, remedy: Remedy::BackupCodes };
    let mail = Step::Spare {
        door: door(&world, "Example Mail"),
        thing: phone,
        remedy: Remedy::BackupCodes,
    };
    assert_eq!(next, [Step::CopyVault, bank, mail]);
    // Once that is done, others take their place, and in the end none is left.
    home.add("method", &[("what", "vault-copy"), ("lives", "paper"), ("provider", "a friend's")]);
    let world = home.world();
    assert_ne!(steps(&Losses::of(&world), 3)[0], Step::CopyVault);
}

#[test]
fn a_step_is_chosen_as_if_those_before_it_were_done() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("password", "memory"), &[]);
    home.method(inn, ("password", "paper"), &[]);
    home.token("Inn", "hana");
    let world = home.world();
    let losses = Losses::of(&world);
    assert_eq!(losses.hangs_on(door(&world, "Inn")), [thing(&world, "pc")]);
    assert_eq!(steps(&losses, 3), [Step::CopyVault], "the copy is all that the inn lacks, too");
}

#[test]
fn a_map_that_sees_no_passwords_asks_for_them_once_for_all_services() {
    let mut home = Home::new();
    home.add("method", &[("what", "vault-copy"), ("lives", "paper")]);
    for issuer in ["A", "B", "C", "D"] {
        home.token(issuer, "");
    }
    let world = home.world();
    let next = steps(&Losses::of(&world), 3);
    assert_eq!(next.len(), 1, "{next:?}");
    assert!(matches!(&next[0], Step::SayWherePasswords { doors } if doors.len() == 4), "{next:?}");
}

#[test]
fn a_door_that_does_not_open_is_told_with_what_is_missing() {
    let mut home = Home::new();
    home.add("method", &[("what", "vault-copy"), ("lives", "paper")]);
    let nowhere = home.service("Nowhere");
    home.method(nowhere, ("passkey", ""), &[]);
    home.service("Empty");
    let key = home.add("key", &[("name", "Green")]);
    let gone = home.service("Gone");
    home.method(gone, ("passkey", "key"), &[]);
    home.edit(key, "lost", Value::Flag(true));
    let world = home.world();
    let at = |name| door(&world, name);
    let next = steps(&Losses::of(&world), 9);
    let expected = [
        Step::AddMethods { door: at("Empty") },
        Step::Recover { door: at("Gone") },
        Step::SayWhere { door: at("Nowhere"), method: 0 },
    ];
    assert_eq!(next, expected);
}

#[test]
fn what_is_advised_is_what_the_service_offers() {
    let mut home = Home::new();
    home.add("method", &[("what", "vault-copy"), ("lives", "paper")]);
    let remedy_of = |home: &Home, name: &str| {
        let world = home.world();
        let at = door(&world, name);
        let next = steps(&Losses::of(&world), 99);
        next.into_iter().find_map(|step| match step {
            Step::Spare { door, remedy, .. } | Step::SecondWay { door, remedy } if door == at => {
                Some(remedy)
            }
            _ => None,
        })
    };
    // GitHub gives backup codes; Amazon does not, and offers passkeys.
    let (github, amazon) = (home.service("GitHub"), home.service("Amazon"));
    for service in [github, amazon] {
        home.method(service, ("password", "memory"), &[]);
        home.method(service, ("sms", ""), &[]);
    }
    assert_eq!(remedy_of(&home, "GitHub"), Some(Remedy::BackupCodes));
    assert_eq!(remedy_of(&home, "Amazon"), Some(Remedy::Passkey));
    // One key alone wants a second one.
    let inn = home.service("Inn");
    home.method(inn, ("passkey", "key"), &[]);
    assert_eq!(remedy_of(&home, "Inn"), Some(Remedy::AnotherKey));
    // A password alone: a way to set a new one.
    let forum = home.service("Forum");
    home.method(forum, ("password", "password-manager"), &[]);
    assert_eq!(remedy_of(&home, "Forum"), Some(Remedy::RecoveryMail));
}

#[test]
fn the_first_day_after_a_lost_phone_stops_harm_first_and_goes_from_important_to_less() {
    let mut home = hana();
    let shop = home.service("Cinema");
    home.method(shop, ("password", "memory"), &[]);
    home.method(shop, ("token", "phone-app"), &[]);
    home.codes(shop, "drawer", 0);
    let world = home.world();
    let losses = Losses::of(&world);
    let tasks = checklist(&losses, thing(&world, "phone"));
    let expected = [
        "lock-phone",
        "stop-number",
        "stop-app Bank",
        "recover Bank",
        "recover Example Mail",
        "revoke Cinema",
        "recover Shop",
        "recover Forum",
        "enrol Bank",
        "enrol Example Mail",
        "enrol Cinema",
        "enrol Shop",
        "enrol Forum",
        "replace-token Example Mail",
        "replace-token Cinema",
        "report",
        "enter-new",
    ];
    assert_eq!(named(&world, &tasks), expected);
}

#[test]
fn a_list_is_kept_as_lines_and_read_back_in_its_order() {
    let home = hana();
    let world = home.world();
    let tasks = checklist(&Losses::of(&world), thing(&world, "phone"));
    let mut lines = checklist::lines(&tasks);
    lines.reverse();
    lines.push("0099 dance-in-the-rain".to_owned());
    lines.push("no number".to_owned());
    let read = checklist::tasks(&lines);
    assert_eq!(read.iter().map(|(_, task)| task.clone()).collect::<Vec<_>>(), tasks);
    assert_eq!(read[0].0, 1);
    for verb in Verb::ALL {
        assert_eq!(Verb::of(verb.word()), Some(*verb));
    }
}

#[test]
fn every_thing_has_a_list_that_fits_what_it_is() {
    let mut home = hana();
    home.add("key", &[("name", "Green")]);
    let stick = home.add("stick", &[("name", "Blue")]);
    home.add("method", &[("what", "vault-copy"), ("item", &stick.to_string())]);
    let github = home.service("GitHub");
    home.method(github, ("passkey", "key"), &[]);
    home.method(github, ("password", "password-manager"), &[("provider", "Case")]);
    home.method(github, ("sms", ""), &[]);
    let world = home.world();
    let losses = Losses::of(&world);
    let list = |called: &str| named(&world, &checklist(&losses, thing(&world, called)));
    assert_eq!(list("pc"), ["lock-pc", "restore-vault", "replace-all", "report", "enter-new"]);
    assert_eq!(list("passphrase"), ["new-passphrase"]);
    assert_eq!(list("sheet"), ["new-words"]);
    assert_eq!(list("stick"), ["copy-vault", "report", "enter-new"]);
    assert_eq!(list("key"), ["revoke GitHub", "enrol GitHub", "report", "enter-new"]);
    assert_eq!(
        list("password-manager"),
        ["recover-account", "revoke GitHub", "enrol GitHub", "replace-password GitHub"]
    );
    assert_eq!(list("account Example Mail")[0], "recover-account");
    assert!(!list("account Example Mail").contains(&"recover Example Mail".to_owned()));
    assert_eq!(list("number")[0], "stop-number");
    for at in 0..world.things.len() {
        assert!(!checklist(&losses, at).is_empty(), "{:?}", world.things[at]);
    }
}

#[test]
fn the_review_finds_each_weakness_it_promises() {
    let mut home = Home::new();
    let now = NEW_YEAR.as_secs();
    let gmail = home.service("Gmail");
    home.method(gmail, ("password", "this-vault"), &[("proven", &(now - 2 * YEAR).to_string())]);
    let token = home.token("Google", "");
    let set = home.codes(gmail, "", 3);
    home.use_a_code(set);
    let inn = home.service("Inn");
    home.method(inn, ("passkey", ""), &[]);
    home.method(inn, ("passkey", "icloud"), &[]);
    let bank = home.service("Bank");
    home.method(bank, ("password", "memory"), &[]);
    home.method(bank, ("app-token", ""), &[]);
    let key = home.add("key", &[("name", "Green")]);
    home.method(bank, ("passkey", "key"), &[]);
    home.edit(key, "lost", Value::Flag(true));
    home.add("codes", &[("name", "Nobody's")]);
    let world = home.world();
    let losses = Losses::of(&world);
    let found = review(&losses, now + YEAR);
    let at = |name| door(&world, name);
    let (gmail, inn, bank) = (at("Gmail"), at("Inn"), at("Bank"));
    let pc = thing(&world, "pc");
    for expected in [
        Finding::NoSpare { door: 0, thing: pc },
        Finding::NoSpare { door: gmail, thing: pc },
        Finding::FewCodes { door: gmail, left: 2 },
        Finding::OnePlace { door: gmail, lives: "this-vault".to_owned() },
        Finding::OffersPasskeys { door: gmail },
        Finding::Stale { door: gmail, method: 0, last: now - 2 * YEAR },
        Finding::UnusedToken { door: gmail, method: 1, last: None },
        Finding::UnknownPlace { door: inn, method: 0 },
        Finding::UnknownSync { door: inn, method: 1 },
        Finding::BoundToPhone { door: bank, method: 1 },
        Finding::OnLostThing { door: bank, thing: thing(&world, "key") },
        Finding::Loose { at: 0 },
    ] {
        assert!(found.contains(&expected), "{expected:?} not in {found:?}");
    }
    assert_eq!(world.doors[gmail].methods[1].item, Some(token.0));
    // A token added yesterday is not called unused.
    let soon = review(&losses, now + 86_400);
    assert!(!soon.iter().any(|it| matches!(it, Finding::UnusedToken { .. })));
}

#[test]
fn a_map_without_faults_has_nothing_to_review_and_nothing_next() {
    let mut home = Home::new();
    home.add("method", &[("what", "vault-copy"), ("lives", "paper"), ("provider", "safe")]);
    for name in ["Green", "Grey"] {
        home.add("key", &[("name", name)]);
    }
    let inn = home.service("Inn");
    for name in ["Green", "Grey"] {
        home.method(inn, ("passkey", "key"), &[("provider", name)]);
    }
    let world = home.world();
    let losses = Losses::of(&world);
    assert_eq!(review(&losses, NEW_YEAR.as_secs()), []);
    assert_eq!(steps(&losses, 3), []);
    assert!(!world.doors[1].methods.iter().any(|it| it.needs.contains(&Need::Unknown)));
}
