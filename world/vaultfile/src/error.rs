// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can go wrong between a vault and its disk, named by whose fault it is.
//!
//! Every refusal leaves the file as it was. Paths are not repeated here: the caller named them.

use std::fmt;
use std::io;

use crate::RecordId;

/// Says why the vault on disk could not be created, opened, read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// Nothing has this name. Usual cause: a mistyped path, or a stick that is not plugged in.
    NotFound,
    /// Something already has this name and nothing is overwritten. Usual cause: `init` run twice,
    /// or a backup written to the name of an older one.
    AlreadyExists,
    /// The name is a directory. Usual cause: the vault's folder was given instead of its file.
    IsDirectory,
    /// The name is a symbolic link. Usual cause: a vault linked into a synced folder; give the
    /// path it points to, so that the journal and the lock lie beside the real file.
    IsSymlink,
    /// The name is a device, socket or pipe. Usual cause: a mistyped path.
    NotAFile,
    /// The file belongs to another account. Usual cause: the program was run once as root.
    NotYours {
        /// The numeric id of the account that owns it.
        owner: u32,
    },
    /// The operating system forbids it. Usual cause: permissions of the file or of its directory.
    AccessDenied,
    /// The place cannot be written. Usual cause: a read-only file system, directory or stick.
    ReadOnlyPlace,
    /// No room is left; the commit did not happen. Usual cause: a full disk or quota.
    DiskFull,
    /// Another process has this vault open. Usual cause: the agent, or a second window.
    InUse,
    /// The file system cannot lock files, so two programs could write at once. Usual cause: a
    /// network share or a FUSE mount.
    CannotLock,
    /// The file has no bytes. Usual cause: a copy or download that never ran, or a sync tool's
    /// placeholder.
    Empty,
    /// This is not a vault. Usual cause: the wrong file.
    NotAVault,
    /// The vault was written by a newer program and nothing was touched. Usual cause: an older
    /// program on a second PC.
    NewerFormat {
        /// The format the file names.
        found: u32,
        /// The newest format this build reads.
        known: u32,
    },
    /// The end of the file is missing. Usual cause: an interrupted copy, or a full disk while
    /// copying. [`crate::VaultFile::salvage`] gets back what is there.
    Truncated {
        /// The bytes the file says it has.
        expected: u64,
        /// The bytes that are there.
        found: u64,
    },
    /// Bytes changed by themselves; the file is not written to any more. Usual cause: a failing
    /// disk or stick. [`crate::VaultFile::salvage`] writes what is readable to a new file.
    Damaged(Damage),
    /// The file is a vault, but some other program changed how it is built. Usual cause: a database
    /// browser, or an attack. [`crate::VaultFile::salvage`] takes only the rows out of it.
    Altered(Alteration),
    /// The path now names another file, or somebody wrote to this one; nothing was added to what
    /// the path names. Usual cause: a sync tool or a restore. Open it again and merge.
    Replaced,
    /// An earlier write failed half-way and only reopening can tell whether it holds. Usual cause:
    /// a disk that reports errors.
    Unsettled,
    /// The vault was opened for reading only. Our caller's mistake.
    OpenedReadOnly,
    /// A record with this id and another content is already there; records never change. Usual
    /// cause: a bug in whoever chose the id.
    Conflict {
        /// The id that is taken.
        id: RecordId,
    },
    /// A body is longer than [`crate::MAX_BODY_BYTES`]. Our caller's mistake.
    BodyTooLarge {
        /// The length of the body.
        bytes: usize,
    },
    /// The file is, or would become, larger than a vault may be. Usual cause: a hostile file.
    TooLarge,
    /// What was written did not read back as it was; the new file was taken away again. Usual
    /// cause: a failing disk or stick.
    ReadBackDiffers,
    /// The disk or operating system failed. Usual cause: failing hardware.
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The database engine failed in a way none of the others names. Our bug.
    Engine {
        /// SQLite's extended result code.
        code: i32,
    },
}

/// Says which part of a damaged vault was found damaged first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The first hundred bytes contradict themselves.
    Header,
    /// The description of the table cannot be read.
    Schema,
    /// A page, or a row on it, cannot be read or contradicts the index.
    Pages,
    /// An unfinished write lies beside the file and undoing it does not give a sound vault.
    Journal,
}

/// Says what another program changed in a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alteration {
    /// The file was switched to a write-ahead log, page size or encoding a vault does not use.
    Layout,
    /// Tables, views, triggers or indexes are there that a vault does not have.
    Schema,
    /// The journal beside the file is not one a vault leaves: it is not a plain file, or it names
    /// another file that undoing it would delete.
    Journal,
}

impl FileError {
    pub(crate) fn io(doing: &'static str, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match source.kind() {
            Kind::NotFound => Self::NotFound,
            Kind::AlreadyExists => Self::AlreadyExists,
            Kind::IsADirectory => Self::IsDirectory,
            Kind::PermissionDenied => Self::AccessDenied,
            Kind::ReadOnlyFilesystem => Self::ReadOnlyPlace,
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io { doing, source },
        }
    }

    /// Sorts an error of the engine; `doing` names the step for the ones that are plain I/O.
    pub(crate) fn engine(doing: &'static str, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let Some(failure) = error.sqlite_error() else {
            return Self::Damaged(Damage::Pages);
        };
        let code = failure.extended_code;
        match failure.code {
            Code::DatabaseBusy | Code::DatabaseLocked => Self::InUse,
            Code::DatabaseCorrupt | Code::NotADatabase => Self::Damaged(Damage::Pages),
            Code::DiskFull => Self::DiskFull,
            // A length that cannot be true is refused for lack of memory as often as for its size.
            Code::TooBig | Code::OutOfMemory => Self::TooLarge,
            Code::ReadOnly if code == rusqlite::ffi::SQLITE_READONLY_DBMOVED => Self::Replaced,
            Code::ReadOnly | Code::CannotOpen => Self::ReadOnlyPlace,
            Code::PermissionDenied => Self::AccessDenied,
            Code::FileLockingProtocolFailed => Self::CannotLock,
            Code::SystemIoFailure => {
                Self::Io { doing, source: io::Error::other(format!("SQLite result code {code}")) }
            }
            _ => Self::Engine { code },
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file"),
            Self::AlreadyExists => f.write_str("a file of this name already exists"),
            Self::IsDirectory => f.write_str("this is a directory"),
            Self::IsSymlink => f.write_str("this is a symbolic link"),
            Self::NotAFile => f.write_str("this is not a plain file"),
            Self::NotYours { owner } => write!(f, "the file belongs to account {owner}"),
            Self::AccessDenied => f.write_str("access denied"),
            Self::ReadOnlyPlace => f.write_str("the place cannot be written"),
            Self::DiskFull => f.write_str("no room left"),
            Self::InUse => f.write_str("another process has the vault open"),
            Self::CannotLock => f.write_str("the file system cannot lock files"),
            Self::Empty => f.write_str("the file is empty"),
            Self::NotAVault => f.write_str("not a vault"),
            Self::NewerFormat { found, known } => {
                write!(f, "format {found} is newer than {known}, the newest this build reads")
            }
            Self::Truncated { expected, found } => {
                write!(f, "{found} of {expected} bytes are there")
            }
            Self::Damaged(damage) => write!(f, "damaged: {damage:?}"),
            Self::Altered(what) => write!(f, "altered by another program: {what:?}"),
            Self::Replaced => f.write_str("the file was replaced while it was open"),
            Self::Unsettled => f.write_str("an earlier write failed half-way; open the file again"),
            Self::OpenedReadOnly => f.write_str("opened for reading only"),
            Self::Conflict { .. } => f.write_str("a record with this id has another content"),
            Self::BodyTooLarge { bytes } => write!(f, "a body of {bytes} bytes is too large"),
            Self::TooLarge => f.write_str("larger than a vault may be"),
            Self::ReadBackDiffers => f.write_str("what was written did not read back"),
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
            Self::Engine { code } => write!(f, "SQLite result code {code}"),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
