// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program as scripts meet it: a real process, a real agent, a real file; what goes in by pipes, what
//! comes out, and the exit codes the manual promises.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

mod room;

use room::{PASSPHRASE, PROGRAM, Room, exit, stderr};

fn vault(room: &Room) -> PathBuf {
    room.path("data/kagifuda/vault.kagifuda")
}

/// Runs what has to succeed, and reads the JSON it printed.
fn json(room: &Room, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&room.prints(args, "")).unwrap()
}

/// A vault with three tokens.
fn furnish(room: &Room) {
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    for name in ["Inn:hana", "Inn:work", "Bank:hana"] {
        let uri = format!("otpauth://totp/{name}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        room.prints(&["token", "add"], &uri);
    }
}

#[test]
fn a_script_gets_from_nothing_to_a_code_and_back_out() {
    let room = Room::new();
    let words = room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    assert_eq!(words.split_whitespace().count(), 24);
    room.prints(
        &["token", "add"],
        "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Inn\n",
    );
    let code = room.prints(&["code", "inn"], "");
    assert!(code.len() == 7 && code.trim().bytes().all(|byte| byte.is_ascii_digit()), "{code}");

    let export = room.path("tokens.txt");
    let export_path = export.to_str().unwrap();
    let plain = ["token", "export", export_path, "--format", "otpauth", "--plain"];
    assert_eq!(exit(&room.run(&plain)), 10, "plain text is confirmed, not assumed");
    assert!(!export.exists());
    room.prints(&[&plain[..], &["--yes"]].concat(), "");
    assert_eq!(export.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(exit(&room.run(&[&plain[..], &["--yes"]].concat())), 6, "nothing is overwritten");
    let again = json(&room, &["token", "import", export_path, "--dry-run", "--json"]);
    assert_eq!(again["entries"][0]["outcome"], "same");

    room.prints(&["lock"], "");
    let words_again = room.run_with(&["--passphrase-stdin", "unlock", "--words"], &words);
    assert_eq!(exit(&words_again), 0, "{}", stderr(&words_again));
    assert_eq!(json(&room, &["status", "--json"])["tokens"], 1);
}

#[test]
fn exit_codes_are_those_the_manual_promises() {
    let room = Room::new();
    assert_eq!(exit(&room.run(&["code"])), 3, "no vault");
    furnish(&room);
    assert_eq!(exit(&room.run(&["--no-such-flag"])), 2);
    assert_eq!(exit(&room.run(&["code", "nothing like that"])), 3);
    assert_eq!(exit(&room.run(&["code", "inn"])), 9);
    assert_eq!(exit(&room.run(&["token", "remove", "bank"])), 10);
    assert_eq!(exit(&room.run_with(&["--passphrase-stdin", "init"], PASSPHRASE)), 6);
    assert_eq!(exit(&room.run(&["lock"])), 0);
    assert_eq!(exit(&room.run(&["code", "bank"])), 4);
    assert_eq!(exit(&room.run_with(&["--passphrase-stdin", "unlock"], "wrong\n")), 5);
    let fd = Command::new("sh")
        .args([
            "-c",
            "printf 'a passphrase of this test\\n' >p; exec \"$0\" --passphrase-fd 3 unlock 3<p",
        ])
        .arg(PROGRAM)
        .current_dir(room.path("home"))
        .envs([("XDG_RUNTIME_DIR", room.path("run")), ("XDG_DATA_HOME", room.path("data"))])
        .env("XDG_STATE_HOME", room.path("state"))
        .output()
        .unwrap();
    assert_eq!(exit(&fd), 0, "{}", stderr(&fd));
    assert_eq!(exit(&room.run(&["lock"])), 0);
    fs::write(vault(&room), b"this is no vault").unwrap();
    let damaged = room.run_with(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert_eq!(exit(&damaged), 7, "{}", stderr(&damaged));
}

#[test]
fn a_secret_typed_as_an_argument_is_refused_and_never_repeated() {
    let room = Room::new();
    for line in [
        ["token", "add", "GEZDGNBVGY3TQOJQ"].as_slice(),
        &["token", "add", "--secret", "GEZDGNBVGY3TQOJQ"],
        &["--lang", "ja", "unlock", "GEZDGNBVGY3TQOJQ"],
    ] {
        let output = room.run(line);
        assert_eq!(exit(&output), 6, "{line:?}");
        assert!(!stderr(&output).contains("GEZD"), "{line:?}");
    }
}

#[test]
fn no_secret_reaches_a_temporary_file_an_argument_the_environment_or_what_is_said() {
    let room = Room::new();
    let last_touched = || fs::metadata(room.path("tmp")).unwrap().modified().unwrap();
    let untouched = last_touched();
    let words = room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
    let backup = room.path("backup");
    let plain = room.path("plain.txt");
    let (backup, plain) = (backup.to_str().unwrap(), plain.to_str().unwrap());
    let mut said = Vec::new();
    for (line, input, code) in [
        (["token", "add"].as_slice(), uri, 0),
        (&["vault", "backup", backup], "", 0),
        (&["token", "export", plain, "--format", "otpauth", "--plain", "--yes"], "", 0),
        (&["token", "import", plain, "--dry-run"], "", 0),
        (&["token", "show", "inn"], "", 0),
        (&["vault", "merge", backup], "", 0),
        (&["lock"], "", 0),
        (&["--passphrase-stdin", "unlock"], "not the passphrase\n", 5),
        (&["--passphrase-stdin", "unlock"], PASSPHRASE, 0),
        (&["--passphrase-stdin", "--yes", "vault", "restore", backup], PASSPHRASE, 0),
        (&["vault", "verify"], "", 0),
        (&["history", "--json"], "", 0),
        (&["code", "inn"], "", 0),
    ] {
        let output = room.run_with(line, input);
        assert_eq!(exit(&output), code, "{line:?}: {}", stderr(&output));
        said.extend([output.stdout, output.stderr].concat());
    }
    fs::remove_file(plain).unwrap();
    let mut places = vec![("what was said".to_owned(), said)];
    let agent = json(&room, &["status", "--json"])["agent_pid"].to_string();
    for file in ["cmdline", "environ"] {
        // The kernel shows the environment of a process that must not be looked into to root only.
        let about = fs::read(format!("/proc/{agent}/{file}"));
        places.extend(about.ok().map(|bytes| (file.to_owned(), bytes)));
    }
    let mut folders = vec![room.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.is_file() {
                places.push((entry.display().to_string(), fs::read(&entry).unwrap()));
            }
        }
    }
    assert!(places.len() >= 5, "vault, backup, state, arguments and what was said at least");
    let secrets = [
        PASSPHRASE.trim(),
        "not the passphrase",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "12345678901234567890",
        words.trim(),
    ];
    for (place, bytes) in &places {
        for secret in secrets {
            let is_found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_found, "a secret in {place}");
        }
    }
    assert_eq!(last_touched(), untouched, "a temporary file was made, if only for a moment");
}

#[test]
fn listings_have_the_shape_the_manual_describes() {
    let room = Room::new();
    furnish(&room);
    room.prints(&["token", "add"], "otpauth://hotp/Gym:hana?secret=GEZDGNBVGY3TQOJQ&counter=3\n");
    room.prints(&["service", "add", "Inn", "--url", "https://inn.example"], "");
    room.prints(&["codes", "add", "Inn", "--store", "--service", "inn"], "one\ntwo\n");
    room.prints(&["method", "add", "Inn", "--what", "passkey"], "");
    room.prints(&["note", "add", "Locker"], "number 7\n");
    room.prints(&["key", "add", "Blue key"], "");
    room.prints(&["stick", "add", "Red stick"], "");
    for phone in ["Old phone", "New phone"] {
        room.prints(&["phone", "add", phone], "");
    }
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual");
    let pages =
        ["json.md", "json.ja.md"].map(|page| fs::read_to_string(manual.join(page)).unwrap());
    let [export, picture, backup] = ["e.txt", "e.png", "backup"].map(|name| room.path(name));
    let [export, picture, backup] = [&export, &picture, &backup].map(|it| it.to_str().unwrap());
    room.prints(&["-y", "token", "export", export, "--format", "otpauth", "--plain"], "");
    let google = ["-y", "token", "export", picture, "--format", "google", "--plain"];
    room.prints(&[&google[..], &["--query", "bank"]].concat(), "");
    room.prints(&["vault", "backup", backup], "");
    let mut printed = std::collections::BTreeSet::new();
    for line in [
        ["status", "--json"].as_slice(),
        &["code", "--json", "--next"],
        &["code", "bank", "--json"],
        &["token", "list", "--json"],
        &["token", "show", "bank", "--json"],
        &["codes", "show", "inn", "--secret", "--json"],
        &["token", "import", export, "--dry-run", "--json"],
        &["token", "scan", picture, "--dry-run", "--json"],
        &["passkey", "list", "--json"],
        &["service", "list", "--json"],
        &["method", "list", "--json"],
        &["codes", "list", "--json"],
        &["note", "list", "--json"],
        &["key", "list", "--json"],
        &["stick", "list", "--json"],
        &["vault", "merge", backup, "--json"],
        &["vault", "verify", "--json"],
        &["history", "--json"],
        &["open-with", "list", "--json"],
        &["map", "--json"],
        &["map", "next", "--json"],
        &["map", "--review", "--json"],
        &["-y", "map", "--lose", "passphrase", "--json"],
        &["map", "--change-password", "inn", "--json"],
        &["-y", "move", "--from", "old phone", "--to", "new phone", "--json"],
    ] {
        let value = json(&room, line);
        let mut members = Vec::new();
        collect(&value, "", &mut members);
        assert!(!members.is_empty(), "{line:?}");
        if line[1] == "list" && line[0] != "passkey" && line[0] != "open-with" {
            assert!(!value["items"].as_array().unwrap().is_empty(), "{line:?} lists nothing");
        }
        for (page, member) in pages.iter().flat_map(|page| members.iter().map(move |m| (page, m))) {
            assert!(page.contains(&format!("`{member}`")), "{line:?} prints {member}");
        }
        printed.extend(members);
    }
    for page in &pages {
        for section in page.split("\n## ").skip(1) {
            // Those of keys that are plugged in are looked at where there is one; much of a map is there only
            // where somebody is weak.
            let elsewhere = ["`kagifuda key", "`kagifuda doctor", "`kagifuda map"];
            if elsewhere.iter().any(|begin| section.starts_with(begin)) {
                continue;
            }
            for word in section.split('`').skip(1).step_by(2) {
                let is_name = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                let is_known =
                    printed.contains(word) || VALUES.contains(&word) || ELSEWHERE.contains(&word);
                assert!(!is_name || is_known, "{word} is described and never printed");
            }
        }
    }
    let secretless = room.prints(&["token", "show", "bank", "--json"], "");
    assert!(!secretless.contains("GEZDGNBV"));
}

/// What the page names besides members: their values, and commands.
const VALUES: &[&str] = &[
    "absent",
    "locked",
    "open",
    "null",
    "imported",
    "same",
    "refused",
    "create",
    "add",
    "edit",
    "remove",
    "reset",
    "import",
    "use",
    "undo",
    "way",
    "device",
    "other",
    "passphrase",
    "words",
    "keyring",
    "tpm",
    "unconfirmed",
    "token",
    "passkey",
    "service",
    "note",
    "register",
    "sent",
    "skipped",
    "wipe",
];
/// The members that only a damaged vault has, and one among an item's fields.
const ELSEWHERE: &[&str] = &["record", "what", "used"];

/// The names of members, those of an item's fields left out: they are the schema's.
fn collect(value: &serde_json::Value, under: &str, members: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) if under != "fields" => {
            for (name, value) in map {
                members.push(name.clone());
                collect(value, name, members);
            }
        }
        serde_json::Value::Array(list) => {
            list.iter().for_each(|value| collect(value, under, members))
        }
        _ => {}
    }
}

#[test]
fn the_program_does_not_run_with_foreign_rights() {
    if !rustix::process::geteuid().is_root() {
        println!("only root can make a setuid file: not checked");
        return;
    }
    use std::os::unix::process::CommandExt as _;
    let room = Room::new();
    let program = room.path("setuid-kagifuda");
    fs::copy(PROGRAM, &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755)).unwrap();
    fs::set_permissions(room.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(&program).arg("--version").uid(65_534).gid(65_534).output().unwrap();
    assert_eq!(exit(&output), 6);
    assert!(stderr(&output).contains("setuid"), "{}", stderr(&output));
}

#[test]
fn the_holder_says_in_which_order_lists_stand() {
    let room = Room::new();
    furnish(&room);
    let listed = || -> Vec<String> {
        let listed = json(&room, &["token", "list", "--json"]);
        let items = listed["items"].as_array().unwrap();
        items
            .iter()
            .map(|it| format!("{} {}", it["issuer"], it["account"]).replace('"', ""))
            .collect()
    };
    assert_eq!(listed(), ["Bank hana", "Inn hana", "Inn work"], "by name where nothing is said");
    room.prints(&["token", "edit", "inn", "work", "--place", "1"], "");
    room.prints(&["token", "edit", "inn", "hana", "--place", "2"], "");
    assert_eq!(listed(), ["Inn work", "Inn hana", "Bank hana"]);
    room.prints(&["token", "edit", "bank", "--pin"], "");
    assert_eq!(listed(), ["Bank hana", "Inn work", "Inn hana"], "what is pinned stands before");
    room.prints(&["token", "edit", "inn", "work", "--place", "0"], "");
    assert_eq!(listed(), ["Bank hana", "Inn hana", "Inn work"]);
}

#[test]
fn tokens_that_look_the_same_are_told_apart_by_a_number() {
    let room = Room::new();
    furnish(&room);
    let secret = "HAZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let uri = format!("otpauth://totp/Inn:hana?secret={secret}\n");
    room.prints(&["token", "add"], &uri);
    let refused = room.run(&["token", "show", "inn hana"]);
    let said = stderr(&refused);
    assert_eq!(exit(&refused), 9, "{said}");
    let numbers: Vec<&str> =
        said.lines().take(2).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(numbers.len(), 2, "{said}");
    let names = |number| json(&room, &["token", "show", number, "--json"])["id"].clone();
    let ids = [names(numbers[0]), names(numbers[1])];
    assert_ne!(ids[0], ids[1], "{said}");
    assert!(ids[0].as_str().unwrap().starts_with(numbers[0]), "{said}");
    // Those that differ need none.
    let said = stderr(&room.run(&["token", "show", "inn"]));
    assert!(said.contains("work\n"), "{said}");
}

#[test]
fn the_guide_answers_a_script_that_says_everything_and_asks_nobody_who_is_not_there() {
    let room = Room::new();
    let said = ["--for", "website", "--system", "linux", "--socket", "a", "--phone", "nfc"];
    let all = [&["guide"], &said[..], &["--rules", "mine"]].concat();
    let page = room.prints(&all, "");
    assert!(page.contains("this PC is the key") && page.contains("ordinary USB stick"), "{page}");
    let page = room.prints(&[&["--lang", "ja"], &all[..]].concat(), "");
    assert!(page.contains("この PC を鍵にする"), "{page}");
    let some = [&["guide"], &said[..]].concat();
    assert_ne!(exit(&room.run(&some)), 0);
}

#[test]
fn the_doctor_measures_the_clock_by_a_code_and_walks_from_a_symptom_to_its_causes() {
    let room = Room::new();
    furnish(&room);
    let code = room.prints(&["code", "bank"], "");
    let clock = ["--passphrase-stdin", "doctor", "clock", "bank"];
    assert!(room.prints(&clock, &code).contains("agrees"));
    // Letters are the code of no time.
    assert_ne!(exit(&room.run_with(&clock, "abcdef\n")), 0);
    let page = room.prints(&["doctor", "code", "bank", "--symptom", "always"], "");
    assert!(page.contains("1. ") && page.contains("doctor clock"), "{page}");
    let vault = room.run(&["doctor", "vault", "--json"]);
    let vault: serde_json::Value = serde_json::from_slice(&vault.stdout).unwrap();
    let checks: Vec<&str> =
        vault["findings"].as_array().unwrap().iter().filter_map(|f| f["check"].as_str()).collect();
    assert_eq!(checks, ["file", "agent", "memory", "core", "tpm", "swap", "clock"]);
}

#[test]
fn a_report_for_a_support_desk_names_the_account_and_holds_no_secret() {
    let room = Room::new();
    furnish(&room);
    let code = room.prints(&["code", "bank"], "");
    for lang in ["en", "ja"] {
        let report =
            room.prints(&["--lang", lang, "report", "bank", "--symptom", "always refused"], "");
        for word in ["Bank", "always refused", "kagifuda 0.", "Linux", "UTC"] {
            assert!(report.contains(word), "{word}: {report}");
        }
        for secret in [code.trim(), "GEZDGNBV", PASSPHRASE.trim()] {
            assert!(!report.contains(secret), "{report}");
        }
    }
}
