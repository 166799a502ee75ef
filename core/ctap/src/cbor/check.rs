// SPDX-License-Identifier: MIT OR Apache-2.0
//! One walk over a message that refuses everything but the CTAP2 canonical CBOR encoding form.
//!
//! Sources: CTAP 2.3 section 8 (integers as short as possible, lengths as short as possible, no
//! indefinite lengths, keys sorted and unique, no tags, nesting of at most four levels) and
//! RFC 8949 section 5.3.1.

use crate::status::Status;

/// How deep maps and arrays may nest (CTAP 2.3 section 8).
const DEPTH: u8 = 4;

/// Checks that `bytes` is exactly one canonical CBOR item.
///
/// # Errors
/// [`Status::InvalidCbor`] for everything else.
pub fn check(bytes: &[u8]) -> Result<(), Status> {
    let mut rest = Rest(bytes);
    rest.item(DEPTH)?;
    if rest.0.is_empty() { Ok(()) } else { Err(Status::InvalidCbor) }
}

/// What has not been walked yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], Status> {
        let count = usize::try_from(count).map_err(|_| Status::InvalidCbor)?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Status::InvalidCbor)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads a head: the major type and its argument.
    fn head(&mut self) -> Result<(u8, u64), Status> {
        let first = *self.take(1)?.first().ok_or(Status::InvalidCbor)?;
        let (major, short) = (first >> 5, first & 0x1F);
        let width = match short {
            0..=23 => return Ok((major, u64::from(short))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(Status::InvalidCbor),
        };
        let argument = self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let smallest = match width {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        // A simple value of two bytes (major type 7) is refused below whatever it says.
        if argument < smallest { Err(Status::InvalidCbor) } else { Ok((major, argument)) }
    }

    fn item(&mut self, depth: u8) -> Result<(), Status> {
        let (major, argument) = self.head()?;
        match major {
            0 | 1 => Ok(()),
            2 => self.take(argument).map(|_| ()),
            3 => {
                let text = self.take(argument)?;
                core::str::from_utf8(text).map(|_| ()).map_err(|_| Status::InvalidCbor)
            }
            4 => {
                let inner = depth.checked_sub(1).ok_or(Status::InvalidCbor)?;
                self.at_most_what_is_left(argument)?;
                for _ in 0..argument {
                    self.item(inner)?;
                }
                Ok(())
            }
            5 => {
                let inner = depth.checked_sub(1).ok_or(Status::InvalidCbor)?;
                self.at_most_what_is_left(argument)?;
                self.pairs(argument, inner)
            }
            // Tags are not part of the form.
            6 => Err(Status::InvalidCbor),
            // false, true, null and undefined; no other simple values and no floats.
            _ => {
                if (20..=23).contains(&argument) {
                    Ok(())
                } else {
                    Err(Status::InvalidCbor)
                }
            }
        }
    }

    /// Every element takes at least a byte: a hostile count is refused before anything is walked.
    fn at_most_what_is_left(&self, count: u64) -> Result<(), Status> {
        if count > self.0.len() as u64 { Err(Status::InvalidCbor) } else { Ok(()) }
    }

    fn pairs(&mut self, count: u64, depth: u8) -> Result<(), Status> {
        let mut before: Option<&[u8]> = None;
        for _ in 0..count {
            let at_key = self.0;
            self.item(depth)?;
            let key = &at_key[..at_key.len() - self.0.len()];
            // Canonical heads make the order of the encoded bytes the order of the form: by major
            // type, then by length, then by value.
            if before.is_some_and(|before| before >= key) {
                return Err(Status::InvalidCbor);
            }
            before = Some(key);
            self.item(depth)?;
        }
        Ok(())
    }
}
