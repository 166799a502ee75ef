// SPDX-License-Identifier: MIT OR Apache-2.0
//! CTAP over smart cards and NFC: APDUs of ISO/IEC 7816-4 that carry requests and replies
//! (CTAP 2.3 section 11.3).
//!
//! [`Device`] is the card's side: it selects the applet, joins chained commands, cuts long replies and
//! answers for an engine that waits for a person. [`Exchange`] is the other side, for one request.
//! [`Command`] is a single command APDU; U2F speaks it inside CTAPHID as well, so the engine reads
//! with it too. None of them reads a clock or touches a reader.

mod client;
mod command;
mod device;

pub use client::{Exchange, ExchangeError, Progress};
pub use command::{Command, Form};
pub use device::{Device, Event, Job, Response};

/// The name of the applet: the registered identifier of FIDO and `2F0001` (section 11.3.3).
pub const APPLET: [u8; 8] = [0xa0, 0x00, 0x00, 0x06, 0x47, 0x2f, 0x00, 0x01];

/// What selecting the applet answers where U2F is offered (section 11.3.3).
pub const U2F_VERSION: &[u8] = b"U2F_V2";

/// What selecting the applet answers where it is not (section 11.3.3).
pub const FIDO2_VERSION: &[u8] = b"FIDO_2_0";

/// Whether the card offers U2F; it does not while alwaysUv is on (section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum U2f {
    /// It does.
    Offered,
    /// U2F's commands are none of the card's.
    Off,
}

/// The two bytes at the end of every answer (ISO/IEC 7816-4 section 5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// All is well.
    pub const OK: Self = Self(0x9000);
    /// The card is still at work; the data says at what (section 11.3.7.2).
    pub const STATUS_UPDATE: Self = Self(0x9100);
    /// The length of the command is not what its bytes say, or not one the card takes.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// The chain does not go on as it began.
    pub const CHAIN_NOT_ENDED: Self = Self(0x6883);
    /// This command cannot be chained.
    pub const NO_CHAINING: Self = Self(0x6884);
    /// Not now. In U2F: a touch is needed.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// The applet is not selected. A word of its own, because a client of U2F that reads 6985 waits
    /// for a touch that nobody is asked for.
    pub const NOT_SELECTED: Self = Self(0x6986);
    /// In U2F: the key handle is not of this key.
    pub const WRONG_DATA: Self = Self(0x6a80);
    /// There is no applet of this name.
    pub const NOT_FOUND: Self = Self(0x6a82);
    /// P1 or P2 is wrong.
    pub const WRONG_PARAMETERS: Self = Self(0x6a86);
    /// The card does not have this instruction.
    pub const NO_INSTRUCTION: Self = Self(0x6d00);
    /// The card does not have this class.
    pub const NO_CLASS: Self = Self(0x6e00);
    /// Something is wrong on our side.
    pub const NO_DIAGNOSIS: Self = Self(0x6f00);

    /// There is more: so many bytes, or 256 and more (ISO/IEC 7816-4 section 5.3.4).
    #[must_use]
    pub const fn more(left: usize) -> Self {
        Self(0x6100 | if left < 0x100 { left as u16 } else { 0 })
    }

    /// How many bytes more there are, if that is what it says.
    #[must_use]
    pub const fn left(self) -> Option<usize> {
        match self.0 {
            0x6100 => Some(0x100),
            0x6101..=0x61ff => Some((self.0 & 0xff) as usize),
            _ => None,
        }
    }

    /// Gives the bytes on the wire.
    #[must_use]
    pub const fn bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

/// The instructions of section 11.3 and ISO/IEC 7816-4.
mod ins {
    /// Selects the applet (section 11.3.3).
    pub(super) const SELECT: u8 = 0xa4;
    /// Gets the rest of a long answer (ISO/IEC 7816-4).
    pub(super) const GET_RESPONSE: u8 = 0xc0;
    /// Carries a request of CTAP2 (section 11.3.7.1).
    pub(super) const MSG: u8 = 0x10;
    /// Asks how the request is going (section 11.3.7.2).
    pub(super) const POLL: u8 = 0x11;
    /// Ends the session (section 11.3.4).
    pub(super) const CONTROL: u8 = 0x12;
}

/// Class and parameters of section 11.3.
mod header {
    /// The class of ISO's own commands and of U2F.
    pub(super) const ISO: u8 = 0x00;
    /// The class of CTAP2's commands (section 11.3.5.1).
    pub(super) const CTAP: u8 = 0x80;
    /// The class bit of a command that the next one goes on with (section 11.3.6).
    pub(super) const CHAINED: u8 = 0x10;
    /// P1 of [`super::ins::SELECT`]: by name.
    pub(super) const BY_NAME: u8 = 0x04;
    /// P1 of [`super::ins::MSG`]: the client asks how it is going (section 11.3.7.1).
    pub(super) const POLLS: u8 = 0x80;
    /// P1 of [`super::ins::POLL`]: and wants it ended (section 11.3.7.2).
    pub(super) const CANCEL: u8 = 0x11;
    /// P1 of [`super::ins::CONTROL`]: ends the session (section 11.3.4).
    pub(super) const END: u8 = 0x01;
}
