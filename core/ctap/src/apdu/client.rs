// SPDX-License-Identifier: MIT OR Apache-2.0
//! The other end of a smart card or an NFC reader: one request, as many commands as it takes
//! (CTAP 2.3 section 11.3).
//!
//! Whoever holds the card sends [`Exchange::command`], hands the answer to [`Exchange::receive`], and
//! does so until that is [`Progress::Done`]. What comes out is what CTAPHID would have brought: the
//! reply of CTAP2 alone, that of U2F with its status behind it.

use zeroize::Zeroize as _;

use super::{APPLET, Command, Form, StatusWord, header, ins};
use crate::hid::{Kind, MAX_MESSAGE_BYTES, Waiting};

/// Why a request has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The card refused: no such applet, not selected, and so on.
    Refused(StatusWord),
    /// What the card answered is no answer.
    Malformed,
    /// The request is longer than its form can say, or the answer longer than the room for it.
    TooLong,
    /// Our mistake: the request is no APDU, the room for a command too small, or the exchange over.
    NotNow,
}

/// What an answer of the card came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Another command is to be sent.
    More,
    /// The card is still at work, and another command asks it again.
    Waiting(Waiting),
    /// This is the answer.
    Done(&'a [u8]),
}

/// What is being asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// Selecting the applet, or ending the session.
    Plain,
    Request(Kind),
}

/// The command that is due.
#[derive(Clone, Copy)]
enum Due {
    /// The request from here on.
    Rest(usize),
    /// More of the answer: at most so many bytes.
    Answer(usize),
    Poll,
    Cancel,
    Nothing,
}

/// One request to a card, with room for an answer of `N` bytes.
pub struct Exchange<'a, const N: usize> {
    question: Question,
    /// Class, instruction, parameters.
    head: [u8; 4],
    data: &'a [u8],
    form: Form,
    due: Due,
    /// Of a chain, how far the command went that is unanswered.
    sent: usize,
    answer: [u8; N],
    filled: usize,
}

impl<'a, const N: usize> Exchange<'a, N> {
    /// Selects the applet; the answer is [`super::U2F_VERSION`] or [`super::FIDO2_VERSION`]
    /// (section 11.3.3).
    #[must_use]
    pub const fn select() -> Self {
        let head = [header::ISO, ins::SELECT, header::BY_NAME, 0];
        Self::new(Question::Plain, head, &APPLET, Form::Short)
    }

    /// Ends the session (section 11.3.4).
    #[must_use]
    pub const fn end() -> Self {
        let head = [header::CTAP, ins::CONTROL, header::END, 0];
        Self::new(Question::Plain, head, &[], Form::Short)
    }

    /// Asks what CTAPHID would ask with the same bytes. In the short form a long request is chained
    /// (section 11.3.6); the extended form needs a reader that can do it.
    ///
    /// # Errors
    /// [`ExchangeError::NotNow`] if a message of U2F is no APDU; [`ExchangeError::TooLong`].
    pub fn request(kind: Kind, message: &'a [u8], form: Form) -> Result<Self, ExchangeError> {
        let (head, data) = match kind {
            Kind::Cbor => ([header::CTAP, ins::MSG, header::POLLS, 0], message),
            Kind::Msg => {
                let command = Command::read(message).map_err(|_| ExchangeError::NotNow)?;
                ([command.cla, command.ins, command.p1, command.p2], command.data)
            }
        };
        if data.len() > MAX_MESSAGE_BYTES {
            return Err(ExchangeError::TooLong);
        }
        Ok(Self::new(Question::Request(kind), head, data, form))
    }

    const fn new(question: Question, head: [u8; 4], data: &'a [u8], form: Form) -> Self {
        const { assert!(N >= 64, "a version and a status always fit") }
        let due = Due::Rest(0);
        Self { question, head, data, form, due, sent: 0, answer: [0; N], filled: 0 }
    }

    /// Writes the command that is due, and says how long it is. The short form takes at most 261
    /// bytes, the extended one nine more than the request.
    ///
    /// # Errors
    /// [`ExchangeError::NotNow`] if the room is too small, or nothing is due.
    pub fn command(&mut self, out: &mut [u8]) -> Result<usize, ExchangeError> {
        let ([cla, ins, p1, p2], data, answer_bytes) = match self.due {
            Due::Rest(from) => {
                let end = self.data.len().min(from + self.form.max_data_bytes());
                self.sent = end;
                let [cla, ins, p1, p2] = self.head;
                let data = &self.data[from..end];
                if end < self.data.len() {
                    ([cla | header::CHAINED, ins, p1, p2], data, None)
                } else {
                    (self.head, data, Some(self.form.max_answer_bytes()))
                }
            }
            Due::Answer(bytes) => ([header::ISO, ins::GET_RESPONSE, 0, 0], &[][..], Some(bytes)),
            Due::Poll => {
                let head = [header::CTAP, ins::POLL, 0, 0];
                (head, &[][..], Some(self.form.max_answer_bytes()))
            }
            Due::Cancel => {
                let head = [header::CTAP, ins::POLL, header::CANCEL, 0];
                (head, &[][..], Some(self.form.max_answer_bytes()))
            }
            Due::Nothing => return Err(ExchangeError::NotNow),
        };
        let command = Command { cla, ins, p1, p2, data, answer_bytes, form: self.form };
        command.write(out).ok_or(ExchangeError::NotNow)
    }

    /// Takes the card's answer to the last command.
    ///
    /// # Errors
    /// [`ExchangeError::Refused`], [`ExchangeError::Malformed`], [`ExchangeError::TooLong`]: the
    /// exchange is over.
    pub fn receive(&mut self, response: &[u8]) -> Result<Progress<'_>, ExchangeError> {
        let due = core::mem::replace(&mut self.due, Due::Nothing);
        let (data, &[high, low]) = response.split_last_chunk().ok_or(ExchangeError::Malformed)?;
        let status = StatusWord(u16::from_be_bytes([high, low]));
        match due {
            Due::Nothing => return Err(ExchangeError::NotNow),
            Due::Rest(_) if self.sent < self.data.len() => {
                if status != StatusWord::OK {
                    return Err(ExchangeError::Refused(status));
                }
                self.due = Due::Rest(self.sent);
                return Ok(Progress::More);
            }
            _ => {}
        }
        if self.question == Question::Request(Kind::Cbor) && status == StatusWord::STATUS_UPDATE {
            let (&[byte], 0) = (data.first_chunk().ok_or(ExchangeError::Malformed)?, self.filled)
            else {
                return Err(ExchangeError::Malformed);
            };
            self.due = Due::Poll;
            return Ok(Progress::Waiting(Waiting::from_byte(byte)));
        }
        self.append(data)?;
        if let Some(left) = status.left() {
            if data.is_empty() {
                return Err(ExchangeError::Malformed);
            }
            self.due = Due::Answer(left);
            return Ok(Progress::More);
        }
        match self.question {
            Question::Request(Kind::Msg) => self.append(&[high, low])?,
            _ if status != StatusWord::OK => return Err(ExchangeError::Refused(status)),
            _ => {}
        }
        Ok(Progress::Done(&self.answer[..self.filled]))
    }

    /// Makes the next command ask the card to end the request, if it is waiting (section 11.3.7.2).
    /// The answer still comes, mostly `KEEPALIVE_CANCEL`.
    pub const fn cancel(&mut self) {
        if matches!(self.due, Due::Poll) {
            self.due = Due::Cancel;
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), ExchangeError> {
        let end = self.filled + bytes.len();
        let room = self.answer.get_mut(self.filled..end).ok_or(ExchangeError::TooLong)?;
        room.copy_from_slice(bytes);
        self.filled = end;
        Ok(())
    }
}

impl<const N: usize> Drop for Exchange<'_, N> {
    fn drop(&mut self) {
        self.answer[..self.filled].zeroize();
    }
}
