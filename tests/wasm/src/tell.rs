// SPDX-License-Identifier: MIT OR Apache-2.0
//! A vault's fold as JSON, in the words of `tests/interop/read_vault.py`: fields by number and rule,
//! byte strings as `{"bytes": hex}`, elements in the order of their JSON.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use kagifuda_otp::{TokenKind, UnixTime};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{FieldId, ItemState, RawValue, Rule, Vault, item};
use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};
use serde_json::{Map, Value, json};

/// Tells everything a vault says: items, and the codes of its TOTP tokens at a moment.
#[must_use]
pub fn tell(vault: &Vault, changes: usize, at: UnixTime) -> Value {
    let mut codes = Map::new();
    let mut items = Vec::new();
    for (id, state) in vault.fold().all() {
        let (kind, deleted) = (state.kind().0, state.is_deleted());
        let shown = if deleted { Value::Object(Map::new()) } else { fields(state) };
        items
            .push(json!({"id": id.to_string(), "kind": kind, "deleted": deleted, "fields": shown}));
        if let Some(code) = code(id, state, at).filter(|_| !deleted) {
            codes.insert(id.to_string(), Value::String(code));
        }
    }
    let vault = vault.id().to_string();
    json!({"vault": vault, "changes": changes, "items": items, "codes": codes})
}

fn code(id: kagifuda_vault::ItemId, state: &ItemState, at: UnixTime) -> Option<String> {
    let token = item::token(id, state).ok().filter(|_| state.kind() == kinds::TOKEN)?.token;
    let TokenKind::Totp { .. } = token.kind else { return None };
    Some(token.code_at(at).ok()?.code.as_str().to_owned())
}

fn fields(state: &ItemState) -> Value {
    let mut told: BTreeMap<FieldId, Map<String, Value>> = BTreeMap::new();
    for (id, rule) in state.fields() {
        let (name, value) = match rule {
            Rule::Set => ("set", state.scalar(id).map_or(Value::Null, plain)),
            Rule::Put => ("put", sorted(state.elements(id).map(plain))),
            Rule::Raise => ("raise", sorted(state.counters(id).map(|(k, n)| json!([plain(k), n])))),
            Rule::Grow => ("grow", sorted(state.grown(id).map(plain))),
        };
        if !value.is_null() && value != json!([]) {
            told.entry(id).or_default().insert(name.into(), value);
        }
    }
    told.into_iter().map(|(id, rules)| (id.0.to_string(), Value::Object(rules))).collect()
}

fn sorted(values: impl Iterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.collect();
    values.sort_by_cached_key(Value::to_string);
    Value::Array(values)
}

fn plain(raw: &RawValue) -> Value {
    read(&mut Decoder::new(raw.cbor())).unwrap_or_else(|why| json!({"unreadable": why.to_string()}))
}

fn read(input: &mut Decoder<'_>) -> Result<Value, Error> {
    Ok(match input.datatype()? {
        Type::Bool => input.bool()?.into(),
        Type::Null => input.null().map(|()| Value::Null)?,
        Type::Bytes => json!({"bytes": HEXLOWER.encode(input.bytes()?)}),
        Type::String => input.str()?.into(),
        Type::Array => {
            let count = input.array()?.unwrap_or(0);
            (0..count).map(|_| read(input)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Type::Map => {
            let mut map = Map::new();
            for _ in 0..input.map()?.unwrap_or(0) {
                let key = match read(input)? {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                map.insert(key, read(input)?);
            }
            Value::Object(map)
        }
        Type::U64 => input.u64()?.into(),
        _ => input.i64()?.into(),
    })
}
