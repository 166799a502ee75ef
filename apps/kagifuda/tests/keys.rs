// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key is managed from its first PIN to its reset, by the commands a person types, over the test
//! transport: our own key at the other end, in a process of its own, with a button that a program presses.
#![cfg(feature = "testing")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

mod away;
/// A key on the bench, as the engine's own tests have it.
#[path = "../../../core/ctap/tests/support/mod.rs"]
mod bench;
mod bio;
mod browser;
/// A bus of a test's own.
#[path = "../../../world/linux/tests/bus/mod.rs"]
mod bus;
mod card;
/// The fingerprint reader, as the room that reads it plays it.
#[path = "../../../world/linux/tests/fingers/mod.rs"]
mod fingers;
mod locked;
/// The desktop's notifications, as the room that shows them plays them.
#[path = "../../../world/linux/tests/notifications/mod.rs"]
mod notifications;
mod passkeys;
mod person;
mod refusals;
mod room;
/// Who sits at this machine, as the room that listens to it plays it.
#[path = "../../../world/linux/tests/sessions/mod.rs"]
mod sessions;
mod touch;
mod who;

use browser::Browser;
use room::{PASSPHRASE, PROGRAM, Room, exit, stderr};

/// How long a key has to appear, and to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key that is plugged in by program.
struct Key {
    /// Its process, where it is not the test itself.
    process: Option<Child>,
    udp: u16,
    control: u16,
}

impl Key {
    /// Makes a vault and plugs the key in that lives in it.
    fn new(room: &Room) -> Self {
        room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
        Self::plug(room)
    }

    /// Plugs the key in that lives in the vault there is; its button is held down.
    fn plug(room: &Room) -> Self {
        let loopback = (Ipv4Addr::LOCALHOST, 0);
        let control = TcpListener::bind(loopback).unwrap().local_addr().unwrap().port();
        let mut key = Self::start(room, &["--control", &control.to_string()], |command| {
            command.stderr(Stdio::null())
        });
        key.control = control;
        key.turn("touch/on");
        key
    }

    /// Plugs a key in that asks people, where `place` says.
    fn asking(room: &Room, place: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        Self::asking_with(room, &[], place)
    }

    /// The same, told more.
    fn asking_with(
        room: &Room,
        more: &[&str],
        place: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
        Self::start(room, more, place)
    }

    fn start(room: &Room, more: &[&str], place: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let loopback = (Ipv4Addr::LOCALHOST, 0);
        let udp = UdpSocket::bind(loopback).unwrap().local_addr().unwrap().port();
        let wrapped = room.command(&[]);
        // Without a process in between, so that it can be ended by its id.
        let mut command = Command::new(PROGRAM);
        command.args(["key", "run", "--udp", &udp.to_string()]).args(more).env_clear();
        command.envs(wrapped.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let process = Some(place(&mut command).spawn().unwrap());
        let key = Self { process, udp, control: 0 };
        Browser::wait_for(&key);
        key
    }

    fn turn(&self, what: &str) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.control)).unwrap();
        write!(stream, "GET /usb1/{what} HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn replug(&self) {
        self.turn("power/off");
        self.turn("power/on");
    }

    /// A command for this key.
    fn run(&self, room: &Room, args: &[&str], input: &str) -> Output {
        let mut command = room.command(&["--passphrase-stdin", "key"]);
        command.args(args).env("KAGIFUDA_TEST_KEY", self.udp.to_string());
        room.finish(command, input)
    }

    fn prints(&self, room: &Room, args: &[&str], input: &str) -> String {
        let output = self.run(room, args, input);
        assert_eq!(exit(&output), 0, "{args:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, room: &Room, args: &[&str], input: &str) -> Value {
        serde_json::from_str(&self.prints(room, &[args, &["--json"]].concat(), input)).unwrap()
    }

    /// What is refused: its exit code, and that it says this.
    #[track_caller]
    fn refuses(&self, room: &Room, args: &[&str], input: &str, (code, says): (i32, &str)) {
        let output = self.run(room, args, input);
        let said = stderr(&output);
        assert_eq!(exit(&output), code, "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let Some(process) = &mut self.process else { return };
        if let Some(pid) = i32::try_from(process.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = process.wait();
    }
}

#[test]
fn a_key_that_is_plugged_in_is_listed_and_says_what_it_is() {
    let room = Room::new();
    let key = Key::new(&room);
    let listed = key.json(&room, &["list"], "");
    assert_eq!(listed["plugged_in"][0]["device"], format!("udp:{}", key.udp));
    assert_eq!(listed["items"][0]["name"], listed["plugged_in"][0]["name"], "it is entered");
    let again = key.json(&room, &["list"], "");
    assert_eq!(again["items"].as_array().unwrap().len(), 1, "and once only: {again}");
    let info = key.json(&room, &["info"], "");
    assert_eq!(info["pin"]["is_set"], false);
    assert_eq!(info["options"]["rk"], true);
    assert!(info["versions"].as_array().unwrap().contains(&"FIDO_2_1".into()));
    let page = key.prints(&room, &["info"], "");
    assert!(page.contains("ES256") && page.contains("hmac-secret"), "{page}");
    key.prints(&room, &["wink"], "");
    let output = key.run(&room, &["info", "--device", "somebody's"], "");
    assert_eq!(exit(&output), 3, "{}", stderr(&output));
}

#[test]
fn a_pin_is_set_mistyped_changed_and_forced() {
    let room = Room::new();
    let key = Key::new(&room);
    key.refuses(&room, &["pin", "change"], "1357\n", (1, "has none"));
    key.refuses(&room, &["pin", "set"], "123\n", (1, "4 characters"));
    let long = "1".repeat(64) + "\n";
    key.refuses(&room, &["pin", "set"], &long, (1, "63 bytes"));
    key.prints(&room, &["pin", "set"], "2468\n");
    key.refuses(&room, &["pin", "set"], "1357\n", (6, "already"));

    key.refuses(&room, &["passkeys", "list"], "9999\n", (5, "7 more times"));
    assert_eq!(key.json(&room, &["info"], "")["pin"]["tries_left"], 7);
    key.prints(&room, &["pin", "change"], "2468\n1357\n");
    key.refuses(&room, &["passkeys", "list"], "2468\n", (5, "7 more times"));
    assert_eq!(key.json(&room, &["passkeys", "list"], "1357\n")["count"], 0);

    // Three in a row, and the key wants to be plugged in anew: the right one is not even asked for.
    for _ in 0..2 {
        key.refuses(&room, &["passkeys", "list"], "9999\n", (5, "more times"));
    }
    key.refuses(&room, &["passkeys", "list"], "9999\n", (6, "Pull the key out"));
    key.refuses(&room, &["passkeys", "list"], "1357\n", (6, "Pull the key out"));
    key.replug();
    key.prints(&room, &["passkeys", "list"], "1357\n");

    // A PIN of other composition is the same PIN.
    key.prints(&room, &["pin", "change"], "1357\ncafe\u{301}\n");
    key.prints(&room, &["passkeys", "list"], "caf\u{e9}\n");
    key.prints(&room, &["pin", "force"], "caf\u{e9}\n");
    key.refuses(&room, &["passkeys", "list"], "caf\u{e9}\n", (1, "wants its PIN changed"));
    key.prints(&room, &["pin", "change"], "caf\u{e9}\n1357\n");
    key.prints(&room, &["passkeys", "list"], "1357\n");
}

#[test]
fn passkeys_are_listed_renamed_and_deleted_with_their_blobs() {
    let room = Room::new();
    let key = Key::new(&room);
    for (site, account) in
        [("inn.example", "hana"), ("inn.example", "work"), ("bank.example", "hana")]
    {
        Browser::at(&key, None).register(site, account, true);
    }
    key.refuses(&room, &["passkeys", "list"], "", (1, "needs a PIN"));
    let pin = "2468\n";
    key.prints(&room, &["pin", "set"], pin);
    let listed = key.json(&room, &["passkeys", "list"], pin);
    let names = |listed: &Value| -> Vec<String> {
        let all = listed["passkeys"].as_array().unwrap();
        all.iter().map(|it| format!("{} {}", it["site"], it["account"]).replace('"', "")).collect()
    };
    assert_eq!(names(&listed), ["bank.example hana", "inn.example hana", "inn.example work"]);
    assert_eq!(names(&key.json(&room, &["passkeys", "list", "INN"], pin)).len(), 2);
    key.refuses(&room, &["passkeys", "list", "nowhere"], pin, (3, "nowhere"));

    key.refuses(&room, &["passkeys", "rename", "inn"], pin, (2, ""));
    key.refuses(&room, &["passkeys", "rename", "inn", "--account", "x"], pin, (9, "work"));
    key.prints(&room, &["passkeys", "rename", "inn", "work", "--person", "Hana at work"], pin);
    let listed = key.json(&room, &["passkeys", "list", "at", "work"], pin);
    assert_eq!(listed["passkeys"][0]["account"], "work", "what is not named stays");

    let (blob, back) = (room.path("blob"), room.path("back"));
    let (blob_path, back_path) = (blob.to_str().unwrap(), back.to_str().unwrap());
    fs::write(&blob, "a certificate ".repeat(400)).unwrap();
    let work = ["inn", "work"];
    key.refuses(&room, &["blobs", "show", "inn", "work"], pin, (3, "has no blob"));
    key.prints(&room, &["blobs", "set", work[0], work[1], "--file", blob_path], pin);
    key.prints(&room, &["blobs", "set", "bank", "--file", "/dev/null"], pin);
    key.prints(&room, &["blobs", "show", work[0], work[1], "--file", back_path], pin);
    assert_eq!(fs::read(&back).unwrap(), fs::read(&blob).unwrap());
    let out = key.prints(&room, &["blobs", "show", work[0], work[1]], pin);
    assert_eq!(out.as_bytes(), fs::read(&blob).unwrap());
    let blobs = key.json(&room, &["blobs", "list"], pin);
    let bytes: Vec<&Value> =
        blobs["blobs"].as_array().unwrap().iter().map(|blob| &blob["bytes"]).collect();
    assert_eq!(bytes, [&Value::from(0), &Value::Null, &Value::from(5600)]);
    fs::write(&blob, incompressible(100_000)).unwrap();
    key.refuses(&room, &["blobs", "set", "bank", "--file", blob_path], pin, (1, "no room"));
    key.prints(&room, &["--yes", "blobs", "remove", "bank"], pin);
    let used = key.json(&room, &["blobs", "list"], pin)["used_bytes"].as_u64().unwrap();

    key.refuses(&room, &["passkeys", "delete", "inn", "work"], pin, (10, "--yes"));
    key.prints(&room, &["--yes", "passkeys", "delete", "inn", "work"], pin);
    let listed = key.json(&room, &["passkeys", "list"], pin);
    assert_eq!(names(&listed), ["bank.example hana", "inn.example hana"]);
    assert!(key.json(&room, &["blobs", "list"], pin)["used_bytes"].as_u64().unwrap() < used);
}

/// Bytes that no compression makes fewer: a generator's.
fn incompressible(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..count).map(next).collect()
}

#[test]
fn settings_become_stricter_and_only_a_reset_takes_them_back() {
    let room = Room::new();
    let key = Key::new(&room);
    Browser::at(&key, None).register("inn.example", "hana", true);
    let pin = "246810\n";
    key.prints(&room, &["pin", "set"], pin);
    key.prints(&room, &["config", "always-uv", "on"], pin);
    assert_eq!(key.json(&room, &["info"], "")["options"]["alwaysUv"], true);
    key.prints(&room, &["config", "always-uv", "on"], "");
    assert_eq!(key.json(&room, &["info"], "")["options"]["alwaysUv"], true, "said twice");
    key.prints(&room, &["config", "always-uv", "off"], pin);

    let longer = ["config", "min-pin-length", "6", "--site", "inn.example"];
    key.refuses(&room, &longer, pin, (10, "--yes"));
    key.prints(&room, &[&["--yes"], longer.as_slice()].concat(), pin);
    key.refuses(&room, &["config", "min-pin-length", "5"], pin, (6, "6 characters"));
    assert_eq!(key.json(&room, &["info"], "")["pin"]["least_characters"], 6);
    key.prints(&room, &["--yes", "config", "long-touch-for-reset"], pin);

    let begun = Instant::now();
    key.replug();
    std::thread::sleep(Duration::from_secs(10).saturating_sub(begun.elapsed()));
    std::thread::sleep(Duration::from_millis(200));
    key.refuses(&room, &["--yes", "reset"], "", (1, "first seconds"));
    assert_eq!(key.json(&room, &["passkeys", "list"], pin)["count"], 1, "nothing was removed");
    key.replug();
    key.refuses(&room, &["reset"], "", (10, "--yes"));
    let begun = Instant::now();
    key.prints(&room, &["--yes", "reset"], "");
    assert!(begun.elapsed() >= Duration::from_secs(5), "a long touch that was none");
    let info = key.json(&room, &["info"], "");
    assert_eq!(info["pin"]["is_set"], false);
    assert_eq!(info["pin"]["least_characters"], 4);
    key.prints(&room, &["pin", "set"], pin);
    assert_eq!(key.json(&room, &["passkeys", "list"], pin)["count"], 0);
}

#[test]
fn a_key_that_went_away_is_said_to_be_gone() {
    let room = Room::new();
    let key = Key::new(&room);
    key.turn("power/off");
    let output = key.run(&room, &["info"], "");
    assert_eq!(exit(&output), 1, "{}", stderr(&output));
    key.replug();
    key.prints(&room, &["info"], "");
}

#[test]
fn a_reset_that_nobody_touches_for_removes_nothing() {
    let room = Room::new();
    let key = Key::new(&room);
    Browser::at(&key, None).register("inn.example", "hana", true);
    key.prints(&room, &["pin", "set"], "2468\n");
    key.turn("touch/off");
    key.replug();
    // Pressed by nobody until its time is over; the person says no by Ctrl-C meanwhile.
    let mut command = Command::new("timeout");
    command.args(["--signal=INT", "3", PROGRAM, "--yes", "key", "reset"]).env_clear();
    let wrapped = room.command(&[]);
    command.envs(wrapped.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = room.finish(
        {
            command.env("KAGIFUDA_TEST_KEY", key.udp.to_string());
            command
        },
        "",
    );
    assert!(stderr(&output).contains("Touch the key"), "{}", stderr(&output));
    assert_eq!(key.json(&room, &["passkeys", "list"], "2468\n")["count"], 1);
    // A touch that comes when the request is over resets nothing either.
    key.turn("touch/on");
    assert_eq!(key.json(&room, &["passkeys", "list"], "2468\n")["count"], 1);
}
