// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registering and signing in over U2F (CTAP 2.3 section 7; U2F Raw Message Formats 1.2).
//!
//! A key handle is the id of a credential that is not discoverable, so what was registered over U2F
//! signs in over CTAP2 and the other way round, where the credential asks for no verification: U2F
//! has none to offer. While alwaysUv is on it is therefore off (section 7.2.4).
//!
//! Clients of U2F do not wait for a person: they are told that a touch is needed and ask again. Whoever
//! drives the engine may answer [`Answer::TimedOut`](super::Answer::TimedOut) early, and give the touch when
//! the same request comes again.

use rand_core::CryptoRng;

use super::certificate::{POINT_BYTES, Unsigned};
use super::consent::{Ask, Question};
use super::credential::{Credential, SealedCredential};
use super::{About, Authenticator, Halt, Outcome, Turn};
use crate::apdu::{Command, StatusWord, U2F_VERSION};
use crate::cose::Algorithm;
use crate::entity::{CredentialId, RpIdHash};
use crate::keys::{AttestationKind, KeyError, KeyProvider};
use crate::store::{Protection, Store};

/// The command is known and not allowed: U2F is off, or what it needs stays locked. A word no client
/// takes for "touch me" or for "not mine".
const NOT_ALLOWED: StatusWord = StatusWord(0x6986);
const WRONG_LENGTH: StatusWord = StatusWord::WRONG_LENGTH;

const REGISTER: u8 = 0x01;
const AUTHENTICATE: u8 = 0x02;
const VERSION: u8 = 0x03;

/// The length of a challenge or of an application's hash, in bytes.
const HASH_BYTES: usize = 32;
/// Before the parts of a registration's answer.
const REGISTERED: u8 = 0x05;
/// Says of a signature that somebody was there.
const PRESENT: u8 = 0x01;
/// The counter of every signature: a copy of the key could not keep another.
const COUNTER: [u8; 4] = [0; 4];

/// What a sign-in wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    /// A signature, with a touch.
    Enforce,
    /// To know whether the key handle is of this key.
    CheckOnly,
    /// A signature, without.
    DoNotEnforce,
}

impl Control {
    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x03 => Some(Self::Enforce),
            0x07 => Some(Self::CheckOnly),
            0x08 => Some(Self::DoNotEnforce),
            _ => None,
        }
    }
}

/// Why a command stops: with a status word, or to ask.
enum Stop {
    Word(StatusWord),
    Question(Question),
}

impl From<StatusWord> for Stop {
    fn from(word: StatusWord) -> Self {
        Self::Word(word)
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Status(_) => Self::Word(StatusWord::NO_DIAGNOSIS),
            Halt::Question(question) => Self::Question(question),
        }
    }
}

impl From<KeyError> for Stop {
    fn from(error: KeyError) -> Self {
        Halt::from(error).into()
    }
}

/// An answer that is being written.
struct Answer<'o> {
    bytes: &'o mut [u8],
    used: usize,
}

impl Answer<'_> {
    fn put(&mut self, parts: &[&[u8]]) -> Result<(), StatusWord> {
        for part in parts {
            let room = self.bytes.get_mut(self.used..self.used + part.len());
            room.ok_or(StatusWord::NO_DIAGNOSIS)?.copy_from_slice(part);
            self.used += part.len();
        }
        Ok(())
    }

    /// Ends it: how many bytes it has.
    fn end(&mut self, word: StatusWord) -> usize {
        if word != StatusWord::OK {
            self.used = 0;
        }
        match self.put(&[&word.bytes()]) {
            Ok(()) => self.used,
            Err(_) if word == StatusWord::OK => self.end(StatusWord::NO_DIAGNOSIS),
            Err(_) => 0,
        }
    }
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn u2f<'r, R: CryptoRng>(
        &mut self,
        apdu: &[u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Outcome<'r> {
        self.session.between(None);
        let mut answer = Answer { bytes: out, used: 0 };
        let word = match self.u2f_command(apdu, turn, &mut answer) {
            Ok(()) => StatusWord::OK,
            Err(Stop::Word(word)) => word,
            Err(Stop::Question(question)) if turn.consent.answer(question).is_none() => {
                return Outcome::Ask(Ask { question, about: turn.about.clone() });
            }
            Err(Stop::Question(_)) => NOT_ALLOWED,
        };
        Outcome::Reply(answer.end(word))
    }

    fn u2f_command<R: CryptoRng>(
        &mut self,
        apdu: &[u8],
        turn: &mut Turn<'_, '_, R>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Stop> {
        let command = Command::read(apdu)?;
        if command.cla != 0 {
            return Err(StatusWord::NO_CLASS.into());
        }
        if !matches!(command.ins, REGISTER | AUTHENTICATE | VERSION) {
            return Err(StatusWord::NO_INSTRUCTION.into());
        }
        if self.settings.is_always_uv {
            return Err(NOT_ALLOWED.into());
        }
        match command.ins {
            REGISTER => self.u2f_register(command.data, turn, answer),
            AUTHENTICATE => self.u2f_authenticate(&command, turn, answer),
            _ if command.data.is_empty() => Ok(answer.put(&[U2F_VERSION])?),
            _ => Err(StatusWord::WRONG_LENGTH.into()),
        }
    }

    fn u2f_register<R: CryptoRng>(
        &mut self,
        data: &[u8],
        turn: &mut Turn<'_, '_, R>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Stop> {
        let (challenge, application) = data.split_at_checked(HASH_BYTES).ok_or(WRONG_LENGTH)?;
        let application = RpIdHash(application.try_into().map_err(|_| WRONG_LENGTH)?);
        turn.about = About::U2fRegister { application };
        demand_touch(turn)?;
        let key = self.keys.generate(Algorithm::Es256, turn.rng)?;
        let public = self.keys.public_key(Algorithm::Es256, &key)?;
        let mut point = [0x04; POINT_BYTES];
        point[1..33].copy_from_slice(public.x());
        point[33..].copy_from_slice(public.y());
        let mut sealed = SealedCredential {
            id: CredentialId::default(),
            algorithm: Algorithm::Es256,
            key,
            protection: Protection::Optional,
            third_party_payment: false,
            is_backup_eligible: self.profile.is_backup_eligible,
        };
        let content = sealed.content().map_err(Halt::from)?;
        sealed.id = self.keys.seal(&application, &content.0, turn.rng)?;
        let handle = &sealed.id.0[..];
        let length = u8::try_from(handle.len()).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        answer.put(&[&[REGISTERED], &point, &[length], handle])?;
        let message = [&[0x00], &application.0[..], challenge, handle, &point];
        let kind = AttestationKind::Basic;
        if self.keys.certificates(kind).is_some() {
            let signature = self.keys.sign_attestation(kind, &message)?;
            let enrolled = self.keys.certificates(kind).unwrap_or_default();
            let own = enrolled.first().ok_or(StatusWord::NO_DIAGNOSIS)?;
            return Ok(answer.put(&[own, &signature])?);
        }
        let certificate = Unsigned::new(&point, turn.rng);
        let its_own = self.keys.sign(Algorithm::Es256, &sealed.key, &certificate.signed())?;
        let signature = self.keys.sign(Algorithm::Es256, &sealed.key, &message)?;
        Ok(answer.put(&[&certificate.sign(&its_own), &signature])?)
    }

    fn u2f_authenticate<R: CryptoRng>(
        &mut self,
        command: &Command<'_>,
        turn: &mut Turn<'_, '_, R>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Stop> {
        let control = Control::from_byte(command.p1).ok_or(StatusWord::WRONG_PARAMETERS)?;
        let (challenge, rest) = command.data.split_at_checked(HASH_BYTES).ok_or(WRONG_LENGTH)?;
        let (application, rest) = rest.split_first_chunk().ok_or(WRONG_LENGTH)?;
        let (length, handle) = rest.split_first().ok_or(WRONG_LENGTH)?;
        if handle.len() != usize::from(*length) {
            return Err(WRONG_LENGTH.into());
        }
        let application = RpIdHash(*application);
        turn.about = About::U2fSignIn { application };
        let credential = self.credential(&application, handle)?.filter(speaks_u2f);
        let credential = credential.ok_or(StatusWord::WRONG_DATA)?;
        let presence = match control {
            Control::CheckOnly => return Err(StatusWord::CONDITIONS_NOT_SATISFIED.into()),
            Control::DoNotEnforce => 0,
            Control::Enforce => {
                demand_touch(turn)?;
                PRESENT
            }
        };
        let message = [&application.0[..], &[presence], &COUNTER, challenge];
        let signature = self.keys.sign(Algorithm::Es256, credential.key(), &message)?;
        Ok(answer.put(&[&[presence], &COUNTER, &signature])?)
    }
}

/// Tells whether a credential may be used without verification and signs as U2F does.
fn speaks_u2f(credential: &Credential) -> bool {
    credential.algorithm() == Algorithm::Es256 && credential.protection() != Protection::Required
}

/// Demands a touch; whoever did not give it, for whatever reason, is told that one is needed.
fn demand_touch<R>(turn: &Turn<'_, '_, R>) -> Result<(), Stop> {
    turn.touch().map_err(|halt| match halt {
        Halt::Status(_) => Stop::Word(StatusWord::CONDITIONS_NOT_SATISFIED),
        Halt::Question(question) => Stop::Question(question),
    })
}
