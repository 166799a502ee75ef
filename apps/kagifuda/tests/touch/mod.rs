// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where people are asked for a touch, and what they say there: at the desktop, at a terminal, at one that was
//! closed meanwhile.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::status::Status;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::bus::Bus;
use super::notifications::{Order, next, serve, signal};
use super::{Browser, Key, PATIENCE, Room};

const REFUSED: ClientError = ClientError::Key(Status::OperationDenied);

/// A terminal: the side that a person sees, and the side of programs.
pub(crate) fn terminal() -> (File, File) {
    let seen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&seen).unwrap();
    unlockpt(&seen).unwrap();
    let name = ptsname(&seen, Vec::new()).unwrap().into_string().unwrap();
    // Whoever is to belong to it says so; it is never the test's own.
    let flags = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
    let programs = OpenOptions::new().read(true).write(true).custom_flags(flags).open(name);
    (File::from(seen), programs.unwrap())
}

/// A key that asks at the desktop of a bus.
pub(crate) fn at_a_desktop(room: &Room, bus: &Bus) -> Key {
    Key::asking(room, |command| {
        let command = command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        command.stdin(Stdio::null()).stderr(Stdio::null())
    })
}

/// Reads what a person sees until these words.
pub(crate) fn see(seen: &mut File, words: &str) {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(words) {
        let mut waiting = [PollFd::new(seen, PollFlags::IN)];
        let patience = Timespec::try_from(PATIENCE).unwrap();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(poll(&mut waiting, Some(&patience)), Ok(1), "no {words:?} in {shown:?}");
        let mut buffer = [0; 512];
        let count = seen.read(&mut buffer).unwrap();
        text.extend_from_slice(&buffer[..count]);
    }
}

#[test]
fn a_button_at_the_desktop_agrees_or_refuses() {
    let room = Room::new();
    let Some(bus) = Bus::start() else { return };
    let (service, orders) = serve(&bus, &["actions", "body", "body-markup"]);
    let key = at_a_desktop(&room, &bus);
    for (id, button, agrees) in [(41_u32, "yes", true), (42, "no", false)] {
        let made = std::thread::scope(|scope| {
            let site = scope.spawn(|| {
                Browser::at(&key, None).try_register("inn.example", "hana", true).map(|_| ())
            });
            let Order::Show { text, buttons, .. } = next(&orders) else { panic!("a question") };
            assert!(text.contains("inn.example") && text.contains("hana"), "{text}");
            assert_eq!(buttons[1..].iter().step_by(2).count(), 2);
            signal(&service, "ActionInvoked", &(id, button));
            site.join().unwrap()
        });
        assert_eq!(made, if agrees { Ok(()) } else { Err(REFUSED) });
        assert_eq!(next(&orders), Order::TakeBack(id), "no question is left behind");
    }
}

#[test]
fn a_key_that_was_there_before_the_desktop_asks_at_it() {
    let room = Room::new();
    let Some(bus) = Bus::start() else { return };
    let key = at_a_desktop(&room, &bus);
    let register = || Browser::at(&key, None).try_register("inn.example", "hana", true).map(|_| ());
    assert_eq!(register(), Err(REFUSED), "nobody is there");
    // The second time it is another desktop, as after a sign-out.
    for _ in 0..2 {
        let (service, orders) = serve(&bus, &["actions"]);
        std::thread::scope(|scope| {
            let site = scope.spawn(register);
            assert!(matches!(next(&orders), Order::Show { .. }));
            signal(&service, "ActionInvoked", &(41_u32, "yes"));
            assert_eq!(site.join().unwrap(), Ok(()));
        });
    }
}

#[test]
fn a_key_whose_terminal_was_closed_refuses_and_stays_plugged_in() {
    let room = Room::new();
    let (mut seen, programs) = terminal();
    let mut key =
        Key::asking(&room, |command| command.stdin(programs.try_clone().unwrap()).stderr(programs));
    let register =
        |key: &Key| Browser::at(key, None).try_register("inn.example", "hana", true).map(|_| ());
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key));
        see(&mut seen, "[y/N]");
        writeln!(seen, "y").unwrap();
        assert_eq!(site.join().unwrap(), Ok(()));
    });
    drop(seen);
    let closed = Instant::now();
    assert_eq!(register(&key), Err(REFUSED));
    assert!(key.process.as_mut().unwrap().try_wait().unwrap().is_none(), "the key was pulled out");
    assert_eq!(register(&key), Err(REFUSED));
    assert!(closed.elapsed() < Duration::from_secs(15), "nobody is waited for");
}
