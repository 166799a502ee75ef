// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compressed text (RFC 1951), alone and as gzip (RFC 1952). It says how long it becomes, and is believed only
//! where that is within the limits, so that a small file cannot grow without end, and a secret is written to
//! one place and nowhere else.

use core::iter;

use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use zeroize::Zeroizing;

use super::cursor::Cursor;
use super::{ImportError, ImportLimits, Place};

/// The most bytes that one compressed byte stands for (RFC 1951 allows 258 for two bits).
const MAX_EXPANSION: usize = 1032;
/// How often larger than the largest file what is inside one may be.
const MAX_GROWTH: usize = 4;

/// How gzip begins, with the only method there is.
const GZIP: &[u8] = &[0x1f, 0x8b, 8];
const HAS_CHECK: u8 = 2;
const HAS_EXTRA: u8 = 4;
const HAS_NAME: u8 = 8;
const HAS_COMMENT: u8 = 16;
/// The checksum and the length behind it.
const TRAILER_BYTES: usize = 8;

const DAMAGED: ImportError = ImportError::Damaged { at: Place::Compressed };

/// Undoes the compression of bytes that become exactly so many.
pub(super) fn inflate(
    deflated: &[u8],
    length: u64,
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let limit_bytes = limits.max_bytes.saturating_mul(MAX_GROWTH);
    let length = usize::try_from(length).ok().filter(|length| *length <= limit_bytes);
    let length = length.ok_or(ImportError::TooLarge { limit_bytes })?;
    if length > deflated.len().saturating_mul(MAX_EXPANSION) {
        return Err(DAMAGED);
    }
    let mut bytes = Zeroizing::new(vec![0; length]);
    let written = decompress_slice_iter_to_slice(&mut bytes, iter::once(deflated), false, true);
    if written == Ok(length) { Ok(bytes) } else { Err(DAMAGED) }
}

/// Undoes gzip, one member of it.
pub(super) fn gunzip(
    file: &[u8],
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (deflated, check, length) = gzip_parts(file).ok_or(DAMAGED)?;
    let bytes = inflate(deflated, u64::from(length), limits)?;
    if crc32fast::hash(&bytes) == check { Ok(bytes) } else { Err(DAMAGED) }
}

fn gzip_parts(file: &[u8]) -> Option<(&[u8], u32, u32)> {
    let mut file = Cursor::of(file.strip_prefix(GZIP)?);
    let flags = file.u8()?;
    file.take(6)?;
    if flags & HAS_EXTRA != 0 {
        let length = file.u16()?;
        file.take(length.into())?;
    }
    for text in [HAS_NAME, HAS_COMMENT] {
        if flags & text != 0 {
            while file.u8()? != 0 {}
        }
    }
    if flags & HAS_CHECK != 0 {
        file.u16()?;
    }
    let deflated = file.take(file.rest().len().checked_sub(TRAILER_BYTES)?)?;
    Some((deflated, file.u32()?, file.u32()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ImportLimits = ImportLimits { max_bytes: 1000, ..ImportLimits::STANDARD };

    fn gzip(flags: u8, fields: &[u8], text: &[u8]) -> Vec<u8> {
        let deflated = miniz_oxide::deflate::compress_to_vec(text, 6);
        let length = u32::try_from(text.len()).expect("short").to_le_bytes();
        let head = [GZIP, &[flags], &[0; 6], fields].concat();
        [&head[..], &deflated, &crc32fast::hash(text).to_le_bytes(), &length].concat()
    }

    #[test]
    fn gzip_with_any_of_its_fields_is_undone() {
        let text = b"rain and sun, rain and sun";
        let files = [
            gzip(0, b"", text),
            gzip(HAS_NAME, b"name\0", text),
            gzip(HAS_EXTRA | HAS_CHECK, b"\x03\0abc\x01\x02", text),
            gzip(HAS_NAME | HAS_COMMENT, b"name\0said\0", text),
        ];
        for file in &files {
            let opened = gunzip(file, &LIMITS).map(|bytes| bytes.to_vec());
            assert_eq!(opened, Ok(text.to_vec()));
            for length in 0..file.len() {
                // What then stands where the length should be may also be more than is allowed.
                assert!(gunzip(&file[..length], &LIMITS).is_err(), "{length}");
            }
        }
        let mut changed = files[0].clone();
        let check = changed.len() - 8;
        changed[check] ^= 1;
        assert_eq!(gunzip(&changed, &LIMITS).err(), Some(DAMAGED));
    }

    #[test]
    fn a_file_that_would_grow_without_end_is_refused_before_it_does() {
        let limit_bytes = LIMITS.max_bytes * MAX_GROWTH;
        let bomb = gzip(0, b"", &vec![0; limit_bytes + 1]);
        assert_eq!(gunzip(&bomb, &LIMITS).err(), Some(ImportError::TooLarge { limit_bytes }));
        assert_eq!(inflate(b"\x03\0", 3000, &LIMITS).err(), Some(DAMAGED));
        assert_eq!(
            inflate(b"\x03\0", u64::MAX, &LIMITS).err(),
            Some(ImportError::TooLarge { limit_bytes })
        );
    }
}
