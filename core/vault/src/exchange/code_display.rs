// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `codeDisplay` parameter Ente Auth adds to `otpauth` URIs: a JSON object with what the person
//! did to the entry (pinned, tags, note, bin). Other apps pass over it, so we write it too where an
//! entry has something to say in it.

use kagifuda_otp::Token;
use kagifuda_secret::SecretText;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fields::note_of;
use super::json::{self, Hidden};
use super::{EntryExtras, Notice};

/// The parameter's name.
const PARAMETER: &str = "codeDisplay";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Display {
    pinned: Option<bool>,
    trashed: Option<bool>,
    tags: Option<Vec<String>>,
    note: Option<Hidden>,
    #[serde(rename = "iconID")]
    icon_id: Option<String>,
}

/// Takes the parameter out of a token's unknown ones and reads it.
pub(super) fn take(token: &mut Token, notices: &mut Vec<Notice>) -> EntryExtras {
    let Some(place) = token.extra.iter().position(|(name, _)| name == PARAMETER) else {
        return EntryExtras::default();
    };
    let text = Zeroizing::new(token.extra.remove(place).1);
    // The app itself undoes a second encoding of commas.
    let text = Zeroizing::new(text.replace("%2C", ","));
    let Ok(display) = serde_json::from_str::<Display>(&text) else {
        notices.push(Notice::DisplayUnreadable);
        return EntryExtras::default();
    };
    if display.trashed == Some(true) {
        notices.push(Notice::WasTrashed);
    }
    if display.icon_id.is_some_and(|icon| !icon.is_empty()) {
        notices.push(Notice::IconDropped);
    }
    EntryExtras {
        tags: display.tags.unwrap_or_default(),
        note: note_of(display.note),
        is_pinned: display.pinned == Some(true),
        ..EntryExtras::default()
    }
}

#[derive(Serialize)]
struct Written<'a> {
    pinned: bool,
    trashed: bool,
    tags: Vec<&'a str>,
    note: &'a str,
}

/// The parameter for an entry, percent-encoded with its name; `None` where there is nothing to say.
/// Folders are written as tags, the only grouping the app has.
pub(super) fn parameter(extras: &EntryExtras) -> Option<SecretText> {
    let mut tags: Vec<&str> = Vec::new();
    for name in extras.folders.iter().chain(&extras.tags) {
        if !tags.contains(&name.as_str()) {
            tags.push(name);
        }
    }
    let note = extras.note.expose();
    if tags.is_empty() && note.is_empty() && !extras.is_pinned {
        return None;
    }
    let display = Written { pinned: extras.is_pinned, trashed: false, tags, note };
    let json = json::to_secret_json(&display);
    let mut text = String::with_capacity(PARAMETER.len() + 1 + 3 * json.len());
    text.push_str(PARAMETER);
    text.push('=');
    for byte in json.iter() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&data_encoding::HEXUPPER.encode(&[*byte]));
        }
    }
    Some(SecretText::new(text))
}
