// SPDX-License-Identifier: MIT OR Apache-2.0
//! Google's batches: whatever was read can be put together with itself, and what is written from it
//! can be read again.

use kagifuda_otp::migration;

pub(crate) const DICTIONARY: &[&str] = &[
    "otpauth-migration://offline?data=",
    "CiIKCkhlbGxvId6tvu8SBWFsaWNl",
    "%3D",
    "%2F",
    "+",
    "-",
    "_",
    "IAEoATACEAEYASAAKAA",
    "EAEYASD%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F8BKAA",
    "\n",
];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parts: Vec<_> = text.lines().filter_map(|line| migration::read(line).ok()).collect();
    let batch = migration::assemble(parts);
    let written = migration::write(&batch.tokens, 7, migration::MAX_CODE_BYTES);
    for code in &written.codes {
        assert!(migration::read(code.expose()).is_ok(), "what is written can be read");
    }
}
