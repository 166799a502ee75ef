// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys as items, and the secret that a key which lives in this vault seals its other credentials
//! under.
//!
//! The fields are those of CXF's passkey and of CTAP's credential together. Private keys are PKCS #8, as
//! CXF carries them.

use kagifuda_secret::SecretBytes;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{bare_key, expect_kind};
use crate::change::{Edit, Edits, FieldId, RawValue};
use crate::error::VaultError;
use crate::fold::ItemState;
use crate::ids::ItemId;
use crate::schema::{field, kinds};
use crate::value;

/// A passkey read from its item, or about to become one.
pub struct Passkey {
    /// Its id.
    pub credential_id: Vec<u8>,
    /// The site's id.
    pub rp_id: String,
    /// The user handle.
    pub user_handle: Vec<u8>,
    /// The account's name.
    pub user_name: String,
    /// The person's name.
    pub user_display_name: String,
    /// The COSE number of what it signs with.
    pub algorithm: i64,
    /// The private key, PKCS #8.
    pub private_key: SecretBytes,
    /// Whether it may be copied (BE), fixed when it was registered.
    pub is_backup_eligible: bool,
    /// credProtect: 1 to 3.
    pub cred_protect: u8,
    /// The secret of hmac-secret after user verification.
    pub hmac_with_uv: Option<SecretBytes>,
    /// The secret of hmac-secret without.
    pub hmac_without_uv: Option<SecretBytes>,
    /// What the site left with it.
    pub cred_blob: Option<SecretBytes>,
    /// The key of its large blob.
    pub large_blob_key: Option<SecretBytes>,
    /// Whether payments may use it from another site.
    pub third_party_payment: bool,
}

/// The edits that make an item of a passkey.
#[must_use]
pub fn passkey_edits(passkey: &Passkey) -> Edits {
    let mut edits = Edits::new();
    let mut set = |id: FieldId, value: RawValue| drop(edits.insert(id, Edit::Set(value)));
    set(field::CREDENTIAL_ID, value::bytes(&passkey.credential_id));
    set(field::RP_ID, value::text(&passkey.rp_id));
    set(field::USER_HANDLE, value::bytes(&passkey.user_handle));
    set(field::USER_NAME, value::text(&passkey.user_name));
    set(field::USER_DISPLAY_NAME, value::text(&passkey.user_display_name));
    set(field::COSE_ALGORITHM, value::number(passkey.algorithm));
    set(field::PRIVATE_KEY, value::bytes(passkey.private_key.expose()));
    set(field::DISCOVERABLE, value::flag(true));
    set(field::BACKUP_ELIGIBLE, value::flag(passkey.is_backup_eligible));
    set(field::CRED_PROTECT, value::number(passkey.cred_protect.into()));
    let secrets = [
        (field::HMAC_WITH_UV, &passkey.hmac_with_uv),
        (field::HMAC_WITHOUT_UV, &passkey.hmac_without_uv),
        (field::CRED_BLOB, &passkey.cred_blob),
        (field::LARGE_BLOB_KEY, &passkey.large_blob_key),
    ];
    for (id, secret) in secrets {
        if let Some(secret) = secret {
            set(id, value::bytes(secret.expose()));
        }
    }
    set(field::PAYMENTS, value::flag(passkey.third_party_payment));
    edits
}

/// The two secrets of hmac-secret, from which WebAuthn's `prf` is made.
pub struct HmacSecrets {
    /// Used when the person was verified.
    pub with_uv: Zeroizing<[u8; 32]>,
    /// Used when not.
    pub without_uv: Zeroizing<[u8; 32]>,
}

/// The secrets of a passkey's hmac-secret. A passkey that came from elsewhere without has them worked out of its
/// private key, so that they are the same at every sign-in and on every PC; `None` where the key cannot be read.
#[must_use]
pub fn hmac_secrets(passkey: &Passkey) -> Option<HmacSecrets> {
    let kept = |secret: &Option<SecretBytes>| {
        let bytes: [u8; 32] = secret.as_ref()?.expose().try_into().ok()?;
        Some(Zeroizing::new(bytes))
    };
    let key = bare_key(passkey.algorithm, passkey.private_key.expose())?;
    let derived = |which: &[u8]| {
        let hash = Sha256::new().chain_update(b"kagifuda hmac-secret ").chain_update(which);
        Zeroizing::new(<[u8; 32]>::from(hash.chain_update(&*key).finalize()))
    };
    Some(HmacSecrets {
        with_uv: kept(&passkey.hmac_with_uv).unwrap_or_else(|| derived(b"with uv")),
        without_uv: kept(&passkey.hmac_without_uv).unwrap_or_else(|| derived(b"without uv")),
    })
}

/// The edits that give a passkey's account other names.
#[must_use]
pub fn passkey_names(user_name: &str, user_display_name: &str) -> Edits {
    Edits::from([
        (field::USER_NAME, Edit::Set(value::text(user_name))),
        (field::USER_DISPLAY_NAME, Edit::Set(value::text(user_display_name))),
    ])
}

/// Reads a passkey from its item.
///
/// # Errors
/// [`VaultError::UnreadableItem`] where the item lacks what a passkey needs.
pub fn passkey(id: ItemId, item: &ItemState) -> Result<Passkey, VaultError> {
    read(item).ok_or(VaultError::UnreadableItem(id))
}

fn read(item: &ItemState) -> Option<Passkey> {
    let item = expect_kind(item, kinds::PASSKEY)?;
    let text = |id| item.scalar(id).and_then(value::read_text).unwrap_or_default().to_owned();
    let bytes = |id| item.scalar(id).and_then(value::read_bytes);
    let secret = |id| bytes(id).map(SecretBytes::from);
    let flag = |id| item.scalar(id).and_then(value::read_flag);
    let number = |id| item.scalar(id).and_then(value::read_number);
    Some(Passkey {
        credential_id: bytes(field::CREDENTIAL_ID)?.to_vec(),
        rp_id: item.scalar(field::RP_ID).and_then(value::read_text)?.to_owned(),
        user_handle: bytes(field::USER_HANDLE)?.to_vec(),
        user_name: text(field::USER_NAME),
        user_display_name: text(field::USER_DISPLAY_NAME),
        algorithm: number(field::COSE_ALGORITHM)?,
        private_key: secret(field::PRIVATE_KEY)?,
        is_backup_eligible: flag(field::BACKUP_ELIGIBLE).unwrap_or(true),
        cred_protect: number(field::CRED_PROTECT).map_or(Some(1), |n| u8::try_from(n).ok())?,
        hmac_with_uv: secret(field::HMAC_WITH_UV),
        hmac_without_uv: secret(field::HMAC_WITHOUT_UV),
        cred_blob: secret(field::CRED_BLOB),
        large_blob_key: secret(field::LARGE_BLOB_KEY),
        third_party_payment: flag(field::PAYMENTS).unwrap_or(false),
    })
}

/// What a key that lives in this vault keeps besides passkeys.
pub struct KeySecret {
    /// What credential ids are sealed under.
    pub secret: SecretBytes,
    /// The array of large blobs, as the platform wrote it.
    pub large_blobs: Option<Vec<u8>>,
}

/// The edits that make an item of a sealing secret.
#[must_use]
pub fn key_secret_edits(secret: &SecretBytes) -> Edits {
    Edits::from([(field::SEALING_SECRET, Edit::Set(value::bytes(secret.expose())))])
}

/// The edit that replaces the array of large blobs.
#[must_use]
pub fn large_blobs_edit(array: &[u8]) -> Edits {
    Edits::from([(field::LARGE_BLOBS, Edit::Set(value::bytes(array)))])
}

/// Reads a sealing secret from its item.
///
/// # Errors
/// [`VaultError::UnreadableItem`] where the item is another's.
pub fn key_secret(id: ItemId, item: &ItemState) -> Result<KeySecret, VaultError> {
    let read = || {
        let item = expect_kind(item, kinds::KEY_SECRET)?;
        let secret = item.scalar(field::SEALING_SECRET).and_then(value::read_bytes)?;
        let large_blobs = item.scalar(field::LARGE_BLOBS).and_then(value::read_bytes);
        Some(KeySecret { secret: secret.into(), large_blobs: large_blobs.map(<[u8]>::to_vec) })
    };
    read().ok_or(VaultError::UnreadableItem(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_the_schemas() {
        let passkey = Passkey {
            credential_id: vec![1],
            rp_id: "example.org".into(),
            user_handle: vec![2],
            user_name: "hanako".into(),
            user_display_name: "花子".into(),
            algorithm: -7,
            private_key: SecretBytes::new(vec![3]),
            is_backup_eligible: true,
            cred_protect: 2,
            hmac_with_uv: Some(SecretBytes::new(vec![4])),
            hmac_without_uv: Some(SecretBytes::new(vec![5])),
            cred_blob: Some(SecretBytes::new(vec![6])),
            large_blob_key: Some(SecretBytes::new(vec![7])),
            third_party_payment: false,
        };
        let kind = crate::schema::kind(kinds::PASSKEY).expect("a known kind");
        let names: Vec<_> = passkey_edits(&passkey)
            .keys()
            .map(|id| kind.field_by_id(*id).expect("a known field").name)
            .collect();
        assert_eq!(
            names,
            [
                "credential-id",
                "rp-id",
                "user-handle",
                "user-name",
                "user-display-name",
                "algorithm",
                "private-key",
                "discoverable",
                "backup-eligible",
                "cred-protect",
                "hmac-with-uv",
                "hmac-without-uv",
                "cred-blob",
                "large-blob-key",
                "payments",
            ]
        );
    }
}
