// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values of fields: from types to CBOR and back, one way of writing each.

use kagifuda_secret::{SecretBytes, SecretText};
use minicbor::Decoder;

use crate::change::RawValue;
use crate::ids::{ChangeId, CodeId, ItemId, RecordHash, SecretId, SlotId};
use crate::record::Writer;
use crate::schema::FieldType;

/// The longest text or byte string a field holds.
pub const MAX_VALUE_BYTES: usize = 256 * 1024;

/// A scalar field's value, typed.
#[non_exhaustive]
pub enum Value {
    /// Text for everybody's eyes.
    Text(String),
    /// Text to be shown only when asked for.
    SecretText(SecretText),
    /// Bytes to be shown only when asked for.
    SecretBytes(SecretBytes),
    /// Bytes without secrets.
    Bytes(Vec<u8>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A moment, Unix seconds.
    Time(u64),
    /// Another item.
    Item(ItemId),
}

impl Value {
    /// Encodes the value for a field of this type; `None` where it does not fit the type.
    #[must_use]
    pub fn encode(&self, holds: FieldType) -> Option<RawValue> {
        let raw = match (self, holds) {
            (Self::Text(text), FieldType::Text | FieldType::Choice(_)) => self::text(text),
            (Self::Text(text), FieldType::SecretText) => self::text(text),
            (Self::SecretText(text), FieldType::SecretText) => self::text(text.expose()),
            (Self::SecretBytes(bytes), FieldType::SecretBytes) => self::bytes(bytes.expose()),
            (Self::Bytes(bytes), FieldType::Bytes) => self::bytes(bytes),
            (Self::Number(number), FieldType::Number) => self::number(*number),
            (Self::Flag(is_set), FieldType::Flag) => flag(*is_set),
            (Self::Time(seconds), FieldType::Time) => time(*seconds),
            (Self::Item(item), FieldType::Item) => self::bytes(&item.0),
            _ => return None,
        };
        (raw.cbor().len() <= MAX_VALUE_BYTES).then_some(raw)
    }

    /// Reads a scalar field; `None` where it was cleared or is not of the type.
    #[must_use]
    pub fn read(raw: &RawValue, holds: FieldType) -> Option<Self> {
        Some(match holds {
            FieldType::Text | FieldType::Choice(_) => Self::Text(read_text(raw)?.into()),
            FieldType::SecretText => Self::SecretText(read_text(raw)?.into()),
            FieldType::SecretBytes => Self::SecretBytes(read_bytes(raw)?.into()),
            FieldType::Bytes => Self::Bytes(read_bytes(raw)?.into()),
            FieldType::Number => Self::Number(read_number(raw)?),
            FieldType::Flag => Self::Flag(read_flag(raw)?),
            FieldType::Time => Self::Time(u64::try_from(read_number(raw)?).ok()?),
            FieldType::Item => Self::Item(ItemId(read_bytes(raw)?.try_into().ok()?)),
            _ => return None,
        })
    }
}

/// Writes a value whose texts and bytes together are so long.
fn written(length: usize, write: impl FnOnce(&mut Writer)) -> RawValue {
    let mut out = Writer::with_room(length + 64);
    write(&mut out);
    RawValue::new(out.finish())
}

/// CBOR text.
#[must_use]
pub fn text(text: &str) -> RawValue {
    written(text.len(), |out| {
        out.str(text);
    })
}

/// CBOR bytes.
#[must_use]
pub fn bytes(bytes: &[u8]) -> RawValue {
    written(bytes.len(), |out| {
        out.bytes(bytes);
    })
}

/// A CBOR integer.
#[must_use]
pub fn number(number: i64) -> RawValue {
    written(0, |out| {
        out.i64(number);
    })
}

/// A moment as a CBOR integer.
#[must_use]
pub fn time(seconds: u64) -> RawValue {
    written(0, |out| {
        out.u64(seconds);
    })
}

/// CBOR true or false.
#[must_use]
pub fn flag(is_set: bool) -> RawValue {
    written(0, |out| {
        out.bool(is_set);
    })
}

/// CBOR null: a field that was cleared.
#[must_use]
pub fn cleared() -> RawValue {
    RawValue::new(vec![0xf6])
}

/// Tells whether a field was cleared.
#[must_use]
pub fn is_cleared(raw: &RawValue) -> bool {
    raw.cbor() == [0xf6]
}

pub(crate) fn slot(slot: SlotId) -> RawValue {
    bytes(&slot.0)
}

pub(crate) fn secret_id(id: SecretId) -> RawValue {
    bytes(&id.0)
}

/// A purged change and its hash.
pub(crate) fn purged(change: ChangeId, hash: &RecordHash) -> RawValue {
    written(0, |out| {
        out.array(2).bytes(&change.0).bytes(hash);
    })
}

/// A backup code.
pub(crate) fn code(id: CodeId, code: &SecretText) -> RawValue {
    written(code.expose().len(), |out| {
        out.array(2).bytes(&id.0).str(code.expose());
    })
}

/// The use of a backup code.
pub(crate) fn code_use(id: CodeId, seconds: u64) -> RawValue {
    written(0, |out| {
        out.array(2).bytes(&id.0).u64(seconds);
    })
}

/// A name and a value.
pub(crate) fn pairs(pairs: &[(String, String)]) -> RawValue {
    let length = pairs.iter().map(|(name, value)| name.len() + value.len() + 16).sum();
    written(length, |out| {
        out.array(pairs.len() as u64);
        for (name, value) in pairs {
            out.array(2).str(name).str(value);
        }
    })
}

/// Reads one data item that fills the value.
fn whole<'r, T>(
    raw: &'r RawValue,
    read: impl FnOnce(&mut Decoder<'r>) -> Result<T, minicbor::decode::Error>,
) -> Option<T> {
    let mut input = Decoder::new(raw.cbor());
    let value = read(&mut input).ok()?;
    (input.position() == raw.cbor().len()).then_some(value)
}

/// Reads CBOR text.
#[must_use]
pub fn read_text(raw: &RawValue) -> Option<&str> {
    whole(raw, Decoder::str)
}

/// Reads CBOR bytes.
#[must_use]
pub fn read_bytes(raw: &RawValue) -> Option<&[u8]> {
    whole(raw, Decoder::bytes)
}

/// Reads a CBOR integer.
#[must_use]
pub fn read_number(raw: &RawValue) -> Option<i64> {
    whole(raw, Decoder::i64)
}

/// Reads CBOR true or false.
#[must_use]
pub fn read_flag(raw: &RawValue) -> Option<bool> {
    whole(raw, Decoder::bool)
}

pub(crate) fn read_slot(raw: &RawValue) -> Option<SlotId> {
    read_bytes(raw)?.try_into().ok().map(SlotId)
}

/// Reads an array of two.
fn pair<'r, A, B>(
    raw: &'r RawValue,
    first: impl FnOnce(&mut Decoder<'r>) -> Result<A, minicbor::decode::Error>,
    second: impl FnOnce(&mut Decoder<'r>) -> Result<B, minicbor::decode::Error>,
) -> Option<(A, B)> {
    whole(raw, |input| {
        let length = input.array()?;
        let pair = (first(input)?, second(input)?);
        Ok((length == Some(2)).then_some(pair))
    })?
}

pub(crate) fn read_purged(raw: &RawValue) -> Option<(ChangeId, RecordHash)> {
    let (change, hash) = pair(raw, Decoder::bytes, Decoder::bytes)?;
    Some((ChangeId(change.try_into().ok()?), hash.try_into().ok()?))
}

pub(crate) fn read_code(raw: &RawValue) -> Option<(CodeId, SecretText)> {
    let (id, code) = pair(raw, Decoder::bytes, Decoder::str)?;
    Some((CodeId(id.try_into().ok()?), code.into()))
}

pub(crate) fn read_code_use(raw: &RawValue) -> Option<(CodeId, u64)> {
    let (id, seconds) = pair(raw, Decoder::bytes, Decoder::u64)?;
    Some((CodeId(id.try_into().ok()?), seconds))
}

pub(crate) fn read_pairs(raw: &RawValue) -> Option<Vec<(String, String)>> {
    whole(raw, |input| {
        let Some(count) = input.array()? else {
            return Ok(None);
        };
        let mut pairs = Vec::new();
        for _ in 0..count {
            if input.array()? != Some(2) {
                return Ok(None);
            }
            pairs.push((input.str()?.into(), input.str()?.into()));
        }
        Ok(Some(pairs))
    })?
}
