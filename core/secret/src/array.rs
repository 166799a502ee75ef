// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets of a fixed size: keys, seeds, hashes of passphrases. Usable without an allocator.

use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// `N` secret bytes, wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct SecretArray<const N: usize>([u8; N]);

impl<const N: usize> SecretArray<N> {
    /// Takes the bytes over and wipes the place they came from.
    pub fn take(source: &mut [u8; N]) -> Self {
        let secret = Self(*source);
        source.zeroize();
        secret
    }

    /// Makes a secret by letting `fill` write into zeroed bytes.
    pub fn filled_by(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut secret = Self([0; N]);
        fill(&mut secret.0);
        secret
    }

    /// Makes a secret from a slice; `None` where its length is not `N`.
    #[must_use]
    pub fn from_slice(slice: &[u8]) -> Option<Self> {
        (slice.len() == N).then(|| Self::filled_by(|bytes| bytes.copy_from_slice(slice)))
    }

    /// Shows the bytes to code that needs them.
    #[must_use]
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// Makes a second copy; its name is meant to be found by a reader looking for copies.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0)
    }
}

impl<const N: usize> PartialEq for SecretArray<N> {
    fn eq(&self, other: &Self) -> bool {
        crate::equal_in_constant_time(&self.0, &other.0)
    }
}

impl<const N: usize> Eq for SecretArray<N> {}
