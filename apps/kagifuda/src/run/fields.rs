// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fields of an item as a person reads them: a label and a value, in the order of the schema.

use std::fmt::Write as _;

use kagifuda_vault::schema::{self, FieldType};

use super::session::Session;
use crate::agent::fields::{Field, FieldValue};
use crate::agent::protocol::{Reply, Request};
use crate::fault::Fault;
use crate::say;
use crate::term::date;
use crate::text::Texts;

/// Whether a number is a moment.
pub(super) fn is_moment(name: &str) -> bool {
    schema::KINDS
        .iter()
        .flat_map(schema::Kind::fields)
        .any(|field| field.name == name && field.holds == FieldType::Time && name != "t0")
}

/// A field's label.
pub(crate) fn label(texts: &Texts, name: &str) -> String {
    texts.find(&format!("field-{name}")).unwrap_or_else(|| name.to_owned())
}

/// A field's value; several lines for several codes.
pub(super) fn value(s: &mut Session<'_>, field: &Field) -> Result<String, Fault> {
    Ok(match &field.value {
        FieldValue::Empty => String::new(),
        FieldValue::Text(text) => word(s.texts, text),
        FieldValue::Secret(text) => text.expose().to_owned(),
        FieldValue::Int(number) if is_moment(&field.name) => date::day(*number),
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Bool(true) => say!(s.texts, "item-yes"),
        FieldValue::Bool(false) => say!(s.texts, "item-no"),
        FieldValue::List(list) => list.join(", "),
        FieldValue::Bytes(bytes) => hex(bytes.expose()),
        FieldValue::Item(id) => match s.ask(&Request::Item { id: *id, secrets: false })? {
            Reply::Item(view) => title(&view.fields),
            _ => id.to_string(),
        },
        FieldValue::Codes(codes) => {
            let lines = codes.iter().map(|code| match code.used_at {
                Some(at) => {
                    let used = say!(s.texts, "item-code-used", date = date::day(at));
                    format!("{}  {used}", code.code.expose())
                }
                None => code.code.expose().to_owned(),
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    })
}

/// The best name in some fields.
pub(super) fn title(fields: &[Field]) -> String {
    let named = |name: &str| {
        fields.iter().find(|field| field.name == name).and_then(|field| match &field.value {
            FieldValue::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    };
    named("name").or_else(|| named("issuer")).or_else(|| named("account")).unwrap_or_default()
}

/// A word of a choice in the holder's language; other text as it is.
fn word(texts: &Texts, text: &str) -> String {
    let is_word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let known = is_word.then(|| texts.find(&format!("item-word-{text}"))).flatten();
    known.unwrap_or_else(|| text.to_owned())
}

/// Bytes as people compare them.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
pub(super) fn computed_ids() -> Vec<String> {
    let shown = schema::KINDS.iter().filter(|kind| kind.is_for_people);
    let mut ids = Vec::new();
    for field in shown.flat_map(schema::Kind::fields) {
        if !matches!(field.holds, FieldType::Purged | FieldType::Internal) {
            ids.push(format!("field-{}", field.name));
        }
        if let FieldType::Choice(words) = field.holds {
            let lower = words.iter().filter(|word| word.bytes().all(|b| !b.is_ascii_uppercase()));
            ids.extend(lower.map(|word| format!("item-word-{word}")));
        }
    }
    ids
}
