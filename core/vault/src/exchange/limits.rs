// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much a foreign file may cost before we refuse it: size, entries, memory and work.

use super::ImportError;

/// The most entries read from one file.
pub const MAX_ENTRIES: usize = 50_000;

/// The longest name, tag or parameter of an entry, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 4 * 1024;

/// The most folders and tags of an entry.
pub(super) const MAX_LABEL_COUNT: usize = 256;

/// The longest note of an entry, in bytes.
pub(super) const MAX_NOTE_BYTES: usize = 64 * 1024;

/// The longest decoded secret of an entry, in bytes.
pub(super) const MAX_SECRET_BYTES: usize = 1024;

/// What reading a file may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportLimits {
    /// The largest file, in bytes.
    pub max_bytes: usize,
    /// The most memory a key derivation may use, in KiB.
    pub max_memory_kib: u64,
    /// The most memory times passes all key derivations of a file together may use, in KiB.
    pub max_work_kib: u64,
}

impl ImportLimits {
    /// 16 MiB of file; 1 GiB of memory, as Ente's exports use; 8 GiB of work, twice what they use.
    pub const STANDARD: Self = Self {
        max_bytes: 16 * 1024 * 1024,
        max_memory_kib: 1024 * 1024,
        max_work_kib: 8 * 1024 * 1024,
    };

    /// Refuses a file that is empty or too large.
    pub(super) fn admit_size(&self, bytes: &[u8]) -> Result<(), ImportError> {
        if bytes.len() > self.max_bytes {
            return Err(ImportError::TooLarge { limit_bytes: self.max_bytes });
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(ImportError::Empty);
        }
        Ok(())
    }

    /// Refuses a key derivation that costs too much, before any of it is done.
    pub(super) const fn admit_cost(
        &self,
        memory_kib: u64,
        work_kib: u64,
    ) -> Result<(), ImportError> {
        if memory_kib > self.max_memory_kib || work_kib > self.max_work_kib {
            return Err(ImportError::TooCostly { memory_kib, work_kib });
        }
        Ok(())
    }

    /// Reads a file as text, without a byte order mark.
    pub(super) fn text_of<'a>(&self, bytes: &'a [u8]) -> Result<&'a str, ImportError> {
        self.admit_size(bytes)?;
        let text = core::str::from_utf8(bytes)
            .map_err(|_| ImportError::Damaged { at: super::Place::Text })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

impl Default for ImportLimits {
    fn default() -> Self {
        Self::STANDARD
    }
}
