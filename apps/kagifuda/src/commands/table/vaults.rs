// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vault as a whole: making, opening, merging and keeping it.

use super::{Arg, Command, Takes};

/// `init`.
pub(super) const INIT: Command =
    Command::new("init", &[Arg::refused_place(), Arg::refused("passphrase")]);

/// `unlock`.
pub(super) const UNLOCK: Command = Command::new(
    "unlock",
    &[
        Arg::switch("words", "arg-unlock-words").not_with(&["sheet"]),
        Arg::flag("sheet", "arg-open-sheet", Takes::Path("picture")),
        Arg::flag("idle", "arg-unlock-idle", Takes::Number("minutes", 1, 10_080)),
        Arg::refused_place(),
        Arg::refused("passphrase"),
    ],
);

/// `lock`.
pub(super) const LOCK: Command = Command::new("lock", &[]);

/// `status`.
pub(super) const STATUS: Command = Command::new("status", &[Arg::switch("json", "arg-json")]);

/// `vault ...`.
pub(super) const VAULT: Command = Command::group(
    "vault",
    &[
        Command::new(
            "merge",
            &[
                Arg::place("other", "arg-merge-other", Takes::Path("file")).required(),
                Arg::switch("json", "arg-json"),
            ],
        ),
        Command::new("verify", &[Arg::switch("json", "arg-json")]),
        Command::new(
            "backup",
            &[Arg::place("file", "arg-backup-file", Takes::Path("file")).required()],
        ),
        Command::new(
            "restore",
            &[
                Arg::place("file", "arg-restore-file", Takes::Path("file")).required(),
                Arg::switch("words", "arg-restore-words").not_with(&["sheet"]),
                Arg::flag("sheet", "arg-open-sheet", Takes::Path("picture")),
            ],
        ),
    ],
);

/// `open-with ...`.
pub(super) const OPEN_WITH: Command = Command::group(
    "open-with",
    &[
        Command::new("list", &[Arg::switch("json", "arg-json")]),
        Command::group(
            "add",
            &[
                Command::new("passphrase", &[LABEL, Arg::refused_place()]),
                Command::new("words", &[LABEL, LANGUAGE]),
                Command::new("keyring", &[LABEL]),
                Command::new("tpm", &[LABEL]),
            ],
        ),
        Command::new("change", &[WAY, Arg::refused("passphrase")]),
        Command::new("confirm", &[WAY]),
        Command::new("remove", &[WAY]),
    ],
);

/// `sheet`.
pub(super) const SHEET: Command = Command::new(
    "sheet",
    &[Arg::place("file", "arg-sheet-file", Takes::Path("file")).required(), LANGUAGE],
);

const LABEL: Arg = Arg::flag("label", "arg-way-label", Takes::One("text"));
const LANGUAGE: Arg = Arg::flag("words", "arg-words-lang", Takes::Choice("lang", &["en", "ja"]));
const WAY: Arg = Arg::place("way", "arg-way", Takes::One("way")).required();
