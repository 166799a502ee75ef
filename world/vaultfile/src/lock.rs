// SPDX-License-Identifier: MIT OR Apache-2.0

//! Keeps a second process out of an open vault.
//!
//! The lock is an *open file description* lock on one byte far behind any vault's end. Ordinary
//! POSIX locks would be lost as soon as anything in this process closed another handle of the same
//! file; a lock on the whole file would stand in SQLite's own way on network file systems; a lock
//! file of its own would be left behind in synced folders. The price is one system call that no
//! safe crate offers.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use crate::error::FileError;

/// The byte that is locked: beyond [`crate::MAX_FILE_BYTES`] and beyond the range SQLite locks.
const LOCKED_BYTE: libc::off_t = 0x4B47_4644;

/// Says who may hold the lock beside us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Nobody.
    Exclusive,
    /// Others that only read.
    WithReaders,
}

/// An open file that nobody else may have open in a way that conflicts.
pub(crate) struct Claim {
    file: File,
}

impl Claim {
    /// Locks `file`, or says at once that somebody else has it.
    ///
    /// Where nothing can be locked, a writer is refused and a reader goes on: nobody can have
    /// claimed the file for writing there, and reading harms nobody.
    pub(crate) fn take(file: File, sharing: Sharing) -> Result<Self, FileError> {
        let kind = match sharing {
            Sharing::Exclusive => libc::F_WRLCK,
            Sharing::WithReaders => libc::F_RDLCK,
        };
        match set(&file, kind) {
            Err(FileError::CannotLock) if sharing == Sharing::WithReaders => Ok(Self { file }),
            Err(other) => Err(other),
            Ok(()) => Ok(Self { file }),
        }
    }

    /// The claimed file itself.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Closing would do, if no other thread were just starting a program: until that program
        // runs, it holds a copy of the handle, and the lock with it.
        let _closing_will_do = set(&self.file, libc::F_UNLCK);
    }
}

fn set(file: &File, kind: libc::c_int) -> Result<(), FileError> {
    // SAFETY: `flock` is a plain C structure of integers, for which all-zero bytes are a value.
    let mut range: libc::flock = unsafe { std::mem::zeroed() };
    range.l_type = kind as libc::c_short;
    range.l_whence = libc::SEEK_SET as libc::c_short;
    range.l_start = LOCKED_BYTE;
    range.l_len = 1;
    // SAFETY: the descriptor is open for the length of the call because `file` is borrowed, and
    // F_OFD_SETLK reads one `flock`, which `range` is and which outlives the call.
    let answer = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const range) };
    if answer == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Err(FileError::InUse),
        Some(libc::ENOLCK | libc::EINVAL | libc::EOPNOTSUPP | libc::ENOSYS) => {
            Err(FileError::CannotLock)
        }
        _ => Err(FileError::io("locking the vault", error)),
    }
}
