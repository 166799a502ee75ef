// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key's side of CTAPHID: one transaction at a time, for whichever channel began it
//! (CTAP 2.3 sections 11.2.5 to 11.2.9).
//!
//! The driver hands in every packet that arrives, does what the [`Event`] says, and sends
//! [`Device::next_packet`] until there is none. It wakes at [`Device::deadline`] to do the same. The
//! request stays readable until it is replied to, so an engine that had to ask a person reads it
//! again instead of keeping a copy.
//!
//! What the text of the specification leaves open is decided so:
//! - `INIT` is answered at any time, whoever is being served or holds the lock: it disturbs nobody
//!   but its own channel, and a program can always find out that a key is there.
//! - `CANCEL` is never answered, not even on a channel that does not exist.
//! - Of several errors, the one that says "try later" comes before "this is not your channel".
//! - Channels count upwards from one the driver chose and are never given out twice. When none is
//!   left, `INIT` fails; whoever has a channel is not disturbed.

use core::time::Duration;

use heapless::Deque;
use zeroize::Zeroize as _;

use super::message::Message;
use super::packet::{self, Body, MAX_MESSAGE_BYTES, Packet};
use super::{
    Capabilities, Channel, Command, DeviceVersion, ErrorCode, KEEPALIVE_INTERVAL, Kind,
    MAX_LOCK_SECONDS, NONCE_BYTES, PACKET_TIMEOUT, PROTOCOL_VERSION, Waiting,
};

/// Packets outside the transaction that wait to be sent.
const NOTE_COUNT: usize = 8;

/// What the driver has to do about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request is whole: [`Device::job`] has it for the engine.
    Request {
        /// Whose it is.
        channel: Channel,
        /// What it is.
        kind: Kind,
    },
    /// The engine's request is to end: the reply to it shall be `KEEPALIVE_CANCEL`, unless the
    /// engine is past that (section 11.2.9.1.5).
    Cancel,
    /// The engine's request is void, and nobody waits for a reply (section 11.2.9.1.3).
    Abandon,
    /// The key shall show which one it is (section 11.2.9.2.1).
    Wink,
}

/// A request for the engine, and the room for its reply.
pub struct Job<'a> {
    /// What the request is.
    pub kind: Kind,
    /// The whole request.
    pub request: &'a [u8],
    /// Where the reply goes; [`Device::reply`] says how much of it is used.
    pub response: &'a mut [u8],
}

/// The one transaction of section 11.2.5.
#[derive(Clone, Copy)]
enum Transaction {
    None,
    /// Packets of a message are missing.
    Receiving {
        channel: Channel,
        command: Command,
        until: Duration,
    },
    /// The engine has the request.
    Working {
        channel: Channel,
        kind: Kind,
        waiting: Waiting,
        keepalive_at: Duration,
    },
    /// The reply is being sent.
    Replying {
        channel: Channel,
        reply: Reply,
        number: u8,
    },
}

/// Where the bytes of a reply are.
#[derive(Clone, Copy)]
enum Reply {
    /// The request comes back.
    Echo,
    /// The engine wrote so many bytes.
    Written { command: Command, length: usize },
}

/// A packet outside the transaction.
#[derive(Clone, Copy)]
enum Note {
    Greeting { on: Channel, nonce: [u8; NONCE_BYTES], channel: Channel },
    Done { on: Channel, command: Command },
    Error { on: Channel, code: ErrorCode },
}

#[derive(Clone, Copy)]
struct Lock {
    channel: Channel,
    until: Duration,
}

/// The key's side, with room for requests and replies of `N` bytes each.
pub struct Device<const N: usize> {
    version: DeviceVersion,
    capabilities: Capabilities,
    /// The channels given out are those from the first to before the next.
    first_channel: Channel,
    next_channel: Channel,
    lock: Option<Lock>,
    transaction: Transaction,
    notes: Deque<Note, NOTE_COUNT>,
    request: Message<N>,
    response: [u8; N],
    /// How much of `response` the engine may have written.
    response_used: usize,
}

impl<const N: usize> Device<N> {
    /// A device nobody has a channel of yet.
    ///
    /// `first_channel` is the first to be given out. Choose it at random below half of the range,
    /// anew at each start: a program that kept its channel over a restart then hears that it is
    /// none, instead of sharing somebody else's. 0 counts as 1.
    #[must_use]
    pub const fn new(
        version: DeviceVersion,
        capabilities: Capabilities,
        first_channel: Channel,
    ) -> Self {
        const {
            assert!(N >= 64, "a greeting and an error always fit");
            assert!(N <= MAX_MESSAGE_BYTES, "no message is longer");
        }
        let first_channel = if first_channel.0 == 0 { Channel(1) } else { first_channel };
        Self {
            version,
            capabilities,
            first_channel,
            next_channel: first_channel,
            lock: None,
            transaction: Transaction::None,
            notes: Deque::new(),
            request: Message::new(),
            response: [0; N],
            response_used: 0,
        }
    }

    /// Says from now on that the device can do this; alwaysUv switches U2F off and on
    /// (section 7.2).
    pub const fn set_capabilities(&mut self, capabilities: Capabilities) {
        self.capabilities = capabilities;
    }

    /// Whether there is room for what a packet may be answered with. A driver that can let the host
    /// wait does so while this is false; one that cannot loses the answer, never the transaction.
    #[must_use]
    pub fn has_room(&self) -> bool {
        !self.notes.is_full()
    }

    /// Takes a packet from the host (section 11.2.4).
    pub fn receive(&mut self, packet: &Packet, now: Duration) -> Option<Event> {
        self.expire(now);
        match packet::read(packet) {
            (channel, Body::First { command, length, data }) => {
                self.begin(channel, command, (length, data), now)
            }
            (channel, Body::Next { sequence, data }) => self.go_on(channel, (sequence, data), now),
        }
    }

    /// Gives the next packet for the host, if there is one to send now.
    pub fn next_packet(&mut self, now: Duration) -> Option<Packet> {
        self.expire(now);
        if let Some(note) = self.notes.pop_front() {
            return Some(self.write_note(note));
        }
        match self.transaction {
            Transaction::Replying { channel, reply, number } => {
                self.next_of_reply(channel, reply, number)
            }
            Transaction::Working { channel, kind, waiting, keepalive_at }
                if keepalive_at <= now =>
            {
                let keepalive_at = now.saturating_add(KEEPALIVE_INTERVAL);
                self.transaction = Transaction::Working { channel, kind, waiting, keepalive_at };
                Some(packet::first(channel, Command::KeepAlive, &[waiting.byte()]))
            }
            _ => None,
        }
    }

    /// When [`Self::next_packet`] has something to say although nothing else happened: a time-out or
    /// a keep-alive. A time in the past means now.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        match self.transaction {
            Transaction::Receiving { until, .. } => Some(until),
            Transaction::Working { keepalive_at, .. } => Some(keepalive_at),
            Transaction::None | Transaction::Replying { .. } => None,
        }
    }

    /// Gives the request at work and the room for its reply, as often as it is asked for.
    pub fn job(&mut self) -> Option<Job<'_>> {
        let Transaction::Working { kind, .. } = self.transaction else { return None };
        self.response_used = N;
        Some(Job { kind, request: self.request.bytes(), response: &mut self.response })
    }

    /// Says what the engine is waiting for. A change is told at once (section 11.2.9.1.7).
    pub fn keep_alive(&mut self, status: Waiting) {
        if let Transaction::Working { waiting, keepalive_at, .. } = &mut self.transaction
            && *waiting != status
        {
            *waiting = status;
            *keepalive_at = Duration::ZERO;
        }
    }

    /// Replies with the first `length` bytes of the job's room; at most all of it. Without a
    /// request at work, because it was abandoned, this does nothing.
    pub fn reply(&mut self, length: usize) {
        let Transaction::Working { channel, kind, .. } = self.transaction else { return };
        let command = match kind {
            Kind::Cbor => Command::Cbor,
            Kind::Msg => Command::Msg,
        };
        let reply = Reply::Written { command, length: length.min(N) };
        self.transaction = Transaction::Replying { channel, reply, number: 0 };
    }

    /// Replies with these bytes, cut to the job's room.
    pub fn reply_with(&mut self, bytes: &[u8]) {
        if let Some(job) = self.job() {
            let length = bytes.len().min(N);
            job.response[..length].copy_from_slice(&bytes[..length]);
            self.reply(length);
        }
    }

    /// Ends the request at work with an error of this layer: there is no engine to reply.
    pub fn fail(&mut self, code: ErrorCode) {
        if let Transaction::Working { channel, .. } = self.transaction {
            self.end_transaction();
            self.note(Note::Error { on: channel, code });
        }
    }

    /// Sends a time-out if one is due, and ends a lock that is over.
    fn expire(&mut self, now: Duration) {
        if let Transaction::Receiving { channel, until, .. } = self.transaction
            && until <= now
        {
            self.refuse_transaction(channel, ErrorCode::MessageTimeout);
        }
        if self.lock.is_some_and(|lock| lock.until <= now) {
            self.lock = None;
        }
    }

    /// The first packet of a message.
    fn begin(
        &mut self,
        channel: Channel,
        command: u8,
        (length, data): (u16, &[u8]),
        now: Duration,
    ) -> Option<Event> {
        let command = Command::from_byte(command);
        match command {
            Some(Command::Cancel) => return self.cancel(channel),
            Some(Command::Init) => return self.greet(channel, length, data),
            _ => {}
        }
        if let Err(code) = self.admit(channel) {
            self.note(Note::Error { on: channel, code });
            return None;
        }
        match self.check(command, length) {
            Ok(Command::Wink) => {
                self.note(Note::Done { on: channel, command: Command::Wink });
                Some(Event::Wink)
            }
            Ok(Command::Lock) => {
                self.lock(channel, data[0], now);
                None
            }
            Ok(command) => self.begin_message(channel, command, (length, data), now),
            Err(code) => {
                self.note(Note::Error { on: channel, code });
                None
            }
        }
    }

    /// Whether a message may begin on this channel now (sections 11.2.5.1 and 11.2.5.3).
    fn admit(&mut self, channel: Channel) -> Result<(), ErrorCode> {
        if channel == Channel::RESERVED || channel == Channel::BROADCAST {
            return Err(ErrorCode::InvalidChannel);
        }
        match self.transaction {
            Transaction::Receiving { channel: served, .. } if served == channel => {
                self.end_transaction();
                return Err(ErrorCode::InvalidSequence);
            }
            Transaction::None => {}
            _ => return Err(ErrorCode::ChannelBusy),
        }
        if self.lock.is_some_and(|lock| lock.channel != channel) {
            return Err(ErrorCode::ChannelBusy);
        }
        if self.is_given_out(channel) { Ok(()) } else { Err(ErrorCode::InvalidChannel) }
    }

    /// Whether the device has this command, and takes it with this length.
    fn check(&self, command: Option<Command>, length: u16) -> Result<Command, ErrorCode> {
        let command = command.ok_or(ErrorCode::InvalidCommand)?;
        let is_right = match command {
            Command::Ping => true,
            Command::Cbor => length > 0,
            Command::Msg if self.capabilities.speaks_u2f() => length > 0,
            Command::Wink if self.capabilities.can_wink() => length == 0,
            Command::Lock => length == 1,
            _ => return Err(ErrorCode::InvalidCommand),
        };
        if is_right { Ok(command) } else { Err(ErrorCode::InvalidLength) }
    }

    fn begin_message(
        &mut self,
        channel: Channel,
        command: Command,
        (length, data): (u16, &[u8]),
        now: Duration,
    ) -> Option<Event> {
        if self.request.begin(length, data).is_err() {
            self.note(Note::Error { on: channel, code: ErrorCode::InvalidLength });
            return None;
        }
        self.received(channel, command, now)
    }

    /// A further packet of a message; one that fits nowhere is ignored (section 11.2.5.4).
    fn go_on(
        &mut self,
        channel: Channel,
        (sequence, data): (u8, &[u8]),
        now: Duration,
    ) -> Option<Event> {
        match self.transaction {
            Transaction::Receiving { channel: served, command, .. } if served == channel => {
                if self.request.go_on(sequence, data).is_err() {
                    self.refuse_transaction(channel, ErrorCode::InvalidSequence);
                    return None;
                }
                self.received(channel, command, now)
            }
            _ => None,
        }
    }

    /// A packet of a message has come; perhaps the last one.
    fn received(&mut self, channel: Channel, command: Command, now: Duration) -> Option<Event> {
        if !self.request.is_whole() {
            let until = now.saturating_add(PACKET_TIMEOUT);
            self.transaction = Transaction::Receiving { channel, command, until };
            return None;
        }
        let kind = match command {
            Command::Cbor => Kind::Cbor,
            Command::Msg => Kind::Msg,
            _ => {
                self.transaction = Transaction::Replying { channel, reply: Reply::Echo, number: 0 };
                return None;
            }
        };
        let keepalive_at = now.saturating_add(KEEPALIVE_INTERVAL);
        let waiting = Waiting::Processing;
        self.transaction = Transaction::Working { channel, kind, waiting, keepalive_at };
        Some(Event::Request { channel, kind })
    }

    /// `CANCEL`, which is never answered (section 11.2.9.1.5).
    fn cancel(&self, channel: Channel) -> Option<Event> {
        match self.transaction {
            Transaction::Working { channel: served, kind: Kind::Cbor, .. } if served == channel => {
                Some(Event::Cancel)
            }
            _ => None,
        }
    }

    /// `INIT` (section 11.2.9.1.3).
    fn greet(&mut self, on: Channel, length: u16, data: &[u8]) -> Option<Event> {
        if on != Channel::BROADCAST && !self.is_given_out(on) {
            self.note(Note::Error { on, code: ErrorCode::InvalidChannel });
            return None;
        }
        let nonce = match data.first_chunk() {
            Some(nonce) if usize::from(length) == NONCE_BYTES => *nonce,
            _ => {
                self.note(Note::Error { on, code: ErrorCode::InvalidLength });
                return None;
            }
        };
        if on == Channel::BROADCAST {
            match self.give_out() {
                Some(channel) => self.note(Note::Greeting { on, nonce, channel }),
                None => self.note(Note::Error { on, code: ErrorCode::OTHER }),
            }
            return None;
        }
        let event = match self.transaction {
            Transaction::Working { channel, .. } if channel == on => Some(Event::Abandon),
            _ => None,
        };
        if self.served() == Some(on) {
            self.end_transaction();
        }
        self.note(Note::Greeting { on, nonce, channel: on });
        event
    }

    /// `LOCK`: up to ten seconds for one channel alone, none to end it (section 11.2.9.2.2).
    fn lock(&mut self, channel: Channel, seconds: u8, now: Duration) {
        if seconds > MAX_LOCK_SECONDS {
            self.note(Note::Error { on: channel, code: ErrorCode::InvalidParameter });
            return;
        }
        let until = now.saturating_add(Duration::from_secs(u64::from(seconds)));
        self.lock = (seconds > 0).then_some(Lock { channel, until });
        self.note(Note::Done { on: channel, command: Command::Lock });
    }

    fn is_given_out(&self, channel: Channel) -> bool {
        (self.first_channel..self.next_channel).contains(&channel)
    }

    fn give_out(&mut self) -> Option<Channel> {
        let channel = self.next_channel;
        if channel == Channel::BROADCAST {
            return None;
        }
        self.next_channel = Channel(channel.0 + 1);
        Some(channel)
    }

    const fn served(&self) -> Option<Channel> {
        match self.transaction {
            Transaction::None => None,
            Transaction::Receiving { channel, .. }
            | Transaction::Working { channel, .. }
            | Transaction::Replying { channel, .. } => Some(channel),
        }
    }

    fn refuse_transaction(&mut self, on: Channel, code: ErrorCode) {
        self.end_transaction();
        self.note(Note::Error { on, code });
    }

    /// Leaves nothing of the request and the reply.
    fn end_transaction(&mut self) {
        self.transaction = Transaction::None;
        self.request.wipe();
        self.response[..self.response_used].zeroize();
        self.response_used = 0;
    }

    /// Keeps a packet until it can be sent. One too many is lost: the host did not read, and asks
    /// again.
    fn note(&mut self, note: Note) {
        let _ = self.notes.push_back(note);
    }

    fn write_note(&self, note: Note) -> Packet {
        match note {
            Note::Greeting { on, nonce, channel } => {
                let mut greeting = [0; NONCE_BYTES + 9];
                let (head, tail) = greeting.split_at_mut(NONCE_BYTES);
                head.copy_from_slice(&nonce);
                tail[..4].copy_from_slice(&channel.0.to_be_bytes());
                let DeviceVersion { major, minor, build } = self.version;
                tail[4..].copy_from_slice(&[
                    PROTOCOL_VERSION,
                    major,
                    minor,
                    build,
                    self.capabilities.byte(),
                ]);
                packet::first(on, Command::Init, &greeting)
            }
            Note::Done { on, command } => packet::first(on, command, &[]),
            Note::Error { on, code } => packet::first(on, Command::Error, &[code.byte()]),
        }
    }

    fn next_of_reply(&mut self, channel: Channel, reply: Reply, number: u8) -> Option<Packet> {
        let (command, bytes) = match reply {
            Reply::Echo => (Command::Ping, self.request.bytes()),
            Reply::Written { command, length } => (command, &self.response[..length]),
        };
        let packet = packet::nth(channel, command, bytes, number);
        let is_last = packet::count(bytes.len()) <= usize::from(number) + 1;
        if is_last {
            self.end_transaction();
        } else {
            self.transaction = Transaction::Replying { channel, reply, number: number + 1 };
        }
        packet
    }
}

impl<const N: usize> Drop for Device<N> {
    fn drop(&mut self) {
        self.end_transaction();
    }
}
