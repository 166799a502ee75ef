// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a TPM answers, read strictly: an answer that is longer, shorter or of another shape than its command has one
//! is no answer (TPM 2.0 Library, part 1, "Command/Response Structure"; part 2 for the structures, part 3 for what
//! each command answers with).
//!
//! A TPM sits on a bus that others can reach, so every byte is read as hostile. Nothing here is checked against a
//! session yet; `session.rs` does that.

use kagifuda_secret::SecretArray;
use sha2::{Digest as _, Sha256};

/// The longest answer that is taken; a TPM of the PC Client Profile has one of 4096 bytes.
pub const ANSWER_MAX_BYTES: usize = 4096;
/// Bytes before everything else: tag, length, response code.
pub const HEADER_BYTES: usize = 10;
/// Bytes of a nonce, and of everything else that SHA-256 gives.
pub const DIGEST_BYTES: usize = 32;
/// Bytes of a name: the number of the hash, and the hash.
pub const NAME_BYTES: usize = 2 + DIGEST_BYTES;

/// TPM_ST_NO_SESSIONS and TPM_ST_SESSIONS.
const NO_SESSIONS: u16 = 0x8001;
const SESSIONS: u16 = 0x8002;
/// TPM_ALG_SHA256.
const SHA256: u16 = 0x000B;
/// TPM_CAP_TPM_PROPERTIES.
const PROPERTIES: u32 = 6;
/// Properties that are read; a TPM has some fifty.
const PROPERTIES_MAX_COUNT: usize = 128;

/// The public area of a storage key (TPMT_PUBLIC), up to the point that every TPM makes its own: ECC on NIST P-256,
/// named by SHA-256; fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, decrypt; no policy;
/// what it keeps lies under AES-128-CFB (TCG TPM v2.0 Provisioning Guidance, "Storage Primary Key (SRK) Templates").
pub(super) const STORAGE_KEY: [u8; 22] = [
    0x00, 0x23, 0x00, 0x0B, 0x00, 0x03, 0x04, 0x72, 0x00, 0x00, 0x00, 0x06, 0x00, 0x80, 0x00, 0x43,
    0x00, 0x10, 0x00, 0x03, 0x00, 0x10,
];
/// That of a sealed secret, up to the digest that binds its private part: data, named by SHA-256; fixedTPM,
/// fixedParent, userWithAuth, noDA; no policy.
pub(super) const SEALED: [u8; 12] =
    [0x00, 0x08, 0x00, 0x0B, 0x00, 0x00, 0x04, 0x52, 0x00, 0x00, 0x00, 0x10];

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The TPM refused, by this response code (part 2, TPM_RC).
    Refused(u32),
    /// It is no answer to this command, or not from whom it should be.
    Malformed,
}

/// What an answer has beside its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Plain,
    /// A handle.
    Handle,
    /// A session's word.
    Session,
    /// Both.
    HandleAndSession,
}

/// An answer to a command that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'b> {
    /// What the TPM made, where it made something; else 0.
    pub handle: u32,
    /// The parameters, as their command has them.
    pub parameters: &'b [u8],
    /// A session's word for it, where there is one.
    pub authorization: Option<Authorization<'b>>,
}

/// A session's word for an answer (TPMS_AUTH_RESPONSE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization<'b> {
    /// The nonce of the TPM, for the next command; empty from a password.
    pub nonce: &'b [u8],
    /// TPMA_SESSION.
    pub attributes: u8,
    /// The MAC; empty from a password.
    pub hmac: &'b [u8],
}

impl<'b> Answer<'b> {
    /// Reads one.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read(bytes: &'b [u8], shape: Shape) -> Result<Self, Unread> {
        let mut all = Cursor(bytes);
        let (tag, length, code) = (all.u16()?, all.u32()?, all.u32()?);
        if usize::try_from(length) != Ok(bytes.len()) || bytes.len() > ANSWER_MAX_BYTES {
            return Err(Unread::Malformed);
        }
        if code != 0 {
            // A refusal has nothing behind it.
            all.end()?;
            return Err(if tag == NO_SESSIONS { Unread::Refused(code) } else { Unread::Malformed });
        }
        let has_session = matches!(shape, Shape::Session | Shape::HandleAndSession);
        if tag != if has_session { SESSIONS } else { NO_SESSIONS } {
            return Err(Unread::Malformed);
        }
        let has_handle = matches!(shape, Shape::Handle | Shape::HandleAndSession);
        let handle = if has_handle { all.u32()? } else { 0 };
        if !has_session {
            return Ok(Self { handle, parameters: all.0, authorization: None });
        }
        let length = all.u32()?;
        let parameters = all.take(usize::try_from(length).map_err(|_| Unread::Malformed)?)?;
        let (nonce, attributes, hmac) = (all.sized()?, all.u8()?, all.sized()?);
        all.end()?;
        Ok(Self {
            handle,
            parameters,
            authorization: Some(Authorization { nonce, attributes, hmac }),
        })
    }
}

/// The key under which a TPM seals; every TPM has its own, and another one once it was cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageKey {
    /// Its name: who has the name has the key.
    pub name: [u8; NAME_BYTES],
    /// The point, x and y.
    pub point: [[u8; 32]; 2],
}

impl StorageKey {
    /// Reads what `TPM2_CreatePrimary` answers with.
    ///
    /// # Errors
    /// [`Unread::Malformed`] also for a key that is not of the kind asked for, or whose name is not its own.
    pub fn read(parameters: &[u8]) -> Result<Self, Unread> {
        let mut all = Cursor(parameters);
        let area = all.sized()?;
        let (_creation_data, _creation_hash) = (all.sized()?, all.sized()?);
        all.ticket()?;
        let name = all.sized()?;
        all.end()?;
        let mut public = Cursor(area);
        public.is(&STORAGE_KEY)?;
        let point = [public.whole()?, public.whole()?];
        public.end()?;
        if name != name_of(area) {
            return Err(Unread::Malformed);
        }
        Ok(Self { name: name_of(area), point })
    }
}

/// Reads what `TPM2_StartAuthSession` answers with: the first nonce.
///
/// # Errors
/// [`Unread::Malformed`].
pub fn first_nonce(parameters: &[u8]) -> Result<[u8; DIGEST_BYTES], Unread> {
    let mut all = Cursor(parameters);
    let nonce = all.whole()?;
    all.end()?;
    Ok(nonce)
}

/// Reads what `TPM2_Create` answers with: a private and a public area.
///
/// # Errors
/// [`Unread::Malformed`] also where the public area is none of a sealed secret.
pub fn created(parameters: &[u8]) -> Result<(&[u8], &[u8]), Unread> {
    let mut all = Cursor(parameters);
    let (private, public) = (all.sized()?, all.sized()?);
    let (_creation_data, _creation_hash) = (all.sized()?, all.sized()?);
    all.ticket()?;
    all.end()?;
    is_sealed(public)?;
    Ok((private, public))
}

/// Checks that a public area is that of a sealed secret.
///
/// # Errors
/// [`Unread::Malformed`].
pub fn is_sealed(public: &[u8]) -> Result<(), Unread> {
    let mut area = Cursor(public);
    area.is(&SEALED)?;
    let _: [u8; DIGEST_BYTES] = area.whole()?;
    area.end()
}

/// Reads what `TPM2_Load` answers with: the name of what was loaded.
///
/// # Errors
/// [`Unread::Malformed`].
pub fn loaded(parameters: &[u8]) -> Result<[u8; NAME_BYTES], Unread> {
    let mut all = Cursor(parameters);
    let name = all.whole()?;
    all.end()?;
    Ok(name)
}

/// Reads what `TPM2_Unseal` answers with, once nothing covers it any more.
///
/// # Errors
/// [`Unread::Malformed`] also for a secret of another length.
pub fn unsealed(parameters: &[u8]) -> Result<SecretArray<32>, Unread> {
    let mut all = Cursor(parameters);
    let secret = all.sized()?;
    all.end()?;
    SecretArray::from_slice(secret).ok_or(Unread::Malformed)
}

/// Reads what `TPM2_GetCapability` answers with about properties: numbers and values.
///
/// # Errors
/// [`Unread::Malformed`].
pub fn properties(parameters: &[u8]) -> Result<Vec<(u32, u32)>, Unread> {
    let mut all = Cursor(parameters);
    let more = all.u8()?;
    let (capability, count) = (all.u32()?, all.u32()?);
    let count = usize::try_from(count).map_err(|_| Unread::Malformed)?;
    if more > 1 || capability != PROPERTIES || count > PROPERTIES_MAX_COUNT {
        return Err(Unread::Malformed);
    }
    let found = (0..count).map(|_| Ok((all.u32()?, all.u32()?))).collect::<Result<_, _>>()?;
    all.end()?;
    Ok(found)
}

/// The name of what has this public area (part 1, "Names").
#[must_use]
pub fn name_of(public: &[u8]) -> [u8; NAME_BYTES] {
    let mut name = [0; NAME_BYTES];
    name[..2].copy_from_slice(&SHA256.to_be_bytes());
    name[2..].copy_from_slice(&Sha256::digest(public));
    name
}

/// Bytes, taken from the front. Numbers are big-endian.
pub(super) struct Cursor<'b>(pub(super) &'b [u8]);

impl<'b> Cursor<'b> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'b [u8], Unread> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Unread::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unread> {
        self.take(N)?.try_into().map_err(|_| Unread::Malformed)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Unread> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Unread> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Unread> {
        self.array().map(u32::from_be_bytes)
    }

    /// A length and so many bytes (`TPM2B`).
    pub(super) fn sized(&mut self) -> Result<&'b [u8], Unread> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// The same, of a known length.
    pub(super) fn whole<const N: usize>(&mut self) -> Result<[u8; N], Unread> {
        self.sized()?.try_into().map_err(|_| Unread::Malformed)
    }

    /// A ticket, which is for who wants to prove where an object was made (TPMT_TK_CREATION).
    fn ticket(&mut self) -> Result<(), Unread> {
        let (_tag, _hierarchy, _digest) = (self.u16()?, self.u32()?, self.sized()?);
        Ok(())
    }

    fn is(&mut self, expected: &[u8]) -> Result<(), Unread> {
        if self.take(expected.len())? == expected { Ok(()) } else { Err(Unread::Malformed) }
    }

    pub(super) fn end(&self) -> Result<(), Unread> {
        if self.0.is_empty() { Ok(()) } else { Err(Unread::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn sized(bytes: &[u8]) -> Vec<u8> {
        [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
    }

    fn whole(tag: u16, code: u32, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER_BYTES + rest.len()).unwrap();
        [&tag.to_be_bytes()[..], &length.to_be_bytes(), &code.to_be_bytes(), rest].concat()
    }

    /// A ticket about nothing (TPM_ST_CREATION, TPM_RH_OWNER).
    fn ticket() -> Vec<u8> {
        [&[0x80, 0x21, 0x40, 0, 0, 1][..], &sized(&[9; 32])].concat()
    }

    /// Every beginning of what is read is refused, and so is what has one byte more.
    fn reads_nothing_else<T: std::fmt::Debug>(
        bytes: &[u8],
        read: impl Fn(&[u8]) -> Result<T, Unread>,
    ) {
        assert!(read(bytes).is_ok());
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]).err(), Some(Unread::Malformed), "{end} bytes");
        }
        assert_eq!(read(&[bytes, &[0]].concat()).err(), Some(Unread::Malformed));
    }

    #[test]
    fn an_answer_is_read_by_its_shape_and_no_other() {
        let word = [&sized(&[7; 32])[..], &[0x41], &sized(&[8; 32])].concat();
        let with_session = [&4u32.to_be_bytes()[..], &[1, 2, 3, 4], &word].concat();
        let with_both = [&0x8000_0003u32.to_be_bytes()[..], &with_session].concat();
        let answers = [
            (Shape::Plain, whole(NO_SESSIONS, 0, &[])),
            (Shape::Handle, whole(NO_SESSIONS, 0, &0x0200_0000u32.to_be_bytes())),
            (Shape::Session, whole(SESSIONS, 0, &with_session)),
            (Shape::HandleAndSession, whole(SESSIONS, 0, &with_both)),
        ];
        for (shape, bytes) in &answers {
            reads_nothing_else(bytes, |bytes| Answer::read(bytes, *shape).map(drop));
        }
        let read = Answer::read(&answers[3].1, Shape::HandleAndSession).unwrap();
        let authorization = Authorization { nonce: &[7; 32], attributes: 0x41, hmac: &[8; 32] };
        let (handle, parameters) = (0x8000_0003, &[1, 2, 3, 4][..]);
        assert_eq!(read, Answer { handle, parameters, authorization: Some(authorization) });
        let as_other = Answer::read(&answers[2].1, Shape::Handle);
        assert_eq!(as_other.err(), Some(Unread::Malformed));
        let without = whole(NO_SESSIONS, 0, &with_session);
        assert_eq!(Answer::read(&without, Shape::Session).err(), Some(Unread::Malformed));
    }

    #[test]
    fn a_refusal_is_its_code_and_nothing_more() {
        let refused = |bytes: &[u8]| Answer::read(bytes, Shape::Session).err();
        assert_eq!(refused(&whole(NO_SESSIONS, 0x1DF, &[])), Some(Unread::Refused(0x1DF)));
        assert_eq!(refused(&whole(NO_SESSIONS, 0x1DF, &[0])), Some(Unread::Malformed));
        assert_eq!(refused(&whole(SESSIONS, 0x1DF, &[])), Some(Unread::Malformed));
        let long = whole(NO_SESSIONS, 0, &[0; ANSWER_MAX_BYTES]);
        assert_eq!(Answer::read(&long, Shape::Plain).err(), Some(Unread::Malformed));
    }

    /// What `TPM2_CreatePrimary` answers with for a public area.
    fn primary(area: &[u8], name: &[u8]) -> Vec<u8> {
        [&sized(area)[..], &sized(&[1; 20]), &sized(&[2; 32]), &ticket(), &sized(name)].concat()
    }

    #[test]
    fn a_storage_key_is_of_the_kind_that_was_asked_for_and_has_its_own_name() {
        let area = [&STORAGE_KEY[..], &sized(&[3; 32]), &sized(&[4; 32])].concat();
        let sound = primary(&area, &name_of(&area));
        reads_nothing_else(&sound, StorageKey::read);
        let read = StorageKey::read(&sound).unwrap();
        assert_eq!((read.name, read.point), (name_of(&area), [[3; 32], [4; 32]]));
        assert_eq!(read.name[..2], [0x00, 0x0B]);

        let mut signing = area.clone();
        signing[5] = 0x05;
        let short = [&STORAGE_KEY[..], &sized(&[3; 31]), &sized(&[4; 32])].concat();
        let longer = [&area[..], &[0]].concat();
        for other in [signing, short, longer] {
            let other = primary(&other, &name_of(&other));
            assert_eq!(StorageKey::read(&other), Err(Unread::Malformed));
        }
        let misnamed = primary(&area, &name_of(b"another"));
        assert_eq!(StorageKey::read(&misnamed), Err(Unread::Malformed));
    }

    #[test]
    fn what_was_sealed_loaded_and_opened_is_read_to_the_byte() {
        let public = [&SEALED[..], &sized(&[5; 32])].concat();
        let behind = [&sized(&[1; 20])[..], &sized(&[2; 32]), &ticket()].concat();
        let made = [&sized(&[6; 100])[..], &sized(&public), &behind].concat();
        reads_nothing_else(&made, |bytes| created(bytes).map(drop));
        assert_eq!(created(&made), Ok((&[6; 100][..], &public[..])));
        let mut with_password_attempts = public;
        with_password_attempts[6] = 0x00;
        let made = [&sized(&[6; 100])[..], &sized(&with_password_attempts), &behind].concat();
        assert_eq!(created(&made).err(), Some(Unread::Malformed));

        reads_nothing_else(&sized(&[7; 34]), loaded);
        reads_nothing_else(&sized(&[8; 32]), first_nonce);
        reads_nothing_else(&sized(&[9; 32]), |bytes| unsealed(bytes).map(drop));
        assert!(unsealed(&sized(&[9; 32])).unwrap().expose() == &[9; 32]);
        assert!(unsealed(&sized(&[9; 31])).is_err() && unsealed(&sized(&[9; 33])).is_err());
    }

    #[test]
    fn properties_are_numbers_and_values() {
        let two =
            [&[0][..], &[6, 2, 0x100, 0x322E_3000, 0x102, 159].map(u32::to_be_bytes).concat()];
        let two = two.concat();
        reads_nothing_else(&two, properties);
        assert_eq!(properties(&two), Ok(vec![(0x100, 0x322E_3000), (0x102, 159)]));
        for (at, byte) in [(0, 2), (4, 5), (8, 1), (5, 1)] {
            let mut changed = two.clone();
            changed[at] = byte;
            assert_eq!(properties(&changed), Err(Unread::Malformed), "at {at}");
        }
    }
}
