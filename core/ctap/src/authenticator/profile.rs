// SPDX-License-Identifier: MIT OR Apache-2.0
//! What kind of key this is: sizes, algorithms and policies, as data.

use crate::cose::Algorithm;

/// What kind of key this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The model.
    pub aaguid: [u8; 16],
    /// The version of the program.
    pub firmware_version: u32,
    /// The algorithms, the one preferred first.
    pub algorithms: &'static [Algorithm],
    /// The largest message, in bytes (CTAPHID carries at most 7609).
    pub max_message_bytes: usize,
    /// The most descriptors in one list.
    pub max_credentials_in_list: usize,
    /// The largest large-blob array, in bytes; at least 1024.
    pub max_large_blob_bytes: usize,
    /// How it is reached.
    pub transports: &'static [&'static str],
    /// How it may be reset.
    pub transports_for_reset: &'static [&'static str],
    /// Whether the person can be recognised by what is built in ([`super::Question::Verify`]).
    pub has_built_in_uv: bool,
    /// Bit flags of how (FIDO registry, user verification methods).
    pub uv_modality: u32,
    /// How often a platform should ask for that before it asks for the PIN; 1 where whoever drives the engine lets
    /// people try again by itself ([`super::Authenticator::spend_verification`]).
    pub uv_attempts: u8,
    /// Whether credentials can be copied to another machine (BE). Whether they are (BS), the store knows.
    pub is_backup_eligible: bool,
    /// The sites an enterprise attestation is given to without the platform's word.
    pub enterprise_rp_ids: &'static [&'static str],
    /// Whether an enterprise attestation is enrolled.
    pub has_enterprise_attestation: bool,
    /// Whether it is delivered asking for verification always.
    pub is_always_uv_at_first: bool,
    /// Whether the time since power-up is known, and with it the ten seconds for a reset.
    pub has_reset_window: bool,
}

impl Profile {
    /// A PC as a key: large messages, every algorithm.
    pub const HOST: Self = Self {
        // "kagifuda host\0\0\1": told so that a site's list of keys can show a name for it.
        aaguid: *b"kagifuda host\0\0\x01",
        firmware_version: 1,
        algorithms: &[Algorithm::Es256, Algorithm::EdDsa, Algorithm::Es384],
        max_message_bytes: 7609,
        max_credentials_in_list: 64,
        max_large_blob_bytes: 8192,
        transports: &["usb"],
        transports_for_reset: &["usb"],
        has_built_in_uv: false,
        uv_modality: 0,
        uv_attempts: 1,
        is_backup_eligible: true,
        enterprise_rp_ids: &[],
        has_enterprise_attestation: false,
        is_always_uv_at_first: false,
        has_reset_window: true,
    };

    /// The same, of a person who asked for signatures that a quantum computer cannot forge.
    #[cfg(feature = "ml-dsa")]
    pub const HOST_POST_QUANTUM: Self = Self {
        algorithms: &[
            Algorithm::Es256,
            Algorithm::EdDsa,
            Algorithm::Es384,
            Algorithm::MlDsa65,
            Algorithm::MlDsa44,
        ],
        ..Self::HOST
    };

    /// A small board: short messages, the two algorithms that are quick enough there.
    pub const BOARD: Self = Self {
        aaguid: *b"kagifuda board\0\x01",
        algorithms: &[Algorithm::Es256, Algorithm::EdDsa],
        max_message_bytes: 2048,
        max_credentials_in_list: 10,
        max_large_blob_bytes: 2048,
        is_backup_eligible: false,
        ..Self::HOST
    };
}
