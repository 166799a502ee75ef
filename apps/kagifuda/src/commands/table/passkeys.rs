// SPDX-License-Identifier: MIT OR Apache-2.0
//! The passkeys in the vault. Those on a key that is plugged in, ours among them, are `key passkeys`.

use super::Command;
use super::exchange::{AGE, IMPORT, ONLY, PLAIN, RECIPIENT, TO_FILE};
use super::items::{
    FOLDER, LIST, PIN, PLACE, QUERY, REMARK, REMOVE, RENAME, SERVICE_OF, SHOW, TAG, TINT, UNPIN,
    UNTAG,
};

/// `passkey ...`.
pub(super) const PASSKEY: Command = Command::group(
    "passkey",
    &[
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[QUERY, RENAME, SERVICE_OF, TAG, UNTAG, FOLDER, TINT, REMARK, PIN, UNPIN, PLACE],
        ),
        REMOVE,
        IMPORT,
        Command::new("export", &[TO_FILE, AGE, RECIPIENT, ONLY, PLAIN]),
    ],
);
