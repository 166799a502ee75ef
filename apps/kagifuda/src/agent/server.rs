// SPDX-License-Identifier: MIT OR Apache-2.0
//! Serving: one thread, one loop over the listener, the signals and the connections.
//!
//! A connection never waits inside the loop: what it has not sent or not taken yet is kept beside it,
//! with a deadline, so that a slow or silent program holds up nobody else. Requests are answered one
//! at a time, and each connection at most once per round. Time comes in as a value.

use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use kagifuda_linux::clock::Moment;
use kagifuda_linux::logind::{SessionEvent, SessionWatch};
use kagifuda_linux::signals::{Arrival, HeldSignals};
use kagifuda_linux::socket::PrivateListener;
use rustix::event::{PollFd, PollFlags, Timespec};

use super::connection::{Connection, Heard};
use super::protocol::{
    Failure, FrameBytes, MAX_FRAME_BYTES, PROGRAM_VERSION, PROTOCOL_VERSION, Reply, Request,
};

/// How many connections are kept at once; one more ends the one that has been quiet longest.
const MAX_CONNECTIONS: usize = 32;
/// The longest single wait. After the machine slept, an overdue lock happens within it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What answers the requests.
pub trait Desk {
    /// Answers one request.
    fn answer(&mut self, request: Request, now: Moment) -> Reply;

    /// Does what is due, such as locking after idle time; tells when to be asked again. Called once answers are
    /// sent, before the next request is waited for.
    fn pass(&mut self, now: Moment) -> Next;

    /// Forgets keys and items.
    fn lock(&mut self);
}

/// When a desk wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Whenever something happens.
    Anytime,
    /// After this long at the latest.
    Within(Duration),
    /// Never: the agent is to end.
    End,
}

/// Whether a round was the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// More may come.
    More,
    /// The agent is to end.
    Last,
}

/// The server.
pub struct Server {
    listener: PrivateListener,
    signals: HeldSignals,
    sessions: Option<SessionWatch>,
    connections: Vec<Connection>,
}

impl Server {
    /// Serves this listener.
    #[must_use]
    pub const fn new(listener: PrivateListener, signals: HeldSignals) -> Self {
        Self { listener, signals, sessions: None, connections: Vec::new() }
    }

    /// Locks when the user's screen is locked, and before the machine sleeps.
    #[must_use]
    pub fn heeding(mut self, sessions: Option<SessionWatch>) -> Self {
        self.sessions = sessions;
        self
    }

    /// Serves until the desk or a signal ends it; the desk is locked then.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the kernel refuses to wait.
    pub fn run(&mut self, desk: &mut dyn Desk, clock: &dyn Fn() -> Moment) -> Result<(), Failure> {
        loop {
            match self.round(desk, clock) {
                Ok(Round::More) => {}
                end => {
                    desk.lock();
                    return end.map(|_| ());
                }
            }
        }
    }

    /// Waits for something to happen, and deals with all that has happened.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn round(
        &mut self,
        desk: &mut dyn Desk,
        clock: &dyn Fn() -> Moment,
    ) -> Result<Round, Failure> {
        let now = clock();
        let next = desk.pass(now);
        let is_answering = self.connections.iter().any(Connection::is_answering);
        if next == Next::End && !is_answering {
            return Ok(Round::Last);
        }
        let events = self.wait(next, now)?;
        let now = clock();
        // Time may have run out while nothing happened: nobody is served with overdue keys.
        let _ = desk.pass(now);
        if events.signal && self.heed_signals(desk) == Round::Last {
            return Ok(Round::Last);
        }
        if events.session {
            self.heed_sessions(desk);
        }
        for (connection, is_ready) in self.connections.iter_mut().zip(&events.connections) {
            if *is_ready {
                serve(connection, desk, now);
            }
        }
        self.connections.retain(|connection| !connection.is_over(now.since_boot));
        if events.listener {
            self.welcome(now);
        }
        Ok(Round::More)
    }

    fn wait(&self, next: Next, now: Moment) -> Result<Events, Failure> {
        let mut longest = LONGEST_WAIT;
        if let Next::Within(wait) = next {
            longest = longest.min(wait);
        }
        for connection in &self.connections {
            longest = longest.min(connection.deadline().saturating_sub(now.since_boot));
        }
        let mut waited = vec![
            PollFd::new(&self.listener, PollFlags::IN),
            PollFd::new(&self.signals, PollFlags::IN),
        ];
        waited.extend(self.sessions.iter().map(|watch| PollFd::new(watch, PollFlags::IN)));
        waited.extend(self.connections.iter().map(|connection| {
            let wanted = if connection.is_answering() { PollFlags::OUT } else { PollFlags::IN };
            PollFd::from_borrowed_fd(connection.stream().as_fd(), wanted)
        }));
        let timeout = Timespec {
            tv_sec: i64::try_from(longest.as_secs()).unwrap_or(1),
            // Rounded up, so that a deadline has passed when the wait is over.
            tv_nsec: i64::from(longest.subsec_nanos().saturating_add(999_999).min(999_999_999)),
        };
        match rustix::event::poll(&mut waited, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(Failure::Internal),
        }
        let mut ready = waited.iter().map(|fd| !fd.revents().is_empty());
        Ok(Events {
            listener: ready.next().unwrap_or(false),
            signal: ready.next().unwrap_or(false),
            session: self.sessions.is_some() && ready.next().unwrap_or(false),
            connections: ready.collect(),
        })
    }

    fn heed_signals(&self, desk: &mut dyn Desk) -> Round {
        while let Some(arrival) = self.signals.take() {
            desk.lock();
            if arrival == Arrival::End {
                return Round::Last;
            }
        }
        Round::More
    }

    fn heed_sessions(&mut self, desk: &mut dyn Desk) {
        while let Some(watch) = &self.sessions
            && let Some(event) = watch.next()
        {
            match event {
                SessionEvent::Locked => desk.lock(),
                SessionEvent::Sleep => {
                    desk.lock();
                    watch.done();
                }
                SessionEvent::Over => self.sessions = None,
            }
        }
    }

    /// Takes in all who wait.
    fn welcome(&mut self, now: Moment) {
        loop {
            match self.listener.accept() {
                Ok(Some(stream)) => self.admit(stream, now),
                Ok(None) => return,
                // Another user was turned away; others may wait behind.
                Err(kagifuda_linux::LinuxError::StrangePeer { .. }) => {}
                // Out of descriptors, say: one connection less helps.
                Err(_) => {
                    self.dismiss_one();
                    return;
                }
            }
        }
    }

    fn admit(&mut self, stream: UnixStream, now: Moment) {
        if self.connections.len() >= MAX_CONNECTIONS {
            self.dismiss_one();
        }
        self.connections.push(Connection::new(stream, now.since_boot));
    }

    fn dismiss_one(&mut self) {
        let quietest = self.connections.iter().enumerate().min_by_key(|(_, c)| c.since());
        if let Some((index, _)) = quietest {
            self.connections.swap_remove(index);
        }
    }
}

struct Events {
    listener: bool,
    signal: bool,
    session: bool,
    connections: Vec<bool>,
}

/// Takes what a connection has sent, answers a whole request, and sends what it takes.
fn serve(connection: &mut Connection, desk: &mut dyn Desk, now: Moment) {
    if !connection.is_answering() {
        match connection.hear(now.since_boot) {
            Heard::Nothing => return,
            Heard::Frame(frame) => {
                let (reply, is_last) = respond(connection, &frame, desk, now);
                connection.answer(frame_of(&reply), is_last, now.since_boot);
            }
            Heard::TooLarge => {
                let reply = Reply::Failed(Failure::FrameTooLarge { limit: MAX_FRAME_BYTES as u64 });
                connection.answer(frame_of(&reply), true, now.since_boot);
            }
        }
    }
    connection.send(now.since_boot);
}

/// The reply to a frame, and whether the connection ends with it.
fn respond(
    connection: &mut Connection,
    frame: &FrameBytes,
    desk: &mut dyn Desk,
    now: Moment,
) -> (Reply, bool) {
    match frame.message::<Request>() {
        Some(Request::Hello { protocol }) => {
            connection.greeted = true;
            (desk.answer(Request::Hello { protocol }, now), false)
        }
        Some(request) if connection.greeted => (desk.answer(request, now), false),
        _ => (Reply::Failed(Failure::Garbled), true),
    }
}

/// The frame of a reply; a reply too large for one becomes the failure that says so.
fn frame_of(reply: &Reply) -> FrameBytes {
    let too_large = || Reply::Failed(Failure::FrameTooLarge { limit: MAX_FRAME_BYTES as u64 });
    FrameBytes::of(reply).or_else(|| FrameBytes::of(&too_large())).unwrap_or_default()
}

/// The reply to a greeting.
#[must_use]
pub fn greeting(vault: String) -> Reply {
    Reply::Hello { protocol: PROTOCOL_VERSION, vault, program: PROGRAM_VERSION.to_owned() }
}

#[cfg(test)]
mod tests;
