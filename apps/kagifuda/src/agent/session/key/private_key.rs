// SPDX-License-Identifier: MIT OR Apache-2.0
//! Private keys between the vault, which keeps them as PKCS #8 (RFC 5958) so that they can move to any
//! other program, and the engine, which takes the bare number or seed.

use kagifuda_ctap::cose::Algorithm;
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

const fn curve(algorithm: Algorithm) -> Option<(ObjectIdentifier, usize)> {
    match algorithm {
        Algorithm::Es256 => Some((P256, 32)),
        Algorithm::Es384 => Some((P384, 48)),
        _ => None,
    }
}

/// Writes a key as PKCS #8, without its public half, which whoever reads it can work out.
pub(super) fn write(algorithm: Algorithm, key: &[u8]) -> Option<SecretBytes> {
    let (info, inner) = match curve(algorithm) {
        Some((curve, _)) => {
            let private = EcPrivateKey { private_key: key, parameters: None, public_key: None };
            let inner = Zeroizing::new(private.to_der().ok()?);
            (AlgorithmIdentifier { oid: EC, parameters: Some(curve) }, inner)
        }
        None => {
            let inner = Zeroizing::new(OctetStringRef::new(key).ok()?.to_der().ok()?);
            (AlgorithmIdentifier { oid: ED25519, parameters: None }, inner)
        }
    };
    let parameters = info.parameters.as_ref().map(Into::into);
    let algorithm = AlgorithmIdentifier { oid: info.oid, parameters };
    let whole = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&inner).ok()?);
    whole.to_der().ok().map(SecretBytes::new)
}

/// Reads the bare key out of PKCS #8; `None` for another algorithm or what is not PKCS #8.
pub(super) fn read(algorithm: Algorithm, pkcs8: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).ok()?;
    let inner = info.private_key.as_bytes();
    match curve(algorithm) {
        Some((curve, length)) => {
            let named = info.algorithm.parameters_oid().ok()?;
            let key = EcPrivateKey::from_der(inner).ok()?.private_key;
            let is_ours = info.algorithm.oid == EC && named == curve && key.len() == length;
            is_ours.then(|| Zeroizing::new(key.to_vec()))
        }
        None => {
            let seed = <&OctetStringRef>::from_der(inner).ok()?.as_bytes();
            let is_ours = info.algorithm.oid == ED25519 && seed.len() == 32;
            is_ours.then(|| Zeroizing::new(seed.to_vec()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_went_and_only_for_its_algorithm() {
        let all = [(Algorithm::Es256, 32), (Algorithm::EdDsa, 32), (Algorithm::Es384, 48)];
        for (algorithm, length) in all {
            let key = vec![0x5A; length];
            let written = write(algorithm, &key).expect("a key of the right length");
            for (other, _) in all {
                let read = read(other, written.expose()).map(|key| key.to_vec());
                assert_eq!(read, (other == algorithm).then(|| key.clone()), "{other:?}");
            }
            for end in 0..written.expose().len() {
                assert!(read(algorithm, &written.expose()[..end]).is_none(), "{end}");
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
        assert_eq!(read(Algorithm::EdDsa, &pkcs8).map(|key| key.to_vec()), Some(seed.clone()));
        let written = write(Algorithm::EdDsa, &seed).expect("a seed");
        assert_eq!(written.expose(), pkcs8);
    }
}
