// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorMakeCredential (CTAP 2.3 section 6.1): a registration.

use super::extension::MakeInputs;
use super::{Options, PinUvAuth};
use crate::cbor::{Reader, Writer};
use crate::cose::Algorithm;
use crate::entity::{Descriptor, Descriptors, RpRef, Texts, UserRef};
use crate::status::Status;

/// A request to make a credential.
#[derive(Clone)]
pub struct MakeCredential<'a> {
    /// The hash of the client data.
    pub client_data_hash: &'a [u8; 32],
    /// The site.
    pub rp: RpRef<'a>,
    /// The account.
    pub user: UserRef<'a>,
    /// The algorithms, the most wanted first.
    pub algorithms: Algorithms<'a>,
    /// Credentials of which none may live here already.
    pub exclude_list: Option<Descriptors<'a>>,
    /// Extension inputs.
    pub extensions: MakeInputs<'a>,
    /// Options.
    pub options: Options,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
    /// enterpriseAttestation: 1 vendor-facilitated, 2 platform-managed.
    pub enterprise_attestation: Option<u64>,
    /// The attestation formats, the most wanted first.
    pub formats: Option<Texts<'a>>,
}

impl<'a> MakeCredential<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// The status the specification names for a missing or wrong parameter.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let (mut hash, mut rp, mut user, mut algorithms) = (None, None, None, None);
        let (mut exclude_list, mut enterprise_attestation, mut formats) = (None, None, None);
        let (mut extensions, mut options, mut auth) =
            (MakeInputs::default(), Options::default(), PinUvAuth::default());
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => hash = Some(value.bytes()?),
                2 => rp = Some(RpRef::read(value)?),
                3 => user = Some(UserRef::read(value)?),
                4 => algorithms = Some(Algorithms::read(value)?),
                5 => exclude_list = Some(Descriptors::read(value)?),
                6 => extensions = MakeInputs::read(value)?,
                7 => options = Options::read(value)?,
                8 => auth.param = Some(value.bytes()?),
                9 => auth.protocol = Some(value.unsigned()?),
                10 => enterprise_attestation = Some(value.unsigned()?),
                11 => formats = Some(Texts::read(value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = Status::MissingParameter;
        Ok(Self {
            client_data_hash: hash.ok_or(missing)?.try_into().map_err(|_| Status::InvalidLength)?,
            rp: rp.ok_or(missing)?,
            user: user.ok_or(missing)?,
            algorithms: algorithms.ok_or(missing)?,
            exclude_list,
            extensions,
            options,
            auth,
            enterprise_attestation,
            formats,
        })
    }
}

/// A list of algorithms in a message, in its order.
#[derive(Clone)]
pub struct Algorithms<'a>(Reader<'a>);

impl Default for Algorithms<'_> {
    /// An empty list.
    fn default() -> Self {
        Self(Reader::new(&[0x80]))
    }
}

impl<'a> Algorithms<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let list = Self(Reader::new(reader.raw_array()?));
        let mut inner = list.0.clone();
        for _ in 0..inner.array()? {
            Self::one(&mut inner)?;
        }
        Ok(list)
    }

    /// One entry: its number, `None` where it is not of type `public-key`.
    fn one(reader: &mut Reader<'_>) -> Result<Option<i64>, Status> {
        let (mut number, mut kind) = (None, None);
        reader.each_text(|key, value| {
            match key {
                "alg" => number = Some(value.integer()?),
                "type" => kind = Some(value.text()? == "public-key"),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let number = number.ok_or(Status::MissingParameter)?;
        Ok(kind.ok_or(Status::MissingParameter)?.then_some(number))
    }

    /// The numbers of those of type `public-key`, in their order.
    pub fn numbers(&self) -> impl Iterator<Item = i64> + use<'a> {
        let mut reader = self.0.clone();
        let count = reader.array().unwrap_or(0);
        (0..count).filter_map(move |_| Self::one(&mut reader).ok().flatten())
    }

    /// The first that is among `supported`.
    #[must_use]
    pub fn first_of(&self, supported: &[Algorithm]) -> Option<Algorithm> {
        self.numbers()
            .filter_map(Algorithm::from_number)
            .find(|algorithm| supported.contains(algorithm))
    }
}

/// How a registration says where the key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `packed`: a signature by the new key itself, or by an enrolled one.
    Packed,
    /// `none`.
    None,
}

impl Format {
    /// The first of a request's list that is supported; `packed` where none is.
    #[must_use]
    pub fn first_of(list: &Texts<'_>) -> Self {
        list.iter()
            .find_map(|name| match name {
                "packed" => Some(Self::Packed),
                "none" => Some(Self::None),
                _ => None,
            })
            .unwrap_or(Self::Packed)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::None => "none",
        }
    }
}

/// What a client asks for, from its own values; [`Self::write`] makes the request of it.
#[derive(Clone, Copy, Default)]
pub struct MakeCredentialRequest<'a> {
    /// The hash of the client data.
    pub client_data_hash: [u8; 32],
    /// The site's id.
    pub rp_id: &'a str,
    /// The site's name.
    pub rp_name: Option<&'a str>,
    /// The user handle.
    pub user_id: &'a [u8],
    /// The account's name.
    pub user_name: Option<&'a str>,
    /// The person's name.
    pub user_display_name: Option<&'a str>,
    /// The algorithms' COSE numbers, the most wanted first.
    pub algorithms: &'a [i64],
    /// Credentials of which none may live there already; empty for no list.
    pub exclude: &'a [&'a [u8]],
    /// Extension inputs.
    pub extensions: MakeInputs<'a>,
    /// Options.
    pub options: Options,
    /// The authentication.
    pub auth: PinUvAuth<'a>,
    /// enterpriseAttestation.
    pub enterprise_attestation: Option<u64>,
    /// Attestation formats; empty for no list.
    pub formats: &'a [&'a str],
}

impl MakeCredentialRequest<'_> {
    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let optional = [
            !self.exclude.is_empty(),
            !self.extensions.is_empty(),
            !self.options.is_empty(),
            self.auth.param.is_some(),
            self.auth.protocol.is_some(),
            self.enterprise_attestation.is_some(),
            !self.formats.is_empty(),
        ];
        writer.map(4 + optional.iter().filter(|is_there| **is_there).count());
        writer.unsigned(1).bytes(&self.client_data_hash).unsigned(2);
        RpRef { id: self.rp_id, name: self.rp_name }.write(writer);
        writer.unsigned(3);
        let (name, display_name) = (self.user_name, self.user_display_name);
        UserRef { id: self.user_id, name, display_name }.write(writer);
        writer.unsigned(4).array(self.algorithms.len());
        for number in self.algorithms {
            writer.map(2).text("alg").integer(*number).text("type").text("public-key");
        }
        if !self.exclude.is_empty() {
            writer.unsigned(5).array(self.exclude.len());
            for id in self.exclude {
                Descriptor::write(id, writer);
            }
        }
        if !self.extensions.is_empty() {
            writer.unsigned(6);
            self.extensions.write(writer);
        }
        if !self.options.is_empty() {
            writer.unsigned(7);
            self.options.write(writer);
        }
        if let Some(param) = self.auth.param {
            writer.unsigned(8).bytes(param);
        }
        if let Some(protocol) = self.auth.protocol {
            writer.unsigned(9).unsigned(protocol);
        }
        if let Some(kind) = self.enterprise_attestation {
            writer.unsigned(10).unsigned(kind);
        }
        if !self.formats.is_empty() {
            writer.unsigned(11).array(self.formats.len());
            for name in self.formats {
                writer.text(name);
            }
        }
    }
}

/// A registration's answer, as a client reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made<'a> {
    /// The attestation format.
    pub format: &'a str,
    /// The authenticator data.
    pub auth_data: &'a [u8],
    /// The attestation statement, as CBOR.
    pub statement: &'a [u8],
    /// Whether an enterprise attestation was given.
    pub is_enterprise: Option<bool>,
    /// The key of the credential's large blob.
    pub large_blob_key: Option<&'a [u8]>,
}

impl<'a> Made<'a> {
    /// Reads a checked answer.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] or [`Status::CborUnexpectedType`]; here they blame the key.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let (mut format, mut auth_data, mut statement) = (None, None, None);
        let (mut is_enterprise, mut large_blob_key) = (None, None);
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => format = Some(value.text()?),
                2 => auth_data = Some(value.bytes()?),
                3 => statement = Some(value.raw_map()?),
                4 => is_enterprise = Some(value.boolean()?),
                5 => large_blob_key = Some(value.bytes()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let missing = Status::MissingParameter;
        Ok(Self {
            format: format.ok_or(missing)?,
            auth_data: auth_data.ok_or(missing)?,
            statement: statement.ok_or(missing)?,
            is_enterprise,
            large_blob_key,
        })
    }
}
