// SPDX-License-Identifier: MIT OR Apache-2.0
//! A site's half: takes authenticator data apart and verifies signatures, with other code than the
//! engine's wherever there is other code.

use std::collections::BTreeMap;

use kagifuda_ctap::cbor::{self, Reader};
use kagifuda_ctap::cose::{Algorithm, PublicKey};
use kagifuda_ctap::message::make_credential::Made;
use p256::ecdsa::signature::Verifier as _;

use super::HASH;

pub const UP: u8 = 0x01;
pub const UV: u8 = 0x04;
pub const BE: u8 = 0x08;
pub const BS: u8 = 0x10;
pub const AT: u8 = 0x40;
pub const ED: u8 = 0x80;

/// Authenticator data, taken apart.
#[derive(Clone)]
pub struct AuthData {
    pub rp_hash: [u8; 32],
    pub flags: u8,
    pub count: u32,
    pub attested: Option<Attested>,
    /// Outputs of extensions by name, each as CBOR.
    pub extensions: BTreeMap<String, Vec<u8>>,
}

/// What a registration says of the new credential.
#[derive(Clone)]
pub struct Attested {
    pub aaguid: [u8; 16],
    pub id: Vec<u8>,
    pub public_key: PublicKey,
}

impl AuthData {
    /// Takes authenticator data apart; demands that nothing is left over.
    #[track_caller]
    pub fn read(bytes: &[u8]) -> Self {
        let (head, mut rest) = bytes.split_at(37);
        let flags = head[32];
        let attested = (flags & AT != 0).then(|| {
            let aaguid = rest[..16].try_into().unwrap();
            let length = usize::from(u16::from_be_bytes([rest[16], rest[17]]));
            let id = rest[18..18 + length].to_vec();
            let key = Reader::new(&rest[18 + length..]).raw().unwrap();
            assert_eq!(cbor::check(key), Ok(()));
            rest = &rest[18 + length + key.len()..];
            Attested { aaguid, id, public_key: PublicKey::read(&mut Reader::new(key)).unwrap() }
        });
        let mut extensions = BTreeMap::new();
        if flags & ED != 0 {
            assert_eq!(cbor::check(rest), Ok(()));
            let mut reader = Reader::new(rest);
            reader
                .each_text(|name, value| {
                    extensions.insert(name.to_owned(), value.raw()?.to_vec());
                    Ok(true)
                })
                .unwrap();
            assert!(!extensions.is_empty(), "the flag, and no outputs behind it");
        } else {
            assert!(rest.is_empty(), "something behind the data");
        }
        Self {
            rp_hash: head[..32].try_into().unwrap(),
            flags,
            count: u32::from_be_bytes(head[33..].try_into().unwrap()),
            attested,
            extensions,
        }
    }

    /// The names of the outputs.
    pub fn names(&self) -> Vec<&str> {
        self.extensions.keys().map(String::as_str).collect()
    }

    /// An output that is bytes.
    #[track_caller]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        Reader::new(&self.extensions[name]).bytes().unwrap().to_vec()
    }
}

/// A registration that succeeded, as a site keeps it.
#[derive(Clone)]
pub struct Registered {
    pub id: Vec<u8>,
    pub public_key: PublicKey,
    pub data: AuthData,
    pub large_blob_key: Option<Vec<u8>>,
}

impl Registered {
    /// Reads an answer, verifies that the key attests itself, and keeps it.
    #[track_caller]
    pub fn read(answer: &[u8]) -> Self {
        let made = Made::read(answer).unwrap();
        let data = AuthData::read(made.auth_data);
        let attested = data.attested.clone().unwrap();
        if made.format == "packed" {
            let (mut algorithm, mut signature, mut others) = (None, None, 0);
            Reader::new(made.statement)
                .each_text(|name, value| {
                    match name {
                        "alg" => algorithm = Some(value.integer()?),
                        "sig" => signature = Some(value.bytes()?),
                        _ => others += 1,
                    }
                    Ok(matches!(name, "alg" | "sig"))
                })
                .unwrap();
            assert_eq!((algorithm, others), (Some(attested.public_key.algorithm().number()), 0));
            verify(&attested.public_key, made.auth_data, signature.unwrap());
        } else {
            assert_eq!((made.format, made.statement), ("none", &[0xA0][..]));
        }
        Self {
            id: attested.id,
            public_key: attested.public_key,
            data,
            large_blob_key: made.large_blob_key.map(<[u8]>::to_vec),
        }
    }
}

/// Verifies a signature over authenticator data and [`HASH`].
#[track_caller]
pub fn verify(key: &PublicKey, auth_data: &[u8], signature: &[u8]) {
    let message = [auth_data, &HASH].concat();
    let point = || [&[4], key.x(), key.y()].concat();
    match key.algorithm() {
        Algorithm::Es256 => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point()).unwrap();
            let signature = p256::ecdsa::Signature::from_der(signature).unwrap();
            key.verify(&message, &signature).unwrap();
        }
        Algorithm::Es384 => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point()).unwrap();
            let signature = p384::ecdsa::Signature::from_der(signature).unwrap();
            key.verify(&message, &signature).unwrap();
        }
        Algorithm::EdDsa => {
            let key = ed25519_dalek::VerifyingKey::try_from(key.x()).unwrap();
            let signature = ed25519_dalek::Signature::from_slice(signature).unwrap();
            key.verify_strict(&message, &signature).unwrap();
        }
        Algorithm::MlDsa44 => verify_ml_dsa::<ml_dsa::MlDsa44>(key, &message, signature),
        Algorithm::MlDsa65 => verify_ml_dsa::<ml_dsa::MlDsa65>(key, &message, signature),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn verify_ml_dsa<P: ml_dsa::MlDsaParams>(key: &PublicKey, message: &[u8], signature: &[u8]) {
    let key = ml_dsa::VerifyingKey::<P>::decode(key.x().try_into().unwrap());
    let signature = ml_dsa::Signature::<P>::try_from(signature).unwrap();
    key.verify(message, &signature).unwrap();
}
