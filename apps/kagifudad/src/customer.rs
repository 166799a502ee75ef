// SPDX-License-Identifier: MIT OR Apache-2.0
//! One connection of the broker, and the key that it is.
//!
//! A connection first has to say what it wants, within a time. Then it is a key: reports go both
//! ways, and the device file is given away when it appears. What the user's process does not read is
//! kept up to a bound; after that the kernel's events are left where they are. The same goes for what
//! comes faster than a key of metal could take it, so that a flood is its maker's loss.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use kagifuda_linux::uhid::wire::{PACKET_MAX_BYTES, Refusal, Reply, Request};
use kagifuda_linux::uhid::{DeviceTrouble, HidEvent, Identity, KeyName, Plugger, UhidDevice};
use rustix::event::PollFlags;
use rustix::fs::Uid;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

use crate::allowance::{Allowance, Pace};
use crate::broker::Door;
use crate::node::{NodeGiver, Progress};

/// How many messages may wait for a process that does not read: twice the longest message there is
/// (7609 bytes are 129 reports), because what stays in the kernel's queue of 32 is soon lost.
const WAITING_MAX_COUNT: usize = 258;
/// How many messages of one connection are taken before the next has its turn.
const TAKEN_COUNT: usize = 8;
/// How many are sent before the kernel's queue is looked at again.
const SENT_BETWEEN_COUNT: usize = 4;
/// How often that is done before the next connection has its turn.
const ROUNDS_COUNT: usize = 64;
/// How many messages are read and thrown away so that the last word arrives.
const DRAINED_COUNT: usize = 64;
/// How long the first message may take.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(5);
/// How long the kernel and udev may take to make the device file.
const NODE_WITHIN: Duration = Duration::from_secs(30);
/// How long udev may be busy with other devices before the file is given away all the same.
const QUEUE_WITHIN: Duration = Duration::from_secs(10);
/// How many messages of one key are passed on, both ways together: eight of the longest at once, then two
/// in each millisecond. The bus of a key of metal (USB at full speed) takes one each way.
const REPORTS: Pace = Pace { at_once_count: 1032, one_more_after: Duration::from_micros(500) };
/// How long one that came too fast is left alone at least, so that it is not a wait for each message.
const CATCH_BREATH: Duration = Duration::from_millis(2);
/// How often to look for the device file.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The other side hung up, or has its answer.
    Done,
    /// The broker refuses.
    Refused(Refusal),
}

impl From<Refusal> for End {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

/// A connection.
pub(crate) struct Customer {
    pub(crate) socket: OwnedFd,
    pub(crate) uid: Uid,
    state: State,
    waiting: VecDeque<Vec<u8>>,
    reports: Allowance,
}

enum State {
    /// Has said nothing yet.
    Silent { until: Instant },
    /// Is a key.
    Key { device: UhidDevice, node: Node },
}

/// The key's device file.
enum Node {
    Awaited { serial: String, since: Instant },
    Given,
}

impl Customer {
    pub(crate) fn new(socket: OwnedFd, uid: Uid, now: Instant) -> Self {
        let state = State::Silent { until: now + FIRST_WORD_WITHIN };
        let reports = Allowance::new(REPORTS, now);
        Self { socket, uid, state, waiting: VecDeque::new(), reports }
    }

    pub(crate) const fn is_key(&self) -> bool {
        matches!(self.state, State::Key { .. })
    }

    /// The key's device.
    pub(crate) const fn device(&self) -> Option<&UhidDevice> {
        match &self.state {
            State::Key { device, .. } => Some(device),
            State::Silent { .. } => None,
        }
    }

    /// What to wait for at the socket and at the device.
    pub(crate) fn interests(&self, now: Instant) -> (PollFlags, PollFlags) {
        let may_take = self.reports.has_one(now);
        let mut socket = PollFlags::empty();
        socket.set(PollFlags::IN, may_take);
        socket.set(PollFlags::OUT, !self.waiting.is_empty());
        let mut device = PollFlags::empty();
        device.set(PollFlags::IN, may_take && self.waiting.len() < WAITING_MAX_COUNT);
        (socket, device)
    }

    /// When to look after this connection even if nothing comes.
    pub(crate) fn next_look(&self, now: Instant) -> Option<Instant> {
        match &self.state {
            State::Silent { until } => Some(*until),
            State::Key { node: Node::Awaited { .. }, .. } => Some(now + LOOK_EVERY),
            State::Key { node: Node::Given, .. } => {
                let wait = self.reports.wait(now);
                (!wait.is_zero()).then(|| now + wait.max(CATCH_BREATH))
            }
        }
    }

    /// Takes messages of the other side. `may_plug` says whether it may have a key.
    pub(crate) fn hear(
        &mut self,
        door: &impl Door,
        may_plug: Result<(), Refusal>,
        now: Instant,
    ) -> Result<(), End> {
        for _ in 0..TAKEN_COUNT {
            if !self.reports.has_one(now) {
                break;
            }
            let Some(request) = self.next_request()? else { break };
            self.reports.take(now);
            match (request, &self.state) {
                (Request::Report(report), State::Key { device, .. }) => {
                    device.send(&report).map_err(|_| Refusal::NoModule)?;
                }
                (Request::AreYouThere, State::Silent { .. }) => {
                    self.say(&Reply::Here);
                    self.flush()?;
                    return Err(End::Done);
                }
                (Request::Plug { label }, State::Silent { .. }) => {
                    may_plug?;
                    self.plug(door, &label, now)?;
                }
                _ => return Err(Refusal::Misspoken.into()),
            }
        }
        Ok(())
    }

    fn next_request(&self) -> Result<Option<Request>, End> {
        let mut packet = [0; PACKET_MAX_BYTES];
        match recv(&self.socket, &mut packet, RecvFlags::TRUNC) {
            Ok((_, 0)) => Err(End::Done),
            Ok((_, length)) => {
                let bytes = packet.get(..length).ok_or(Refusal::Misspoken)?;
                Ok(Some(Request::read(bytes)?))
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(_) => Err(End::Done),
        }
    }

    fn plug(&mut self, door: &impl Door, label: &str, now: Instant) -> Result<(), End> {
        let identity = Identity::new(KeyName::with_label(label), Plugger::Broker)
            .map_err(|_| Refusal::Kernel { errno: 0 })?;
        let device = door.plug(&identity).map_err(|trouble| match trouble {
            DeviceTrouble::NoModule => Refusal::NoModule,
            DeviceTrouble::Refused { errno } => {
                Refusal::Kernel { errno: errno.try_into().unwrap_or(0) }
            }
            // Forbidden, or something later: this daemon does not have the rights it needs.
            _ => Refusal::Kernel { errno: Errno::ACCESS.raw_os_error().try_into().unwrap_or(0) },
        })?;
        let node = Node::Awaited { serial: identity.serial().to_owned(), since: now };
        self.state = State::Key { device, node };
        self.say(&Reply::Plugged);
        self.flush()
    }

    /// Passes on what the kernel says. Emptying its queue comes before passing on: a few messages
    /// are sent, then the queue is looked at again.
    pub(crate) fn relay(&mut self, now: Instant) -> Result<(), End> {
        for _ in 0..ROUNDS_COUNT {
            let took_any = self.take_events(now)?;
            self.send_waiting(SENT_BETWEEN_COUNT)?;
            if !took_any {
                break;
            }
        }
        self.flush()
    }

    /// Takes what is in the kernel's queue, as far as there is room.
    fn take_events(&mut self, now: Instant) -> Result<bool, End> {
        let before = self.waiting.len();
        while let State::Key { device, .. } = &self.state
            && self.waiting.len() < WAITING_MAX_COUNT
            && self.reports.has_one(now)
            && let Some(event) = device.receive().map_err(|_| Refusal::NoModule)?
        {
            self.reports.take(now);
            self.say(&Reply::Event(event));
        }
        Ok(self.waiting.len() > before)
    }

    /// Does what is due at this time.
    pub(crate) fn look_after(&mut self, giver: &NodeGiver, now: Instant) -> Result<(), End> {
        match &self.state {
            State::Silent { until } if now >= *until => Err(Refusal::TooSlow.into()),
            State::Key { node: Node::Awaited { serial, since }, .. } => {
                let waited = now.saturating_duration_since(*since);
                let number = match giver.look_for(serial) {
                    Progress::Settled(number) => number,
                    Progress::UdevIsBusy(number) if waited >= QUEUE_WITHIN => number,
                    _ if waited >= NODE_WITHIN => return Err(Refusal::NoNode.into()),
                    _ => return Ok(()),
                };
                giver.give(number, serial, self.uid).map_err(|_| Refusal::NoNode)?;
                if let State::Key { node, .. } = &mut self.state {
                    *node = Node::Given;
                }
                self.say(&Reply::Event(HidEvent::Node(number)));
                self.flush()
            }
            _ => Ok(()),
        }
    }

    fn say(&mut self, reply: &Reply) {
        self.waiting.push_back(reply.write());
    }

    /// Sends what waits, as far as the other side lets it.
    pub(crate) fn flush(&mut self) -> Result<(), End> {
        self.send_waiting(self.waiting.len())
    }

    fn send_waiting(&mut self, most_count: usize) -> Result<(), End> {
        for _ in 0..most_count {
            let Some(packet) = self.waiting.front() else { break };
            match send(&self.socket, packet, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(_) => drop(self.waiting.pop_front()),
                Err(Errno::AGAIN | Errno::INTR) => break,
                Err(_) => return Err(End::Done),
            }
        }
        Ok(())
    }

    /// Says the last word. Whoever hangs up with messages unread takes its own last word back
    /// (unix(7): the other side sees a reset), so those are read first.
    pub(crate) fn dismiss(self, why: Refusal) {
        refuse(&self.socket, why);
    }
}

/// Tells a connection that it is refused.
pub(crate) fn refuse(socket: &OwnedFd, why: Refusal) {
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    // Who does not read it learns from the end of the connection.
    let _ = send(socket, &Reply::Refused(why).write(), flags);
    let mut packet = [0; PACKET_MAX_BYTES];
    for _ in 0..DRAINED_COUNT {
        match recv(socket, &mut packet, RecvFlags::DONTWAIT) {
            Ok((1.., _)) => {}
            _ => break,
        }
    }
}
