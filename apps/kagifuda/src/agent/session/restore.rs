// SPDX-License-Identifier: MIT OR Apache-2.0
//! Restoring a backup: it is opened first, a vault that stands in its place is merged in where it is the
//! same and kept beside in any case, and this machine becomes a new device, because the backup does not
//! know what the old one wrote since.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kagifuda_linux::clock::Moment;
use kagifuda_vault::record::Row;
use kagifuda_vault::{RecordId, Vault};
use kagifuda_vaultfile::VaultFile;

use super::open::{open_rows, rows_of};
use super::upkeep::{first_record, living, names, report};
use super::{Answer, Session, rng};
use crate::agent::protocol::{Failure, MergeReport, OpenSecret, Reply, Tried};
use crate::agent::trouble;

impl Session {
    pub(super) fn restore(&mut self, from: &str, secret: &OpenSecret, now: Moment) -> Answer {
        let from = Path::new(from);
        let backup =
            VaultFile::open_read_only(from).map_err(trouble::of_file(from, Tried::Read))?;
        let mut rows = rows_of(&backup)?;
        let mut vault = open_rows(rows.clone(), secret, &self.settings)?;
        let in_backup = names(&rows);
        drop(backup);
        // Up to here nothing has changed; from here on the old vault is closed.
        self.open = None;
        let path = self.place.vault().to_owned();
        let mut merged = None;
        let mut kept_as = None;
        if path.exists() {
            (vault, merged) = merge_in(vault, &mut rows, &path)?;
            kept_as = Some(keep_beside(&path, now)?);
        }
        vault.begin_anew(&self.settings.device_name, &mut rng());
        let file = VaultFile::create(&path, &rows).map_err(|error| {
            // Nothing came in its place: the old file takes it again.
            if let Some(kept) = &kept_as {
                let _ = std::fs::rename(kept, &path);
            }
            trouble::of_file(&path, Tried::Write)(error)
        })?;
        let mut keeper = self.keeper();
        keeper.save(&vault);
        keeper.note_copies(&vault, |item| in_backup.contains(&first_record(item)));
        let mut open = self.opened(file, vault, keeper);
        open.mend(now);
        if let Some(report) = &mut merged {
            report.unsettled_ways = open.unsettled_ways();
        }
        self.open = Some(open);
        self.last_used = now.since_boot;
        Ok(Reply::Restored {
            kept_as: kept_as.map(|path| path.display().to_string()),
            merged,
            status: self.status(now),
        })
    }
}

/// Takes in what a vault at this place holds, as far as it can be read and is the same vault.
fn merge_in(
    mut vault: Vault,
    rows: &mut Vec<Row>,
    path: &Path,
) -> Result<(Vault, Option<MergeReport>), Failure> {
    let before = living(&vault);
    let Some(merged) = rows_left(path).and_then(|old| vault.merge(old, None).ok()) else {
        return Ok((vault, None));
    };
    let report = report(&vault, &before, &merged);
    let gone: HashSet<RecordId> = merged.remove.iter().copied().collect();
    let damaged: HashSet<RecordId> = merged.replace.iter().map(|row| row.id).collect();
    rows.retain(|row| !gone.contains(&row.id) && !damaged.contains(&row.id));
    let came = merged.add.iter().chain(&merged.replace);
    rows.extend(came.filter(|row| !gone.contains(&row.id)).cloned());
    vault.check_way_in_use()?;
    if merged.is_reload_due {
        vault = vault.reopen(rows.iter().cloned())?;
    }
    Ok((vault, Some(report)))
}

/// The rows that can be read of a file, however damaged: what does not even open is searched page by page.
fn rows_left(path: &Path) -> Option<Vec<Row>> {
    if let Ok(old) = VaultFile::open_read_only(path) {
        return rows_of(&old).ok();
    }
    let salvaged = free_name(path, ".salvaged")?;
    let _counted = VaultFile::salvage(path, &salvaged).ok()?;
    let rows = VaultFile::open_read_only(&salvaged).ok().and_then(|file| rows_of(&file).ok());
    let _ = std::fs::remove_file(&salvaged);
    rows
}

fn with(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

/// A name beside a file that nothing has yet.
fn free_name(path: &Path, ending: &str) -> Option<PathBuf> {
    let names = (0..).map(|more: u32| match more {
        0 => with(path, ending),
        more => with(path, &format!("{ending}-{more}")),
    });
    let is_free = |name: &PathBuf| std::fs::symlink_metadata(name).is_err();
    names.into_iter().find(is_free)
}

/// Moves a file, and a journal that belongs to it, out of the way without overwriting anything.
fn keep_beside(path: &Path, now: Moment) -> Result<PathBuf, Failure> {
    let refused = |error: std::io::Error| Failure::File {
        path: path.display().to_string(),
        tried: Tried::Write,
        errno: error.raw_os_error().unwrap_or(0),
    };
    let ending = format!(".before-restore-{}", now.unix_millis / 1000);
    let kept = free_name(path, &ending).ok_or(Failure::Internal)?;
    let journal = with(path, "-journal");
    if journal.exists() {
        std::fs::rename(&journal, with(&kept, "-journal")).map_err(refused)?;
    }
    std::fs::rename(path, &kept).map_err(refused)?;
    Ok(kept)
}
