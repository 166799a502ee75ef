// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map, and the phones on it.

use super::items::{
    FOLDER, FOUND, JSON, LIST, LOST, MODEL, NAME, PIN, PLACE, PROVEN, QUERY, REMARK, REMOVE,
    RENAME, SHOW, TAG, TINT, UNPIN, UNTAG, WHERE,
};
use super::{Arg, Command, Takes};
use kagifuda_vault::schema::PHONE_SYSTEMS;

/// What has nothing to do with a list that is worked through.
const OTHERS: &[&str] = &["change-password", "review", "drill", "svg"];

/// `map ...`. `next` is a word and no command of its own, because `map` alone shows the map.
pub(super) const MAP: Command = Command::new(
    "map",
    &[
        Arg::place("query", "arg-map-query", Takes::Many("query")),
        Arg::flag("lose", "arg-map-lose", Takes::One("thing")),
        Arg::flag("done", "arg-map-done", Takes::Number("number", 1, 9999))
            .repeated()
            .not_with(OTHERS),
        Arg::switch("end", "arg-map-end").not_with(OTHERS),
        Arg::flag("change-password", "arg-map-change-password", Takes::One("query"))
            .not_with(&["lose"]),
        Arg::switch("review", "arg-map-review").not_with(&["lose", "change-password"]),
        Arg::switch("drill", "arg-map-drill").not_with(&["lose", "change-password", "review"]),
        Arg::flag("svg", "arg-map-svg", Takes::Path("file")).not_with(&[
            "lose",
            "change-password",
            "review",
            "drill",
        ]),
        JSON,
    ],
);

/// `phone ...`.
pub(super) const PHONE: Command = Command::group(
    "phone",
    &[
        Command::new(
            "add",
            &[NAME, SYSTEM, NUMBER, MODEL, WHERE, PROVEN, TAG, FOLDER, TINT, REMARK, PIN],
        ),
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[
                QUERY, RENAME, SYSTEM, NUMBER, MODEL, WHERE, PROVEN, LOST, FOUND, TAG, UNTAG,
                FOLDER, TINT, REMARK, PIN, UNPIN, PLACE,
            ],
        ),
        REMOVE,
    ],
);

const SYSTEM: Arg = Arg::flag("system", "arg-system", Takes::Choice("system", PHONE_SYSTEMS));
const NUMBER: Arg = Arg::flag("number", "arg-phone-number", Takes::One("text"));
