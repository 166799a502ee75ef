// SPDX-License-Identifier: MIT OR Apache-2.0

//! Other apps' databases, read from bytes in memory: named tables come out as rows, and nothing else of the
//! file is believed.
//!
//! Such a file may be made to hurt. It is opened read-only, where nothing it brings along may run (views,
//! triggers, functions, virtual tables), and what it may cost is counted: steps of SQLite's machine, rows,
//! bytes. Nothing is written to any disk. What SQLite itself held of it while reading is given back to the
//! system without being wiped; the process that reads has its memory locked and out of dumps.

use std::io::Read as _;

use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::exchange::{Cell, ImportError, MAX_ENTRIES, Place, Table, Tables};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};

use crate::schema;

/// The largest database that is read.
const MAX_BYTES: usize = 64 << 20;

/// The longest row, in bytes.
const MAX_ROW_BYTES: i32 = 1 << 20;

/// The longest text that makes a table, in bytes; apps write long ones.
const MAX_SQL_BYTES: i32 = 64 << 10;

/// The most columns of a table.
const MAX_COLUMN_COUNT: usize = 256;

/// The most bytes of all cells together.
const MAX_CELL_BYTES: usize = 16 << 20;

/// After so many steps of SQLite's machine it is asked whether it has gone on for too long.
const STEPS_PER_QUESTION: i32 = 10_000;

/// So often the answer is no: far more steps than the most rows take.
const MAX_QUESTION_COUNT: u32 = 10_000;

/// The bytes of the header that say whether the file has a write-ahead log (SQLite's file format, section
/// 1.3.3). A log is a file beside it, which is not here; with one, SQLite would not open it from memory.
const VERSIONS: std::ops::Range<usize> = 18..20;

const DAMAGED: ImportError = ImportError::Damaged { at: Place::Database };

/// Reads the wanted tables of a database, those of them that it has.
///
/// # Errors
/// [`ImportError::Damaged`] for what SQLite cannot read or would have to run something for,
/// [`ImportError::TooLarge`] and [`ImportError::TooManyEntries`] for more than any app's export has.
pub fn read_foreign<'a>(
    bytes: &[u8],
    wanted: impl IntoIterator<Item = &'a str>,
) -> Result<Tables, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge { limit_bytes: MAX_BYTES });
    }
    if !is_whole(bytes) {
        return Err(DAMAGED);
    }
    let conn = open(bytes).map_err(|_| DAMAGED)?;
    let mut found = Tables::default();
    let mut left_bytes = MAX_CELL_BYTES;
    for name in wanted {
        if found.table(name).is_some() {
            continue;
        }
        if let Some(name) = plain_table(&conn, name).map_err(|_| DAMAGED)? {
            found.tables.push(read(&conn, name, &mut left_bytes)?);
        }
    }
    Ok(found)
}

/// Tells whether all pages are there that the header counts, if whoever wrote last has counted (sections 1.3.2
/// and 1.3.7). SQLite itself would read what is missing as empty.
fn is_whole(bytes: &[u8]) -> bool {
    let Some((header, _)) = bytes.split_first_chunk::<100>() else { return false };
    let number = |at: usize| [header[at], header[at + 1], header[at + 2], header[at + 3]];
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 1 << 16,
        other => u64::from(other),
    };
    let is_counted = number(24) == number(92);
    let expected = u64::from(u32::from_be_bytes(number(28))) * page_bytes;
    !is_counted || bytes.len() as u64 >= expected
}

fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let mut conn = Connection::open_in_memory_with_flags(flags)?;
    schema::harden(&conn)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES)?;
    conn.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES)?;
    let (begin, rest) = bytes.split_at(bytes.len().min(VERSIONS.start));
    let rest = rest.get(VERSIONS.len()..).unwrap_or_default();
    let whole = begin.chain(&[1_u8, 1][..]).chain(rest);
    let length = begin.len() + VERSIONS.len() + rest.len();
    conn.deserialize_read_exact("main", whole, length, true)?;
    let mut question_count = 0;
    conn.progress_handler(
        STEPS_PER_QUESTION,
        Some(move || {
            question_count += 1;
            question_count > MAX_QUESTION_COUNT
        }),
    )?;
    conn.execute_batch("PRAGMA cell_size_check = ON; PRAGMA query_only = ON;")?;
    Ok(conn)
}

/// The table's name as the file spells it, if all of it lies in pages of its own: no view, no virtual table,
/// no columns that are computed from what the file brings along.
fn plain_table(conn: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    let mut listing = conn.prepare(
        "SELECT name FROM sqlite_schema AS it \
         WHERE type = 'table' AND name = ?1 COLLATE NOCASE AND rootpage > 0 \
         AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(it.name) WHERE hidden <> 0)",
    )?;
    let mut found = listing.query(params![name])?;
    found.next()?.map(|row| row.get(0)).transpose()
}

/// The names of a table's columns. A statement's own list of them would panic on one that is no text.
fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut listing = conn.prepare("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid")?;
    listing.query_map(params![table], |row| row.get(0))?.collect()
}

fn read(conn: &Connection, name: String, left_bytes: &mut usize) -> Result<Table, ImportError> {
    let damaged = |_| DAMAGED;
    let quoted = name.replace('"', "\"\"");
    // No order is asked for, so that no index of the file is believed: rows come as they lie.
    let query = format!("SELECT * FROM \"{quoted}\" NOT INDEXED");
    let mut query = conn.prepare(&query).map_err(damaged)?;
    let columns = columns(conn, &name).map_err(damaged)?;
    if columns.len() > MAX_COLUMN_COUNT || columns.len() != query.column_count() {
        return Err(DAMAGED);
    }
    let mut rows = Vec::new();
    let mut found = query.query([]).map_err(damaged)?;
    while let Some(row) = found.next().map_err(damaged)? {
        if rows.len() == MAX_ENTRIES {
            return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
        }
        let cells = (0..columns.len()).map(|place| {
            let cell = cell(row.get_ref(place).map_err(damaged)?);
            let length = match &cell {
                Cell::Text(text) => text.expose().len(),
                Cell::Blob(bytes) => bytes.expose().len(),
                _ => 0,
            };
            let left = left_bytes.checked_sub(length);
            *left_bytes = left.ok_or(ImportError::TooLarge { limit_bytes: MAX_CELL_BYTES })?;
            Ok(cell)
        });
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(Table { name, columns, rows })
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        // SQLite keeps as text whatever it was given as such.
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(SecretText::from(text)),
            Err(_) => Cell::Blob(SecretBytes::from(bytes)),
        },
        ValueRef::Blob(bytes) => Cell::Blob(SecretBytes::from(bytes)),
    }
}
