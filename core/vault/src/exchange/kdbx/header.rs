// SPDX-License-Identifier: MIT OR Apache-2.0
//! The headers of a KDBX file: which cipher, which key derivation at what cost, which masks over the values.
//!
//! What the header asks for and we cannot do, such as Twofish, is told as such and not as damage.

use std::collections::HashMap;

use argon2::Algorithm;
use sha2::{Digest as _, Sha256};

use super::super::cursor::Cursor;
use super::super::password::{Argon2Cost, Argon2Kind};
use super::{BAD_PARAMETERS, HASH_BYTES, ImportError, MAGIC};

/// Identifiers of ciphers.
const AES: &[u8] =
    &[0x31, 0xc1, 0xf2, 0xe6, 0xbf, 0x71, 0x43, 0x50, 0xbe, 0x58, 5, 0x21, 0x6a, 0xfc, 0x5a, 0xff];
const CHACHA20: &[u8] =
    &[0xd6, 3, 0x8a, 0x2b, 0x8b, 0x6f, 0x4c, 0xb5, 0xa5, 0x24, 0x33, 0x9a, 0x31, 0xdb, 0xb5, 0x9a];

/// Identifiers of key derivations; AES-KDF has one of each version.
const AES_KDF: [&[u8]; 2] = [
    &[0xc9, 0xd9, 0xf3, 0x9a, 0x62, 0x8a, 0x44, 0x60, 0xbf, 0x74, 0x0d, 8, 0xc1, 0x8a, 0x4f, 0xea],
    &[0x7c, 2, 0xbb, 0x82, 0x79, 0xa7, 0x4a, 0xc0, 0x92, 0x7d, 0x11, 0x4a, 0, 0x64, 0x82, 0x38],
];
const ARGON2D: &[u8] =
    &[0xef, 0x63, 0x6d, 0xdf, 0x8c, 0x29, 0x44, 0x4b, 0x91, 0xf7, 0xa9, 0xa4, 3, 0xe3, 0x0a, 0x0c];
const ARGON2ID: &[u8] = &[
    0x9e, 0x29, 0x8b, 0x19, 0x56, 0xdb, 0x47, 0x73, 0xb2, 0x3d, 0xfc, 0x3e, 0xc6, 0xf0, 0xa1, 0xe6,
];

/// The newest major version known here.
const NEWEST: u16 = 4;
/// The highest field of a header, and of a dictionary its version.
const MAX_FIELD: usize = 13;
const DICTIONARY_VERSION: u16 = 0x0100;

/// The version of the envelope.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Three,
    Four,
}

pub(super) enum Cipher {
    Aes,
    ChaCha20,
}

/// A key derivation and its cost, not yet admitted.
pub(super) enum Kdf<'a> {
    Aes { seed: &'a [u8; 32], rounds: u64 },
    Argon2 { kind: Argon2Kind, salt: &'a [u8], cost: Argon2Cost },
}

/// The header in clear.
pub(super) struct Header<'a> {
    pub(super) version: Version,
    /// All of it, as its proof counts it.
    pub(super) bytes: &'a [u8],
    pub(super) cipher: Cipher,
    pub(super) is_compressed: bool,
    pub(super) seed: &'a [u8],
    pub(super) vector: &'a [u8],
    pub(super) kdf: Kdf<'a>,
    /// Of version 3: how the text begins under the right password.
    pub(super) start_bytes: &'a [u8],
    /// Of version 3: which masks lie over the values.
    pub(super) stream: u32,
    pub(super) stream_key: &'a [u8],
}

/// What version 4 says of the masks, inside the ciphertext.
pub(super) struct Inner<'a> {
    pub(super) stream: u32,
    pub(super) stream_key: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads the header; what follows it is returned too.
    pub(super) fn read(file: &'a [u8]) -> Result<(Self, &'a [u8]), ImportError> {
        let mut cursor = Cursor::of(file);
        cursor.take(MAGIC.len()).ok_or(BAD_PARAMETERS)?;
        cursor.u16().ok_or(BAD_PARAMETERS)?;
        let version = match cursor.u16().ok_or(BAD_PARAMETERS)? {
            3 => Version::Three,
            NEWEST => Version::Four,
            found if found > NEWEST => {
                return Err(ImportError::NewerVersion {
                    found: found.into(),
                    known: NEWEST.into(),
                });
            }
            _ => return Err(ImportError::UnknownMethod),
        };
        let fields = read_fields(&mut cursor, version).ok_or(BAD_PARAMETERS)?;
        let rest = cursor.rest();
        let bytes = &file[..file.len() - rest.len()];
        Ok((Self::of(version, bytes, &fields)?, rest))
    }

    fn of(
        version: Version,
        bytes: &'a [u8],
        fields: &[&'a [u8]; MAX_FIELD],
    ) -> Result<Self, ImportError> {
        let [_, _, cipher, compression, seed, .., vector, stream_key, start_bytes, stream, _, _] =
            *fields;
        let cipher = match cipher {
            AES => Cipher::Aes,
            CHACHA20 => Cipher::ChaCha20,
            known if known.len() == 16 => return Err(ImportError::UnknownMethod),
            _ => return Err(BAD_PARAMETERS),
        };
        let kdf = match version {
            Version::Three => Some(Kdf::Aes {
                seed: fields[5].try_into().map_err(|_| BAD_PARAMETERS)?,
                rounds: number(fields[6]).ok_or(BAD_PARAMETERS)?,
            }),
            Version::Four => read_kdf(fields[11])?,
        };
        let is_third = version == Version::Three;
        if seed.len() != 32 || is_third && start_bytes.len() != HASH_BYTES {
            return Err(BAD_PARAMETERS);
        }
        Ok(Self {
            version,
            bytes,
            cipher,
            is_compressed: match number(compression) {
                Some(0) => false,
                Some(1) => true,
                _ => return Err(BAD_PARAMETERS),
            },
            seed,
            vector,
            kdf: kdf.ok_or(BAD_PARAMETERS)?,
            start_bytes,
            stream: if is_third { narrow(stream).ok_or(BAD_PARAMETERS)? } else { 0 },
            stream_key,
        })
    }

    /// Whether the hash behind the header of version 4 is its own.
    pub(super) fn is_whole(&self, rest: &[u8]) -> bool {
        rest.get(..HASH_BYTES) == Some(&Sha256::digest(self.bytes)[..])
    }
}

/// The fields by their numbers, empty where they are not there.
fn read_fields<'a>(cursor: &mut Cursor<'a>, version: Version) -> Option<[&'a [u8]; MAX_FIELD]> {
    let mut fields: [&[u8]; MAX_FIELD] = [&[]; MAX_FIELD];
    loop {
        let field = cursor.u8()?;
        let value = match version {
            Version::Three => {
                let length = cursor.u16()?;
                cursor.take(length.into())?
            }
            Version::Four => cursor.counted()?,
        };
        if field == 0 {
            return Some(fields);
        }
        if let Some(place) = fields.get_mut(usize::from(field)) {
            *place = value;
        }
    }
}

/// A number of any of the lengths that are used.
fn number(bytes: &[u8]) -> Option<u64> {
    match bytes.len() {
        4 => Some(u32::from_le_bytes(bytes.try_into().ok()?).into()),
        8 => Some(u64::from_le_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

fn narrow(bytes: &[u8]) -> Option<u32> {
    number(bytes).and_then(|number| u32::try_from(number).ok())
}

/// The parameters of the key derivation of version 4.
fn read_kdf(bytes: &[u8]) -> Result<Option<Kdf<'_>>, ImportError> {
    let Some(dictionary) = read_dictionary(bytes) else { return Ok(None) };
    let value = |name: &[u8]| dictionary.get(name).copied();
    let count = |name: &[u8]| value(name).and_then(number);
    let Some(kind) = value(b"$UUID") else { return Ok(None) };
    if AES_KDF.contains(&kind) {
        let seed = value(b"S").and_then(|seed| seed.try_into().ok());
        return Ok(seed.zip(count(b"R")).map(|(seed, rounds)| Kdf::Aes { seed, rounds }));
    }
    let algorithm = match kind {
        ARGON2D => Algorithm::Argon2d,
        ARGON2ID => Algorithm::Argon2id,
        _ => return Err(ImportError::UnknownMethod),
    };
    if [b"K", b"A"].into_iter().any(|extra| value(extra).is_some_and(|it| !it.is_empty())) {
        return Err(ImportError::UnknownMethod);
    }
    let cost = |memory: u64, passes, lanes| Argon2Cost { memory_kib: memory / 1024, passes, lanes };
    let read = || {
        let cost = cost(count(b"M")?, count(b"I")?, count(b"P")?);
        let version = count(b"V").and_then(|version| u32::try_from(version).ok())?;
        let kind = Argon2Kind { algorithm, version };
        Some(Kdf::Argon2 { kind, salt: value(b"S")?, cost })
    };
    Ok(read())
}

/// Names and values; types do not matter, since lengths tell numbers.
fn read_dictionary(bytes: &[u8]) -> Option<HashMap<&[u8], &[u8]>> {
    let mut cursor = Cursor::of(bytes);
    if cursor.u16()? & 0xff00 != DICTIONARY_VERSION {
        return None;
    }
    let mut dictionary = HashMap::new();
    while cursor.u8()? != 0 {
        let name = cursor.counted()?;
        dictionary.insert(name, cursor.counted()?);
    }
    Some(dictionary)
}

/// Reads the header inside version 4; with it comes where the document begins.
pub(super) fn read_inner(plain: &[u8]) -> Option<(Inner<'_>, usize)> {
    let mut cursor = Cursor::of(plain);
    let mut inner = Inner { stream: 0, stream_key: &[] };
    loop {
        let field = cursor.u8()?;
        let value = cursor.counted()?;
        match field {
            0 => return Some((inner, plain.len() - cursor.rest().len())),
            1 => inner.stream = narrow(value)?,
            2 => inner.stream_key = value,
            _ => {}
        }
    }
}
