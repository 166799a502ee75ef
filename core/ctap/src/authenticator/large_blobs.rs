// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keeping the array of large blobs (CTAP 2.3 section 6.10).
//!
//! An array is written in parts, in their order, and counts once its last part came and its own hash at
//! its end is right; until then the one of before stays. It is hashed as it comes, because it may be
//! longer than what a board can hold at once.

use sha2::{Digest as _, Sha256};

use super::{About, Authenticator, Halt, Permissions, Turn};
use crate::cbor::Writer;
use crate::keys::KeyProvider;
use crate::message::large_blobs::{
    ARRAY_HASH_BYTES, EMPTY_ARRAY, LargeBlobs, authenticated, max_part_bytes,
};
use crate::status::Status;
use crate::store::{Store, StoreError};

/// How much of the array is copied at once, in bytes.
const COPY_BYTES: usize = 256;

/// An array that is being written.
#[derive(Clone)]
pub(crate) struct ArrayWrite {
    /// How long it is to become.
    length: usize,
    /// Where its next part begins.
    next: usize,
    /// What came of it before its own hash.
    hashed: Sha256,
    /// What came of that.
    told: [u8; ARRAY_HASH_BYTES],
}

impl ArrayWrite {
    fn begin(length: usize) -> Self {
        Self { length, next: 0, hashed: Sha256::new(), told: [0; ARRAY_HASH_BYTES] }
    }

    /// Takes the next part.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] where it reaches beyond the end.
    fn take(&mut self, part: &[u8]) -> Result<(), Status> {
        if part.len() > self.length - self.next {
            return Err(Status::InvalidParameter);
        }
        let body_length = self.length - ARRAY_HASH_BYTES;
        let body = body_length.saturating_sub(self.next).min(part.len());
        let (body, told) = part.split_at(body);
        self.hashed.update(body);
        if !told.is_empty() {
            let begin = self.next + body.len() - body_length;
            self.told[begin..begin + told.len()].copy_from_slice(told);
        }
        self.next += part.len();
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.next == self.length
    }

    fn is_intact(&self) -> bool {
        self.hashed.clone().finalize()[..ARRAY_HASH_BYTES] == self.told
    }
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn large_blobs<'r, R>(
        &mut self,
        parameters: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        turn.about = About::LargeBlobs;
        let request = LargeBlobs::read(parameters)?;
        let offset = request.offset.and_then(|offset| u32::try_from(offset).ok());
        let offset = offset.ok_or(Status::InvalidParameter)?;
        match (request.get, request.set) {
            (Some(count), None) => self.read_array(&request, count, offset as usize, out),
            (None, Some(part)) => self.write_array(&request, part, offset),
            _ => Err(Status::InvalidParameter.into()),
        }
    }

    fn read_array(
        &mut self,
        request: &LargeBlobs<'_>,
        count: u64,
        offset: usize,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let auth = &request.auth;
        if request.length.is_some() || auth.param.is_some() || auth.protocol.is_some() {
            return Err(Status::InvalidParameter.into());
        }
        let most = max_part_bytes(self.profile.max_message_bytes);
        let count = usize::try_from(count).ok().filter(|count| *count <= most);
        let count = count.ok_or(Status::InvalidLength)?;
        let kept = self.store.large_blob_bytes()?;
        let whole = kept.unwrap_or(EMPTY_ARRAY.len());
        let count = count.min(whole.checked_sub(offset).ok_or(Status::InvalidParameter)?);
        let mut writer = Writer::new(out);
        writer.map(1).unsigned(1).bytes_head(count);
        if kept.is_none() {
            writer.raw(&EMPTY_ARRAY[offset..offset + count]);
            return Ok(writer.finish()?);
        }
        let mut copied = 0;
        while copied < count {
            let mut buffer = [0; COPY_BYTES];
            let part = &mut buffer[..COPY_BYTES.min(count - copied)];
            if self.store.read_large_blob(offset + copied, part)? != part.len() {
                return Err(Status::Other.into());
            }
            writer.raw(part);
            copied += part.len();
        }
        Ok(writer.finish()?)
    }

    fn write_array(
        &mut self,
        request: &LargeBlobs<'_>,
        part: &[u8],
        offset: u32,
    ) -> Result<usize, Halt> {
        if part.len() > max_part_bytes(self.profile.max_message_bytes) {
            return Err(Status::InvalidLength.into());
        }
        let mut array = self.array_at(request, offset)?;
        self.verify_writer(request, part, offset)?;
        array.take(part)?;
        self.store.stage_large_blob(offset as usize, part).map_err(full)?;
        if !array.is_whole() {
            self.session.array = Some(array);
            return Ok(0);
        }
        if !array.is_intact() {
            self.session.array = None;
            return Err(Status::IntegrityFailure.into());
        }
        self.store.commit_large_blob(array.length).map_err(full)?;
        self.session.array = None;
        Ok(0)
    }

    /// The array that a part at this offset belongs to: a new one, or the one that is being written.
    fn array_at(&self, request: &LargeBlobs<'_>, offset: u32) -> Result<ArrayWrite, Status> {
        if offset == 0 {
            let length = request.length.ok_or(Status::InvalidParameter)?;
            if length > self.profile.max_large_blob_bytes as u64 {
                return Err(Status::LargeBlobStorageFull);
            }
            if length < EMPTY_ARRAY.len() as u64 {
                return Err(Status::InvalidParameter);
            }
            return Ok(ArrayWrite::begin(length as usize));
        }
        if request.length.is_some() {
            return Err(Status::InvalidParameter);
        }
        let array = self.session.array.as_ref().filter(|array| array.next == offset as usize);
        array.cloned().ok_or(Status::InvalidSeq)
    }

    /// Demands a token that may write large blobs, where there is anything to get one by.
    fn verify_writer(
        &mut self,
        request: &LargeBlobs<'_>,
        part: &[u8],
        offset: u32,
    ) -> Result<(), Status> {
        if !self.is_protected() && !self.settings.is_always_uv {
            return Ok(());
        }
        let param = request.auth.param.ok_or(Status::PuatRequired)?;
        let protocol = Self::protocol_of(&request.auth)?.ok_or(Status::PuatRequired)?;
        let message = authenticated(offset, part);
        self.session.verify_token(protocol, &[&message], param, Permissions::LARGE_BLOB, None)
    }
}

/// A store that is full has no room for this array, whatever room there is for passkeys.
fn full(error: StoreError) -> Halt {
    match error {
        StoreError::Full => Status::LargeBlobStorageFull.into(),
        other => other.into(),
    }
}
