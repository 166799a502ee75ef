// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything in the vault that is not a token: services and their methods, backup codes, notes,
//! keys and sticks. They share their verbs; only the fields differ.

use kagifuda_vault::schema::{IMPORTANCE, LIVES as HOMES, METHODS, ROLES, YES_NO_UNKNOWN};

use super::keys::{BIO, BLOBS, CONFIG, INFO, PASSKEYS, PIN as KEY_PIN, RESET, WINK};
use super::{Arg, Command, Takes};

/// Which item: the words a fuzzy search takes.
pub(super) const QUERY: Arg = Arg::place("query", "arg-query", Takes::Many("query")).required();

/// `list`, the same for every kind.
pub(super) const LIST: Command = Command::new(
    "list",
    &[
        Arg::place("query", "arg-query", Takes::Many("query")),
        Arg::flag("tag", "arg-tag-filter", Takes::One("tag")),
        Arg::switch("json", "arg-json"),
    ],
);

/// `show`, the same for every kind without secrets.
pub(super) const SHOW: Command = Command::new("show", &[QUERY, JSON]);

/// `remove`, the same for every kind.
pub(super) const REMOVE: Command = Command::new("remove", &[QUERY]);

/// Files an item under a word.
pub(super) const TAG: Arg = Arg::flag("tag", "arg-tag", Takes::One("tag")).repeated();
/// Takes a word away.
pub(super) const UNTAG: Arg = Arg::flag("untag", "arg-untag", Takes::One("tag")).repeated();
/// Puts an item into a folder.
pub(super) const FOLDER: Arg = Arg::flag("folder", "arg-folder", Takes::One("folder"));
/// Gives an item a colour.
pub(super) const TINT: Arg = Arg::flag("tint", "arg-tint", Takes::One("colour"));
/// Asks for a note; a note may hold a secret, so it is no argument.
pub(super) const REMARK: Arg = Arg::switch("note", "arg-note");
/// The service an item belongs to.
pub(super) const SERVICE_OF: Arg = Arg::flag("service", "arg-service-of", Takes::One("query"));
/// Keeps an item on top.
pub(super) const PIN: Arg = Arg::switch("pin", "arg-pin");
/// Lets it go from the top.
pub(super) const UNPIN: Arg = Arg::switch("unpin", "arg-unpin").not_with(&["pin"]);
/// Gives an item a place among those that are pinned alike.
pub(super) const PLACE: Arg = Arg::flag("place", "arg-place", Takes::Number("number", 0, 9999));

pub(super) const JSON: Arg = Arg::switch("json", "arg-json");
pub(super) const NAME: Arg = Arg::place("name", "arg-name", Takes::One("name")).required();
/// Another name.
pub(super) const RENAME: Arg = Arg::flag("name", "arg-rename", Takes::One("name"));

/// `service ...`.
pub(super) const SERVICE: Command = Command::group(
    "service",
    &[
        Command::new("add", &[NAME, URL, ACCOUNT, MATTERS, TAG, FOLDER, TINT, REMARK, PIN]),
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[
                QUERY, RENAME, URL, ACCOUNT, MATTERS, TAG, UNTAG, FOLDER, TINT, REMARK, PIN, UNPIN,
                PLACE,
            ],
        ),
        REMOVE,
    ],
);

/// `method ...`.
pub(super) const METHOD: Command = Command::group(
    "method",
    &[
        Command::new(
            "add",
            &[
                NAME, SERVICE_OF, WHAT, LIVES, ON, PROVIDER, ROLE, SYNCED, PROVEN, TAG, FOLDER,
                TINT, REMARK, PIN,
            ],
        ),
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[
                QUERY, RENAME, SERVICE_OF, WHAT, LIVES, ON, PROVIDER, ROLE, SYNCED, PROVEN, TAG,
                UNTAG, FOLDER, TINT, REMARK, PIN, UNPIN, PLACE,
            ],
        ),
        REMOVE,
    ],
);

/// `codes ...`: backup codes.
pub(super) const CODES: Command = Command::group(
    "codes",
    &[
        Command::new(
            "add",
            &[
                NAME,
                SERVICE_OF,
                WHERE,
                STORE,
                EMERGENCY,
                TAG,
                FOLDER,
                TINT,
                REMARK,
                PIN,
                Arg::refused_place(),
            ],
        ),
        LIST,
        Command::new("show", &[QUERY, Arg::switch("secret", "arg-show-secret"), JSON]),
        Command::new("use", &[QUERY, Arg::switch("copy", "arg-copy").short('c')]),
        Command::new(
            "edit",
            &[
                QUERY, RENAME, SERVICE_OF, WHERE, TAG, UNTAG, FOLDER, TINT, REMARK, PIN, UNPIN,
                PLACE,
            ],
        ),
        REMOVE,
    ],
);

/// `note ...`.
pub(super) const NOTE: Command = Command::group(
    "note",
    &[
        Command::new("add", &[NAME, TAG, FOLDER, TINT, PIN, Arg::refused_place()]),
        LIST,
        SHOW,
        Command::new("edit", &[QUERY, RENAME, TEXT, TAG, UNTAG, FOLDER, TINT, PIN, UNPIN, PLACE]),
        REMOVE,
    ],
);

/// `key ...`: security keys the holder owns.
pub(super) const KEY: Command = Command::group(
    "key",
    &[
        Command::new("run", KEY_RUN),
        INFO,
        WINK,
        KEY_PIN,
        PASSKEYS,
        BIO,
        BLOBS,
        CONFIG,
        RESET,
        Command::new(
            "add",
            &[NAME, MODEL, SERIAL, FIRMWARE, WHERE, PROVEN, TAG, FOLDER, TINT, REMARK, PIN],
        ),
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[
                QUERY, RENAME, MODEL, SERIAL, FIRMWARE, WHERE, PROVEN, LOST, FOUND, TAG, UNTAG,
                FOLDER, TINT, REMARK, PIN, UNPIN, PLACE,
            ],
        ),
        REMOVE,
    ],
);

const CARD: Arg = Arg::switch("card", "arg-key-card");
const POST_QUANTUM: Arg = Arg::switch("post-quantum", "arg-key-post-quantum");
const VERIFY: Arg =
    Arg::flag("verify", "arg-key-verify", Takes::Choice("by", &["fingerprint", "passphrase"]));
#[cfg(not(feature = "testing"))]
const KEY_RUN: &[Arg] = &[CARD, POST_QUANTUM, VERIFY];
/// In builds for tests a key can be driven by program; such a build is never given to people.
#[cfg(feature = "testing")]
const KEY_RUN: &[Arg] = &[
    CARD,
    POST_QUANTUM,
    VERIFY,
    Arg::flag("card-at", "arg-key-card-at", Takes::Number("number", 1, 65535)),
    Arg::flag("udp", "arg-key-udp", Takes::Number("number", 1, 65535)),
    Arg::flag("control", "arg-key-control", Takes::Number("number", 1, 65535)),
    Arg::switch("touch-by-itself", "arg-key-touch-by-itself"),
];

/// `stick ...`: ordinary USB drives used as the key to a PC.
pub(super) const STICK: Command = Command::group(
    "stick",
    &[
        Command::new(
            "add",
            &[NAME, MODEL, SERIAL, OPENS, WHERE, PROVEN, TAG, FOLDER, TINT, REMARK, PIN],
        ),
        LIST,
        SHOW,
        Command::new(
            "edit",
            &[
                QUERY, RENAME, MODEL, SERIAL, OPENS, WHERE, PROVEN, LOST, FOUND, TAG, UNTAG,
                FOLDER, TINT, REMARK, PIN, UNPIN, PLACE,
            ],
        ),
        REMOVE,
    ],
);

/// Whose account.
pub(super) const ACCOUNT: Arg = Arg::flag("account", "arg-account", Takes::One("text"));
const URL: Arg = Arg::flag("url", "arg-url", Takes::One("url")).repeated();
const WHAT: Arg = Arg::flag("what", "arg-what", Takes::Choice("what", METHODS));
const LIVES: Arg = Arg::flag("lives", "arg-lives", Takes::Choice("home", HOMES));
const ON: Arg = Arg::flag("on", "arg-method-on", Takes::One("query"));
const ROLE: Arg = Arg::flag("role", "arg-role", Takes::Choice("role", ROLES));
const MATTERS: Arg =
    Arg::flag("importance", "arg-importance", Takes::Choice("importance", IMPORTANCE));
const PROVIDER: Arg = Arg::flag("provider", "arg-provider", Takes::One("text"));
pub(super) const WHERE: Arg = Arg::flag("where", "arg-where", Takes::One("place"));
const SYNCED: Arg = Arg::flag("synced", "arg-synced", Takes::Choice("answer", YES_NO_UNKNOWN));
pub(super) const PROVEN: Arg = Arg::switch("proven", "arg-proven");
const STORE: Arg = Arg::switch("store", "arg-store-codes");
const EMERGENCY: Arg = Arg::switch("emergency", "arg-emergency");
const TEXT: Arg = Arg::switch("text", "arg-note-text");
pub(super) const MODEL: Arg = Arg::flag("model", "arg-model", Takes::One("text"));
const SERIAL: Arg = Arg::flag("serial", "arg-serial", Takes::One("text"));
const FIRMWARE: Arg = Arg::flag("firmware", "arg-firmware", Takes::One("text"));
const OPENS: Arg = Arg::flag("opens", "arg-opens", Takes::One("text")).repeated();
pub(super) const LOST: Arg = Arg::switch("lost", "arg-lost");
pub(super) const FOUND: Arg = Arg::switch("found", "arg-found").not_with(&["lost"]);
