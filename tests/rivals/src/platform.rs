// SPDX-License-Identifier: MIT OR Apache-2.0
//! The platform's side of the stream: it sends, notes what came back, and keeps what later requests need.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement, ClientError, Token};
use kagifuda_ctap::message::auth_data::AuthData;
use kagifuda_ctap::pin_protocol::PinProtocol;

use crate::player::Player;
use crate::value::{self, Request};

/// One request and what was said to it.
pub(crate) struct Step {
    /// What it asks, as a claim or a name.
    pub(crate) name: &'static str,
    /// The status of the answer.
    pub(crate) status: u8,
}

/// A platform at a key.
pub(crate) struct Platform<'p> {
    player: &'p mut dyn Player,
    rng: ChaCha20Rng,
    /// What was sent so far.
    pub(crate) steps: Vec<Step>,
}

impl<'p> Platform<'p> {
    /// Begins.
    pub(crate) fn at(player: &'p mut dyn Player) -> Self {
        Self { player, rng: ChaCha20Rng::from_seed([8; 32]), steps: Vec::new() }
    }

    /// Sends bytes as they are; the whole answer.
    pub(crate) fn send_bytes(&mut self, name: &'static str, request: &[u8]) -> Vec<u8> {
        assert!(self.steps.iter().all(|step| step.name != name), "two steps are named {name}");
        let answer = self.player.answer(request);
        let status = *answer.first().expect("an answer begins with its status");
        self.steps.push(Step { name, status });
        answer
    }

    /// Sends a request.
    pub(crate) fn send(&mut self, name: &'static str, request: &Request) -> Vec<u8> {
        self.send_bytes(name, &request.bytes())
    }

    /// Sends a registration; the id of the credential, or one that nobody has where it was refused.
    pub(crate) fn register(&mut self, name: &'static str, request: &Request) -> Vec<u8> {
        let answer = self.send(name, request);
        let data = client::read_made(&answer).ok().and_then(|it| AuthData::read(it.auth_data).ok());
        let attested = data.and_then(|data| data.attested);
        attested.map_or_else(|| vec![0xFE; 32], |attested| attested.id.to_vec())
    }

    /// Sends what the client of `core/ctap` writes.
    pub(crate) fn ask(
        &mut self,
        name: &'static str,
        write: impl FnOnce(&mut ChaCha20Rng, &mut [u8]) -> Result<usize, ClientError>,
    ) -> Vec<u8> {
        let mut request = vec![0; 2048];
        let length = write(&mut self.rng, &mut request).expect("the request fits");
        self.send_bytes(name, &request[..length])
    }

    /// Agrees on a secret; asking for it is no step of its own.
    pub(crate) fn agree(&mut self, protocol: PinProtocol) -> Agreement {
        let mut request = [0; 64];
        let length = client::key_agreement(protocol, &mut request).expect("a short request");
        let answer = self.player.answer(&request[..length]);
        Agreement::new(protocol, &answer, &mut self.rng).expect("every key agrees on a secret")
    }

    /// Sets the first PIN.
    pub(crate) fn set_pin(&mut self, name: &'static str, pin: &str) {
        let agreement = self.agree(PinProtocol::Two);
        self.ask(name, |rng, out| agreement.set_pin(pin, rng, out));
    }

    /// Changes the PIN.
    pub(crate) fn change_pin(&mut self, name: &'static str, pins: (&str, &str)) {
        let agreement = self.agree(PinProtocol::Two);
        self.ask(name, |rng, out| agreement.change_pin(pins, rng, out));
    }

    /// Asks for a token of CTAP 2.0.
    pub(crate) fn legacy_token(&mut self, name: &'static str, pin: &str) -> Option<Token> {
        let agreement = self.agree(PinProtocol::One);
        let answer = self.ask(name, |rng, out| agreement.legacy_token(pin, rng, out));
        agreement.read_token(&answer).ok()
    }

    /// Asks for a token with permissions.
    pub(crate) fn token(
        &mut self,
        name: &'static str,
        pin: &str,
        allowed: (Permissions, Option<&str>),
    ) -> Option<Token> {
        let agreement = self.agree(PinProtocol::Two);
        let answer = self.ask(name, |rng, out| agreement.token_by_pin(pin, allowed, rng, out));
        agreement.read_token(&answer).ok()
    }
}

/// A registration or sign-in that a token stands for; `parameters` are the numbers of param and protocol. Without
/// a token the authentication is a wrong one.
pub(crate) fn signed(
    request: Request,
    token: Option<&Token>,
    hash: &[u8],
    (param, protocol): (u8, u8),
) -> Request {
    let (proof, number) = match token {
        Some(token) => (token.authenticate(&[hash]).to_vec(), token.protocol().number()),
        None => (vec![0; 32], 2),
    };
    let number = value::number(i64::try_from(number).expect("1 or 2"));
    request.with(param, value::bytes(&proof)).with(protocol, number)
}
