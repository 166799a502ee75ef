// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory that stays out of swap and core files.
//!
//! Best is all of it, now and later (`mlockall`), which ordinary users are rarely allowed: the usual
//! limit is 8 MiB. Then the memory a program writes its data to - heap, stacks, anonymous mappings - is
//! locked piece by piece, oldest first, as far as the limit reaches. What was achieved is a value, so
//! that the holder can be told.

use std::ffi::c_void;
use std::fs;
use std::ops::Range;

use rustix::mm::{Advice, MlockAllFlags, MlockFlags};
use rustix::process::{Resource, getrlimit, setrlimit};

/// The limit from which on everything is locked: room for key derivation at its highest cost.
const ENOUGH_FOR_ALL_BYTES: u64 = 2 << 30;
/// How much is locked at a time where not everything can be.
const PIECE_BYTES: usize = 256 << 10;

/// How much of the process's own memory stays out of swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it, also what is yet to come.
    Everything,
    /// All that was there when last asked.
    AllSoFar,
    /// Some of it; the limit for locked memory (`ulimit -l`) is too small for more.
    Partly,
}

/// Locks all memory of the process, present and future, as it comes into use; tells whether that was
/// allowed.
#[must_use]
pub fn keep_everything() -> bool {
    let mut limit = getrlimit(Resource::Memlock);
    limit.current = limit.maximum;
    // Raising one's own soft limit up to the hard one is always allowed; failing changes nothing.
    let _ = setrlimit(Resource::Memlock, limit);
    let is_enough = limit.maximum.is_none_or(|bytes| bytes >= ENOUGH_FOR_ALL_BYTES);
    let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    is_enough && rustix::mm::mlockall(flags).is_ok()
}

/// Locks the memory the process writes its data to, as far as the limit reaches, and keeps all of it
/// out of core files. To be called again when the program has grown.
#[must_use]
pub fn keep_data() -> Kept {
    let mut kept = Kept::AllSoFar;
    for range in data_mappings() {
        let (start, bytes) = (range.start as *mut c_void, range.len());
        // SAFETY: advice about core files never changes what memory holds, whatever lies there.
        let _ = unsafe { rustix::mm::madvise(start, bytes, Advice::LinuxDontDump) };
        if kept == Kept::AllSoFar && !lock(range) {
            kept = Kept::Partly;
        }
    }
    kept
}

/// Locks a range piece by piece; tells whether all of it could be locked.
fn lock(range: Range<usize>) -> bool {
    range.clone().step_by(PIECE_BYTES).all(|start| {
        let bytes = PIECE_BYTES.min(range.end - start);
        // SAFETY: locking never changes what memory holds; where nothing is mapped it fails.
        unsafe { rustix::mm::mlock_with(start as *mut c_void, bytes, MlockFlags::ONFAULT) }.is_ok()
    })
}

/// The private, writable mappings that belong to no file (proc_pid_maps(5)).
fn data_mappings() -> Vec<Range<usize>> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    maps.lines().filter_map(data_mapping).collect()
}

/// Reads one line: `start-end perms offset device inode path`.
fn data_mapping(line: &str) -> Option<Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let is_private = words.next()?.starts_with("rw-p");
    let inode = words.nth(2)?;
    let address = |hex| usize::from_str_radix(hex, 16).ok();
    (is_private && inode == "0").then_some(address(start)?..address(end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of this process that the kernel says are locked.
    fn locked_bytes() -> usize {
        let status = fs::read_to_string("/proc/self/status").expect("procfs");
        let line = status.lines().find(|line| line.starts_with("VmLck:")).expect("VmLck");
        let kib: usize =
            line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number");
        kib * 1024
    }

    #[test]
    fn data_is_locked_or_the_shortfall_is_told() {
        let secret = vec![7_u8; 300_000];
        let kept = keep_data();
        assert!(kept != Kept::AllSoFar || locked_bytes() >= secret.len());
        assert!(locked_bytes() > 0);
        assert!(secret.iter().all(|&byte| byte == 7));
    }

    #[test]
    fn only_memory_of_our_own_is_meant() {
        let heap = "55d0a000-55d2b000 rw-p 00000000 00:00 0                          [heap]";
        assert_eq!(data_mapping(heap), Some(0x55d0_a000..0x55d2_b000));
        for other in [
            "7f00-7f10 r-xp 00000000 fe:01 42 /usr/bin/true",
            "7f00-7f10 rw-p 00000000 fe:01 42 /usr/bin/true",
            "7f00-7f10 rw-s 00000000 00:00 0",
            "nonsense",
            "",
        ] {
            assert_eq!(data_mapping(other), None, "{other}");
        }
    }
}
