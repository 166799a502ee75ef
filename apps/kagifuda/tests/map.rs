// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map from the command line: what the manual tells people to type, a lost phone from the first minute to the
//! last task, and what is asked of whom.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::Path;

mod room;

use room::{PASSPHRASE, Room, exit, stderr};

fn json(room: &Room, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&room.prints(args, "")).unwrap()
}

fn furnished() -> Room {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    for issuer in ["GitHub", "Inn"] {
        let uri = format!("otpauth://totp/{issuer}:hana?secret=GEZDGNBVGY3TQOJQ&issuer={issuer}\n");
        room.prints(&["token", "add"], &uri);
    }
    room
}

/// A person whose password, phone and mail are on the map.
fn hana() -> Room {
    let room = furnished();
    let run = |args: &[&str]| room.prints(args, "");
    run(&["method", "add", "My passwords", "--what", "password", "--lives", "memory"]);
    run(&["phone", "add", "Pixel", "--system", "android", "--number", "090-0000-0000"]);
    run(&["service", "add", "Bank", "--importance", "high"]);
    run(&[
        "method",
        "add",
        "Bank app",
        "--service",
        "bank",
        "--what",
        "app-token",
        "--on",
        "pixel",
    ]);
    run(&["service", "add", "Example Mail"]);
    run(&["method", "add", "Texts", "--service", "mail", "--what", "sms"]);
    run(&["codes", "add", "Mail codes", "--service", "mail", "--where", "drawer"]);
    room
}

fn names<'v>(value: &'v serde_json::Value, member: &str) -> Vec<&'v str> {
    value[member].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn thing<'v>(map: &'v serde_json::Value, kind: &str) -> &'v serde_json::Value {
    map["things"].as_array().unwrap().iter().find(|thing| thing["kind"] == kind).unwrap()
}

fn service<'v>(map: &'v serde_json::Value, name: &str) -> &'v serde_json::Value {
    map["services"].as_array().unwrap().iter().find(|service| service["name"] == name).unwrap()
}

/// The words of a line as a shell would part them, without its remark.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut is_quoted, mut has_word) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (is_quoted, has_word) = (!is_quoted, true),
            '#' if !is_quoted && !has_word => break,
            ' ' if !is_quoted => {
                if has_word {
                    words.push(std::mem::take(&mut word));
                }
                has_word = false;
            }
            c => {
                word.push(c);
                has_word = true;
            }
        }
    }
    if has_word {
        words.push(word);
    }
    words
}

#[test]
fn every_command_of_the_manual_works_in_the_order_it_stands_there() {
    for page in ["access-map.md", "access-map.ja.md"] {
        let room = furnished();
        let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual").join(page);
        let text = fs::read_to_string(manual).unwrap();
        let blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
        let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
        assert!(lines.len() > 15, "{page}: {lines:?}");
        for line in lines {
            let words = words(line);
            assert_eq!(words[0], "kagifuda", "{page}: {line}");
            let args: Vec<&str> =
                std::iter::once("-y").chain(words[1..].iter().map(String::as_str)).collect();
            let mut command = room.command(&args);
            command.current_dir(room.path(""));
            let done = room.finish(command, "");
            assert_eq!(exit(&done), 0, "{page}: {line}\n{}", stderr(&done));
        }
        // What was entered is on the map, and it holds together.
        let map = json(&room, &["map", "--json"]);
        let bank = if page.contains(".ja.") { "みどり銀行" } else { "Bank" };
        assert_eq!(service(&map, bank)["importance"], "high");
        assert_eq!(service(&map, bank)["one_way"], true, "the phone is lost, the codes are left");
        assert_eq!(thing(&map, "phone")["lost"], true);
        assert!(names(thing(&map, "pc"), "locks").is_empty(), "there is a copy: {map}");
        let svg = fs::read_to_string(room.path("map.svg")).unwrap();
        assert!(svg.starts_with("<svg ") && svg.contains(bank));
    }
}

#[test]
fn the_map_says_what_each_loss_locks_and_never_more_than_is_certain() {
    let room = furnished();
    let map = json(&room, &["map", "--json"]);
    assert_eq!(service(&map, "GitHub")["reachable"], false, "no password is known");
    let next = json(&room, &["map", "next", "--json"]);
    assert_eq!(next["steps"][1]["step"], "say-where-passwords");
    drop(room);

    let room = hana();
    let map = json(&room, &["map", "--json"]);
    assert_eq!(service(&map, "GitHub")["reachable"], true);
    assert_eq!(names(thing(&map, "phone"), "locks"), ["Bank"]);
    assert_eq!(names(thing(&map, "phone"), "leaves_one_way"), ["Example Mail"]);
    let locked = names(thing(&map, "pc"), "locks");
    assert_eq!(locked, ["", "GitHub", "Inn"], "the vault and what is only in it");
    let pairs = map["pairs"].as_array().unwrap();
    let phone_and_paper = pairs.iter().find(|pair| {
        let things = names(pair, "things");
        things.iter().any(|it| it.starts_with("phone ")) && things.contains(&"paper drawer")
    });
    assert_eq!(names(phone_and_paper.unwrap(), "locks"), ["Example Mail"]);
    assert!(json(&room, &["map", "next", "--json"])["steps"].as_array().unwrap().len() <= 3);
    // Part of the map, by a few letters.
    let part = json(&room, &["map", "bank", "--json"]);
    assert_eq!(part["services"].as_array().unwrap().len(), 1);
    assert_eq!(exit(&room.run(&["map", "nothing-like-it"])), 3);
}

#[test]
fn a_lost_phone_is_worked_through_over_days_and_the_list_outlives_the_agent() {
    let room = hana();
    let asked = room.run(&["map", "--lose", "phone"]);
    assert_eq!(exit(&asked), 10, "it is asked before a list is made: {}", stderr(&asked));
    let unknown = room.run(&["-y", "map", "--lose", "phone", "--done", "1"]);
    assert_eq!(exit(&unknown), 3, "no list yet: {}", stderr(&unknown));

    let list = json(&room, &["-y", "map", "--lose", "phone", "--json"]);
    let steps = list["steps"].as_array().unwrap();
    let tasks: Vec<&str> = steps.iter().map(|step| step["task"].as_str().unwrap()).collect();
    assert_eq!(tasks[..3], ["lock-phone", "stop-number", "stop-app"]);
    assert!(steps[2]["text"].as_str().unwrap().starts_with("Bank:"));
    let at = |task: &str| tasks.iter().position(|it| *it == task).unwrap();
    assert!(at("recover") < at("enrol") && at("revoke") < at("enrol"), "{tasks:?}");

    let shown = room.prints(&["map", "--lose", "phone", "--done", "1", "--done", "3"], "");
    assert!(shown.contains("[x]   1 ") && shown.contains("[x]   3 "), "{shown}");
    assert!(shown.contains("[ ]   2 "), "{shown}");
    // The map counts it as lost, and so does the list of phones.
    let map = json(&room, &["map", "--json"]);
    assert_eq!(thing(&map, "phone")["lost"], true);
    assert_eq!(service(&map, "Bank")["reachable"], false);
    assert_eq!(json(&room, &["phone", "show", "pixel", "--json"])["fields"]["lost"], true);

    room.prints(&["lock"], "");
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    // The one list there is needs no name, and a number that is none is told.
    let again = room.prints(&["map", "--done", "2"], "");
    assert!(again.contains("[x]   2 ") && again.contains("[x]   1 "), "{again}");
    assert_eq!(exit(&room.run(&["map", "--done", "99"])), 3);
    let japanese = room.prints(&["--lang", "ja", "map", "--lose", "pixel"], "");
    assert!(japanese.contains("のうち 3 件が済みました"), "{japanese}");

    assert_eq!(exit(&room.run(&["map", "--lose", "phone", "--end"])), 10);
    room.prints(&["-y", "map", "--lose", "phone", "--end"], "");
    assert_eq!(thing(&json(&room, &["map", "--json"]), "phone")["lost"], true, "until it is found");
    room.prints(&["phone", "edit", "pixel", "--found"], "");
    assert_eq!(thing(&json(&room, &["map", "--json"]), "phone")["lost"], false);
}

#[test]
fn a_forgotten_password_place_is_given_back_when_its_list_is_put_away() {
    let room = hana();
    room.prints(&["-y", "map", "--lose", "memory"], "");
    assert_eq!(service(&json(&room, &["map", "--json"]), "Inn")["reachable"], false);
    room.prints(&["-y", "map", "--end"], "");
    assert_eq!(service(&json(&room, &["map", "--json"]), "Inn")["reachable"], true);
}

#[test]
fn the_review_forgives_a_token_that_was_used_here() {
    let room = furnished();
    let unused = |room: &Room| -> Vec<String> {
        // Tokens are new here, so that the review looks past them; their last use is in the map all the same.
        let map = json(room, &["map", "--json"]);
        let is_unused = |service: &&serde_json::Value| service["methods"][0]["proven"].is_null();
        let services = map["services"].as_array().unwrap().iter().skip(1).filter(is_unused);
        services.map(|service| service["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(unused(&room), ["GitHub", "Inn"]);
    room.prints(&["code"], "");
    assert_eq!(unused(&room), ["GitHub", "Inn"], "a listing uses none");
    room.prints(&["code", "inn"], "");
    assert_eq!(unused(&room), ["GitHub"]);
    room.prints(&["lock"], "");
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert_eq!(unused(&room), ["GitHub"], "it is known after locking, too");
}

#[test]
fn what_the_next_steps_say_to_type_works_for_one_of_two_accounts() {
    let room = furnished();
    let uri = "otpauth://totp/GitHub:work?secret=GEZDGNBVGY3TQOJR&issuer=GitHub\n";
    room.prints(&["token", "add"], uri);
    let run = |args: &[&str]| room.prints(args, "");
    run(&["method", "add", "My passwords", "--what", "password", "--lives", "memory"]);
    run(&["method", "add", "Backup", "--what", "vault-copy", "--lives", "paper"]);
    let next = room.prints(&["map", "next"], "");
    let typed: Vec<&str> = next
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("kagifuda service add"))
        .collect();
    assert!(typed.contains(&"kagifuda service add \"GitHub\" --account \"hana\""), "{next}");
    for line in typed {
        let words = words(line);
        room.prints(&words[1..].iter().map(String::as_str).collect::<Vec<_>>(), "");
    }
    let map = json(&room, &["map", "--json"]);
    let services = map["services"].as_array().unwrap();
    let named: Vec<&serde_json::Value> =
        services.iter().filter(|service| service["name"] == "GitHub").collect();
    assert_eq!(named.len(), 2, "{map}");
    for service in named {
        assert!(service["id"].is_string() && service["reachable"] == true, "{service}");
        assert_eq!(service["methods"][0]["what"], "token");
    }
}

#[test]
fn a_drill_writes_nothing_and_shows_what_the_map_knows() {
    let room = hana();
    let before = json(&room, &["history", "--json"]);
    let played = room.prints(&["map", "--drill", "phone"], "");
    assert!(played.contains("Bank") && played.contains("not at all"), "{played}");
    assert!(played.contains("backup codes"), "the mail opens by codes: {played}");
    let any = room.prints(&["--lang", "ja", "map", "--drill"], "");
    assert!(any.contains("練習"), "{any}");
    assert_eq!(json(&room, &["history", "--json"]), before);
    let changed = room.prints(&["map", "--change-password", "mail"], "");
    assert!(changed.contains("Passkeys") && changed.contains("Sessions"), "{changed}");
    let review = json(&room, &["map", "--review", "--json"]);
    let kinds: Vec<&str> = review["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["finding"].as_str().unwrap())
        .collect();
    for kind in ["no-spare", "bound-to-phone", "offers-passkeys"] {
        assert!(kinds.contains(&kind), "{kind} not in {kinds:?}");
    }
}

#[test]
fn the_picture_is_the_owners_alone_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = hana();
    let path = room.path("map.svg");
    let path = path.to_str().unwrap();
    room.prints(&["map", "--svg", path], "");
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(exit(&room.run(&["map", "--svg", path])), 6);
    assert_eq!(exit(&room.run(&["map", "--svg", path, "--review"])), 2, "one view at a time");
}
