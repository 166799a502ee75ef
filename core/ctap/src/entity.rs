// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who a credential is for: the site and the account, as sent and as kept.
//!
//! Sent entities borrow from the message; kept ones own their bytes, with names cut at a character
//! where they are too long (WebAuthn section 6.4.1). Descriptors are read one by one out of the message,
//! because their number is the platform's choice.

use core::fmt;

use heapless::{String, Vec};

use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The longest relying party id that is kept, in bytes: the longest host name.
pub const RP_ID_BYTES: usize = 253;
/// The longest user handle, in bytes (WebAuthn section 5.4.3).
pub const USER_HANDLE_BYTES: usize = 64;
/// The longest name that is kept, in bytes; the specification asks for at least 64.
pub const NAME_BYTES: usize = 128;
/// The longest credential id this room makes or accepts, in bytes.
pub const CREDENTIAL_ID_BYTES: usize = 255;

/// The SHA-256 hash of a relying party's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RpIdHash(pub [u8; 32]);

impl RpIdHash {
    /// Hashes a relying party's id.
    #[must_use]
    pub fn of(rp_id: &str) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(rp_id.as_bytes()).into())
    }
}

impl fmt::Debug for RpIdHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "RpIdHash({a:02x}{b:02x}{c:02x}{d:02x}..)")
    }
}

/// The id of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CredentialId(pub Vec<u8, CREDENTIAL_ID_BYTES>);

impl CredentialId {
    /// An id by its bytes, if it is not too long to be one of ours.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        Vec::from_slice(bytes).ok().map(Self)
    }
}

/// The site, as a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RpRef<'a> {
    /// Its id: a host name, or what its client agreed on (`ssh:`).
    pub id: &'a str,
    /// Its name for people.
    pub name: Option<&'a str>,
}

impl<'a> RpRef<'a> {
    /// Reads a PublicKeyCredentialRpEntity.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] without an id.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let (mut id, mut name) = (None, None);
        reader.each_text(|key, value| {
            match key {
                "id" => id = Some(value.text()?),
                "name" => name = Some(value.text()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { id: id.ok_or(Status::MissingParameter)?, name })
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.map(1 + usize::from(self.name.is_some()));
        writer.text("id").text(self.id);
        if let Some(name) = self.name {
            writer.text("name").text(name);
        }
    }
}

/// The account, as a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserRef<'a> {
    /// The user handle.
    pub id: &'a [u8],
    /// The account's name.
    pub name: Option<&'a str>,
    /// The person's name.
    pub display_name: Option<&'a str>,
}

impl<'a> UserRef<'a> {
    /// Reads a PublicKeyCredentialUserEntity.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] without an id; [`Status::InvalidLength`] for one that is too long.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let (mut id, mut name, mut display_name) = (None, None, None);
        reader.each_text(|key, value| {
            match key {
                "id" => id = Some(value.bytes()?),
                "name" => name = Some(value.text()?),
                "displayName" => display_name = Some(value.text()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let id: &[u8] = id.ok_or(Status::MissingParameter)?;
        if id.len() > USER_HANDLE_BYTES {
            return Err(Status::InvalidLength);
        }
        Ok(Self { id, name, display_name })
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let names = usize::from(self.name.is_some()) + usize::from(self.display_name.is_some());
        writer.map(1 + names);
        writer.text("id").bytes(self.id);
        if let Some(name) = self.name {
            writer.text("name").text(name);
        }
        if let Some(display_name) = self.display_name {
            writer.text("displayName").text(display_name);
        }
    }
}

/// The account, as kept. An empty name is none.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct User {
    /// The user handle.
    pub id: Vec<u8, USER_HANDLE_BYTES>,
    /// The account's name.
    pub name: String<NAME_BYTES>,
    /// The person's name.
    pub display_name: String<NAME_BYTES>,
}

impl User {
    /// Keeps an account, cutting names that are too long.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] for a user handle that is too long.
    pub fn keep(sent: &UserRef<'_>) -> Result<Self, Status> {
        Ok(Self {
            id: Vec::from_slice(sent.id).map_err(|_| Status::InvalidLength)?,
            name: cut(sent.name.unwrap_or_default()),
            display_name: cut(sent.display_name.unwrap_or_default()),
        })
    }

    /// Lends it to a message; names only where `with_names` says so.
    #[must_use]
    pub fn lend(&self, with_names: bool) -> UserRef<'_> {
        let name = |kept: &'_ String<NAME_BYTES>| with_names && !kept.is_empty();
        UserRef {
            id: &self.id,
            name: name(&self.name).then_some(self.name.as_str()),
            display_name: name(&self.display_name).then_some(self.display_name.as_str()),
        }
    }
}

/// Cuts text at a character so that it fits.
#[must_use]
pub fn cut<const N: usize>(text: &str) -> String<N> {
    let mut end = text.len().min(N);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    String::try_from(&text[..end]).unwrap_or_default()
}

/// A credential, as a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor<'a> {
    /// Its id.
    pub id: &'a [u8],
    /// Whether its type is `public-key`, the only one there is.
    pub is_public_key: bool,
}

impl<'a> Descriptor<'a> {
    /// Reads a PublicKeyCredentialDescriptor.
    ///
    /// # Errors
    /// [`Status::MissingParameter`] without id or type.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let (mut id, mut kind) = (None, None);
        reader.each_text(|key, value| {
            match key {
                "id" => id = Some(value.bytes()?),
                "type" => kind = Some(value.text()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let id = id.ok_or(Status::MissingParameter)?;
        Ok(Self { id, is_public_key: kind.ok_or(Status::MissingParameter)? == "public-key" })
    }

    /// Writes a credential's descriptor.
    pub fn write(id: &[u8], writer: &mut Writer<'_>) {
        writer.map(2).text("id").bytes(id).text("type").text("public-key");
    }
}

/// The descriptors of a message, read and checked once, then walked as often as needed.
#[derive(Clone)]
pub struct Descriptors<'a> {
    reader: Reader<'a>,
    count: usize,
}

impl<'a> Descriptors<'a> {
    /// Reads an array of descriptors.
    ///
    /// # Errors
    /// What [`Descriptor::read`] returns for any of them.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let mut inner = Reader::new(reader.raw_array()?);
        let count = inner.array()?;
        let list = Self { reader: inner.clone(), count };
        for _ in 0..count {
            Descriptor::read(&mut inner)?;
        }
        Ok(list)
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The ids of type `public-key`, in their order.
    pub fn ids(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (mut reader, mut left) = (self.reader.clone(), self.count);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            Descriptor::read(&mut reader).ok()
        })
        .filter(|descriptor| descriptor.is_public_key)
        .map(|descriptor| descriptor.id)
    }
}

/// A list of texts in a message, read and checked once, then walked as often as needed.
#[derive(Clone)]
pub struct Texts<'a> {
    reader: Reader<'a>,
    count: usize,
}

impl Default for Texts<'_> {
    /// An empty list.
    fn default() -> Self {
        Self { reader: Reader::new(&[]), count: 0 }
    }
}

impl<'a> Texts<'a> {
    /// Reads an array of texts.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] where one is something else.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let mut inner = Reader::new(reader.raw_array()?);
        let count = inner.array()?;
        let list = Self { reader: inner.clone(), count };
        for _ in 0..count {
            inner.text()?;
        }
        Ok(list)
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The texts, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let (mut reader, count) = (self.reader.clone(), self.count);
        (0..count).filter_map(move |_| reader.text().ok())
    }
}
