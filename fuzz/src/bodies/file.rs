// SPDX-License-Identifier: MIT OR Apache-2.0
//! A vault's file as somebody may hand it over: opened, read, checked and searched for what is left.
//!
//! Whatever the bytes are, nothing panics, and not one of them is changed by reading.

use std::fs;

use kagifuda_vaultfile::VaultFile;

pub(crate) const DICTIONARY: &[&str] = &[
    "SQLite format 3\u{0}",
    "CREATE TABLE record(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, class INTEGER NOT NULL, \
     body BLOB NOT NULL)",
    "CREATE TRIGGER t AFTER INSERT ON record BEGIN SELECT 1; END",
    "table",
    "record",
    "KGFD",
    "KGF\u{1}",
    "\u{d}\u{0}",
    "\u{5}\u{0}",
    "\u{2}\u{0}",
];

pub(crate) fn run(bytes: &[u8]) {
    let room = tempfile::tempdir().expect("there is room for a small file");
    let (path, salvaged) = (room.path().join("vault"), room.path().join("salvaged"));
    fs::write(&path, bytes).expect("there is room for a small file");
    if let Ok(file) = VaultFile::open_read_only(&path) {
        let _ = file.rows(drop);
        let _ = file.check();
    }
    if VaultFile::salvage(&path, &salvaged).is_ok() {
        let file = VaultFile::open_read_only(&salvaged).expect("what was salvaged is whole");
        let check = file.check().expect("what was salvaged can be read");
        assert!(check.is_sound(), "what was salvaged is damaged");
    }
    assert!(fs::read(&path).is_ok_and(|now| now == bytes), "reading changed the file");
}
