// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same vectors and merges as on the PC, as one WebAssembly module without imports.
//!
//! Each exported function whose name begins with `test_` is a group of cases. It returns how many
//! passed (high half) and failed (low half); what failed is told by [`told_address`] and
//! [`told_bytes`]. `run.mjs` calls them all. To add a group: a file with a function that takes a
//! [`Cases`], and an export below.
//!
//! As a library on the PC it also makes the vault vectors (`examples/make_vault_vectors.rs`) and
//! judges them as files (`tests/files.rs`).

pub mod merges;
mod otp;
pub mod pc;
pub mod tell;
pub mod vaults;

use std::sync::Mutex;

static TOLD: Mutex<String> = Mutex::new(String::new());

/// Counts the cases of a group and keeps what is to be told about those that failed.
#[derive(Default)]
pub(crate) struct Cases {
    passed: u32,
    failed: u32,
    told: String,
}

impl Cases {
    /// Counts one case; `name` is told if it does not hold.
    pub(crate) fn check(&mut self, holds: bool, name: impl std::fmt::Display) {
        if holds {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.told.push_str(&format!("{name}\n"));
        }
    }

    fn of(group: impl FnOnce(&mut Self)) -> u64 {
        let mut cases = Self::default();
        group(&mut cases);
        if let Ok(mut told) = TOLD.lock() {
            *told = cases.told;
        }
        u64::from(cases.passed) << 32 | u64::from(cases.failed)
    }
}

/// Codes and URIs of one-time passwords.
#[unsafe(no_mangle)]
pub extern "C" fn test_otp_vectors() -> u64 {
    Cases::of(otp::vectors)
}

/// Vaults of this and every earlier release, opened and folded.
#[unsafe(no_mangle)]
pub extern "C" fn test_vault_vectors() -> u64 {
    Cases::of(vaults::vectors)
}

/// Edits and merges on four PCs, from seeds.
#[unsafe(no_mangle)]
pub extern "C" fn test_vault_merges() -> u64 {
    Cases::of(merges::seeds)
}

/// Where the text about the cases that failed last begins.
#[unsafe(no_mangle)]
pub extern "C" fn told_address() -> *const u8 {
    TOLD.lock().map_or(std::ptr::null(), |told| told.as_ptr())
}

/// How long that text is.
#[unsafe(no_mangle)]
pub extern "C" fn told_bytes() -> usize {
    TOLD.lock().map_or(0, |told| told.len())
}

#[cfg(test)]
mod tests {
    use super::Cases;

    #[test]
    fn both_counts_come_back_in_one_number() {
        let counts = Cases::of(|cases| {
            cases.check(true, "one");
            cases.check(true, "two");
            cases.check(false, "three");
        });
        assert_eq!((counts >> 32, counts & 0xffff_ffff), (2, 1));
    }

    fn all_hold(counts: u64, at_least: u64) {
        let told = super::TOLD.lock().map(|told| told.clone()).unwrap_or_default();
        assert_eq!(counts & 0xffff_ffff, 0, "{told}");
        assert!(counts >> 32 >= at_least, "{} cases", counts >> 32);
    }

    #[test]
    fn what_webassembly_must_do_holds_here_too() {
        all_hold(super::test_otp_vectors(), 50);
        all_hold(super::test_vault_vectors(), 6);
        all_hold(super::test_vault_merges(), 24);
    }
}
