// SPDX-License-Identifier: MIT OR Apache-2.0
//! Putting values into a buffer of the caller's.
//!
//! A writer never fails in the middle: what did not fit is remembered and told once, by
//! [`Writer::finish`]. Maps are written in canonical order by whoever calls.

use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::status::Status;

/// A message being written.
pub struct Writer<'b> {
    encoder: Encoder<Cursor<&'b mut [u8]>>,
    has_overflowed: bool,
}

impl<'b> Writer<'b> {
    /// Begins at the start of a buffer.
    #[must_use]
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Self { encoder: Encoder::new(Cursor::new(buffer)), has_overflowed: false }
    }

    fn note<E>(&mut self, outcome: Result<(), E>) -> &mut Self {
        self.has_overflowed |= outcome.is_err();
        self
    }

    /// Writes the head of a map of so many pairs.
    pub fn map(&mut self, pairs: usize) -> &mut Self {
        let outcome = self.encoder.map(pairs as u64).map(|_| ());
        self.note(outcome)
    }

    /// Writes the head of an array of so many items.
    pub fn array(&mut self, items: usize) -> &mut Self {
        let outcome = self.encoder.array(items as u64).map(|_| ());
        self.note(outcome)
    }

    /// Writes an unsigned number.
    pub fn unsigned(&mut self, number: u64) -> &mut Self {
        let outcome = self.encoder.u64(number).map(|_| ());
        self.note(outcome)
    }

    /// Writes a number of either sign.
    pub fn integer(&mut self, number: i64) -> &mut Self {
        let outcome = self.encoder.i64(number).map(|_| ());
        self.note(outcome)
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let outcome = self.encoder.str(text).map(|_| ());
        self.note(outcome)
    }

    /// Writes bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let outcome = self.encoder.bytes(bytes).map(|_| ());
        self.note(outcome)
    }

    /// Writes the head of a byte string of so many bytes, which [`Self::raw`] then writes.
    pub fn bytes_head(&mut self, count: usize) -> &mut Self {
        let outcome = self.encoder.bytes_len(count as u64).map(|_| ());
        self.note(outcome)
    }

    /// Writes a truth value.
    pub fn boolean(&mut self, value: bool) -> &mut Self {
        let outcome = self.encoder.bool(value).map(|_| ());
        self.note(outcome)
    }

    /// Writes bytes as they are: an item that was encoded elsewhere, or a part of a byte string.
    pub fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        let outcome = minicbor::encode::Write::write_all(self.encoder.writer_mut(), encoded);
        self.note(outcome)
    }

    /// How many bytes were written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.encoder.writer().position()
    }

    /// Tells whether nothing was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends the message: how many bytes it has.
    ///
    /// # Errors
    /// [`Status::LimitExceeded`] where the buffer was too small.
    pub fn finish(self) -> Result<usize, Status> {
        if self.has_overflowed {
            return Err(Status::LimitExceeded);
        }
        Ok(self.encoder.writer().position())
    }
}
