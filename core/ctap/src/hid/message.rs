// SPDX-License-Identifier: MIT OR Apache-2.0
//! A message put together from its packets (CTAP 2.3 section 11.2.4), in memory of fixed size that
//! is wiped before it holds anything else.

use zeroize::Zeroize as _;

/// The packet is not the next of this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfOrder;

/// The message is longer than the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// A message of at most `N` bytes, whole or not yet.
pub(super) struct Message<const N: usize> {
    bytes: [u8; N],
    length: usize,
    filled: usize,
    sequence: u8,
}

impl<const N: usize> Message<N> {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; N], length: 0, filled: 0, sequence: 0 }
    }

    /// Forgets what was there and begins with what a first packet holds.
    pub(super) fn begin(&mut self, length: u16, data: &[u8]) -> Result<(), TooLong> {
        self.wipe();
        if usize::from(length) > N {
            return Err(TooLong);
        }
        self.length = usize::from(length);
        self.fill(data);
        Ok(())
    }

    /// Goes on with a further packet.
    pub(super) fn go_on(&mut self, sequence: u8, data: &[u8]) -> Result<(), OutOfOrder> {
        if self.is_whole() || sequence != self.sequence {
            return Err(OutOfOrder);
        }
        self.sequence += 1;
        self.fill(data);
        Ok(())
    }

    fn fill(&mut self, data: &[u8]) {
        let used = data.len().min(self.length - self.filled);
        self.bytes[self.filled..self.filled + used].copy_from_slice(&data[..used]);
        self.filled += used;
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.filled == self.length
    }

    /// What has come so far: the message, if it [is whole](Self::is_whole).
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    pub(super) fn wipe(&mut self) {
        self.bytes[..self.filled].zeroize();
        (self.length, self.filled, self.sequence) = (0, 0, 0);
    }
}

impl<const N: usize> Drop for Message<N> {
    fn drop(&mut self) {
        self.wipe();
    }
}
