// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be done with a security key that is plugged in, ours or bought. Which one is meant has to be
//! said only where there are several.

use super::items::QUERY;
use super::{Arg, Command, Takes};

const DEVICE: Arg = Arg::flag("device", "arg-key-device", Takes::One("device"));
const JSON: Arg = Arg::switch("json", "arg-json");
const FINGER: Arg = Arg { text: "arg-key-finger", ..QUERY };
const FINGER_NAME: Arg = Arg::flag("name", "arg-key-finger-name", Takes::One("name"));
const PASSKEY: Arg = Arg { text: "arg-key-passkey", ..QUERY };

/// `key info`.
pub(super) const INFO: Command = Command::new("info", &[DEVICE, JSON]);

/// `key wink`.
pub(super) const WINK: Command = Command::new("wink", &[DEVICE]);

/// `key pin ...`.
pub(super) const PIN: Command = Command::group(
    "pin",
    &[
        Command::new("set", &[DEVICE]),
        Command::new("change", &[DEVICE]),
        Command::new("force", &[DEVICE]),
    ],
);

/// `key passkeys ...`.
pub(super) const PASSKEYS: Command = Command::group(
    "passkeys",
    &[
        Command::new("list", &[Arg { is_required: false, ..PASSKEY }, DEVICE, JSON]),
        Command::new(
            "rename",
            &[
                PASSKEY,
                Arg::flag("account", "arg-key-account", Takes::One("name")),
                Arg::flag("person", "arg-key-person", Takes::One("name")),
                DEVICE,
            ],
        ),
        Command::new("delete", &[PASSKEY, DEVICE]),
    ],
);

/// `key bio ...`.
pub(super) const BIO: Command = Command::group(
    "bio",
    &[
        Command::new("info", &[DEVICE, JSON]),
        Command::new("list", &[DEVICE, JSON]),
        Command::new("add", &[FINGER_NAME, DEVICE]),
        Command::new("rename", &[FINGER, FINGER_NAME.required(), DEVICE]),
        Command::new("delete", &[FINGER, DEVICE]),
    ],
);

/// `key blobs ...`.
pub(super) const BLOBS: Command = Command::group(
    "blobs",
    &[
        Command::new("list", &[DEVICE, JSON]),
        Command::new(
            "show",
            &[PASSKEY, Arg::flag("file", "arg-key-blob-out", Takes::Path("file")), DEVICE],
        ),
        Command::new(
            "set",
            &[
                PASSKEY,
                Arg::flag("file", "arg-key-blob-in", Takes::Path("file")).required(),
                DEVICE,
            ],
        ),
        Command::new("remove", &[PASSKEY, DEVICE]),
    ],
);

/// `key config ...`.
pub(super) const CONFIG: Command = Command::group(
    "config",
    &[
        Command::new(
            "always-uv",
            &[
                Arg::place("switch", "arg-key-switch", Takes::Choice("answer", &["on", "off"]))
                    .required(),
                DEVICE,
            ],
        ),
        Command::new(
            "min-pin-length",
            &[
                Arg::place("length", "arg-key-length", Takes::Number("number", 4, 63)).required(),
                Arg::flag("site", "arg-key-site", Takes::One("domain")).repeated(),
                DEVICE,
            ],
        ),
        Command::new("long-touch-for-reset", &[DEVICE]),
        Command::new("enterprise-attestation", &[DEVICE]),
    ],
);

/// `key reset`.
pub(super) const RESET: Command = Command::new("reset", &[DEVICE]);
