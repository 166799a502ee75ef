// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card's side: one command in, one answer out (CTAP 2.3 section 11.3).
//!
//! The driver hands in every command, does what the [`Event`] says, and then sends
//! [`Device::response`]. While that is nothing, the engine has to be waited for: the client did not say
//! that it can ask again. Otherwise the client is told that the card is still at work, and asks
//! again; the driver may let it wait a little before it answers, and answers with the reply if that has
//! come meanwhile.
//!
//! What the text of the specification leaves open is decided so:
//! - While the engine is at work, only asking for it, cancelling, ending and selecting are
//!   allowed: a card has one person in front of it.
//! - Selecting another applet fails and changes nothing, since there is none.
//! - U2F's commands reach the engine in the extended form, however they came.

use zeroize::Zeroize as _;

use super::{APPLET, Command, FIDO2_VERSION, StatusWord, U2F_VERSION, U2f, header, ins};
use crate::hid::{Kind, MAX_MESSAGE_BYTES, Waiting};

/// Class to length of a command in the extended form, in front of its data.
const U2F_HEAD_BYTES: usize = 7;

/// What the driver has to do about a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing: the response is there.
    Respond,
    /// A request is whole: [`Device::job`] has it for the engine.
    Request {
        /// What it is.
        kind: Kind,
    },
    /// The client asks how its request is going, and the engine may be asked, too.
    Poll,
    /// The engine's request is to end: the reply to it shall be `KEEPALIVE_CANCEL`, unless the engine
    /// is past that (section 11.3.7.2).
    Cancel,
    /// The engine's request is void, and nobody waits for a reply; the response is there.
    Abandon,
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

/// The answer to one command: data, and then the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// The data.
    pub data: &'a [u8],
    /// The two bytes behind it.
    pub status: StatusWord,
}

impl Response<'_> {
    /// Writes both and says how long they are; nothing if there is no room.
    #[must_use]
    pub fn write(&self, out: &mut [u8]) -> Option<usize> {
        let length = self.data.len() + 2;
        let (data, status) = out.get_mut(..length)?.split_at_mut(self.data.len());
        data.copy_from_slice(self.data);
        status.copy_from_slice(&self.status.bytes());
        Some(length)
    }
}

/// Where a request is.
#[derive(Clone, Copy)]
enum State {
    /// Nowhere.
    Idle,
    /// At the engine.
    Working { kind: Kind, polls: bool, waiting: Waiting },
    /// Replied to; so much of the reply was sent, and this is its last status.
    Replied { sent: usize, length: usize, status: StatusWord },
}

/// What the next response is.
#[derive(Clone, Copy)]
enum Next {
    /// The command was answered.
    Nothing,
    Status(StatusWord),
    Version,
    /// The reply or a part of it, or that it has to be waited for.
    Reply,
}

/// The card's side, with room for requests and replies of `N` bytes each.
pub struct Device<const N: usize> {
    u2f: U2f,
    is_selected: bool,
    /// Class, instruction and parameters of the chain that is arriving.
    chain: Option<[u8; 4]>,
    state: State,
    next: Next,
    /// The longest answer the client takes now.
    room: usize,
    request: [u8; N],
    request_used: usize,
    response: [u8; N],
    response_used: usize,
}

impl<const N: usize> Device<N> {
    /// A card whose applet is not selected.
    #[must_use]
    pub const fn new(u2f: U2f) -> Self {
        const {
            assert!(N >= 64, "a command without data always fits");
            assert!(N <= MAX_MESSAGE_BYTES, "no message is longer");
        }
        Self {
            u2f,
            is_selected: false,
            chain: None,
            state: State::Idle,
            next: Next::Nothing,
            room: 0,
            request: [0; N],
            request_used: 0,
            response: [0; N],
            response_used: 0,
        }
    }

    /// Offers U2F from now on, or not.
    pub const fn set_u2f(&mut self, u2f: U2f) {
        self.u2f = u2f;
    }

    /// Takes a command from the reader.
    pub fn receive(&mut self, command: &[u8]) -> Event {
        let command = match Command::read(command) {
            Ok(command) => command,
            Err(status) => {
                self.drop_chain();
                return self.respond(status);
            }
        };
        let is_rest = matches!(command.ins, ins::GET_RESPONSE | ins::POLL);
        if !is_rest && !matches!(self.state, State::Working { .. }) {
            self.end_request();
        }
        if !matches!(command.cla & !header::CHAINED, header::ISO | header::CTAP) {
            self.drop_chain();
            return self.respond(StatusWord::NO_CLASS);
        }
        match (command.cla & !header::CHAINED, command.ins) {
            (header::ISO, ins::SELECT) => self.alone(&command, Self::select),
            _ if !self.is_selected => self.respond(StatusWord::NOT_SELECTED),
            (_, ins::GET_RESPONSE) => self.alone(&command, Self::go_on),
            (header::CTAP, ins::POLL) => self.alone(&command, Self::poll),
            (header::CTAP, ins::CONTROL) => self.alone(&command, Self::control),
            (header::CTAP, ins::MSG) => self.link(&command, Kind::Cbor),
            (header::ISO, 0x01..=0x03) if self.u2f == U2f::Offered => {
                self.link(&command, Kind::Msg)
            }
            _ => {
                self.drop_chain();
                self.respond(StatusWord::NO_INSTRUCTION)
            }
        }
    }

    /// Gives the answer to the last command, once. Nothing while the engine has to be waited for.
    pub fn response(&mut self) -> Option<Response<'_>> {
        let next = core::mem::replace(&mut self.next, Next::Nothing);
        match (next, self.state) {
            (Next::Nothing, _) | (Next::Reply, State::Idle) => None,
            (Next::Status(status), _) => Some(Response { data: &[], status }),
            (Next::Version, _) => {
                let data = match self.u2f {
                    U2f::Offered => U2F_VERSION,
                    U2f::Off => FIDO2_VERSION,
                };
                Some(Response { data, status: StatusWord::OK })
            }
            (Next::Reply, State::Working { polls: false, .. }) => {
                self.next = Next::Reply;
                None
            }
            (Next::Reply, State::Working { waiting, .. }) => {
                let data = match waiting {
                    Waiting::Processing => &[1],
                    Waiting::UserPresence => &[2],
                };
                Some(Response { data, status: StatusWord::STATUS_UPDATE })
            }
            (Next::Reply, State::Replied { sent, length, status }) => {
                Some(self.piece(sent, length, status))
            }
        }
    }

    /// Gives the request at work and the room for its reply, as often as it is asked for.
    pub fn job(&mut self) -> Option<Job<'_>> {
        let State::Working { kind, .. } = self.state else { return None };
        self.response_used = N;
        let request = &self.request[..self.request_used];
        Some(Job { kind, request, response: &mut self.response })
    }

    /// Says what the engine is waiting for.
    pub const fn keep_alive(&mut self, status: Waiting) {
        if let State::Working { waiting, .. } = &mut self.state {
            *waiting = status;
        }
    }

    /// Replies with the first `length` bytes of the job's room; at most all of it. The reply of U2F
    /// ends with its status. Without a request at work, because it was abandoned, this does nothing.
    pub fn reply(&mut self, length: usize) {
        let State::Working { kind, .. } = self.state else { return };
        let reply = &self.response[..length.min(N)];
        let (length, status) = match (kind, reply) {
            (Kind::Cbor, reply) => (reply.len(), StatusWord::OK),
            (Kind::Msg, [data @ .., high, low]) => {
                (data.len(), StatusWord(u16::from_be_bytes([*high, *low])))
            }
            (Kind::Msg, _) => (0, StatusWord::NO_DIAGNOSIS),
        };
        self.wipe_request();
        self.state = State::Replied { sent: 0, length, status };
    }

    /// Replies with these bytes, cut to the job's room.
    pub fn reply_with(&mut self, bytes: &[u8]) {
        if let Some(job) = self.job() {
            let length = bytes.len().min(N);
            job.response[..length].copy_from_slice(&bytes[..length]);
            self.reply(length);
        }
    }

    /// Ends the request at work with a status alone: there is no engine to reply.
    pub fn fail(&mut self, status: StatusWord) {
        if let State::Working { .. } = self.state {
            self.wipe_request();
            self.state = State::Replied { sent: 0, length: 0, status };
        }
    }

    /// The reader switched the card off or on: the applet is not selected any more. Says whether the
    /// engine's request is void.
    pub fn reset(&mut self) -> Option<Event> {
        let was_working = matches!(self.state, State::Working { .. });
        self.is_selected = false;
        self.drop_chain();
        self.end_request();
        self.next = Next::Nothing;
        was_working.then_some(Event::Abandon)
    }

    const fn respond(&mut self, status: StatusWord) -> Event {
        self.next = Next::Status(status);
        Event::Respond
    }

    /// Handles a command that is never a part of a chain, and ends one.
    fn alone(
        &mut self,
        command: &Command<'_>,
        handle: fn(&mut Self, &Command<'_>) -> Event,
    ) -> Event {
        self.drop_chain();
        if command.cla & header::CHAINED != 0 {
            return self.respond(StatusWord::NO_CHAINING);
        }
        handle(self, command)
    }

    /// `SELECT` (section 11.3.3).
    fn select(&mut self, command: &Command<'_>) -> Event {
        if command.p1 != header::BY_NAME {
            return self.respond(StatusWord::WRONG_PARAMETERS);
        }
        if command.data != APPLET {
            return self.respond(StatusWord::NOT_FOUND);
        }
        let event = self.reset().unwrap_or(Event::Respond);
        self.is_selected = true;
        self.next = Next::Version;
        event
    }

    /// `GET RESPONSE` (section 11.3.6; ISO/IEC 7816-4 section 11.3.1).
    fn go_on(&mut self, command: &Command<'_>) -> Event {
        match self.state {
            State::Replied { .. } => {
                self.room = command.room_for_answer();
                self.next = Next::Reply;
                Event::Respond
            }
            State::Idle | State::Working { .. } => {
                self.respond(StatusWord::CONDITIONS_NOT_SATISFIED)
            }
        }
    }

    /// `NFCCTAP_GETRESPONSE` (section 11.3.7.2).
    fn poll(&mut self, command: &Command<'_>) -> Event {
        let event = match self.state {
            State::Idle => return self.respond(StatusWord::CONDITIONS_NOT_SATISFIED),
            State::Replied { .. } => Event::Respond,
            State::Working { kind: Kind::Cbor, .. } if command.p1 == header::CANCEL => {
                Event::Cancel
            }
            State::Working { .. } => Event::Poll,
        };
        self.room = command.room_for_answer();
        self.next = Next::Reply;
        event
    }

    /// `NFCCTAP_CONTROL` (section 11.3.4).
    fn control(&mut self, command: &Command<'_>) -> Event {
        if command.p1 != header::END {
            return self.respond(StatusWord::WRONG_PARAMETERS);
        }
        let event = self.reset().unwrap_or(Event::Respond);
        self.next = Next::Status(StatusWord::OK);
        event
    }

    /// A command that may be a part of a chain (section 11.3.6).
    fn link(&mut self, command: &Command<'_>, kind: Kind) -> Event {
        if let State::Working { .. } = self.state {
            return self.respond(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if kind == Kind::Cbor && command.p2 != 0 {
            self.drop_chain();
            return self.respond(StatusWord::WRONG_PARAMETERS);
        }
        let head = [command.cla & !header::CHAINED, command.ins, command.p1, command.p2];
        if *self.chain.get_or_insert(head) != head {
            self.drop_chain();
            return self.respond(StatusWord::CHAIN_NOT_ENDED);
        }
        if kind == Kind::Msg && self.request_used == 0 {
            self.append(&[head[0], head[1], head[2], head[3], 0, 0, 0]);
        }
        if !self.append(command.data) {
            self.drop_chain();
            return self.respond(StatusWord::WRONG_LENGTH);
        }
        if command.cla & header::CHAINED != 0 {
            return self.respond(StatusWord::OK);
        }
        self.chain = None;
        if !self.complete(kind) {
            self.drop_chain();
            return self.respond(StatusWord::WRONG_LENGTH);
        }
        let polls = kind == Kind::Cbor && command.p1 & header::POLLS != 0;
        self.state = State::Working { kind, polls, waiting: Waiting::Processing };
        self.room = command.room_for_answer();
        self.next = Next::Reply;
        Event::Request { kind }
    }

    /// Makes a request of what came; says whether it is one.
    fn complete(&mut self, kind: Kind) -> bool {
        if kind == Kind::Cbor {
            return self.request_used > 0;
        }
        let data_bytes = self.request_used - U2F_HEAD_BYTES;
        if data_bytes == 0 {
            // The length field stands for that of the answer then.
            return true;
        }
        // It is shorter than the longest message.
        self.request[U2F_HEAD_BYTES - 2..U2F_HEAD_BYTES]
            .copy_from_slice(&(data_bytes as u16).to_be_bytes());
        self.append(&[0, 0])
    }

    /// Whether there was room.
    fn append(&mut self, bytes: &[u8]) -> bool {
        match self.request.get_mut(self.request_used..self.request_used + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.request_used += bytes.len();
                true
            }
            None => false,
        }
    }

    /// The next part of the reply.
    fn piece(&mut self, sent: usize, length: usize, status: StatusWord) -> Response<'_> {
        let end = length.min(sent + self.room);
        self.state =
            if end < length { State::Replied { sent: end, length, status } } else { State::Idle };
        let status = if end < length { StatusWord::more(length - end) } else { status };
        Response { data: &self.response[sent..end], status }
    }

    /// Forgets what came of a chain.
    fn drop_chain(&mut self) {
        self.chain = None;
        if !matches!(self.state, State::Working { .. }) {
            self.wipe_request();
        }
    }

    fn wipe_request(&mut self) {
        self.request[..self.request_used].zeroize();
        self.request_used = 0;
    }

    /// Leaves nothing of the request and the reply, unless a chain is arriving.
    fn end_request(&mut self) {
        self.state = State::Idle;
        if self.chain.is_none() {
            self.wipe_request();
        }
        self.response[..self.response_used].zeroize();
        self.response_used = 0;
    }
}

impl<const N: usize> Drop for Device<N> {
    fn drop(&mut self) {
        self.reset();
    }
}
