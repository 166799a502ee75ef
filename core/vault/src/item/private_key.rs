// SPDX-License-Identifier: MIT OR Apache-2.0
//! Private keys of passkeys: PKCS #8 (RFC 5958), in which they are kept and move from program to program, and the
//! bare number or seed, with which a key signs.
//!
//! Algorithms go by their COSE numbers. Known are ES256, ES384 (RFC 5915), Ed25519 (RFC 8410) and ML-DSA-44 and -65
//! by their seeds (RFC 9881 section 6).

use kagifuda_secret::SecretBytes;
use pkcs8::der::asn1::{ContextSpecific, OctetStringRef};
use pkcs8::der::{Decode as _, Encode as _, Reader as _, SliceReader, TagMode, TagNumber};
use pkcs8::spki::AlgorithmIdentifier;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ID_ML_DSA_44: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17");
const ID_ML_DSA_65: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18");

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const ES384: i64 = -35;
const ML_DSA_44: i64 = -48;
const ML_DSA_65: i64 = -49;

/// Why a private key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// It is not PKCS #8, or not a key of the algorithm it names.
    Malformed,
    /// It is for an algorithm that is not known here, such as RSA.
    UnknownAlgorithm,
}

/// How PKCS #8 holds the keys of an algorithm.
enum Form {
    /// A number below the order of a curve, of so many bytes (RFC 5915).
    Number(ObjectIdentifier, usize),
    /// A seed as an octet string (RFC 8410 section 7).
    Octets(ObjectIdentifier),
    /// A seed as the first of three choices, or beside the key that was made of it (RFC 9881 section 6).
    Choice(ObjectIdentifier),
}

const SEED_BYTES: usize = 32;
const SEED_TAG: TagNumber = TagNumber(0);

const fn form(algorithm: i64) -> Option<Form> {
    match algorithm {
        ES256 => Some(Form::Number(P256, 32)),
        ES384 => Some(Form::Number(P384, 48)),
        EDDSA => Some(Form::Octets(ED25519)),
        ML_DSA_44 => Some(Form::Choice(ID_ML_DSA_44)),
        ML_DSA_65 => Some(Form::Choice(ID_ML_DSA_65)),
        _ => None,
    }
}

/// Writes a key as PKCS #8, without its public half, which whoever reads it can work out; `None` where it
/// is too long for any, or the algorithm is not known.
#[must_use]
pub fn private_key(algorithm: i64, bare: &[u8]) -> Option<SecretBytes> {
    let octets = OctetStringRef::new(bare).ok()?;
    let (oid, curve, inner) = match form(algorithm)? {
        Form::Number(curve, _) => {
            let private = EcPrivateKey { private_key: bare, parameters: None, public_key: None };
            (EC, Some(curve), private.to_der())
        }
        Form::Octets(oid) => (oid, None, octets.to_der()),
        Form::Choice(oid) => {
            let (tag_number, tag_mode) = (SEED_TAG, TagMode::Implicit);
            (oid, None, ContextSpecific { tag_number, tag_mode, value: octets }.to_der())
        }
    };
    let inner = Zeroizing::new(inner.ok()?);
    let algorithm = AlgorithmIdentifier { oid, parameters: curve.as_ref().map(Into::into) };
    let whole = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(&inner).ok()?);
    whole.to_der().ok().map(SecretBytes::new)
}

/// Reads the bare key out of PKCS #8; `None` for another algorithm or what is not PKCS #8, and for a key of
/// ML-DSA that came without its seed.
#[must_use]
pub fn bare_key(algorithm: i64, pkcs8: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if key_algorithm(pkcs8).ok()? != algorithm {
        return None;
    }
    let info = PrivateKeyInfoRef::from_der(pkcs8).ok()?;
    let inner = info.private_key.as_bytes();
    let (key, length) = match form(algorithm)? {
        Form::Number(_, length) => (EcPrivateKey::from_der(inner).ok()?.private_key, length),
        Form::Octets(_) => (<&OctetStringRef>::from_der(inner).ok()?.as_bytes(), SEED_BYTES),
        Form::Choice(_) => (chosen_seed(inner).ok()?, SEED_BYTES),
    };
    (key.len() == length).then(|| Zeroizing::new(key.to_vec()))
}

fn chosen_seed(inner: &[u8]) -> pkcs8::der::Result<&[u8]> {
    let mut reader = SliceReader::new(inner)?;
    let alone = ContextSpecific::<&OctetStringRef>::decode_implicit(&mut reader, SEED_TAG)?;
    let seed = match alone {
        Some(alone) => alone.value,
        None => reader.sequence(|both| {
            let seed = <&OctetStringRef>::decode(both)?;
            <&OctetStringRef>::decode(both)?;
            Ok::<_, pkcs8::der::Error>(seed)
        })?,
    };
    reader.finish()?;
    Ok(seed.as_bytes())
}

/// The COSE number of the algorithm a key is for.
///
/// # Errors
/// [`PrivateKeyError`].
pub fn key_algorithm(pkcs8: &[u8]) -> Result<i64, PrivateKeyError> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).map_err(|_| PrivateKeyError::Malformed)?;
    let named = info.algorithm.parameters_oid().ok();
    match info.algorithm.oid {
        ED25519 => Ok(EDDSA),
        ID_ML_DSA_44 => Ok(ML_DSA_44),
        ID_ML_DSA_65 => Ok(ML_DSA_65),
        EC if named == Some(P256) => Ok(ES256),
        EC if named == Some(P384) => Ok(ES384),
        _ => Err(PrivateKeyError::UnknownAlgorithm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_went_and_only_for_its_algorithm() {
        let all = [(ES256, 32), (EDDSA, 32), (ES384, 48), (ML_DSA_44, 32), (ML_DSA_65, 32)];
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

    /// The forms of RFC 9881 section 6 and appendix C.1: `seed`, `both`, and `expandedKey`, which is no seed.
    #[test]
    fn an_ml_dsa_key_is_its_seed_with_or_without_what_was_made_of_it() {
        let seed: Vec<u8> = (0..32).collect();
        let whole = |inner: &[u8]| {
            let algorithm = AlgorithmIdentifier { oid: ID_ML_DSA_44, parameters: None };
            let inner = OctetStringRef::new(inner).expect("short");
            PrivateKeyInfoRef::new(algorithm, inner).to_der().expect("short")
        };
        let alone = [&[0x80, 0x20][..], &seed].concat();
        let octets = [&[0x04, 0x20][..], &seed].concat();
        let both = [&[0x30, 0x27][..], &octets, &[0x04, 0x03, 1, 2, 3]].concat();
        for readable in [&alone, &both] {
            let read = bare_key(ML_DSA_44, &whole(readable)).map(|key| key.to_vec());
            assert_eq!(read, Some(seed.clone()));
        }
        for unreadable in [&octets, &[&alone[..], &[5, 0]].concat(), &alone[..33].to_vec()] {
            assert!(bare_key(ML_DSA_44, &whole(unreadable)).is_none());
        }
        let head = [
            0x30, 0x34, 0x02, 0x01, 0x00, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
            0x03, 0x04, 0x03, 0x11, 0x04, 0x22,
        ];
        let written = private_key(ML_DSA_44, &seed).expect("a seed");
        assert_eq!(written.expose(), [&head[..], &alone].concat());
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
