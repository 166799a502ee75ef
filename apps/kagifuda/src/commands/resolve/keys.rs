// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is to be done with a security key that is plugged in.

use clap::ArgMatches;

use std::path::PathBuf;

use super::{Query, number, path as file_path, query, switch, text, texts};

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
    SetPin,
    ChangePin,
    ForcePin,
    Passkeys { query: Query, json: bool },
    RenamePasskey { query: Query, account: Option<String>, person: Option<String> },
    DeletePasskey { query: Query },
    BioInfo { json: bool },
    Fingers { json: bool },
    AddFinger { name: Option<String> },
    RenameFinger { query: Query, name: String },
    DeleteFinger { query: Query },
    Blobs { json: bool },
    ShowBlob { query: Query, file: Option<PathBuf> },
    SetBlob { query: Query, file: PathBuf },
    RemoveBlob { query: Query },
    Config(KeySetting),
    Reset,
}

/// A setting of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum KeySetting {
    /// Whether it asks who is there each time.
    AlwaysUv(bool),
    /// How long a PIN has to be.
    MinPinLength {
        /// In characters.
        length: u8,
        /// The sites that may learn it.
        sites: Vec<String>,
    },
    /// A reset needs a long touch.
    LongTouchForReset,
    /// It tells sites of an enterprise which key it is.
    EnterpriseAttestation,
}

/// The order that a path below `key` means; `None` where it is none for a key.
pub(super) fn job(path: &[&str], m: &ArgMatches) -> Option<KeyJob> {
    let verb = match path {
        ["info"] => KeyVerb::Info { json: switch(m, "json") },
        ["wink"] => KeyVerb::Wink,
        ["pin", "set"] => KeyVerb::SetPin,
        ["pin", "change"] => KeyVerb::ChangePin,
        ["pin", "force"] => KeyVerb::ForcePin,
        ["passkeys", "list"] => KeyVerb::Passkeys { query: query(m), json: switch(m, "json") },
        ["passkeys", "rename"] => KeyVerb::RenamePasskey {
            query: query(m),
            account: text(m, "account"),
            person: text(m, "person"),
        },
        ["passkeys", "delete"] => KeyVerb::DeletePasskey { query: query(m) },
        ["bio", "info"] => KeyVerb::BioInfo { json: switch(m, "json") },
        ["bio", "list"] => KeyVerb::Fingers { json: switch(m, "json") },
        ["bio", "add"] => KeyVerb::AddFinger { name: text(m, "name") },
        ["bio", "rename"] => {
            KeyVerb::RenameFinger { query: query(m), name: text(m, "name").unwrap_or_default() }
        }
        ["bio", "delete"] => KeyVerb::DeleteFinger { query: query(m) },
        ["blobs", "list"] => KeyVerb::Blobs { json: switch(m, "json") },
        ["blobs", "show"] => KeyVerb::ShowBlob { query: query(m), file: file_path(m, "file") },
        ["blobs", "set"] => {
            KeyVerb::SetBlob { query: query(m), file: file_path(m, "file").unwrap_or_default() }
        }
        ["blobs", "remove"] => KeyVerb::RemoveBlob { query: query(m) },
        ["config", "always-uv"] => {
            KeyVerb::Config(KeySetting::AlwaysUv(text(m, "switch").as_deref() == Some("on")))
        }
        ["config", "min-pin-length"] => KeyVerb::Config(KeySetting::MinPinLength {
            length: number(m, "length").and_then(|n| n.try_into().ok()).unwrap_or(u8::MAX),
            sites: texts(m, "site"),
        }),
        ["config", "long-touch-for-reset"] => KeyVerb::Config(KeySetting::LongTouchForReset),
        ["config", "enterprise-attestation"] => KeyVerb::Config(KeySetting::EnterpriseAttestation),
        ["reset"] => KeyVerb::Reset,
        _ => return None,
    };
    Some(KeyJob { device: text(m, "device"), verb })
}
