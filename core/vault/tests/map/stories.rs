// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lives of people, as the map sees them.

use kagifuda_vault::map::{DoorKind, Need, StandsFor, ThingKind, World, standing};
use kagifuda_vault::schema::{self, field};
use kagifuda_vault::value::{self, Value};
use kagifuda_vault::{Deed, Edit, Edits, WayToOpen};

use crate::home::{Home, door, locked, lose, names, opens, thing};
use crate::support::{CHEAP, keyring, tpm, words};

#[test]
fn the_mail_protected_by_the_phone_that_the_mail_recovers_is_told_as_a_circle() {
    let mut home = Home::new();
    let phone = home.add("phone", &[("name", "Pixel"), ("system", "android")]);
    let (mail, maker) = (home.service("Example Mail"), home.service("Maker"));
    home.method(mail, ("password", "memory"), &[]);
    home.method(mail, ("token", "phone-app"), &[("item", &phone.to_string())]);
    // What would replace the token is kept with the phone's maker, whose account the mail recovers.
    home.method(mail, ("backup-codes", ""), &[("provider", "Maker")]);
    home.method(maker, ("passkey", "phone-app"), &[("item", &phone.to_string())]);
    home.method(maker, ("email", ""), &[("provider", "Example Mail")]);
    let world = home.world();
    let (now_locked, _, circle) = lose(&world, &["phone"]);
    assert_eq!(now_locked, ["Example Mail", "Maker"], "{world:?}");
    assert_eq!(circle, ["Example Mail", "Maker"]);
    let (_, _, none) = lose(&world, &["memory"]);
    assert!(none.is_empty(), "the phone still opens the maker, and nothing opens the mail");
    assert_eq!(locked(&world, &["memory"]), ["Example Mail"]);
}

#[test]
fn a_passkey_kept_by_google_in_the_account_it_opens_is_a_circle_from_the_start() {
    let mut home = Home::new();
    let google = home.service("Google");
    home.method(google, ("passkey", "google"), &[("synced", "yes")]);
    let world = home.world();
    assert!(!opens(&world, "Google"));
    assert_eq!(lose(&world, &[]).2, ["Google"]);
    home.method(google, ("password", "memory"), &[]);
    let world = home.world();
    assert!(opens(&world, "Google"));
    assert!(lose(&world, &[]).2.is_empty());
}

#[test]
fn a_synced_passkey_outlives_the_phone_and_one_of_which_nobody_knows_is_not_counted_on() {
    let mut home = Home::new();
    let google = home.service("Google");
    home.method(google, ("password", "memory"), &[]);
    for (name, synced) in [("Synced", "yes"), ("Doubtful", "unknown"), ("Bound", "no")] {
        let service = home.service(name);
        home.method(service, ("passkey", "google"), &[("synced", synced)]);
    }
    let world = home.world();
    assert_eq!(locked(&world, &["phone"]), ["Bound", "Doubtful"]);
    assert_eq!(locked(&world, &["account Google"]), ["Google", "Bound", "Doubtful", "Synced"]);
    assert_eq!(locked(&world, &["memory"]).len(), 4, "without the account nothing is synced back");
}

#[test]
fn tokens_in_the_vault_are_lost_with_the_pc_until_there_is_a_copy_and_a_way_to_open_it() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("password", "memory"), &[]);
    home.token("Inn", "hana");
    let world = home.world();
    assert_eq!(locked(&world, &["pc"]), ["", "Inn"], "the vault first");
    assert!(locked(&world, &["passphrase"]).is_empty() && locked(&world, &["sheet"]).is_empty());
    assert_eq!(locked(&world, &["passphrase", "sheet"]), ["", "Inn"]);

    let stick = home.add("stick", &[("name", "Blue stick")]);
    home.add("method", &[("what", "vault-copy"), ("item", &stick.to_string())]);
    let world = home.world();
    assert!(locked(&world, &["pc"]).is_empty());
    assert!(locked(&world, &["stick"]).is_empty());
    assert_eq!(locked(&world, &["pc", "stick"]), ["", "Inn"]);
}

#[test]
fn a_copy_of_the_vault_in_a_cloud_whose_token_is_in_the_vault_helps_nobody() {
    let mut home = Home::new();
    let cloud = home.service("Cloud");
    home.method(cloud, ("password", "memory"), &[]);
    home.token("Cloud", "");
    let copy = [("what", "vault-copy"), ("provider", "Cloud"), ("lives", "")];
    home.add("method", &copy[..2]);
    let world = home.world();
    let (now_locked, _, circle) = lose(&world, &["pc"]);
    assert_eq!(now_locked, ["", "Cloud"]);
    assert_eq!(circle, ["", "Cloud"], "the cloud needs the vault, and the vault the cloud");
}

#[test]
fn a_reset_by_mail_replaces_the_password_and_never_the_second_factor() {
    let mut home = Home::new();
    let (shop, forum) = (home.service("Shop"), home.service("Forum"));
    for service in [shop, forum] {
        home.method(service, ("password", "paper"), &[]);
        home.method(service, ("email", ""), &[]);
    }
    let phone = home.add("phone", &[("name", "Pixel")]);
    home.method(shop, ("sms", ""), &[]);
    let world = home.world();
    assert!(locked(&world, &["paper"]).is_empty(), "the mail sets new passwords");
    assert_eq!(locked(&world, &["phone"]), ["Shop"], "and no more than that");
    assert_eq!(locked(&world, &["number"]), ["Shop"]);
    assert_eq!(locked(&world, &["mail", "paper"]), ["Forum", "Shop"]);
    // Where a service really needs no more, the holder says so.
    home.method(shop, ("recovery-contact", ""), &[("role", "recovery")]);
    let world = home.world();
    assert!(locked(&world, &["phone"]).is_empty());
    let two = home.add("phone", &[("name", "Old one")]);
    assert_ne!(phone, two);
    assert_eq!(
        locked(&home.world(), &["phone Old one", "person"]),
        ["Shop"],
        "which phone, nobody said"
    );
}

#[test]
fn an_import_alone_makes_a_map_and_one_answer_about_passwords_makes_it_see() {
    let mut home = Home::new();
    for issuer in ["GitHub", "Example Mail", "VPN"] {
        home.token(issuer, "hana");
    }
    let world = home.world();
    assert_eq!(names(&world), ["Example Mail", "GitHub", "VPN"]);
    assert!(names(&world).iter().all(|name| !opens(&world, name)), "no first factor is known");
    home.add("method", &[("name", "My passwords"), ("what", "password"), ("lives", "memory")]);
    let world = home.world();
    assert!(names(&world).iter().all(|name| opens(&world, name)));
    assert_eq!(locked(&world, &["memory"]), names(&world));
    // It is no answer for a service that has a password of its own, or none at all.
    let own = home.service("GitHub");
    home.method(own, ("password", "password-manager"), &[]);
    home.service("Empty");
    let world = home.world();
    assert!(!locked(&world, &["memory"]).contains(&"GitHub"));
    assert!(!opens(&world, "Empty"));
}

#[test]
fn two_accounts_at_one_service_are_two_doors_and_a_service_takes_only_its_own() {
    let mut home = Home::new();
    home.token("GitHub", "hana@work.example");
    home.token("GitHub", "hana");
    assert_eq!(names(&home.world()), ["GitHub (hana)", "GitHub (hana@work.example)"]);
    // A service without an account could mean either, so it gets neither.
    let service = home.service("GitHub");
    let world = home.world();
    assert_eq!(world.doors[door(&world, "GitHub")].methods.len(), 0);
    home.edit(service, "account", Value::Text("Hana".to_owned()));
    let world = home.world();
    assert_eq!(names(&world), ["GitHub", "GitHub (hana@work.example)"]);
    assert_eq!(world.doors[door(&world, "GitHub")].methods.len(), 1);
}

#[test]
fn token_passkey_and_codes_find_their_service_by_link_by_name_and_by_site() {
    let mut home = Home::new();
    let google = home.service("Gmail");
    home.token("Google", "hana");
    home.passkey("google.com", "hana");
    home.codes(google, "drawer", 3);
    home.passkey("login.example.org", "hana");
    home.add("service", &[("name", "Ryokan"), ("urls", "https://www.ryokan.example:8443/in")]);
    home.passkey("ryokan.example", "hana");
    home.passkey("other-ryokan.example", "hana");
    let world = home.world();
    let doors = ["Gmail", "Ryokan", "login.example.org", "other-ryokan.example"];
    assert_eq!(names(&world), doors);
    assert_eq!(world.doors[door(&world, "Ryokan")].methods.len(), 1);
    let whats: Vec<(&str, &str)> = world.doors[door(&world, "Gmail")]
        .methods
        .iter()
        .map(|method| (method.what.as_str(), method.lives.as_str()))
        .collect();
    let expected = [
        ("token", "this-vault"),
        ("passkey", "this-vault"),
        ("backup-codes", "this-vault"),
        ("backup-codes", "paper"),
    ];
    assert_eq!(whats, expected);
    assert_eq!(thing(&world, "paper drawer"), thing(&world, "paper"));
}

#[test]
fn a_method_entered_for_an_item_of_the_vault_is_not_counted_twice() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("password", "memory"), &[]);
    let token = home.token("Inn", "hana");
    home.method(inn, ("token", "this-vault"), &[("item", &token.to_string())]);
    // Without naming the item it is the same method all the same, with what the holder says of it.
    let mail = home.service("Mail");
    home.method(mail, ("token", "this-vault"), &[("role", "alone")]);
    let its = home.token("Mail", "hana");
    let world = home.world();
    let methods = &world.doors[door(&world, "Inn")].methods;
    assert_eq!((methods.len(), methods[1].item), (2, Some(token.0)), "{methods:?}");
    let methods = &world.doors[door(&world, "Mail")].methods;
    assert_eq!((methods.len(), methods[0].item), (1, Some(its.0)), "{methods:?}");
    assert_eq!(methods[0].stands_for, StandsFor::Both);
}

#[test]
fn a_credential_that_is_not_discoverable_comes_second() {
    let mut home = Home::new();
    let passkey = home.passkey("inn.example", "hana");
    assert!(opens(&home.world(), "inn.example"));
    let not = Edit::Set(value::flag(false));
    home.0.write(Deed::EDIT, passkey, Edits::from([(field::DISCOVERABLE, not)]));
    assert!(!opens(&home.world(), "inn.example"));
}

#[test]
fn used_up_codes_are_no_way_in() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("password", "memory"), &[]);
    home.method(inn, ("sms", ""), &[]);
    let set = home.codes(inn, "", 2);
    assert!(locked(&home.world(), &["phone"]).is_empty());
    home.use_a_code(set);
    let world = home.world();
    assert_eq!(world.doors[door(&world, "Inn")].methods[2].codes_left, Some(1));
    assert!(locked(&world, &["phone"]).is_empty());
    home.use_a_code(set);
    assert_eq!(locked(&home.world(), &["phone"]), ["Inn"]);
}

#[test]
fn of_several_phones_or_keys_that_could_be_meant_all_are_needed() {
    let mut home = Home::new();
    for name in ["Old", "New"] {
        home.add("phone", &[("name", name)]);
        home.add("key", &[("name", name)]);
    }
    let (app, key, bound, named) =
        (home.service("App"), home.service("Key"), home.service("Bound"), home.service("Named"));
    home.method(app, ("passkey", "phone-app"), &[]);
    home.method(key, ("passkey", "key"), &[]);
    home.method(bound, ("passkey", "device"), &[]);
    home.method(named, ("passkey", "key"), &[("provider", "new")]);
    let world = home.world();
    assert_eq!(locked(&world, &["phone Old"]), ["App", "Bound"]);
    assert_eq!(locked(&world, &["phone New"]), ["App", "Bound"]);
    assert_eq!(locked(&world, &["key Old"]), ["Key"]);
    assert_eq!(locked(&world, &["key New"]), ["Key", "Named"]);
    assert_eq!(locked(&world, &["pc"]), ["", "Bound"]);
}

#[test]
fn a_key_that_is_lost_opens_nothing_more() {
    let mut home = Home::new();
    let key = home.add("key", &[("name", "Green")]);
    let inn = home.service("Inn");
    home.method(inn, ("passkey", "key"), &[("item", &key.to_string())]);
    assert!(opens(&home.world(), "Inn"));
    home.edit(key, "lost", Value::Flag(true));
    assert!(!opens(&home.world(), "Inn"));
}

#[test]
fn a_loss_that_is_being_worked_through_counts_as_lost_until_its_list_is_put_away() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("password", "paper"), &[("provider", "Safe")]);
    let world = home.world();
    let key = world.things[thing(&world, "paper")].key();
    let list = home.add("loss", &[("name", "Safe"), ("thing", &key)]);
    assert!(!opens(&home.world(), "Inn"));
    home.0.remove(list);
    assert!(opens(&home.world(), "Inn"));
}

#[test]
fn where_nobody_said_anything_nothing_is_counted_on() {
    let mut home = Home::new();
    let inn = home.service("Inn");
    home.method(inn, ("passkey", ""), &[]);
    home.method(inn, ("password", "unknown"), &[]);
    let world = home.world();
    assert!(!opens(&world, "Inn"));
    let needs = world.doors[door(&world, "Inn")].methods.iter().map(|method| &method.needs);
    assert!(needs.into_iter().all(|needs| needs.contains(&Need::Unknown)));
    // Kinds that live in one place only are known without a word.
    let bank = home.service("Bank");
    home.method(bank, ("password", "memory"), &[]);
    home.method(bank, ("app-token", ""), &[]);
    let world = home.world();
    assert!(opens(&world, "Bank"));
    assert_eq!(locked(&world, &["phone"]), ["Bank"]);
}

#[test]
fn what_a_method_stands_for_is_said_for_every_kind() {
    for what in schema::METHODS {
        let stands_for = standing(what, "").0;
        let is_open_question = matches!(*what, "other" | "vault-copy");
        assert_eq!(stands_for == StandsFor::Nothing, is_open_question, "{what}");
        assert_eq!(standing(what, "recovery").0, StandsFor::Both, "{what}");
    }
    let world = Home::new().world();
    assert_eq!(world.doors[0].kind, DoorKind::Vault);
    assert!(world.things.iter().any(|thing| thing.kind == ThingKind::Sheet));
}

/// What the way of this name goes with.
fn goes_with<'w>(world: &'w World, way: &str) -> (ThingKind, &'w str) {
    let method = world.doors[0].methods.iter().find(|method| method.name == way).unwrap();
    let [Need::Thing(at)] = method.needs[..] else { panic!("{method:?}") };
    let thing = &world.things[usize::try_from(at).unwrap()];
    (thing.kind, thing.name.as_str())
}

#[test]
fn a_keyring_and_a_tpm_go_with_the_pc_whose_they_are() {
    let mut home = Home::new();
    let pc = &mut home.0;
    let way = (&keyring(5) as &dyn WayToOpen, "desk");
    let pending = pc.vault.add_way(way, &CHEAP, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    assert_eq!(goes_with(&home.world(), "desk"), (ThingKind::Pc, ""));
    let way = (&tpm(6) as &dyn WayToOpen, "its TPM");
    let pending = home.0.vault.add_way(way, &CHEAP, home.0.now, &mut home.0.rng).unwrap();
    home.0.keep(pending);
    assert_eq!(goes_with(&home.world(), "its TPM"), (ThingKind::Pc, ""));
    let other = home.0.copy_to(2, &words(7)).unwrap();
    assert_eq!(goes_with(&World::of(&other.vault), "desk"), (ThingKind::Device, "desk"));
    assert_eq!(goes_with(&World::of(&other.vault), "its TPM"), (ThingKind::Device, "its TPM"));
}

#[test]
fn what_belongs_to_no_service_is_told_and_on_no_map() {
    let mut home = Home::new();
    home.add("method", &[("name", "Stray"), ("what", "sms")]);
    home.add("codes", &[("name", "Nobody's")]);
    let world = home.world();
    let loose: Vec<&str> = world.loose.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(loose, ["Stray", "Nobody's"]);
}
