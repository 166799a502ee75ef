// SPDX-License-Identifier: MIT OR Apache-2.0

//! Names, owners, modes and the order in which a disk is told things.
//!
//! A name is durable only once its directory is synced, and a file appears whole only when it is
//! written under another name first. Everything that changes a directory goes through here, so
//! that the power-cut tests see it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::error::FileError;
#[cfg(test)]
use crate::testing::{Op, note};

/// The mode of every file this room writes.
pub(crate) const FILE_MODE: u32 = 0o600;

const DIRECTORY_MODE: u32 = 0o700;

/// Tells one file from another, whatever they are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) device: u64,
    pub(crate) inode: u64,
}

impl Identity {
    pub(crate) fn of(file: &File) -> Result<Self, FileError> {
        let meta = file.metadata().map_err(|e| FileError::io("identifying the file", e))?;
        Ok(Self { device: meta.dev(), inode: meta.ino() })
    }

    /// Says which file `path` names now, without following a link.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let meta = fs::symlink_metadata(path).ok()?;
        Some(Self { device: meta.dev(), inode: meta.ino() })
    }
}

/// Makes `path` absolute and free of links, except in its last part, which need not exist.
pub(crate) fn settle(path: &Path) -> Result<PathBuf, FileError> {
    let name = path.file_name().ok_or(FileError::IsDirectory)?;
    let directory = parent(path);
    let directory =
        fs::canonicalize(directory).map_err(|e| FileError::io("finding the directory", e))?;
    Ok(directory.join(name))
}

/// The directory that holds `path`'s name.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    }
}

/// `path` with `suffix` at its end, as SQLite names a journal.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(OsStr::new(suffix));
    PathBuf::from(name)
}

/// A path as bytes, to be hashed or kept.
pub(crate) fn path_bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// The path that was kept as bytes.
pub(crate) fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

/// Which file system holds the directory of `path`'s name, if it is there.
pub(crate) fn device_below(path: &Path) -> Option<u64> {
    fs::metadata(parent(path)).ok().map(|directory| directory.dev())
}

/// Fills as much of `into` as the file has from `at` on; says how much.
pub(crate) fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read_at(&mut into[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Fills `into` or fails.
pub(crate) fn read_exact_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(into, at)
}

/// Opens a plain file without following a link, or says what else the name is.
pub(crate) fn open_plain(path: &Path, write: bool) -> Result<File, FileError> {
    let kind = fs::symlink_metadata(path)
        .map_err(|e| FileError::io("looking at the file", e))?
        .file_type();
    if kind.is_symlink() {
        return Err(FileError::IsSymlink);
    }
    if kind.is_dir() {
        return Err(FileError::IsDirectory);
    }
    if !kind.is_file() {
        return Err(FileError::NotAFile);
    }
    OpenOptions::new()
        .read(true)
        .write(write)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
        .map_err(|e| FileError::io("opening the file", e))
}

/// Refuses a file that belongs to another account.
pub(crate) fn refuse_foreign_owner(path: &Path) -> Result<(), FileError> {
    let meta = fs::symlink_metadata(path).map_err(|e| FileError::io("looking at the file", e))?;
    if meta.file_type().is_file() && meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(FileError::NotYours { owner: meta.uid() });
    }
    Ok(())
}

/// The permission bits that let the group or the world in, if any.
pub(crate) fn open_to_others(file: &File) -> Result<Option<u32>, FileError> {
    let meta = file.metadata().map_err(|e| FileError::io("reading permissions", e))?;
    let mode = meta.permissions().mode() & 0o7777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// Takes everybody else's permissions away; says whether the file system really did.
pub(crate) fn close_to_others(file: &File) -> Result<bool, FileError> {
    let tried = file.set_permissions(fs::Permissions::from_mode(FILE_MODE));
    Ok(tried.is_ok() && open_to_others(file)?.is_none())
}

/// Refuses a directory in which no journal could be made.
pub(crate) fn refuse_unwritable_directory(path: &Path) -> Result<(), FileError> {
    let wanted = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    match rustix::fs::access(parent(path), wanted) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::ROFS) => Err(FileError::ReadOnlyPlace),
        Err(e) => Err(FileError::io("looking at the directory", e.into())),
    }
}

/// Makes `directory` and what is missing above it, for the owner only, durably.
pub(crate) fn make_private_directory(directory: &Path) -> Result<(), FileError> {
    let mut missing = Vec::new();
    let mut at = directory;
    while !at.exists() {
        missing.push(at);
        at = parent(at);
        if at == Path::new(".") {
            break;
        }
    }
    for made in missing.into_iter().rev() {
        match DirBuilder::new().mode(DIRECTORY_MODE).create(made) {
            Ok(()) => sync_directory(parent(made))?,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(FileError::io("making a directory", e)),
        }
    }
    Ok(())
}

/// Makes a directory for copies that nobody else may see; it goes away by itself.
pub(crate) fn private_workplace() -> Result<TempDir, FileError> {
    tempfile::Builder::new()
        .prefix("kagifuda-")
        .permissions(fs::Permissions::from_mode(DIRECTORY_MODE))
        .tempdir()
        .map_err(|e| FileError::io("making a private directory", e))
}

/// Makes an empty private file of a random name beside where `path` will be; it goes away by
/// itself unless it is published.
pub(crate) fn draft_beside(path: &Path) -> Result<NamedTempFile, FileError> {
    let draft = tempfile::Builder::new()
        .prefix(".kagifuda-")
        .suffix(".new")
        .permissions(fs::Permissions::from_mode(FILE_MODE))
        .tempfile_in(parent(path))
        .map_err(|e| FileError::io("making a temporary file", e))?;
    #[cfg(test)]
    note(|| Op::Create(draft.path().to_owned()));
    Ok(draft)
}

/// Makes or empties a private file and fills it, durably.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let doing = "writing a file";
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(FILE_MODE)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
        .map_err(|e| FileError::io(doing, e))?;
    #[cfg(test)]
    {
        note(|| Op::Create(path.to_owned()));
        note(|| Op::Truncate { path: path.to_owned(), len: 0 });
    }
    file.write_all(bytes).map_err(|e| FileError::io(doing, e))?;
    #[cfg(test)]
    note(|| Op::Write { path: path.to_owned(), at: 0, bytes: bytes.to_vec() });
    sync_file(&file, path)
}

/// Cuts a file off behind its first `len` bytes, durably.
pub(crate) fn shorten(path: &Path, len: u64) -> Result<(), FileError> {
    let doing = "shortening a file";
    let file = open_plain(path, true)?;
    if file.metadata().map_err(|e| FileError::io(doing, e))?.len() <= len {
        return Ok(());
    }
    file.set_len(len).map_err(|e| FileError::io(doing, e))?;
    #[cfg(test)]
    note(|| Op::Truncate { path: path.to_owned(), len });
    sync_file(&file, path)
}

/// Waits until the file's content is on the disk.
pub(crate) fn sync_file(file: &File, _path: &Path) -> Result<(), FileError> {
    file.sync_all().map_err(|e| FileError::io("syncing a file", e))?;
    #[cfg(test)]
    note(|| Op::Sync(_path.to_owned()));
    Ok(())
}

/// Waits until the directory's names are on the disk.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), FileError> {
    let handle = File::open(directory).map_err(|e| FileError::io("opening a directory", e))?;
    match handle.sync_all() {
        Ok(()) => {}
        // Some file systems (FAT through FUSE, some network shares) cannot sync a directory and
        // say so with EINVAL; there is nothing better to ask of them.
        Err(e) if e.raw_os_error() == Some(libc::EINVAL) => {}
        Err(e) => return Err(FileError::io("syncing a directory", e)),
    }
    #[cfg(test)]
    note(|| Op::SyncDirectory(directory.to_owned()));
    Ok(())
}

/// Gives a finished draft its name, never replacing anything, durably.
///
/// File systems that know neither a rename that refuses nor hard links (exFAT) get the name
/// reserved by an empty file first; a crash in between leaves that empty file, which opens as
/// [`FileError::Empty`].
pub(crate) fn publish(draft: TempPath, path: &Path) -> Result<(), FileError> {
    let doing = "naming the finished file";
    #[cfg(test)]
    let from = draft.to_path_buf();
    match draft.persist_noclobber(path) {
        Ok(()) => {}
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(FileError::AlreadyExists);
        }
        Err(refused) => {
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(FILE_MODE)
                .open(path)
                .map_err(|e| FileError::io(doing, e))?;
            if let Err(failed) = refused.path.persist(path) {
                let _gone = fs::remove_file(path);
                return Err(FileError::io(doing, failed.error));
            }
        }
    }
    #[cfg(test)]
    note(|| Op::Rename { from, to: path.to_owned() });
    sync_directory(parent(path))
}

/// Renames, replacing what has the name, durably.
pub(crate) fn replace(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(|e| FileError::io("renaming a file", e))?;
    #[cfg(test)]
    note(|| Op::Rename { from: from.to_owned(), to: to.to_owned() });
    sync_directory(parent(to))
}

/// Takes a name away, durably; a name that is not there is fine.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(FileError::io("removing a file", e)),
    }
    #[cfg(test)]
    note(|| Op::Remove(path.to_owned()));
    sync_directory(parent(path))
}
