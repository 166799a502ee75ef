// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a disk is told, in order, by the thread that asked for recording.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::thread::LocalKey;

/// One thing a disk was told, noted after it succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A name was made for an empty file, unless it was there already.
    Create(PathBuf),
    /// Bytes were written.
    Write { path: PathBuf, at: u64, bytes: Vec<u8> },
    /// The length was set.
    Truncate { path: PathBuf, len: u64 },
    /// The content was synced.
    Sync(PathBuf),
    /// The names in a directory were synced.
    SyncDirectory(PathBuf),
    /// A file got another name, replacing what had it.
    Rename { from: PathBuf, to: PathBuf },
    /// A name was taken away.
    Remove(PathBuf),
    /// The script is about to ask for step `n`.
    Begin(usize),
    /// Step `n` was acknowledged.
    Acknowledged(usize),
}

thread_local! {
    static LOG: RefCell<Option<Vec<Op>>> = const { RefCell::new(None) };
    static WRITES_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    static SYNCS_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Notes what was done, if this thread records.
pub(crate) fn note(op: impl FnOnce() -> Op) {
    LOG.with_borrow_mut(|log| {
        if let Some(log) = log {
            log.push(op());
        }
    });
}

/// Runs `script` and returns everything it told the disk.
pub(crate) fn record(script: impl FnOnce()) -> Vec<Op> {
    LOG.with_borrow_mut(|log| *log = Some(Vec::new()));
    script();
    LOG.take().unwrap_or_default()
}

/// Lets SQLite write `count` more times on this thread before the disk is full; `None` for ever.
pub(crate) fn fill_disk_after(count: Option<u32>) {
    WRITES_LEFT.set(count);
}

/// Lets SQLite sync `count` more times on this thread before the disk fails; `None` for ever.
pub(crate) fn fail_syncs_after(count: Option<u32>) {
    SYNCS_LEFT.set(count);
}

/// Says whether there is room for one more write, and uses it up.
pub(super) fn has_room() -> bool {
    use_up(&WRITES_LEFT)
}

/// Says whether one more sync succeeds, and uses it up.
pub(super) fn can_sync() -> bool {
    use_up(&SYNCS_LEFT)
}

fn use_up(left: &'static LocalKey<Cell<Option<u32>>>) -> bool {
    let is_left = left.get() != Some(0);
    left.set(left.get().map(|n| n.saturating_sub(1)));
    is_left
}
