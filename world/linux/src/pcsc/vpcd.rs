// SPDX-License-Identifier: MIT OR Apache-2.0
//! A smart card that is a program, in the virtual reader of Debian's `vsmartcard-vpcd`.
//!
//! The reader is a driver of `pcscd` that listens on a TCP port of this PC; a card connects to it.
//! Each message is a length of 16 bits, high byte first, and so many bytes. A message of one byte is
//! an order of the reader, a longer one a command for the card. Every user of this PC can connect to
//! that port and can use the card, so this is for tests and for those who know that.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::{LinuxError, Step};

/// Where the virtual reader listens, unless its configuration says otherwise.
pub const PORT: u16 = 35_963;

/// Longest message.
const MESSAGE_MAX_BYTES: usize = u16::MAX as usize;
const LENGTH_BYTES: usize = 2;
/// How long an answer may take to leave.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// What a reader wants of its card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardRequest {
    /// The card loses power, and what it has in memory.
    PowerOff,
    /// It gets power.
    PowerOn,
    /// It begins anew.
    Reset,
    /// It shall say what it is: the answer is its ATR (ISO 7816-3, section 8.2).
    GetAtr,
    /// It shall do this: the answer is data and two bytes of status.
    Command(Zeroizing<Vec<u8>>),
}

/// The virtual reader, as its card sees it. Dropping it takes the card out.
#[derive(Debug)]
pub struct Reader {
    stream: TcpStream,
    /// What has come of the next message.
    incoming: Zeroizing<Vec<u8>>,
}

impl Reader {
    /// Puts a card into the reader.
    ///
    /// # Errors
    /// [`LinuxError::SmartCard`] with `NoReader` where none listens at this port of this PC.
    pub fn insert_at(port: u16) -> Result<Self, LinuxError> {
        let stream = match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => stream,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                return Err(super::CardTrouble::NoReader.into());
            }
            Err(error) => return Err(failed(error)),
        };
        stream.set_nonblocking(true).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        // Whole messages fit, so that what holds them never moves and leaves copies.
        let incoming = Zeroizing::new(Vec::with_capacity(LENGTH_BYTES + MESSAGE_MAX_BYTES));
        Ok(Self { stream, incoming })
    }

    /// What the reader wants; `None` where it wants nothing now.
    ///
    /// # Errors
    /// [`LinuxError::SmartCard`] with `NoReader` where it has ended.
    pub fn receive(&mut self) -> Result<Option<CardRequest>, LinuxError> {
        loop {
            let wanted = match self.incoming.first_chunk() {
                None => LENGTH_BYTES,
                Some(length) => LENGTH_BYTES + usize::from(u16::from_be_bytes(*length)),
            };
            if self.incoming.len() < wanted {
                if !self.read_up_to(wanted)? {
                    return Ok(None);
                }
            } else {
                let request = request(&self.incoming[LENGTH_BYTES..]);
                self.incoming.as_mut_slice().fill(0);
                self.incoming.clear();
                if let Some(request) = request {
                    return Ok(Some(request));
                }
            }
        }
    }

    /// Reads more of the message; tells whether anything came.
    fn read_up_to(&mut self, wanted: usize) -> Result<bool, LinuxError> {
        let there = self.incoming.len();
        self.incoming.resize(wanted, 0);
        let read = self.stream.read(&mut self.incoming[there..]);
        self.incoming.truncate(there + read.as_ref().map_or(0, |&length| length));
        match read {
            Ok(0) => Err(super::CardTrouble::NoReader.into()),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
            Err(error) => Err(failed(error)),
        }
    }

    /// Answers a question for the ATR or a command.
    ///
    /// # Errors
    /// [`LinuxError::TooLong`] where no message is so long, [`LinuxError::System`] where the reader
    /// does not take it.
    pub fn answer(&mut self, answer: &[u8]) -> Result<(), LinuxError> {
        let length = u16::try_from(answer.len()).map_err(|_| LinuxError::TooLong)?;
        let mut message = Zeroizing::new(Vec::with_capacity(LENGTH_BYTES + answer.len()));
        message.extend(length.to_be_bytes());
        message.extend(answer);
        let deadline = Instant::now() + ANSWER_WITHIN;
        let mut rest = message.as_slice();
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.await_room(deadline)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    fn await_room(&self, deadline: Instant) -> Result<(), LinuxError> {
        let system = LinuxError::during(Step::Device);
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(system(Errno::TIMEDOUT));
        }
        let timeout = Timespec::try_from(left).map_err(|_| system(Errno::INVAL))?;
        match poll(&mut [PollFd::new(&self.stream, PollFlags::OUT)], Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(system(errno)),
        }
    }
}

/// Readable while the reader wants something.
impl AsFd for Reader {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

fn failed(error: std::io::Error) -> LinuxError {
    LinuxError::io(Step::Device, None)(error)
}

/// A message's meaning; `None` where it has none.
fn request(message: &[u8]) -> Option<CardRequest> {
    match *message {
        [POWER_OFF] => Some(CardRequest::PowerOff),
        [POWER_ON] => Some(CardRequest::PowerOn),
        [RESET] => Some(CardRequest::Reset),
        [GET_ATR] => Some(CardRequest::GetAtr),
        [] | [_] => None,
        ref command => Some(CardRequest::Command(Zeroizing::new(command.to_vec()))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::net::TcpListener;

    use super::*;
    use crate::pcsc::CardTrouble;

    fn inserted() -> (Reader, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let reader = Reader::insert_at(listener.local_addr().unwrap().port()).unwrap();
        (reader, listener.accept().unwrap().0)
    }

    fn wanted(reader: &mut Reader) -> CardRequest {
        for _ in 0..1000 {
            if let Some(request) = reader.receive().unwrap() {
                return request;
            }
            let timeout = Timespec { tv_sec: 10, tv_nsec: 0 };
            poll(&mut [PollFd::new(reader, PollFlags::IN)], Some(&timeout)).unwrap();
        }
        panic!("nothing is wanted");
    }

    fn command(bytes: &[u8]) -> CardRequest {
        CardRequest::Command(Zeroizing::new(bytes.to_vec()))
    }

    #[test]
    fn orders_and_commands_are_told_apart() {
        let (mut card, mut reader) = inserted();
        assert_eq!(card.receive(), Ok(None));
        // Two messages without meaning are among them: an empty one, and an order nobody knows.
        let orders = [0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 2, 0, 1, 9, 0, 1, 4];
        reader.write_all(&orders).unwrap();
        reader.write_all(&[0, 5, 0x00, 0xA4, 0x04, 0x00, 0x08]).unwrap();
        for request in
            [CardRequest::PowerOff, CardRequest::PowerOn, CardRequest::Reset, CardRequest::GetAtr]
        {
            assert_eq!(wanted(&mut card), request);
        }
        assert_eq!(wanted(&mut card), command(&[0x00, 0xA4, 0x04, 0x00, 0x08]));
    }

    #[test]
    fn a_command_in_pieces_is_put_together() {
        let (mut card, mut reader) = inserted();
        let long = vec![7; MESSAGE_MAX_BYTES];
        reader.write_all(&[0xFF]).unwrap();
        assert_eq!(card.receive(), Ok(None));
        reader.write_all(&[0xFF]).unwrap();
        assert_eq!(card.receive(), Ok(None));
        let sending = std::thread::spawn({
            let long = long.clone();
            move || {
                reader.write_all(&long).unwrap();
                reader
            }
        });
        assert_eq!(wanted(&mut card), command(&long));
        drop(sending.join().unwrap());
        let gone = LinuxError::SmartCard { why: CardTrouble::NoReader };
        assert_eq!(card.receive(), Err(gone));
    }

    #[test]
    fn answers_carry_their_length() {
        let (mut card, mut reader) = inserted();
        card.answer(&[0x90, 0x00]).unwrap();
        let mut heard = [0; 4];
        reader.read_exact(&mut heard).unwrap();
        assert_eq!(heard, [0, 2, 0x90, 0x00]);
        assert_eq!(card.answer(&vec![0; 70_000]), Err(LinuxError::TooLong));
    }

    #[test]
    fn without_a_reader_there_is_nowhere_to_put_the_card() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let error = Reader::insert_at(port).unwrap_err();
        assert_eq!(error, LinuxError::SmartCard { why: CardTrouble::NoReader });
    }
}
