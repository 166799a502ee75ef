// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authenticator data, as a client reads it (WebAuthn section 6.1): what a key says to the site, through
//! the client, under its signature.

use crate::cbor::Reader;
use crate::cose::PublicKey;
use crate::entity::RpIdHash;
use crate::status::Status;

/// The least length of authenticator data, in bytes.
const HEAD_BYTES: usize = 37;

/// The flags of authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// Somebody was there.
    pub const USER_PRESENT: Self = Self(0x01);
    /// The person was verified.
    pub const USER_VERIFIED: Self = Self(0x04);
    /// The credential may be copied to other machines.
    pub const BACKUP_ELIGIBLE: Self = Self(0x08);
    /// The credential is copied.
    pub const BACKED_UP: Self = Self(0x10);
    /// A new credential follows.
    pub const ATTESTED: Self = Self(0x40);
    /// Outputs of extensions follow.
    pub const EXTENSIONS: Self = Self(0x80);

    /// Tells whether all of `other` is in here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthData<'a> {
    /// The hash of the site's id.
    pub rp: RpIdHash,
    /// What is claimed of the person and the credential.
    pub flags: Flags,
    /// How often the credential was used, as far as its key counts; 0 where it does not.
    pub count: u32,
    /// The new credential of a registration.
    pub attested: Option<Attested<'a>>,
    /// The outputs of extensions, as CBOR.
    pub extensions: Option<&'a [u8]>,
}

/// A new credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attested<'a> {
    /// The model of the key.
    pub aaguid: [u8; 16],
    /// The credential's id.
    pub id: &'a [u8],
    /// Its public key, as a COSE_Key.
    pub public_key: &'a [u8],
}

impl Attested<'_> {
    /// Reads the public key.
    ///
    /// # Errors
    /// [`Status::UnsupportedAlgorithm`] for one of an algorithm that is not ours, and what reading returns.
    pub fn key(&self) -> Result<PublicKey, Status> {
        PublicKey::read(&mut Reader::new(self.public_key))
    }
}

impl<'a> AuthData<'a> {
    /// Takes authenticator data apart.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] where it ends too early or goes on, [`Status::CborUnexpectedType`] and
    /// [`Status::InvalidCbor`] for what should be CBOR; here they blame the key.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Status> {
        let short = Status::InvalidLength;
        let (head, mut rest) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or(short)?;
        let (hash, tail) = head.split_first_chunk::<32>().ok_or(short)?;
        let &[flags, a, b, c, d] = tail else { return Err(short) };
        let flags = Flags(flags);
        let attested =
            if flags.has(Flags::ATTESTED) { Some(read_attested(&mut rest)?) } else { None };
        let extensions =
            if flags.has(Flags::EXTENSIONS) { Some(take_map(&mut rest)?) } else { None };
        if !rest.is_empty() {
            return Err(short);
        }
        let count = u32::from_be_bytes([a, b, c, d]);
        Ok(Self { rp: RpIdHash(*hash), flags, count, attested, extensions })
    }
}

fn read_attested<'a>(rest: &mut &'a [u8]) -> Result<Attested<'a>, Status> {
    let short = Status::InvalidLength;
    let (aaguid, after) = rest.split_first_chunk::<16>().ok_or(short)?;
    let (length, after) = after.split_first_chunk::<2>().ok_or(short)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, after) = after.split_at_checked(length).ok_or(short)?;
    *rest = after;
    Ok(Attested { aaguid: *aaguid, id, public_key: take_map(rest)? })
}

/// Takes one map off the front.
fn take_map<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Status> {
    let map = Reader::new(rest).raw_map()?;
    *rest = rest.get(map.len()..).ok_or(Status::InvalidLength)?;
    Ok(map)
}

/// Outputs of extensions at a registration; `None` where one is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct MakeOutputs<'a> {
    /// credProtect: the level the credential has.
    pub cred_protect: Option<u64>,
    /// credBlob: whether it was kept.
    pub cred_blob: Option<bool>,
    /// hmac-secret: whether it can be used.
    pub hmac_secret: Option<bool>,
    /// hmac-secret-mc: the secrets, encrypted.
    pub hmac_secret_mc: Option<&'a [u8]>,
    /// minPinLength: the shortest PIN, in code points.
    pub min_pin_length: Option<u64>,
    /// pinComplexityPolicy: whether PINs that are too simple are refused.
    pub pin_complexity_policy: Option<bool>,
    /// thirdPartyPayment: whether payments may use it from another site.
    pub third_party_payment: Option<bool>,
}

impl<'a> MakeOutputs<'a> {
    /// Reads the outputs of a registration; those that are not known are passed over.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] for an output of another type.
    pub fn read(extensions: &'a [u8]) -> Result<Self, Status> {
        let mut outputs = Self::default();
        Reader::new(extensions).each_text(|name, value| {
            match name {
                "credProtect" => outputs.cred_protect = Some(value.unsigned()?),
                "credBlob" => outputs.cred_blob = Some(value.boolean()?),
                "hmac-secret" => outputs.hmac_secret = Some(value.boolean()?),
                "hmac-secret-mc" => outputs.hmac_secret_mc = Some(value.bytes()?),
                "minPinLength" => outputs.min_pin_length = Some(value.unsigned()?),
                "pinComplexityPolicy" => outputs.pin_complexity_policy = Some(value.boolean()?),
                "thirdPartyPayment" => outputs.third_party_payment = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(outputs)
    }
}

/// Outputs of extensions at a sign-in; `None` where one is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct AssertOutputs<'a> {
    /// credBlob: the blob; empty where there is none.
    pub cred_blob: Option<&'a [u8]>,
    /// hmac-secret: the secrets, encrypted.
    pub hmac_secret: Option<&'a [u8]>,
    /// thirdPartyPayment: whether payments may use it from another site.
    pub third_party_payment: Option<bool>,
}

impl<'a> AssertOutputs<'a> {
    /// Reads the outputs of a sign-in; those that are not known are passed over.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] for an output of another type.
    pub fn read(extensions: &'a [u8]) -> Result<Self, Status> {
        let mut outputs = Self::default();
        Reader::new(extensions).each_text(|name, value| {
            match name {
                "credBlob" => outputs.cred_blob = Some(value.bytes()?),
                "hmac-secret" => outputs.hmac_secret = Some(value.bytes()?),
                "thirdPartyPayment" => outputs.third_party_payment = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(outputs)
    }
}
