// SPDX-License-Identifier: MIT OR Apache-2.0
//! The language between a process that wants to be a key and the broker.
//!
//! One packet of a Unix socket that keeps packets apart (`SOCK_SEQPACKET`) is one message: a byte
//! that says which, then its fields, at most [`PACKET_MAX_BYTES`]. A connection is a key: it is
//! plugged in by the first message and pulled out when the connection ends. There is no message for
//! a descriptor, a number of a vendor or a serial number: those are not the caller's to choose.

use super::HidEvent;
use crate::hid_report::{REPORT_BYTES, Report};

/// Where the broker listens.
pub const SOCKET: &str = "/run/kagifuda/key.sock";

/// Longest message of either side.
pub const PACKET_MAX_BYTES: usize = 1 + 128;

/// What is asked of the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Whether it is there. It answers [`Reply::Here`] and ends the connection.
    AreYouThere,
    /// A key with this label.
    Plug {
        /// What the holder calls it; the broker keeps what is harmless.
        label: String,
    },
    /// A report of the key.
    Report(Report),
}

/// What the broker says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is there.
    Here,
    /// The key is plugged in.
    Plugged,
    /// Something happened to the key, or a report came for it.
    Event(HidEvent),
    /// It does not, or not any more; the connection ends.
    Refused(Refusal),
}

/// Why the broker refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The two are of different versions.
    OtherVersion,
    /// The message is none, or not the one that was due.
    Misspoken,
    /// The first message did not come in time.
    TooSlow,
    /// This user has as many keys plugged in as one may.
    TooManyOfYours,
    /// All users together have.
    TooMany,
    /// The kernel module `uhid` is not there.
    NoModule,
    /// The device file did not appear, or could not be given to the user.
    NoNode,
    /// The kernel refused.
    Kernel {
        /// The error's number.
        errno: u16,
    },
    /// This user is a service, or one of the numbers that a person has besides their own.
    NoPerson,
    /// This user plugged keys in too often.
    TooOften,
    /// A reason of a later version.
    Unknown,
}

const MAGIC: [u8; 3] = *b"KFD";
const VERSION: u8 = 1;

const ARE_YOU_THERE: u8 = 0x01;
const PLUG: u8 = 0x02;
const REPORT_OF_KEY: u8 = 0x03;
const HERE: u8 = 0x81;
const PLUGGED: u8 = 0x82;
const REPORT_FOR_KEY: u8 = 0x83;
const EVENT: u8 = 0x84;
const NODE: u8 = 0x85;
const REFUSED: u8 = 0x8F;

const STARTED: u8 = 1;
const STOPPED: u8 = 2;
const OPENED: u8 = 3;
const CLOSED: u8 = 4;

impl Request {
    /// The message.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::AreYouThere => packet(ARE_YOU_THERE, &[&MAGIC, &[VERSION]]),
            Self::Plug { label } => packet(PLUG, &[&MAGIC, &[VERSION], fitting(label)]),
            Self::Report(report) => packet(REPORT_OF_KEY, &[report]),
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    /// The answer that it deserves.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        match *bytes.first().ok_or(Refusal::Misspoken)? {
            ARE_YOU_THERE => match greeting(&bytes[1..])? {
                [] => Ok(Self::AreYouThere),
                _ => Err(Refusal::Misspoken),
            },
            PLUG => {
                let label = std::str::from_utf8(greeting(&bytes[1..])?);
                Ok(Self::Plug { label: label.map_err(|_| Refusal::Misspoken)?.to_owned() })
            }
            REPORT_OF_KEY => match bytes[1..].try_into() {
                Ok(report) => Ok(Self::Report(report)),
                Err(_) => Err(Refusal::Misspoken),
            },
            _ => Err(Refusal::Misspoken),
        }
    }
}

/// What follows magic and version.
fn greeting(bytes: &[u8]) -> Result<&[u8], Refusal> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(Refusal::Misspoken)?;
    match rest.split_first() {
        Some((&VERSION, rest)) if rest.len() < PACKET_MAX_BYTES => Ok(rest),
        Some((&VERSION, _)) | None => Err(Refusal::Misspoken),
        Some(_) => Err(Refusal::OtherVersion),
    }
}

/// The part of a text that fits into a message with a greeting.
fn fitting(text: &str) -> &[u8] {
    &text.as_bytes()[..text.floor_char_boundary(PACKET_MAX_BYTES - 1 - MAGIC.len() - 1)]
}

fn packet(kind: u8, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![kind];
    fields.iter().for_each(|field| bytes.extend(*field));
    bytes
}

impl Reply {
    /// The message.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Here => packet(HERE, &[&[VERSION]]),
            Self::Plugged => packet(PLUGGED, &[]),
            Self::Event(HidEvent::Report(report)) => packet(REPORT_FOR_KEY, &[report]),
            Self::Event(HidEvent::Started) => packet(EVENT, &[&[STARTED]]),
            Self::Event(HidEvent::Stopped) => packet(EVENT, &[&[STOPPED]]),
            Self::Event(HidEvent::Opened) => packet(EVENT, &[&[OPENED]]),
            Self::Event(HidEvent::Closed) => packet(EVENT, &[&[CLOSED]]),
            Self::Event(HidEvent::Node(number)) => packet(NODE, &[&number.to_le_bytes()]),
            Self::Refused(why) => {
                let (code, detail) = why.code();
                packet(REFUSED, &[&[code], &detail.to_le_bytes()])
            }
        }
    }

    /// Reads a message; `None` where it is of a kind that later versions may have.
    ///
    /// # Errors
    /// [`Refusal::Misspoken`] where it is of a known kind and broken.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Refusal> {
        let (kind, fields) = bytes.split_first().ok_or(Refusal::Misspoken)?;
        Ok(Some(match (*kind, fields) {
            (HERE, [_, ..]) => Self::Here,
            (PLUGGED, _) => Self::Plugged,
            (REPORT_FOR_KEY, report) if report.len() == REPORT_BYTES => {
                let report = report.try_into().map_err(|_| Refusal::Misspoken)?;
                Self::Event(HidEvent::Report(report))
            }
            (EVENT, [STARTED]) => Self::Event(HidEvent::Started),
            (EVENT, [STOPPED]) => Self::Event(HidEvent::Stopped),
            (EVENT, [OPENED]) => Self::Event(HidEvent::Opened),
            (EVENT, [CLOSED]) => Self::Event(HidEvent::Closed),
            (EVENT, [_]) => return Ok(None),
            (NODE, &[a, b, c, d]) => Self::Event(HidEvent::Node(u32::from_le_bytes([a, b, c, d]))),
            (REFUSED, &[code, low, high]) => {
                Self::Refused(Refusal::of(code, u16::from_le_bytes([low, high])))
            }
            (HERE | REPORT_FOR_KEY | EVENT | NODE | REFUSED, _) => return Err(Refusal::Misspoken),
            _ => return Ok(None),
        }))
    }
}

impl Refusal {
    const fn code(self) -> (u8, u16) {
        match self {
            Self::Unknown => (0, 0),
            Self::OtherVersion => (1, 0),
            Self::Misspoken => (2, 0),
            Self::TooSlow => (3, 0),
            Self::TooManyOfYours => (4, 0),
            Self::TooMany => (5, 0),
            Self::NoModule => (6, 0),
            Self::NoNode => (7, 0),
            Self::Kernel { errno } => (8, errno),
            Self::NoPerson => (9, 0),
            Self::TooOften => (10, 0),
        }
    }

    const fn of(code: u8, detail: u16) -> Self {
        match code {
            1 => Self::OtherVersion,
            2 => Self::Misspoken,
            3 => Self::TooSlow,
            4 => Self::TooManyOfYours,
            5 => Self::TooMany,
            6 => Self::NoModule,
            7 => Self::NoNode,
            8 => Self::Kernel { errno: detail },
            9 => Self::NoPerson,
            10 => Self::TooOften,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_read_as_it_was_written() {
        let plug = |label: &str| Request::Plug { label: label.to_owned() };
        let requests =
            [Request::AreYouThere, plug(""), plug("鍵 key"), Request::Report([0xA5; REPORT_BYTES])];
        for request in requests {
            assert!(request.write().len() <= PACKET_MAX_BYTES);
            assert_eq!(Request::read(&request.write()), Ok(request));
        }
    }

    #[test]
    fn every_reply_is_read_as_it_was_written() {
        let events = [
            HidEvent::Started,
            HidEvent::Stopped,
            HidEvent::Opened,
            HidEvent::Closed,
            HidEvent::Node(300),
            HidEvent::Report([7; REPORT_BYTES]),
        ];
        let refusals = [
            Refusal::Unknown,
            Refusal::OtherVersion,
            Refusal::Misspoken,
            Refusal::TooSlow,
            Refusal::TooManyOfYours,
            Refusal::TooMany,
            Refusal::NoModule,
            Refusal::NoNode,
            Refusal::Kernel { errno: 12 },
            Refusal::NoPerson,
            Refusal::TooOften,
        ];
        let replies = [Reply::Here, Reply::Plugged]
            .into_iter()
            .chain(events.map(Reply::Event))
            .chain(refusals.map(Reply::Refused));
        for reply in replies {
            assert!(reply.write().len() <= PACKET_MAX_BYTES);
            assert_eq!(Reply::read(&reply.write()), Ok(Some(reply)));
        }
    }

    #[test]
    fn a_label_too_long_for_a_message_is_cut_between_letters() {
        let long = Request::Plug { label: "鍵".repeat(100) }.write();
        assert!(long.len() <= PACKET_MAX_BYTES);
        assert_eq!(Request::read(&long), Ok(Request::Plug { label: "鍵".repeat(41) }));
    }

    #[test]
    fn requests_that_are_none_are_told_so() {
        let misspoken: [&[u8]; 9] = [
            b"",
            b"\x00",
            b"\x04KFD\x01",
            b"\x01",
            b"\x01KFD",
            b"\x01KFD\x01x",
            b"\x02KFX\x01",
            b"\x02KFD\x01\xFF",
            b"\x03short",
        ];
        for bytes in misspoken {
            assert_eq!(Request::read(bytes), Err(Refusal::Misspoken), "{bytes:x?}");
        }
        assert_eq!(Request::read(&[3; 66]), Err(Refusal::Misspoken));
        assert_eq!(Request::read(b"\x02KFD\x02key"), Err(Refusal::OtherVersion));
        let endless = [b"\x02KFD\x01".as_slice(), &[b'k'; PACKET_MAX_BYTES]].concat();
        assert_eq!(Request::read(&endless), Err(Refusal::Misspoken));
    }

    #[test]
    fn replies_of_later_versions_are_stepped_over_and_broken_ones_are_not() {
        assert_eq!(Reply::read(&[0x90, 1, 2]), Ok(None));
        assert_eq!(Reply::read(&[0x84, 99]), Ok(None));
        assert_eq!(Reply::read(&[0x8F, 99, 0, 0]), Ok(Some(Reply::Refused(Refusal::Unknown))));
        let broken: [&[u8]; 6] = [&[], &[0x81], &[0x83, 1], &[0x84], &[0x85, 1], &[0x8F, 1]];
        for bytes in broken {
            assert_eq!(Reply::read(bytes), Err(Refusal::Misspoken), "{bytes:x?}");
        }
    }
}
