// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads rows from the pages themselves, where SQLite cannot reach them any more.
//!
//! SQLite finds a leaf through the pages above it; if one of those is damaged, thousands of sound
//! rows behind it are out of its reach. Here every page stands for itself: any cell that has
//! exactly a row's form is a row. A page that lost cells may still point at what they were, so a
//! cell beyond the page's own count is told apart: it may be a removed row, or the count may be
//! what is damaged. Layout: sections 1.6 and 2.1 of SQLite's "Database File Format".

use std::fs::File;

use crate::header::PAGE_BYTES;
use crate::{MAX_BODY_BYTES, MAX_FILE_BYTES, RecordId, Row, os};

type Page = [u8; PAGE_BYTES];

const TABLE_LEAF: u8 = 0x0d;
const TABLE_INTERIOR: u8 = 0x05;
const INDEX_LEAF: u8 = 0x0a;
const INDEX_INTERIOR: u8 = 0x02;

/// A leaf's header is this long, an interior page's four bytes longer.
const LEAF_HEADER_BYTES: usize = 8;
const INTERIOR_HEADER_BYTES: usize = 12;

/// How much of a table cell may lie on its page before the rest moves to overflow pages.
const MAX_LOCAL_BYTES: usize = PAGE_BYTES - 35;
const MIN_LOCAL_BYTES: usize = (PAGE_BYTES - 12) * 32 / 255 - 23;
const OVERFLOW_BYTES: usize = PAGE_BYTES - 4;

/// The serial type of a 16-byte blob.
const ID_TYPE: u64 = 16 * 2 + 12;

/// A row's longest encoding.
const MAX_PAYLOAD_BYTES: usize = MAX_BODY_BYTES + 64;

/// Something found on a page.
pub(crate) enum Find {
    /// A whole row and its place in order of arrival.
    Row(i64, Row),
    /// The same, where its page no longer counts it: a row only if the index names it.
    Trace(i64, Row),
    /// An entry of the index: a place and the id that belongs there.
    Name(i64, RecordId),
}

/// Looks at every page of `file`; returns how many rows could not be read, counting a page that may
/// have held some as one.
pub(crate) fn search(file: &File, mut each: impl FnMut(Find)) -> u64 {
    let Ok(bytes) = file.metadata().map(|meta| meta.len().min(MAX_FILE_BYTES)) else {
        return 1;
    };
    // A torn last page is still looked at; what is missing of it reads as zeros.
    let count = bytes.div_ceil(PAGE_BYTES as u64) as u32;
    let mut lost = 0;
    // Page 1 holds the schema and no row.
    for number in 2..=count {
        match read_page(file, number) {
            Some(page) => lost += search_page(file, &page, &mut each),
            None => lost += 1,
        }
    }
    lost
}

fn read_page(file: &File, number: u32) -> Option<Page> {
    let at = u64::from(number.checked_sub(1)?) * PAGE_BYTES as u64;
    if at >= MAX_FILE_BYTES {
        return None;
    }
    let mut page = [0; PAGE_BYTES];
    let filled = os::read_at(file, &mut page, at).ok()?;
    (filled > 0).then_some(page)
}

/// Overflow and free pages begin with a zero byte in any file of an allowed size; every other page
/// belongs to the table or its index, even if its first byte has changed.
fn search_page(file: &File, page: &Page, each: &mut impl FnMut(Find)) -> u64 {
    let table = |at| table_cell(file, page, at);
    let index = |at| index_cell(page, at);
    match page[0] {
        0 => 0,
        TABLE_LEAF => cells(page, LEAF_HEADER_BYTES, table, each),
        INDEX_LEAF => {
            cells(page, LEAF_HEADER_BYTES, index, each);
            0
        }
        INDEX_INTERIOR => {
            cells(page, INTERIOR_HEADER_BYTES, |at| index_cell(page, at + 4), each);
            0
        }
        kind => {
            let mut is_leaf = false;
            let mut noticed = |find| {
                is_leaf = true;
                each(find);
            };
            cells(page, LEAF_HEADER_BYTES, table, &mut noticed);
            cells(page, LEAF_HEADER_BYTES, index, &mut noticed);
            u64::from(!is_leaf && kind != TABLE_INTERIOR)
        }
    }
}

/// Reads the cells a page's pointers name, those beyond its count too: the pointers end where the
/// first cell begins. Returns how many counted pointers led to nothing.
fn cells(
    page: &Page,
    header: usize,
    parse: impl Fn(usize) -> Option<Find>,
    each: &mut impl FnMut(Find),
) -> u64 {
    let counted = u16_at(page, 3).unwrap_or(0);
    let mut first_cell = PAGE_BYTES;
    let mut lost = 0;
    for slot in 0.. {
        let pointer = header + 2 * slot;
        if pointer + 2 > first_cell {
            break;
        }
        let Some(at) = u16_at(page, pointer) else {
            break;
        };
        match parse(at) {
            Some(find) => {
                first_cell = first_cell.min(at);
                match find {
                    Find::Row(seq, row) if slot >= counted => each(Find::Trace(seq, row)),
                    Find::Name(..) if slot >= counted => {}
                    find => each(find),
                }
            }
            None if slot < counted => lost += 1,
            None => break,
        }
    }
    lost
}

/// `payload length, seq, payload`: a leaf of the table.
fn table_cell(file: &File, page: &Page, at: usize) -> Option<Find> {
    let (length, rest) = varint(page.get(at..)?)?;
    let (seq, rest) = varint(rest)?;
    let length = usize::try_from(length).ok().filter(|l| *l <= MAX_PAYLOAD_BYTES)?;
    let payload = whole_payload(file, rest, length)?;

    let (header, _) = varint(&payload)?;
    let header = usize::try_from(header).ok()?;
    let types = payload.get(..header)?;
    let (_, types) = varint(types)?;
    let (seq_type, types) = varint(types)?;
    let (id_type, types) = varint(types)?;
    let (class_type, types) = varint(types)?;
    let (body_type, types) = varint(types)?;
    // `seq` is kept as the cell's key, so its column is NULL.
    if seq_type != 0 || id_type != ID_TYPE || !types.is_empty() {
        return None;
    }
    let body_bytes = usize::try_from(body_type.checked_sub(12)?).ok()?;
    if body_bytes % 2 != 0 || body_bytes / 2 > MAX_BODY_BYTES {
        return None;
    }
    let (id, rest) = payload.get(header..)?.split_first_chunk::<16>()?;
    let (class, body) = integer(class_type, rest)?;
    if body.len() != body_bytes / 2 {
        return None;
    }
    let row = Row { id: RecordId(*id), class: u8::try_from(class).ok()?, body: body.to_vec() };
    Some(Find::Row(seq as i64, row))
}

/// `payload length, payload` with the id and its place: a cell of the index, never overflowing.
fn index_cell(page: &Page, at: usize) -> Option<Find> {
    let (length, rest) = varint(page.get(at..)?)?;
    let payload = rest.get(..usize::try_from(length).ok()?)?;
    let (header, _) = varint(payload)?;
    let header = usize::try_from(header).ok()?;
    let (_, types) = varint(payload.get(..header)?)?;
    let (id_type, types) = varint(types)?;
    let (seq_type, types) = varint(types)?;
    if id_type != ID_TYPE || !types.is_empty() {
        return None;
    }
    let (id, rest) = payload.get(header..)?.split_first_chunk::<16>()?;
    let (seq, rest) = integer(seq_type, rest)?;
    rest.is_empty().then_some(Find::Name(seq, RecordId(*id)))
}

/// Gathers a payload from its page and the chain of overflow pages.
fn whole_payload(file: &File, local: &[u8], length: usize) -> Option<Vec<u8>> {
    if length <= MAX_LOCAL_BYTES {
        return local.get(..length).map(<[u8]>::to_vec);
    }
    let fitted = MIN_LOCAL_BYTES + (length - MIN_LOCAL_BYTES) % OVERFLOW_BYTES;
    let kept = if fitted <= MAX_LOCAL_BYTES { fitted } else { MIN_LOCAL_BYTES };
    let mut payload = local.get(..kept)?.to_vec();
    let (next, _) = local.get(kept..)?.split_first_chunk::<4>()?;
    let mut next = u32::from_be_bytes(*next);
    // Every turn adds bytes, so a chain that bites its own tail ends too.
    while payload.len() < length {
        let page = read_page(file, next)?;
        let (following, content) = page.split_first_chunk::<4>()?;
        let missing = (length - payload.len()).min(OVERFLOW_BYTES);
        payload.extend_from_slice(content.get(..missing)?);
        next = u32::from_be_bytes(*following);
    }
    Some(payload)
}

/// A big-endian number of 1 to 9 bytes, seven bits each but the ninth.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for count in 0..8 {
        let byte = *bytes.get(count)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[count + 1..]));
        }
    }
    let ninth = *bytes.get(8)?;
    Some((value << 8 | u64::from(ninth), &bytes[9..]))
}

/// A signed integer of the given serial type, and what follows it.
fn integer(serial_type: u64, bytes: &[u8]) -> Option<(i64, &[u8])> {
    let length = match serial_type {
        8 => return Some((0, bytes)),
        9 => return Some((1, bytes)),
        1..=4 => serial_type as usize,
        5 => 6,
        6 => 8,
        _ => return None,
    };
    let (digits, rest) = bytes.split_at_checked(length)?;
    let sign = if digits.first()? & 0x80 == 0 { 0 } else { -1 };
    let value = digits.iter().fold(sign, |value: i64, byte| value << 8 | i64::from(*byte));
    Some((value, rest))
}

fn u16_at(page: &Page, at: usize) -> Option<usize> {
    let (pair, _) = page.get(at..)?.split_first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*pair)))
}
