// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key recognises its holder, end to end: by a finger at a reader that the test plays, and by a passphrase typed at
//! a terminal. What a program may claim of it is told in the session's own tests.

use std::fs::File;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::message::auth_data::Flags;
use kagifuda_ctap::status::Status;

use super::bus::Bus;
use super::fingers::{Fingers, Plugged};
use super::notifications::{self, Order, signal};
use super::touch::{see, terminal};
use super::{Browser, Key, PASSPHRASE, Room, exit, stderr};

const BY_FINGER: &[&str] = &["--verify", "fingerprint"];
const BY_PASSPHRASE: &[&str] = &["--verify", "passphrase"];
const UV_AND_UP: Flags = Flags(Flags::USER_VERIFIED.0 | Flags::USER_PRESENT.0);

/// The bus of the system, where the agent of a room looks for it, where there is one.
pub(crate) fn system_bus(room: &Room) -> Option<Bus> {
    Bus::listening_at(&format!("unix:path={}", room.path("run/system_bus_socket").display()))
}

/// A key at a terminal that recognises fingers.
fn at_a_terminal(room: &Room, more: &[&str]) -> (Key, File) {
    let (seen, programs) = terminal();
    let key = Key::asking_with(room, more, |command| {
        command.stdin(programs.try_clone().unwrap()).stderr(programs)
    });
    (key, seen)
}

const fn refused(status: Status) -> Result<(), ClientError> {
    Err(ClientError::Key(status))
}

#[test]
fn a_finger_registers_and_signs_in_without_a_touch_and_without_a_pin() {
    let room = Room::new();
    let Some(bus) = system_bus(&room) else { return };
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let (key, mut seen) = at_a_terminal(&room, BY_FINGER);
    fingers.expect(&["GetDefaultDevice", "ListEnrolledFingers"]);
    let info = key.json(&room, &["info"], "");
    assert_eq!(info["options"]["uv"], true, "{info}");
    std::thread::scope(|scope| {
        let site = scope.spawn(|| {
            let mut browser = Browser::recognised_by(&key);
            let made = browser.register("inn.example", "hana", true);
            assert!(made.flags.has(UV_AND_UP));
            assert!(browser.flags(&made).has(UV_AND_UP));
        });
        // Two strangers first: another finger, and one that could not be read.
        see(&mut seen, "put a finger on the reader");
        fingers.wait_until_wanted();
        fingers.says("verify-no-match", true);
        see(&mut seen, "2 more tries");
        fingers.wait_until_wanted();
        fingers.says("verify-retry-scan", false);
        see(&mut seen, "once more");
        fingers.says("verify-match", true);
        fingers.wait_until_released();
        fingers.wait_until_wanted();
        fingers.says("verify-match", true);
        fingers.wait_until_released();
        site.join().unwrap();
    });
    assert_eq!(Browser::at(&key, None).uv_retries(), 5);
    // The command line is recognised, too, in place of a PIN.
    std::thread::scope(|scope| {
        let listing = scope.spawn(|| key.json(&room, &["passkeys", "list"], ""));
        fingers.wait_until_wanted();
        fingers.says("verify-match", true);
        assert_eq!(listing.join().unwrap()["count"], 1);
    });
}

#[test]
fn other_peoples_fingers_end_a_request_and_the_pin_is_left() {
    let room = Room::new();
    let Some(bus) = system_bus(&room) else { return };
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let (key, seen) = at_a_terminal(&room, BY_FINGER);
    key.prints(&room, &["pin", "set"], "2468\n");
    std::thread::scope(|scope| {
        let site = scope.spawn(|| {
            let mut browser = Browser::recognised_by(&key);
            let first = browser.token_by_recognition("inn.example");
            let second = browser.try_register("inn.example", "hana", true).map(|_| ());
            (first, second, browser.token_by_recognition("inn.example"), browser.uv_retries())
        });
        for _ in 0..5 {
            fingers.wait_until_wanted();
            fingers.says("verify-no-match", true);
        }
        let told = site.join().unwrap();
        let (invalid, blocked) = (refused(Status::UvInvalid), refused(Status::UvBlocked));
        assert_eq!(told, (invalid, refused(Status::PuatRequired), blocked, 0));
    });
    // Who knows the PIN registers, and gives the tries back.
    let mut browser = Browser::at(&key, Some("2468"));
    std::thread::scope(|scope| {
        let mut desk = seen.try_clone().unwrap();
        let site = scope.spawn(|| {
            let made = browser.try_register("inn.example", "hana", true);
            (made.map(|_| ()), browser.uv_retries())
        });
        see(&mut desk, "[y/N]");
        writeln!(desk, "y").unwrap();
        assert_eq!(site.join().unwrap(), (Ok(()), 5));
    });
}

#[test]
fn a_request_that_is_taken_back_refused_or_cut_off_lets_the_reader_go() {
    let room = Room::new();
    let Some(bus) = system_bus(&room) else { return };
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let (key, mut seen) = at_a_terminal(&room, BY_FINGER);
    let mut browser = Browser::recognised_by(&key);
    let taken_back = browser.take_back_a_registration(|| fingers.wait_until_wanted());
    assert_eq!(taken_back, [Status::KeepaliveCancel as u8]);
    fingers.wait_until_released();
    std::thread::scope(|scope| {
        let site = scope.spawn(|| browser.try_register("inn.example", "hana", true).map(|_| ()));
        fingers.wait_until_wanted();
        writeln!(seen, "n").unwrap();
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
        fingers.wait_until_released();
    });
    std::thread::scope(|scope| {
        let site = scope.spawn(|| browser.try_register("inn.example", "hana", true).map(|_| ()));
        fingers.wait_until_wanted();
        fingers.says("verify-disconnected", true);
        see(&mut seen, "reader went away");
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
        fingers.wait_until_released();
    });
    assert_eq!(browser.uv_retries(), 5, "none of it costs a try");
}

#[test]
fn a_finger_that_does_not_come_ends_the_request_in_time() {
    let room = Room::new();
    let Some(bus) = system_bus(&room) else { return };
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let (key, _seen) = at_a_terminal(&room, BY_FINGER);
    let begun = Instant::now();
    let mut browser = Browser::recognised_by(&key);
    let made = browser.try_register("inn.example", "hana", true).map(|_| ());
    assert_eq!(made, refused(Status::UserActionTimeout));
    let taken = begun.elapsed();
    assert!((Duration::from_secs(29)..Duration::from_secs(45)).contains(&taken), "{taken:?}");
    fingers.wait_until_released();
}

#[test]
fn the_desktop_shows_what_the_finger_is_for_and_can_deny_it() {
    let room = Room::new();
    let (Some(bus), Some(desktop)) = (system_bus(&room), Bus::start()) else { return };
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let (service, orders) = notifications::serve(&desktop, &["actions", "body"]);
    let key = Key::asking_with(&room, BY_FINGER, |command| {
        let command = command.env("DBUS_SESSION_BUS_ADDRESS", &desktop.address);
        command.stdin(Stdio::null()).stderr(Stdio::null())
    });
    let register =
        || Browser::recognised_by(&key).try_register("inn.example", "hana", true).map(|_| ());
    let shown = || {
        let Order::Show { title, text, buttons } = notifications::next(&orders) else {
            panic!("a question")
        };
        assert!(title.contains("finger"), "{title}");
        assert!(text.contains("inn.example") && text.contains("hana"), "{text}");
        assert_eq!(buttons.len(), 2, "there is nothing to agree by but the finger");
    };
    std::thread::scope(|scope| {
        let site = scope.spawn(register);
        shown();
        signal(&service, "ActionInvoked", &(41_u32, "no"));
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
        fingers.wait_until_released();
    });
    assert_eq!(notifications::next(&orders), Order::TakeBack(41));
    std::thread::scope(|scope| {
        let site = scope.spawn(register);
        shown();
        fingers.wait_until_wanted();
        fingers.says("verify-match", true);
        assert_eq!(site.join().unwrap(), Ok(()));
    });
    assert_eq!(notifications::next(&orders), Order::TakeBack(42));
}

#[test]
fn a_key_that_could_recognise_nobody_says_so_before_it_is_plugged_in() {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let says = |verify: &[&str], words: &str| {
        let args = [&["key", "run", "--udp", "1"], verify].concat();
        let output = room.run(&args);
        assert_eq!(exit(&output), 1, "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    let Some(bus) = system_bus(&room) else { return };
    says(BY_FINGER, "fprintd");
    let fingers = Fingers::serve(&bus.address, Plugged::NoReader);
    says(BY_FINGER, "No fingerprint reader");
    fingers.change(Plugged::NoFinger);
    says(BY_FINGER, "fprintd-enroll");
    says(BY_PASSPHRASE, "To ask for the passphrase of the vault");
}

#[test]
fn the_passphrase_of_the_vault_is_typed_unseen_and_wrong_ones_leave_the_pin() {
    let room = Room::new();
    let (key, mut seen) = at_a_terminal(&room, BY_PASSPHRASE);
    key.prints(&room, &["pin", "set"], "2468\n");
    let register =
        |key: &Key| Browser::recognised_by(key).try_register("inn.example", "hana", true);
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key));
        let question = see_all(&mut seen, "refuses:");
        assert!(question.contains("inn.example") && question.contains("hana"), "{question}");
        assert!(question.contains("VAULT") && question.contains("not the key's PIN"), "{question}");
        seen.write_all(b"not it\n").unwrap();
        assert!(see_all(&mut seen, "refuses:").contains("2 more tries"));
        seen.write_all(PASSPHRASE.as_bytes()).unwrap();
        assert!(site.join().unwrap().unwrap().flags.has(UV_AND_UP));
    });
    // Enter alone refuses, and so costs nothing.
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key).map(|_| ()));
        let shown = see_all(&mut seen, "refuses:");
        assert!(!shown.contains(PASSPHRASE.trim()), "it was typed unseen: {shown}");
        seen.write_all(b"\n").unwrap();
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
    });
    assert_eq!(Browser::at(&key, None).uv_retries(), 5);
    for (count, status) in [(3, Status::PuatRequired), (2, Status::PuatRequired)] {
        std::thread::scope(|scope| {
            let site = scope.spawn(|| register(&key).map(|_| ()));
            for _ in 0..count {
                see(&mut seen, "refuses:");
                seen.write_all(b"wrong\n").unwrap();
            }
            assert_eq!(site.join().unwrap(), refused(status));
        });
    }
    let mut browser = Browser::at(&key, None);
    assert_eq!(browser.uv_retries(), 0);
    assert_eq!(browser.token_by_recognition("inn.example"), refused(Status::UvBlocked));
    assert_eq!(register(&key).map(|_| ()), refused(Status::PuatRequired), "nobody is asked");
    // The command line falls back to the PIN, which gives the tries back.
    assert_eq!(key.json(&room, &["passkeys", "list"], "2468\n")["count"], 1);
    assert_eq!(browser.uv_retries(), 5);
}

/// Reads what a person sees until these words; all of it.
fn see_all(seen: &mut File, words: &str) -> String {
    use std::io::Read as _;
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(words) {
        let mut buffer = [0; 512];
        let count = seen.read(&mut buffer).unwrap();
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&text).into_owned()
}
