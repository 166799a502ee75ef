// SPDX-License-Identifier: MIT OR Apache-2.0
//! A person at a terminal of their own resets a key: what will be lost is named, a yes is asked for, and a touch.
//! Whoever says no at any of it, or leaves, loses nothing.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, tcgetattr};

use super::touch::{see, terminal};
use super::{Browser, Key, PATIENCE, PROGRAM, Room};

const PIN: &str = "2468";
const QUESTION: &str = "Reset Key of a test? [y/N]";

/// A command, and who sits in front of it.
struct Person {
    program: Child,
    seen: File,
    /// What was shown, line breaks aside.
    shown: String,
}

impl Person {
    /// Begins a command for this key, which gets a terminal of its own.
    fn begins(room: &Room, key: &Key, args: &[&str]) -> Self {
        let (seen, programs) = terminal();
        // Ctrl-C is a person's, whatever the tests were started by does with it.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", "setsid", "--ctty", "--wait", PROGRAM, "key"]);
        command.args(args).env_clear();
        let wrapped = room.command(&[]);
        command.envs(wrapped.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("KAGIFUDA_TEST_KEY", key.udp.to_string());
        command.stdin(programs.try_clone().unwrap()).stdout(programs.try_clone().unwrap());
        let program = command.stderr(programs).spawn().unwrap();
        Self { program, seen, shown: String::new() }
    }

    /// Reads until these words.
    #[track_caller]
    fn sees(&mut self, words: &str) {
        while !self.shown.contains(words) {
            assert!(self.reads(), "no {words:?} in {:?}", self.shown);
        }
    }

    /// Reads what there is; whether anything came.
    fn reads(&mut self) -> bool {
        let mut waiting = [PollFd::new(&self.seen, PollFlags::IN)];
        let patience = Timespec::try_from(PATIENCE).unwrap();
        let mut buffer = [0; 1024];
        // Behind the end of the program there is nobody at the other side, which is an error to read.
        let count = match poll(&mut waiting, Some(&patience)) {
            Ok(1..) => self.seen.read(&mut buffer).unwrap_or(0),
            _ => 0,
        };
        let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        self.shown.push_str(&text.replace('\r', "").replace('\n', " "));
        count > 0
    }

    /// Types what is not shown, once it is not: what was typed before a secret is asked for counts for nothing.
    fn types_unseen(&mut self, secret: &str) {
        let begun = Instant::now();
        while tcgetattr(&self.seen).unwrap().local_modes.contains(LocalModes::ECHO) {
            assert!(begun.elapsed() < PATIENCE, "no secret is asked for: {:?}", self.shown);
            std::thread::sleep(Duration::from_millis(5));
        }
        self.types(secret);
        self.types("\n");
    }

    fn types(&mut self, keys: &str) {
        self.seen.write_all(keys.as_bytes()).unwrap();
    }

    /// How it ends, and all that was shown.
    fn ends(mut self) -> (Option<i32>, String) {
        while self.reads() {}
        (self.program.wait().unwrap().code(), self.shown)
    }
}

/// A key with a PIN and two passkeys, whose button nobody presses.
fn in_use(room: &Room) -> Key {
    let key = Key::new(room);
    let mut browser = Browser::at(&key, None);
    browser.register("inn.example", "hana", true);
    browser.register("bank.example", "hana", true);
    key.prints(room, &["pin", "set"], &format!("{PIN}\n"));
    key.turn("touch/off");
    key
}

/// All that there was is there.
#[track_caller]
fn keeps_all(room: &Room, key: &Key) {
    assert_eq!(key.json(room, &["passkeys", "list"], &format!("{PIN}\n"))["count"], 2);
}

#[test]
fn a_person_is_told_what_a_reset_takes_says_yes_and_touches() {
    let room = Room::new();
    let key = in_use(&room);
    let mut person = Person::begins(&room, &key, &["reset"]);
    person.sees("On a key you bought, nobody can bring that back.");
    person.sees("Without one, press Enter.");
    person.types_unseen(PIN);
    person.sees("Will be lost: bank.example (hana)");
    person.sees("Will be lost: inn.example (hana)");
    person.sees(QUESTION);
    assert!(!person.shown.contains("Touch the key"), "nothing is done before the yes");
    assert!(!person.shown.contains(PIN), "it is typed unseen");
    key.replug();
    person.types("y\n");
    person.sees("Touch the key now");
    key.turn("touch/on");
    let (code, shown) = person.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("Register it at your sites again"), "{shown}");
    assert_eq!(key.json(&room, &["info"], "")["pin"]["is_set"], false);
    key.prints(&room, &["pin", "set"], "1357\n");
    assert_eq!(key.json(&room, &["passkeys", "list"], "1357\n")["count"], 0);
}

#[test]
fn whoever_says_no_or_leaves_loses_nothing() {
    let room = Room::new();
    let key = in_use(&room);
    // A no, nothing at all, the end of input, and Ctrl-C; each at the question.
    for (answer, code) in
        [("n\n", Some(10)), ("\n", Some(10)), ("\u{4}", Some(10)), ("\u{3}", None)]
    {
        let mut person = Person::begins(&room, &key, &["reset"]);
        person.sees("press Enter");
        person.types_unseen(PIN);
        person.sees(QUESTION);
        key.replug();
        person.types(answer);
        let (ended, shown) = person.ends();
        assert_eq!(ended, code, "{answer:?}: {shown}");
        assert!(!shown.contains("Touch the key"), "{answer:?}: {shown}");
        keeps_all(&room, &key);
    }
    // Ctrl-C when the key waits for the touch: nobody can touch too late.
    let mut person = Person::begins(&room, &key, &["reset"]);
    person.sees("press Enter");
    person.types_unseen("");
    person.sees(QUESTION);
    key.replug();
    person.types("y\n");
    person.sees("Touch the key now");
    person.types("\u{3}");
    let (code, shown) = person.ends();
    assert_eq!(code, Some(10), "{shown}");
    key.turn("touch/on");
    keeps_all(&room, &key);
}

#[test]
fn a_pin_that_was_forgotten_stands_in_the_way_of_no_reset() {
    let room = Room::new();
    let key = in_use(&room);
    let mut person = Person::begins(&room, &key, &["reset"]);
    person.sees("press Enter");
    for left in ["7 more times", "6 more times"] {
        person.types_unseen("9999");
        person.sees(left);
    }
    person.types_unseen("9999");
    person.sees(QUESTION);
    assert!(!person.shown.contains("Will be lost"), "what is on it was not told to a stranger");
    key.replug();
    key.turn("touch/on");
    person.types("y\n");
    let (code, shown) = person.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(key.json(&room, &["info"], "")["pin"]["is_set"], false);
}

#[test]
fn who_makes_this_pc_a_key_is_told_what_if_it_dies() {
    for (lang, words) in [
        ("en", "This PC is the key: if it dies, restore first."),
        ("ja", "このPCが鍵です。壊れたときは、まず復元してください。"),
    ] {
        let room = Room::new();
        let (mut seen, programs) = terminal();
        let _key = Key::asking_with(&room, &["--lang", lang], |command| {
            command.stdin(programs.try_clone().unwrap()).stderr(programs)
        });
        see(&mut seen, words);
    }
}
