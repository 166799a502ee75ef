// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key on the bench: the engine with a store in memory, keys in memory, a seeded generator, a clock
//! the test moves, and a person who answers as the test says.
//!
//! [`Key`] holds every answer to what all answers must be: canonical CBOR with nothing behind it, no
//! body behind a refusal, no question asked twice, and nothing written before a question.
#![allow(dead_code, reason = "every test file uses a part of the bench")]
#![allow(unreachable_pub, reason = "a module of tests is public to nobody")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod enrolled;
mod memory;
mod pin;
pub mod reading;
pub mod sensor;

use core::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Profile, Question, Request,
};
use kagifuda_ctap::cbor::{self, Writer};
use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::status::Status;

#[allow(unused_imports, reason = "every test file uses a part of the bench")]
pub use {
    memory::{Failing, MemoryStore},
    pin::{Token, padded},
};

/// The hash of client data in most requests.
pub const HASH: [u8; 32] = [0xC1; 32];

/// What the person does when asked.
#[derive(Clone, Copy)]
pub struct Person {
    pub touch: Answer,
    pub long_touch: Answer,
    pub verify: Answer,
    pub unlock: Answer,
}

impl Person {
    /// Says yes to everything.
    pub const WILLING: Self = Self {
        touch: Answer::Given,
        long_touch: Answer::Given,
        verify: Answer::Given,
        unlock: Answer::Given,
    };

    const fn answer(&self, question: Question) -> Answer {
        match question {
            Question::Touch => self.touch,
            Question::LongTouch => self.long_touch,
            Question::Verify => self.verify,
            Question::Unlock => self.unlock,
        }
    }
}

/// An answer that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: Status,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Vec<u8> {
        assert_eq!(self.status, Status::Ok);
        self.body
    }

    /// Demands a refusal.
    #[track_caller]
    pub fn refused(&self, status: Status) {
        assert_eq!(self.status, status);
    }
}

/// A key on the bench.
pub struct Key {
    pub engine: Authenticator<MemoryStore, SoftwareKeys>,
    pub rng: ChaCha20Rng,
    pub now: Duration,
    pub person: Person,
    /// What was asked since the test last cleared it, and what the question was about.
    pub asked: Vec<(Question, String)>,
    /// The secret that seals credential ids; made anew by a reset, as a store must.
    secret: [u8; 32],
    resets: u32,
}

impl Key {
    /// A PC's key, fresh, unlocked.
    pub fn new() -> Self {
        Self::of(Profile::HOST)
    }

    /// A fresh key of another kind.
    pub fn of(profile: Profile) -> Self {
        Self::with(profile, MemoryStore::default())
    }

    /// A key over a store that is there already.
    pub fn with(profile: Profile, store: MemoryStore) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let secret = [0x5E; 32];
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&secret]);
        let resets = store.resets;
        let engine =
            Authenticator::power_up(profile, store, keys, Duration::ZERO, &mut rng).unwrap();
        let (now, person, asked) = (Duration::ZERO, Person::WILLING, Vec::new());
        Self { engine, rng, now, person, asked, secret, resets }
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// Unplugs the key and plugs it in again.
    pub fn replug(&mut self) {
        self.engine.power_cycle(self.now, &mut self.rng);
    }

    /// Loses what is in memory, and powers up anew from what the store kept. The vault is locked then.
    #[track_caller]
    pub fn power_up(&mut self, profile: Profile) {
        let store = std::mem::take(self.engine.store()).powered_up();
        let keys = SoftwareKeys::locked();
        self.engine = Authenticator::power_up(profile, store, keys, self.now, &mut self.rng)
            .expect("what a cut left behind powers up");
        self.lock();
        self.follow_reset();
    }

    /// The store, to look at or to disturb.
    pub fn store(&mut self) -> &mut MemoryStore {
        self.engine.store()
    }

    /// Locks passkeys and keys, as a vault does that was open before.
    pub fn lock(&mut self) {
        self.engine.store().is_locked = true;
        self.engine.keys().lock();
    }

    /// Unlocks both.
    pub fn unlock(&mut self) {
        self.engine.store().is_locked = false;
        let secret = self.secret;
        self.engine.keys().unlock([&secret]);
    }

    /// Sends a CTAP2 request, answers what is asked, and checks the answer's form.
    #[track_caller]
    pub fn send(&mut self, request: &[u8]) -> Reply {
        let answer = self.exchange(Request::Cbor(request));
        let (&status, body) = answer.split_first().expect("an answer begins with a status");
        let status = Status::from_byte(status).expect("a status that has a name");
        if !body.is_empty() {
            assert_eq!(cbor::check(body), Ok(()), "an answer that is not canonical: {body:02x?}");
            assert_eq!(status, Status::Ok, "a body behind a refusal");
        }
        Reply { status, body: body.to_vec() }
    }

    /// Sends a U2F request and answers what is asked.
    #[track_caller]
    pub fn send_u2f(&mut self, apdu: &[u8]) -> Vec<u8> {
        self.exchange(Request::Msg(apdu))
    }

    #[track_caller]
    fn exchange(&mut self, request: Request<'_>) -> Vec<u8> {
        let mut consent = Consent::default();
        let mut out = vec![0xEE; 7609];
        loop {
            let writes = self.engine.store().writes;
            let outcome = self.engine.process(request, &consent, self.now, &mut self.rng, &mut out);
            let ask = match outcome {
                Outcome::Reply(length) => {
                    self.follow_reset();
                    out.truncate(length);
                    return out;
                }
                Outcome::Ask(ask) => ask,
            };
            assert_eq!(self.engine.store().writes, writes, "written before {:?}", ask.question);
            assert_eq!(consent.answer(ask.question), None, "asked twice");
            self.asked.push((ask.question, format!("{:?}", ask.about)));
            let answer = self.person.answer(ask.question);
            if (ask.question, answer) == (Question::Unlock, Answer::Given) {
                self.unlock();
            }
            consent.set(ask.question, answer);
        }
    }

    /// A store that is reset forgets the sealing secret; here the bench does it for the store.
    fn follow_reset(&mut self) {
        let resets = self.engine.store().resets;
        if resets != self.resets {
            self.resets = resets;
            self.secret = [self.secret[0] ^ (resets as u8).wrapping_mul(29) ^ 1; 32];
            self.unlock();
        }
    }

    /// Sends a command whose parameters `write` writes.
    #[track_caller]
    pub fn command(&mut self, command: Command, write: impl FnOnce(&mut Writer<'_>)) -> Reply {
        self.send(&message(command, write))
    }

    /// Sends a command that has no parameters.
    #[track_caller]
    pub fn bare(&mut self, command: Command) -> Reply {
        self.send(&[command as u8])
    }

    /// Sends a registration.
    #[track_caller]
    pub fn make(&mut self, request: &MakeCredentialRequest<'_>) -> Reply {
        self.command(Command::MakeCredential, |writer| request.write(writer))
    }

    /// Sends a sign-in.
    #[track_caller]
    pub fn sign_in(&mut self, request: &GetAssertionRequest<'_>) -> Reply {
        self.command(Command::GetAssertion, |writer| request.write(writer))
    }

    /// The questions since the last call, without what they were about.
    pub fn questions(&mut self) -> Vec<Question> {
        self.asked.drain(..).map(|(question, _)| question).collect()
    }
}

/// Sends what `write` writes; the whole answer, as a frame would bring it.
#[track_caller]
pub fn ask(
    key: &mut Key,
    write: impl FnOnce(&mut Key, &mut [u8]) -> Result<usize, ClientError>,
) -> Vec<u8> {
    let mut out = [0; 2048];
    let length = write(key, &mut out).unwrap();
    let reply = key.send(&out[..length]);
    [&[reply.status as u8][..], &reply.body].concat()
}

/// A whole request: the command's byte, and what `write` writes.
pub fn message(command: Command, write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 16384];
    buffer[0] = command as u8;
    let mut writer = Writer::new(&mut buffer[1..]);
    write(&mut writer);
    let length = writer.finish().unwrap();
    buffer.truncate(1 + length);
    buffer
}

/// Parameters alone, such as those of a subcommand.
pub fn parameters(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    message(Command::Config, write).split_off(1)
}

/// A registration at `rp_id` for the user handle `user`, with ES256 and nothing else.
pub fn registration<'a>(rp_id: &'a str, user: &'a [u8]) -> MakeCredentialRequest<'a> {
    MakeCredentialRequest {
        client_data_hash: HASH,
        rp_id,
        user_id: user,
        user_name: Some("aki"),
        user_display_name: Some("Aki"),
        algorithms: &[-7],
        ..MakeCredentialRequest::default()
    }
}

/// A sign-in at `rp_id` with nothing else.
pub fn sign_in_at(rp_id: &str) -> GetAssertionRequest<'_> {
    GetAssertionRequest { rp_id, client_data_hash: HASH, ..GetAssertionRequest::default() }
}
