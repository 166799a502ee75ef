// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listing passkeys, removing them and renaming their accounts (CTAP 2.3 section 6.8).
//!
//! A [`SiteList`] and then a [`PasskeyList`] for each site walk over everything a key holds: ask
//! [`SiteList::request`] for the next request until there is none, and give every answer to
//! [`SiteList::take`]. No other command may come between the steps of one list. A token with
//! [`Permissions::MANAGE`](crate::authenticator::Permissions::MANAGE) does all of it; one with
//! [`Permissions::LIST`](crate::authenticator::Permissions::LIST) only lists.

use super::{ClientError, Subcommand, Token, body, garbled};
use crate::cbor::Writer;
use crate::entity::{Descriptor, RpIdHash, RpRef, UserRef};
use crate::message::Command;
use crate::message::credential_management::{
    ManagementAnswer, ManagementCommand, ManagementParameters,
};
use crate::message::get_info::InfoOptions;
use crate::status::Status;
use crate::store::Protection;

/// The command's byte before it was standard (`FIDO_2_1_PRE`).
const PREVIEW: u8 = 0x41;

/// Whether a key manages passkeys, or fingers, as the standard says or as its draft did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Dialect {
    /// As the standard says.
    #[default]
    Standard,
    /// As the draft did, with another byte and without renaming passkeys.
    Preview,
}

impl Dialect {
    /// What a key says it speaks of passkeys; `None` where it does not manage them.
    #[must_use]
    pub fn of(options: &InfoOptions) -> Option<Self> {
        if options.cred_mgmt == Some(true) {
            Some(Self::Standard)
        } else if options.cred_mgmt_preview == Some(true) {
            Some(Self::Preview)
        } else {
            None
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Standard => Command::CredentialManagement as u8,
            Self::Preview => PREVIEW,
        }
    }

    /// A request with these parameters; one that only goes on has neither parameters nor token.
    fn request(
        self,
        command: ManagementCommand,
        token: Option<&Token>,
        parameters: Option<&ManagementParameters<'_>>,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let write = |writer: &mut Writer<'_>| {
            if let Some(parameters) = parameters {
                parameters.write(writer);
            }
        };
        let parameters = parameters.is_some().then_some(&write as &dyn Fn(&mut Writer<'_>));
        let (number, head) = (command as u8, &[][..]);
        let subcommand = Subcommand { command: self.byte(), modality: None, number, head };
        subcommand.request(token, parameters, out)
    }
}

fn read(answer: &[u8]) -> Result<ManagementAnswer<'_>, ClientError> {
    ManagementAnswer::read(body(answer)?).map_err(garbled)
}

/// Asks how many passkeys there are.
///
/// # Errors
/// [`ClientError::BufferTooSmall`]; so in all that write a request.
pub fn count(dialect: Dialect, token: &Token, out: &mut [u8]) -> Result<usize, ClientError> {
    dialect.request(ManagementCommand::Count, Some(token), None, out)
}

/// How many passkeys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyCount {
    /// How many there are.
    pub count: u64,
    /// How many more fit, at most.
    pub room: u64,
}

/// Reads how many passkeys there are.
///
/// # Errors
/// What the key refused with, or [`ClientError::Garbled`]; so in all that read an answer.
pub fn read_count(answer: &[u8]) -> Result<PasskeyCount, ClientError> {
    let answer = read(answer)?;
    let count = answer.count.ok_or(ClientError::Garbled)?;
    Ok(PasskeyCount { count, room: answer.room.ok_or(ClientError::Garbled)? })
}

/// Removes a passkey.
///
/// # Errors
/// As [`count`].
pub fn remove(
    dialect: Dialect,
    token: &Token,
    id: &[u8],
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let passkey = Some(Descriptor { id, is_public_key: true });
    let parameters = ManagementParameters { passkey, ..ManagementParameters::default() };
    dialect.request(ManagementCommand::Remove, Some(token), Some(&parameters), out)
}

/// Renames the account of a passkey; the user handle has to be the one it has. A name that is not sent
/// is taken away.
///
/// # Errors
/// As [`count`].
pub fn rename(
    token: &Token,
    id: &[u8],
    user: &UserRef<'_>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let passkey = Some(Descriptor { id, is_public_key: true });
    let parameters = ManagementParameters { passkey, user: Some(*user), rp: None };
    Dialect::Standard.request(ManagementCommand::Rename, Some(token), Some(&parameters), out)
}

/// How far a list is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing was asked yet.
    Beginning,
    /// So many are still to come.
    Left(u64),
}

impl Place {
    /// One was told, and with the first how many there are.
    fn after_one(self, total: Option<u64>) -> Result<Self, ClientError> {
        match self {
            Self::Beginning => {
                let total = total.filter(|total| *total > 0).ok_or(ClientError::Garbled)?;
                Ok(Self::Left(total - 1))
            }
            Self::Left(left) => left.checked_sub(1).map(Self::Left).ok_or(ClientError::Garbled),
        }
    }
}

/// A site with passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedSite<'a> {
    /// The site; keys may cut its id, so that only the hash is sure.
    pub rp: RpRef<'a>,
    /// The hash of its id, by which its passkeys are listed.
    pub rp_hash: RpIdHash,
}

/// A walk over the sites a key has passkeys for.
pub struct SiteList<'t> {
    dialect: Dialect,
    token: &'t Token,
    place: Place,
}

impl<'t> SiteList<'t> {
    /// Begins.
    #[must_use]
    pub const fn new(dialect: Dialect, token: &'t Token) -> Self {
        Self { dialect, token, place: Place::Beginning }
    }

    /// The next request; `None` at the end.
    ///
    /// # Errors
    /// As [`count`].
    pub fn request(&self, out: &mut [u8]) -> Result<Option<usize>, ClientError> {
        let (command, token) = match self.place {
            Place::Beginning => (ManagementCommand::FirstSite, Some(self.token)),
            Place::Left(0) => return Ok(None),
            Place::Left(_) => (ManagementCommand::NextSite, None),
        };
        self.dialect.request(command, token, None, out).map(Some)
    }

    /// Reads an answer; `None` where there are no sites at all.
    ///
    /// # Errors
    /// As [`read_count`].
    pub fn take<'a>(&mut self, answer: &'a [u8]) -> Result<Option<ListedSite<'a>>, ClientError> {
        let Some(answer) = one(answer, &mut self.place, |answer| answer.site_count)? else {
            return Ok(None);
        };
        let rp = answer.rp.ok_or(ClientError::Garbled)?;
        Ok(Some(ListedSite { rp, rp_hash: answer.rp_hash.ok_or(ClientError::Garbled)? }))
    }
}

/// A passkey of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedPasskey<'a> {
    /// Its account.
    pub user: UserRef<'a>,
    /// Its id.
    pub id: &'a [u8],
    /// Its public key, as a COSE_Key.
    pub public_key: Option<&'a [u8]>,
    /// How well it is protected; `None` where the key does not say, or says what is not known here.
    pub protection: Option<Protection>,
    /// The key of its large blob.
    pub large_blob_key: Option<&'a [u8]>,
    /// Whether payments may use it from another site.
    pub third_party_payment: Option<bool>,
}

/// A walk over the passkeys of a site.
pub struct PasskeyList<'t> {
    dialect: Dialect,
    token: &'t Token,
    rp: RpIdHash,
    place: Place,
}

impl<'t> PasskeyList<'t> {
    /// Begins.
    #[must_use]
    pub const fn new(dialect: Dialect, token: &'t Token, rp: RpIdHash) -> Self {
        Self { dialect, token, rp, place: Place::Beginning }
    }

    /// The next request; `None` at the end.
    ///
    /// # Errors
    /// As [`count`].
    pub fn request(&self, out: &mut [u8]) -> Result<Option<usize>, ClientError> {
        let first = ManagementParameters { rp: Some(self.rp), ..ManagementParameters::default() };
        let (command, token, parameters) = match self.place {
            Place::Beginning => (ManagementCommand::FirstPasskey, Some(self.token), Some(&first)),
            Place::Left(0) => return Ok(None),
            Place::Left(_) => (ManagementCommand::NextPasskey, None, None),
        };
        self.dialect.request(command, token, parameters, out).map(Some)
    }

    /// Reads an answer; `None` where the site has no passkeys.
    ///
    /// # Errors
    /// As [`read_count`].
    pub fn take<'a>(&mut self, answer: &'a [u8]) -> Result<Option<ListedPasskey<'a>>, ClientError> {
        let Some(answer) = one(answer, &mut self.place, |answer| answer.passkey_count)? else {
            return Ok(None);
        };
        Ok(Some(ListedPasskey {
            user: answer.user.ok_or(ClientError::Garbled)?,
            id: answer.credential_id.ok_or(ClientError::Garbled)?,
            public_key: answer.public_key,
            protection: answer.protection,
            large_blob_key: answer.large_blob_key,
            third_party_payment: answer.third_party_payment,
        }))
    }
}

/// Reads the answer to one step of a list. A list that begins with "no credentials" is empty; some keys
/// say so by a count of 0 instead.
fn one<'a>(
    answer: &'a [u8],
    place: &mut Place,
    total: impl Fn(&ManagementAnswer<'_>) -> Option<u64>,
) -> Result<Option<ManagementAnswer<'a>>, ClientError> {
    let is_first = *place == Place::Beginning;
    let answer = match read(answer) {
        Err(ClientError::Key(Status::NoCredentials)) if is_first => None,
        Ok(answer) if is_first && total(&answer) == Some(0) => None,
        other => Some(other?),
    };
    *place = match &answer {
        Some(answer) => place.after_one(total(answer))?,
        None => Place::Left(0),
    };
    Ok(answer)
}
