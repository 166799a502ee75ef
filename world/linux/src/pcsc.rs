// SPDX-License-Identifier: MIT OR Apache-2.0
//! Smart cards and NFC keys, through the system's PC/SC service.
//!
//! The service's library, `libpcsclite.so.1`, is looked for when it is needed: the program is built
//! and runs without it. What is used is the part every PC/SC has (Interoperability Specification for
//! ICCs, part 5): list readers, connect, transmit, disconnect. A card is shared with other programs,
//! such as those that keep an OpenPGP key, but no command of theirs comes between ours.

mod library;
pub mod vpcd;

use std::ffi::CString;

use zeroize::Zeroizing;

use crate::LinuxError;
use library::{Api, Context, DWord, Handle, Long, api};

/// Longest answer: 65536 bytes and two of status (ISO 7816-4, section 5.2).
const ANSWER_MAX_BYTES: usize = 65_538;
/// More names than any PC has readers.
const NAMES_MAX_BYTES: DWord = 65_536;

/// Why a card is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardTrouble {
    /// The library `libpcsclite.so.1` is not installed, or this program is static and may load none.
    NoLibrary,
    /// The service `pcscd` does not run.
    NoService,
    /// The system's rules do not let this user (polkit).
    Forbidden,
    /// There is no reader, or not this one any more.
    NoReader,
    /// No card lies in the reader.
    NoCard,
    /// Another program has the card for itself.
    Busy,
    /// The card was taken away or reset while it was used; connect again.
    Gone,
    /// The card does not answer as cards do.
    Mute,
    /// Another error of PC/SC.
    Other {
        /// Its number.
        code: u32,
    },
}

impl CardTrouble {
    const fn of(code: u32) -> Self {
        match code {
            0x8010_001D | 0x8010_001E => Self::NoService,
            0x8010_0009 | 0x8010_0017 | 0x8010_002E => Self::NoReader,
            0x8010_000C => Self::NoCard,
            0x8010_000B => Self::Busy,
            0x8010_0068 | 0x8010_0069 => Self::Gone,
            0x8010_000F | 0x8010_0066 | 0x8010_0067 => Self::Mute,
            0x8010_006A => Self::Forbidden,
            code => Self::Other { code },
        }
    }
}

impl From<CardTrouble> for LinuxError {
    fn from(why: CardTrouble) -> Self {
        Self::SmartCard { why }
    }
}

/// PC/SC numbers its errors in 32 bits, whatever the width of the type.
fn checked(code: Long) -> Result<(), CardTrouble> {
    match u32::try_from(code & 0xFFFF_FFFF) {
        Ok(0) => Ok(()),
        Ok(code) => Err(CardTrouble::of(code)),
        Err(_) => Err(CardTrouble::Other { code: u32::MAX }),
    }
}

/// The names of all readers, in the service's order; none where there are none.
///
/// # Errors
/// [`LinuxError::SmartCard`] where there is no service to ask.
pub fn readers() -> Result<Vec<String>, LinuxError> {
    Ok(Session::open(api()?)?.readers()?)
}

/// A connection to the service.
struct Session {
    api: &'static Api,
    context: Context,
}

impl Session {
    fn open(api: &'static Api) -> Result<Self, CardTrouble> {
        let mut context = 0;
        checked(api.establish_context(&mut context))?;
        Ok(Self { api, context })
    }

    fn readers(&self) -> Result<Vec<String>, CardTrouble> {
        let mut length = 0;
        match checked(self.api.list_readers(self.context, None, &mut length)) {
            Ok(()) => {}
            Err(CardTrouble::NoReader) => return Ok(Vec::new()),
            Err(trouble) => return Err(trouble),
        }
        // A reader that comes between the two questions needs room as well.
        length = length.saturating_add(1024).min(NAMES_MAX_BYTES);
        let mut names = vec![0; usize::try_from(length).unwrap_or(0)];
        match checked(self.api.list_readers(self.context, Some(&mut names), &mut length)) {
            Ok(()) => {}
            Err(CardTrouble::NoReader) => return Ok(Vec::new()),
            Err(trouble) => return Err(trouble),
        }
        names.truncate(usize::try_from(length).unwrap_or(0));
        let names = names.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.api.release_context(self.context);
    }
}

/// A card in a reader, ours for as long as this lives.
pub struct Card {
    session: Session,
    handle: Handle,
    protocol: DWord,
}

impl Card {
    /// Connects to the card in this reader. Waits while another program is in the middle of
    /// something with it.
    ///
    /// # Errors
    /// [`LinuxError::SmartCard`].
    pub fn connect(reader: &str) -> Result<Self, LinuxError> {
        Ok(Self::through(api()?, reader)?)
    }

    fn through(api: &'static Api, reader: &str) -> Result<Self, CardTrouble> {
        let session = Session::open(api)?;
        let reader = CString::new(reader).map_err(|_| CardTrouble::NoReader)?;
        let (mut handle, mut protocol) = (0, 0);
        checked(api.connect(session.context, &reader, &mut handle, &mut protocol))?;
        let card = Self { session, handle, protocol };
        checked(api.begin_transaction(handle))?;
        Ok(card)
    }

    /// Sends a command, returns the answer with its two bytes of status.
    ///
    /// # Errors
    /// [`LinuxError::SmartCard`].
    pub fn transmit(&self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
        let mut answer = Zeroizing::new(vec![0; ANSWER_MAX_BYTES]);
        let mut length = 0;
        let api = self.session.api;
        checked(api.transmit(self.handle, self.protocol, command, &mut answer, &mut length))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let bytes = answer.get(..length).filter(|bytes| bytes.len() >= 2);
        Ok(Zeroizing::new(bytes.ok_or(CardTrouble::Mute)?.to_vec()))
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        // Where the card is gone, so is what these would end.
        self.session.api.end_transaction(self.handle);
        self.session.api.disconnect(self.handle);
    }
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
