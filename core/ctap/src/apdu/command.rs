// SPDX-License-Identifier: MIT OR Apache-2.0
//! One command APDU, short or extended (ISO/IEC 7816-4 section 5.2; U2F Raw Message Formats 1.2
//! section 3.1).
//!
//! Every length is checked against the bytes that are there; a command that does not come out even is
//! [`StatusWord::WRONG_LENGTH`] and nothing else. One form outside the standard is read as well,
//! because clients of U2F send it: extended, with a data length of zero and an answer length.

use super::StatusWord;

/// How the lengths of a command are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One byte: up to 255 bytes of data and 256 of answer.
    Short,
    /// Two bytes: up to 65 535 bytes of data and 65 536 of answer.
    Extended,
}

impl Form {
    /// The longest answer this form can ask for, which is also what is meant by not saying.
    #[must_use]
    pub const fn max_answer_bytes(self) -> usize {
        match self {
            Self::Short => 0x100,
            Self::Extended => 0x1_0000,
        }
    }

    /// The most data a command of this form has.
    #[must_use]
    pub const fn max_data_bytes(self) -> usize {
        match self {
            Self::Short => 0xff,
            Self::Extended => 0xffff,
        }
    }
}

/// A command APDU, borrowing its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// The class.
    pub cla: u8,
    /// The instruction.
    pub ins: u8,
    /// The first parameter.
    pub p1: u8,
    /// The second parameter.
    pub p2: u8,
    /// The data.
    pub data: &'a [u8],
    /// The longest answer wanted, in bytes; nothing where the command does not say, which clients
    /// of U2F and CTAP mean as "whatever there is".
    pub answer_bytes: Option<usize>,
    /// How the lengths are written.
    pub form: Form,
}

impl<'a> Command<'a> {
    /// Reads a command: what a reader sent, or the message of a `CTAPHID_MSG` (CTAP 2.3
    /// section 11.2.9.1.1).
    ///
    /// # Errors
    /// [`StatusWord::WRONG_LENGTH`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, StatusWord> {
        let (&[cla, ins, p1, p2], body) =
            bytes.split_first_chunk().ok_or(StatusWord::WRONG_LENGTH)?;
        let (form, data, answer) = match *body {
            [] => (Form::Short, body, body),
            [_] => (Form::Short, &body[1..], body),
            [0, _, _] => (Form::Extended, &body[3..], &body[1..]),
            [0, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                let (data, answer) =
                    body[3..].split_at_checked(length).ok_or(StatusWord::WRONG_LENGTH)?;
                (Form::Extended, data, answer)
            }
            // A data length of zero is not written in the short form.
            [0, _] => return Err(StatusWord::WRONG_LENGTH),
            [length, ..] => {
                let (data, answer) = body[1..]
                    .split_at_checked(usize::from(length))
                    .ok_or(StatusWord::WRONG_LENGTH)?;
                (Form::Short, data, answer)
            }
        };
        let answer_bytes = read_answer_bytes(form, answer)?;
        Ok(Self { cla, ins, p1, p2, data, answer_bytes, form })
    }

    /// Writes the command and says how long it is; nothing if it does not fit its form or the room.
    #[must_use]
    pub fn write(&self, out: &mut [u8]) -> Option<usize> {
        if self.data.len() > self.form.max_data_bytes()
            || self.answer_bytes.is_some_and(|it| it > self.form.max_answer_bytes())
        {
            return None;
        }
        let mut out = Out { bytes: out, used: 0 };
        out.put(&[self.cla, self.ins, self.p1, self.p2])?;
        // Both lengths fit their form. Of an answer, the greatest is written as zero.
        let data_length = (self.data.len() as u16).to_be_bytes();
        let answer_length = self.answer_bytes.map(|it| (it as u16).to_be_bytes());
        let skipped = match self.form {
            Form::Short => 1,
            Form::Extended => {
                if !self.data.is_empty() || answer_length.is_some() {
                    out.put(&[0])?;
                }
                0
            }
        };
        if !self.data.is_empty() {
            out.put(&data_length[skipped..])?;
            out.put(self.data)?;
        }
        if let Some(length) = answer_length {
            out.put(&length[skipped..])?;
        }
        Some(out.used)
    }

    /// The longest answer the client takes.
    pub(super) fn room_for_answer(&self) -> usize {
        self.answer_bytes.unwrap_or(self.form.max_answer_bytes())
    }
}

/// A command that is being written.
struct Out<'o> {
    bytes: &'o mut [u8],
    used: usize,
}

impl Out<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        self.bytes.get_mut(self.used..self.used + bytes.len())?.copy_from_slice(bytes);
        self.used += bytes.len();
        Some(())
    }
}

/// Reads what is behind the data: nothing, or the length of the answer, where zero is the greatest.
fn read_answer_bytes(form: Form, bytes: &[u8]) -> Result<Option<usize>, StatusWord> {
    let length = match (form, bytes) {
        (_, []) => return Ok(None),
        (Form::Short, &[length]) => usize::from(length),
        (Form::Extended, &[high, low]) => usize::from(u16::from_be_bytes([high, low])),
        _ => return Err(StatusWord::WRONG_LENGTH),
    };
    Ok(Some(if length == 0 { form.max_answer_bytes() } else { length }))
}
