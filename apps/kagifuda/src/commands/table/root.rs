// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program itself: its global flags and the commands of the first level.

use super::items::{CODES, KEY, METHOD, NOTE, SERVICE, STICK};
use super::map::{MAP, MOVE, PHONE};
use super::passkeys::PASSKEY;
use super::tokens::{CODE, TOKEN};
use super::vaults::{INIT, LOCK, OPEN_WITH, SHEET, STATUS, UNLOCK, VAULT};
use super::{Arg, Command, Takes};

/// Flags every command knows.
pub const GLOBAL: &[Arg] = &[
    Arg::flag("vault", "arg-vault", Takes::Path("file")),
    Arg::flag("lang", "arg-lang", Takes::Choice("lang", &["en", "ja"])),
    Arg::flag("color", "arg-color", Takes::Choice("when", &["auto", "always", "never"])),
    Arg::flag("passphrase-fd", "arg-passphrase-fd", Takes::Number("number", 0, 1023))
        .not_with(&["passphrase-stdin"]),
    Arg::switch("passphrase-stdin", "arg-passphrase-stdin"),
    Arg::switch("yes", "arg-yes").short('y'),
    Arg::switch("help", "arg-help").short('h'),
    Arg::switch("version", "arg-version").short('V'),
];

/// The program.
pub static ROOT: Command = Command::group(
    "kagifuda",
    &[
        INIT,
        UNLOCK,
        LOCK,
        STATUS,
        CODE,
        TOKEN,
        PASSKEY,
        SERVICE,
        METHOD,
        CODES,
        NOTE,
        KEY,
        STICK,
        PHONE,
        MAP,
        MOVE,
        VAULT,
        Command::new(
            "history",
            &[
                Arg::place("query", "arg-query", Takes::Many("query")),
                Arg::flag("limit", "arg-limit", Takes::Number("number", 1, 100_000)).short('n'),
                Arg::switch("json", "arg-json"),
            ],
        ),
        Command::new("undo", &[Arg::place("change", "arg-change", Takes::One("change"))]),
        OPEN_WITH,
        SHEET,
        Command::new("screen", &[]),
        Command::new(
            "guide",
            &[
                Arg::flag(
                    "for",
                    "arg-guide-for",
                    Takes::Choice("what", &["website", "account", "pc", "server"]),
                ),
                Arg::flag(
                    "system",
                    "arg-guide-system",
                    Takes::Choice("what", &["linux", "windows", "mac", "phone"]),
                ),
                Arg::flag(
                    "socket",
                    "arg-guide-socket",
                    Takes::Choice("what", &["a", "c", "both", "none"]),
                ),
                Arg::flag(
                    "phone",
                    "arg-guide-phone",
                    Takes::Choice("what", &["nfc", "plain", "none"]),
                ),
                Arg::flag("rules", "arg-guide-rules", Takes::Choice("what", &["mine", "theirs"])),
            ],
        ),
        Command::group(
            "doctor",
            &[
                Command::new("vault", &[Arg::switch("json", "arg-json")]),
                Command::new("key", &[Arg::switch("json", "arg-json")]),
                Command::new(
                    "code",
                    &[
                        Arg::place("query", "arg-query", Takes::Many("query")),
                        Arg::flag(
                            "symptom",
                            "arg-doctor-symptom",
                            Takes::Choice("what", crate::run::doctor::SYMPTOM_WORDS),
                        ),
                    ],
                ),
                Command::new(
                    "clock",
                    &[Arg::place("query", "arg-query", Takes::Many("query")), Arg::refused("code")],
                ),
            ],
        ),
        Command::new(
            "report",
            &[
                Arg::place("query", "arg-query", Takes::Many("query")),
                Arg::flag("symptom", "arg-report-symptom", Takes::One("text")),
            ],
        ),
        Command::new("demo", &[Arg::switch("keep", "arg-keep")]),
        Command::new("help", &[Arg::place("command", "arg-help-of", Takes::Many("command"))]),
        Command::group(
            "generate",
            &[
                Command::new("man", &[FOLDER]),
                Command::new("completions", &[FOLDER]),
                Command::new("reference", &[]),
            ],
        )
        .hidden(),
        Command::new("demo-writer", &[FOLDER]).hidden(),
        Command::new(
            "agent",
            &[Arg::flag("idle", "arg-agent-idle", Takes::Number("seconds", 1, 31_536_000))],
        )
        .hidden(),
        Command::new(
            "clear-clipboard",
            &[
                Arg::place("place", "arg-clipboard", Takes::One("place")).required(),
                Arg::place("after", "arg-clear-after", Takes::Number("seconds", 0, 3600))
                    .required(),
            ],
        )
        .hidden(),
    ],
);

const FOLDER: Arg = Arg::place("folder", "arg-folder-out", Takes::Path("folder")).required();
