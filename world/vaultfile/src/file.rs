// SPDX-License-Identifier: MIT OR Apache-2.0

//! What an open vault is, and the checks between a path and trusting what it names.
//!
//! In this order, so that nothing is touched before it is known to be ours: what kind of thing the
//! name is, who owns it, whether somebody else has it open, the header, a journal left beside it,
//! the schema. Rows are not read here: opening costs the same for any size. The first commit reads
//! them once if nobody has, because a damaged file must never be written to.

use std::cell::Cell;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::error::FileError;
use crate::journal::{self, Aside, Verdict};
use crate::lock::{Claim, Sharing};
use crate::os::{self, Identity};
use crate::schema::{self, Access};
use crate::{Row, fresh, header};

/// One open vault; nobody else can open it for writing while it lives.
///
/// ```
/// # use kagifuda_vaultfile::{RecordId, Row, VaultFile};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("vault.kagifuda");
/// let row = Row { id: RecordId([7; 16]), class: 1, body: b"sealed".to_vec() };
/// let mut vault = VaultFile::create(&path, &[row])?;
/// vault.commit(&[Row { id: RecordId([8; 16]), class: 2, body: vec![] }], &[])?;
/// let mut classes = Vec::new();
/// let report = vault.rows(|row| classes.push(row.class))?;
/// assert_eq!(classes, [1, 2]);
/// assert_eq!(report.unreadable, 0);
/// # Ok::<(), kagifuda_vaultfile::FileError>(())
/// ```
pub struct VaultFile {
    // Dropped first: closing any other handle of the file gives up SQLite's own locks.
    pub(crate) conn: Connection,
    pub(crate) health: Cell<Health>,
    pub(crate) last_version: i64,
    access: Access,
    path: PathBuf,
    identity: Identity,
    notices: Vec<Notice>,
    claim: Claim,
    copy: Option<(File, Aside)>,
}

/// What is known of the file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// Nobody has read all of it yet.
    Unread,
    /// Every row was read and agrees with the index.
    Sound,
    /// Something in it cannot be read or contradicts itself.
    Damaged,
    /// A write failed in a way that only reopening settles.
    Unsettled,
}

/// Something a person should hear about a vault that opened all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Group or world could read the file; now only the owner can.
    PermissionsTightened {
        /// The permission bits it had.
        was: u32,
    },
    /// Group or world can read the file, and it was left so: it was opened only for reading, or
    /// the file system keeps no permissions (FAT, exFAT). Its content is sealed all the same.
    PermissionsTooOpen {
        /// The permission bits it has.
        mode: u32,
    },
    /// An unfinished write was undone; the vault holds the last acknowledged state.
    UnfinishedWriteUndone,
    /// A journal of another file lay beside the vault; it was renamed, not used.
    StrayJournalSetAside {
        /// Its new name.
        to: PathBuf,
    },
    /// An unfinished write lies beside the file. It was undone in a private copy, which is what is
    /// read; the file itself was left alone.
    ReadFromCopy,
}

impl VaultFile {
    /// Creates a vault that holds `rows`, and opens it.
    ///
    /// The file appears whole or not at all, under mode 0600; directories that are missing above
    /// it are made with mode 0700. Rows are kept in the order given.
    ///
    /// # Errors
    /// [`FileError::AlreadyExists`] for any existing name; [`FileError::Conflict`] if two rows
    /// share an id but not their content; and what the place may refuse.
    pub fn create(path: impl AsRef<Path>, rows: &[Row]) -> Result<Self, FileError> {
        let path = path.as_ref();
        os::make_private_directory(os::parent(path))?;
        fresh::write(path, |put| rows.iter().try_for_each(put))?;
        Self::open(path)
    }

    /// Opens a vault to read and to commit to, and keeps every other process out.
    ///
    /// Permissions that let group or world in are tightened to 0600, with a [`Notice`]. A write
    /// that a crash cut off is undone first, after a trial on a private copy.
    ///
    /// # Errors
    /// Every [`FileError`] that describes a path, a place or a file; the file is then as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = os::settle(path.as_ref())?;
        os::refuse_foreign_owner(&path)?;
        let claim = Claim::take(os::open_plain(&path, true)?, Sharing::Exclusive)?;
        let file = claim.file();
        let identity = Identity::of(file)?;
        os::refuse_unwritable_directory(&path)?;

        let mut notices = Vec::new();
        match journal::judge(&path, file)? {
            Verdict::Clean => {}
            Verdict::Unfinished => notices.push(Notice::UnfinishedWriteUndone),
            Verdict::SetAside(to) => notices.push(Notice::StrayJournalSetAside { to }),
        }
        if !notices.contains(&Notice::UnfinishedWriteUndone) {
            header::check(file)?;
        }
        let conn = schema::connect(&path, Access::Write)?;
        schema::verify(&conn)?;
        if let Some(was) = os::open_to_others(file)? {
            notices.push(if os::close_to_others(file)? {
                Notice::PermissionsTightened { was }
            } else {
                Notice::PermissionsTooOpen { mode: was }
            });
        }
        let vault = Self {
            last_version: data_version(&conn)?,
            conn,
            health: Cell::new(Health::Unread),
            access: Access::Write,
            path,
            identity,
            notices,
            claim,
            copy: None,
        };
        if vault.replaced_underneath() { Err(FileError::Replaced) } else { Ok(vault) }
    }

    /// Opens a vault only to read it: the other side of a merge, or a backup. Nothing is written,
    /// neither the file nor its permissions nor a journal beside it.
    ///
    /// If an unfinished write lies beside it, both are copied to a private directory and undone
    /// there, and [`Notice::ReadFromCopy`] says so. Owner and directory may be anybody's.
    ///
    /// # Errors
    /// As [`VaultFile::open`]; [`FileError::InUse`] while somebody has it open for writing.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = os::settle(path.as_ref())?;
        let claim = Claim::take(os::open_plain(&path, false)?, Sharing::WithReaders)?;
        let file = claim.file();
        let identity = Identity::of(file)?;
        let mut notices = Vec::new();
        if let Some(mode) = os::open_to_others(file)? {
            notices.push(Notice::PermissionsTooOpen { mode });
        }
        let (conn, copy) = match journal::beside(&path)? {
            None => {
                header::check(file)?;
                (schema::connect(&path, Access::Read)?, None)
            }
            Some(left) => {
                let aside = journal::copy_aside(&path, Some(&left))?;
                notices.push(Notice::ReadFromCopy);
                let conn = schema::connect(&aside.vault(), Access::Write)?;
                let copy = os::open_plain(&aside.vault(), false)?;
                header::check(&copy)?;
                (conn, Some((copy, aside)))
            }
        };
        schema::verify(&conn)?;
        Ok(Self {
            last_version: data_version(&conn)?,
            conn,
            health: Cell::new(Health::Unread),
            access: Access::Read,
            path,
            identity,
            notices,
            claim,
            copy,
        })
    }

    /// Says what a person should hear about this file, in the order it was noticed.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The file's absolute path, free of links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Says whether the path has come to name another file, or none, since this one was opened: a
    /// sync tool or a restore put one in its place. [`VaultFile::commit`] asks this by itself.
    pub fn replaced_underneath(&self) -> bool {
        Identity::at(&self.path) != Some(self.identity)
    }

    /// Writes a copy of every row to a new file, reads it back, and leaves it under mode 0600.
    ///
    /// The copy is a vault of its own, without holes left by removed rows, in order of arrival.
    ///
    /// # Errors
    /// [`FileError::AlreadyExists`] for any existing name; [`FileError::Damaged`] if a row could
    /// not be read, because a backup must be whole (see [`VaultFile::salvage_to`]);
    /// [`FileError::ReadBackDiffers`] if the new file is not what was written.
    pub fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        let path = path.as_ref();
        os::make_private_directory(os::parent(path))?;
        fresh::write(path, |put| {
            let report = self.pour(put)?;
            if report.damaged {
                return Err(FileError::Damaged(crate::Damage::Pages));
            }
            Ok(())
        })
    }

    /// The very bytes `conn` reads, for pages SQLite will not read.
    pub(crate) fn backing(&self) -> &File {
        self.copy.as_ref().map_or(self.claim.file(), |(copy, _)| copy)
    }

    pub(crate) fn may_write(&self) -> Result<(), FileError> {
        if self.access == Access::Read {
            return Err(FileError::OpenedReadOnly);
        }
        if self.replaced_underneath() {
            return Err(FileError::Replaced);
        }
        if self.health.get() == Health::Unread {
            let _health_knows = self.rows(drop)?;
        }
        match self.health.get() {
            Health::Damaged => Err(FileError::Damaged(crate::Damage::Pages)),
            Health::Unsettled => Err(FileError::Unsettled),
            Health::Sound | Health::Unread => Ok(()),
        }
    }
}

/// Changes whenever another connection writes to the same file.
pub(crate) fn data_version(conn: &Connection) -> Result<i64, FileError> {
    conn.query_row("PRAGMA data_version", [], |row| row.get(0))
        .map_err(|e| FileError::engine("asking who wrote last", &e))
}
