// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backups of FreeOTP 2: a map of texts as Java serialises it, whatever the file's name says.
//!
//! `masterKey` is a random key, sealed under PBKDF2 of the password with SHA-1 or SHA-512 and a count that the
//! file states; every token is two members, `ID` with its secret sealed under the master key, and `ID-token`
//! with the rest in clear. All is sealed with AES-256-GCM; the associated data is what the sealed key is for.

use std::collections::HashMap;

use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::fields::{Bad, Spelled};
use super::freeotp::read_token;
use super::json::{Hidden, JavaBytes};
use super::password::{Pbkdf2Cost, Pbkdf2Hash};
use super::{
    Format, FormatName, Import, ImportError, ImportLimits, MAX_ENTRIES, Place, RefuseReason, gcm,
    java,
};

/// The member that holds the master key.
const MASTER: &str = "masterKey";
/// The member that may hold the order of the tokens.
const ORDER: &str = "tokenOrder";
/// How the name of a token's clear member ends.
const TOKEN: &str = "-token";
/// The only way the app seals.
const CIPHER: &str = "AES/GCM/NoPadding";
/// How a nonce begins in DER: an octet string of twelve bytes.
const NONCE: &[u8] = &[0x04, 0x0c];

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The backup format of FreeOTP 2.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeOtp2;

impl Format for FreeOtp2 {
    fn name(&self) -> FormatName {
        FormatName::FreeOtp2
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(java::MAGIC)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let members = java::read_map(bytes)?;
        let by_name: HashMap<&str, &str> =
            members.iter().map(|(name, text)| (name.expose(), text.expose())).collect();
        let master = by_name.get(MASTER).ok_or(BAD_PARAMETERS)?;
        let master: MasterKey = serde_json::from_str(master).map_err(|_| BAD_PARAMETERS)?;
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let master = master.open(password, limits)?;
        let mut import = Import::empty(FormatName::FreeOtp2);
        for (name, text) in &members {
            let Some(id) = name.expose().strip_suffix(TOKEN) else {
                let is_known = [MASTER, ORDER].contains(&name.expose())
                    || by_name.contains_key(format!("{}{TOKEN}", name.expose()).as_str());
                if !is_known {
                    // A secret without its token: half of an entry is an entry that is broken.
                    import.take(Err(Bad { name: String::new(), reason: RefuseReason::Malformed }));
                }
                continue;
            };
            if import.next_position() > MAX_ENTRIES {
                return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
            }
            let secret = by_name.get(id).map(|sealed| open_secret(sealed, &master));
            let secret = secret.map(|opened| opened.map_or(Spelled::Unreadable, Into::into));
            import.take(read_token(text.expose(), secret));
        }
        Ok(import)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MasterKey {
    m_algorithm: String,
    m_iterations: u64,
    m_salt: JavaBytes,
    m_encrypted_key: SealedKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SealedKey {
    m_cipher: String,
    m_cipher_text: JavaBytes,
    m_parameters: JavaBytes,
    m_token: String,
}

#[derive(Deserialize)]
struct Secret {
    /// JSON within JSON.
    key: Hidden,
}

impl MasterKey {
    fn open(
        &self,
        password: &SecretText,
        limits: &ImportLimits,
    ) -> Result<SecretArray<32>, ImportError> {
        let hash = match self.m_algorithm.to_ascii_lowercase().as_str() {
            "pbkdf2withhmacsha1" => Pbkdf2Hash::Sha1,
            "pbkdf2withhmacsha256" => Pbkdf2Hash::Sha256,
            "pbkdf2withhmacsha512" => Pbkdf2Hash::Sha512,
            _ => return Err(BAD_PARAMETERS),
        };
        let cost = Pbkdf2Cost { hash, iterations: self.m_iterations };
        let key = cost.key(password, self.m_salt.0.expose(), limits)?;
        let nonce = self.m_encrypted_key.nonce().ok_or(BAD_PARAMETERS)?;
        let master = self.m_encrypted_key.open(&key, &nonce).ok_or(ImportError::WrongPassword)?;
        SecretArray::from_slice(&master).ok_or(BAD_PARAMETERS)
    }
}

impl SealedKey {
    /// The nonce stands in a DER sequence, or by itself.
    fn nonce(&self) -> Option<[u8; gcm::NONCE_BYTES]> {
        let parameters = self.m_parameters.0.expose();
        let parameters = match parameters {
            [0x30, _, inner @ ..] => inner,
            bare => bare,
        };
        let nonce = parameters.strip_prefix(NONCE)?.first_chunk()?;
        (self.m_cipher == CIPHER).then_some(*nonce)
    }

    fn open(
        &self,
        key: &SecretArray<32>,
        nonce: &[u8; gcm::NONCE_BYTES],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = self.m_cipher_text.0.expose();
        gcm::open_with(key, nonce, self.m_token.as_bytes(), sealed)
    }
}

fn open_secret(sealed: &str, master: &SecretArray<32>) -> Option<SecretBytes> {
    let secret: Secret = serde_json::from_str(sealed).ok()?;
    let sealed: SealedKey = serde_json::from_str(secret.key.0.expose()).ok()?;
    let opened = sealed.open(master, &sealed.nonce()?)?;
    Some(SecretBytes::from(opened.as_slice()))
}
