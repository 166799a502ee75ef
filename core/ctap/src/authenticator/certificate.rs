// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate for one U2F registration (U2F Raw Message Formats 1.2 section 4.3; RFC 5280).
//!
//! U2F has no registration without a certificate. Where none is enrolled, the new key signs one for
//! itself: it says nothing that the registration does not say, and no two registrations share
//! anything by which sites could tell that they are the same person's. Its only variable parts have
//! fixed lengths, so it is a frame with two gaps and a signature.

use heapless::Vec;
use rand_core::CryptoRng;

use crate::keys::{ECDSA_SIGNATURE_BYTES, Signature};

/// The length of an uncompressed point on P-256, in bytes.
pub(crate) const POINT_BYTES: usize = 65;
const SERIAL_BYTES: usize = 16;

/// TBSCertificate to the serial number: version 3.
const BEGIN: &[u8] = b"\x30\x81\xdc\xa0\x03\x02\x01\x02\x02\x10";
/// Issuer, validity (without end, RFC 5280 section 4.1.2.5) and subject.
const NAMES: &[u8] = b"\x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x0c\x08Kagifuda\
    \x30\x20\x17\x0d000101000000Z\x18\x0f99991231235959Z\
    \x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x0c\x08Kagifuda";
/// SubjectPublicKeyInfo to the point: a key on P-256.
const KEY: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
/// Basic constraints, critical: it is nobody's authority.
const EXTENSIONS: &[u8] =
    b"\xa3\x10\x30\x0e\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00";
/// ECDSA with SHA-256.
const ALGORITHM: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

/// The length of what is signed, in bytes.
const SIGNED_BYTES: usize = BEGIN.len()
    + SERIAL_BYTES
    + ALGORITHM.len()
    + NAMES.len()
    + KEY.len()
    + POINT_BYTES
    + EXTENSIONS.len();
const _: () = assert!(SIGNED_BYTES == 3 + 0xDC, "the length that BEGIN says");

/// The longest certificate, in bytes.
const CERTIFICATE_BYTES: usize = 4 + SIGNED_BYTES + ALGORITHM.len() + 3 + ECDSA_SIGNATURE_BYTES;

/// A certificate that is not signed yet.
pub(crate) struct Unsigned<'p> {
    serial: [u8; SERIAL_BYTES],
    point: &'p [u8; POINT_BYTES],
}

impl<'p> Unsigned<'p> {
    /// One for a public key.
    pub(crate) fn new<R: CryptoRng>(point: &'p [u8; POINT_BYTES], rng: &mut R) -> Self {
        let mut serial = [0; SERIAL_BYTES];
        rng.fill_bytes(&mut serial);
        // Positive, and not shorter than its length says.
        serial[0] = serial[0] & 0x3F | 0x40;
        Self { serial, point }
    }

    /// What is signed, in its parts.
    pub(crate) fn signed(&self) -> [&[u8]; 7] {
        [BEGIN, &self.serial, ALGORITHM, NAMES, KEY, self.point, EXTENSIONS]
    }

    /// The certificate as DER, with its signature.
    pub(crate) fn sign(&self, signature: &Signature) -> Vec<u8, CERTIFICATE_BYTES> {
        let signature_length = signature.len() as u8;
        let bits = [0x03, signature_length + 1, 0x00];
        let content = SIGNED_BYTES + ALGORITHM.len() + bits.len() + signature.len();
        let [high, low] = (content as u16).to_be_bytes();
        let head: &[u8] = match high {
            0 => &[0x30, 0x81, low],
            _ => &[0x30, 0x82, high, low],
        };
        let mut certificate = Vec::new();
        let signed = self.signed();
        let parts = [head].into_iter().chain(signed).chain([ALGORITHM, &bits, signature]);
        for part in parts {
            certificate.extend_from_slice(part).expect("room for the longest signature there is");
        }
        certificate
    }
}
