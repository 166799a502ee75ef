// SPDX-License-Identifier: MIT OR Apache-2.0
//! A journal beside a vault, as a crash or somebody else may leave it.
//!
//! Whatever it holds, nothing panics; reading changes neither file; and opening for writing, which undoes
//! what the journal says was unfinished, leaves a vault that can be read or refuses to.

use std::fs;

use kagifuda_vaultfile::VaultFile;

const VAULT: &[u8] = include_bytes!("../../../tests/vectors/vault/recovery-words-open-it.kagifuda");

pub(crate) const DICTIONARY: &[&str] = &[
    "\u{0}\u{0}\u{2}\u{0}",
    "\u{0}\u{0}\u{10}\u{0}",
    "\u{0}\u{0}\u{0}\u{3}",
    "/vault-journal",
    "KGFD",
];

pub(crate) fn run(bytes: &[u8]) {
    let room = tempfile::tempdir().expect("there is room for a small file");
    let (path, journal) = (room.path().join("vault"), room.path().join("vault-journal"));
    fs::write(&path, VAULT).expect("there is room for a small file");
    fs::write(&journal, bytes).expect("there is room for a small file");
    if let Ok(file) = VaultFile::open_read_only(&path) {
        let _ = file.rows(drop);
    }
    assert!(fs::read(&path).is_ok_and(|now| now == VAULT), "reading changed the vault");
    assert!(fs::read(&journal).is_ok_and(|now| now == bytes), "reading changed the journal");
    if let Ok(file) = VaultFile::open(&path) {
        let _ = file.rows(drop);
    }
}
