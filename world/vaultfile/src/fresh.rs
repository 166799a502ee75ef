// SPDX-License-Identifier: MIT OR Apache-2.0

//! How a whole new vault appears at once: a new one, a backup, a salvaged one.
//!
//! It is written under a random name in the same directory, synced once, read back row by row
//! against a digest, and only then given its name, which never replaces anything. A crash leaves
//! either nothing under the name or the whole file; at worst a `.kagifuda-*.new` lies beside it.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::FileError;
use crate::schema::{self, Access};
use crate::{MAX_ROW_COUNT, Row, commit, header, os, read};

/// Writes the rows that `fill` hands over, in that order, to a new file named `path`.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn FnMut(&Row) -> Result<(), FileError>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let path = os::settle(path)?;
    if os::Identity::at(&path).is_some() {
        return Err(FileError::AlreadyExists);
    }
    let draft = os::draft_beside(&path)?;
    let written = write_rows(draft.path(), fill)?;
    os::sync_file(draft.as_file(), draft.path())?;
    header::check(draft.as_file())?;
    if read_back(draft.path())? != written {
        return Err(FileError::ReadBackDiffers);
    }
    os::publish(draft.into_temp_path(), &path)
}

fn write_rows(
    draft: &Path,
    fill: impl FnOnce(&mut dyn FnMut(&Row) -> Result<(), FileError>) -> Result<(), FileError>,
) -> Result<Fingerprint, FileError> {
    let sort = |e| FileError::engine("writing a new vault", &e);
    let conn = schema::lay_out(draft).map_err(sort)?;
    conn.execute_batch("BEGIN EXCLUSIVE").map_err(sort)?;
    let mut fingerprint = Fingerprint::default();
    fill(&mut |row| {
        if fingerprint.count == MAX_ROW_COUNT {
            return Err(FileError::TooLarge);
        }
        if commit::put(&conn, row)? {
            fingerprint.add(row);
        }
        Ok(())
    })?;
    conn.execute_batch("COMMIT").map_err(sort)?;
    conn.close().map_err(|(_, e)| sort(e))?;
    Ok(fingerprint)
}

fn read_back(draft: &Path) -> Result<Fingerprint, FileError> {
    let conn = schema::connect(draft, Access::Read)?;
    schema::verify(&conn)?;
    if !schema::complaints(&conn)?.is_empty() {
        return Err(FileError::ReadBackDiffers);
    }
    let mut fingerprint = Fingerprint::default();
    read::scan(&conn, |_, row| fingerprint.add(&row)).map_err(|_| FileError::ReadBackDiffers)?;
    Ok(fingerprint)
}

/// Stands for a sequence of rows: equal only for equal rows in equal order.
#[derive(Default)]
struct Fingerprint {
    count: u64,
    digest: Sha256,
}

impl Fingerprint {
    fn add(&mut self, row: &Row) {
        self.count += 1;
        self.digest.update(row.id.0);
        self.digest.update([row.class]);
        self.digest.update((row.body.len() as u64).to_be_bytes());
        self.digest.update(&row.body);
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count
            && self.digest.clone().finalize() == other.digest.clone().finalize()
    }
}
