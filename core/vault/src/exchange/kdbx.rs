// SPDX-License-Identifier: MIT OR Apache-2.0
//! Databases of KeePass and its relatives: KDBX 3.1 and 4, and the XML inside them by itself.
//!
//! The file is read here and not by the crate `keepass`, because a header chooses what a password costs, and
//! that must be known and admitted before any of it is paid; and because passwords are not to be kept. Opened
//! are AES-256 and ChaCha20 under AES-KDF, Argon2d and Argon2id, with a password alone. A file that a key file
//! or a hardware key protects besides answers as to a wrong password, since nothing in it says so.

mod document;
mod entry;
mod header;

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _, KeyIvInit as _, StreamCipher as _};
use chacha20::ChaCha20;
use kagifuda_secret::{SecretArray, SecretText};
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::cursor::Cursor;
use super::inflate::gunzip;
use super::json;
use super::password::argon2_key;
use super::{Format, FormatName, Import, ImportError, ImportLimits, Place, cbc, hmac};

use document::Masks;
use header::{Cipher, Header, Kdf, Version};

/// The first two numbers of every database since KeePass 2.
const MAGIC: &[u8] = &[0x03, 0xd9, 0xa2, 0x9a, 0x67, 0xfb, 0x4b, 0xb5];

/// Those of KeePass 1, whose databases are not read.
const OLD_MAGIC: &[u8] = &[0x03, 0xd9, 0xa2, 0x9a, 0x65, 0xfb, 0x4b, 0xb5];

/// AES-KDF handles so many bytes a round.
const ROUND_BYTES: u64 = 32;

const HASH_BYTES: usize = 32;

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };
const BAD_CIPHERTEXT: ImportError = ImportError::Damaged { at: Place::Ciphertext };

/// The databases of KeePass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kdbx;

impl Format for Kdbx {
    fn name(&self) -> FormatName {
        FormatName::Kdbx
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC) || bytes.starts_with(OLD_MAGIC)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        if bytes.starts_with(OLD_MAGIC) {
            return Err(ImportError::UnknownMethod);
        }
        let (header, rest) = Header::read(bytes)?;
        if header.version == Version::Four && !header.is_whole(rest) {
            return Err(BAD_PARAMETERS);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let transformed = transform(password, &header.kdf, limits)?;
        let (document, masks) = match header.version {
            Version::Three => open_third(&header, rest, &transformed, limits)?,
            Version::Four => open_fourth(&header, rest, &transformed, limits)?,
        };
        let text = core::str::from_utf8(&document)
            .map_err(|_| ImportError::Damaged { at: Place::Content })?;
        let hash = (header.version == Version::Three).then(|| Sha256::digest(header.bytes));
        document::read(text, masks, hash.as_ref().map(|hash| &hash[..]), FormatName::Kdbx).map_err(
            |error| match error {
                // Lines of a text nobody can see help nobody.
                ImportError::Damaged { at: Place::Xml { .. } } => {
                    ImportError::Damaged { at: Place::Content }
                }
                other => other,
            },
        )
    }
}

/// What KeePass exports as XML, readable by anybody.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeepassXml;

impl Format for KeepassXml {
    fn name(&self) -> FormatName {
        FormatName::KeepassXml
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
        bytes.starts_with(b"<") && json::holds(bytes, "<KeePassFile")
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        document::read(limits.text_of(bytes)?, Masks::none(), None, FormatName::KeepassXml)
    }
}

/// From the password to what the header's seed is mixed with.
fn transform(
    password: &SecretText,
    kdf: &Kdf<'_>,
    limits: &ImportLimits,
) -> Result<SecretArray<32>, ImportError> {
    let hash = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password.expose().as_bytes())));
    let mut composite = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(*hash)));
    match kdf {
        Kdf::Aes { seed, rounds } => {
            limits.admit_cost(0, rounds.saturating_mul(ROUND_BYTES) / 1024)?;
            let cipher = Aes256::new((*seed).into());
            let mut blocks = [<[u8; 16]>::default(); 2];
            blocks[0].copy_from_slice(&composite[..16]);
            blocks[1].copy_from_slice(&composite[16..]);
            let mut blocks = Zeroizing::new(blocks.map(aes::Block::from));
            for _ in 0..*rounds {
                cipher.encrypt_blocks(&mut *blocks);
            }
            let whole = Sha256::new().chain_update(blocks[0]).chain_update(blocks[1]);
            composite.copy_from_slice(&whole.finalize());
            Ok(SecretArray::take(&mut composite))
        }
        Kdf::Argon2 { kind, salt, cost } => argon2_key(*kind, &*composite, salt, (*cost, limits)),
    }
}

/// KDBX 3.1: the beginning of the text tells a wrong password, a hash of each block tells damage.
fn open_third(
    header: &Header<'_>,
    sealed: &[u8],
    transformed: &SecretArray<32>,
    limits: &ImportLimits,
) -> Result<(Zeroizing<Vec<u8>>, Masks), ImportError> {
    let plain = decrypt(header, sealed, transformed).ok_or(ImportError::WrongPassword)?;
    let plain = plain.strip_prefix(header.start_bytes).ok_or(ImportError::WrongPassword)?;
    let document = joined_blocks(plain).ok_or(BAD_CIPHERTEXT)?;
    let document = if header.is_compressed { gunzip(&document, limits)? } else { document };
    Ok((document, Masks::of(header.stream, header.stream_key)?))
}

/// The blocks of KDBX 3.1, each with its number, hash and length; an empty one is the last.
fn joined_blocks(plain: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut joined = Zeroizing::new(Vec::with_capacity(plain.len()));
    let mut plain = Cursor::of(plain);
    for number in 0_u32.. {
        if plain.u32()? != number {
            return None;
        }
        let hash = plain.take(HASH_BYTES)?;
        let block = plain.counted()?;
        if block.is_empty() {
            return (hash == [0; HASH_BYTES]).then_some(joined);
        }
        if hash != &Sha256::digest(block)[..] {
            return None;
        }
        joined.extend_from_slice(block);
    }
    None
}

/// KDBX 4: a proof of the header tells a wrong password, a proof of each block tells damage.
fn open_fourth(
    header: &Header<'_>,
    rest: &[u8],
    transformed: &SecretArray<32>,
    limits: &ImportLimits,
) -> Result<(Zeroizing<Vec<u8>>, Masks), ImportError> {
    let mut rest = Cursor::of(rest);
    rest.take(HASH_BYTES).ok_or(BAD_PARAMETERS)?;
    let proof = rest.take(HASH_BYTES).ok_or(BAD_PARAMETERS)?;
    let base = Sha512::new()
        .chain_update(header.seed)
        .chain_update(transformed.expose())
        .chain_update([1]);
    let base = Zeroizing::new(<[u8; 64]>::from(base.finalize()));
    let key = |number: u64| {
        let hash = Sha512::new().chain_update(number.to_le_bytes()).chain_update(*base);
        Zeroizing::new(<[u8; 64]>::from(hash.finalize()))
    };
    if !hmac::is_sha256(&*key(u64::MAX), &[header.bytes], proof) {
        return Err(ImportError::WrongPassword);
    }
    let mut sealed = Vec::with_capacity(rest.rest().len());
    for number in 0_u64.. {
        let proof = rest.take(HASH_BYTES).ok_or(BAD_CIPHERTEXT)?;
        let block = rest.counted().ok_or(BAD_CIPHERTEXT)?;
        let length = u32::try_from(block.len()).map_err(|_| BAD_CIPHERTEXT)?;
        let parts = [&number.to_le_bytes()[..], &length.to_le_bytes(), block];
        if !hmac::is_sha256(&*key(number), &parts, proof) {
            return Err(BAD_CIPHERTEXT);
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    let plain = decrypt(header, &sealed, transformed).ok_or(BAD_CIPHERTEXT)?;
    let plain = if header.is_compressed { gunzip(&plain, limits)? } else { plain };
    let (inner, begin) = header::read_inner(&plain).ok_or(BAD_CIPHERTEXT)?;
    let masks = Masks::of(inner.stream, inner.stream_key)?;
    let mut plain = plain;
    plain.drain(..begin);
    Ok((plain, masks))
}

fn decrypt(
    header: &Header<'_>,
    sealed: &[u8],
    transformed: &SecretArray<32>,
) -> Option<Zeroizing<Vec<u8>>> {
    let master = Sha256::new().chain_update(header.seed).chain_update(transformed.expose());
    let mut master = Zeroizing::new(<[u8; 32]>::from(master.finalize()));
    let master = SecretArray::take(&mut master);
    match header.cipher {
        Cipher::Aes => cbc::open(&master, &header.vector.try_into().ok()?, sealed),
        Cipher::ChaCha20 => {
            let nonce: [u8; 12] = header.vector.try_into().ok()?;
            let mut text = Zeroizing::new(sealed.to_vec());
            let mut cipher = ChaCha20::new(master.expose().into(), &nonce.into());
            cipher.try_apply_keystream(&mut text).ok()?;
            Some(text)
        }
    }
}
