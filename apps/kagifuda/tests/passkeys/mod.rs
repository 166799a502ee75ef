// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys survive: a second PC restored from a backup signs in where the first one did, what was removed
//! comes back by undo, and by nothing else.

use kagifuda_ctap::message::auth_data::Flags;
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::status::Status;
use serde_json::Value;
use tempfile::TempDir;

use super::browser::{Registered, SignedIn};
use super::{Browser, Key, PASSPHRASE, Room, exit};

const PIN: &str = "2468";
const PIN_LINE: &str = "2468\n";
const CERTIFICATE: &str = "ssh-ed25519-cert-v01@openssh.com AAAA\n";
const SITE: &str = "inn.example";

/// A PC and the key that lives in its vault.
struct Pc {
    key: Key,
    room: Room,
}

impl Pc {
    /// A PC with a new vault.
    fn new() -> Self {
        let room = Room::new();
        Self { key: Key::new(&room), room }
    }

    /// Another PC, on which this backup was restored.
    fn restored(backup: &str) -> Self {
        let room = Room::new();
        restore(&room, backup);
        Self { key: Key::plug(&room), room }
    }

    fn browser(&self) -> Browser {
        Browser::at(&self.key, None)
    }

    /// A browser whose person types the PIN, which is set first.
    fn browser_with_pin(&self) -> Browser {
        if self.key.json(&self.room, &["info"], "")["pin"]["is_set"] == false {
            self.key.prints(&self.room, &["pin", "set"], "2468\n");
        }
        Browser::at(&self.key, Some(PIN))
    }

    /// Writes a backup onto a stick and tells where.
    fn backup(&self, stick: &TempDir, name: &str) -> String {
        let file = stick.path().join(name).to_str().unwrap().to_owned();
        self.room.prints(&["vault", "backup", &file], "");
        file
    }

    /// Registers a passkey whose extensions hold all there is: it shows itself to nobody who was not verified,
    /// has what the site left in it, and has a blob beside it.
    fn register_whole(&self, stick: &TempDir) -> (Registered, SignedIn) {
        let extensions = MakeInputs {
            cred_protect: Some(3),
            cred_blob: Some(b"a key"),
            hmac_secret: Some(true),
            large_blob_key: Some(true),
            third_party_payment: Some(true),
            ..MakeInputs::default()
        };
        let mut browser = self.browser_with_pin();
        let whole = browser.register_with(SITE, "hana", true, extensions).unwrap();
        let blob = stick.path().join("blob");
        std::fs::write(&blob, CERTIFICATE.repeat(100)).unwrap();
        let set = ["blobs", "set", "inn", "--file", blob.to_str().unwrap()];
        self.key.prints(&self.room, &set, PIN_LINE);
        let before = browser.sign_in(&whole).unwrap();
        assert!(before.cred_blob == b"a key" && before.is_for_payments);
        (whole, before)
    }

    /// That it is here as it was there.
    fn has_whole(&self, whole: &Registered, before: &SignedIn) {
        assert_eq!(self.browser_with_pin().sign_in(whole).as_ref(), Ok(before));
        assert_eq!(self.browser().sign_in_with(whole), Err(Status::NoCredentials), "unverified");
        let blob = self.key.prints(&self.room, &["blobs", "show", "inn"], PIN_LINE);
        assert_eq!(blob, CERTIFICATE.repeat(100));
    }

    fn merge(&self, file: &str) {
        self.room.prints(&["vault", "merge", file], "");
    }

    /// The newest operation that did this.
    fn newest(&self, verb: &str) -> Value {
        let history = self.room.prints(&["history", "--json"], "");
        let mut history: Value = serde_json::from_str(&history).unwrap();
        let operations = history["operations"].as_array_mut().unwrap();
        let newest = operations.iter_mut().find(|operation| operation["verb"] == verb);
        newest.unwrap_or_else(|| panic!("nothing was done by {verb}")).take()
    }
}

fn restore(room: &Room, backup: &str) {
    room.prints(&["--yes", "--passphrase-stdin", "vault", "restore", backup], PASSPHRASE);
}

fn stick() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_second_pc_restored_from_a_backup_signs_in_to_the_same_sites_with_the_same_secrets() {
    let first = Pc::new();
    let mut browser = first.browser();
    let kept = browser.register(SITE, "hana", true);
    let sealed = browser.register(SITE, "work", false);
    let plain = [browser.sign_in(&kept), browser.sign_in_with(&sealed)].map(Result::unwrap);
    assert_eq!(plain[0].user_handle.as_deref(), Some(&b"hana"[..]));
    let mut browser = first.browser_with_pin();
    let verified = [browser.sign_in(&kept), browser.sign_in_with(&sealed)].map(Result::unwrap);
    assert_ne!(plain[0].secrets, verified[0].secrets, "one secret each, as CTAP asks");
    let stick = stick();
    let backup = first.backup(&stick, "backup");
    drop(first);

    let second = Pc::restored(&backup);
    let mut browser = second.browser();
    let here = [browser.sign_in(&kept), browser.sign_in_with(&sealed)].map(Result::unwrap);
    assert_eq!(here, plain);
    // The PIN belongs to a PC; the passkeys do not.
    let mut browser = second.browser_with_pin();
    let here = [browser.sign_in(&kept), browser.sign_in_with(&sealed)].map(Result::unwrap);
    assert_eq!(here, verified);
}

#[test]
fn what_a_passkeys_extensions_hold_survives_a_backup_and_moves_to_another_vault() {
    let stick = stick();
    let first = Pc::new();
    let (whole, before) = first.register_whole(&stick);
    let backup = first.backup(&stick, "backup");
    let file = stick.path().join("passkeys.json");
    let export = ["--yes", "passkey", "export", file.to_str().unwrap(), "--plain"];
    let told = String::from_utf8(first.room.run(&export).stderr).unwrap();
    assert!(told.contains("demands verification more often"), "{told}");
    assert!(!told.contains("travels without"), "{told}");

    Pc::restored(&backup).has_whole(&whole, &before);
    let other = Pc::new();
    other.room.prints(&["--yes", "passkey", "import", file.to_str().unwrap()], "");
    other.has_whole(&whole, &before);
}

#[test]
fn a_passkey_removed_through_the_key_is_in_the_history_and_comes_back_by_undo() {
    let pc = Pc::new();
    let mut browser = pc.browser_with_pin();
    let kept = browser.register(SITE, "hana", true);
    let before = browser.sign_in(&kept).unwrap();
    browser.remove(&kept);
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials));
    let removal = pc.newest("remove");
    assert_eq!(removal["items"][0]["name"], "inn.example (hana)");
    assert_eq!(removal["can_undo"], true);
    pc.room.prints(&["undo", removal["id"].as_str().unwrap()], "");
    assert_eq!(browser.sign_in(&kept), Ok(before));
    assert_eq!(pc.newest("undo")["items"][0]["name"], "inn.example (hana)");
}

#[test]
fn a_passkey_removed_in_the_vault_comes_back_by_undo_and_signs_in() {
    let pc = Pc::new();
    let mut browser = pc.browser();
    let kept = browser.register(SITE, "hana", true);
    let other = browser.register("bank.example", "hana", true);
    let before = browser.sign_in(&kept).unwrap();
    assert_eq!(exit(&pc.room.run(&["passkey", "remove", "inn"])), 10, "asked first");
    pc.room.prints(&["--yes", "passkey", "remove", "inn"], "");
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials));
    assert_eq!(pc.newest("remove")["items"][0]["name"], "inn.example (hana)");
    browser.sign_in(&other).unwrap();
    pc.room.prints(&["undo"], "");
    assert_eq!(browser.sign_in(&kept), Ok(before));
}

#[test]
fn a_passkey_moves_to_another_vault_in_a_readable_file_that_is_asked_for() {
    let first = Pc::new();
    let mut browser = first.browser();
    let kept = browser.register(SITE, "hana", true);
    let other = browser.register("bank.example", "hana", true);
    let before = browser.sign_in(&kept).unwrap();
    let stick = stick();
    let file = stick.path().join("passkeys.json");
    let file = file.to_str().unwrap();
    let export = ["passkey", "export", file, "--query", "inn"];
    let plain = [&export[..], &["--plain"]].concat();
    assert_eq!(exit(&first.room.run(&export)), 6, "the format has no protection");
    assert_eq!(exit(&first.room.run(&plain)), 10, "a readable file is confirmed, not assumed");
    assert!(!std::path::Path::new(file).exists());
    first.room.prints(&[&["--yes"], &plain[..]].concat(), "");

    // A new vault, not a copy of the first.
    let second = Pc::new();
    let dry = ["passkey", "import", file, "--dry-run", "--json"];
    let shown: Value = serde_json::from_str(&second.room.prints(&dry, "")).unwrap();
    assert_eq!(
        (&shown["format"], &shown["entries"][0]["outcome"]),
        (&"cxf".into(), &"imported".into())
    );
    assert_eq!(shown["entries"].as_array().unwrap().len(), 1, "only what was asked for");
    second.room.prints(&["--yes", "passkey", "import", file], "");
    let mut there = second.browser();
    assert_eq!(there.sign_in(&kept), Ok(before));
    assert_eq!(there.sign_in(&other), Err(Status::NoCredentials));
    let shown: Value = serde_json::from_str(&second.room.prints(&dry, "")).unwrap();
    assert_eq!(shown["entries"][0]["outcome"], "same", "not taken twice");

    // Removed and imported again on purpose: it comes back, and that is said.
    second.room.prints(&["--yes", "passkey", "remove", "inn"], "");
    let shown: Value = serde_json::from_str(&second.room.prints(&dry, "")).unwrap();
    assert_eq!(shown["entries"][0]["notes"][0], "removed-before");
}

#[test]
fn a_passkey_that_two_pcs_imported_is_one_and_is_removed_whole() {
    let elsewhere = Pc::new();
    let kept = elsewhere.browser().register(SITE, "hana", true);
    let stick = stick();
    let file = stick.path().join("passkeys.json");
    let file = file.to_str().unwrap();
    elsewhere.room.prints(&["--yes", "passkey", "export", file, "--plain"], "");

    let first = Pc::new();
    let second = Pc::restored(&first.backup(&stick, "backup"));
    for pc in [&first, &second] {
        pc.room.prints(&["--yes", "passkey", "import", file], "");
    }
    first.merge(&second.backup(&stick, "second"));
    let mut browser = first.browser_with_pin();
    let before = browser.sign_in(&kept).unwrap();
    browser.remove(&kept);
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials));
    assert_eq!(browser.sign_in_with(&kept), Err(Status::NoCredentials));
    first.room.prints(&["undo"], "");
    assert_eq!(browser.sign_in(&kept), Ok(before));
}

#[test]
fn a_reset_from_outside_is_one_step_that_undo_takes_back() {
    let stick = stick();
    let pc = Pc::new();
    let (whole, before) = pc.register_whole(&stick);
    let mut browser = pc.browser_with_pin();
    let all = [("hana", true), ("work", true), ("ssh", false)]
        .map(|(account, is_kept)| browser.register("bank.example", account, is_kept));
    let signed_in = all.each_ref().map(|it| browser.sign_in_with(it).unwrap());
    pc.key.replug();
    pc.key.prints(&pc.room, &["--yes", "reset"], "");
    let mut browser = pc.browser();
    assert_eq!(browser.sign_in(&all[1]), Err(Status::NoCredentials));
    assert_eq!(browser.sign_in_with(&all[2]), Err(Status::NoCredentials));
    let reset = pc.newest("reset");
    assert_eq!(reset["items"].as_array().unwrap().len(), 3);

    // Somebody went on with the empty key before the mistake was noticed.
    let since = [true, false].map(|is_kept| browser.register("post.example", "new", is_kept));
    let blob = stick.path().join("blob");
    let mut browser = pc.browser_with_pin();
    let set = ["blobs", "set", "post", "--file", blob.to_str().unwrap()];
    pc.key.prints(&pc.room, &set, PIN_LINE);
    let told = pc.room.run(&["undo", reset["id"].as_str().unwrap()]);
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("before the reset"), "{told}");
    for (kept, before) in all.iter().zip(&signed_in) {
        assert_eq!(browser.sign_in_with(kept).as_ref(), Ok(before));
    }
    for kept in &since {
        browser.sign_in_with(kept).unwrap();
    }
    pc.has_whole(&whole, &before);
    let shown = pc.key.prints(&pc.room, &["blobs", "show", "post"], PIN_LINE);
    assert_eq!(shown, CERTIFICATE.repeat(100));
    let set = ["blobs", "set", "bank", "hana", "--file", blob.to_str().unwrap()];
    pc.key.prints(&pc.room, &set, PIN_LINE);
    for site in [&["inn"][..], &["post"], &["bank", "hana"]] {
        let show = [&["blobs", "show"], site].concat();
        assert_eq!(pc.key.prints(&pc.room, &show, PIN_LINE), CERTIFICATE.repeat(100));
    }
}

#[test]
fn an_older_backup_brings_no_removed_passkey_back() {
    let first = Pc::new();
    let mut browser = first.browser_with_pin();
    let kept = browser.register(SITE, "hana", true);
    let other = browser.register("bank.example", "hana", true);
    let stick = stick();
    let older = first.backup(&stick, "older");
    browser.remove(&kept);

    first.merge(&older);
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials), "by merging");
    restore(&first.room, &older);
    let mut browser = first.browser_with_pin();
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials), "by restoring");
    browser.sign_in(&other).unwrap();

    // Who restores the older backup on another PC has what it held, until that PC hears of the removal.
    let second = Pc::restored(&older);
    let mut there = second.browser_with_pin();
    there.sign_in(&kept).unwrap();
    second.merge(&first.backup(&stick, "newer"));
    assert_eq!(there.sign_in(&kept), Err(Status::NoCredentials));
    there.sign_in(&other).unwrap();
    assert_eq!(
        second.newest("remove")["can_undo"],
        true,
        "and what was removed there is undone here"
    );
    first.merge(&second.backup(&stick, "from-the-second"));
    assert_eq!(browser.sign_in(&kept), Err(Status::NoCredentials), "nor by way of another PC");
}

#[test]
fn what_is_said_of_backups_is_true_on_every_pc() {
    const BE: Flags = Flags::BACKUP_ELIGIBLE;
    const BOTH: Flags = Flags(Flags::BACKUP_ELIGIBLE.0 | Flags::BACKED_UP.0);
    let about = |flags: Flags| Flags(flags.0 & BOTH.0);
    let first = Pc::new();
    let mut browser = first.browser();
    let kept = browser.register(SITE, "hana", true);
    let sealed = browser.register(SITE, "work", false);
    assert_eq!([about(kept.flags), about(sealed.flags)], [BE, BE]);
    assert_eq!([&kept, &sealed].map(|it| about(browser.flags(it))), [BE, BE]);

    let stick = stick();
    let backup = first.backup(&stick, "backup");
    assert_eq!([&kept, &sealed].map(|it| about(browser.flags(it))), [BOTH, BOTH]);
    let later = browser.register("bank.example", "hana", true);
    assert_eq!([about(later.flags), about(browser.flags(&later))], [BE, BE]);
    let sealed_later = browser.register("bank.example", "work", false);
    assert_eq!(about(sealed_later.flags), BOTH, "the backup opens it too");

    let second = Pc::restored(&backup);
    let mut there = second.browser();
    assert_eq!([&kept, &sealed].map(|it| about(there.flags(it))), [BOTH, BOTH]);
    let own = there.register("post.example", "hana", true);
    let copy = second.backup(&stick, "second");
    first.merge(&copy);
    assert_eq!(about(browser.flags(&own)), BOTH, "the second has it");
    assert_eq!(about(browser.flags(&later)), BE, "the second does not know of it");
    second.merge(&first.backup(&stick, "third"));
    assert_eq!([&later, &own].map(|it| about(there.flags(it))), [BOTH, BOTH]);

    // What was known is known after locking, too.
    first.room.prints(&["lock"], "");
    first.room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert_eq!(about(browser.flags(&kept)), BOTH);
}
