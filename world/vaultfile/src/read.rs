// SPDX-License-Identifier: MIT OR Apache-2.0

//! Finds every readable row, and counts the ones that are not.
//!
//! The table is read in order of arrival and then compared with the index, which names every row a
//! second time: a row that vanished because one byte of a page changed is still missed there. Only
//! if something is wrong are the file's pages read one by one, past SQLite, for what it could not
//! reach. So a sound vault costs one pass, and a damaged page costs only the rows on it.

use std::collections::HashMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::error::FileError;
use crate::file::{Health, VaultFile};
use crate::pages::{self, Find};
use crate::{MAX_BODY_BYTES, MAX_ROW_COUNT, RecordId, Row, schema};

/// Says what one reading of all rows found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "rows may have been unreadable"]
pub struct ReadReport {
    /// The rows handed over.
    pub read: u64,
    /// The rows known to have been there that could not be read as they were written. Exact while
    /// the index is whole, otherwise at least this many.
    pub unreadable: u64,
    /// Whether anything was wrong with the file, even if every row could be read.
    pub damaged: bool,
}

/// Says what a full check found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the file may be damaged"]
pub struct CheckReport {
    /// What reading every row found.
    pub rows: ReadReport,
    /// What SQLite's integrity check says, at most a hundred lines; empty if nothing. For a log or
    /// a detail view, not for translation.
    pub complaints: Vec<String>,
}

impl CheckReport {
    /// Says whether every page and row is as it was written.
    pub fn is_sound(&self) -> bool {
        !self.rows.damaged && self.complaints.is_empty()
    }
}

impl VaultFile {
    /// Hands every readable row to `each`, in order of arrival; rows that had to be searched for
    /// in a damaged file come last, in order among themselves.
    ///
    /// Damage never stops it: the report says how many rows could not be read, and the vault
    /// refuses commits from then on.
    ///
    /// # Errors
    /// Only what has nothing to do with the content: another program holding the file, or memory.
    pub fn rows(&self, each: impl FnMut(Row)) -> Result<ReadReport, FileError> {
        let report = self.harvest(each)?;
        if report.damaged {
            self.health.set(Health::Damaged);
        } else if self.health.get() == Health::Unread {
            self.health.set(Health::Sound);
        }
        Ok(report)
    }

    /// Reads everything, twice: SQLite's own integrity check, and every row as [`VaultFile::rows`]
    /// reads it.
    ///
    /// # Errors
    /// As [`VaultFile::rows`].
    pub fn check(&self) -> Result<CheckReport, FileError> {
        // What is already in memory would hide what has happened to the disk since.
        self.conn.release_memory().map_err(|e| FileError::engine("freeing memory", &e))?;
        let complaints = schema::complaints(&self.conn)?;
        let rows = self.rows(drop)?;
        if !complaints.is_empty() {
            self.health.set(Health::Damaged);
        }
        Ok(CheckReport { rows, complaints })
    }

    /// Hands every readable row to something that may fail.
    pub(crate) fn pour(
        &self,
        put: &mut dyn FnMut(&Row) -> Result<(), FileError>,
    ) -> Result<ReadReport, FileError> {
        let mut failed = None;
        let report = self.rows(|row| {
            if failed.is_none() {
                failed = put(&row).err();
            }
        })?;
        failed.map_or(Ok(report), Err)
    }

    fn harvest(&self, mut each: impl FnMut(Row)) -> Result<ReadReport, FileError> {
        let sort = |e| FileError::engine("reading the vault", &e);
        let mut tally = Tally::default();
        // Both scans see the same state of the file.
        let reading = self.conn.unchecked_transaction().map_err(sort)?;
        let table = scan(&self.conn, |seq, row| {
            if tally.is_new(seq, row.id) {
                each(row);
            }
        });
        let table_broken = is_damage(table)? > 0;
        let index = scan_index(&self.conn, |seq, id| tally.expect(seq, id));
        let index_broken = is_damage(index)? > 0;
        drop(reading);

        tally.damaged |= table_broken || index_broken || !tally.agrees();
        if tally.damaged {
            let (mut found, mut traces) = (Vec::new(), Vec::new());
            let lost = pages::search(self.backing(), |find| match find {
                Find::Row(seq, row) if index_broken => found.push((seq, row)),
                Find::Row(seq, row) | Find::Trace(seq, row) => traces.push((seq, row)),
                Find::Name(seq, id) if index_broken => tally.expect(seq, id),
                Find::Name(..) => {}
            });
            traces.retain(|(seq, row)| tally.expected.get(&row.id) == Some(seq));
            found.append(&mut traces);
            found.retain(|(seq, row)| !tally.has(&row.id) && tally.is_new(*seq, row.id));
            found.sort_by_key(|(seq, _)| *seq);
            found.into_iter().for_each(|(_, row)| each(row));
            if table_broken && index_broken {
                tally.at_least_lost = lost;
            }
        }
        Ok(tally.report())
    }
}

/// What has been read, and what the index says there should be.
#[derive(Default)]
struct Tally {
    read: HashMap<RecordId, i64>,
    expected: HashMap<RecordId, i64>,
    at_least_lost: u64,
    damaged: bool,
}

impl Tally {
    /// Notes a row; a second one of the same id, or one out of bounds, is damage and not new.
    fn is_new(&mut self, seq: i64, id: RecordId) -> bool {
        self.damaged |= !(1..=MAX_ROW_COUNT as i64).contains(&seq);
        if self.read.len() as u64 >= MAX_ROW_COUNT || self.read.contains_key(&id) {
            self.damaged = true;
            return false;
        }
        self.read.insert(id, seq);
        true
    }

    fn has(&self, id: &RecordId) -> bool {
        self.read.contains_key(id)
    }

    fn expect(&mut self, seq: i64, id: RecordId) {
        if self.expected.len() as u64 >= MAX_ROW_COUNT || self.expected.insert(id, seq).is_some() {
            self.damaged = true;
        }
    }

    fn agrees(&self) -> bool {
        self.read.len() == self.expected.len()
            && self.expected.iter().all(|(id, seq)| self.read.get(id) == Some(seq))
    }

    fn report(&self) -> ReadReport {
        let missed = self.expected.keys().filter(|id| !self.read.contains_key(*id)).count();
        ReadReport {
            read: self.read.len() as u64,
            unreadable: (missed as u64).max(self.at_least_lost),
            damaged: self.damaged,
        }
    }
}

/// Reads the table in order of arrival; ends with the count of rows that were not of our form.
pub(crate) fn scan(conn: &Connection, mut each: impl FnMut(i64, Row)) -> Result<u64, FileError> {
    let sort = |e| FileError::engine("reading rows", &e);
    let mut statement = conn
        .prepare_cached("SELECT seq, id, class, body FROM record ORDER BY seq")
        .map_err(sort)?;
    let mut rows = statement.query([]).map_err(sort)?;
    let mut malformed = 0;
    while let Some(found) = rows.next().map_err(sort)? {
        match parse(found) {
            Some((seq, row)) => each(seq, row),
            None => malformed += 1,
        }
    }
    Ok(malformed)
}

fn parse(found: &rusqlite::Row<'_>) -> Option<(i64, Row)> {
    let seq = found.get_ref(0).ok()?.as_i64().ok()?;
    let id = RecordId(found.get_ref(1).ok()?.as_blob().ok()?.try_into().ok()?);
    let class = found.get_ref(2).ok()?.as_i64().ok()?.try_into().ok()?;
    let body = match found.get_ref(3).ok()? {
        ValueRef::Blob(body) if body.len() <= MAX_BODY_BYTES => body.to_vec(),
        _ => return None,
    };
    Some((seq, Row { id, class, body }))
}

fn scan_index(conn: &Connection, mut each: impl FnMut(i64, RecordId)) -> Result<u64, FileError> {
    let sort = |e| FileError::engine("reading the index", &e);
    let mut statement = conn
        .prepare_cached(
            "SELECT seq, id FROM record INDEXED BY sqlite_autoindex_record_1 ORDER BY id",
        )
        .map_err(sort)?;
    let mut rows = statement.query([]).map_err(sort)?;
    let mut malformed = 0;
    while let Some(found) = rows.next().map_err(sort)? {
        let named = found.get_ref(0).ok().and_then(|v| v.as_i64().ok()).zip(
            found.get_ref(1).ok().and_then(|v| v.as_blob().ok()?.try_into().ok().map(RecordId)),
        );
        match named {
            Some((seq, id)) => each(seq, id),
            None => malformed += 1,
        }
    }
    Ok(malformed)
}

/// Sorts the end of a scan: the count of malformed rows, one more if the scan broke off; only what
/// is nobody's damage stays an error.
fn is_damage(end: Result<u64, FileError>) -> Result<u64, FileError> {
    match end {
        Ok(malformed) => Ok(malformed),
        // A sector the disk cannot read, or a row that claims to be too long, is damage like any
        // other: the rest is still wanted.
        Err(FileError::Damaged(_) | FileError::Io { .. } | FileError::TooLarge) => Ok(1),
        Err(other) => Err(other),
    }
}
