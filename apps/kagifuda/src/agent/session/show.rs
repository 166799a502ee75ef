// SPDX-License-Identifier: MIT OR Apache-2.0
//! From an item of the vault to fields on the wire.

use kagifuda_otp::TokenKind;
use kagifuda_vault::schema::{self, FieldType, field, kinds};
use kagifuda_vault::value::{self, Value};
use kagifuda_vault::{FieldId, ItemId, ItemState, UnixMillis, item};

use super::codes::secret_text;
use crate::agent::protocol::{self, BackupCode, CodeId, Field, FieldValue, Hidden, name};

/// The fields of an item that hold something, in the schema's order; an item of a kind we do not
/// know shows none.
pub(super) fn fields(id: ItemId, state: &ItemState, secrets: bool) -> Vec<Field> {
    let Some(kind) = schema::kind(state.kind()) else { return Vec::new() };
    let token = item::token(id, state).ok().map(|token| token.token);
    let shown = kind.fields().filter(|field| secrets || !hides(field.holds));
    shown
        .filter_map(|field| {
            let value = match (field.id, &token) {
                (field::SECRET, Some(token)) => {
                    Some(FieldValue::Secret(Hidden(secret_text(token.kind, &token.secret))))
                }
                (field::COUNTER, Some(token)) => counter(token.kind),
                _ if state.kind() == kinds::BACKUP_CODES && field.id == field::CODES => {
                    codes(id, state, secrets)
                }
                _ => plain(state, field.id, field.holds),
            };
            Some(Field::new(field.name, value?))
        })
        .collect()
}

/// Fields that are left out where secrets are not wanted; backup codes are shown blank instead.
const fn hides(holds: FieldType) -> bool {
    holds.is_secret() && !matches!(holds, FieldType::Codes)
}

fn counter(kind: TokenKind) -> Option<FieldValue> {
    match kind {
        TokenKind::Hotp { counter } => Some(FieldValue::Int(counter)),
        _ => None,
    }
}

fn codes(id: ItemId, state: &ItemState, secrets: bool) -> Option<FieldValue> {
    let codes = item::codes(id, state).ok().filter(|codes| !codes.is_empty())?;
    let on_wire = codes.into_iter().map(|held| BackupCode {
        id: Some(CodeId(held.id.0)),
        code: if secrets { Hidden(held.code) } else { Hidden::default() },
        used_at: held.used_at,
    });
    Some(FieldValue::Codes(on_wire.collect()))
}

fn plain(state: &ItemState, id: FieldId, holds: FieldType) -> Option<FieldValue> {
    if [field::DELETED, field::PURGED].contains(&id) {
        return None;
    }
    match holds {
        FieldType::Texts => {
            let texts: Vec<_> = item::texts(state, id).map(str::to_owned).collect();
            (!texts.is_empty()).then_some(FieldValue::List(texts))
        }
        // A token's secret id says nothing to people.
        FieldType::Bytes if state.kind() == kinds::TOKEN => None,
        _ => scalar(Value::read(state.scalar(id)?, holds)?),
    }
}

fn scalar(value: Value) -> Option<FieldValue> {
    Some(match value {
        Value::Text(text) if text.is_empty() => return None,
        Value::Text(text) => FieldValue::Text(text),
        Value::SecretText(text) => FieldValue::Secret(Hidden(text)),
        Value::SecretBytes(bytes) => FieldValue::Bytes(Hidden(bytes)),
        Value::Bytes(bytes) => FieldValue::Bytes(Hidden::bytes(bytes)),
        Value::Number(number) => FieldValue::Int(u64::try_from(number).ok()?),
        Value::Flag(is_set) => FieldValue::Bool(is_set),
        Value::Time(seconds) => FieldValue::Int(seconds),
        Value::Item(item) => FieldValue::Item(protocol::ItemId(item.0)),
        _ => return None,
    })
}

/// When an item was last changed, as far as its single fields tell.
pub(super) fn changed(state: &ItemState) -> UnixMillis {
    let stamps = state.fields().filter_map(|(id, _)| Some(state.stamped(id)?.0.hlc));
    stamps.max().unwrap_or_else(|| state.created()).millis()
}

/// The name of a field in an item of a kind, for people.
pub(super) fn field_name(kind: kagifuda_vault::KindId, id: FieldId) -> Option<&'static str> {
    schema::kind(kind)?.field_by_id(id).map(|field| field.name)
}

/// The text of a field, empty where it has none.
pub(super) fn text_of(state: &ItemState, id: FieldId) -> String {
    state.scalar(id).and_then(value::read_text).unwrap_or_default().to_owned()
}

/// Tells whether a name on the wire is that of a token's own making, which the schema keeps from
/// being set by name.
pub(super) fn makes_a_token(field: &str) -> bool {
    [name::TYPE, name::SECRET, name::URI].contains(&field)
}
