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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use proptest::prelude::*;

    use super::*;

    /// One value of each type of field.
    fn one_of_each() -> Vec<(Value, FieldType)> {
        vec![
            (Value::Text("鍵札".to_owned()), FieldType::Text),
            (Value::SecretText("hush".into()), FieldType::SecretText),
            (Value::SecretBytes(vec![1, 2].as_slice().into()), FieldType::SecretBytes),
            (Value::Bytes(vec![3]), FieldType::Bytes),
            (Value::Number(-7), FieldType::Number),
            (Value::Flag(true), FieldType::Flag),
            (Value::Time(1_790_000_000), FieldType::Time),
            (Value::Item(ItemId([9; 16])), FieldType::Item),
        ]
    }

    #[test]
    fn a_value_comes_back_from_a_field_of_its_type_and_fits_no_other() {
        for (value, of) in one_of_each() {
            let raw = value.encode(of).unwrap();
            let again = Value::read(&raw, of).unwrap().encode(of).unwrap();
            assert_eq!(again.cbor(), raw.cbor());
            for (_, other) in one_of_each() {
                // Text that is not secret may be put where secrets are kept, never the other way.
                let is_promoted = (of, other) == (FieldType::Text, FieldType::SecretText);
                assert_eq!(value.encode(other).is_some(), of == other || is_promoted);
            }
        }
    }

    #[test]
    fn a_cleared_field_is_read_as_nothing_of_any_type() {
        assert!(is_cleared(&cleared()));
        for (value, of) in one_of_each() {
            assert!(Value::read(&cleared(), of).is_none());
            assert!(!is_cleared(&value.encode(of).unwrap()));
        }
    }

    #[test]
    fn a_value_longer_than_a_field_may_be_is_refused() {
        let longest = MAX_VALUE_BYTES - 5;
        assert!(Value::Bytes(vec![0; longest]).encode(FieldType::Bytes).is_some());
        assert!(Value::Bytes(vec![0; longest + 1]).encode(FieldType::Bytes).is_none());
    }

    #[test]
    fn pairs_of_another_shape_are_refused() {
        let kept = [("issuer".to_owned(), "鍵札の湯".to_owned()), (String::new(), String::new())];
        assert_eq!(read_pairs(&pairs(&kept)).unwrap(), kept);
        let refused: [&[u8]; 5] = [
            &[0xa0],                               // a map
            &[0x9f, 0xff],                         // an array of unknown length
            &[0x81, 0x81, 0x61, b'a'],             // a name without a value
            &[0x81, 0x83, 0x60, 0x60, 0x60],       // three of them
            &[0x81, 0x82, 0x61, b'a', 0x41, b'b'], // bytes for a text
        ];
        for cbor in refused {
            assert!(read_pairs(&RawValue::new(cbor.to_vec())).is_none(), "{cbor:02x?}");
        }
    }

    proptest! {
        #[test]
        fn a_field_is_read_whole_or_not_at_all(tail in prop::collection::vec(any::<u8>(), 1..9)) {
            for (value, of) in one_of_each() {
                let raw = value.encode(of).unwrap();
                let longer = RawValue::new([raw.cbor(), &tail].concat());
                prop_assert!(Value::read(&longer, of).is_none());
                let shorter = RawValue::new(raw.cbor()[..raw.cbor().len() - 1].to_vec());
                prop_assert!(Value::read(&shorter, of).is_none());
            }
        }
    }
}
