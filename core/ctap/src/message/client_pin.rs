// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorClientPIN (CTAP 2.3 section 6.5.5): the PIN, and tokens for what it allows.

use crate::cbor::{Reader, Writer};
use crate::pin_protocol::AgreementKey;
use crate::status::Status;

/// The subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PinCommand {
    /// getPINRetries.
    PinRetries = 0x01,
    /// getKeyAgreement.
    KeyAgreement = 0x02,
    /// setPIN.
    SetPin = 0x03,
    /// changePIN.
    ChangePin = 0x04,
    /// getPinToken, as CTAP 2.0 had it.
    PinToken = 0x05,
    /// getPinUvAuthTokenUsingUvWithPermissions.
    TokenUsingUv = 0x06,
    /// getUVRetries.
    UvRetries = 0x07,
    /// getPinUvAuthTokenUsingPinWithPermissions.
    TokenUsingPin = 0x09,
}

impl PinCommand {
    /// The subcommand of a number.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0x01 => Self::PinRetries,
            0x02 => Self::KeyAgreement,
            0x03 => Self::SetPin,
            0x04 => Self::ChangePin,
            0x05 => Self::PinToken,
            0x06 => Self::TokenUsingUv,
            0x07 => Self::UvRetries,
            0x09 => Self::TokenUsingPin,
            _ => return None,
        })
    }
}

/// A request; which parts it needs depends on the subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientPin<'a> {
    /// The number of the protocol.
    pub protocol: Option<u64>,
    /// The number of the subcommand.
    pub subcommand: u64,
    /// The platform's key.
    pub key_agreement: Option<AgreementKey>,
    /// The authentication of what is encrypted.
    pub param: Option<&'a [u8]>,
    /// The new PIN, padded and encrypted.
    pub new_pin_enc: Option<&'a [u8]>,
    /// The first half of the PIN's hash, encrypted.
    pub pin_hash_enc: Option<&'a [u8]>,
    /// What the token is to allow.
    pub permissions: Option<u64>,
    /// The site the token is for.
    pub rp_id: Option<&'a str>,
}

impl<'a> ClientPin<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// The status the specification names for a missing or wrong parameter.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut request = Self::default();
        let mut subcommand = None;
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => request.protocol = Some(value.unsigned()?),
                2 => subcommand = Some(value.unsigned()?),
                3 => request.key_agreement = Some(AgreementKey::read(value)?),
                4 => request.param = Some(value.bytes()?),
                5 => request.new_pin_enc = Some(value.bytes()?),
                6 => request.pin_hash_enc = Some(value.bytes()?),
                9 => request.permissions = Some(value.unsigned()?),
                10 => request.rp_id = Some(value.text()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        request.subcommand = subcommand.ok_or(Status::MissingParameter)?;
        Ok(request)
    }

    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let optional = [
            self.protocol.is_some(),
            self.key_agreement.is_some(),
            self.param.is_some(),
            self.new_pin_enc.is_some(),
            self.pin_hash_enc.is_some(),
            self.permissions.is_some(),
            self.rp_id.is_some(),
        ];
        writer.map(1 + optional.iter().filter(|is_there| **is_there).count());
        if let Some(protocol) = self.protocol {
            writer.unsigned(1).unsigned(protocol);
        }
        writer.unsigned(2).unsigned(self.subcommand);
        if let Some(key) = &self.key_agreement {
            key.write(writer.unsigned(3));
        }
        for (number, bytes) in [(4, self.param), (5, self.new_pin_enc), (6, self.pin_hash_enc)] {
            if let Some(bytes) = bytes {
                writer.unsigned(number).bytes(bytes);
            }
        }
        if let Some(permissions) = self.permissions {
            writer.unsigned(9).unsigned(permissions);
        }
        if let Some(rp_id) = self.rp_id {
            writer.unsigned(10).text(rp_id);
        }
    }
}

/// An answer; which parts it has depends on the subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PinAnswer<'a> {
    /// The key's key.
    pub key_agreement: Option<AgreementKey>,
    /// The token, encrypted.
    pub token_enc: Option<&'a [u8]>,
    /// How often the PIN may still be tried.
    pub pin_retries: Option<u64>,
    /// Whether the key has to be unplugged before the PIN is tried again.
    pub needs_power_cycle: Option<bool>,
    /// How often the built-in verification may still be tried.
    pub uv_retries: Option<u64>,
}

impl<'a> PinAnswer<'a> {
    /// Writes the answer.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [
            self.key_agreement.is_some(),
            self.token_enc.is_some(),
            self.pin_retries.is_some(),
            self.needs_power_cycle.is_some(),
            self.uv_retries.is_some(),
        ];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        if let Some(key) = &self.key_agreement {
            key.write(writer.unsigned(1));
        }
        if let Some(token) = self.token_enc {
            writer.unsigned(2).bytes(token);
        }
        if let Some(retries) = self.pin_retries {
            writer.unsigned(3).unsigned(retries);
        }
        if let Some(needed) = self.needs_power_cycle {
            writer.unsigned(4).boolean(needed);
        }
        if let Some(retries) = self.uv_retries {
            writer.unsigned(5).unsigned(retries);
        }
    }

    /// Reads a checked answer.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] and what reading a key returns; here they blame the key.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut answer = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => answer.key_agreement = Some(AgreementKey::read(value)?),
                2 => answer.token_enc = Some(value.bytes()?),
                3 => answer.pin_retries = Some(value.unsigned()?),
                4 => answer.needs_power_cycle = Some(value.boolean()?),
                5 => answer.uv_retries = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(answer)
    }
}
