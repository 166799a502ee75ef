// SPDX-License-Identifier: MIT OR Apache-2.0
//! The passkeys in the vault. Those on a key that is plugged in, ours among them, are `key passkeys`.

use super::items::{
    FOLDER, LIST, PIN, QUERY, REMARK, REMOVE, SERVICE_OF, SHOW, TAG, TINT, UNPIN, UNTAG,
};
use super::{Arg, Command, Takes};

/// `passkey ...`.
pub(super) const PASSKEY: Command = Command::group(
    "passkey",
    &[
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[QUERY, NAME, SERVICE_OF, TAG, UNTAG, FOLDER, TINT, REMARK, PIN, UNPIN],
        ),
        REMOVE,
        Command::new(
            "import",
            &[
                Arg::place("file", "arg-import-file", Takes::Path("file")).required(),
                Arg::switch("dry-run", "arg-dry-run"),
                Arg::switch("json", "arg-json"),
            ],
        ),
        Command::new(
            "export",
            &[
                Arg::place("file", "arg-export-file", Takes::Path("file")).required(),
                Arg::switch("age", "arg-age"),
                Arg::flag("to", "arg-age-recipient", Takes::One("recipient")).not_with(&["age"]),
                Arg::flag("query", "arg-query", Takes::One("query")),
                Arg::switch("plain", "arg-plain").not_with(&["age", "to"]),
            ],
        ),
    ],
);

const NAME: Arg = Arg::flag("name", "arg-rename", Takes::One("name"));
