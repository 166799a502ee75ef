// SPDX-License-Identifier: MIT OR Apache-2.0
//! The CBOR every request passes through, and the statuses every answer begins with.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use kagifuda_ctap::cbor;
use kagifuda_ctap::status::Status;

#[test]
fn what_is_canonical_is_accepted() {
    for message in
        [&[0xA0][..], &[0x80], &[0xA2, 1, 2, 3, 4], &[0xA1, 1, 0x81, 0xF5], &[0x62, b'o', b'k']]
    {
        assert_eq!(cbor::check(message), Ok(()), "{message:02x?}");
    }
}

#[test]
fn every_other_way_to_write_the_same_is_refused() {
    for (message, why) in [
        (&[][..], "nothing"),
        (&[0xA0, 0x00], "something behind the item"),
        (&[0x18, 0x17], "a number longer than needed"),
        (&[0xA2, 3, 4, 1, 2], "keys out of order"),
        (&[0xA2, 1, 2, 1, 2], "the same key twice"),
        (&[0xBF, 0xFF], "an indefinite length"),
        (&[0xC0, 0x00], "a tag"),
        (&[0xF9, 0x00, 0x00], "a float"),
        (&[0x81, 0x81, 0x81, 0x81, 0x80], "five levels"),
        (&[0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "a hostile length"),
        (&[0x61, 0xFF], "text that is not UTF-8"),
        (&[0x42, 0x00], "bytes cut short"),
    ] {
        assert_eq!(cbor::check(message), Err(Status::InvalidCbor), "{why}");
    }
}

#[test]
fn every_status_is_found_by_its_byte() {
    for status in Status::ALL {
        assert_eq!(Status::from_byte(*status as u8), Some(*status));
    }
    assert_eq!(Status::from_byte(0xF0), None);
}
