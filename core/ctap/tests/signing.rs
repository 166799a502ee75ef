// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys in software sign as RFC 6979 has it, whatever parts a message comes in.
#![allow(clippy::unwrap_used, missing_docs, reason = "a failing call is a failing test")]

use kagifuda_ctap::cose::Algorithm;
use kagifuda_ctap::keys::{KeyProvider as _, PrivateKey, SoftwareKeys};
use p256::ecdsa::signature::Signer as _;

/// RFC 6979, appendix A.2.5: the key, and r and s for "sample" with SHA-256.
const KEY: [u8; 32] = [
    0xC9, 0xAF, 0xA9, 0xD8, 0x45, 0xBA, 0x75, 0x16, 0x6B, 0x5C, 0x21, 0x57, 0x67, 0xB1, 0xD6, 0x93,
    0x4E, 0x50, 0xC3, 0xDB, 0x36, 0xE8, 0x9B, 0x12, 0x7B, 0x8A, 0x62, 0x2B, 0x12, 0x0F, 0x67, 0x21,
];
const R: [u8; 32] = [
    0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD, 0x9C, 0xD4, 0x5E, 0x81, 0xD6,
    0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA, 0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16,
];
const S: [u8; 32] = [
    0xF7, 0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1, 0xB6, 0xE2, 0x9F, 0x65,
    0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4, 0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8,
];

fn signed(algorithm: Algorithm, key: &[u8], message: &[&[u8]]) -> Vec<u8> {
    let key = PrivateKey::new(key).unwrap();
    SoftwareKeys::locked().sign(algorithm, &key, message).unwrap().to_vec()
}

#[test]
fn es256_signs_as_the_rfc_has_it() {
    let expected = p256::ecdsa::Signature::from_scalars(R, S).unwrap();
    for message in [&[&b"sample"[..]][..], &[b"sam", b"", b"ple"]] {
        let signature = signed(Algorithm::Es256, &KEY, message);
        assert_eq!(signature, expected.to_der().as_bytes());
    }
}

#[test]
fn es384_signs_as_a_key_that_knows_its_public_half_does() {
    let key = [0x6B; 48];
    let signer = p384::ecdsa::SigningKey::from_slice(&key).unwrap();
    let expected: p384::ecdsa::Signature = signer.sign(b"sample");
    assert_eq!(signed(Algorithm::Es384, &key, &[b"sam", b"ple"]), expected.to_der().as_bytes());
}

#[test]
fn what_is_no_scalar_does_not_sign() {
    for (algorithm, bytes) in [(Algorithm::Es256, 32), (Algorithm::Es384, 48)] {
        for no_scalar in [vec![0; bytes], vec![0xFF; bytes], vec![1; bytes + 1]] {
            let Some(key) = PrivateKey::new(&no_scalar) else { continue };
            assert!(SoftwareKeys::locked().sign(algorithm, &key, &[b"sample"]).is_err());
        }
    }
}
