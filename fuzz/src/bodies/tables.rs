// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other apps' databases: read as rows within bounds, then as entries, each imported or refused and none
//! twice.

use kagifuda_vault::exchange::{ImportLimits, MAX_ENTRIES, read_tables, wanted_tables};
use kagifuda_vaultfile::read_foreign;

use super::exchange;

pub(crate) const DICTIONARY: &[&str] = &[
    "SQLite format 3\u{0}",
    "CREATE TABLE accounts(",
    "CREATE VIEW accounts AS SELECT ",
    "GENERATED ALWAYS AS (",
    "accounts",
    "secret",
    "\u{0}\u{0}\u{0}\u{2}",
];

pub(crate) fn run(bytes: &[u8]) {
    let wanted = wanted_tables().chain(["accounts"]);
    let Ok(tables) = read_foreign(bytes, wanted) else { return };
    for table in &tables.tables {
        assert!(table.rows.len() <= MAX_ENTRIES);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
    if let Ok(import) = read_tables(&tables, &ImportLimits::STANDARD) {
        exchange::check(&import);
    }
}
