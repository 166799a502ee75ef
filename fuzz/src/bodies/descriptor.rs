// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a device says of its reports, as whatever was plugged in may say it. Beside not panicking: a device that
//! breaks no rule stays what it is with a keyboard beside it, and is a key with our own descriptor beside it; no
//! report is longer than a device can carry.

use kagifuda_linux::hid_report::{
    BadDescriptor, DESCRIPTOR_MAX_BYTES, FIDO_DESCRIPTOR, FidoReports, fido_reports,
};

/// Heads of items as text can spell them: collections, usages, sizes and what is pushed.
pub(crate) const DICTIONARY: &[&str] = &[
    "\u{5}\u{1}",
    "\t\u{1}",
    "\u{15}\u{0}",
    "u\u{8}",
    "w\u{7f}\u{7f}\u{7f}\u{7f}",
    "\u{b}\u{1}\u{0}",
];

/// A field outside of everything: it uses up whatever usage was left open.
const FIELD: &[u8] = &[0x81, 0x02];
/// A keyboard without keys, named by a usage that brings its own page.
const KEYBOARD: &[u8] = &[0x0B, 0x06, 0x00, 0x01, 0x00, 0xA1, 0x01, 0xC0];
/// An item of the long form, which says nothing.
const LONG: &[u8] = &[0xFE, 0x02, 0x77, 0xA1, 0xC0];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(read) = fido_reports(bytes) else { return };
    if let Some(FidoReports { input_bytes, output_bytes, .. }) = read {
        assert!(input_bytes.max(output_bytes) <= DESCRIPTOR_MAX_BYTES, "{read:?}");
    }
    let with = |pieces: &[&[u8]]| fido_reports(&pieces.concat());
    for beside in [with(&[bytes, FIELD, KEYBOARD]), with(&[LONG, bytes])] {
        assert!(matches!(beside, Err(BadDescriptor::TooLong)) || beside == Ok(read), "{beside:?}");
    }
    match with(&[bytes, FIELD, FIDO_DESCRIPTOR]) {
        Ok(Some(_)) | Err(BadDescriptor::TooLong | BadDescriptor::Absurd) => {}
        other => panic!("a key beside it is {other:?}"),
    }
}
