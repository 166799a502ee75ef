// SPDX-License-Identifier: MIT OR Apache-2.0
//! AES-256-CBC (SP 800-38A) with the padding of PKCS #7, as older phone apps use it: nothing proves that the
//! text is whole or the key right, so whoever opens must look at what came out.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use kagifuda_secret::SecretArray;
use zeroize::Zeroizing;

/// Bytes of a block, and of an initial vector.
pub(super) const BLOCK_BYTES: usize = 16;

/// The initial vector of apps that use none.
pub(super) const NO_VECTOR: [u8; BLOCK_BYTES] = [0; BLOCK_BYTES];

/// Opens; `None` where the length or the padding cannot be.
pub(super) fn open(
    key: &SecretArray<32>,
    vector: &[u8; BLOCK_BYTES],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    if sealed.is_empty() || !sealed.len().is_multiple_of(BLOCK_BYTES) {
        return None;
    }
    let mut text = Zeroizing::new(sealed.to_vec());
    let cipher = cbc::Decryptor::<Aes256>::new(key.expose().into(), vector.into());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}
