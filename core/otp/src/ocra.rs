// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCRA: answers to challenges, RFC 6287. A [`Suite`] says which hash, how many digits and which
//! inputs; [`Inputs`] carries them; [`Suite::answer`] is the RFC's
//! `CryptoFunction(K, OCRASuite | 00 | C | Q | P | S | T)` of section 5.1.
//!
//! Needs no allocator. Inputs that the suite does not name are refused, not ignored, so that both
//! sides cannot believe to have signed more than they have. What a question says is converted as
//! the RFC's reference implementation does: a number becomes hexadecimal, and both a number and
//! hexadecimal are filled with zeros at the end (section 5.1, appendix A).

mod question;
mod suite;

use kagifuda_secret::SecretArray;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};
use zeroize::Zeroize as _;

use crate::mac::{MAX_TAG_BYTES, Tag};
use crate::{Algorithm, Code, UnixTime};

pub use suite::{Question, Suite, TimeStep};

/// Session information of up to 512 bytes fills the longest message.
pub const MAX_SESSION_BYTES: usize = 512;

/// A question fills 128 bytes of the message (section 5.1).
const QUESTION_BYTES: usize = 128;

/// Why a challenge cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OcraError {
    /// The text is no suite of RFC 6287 section 6; usually cut off or of a later version.
    SuiteUnreadable,
    /// The key is empty.
    KeyEmpty,
    /// The suite counts, and no counter was given.
    CounterMissing,
    /// A counter was given and the suite has none.
    CounterUnasked,
    /// The question is empty, too long, or has characters that the suite's format does not.
    QuestionUnfit,
    /// The suite wants the hash of a PIN, and none was given.
    PasswordMissing,
    /// A PIN was given and the suite has none.
    PasswordUnasked,
    /// The hash of the PIN has another length than the suite's hash.
    PasswordUnfit,
    /// The suite wants session information, and none was given.
    SessionMissing,
    /// Session information was given and the suite has none.
    SessionUnasked,
    /// Session information is longer than the suite says.
    SessionUnfit,
    /// The suite wants a time, and none was given.
    TimeMissing,
    /// A time was given and the suite has none.
    TimeUnasked,
    /// The suite asks for the whole MAC: see [`Suite::whole_answer`].
    NotTruncated,
}

/// What the holder or the server knows of a PIN.
#[derive(Clone, Copy)]
pub enum Password<'a> {
    /// The PIN itself; it is hashed as the suite says.
    Pin(&'a str),
    /// The hash of the PIN under the suite's hash, which is what a server stores.
    Hash(&'a [u8]),
}

/// When a challenge is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A moment, cut into steps as the suite says.
    At(UnixTime),
    /// The number of a step, already cut.
    Step(u64),
}

/// The data of one challenge (section 5.1).
#[derive(Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// C: the counter both sides keep.
    pub counter: Option<u64>,
    /// Q: the question as shown; for mutual sign-in both questions joined (section 7.3).
    pub question: &'a str,
    /// P: what is known of the PIN.
    pub password: Option<Password<'a>>,
    /// S: session information, as bytes; it is filled with zeros at the front.
    pub session: Option<&'a [u8]>,
    /// T: the time.
    pub moment: Option<Moment>,
}

/// An answer that was not truncated, wiped when dropped.
pub struct WholeAnswer(Tag);

impl WholeAnswer {
    /// Shows the 20, 32 or 64 bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl PartialEq for WholeAnswer {
    fn eq(&self, other: &Self) -> bool {
        kagifuda_secret::equal_in_constant_time(self.expose(), other.expose())
    }
}

impl Eq for WholeAnswer {}

impl Suite<'_> {
    /// Answers a challenge with a code of as many digits as the suite says.
    ///
    /// # Errors
    /// [`OcraError`]: an input that is missing, too much or unfit; [`OcraError::NotTruncated`] for
    /// a suite of zero digits.
    pub fn answer(&self, key: &[u8], inputs: &Inputs<'_>) -> Result<Code, OcraError> {
        let digits = self.digits().ok_or(OcraError::NotTruncated)?;
        let number = self.tag(key, inputs)?.truncated();
        Ok(Code::decimal(number, usize::from(digits)))
    }

    /// Answers a challenge with the whole MAC, which is what a suite of zero digits asks for.
    ///
    /// # Errors
    /// [`OcraError`]: an input that is missing, too much or unfit.
    pub fn whole_answer(&self, key: &[u8], inputs: &Inputs<'_>) -> Result<WholeAnswer, OcraError> {
        self.tag(key, inputs).map(WholeAnswer)
    }

    fn tag(&self, key: &[u8], inputs: &Inputs<'_>) -> Result<Tag, OcraError> {
        if key.is_empty() {
            return Err(OcraError::KeyEmpty);
        }
        let counter = self.counter(inputs)?;
        let question = question::filled(self.question(), inputs.question)?;
        let password = self.password_hash(inputs)?;
        let session = self.session(inputs)?;
        let time = self.time(inputs)?;
        let parts: [&[u8]; 7] = [
            self.text().as_bytes(),
            &[0],
            counter.as_ref().map_or(&[], |counter| counter),
            question.expose(),
            password.as_ref().map_or(&[], Filled::expose),
            session.as_ref().map_or(&[], Filled::expose),
            time.as_ref().map_or(&[], |time| time),
        ];
        Ok(Tag::of(self.algorithm(), key, &parts))
    }

    fn counter(&self, inputs: &Inputs<'_>) -> Result<Option<[u8; 8]>, OcraError> {
        match (self.has_counter(), inputs.counter) {
            (true, None) => Err(OcraError::CounterMissing),
            (false, Some(_)) => Err(OcraError::CounterUnasked),
            (_, counter) => Ok(counter.map(u64::to_be_bytes)),
        }
    }

    fn password_hash(
        &self,
        inputs: &Inputs<'_>,
    ) -> Result<Option<Filled<MAX_TAG_BYTES>>, OcraError> {
        let (algorithm, password) = match (self.password(), inputs.password) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(OcraError::PasswordUnasked),
            (Some(_), None) => return Err(OcraError::PasswordMissing),
            (Some(algorithm), Some(password)) => (algorithm, password),
        };
        let hash = match password {
            Password::Pin(pin) => hash_of(algorithm, pin.as_bytes()),
            Password::Hash(hash) if hash.len() == hash_bytes(algorithm) => {
                Filled::from_start(hash, hash.len())
            }
            Password::Hash(_) => return Err(OcraError::PasswordUnfit),
        };
        Ok(Some(hash))
    }

    fn session(&self, inputs: &Inputs<'_>) -> Result<Option<Filled<MAX_SESSION_BYTES>>, OcraError> {
        match (self.session_bytes(), inputs.session) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(OcraError::SessionUnasked),
            (Some(_), None) => Err(OcraError::SessionMissing),
            (Some(length), Some(session)) if session.len() <= length => {
                Ok(Some(Filled::to_end(session, length)))
            }
            _ => Err(OcraError::SessionUnfit),
        }
    }

    fn time(&self, inputs: &Inputs<'_>) -> Result<Option<[u8; 8]>, OcraError> {
        let step = match (self.time_step(), inputs.moment) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(OcraError::TimeUnasked),
            (Some(_), None) => return Err(OcraError::TimeMissing),
            (Some(_), Some(Moment::Step(step))) => step,
            (Some(length), Some(Moment::At(now))) => now.0 / u64::from(length.seconds().get()),
        };
        Ok(Some(step.to_be_bytes()))
    }
}

/// Up to `N` bytes of a message, the rest of their field filled with zeros, wiped when dropped.
pub(crate) struct Filled<const N: usize> {
    bytes: SecretArray<N>,
    length: usize,
}

impl<const N: usize> Filled<N> {
    /// Puts `bytes` at the start of a field of `length`; both fit into `N`.
    fn from_start(bytes: &[u8], length: usize) -> Self {
        let fill = |field: &mut [u8; N]| field[..bytes.len()].copy_from_slice(bytes);
        Self { bytes: SecretArray::filled_by(fill), length }
    }

    /// Puts `bytes` at the end of a field of `length`; both fit into `N`.
    fn to_end(bytes: &[u8], length: usize) -> Self {
        let fill = |field: &mut [u8; N]| field[length - bytes.len()..length].copy_from_slice(bytes);
        Self { bytes: SecretArray::filled_by(fill), length }
    }

    fn expose(&self) -> &[u8] {
        &self.bytes.expose()[..self.length]
    }
}

const fn hash_bytes(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Sha1 => 20,
        Algorithm::Sha256 => 32,
        Algorithm::Sha512 => 64,
    }
}

fn hash_of(algorithm: Algorithm, pin: &[u8]) -> Filled<MAX_TAG_BYTES> {
    fn finished(mut hash: impl AsMut<[u8]>) -> Filled<MAX_TAG_BYTES> {
        let hash = hash.as_mut();
        let filled = Filled::from_start(hash, hash.len());
        hash.zeroize();
        filled
    }
    match algorithm {
        Algorithm::Sha1 => finished(Sha1::digest(pin)),
        Algorithm::Sha256 => finished(Sha256::digest(pin)),
        Algorithm::Sha512 => finished(Sha512::digest(pin)),
    }
}
