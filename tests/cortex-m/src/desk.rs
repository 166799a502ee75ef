// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key, the program at the other end of its frames, and a meter beside it: what goes through costs what lies between
//! the first packet that comes in and the last that goes out, the question for a touch included.

use core::fmt;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use heapless::Vec;
use kagifuda_ctap::client::{self, Agreement, ClientError};
use kagifuda_ctap::hid::{self, Client, Command};
use kagifuda_ctap::pin_protocol::PinProtocol;

use crate::key::{Key, MESSAGE_BYTES, NOW, PacketList};

/// What a ceremony costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Instructions that were executed.
    pub instructions: u64,
    /// How far the stack grew, in bytes.
    pub stack_bytes: usize,
}

/// Measures what happens between two calls.
pub trait Meter {
    /// Begins.
    fn begin(&mut self);
    /// Ends.
    fn end(&mut self) -> Cost;
}

/// Why there was no going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken(pub &'static str);

impl From<fmt::Error> for Broken {
    fn from(_: fmt::Error) -> Self {
        Self("it cannot be told")
    }
}

impl From<ClientError> for Broken {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Key(_) | ClientError::Unnamed(_) => Self("the key refuses"),
            _ => Self("the key's answer is none, or a request does not fit"),
        }
    }
}

impl From<hid::ClientError> for Broken {
    fn from(_: hid::ClientError) -> Self {
        Self("the frames do not fit together")
    }
}

/// A message.
pub(crate) type Message = Vec<u8, MESSAGE_BYTES>;

/// The key, and the program at the other end. All randomness is seeded.
pub(crate) struct Desk<'d, M> {
    key: Key,
    client: Client<MESSAGE_BYTES>,
    rng: ChaCha20Rng,
    meter: &'d mut M,
}

impl<'d, M: Meter> Desk<'d, M> {
    /// Plugs a new key in and greets it.
    pub(crate) fn new(meter: &'d mut M) -> Result<Self, Broken> {
        let key = Key::plugged_in().map_err(|_| Broken("the key does not power up"))?;
        let rng = ChaCha20Rng::from_seed([9; 32]);
        let mut desk = Self { key, client: Client::new(), rng, meter };
        let hello = desk.client.greet([1; hid::NONCE_BYTES], NOW);
        let mut sent = PacketList::new();
        desk.key.serve(&[hello], &mut sent);
        for packet in &sent {
            desk.client.receive(packet, NOW)?;
        }
        desk.client.channel().ok_or(Broken("there is no channel"))?;
        Ok(desk)
    }

    /// Has a request written and sends it.
    pub(crate) fn ctap(
        &mut self,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<(Message, Cost), Broken> {
        let mut out = [0; MESSAGE_BYTES];
        let length = write(&mut out)?;
        self.exchange(Command::Cbor, &out[..length])
    }

    /// Sends a request.
    pub(crate) fn exchange(
        &mut self,
        command: Command,
        request: &[u8],
    ) -> Result<(Message, Cost), Broken> {
        let packets: PacketList = self.client.send(command, request, NOW)?.collect();
        let mut sent = PacketList::new();
        self.meter.begin();
        self.key.serve(&packets, &mut sent);
        let cost = self.meter.end();
        for packet in &sent {
            if let Some(hid::Answer::Message(answer)) = self.client.receive(packet, NOW)? {
                let answer = Message::from_slice(answer);
                return Ok((answer.map_err(|_| Broken("an answer is too long"))?, cost));
            }
        }
        Err(Broken("there is no answer"))
    }

    /// Asks for the key's key of agreement.
    pub(crate) fn ask_to_agree(&mut self) -> Result<(Message, Cost), Broken> {
        self.ctap(|out| client::key_agreement(PinProtocol::Two, out))
    }

    /// Agrees with what the key answered.
    pub(crate) fn agree(&mut self, answer: &[u8]) -> Result<Agreement, Broken> {
        Ok(Agreement::new(PinProtocol::Two, answer, &mut self.rng)?)
    }
}
