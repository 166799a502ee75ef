// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads the first hundred bytes of a vault before SQLite may: whether it is ours, which format.
//!
//! SQLite would undo a hot journal or follow a write-ahead log while answering the same questions,
//! which already writes. The layout is section 1.3 of SQLite's "Database File Format".

use std::fs::File;

use crate::error::{Alteration, Damage, FileError};
use crate::{FORMAT, MAX_FILE_BYTES, os};

/// Says "kagifuda" in the header's application id: `KGFD`.
pub(crate) const APPLICATION_ID: u32 = 0x4B47_4644;

/// Every vault is made of pages of this size.
pub(crate) const PAGE_BYTES: usize = 4096;

const HEADER_BYTES: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Refuses a file that is not a whole vault of a format we read.
///
/// Must not be asked while an unfinished write lies beside the file: its length and first page may
/// then be on their way.
pub(crate) fn check(file: &File) -> Result<(), FileError> {
    let found = file.metadata().map_err(|e| FileError::io("reading the vault's size", e))?.len();
    if found == 0 {
        return Err(FileError::Empty);
    }
    let mut header = [0; HEADER_BYTES];
    let read = read_up_to(file, &mut header)?;
    if read < MAGIC.len() || !header.starts_with(MAGIC) {
        return Err(FileError::NotAVault);
    }
    if read < HEADER_BYTES {
        return Err(FileError::Truncated { expected: PAGE_BYTES as u64, found });
    }
    if u32_at(&header, 68) != APPLICATION_ID {
        return Err(FileError::NotAVault);
    }
    let format = u32_at(&header, 60);
    if format > FORMAT {
        return Err(FileError::NewerFormat { found: format, known: FORMAT });
    }
    if format != FORMAT {
        return Err(FileError::Damaged(Damage::Header));
    }
    check_layout(&header)?;
    if found > MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    check_length(&header, found)
}

/// Page size, rollback journal, no reserved bytes, fixed fractions, schema format 4, UTF-8, no
/// auto-vacuum.
fn check_layout(header: &[u8; HEADER_BYTES]) -> Result<(), FileError> {
    let ours = u16_at(header, 16) as usize == PAGE_BYTES
        && header[18..20] == [1, 1]
        && header[20] == 0
        && u32_at(header, 44) == 4
        && u32_at(header, 52) == 0
        && u32_at(header, 56) == 1
        && u32_at(header, 64) == 0;
    if !ours {
        return Err(FileError::Altered(Alteration::Layout));
    }
    let fixed = header[21..24] == [64, 32, 32] && header[72..92].iter().all(|b| *b == 0);
    if fixed { Ok(()) } else { Err(FileError::Damaged(Damage::Header)) }
}

fn check_length(header: &[u8; HEADER_BYTES], found: u64) -> Result<(), FileError> {
    let expected = u64::from(u32_at(header, 28)) * PAGE_BYTES as u64;
    let counted_by_this_writer = u32_at(header, 24) == u32_at(header, 92);
    if !counted_by_this_writer || expected == 0 {
        return Err(FileError::Damaged(Damage::Header));
    }
    match found.cmp(&expected) {
        std::cmp::Ordering::Less => Err(FileError::Truncated { expected, found }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(FileError::Damaged(Damage::Header)),
    }
}

/// SQLite's count of writes to this file, one more with every commit.
pub(crate) fn write_count(file: &File) -> Result<u32, FileError> {
    let mut header = [0; HEADER_BYTES];
    read_up_to(file, &mut header)?;
    Ok(u32_at(&header, 24))
}

/// Says whether the file begins as a vault does, whatever state the rest is in.
pub(crate) fn looks_like_a_vault(file: &File) -> bool {
    let mut header = [0; HEADER_BYTES];
    matches!(read_up_to(file, &mut header), Ok(HEADER_BYTES))
        && header.starts_with(MAGIC)
        && u32_at(&header, 68) == APPLICATION_ID
}

/// Says whether another program switched the file to a write-ahead log.
pub(crate) fn has_write_ahead_log(file: &File) -> bool {
    let mut header = [0; HEADER_BYTES];
    looks_like_a_vault(file) && read_up_to(file, &mut header).is_ok() && header[18..20] == [2, 2]
}

fn read_up_to(file: &File, into: &mut [u8]) -> Result<usize, FileError> {
    os::read_at(file, into, 0).map_err(|e| FileError::io("reading the vault's header", e))
}

fn u16_at(bytes: &[u8; HEADER_BYTES], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8; HEADER_BYTES], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
