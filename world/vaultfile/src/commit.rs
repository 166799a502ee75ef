// SPDX-License-Identifier: MIT OR Apache-2.0

//! When a write is durable: after `commit` returns, and not before.
//!
//! One commit is one SQLite transaction under a rollback journal: SQLite syncs the journal and its
//! name, then the pages, then takes the journal away and syncs that. Records never change, so a
//! record that is already there is either the same one (a merge met it again) or a mistake.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::error::FileError;
use crate::file::{Health, VaultFile, data_version};
use crate::{MAX_BODY_BYTES, MAX_ROW_COUNT, RecordId, Row};

impl VaultFile {
    /// Adds and removes rows in one durable step: when this returns, the change is on the disk;
    /// when it fails or the power goes, none of it is, or all.
    ///
    /// Rows that are already there with the same content are left alone; removing a row that is
    /// not there is fine; a row in both lists ends up removed. The cost does not depend on how
    /// much the vault holds (the first commit of a vault nobody has read yet reads it once).
    ///
    /// What is removed is overwritten (`secure_delete`), but SQLite may have left a copy where a
    /// page was rearranged earlier; it is sealed as the row was, never read as a row again, and
    /// absent from [`VaultFile::backup_to`]'s file.
    ///
    /// # Errors
    /// [`FileError::Conflict`] if an id is taken by another content; [`FileError::Damaged`] for a
    /// file in which damage was found; [`FileError::Replaced`] if the path names another file, or
    /// another program wrote to this one; [`FileError::DiskFull`] after which the vault is as it
    /// was; [`FileError::Unsettled`] after an I/O error until the vault is opened again.
    pub fn commit(&mut self, add: &[Row], remove: &[RecordId]) -> Result<(), FileError> {
        self.may_write()?;
        let answer = self.transact(add, remove);
        match &answer {
            Err(FileError::Damaged(_)) => self.health.set(Health::Damaged),
            Err(FileError::Io { .. } | FileError::Engine { .. }) => {
                self.health.set(Health::Unsettled);
            }
            _ => {}
        }
        if answer.is_ok() && self.replaced_underneath() {
            return Err(FileError::Replaced);
        }
        answer
    }

    fn transact(&mut self, add: &[Row], remove: &[RecordId]) -> Result<(), FileError> {
        let sort = |e| FileError::engine("committing to the vault", &e);
        let expected = self.last_version;
        let change =
            self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sort)?;
        if data_version(&change)? != expected {
            return Err(FileError::Replaced);
        }
        refuse_overfull(&change, add.len())?;
        for row in add {
            put(&change, row)?;
        }
        {
            let mut take =
                change.prepare_cached("DELETE FROM record WHERE id = ?1").map_err(sort)?;
            for id in remove {
                take.execute([id.0]).map_err(sort)?;
            }
        }
        change.commit().map_err(sort)
    }
}

fn refuse_overfull(conn: &Connection, more: usize) -> Result<(), FileError> {
    let last: i64 = conn
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM record")
        .and_then(|mut asked| asked.query_row([], |row| row.get(0)))
        .map_err(|e| FileError::engine("reading the last row", &e))?;
    let wanted = u64::try_from(last).ok().and_then(|last| last.checked_add(more as u64));
    match wanted {
        Some(wanted) if wanted <= MAX_ROW_COUNT => Ok(()),
        _ => Err(FileError::TooLarge),
    }
}

/// Adds one row after all others; says whether it was new.
pub(crate) fn put(conn: &Connection, row: &Row) -> Result<bool, FileError> {
    let sort = |e| FileError::engine("adding a row", &e);
    if row.body.len() > MAX_BODY_BYTES {
        return Err(FileError::BodyTooLarge { bytes: row.body.len() });
    }
    let added = conn
        .prepare_cached(
            "INSERT INTO record(id, class, body) VALUES (?1, ?2, ?3) ON CONFLICT(id) DO NOTHING",
        )
        .and_then(|mut insert| insert.execute(params![row.id.0, row.class, row.body]))
        .map_err(sort)?;
    if added == 1 {
        return Ok(true);
    }
    let same: bool = conn
        .prepare_cached("SELECT class = ?2 AND body = ?3 FROM record WHERE id = ?1")
        .and_then(|mut compare| {
            compare.query_row(params![row.id.0, row.class, row.body], |row| row.get(0))
        })
        .map_err(sort)?;
    if same { Ok(false) } else { Err(FileError::Conflict { id: row.id }) }
}
