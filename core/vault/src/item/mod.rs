// SPDX-License-Identifier: MIT OR Apache-2.0
//! Items by kind: what the schema's fields amount to, and the edits that make and change them.

mod codes;
mod passkey;
mod private_key;
mod token;

pub use codes::{BackupCode, add_codes, codes, use_code};
pub use passkey::{
    HmacSecrets, KeySecret, Passkey, hmac_secrets, key_secret, key_secret_edits, large_blobs_edit,
    passkey, passkey_edits, passkey_names,
};
pub use private_key::{PrivateKeyError, bare_key, key_algorithm, private_key};
pub use token::{Token, next_counter, remade_token_edits, token, token_edits};

use crate::change::{Edit, Edits, KindId};
use crate::error::VaultError;
use crate::fold::ItemState;
use crate::schema::{FieldType, Kind, field};
use crate::value::{self, Value};

/// What a person calls an item: its name, or what its kind has instead.
#[must_use]
pub fn title(item: &ItemState) -> String {
    let text = |id| item.scalar(id).and_then(value::read_text).filter(|text| !text.is_empty());
    if let Some(name) = text(field::NAME) {
        return name.into();
    }
    if item.kind() == crate::schema::kinds::TOKEN {
        return match (text(field::ISSUER), text(field::ACCOUNT)) {
            (Some(issuer), Some(account)) => format!("{issuer} ({account})"),
            (Some(one), None) | (None, Some(one)) => one.into(),
            (None, None) => String::new(),
        };
    }
    if item.kind() == crate::schema::kinds::PASSKEY {
        return match (text(field::RP_ID), text(field::USER_NAME)) {
            (Some(site), Some(account)) => format!("{site} ({account})"),
            (Some(one), None) | (None, Some(one)) => one.into(),
            (None, None) => String::new(),
        };
    }
    String::new()
}

/// A field set by name: a value, several texts, or nothing.
#[non_exhaustive]
pub enum Setting {
    /// The scalar's new value.
    Is(Value),
    /// The set's whole new content.
    Are(Vec<String>),
    /// The scalar is cleared.
    Cleared,
}

/// Turns settings by field name into edits; `old` is the item as it is, `None` for a new one.
///
/// # Errors
/// [`VaultError::NoSuchField`] for a name the kind does not have or people may not set,
/// [`VaultError::BadValue`] for a value of the wrong type or an unknown word.
pub fn edits(
    kind: &'static Kind,
    old: Option<&ItemState>,
    settings: impl IntoIterator<Item = (String, Setting)>,
) -> Result<Edits, VaultError> {
    let mut edits = Edits::new();
    for (name, setting) in settings {
        let found = kind.field(&name).filter(|field| field.is_editable);
        let field = found.ok_or(VaultError::NoSuchField)?;
        let bad = VaultError::BadValue { field: field.name };
        let edit = match setting {
            Setting::Is(value) => {
                if let (FieldType::Choice(words), Value::Text(word)) = (field.holds, &value)
                    && !words.contains(&word.as_str())
                {
                    return Err(bad);
                }
                Edit::Set(value.encode(field.holds).ok_or(bad)?)
            }
            Setting::Are(texts) if field.holds == FieldType::Texts => {
                let gone = old.into_iter().flat_map(|old| old.elements(field.id).cloned());
                let mut set: std::collections::BTreeMap<_, _> =
                    gone.map(|element| (element, false)).collect();
                set.extend(texts.iter().map(|text| (value::text(text), true)));
                Edit::Put(set)
            }
            Setting::Cleared if field.holds.rule() == crate::change::Rule::Set => {
                Edit::Set(value::cleared())
            }
            _ => return Err(bad),
        };
        edits.insert(field.id, edit);
    }
    Ok(edits)
}

/// The texts of a set.
pub fn texts(item: &ItemState, id: crate::change::FieldId) -> impl Iterator<Item = &str> {
    item.elements(id).filter_map(value::read_text)
}

/// The edit that deletes an item.
#[must_use]
pub fn deletion() -> Edits {
    Edits::from([(field::DELETED, Edit::Set(value::flag(true)))])
}

/// Checks that an item is of a kind.
fn expect_kind(item: &ItemState, kind: KindId) -> Option<&ItemState> {
    (item.kind() == kind).then_some(item)
}
