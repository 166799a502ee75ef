// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vault vectors as a holder has them: files, opened by the room that knows files. Vaults of every
//! release stay here, and must open and say the same for ever.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its vector has failed")]

use std::fs;
use std::path::Path;

use kagifuda_secret::SecretArray;
use kagifuda_secret::words::{self, Language};
use kagifuda_vault::record::Row;
use kagifuda_vaultfile::VaultFile;
use kagifuda_wasm_tests::vaults::{faults, read_rows, write_rows};

#[test]
fn every_vault_of_every_release_opens_and_says_what_it_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/vault");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "kagifuda") {
            let rows = rows_of(&path);
            let dump = fs::read(path.with_extension("rows")).unwrap();
            assert_eq!(write_rows(&rows), dump, "{}", path.display());
            assert_eq!(read_rows(&dump), rows, "{}", path.display());
            let json = fs::read_to_string(path.with_extension("json")).unwrap();
            let faults = faults(&rows, &serde_json::from_str(&json).unwrap());
            assert!(faults.is_empty(), "{}: {faults:?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 9, "only {count} vaults");
}

#[test]
fn the_independent_reader_has_the_list_that_sheets_are_written_from() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interop/bip39-english.txt");
    let first_word = |number: u16| {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&(number << 5).to_be_bytes());
        let sheet = words::write(&SecretArray::take(&mut bytes), Language::English);
        sheet.expose().split(' ').next().unwrap().to_owned() + "\n"
    };
    let written: String = (0..2048).map(first_word).collect();
    assert_eq!(fs::read_to_string(list).unwrap(), written);
}

fn rows_of(path: &Path) -> Vec<Row> {
    let file = VaultFile::open_read_only(path).unwrap();
    let mut rows = Vec::new();
    let report = file.rows(|row| rows.push(row)).unwrap();
    assert!(!report.damaged, "{}", path.display());
    rows
}
