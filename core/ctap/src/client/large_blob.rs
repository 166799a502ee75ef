// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading and writing the array of large blobs as a whole, part by part (CTAP 2.3 section 6.10).
//!
//! The array is CBOR with the first half of its SHA-256 hash behind it; the hash is made and checked
//! here. A key may be unplugged in the middle of writing and keeps the array of before.

use sha2::{Digest as _, Sha256};

use super::{ClientError, Token, body, finish, garbled, request};
use crate::cbor::Writer;
use crate::message::Command;
use crate::message::large_blobs::{
    ARRAY_HASH_BYTES, LargeBlobs, authenticated, max_part_bytes, read_part,
};

/// Reads the array into the caller's room.
pub struct ArrayReader<'b> {
    room: &'b mut [u8],
    have: usize,
    part_bytes: usize,
    is_whole: bool,
}

impl<'b> ArrayReader<'b> {
    /// Begins, for a key that takes messages of at most so many bytes. The room has to take the largest
    /// array the key keeps and one byte more, by which the end is known.
    #[must_use]
    pub const fn new(max_message_bytes: usize, room: &'b mut [u8]) -> Self {
        let part_bytes = max_part_bytes(max_message_bytes);
        Self { room, have: 0, part_bytes, is_whole: false }
    }

    /// How many bytes the next part has at most.
    fn wanted(&self) -> usize {
        self.part_bytes.min(self.room.len() - self.have)
    }

    /// The next request; `None` at the end.
    ///
    /// # Errors
    /// [`ClientError::BufferTooSmall`], also where the array is longer than the room.
    pub fn request(&self, out: &mut [u8]) -> Result<Option<usize>, ClientError> {
        if self.is_whole {
            return Ok(None);
        }
        if self.wanted() == 0 {
            return Err(ClientError::BufferTooSmall);
        }
        let wanted = LargeBlobs {
            get: Some(self.wanted() as u64),
            offset: Some(self.have as u64),
            ..LargeBlobs::default()
        };
        request(Command::LargeBlobs, out, |writer| wanted.write(writer)).map(Some)
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// What the key refused with, or [`ClientError::Garbled`].
    pub fn take(&mut self, answer: &[u8]) -> Result<(), ClientError> {
        let part = read_part(body(answer)?).map_err(garbled)?;
        let wanted = self.wanted();
        if part.len() > wanted {
            return Err(ClientError::Garbled);
        }
        self.room[self.have..self.have + part.len()].copy_from_slice(part);
        self.have += part.len();
        self.is_whole = part.len() < wanted;
        Ok(())
    }

    /// The array as CBOR, without its hash.
    ///
    /// # Errors
    /// [`ClientError::Damaged`] where the hash is wrong or the end was not reached; then the
    /// specification has a platform go on as if the array were empty.
    pub fn finish(self) -> Result<&'b [u8], ClientError> {
        let whole = self.room.get(..self.have).filter(|_| self.is_whole);
        let (array, told) = whole
            .and_then(|whole| whole.split_last_chunk::<ARRAY_HASH_BYTES>())
            .ok_or(ClientError::Damaged)?;
        if hash_of(array) == *told { Ok(array) } else { Err(ClientError::Damaged) }
    }
}

/// Writes an array. A key that is protected wants a token with
/// [`Permissions::LARGE_BLOB`](crate::authenticator::Permissions::LARGE_BLOB).
pub struct ArrayWriter<'a> {
    array: &'a [u8],
    hash: [u8; ARRAY_HASH_BYTES],
    token: Option<&'a Token>,
    sent: usize,
    part_bytes: usize,
}

impl<'a> ArrayWriter<'a> {
    /// Begins to write an array, given as CBOR without its hash, to a key that takes messages of at most so
    /// many bytes.
    #[must_use]
    pub fn new(max_message_bytes: usize, array: &'a [u8], token: Option<&'a Token>) -> Self {
        let part_bytes = max_part_bytes(max_message_bytes);
        Self { array, hash: hash_of(array), token, sent: 0, part_bytes }
    }

    const fn length(&self) -> usize {
        self.array.len() + ARRAY_HASH_BYTES
    }

    /// The next part's length.
    fn next(&self) -> usize {
        self.part_bytes.min(self.length() - self.sent)
    }

    /// The next request; `None` once everything was taken.
    ///
    /// # Errors
    /// [`ClientError::BufferTooSmall`].
    pub fn request(&self, out: &mut [u8]) -> Result<Option<usize>, ClientError> {
        let count = self.next();
        if self.sent == self.length() {
            return Ok(None);
        }
        let (first, rest) = out.split_first_mut().ok_or(ClientError::BufferTooSmall)?;
        *first = Command::LargeBlobs as u8;
        let is_first = self.sent == 0;
        let pairs = 2 + usize::from(is_first) + 2 * usize::from(self.token.is_some());
        let mut writer = Writer::new(rest);
        writer.map(pairs).unsigned(2).bytes_head(count);
        let begin = writer.len();
        let end = self.sent + count;
        let of_array = self.array.get(self.sent..end.min(self.array.len())).unwrap_or_default();
        let of_hash =
            self.sent.saturating_sub(self.array.len())..end.saturating_sub(self.array.len());
        writer.raw(of_array).raw(&self.hash[of_hash]);
        writer.unsigned(3).unsigned(self.sent as u64);
        if is_first {
            writer.unsigned(4).unsigned(self.length() as u64);
        }
        let end = finish(writer)?;
        let Some(token) = self.token else { return Ok(Some(1 + end)) };
        let (before, behind) = rest.split_at_mut(end);
        let offset = u32::try_from(self.sent).map_err(|_| ClientError::BufferTooSmall)?;
        let message = authenticated(offset, &before[begin..begin + count]);
        let param = token.authenticate(&[&message]);
        let mut writer = Writer::new(behind);
        writer.unsigned(5).bytes(&param).unsigned(6).unsigned(token.protocol().number());
        Ok(Some(1 + end + finish(writer)?))
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// What the key refused with; the array of before is still there.
    pub fn take(&mut self, answer: &[u8]) -> Result<(), ClientError> {
        body(answer)?;
        self.sent += self.next();
        Ok(())
    }
}

fn hash_of(array: &[u8]) -> [u8; ARRAY_HASH_BYTES] {
    let mut hash = [0; ARRAY_HASH_BYTES];
    hash.copy_from_slice(&Sha256::digest(array)[..ARRAY_HASH_BYTES]);
    hash
}
