// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorGetAssertion and authenticatorGetNextAssertion (CTAP 2.3 sections 6.2 and 6.3): a sign-in.

use super::extension::AssertInputs;
use super::{Options, PinUvAuth};
use crate::cbor::{Reader, Writer};
use crate::entity::{Descriptor, Descriptors, UserRef};
use crate::status::Status;

/// A request to sign in.
#[derive(Clone)]
pub struct GetAssertion<'a> {
    /// The site's id.
    pub rp_id: &'a str,
    /// The hash of the client data.
    pub client_data_hash: &'a [u8; 32],
    /// The credentials the site knows for this account; an empty list is none.
    pub allow_list: Option<Descriptors<'a>>,
    /// Extension inputs.
    pub extensions: AssertInputs<'a>,
    /// Options.
    pub options: Options,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
}

impl<'a> GetAssertion<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// The status the specification names for a missing or wrong parameter.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let (mut rp_id, mut hash, mut allow_list) = (None, None, None);
        let (mut extensions, mut options, mut auth) =
            (AssertInputs::default(), Options::default(), PinUvAuth::default());
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => rp_id = Some(value.text()?),
                2 => hash = Some(value.bytes()?),
                3 => allow_list = Some(Descriptors::read(value)?),
                4 => extensions = AssertInputs::read(value)?,
                5 => options = Options::read(value)?,
                6 => auth.param = Some(value.bytes()?),
                7 => auth.protocol = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = Status::MissingParameter;
        Ok(Self {
            rp_id: rp_id.ok_or(missing)?,
            client_data_hash: hash.ok_or(missing)?.try_into().map_err(|_| Status::InvalidLength)?,
            allow_list: allow_list.filter(|list: &Descriptors<'_>| list.count() > 0),
            extensions,
            options,
            auth,
        })
    }
}

/// What a client asks for; [`Self::write`] makes the request of it.
#[derive(Clone, Copy, Default)]
pub struct GetAssertionRequest<'a> {
    /// The site's id.
    pub rp_id: &'a str,
    /// The hash of the client data.
    pub client_data_hash: [u8; 32],
    /// The credentials; empty for no list.
    pub allow: &'a [&'a [u8]],
    /// Extension inputs.
    pub extensions: AssertInputs<'a>,
    /// Options.
    pub options: Options,
    /// The authentication.
    pub auth: PinUvAuth<'a>,
}

impl GetAssertionRequest<'_> {
    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let optional = [
            !self.allow.is_empty(),
            !self.extensions.is_empty(),
            !self.options.is_empty(),
            self.auth.param.is_some(),
            self.auth.protocol.is_some(),
        ];
        writer.map(2 + optional.iter().filter(|is_there| **is_there).count());
        writer.unsigned(1).text(self.rp_id).unsigned(2).bytes(&self.client_data_hash);
        if !self.allow.is_empty() {
            writer.unsigned(3).array(self.allow.len());
            for id in self.allow {
                Descriptor::write(id, writer);
            }
        }
        if !self.extensions.is_empty() {
            writer.unsigned(4);
            self.extensions.write(writer);
        }
        if !self.options.is_empty() {
            writer.unsigned(5);
            self.options.write(writer);
        }
        if let Some(param) = self.auth.param {
            writer.unsigned(6).bytes(param);
        }
        if let Some(protocol) = self.auth.protocol {
            writer.unsigned(7).unsigned(protocol);
        }
    }
}

/// A sign-in's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion<'a> {
    /// The credential that signed.
    pub credential_id: &'a [u8],
    /// The authenticator data.
    pub auth_data: &'a [u8],
    /// The signature over the authenticator data and the hash of the client data.
    pub signature: &'a [u8],
    /// The account, of a discoverable credential.
    pub user: Option<UserRef<'a>>,
    /// How many credentials there are, where there is a choice.
    pub count: Option<u64>,
    /// The key of the credential's large blob.
    pub large_blob_key: Option<&'a [u8]>,
}

impl<'a> Assertion<'a> {
    /// Writes the answer.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let optional = [self.user.is_some(), self.count.is_some(), self.large_blob_key.is_some()];
        writer.map(3 + optional.iter().filter(|is_there| **is_there).count());
        writer.unsigned(1);
        Descriptor::write(self.credential_id, writer);
        writer.unsigned(2).bytes(self.auth_data).unsigned(3).bytes(self.signature);
        if let Some(user) = &self.user {
            writer.unsigned(4);
            user.write(writer);
        }
        if let Some(count) = self.count {
            writer.unsigned(5).unsigned(count);
        }
        if let Some(key) = self.large_blob_key {
            writer.unsigned(7).bytes(key);
        }
    }

    /// Reads a checked answer.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] or [`Status::CborUnexpectedType`]; here they blame the key.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let (mut credential, mut auth_data, mut signature) = (None, None, None);
        let (mut user, mut count, mut large_blob_key) = (None, None, None);
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => credential = Some(Descriptor::read(value)?),
                2 => auth_data = Some(value.bytes()?),
                3 => signature = Some(value.bytes()?),
                4 => user = Some(UserRef::read(value)?),
                5 => count = Some(value.unsigned()?),
                7 => large_blob_key = Some(value.bytes()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = Status::MissingParameter;
        Ok(Self {
            credential_id: credential.ok_or(missing)?.id,
            auth_data: auth_data.ok_or(missing)?,
            signature: signature.ok_or(missing)?,
            user,
            count,
            large_blob_key,
        })
    }
}
