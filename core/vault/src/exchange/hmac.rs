// SPDX-License-Identifier: MIT OR Apache-2.0
//! Proofs that bytes are whole, made with a key (HMAC, RFC 2104), compared in constant time.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

const ANY_KEY: &str = "HMAC takes keys of any length";

/// Tells whether `proof` is the HMAC-SHA-256 of the parts, one after the other.
pub(super) fn is_sha256(key: &[u8], parts: &[&[u8]], proof: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect(ANY_KEY);
    parts.iter().for_each(|part| mac.update(part));
    mac.verify_slice(proof).is_ok()
}

/// Tells whether `proof` is the beginning of the HMAC-SHA-1 of bytes.
pub(super) fn begins_sha1(key: &[u8], bytes: &[u8], proof: &[u8]) -> bool {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect(ANY_KEY);
    mac.update(bytes);
    mac.verify_truncated_left(proof).is_ok()
}
