// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adding and editing items: what the flags said, completed by what has to be asked.

use kagifuda_linux::clock::Moment;

use super::items::{title, view};
use super::session::Session;
use super::tokens;
use crate::agent::fields::{BackupCode, Field, FieldValue, Kind, name};
use crate::agent::protocol::{Hidden, ItemId, Reply, Request};
use crate::commands::resolve::Draft;
use crate::fault::Fault;
use crate::say;
use crate::term::width::harmless;

/// What a method can live on or go through.
const LIVED_ON: &[Kind] =
    &[Kind::Phone, Kind::Key, Kind::Stick, Kind::Service, Kind::Token, Kind::Passkey];

/// Adds an item.
pub(super) fn add(s: &mut Session<'_>, kind: Kind, draft: Draft) -> Result<(), Fault> {
    if kind == Kind::Token {
        return tokens::add(s, draft);
    }
    let stores_codes = draft.stores_codes;
    let tags = draft.tags.clone();
    let mut fields = completed(s, draft)?;
    if !tags.is_empty() {
        fields.push(Field::new(name::TAGS, FieldValue::List(tags)));
    }
    match kind {
        Kind::Note => {
            let prompt = say!(s.texts, "ask-note-text");
            let text = s.person.text(&prompt)?;
            if text.expose().is_empty() {
                return Err(Fault::NothingEntered);
            }
            fields.push(Field::new(name::TEXT, FieldValue::Secret(text)));
        }
        Kind::BackupCodes => {
            let has_place = fields.iter().any(|field| field.name == name::WHERE);
            if stores_codes {
                fields.push(Field::new(name::CODES, FieldValue::Codes(backup_codes(s)?)));
            } else if !has_place {
                let question = say!(s.texts, "ask-where-codes");
                let place = s.person.line(&question)?;
                if place.is_empty() {
                    return Err(Fault::NothingEntered);
                }
                fields.push(Field::new(name::WHERE, FieldValue::Text(place)));
            }
        }
        _ => {}
    }
    let called = super::fields::title(&fields);
    match s.ask(&Request::AddItem { kind, fields })? {
        Reply::Added(_) => {
            let told = say!(s.texts, "item-added", name = harmless(&called));
            s.tell(&told);
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

/// Edits an item.
pub(super) fn edit(
    s: &mut Session<'_>,
    kind: Kind,
    query: &str,
    draft: Draft,
) -> Result<(), Fault> {
    let line = s.pick(kind, query)?;
    let (tags, untag) = (draft.tags.clone(), draft.untag.clone());
    let mut draft = draft;
    let asks_text = kind == Kind::Note && std::mem::take(&mut draft.asks_note);
    let mut fields = completed(s, draft)?;
    if asks_text {
        let prompt = say!(s.texts, "ask-note-text");
        fields.push(Field::new(name::TEXT, FieldValue::Secret(s.person.text(&prompt)?)));
    }
    if !tags.is_empty() || !untag.is_empty() {
        fields.push(Field::new(name::TAGS, FieldValue::List(retagged(s, line.id, tags, &untag)?)));
    }
    if fields.is_empty() {
        return Err(Fault::NothingToChange);
    }
    s.ask(&Request::EditItem { id: line.id, fields })?;
    let told = say!(s.texts, "item-edited", name = harmless(&title(&line)));
    s.tell(&told);
    Ok(())
}

/// The fields of a draft, with the service found and the note asked for.
pub(super) fn completed(s: &mut Session<'_>, draft: Draft) -> Result<Vec<Field>, Fault> {
    let mut fields = draft.fields;
    if let Some(query) = &draft.service {
        let service = s.pick(Kind::Service, query)?;
        fields.push(Field::new(name::SERVICE, FieldValue::Item(service.id)));
    }
    if let Some(query) = &draft.on {
        let on = s.pick_of(LIVED_ON, query)?;
        fields.push(Field::new(name::ITEM, FieldValue::Item(on.id)));
    }
    if draft.is_proven {
        let now = Moment::now().unix_millis / 1000;
        fields.push(Field::new("proven", FieldValue::Int(now)));
    }
    if draft.asks_note {
        let question = say!(s.texts, "ask-note");
        let note = s.person.line(&question)?;
        let value = if note.is_empty() { FieldValue::Empty } else { FieldValue::Text(note) };
        fields.push(Field::new(name::NOTE, value));
    }
    Ok(fields)
}

fn retagged(
    s: &mut Session<'_>,
    id: ItemId,
    add: Vec<String>,
    remove: &[String],
) -> Result<Vec<String>, Fault> {
    let view = view(s, id, false)?;
    let mut tags = view
        .fields
        .into_iter()
        .find_map(|field| match field.value {
            FieldValue::List(tags) if field.name == name::TAGS => Some(tags),
            _ => None,
        })
        .unwrap_or_default();
    tags.retain(|tag| !remove.contains(tag));
    for tag in add {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Backup codes, one per line, to an empty line or the end.
fn backup_codes(s: &mut Session<'_>) -> Result<Vec<BackupCode>, Fault> {
    let prompt = say!(s.texts, "ask-backup-codes");
    let text = s.person.text(&prompt)?;
    let codes: Vec<BackupCode> = text
        .expose()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| BackupCode { id: None, code: Hidden(line.into()), used_at: None })
        .collect();
    if codes.is_empty() { Err(Fault::NothingEntered) } else { Ok(codes) }
}
