// SPDX-License-Identifier: MIT OR Apache-2.0
//! AES-256-GCM (SP 800-38D) as the phone apps use it: 96-bit nonce, mostly no associated data, tag last.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use kagifuda_secret::SecretArray;
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub(super) const NONCE_BYTES: usize = 12;

/// Bytes of a tag.
pub(super) const TAG_BYTES: usize = 16;

/// Opens ciphertext and tag; `None` where key, nonce or bytes are not the right ones.
pub(super) fn open(
    key: &SecretArray<32>,
    nonce: &[u8; NONCE_BYTES],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    open_with(key, nonce, b"", sealed)
}

/// Opens ciphertext and tag that were sealed with associated data.
pub(super) fn open_with(
    key: &SecretArray<32>,
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Aes256Gcm::new(key.expose().into());
    let sealed = Payload { msg: sealed, aad: associated };
    cipher.decrypt(&Nonce::from(*nonce), sealed).ok().map(Zeroizing::new)
}

/// Seals; the tag is appended.
pub(super) fn seal(key: &SecretArray<32>, nonce: &[u8; NONCE_BYTES], plain: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new(key.expose().into());
    cipher.encrypt(&Nonce::from(*nonce), plain).expect("the text is shorter than GCM's 64 GiB")
}
