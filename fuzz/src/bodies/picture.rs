// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pictures of QR codes from anybody: read, or refused with a reason, in time.

use kagifuda::qr::read_picture;

pub(crate) const DICTIONARY: &[&str] =
    &["\u{89}PNG\r\n\u{1a}\n", "IHDR", "IDAT", "PLTE", "IEND", "JFIF"];

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(payloads) = read_picture(bytes) {
        assert!(!payloads.is_empty(), "a picture without a code is an error");
    }
}
