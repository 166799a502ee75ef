// SPDX-License-Identifier: MIT OR Apache-2.0
//! What importing and exporting share, whatever is carried.

use super::{Arg, Command, Takes};

/// `import`, the same for everything that comes out of a file.
pub(super) const IMPORT: Command = Command::new(
    "import",
    &[
        Arg::place("file", "arg-import-file", Takes::Path("file")).required(),
        Arg::switch("dry-run", "arg-dry-run"),
        Arg::switch("json", "arg-json"),
        Arg::refused("password"),
    ],
);

/// The file to make.
pub(super) const TO_FILE: Arg =
    Arg::place("file", "arg-export-file", Takes::Path("file")).required();
/// Protects it by a passphrase.
pub(super) const AGE: Arg = Arg::switch("age", "arg-age");
/// Protects it for a recipient.
pub(super) const RECIPIENT: Arg =
    Arg::flag("to", "arg-age-recipient", Takes::One("recipient")).not_with(&["age"]);
/// Takes only what matches.
pub(super) const ONLY: Arg = Arg::flag("query", "arg-query", Takes::One("query"));
/// Protects it by nothing.
pub(super) const PLAIN: Arg = Arg::switch("plain", "arg-plain").not_with(&["age", "to"]);
