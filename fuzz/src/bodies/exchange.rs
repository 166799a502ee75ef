// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files of other apps, of whatever format they look like: each entry is imported or refused,
//! none twice, and a hostile password cost is refused before it is paid.

use std::collections::BTreeSet;

use kagifuda_otp::UnixTime;
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{Import, ImportLimits, read_any};

pub(crate) const DICTIONARY: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "1e400",
    "\\ud800",
    "\"version\"",
    "\"header\"",
    "\"slots\"",
    "\"params\"",
    "\"db\"",
    "\"entries\"",
    "\"info\"",
    "\"secret\"",
    "\"n\"",
    "\"r\"",
    "\"p\"",
    "\"services\"",
    "\"servicesEncrypted\"",
    "\"schemaVersion\"",
    "\"kdfParams\"",
    "\"memLimit\"",
    "\"opsLimit\"",
    "\"encryptedData\"",
    "otpauth://totp/",
    "otpauth-migration://offline?data=",
    "\n",
    "9007199254740993",
];

/// Small enough that a mutation which guesses a cost does not make one input slow.
const LIMITS: ImportLimits =
    ImportLimits { max_bytes: 1 << 20, max_memory_kib: 1 << 10, max_work_kib: 1 << 11 };

pub(crate) fn run(bytes: &[u8]) {
    for password in [None, Some(SecretText::from("kagifuda"))] {
        if let Ok(import) = read_any(bytes, password.as_ref(), &LIMITS) {
            check(&import);
        }
    }
}

fn check(import: &Import) {
    let mut positions = BTreeSet::new();
    for entry in &import.entries {
        assert!(entry.position > 0 && positions.insert(entry.position), "an entry is told twice");
        let _ = entry.token.code_at(UnixTime(59));
    }
    for refused in &import.refused {
        assert!(refused.position > 0 && positions.insert(refused.position), "refused and told");
    }
}
