// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorLargeBlobs (CTAP 2.3 section 6.10): the array of blobs that sites keep on the key,
//! read and written in parts.

use super::PinUvAuth;
use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The length of the array's own hash at its end, in bytes.
pub const ARRAY_HASH_BYTES: usize = 16;

/// The array of a key to which none was written: no blobs, and the first half of that one byte's
/// SHA-256 hash.
pub const EMPTY_ARRAY: [u8; 1 + ARRAY_HASH_BYTES] = [
    0x80, 0x76, 0xBE, 0x8B, 0x52, 0x8D, 0x00, 0x75, 0xF7, 0xAA, 0xE9, 0x8D, 0x6F, 0xA5, 0x7A, 0x6D,
    0x3C,
];

/// What a message cannot use for a part of the array, in bytes.
const OVERHEAD_BYTES: usize = 64;

/// The longest part of the array in one message, in bytes, for messages of at most so many.
#[must_use]
pub const fn max_part_bytes(max_message_bytes: usize) -> usize {
    max_message_bytes.saturating_sub(OVERHEAD_BYTES)
}

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LargeBlobs<'a> {
    /// How many bytes are to be read.
    pub get: Option<u64>,
    /// The part that is to be written.
    pub set: Option<&'a [u8]>,
    /// Where the part begins.
    pub offset: Option<u64>,
    /// The length of the whole array; with its first part only.
    pub length: Option<u64>,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
}

impl<'a> LargeBlobs<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] for a parameter of another type.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut request = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => request.get = Some(value.unsigned()?),
                2 => request.set = Some(value.bytes()?),
                3 => request.offset = Some(value.unsigned()?),
                4 => request.length = Some(value.unsigned()?),
                5 => request.auth.param = Some(value.bytes()?),
                6 => request.auth.protocol = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(request)
    }

    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [
            self.get.is_some(),
            self.set.is_some(),
            self.offset.is_some(),
            self.length.is_some(),
            self.auth.param.is_some(),
            self.auth.protocol.is_some(),
        ];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        if let Some(count) = self.get {
            writer.unsigned(1).unsigned(count);
        }
        if let Some(part) = self.set {
            writer.unsigned(2).bytes(part);
        }
        for (number, value) in [(3, self.offset), (4, self.length)] {
            if let Some(value) = value {
                writer.unsigned(number).unsigned(value);
            }
        }
        if let Some(param) = self.auth.param {
            writer.unsigned(5).bytes(param);
        }
        if let Some(protocol) = self.auth.protocol {
            writer.unsigned(6).unsigned(protocol);
        }
    }
}

/// The message that the authentication of a written part is over.
#[must_use]
pub fn authenticated(offset: u32, part: &[u8]) -> [u8; 70] {
    use sha2::Digest as _;
    let mut message = [0xFF; 70];
    message[32..34].copy_from_slice(&[0x0C, 0x00]);
    message[34..38].copy_from_slice(&offset.to_le_bytes());
    message[38..].copy_from_slice(&sha2::Sha256::digest(part));
    message
}

/// Reads a checked answer: the part of the array.
///
/// # Errors
/// [`Status::MissingParameter`] or [`Status::CborUnexpectedType`]; here they blame the key.
pub fn read_part(checked: &[u8]) -> Result<&[u8], Status> {
    let mut part = None;
    Reader::new(checked).each_number(|number, value| match number {
        1 => {
            part = Some(value.bytes()?);
            Ok(true)
        }
        _ => Ok(false),
    })?;
    part.ok_or(Status::MissingParameter)
}
