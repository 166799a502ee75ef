// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key says of itself (CTAP 2.3 section 6.4), every time anew.

use aes::Aes128;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use super::settings::{MAX_PIN_LENGTH, MIN_PIN_RP_IDS};
use super::{Authenticator, Halt, Turn};
use crate::cbor::Writer;
use crate::entity::CREDENTIAL_ID_BYTES;
use crate::keys::KeyProvider;
use crate::message::config::ConfigCommand;
use crate::store::{CRED_BLOB_BYTES, Store};

/// The extensions, in the order of the names.
const EXTENSIONS: &[&str] = &[
    "credBlob",
    "credProtect",
    "hmac-secret",
    "hmac-secret-mc",
    "largeBlobKey",
    "minPinLength",
    "pinComplexityPolicy",
    "thirdPartyPayment",
];

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn get_info<R: CryptoRng>(
        &mut self,
        turn: &mut Turn<'_, '_, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let profile = self.profile;
        let has_u2f = !self.settings.is_always_uv;
        let room = self.store.room().ok();
        let revision = self.store.revision()?;
        let identifiers = self.settings.persistent_token.as_ref().map(|token| {
            let identifier = self.settings.identifier;
            [
                encrypt(token, b"encIdentifier", &identifier, turn.rng),
                encrypt(token, b"encCredStoreState", &revision, turn.rng),
            ]
        });
        let is_recognising = profile.has_built_in_uv;
        let optional = [
            room.is_some(),
            is_recognising,
            is_recognising,
            identifiers.is_some(),
            identifiers.is_some(),
        ];
        let mut writer = Writer::new(out);
        writer.map(22 + optional.iter().filter(|is_there| **is_there).count());
        let versions: &[&str] = if has_u2f {
            &["U2F_V2", "FIDO_2_0", "FIDO_2_1", "FIDO_2_3"]
        } else {
            &["FIDO_2_0", "FIDO_2_1", "FIDO_2_3"]
        };
        texts(writer.unsigned(0x01), versions);
        texts(writer.unsigned(0x02), EXTENSIONS);
        writer.unsigned(0x03).bytes(&profile.aaguid).unsigned(0x04);
        self.write_options(&mut writer);
        writer.unsigned(0x05).unsigned(profile.max_message_bytes as u64);
        numbers(writer.unsigned(0x06), &[2, 1]);
        writer.unsigned(0x07).unsigned(profile.max_credentials_in_list as u64);
        writer.unsigned(0x08).unsigned(CREDENTIAL_ID_BYTES as u64);
        texts(writer.unsigned(0x09), profile.transports);
        writer.unsigned(0x0A).array(profile.algorithms.len());
        for algorithm in profile.algorithms {
            writer.map(2).text("alg").integer(algorithm.number());
            writer.text("type").text("public-key");
        }
        writer.unsigned(0x0B).unsigned(profile.max_large_blob_bytes as u64);
        writer.unsigned(0x0C).boolean(self.settings.must_change_pin);
        writer.unsigned(0x0D).unsigned(u64::from(self.settings.min_pin_length));
        writer.unsigned(0x0E).unsigned(u64::from(profile.firmware_version));
        writer.unsigned(0x0F).unsigned(CRED_BLOB_BYTES as u64);
        writer.unsigned(0x10).unsigned(MIN_PIN_RP_IDS as u64);
        if is_recognising {
            writer.unsigned(0x11).unsigned(u64::from(profile.uv_attempts));
            writer.unsigned(0x12).unsigned(u64::from(profile.uv_modality));
        }
        if let Some(room) = room {
            writer.unsigned(0x14).unsigned(u64::from(room));
        }
        texts(writer.unsigned(0x16), &["packed", "none"]);
        writer.unsigned(0x18).boolean(self.settings.is_long_touch_for_reset);
        if let Some([identifier, _]) = &identifiers {
            writer.unsigned(0x19).bytes(identifier);
        }
        texts(writer.unsigned(0x1A), profile.transports_for_reset);
        writer.unsigned(0x1B).boolean(self.settings.has_pin_complexity_policy);
        writer.unsigned(0x1D).unsigned(u64::from(MAX_PIN_LENGTH));
        if let Some([_, state]) = &identifiers {
            writer.unsigned(0x1E).bytes(state);
        }
        let commands = ConfigCommand::ALL.into_iter().filter(|command| self.has_config(*command));
        writer.unsigned(0x1F).array(commands.clone().count());
        for command in commands {
            writer.unsigned(command as u64);
        }
        Ok(writer.finish()?)
    }

    /// Writes the options, by length and then by letter.
    fn write_options(&self, writer: &mut Writer<'_>) {
        let profile = &self.profile;
        let always = self.settings.is_always_uv;
        let enterprise = self.settings.is_enterprise_enabled;
        let options = [
            ("ep", profile.has_enterprise_attestation.then_some(enterprise)),
            ("rk", Some(true)),
            ("up", Some(true)),
            ("uv", profile.has_built_in_uv.then_some(true)),
            ("plat", Some(false)),
            ("uvAcfg", profile.has_built_in_uv.then_some(true)),
            ("alwaysUv", Some(always)),
            ("credMgmt", Some(true)),
            ("authnrCfg", Some(true)),
            ("clientPin", Some(self.settings.pin.is_some())),
            ("largeBlobs", Some(true)),
            ("perCredMgmtRO", Some(true)),
            ("pinUvAuthToken", Some(true)),
            ("setMinPINLength", Some(true)),
            ("makeCredUvNotRqd", Some(!always)),
        ];
        writer.map(options.iter().filter(|(_, value)| value.is_some()).count());
        for (name, value) in options {
            if let Some(value) = value {
                writer.text(name).boolean(value);
            }
        }
    }
}

fn texts(writer: &mut Writer<'_>, texts: &[&str]) {
    writer.array(texts.len());
    for text in texts {
        writer.text(text);
    }
}

fn numbers(writer: &mut Writer<'_>, numbers: &[u64]) {
    writer.array(numbers.len());
    for number in numbers {
        writer.unsigned(*number);
    }
}

/// An initialisation vector and one block of AES-128-CBC under a key of the persistent token: the
/// holder of the token recognises the key, everybody else sees something new each time.
fn encrypt<R: CryptoRng>(token: &[u8; 32], info: &[u8], value: &[u8; 16], rng: &mut R) -> [u8; 32] {
    let mut key = zeroize::Zeroizing::new([0; 16]);
    hkdf::Hkdf::<Sha256>::new(Some(&[0; 32]), token)
        .expand(info, &mut *key)
        .expect("16 bytes are a length HKDF-SHA-256 can give");
    let mut told = [0; 32];
    let (iv, block) = told.split_at_mut(16);
    rng.fill_bytes(iv);
    block.copy_from_slice(value);
    let iv: &[u8; 16] = (&*iv).try_into().expect("the first half has 16 bytes");
    cbc::Encryptor::<Aes128>::new((&*key).into(), iv.into())
        .encrypt_padded::<NoPadding>(block, 16)
        .expect("one block needs no padding");
    told
}
