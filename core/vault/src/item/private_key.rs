// SPDX-License-Identifier: MIT OR Apache-2.0
//! Private keys of passkeys: PKCS #8 (RFC 5958), in which they are kept and move from program to program, and the
//! bare number or seed, with which a key signs.
//!
//! Algorithms go by their COSE numbers. Known are ES256, ES384 (RFC 5915) and Ed25519 (RFC 8410).

use kagifuda_secret::SecretBytes;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::spki::AlgorithmIdentifier;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const ES384: i64 = -35;

/// Why a private key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// It is not PKCS #8, or not a key of the algorithm it names.
    Malformed,
    /// It is for an algorithm that is not known here, such as RSA.
    UnknownAlgorithm,
}

/// The curve of an algorithm and the length of its keys, in bytes.
const fn curve(algorithm: i64) -> Option<(ObjectIdentifier, usize)> {
    match algorithm {
        ES256 => Some((P256, 32)),
        ES384 => Some((P384, 48)),
        _ => None,
    }
}

/// Writes a key as PKCS #8, without its public half, which whoever reads it can work out; `None` where it
/// is too long for any.
#[must_use]
pub fn private_key(algorithm: i64, bare: &[u8]) -> Option<SecretBytes> {
    let (info, inner) = match curve(algorithm) {
        Some((curve, _)) => {
            let private = EcPrivateKey { private_key: bare, parameters: None, public_key: None };
            let inner = Zeroizing::new(private.to_der().ok()?);
            (AlgorithmIdentifier { oid: EC, parameters: Some(curve) }, inner)
        }
        None => {
            let inner = Zeroizing::new(OctetStringRef::new(bare).ok()?.to_der().ok()?);
            (AlgorithmIdentifier { oid: ED25519, parameters: None }, inner)
        }
    };
    let parameters = info.parameters.as_ref().map(Into::into);
    let algorithm = AlgorithmIdentifier { oid: info.oid, parameters };
    let whole = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&inner).ok()?);
    whole.to_der().ok().map(SecretBytes::new)
}

/// Reads the bare key out of PKCS #8; `None` for another algorithm or what is not PKCS #8.
#[must_use]
pub fn bare_key(algorithm: i64, pkcs8: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if key_algorithm(pkcs8).ok()? != algorithm {
        return None;
    }
    let info = PrivateKeyInfoRef::from_der(pkcs8).ok()?;
    let inner = info.private_key.as_bytes();
    let (key, length) = match curve(algorithm) {
        Some((_, length)) => (EcPrivateKey::from_der(inner).ok()?.private_key, length),
        None => (<&OctetStringRef>::from_der(inner).ok()?.as_bytes(), 32),
    };
    (key.len() == length).then(|| Zeroizing::new(key.to_vec()))
}

/// The COSE number of the algorithm a key is for.
///
/// # Errors
/// [`PrivateKeyError`].
pub fn key_algorithm(pkcs8: &[u8]) -> Result<i64, PrivateKeyError> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).map_err(|_| PrivateKeyError::Malformed)?;
    let named = info.algorithm.parameters_oid().ok();
    match info.algorithm.oid {
        oid if oid == ED25519 => Ok(EDDSA),
        oid if oid == EC && named == Some(P256) => Ok(ES256),
        oid if oid == EC && named == Some(P384) => Ok(ES384),
        _ => Err(PrivateKeyError::UnknownAlgorithm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_went_and_only_for_its_algorithm() {
        let all = [(ES256, 32), (EDDSA, 32), (ES384, 48)];
        for (algorithm, length) in all {
            let key = vec![0x5A; length];
            let written = private_key(algorithm, &key).expect("a key of the right length");
            assert_eq!(key_algorithm(written.expose()), Ok(algorithm));
            for (other, _) in all {
                let read = bare_key(other, written.expose()).map(|key| key.to_vec());
                assert_eq!(read, (other == algorithm).then(|| key.clone()), "{other}");
            }
            for end in 0..written.expose().len() {
                assert!(bare_key(algorithm, &written.expose()[..end]).is_none(), "{end}");
            }
        }
    }

    /// The form of RFC 8410 section 7, with a seed that counts.
    #[test]
    fn an_ed25519_key_has_the_form_of_rfc_8410_to_the_byte() {
        let mut pkcs8 = vec![
            0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ];
        let seed: Vec<u8> = (0..32).collect();
        pkcs8.extend_from_slice(&seed);
        assert_eq!(bare_key(EDDSA, &pkcs8).map(|key| key.to_vec()), Some(seed.clone()));
        let written = private_key(EDDSA, &seed).expect("a seed");
        assert_eq!(written.expose(), pkcs8);
    }

    #[test]
    fn a_key_of_another_algorithm_is_told_from_what_is_no_key() {
        // rsaEncryption with NULL, as RFC 8017 has it, around three bytes.
        let rsa = [
            0x30, 0x17, 0x02, 0x01, 0x00, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
            0x0D, 0x01, 0x01, 0x01, 0x05, 0x00, 0x04, 0x03, 1, 2, 3,
        ];
        assert_eq!(key_algorithm(&rsa), Err(PrivateKeyError::UnknownAlgorithm));
        assert_eq!(key_algorithm(&rsa[..9]), Err(PrivateKeyError::Malformed));
        assert_eq!(key_algorithm(&[]), Err(PrivateKeyError::Malformed));
    }
}
