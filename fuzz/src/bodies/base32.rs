// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets as people type them: what is read is written in one form, and that form reads the same.

use kagifuda_otp::base32;

pub(crate) const DICTIONARY: &[&str] = &["=", "======", " ", "-", "0", "1", "8", "O", "l", "A"];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(strict) = base32::read_strict(text) {
        let loose =
            base32::read(text).expect("the forgiving reader reads what the strict one does");
        assert_eq!(loose.expose(), strict.expose());
    }
    if let Ok(secret) = base32::read(text) {
        let written = base32::write(secret.expose());
        let again = base32::read_strict(written.expose()).expect("what is written is strict");
        assert_eq!(again.expose(), secret.expose());
    }
}
