// SPDX-License-Identifier: MIT OR Apache-2.0
//! The credentials of an item that are neither passkeys nor tokens, and how items are filed.
//!
//! A log-in says whose account it is and that there is a password. All other kinds, addresses, cards, papers,
//! keys of machines, become lines of a note, each field under its label. A kind that is not known is kept as the
//! JSON it is, so that nothing of it is lost.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::json::{Hidden, Members, RawList};
use super::super::login::{Keeper, Login};
use super::super::{ImportError, Lives, Notice};

/// The kinds of CXF 1.0 section 3.3 that become lines of a note.
const KNOWN: &[&str] = &[
    "address",
    "api-key",
    "credit-card",
    "custom-fields",
    "drivers-license",
    "generated-password",
    "identity-document",
    "item-reference",
    "passport",
    "person-name",
    "ssh-key",
    "wifi",
];

/// How deep collections may lie in each other.
const MAX_DEPTH: usize = 16;

#[derive(Deserialize)]
struct Value {
    value: Hidden,
}

#[derive(Deserialize)]
struct BasicAuth {
    username: Option<Value>,
    password: Option<Value>,
}

#[derive(Deserialize)]
struct NoteCredential {
    content: Value,
}

#[derive(Deserialize)]
struct FileCredential {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scope<'a> {
    urls: Option<Vec<String>>,
    #[serde(borrow, default)]
    android_apps: Option<RawList<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AndroidApp {
    bundle_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collection<'a> {
    title: Option<String>,
    #[serde(borrow, default)]
    items: Option<RawList<'a>>,
    #[serde(borrow, default)]
    sub_collections: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Link {
    item: String,
}

/// Reads a credential of any other kind.
pub(super) fn read(kind: &str, raw: &RawValue, exporter: &str, login: &mut Login) {
    let json = raw.get();
    match kind {
        "basic-auth" => {
            if let Ok(BasicAuth { username, password }) = serde_json::from_str(json) {
                let username = username.map(|username| username.value.0);
                let username = username.as_ref().map_or("", |username| username.expose());
                if login.account.is_empty() {
                    username.clone_into(&mut login.account);
                } else if login.account != username {
                    login.remainder.add("username", username);
                }
                if password.is_some_and(|it| !it.value.0.expose().is_empty()) {
                    let provider = exporter.to_owned().into();
                    login.password = Some(Keeper { lives: Lives::PasswordManager, provider });
                }
                return;
            }
        }
        "note" => {
            if let Ok(NoteCredential { content }) = serde_json::from_str(json) {
                if login.extras.note.expose().is_empty() {
                    login.extras.note = content.value.0;
                } else {
                    login.remainder.add("", content.value.0.expose());
                }
                return;
            }
        }
        "file" => {
            login.notices.push(Notice::AttachmentDropped);
            if let Ok(FileCredential { name }) = serde_json::from_str(json) {
                login.remainder.add("file", &name.unwrap_or_default());
                return;
            }
        }
        _ => {}
    }
    match serde_json::from_str::<Members>(json) {
        Ok(Members(members)) if KNOWN.contains(&kind) => {
            for (name, value) in members.into_iter().filter(|(name, _)| name != "type") {
                // The list of a credential's own fields has a name that says nothing.
                let name = if name == "fields" { "" } else { name.as_str() };
                login.remainder.add_json(name, value);
            }
        }
        _ => {
            login.remainder.add("", json);
            login.notices.push(Notice::UnknownAsText);
        }
    }
}

/// Reads where an item is used.
pub(super) fn read_scope(raw: Option<&RawValue>, login: &mut Login) -> Result<(), ImportError> {
    let Some(raw) = raw.filter(|raw| raw.get() != "null") else { return Ok(()) };
    let Ok(scope) = serde_json::from_str::<Scope>(raw.get()) else {
        login.remainder.add("scope", raw.get());
        return Ok(());
    };
    login.urls = scope.urls.unwrap_or_default();
    login.urls.retain(|url| !url.is_empty());
    for app in scope.android_apps.unwrap_or_default().members()? {
        match serde_json::from_str::<AndroidApp>(app.get()) {
            Ok(AndroidApp { bundle_id }) => login.urls.push(format!("androidapp://{bundle_id}")),
            Err(_) => login.remainder.add("app", app.get()),
        }
    }
    Ok(())
}

/// Keeps what a program shows below the title, where that is not the account, as it mostly is.
pub(super) fn read_subtitle(subtitle: Option<&str>, login: &mut Login) {
    let subtitle = subtitle.unwrap_or_default();
    let of_tokens = login.tokens.iter().flatten().map(|found| &found.token.account);
    let of_passkeys = login.passkeys.iter().flatten().map(|found| &found.passkey.user_name);
    let mut known = of_tokens.chain(of_passkeys).chain([&login.account]);
    if !known.any(|name| name == subtitle) {
        login.remainder.add("subtitle", subtitle);
    }
}

/// The collections items are in, by the items' ids.
pub(super) fn folders(
    collections: Option<&RawList<'_>>,
) -> Result<HashMap<String, Vec<String>>, ImportError> {
    let mut folders = HashMap::new();
    if let Some(list) = collections {
        add_folders(list, "", 0, &mut folders)?;
    }
    Ok(folders)
}

fn add_folders(
    list: &RawList<'_>,
    above: &str,
    depth: usize,
    folders: &mut HashMap<String, Vec<String>>,
) -> Result<(), ImportError> {
    if depth == MAX_DEPTH {
        return Ok(());
    }
    for raw in list.members()? {
        let Ok(collection) = serde_json::from_str::<Collection>(raw.get()) else { continue };
        let title = collection.title.unwrap_or_default();
        let between = if above.is_empty() || title.is_empty() { "" } else { "/" };
        let path = format!("{above}{between}{title}");
        for link in collection.items.unwrap_or_default().members()? {
            if let Ok(Link { item }) = serde_json::from_str(link.get())
                && !path.is_empty()
            {
                folders.entry(item).or_default().push(path.clone());
            }
        }
        if let Some(below) = &collection.sub_collections {
            add_folders(below, &path, depth + 1, folders)?;
        }
    }
    Ok(())
}
