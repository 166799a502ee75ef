// SPDX-License-Identifier: MIT OR Apache-2.0
//! The other end of CTAPHID: asks for a channel, sends messages, puts answers together
//! (CTAP 2.3 sections 11.2.4 and 11.2.9).
//!
//! One request at a time. Packets of other programs' channels pass by unnoticed, as on a bus that
//! everybody reads. After an error the device may still be at work for us; [`Client::clear`] makes it
//! forget that.

use core::time::Duration;

use super::message::Message;
use super::packet::{self, Body, MAX_MESSAGE_BYTES, Packet, Packets};
use super::{Capabilities, Channel, Command, DeviceVersion, ErrorCode, NONCE_BYTES, Waiting};

/// How long a device may be silent: it says at least ten times a second that it is at work
/// (section 11.2.9.1.7), but some only begin after a computation.
const PATIENCE: Duration = Duration::from_secs(3);

/// The least bytes of a greeting: nonce, channel, four version numbers, flags.
const GREETING_BYTES: usize = NONCE_BYTES + 9;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The device answered with an error of this layer.
    Refused(ErrorCode),
    /// The device said nothing for too long: it is gone, or stuck.
    Silent,
    /// The device broke the protocol: packets out of order, an answer to something else, a greeting
    /// that is none.
    Malformed,
    /// The message is longer than the protocol allows, or the answer longer than this client's room.
    TooLong,
    /// Our mistake: no channel yet, or the last request is still unanswered.
    NotNow,
}

/// What a device says of itself (section 11.2.9.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The channel it gave us.
    pub channel: Channel,
    /// The version of the protocol; 2.
    pub protocol: u8,
    /// Its own version.
    pub version: DeviceVersion,
    /// What it can do.
    pub capabilities: Capabilities,
}

/// What a packet came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// We have a channel, or it is clear again.
    Greeting(Greeting),
    /// The device is still at work.
    Waiting(Waiting),
    /// The answer to the request.
    Message(&'a [u8]),
}

#[derive(Clone, Copy)]
enum State {
    Idle,
    /// A greeting is to come, with this nonce.
    Greeting {
        on: Channel,
        nonce: [u8; NONCE_BYTES],
    },
    /// The first packet of an answer is to come.
    Answer(Command),
    /// More of the answer is to come.
    Rest,
}

/// The other end, with room for answers of `N` bytes.
pub struct Client<const N: usize> {
    channel: Option<Channel>,
    state: State,
    until: Duration,
    patience: Duration,
    answer: Message<N>,
}

impl<const N: usize> Client<N> {
    /// A client without a channel.
    #[must_use]
    pub const fn new() -> Self {
        const {
            assert!(N >= 64, "a greeting and an error always fit");
            assert!(N <= MAX_MESSAGE_BYTES, "no message is longer");
        }
        Self {
            channel: None,
            state: State::Idle,
            until: Duration::ZERO,
            patience: PATIENCE,
            answer: Message::new(),
        }
    }

    /// The same, for devices that are silent for so long.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The channel the device gave us.
    #[must_use]
    pub const fn channel(&self) -> Option<Channel> {
        self.channel
    }

    /// Asks for a channel, whatever was before. The nonce is random: it tells our greeting from
    /// those of other programs.
    pub fn greet(&mut self, nonce: [u8; NONCE_BYTES], now: Duration) -> Packet {
        self.channel = None;
        self.ask(Channel::BROADCAST, nonce, now)
    }

    /// Makes the device forget what it was doing on our channel; without one, asks for one.
    pub fn clear(&mut self, nonce: [u8; NONCE_BYTES], now: Duration) -> Packet {
        self.ask(self.channel.unwrap_or(Channel::BROADCAST), nonce, now)
    }

    fn ask(&mut self, on: Channel, nonce: [u8; NONCE_BYTES], now: Duration) -> Packet {
        self.answer.wipe();
        self.state = State::Greeting { on, nonce };
        self.until = now.saturating_add(self.patience);
        packet::first(on, Command::Init, &nonce)
    }

    /// Sends a message: all of these packets, in order.
    ///
    /// # Errors
    /// [`ClientError::NotNow`] without a channel or before the last answer;
    /// [`ClientError::TooLong`].
    pub fn send<'a>(
        &mut self,
        command: Command,
        message: &'a [u8],
        now: Duration,
    ) -> Result<Packets<'a>, ClientError> {
        let (Some(channel), State::Idle) = (self.channel, self.state) else {
            return Err(ClientError::NotNow);
        };
        let packets = Packets::new(channel, command, message)?;
        self.answer.wipe();
        self.state = State::Answer(command);
        self.until = now.saturating_add(self.patience);
        Ok(packets)
    }

    /// Asks to end the request (section 11.2.9.1.5). Its answer still comes, mostly
    /// `KEEPALIVE_CANCEL`. Nothing, if there is no request.
    #[must_use]
    pub fn cancel(&self) -> Option<Packet> {
        match (self.state, self.channel) {
            (State::Answer(Command::Cbor), Some(channel)) => {
                Some(packet::first(channel, Command::Cancel, &[]))
            }
            _ => None,
        }
    }

    /// Takes a packet from the device.
    ///
    /// # Errors
    /// [`ClientError::Refused`], [`ClientError::Malformed`], [`ClientError::TooLong`]: the request
    /// is over. [`ClientError::Silent`] if the packet comes too late.
    pub fn receive(
        &mut self,
        packet: &Packet,
        now: Duration,
    ) -> Result<Option<Answer<'_>>, ClientError> {
        let (channel, body) = packet::read(packet);
        let is_ours = match self.state {
            State::Idle => false,
            State::Greeting { on, .. } => on == channel,
            State::Answer(_) | State::Rest => self.channel == Some(channel),
        };
        self.check(now)?;
        if !is_ours {
            return Ok(None);
        }
        let outcome = match body {
            Body::First { command, length, data } => self.first(command, length, data),
            Body::Next { sequence, data } => self.next(sequence, data),
        };
        match outcome {
            Ok(Progress::Ignored) => Ok(None),
            Ok(Progress::More) => {
                self.until = now.saturating_add(self.patience);
                Ok(None)
            }
            Ok(Progress::Waiting(waiting)) => {
                self.until = now.saturating_add(self.patience);
                Ok(Some(Answer::Waiting(waiting)))
            }
            Ok(Progress::Greeting(greeting)) => {
                self.state = State::Idle;
                self.channel = Some(greeting.channel);
                Ok(Some(Answer::Greeting(greeting)))
            }
            Ok(Progress::Whole) => {
                self.state = State::Idle;
                Ok(Some(Answer::Message(self.answer.bytes())))
            }
            Err(error) => {
                self.state = State::Idle;
                Err(error)
            }
        }
    }

    /// When the device has been silent for too long, if an answer is to come.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Idle => None,
            _ => Some(self.until),
        }
    }

    /// Ends a request whose answer does not come.
    ///
    /// # Errors
    /// [`ClientError::Silent`] at the [deadline](Self::deadline).
    pub fn check(&mut self, now: Duration) -> Result<(), ClientError> {
        match self.deadline() {
            Some(until) if until <= now => {
                self.state = State::Idle;
                Err(ClientError::Silent)
            }
            _ => Ok(()),
        }
    }

    fn first(&mut self, command: u8, length: u16, data: &[u8]) -> Result<Progress, ClientError> {
        let command = Command::from_byte(command);
        match (self.state, command) {
            (state, Some(Command::Error)) => refused(state, ErrorCode::from_byte(data[0])),
            (State::Greeting { nonce, .. }, Some(Command::Init)) => greeting(&nonce, length, data),
            // An answer that was still on its way when the channel was cleared.
            (State::Greeting { .. }, _) => Ok(Progress::Ignored),
            (State::Answer(_), Some(Command::KeepAlive)) => {
                Ok(Progress::Waiting(Waiting::from_byte(data[0])))
            }
            (State::Answer(expected), Some(command)) if command == expected => {
                self.answer.begin(length, data).map_err(|_| ClientError::TooLong)?;
                Ok(self.progress())
            }
            _ => Err(ClientError::Malformed),
        }
    }

    fn next(&mut self, sequence: u8, data: &[u8]) -> Result<Progress, ClientError> {
        match self.state {
            State::Rest => {
                self.answer.go_on(sequence, data).map_err(|_| ClientError::Malformed)?;
                Ok(self.progress())
            }
            State::Answer(_) => Err(ClientError::Malformed),
            State::Greeting { .. } | State::Idle => Ok(Progress::Ignored),
        }
    }

    fn progress(&mut self) -> Progress {
        if self.answer.is_whole() {
            return Progress::Whole;
        }
        self.state = State::Rest;
        Progress::More
    }
}

impl<const N: usize> Default for Client<N> {
    fn default() -> Self {
        Self::new()
    }
}

enum Progress {
    Ignored,
    More,
    Waiting(Waiting),
    Greeting(Greeting),
    Whole,
}

/// An error of the device; while the channel is being cleared, one about what was before is stale.
const fn refused(state: State, code: ErrorCode) -> Result<Progress, ClientError> {
    match (state, code) {
        (State::Greeting { .. }, ErrorCode::InvalidSequence | ErrorCode::MessageTimeout) => {
            Ok(Progress::Ignored)
        }
        _ => Err(ClientError::Refused(code)),
    }
}

/// Reads a greeting; one for somebody else's nonce is none of ours. Later versions may append.
fn greeting(nonce: &[u8; NONCE_BYTES], length: u16, data: &[u8]) -> Result<Progress, ClientError> {
    let length = usize::from(length).min(data.len());
    let Some((head, tail)) = data[..length].split_first_chunk::<NONCE_BYTES>() else {
        return Err(ClientError::Malformed);
    };
    if head != nonce {
        return Ok(Progress::Ignored);
    }
    let Some(&[c0, c1, c2, c3, protocol, major, minor, build, flags]) =
        tail.first_chunk::<{ GREETING_BYTES - NONCE_BYTES }>()
    else {
        return Err(ClientError::Malformed);
    };
    let channel = Channel(u32::from_be_bytes([c0, c1, c2, c3]));
    if channel == Channel::RESERVED || channel == Channel::BROADCAST {
        return Err(ClientError::Malformed);
    }
    Ok(Progress::Greeting(Greeting {
        channel,
        protocol,
        version: DeviceVersion { major, minor, build },
        capabilities: Capabilities::from_byte(flags),
    }))
}
