// SPDX-License-Identifier: MIT OR Apache-2.0

//! Takes what is readable out of a damaged vault into a new one.
//!
//! The damaged file is only ever read: SQLite works on a private copy, and where it gives up, the
//! pages are searched one by one. What comes out is a fresh vault; its rows are sealed, so a row
//! that was changed on the way is noticed by whoever opens it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::error::FileError;
use crate::file::VaultFile;
use crate::journal;
use crate::lock::{Claim, Sharing};
use crate::pages::{self, Find};
use crate::schema::{self, Access};
use crate::{Row, fresh, header, os};

/// Says what a salvage brought over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "rows may have been lost"]
pub struct SalvageReport {
    /// The rows written to the new vault.
    pub saved: u64,
    /// The rows known to have been there that could not be read. A file cut short may have lost
    /// more than it can tell.
    pub lost: u64,
}

impl VaultFile {
    /// Writes every readable row of this vault to a new file.
    ///
    /// # Errors
    /// As [`VaultFile::backup_to`], except that damage is no obstacle.
    pub fn salvage_to(&self, to: impl AsRef<Path>) -> Result<SalvageReport, FileError> {
        let to = to.as_ref();
        os::make_private_directory(os::parent(to))?;
        let mut salvaged = SalvageReport::default();
        fresh::write(to, |put| {
            let report = self.pour(put)?;
            salvaged = SalvageReport { saved: report.read, lost: report.unreadable };
            Ok(())
        })?;
        Ok(salvaged)
    }

    /// Writes every readable row of a file that does not even open to a new vault.
    ///
    /// # Errors
    /// [`FileError::NotAVault`] if not one row is in it; [`FileError::NewerFormat`], because what
    /// its pages mean is not known; [`FileError::InUse`] while somebody has it open for writing;
    /// [`FileError::AlreadyExists`] for any existing target.
    pub fn salvage(
        from: impl AsRef<Path>,
        to: impl AsRef<Path>,
    ) -> Result<SalvageReport, FileError> {
        match Self::open_read_only(from.as_ref()) {
            Ok(opened) => opened.salvage_to(to),
            Err(
                FileError::Damaged(_)
                | FileError::Altered(_)
                | FileError::Truncated { .. }
                | FileError::NotAVault
                | FileError::Io { .. }
                | FileError::Engine { .. },
            ) => search(from.as_ref(), to.as_ref()),
            Err(other) => Err(other),
        }
    }
}

fn search(from: &Path, to: &Path) -> Result<SalvageReport, FileError> {
    let from = os::settle(from)?;
    let claim = Claim::take(os::open_plain(&from, false)?, Sharing::WithReaders)?;
    let source = claim.file();
    // The journal of a file that cannot be opened is not used: its pages are older than the ones
    // in the file, and which of the two is damaged cannot be told.
    let aside = journal::copy_aside(&from, None)?;
    if header::has_write_ahead_log(source) {
        journal::copy_log(&from, &aside)?;
        // Connecting asks for a rollback journal, which brings the log's content into the copy. If
        // that fails, the pages without the log are what there is.
        let _folded = schema::connect(&aside.vault(), Access::Write);
    }
    let copy = os::open_plain(&aside.vault(), false)?;
    let mut rows: Vec<(i64, Row)> = Vec::new();
    let mut traces = Vec::new();
    let mut named = HashMap::new();
    let lost = pages::search(&copy, |find| match find {
        Find::Row(seq, row) => rows.push((seq, row)),
        Find::Trace(seq, row) => traces.push((seq, row)),
        Find::Name(seq, id) => {
            named.insert(id, seq);
        }
    });
    rows.extend(traces.into_iter().filter(|(seq, row)| named.get(&row.id) == Some(seq)));
    let mut ids = HashSet::new();
    rows.retain(|(_, row)| ids.insert(row.id));
    named.retain(|id, _| !ids.contains(id));
    let lost = lost.max(named.len() as u64);
    if rows.is_empty() && !header::looks_like_a_vault(source) {
        return Err(FileError::NotAVault);
    }
    rows.sort_by_key(|(seq, _)| *seq);
    os::make_private_directory(os::parent(to))?;
    fresh::write(to, |put| rows.iter().try_for_each(|(_, row)| put(row)))?;
    Ok(SalvageReport { saved: rows.len() as u64, lost })
}
