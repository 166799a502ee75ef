// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory that stays out of swap and core files.
//!
//! Best is all of it (`mlockall`), which ordinary users are rarely allowed: the usual limit is 8 MiB.
//! Then the pages that hold keys are locked one by one. What was achieved is a value, so that the
//! holder can be told.

use std::collections::BTreeSet;
use std::ffi::c_void;

use rustix::mm::{Advice, MlockAllFlags};
use rustix::process::{Resource, getrlimit, setrlimit};

/// The limit from which on all memory is locked: room for key derivation at its highest cost.
const ENOUGH_FOR_ALL_BYTES: u64 = 2 << 30;

/// Locks all memory of the process, present and future, as it comes into use; tells whether that
/// was allowed.
pub fn keep_everything() -> bool {
    let mut limit = getrlimit(Resource::Memlock);
    limit.current = limit.maximum;
    // Raising one's own soft limit up to the hard one is always allowed; failing changes nothing.
    let _ = setrlimit(Resource::Memlock, limit);
    let is_allowed = limit
        .maximum
        .is_none_or(|bytes| bytes >= ENOUGH_FOR_ALL_BYTES);
    is_allowed
        && rustix::mm::mlockall(
            MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT,
        )
        .is_ok()
}

/// Pages kept in memory and out of core files until this is dropped.
pub struct KeptPages {
    pages: BTreeSet<usize>,
    refused: usize,
}

impl KeptPages {
    /// Keeps the pages in which the given secrets lie.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s [u8]>) -> Self {
        let page_bytes = rustix::param::page_size();
        let mut wanted = BTreeSet::new();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let start = secret.as_ptr() as usize;
            let last = start + secret.len() - 1;
            wanted.extend((start / page_bytes..=last / page_bytes).map(|page| page * page_bytes));
        }
        let (pages, refused): (BTreeSet<_>, BTreeSet<_>) =
            wanted.into_iter().partition(|&page| keep(page, page_bytes));
        Self {
            pages,
            refused: refused.len(),
        }
    }

    /// Tells whether every page could be kept.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.refused == 0
    }
}

impl Drop for KeptPages {
    fn drop(&mut self) {
        let page_bytes = rustix::param::page_size();
        for &page in &self.pages {
            let start = page as *mut c_void;
            // SAFETY: `munlock` and `madvise(MADV_DODUMP)` never change what memory holds, whoever owns
            // it by now; where nothing is mapped any more they fail, which needs no answer.
            unsafe {
                let _ = rustix::mm::munlock(start, page_bytes);
                let _ = rustix::mm::madvise(start, page_bytes, Advice::LinuxDoDump);
            }
        }
    }
}

/// Keeps one page that holds a live secret.
fn keep(page: usize, page_bytes: usize) -> bool {
    let start = page as *mut c_void;
    // SAFETY: `mlock` and `madvise(MADV_DONTDUMP)` never change what memory holds; the page is mapped,
    // because a live secret lies in it.
    unsafe {
        let is_locked = rustix::mm::mlock(start, page_bytes).is_ok();
        let is_hidden = rustix::mm::madvise(start, page_bytes, Advice::LinuxDontDump).is_ok();
        is_locked && is_hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kilobytes of this process that the kernel says are locked.
    fn locked_kib() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmLck:"))
            .expect("VmLck");
        line.split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .expect("a number")
    }

    #[test]
    fn the_pages_of_secrets_are_locked_while_they_are_kept() {
        let before = locked_kib();
        let secret = vec![7_u8; 10_000];
        let kept = KeptPages::of([&secret[..], &secret[5..9], &[]]);
        assert!(kept.is_complete());
        let page_kib = rustix::param::page_size() as u64 / 1024;
        assert!(locked_kib() >= before + 3 * page_kib);
        drop(kept);
        assert_eq!(locked_kib(), before);
        assert!(secret.iter().all(|&byte| byte == 7));
    }
}
