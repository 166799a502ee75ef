// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the two ends say to each other (CTAP 2.3 section 6): a file for each command, requests and
//! answers, each read and written by the same type, so that authenticator and client cannot disagree.
//!
//! Requests borrow from the message they were read from. A message is checked as CBOR
//! ([`crate::cbor::check()`]) before it is read here. Unknown parameters are skipped, as the
//! specification wants.

pub mod auth_data;
pub mod bio_enrollment;
pub mod client_pin;
pub mod config;
pub mod credential_management;
pub mod extension;
pub mod get_assertion;
pub mod get_info;
pub mod large_blobs;
pub mod make_credential;

use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The commands, by their byte (CTAP 2.3 section 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Command {
    /// authenticatorMakeCredential.
    MakeCredential = 0x01,
    /// authenticatorGetAssertion.
    GetAssertion = 0x02,
    /// authenticatorGetInfo.
    GetInfo = 0x04,
    /// authenticatorClientPIN.
    ClientPin = 0x06,
    /// authenticatorReset.
    Reset = 0x07,
    /// authenticatorGetNextAssertion.
    GetNextAssertion = 0x08,
    /// authenticatorBioEnrollment; keys with a fingerprint reader have it, ours do not.
    BioEnrollment = 0x09,
    /// authenticatorCredentialManagement.
    CredentialManagement = 0x0A,
    /// authenticatorSelection.
    Selection = 0x0B,
    /// authenticatorLargeBlobs.
    LargeBlobs = 0x0C,
    /// authenticatorConfig.
    Config = 0x0D,
}

impl Command {
    /// The command of a byte. The prototype's number for managing credentials (0x41, FIDO_2_1_PRE) is still
    /// taken: libfido2 sends no other up to 1.14, and `ssh-keygen -K` speaks through it.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x01 => Self::MakeCredential,
            0x02 => Self::GetAssertion,
            0x04 => Self::GetInfo,
            0x06 => Self::ClientPin,
            0x07 => Self::Reset,
            0x08 => Self::GetNextAssertion,
            0x09 => Self::BioEnrollment,
            0x0A | 0x41 => Self::CredentialManagement,
            0x0B => Self::Selection,
            0x0C => Self::LargeBlobs,
            0x0D => Self::Config,
            _ => return None,
        })
    }
}

/// The options of a request; `None` where one is not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether the credential is to be discoverable.
    pub rk: Option<bool>,
    /// Whether a touch is wanted.
    pub up: Option<bool>,
    /// Whether built-in user verification is wanted.
    pub uv: Option<bool>,
}

impl Options {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Status> {
        let mut options = Self::default();
        reader.each_text(|key, value| {
            match key {
                "rk" => options.rk = Some(value.boolean()?),
                "up" => options.up = Some(value.boolean()?),
                "uv" => options.uv = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(options)
    }

    pub(crate) fn write(self, writer: &mut Writer<'_>) {
        let all = [("rk", self.rk), ("up", self.up), ("uv", self.uv)];
        writer.map(all.iter().filter(|(_, value)| value.is_some()).count());
        for (name, value) in all {
            if let Some(value) = value {
                writer.text(name).boolean(value);
            }
        }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.rk.is_none() && self.up.is_none() && self.uv.is_none()
    }
}

/// The proof that a request comes from a platform with a pinUvAuthToken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PinUvAuth<'a> {
    /// The pinUvAuthParam.
    pub param: Option<&'a [u8]>,
    /// The number of the protocol.
    pub protocol: Option<u64>,
}
