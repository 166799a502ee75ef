// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that come at the wrong time, end to end: while the vault is locked, and while nobody is there to
//! touch the key. A vault that is opened meanwhile answers; whatever else happens leaves the vault's
//! folder as it was, to the byte.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::status::Status;

use super::bus::Bus;
use super::notifications::{Order, next, serve, signal};
use super::touch::{at_a_desktop, see, terminal};
use super::{Browser, Key, PASSPHRASE, Room};

/// A time that is over before anybody gets impatient.
const SHORT: &str = "1500";

const fn refused(status: Status) -> Result<(), ClientError> {
    Err(ClientError::Key(status))
}

/// A key at a terminal.
fn at_a_terminal(room: &Room, patience: Option<&str>) -> (Key, File) {
    let (seen, programs) = terminal();
    let key = Key::asking(room, |command| {
        command.envs(patience.map(|patience| ("KAGIFUDA_TEST_PATIENCE", patience)));
        command.stdin(programs.try_clone().unwrap()).stderr(programs)
    });
    (key, seen)
}

/// Everything in the vault's folder, as digests.
fn kept(room: &Room) -> BTreeMap<PathBuf, u64> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, u64>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                let mut digest = DefaultHasher::new();
                fs::read(&path).unwrap().hash(&mut digest);
                found.insert(path, digest.finish());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&room.path("data"), &mut found);
    assert!(!found.is_empty(), "the vault is elsewhere");
    found
}

fn lock(room: &Room) {
    room.prints(&["lock"], "");
}

fn unlock(room: &Room) {
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
}

/// Registers, or tells why not.
fn register(key: &Key) -> Result<(), ClientError> {
    Browser::at(key, None).try_register("inn.example", "hana", true).map(|_| ())
}

#[test]
fn a_vault_that_is_opened_while_a_request_waits_answers_it() {
    let room = Room::new();
    let (key, mut seen) = at_a_terminal(&room, None);
    lock(&room);
    let made = std::thread::scope(|scope| {
        let site = scope.spawn(|| Browser::at(&key, None).register("inn.example", "hana", true));
        // Only what is agreed to needs the vault.
        see(&mut seen, "[y/N]");
        writeln!(seen, "y").unwrap();
        see(&mut seen, "The vault is locked");
        unlock(&room);
        site.join().unwrap()
    });
    lock(&room);
    std::thread::scope(|scope| {
        let site = scope.spawn(|| Browser::at(&key, None).sign_in(&made).unwrap());
        // Whether there is anything to agree to, only the open vault knows.
        see(&mut seen, "The vault is locked");
        unlock(&room);
        see(&mut seen, "[y/N]");
        writeln!(seen, "y").unwrap();
        let signed_in = site.join().unwrap();
        assert_eq!(signed_in.user_handle.as_deref(), Some(&b"hana"[..]));
    });
}

#[test]
fn a_request_that_is_taken_back_or_denied_while_the_vault_is_locked_writes_nothing() {
    let room = Room::new();
    let Some(bus) = Bus::start() else { return };
    let (service, orders) = serve(&bus, &["actions", "body", "body-markup"]);
    let key = at_a_desktop(&room, &bus);
    // Question 41 and its answer, and then what stands until the vault is open.
    let agree = |id: u32| {
        let Order::Show { title, .. } = next(&orders) else { panic!("a question") };
        assert_eq!(title, "Use this PC's security key?");
        signal(&service, "ActionInvoked", &(id, "yes"));
        assert_eq!(next(&orders), Order::TakeBack(id));
    };
    let locked = || {
        let Order::Show { title, text, buttons } = next(&orders) else { panic!("a question") };
        assert_eq!(title, "The vault is locked");
        assert!(text.contains("inn.example") && text.contains("kagifuda unlock"), "{text}");
        // Nothing here opens a vault; it can only be denied.
        assert_eq!(buttons.len(), 2, "{buttons:?}");
    };
    let made = std::thread::scope(|scope| {
        let site = scope.spawn(|| Browser::at(&key, None).register("inn.example", "hana", true));
        agree(41);
        site.join().unwrap()
    });
    lock(&room);
    let before = kept(&room);
    let taken_back = Browser::at(&key, None).take_back_a_registration(|| {
        agree(42);
        locked();
    });
    assert_eq!(taken_back, [Status::KeepaliveCancel as u8]);
    assert_eq!(next(&orders), Order::TakeBack(43), "the question goes with its request");
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key));
        agree(44);
        locked();
        signal(&service, "ActionInvoked", &(45_u32, "no"));
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
        assert_eq!(next(&orders), Order::TakeBack(45));
        let site = scope.spawn(|| Browser::at(&key, None).sign_in(&made));
        locked();
        signal(&service, "ActionInvoked", &(46_u32, "no"));
        assert_eq!(site.join().unwrap().unwrap_err(), Status::OperationDenied);
        assert_eq!(next(&orders), Order::TakeBack(46));
    });
    assert_eq!(kept(&room), before);
    unlock(&room);
    assert!(orders.try_recv().is_err(), "a request that is over asks once the vault is open");
    assert_eq!(kept(&room), before);
}

#[test]
fn a_vault_that_nobody_opens_in_time_ends_the_request_and_writes_nothing() {
    let room = Room::new();
    let (key, mut seen) = at_a_terminal(&room, Some(SHORT));
    lock(&room);
    let before = kept(&room);
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key));
        see(&mut seen, "[y/N]");
        writeln!(seen, "y").unwrap();
        see(&mut seen, "The vault is locked");
        let begun = Instant::now();
        assert_eq!(site.join().unwrap(), refused(Status::OperationDenied));
        assert!(begun.elapsed() >= Duration::from_millis(1300), "nobody was waited for");
    });
    see(&mut seen, "The request is over");
    assert_eq!(kept(&room), before);
}

#[test]
fn a_forgotten_touch_ends_the_request_in_time_and_one_that_comes_later_does_nothing() {
    let room = Room::new();
    let (key, mut seen) = at_a_terminal(&room, Some(SHORT));
    // The first request to a new key makes the secret that ids are sealed under.
    key.json(&room, &["info"], "");
    let before = kept(&room);
    let begun = Instant::now();
    // To wait too long is to say no where something is registered, and is told where a key is chosen
    // (CTAP 2.3 sections 6.1.2 step 14 and 6.9).
    assert_eq!(register(&key), refused(Status::OperationDenied));
    assert!(begun.elapsed() >= Duration::from_millis(1500), "nobody was waited for");
    see(&mut seen, "The request is over");
    assert_eq!(Browser::at(&key, None).select(), refused(Status::UserActionTimeout));
    see(&mut seen, "The request is over");
    assert_eq!(kept(&room), before);
    // Whoever comes back says yes to nobody.
    writeln!(seen, "y").unwrap();
    assert_eq!(register(&key), refused(Status::OperationDenied));
    assert_eq!(kept(&room), before);
    see(&mut seen, "The request is over");
    // A touch in time is one.
    std::thread::scope(|scope| {
        let site = scope.spawn(|| register(&key));
        see(&mut seen, "[y/N]");
        writeln!(seen, "y").unwrap();
        assert_eq!(site.join().unwrap(), Ok(()));
    });
    assert_ne!(kept(&room), before);
}
