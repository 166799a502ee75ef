// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys as password managers write them down: the same parts under different names, checked in one way.
//!
//! A private key is read from PKCS #8 and written again in the one form this vault keeps. What a key carries
//! in its messages bounds the rest (WebAuthn section 5.4.3, CTAP 2.3).

use data_encoding::{BASE64, BASE64URL_NOPAD};
use kagifuda_secret::SecretBytes;
use zeroize::Zeroizing;

use super::RefuseReason;
use crate::item::{self, Passkey, PrivateKeyError};

/// The longest id of a credential that a key carries in its messages, in bytes.
const MAX_CREDENTIAL_ID_BYTES: usize = 255;
/// The longest user handle (WebAuthn section 5.4.3), in bytes.
const MAX_USER_HANDLE_BYTES: usize = 64;
/// The longest site's id: that of a domain name, in bytes.
const MAX_RP_ID_BYTES: usize = 253;
/// The level of protection of a passkey whose site asked for none (CTAP 2.3 section 12.1).
pub(super) const NO_PROTECTION: u8 = 1;

/// What every program says of a passkey, not yet believed.
pub(super) struct Parts {
    pub(super) credential_id: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) user_handle: Vec<u8>,
    pub(super) user_name: String,
    pub(super) user_display_name: String,
    /// PKCS #8.
    pub(super) private_key: SecretBytes,
}

impl Parts {
    /// Checks the parts and makes a passkey without extensions.
    pub(super) fn check(self) -> Result<Passkey, RefuseReason> {
        if self.credential_id.is_empty() || self.user_handle.is_empty() || self.rp_id.is_empty() {
            return Err(RefuseReason::Malformed);
        }
        if self.credential_id.len() > MAX_CREDENTIAL_ID_BYTES
            || self.user_handle.len() > MAX_USER_HANDLE_BYTES
            || self.rp_id.len() > MAX_RP_ID_BYTES
        {
            return Err(RefuseReason::TooLong);
        }
        let (algorithm, private_key) = read_key(self.private_key.expose())?;
        Ok(Passkey {
            credential_id: self.credential_id,
            rp_id: self.rp_id,
            user_handle: self.user_handle,
            user_name: self.user_name,
            user_display_name: self.user_display_name,
            algorithm,
            private_key,
            // What stands in such a file could be copied where it was made, too.
            is_backup_eligible: true,
            cred_protect: NO_PROTECTION,
            hmac_with_uv: None,
            hmac_without_uv: None,
            cred_blob: None,
            large_blob_key: None,
            third_party_payment: false,
        })
    }
}

/// Reads a private key, and writes it again in the one form this vault keeps.
fn read_key(pkcs8: &[u8]) -> Result<(i64, SecretBytes), RefuseReason> {
    if pkcs8.is_empty() {
        return Err(RefuseReason::NoSecret);
    }
    let algorithm = item::key_algorithm(pkcs8).map_err(|error| match error {
        PrivateKeyError::UnknownAlgorithm => RefuseReason::UnknownAlgorithm,
        PrivateKeyError::Malformed => RefuseReason::BadSecret,
    })?;
    let bare = item::bare_key(algorithm, pkcs8).ok_or(RefuseReason::BadSecret)?;
    let is_a_key = bare.iter().any(|byte| *byte != 0);
    let written = item::private_key(algorithm, &bare).filter(|_| is_a_key);
    Ok((algorithm, written.ok_or(RefuseReason::BadSecret)?))
}

/// Reads base64url; padding is not part of it and does no harm.
pub(super) fn base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).ok()
}

/// The bytes of a key as text with a line before and after it (RFC 7468).
pub(super) fn from_pem(text: &str) -> Option<SecretBytes> {
    let is_key = |letter: &u8| !letter.is_ascii_whitespace();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let joined: Zeroizing<Vec<u8>> =
        Zeroizing::new(lines.flat_map(str::bytes).filter(is_key).collect());
    BASE64.decode(&joined).ok().map(SecretBytes::new)
}
