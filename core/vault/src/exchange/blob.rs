// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a site left beside a passkey, on its way between programs: compressed, with the size it claims to
//! have (CXF 1.0 section 3.3.12.5). A claim is believed once the bytes were seen to have that size.

use core::iter;

use kagifuda_secret::SecretBytes;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use zeroize::Zeroizing;

/// The longest blob that is read or written, before it is compressed. A key has kilobytes for all its blobs.
pub const MAX_LARGE_BLOB_BYTES: usize = 1 << 20;

/// How hard compression tries, of 10.
const COMPRESSION: u8 = 9;
/// The most bytes that one compressed byte stands for (RFC 1951 allows 258 for two bits).
const MAX_EXPANSION: usize = 1032;

/// What a site left beside a passkey (largeBlob).
#[derive(PartialEq, Eq)]
pub struct LargeBlob {
    deflated: SecretBytes,
    original_bytes: u64,
}

impl LargeBlob {
    /// Compresses a blob; `None` where it is longer than [`MAX_LARGE_BLOB_BYTES`].
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let is_short = bytes.len() <= MAX_LARGE_BLOB_BYTES;
        is_short.then(|| Self {
            deflated: SecretBytes::new(compress_to_vec(bytes, COMPRESSION)),
            original_bytes: bytes.len() as u64,
        })
    }

    /// Takes compressed bytes whose size before is only claimed; `None` where that is not true. They are
    /// compressed anew, so that nothing hides behind their end.
    pub(super) fn claimed(deflated: &[u8], original_bytes: u64) -> Option<Self> {
        let most = MAX_LARGE_BLOB_BYTES.min(deflated.len().saturating_mul(MAX_EXPANSION));
        let length = usize::try_from(original_bytes).ok().filter(|length| *length <= most)?;
        let mut bytes = Zeroizing::new(vec![0; length]);
        let written =
            decompress_slice_iter_to_slice(&mut bytes, iter::once(deflated), false, true).ok()?;
        if written == length { Self::of(&bytes) } else { None }
    }

    /// The compressed bytes (RFC 1951, without header or checksum).
    #[must_use]
    pub fn deflated(&self) -> &[u8] {
        self.deflated.expose()
    }

    /// How many bytes it has before it is compressed.
    #[must_use]
    pub const fn original_bytes(&self) -> u64 {
        self.original_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_size_is_believed_only_where_it_is_true() {
        for bytes in [&b""[..], b"a", &[7; 5000], &[0; MAX_LARGE_BLOB_BYTES]] {
            let blob = LargeBlob::of(bytes).expect("short enough");
            let claim = |length: u64| LargeBlob::claimed(blob.deflated(), length);
            assert!(claim(blob.original_bytes()).is_some_and(|again| again == blob));
            assert!(claim(blob.original_bytes() + 1).is_none());
            assert!(blob.original_bytes().checked_sub(1).and_then(claim).is_none());
            assert!(claim(u64::MAX).is_none());
        }
        assert!(LargeBlob::of(&[0; MAX_LARGE_BLOB_BYTES + 1]).is_none());
        assert!(LargeBlob::claimed(b"", 0).is_none(), "nothing is no compressed form of nothing");
        assert!(LargeBlob::claimed(b"no such form", 3).is_none());
    }

    #[test]
    fn what_stands_behind_the_end_is_left() {
        let blob = LargeBlob::of(b"a blob").expect("short enough");
        let longer = [blob.deflated(), b"more"].concat();
        assert!(LargeBlob::claimed(&longer, 6).is_some_and(|again| again == blob));
    }
}
