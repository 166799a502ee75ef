// SPDX-License-Identifier: MIT OR Apache-2.0

//! Decides what to do with a journal that lies beside a vault when it is opened.
//!
//! Usually it is our own write, cut off by a crash, and undoing it gives the last acknowledged
//! state. But it may also be the journal of *another* file of that name, left behind when a sync
//! tool put a new vault in place; undoing that one would mix two vaults. And it may be hostile: a
//! journal can name a further file that SQLite deletes when it is done. So the undoing is first
//! tried on a private copy, and touches the vault only if the copy comes out sound.

mod records;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use self::records::State;
use crate::error::{Alteration, Damage, FileError};
use crate::schema::{self, Access};
use crate::{MAX_FILE_BYTES, RecordId, header, os, read};

/// What SQLite appends to a journal that names a further file ("super-journal").
const NAMES_ANOTHER_FILE: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// A private copy of a vault and the journal beside it, gone when dropped.
pub(crate) struct Aside {
    directory: TempDir,
}

impl Aside {
    /// Where the copy lies.
    pub(crate) fn vault(&self) -> PathBuf {
        self.directory.path().join("vault")
    }
}

/// What to do before a vault is opened for writing.
pub(crate) enum Verdict {
    /// Nothing lies beside it.
    Clean,
    /// Opening will undo an unfinished write.
    Unfinished,
    /// The journal belonged to another file and now has the given name.
    SetAside(PathBuf),
}

/// Finds a journal that holds anything.
pub(crate) fn beside(vault: &Path) -> Result<Option<PathBuf>, FileError> {
    let path = os::beside(vault, "-journal");
    match fs::symlink_metadata(&path) {
        Ok(meta) if !meta.file_type().is_file() => Err(FileError::Altered(Alteration::Journal)),
        Ok(meta) => Ok((meta.len() > 0).then_some(path)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(FileError::io("looking for a journal", e)),
    }
}

/// Judges what lies beside `vault`. A stranger's journal is set aside, ours is shortened to what
/// undoing needs.
///
/// Where the vault is whole with and without the journal, the journal is ours if one write lies
/// between the two; a newer version of the same vault put in place over a crash, just one write
/// ahead, cannot be told from that and is undone like it.
pub(crate) fn judge(vault: &Path, file: &File) -> Result<Verdict, FileError> {
    let Some(journal) = beside(vault)? else {
        return Ok(Verdict::Clean);
    };
    let records = os::open_plain(&journal, false)?;
    let state =
        records::state(&records, file).map_err(|e| FileError::io("reading a journal", e))?;
    let State::Whole { write_count, needed_bytes } = state else {
        return Err(FileError::Damaged(Damage::Journal));
    };
    let undone = try_out(&copy_aside(vault, Some(&journal))?)?;
    let as_it_is = try_out(&copy_aside(vault, None)?)?;
    match (undone, as_it_is) {
        (Ok(undone), Ok(as_it_is)) if !as_it_is.may_follow(&undone) => set_aside(vault, &journal),
        (Ok(_), _) => {
            // Records that were never counted undo nothing, but SQLite might write them over the
            // same pages, and a power cut in that would look like damage.
            os::shorten(&journal, needed_bytes)?;
            Ok(Verdict::Unfinished)
        }
        (Err(_), Ok(as_it_is)) if !as_it_is.is_one_write_after(write_count) => {
            set_aside(vault, &journal)
        }
        (Err(FileError::Damaged(_) | FileError::Truncated { .. }), _) => {
            Err(FileError::Damaged(Damage::Journal))
        }
        (Err(other), _) => Err(other),
    }
}

fn set_aside(vault: &Path, journal: &Path) -> Result<Verdict, FileError> {
    let stray = free_name(vault);
    os::replace(journal, &stray)?;
    Ok(Verdict::SetAside(stray))
}

/// Copies a vault, and the journal if one is given, into a private directory.
///
/// # Errors
/// Refuses a journal that names a further file, and anything larger than a vault may be.
pub(crate) fn copy_aside(vault: &Path, journal: Option<&Path>) -> Result<Aside, FileError> {
    let aside = Aside { directory: os::private_workplace()? };
    if let Some(journal) = journal {
        refuse_further_names(journal)?;
        copy(journal, &os::beside(&aside.vault(), "-journal"))?;
    }
    copy(vault, &aside.vault())?;
    Ok(aside)
}

/// Copies the write-ahead log another program left beside a vault.
pub(crate) fn copy_log(vault: &Path, aside: &Aside) -> Result<(), FileError> {
    let log = os::beside(vault, "-wal");
    match copy(&log, &os::beside(&aside.vault(), "-wal")) {
        Err(FileError::NotFound) => Ok(()),
        other => other,
    }
}

/// What a whole vault looks like from a distance.
struct Outline {
    write_count: u32,
    ids: HashSet<RecordId>,
}

impl Outline {
    /// Says whether this may be `before`, or `before` and one write more.
    fn may_follow(&self, before: &Self) -> bool {
        let shares = self.ids.is_empty()
            || before.ids.is_empty()
            || self.ids.iter().any(|id| before.ids.contains(id));
        self.is_one_write_after(Some(before.write_count)) && shares
    }

    fn is_one_write_after(&self, count: Option<u32>) -> bool {
        count.is_some_and(|count| matches!(self.write_count.wrapping_sub(count), 0 | 1))
    }
}

/// Opens a copy, which undoes a journal beside it; the inner error says it is no whole vault, the
/// outer one that this could not be found out.
fn try_out(aside: &Aside) -> Result<Result<Outline, FileError>, FileError> {
    match outline(aside) {
        Err(
            verdict @ (FileError::Damaged(_)
            | FileError::Truncated { .. }
            | FileError::Altered(_)
            | FileError::NotAVault
            | FileError::Empty),
        ) => Ok(Err(verdict)),
        Err(other) => Err(other),
        Ok(outline) => Ok(Ok(outline)),
    }
}

fn outline(aside: &Aside) -> Result<Outline, FileError> {
    let conn = schema::connect(&aside.vault(), Access::Write)?;
    let file = os::open_plain(&aside.vault(), false)?;
    header::check(&file)?;
    schema::verify(&conn)?;
    if !schema::complaints(&conn)?.is_empty() {
        return Err(FileError::Damaged(Damage::Journal));
    }
    let mut ids = HashSet::new();
    read::scan(&conn, |_, row| {
        ids.insert(row.id);
    })?;
    Ok(Outline { write_count: header::write_count(&file)?, ids })
}

fn refuse_further_names(journal: &Path) -> Result<(), FileError> {
    let doing = "reading a journal";
    let file = File::open(journal).map_err(|e| FileError::io(doing, e))?;
    let len = file.metadata().map_err(|e| FileError::io(doing, e))?.len();
    let Some(at) = len.checked_sub(NAMES_ANOTHER_FILE.len() as u64) else {
        return Ok(());
    };
    let mut tail = [0; NAMES_ANOTHER_FILE.len()];
    os::read_exact_at(&file, &mut tail, at).map_err(|e| FileError::io(doing, e))?;
    if tail == NAMES_ANOTHER_FILE { Err(FileError::Altered(Alteration::Journal)) } else { Ok(()) }
}

fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    let doing = "copying the vault aside";
    let mut source = os::open_plain(from, false)?;
    let len = source.metadata().map_err(|e| FileError::io(doing, e))?.len();
    if len > 2 * MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    let mut target = File::create_new(to).map_err(|e| FileError::io(doing, e))?;
    io::copy(&mut source, &mut target).map_err(|e| FileError::io(doing, e))?;
    Ok(())
}

/// The first free name for a journal that is not this vault's.
fn free_name(vault: &Path) -> PathBuf {
    let mut count = 1_u32;
    loop {
        let name = os::beside(vault, &format!("-journal.stray-{count}"));
        if os::Identity::at(&name).is_none() {
            return name;
        }
        count = count.wrapping_add(1);
    }
}
