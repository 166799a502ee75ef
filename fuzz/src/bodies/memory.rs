// SPDX-License-Identifier: MIT OR Apache-2.0
//! What this PC remembers of a vault, as a failing disk or another program may leave it: a file with a checksum,
//! which is made right here, so that what lies behind it is reached.

use std::fs;

use kagifuda_vaultfile::machine::MachineStore;
use sha2::{Digest as _, Sha256};

pub(crate) const DICTIONARY: &[&str] =
    &["KGFM", "\u{0}\u{1}", "\u{0}\u{2}", "P", "X", "\u{18}", "/vault"];

pub(crate) fn run(bytes: &[u8]) {
    let room = tempfile::tempdir().expect("there is room for a small file");
    let vault = room.path().join("vault");
    fs::write(&vault, "").expect("there is room for a small file");
    let state = room.path().join(format!("{}-{}.state", "00".repeat(16), "00".repeat(16)));
    let store = MachineStore::new(room.path(), b"a machine");
    for whole in [bytes.to_vec(), [bytes, Sha256::digest(bytes).as_slice()].concat()] {
        fs::write(&state, &whole).expect("there is room for a small file");
        let _ = store.find([0; 16], &vault);
        assert!(fs::read(&state).is_ok_and(|now| now == whole), "reading changed the memory");
    }
}
