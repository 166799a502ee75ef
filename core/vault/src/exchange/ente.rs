// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports of Ente Auth: `otpauth` lines with its own display parameter, plain, or sealed in JSON
//! of version 1 as Ente's export page describes it.
//!
//! The sealed form is one secretstream message under Argon2id of a password. Ente asks for 1 GiB
//! and 4 passes, or less memory and more passes on small phones, so the limits allow that much and
//! no more; a hostile cost is refused before any work. The format cannot tell a wrong password from
//! a changed file.

use data_encoding::BASE64;
use kagifuda_secret::SecretText;
use serde::Deserialize;

use super::json;
use super::lines::{has_line, is_token, read_text};
use super::password::{Argon2Cost, argon2id_key};
use super::secretstream::{HEADER_BYTES, Stream};
use super::{Format, FormatName, Import, ImportError, ImportLimits, Place};

/// The newest version known here.
const VERSION: u64 = 1;

/// Bytes of the salt, as libsodium has it.
const SALT_BYTES: usize = 16;

/// What only Ente's lines have.
const DISPLAY_PARAMETER: &str = "codeDisplay=";

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The export formats of Ente Auth.
#[derive(Clone, Copy, Debug)]
pub struct Ente;

impl Format for Ente {
    fn name(&self) -> FormatName {
        FormatName::Ente
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        if json::is_object(bytes) {
            return json::mentions(bytes, "kdfParams")
                || json::mentions(bytes, "encryptedData")
                    && json::mentions(bytes, "encryptionNonce");
        }
        has_line(bytes, is_token) && json::holds(bytes, DISPLAY_PARAMETER)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        if !json::is_object(text.as_bytes()) {
            return read_text(text, FormatName::Ente);
        }
        let file: File = json::parse_file(text)?;
        if file.version > VERSION {
            return Err(ImportError::NewerVersion { found: file.version, known: VERSION });
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        file.open(password, limits)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    version: u64,
    kdf_params: KdfParams,
    encrypted_data: String,
    encryption_nonce: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KdfParams {
    /// In bytes, as libsodium counts.
    mem_limit: u64,
    ops_limit: u64,
    salt: String,
}

impl File {
    fn open(&self, password: &SecretText, limits: &ImportLimits) -> Result<Import, ImportError> {
        let KdfParams { mem_limit, ops_limit, salt } = &self.kdf_params;
        let salt: [u8; SALT_BYTES] = unbase64(salt)?.try_into().map_err(|_| BAD_PARAMETERS)?;
        let header: [u8; HEADER_BYTES] =
            unbase64(&self.encryption_nonce)?.try_into().map_err(|_| BAD_PARAMETERS)?;
        let message = unbase64(&self.encrypted_data)?;
        let cost = Argon2Cost { memory_kib: mem_limit / 1024, passes: *ops_limit, lanes: 1 };
        let key = argon2id_key(password, &salt, cost, limits)?;
        let pulled = Stream::new(&key, &header).pull(&message).ok_or(ImportError::WrongPassword)?;
        if !pulled.is_final {
            return Err(ImportError::Damaged { at: Place::Ciphertext });
        }
        let lines = core::str::from_utf8(&pulled.body)
            .map_err(|_| ImportError::Damaged { at: Place::Content })?;
        read_text(lines, FormatName::Ente)
    }
}

fn unbase64(text: &str) -> Result<Vec<u8>, ImportError> {
    BASE64.decode(text.as_bytes()).map_err(|_| BAD_PARAMETERS)
}
