// SPDX-License-Identifier: MIT OR Apache-2.0
//! HMAC (RFC 2104) over a message in parts, and the dynamic truncation of RFC 4226 section 5.3.
//! The primitives are RustCrypto's; their states wipe themselves.

use hmac::{Hmac, KeyInit, Mac};
use kagifuda_secret::SecretArray;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroize as _;

use crate::Algorithm;

/// The longest tag, SHA-512's.
pub(crate) const MAX_TAG_BYTES: usize = 64;

/// The result of an HMAC: 20, 32 or 64 bytes.
pub(crate) struct Tag {
    bytes: SecretArray<MAX_TAG_BYTES>,
    length: usize,
}

impl Tag {
    /// Computes HMAC(key, parts joined).
    pub(crate) fn of(algorithm: Algorithm, key: &[u8], parts: &[&[u8]]) -> Self {
        match algorithm {
            Algorithm::Sha1 => compute::<Hmac<Sha1>>(key, parts),
            Algorithm::Sha256 => compute::<Hmac<Sha256>>(key, parts),
            Algorithm::Sha512 => compute::<Hmac<Sha512>>(key, parts),
        }
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.bytes.expose()[..self.length]
    }

    /// Takes 31 bits from the place the last four bits point to.
    pub(crate) fn truncated(&self) -> u32 {
        let tag = self.expose();
        let offset = usize::from(tag[self.length - 1] & 0x0f);
        u32::from_be_bytes([tag[offset], tag[offset + 1], tag[offset + 2], tag[offset + 3]])
            & 0x7fff_ffff
    }

    /// Takes 63 bits from the same place, as Yandex does; the tag has 32 bytes or more.
    pub(crate) fn truncated_long(&self) -> u64 {
        let tag = self.expose();
        let offset = usize::from(tag[self.length - 1] & 0x0f);
        tag[offset..].iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
            & (u64::MAX >> 1)
    }
}

fn compute<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Tag {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    let mut tag = mac.finalize().into_bytes();
    let length = tag.len();
    let bytes = SecretArray::filled_by(|bytes: &mut [u8; MAX_TAG_BYTES]| {
        bytes[..length].copy_from_slice(&tag);
    });
    tag.as_mut_slice().zeroize();
    Tag { bytes, length }
}
