// SPDX-License-Identifier: MIT OR Apache-2.0

//! Databases of other apps, well-meant and made to hurt: what is asked for comes out as rows, nothing of the
//! file runs, and what is wrong or too much is an error.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_vault::exchange::{Cell, ImportError, MAX_ENTRIES, Place, Table};
use kagifuda_vaultfile::read_foreign;
use rusqlite::Connection;

const DAMAGED: ImportError = ImportError::Damaged { at: Place::Database };

/// Far more than any refusal takes, far less than any hostile work would.
const AT_ONCE: Duration = Duration::from_secs(20);

fn database(sql: &str) -> Vec<u8> {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(sql).unwrap();
    conn.serialize("main").unwrap().to_vec()
}

fn table(bytes: &[u8], name: &'static str) -> Table {
    let mut found = read_foreign(bytes, [name]).unwrap();
    assert_eq!(found.tables.len(), 1);
    found.tables.remove(0)
}

fn error_of(bytes: &[u8], name: &'static str) -> ImportError {
    match read_foreign(bytes, [name]) {
        Ok(found) => panic!("{} tables instead of an error", found.tables.len()),
        Err(error) => error,
    }
}

const ACCOUNTS: &str =
    "CREATE TABLE accounts(_id INTEGER PRIMARY KEY, name TEXT, Secret TEXT, raw BLOB, at REAL);
    INSERT INTO accounts VALUES (7, 'Moss', 'MFRGGZDF', x'0102', 0.5), (9, NULL, '苔', NULL, NULL);
    CREATE TABLE other(secret TEXT); INSERT INTO other VALUES ('not asked for');";

#[test]
fn wanted_tables_come_out_as_rows_and_others_do_not() {
    let bytes = database(ACCOUNTS);
    let found = read_foreign(&bytes, ["ACCOUNTS", "missing", "accounts"]).unwrap();
    assert_eq!(found.tables.len(), 1, "asked for twice, and there once");
    let accounts = found.table("accounts").unwrap();
    assert_eq!(accounts.columns, ["_id", "name", "Secret", "raw", "at"]);
    assert!(accounts.has(&["_ID", "secret"]) && !accounts.has(&["name", "issuer"]));
    let [moss, fern] = &accounts.rows[..] else { panic!("two rows") };
    assert_eq!(accounts.cell(moss, "_id").count(), Some(7));
    assert_eq!(accounts.cell(moss, "secret").text(), Some("MFRGGZDF"));
    assert!(matches!(accounts.cell(moss, "raw"), Cell::Blob(bytes) if bytes.expose() == [1, 2]));
    assert!(matches!(accounts.cell(moss, "at"), Cell::Real(number) if *number == 0.5));
    assert!(matches!(accounts.cell(fern, "name"), Cell::Null));
    assert!(matches!(accounts.cell(fern, "nowhere"), Cell::Null));
    assert_eq!(accounts.cell(fern, "secret").text(), Some("苔"));
}

/// Phones keep their databases with a write-ahead log; what was copied is the file without it.
#[test]
fn a_file_that_had_a_write_ahead_log_is_read() {
    let mut bytes = database(ACCOUNTS);
    (bytes[18], bytes[19]) = (2, 2);
    assert_eq!(table(&bytes, "accounts").rows.len(), 2);
}

#[test]
fn text_of_other_widths_and_text_that_is_none_are_told_apart() {
    let wide = format!("PRAGMA encoding = 'UTF-16'; {ACCOUNTS}");
    let accounts = table(&database(&wide), "accounts");
    assert_eq!(accounts.cell(&accounts.rows[1], "secret").text(), Some("苔"));
    let odd = "CREATE TABLE t(a TEXT); INSERT INTO t VALUES (CAST(x'ff' AS TEXT));";
    let odd = table(&database(odd), "t");
    assert!(matches!(&odd.rows[0][0], Cell::Blob(bytes) if bytes.expose() == [0xff]));
}

/// Views, virtual tables and computed columns would run what the file brings along.
#[test]
fn what_would_have_to_be_computed_is_no_table() {
    let view = "CREATE VIEW accounts AS SELECT randomblob(9) AS secret;";
    let computed =
        "CREATE TABLE accounts(a, secret AS (hex(a)) VIRTUAL); INSERT INTO accounts VALUES (1);";
    let stored =
        "CREATE TABLE accounts(a, secret AS (hex(a)) STORED); INSERT INTO accounts VALUES (1);";
    let virtual_table = "CREATE TABLE x(a); PRAGMA writable_schema = ON; \
        UPDATE sqlite_schema SET name = 'accounts', tbl_name = 'accounts', rootpage = 0, \
        sql = 'CREATE VIRTUAL TABLE accounts USING fts5(a)' WHERE name = 'x';";
    for sql in [view, computed, stored, virtual_table] {
        let found = read_foreign(&database(sql), ["accounts"]);
        assert!(found.is_err() || found.is_ok_and(|it| it.tables.is_empty()), "{sql}");
    }
}

#[test]
fn a_view_that_counts_for_ever_is_not_asked() {
    let sql = "CREATE VIEW accounts AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;";
    let begin = Instant::now();
    assert!(read_foreign(&database(sql), ["accounts"]).unwrap().tables.is_empty());
    assert!(begin.elapsed() < AT_ONCE);
}

#[test]
fn more_rows_or_bytes_than_any_export_has_are_refused() {
    let rows = |count: usize| {
        format!(
            "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO t SELECT i FROM n;"
        )
    };
    assert_eq!(table(&database(&rows(MAX_ENTRIES)), "t").rows.len(), MAX_ENTRIES);
    let too_many = ImportError::TooManyEntries { limit: MAX_ENTRIES };
    assert_eq!(error_of(&database(&rows(MAX_ENTRIES + 1)), "t"), too_many);
    let wide = "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(900000)); \
                INSERT INTO t SELECT a FROM t; INSERT INTO t SELECT a FROM t; INSERT INTO t SELECT a FROM t; \
                INSERT INTO t SELECT a FROM t; INSERT INTO t SELECT a FROM t;";
    assert!(matches!(error_of(&database(wide), "t"), ImportError::TooLarge { .. }));
    let long = "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(2000000));";
    assert_eq!(error_of(&database(long), "t"), DAMAGED);
}

/// A table whose pages point back at each other is read until that is noticed or it has too many rows.
#[test]
fn pages_that_point_at_each_other_end_in_an_error() {
    let many = "CREATE TABLE t(a); \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
        INSERT INTO t SELECT hex(randomblob(20)) FROM n;";
    let sound = database(many);
    let page_bytes = usize::from(u16::from_be_bytes([sound[16], sound[17]]));
    // Page 2 is the root of the table, an interior page: its right-most child is made itself.
    let mut looped = sound.clone();
    assert_eq!(looped[page_bytes], 5, "an interior page");
    looped[page_bytes + 8..page_bytes + 12].copy_from_slice(&2_u32.to_be_bytes());
    let error = error_of(&looped, "t");
    assert!(error == DAMAGED || matches!(error, ImportError::TooManyEntries { .. }), "{error:?}");
}

/// Such a name made rusqlite panic.
#[test]
fn a_column_whose_name_is_no_text_is_damage() {
    let mut bytes = database(ACCOUNTS);
    let place = bytes.windows(6).position(|it| it == b"Secret").unwrap();
    bytes[place] = 0xd3;
    assert_eq!(error_of(&bytes, "accounts"), DAMAGED);
}

#[test]
fn a_database_cut_short_anywhere_is_an_error_or_lacks_the_table() {
    let sound = database(ACCOUNTS);
    for length in (0..sound.len()).step_by(13) {
        if let Ok(found) = read_foreign(&sound[..length], ["accounts"]) {
            assert!(found.tables.is_empty(), "cut to {length}");
        }
    }
    assert_eq!(error_of(&sound[..sound.len() - 1], "accounts"), DAMAGED);
    assert_eq!(error_of(b"SQLite format 3\0 and no more", "accounts"), DAMAGED);
}
