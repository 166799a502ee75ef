// SPDX-License-Identifier: MIT OR Apache-2.0
//! A change: what one device wrote about one item at one moment, signed by that device.
//!
//! The four kinds of [`Edit`] carry their own merging rule, so that a reader folds fields it has
//! never heard of exactly as the program that wrote them would.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use minicbor::Decoder;
use zeroize::Zeroizing;

use crate::error::Damage;
use crate::hlc::{Hlc, Stamp};
use crate::ids::{ChangeId, DeviceId, ItemId, OperationId, RecordHash, VaultId};
use crate::record::{self, ChangeHeader, Writer};

const SIGNATURE_DOMAIN: &[u8] = b"kagifuda change v1\0";
/// The most elements an array or map inside a change may announce.
const MAX_ELEMENTS: u64 = 1 << 16;

/// The number of a field, meaningful together with the item's kind (see [`crate::schema`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// The number of an item's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u16);

/// One CBOR data item, kept as it came; wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct RawValue(Zeroizing<Box<[u8]>>);

impl RawValue {
    /// Takes over bytes that are one CBOR data item.
    #[must_use]
    pub fn new(cbor: Vec<u8>) -> Self {
        // Boxing a vector with room to spare would move it and leave the old bytes behind.
        let cbor = Zeroizing::new(cbor);
        Self(Zeroizing::new(cbor.as_slice().into()))
    }

    /// Shows the CBOR.
    #[must_use]
    pub fn cbor(&self) -> &[u8] {
        &self.0
    }
}

impl PartialOrd for RawValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RawValue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cbor().cmp(other.cbor())
    }
}

/// What a change says of one field, with the rule by which it meets other changes.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// A scalar: the greatest stamp wins.
    Set(RawValue),
    /// Elements put into (`true`) or taken out of (`false`) a set: per element the greatest stamp wins.
    Put(BTreeMap<RawValue, bool>),
    /// Counters: per key the greatest number wins, whoever wrote it and whenever.
    Raise(BTreeMap<RawValue, u64>),
    /// Elements that, once added, are never taken out.
    Grow(Vec<RawValue>),
}

/// The number of an edit's rule in the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rule {
    /// [`Edit::Set`].
    Set = 0,
    /// [`Edit::Put`].
    Put = 1,
    /// [`Edit::Raise`].
    Raise = 2,
    /// [`Edit::Grow`].
    Grow = 3,
}

impl Edit {
    /// The rule of this edit.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Set(_) => Rule::Set,
            Self::Put(_) => Rule::Put,
            Self::Raise(_) => Rule::Raise,
            Self::Grow(_) => Rule::Grow,
        }
    }
}

/// The edits of one change. A field appears once, and keeps its rule for ever.
pub type Edits = BTreeMap<FieldId, Edit>;

/// What the holder did, for the history; kept as a number so that unknown ones survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deed(pub u16);

#[allow(missing_docs)]
impl Deed {
    pub const CREATE_VAULT: Self = Self(1);
    pub const ADD: Self = Self(2);
    pub const EDIT: Self = Self(3);
    pub const REMOVE: Self = Self(4);
    pub const IMPORT: Self = Self(5);
    pub const NEXT_CODE: Self = Self(6);
    pub const USE_CODE: Self = Self(7);
    pub const UNDO: Self = Self(8);
    pub const ADD_WAY: Self = Self(9);
    pub const REMOVE_WAY: Self = Self(10);
    pub const CHANGE_WAY: Self = Self(11);
    pub const JOIN: Self = Self(12);
    pub const PURGE: Self = Self(13);
    pub const MEND_ACCESS: Self = Self(14);
    pub const ADD_COLLECTION: Self = Self(15);
}

/// A change's sealed part.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Which item.
    pub item: ItemId,
    /// What kind of item.
    pub kind: KindId,
    /// Which device wrote it.
    pub device: DeviceId,
    /// The how-manieth change of that device, from 1.
    pub seq: u64,
    /// The hash of that device's previous change record; zeros for its first.
    pub previous: RecordHash,
    /// When.
    pub hlc: Hlc,
    /// As part of which operation.
    pub operation: OperationId,
    /// What the holder did.
    pub deed: Deed,
    /// What it says.
    pub edits: Edits,
}

impl Body {
    /// The change's place in the order of all changes.
    #[must_use]
    pub const fn stamp(&self, change: ChangeId) -> Stamp {
        Stamp { hlc: self.hlc, device: self.device, change }
    }

    /// At least as many bytes as the encoded body takes: a buffer that grew would leave copies behind.
    fn room(&self) -> usize {
        let edits = self.edits.values().map(|edit| match edit {
            Edit::Set(value) => value.cbor().len(),
            Edit::Put(elements) => elements.keys().map(|e| e.cbor().len() + 2).sum(),
            Edit::Raise(counters) => counters.keys().map(|key| key.cbor().len() + 10).sum(),
            Edit::Grow(elements) => elements.iter().map(|e| e.cbor().len()).sum(),
        });
        edits.map(|bytes: usize| bytes + 16).sum::<usize>() + 160
    }

    /// Encodes the body without its signature.
    #[must_use]
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer::with_room(self.room());
        out.array(9).bytes(&self.item.0).u32(u32::from(self.kind.0)).bytes(&self.device.0);
        out.u64(self.seq).bytes(&self.previous).u64(self.hlc.0).bytes(&self.operation.0);
        out.u32(u32::from(self.deed.0)).map(self.edits.len() as u64);
        for (field, edit) in &self.edits {
            out.u32(u32::from(field.0)).array(2).u32(edit.rule() as u32);
            write_edit(&mut out, edit);
        }
        Zeroizing::new(out.finish())
    }

    fn decode(cbor: &[u8]) -> Result<Self, Damage> {
        let mut input = Decoder::new(cbor);
        expect_array(&mut input, 9)?;
        let body = Self {
            item: ItemId(bytes(&mut input)?),
            kind: KindId(input.u16().map_err(shape)?),
            device: DeviceId(bytes(&mut input)?),
            seq: input.u64().map_err(shape)?,
            previous: bytes(&mut input)?,
            hlc: Hlc(input.u64().map_err(shape)?),
            operation: OperationId(bytes(&mut input)?),
            deed: Deed(input.u16().map_err(shape)?),
            edits: read_edits(&mut input)?,
        };
        if input.position() == cbor.len() { Ok(body) } else { Err(Damage::Shape) }
    }
}

/// A body as it was opened, with what is needed to check its signature.
pub(crate) struct SignedBody {
    pub(crate) body: Body,
    signed: Zeroizing<Vec<u8>>,
    signature: Signature,
}

impl SignedBody {
    /// Reads what a seal held.
    pub(crate) fn decode(plain: &[u8]) -> Result<Self, Damage> {
        let mut input = Decoder::new(plain);
        expect_array(&mut input, 2)?;
        let signed = input.bytes().map_err(shape)?;
        let signature = Signature::from_bytes(&bytes(&mut input)?);
        if input.position() != plain.len() {
            return Err(Damage::Shape);
        }
        let body = Body::decode(signed)?;
        Ok(Self { body, signed: Zeroizing::new(signed.to_vec()), signature })
    }

    /// Checks the device's signature over header and body.
    pub(crate) fn verify(
        &self,
        vault: VaultId,
        header: &ChangeHeader,
        key: &VerifyingKey,
    ) -> Result<(), Damage> {
        let message = signed_message(vault, header, &self.signed);
        key.verify_strict(&message, &self.signature).map_err(|_| Damage::Signature)
    }
}

/// Reads a seal's content without copying what only a signature check needs.
///
/// # Errors
/// [`Damage::Shape`] where it is no change.
pub fn decode_trusted(plain: &[u8]) -> Result<Body, Damage> {
    let mut input = Decoder::new(plain);
    expect_array(&mut input, 2)?;
    Body::decode(input.bytes().map_err(shape)?)
}

/// The length of body and signature together, before the header is known.
pub(crate) fn signed_length(encoded_body: usize) -> usize {
    let length_of_length = match encoded_body {
        0..24 => 1,
        24..256 => 2,
        256..65536 => 3,
        _ => 5,
    };
    1 + length_of_length + encoded_body + 2 + Signature::BYTE_SIZE
}

/// Signs an encoded body for the place the header names.
pub(crate) fn sign(
    vault: VaultId,
    header: &ChangeHeader,
    encoded: &[u8],
    key: &SigningKey,
) -> Zeroizing<Vec<u8>> {
    let signature = key.sign(&signed_message(vault, header, encoded));
    let mut out = Writer::with_room(signed_length(encoded.len()));
    out.array(2).bytes(encoded).bytes(&signature.to_bytes());
    Zeroizing::new(out.finish())
}

fn signed_message(vault: VaultId, header: &ChangeHeader, body: &[u8]) -> Zeroizing<Vec<u8>> {
    let context = record::change_context(vault, header);
    let room = SIGNATURE_DOMAIN.len() + context.len() + body.len();
    let mut message = Zeroizing::new(Vec::with_capacity(room));
    message.extend_from_slice(SIGNATURE_DOMAIN);
    message.extend_from_slice(&context);
    message.extend_from_slice(body);
    message
}

fn write_edit(out: &mut Writer, edit: &Edit) {
    match edit {
        Edit::Set(value) => {
            out.raw(value.cbor());
        }
        Edit::Put(elements) => {
            out.array(elements.len() as u64);
            for (element, is_present) in elements {
                out.array(2).raw(element.cbor()).bool(*is_present);
            }
        }
        Edit::Raise(counters) => {
            out.array(counters.len() as u64);
            for (key, count) in counters {
                out.array(2).raw(key.cbor()).u64(*count);
            }
        }
        Edit::Grow(elements) => {
            out.array(elements.len() as u64);
            for element in elements {
                out.raw(element.cbor());
            }
        }
    }
}

fn read_edits(input: &mut Decoder<'_>) -> Result<Edits, Damage> {
    let count = bounded(input.map().map_err(shape)?)?;
    let mut edits = Edits::new();
    for _ in 0..count {
        let field = FieldId(input.u16().map_err(shape)?);
        expect_array(input, 2)?;
        let edit = match input.u8().map_err(shape)? {
            0 => Edit::Set(raw(input)?),
            1 => Edit::Put(read_pairs(input, |input| input.bool().map_err(shape))?),
            2 => Edit::Raise(read_pairs(input, |input| input.u64().map_err(shape))?),
            3 => {
                let count = bounded(input.array().map_err(shape)?)?;
                Edit::Grow((0..count).map(|_| raw(input)).collect::<Result<_, _>>()?)
            }
            _ => return Err(Damage::Shape),
        };
        if edits.insert(field, edit).is_some() {
            return Err(Damage::Shape);
        }
    }
    Ok(edits)
}

fn read_pairs<T>(
    input: &mut Decoder<'_>,
    mut second: impl FnMut(&mut Decoder<'_>) -> Result<T, Damage>,
) -> Result<BTreeMap<RawValue, T>, Damage> {
    let count = bounded(input.array().map_err(shape)?)?;
    let mut pairs = BTreeMap::new();
    for _ in 0..count {
        expect_array(input, 2)?;
        let first = raw(input)?;
        let second = second(input)?;
        pairs.insert(first, second);
    }
    Ok(pairs)
}

/// Takes one data item as it stands.
fn raw(input: &mut Decoder<'_>) -> Result<RawValue, Damage> {
    let start = input.position();
    input.skip().map_err(shape)?;
    Ok(RawValue::new(input.input()[start..input.position()].to_vec()))
}

fn bounded(count: Option<u64>) -> Result<u64, Damage> {
    count.filter(|count| *count <= MAX_ELEMENTS).ok_or(Damage::Shape)
}

fn expect_array(input: &mut Decoder<'_>, length: u64) -> Result<(), Damage> {
    match input.array() {
        Ok(Some(found)) if found == length => Ok(()),
        _ => Err(Damage::Shape),
    }
}

fn bytes<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], Damage> {
    input.bytes().map_err(shape)?.try_into().map_err(|_| Damage::Shape)
}

fn shape(_: minicbor::decode::Error) -> Damage {
    Damage::Shape
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use super::*;

    fn body(edits: Edits) -> Body {
        Body {
            item: ItemId([1; 16]),
            kind: KindId(2),
            device: DeviceId([3; 16]),
            seq: 4,
            previous: [5; 32],
            hlc: Hlc(6),
            operation: OperationId([7; 16]),
            deed: Deed::ADD,
            edits,
        }
    }

    /// A body with these edits, which are the last thing in it.
    fn with_edits(edits: &[u8]) -> Vec<u8> {
        let mut bytes = body(Edits::new()).encode().to_vec();
        bytes.pop();
        bytes.extend(edits);
        bytes
    }

    fn damage(bytes: &[u8]) -> Option<Damage> {
        Body::decode(bytes).err()
    }

    #[test]
    fn a_body_of_every_rule_is_read_as_it_was_written() {
        let word = || RawValue::new(vec![0x61, b'a']);
        let edits = Edits::from([
            (FieldId(1), Edit::Set(word())),
            (FieldId(2), Edit::Put(BTreeMap::from([(word(), true)]))),
            (FieldId(3), Edit::Raise(BTreeMap::from([(word(), 9)]))),
            (FieldId(4), Edit::Grow(vec![word(), word()])),
        ]);
        let written = body(edits);
        assert!(Body::decode(&written.encode()).unwrap() == written);
    }

    #[test]
    fn a_body_that_no_program_writes_is_damage() {
        assert_eq!(damage(&with_edits(&[0xA1, 0x01, 0x82, 0x00, 0x01])), None, "the form is right");
        for (edits, what) in [
            (&[0xA1, 0x01, 0x82, 0x04, 0x01][..], "a rule nobody knows"),
            (&[0xA1, 0x01, 0x81, 0x00], "an edit without its value"),
            (
                &[0xA1, 0x01, 0x82, 0x01, 0x81, 0x81, 0x01],
                "an element that is not said to be there",
            ),
            (&[0xA2, 0x01, 0x82, 0x00, 0x01, 0x01, 0x82, 0x00, 0x02], "a field named twice"),
            (&[0xBF, 0xFF], "a length that is not said"),
            (&[0xBB, 0, 0, 0, 1, 0, 0, 0, 0], "more edits than anybody makes"),
            (&[0xA0, 0x00], "something behind the end"),
            (&[0x80], "a list in place of the edits"),
        ] {
            assert_eq!(damage(&with_edits(edits)), Some(Damage::Shape), "{what}");
        }
    }

    #[test]
    fn what_a_seal_held_is_a_body_and_its_signature_and_nothing_else() {
        let encoded = body(Edits::new()).encode();
        let mut held = Writer::with_room(signed_length(encoded.len()));
        held.array(2).bytes(&encoded).bytes(&[0; Signature::BYTE_SIZE]);
        let mut held = held.finish();
        assert!(SignedBody::decode(&held).is_ok());
        held.push(0);
        assert_eq!(SignedBody::decode(&held).err(), Some(Damage::Shape));
        held.truncate(held.len() - 2);
        assert_eq!(SignedBody::decode(&held).err(), Some(Damage::Shape));
    }
}
