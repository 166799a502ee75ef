// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who answers: our engine, or a process behind pipes.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Profile, Question, Request,
};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::status::Status;

use crate::store::MemoryStore;

/// Somebody who answers requests.
pub(crate) trait Player {
    /// Answers a request with a status and what is behind it.
    fn answer(&mut self, request: &[u8]) -> Vec<u8>;
}

/// Our engine, with passkeys in memory and a person who agrees to everything.
pub(crate) struct Engine {
    engine: Authenticator<MemoryStore, SoftwareKeys>,
    rng: ChaCha20Rng,
}

impl Engine {
    /// A fresh key.
    pub(crate) fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&[0x5E; 32]]);
        let store = MemoryStore::default();
        let engine = Authenticator::power_up(Profile::HOST, store, keys, Duration::ZERO, &mut rng)
            .expect("a fresh store powers up");
        Self { engine, rng }
    }
}

impl Player for Engine {
    fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        let mut consent = Consent::default();
        for question in [Question::Touch, Question::LongTouch] {
            consent.set(question, Answer::Given);
        }
        let mut out = vec![0; Profile::HOST.max_message_bytes];
        let (request, now) = (Request::Cbor(request), Duration::ZERO);
        match self.engine.process(request, &consent, now, &mut self.rng, &mut out) {
            Outcome::Reply(length) => out.truncate(length),
            Outcome::Ask(ask) => panic!("nobody answers {:?}", ask.question),
        }
        out
    }
}

/// A process that takes requests and gives answers behind their lengths, as `players/pipes.rs` says.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a rival.
    pub(crate) fn start(program: &Path) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display())))
    }
}

impl Player for Process {
    fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        let input = self.0.stdin.as_mut().expect("it is piped");
        let length = u32::try_from(request.len()).expect("a short request");
        input.write_all(&[&length.to_be_bytes(), request].concat()).expect("it listens");
        let output = self.0.stdout.as_mut().expect("it is piped");
        let mut length = [0; 4];
        output.read_exact(&mut length).expect("it answers");
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        output.read_exact(&mut answer).expect("it answers to the end");
        answer
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A status by the name the specification's table gives it, or by its number; a player that panicked says 0xFF.
pub(crate) fn status_name(status: u8) -> String {
    match Status::from_byte(status) {
        Some(name) => format!("{name:?}"),
        None if status == 0xFF => "a panic".into(),
        None => format!("0x{status:02x}"),
    }
}
