// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whether a journal is still what SQLite wrote.
//!
//! SQLite undoes a journal up to the first record whose checksum is wrong and calls that done,
//! which is right for one that was being written when the power went and wrong for one that was
//! damaged later: half of the write would stay. The two differ, because the count of records is
//! written, in the header, only once the records are safely on the disk, and the vault's pages only
//! after that: a header the power cut off stands before records of pages nobody has changed yet.
//! Layout: section 3 of SQLite's "Database File Format".

use std::fs::File;
use std::io;

use crate::header::PAGE_BYTES;
use crate::os;

const MAGIC: u64 = 0xd9d5_05f9_20a1_63d7;
const HEADER_BYTES: usize = 28;
const RECORD_BYTES: u64 = PAGE_BYTES as u64 + 8;

/// A header with this many wrong bits or fewer in its magic was once a good one.
const FEW_BITS: u32 = 3;

/// What the records say of the write they undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Every counted record is there. `write_count` is the vault's count before the write, if its
    /// first page is among them; behind `needed_bytes` is nothing that undoing needs.
    Whole { write_count: Option<u32>, needed_bytes: u64 },
    /// It was complete once, and no longer is.
    Broken,
}

pub(super) fn state(journal: &File, vault: &File) -> io::Result<State> {
    let len = journal.metadata()?.len();
    let mut write_count = None;
    let mut sector = 0_u64;
    let mut at = 0_u64;
    loop {
        let mut header = [0; HEADER_BYTES];
        let needed_bytes = at.min(len);
        if at + HEADER_BYTES as u64 > len {
            return Ok(State::Whole { write_count, needed_bytes });
        }
        os::read_exact_at(journal, &mut header, at)?;
        let count = u64::from(u32_at(&header, 8));
        let wrong_bits = (MAGIC ^ u64_at(&header)).count_ones();
        if wrong_bits > FEW_BITS {
            // The end, or a header that was never written: it would hold zeros here.
            return Ok(State::Whole { write_count, needed_bytes });
        }
        if at == 0 {
            sector = u64::from(u32_at(&header, 20));
        }
        if !(32..=65_536).contains(&sector) || !sector.is_power_of_two() {
            return Ok(State::Broken);
        }
        at += sector;
        let present = len.saturating_sub(at) / RECORD_BYTES;
        let mut is_whole = wrong_bits == 0 && (1..=present).contains(&count);
        // Records were on the disk before they were counted, so none at all is a journal cut short;
        // more than the vault had pages is a count that was being written over the zero before it.
        let pages = u64::from(u32_at(&header, 16));
        let mut is_unchanged = present > 0 || count == 0 || count > pages;
        for number in 0..present {
            let mut record = [0; RECORD_BYTES as usize];
            os::read_exact_at(journal, &mut record, at)?;
            let sum = checksum(&record, u32_at(&header, 12));
            let is_good = sum == u32_at(&record, 4 + PAGE_BYTES);
            if number >= count && !is_good {
                break;
            }
            // After the counted records comes another header; a good record there was not counted.
            is_whole &= is_good && number < count;
            is_unchanged &= is_as_in(vault, &record);
            if u32_at(&record, 0) == 1 {
                write_count = Some(u32_at(&record, 4 + 24));
            }
            at += RECORD_BYTES;
        }
        if !is_whole {
            return Ok(match is_unchanged {
                true => State::Whole { write_count, needed_bytes },
                false => State::Broken,
            });
        }
        at = at.next_multiple_of(sector);
    }
}

/// Says whether the vault still has the page that undoing the record would put there.
fn is_as_in(vault: &File, record: &[u8]) -> bool {
    let mut page = [0; PAGE_BYTES];
    let number = u64::from(u32_at(record, 0));
    number.checked_sub(1).is_some_and(|before| {
        os::read_exact_at(vault, &mut page, before * PAGE_BYTES as u64).is_ok()
            && page == record[4..4 + PAGE_BYTES]
    })
}

/// The nonce and every two-hundredth byte of the page, counted from its end.
fn checksum(record: &[u8], nonce: u32) -> u32 {
    let page = &record[4..4 + PAGE_BYTES];
    (1..=(PAGE_BYTES - 1) / 200)
        .map(|step| u32::from(page[PAGE_BYTES - 200 * step]))
        .fold(nonce, u32::wrapping_add)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8; HEADER_BYTES]) -> u64 {
    u64::from(u32_at(bytes, 0)) << 32 | u64::from(u32_at(bytes, 4))
}
