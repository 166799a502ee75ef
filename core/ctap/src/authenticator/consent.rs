// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the key asks people, and what they have answered.

use super::{About, Halt};
use crate::status::Status;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// A touch, or whatever shows that somebody is there and agrees.
    Touch,
    /// A touch held for at least five seconds (CTAP 2.3 section 6.6).
    LongTouch,
    /// Recognising the person by what this key has built in.
    Verify,
    /// Opening what holds the passkeys.
    Unlock,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes: touched, recognised, open.
    Given,
    /// No: refused, still locked.
    Refused,
    /// Somebody was there, and not recognised; it costs a try. To [`Question::Verify`] only.
    Unrecognised,
    /// What is built in cannot recognise anybody now; it costs nothing. To [`Question::Verify`] only.
    Unable,
    /// Nobody answered in time.
    TimedOut,
    /// The platform took the request back.
    Cancelled,
}

/// A question, and what it is about.
pub struct Ask<'r> {
    /// What is asked.
    pub question: Question,
    /// What it is about, to show to people.
    pub about: About<'r>,
}

/// What people have said about the request at hand; begins empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Consent {
    touch: Option<Answer>,
    long_touch: Option<Answer>,
    verify: Option<Answer>,
    unlock: Option<Answer>,
}

impl Consent {
    /// Records an answer.
    pub const fn set(&mut self, question: Question, answer: Answer) {
        let slot = match question {
            Question::Touch => &mut self.touch,
            Question::LongTouch => &mut self.long_touch,
            Question::Verify => &mut self.verify,
            Question::Unlock => &mut self.unlock,
        };
        *slot = Some(answer);
    }

    /// The consent with an answer more.
    #[must_use]
    pub const fn with(mut self, question: Question, answer: Answer) -> Self {
        self.set(question, answer);
        self
    }

    /// What was answered to a question, if it was.
    #[must_use]
    pub const fn answer(&self, question: Question) -> Option<Answer> {
        match question {
            Question::Touch => self.touch,
            Question::LongTouch => self.long_touch,
            Question::Verify => self.verify,
            Question::Unlock => self.unlock,
        }
    }

    /// Demands that somebody touched the key (short or long, as asked).
    pub(crate) fn touch(&self, question: Question) -> Result<(), Halt> {
        match self.answer(question) {
            None => Err(Halt::Question(question)),
            Some(Answer::Given) => Ok(()),
            Some(Answer::Refused | Answer::Unrecognised | Answer::Unable) => {
                Err(Status::OperationDenied.into())
            }
            Some(Answer::TimedOut) => Err(Status::UserActionTimeout.into()),
            Some(Answer::Cancelled) => Err(Status::KeepaliveCancel.into()),
        }
    }
}
