// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keyring as a way to open, as its holder lives with it: a real program, a real agent, a real gnome-keyring at
//! a bus of the test's own. It opens the vault without a word; and when it is locked, dead, hung or empty, one line
//! says so and the passphrase opens the vault.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::process::Output;
use std::time::{Duration, Instant};

#[path = "../../../world/linux/tests/bus/mod.rs"]
mod bus;
#[path = "../../../world/linux/tests/keyrings/mod.rs"]
mod keyrings;
#[allow(dead_code, reason = "only commands with the bus are used")]
mod room;

use keyrings::{Ring, Start};
use room::{PASSPHRASE, Room, exit, stderr};

/// A PC with a keyring, and a vault that it opens.
struct Pc {
    room: Room,
    ring: Ring,
}

impl Pc {
    /// A vault with one token; `None` where no keyring is installed.
    fn new() -> Option<Self> {
        let pc = Self { room: Room::new(), ring: Ring::start()? };
        pc.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
        let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
        pc.prints(&["token", "add"], uri);
        Some(pc)
    }

    /// The same, and the keyring is a way to open it.
    fn with_keyring() -> Option<Self> {
        let pc = Self::new()?;
        pc.prints(&["open-with", "add", "keyring", "--label", "desk"], "");
        pc.prints(&["lock"], "");
        Some(pc)
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.room.command(args);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.ring.address);
        self.room.finish(command, input)
    }

    fn prints(&self, args: &[&str], input: &str) -> String {
        let output = self.run(args, input);
        assert_eq!(exit(&output), 0, "{args:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.prints(args, "")).unwrap()
    }

    /// The keyring opens the locked vault, and nothing is said of it.
    #[track_caller]
    fn opens(&self) {
        let output = self.run(&["code", "inn"], "");
        assert_eq!((exit(&output), stderr(&output)), (0, String::new()));
        assert_eq!(output.stdout.len(), 7);
        self.prints(&["lock"], "");
    }

    /// The keyring does not open the locked vault, which is told in one line; the passphrase does.
    #[track_caller]
    fn falls_back(&self, why: &str) {
        let locked = self.run(&["code", "inn"], "");
        let told = stderr(&locked).replace('\n', " ");
        assert_eq!(exit(&locked), 4, "{told}");
        assert!(told.contains(why) && told.contains("the passphrase"), "{told}");
        let state = self.finding();
        assert_eq!(state["state"], "notable");
        assert!(state["text"].as_str().unwrap().contains(why), "{state}");
        self.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
        assert_eq!(self.prints(&["code", "inn"], "").len(), 7);
        self.prints(&["lock"], "");
    }

    /// What the doctor finds about the keyring.
    fn finding(&self) -> serde_json::Value {
        let page = self.run(&["doctor", "vault", "--json"], "");
        let page: serde_json::Value = serde_json::from_slice(&page.stdout).unwrap();
        let findings = page["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["check"] == "keyring");
        found.cloned().unwrap_or_default()
    }
}

#[test]
fn the_keyring_opens_the_vault_also_after_it_was_started_anew() {
    let Some(mut pc) = Pc::with_keyring() else { return };
    pc.opens();
    assert_eq!(pc.finding()["state"], "well");
    pc.ring.begin(Start::Open);
    pc.opens();
    let ways = pc.json(&["open-with", "list", "--json"]);
    let ways = ways["ways"].as_array().unwrap();
    let keyring = ways.iter().find(|way| way["kind"] == "keyring").unwrap();
    assert_eq!((&keyring["label"], &keyring["in_use"]), (&"desk".into(), &true.into()));
    let again = pc.run(&["open-with", "add", "keyring"], "");
    assert_eq!(exit(&again), 6, "{}", stderr(&again));
}

#[test]
fn a_locked_keyring_keeps_nobody_out() {
    let Some(mut pc) = Pc::with_keyring() else { return };
    pc.ring.lock();
    pc.falls_back("is locked");
    pc.ring.begin(Start::Locked);
    pc.falls_back("is locked");
    pc.ring.begin(Start::Open);
    pc.opens();
}

#[test]
fn a_dead_keyring_keeps_nobody_out() {
    let Some(mut pc) = Pc::with_keyring() else { return };
    pc.ring.end();
    pc.falls_back("No keyring is running");
    pc.ring.begin(Start::Open);
    pc.opens();
}

#[test]
fn a_keyring_that_hangs_keeps_nobody_waiting_for_long() {
    let Some(mut pc) = Pc::with_keyring() else { return };
    pc.ring.end();
    let silent = pc.ring.hang();
    let begun = Instant::now();
    let locked = pc.run(&["code", "inn"], "");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(exit(&locked), 4);
    assert!(stderr(&locked).contains("does not answer"), "{}", stderr(&locked));
    pc.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    drop(silent);
}

#[test]
fn a_keyring_that_lost_the_secret_keeps_nobody_out_and_is_added_anew() {
    let Some(pc) = Pc::with_keyring() else { return };
    let vault = pc.run(&["open-with", "list", "--json"], "");
    let ways: serde_json::Value = serde_json::from_slice(&vault.stdout).unwrap();
    let ways = ways["ways"].as_array().unwrap();
    let way = ways.iter().find(|way| way["kind"] == "keyring").unwrap();
    let filed = [("application", "kagifuda"), ("way", way["id"].as_str().unwrap())];
    let filed = filed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let keyring = kagifuda_linux::keyring::Keyring::at(&pc.ring.address, Duration::from_secs(5));
    assert_eq!(keyring.remove(&filed, &mut || ()), Ok(1));
    pc.prints(&["lock"], "");
    pc.falls_back("no longer has the secret");

    pc.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    let removed = pc.run(&["--yes", "open-with", "remove", "keyring"], "");
    assert_eq!(exit(&removed), 0);
    assert!(stderr(&removed).contains("did not have its secret"), "{}", stderr(&removed));
    pc.prints(&["open-with", "add", "keyring"], "");
    pc.prints(&["lock"], "");
    pc.opens();
}

#[test]
fn a_keyring_that_is_removed_forgets_the_secret_and_one_that_is_dead_is_said_to_keep_it() {
    let Some(mut pc) = Pc::with_keyring() else { return };
    pc.opens();
    let removed = pc.run(&["--yes", "open-with", "remove", "keyring"], "");
    assert_eq!(exit(&removed), 0, "{}", stderr(&removed));
    assert!(stderr(&removed).contains("deleted from the keyring, too"), "{}", stderr(&removed));
    let filed = [("application".to_owned(), "kagifuda".to_owned())].into();
    let keyring = kagifuda_linux::keyring::Keyring::at(&pc.ring.address, Duration::from_secs(5));
    assert_eq!(keyring.remove(&filed, &mut || ()), Ok(0), "nothing is left there");
    assert!(pc.finding().is_null(), "no keyring, no finding");
    pc.prints(&["lock"], "");
    let locked = pc.run(&["code", "inn"], "");
    assert_eq!(exit(&locked), 4);
    assert!(!stderr(&locked).contains("eyring"), "{}", stderr(&locked));

    pc.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    pc.prints(&["open-with", "add", "keyring"], "");
    pc.ring.end();
    let removed = pc.run(&["--yes", "open-with", "remove", "keyring"], "");
    assert_eq!(exit(&removed), 0, "the vault does not wait for a keyring");
    assert!(stderr(&removed).contains("could not be deleted"), "{}", stderr(&removed));
}

#[test]
fn a_keyring_is_never_the_only_way_and_is_not_added_where_there_is_none() {
    let Some(mut pc) = Pc::new() else { return };
    pc.ring.end();
    let none = pc.run(&["open-with", "add", "keyring"], "");
    assert_eq!(exit(&none), 1, "{}", stderr(&none));
    assert!(stderr(&none).contains("No keyring is running"), "{}", stderr(&none));
    let count =
        |pc: &Pc| pc.json(&["open-with", "list", "--json"])["ways"].as_array().unwrap().len();
    assert_eq!(count(&pc), 2, "nothing was added");

    pc.ring.begin(Start::Open);
    pc.prints(&["open-with", "add", "keyring"], "");
    pc.prints(&["--yes", "open-with", "remove", "words"], "");
    let last = pc.run(&["--yes", "open-with", "remove", "passphrase"], "");
    assert_eq!(exit(&last), 6, "{}", stderr(&last));
    assert!(stderr(&last).contains("Only keyrings"), "{}", stderr(&last));
    assert_eq!(count(&pc), 2);
    let unchangeable = pc.run(&["open-with", "change", "keyring"], "");
    assert_eq!(exit(&unchangeable), 6, "{}", stderr(&unchangeable));
}
