// SPDX-License-Identifier: MIT OR Apache-2.0
//! Base32 of secrets: the RFC's vectors, people's spellings, and where a mistake is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod vectors;

use kagifuda_otp::base32::{self, Base32Error, MAX_CHARACTERS};
use proptest::prelude::*;
use vectors::records;

#[test]
fn both_readers_agree_with_the_vectors() {
    for record in records("base32-") {
        let text = record.text("text");
        match base32::read(text) {
            Ok(secret) => assert_eq!(secret.expose(), record.bytes("bytes"), "{record}"),
            Err(error) => assert_eq!(format!("{error:?}"), record.text("error"), "{record}"),
        }
        let strict = base32::read_strict(text).map_or_else(|e| format!("{e:?}"), |_| "yes".into());
        assert_eq!(strict, record.text("strict"), "{record}");
    }
}

#[test]
fn a_whole_file_is_no_secret() {
    let endless = "A".repeat(MAX_CHARACTERS + 1);
    assert_eq!(base32::read(&endless).err(), Some(Base32Error::TooLong));
    assert!(base32::read(&endless[..MAX_CHARACTERS]).is_ok());
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(secret in prop::collection::vec(any::<u8>(), 1..200)) {
        let text = base32::write(&secret);
        prop_assert!(base32::read_strict(text.expose()).is_ok_and(|read| read.expose() == secret));
        let sloppy = text.expose().to_lowercase().chars().flat_map(|c| [c, ' ']).collect::<String>();
        prop_assert!(base32::read(&sloppy).is_ok_and(|read| read.expose() == secret));
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC*") {
        let _ = base32::read(&text);
        let _ = base32::read_strict(&text);
    }
}
