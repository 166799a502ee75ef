// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be done with a security key that is plugged in, ours or bought. Which one is meant has to be
//! said only where there are several.

use super::{Arg, Command, Takes};

const DEVICE: Arg = Arg::flag("device", "arg-key-device", Takes::One("device"));
const JSON: Arg = Arg::switch("json", "arg-json");

/// `key info`.
pub(super) const INFO: Command = Command::new("info", &[DEVICE, JSON]);

/// `key wink`.
pub(super) const WINK: Command = Command::new("wink", &[DEVICE]);
