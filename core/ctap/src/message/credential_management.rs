// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorCredentialManagement (CTAP 2.3 section 6.8): listing passkeys, removing them and renaming
//! their accounts.
//!
//! Public keys stay as COSE wrote them and unknown levels of protection are left out, so that a client
//! can list what another maker's key holds.

use super::PinUvAuth;
use crate::cbor::{Reader, Writer};
use crate::entity::{Descriptor, RpIdHash, RpRef, UserRef};
use crate::status::Status;
use crate::store::Protection;

/// The subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ManagementCommand {
    /// getCredsMetadata: how many passkeys there are and how many more fit.
    Count = 0x01,
    /// enumerateRPsBegin: the first site with passkeys.
    FirstSite = 0x02,
    /// enumerateRPsGetNextRP: the next one.
    NextSite = 0x03,
    /// enumerateCredentialsBegin: the first passkey of a site.
    FirstPasskey = 0x04,
    /// enumerateCredentialsGetNextCredential: the next one.
    NextPasskey = 0x05,
    /// deleteCredential.
    Remove = 0x06,
    /// updateUserInformation.
    Rename = 0x07,
}

impl ManagementCommand {
    /// The subcommand of a number.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0x01 => Self::Count,
            0x02 => Self::FirstSite,
            0x03 => Self::NextSite,
            0x04 => Self::FirstPasskey,
            0x05 => Self::NextPasskey,
            0x06 => Self::Remove,
            0x07 => Self::Rename,
            _ => return None,
        })
    }
}

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CredentialManagement<'a> {
    /// The number of the subcommand.
    pub subcommand: u64,
    /// Its parameters, as CBOR.
    pub parameters: Option<&'a [u8]>,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
}

impl<'a> CredentialManagement<'a> {
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
    pub fn authenticated<'m>(&'m self, head: &'m mut [u8; 1]) -> [&'m [u8]; 2] {
        *head = [u8::try_from(self.subcommand).unwrap_or(u8::MAX)];
        [&head[..], self.parameters.unwrap_or_default()]
    }
}

/// The parameters of a subcommand; which it needs depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ManagementParameters<'a> {
    /// The site whose passkeys are listed.
    pub rp: Option<RpIdHash>,
    /// The passkey that is removed or renamed.
    pub passkey: Option<Descriptor<'a>>,
    /// The account's new names.
    pub user: Option<UserRef<'a>>,
}

impl<'a> ManagementParameters<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] for a hash of another length, and what reading the others returns.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut read = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => read.rp = Some(read_hash(value)?),
                2 => read.passkey = Some(Descriptor::read(value)?),
                3 => read.user = Some(UserRef::read(value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(read)
    }

    /// Writes them.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [self.rp.is_some(), self.passkey.is_some(), self.user.is_some()];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        if let Some(rp) = &self.rp {
            writer.unsigned(1).bytes(&rp.0);
        }
        if let Some(passkey) = &self.passkey {
            Descriptor::write(passkey.id, writer.unsigned(2));
        }
        if let Some(user) = &self.user {
            user.write(writer.unsigned(3));
        }
    }
}

/// An answer; which parts it has depends on the subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ManagementAnswer<'a> {
    /// How many passkeys there are.
    pub count: Option<u64>,
    /// How many more fit, at most.
    pub room: Option<u64>,
    /// A site.
    pub rp: Option<RpRef<'a>>,
    /// The hash of its id.
    pub rp_hash: Option<RpIdHash>,
    /// How many sites there are; with the first only.
    pub site_count: Option<u64>,
    /// The account of a passkey.
    pub user: Option<UserRef<'a>>,
    /// Its id.
    pub credential_id: Option<&'a [u8]>,
    /// Its public key, as a COSE_Key.
    pub public_key: Option<&'a [u8]>,
    /// How many passkeys the site has; with the first only.
    pub passkey_count: Option<u64>,
    /// How well it is protected.
    pub protection: Option<Protection>,
    /// The key of its large blob.
    pub large_blob_key: Option<&'a [u8]>,
    /// Whether payments may use it from another site.
    pub third_party_payment: Option<bool>,
}

impl<'a> ManagementAnswer<'a> {
    /// Writes the answer.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [
            self.count.is_some(),
            self.room.is_some(),
            self.rp.is_some(),
            self.rp_hash.is_some(),
            self.site_count.is_some(),
            self.user.is_some(),
            self.credential_id.is_some(),
            self.public_key.is_some(),
            self.passkey_count.is_some(),
            self.protection.is_some(),
            self.large_blob_key.is_some(),
            self.third_party_payment.is_some(),
        ];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        for (number, count) in [(1, self.count), (2, self.room)] {
            if let Some(count) = count {
                writer.unsigned(number).unsigned(count);
            }
        }
        if let Some(rp) = &self.rp {
            rp.write(writer.unsigned(3));
        }
        if let Some(hash) = &self.rp_hash {
            writer.unsigned(4).bytes(&hash.0);
        }
        if let Some(count) = self.site_count {
            writer.unsigned(5).unsigned(count);
        }
        if let Some(user) = &self.user {
            user.write(writer.unsigned(6));
        }
        if let Some(id) = self.credential_id {
            Descriptor::write(id, writer.unsigned(7));
        }
        if let Some(key) = self.public_key {
            writer.unsigned(8).raw(key);
        }
        if let Some(count) = self.passkey_count {
            writer.unsigned(9).unsigned(count);
        }
        if let Some(protection) = self.protection {
            writer.unsigned(0x0A).unsigned(protection as u64);
        }
        if let Some(key) = self.large_blob_key {
            writer.unsigned(0x0B).bytes(key);
        }
        if let Some(payment) = self.third_party_payment {
            writer.unsigned(0x0C).boolean(payment);
        }
    }

    /// Reads a checked answer.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] and [`Status::MissingParameter`]; here they blame the key.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut answer = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => answer.count = Some(value.unsigned()?),
                2 => answer.room = Some(value.unsigned()?),
                3 => answer.rp = Some(RpRef::read(value)?),
                4 => answer.rp_hash = Some(read_hash(value)?),
                5 => answer.site_count = Some(value.unsigned()?),
                6 => answer.user = Some(UserRef::read(value)?),
                7 => answer.credential_id = Some(Descriptor::read(value)?.id),
                8 => answer.public_key = Some(value.raw_map()?),
                9 => answer.passkey_count = Some(value.unsigned()?),
                0x0A => answer.protection = Protection::from_number(value.unsigned()?),
                0x0B => answer.large_blob_key = Some(value.bytes()?),
                0x0C => answer.third_party_payment = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(answer)
    }
}

fn read_hash(value: &mut Reader<'_>) -> Result<RpIdHash, Status> {
    value.bytes()?.try_into().map(RpIdHash).map_err(|_| Status::InvalidLength)
}
