// SPDX-License-Identifier: MIT OR Apache-2.0
//! A person changes phones: from the plan to the wiped old phone, with wrong codes, breaks and things left out on the way.
//! The new phone is another vault, so that what it shows is made from nothing but what it was given.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use kagifuda::qr::read_picture;
use kagifuda_otp::{UnixTime, migration, otpauth};

mod room;

use room::{PASSPHRASE, Room, exit, stderr};

const INN: &str = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQ&issuer=Inn";
const SHOP: &str = "otpauth://totp/Shop:hana?secret=MFRGGZDFMZTWQ2LK&issuer=Shop&algorithm=SHA256";
const GATE: &str = "otpauth://hotp/Gate:hana?secret=NBSWY3DPEB3W64TM&issuer=Gate&counter=7";
const SLOW: &str = "otpauth://totp/Slow:hana?secret=NBSWY3DPEB3W64TN&issuer=Slow&period=60";

fn json(room: &Room, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&room.prints(args, "")).unwrap()
}

fn vault_of(uris: &[&str]) -> Room {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    for uri in uris {
        room.prints(&["token", "add"], &format!("{uri}\n"));
    }
    room
}

/// A person with two phones, tokens in the vault, a bank's app and texts.
fn hana() -> Room {
    let room = vault_of(&[INN, SHOP, GATE, SLOW]);
    let run = |args: &[&str]| room.prints(args, "");
    run(&["method", "add", "My passwords", "--what", "password", "--lives", "memory"]);
    run(&["phone", "add", "Pixel", "--system", "android", "--number", "090-0000-0000"]);
    run(&["phone", "add", "Fairphone", "--system", "android"]);
    run(&["service", "add", "Bank", "--importance", "high"]);
    let on_pixel = ["--service", "bank", "--on", "pixel"];
    run(&[&["method", "add", "Bank app", "--what", "app-token"][..], &on_pixel].concat());
    run(&[&["method", "add", "Bank texts", "--what", "sms"][..], &on_pixel].concat());
    run(&["service", "add", "Shop", "--importance", "low"]);
    room
}

fn begun() -> Room {
    let room = hana();
    room.prints(&["-y", "move", "--from", "pixel", "--to", "fairphone"], "");
    room
}

fn steps(room: &Room) -> Vec<serde_json::Value> {
    json(room, &["move", "--json"])["steps"].as_array().unwrap().clone()
}

/// The step of a task at a service or a token of this name.
fn step(room: &Room, task: &str, name: &str) -> serde_json::Value {
    let is_it = |step: &serde_json::Value| {
        step["task"] == task && step["name"].as_str().unwrap().starts_with(name)
    };
    steps(room).into_iter().find(|step| is_it(step)).unwrap_or_else(|| panic!("{task} {name}"))
}

fn number(room: &Room, task: &str, name: &str) -> String {
    step(room, task, name)["number"].to_string()
}

fn code_of(uri: &str, seconds_from_now: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let at = now.checked_add_signed(seconds_from_now).unwrap();
    let token = otpauth::read(uri).map_err(|_| ()).unwrap();
    format!("{}\n", token.code_at(UnixTime(at)).map_err(|_| ()).unwrap().code.as_str())
}

#[test]
fn a_plan_is_made_after_a_question_and_says_what_hangs_on_the_old_phone() {
    let room = hana();
    assert_eq!(exit(&room.run(&["move"])), 3, "nothing is planned");
    let begin = ["move", "--from", "pixel", "--to", "fairphone"];
    assert_eq!(exit(&room.run(&begin)), 10, "it is asked before a plan is made");
    assert_eq!(exit(&room.run(&["move"])), 3);
    for (args, code) in [
        (["move", "--from", "pixel", "--to", "pixel"], 2),
        (["move", "--from", "pixel", "--to", "memory"], 6),
        (["move", "--from", "pixel", "--to", "nothing-like-it"], 3),
    ] {
        let refused = room.run(&[&["-y"][..], &args].concat());
        assert_eq!(exit(&refused), code, "{args:?}: {}", stderr(&refused));
    }
    assert_eq!(exit(&room.run(&["-y", "move", "--to", "fairphone"])), 3, "from where?");

    let plan = json(&room, &[&["-y"][..], &begin, &["--json"]].concat());
    assert_eq!(plan["hangs_on_old"], serde_json::json!(["Bank"]));
    let told: Vec<(&str, &str)> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["task"].as_str().unwrap(), step["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        (told[0].0, &told[0].1[..4]),
        ("hand-over", "Shop"),
        "what matters least comes first"
    );
    let sim = told.iter().position(|(task, _)| *task == "move-sim").unwrap();
    assert_eq!(told[sim + 1].0, "check-text", "texts stay on the old phone until they are needed");
    let bank: Vec<&str> =
        told.iter().filter(|(_, name)| *name == "Bank").map(|(task, _)| *task).collect();
    assert_eq!(bank, ["re-enrol", "check-text"]);
    assert_eq!(told[told.len() - 2].0, "sign-out");
    assert_eq!(told[told.len() - 1].0, "wipe");
    assert_eq!(step(&room, "re-enrol", "Bank")["only_while_old_works"], true);
    assert_eq!(step(&room, "hand-over", "Inn")["only_while_old_works"], false);
    // Asked for again, it is the same plan, and no question.
    let again = json(&room, &[&begin[..], &["--json"]].concat());
    assert_eq!(again, plan);

    let shown = room.prints(&["move"], "");
    let first = shown.find("Not without").unwrap();
    assert!(first < shown.find("[ ]").unwrap() && shown.contains("locked out of Bank"), "{shown}");
    assert!(shown.contains('!'), "{shown}");
    let japanese = room.prints(&["--lang", "ja", "move"], "");
    assert!(japanese.contains("件のうち 0 件が済みました"), "{japanese}");
    assert!(japanese.contains("Bank に入れなくなります"), "{japanese}");
}

#[test]
fn what_the_picture_gives_is_what_the_vault_has_and_what_cannot_travel_is_named() {
    let room = begun();
    let picture = room.path("codes.png");
    let send = ["move", "--send", "--file", picture.to_str().unwrap()];
    assert_eq!(exit(&room.run(&send)), 10, "a picture anybody can read is asked for");
    let sent = room.run(&[&["-y"][..], &send].concat());
    assert_eq!(exit(&sent), 0, "{}", stderr(&sent));
    let told = stderr(&sent);
    assert!(told.contains("Slow") && told.contains("Gate"), "both stay, and are named: {told}");

    let texts = read_picture(&fs::read(&picture).unwrap()).map_err(|_| ()).unwrap();
    assert_eq!(texts.len(), 1);
    let part = migration::read(texts[0].expose()).map_err(|_| ()).unwrap();
    let expected = [SHOP, INN].map(|uri| otpauth::read(uri).map_err(|_| ()).unwrap());
    assert_eq!(part.tokens.len(), 2);
    for token in &expected {
        assert!(part.tokens.iter().any(|read| read == token), "{}", token.issuer);
    }
    for (name, state) in [("Inn", "sent"), ("Shop", "sent"), ("Slow", "open"), ("Gate", "open")] {
        assert_eq!(step(&room, "hand-over", name)["state"], state, "{name}");
    }
    assert_eq!(exit(&room.run(&[&["-y"][..], &send].concat())), 6, "nothing is overwritten");

    // A file has a place for what the QR form has none for.
    let file = room.path("rest.json");
    let send = ["--passphrase-stdin", "move", "--file", file.to_str().unwrap()];
    room.prints(&send, "a password of the file\n");
    assert_eq!(step(&room, "hand-over", "Slow")["state"], "sent");
    assert_eq!(step(&room, "hand-over", "Gate")["state"], "open");
    let phone = vault_of(&[]);
    let import = ["--passphrase-stdin", "-y", "token", "import", file.to_str().unwrap()];
    phone.prints(&import, "a password of the file\n");
    let code = phone.prints(&["code", "slow"], "");
    let only = number(&room, "hand-over", "Slow");
    room.prints(&["move", "--prove", "--only", &only], &code);
    assert_eq!(step(&room, "hand-over", "Slow")["state"], "done");
    let unknown = room.path("codes.bmp");
    assert_eq!(exit(&room.run(&["move", "--file", unknown.to_str().unwrap()])), 2);
}

#[test]
fn many_tokens_go_in_batches_of_one_code_each_until_none_is_left() {
    let uris: Vec<String> = (0..30)
        .map(|at| {
            let name = format!("Service number {at:02}");
            let name = name.replace(' ', "%20");
            format!("otpauth://totp/{name}:hana@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer={name}")
        })
        .collect();
    let room = vault_of(&uris.iter().map(String::as_str).collect::<Vec<_>>());
    for phone in ["Pixel", "Fairphone"] {
        room.prints(&["phone", "add", phone], "");
    }
    room.prints(&["-y", "move", "--from", "pixel", "--to", "fairphone"], "");
    let mut carried = Vec::new();
    for batch in 1.. {
        let picture = room.path(&format!("{batch}.png"));
        let sent = room.run(&["-y", "move", "--file", picture.to_str().unwrap()]);
        if exit(&sent) == 3 {
            break;
        }
        assert_eq!(exit(&sent), 0, "{}", stderr(&sent));
        let texts = read_picture(&fs::read(&picture).unwrap()).map_err(|_| ()).unwrap();
        assert!(texts[0].expose().len() <= 640, "a camera likes it");
        let part = migration::read(texts[0].expose()).map_err(|_| ()).unwrap();
        assert_eq!((part.index, part.count), (0, 1), "each is whole in itself");
        assert!(!part.tokens.is_empty() && part.tokens.len() < 30);
        carried.extend(part.tokens.iter().map(|token| token.issuer.clone()));
    }
    carried.sort();
    let expected: Vec<String> = (0..30).map(|at| format!("Service number {at:02}")).collect();
    assert_eq!(carried, expected, "each once");
}

#[test]
fn a_wrong_code_proves_nothing_and_says_what_it_may_be() {
    let room = begun();
    let picture = room.path("codes.png");
    room.prints(&["-y", "move", "--file", picture.to_str().unwrap()], "");
    let only = number(&room, "hand-over", "Inn");
    let prove = ["move", "--prove", "--only", &only];
    let sha256 = format!("{INN}&algorithm=SHA256");
    for (code, told) in [
        (code_of(SHOP, 0), "that is the code of Shop"),
        (code_of(&sha256, 0), "by another rule"),
        (code_of(INN, 3600), "ahead of this PC"),
        (code_of(INN, -3600), "behind this PC"),
        ("12345\n".to_owned(), "another length"),
    ] {
        let wrong = room.run_with(&prove, &code);
        assert_eq!(exit(&wrong), 5, "{}", stderr(&wrong));
        assert!(stderr(&wrong).contains(told), "{told}: {}", stderr(&wrong));
        assert_eq!(step(&room, "hand-over", "Inn")["state"], "sent");
    }
    let wrong = room.run_with(&[&["--lang", "ja"][..], &prove].concat(), &code_of(SHOP, 0));
    assert!(stderr(&wrong).contains("Shop") && stderr(&wrong).contains("のコードです"));
    // A code that is just over, or typed early, is no wrong one.
    for seconds in [-25, 25] {
        room.prints(&prove, &code_of(INN, seconds));
        assert_eq!(step(&room, "hand-over", "Inn")["state"], "done");
    }
    // An empty line leaves one for later, and so does the end of the input.
    room.prints(&["move", "--prove"], "\n");
    assert_eq!(step(&room, "hand-over", "Shop")["state"], "sent");
    room.prints(&["move", "--prove"], "");
    room.prints(&["move", "--prove"], &code_of(SHOP, 0));
    assert_eq!(step(&room, "hand-over", "Shop")["state"], "done");
    assert_eq!(exit(&room.run(&["move", "--prove"])), 3, "none waits");
    let argument = room.run(&["move", "--prove", "--code", "123456"]);
    assert_eq!(exit(&argument), 6, "a code is no argument: {}", stderr(&argument));
}

#[test]
fn a_token_that_counts_goes_alone_and_the_vault_does_not_show_its_code_again() {
    let room = begun();
    let gate = number(&room, "hand-over", "Gate");
    let inn = number(&room, "hand-over", "Inn");
    let picture = room.path("gate.png");
    let path = picture.to_str().unwrap();
    let send = ["move", "--send", "--file", path, "--only", &gate];
    let both = room.run(&[&["-y"][..], &send, &["--only", &inn]].concat());
    assert_eq!(exit(&both), 2, "{}", stderr(&both));
    assert!(!picture.exists());
    room.prints(&[&["-y"][..], &send].concat(), "");

    let phone = vault_of(&[]);
    phone.prints(&["-y", "token", "scan", path], "");
    let code = phone.prints(&["code", "gate"], "");
    room.prints(&["move", "--prove"], &code);
    assert_eq!(step(&room, "hand-over", "Gate")["state"], "done");
    let counter = json(&room, &["token", "show", "gate", "--json"])["fields"]["counter"].clone();
    assert_eq!(counter, 8, "behind the code that the phone has shown");
    let again = room.run_with(&["move", "--prove", "--only", &gate], &code);
    assert_eq!(exit(&again), 5);
    assert!(stderr(&again).contains("used before"), "{}", stderr(&again));
    let left = step(&room, "hand-over", "Gate")["disable"].as_str().unwrap().to_owned();
    assert!(left.contains("token remove"), "{left}");
}

#[test]
fn from_the_old_phone_to_the_new_one_over_days_with_breaks_and_things_left_out() {
    let room = begun();
    let at = |task: &str, name: &str| number(&room, task, name);
    let (gate, slow, wipe) = (at("hand-over", "Gate"), at("hand-over", "Slow"), at("wipe", ""));
    let (sim, bank, texts) = (at("move-sim", ""), at("re-enrol", "Bank"), at("check-text", "Bank"));
    let shop = at("hand-over", "Shop");

    // Nobody's word stands for a code, and nothing is disabled before it is moved.
    assert_eq!(exit(&room.run(&["move", "--done", &shop])), 6);
    assert_eq!(exit(&room.run(&["move", "--off", &bank])), 6);
    assert_eq!(exit(&room.run(&["move", "--done", "99"])), 3);
    let early = room.run(&["move", "--done", &wipe]);
    assert_eq!(exit(&early), 10, "the bank hangs on it: {}", stderr(&early));

    room.prints(&["move", "--skip", &gate, "--skip", &slow], "");
    let picture = room.path("codes.png");
    room.prints(&["-y", "move", "--file", picture.to_str().unwrap()], "");
    room.prints(&["lock"], "");
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    let phone = vault_of(&[]);
    phone.prints(&["-y", "token", "scan", picture.to_str().unwrap()], "");
    let codes = ["shop", "inn"].map(|name| phone.prints(&["code", name], ""));
    room.prints(&["move", "--prove"], &codes.concat());
    let shown = room.prints(&["move"], "");
    assert!(shown.contains("2 are left out and unproven"), "{shown}");
    assert!(shown.contains("To disable on “Pixel”"), "{shown}");

    // The map knows nothing of it yet.
    let method =
        || json(&room, &["method", "show", "bank app", "--json"])["fields"]["item"].clone();
    let before = method();
    room.prints(&["move", "--done", &sim, "--done", &bank], "");
    assert_eq!(method(), before);
    assert_eq!(json(&room, &["move", "--json"])["hangs_on_old"], serde_json::json!([]));
    room.prints(&["move", "--off", &bank, "--off", &shop], "");
    assert_eq!(step(&room, "re-enrol", "Bank")["disabled"], true);
    room.prints(&["move", "--done", &at("sign-out", ""), "--done", &wipe], "");

    assert_eq!(exit(&room.run(&["move", "--end"])), 10);
    room.prints(&["-y", "move", "--end"], "");
    assert_eq!(exit(&room.run(&["move"])), 3);
    let new = json(&room, &["phone", "show", "fairphone", "--json"]);
    assert_eq!(method(), new["id"], "it lives on the new phone");
    assert_eq!(new["fields"]["number"], "090-0000-0000");
    let map = json(&room, &["map", "--json"]);
    let methods = |name: &str| {
        let services = map["services"].as_array().unwrap();
        let service = services.iter().find(|service| service["name"] == name).unwrap();
        service["methods"].as_array().unwrap().clone()
    };
    let on = |thing: &str, method: &serde_json::Value| method["needs"].to_string().contains(thing);
    let (new, old) = (new["id"].as_str().unwrap(), before.as_str().unwrap());
    // What nobody confirmed is where it was.
    let texts_at = methods("Bank").into_iter().find(|method| method["what"] == "sms").unwrap();
    assert!(on(old, &texts_at), "{texts_at} {texts}");
    let tokens: Vec<serde_json::Value> =
        methods("Shop").into_iter().filter(|method| method["what"] == "token").collect();
    assert_eq!(tokens.len(), 2, "in the vault and on the phone");
    assert!(tokens.iter().any(|token| on(new, token)), "{tokens:?}");
}

#[test]
fn a_plan_that_is_dropped_changes_nothing_and_comes_back_by_undo() {
    let room = begun();
    let map = json(&room, &["map", "--json"]);
    let sim = number(&room, "move-sim", "");
    room.prints(&["move", "--done", &sim], "");
    assert_eq!(exit(&room.run(&["move", "--abort"])), 10);
    room.prints(&["-y", "move", "--abort"], "");
    assert_eq!(exit(&room.run(&["move"])), 3);
    assert_eq!(json(&room, &["map", "--json"]), map);
    room.prints(&["undo"], "");
    assert_eq!(step(&room, "move-sim", "")["state"], "done");
}

/// Another PC with a copy of this vault, open.
fn copied(here: &Room) -> Room {
    let there = Room::new();
    let copy = there.path("data/kagifuda/vault.kagifuda");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    here.prints(&["vault", "backup", there.path("carried").to_str().unwrap()], "");
    fs::rename(there.path("carried"), &copy).unwrap();
    there.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    there
}

#[test]
fn what_two_pcs_add_to_a_plan_at_once_is_two_tasks_and_nothing_of_it_is_done() {
    let here = begun();
    let there = copied(&here);
    for (pc, name, secret) in
        [(&here, "Lake", "MFRGGZDFMZTWQ2LL"), (&there, "Pond", "MFRGGZDFMZTWQ2LM")]
    {
        let uri = format!("otpauth://totp/{name}:hana?secret={secret}&issuer={name}\n");
        pc.prints(&["token", "add"], &uri);
        pc.prints(&["move", "--from", "pixel", "--to", "fairphone"], "");
    }
    let pond = number(&there, "hand-over", "Pond");
    assert_eq!(pond, number(&here, "hand-over", "Lake"), "the same number");
    there.prints(&["move", "--skip", &pond], "");
    let carried = there.path("back");
    there.prints(&["vault", "backup", carried.to_str().unwrap()], "");
    here.prints(&["vault", "merge", carried.to_str().unwrap()], "");
    let both = ["Lake", "Pond"].map(|name| step(&here, "hand-over", name));
    assert_ne!(both[0]["number"], both[1]["number"]);
    assert!(both.iter().all(|step| step["state"] == "open"), "{both:?}");
    here.prints(&["move", "--skip", &both[1]["number"].to_string()], "");
    assert_eq!(step(&here, "hand-over", "Pond")["state"], "skipped");
    assert_eq!(step(&here, "hand-over", "Lake"), both[0], "and its number stays");
}

#[test]
fn what_two_pcs_ticked_off_meets() {
    let here = begun();
    let there = copied(&here);
    let bank = number(&here, "re-enrol", "Bank");
    let sim = number(&here, "move-sim", "");
    here.prints(&["move", "--done", &sim], "");
    there.prints(&["move", "--done", &bank], "");
    there.prints(&["move", "--skip", "1"], "");
    let carried = there.path("back");
    there.prints(&["vault", "backup", carried.to_str().unwrap()], "");
    here.prints(&["vault", "merge", carried.to_str().unwrap()], "");
    assert_eq!(step(&here, "move-sim", "")["state"], "done");
    assert_eq!(steps(&here)[0]["state"], "skipped");
    assert_eq!(step(&here, "re-enrol", "Bank")["state"], "done");
}

#[test]
fn nothing_is_called_moved_or_wiped_that_was_left_out_or_never_given() {
    let room = begun();
    let gate = number(&room, "hand-over", "Gate");
    let inn = number(&room, "hand-over", "Inn");
    // A code that counts may be the old phone's, as long as the new one was given nothing.
    let early = room.run_with(&["-y", "move", "--prove", "--only", &gate], "520489\n");
    assert_eq!(exit(&early), 6, "{}", stderr(&early));
    // Of others the holder says so.
    let unsaid = room.run_with(&["move", "--prove", "--only", &inn], &code_of(INN, 0));
    assert_eq!(exit(&unsaid), 10, "{}", stderr(&unsaid));
    // What a plan has to do nobody confuses with ending it.
    for end in ["--end", "--abort"] {
        let both = room.run(&["-y", "move", end, "--only", &inn]);
        assert_eq!((exit(&both), both.stdout.len()), (2, 0), "{end}");
    }
    // A bank that was left out is named before the phone is wiped and the plan put away.
    let bank = number(&room, "re-enrol", "Bank");
    room.prints(&["move", "--skip", &bank], "");
    let wipe = number(&room, "wipe", "");
    assert_eq!(exit(&room.run(&["move", "--done", &wipe])), 10);
    for task in steps(&room) {
        let number = task["number"].to_string();
        if task["task"] != "wipe" {
            room.prints(&["move", "--skip", &number], "");
        }
    }
    let shown = room.run(&["move"]);
    assert!(stderr(&shown).contains("was not moved"), "{}", stderr(&shown));
}

#[test]
fn a_phone_is_not_wiped_unasked_while_the_map_sees_no_way_into_a_service() {
    let room = vault_of(&[INN]);
    for phone in ["Pixel", "Fairphone"] {
        room.prints(&["phone", "add", phone, "--system", "android"], "");
    }
    room.prints(&["-y", "move", "--from", "pixel", "--to", "fairphone"], "");
    let (inn, wipe) = (number(&room, "hand-over", "Inn"), number(&room, "wipe", ""));
    room.prints(&["move", "--skip", &inn], "");
    let unasked = room.run(&["move", "--done", &wipe]);
    assert_eq!(exit(&unasked), 10, "{}", stderr(&unasked));
}

#[test]
fn a_plan_learns_what_the_map_has_learned_and_ends_with_services_that_only_a_token_named() {
    let room = begun();
    let (sim, inn) = (number(&room, "move-sim", ""), number(&room, "hand-over", "Inn"));
    room.prints(&["move", "--done", &sim], "");
    let uri = "otpauth://totp/Later:hana?secret=MFRGGZDFMZTWQ2LL&issuer=Later\n";
    room.prints(&["token", "add"], uri);
    room.prints(
        &["token", "add"],
        "otpauth://totp/Later:ume?secret=MFRGGZDFMZTWQ2LM&issuer=Later\n",
    );
    assert!(room.prints(&["move"], "").contains("2 tasks more"));
    room.prints(&["move", "--from", "pixel", "--to", "fairphone"], "");
    let later = steps(&room).into_iter().filter(|step| step["name"].to_string().contains("Later"));
    assert_eq!(later.count(), 2, "each of two tokens");
    assert_eq!(step(&room, "move-sim", "")["state"], "done", "what was said stays");
    assert_eq!(number(&room, "hand-over", "Inn"), inn, "and so do the numbers");

    let picture = room.path("inn.png");
    room.prints(&["-y", "move", "--file", picture.to_str().unwrap(), "--only", &inn], "");
    room.prints(&["move", "--prove"], &code_of(INN, 0));
    room.prints(&["-y", "move", "--end"], "");
    let map = json(&room, &["map", "--json"]);
    let services = map["services"].as_array().unwrap();
    let inn = services.iter().find(|service| service["name"] == "Inn").unwrap();
    let tokens = inn["methods"].as_array().unwrap().iter().filter(|it| it["what"] == "token");
    assert_eq!(tokens.count(), 2, "in the vault and on the phone: {inn}");
}

#[test]
fn what_two_terminals_tick_off_is_kept() {
    use std::io::Write as _;
    let room = begun();
    let picture = room.path("codes.png");
    room.prints(&["-y", "move", "--file", picture.to_str().unwrap()], "");
    let only = number(&room, "hand-over", "Inn");
    let mut prove = room.command(&["move", "--prove", "--only", &only]);
    prove.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut prove = prove.spawn().unwrap();
    // While it waits for the code, somebody ticks off something else.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let sim = number(&room, "move-sim", "");
    room.prints(&["move", "--done", &sim], "");
    prove.stdin.take().unwrap().write_all(code_of(INN, 0).as_bytes()).unwrap();
    assert!(prove.wait().unwrap().success());
    assert_eq!(step(&room, "move-sim", "")["state"], "done");
    assert_eq!(step(&room, "hand-over", "Inn")["state"], "done");
}

#[test]
fn a_pc_is_replaced_by_a_pc_and_apple_passkeys_by_new_ones() {
    let room = vault_of(&[INN]);
    let run = |args: &[&str]| room.prints(args, "");
    run(&["phone", "add", "iPhone", "--system", "ios"]);
    run(&["phone", "add", "Pixel", "--system", "android"]);
    run(&["phone", "add", "Next iPhone", "--system", "ios"]);
    run(&["service", "add", "Photos"]);
    let synced = ["--what", "passkey", "--lives", "icloud", "--synced", "yes"];
    run(&[&["method", "add", "Photos passkey", "--service", "photos"][..], &synced].concat());
    let refused = room.run(&["-y", "move", "--from", "pc", "--to", "pixel"]);
    assert_eq!(exit(&refused), 6, "{}", stderr(&refused));
    run(&["-y", "move", "--from", "iphone", "--to", "pixel"]);
    assert_eq!(step(&room, "register-anew", "Photos")["only_while_old_works"], true);
    run(&["-y", "move", "--from", "iphone", "--to", "next"]);
    assert_eq!(exit(&room.run(&["move"])), 9, "two plans");
    let plan = json(&room, &["move", "--to", "next", "--json"]);
    let tasks = plan["steps"].to_string();
    assert!(tasks.contains("check-passkey") && !tasks.contains("register-anew"), "{tasks}");
    room.prints(&["-y", "move", "--to", "pixel", "--abort"], "");
    room.prints(&["move"], "");
    // A phone of which nobody said what it is may open no passkeys of Apple's.
    run(&["phone", "add", "Unsaid"]);
    run(&["-y", "move", "--from", "iphone", "--to", "unsaid"]);
    let tasks = json(&room, &["move", "--to", "unsaid", "--json"])["steps"].to_string();
    assert!(tasks.contains("register-anew"), "{tasks}");
}

#[test]
fn a_phone_that_is_lost_on_the_way_is_told() {
    let room = begun();
    room.prints(&["phone", "edit", "pixel", "--lost"], "");
    let shown = room.run(&["move"]);
    assert!(stderr(&shown).contains("marked as lost"), "{}", stderr(&shown));
    room.prints(&["phone", "remove", "pixel", "-y"], "");
    assert_eq!(exit(&room.run(&["move"])), 3, "it is on the map no more");
    room.prints(&["-y", "move", "--abort"], "");
}

#[test]
fn the_pages_to_print_are_whole_in_both_languages_and_need_no_vault() {
    let room = Room::new();
    for lang in ["en", "ja"] {
        for reader in ["person", "company"] {
            let page = room.prints(&["--lang", lang, "move", "--template", reader], "");
            assert!(page.starts_with("<!doctype html>\n<html lang=\""), "{page}");
            assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
            assert!(page.contains("@page{size:A4"), "{page}");
            // It loads nothing, and a browser would refuse if it did.
            assert!(page.contains("default-src 'none'"), "{page}");
            for loads in ["http:", "https:", "src=", "url(", "<script", "@import"] {
                assert!(!page.contains(loads), "{loads}: {page}");
            }
            for (opens, closes) in
                [("<ul", "</ul>"), ("<li>", "</li>"), ("<table ", "</table>"), ("<tr>", "</tr>")]
            {
                assert_eq!(page.matches(opens).count(), page.matches(closes).count(), "{opens}");
            }
            // Each row of a table has as many cells as its head.
            for table in page.split("<table ").skip(1) {
                let (head, body) = table.split_once("</thead>").unwrap();
                let columns = head.matches("<th ").count();
                let body = body.split("</tbody>").next().unwrap();
                for row in body.split("<tr>").skip(1) {
                    let cells = row.matches("<td>").count() + row.matches("<th ").count();
                    assert_eq!(cells, columns, "{row}");
                }
            }
        }
    }
    let path = room.path("page.html");
    let file = ["move", "--template", "person", "--file", path.to_str().unwrap()];
    room.prints(&file, "");
    assert_eq!(exit(&room.run(&file)), 6, "nothing is overwritten");
    let other = room.path("page.pdf");
    assert_eq!(
        exit(&room.run(&["move", "--template", "person", "--file", other.to_str().unwrap()])),
        2
    );
    assert_eq!(exit(&room.run(&["move", "--template", "family"])), 2);
    assert_eq!(exit(&room.run(&["move"])), 3, "no vault was made");
}
