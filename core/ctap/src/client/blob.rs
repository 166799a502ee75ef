// SPDX-License-Identifier: MIT OR Apache-2.0
//! The blobs in an array of large blobs (CTAP 2.3 section 6.10.3): compressed, then encrypted under the
//! key a credential has for its blob.
//!
//! The array does not say whose blob is whose: one is found by trying the key on each. Blobs of other
//! credentials, and what nobody here understands, stay as they are. Blobs are read however they were
//! compressed; compressing well takes a heap, so who has one hands a blob in compressed, and who has none
//! lets it be stored, which is a form of compressed data too (RFC 1951 section 3.2.4).

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use rand_core::CryptoRng;
use zeroize::Zeroize as _;

use super::{ClientError, finish};
use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The length of the key of a credential's blob, in bytes.
pub const BLOB_KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// The most bytes of one stored block, and the bytes before it.
const BLOCK_BYTES: usize = 0xFFFF;
const BLOCK_HEAD_BYTES: usize = 5;

/// A blob on its way to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blob<'a> {
    /// As it is; it is stored without becoming smaller.
    Plain(&'a [u8]),
    /// Compressed (RFC 1951, without header or checksum).
    Deflated {
        /// The compressed bytes.
        bytes: &'a [u8],
        /// How many bytes it had before.
        original_bytes: u64,
    },
}

impl Blob<'_> {
    const fn original_bytes(&self) -> u64 {
        match self {
            Self::Plain(bytes) => bytes.len() as u64,
            Self::Deflated { original_bytes, .. } => *original_bytes,
        }
    }

    /// How many bytes it has in compressed form.
    fn deflated_bytes(&self) -> usize {
        match self {
            Self::Plain(bytes) => {
                bytes.len() + bytes.len().div_ceil(BLOCK_BYTES).max(1) * BLOCK_HEAD_BYTES
            }
            Self::Deflated { bytes, .. } => bytes.len(),
        }
    }

    /// Writes it in compressed form.
    fn write(&self, writer: &mut Writer<'_>) {
        let mut left = match self {
            Self::Plain(bytes) => *bytes,
            Self::Deflated { bytes, .. } => {
                writer.raw(bytes);
                return;
            }
        };
        loop {
            let (block, rest) = left.split_at(left.len().min(BLOCK_BYTES));
            let [low, high] = (block.len() as u16).to_le_bytes();
            let is_last = u8::from(rest.is_empty());
            writer.raw(&[is_last, low, high, !low, !high]).raw(block);
            if rest.is_empty() {
                return;
            }
            left = rest;
        }
    }
}

/// One element of the array.
struct Entry<'a> {
    ciphertext: &'a [u8],
    nonce: [u8; NONCE_BYTES],
    original_bytes: u64,
}

impl<'a> Entry<'a> {
    /// Reads an element; `None` where it is not a blob as the specification has them.
    fn read(element: &'a [u8]) -> Option<Self> {
        let (mut ciphertext, mut nonce, mut original_bytes) = (None, None, None);
        let read: Result<(), Status> = Reader::new(element).each_number(|number, value| {
            match number {
                1 => ciphertext = Some(value.bytes()?),
                2 => nonce = Some(value.bytes()?),
                3 => original_bytes = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        });
        read.ok()?;
        let ciphertext = ciphertext.filter(|bytes: &&[u8]| bytes.len() >= TAG_BYTES)?;
        let nonce = nonce?.try_into().ok()?;
        Some(Self { ciphertext, nonce, original_bytes: original_bytes? })
    }

    /// How many bytes it takes to open it.
    const fn body_bytes(&self) -> usize {
        self.ciphertext.len() - TAG_BYTES
    }

    /// Decrypts it into a place of [`Self::body_bytes`]; tells whether the key is the right one. Where it
    /// is not, the place is wiped.
    fn open(&self, key: &[u8; BLOB_KEY_BYTES], place: &mut [u8]) -> bool {
        let (body, tag) = self.ciphertext.split_at(self.body_bytes());
        let Ok(tag) = <[u8; TAG_BYTES]>::try_from(tag) else { return false };
        place.copy_from_slice(body);
        let opened = Aes256Gcm::new(key.into()).decrypt_inout_detached(
            &Nonce::from(self.nonce),
            &associated(self.original_bytes),
            (&mut *place).into(),
            &Tag::from(tag),
        );
        if opened.is_err() {
            place.zeroize();
        }
        opened.is_ok()
    }
}

/// What a blob's encryption is bound to.
fn associated(original_bytes: u64) -> [u8; 12] {
    let mut data = *b"blob\0\0\0\0\0\0\0\0";
    data[4..].copy_from_slice(&original_bytes.to_le_bytes());
    data
}

/// The elements of an array, each as CBOR.
fn elements(array: &[u8]) -> Result<impl Iterator<Item = Result<&[u8], ClientError>>, ClientError> {
    let mut reader = Reader::new(array);
    let mut left = reader.array().map_err(|_| ClientError::Damaged)?;
    Ok(core::iter::from_fn(move || {
        left = left.checked_sub(1)?;
        let element = reader.raw().map_err(|_| ClientError::Damaged);
        if element.is_err() {
            left = 0;
        }
        Some(element)
    }))
}

/// Finds the blob of a credential in an array and reads it into the front of `room`; `None` where there is
/// none. `room` has to take the blob as it is and as it is kept beside each other: twice the longest
/// array is always enough. It is to be wiped by the caller.
///
/// # Errors
/// [`ClientError::Damaged`] where the array, or the blob that the key opens, is not what it should be;
/// [`ClientError::BufferTooSmall`].
pub fn find(
    array: &[u8],
    key: &[u8; BLOB_KEY_BYTES],
    room: &mut [u8],
) -> Result<Option<usize>, ClientError> {
    for element in elements(array)? {
        let Some(entry) = Entry::read(element?) else { continue };
        let too_small = ClientError::BufferTooSmall;
        let at = room.len().checked_sub(entry.body_bytes()).ok_or(too_small)?;
        let (front, place) = room.split_at_mut(at);
        if !entry.open(key, place) {
            continue;
        }
        let length = usize::try_from(entry.original_bytes).map_err(|_| too_small)?;
        let front = front.get_mut(..length).ok_or(too_small)?;
        let is_whole = inflate(place, front);
        place.zeroize();
        return if is_whole { Ok(Some(length)) } else { Err(ClientError::Damaged) };
    }
    Ok(None)
}

/// Decompresses into a place that has exactly the right length; tells whether it fitted.
fn inflate(deflated: &[u8], place: &mut [u8]) -> bool {
    let mut state = DecompressorOxide::new();
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut state, deflated, place, 0, flags);
    status == TINFLStatus::Done && written == place.len()
}

/// Writes an array like this one, in which the credential has this blob and no other, or none at all; its
/// length, without the hash that [`super::ArrayWriter`] puts behind it.
///
/// # Errors
/// [`ClientError::Damaged`] where the array is not one; [`ClientError::BufferTooSmall`] where `out` does
/// not take the old array and the new blob together.
pub fn replace<R: CryptoRng>(
    array: &[u8],
    key: &[u8; BLOB_KEY_BYTES],
    blob: Option<Blob<'_>>,
    rng: &mut R,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let mut kept = 0;
    for element in elements(array)? {
        kept += usize::from(!is_of(key, element?, out)?);
    }
    let mut writer = Writer::new(out);
    writer.array(kept + usize::from(blob.is_some()));
    let mut length = finish(writer)?;
    for element in elements(array)? {
        let element = element?;
        let rest = &mut out[length..];
        if is_of(key, element, rest)? {
            continue;
        }
        let place = rest.get_mut(..element.len()).ok_or(ClientError::BufferTooSmall)?;
        place.copy_from_slice(element);
        length += element.len();
    }
    if let Some(blob) = blob {
        length += seal(key, &blob, rng, &mut out[length..])?;
    }
    Ok(length)
}

/// Writes an array with the blobs of one and, behind them, those of another that it has not; its length,
/// without a hash.
///
/// # Errors
/// [`ClientError::Damaged`] where one of them is no array; [`ClientError::BufferTooSmall`] where `out` does
/// not take both.
pub fn join(array: &[u8], more: &[u8], out: &mut [u8]) -> Result<usize, ClientError> {
    let has = |element: &[u8]| -> Result<bool, ClientError> {
        for kept in elements(array)? {
            if kept? == element {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let mut count = 0;
    for element in elements(array)? {
        element?;
        count += 1;
    }
    for element in elements(more)? {
        count += usize::from(!has(element?)?);
    }
    let mut writer = Writer::new(out);
    writer.array(count);
    for element in elements(array)? {
        writer.raw(element?);
    }
    for element in elements(more)? {
        let element = element?;
        if !has(element)? {
            writer.raw(element);
        }
    }
    finish(writer)
}

/// Tells whether a key opens an element; `scratch` is used and wiped.
fn is_of(
    key: &[u8; BLOB_KEY_BYTES],
    element: &[u8],
    scratch: &mut [u8],
) -> Result<bool, ClientError> {
    let Some(entry) = Entry::read(element) else { return Ok(false) };
    let place = scratch.get_mut(..entry.body_bytes()).ok_or(ClientError::BufferTooSmall)?;
    let opened = entry.open(key, place);
    place.zeroize();
    Ok(opened)
}

/// Writes an element with a blob; its length.
fn seal<R: CryptoRng>(
    key: &[u8; BLOB_KEY_BYTES],
    blob: &Blob<'_>,
    rng: &mut R,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let body_bytes = blob.deflated_bytes();
    let mut writer = Writer::new(out);
    writer.map(3).unsigned(1).bytes_head(body_bytes + TAG_BYTES);
    let begin = writer.len();
    blob.write(&mut writer);
    writer.raw(&[0; TAG_BYTES]);
    writer.unsigned(2).bytes(&nonce).unsigned(3).unsigned(blob.original_bytes());
    let length = finish(writer)?;
    let (body, behind) = out[begin..length].split_at_mut(body_bytes);
    let tag = Aes256Gcm::new(key.into())
        .encrypt_inout_detached(
            &Nonce::from(nonce),
            &associated(blob.original_bytes()),
            body.into(),
        )
        .map_err(|_| ClientError::BufferTooSmall)?;
    behind[..TAG_BYTES].copy_from_slice(&tag);
    Ok(length)
}
