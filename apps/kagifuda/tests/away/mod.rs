// SPDX-License-Identifier: MIT OR Apache-2.0
//! The holder goes away: the screen is locked, the machine sleeps, and the vault is locked with them.

use std::time::Instant;

use serde_json::Value;

use super::sessions::{FOREIGN, OWN, Sessions};
use super::who::system_bus;
use super::{PASSPHRASE, PATIENCE, Room};

fn state(room: &Room) -> String {
    let status: Value = serde_json::from_str(&room.prints(&["status", "--json"], "")).unwrap();
    status["state"].as_str().unwrap().to_owned()
}

fn wait_for_lock(room: &Room) {
    let begun = Instant::now();
    while state(room) != "locked" {
        assert!(begun.elapsed() < PATIENCE, "the vault stays open");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn a_locked_screen_locks_the_vault_and_sleep_waits_until_it_is_locked() {
    let room = Room::new();
    let Some(bus) = system_bus(&room) else { return };
    let sessions = Sessions::serve(&bus.address);
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let unlock = || room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    let delay = sessions.delay();
    assert_eq!(state(&room), "open");

    sessions.locks(FOREIGN);
    sessions.hints(OWN, false);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(state(&room), "open", "nobody of this user's went away");
    sessions.locks(OWN);
    wait_for_lock(&room);
    unlock();
    sessions.hints(OWN, true);
    wait_for_lock(&room);

    unlock();
    assert!(delay.holds());
    sessions.sleeps(true);
    delay.wait_for_end();
    assert_eq!(state(&room), "locked", "the machine sleeps with an open vault");
}
