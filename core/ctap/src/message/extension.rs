// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extension inputs of registrations and sign-ins (CTAP 2.3 section 12).

use crate::cbor::{Reader, Writer};
use crate::pin_protocol::AgreementKey;
use crate::status::Status;

/// The input of hmac-secret at sign-in, and of hmac-secret-mc at registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HmacInput<'a> {
    /// The platform's key.
    pub key_agreement: AgreementKey,
    /// One or two salts, encrypted.
    pub salt_enc: &'a [u8],
    /// The authentication of the salts.
    pub salt_auth: &'a [u8],
    /// The number of the protocol; one where it is not named.
    pub protocol: Option<u64>,
}

impl<'a> HmacInput<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let (mut key, mut salt_enc, mut salt_auth, mut protocol) = (None, None, None, None);
        reader.each_number(|number, value| {
            match number {
                1 => key = Some(AgreementKey::read(value)?),
                2 => salt_enc = Some(value.bytes()?),
                3 => salt_auth = Some(value.bytes()?),
                4 => protocol = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = Status::MissingParameter;
        Ok(Self {
            key_agreement: key.ok_or(missing)?,
            salt_enc: salt_enc.ok_or(missing)?,
            salt_auth: salt_auth.ok_or(missing)?,
            protocol,
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.map(3 + usize::from(self.protocol.is_some())).unsigned(1);
        self.key_agreement.write(writer);
        writer.unsigned(2).bytes(self.salt_enc).unsigned(3).bytes(self.salt_auth);
        if let Some(protocol) = self.protocol {
            writer.unsigned(4).unsigned(protocol);
        }
    }
}

/// Extension inputs of a registration; `None` where one is not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct MakeInputs<'a> {
    /// credProtect: the level, 1 to 3.
    pub cred_protect: Option<u64>,
    /// credBlob: what to keep.
    pub cred_blob: Option<&'a [u8]>,
    /// hmac-secret.
    pub hmac_secret: Option<bool>,
    /// hmac-secret-mc.
    pub hmac_secret_mc: Option<HmacInput<'a>>,
    /// largeBlobKey.
    pub large_blob_key: Option<bool>,
    /// minPinLength.
    pub min_pin_length: Option<bool>,
    /// pinComplexityPolicy.
    pub pin_complexity_policy: Option<bool>,
    /// thirdPartyPayment.
    pub third_party_payment: Option<bool>,
}

impl<'a> MakeInputs<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let mut inputs = Self::default();
        reader.each_text(|name, value| {
            match name {
                "credProtect" => inputs.cred_protect = Some(value.unsigned()?),
                "credBlob" => inputs.cred_blob = Some(value.bytes()?),
                "hmac-secret" => inputs.hmac_secret = Some(value.boolean()?),
                "hmac-secret-mc" => inputs.hmac_secret_mc = Some(HmacInput::read(value)?),
                "largeBlobKey" => inputs.large_blob_key = Some(value.boolean()?),
                "minPinLength" => inputs.min_pin_length = Some(value.boolean()?),
                "pinComplexityPolicy" => inputs.pin_complexity_policy = Some(value.boolean()?),
                "thirdPartyPayment" => inputs.third_party_payment = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(inputs)
    }

    /// Writes the inputs in canonical order.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        let flags = [self.hmac_secret, self.large_blob_key, self.min_pin_length];
        let more = [self.third_party_payment, self.pin_complexity_policy];
        let count = flags.iter().chain(&more).filter(|flag| flag.is_some()).count()
            + usize::from(self.cred_protect.is_some())
            + usize::from(self.cred_blob.is_some())
            + usize::from(self.hmac_secret_mc.is_some());
        writer.map(count);
        if let Some(blob) = self.cred_blob {
            writer.text("credBlob").bytes(blob);
        }
        if let Some(level) = self.cred_protect {
            writer.text("credProtect").unsigned(level);
        }
        for (name, flag) in ["hmac-secret", "largeBlobKey", "minPinLength"].into_iter().zip(flags) {
            if let Some(flag) = flag {
                writer.text(name).boolean(flag);
            }
        }
        if let Some(input) = &self.hmac_secret_mc {
            writer.text("hmac-secret-mc");
            input.write(writer);
        }
        for (name, flag) in ["thirdPartyPayment", "pinComplexityPolicy"].into_iter().zip(more) {
            if let Some(flag) = flag {
                writer.text(name).boolean(flag);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Extension inputs of a sign-in; `None` where one is not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct AssertInputs<'a> {
    /// credBlob: whether the blob is wanted.
    pub cred_blob: Option<bool>,
    /// hmac-secret.
    pub hmac_secret: Option<HmacInput<'a>>,
    /// largeBlobKey: whether the key is wanted.
    pub large_blob_key: Option<bool>,
    /// thirdPartyPayment: whether the flag is wanted.
    pub third_party_payment: Option<bool>,
}

impl<'a> AssertInputs<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let mut inputs = Self::default();
        reader.each_text(|name, value| {
            match name {
                "credBlob" => inputs.cred_blob = Some(value.boolean()?),
                "hmac-secret" => inputs.hmac_secret = Some(HmacInput::read(value)?),
                "largeBlobKey" => inputs.large_blob_key = Some(value.boolean()?),
                "thirdPartyPayment" => inputs.third_party_payment = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(inputs)
    }

    /// Writes the inputs in canonical order.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        let flags = [self.cred_blob, self.large_blob_key, self.third_party_payment];
        let count = flags.iter().filter(|flag| flag.is_some()).count();
        writer.map(count + usize::from(self.hmac_secret.is_some()));
        if let Some(wanted) = self.cred_blob {
            writer.text("credBlob").boolean(wanted);
        }
        if let Some(input) = &self.hmac_secret {
            writer.text("hmac-secret");
            input.write(writer);
        }
        if let Some(wanted) = self.large_blob_key {
            writer.text("largeBlobKey").boolean(wanted);
        }
        if let Some(wanted) = self.third_party_payment {
            writer.text("thirdPartyPayment").boolean(wanted);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
