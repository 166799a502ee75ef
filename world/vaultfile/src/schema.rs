// SPDX-License-Identifier: MIT OR Apache-2.0

//! The one table of a vault, and a connection that trusts nothing else.
//!
//! A file from elsewhere may carry views, triggers, generated columns or indexes made to run when
//! somebody reads. So the list of what is in the file must be exactly what `create` puts there,
//! word for word and on the same root pages, before the first row is asked for.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Alteration, Damage, FileError};
use crate::header::{APPLICATION_ID, PAGE_BYTES};
use crate::{FORMAT, MAX_BODY_BYTES, MAX_FILE_BYTES};

/// The table, exactly as SQLite keeps its text. `STRICT` fixes the types, the checks the sizes.
const TABLE: &str = "CREATE TABLE record(\
seq INTEGER PRIMARY KEY, \
id BLOB NOT NULL UNIQUE CHECK(length(id) = 16), \
class INTEGER NOT NULL CHECK(class BETWEEN 0 AND 255), \
body BLOB NOT NULL CHECK(length(body) <= 2097152)\
) STRICT";

/// The index SQLite makes for `UNIQUE`.
const INDEX: &str = "sqlite_autoindex_record_1";

/// Everything a vault's schema holds: kind, name, table, root page, text.
const PARTS: [(&str, &str, &str, i64, Option<&str>); 2] =
    [("table", "record", "record", 2, Some(TABLE)), ("index", INDEX, "record", 3, None)];

/// A row's longest encoding: the body, the id, and room for lengths.
const MAX_ROW_BYTES: i32 = MAX_BODY_BYTES as i32 + 1024;

/// Says what a connection may do to the file it opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Commit to it.
    Write,
    /// Nothing at all.
    Read,
}

/// Opens a connection that runs nothing the file brings along.
///
/// `path` must be absolute and free of links.
pub(crate) fn connect(path: &Path, access: Access) -> Result<Connection, FileError> {
    let mode = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = mode
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let fail = |e| damaged_schema(FileError::engine("opening the database", &e));
    let conn = Connection::open_with_flags(path, flags).map_err(fail)?;
    harden(&conn).map_err(fail)?;
    conn.execute_batch(&format!(
        "PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA locking_mode = NORMAL;
         PRAGMA synchronous = EXTRA;
         PRAGMA secure_delete = ON;
         PRAGMA journal_mode = DELETE;
         PRAGMA max_page_count = {};",
        MAX_FILE_BYTES / PAGE_BYTES as u64
    ))
    .map_err(fail)?;
    Ok(conn)
}

pub(crate) fn harden(conn: &Connection) -> rusqlite::Result<()> {
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        conn.set_db_config(setting, on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 4096),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        conn.set_limit(limit, most)?;
    }
    Ok(())
}

/// Makes an empty file into an empty vault that is not yet meant to survive anything: it has no
/// journal and syncs nothing until its writer does so once, at the end.
pub(crate) fn lay_out(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    harden(&conn)?;
    conn.execute_batch(&format!(
        "PRAGMA page_size = {PAGE_BYTES};
         PRAGMA encoding = 'UTF-8';
         PRAGMA auto_vacuum = NONE;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_mode = OFF;
         PRAGMA synchronous = OFF;
         PRAGMA max_page_count = {};
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {FORMAT};
         {TABLE};",
        MAX_FILE_BYTES / PAGE_BYTES as u64
    ))?;
    Ok(conn)
}

/// Refuses a file whose schema is not word for word what [`lay_out`] made.
pub(crate) fn verify(conn: &Connection) -> Result<(), FileError> {
    let sort = |e| damaged_schema(FileError::engine("reading the schema", &e));
    let mut listing = conn
        .prepare("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY rowid")
        .map_err(sort)?;
    let mut found = listing.query([]).map_err(sort)?;
    let mut wanted = PARTS.iter();
    while let Some(row) = found.next().map_err(sort)? {
        let is_ours = wanted.next().is_some_and(|(kind, name, table, root, text)| {
            row.get_ref(0).is_ok_and(|v| v.as_str() == Ok(kind))
                && row.get_ref(1).is_ok_and(|v| v.as_str() == Ok(name))
                && row.get_ref(2).is_ok_and(|v| v.as_str() == Ok(table))
                && row.get_ref(3).is_ok_and(|v| v.as_i64() == Ok(*root))
                && row.get_ref(4).is_ok_and(|v| v.as_str_or_null() == Ok(*text))
        });
        if !is_ours {
            return Err(FileError::Altered(Alteration::Schema));
        }
    }
    match wanted.next() {
        None => Ok(()),
        Some(_) => Err(FileError::Altered(Alteration::Schema)),
    }
}

/// Before any row is asked for, SQLite has read nothing but the page of the schema; a header or a
/// table text it cannot make sense of is its plain "error".
fn damaged_schema(error: FileError) -> FileError {
    match error {
        FileError::Damaged(_) | FileError::Engine { code: rusqlite::ffi::SQLITE_ERROR } => {
            FileError::Damaged(Damage::Schema)
        }
        other => other,
    }
}

/// Says whether SQLite itself finds every page, cell and index entry in order.
pub(crate) fn complaints(conn: &Connection) -> Result<Vec<String>, FileError> {
    let sort = |e| FileError::engine("checking the database", &e);
    let mut check = conn.prepare("PRAGMA integrity_check(100)").map_err(sort)?;
    let lines = check.query_map([], |row| row.get::<_, String>(0)).map_err(sort)?;
    let mut complaints = Vec::new();
    for line in lines {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(line) => complaints.push(line),
            Err(e) => match sort(e) {
                FileError::Damaged(_) | FileError::TooLarge => {
                    complaints.push("the file cannot be read on".to_owned());
                }
                other => return Err(other),
            },
        }
    }
    Ok(complaints)
}
