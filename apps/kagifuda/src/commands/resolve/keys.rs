// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is to be done with a security key that is plugged in.

use clap::ArgMatches;

use super::{switch, text};

/// An order for a key.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyJob {
    /// Which, where that was said.
    pub device: Option<String>,
    /// What.
    pub verb: KeyVerb,
}

/// What a key is to do.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub enum KeyVerb {
    Info { json: bool },
    Wink,
}

/// The order that a path below `key` means; `None` where it is none for a key.
pub(super) fn job(path: &[&str], m: &ArgMatches) -> Option<KeyJob> {
    let verb = match path {
        ["info"] => KeyVerb::Info { json: switch(m, "json") },
        ["wink"] => KeyVerb::Wink,
        _ => return None,
    };
    Some(KeyJob { device: text(m, "device"), verb })
}
