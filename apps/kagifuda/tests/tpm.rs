// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TPM as a way to open, as its holder lives with it: a real program, a real agent, a TPM made of software (swtpm).
//! It opens the vault without a word; and when it is cleared, replaced, silent or gone, one line says so and the
//! passphrase opens the vault.
#![cfg(feature = "testing")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

#[path = "../../../world/linux/tests/bus/mod.rs"]
mod bus;
#[allow(dead_code, reason = "only commands without a keyring are used")]
mod room;
#[path = "../../../world/linux/tests/tpms/mod.rs"]
mod tpms;

use room::{PASSPHRASE, Room, exit, stderr};
use tpms::Chip;

/// A PC with a TPM, and a vault that it opens.
struct Pc {
    room: Room,
    chip: Chip,
}

impl Pc {
    /// A vault with one token; `None` where swtpm is not installed.
    fn new() -> Option<Self> {
        let pc = Self { room: Room::new(), chip: Chip::start()? };
        symlink(pc.chip.path(), pc.room.path("run").join("tpm")).unwrap();
        pc.room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
        let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
        pc.room.prints(&["token", "add"], uri);
        Some(pc)
    }

    /// The same, and the TPM is a way to open it.
    fn with_tpm() -> Option<Self> {
        let pc = Self::new()?;
        pc.room.prints(&["open-with", "add", "tpm", "--label", "desk"], "");
        pc.room.prints(&["lock"], "");
        Some(pc)
    }

    fn run(&self, args: &[&str]) -> Output {
        self.room.run(args)
    }

    fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.room.prints(args, "")).unwrap()
    }

    /// The TPM opens the locked vault, and nothing is said of it.
    #[track_caller]
    fn opens(&self) {
        let output = self.run(&["code", "inn"]);
        assert_eq!((exit(&output), stderr(&output)), (0, String::new()));
        assert_eq!(output.stdout.len(), 7);
        self.room.prints(&["lock"], "");
    }

    /// The TPM does not open the locked vault, which is told in one line; the passphrase does.
    #[track_caller]
    fn falls_back(&self, why: &str) {
        let locked = self.run(&["code", "inn"]);
        let told = stderr(&locked).replace('\n', " ");
        assert_eq!(exit(&locked), 4, "{told}");
        assert!(told.contains(why) && told.contains("the passphrase"), "{told}");
        let state = self.finding();
        assert_eq!(state["state"], "notable", "{state}");
        assert!(state["text"].as_str().unwrap().contains(why), "{state}");
        self.by_passphrase();
    }

    /// The passphrase opens the vault, and what is in it is all there.
    #[track_caller]
    fn by_passphrase(&self) {
        self.room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
        assert_eq!(self.room.prints(&["code", "inn"], "").len(), 7);
        self.room.prints(&["lock"], "");
    }

    /// What the doctor finds about the TPM.
    fn finding(&self) -> serde_json::Value {
        let page = self.run(&["doctor", "vault", "--json"]);
        let page: serde_json::Value = serde_json::from_slice(&page.stdout).unwrap();
        let findings = page["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["check"] == "tpm").cloned().unwrap()
    }

    /// The note of what was sealed.
    fn note(&self) -> PathBuf {
        let notes = fs::read_dir(self.room.path("state").join("kagifuda")).unwrap();
        let mut notes = notes.map(|entry| entry.unwrap().path());
        notes.find(|path| path.to_string_lossy().ends_with(".tpm.note")).unwrap()
    }
}

#[test]
fn the_tpm_opens_the_vault_also_after_the_machine_was_off() {
    let Some(mut pc) = Pc::with_tpm() else { return };
    pc.opens();
    let finding = pc.finding();
    assert_eq!(finding["state"], "well");
    assert!(finding["text"].as_str().unwrap().contains("opens the vault"), "{finding}");
    pc.chip.begin("one");
    pc.opens();
    let ways = pc.json(&["open-with", "list", "--json"]);
    let ways = ways["ways"].as_array().unwrap();
    let tpm = ways.iter().find(|way| way["kind"] == "tpm").unwrap();
    assert_eq!((&tpm["label"], &tpm["in_use"]), (&"desk".into(), &true.into()));
    let again = pc.run(&["open-with", "add", "tpm"]);
    assert_eq!(exit(&again), 6, "{}", stderr(&again));
    let mode = fs::metadata(pc.note()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else needs what was sealed");
}

#[test]
fn a_tpm_that_was_cleared_keeps_nobody_out_and_is_added_anew() {
    let Some(pc) = Pc::with_tpm() else { return };
    pc.chip.clear();
    pc.falls_back("was cleared or is another one");

    pc.room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    let removed = pc.run(&["--yes", "open-with", "remove", "tpm"]);
    assert_eq!(exit(&removed), 0, "{}", stderr(&removed));
    assert!(stderr(&removed).contains("is deleted, too"), "{}", stderr(&removed));
    pc.room.prints(&["open-with", "add", "tpm"], "");
    pc.room.prints(&["lock"], "");
    pc.opens();
}

#[test]
fn what_was_sealed_is_of_no_use_to_another_tpm() {
    let Some(mut pc) = Pc::with_tpm() else { return };
    // The home of its holder, with vault and note, in another machine.
    pc.chip.begin("another");
    pc.falls_back("was cleared or is another one");
    pc.chip.begin("one");
    pc.opens();
}

#[test]
fn a_tpm_that_is_gone_or_hangs_or_whose_note_is_damaged_keeps_nobody_waiting_for_long() {
    let Some(mut pc) = Pc::with_tpm() else { return };
    let note = fs::read(pc.note()).unwrap();
    let mut damaged = note.clone();
    // Of the private area, behind the head of the note and of the entry, and the name of the key.
    let at = 5 + 16 + 2 + 1 + 2 + 34 + 2 + 10;
    damaged[at] ^= 1;
    fs::write(pc.note(), &damaged).unwrap();
    pc.falls_back("refused");
    fs::write(pc.note(), &note).unwrap();
    pc.opens();

    pc.chip.end();
    pc.falls_back("shows no TPM");

    let silent = pc.chip.hang();
    let begun = Instant::now();
    let locked = pc.run(&["code", "inn"]);
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    assert_eq!(exit(&locked), 4);
    assert!(stderr(&locked).contains("does not answer"), "{}", stderr(&locked));
    pc.by_passphrase();
    drop(silent);
}

#[test]
fn a_tpm_is_never_the_only_way_and_is_not_added_where_there_is_none() {
    let Some(mut pc) = Pc::new() else { return };
    assert!(pc.finding()["text"].as_str().unwrap().contains("that you may use"));
    pc.chip.end();
    assert!(pc.finding()["text"].as_str().unwrap().contains("no TPM 2.0"));
    let none = pc.run(&["open-with", "add", "tpm"]);
    assert_eq!(exit(&none), 1, "{}", stderr(&none));
    assert!(stderr(&none).contains("has no TPM 2.0"), "{}", stderr(&none));
    let count =
        |pc: &Pc| pc.json(&["open-with", "list", "--json"])["ways"].as_array().unwrap().len();
    assert_eq!(count(&pc), 2, "nothing was added");

    pc.chip.begin("one");
    pc.chip.close("a password of the owner");
    let closed = pc.run(&["open-with", "add", "tpm"]);
    assert_eq!(exit(&closed), 1);
    assert!(stderr(&closed).contains("wants a password"), "{}", stderr(&closed));

    pc.chip.begin("two");
    pc.room.prints(&["open-with", "add", "tpm"], "");
    pc.room.prints(&["--yes", "open-with", "remove", "words"], "");
    let last = pc.run(&["--yes", "open-with", "remove", "passphrase"]);
    assert_eq!(exit(&last), 6, "{}", stderr(&last));
    assert!(stderr(&last).contains("bound to a machine"), "{}", stderr(&last));
    assert_eq!(count(&pc), 2);
    let unchangeable = pc.run(&["open-with", "change", "tpm"]);
    assert_eq!(exit(&unchangeable), 6, "{}", stderr(&unchangeable));
}

#[test]
fn of_a_tpm_of_another_pc_nothing_is_said_and_the_passphrase_opens() {
    let Some(desk) = Pc::with_tpm() else { return };
    let laptop = Room::new();
    let folder = laptop.path("data").join("kagifuda");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let vault = "kagifuda/vault.kagifuda";
    fs::copy(desk.room.path("data").join(vault), laptop.path("data").join(vault)).unwrap();
    let locked = laptop.run(&["code", "inn"]);
    assert_eq!(exit(&locked), 4);
    assert!(!stderr(&locked).contains("TPM"), "{}", stderr(&locked));
    laptop.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    let removed = laptop.run(&["--yes", "open-with", "remove", "tpm"]);
    assert_eq!(exit(&removed), 0, "{}", stderr(&removed));
    assert!(stderr(&removed).contains("the other PC (desk)"), "{}", stderr(&removed));
}
