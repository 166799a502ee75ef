// SPDX-License-Identifier: MIT OR Apache-2.0
//! Zip archives, as far as exports of other apps are ones: stored or deflated members, in clear, under WinZip's
//! AES (AE-1, AE-2) or under the old cipher of PKZIP.
//!
//! A small reader and not the crate `zip`, which brings older versions of all our ciphers. It believes the
//! directory at the end and nothing else, reads one member at a time, and gives it no more room than allowed.
//! The old cipher proves nothing, so whatever goes wrong under it is told as a wrong password.

mod cipher;

use kagifuda_secret::SecretText;
use zeroize::Zeroizing;

use super::cursor::Cursor;
use super::inflate::inflate;
use super::json;
use super::{ImportError, ImportLimits, Place};

use cipher::Seal;

/// The most members of an archive: 1Password adds every attached document.
const MAX_MEMBERS: usize = 20_000;

const MEMBER: &[u8] = b"PK\x03\x04";
const DIRECTORY_ENTRY: u32 = 0x0201_4b50;
const END: &[u8] = b"PK\x05\x06";
/// The end with the longest comment.
const MAX_END_BYTES: usize = 22 + 0xffff;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const AES: u16 = 99;
const AES_EXTRA: u16 = 0x9901;

const IS_ENCRYPTED: u16 = 1;
const HAS_DESCRIPTOR: u16 = 8;

/// One file in an archive.
pub(super) struct Member<'a> {
    pub(super) name: String,
    method: u16,
    seal: Option<Seal>,
    /// Of the text, unless AE-2 left it out.
    check: Option<u32>,
    length: u64,
    data: &'a [u8],
}

/// Tells whether bytes begin as an archive does.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(MEMBER)
}

/// Tells whether an archive names a member so, damaged ones included.
pub(super) fn names(bytes: &[u8], member: &str) -> bool {
    is_archive(bytes) && json::holds(bytes, member)
}

/// Reads the directory of an archive.
pub(super) fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>, ImportError> {
    let from = bytes.len().saturating_sub(MAX_END_BYTES);
    let places = bytes[from..].windows(END.len()).enumerate().rev();
    let mut ends = places.filter(|(_, found)| *found == END).map(|(place, _)| from + place);
    let end = ends.next().ok_or_else(|| damaged(bytes, &[]))?;
    let (count, begin) = end_of(&bytes[end..]).ok_or_else(|| damaged(bytes, &bytes[end..]))?;
    if count > MAX_MEMBERS {
        return Err(ImportError::TooManyEntries { limit: MAX_MEMBERS });
    }
    let mut directory = Cursor::of(bytes.get(begin..end).ok_or_else(|| damaged(bytes, &[]))?);
    let mut members = Vec::new();
    for _ in 0..count {
        let rest = bytes.len() - end + directory.rest().len();
        let member = member(&mut directory, bytes);
        members.push(member.ok_or_else(|| damaged(bytes, &bytes[bytes.len() - rest..]))?);
    }
    Ok(members)
}

/// The text of the member that makes an archive an export.
pub(super) fn text_of(
    bytes: &[u8],
    name: &str,
    password: Option<&SecretText>,
    limits: &ImportLimits,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let members = members(bytes)?;
    let member = members.iter().find(|member| member.name == name);
    member.ok_or(ImportError::NotThisFormat)?.read(password, limits)
}

/// Damage where `rest` begins.
fn damaged(bytes: &[u8], rest: &[u8]) -> ImportError {
    let offset = u64::try_from(bytes.len() - rest.len()).unwrap_or(u64::MAX);
    ImportError::Damaged { at: Place::Byte { offset } }
}

/// How many members there are, and where their directory begins.
fn end_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut end = Cursor::of(bytes);
    end.take(10)?;
    let count = end.u16()?;
    end.take(4)?;
    let begin = usize::try_from(end.u32()?).ok()?;
    let comment = end.u16()?;
    end.take(comment.into())?;
    Some((count.into(), begin))
}

fn member<'a>(directory: &mut Cursor<'a>, bytes: &'a [u8]) -> Option<Member<'a>> {
    if directory.u32()? != DIRECTORY_ENTRY {
        return None;
    }
    directory.take(4)?;
    let (flags, method, time) = (directory.u16()?, directory.u16()?, directory.u16()?);
    directory.take(2)?;
    let (check, packed, length) = (directory.u32()?, directory.u32()?, directory.u32()?);
    let lengths = [directory.u16()?, directory.u16()?, directory.u16()?].map(usize::from);
    directory.take(8)?;
    let local = usize::try_from(directory.u32()?).ok()?;
    let name = String::from_utf8_lossy(directory.take(lengths[0])?).into_owned();
    let extra = directory.take(lengths[1])?;
    directory.take(lengths[2])?;
    let data = data(bytes, local, usize::try_from(packed).ok()?)?;
    let (method, seal, has_check) = match (flags & IS_ENCRYPTED != 0, method) {
        (true, AES) => {
            let (version, strength, method) = aes_extra(extra)?;
            (method, Some(Seal::aes(strength)?), version == 1)
        }
        (true, method) => {
            let byte = if flags & HAS_DESCRIPTOR == 0 { check >> 24 } else { u32::from(time) >> 8 };
            (method, Some(Seal::Old { last_byte: byte.to_le_bytes()[0] }), true)
        }
        (false, method) => (method, None, true),
    };
    let check = has_check.then_some(check);
    Some(Member { name, method, seal, check, length: length.into(), data })
}

/// What WinZip says of its encryption: version, strength, and how the text was packed.
fn aes_extra(extra: &[u8]) -> Option<(u16, u8, u16)> {
    let mut extra = Cursor::of(extra);
    loop {
        let (kind, length) = (extra.u16()?, extra.u16()?);
        let mut field = Cursor::of(extra.take(length.into())?);
        if kind == AES_EXTRA {
            let version = field.u16()?;
            field.take(2)?;
            return Some((version, field.u8()?, field.u16()?));
        }
    }
}

/// The packed bytes of a member, behind its own header.
fn data(bytes: &[u8], local: usize, packed: usize) -> Option<&[u8]> {
    let mut header = Cursor::of(bytes.get(local..)?);
    if header.take(MEMBER.len())? != MEMBER {
        return None;
    }
    header.take(22)?;
    let (name, extra) = (header.u16()?, header.u16()?);
    header.take(usize::from(name) + usize::from(extra))?;
    header.take(packed)
}

impl Member<'_> {
    /// The text of the member.
    pub(super) fn read(
        &self,
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        if !matches!(self.method, STORED | DEFLATED) {
            return Err(ImportError::UnknownMethod);
        }
        let Some(seal) = &self.seal else { return self.unpacked(self.data, limits) };
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let packed = seal.open(self.data, password)?;
        self.unpacked(&packed, limits).map_err(|error| match error {
            ImportError::Damaged { .. } if seal.proves_nothing() => ImportError::WrongPassword,
            other => other,
        })
    }

    fn unpacked(
        &self,
        packed: &[u8],
        limits: &ImportLimits,
    ) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        const DAMAGED: ImportError = ImportError::Damaged { at: Place::Compressed };
        let text = match self.method {
            STORED if self.length == packed.len() as u64 => Zeroizing::new(packed.to_vec()),
            STORED => return Err(DAMAGED),
            _ => inflate(packed, self.length, limits)?,
        };
        let is_whole = self.check.is_none_or(|check| crc32fast::hash(&text) == check);
        if is_whole { Ok(text) } else { Err(DAMAGED) }
    }
}
