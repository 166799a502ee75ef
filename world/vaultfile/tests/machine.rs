// SPDX-License-Identifier: MIT OR Apache-2.0

//! A PC tells its own vault from a moved, a copied, a restored and a carried-over one.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use kagifuda_vaultfile::machine::{Found, MachineState, MachineStore, UnreadableReason};
use kagifuda_vaultfile::{FileError, VaultFile};
use tempfile::TempDir;

const VAULT: [u8; 16] = [1; 16];

fn state(highest_seq: u64) -> MachineState {
    MachineState {
        vault: VAULT,
        device: [2; 16],
        highest_seq,
        head: [3; 32],
        sealed_seed: vec![4; 80],
        root: [5; 16],
        newest_hlc: 6,
    }
}

struct Home {
    place: TempDir,
    store: MachineStore,
    vault: PathBuf,
}

/// A vault this machine has worked with.
fn home() -> Home {
    let place = tempfile::tempdir().unwrap();
    let vault = place.path().join("documents/vault");
    drop(VaultFile::create(&vault, &[]).unwrap());
    let store = MachineStore::new(place.path().join("state/machine"), b"this pc\n");
    assert_eq!(store.find(VAULT, &vault).unwrap(), Found::Unknown);
    store.save(&vault, &state(7)).unwrap();
    Home { place, store, vault }
}

impl Home {
    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join("documents").join(name)
    }

    fn find(&self, path: &Path) -> Found {
        self.store.find(VAULT, path).unwrap()
    }

    fn memories(&self) -> Vec<PathBuf> {
        let directory = self.place.path().join("state/machine");
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn the_same_vault_in_the_same_place_is_known() {
    let home = home();
    assert_eq!(home.find(&home.vault), Found::Known(state(7)));
    home.store.save(&home.vault, &state(8)).unwrap();
    assert_eq!(home.find(&home.vault), Found::Known(state(8)));
    assert_eq!(home.memories().len(), 1);
    let another = home.store.find([9; 16], &home.vault).unwrap();
    assert_eq!(another, Found::Unknown, "another vault put there is another vault");
}

#[test]
fn it_is_known_by_any_spelling_of_its_path() {
    let home = home();
    let way = home.place.path().join("way");
    std::os::unix::fs::symlink(home.place.path().join("documents"), &way).unwrap();
    assert_eq!(home.find(&way.join("../way/vault")), Found::Known(state(7)));
}

#[test]
fn memories_are_for_the_owner_only() {
    let home = home();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.memories()[0]), 0o600);
    assert_eq!(mode(&home.place.path().join("state/machine")), 0o700);
    assert_eq!(mode(&home.place.path().join("state")), 0o700);
}

#[test]
fn a_renamed_vault_has_moved_and_its_old_place_is_forgotten() {
    let home = home();
    fs::rename(&home.vault, home.at("renamed")).unwrap();
    assert_eq!(home.find(&home.at("renamed")), Found::Moved(state(7)));
    home.store.save(home.at("renamed"), &state(8)).unwrap();
    assert_eq!(home.find(&home.at("renamed")), Found::Known(state(8)));
    assert_eq!(home.memories().len(), 1);
}

#[test]
fn a_renamed_vault_has_moved_even_if_another_takes_its_place() {
    let home = home();
    fs::rename(&home.vault, home.at("renamed")).unwrap();
    fs::copy(home.at("renamed"), &home.vault).unwrap();
    assert_eq!(home.find(&home.at("renamed")), Found::Moved(state(7)));
}

#[test]
fn a_vault_carried_to_another_disk_has_moved() {
    let home = home();
    let kept = fs::read(&home.vault).unwrap();
    // Another inode at the new place, nothing at the old one.
    fs::write(home.at("carried"), kept).unwrap();
    fs::remove_file(&home.vault).unwrap();
    assert_eq!(home.find(&home.at("carried")), Found::Moved(state(7)));
}

#[test]
fn a_restored_vault_in_the_same_place_is_to_be_compared() {
    let home = home();
    fs::copy(&home.vault, home.at("backup")).unwrap();
    fs::rename(home.at("backup"), &home.vault).unwrap();
    assert_eq!(home.find(&home.vault), Found::Moved(state(7)));
}

#[test]
fn a_copied_vault_needs_a_device_of_its_own() {
    let home = home();
    fs::copy(&home.vault, home.at("copy")).unwrap();
    assert_eq!(home.find(&home.at("copy")), Found::Copied(state(7)));
    let mine = MachineState { device: [8; 16], ..state(1) };
    home.store.save(home.at("copy"), &mine).unwrap();
    assert_eq!(home.find(&home.at("copy")), Found::Known(mine));
    assert_eq!(home.find(&home.vault), Found::Known(state(7)), "the first goes on as it was");
}

#[test]
fn a_copy_stays_a_copy_when_a_sync_tool_replaces_the_first() {
    let home = home();
    fs::copy(&home.vault, home.at("copy")).unwrap();
    fs::copy(&home.vault, home.at("theirs")).unwrap();
    fs::rename(home.at("theirs"), &home.vault).unwrap();
    assert_eq!(home.find(&home.at("copy")), Found::Copied(state(7)));
}

#[test]
fn a_copy_from_an_unplugged_stick_is_a_copy() {
    let home = home();
    let stick = home.place.path().join("stick");
    drop(VaultFile::create(stick.join("vault"), &[]).unwrap());
    home.store.forget(VAULT, &home.vault).unwrap();
    home.store.save(stick.join("vault"), &state(7)).unwrap();
    fs::copy(stick.join("vault"), home.at("copy")).unwrap();
    fs::remove_dir_all(&stick).unwrap();
    assert_eq!(home.find(&home.at("copy")), Found::Copied(state(7)));
}

#[test]
fn something_else_where_the_vault_was_is_no_vault() {
    let home = home();
    let kept = fs::read(&home.vault).unwrap();
    fs::write(home.at("carried"), kept).unwrap();
    fs::remove_file(&home.vault).unwrap();
    fs::write(&home.vault, "shopping list").unwrap();
    assert_eq!(home.find(&home.at("carried")), Found::Moved(state(7)));
}

#[test]
fn a_home_directory_copied_to_another_pc_is_noticed() {
    let home = home();
    let other = MachineStore::new(home.place.path().join("state/machine"), b"another pc\n");
    assert_eq!(other.find(VAULT, &home.vault).unwrap(), Found::ForeignMachine);
    let mine = MachineState { device: [8; 16], ..state(1) };
    other.save(&home.vault, &mine).unwrap();
    assert_eq!(other.find(VAULT, &home.vault).unwrap(), Found::Known(mine));
}

#[test]
fn what_is_forgotten_is_unknown_and_forgetting_twice_is_fine() {
    let home = home();
    home.store.forget(VAULT, &home.vault).unwrap();
    home.store.forget(VAULT, &home.vault).unwrap();
    assert_eq!(home.find(&home.vault), Found::Unknown);
    home.store.save(&home.vault, &state(7)).unwrap();
    fs::remove_file(&home.vault).unwrap();
    home.store.forget(VAULT, &home.vault).unwrap();
    assert!(home.memories().is_empty());
}

#[test]
fn an_unreadable_memory_is_not_taken_for_none() {
    let home = home();
    let file = home.memories().remove(0);
    let whole = fs::read(&file).unwrap();
    let unreadable = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        match home.find(&home.vault) {
            Found::Unreadable(reason) => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(unreadable(b""), UnreadableReason::NotOurs);
    assert_eq!(unreadable(&whole[..whole.len() - 1]), UnreadableReason::Checksum);
    assert_eq!(unreadable(b"something else, and long enough to be one"), UnreadableReason::NotOurs);
    let mut changed = whole.clone();
    changed[60] ^= 1;
    assert_eq!(unreadable(&changed), UnreadableReason::Checksum);
    // A copy of the vault elsewhere cannot be told from a moved one then.
    fs::copy(&home.vault, home.at("copy")).unwrap();
    assert!(matches!(home.find(&home.at("copy")), Found::Unreadable(_)));
    // Another vault's memory under this one's name.
    let elsewhere = MachineState { vault: [9; 16], ..state(1) };
    home.store.save(&home.vault, &elsewhere).unwrap();
    let theirs = home.memories().into_iter().find(|path| *path != file).unwrap();
    assert_eq!(unreadable(&fs::read(theirs).unwrap()), UnreadableReason::Misfiled);
    // Saving again heals it.
    home.store.save(&home.vault, &state(9)).unwrap();
    assert_eq!(home.find(&home.vault), Found::Known(state(9)));
}

#[test]
fn what_cannot_be_saved_is_said() {
    let home = home();
    let gone = home.at("gone");
    assert!(matches!(home.store.save(&gone, &state(1)), Err(FileError::NotFound)));
    assert!(matches!(home.store.find(VAULT, &gone), Err(FileError::NotFound)));
    let large = MachineState { sealed_seed: vec![0; 5_000], ..state(1) };
    assert!(matches!(home.store.save(&home.vault, &large), Err(FileError::BodyTooLarge { .. })));
    let blocked = MachineStore::new(home.vault.join("below"), b"this pc\n");
    assert!(blocked.save(&home.vault, &state(1)).is_err());
    assert_eq!(home.find(&home.vault), Found::Known(state(7)));
}

#[test]
fn a_note_belongs_to_one_vault_of_this_machine_and_is_replaced_whole() {
    let room = tempfile::tempdir().unwrap();
    let store = MachineStore::new(room.path().join("state"), b"machine");
    let (one, other) = (room.path().join("one"), room.path().join("other"));
    std::fs::write(&one, b"").unwrap();
    std::fs::write(&other, b"").unwrap();
    assert_eq!(store.note(&one, "tries").unwrap(), None);
    store.set_note(&one, "tries", b"8").unwrap();
    store.set_note(&one, "tries", b"7").unwrap();
    assert_eq!(store.note(&one, "tries").unwrap(), Some(b"7".to_vec()));
    assert_eq!(store.note(&other, "tries").unwrap(), None);
    assert_eq!(store.note(&one, "settings").unwrap(), None);
    assert!(store.set_note(&one, "tries", &[0; 5000]).is_err());
    assert_eq!(
        store.note(&one, "tries").unwrap(),
        Some(b"7".to_vec()),
        "what was refused changed nothing"
    );
    store.remove_note(&one, "tries").unwrap();
    store.remove_note(&one, "tries").unwrap();
    assert_eq!(store.note(&one, "tries").unwrap(), None);

    store.set_vault_note(VAULT, "keyring", b"here").unwrap();
    assert_eq!(store.vault_note(VAULT, "keyring").unwrap(), Some(b"here".to_vec()));
    assert_eq!(store.vault_note([9; 16], "keyring").unwrap(), None);
    assert_eq!(store.note(&one, "keyring").unwrap(), None);
}
