// SPDX-License-Identifier: MIT OR Apache-2.0
//! The authenticator: one state machine that answers requests and never waits.
//!
//! [`Authenticator::process`] takes a whole request and what people have said about it so far
//! ([`Consent`]). It answers, or it asks ([`Outcome::Ask`]): for a touch, a verification, an unlocked
//! vault. Whoever drives it gets the answer by whatever means there are, sends keep-alives meanwhile, and
//! calls again with the *same* request and the consent completed; nothing has changed in between,
//! because a command asks before it writes. Cancelling and timing out is therefore only not calling again,
//! or calling with that answer. The price is that a request is read and checked twice, which is
//! a small part of one signature.
//!
//! Answered are U2F and every command of CTAP2 but enrolling fingerprints.
//!
//! Time is the time since some beginning, given with each call; randomness is a parameter; passkeys are in a
//! [`Store`], private keys behind a [`KeyProvider`].

mod about;
mod certificate;
mod client_pin;
mod config;
mod consent;
mod credential;
mod credential_management;
mod get_assertion;
mod hmac_secret;
mod info;
mod large_blobs;
mod make_credential;
mod profile;
mod reset;
mod session;
mod settings;
mod u2f;
mod verification;

use core::time::Duration;

use rand_core::CryptoRng;

use crate::cbor;
use crate::keys::{KeyError, KeyProvider};
use crate::message::Command;
use crate::status::Status;
use crate::store::{Store, StoreError};

pub use about::{About, Account};
pub use consent::{Answer, Ask, Consent, Question};
pub use profile::Profile;
pub use session::{Permissions, TOKEN_BYTES};

use session::Session;
use settings::{Settings, Tries};

/// A request, as a frame carried it.
#[derive(Clone, Copy)]
pub enum Request<'r> {
    /// CTAP2: the command's byte and its parameters.
    Cbor(&'r [u8]),
    /// U2F: an APDU.
    Msg(&'r [u8]),
}

/// What a call of [`Authenticator::process`] came to.
pub enum Outcome<'r> {
    /// The answer is in the buffer, so many bytes of it.
    Reply(usize),
    /// A person is needed first.
    Ask(Ask<'r>),
}

/// Why a command stops: with a status, or to ask.
#[derive(Debug)]
pub(crate) enum Halt {
    Status(Status),
    Question(Question),
}

impl From<Status> for Halt {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked => Self::Question(Question::Unlock),
            other => Self::Status(other.into()),
        }
    }
}

impl From<KeyError> for Halt {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Locked => Self::Question(Question::Unlock),
            other => Self::Status(other.into()),
        }
    }
}

/// What one call brings along.
pub(crate) struct Turn<'t, 'r, R> {
    pub(crate) consent: &'t Consent,
    pub(crate) now: Duration,
    pub(crate) rng: &'t mut R,
    /// What a question would be about, as far as the command knows it by now.
    pub(crate) about: About<'r>,
    /// Whether the command has tested presence, and its answer uses up the token. Not the test itself:
    /// a question may still come, and the request with it once more.
    pub(crate) has_tested_presence: bool,
}

impl<R> Turn<'_, '_, R> {
    /// Demands a touch as a registration or a sign-in does: to wait too long is to say no
    /// (CTAP 2.3 sections 6.1.2 step 14 and 6.2.2 step 9).
    fn touch(&self) -> Result<(), Halt> {
        self.consent.touch(Question::Touch).map_err(|halt| match halt {
            Halt::Status(Status::UserActionTimeout) => Halt::Status(Status::OperationDenied),
            other => other,
        })
    }
}

/// A security key.
pub struct Authenticator<S, K> {
    profile: Profile,
    store: S,
    keys: K,
    session: Session,
    settings: Settings,
    tries: Tries,
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    /// Powers the key up.
    ///
    /// # Errors
    /// [`StoreError::Failed`] where its records are there and cannot be read.
    pub fn power_up<R: CryptoRng>(
        profile: Profile,
        mut store: S,
        keys: K,
        now: Duration,
        rng: &mut R,
    ) -> Result<Self, StoreError> {
        let settings = Settings::load(&mut store, &profile, rng)?;
        let tries = Tries::load(&mut store)?;
        let session = Session::begin(now, rng);
        Ok(Self { profile, store, keys, session, settings, tries })
    }

    /// Unplugs the key and plugs it in again: tokens, latches and walks are gone, the window for a
    /// reset is open.
    pub fn power_cycle<R: CryptoRng>(&mut self, now: Duration, rng: &mut R) {
        self.session = Session::begin(now, rng);
    }

    /// Lends the store.
    pub const fn store(&mut self) -> &mut S {
        &mut self.store
    }

    /// Lends the key provider.
    pub const fn keys(&mut self) -> &mut K {
        &mut self.keys
    }

    /// Takes the key apart.
    pub fn into_parts(self) -> (S, K) {
        (self.store, self.keys)
    }

    /// Answers a request into `out`, or asks. See the module's text for how to go on after asking.
    ///
    /// `out` must take the largest answer, [`Profile::max_message_bytes`]; a smaller one makes large
    /// answers end with [`Status::LimitExceeded`].
    pub fn process<'r, R: CryptoRng>(
        &mut self,
        request: Request<'r>,
        consent: &Consent,
        now: Duration,
        rng: &mut R,
        out: &mut [u8],
    ) -> Outcome<'r> {
        self.session.pass(now);
        let about = About::Nothing;
        let mut turn = Turn { consent, now, rng, about, has_tested_presence: false };
        match request {
            Request::Cbor(bytes) => {
                let done = self.command(bytes, &mut turn, out);
                let outcome = self.conclude(done, &turn, out);
                if turn.has_tested_presence && matches!(outcome, Outcome::Reply(_)) {
                    self.session.spend_token();
                }
                outcome
            }
            Request::Msg(apdu) => self.u2f(apdu, &mut turn, out),
        }
    }

    fn command<'r, R: CryptoRng>(
        &mut self,
        bytes: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let (&byte, parameters) = bytes.split_first().ok_or(Status::InvalidLength)?;
        let command = Command::from_byte(byte).ok_or(Status::InvalidCommand)?;
        if bytes.len() > self.profile.max_message_bytes {
            return Err(Status::RequestTooLarge.into());
        }
        self.session.between(Some(command));
        match command {
            Command::GetInfo | Command::Reset | Command::GetNextAssertion | Command::Selection => {
                if !parameters.is_empty() {
                    return Err(Status::InvalidLength.into());
                }
            }
            Command::BioEnrollment => return Err(Status::InvalidCommand.into()),
            _ => cbor::check(parameters)?,
        }
        let body = out.get_mut(1..).ok_or(Status::LimitExceeded)?;
        match command {
            Command::MakeCredential => self.make_credential(parameters, turn, body),
            Command::GetAssertion => self.get_assertion(parameters, turn, body),
            Command::GetNextAssertion => self.get_next_assertion(turn, body),
            Command::GetInfo => self.get_info(turn, body),
            Command::ClientPin => self.client_pin(parameters, turn, body),
            Command::Config => self.config(parameters),
            Command::CredentialManagement => self.credential_management(parameters, turn, body),
            Command::Reset => self.reset(turn),
            Command::Selection => self.selection(turn),
            Command::LargeBlobs => self.large_blobs(parameters, turn, body),
            _ => Err(Status::InvalidCommand.into()),
        }
    }

    /// Makes an answer or a question of what a command came to.
    fn conclude<'r, R>(
        &self,
        done: Result<usize, Halt>,
        turn: &Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Outcome<'r> {
        let (status, body) = match done {
            Ok(body) => (Status::Ok, body),
            Err(Halt::Status(status)) => (status, 0),
            Err(Halt::Question(question)) => match turn.consent.answer(question) {
                None => return Outcome::Ask(Ask { question, about: turn.about.clone() }),
                // Unlocked, and locked again before the command came to use it.
                Some(_) => (Status::OperationDenied, 0),
            },
        };
        match out.first_mut() {
            Some(first) => {
                *first = status as u8;
                Outcome::Reply(1 + body)
            }
            None => Outcome::Reply(0),
        }
    }
}
