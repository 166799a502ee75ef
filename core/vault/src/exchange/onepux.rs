// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports of 1Password (1PUX): a zip archive with `export.data`, JSON with accounts, vaults and items, readable
//! by anybody.
//!
//! A log-in becomes a service, its one-time password a token; what other fields say, and items of other kinds,
//! become notes. Attached documents are not taken over, and that is said.

use kagifuda_secret::{SecretBytes, SecretText};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::csv_exports::ONEPASSWORD;
use super::fields::{Bad, FoundPasskey, note_of};
use super::json::{self, Hidden, Members, RawList};
use super::login::Login;
use super::passkey::{self, Parts};
use super::{Format, FormatName, Import, ImportError, ImportLimits, Notice, RefuseReason, zip};

const DATA: &str = "export.data";

/// The exports of 1Password.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnePux;

impl Format for OnePux {
    fn name(&self) -> FormatName {
        FormatName::OnePassword
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        zip::names(bytes, DATA)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let data = zip::text_of(bytes, DATA, password, limits)?;
        let file: File = json::parse_content(&data)?;
        let mut import = Import::empty(FormatName::OnePassword);
        for account in file.accounts.members()? {
            let Ok(account) = serde_json::from_str::<Account>(account.get()) else {
                import.take(Err(Bad::named("", "", RefuseReason::Malformed)));
                continue;
            };
            for vault in account.vaults.members()? {
                match serde_json::from_str::<Vault>(vault.get()) {
                    Ok(vault) => read_vault(&vault, &mut import)?,
                    Err(_) => import.take(Err(Bad::named("", "", RefuseReason::Malformed))),
                }
            }
        }
        Ok(import)
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    accounts: RawList<'a>,
}

#[derive(Deserialize)]
struct Account<'a> {
    #[serde(borrow)]
    vaults: RawList<'a>,
}

#[derive(Deserialize)]
struct Vault<'a> {
    attrs: Option<VaultAttributes>,
    #[serde(borrow)]
    items: RawList<'a>,
}

#[derive(Deserialize)]
struct VaultAttributes {
    name: Option<String>,
}

/// An item, which old exports wrap once more.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    item: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    fav_index: Option<u64>,
    state: Option<String>,
    archived: Option<bool>,
    trashed: Option<bool>,
    #[serde(borrow, default)]
    details: Option<Details<'a>>,
    #[serde(borrow, default)]
    overview: Option<Overview<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(borrow, default)]
    login_fields: Option<RawList<'a>>,
    notes_plain: Option<Hidden>,
    #[serde(borrow, default)]
    sections: Option<RawList<'a>>,
    password: Option<Hidden>,
    #[serde(borrow, default)]
    passkey: Option<&'a RawValue>,
    #[serde(borrow, default)]
    document_attributes: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Overview<'a> {
    title: Option<String>,
    url: Option<String>,
    #[serde(borrow, default)]
    urls: Option<RawList<'a>>,
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Url {
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoginField {
    name: Option<String>,
    value: Option<Hidden>,
    designation: Option<String>,
    field_type: Option<String>,
}

#[derive(Deserialize)]
struct Section<'a> {
    title: Option<String>,
    #[serde(borrow, default)]
    fields: Option<RawList<'a>>,
}

#[derive(Deserialize)]
struct Field<'a> {
    title: Option<String>,
    #[serde(borrow, default)]
    value: Option<Members<'a>>,
}

/// What is known of a passkey; the names are those of CXF.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PasskeyJson {
    credential_id: String,
    rp_id: String,
    user_handle: String,
    username: Option<String>,
    user_display_name: Option<String>,
    #[serde(alias = "privateKey")]
    key: Hidden,
}

fn read_vault(vault: &Vault<'_>, import: &mut Import) -> Result<(), ImportError> {
    let name = vault.attrs.as_ref().and_then(|attrs| attrs.name.as_deref()).unwrap_or_default();
    for raw in vault.items.members()? {
        let raw = serde_json::from_str::<Wrapped>(raw.get()).map_or(*raw, |wrapped| wrapped.item);
        match serde_json::from_str::<Item>(raw.get()) {
            Ok(item) => import.take_login(read_item(item, name)?),
            Err(_) => import.take(Err(Bad::named("", "", RefuseReason::Malformed))),
        }
    }
    Ok(())
}

fn read_item(item: Item<'_>, vault: &str) -> Result<Login, ImportError> {
    let overview = item.overview.unwrap_or_default();
    let details = item.details.unwrap_or_default();
    let mut login = Login::named(overview.title.unwrap_or_default());
    login.extras.note = note_of(details.notes_plain);
    login.extras.is_pinned = item.fav_index.is_some_and(|index| index > 0);
    login.extras.tags = overview.tags.unwrap_or_default();
    login.extras.folders = [vault.to_owned()].into_iter().filter(|name| !name.is_empty()).collect();
    let is = |state| item.state.as_deref() == Some(state);
    let marks = [
        (Notice::WasArchived, is("archived") || item.archived == Some(true)),
        (Notice::WasTrashed, is("trashed") || is("deleted") || item.trashed == Some(true)),
        (Notice::AttachmentDropped, details.document_attributes.is_some()),
    ];
    login.notices.extend(marks.into_iter().filter(|it| it.1).map(|(notice, _)| notice));
    let urls = overview.urls.unwrap_or_default();
    let urls = urls.members()?.iter();
    let urls = urls.filter_map(|raw| serde_json::from_str::<Url>(raw.get()).ok()?.url);
    for url in overview.url.into_iter().chain(urls).filter(|url| !url.is_empty()) {
        if !login.urls.contains(&url) {
            login.urls.push(url);
        }
    }
    read_login_fields(&details.login_fields.unwrap_or_default(), &mut login)?;
    if details.password.is_some_and(|it| !it.0.expose().is_empty()) {
        login.password = Some(ONEPASSWORD);
    }
    for raw in details.sections.unwrap_or_default().members()? {
        match serde_json::from_str::<Section>(raw.get()) {
            Ok(section) => read_section(&section, &mut login)?,
            Err(_) => login.remainder.add_json("", raw),
        }
    }
    if let Some(raw) = details.passkey.filter(|raw| raw.get() != "null") {
        let passkey = read_passkey(raw, &login);
        login.passkeys.push(passkey);
    }
    Ok(login)
}

fn read_login_fields(fields: &RawList<'_>, login: &mut Login) -> Result<(), ImportError> {
    for raw in fields.members()? {
        let Ok(field) = serde_json::from_str::<LoginField>(raw.get()) else {
            login.remainder.add_json("", raw);
            continue;
        };
        let value = note_of(field.value);
        let is_password = field.field_type.as_deref() == Some("P");
        match field.designation.as_deref() {
            Some("username") => value.expose().clone_into(&mut login.account),
            Some("password") if !value.expose().is_empty() => login.password = Some(ONEPASSWORD),
            Some("password") => {}
            // Fields of a page that were filled in beside the two; another password among them is one too.
            _ if is_password && !value.expose().is_empty() => login.password = Some(ONEPASSWORD),
            _ => login.remainder.add(&field.name.unwrap_or_default(), value.expose()),
        }
    }
    Ok(())
}

/// Fields a person added; the name of the only member of a value says what it is.
fn read_section(section: &Section<'_>, login: &mut Login) -> Result<(), ImportError> {
    let Some(fields) = &section.fields else { return Ok(()) };
    for raw in fields.members()? {
        let Ok(field) = serde_json::from_str::<Field>(raw.get()) else {
            login.remainder.add_json(section.title.as_deref().unwrap_or_default(), raw);
            continue;
        };
        let title = field.title.or_else(|| section.title.clone()).unwrap_or_default();
        for (kind, value) in field.value.unwrap_or_default().0 {
            match (kind.as_str(), serde_json::from_str::<Hidden>(value.get())) {
                ("totp", Ok(text)) => login.add_token(&text.0),
                ("passkey", _) => {
                    let passkey = read_passkey(value, login);
                    login.passkeys.push(passkey);
                }
                ("file", _) => login.notices.push(Notice::AttachmentDropped),
                ("reference", _) => {}
                _ => login.remainder.add_json(&title, value),
            }
        }
    }
    Ok(())
}

fn read_passkey(raw: &RawValue, login: &Login) -> Result<FoundPasskey, Bad> {
    let Ok(json) = serde_json::from_str::<PasskeyJson>(raw.get()) else {
        return Err(Bad::named(&login.name, &login.account, RefuseReason::Malformed));
    };
    let bad = |reason| Bad::named(&json.rp_id, &login.account, reason);
    let encoded = |text: &str| passkey::base64url(text).ok_or_else(|| bad(RefuseReason::Malformed));
    let key = passkey::base64url(json.key.0.expose());
    let parts = Parts {
        credential_id: encoded(&json.credential_id)?,
        rp_id: json.rp_id.clone(),
        user_handle: encoded(&json.user_handle)?,
        user_name: json.username.clone().unwrap_or_else(|| login.account.clone()),
        user_display_name: json.user_display_name.clone().unwrap_or_default(),
        private_key: SecretBytes::new(key.ok_or_else(|| bad(RefuseReason::BadSecret))?),
    };
    let passkey = parts.check().map_err(bad)?;
    Ok(FoundPasskey::titled(&login.name, passkey))
}
