// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorGetInfo (CTAP 2.3 section 6.4), as a client reads it: what a key says of itself.
//!
//! What is missing has the value the specification gives it, where it gives one. Lists stay in the
//! message and are walked there.

use super::make_credential::Algorithms;
use crate::cbor::Reader;
use crate::entity::Texts;
use crate::pin_protocol::PinProtocol;
use crate::status::Status;

/// The largest message of a key that does not name one, in bytes (section 6.4).
const MAX_MESSAGE_BYTES: u64 = 1024;
/// The shortest PIN of a key that does not name one, in code points.
const MIN_PIN_LENGTH: u64 = 4;
/// The longest PIN of a key that does not name one, in bytes.
const MAX_PIN_LENGTH: u64 = 63;

/// The options a key names; `None` where it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct InfoOptions {
    /// `plat`: whether it is a part of the machine.
    pub plat: Option<bool>,
    /// `rk`: whether it keeps passkeys.
    pub rk: Option<bool>,
    /// `clientPin`: whether a PIN is set; not named, where none can be.
    pub client_pin: Option<bool>,
    /// `up`: whether it notices a touch.
    pub up: Option<bool>,
    /// `uv`: whether it has been taught to recognise its person; not named, where it cannot.
    pub uv: Option<bool>,
    /// `pinUvAuthToken`: whether it gives out tokens with permissions.
    pub pin_uv_auth_token: Option<bool>,
    /// `noMcGaPermissionsWithClientPin`: whether a PIN is not enough to register and sign in.
    pub no_mc_ga_permissions_with_client_pin: Option<bool>,
    /// `largeBlobs`: whether it keeps them.
    pub large_blobs: Option<bool>,
    /// `ep`: whether enterprise attestation is switched on.
    pub ep: Option<bool>,
    /// `bioEnroll`: whether fingerprints are enrolled.
    pub bio_enroll: Option<bool>,
    /// `userVerificationMgmtPreview`: the same, before it was standard.
    pub bio_enroll_preview: Option<bool>,
    /// `uvBioEnroll`: whether being recognised is enough to enrol.
    pub uv_bio_enroll: Option<bool>,
    /// `authnrCfg`: whether settings can be changed.
    pub authnr_cfg: Option<bool>,
    /// `uvAcfg`: whether being recognised is enough to change them.
    pub uv_acfg: Option<bool>,
    /// `credMgmt`: whether passkeys can be managed.
    pub cred_mgmt: Option<bool>,
    /// `credentialMgmtPreview`: the same, before it was standard.
    pub cred_mgmt_preview: Option<bool>,
    /// `perCredMgmtRO`: whether there are tokens that list passkeys and outlive power cycles.
    pub per_cred_mgmt_ro: Option<bool>,
    /// `setMinPINLength`: whether a minimum can be set.
    pub set_min_pin_length: Option<bool>,
    /// `makeCredUvNotRqd`: whether credentials that are not discoverable need no verification.
    pub make_cred_uv_not_rqd: Option<bool>,
    /// `alwaysUv`: whether verification is always demanded.
    pub always_uv: Option<bool>,
}

impl InfoOptions {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Status> {
        let mut options = Self::default();
        reader.each_text(|name, value| {
            let slot = match name {
                "plat" => &mut options.plat,
                "rk" => &mut options.rk,
                "clientPin" => &mut options.client_pin,
                "up" => &mut options.up,
                "uv" => &mut options.uv,
                "pinUvAuthToken" => &mut options.pin_uv_auth_token,
                "noMcGaPermissionsWithClientPin" => {
                    &mut options.no_mc_ga_permissions_with_client_pin
                }
                "largeBlobs" => &mut options.large_blobs,
                "ep" => &mut options.ep,
                "bioEnroll" => &mut options.bio_enroll,
                "userVerificationMgmtPreview" => &mut options.bio_enroll_preview,
                "uvBioEnroll" => &mut options.uv_bio_enroll,
                "authnrCfg" => &mut options.authnr_cfg,
                "uvAcfg" => &mut options.uv_acfg,
                "credMgmt" => &mut options.cred_mgmt,
                "credentialMgmtPreview" => &mut options.cred_mgmt_preview,
                "perCredMgmtRO" => &mut options.per_cred_mgmt_ro,
                "setMinPINLength" => &mut options.set_min_pin_length,
                "makeCredUvNotRqd" => &mut options.make_cred_uv_not_rqd,
                "alwaysUv" => &mut options.always_uv,
                _ => return Ok(false),
            };
            *slot = Some(value.boolean()?);
            Ok(true)
        })?;
        Ok(options)
    }
}

/// A list of unsigned numbers in a message, read once, then walked as often as needed.
#[derive(Clone)]
pub struct Numbers<'a> {
    reader: Reader<'a>,
    count: usize,
}

impl Default for Numbers<'_> {
    /// An empty list.
    fn default() -> Self {
        Self { reader: Reader::new(&[]), count: 0 }
    }
}

impl<'a> Numbers<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let mut inner = Reader::new(reader.raw_array()?);
        let count = inner.array()?;
        let list = Self { reader: inner.clone(), count };
        for _ in 0..count {
            inner.unsigned()?;
        }
        Ok(list)
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The numbers, in their order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + use<'a> {
        let (mut reader, count) = (self.reader.clone(), self.count);
        (0..count).filter_map(move |_| reader.unsigned().ok())
    }
}

/// What a key says of itself. A list it does not send is empty.
#[derive(Clone)]
pub struct Info<'a> {
    /// The versions it speaks, such as `FIDO_2_1`.
    pub versions: Texts<'a>,
    /// The extensions it knows.
    pub extensions: Texts<'a>,
    /// The model.
    pub aaguid: [u8; 16],
    /// The options it names.
    pub options: InfoOptions,
    /// The largest message it takes, in bytes.
    pub max_message_bytes: u64,
    /// The PIN/UV auth protocols, the one preferred first.
    pub pin_protocols: Numbers<'a>,
    /// The most credentials in one list.
    pub max_credentials_in_list: Option<u64>,
    /// The longest credential id, in bytes.
    pub max_credential_id_bytes: Option<u64>,
    /// How it is reached.
    pub transports: Texts<'a>,
    /// The algorithms, the one preferred first.
    pub algorithms: Algorithms<'a>,
    /// The largest large-blob array, in bytes.
    pub max_large_blob_bytes: Option<u64>,
    /// Whether the PIN is to be changed before anything else.
    pub must_change_pin: bool,
    /// The shortest PIN, in code points.
    pub min_pin_length: u64,
    /// The version of its program.
    pub firmware_version: Option<u64>,
    /// The longest credBlob, in bytes.
    pub max_cred_blob_bytes: Option<u64>,
    /// The most sites that may be told the shortest PIN.
    pub max_min_pin_rp_ids: Option<u64>,
    /// How often to let it try to recognise its person before asking for the PIN.
    pub preferred_uv_attempts: Option<u64>,
    /// How it recognises its person, as bit flags.
    pub uv_modality: Option<u64>,
    /// Its certifications, as CBOR.
    pub certifications: Option<&'a [u8]>,
    /// How many more passkeys fit, as far as it can tell.
    pub room: Option<u64>,
    /// The attestation formats.
    pub attestation_formats: Texts<'a>,
    /// How often its person was recognised since the PIN was last asked for.
    pub uv_count_since_pin: Option<u64>,
    /// Whether a reset needs a long touch; not named, where it cannot.
    pub is_long_touch_for_reset: Option<bool>,
    /// Who it is, for those who hold a token that outlives power cycles.
    pub enc_identifier: Option<&'a [u8]>,
    /// How it may be reset.
    pub transports_for_reset: Texts<'a>,
    /// Whether PINs that are too simple are refused; not named, where it cannot.
    pub has_pin_complexity_policy: Option<bool>,
    /// Where that rule is explained.
    pub pin_complexity_policy_url: Option<&'a [u8]>,
    /// The longest PIN, in bytes.
    pub max_pin_length: u64,
    /// What changes with its passkeys, for those who hold a token that outlives power cycles.
    pub enc_cred_store_state: Option<&'a [u8]>,
    /// The subcommands of authenticatorConfig.
    pub config_commands: Numbers<'a>,
}

impl<'a> Info<'a> {
    /// A key that says nothing.
    fn silent() -> Self {
        Self {
            versions: Texts::default(),
            extensions: Texts::default(),
            aaguid: [0; 16],
            options: InfoOptions::default(),
            max_message_bytes: MAX_MESSAGE_BYTES,
            pin_protocols: Numbers::default(),
            max_credentials_in_list: None,
            max_credential_id_bytes: None,
            transports: Texts::default(),
            algorithms: Algorithms::default(),
            max_large_blob_bytes: None,
            must_change_pin: false,
            min_pin_length: MIN_PIN_LENGTH,
            firmware_version: None,
            max_cred_blob_bytes: None,
            max_min_pin_rp_ids: None,
            preferred_uv_attempts: None,
            uv_modality: None,
            certifications: None,
            room: None,
            attestation_formats: Texts::default(),
            uv_count_since_pin: None,
            is_long_touch_for_reset: None,
            enc_identifier: None,
            transports_for_reset: Texts::default(),
            has_pin_complexity_policy: None,
            pin_complexity_policy_url: None,
            max_pin_length: MAX_PIN_LENGTH,
            enc_cred_store_state: None,
            config_commands: Numbers::default(),
        }
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] without versions or model, and what reading a value returns; here they
    /// blame the key.
    pub fn read(answer: &'a [u8]) -> Result<Self, Status> {
        let mut info = Self::silent();
        let (mut has_versions, mut has_aaguid) = (false, false);
        Reader::new(answer).each_number(|number, value| {
            has_versions |= number == 0x01;
            has_aaguid |= number == 0x03;
            info.take(number, value)
        })?;
        if has_versions && has_aaguid { Ok(info) } else { Err(Status::MissingParameter) }
    }

    fn take(&mut self, number: u64, value: &mut Reader<'a>) -> Result<bool, Status> {
        match number {
            0x01 => self.versions = Texts::read(value)?,
            0x02 => self.extensions = Texts::read(value)?,
            0x03 => self.aaguid = value.bytes()?.try_into().map_err(|_| Status::InvalidLength)?,
            0x04 => self.options = InfoOptions::read(value)?,
            0x05 => self.max_message_bytes = value.unsigned()?,
            0x06 => self.pin_protocols = Numbers::read(value)?,
            0x07 => self.max_credentials_in_list = Some(value.unsigned()?),
            0x08 => self.max_credential_id_bytes = Some(value.unsigned()?),
            0x09 => self.transports = Texts::read(value)?,
            0x0A => self.algorithms = Algorithms::read(value)?,
            0x0B => self.max_large_blob_bytes = Some(value.unsigned()?),
            0x0C => self.must_change_pin = value.boolean()?,
            0x0D => self.min_pin_length = value.unsigned()?,
            0x0E => self.firmware_version = Some(value.unsigned()?),
            0x0F => self.max_cred_blob_bytes = Some(value.unsigned()?),
            0x10 => self.max_min_pin_rp_ids = Some(value.unsigned()?),
            0x11 => self.preferred_uv_attempts = Some(value.unsigned()?),
            0x12 => self.uv_modality = Some(value.unsigned()?),
            0x13 => self.certifications = Some(value.raw_map()?),
            0x14 => self.room = Some(value.unsigned()?),
            0x16 => self.attestation_formats = Texts::read(value)?,
            0x17 => self.uv_count_since_pin = Some(value.unsigned()?),
            0x18 => self.is_long_touch_for_reset = Some(value.boolean()?),
            0x19 => self.enc_identifier = Some(value.bytes()?),
            0x1A => self.transports_for_reset = Texts::read(value)?,
            0x1B => self.has_pin_complexity_policy = Some(value.boolean()?),
            0x1C => self.pin_complexity_policy_url = Some(value.bytes()?),
            0x1D => self.max_pin_length = value.unsigned()?,
            0x1E => self.enc_cred_store_state = Some(value.bytes()?),
            0x1F => self.config_commands = Numbers::read(value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Tells whether it speaks a version.
    #[must_use]
    pub fn has_version(&self, name: &str) -> bool {
        self.versions.iter().any(|version| version == name)
    }

    /// Tells whether it knows an extension.
    #[must_use]
    pub fn has_extension(&self, name: &str) -> bool {
        self.extensions.iter().any(|extension| extension == name)
    }

    /// Tells whether it gives out tokens with permissions (CTAP 2.1 and later).
    #[must_use]
    pub fn has_tokens_with_permissions(&self) -> bool {
        self.options.pin_uv_auth_token == Some(true)
    }

    /// The protocol to talk about PINs in: the first of the key's that is ours too.
    #[must_use]
    pub fn pin_protocol(&self) -> Option<PinProtocol> {
        self.pin_protocols.iter().find_map(|number| PinProtocol::from_number(number).ok())
    }
}
