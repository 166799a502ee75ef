// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorConfig (CTAP 2.3 section 6.11).

use super::PinUvAuth;
use crate::cbor::{Reader, Writer};
use crate::entity::Texts;
use crate::status::Status;

/// The subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ConfigCommand {
    /// enableEnterpriseAttestation.
    EnableEnterpriseAttestation = 0x01,
    /// toggleAlwaysUv.
    ToggleAlwaysUv = 0x02,
    /// setMinPINLength.
    SetMinPinLength = 0x03,
    /// enableLongTouchForReset.
    EnableLongTouchForReset = 0x04,
}

impl ConfigCommand {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::EnableEnterpriseAttestation,
        Self::ToggleAlwaysUv,
        Self::SetMinPinLength,
        Self::EnableLongTouchForReset,
    ];

    /// The subcommand of a number.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0x01 => Self::EnableEnterpriseAttestation,
            0x02 => Self::ToggleAlwaysUv,
            0x03 => Self::SetMinPinLength,
            0x04 => Self::EnableLongTouchForReset,
            _ => return None,
        })
    }
}

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Config<'a> {
    /// The number of the subcommand.
    pub subcommand: u64,
    /// Its parameters, as CBOR.
    pub parameters: Option<&'a [u8]>,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
}

impl<'a> Config<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// The status the specification names for a missing or wrong parameter.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut request = Self::default();
        let mut subcommand = None;
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => subcommand = Some(value.unsigned()?),
                2 => request.parameters = Some(value.raw_map()?),
                3 => request.auth.protocol = Some(value.unsigned()?),
                4 => request.auth.param = Some(value.bytes()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        request.subcommand = subcommand.ok_or(Status::MissingParameter)?;
        Ok(request)
    }

    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let optional =
            [self.parameters.is_some(), self.auth.protocol.is_some(), self.auth.param.is_some()];
        writer.map(1 + optional.iter().filter(|is_there| **is_there).count());
        writer.unsigned(1).unsigned(self.subcommand);
        if let Some(parameters) = self.parameters {
            writer.unsigned(2).raw(parameters);
        }
        if let Some(protocol) = self.auth.protocol {
            writer.unsigned(3).unsigned(protocol);
        }
        if let Some(param) = self.auth.param {
            writer.unsigned(4).bytes(param);
        }
    }

    /// The message that the authentication is over.
    #[must_use]
    pub fn authenticated<'m>(&'m self, head: &'m mut [u8; 34]) -> [&'m [u8]; 2] {
        *head = [0xFF; 34];
        head[32] = 0x0D;
        head[33] = u8::try_from(self.subcommand).unwrap_or(u8::MAX);
        [&head[..], self.parameters.unwrap_or_default()]
    }
}

/// The parameters of setMinPINLength.
#[derive(Clone, Default)]
pub struct MinPinLength<'a> {
    /// The new shortest length, in code points.
    pub length: Option<u64>,
    /// The sites that may learn it.
    pub rp_ids: Option<Texts<'a>>,
    /// Whether the PIN is to be changed before anything else.
    pub force_change: Option<bool>,
    /// Whether too simple PINs are to be refused.
    pub complexity: Option<bool>,
}

impl<'a> MinPinLength<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] for a parameter of another type.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut read = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => read.length = Some(value.unsigned()?),
                2 => read.rp_ids = Some(Texts::read(value)?),
                3 => read.force_change = Some(value.boolean()?),
                4 => read.complexity = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(read)
    }
}

/// What a client asks of setMinPINLength; [`Self::write`] makes the parameters of it.
#[derive(Clone, Copy, Default)]
pub struct MinPinLengthRequest<'a> {
    /// The new shortest length, in code points.
    pub length: Option<u8>,
    /// The sites that may learn it; `None` leaves them.
    pub rp_ids: Option<&'a [&'a str]>,
    /// Whether the PIN is to be changed before anything else.
    pub force_change: bool,
    /// Whether too simple PINs are to be refused from now on.
    pub complexity: bool,
}

impl MinPinLengthRequest<'_> {
    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there =
            [self.length.is_some(), self.rp_ids.is_some(), self.force_change, self.complexity];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        if let Some(length) = self.length {
            writer.unsigned(1).unsigned(u64::from(length));
        }
        if let Some(rp_ids) = self.rp_ids {
            writer.unsigned(2).array(rp_ids.len());
            for rp_id in rp_ids {
                writer.text(rp_id);
            }
        }
        if self.force_change {
            writer.unsigned(3).boolean(true);
        }
        if self.complexity {
            writer.unsigned(4).boolean(true);
        }
    }
}
