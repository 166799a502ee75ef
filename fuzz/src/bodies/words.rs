// SPDX-License-Identifier: MIT OR Apache-2.0
//! The words of a recovery sheet: what is read is written as words that read the same.

use kagifuda_secret::words;

pub(crate) const DICTIONARY: &[&str] = &[
    "abandon",
    "zoo",
    "zebra",
    "art",
    "あいこくしん",
    "わんわん",
    "\u{3000}",
    ",",
    "1.",
    "24.",
    "\n",
    "ABANDON",
    "ｱｲｺｸｼﾝ",
    "ばん",
    "\u{3099}",
];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok((secret, language)) = words::read(text) {
        let written = words::write(&secret, language);
        let again = words::read(written.expose());
        assert!(again.is_ok_and(|(again, spoken)| {
            again.expose() == secret.expose() && spoken == language
        }));
    }
}
