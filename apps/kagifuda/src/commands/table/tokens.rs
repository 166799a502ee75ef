// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens: showing codes, and keeping what makes them.

use kagifuda_vault::schema::TOKEN_TYPES;

use super::exchange::{AGE, IMPORT, ONLY, PLAIN, RECIPIENT, TO_FILE};
use super::items::{
    ACCOUNT, FOLDER, LIST, PIN, PLACE, QUERY, REMARK, REMOVE, RENAME, SERVICE_OF, TAG, TINT, UNPIN,
    UNTAG,
};
use super::{Arg, Command, Takes};

/// `code`: the command used every day.
pub(super) const CODE: Command = Command::new(
    "code",
    &[
        Arg::place("query", "arg-query", Takes::Many("query")),
        Arg::switch("copy", "arg-copy").short('c'),
        Arg::switch("watch", "arg-watch").short('w').not_with(&["json", "copy"]),
        Arg::switch("next", "arg-next").short('n'),
        Arg::switch("json", "arg-json"),
    ],
);

/// `token ...`.
pub(super) const TOKEN: Command = Command::group(
    "token",
    &[
        Command::new(
            "add",
            &[
                RENAME,
                ISSUER,
                ACCOUNT,
                SERVICE_OF,
                Arg::flag("kind", "arg-token-kind", Takes::Choice("kind", TOKEN_TYPES)),
                Arg::flag("algorithm", "arg-algorithm", Takes::Choice("algorithm", ALGORITHMS)),
                Arg::flag("digits", "arg-digits", Takes::Number("number", 5, 10)),
                Arg::flag("period", "arg-period", Takes::Number("seconds", 1, 86_400)),
                Arg::flag("counter", "arg-counter", Takes::Number("number", 0, u64::MAX)),
                TAG,
                FOLDER,
                TINT,
                REMARK,
                PIN,
                Arg::refused_place(),
                Arg::refused("secret"),
                Arg::refused("uri"),
            ],
        ),
        LIST,
        Command::new(
            "show",
            &[QUERY, Arg::switch("secret", "arg-show-secret"), Arg::switch("json", "arg-json")],
        ),
        Command::new(
            "edit",
            &[
                QUERY,
                RENAME,
                ISSUER,
                ACCOUNT,
                SERVICE_OF,
                TAG,
                FOLDER,
                TINT,
                REMARK,
                PIN,
                UNPIN,
                PLACE,
                UNTAG,
                Arg::refused("secret"),
            ],
        ),
        REMOVE,
        IMPORT,
        Command::new(
            "export",
            &[
                TO_FILE,
                Arg::flag("format", "arg-export-format", Takes::Choice("format", EXPORTS))
                    .required(),
                AGE,
                RECIPIENT,
                ONLY,
                PLAIN,
                Arg::refused("password"),
            ],
        ),
        Command::new("qr", &[QUERY]),
        Command::new(
            "scan",
            &[
                Arg::place("file", "arg-scan-file", Takes::Path("file"))
                    .required()
                    .not_with(&["clipboard", "screen"]),
                Arg::switch("clipboard", "arg-scan-clipboard").not_with(&["screen"]),
                Arg::switch("screen", "arg-scan-screen"),
                Arg::switch("dry-run", "arg-dry-run"),
                Arg::switch("json", "arg-json"),
            ],
        ),
    ],
);

const ISSUER: Arg = Arg::flag("issuer", "arg-issuer", Takes::One("text"));

/// Hash functions, as `--algorithm` takes them.
const ALGORITHMS: &[&str] = &["sha1", "sha256", "sha512"];
/// Forms of export, as `--format` takes them.
const EXPORTS: &[&str] = &["otpauth", "google", "aegis", "2fas"];
