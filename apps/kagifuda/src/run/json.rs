// SPDX-License-Identifier: MIT OR Apache-2.0
//! The shapes of `--json`, as `docs/manual/json.md` describes them. They are an interface: members are
//! added, never renamed or removed. Ids are hexadecimal, moments RFC 3339 in UTC, secrets only where they were asked for.

use serde_json::{Value, json};

use crate::agent::fields::{Field, FieldValue, Kind};
use crate::agent::protocol::{
    Code, ImportOutcome, ImportReport, ItemLine, ItemView, MergeReport, OperationLine, Turn,
    VerifyReport, Way, WayKind, WayStanding,
};
use crate::term::date::rfc3339;

/// A whole output.
pub(super) fn page(value: Value) -> String {
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text + "\n"
}

/// The name of a kind of item; that of its command where it has one.
pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Service => "service",
        Kind::Method => "method",
        Kind::Token => "token",
        Kind::BackupCodes => "codes",
        Kind::Passkey => "passkey",
        Kind::Key => "key",
        Kind::Stick => "stick",
        Kind::Note => "note",
        Kind::Phone => "phone",
        Kind::Loss => "loss",
        Kind::Move => "move",
        Kind::Other => "other",
    }
}

/// One code.
pub(super) fn code(code: &Code) -> Value {
    let mut value = json!({
        "id": code.id.to_string(),
        "name": code.title,
        "issuer": code.issuer,
        "account": code.account,
        "code": code.code.as_ref().map(|code| code.expose()),
    });
    if let Some(next) = &code.next {
        value["next"] = json!(next.expose());
    }
    match code.turn {
        Turn::Time { seconds_left, period } => {
            value["seconds_left"] = json!(seconds_left);
            value["period"] = json!(period);
        }
        Turn::Counter { counter } => value["counter"] = json!(counter),
    }
    value
}

/// One item of a list.
pub(super) fn line(line: &ItemLine) -> Value {
    json!({
        "id": line.id.to_string(),
        "kind": kind(line.kind),
        "name": line.title,
        "issuer": line.issuer,
        "account": line.account,
        "folder": line.folder,
        "tags": line.tags,
        "pinned": line.pinned,
    })
}

/// One item with its fields.
pub(super) fn item(view: &ItemView) -> Value {
    let fields: serde_json::Map<String, Value> =
        view.fields.iter().map(|field| (field.name.clone(), field_value(field))).collect();
    json!({
        "id": view.id.to_string(),
        "kind": kind(view.kind),
        "created": rfc3339(view.created),
        "changed": rfc3339(view.changed),
        "fields": fields,
    })
}

fn field_value(field: &Field) -> Value {
    match &field.value {
        FieldValue::Empty => Value::Null,
        FieldValue::Text(text) => json!(text),
        FieldValue::Secret(text) => json!(text.expose()),
        FieldValue::Int(number) if super::fields::is_moment(&field.name) => json!(rfc3339(*number)),
        FieldValue::Int(number) => json!(number),
        FieldValue::Bool(flag) => json!(flag),
        FieldValue::List(texts) => json!(texts),
        FieldValue::Bytes(bytes) => json!(super::fields::hex(bytes.expose())),
        FieldValue::Item(id) => json!(id.to_string()),
        FieldValue::Codes(codes) => codes
            .iter()
            .map(|code| json!({ "code": code.code.expose(), "used": code.used_at.map(rfc3339) }))
            .collect(),
    }
}

/// What an import would do or did.
pub(super) fn import(report: &ImportReport) -> Value {
    let lines: Vec<Value> = report
        .lines
        .iter()
        .map(|line| {
            let outcome = match &line.outcome {
                ImportOutcome::Imported => "imported",
                ImportOutcome::SameAsExisting { .. } => "same",
                ImportOutcome::Refused { .. } => "refused",
            };
            let why = match &line.outcome {
                ImportOutcome::Refused { why } => Some(super::import::word(why)),
                _ => None,
            };
            json!({
                "issuer": line.issuer,
                "account": line.account,
                "kind": line.kind.map(kind),
                "outcome": outcome,
                "why": why,
                "notes": line.notes,
            })
        })
        .collect();
    json!({ "format": report.format, "entries": lines, "missing_parts": report.missing_parts })
}

/// What a merge brought.
pub(super) fn merge(report: &MergeReport) -> Value {
    json!({
        "records": report.records,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "damaged": report.damaged,
        "healed": report.healed,
        "unsettled_ways": report.unsettled_ways,
    })
}

/// What verifying found.
pub(super) fn verify(report: &VerifyReport) -> Value {
    let damaged: Vec<Value> = report
        .damaged
        .iter()
        .map(|record| json!({ "record": record.record, "what": record.what }))
        .collect();
    let unreadable: Vec<String> = report.unreadable.iter().map(ToString::to_string).collect();
    json!({
        "records": report.records,
        "items": report.items,
        "file_is_whole": report.file_is_whole,
        "older_than_seen": report.older_than_seen,
        "closed": report.closed,
        "damaged": damaged,
        "unreadable": unreadable,
    })
}

/// One operation of the history.
pub(super) fn operation(line: &OperationLine) -> Value {
    let touched: Vec<Value> = line
        .touched
        .iter()
        .map(|item| json!({ "id": item.id.to_string(), "name": item.title, "fields": item.fields }))
        .collect();
    json!({
        "id": line.id.to_string(),
        "at": rfc3339(line.at),
        "device": line.device,
        "here": line.here,
        "verb": super::history::word(line.verb),
        "items": touched,
        "can_undo": line.can_undo,
    })
}

/// One way to open.
pub(super) fn way(way: &Way) -> Value {
    json!({
        "id": way.id.to_string(),
        "kind": match way.kind {
            WayKind::Passphrase => "passphrase",
            WayKind::Words => "words",
            WayKind::Keyring => "keyring",
            WayKind::Tpm => "tpm",
            WayKind::Other => "other",
        },
        "label": way.label,
        "created": rfc3339(way.created),
        "in_use": way.in_use,
        "standing": match way.standing {
            WayStanding::Open => "open",
            WayStanding::Unconfirmed => "unconfirmed",
            WayStanding::LastResort => "last-resort",
            WayStanding::StillNeeded => "still-needed",
        },
    })
}
