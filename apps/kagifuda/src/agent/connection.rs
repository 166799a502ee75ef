// SPDX-License-Identifier: MIT OR Apache-2.0
//! One connection to the agent: where in a request or reply it is, and until when it may stay there.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::protocol::{FrameBytes, MAX_FRAME_BYTES, PREFIX_BYTES};

/// How long a connection may stay without saying anything.
const QUIET: Duration = Duration::from_secs(300);
/// How long a request may take to arrive from its first byte on.
const HEARING: Duration = Duration::from_secs(10);
/// How long a reply may take to be taken.
const ANSWERING: Duration = Duration::from_secs(30);

/// A connection, non-blocking.
pub(super) struct Connection {
    stream: UnixStream,
    phase: Phase,
    /// When the phase began, as time since boot.
    since: Duration,
    is_last: bool,
    /// Whether it has said hello.
    pub(super) greeted: bool,
}

/// What a connection waits for.
enum Phase {
    /// The rest of a length prefix; none of it yet between requests.
    Prefix { bytes: [u8; PREFIX_BYTES], filled: usize },
    /// The rest of a request.
    Body { frame: FrameBytes, filled: usize },
    /// The program to take the rest of a reply.
    Answering { frame: FrameBytes, sent: usize },
    /// Nothing: it is over.
    Over,
}

/// What a connection has said.
pub(super) enum Heard {
    /// Not yet a whole request.
    Nothing,
    /// A whole request.
    Frame(FrameBytes),
    /// The announcement of a request that is too large.
    TooLarge,
}

/// How an attempt to move bytes went.
enum Moved {
    Some(usize),
    Later,
    Over,
}

impl Connection {
    /// Begins a connection.
    #[must_use]
    pub(super) const fn new(stream: UnixStream, now: Duration) -> Self {
        Self { stream, phase: waiting(), since: now, is_last: false, greeted: false }
    }

    /// The socket.
    #[must_use]
    pub(super) const fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// When the connection last moved on.
    #[must_use]
    pub(super) const fn since(&self) -> Duration {
        self.since
    }

    /// Whether a reply is on its way.
    #[must_use]
    pub(super) const fn is_answering(&self) -> bool {
        matches!(self.phase, Phase::Answering { .. })
    }

    /// Until when it may stay as it is.
    #[must_use]
    pub(super) fn deadline(&self) -> Duration {
        let allowed = match self.phase {
            Phase::Prefix { filled: 0, .. } => QUIET,
            Phase::Prefix { .. } | Phase::Body { .. } => HEARING,
            Phase::Answering { .. } => ANSWERING,
            Phase::Over => Duration::ZERO,
        };
        self.since.saturating_add(allowed)
    }

    /// Whether it has ended or stayed too long.
    #[must_use]
    pub(super) fn is_over(&self, now: Duration) -> bool {
        matches!(self.phase, Phase::Over) || self.deadline() <= now
    }

    /// Reads what has arrived.
    pub(super) fn hear(&mut self, now: Duration) -> Heard {
        loop {
            match &mut self.phase {
                Phase::Prefix { bytes, filled } => {
                    match read(&self.stream, &mut bytes[*filled..]) {
                        Moved::Some(count) => {
                            if *filled == 0 {
                                self.since = now;
                            }
                            *filled += count;
                            if *filled == PREFIX_BYTES {
                                let announced = u32::from_be_bytes(*bytes) as usize;
                                if announced > MAX_FRAME_BYTES {
                                    return Heard::TooLarge;
                                }
                                let frame = FrameBytes::zeroed(announced);
                                self.phase = Phase::Body { frame, filled: 0 };
                            }
                        }
                        Moved::Later => return Heard::Nothing,
                        Moved::Over => return self.end(),
                    }
                }
                Phase::Body { frame, filled } => {
                    if *filled == frame.expose().len() {
                        let frame = std::mem::take(frame);
                        self.phase = waiting();
                        return Heard::Frame(frame);
                    }
                    match read(&self.stream, &mut frame.expose_mut()[*filled..]) {
                        Moved::Some(count) => *filled += count,
                        Moved::Later => return Heard::Nothing,
                        Moved::Over => return self.end(),
                    }
                }
                Phase::Answering { .. } | Phase::Over => return Heard::Nothing,
            }
        }
    }

    /// Begins to answer; `is_last` ends the connection after it.
    pub(super) fn answer(&mut self, frame: FrameBytes, is_last: bool, now: Duration) {
        self.phase = Phase::Answering { frame, sent: 0 };
        self.since = now;
        self.is_last = is_last;
    }

    /// Sends what the program takes.
    pub(super) fn send(&mut self, now: Duration) {
        while let Phase::Answering { frame, sent } = &mut self.phase {
            match write(&self.stream, &frame.expose()[*sent..]) {
                Moved::Some(count) => {
                    *sent += count;
                    if *sent == frame.expose().len() {
                        self.phase = if self.is_last { Phase::Over } else { waiting() };
                        self.since = now;
                    }
                }
                Moved::Later => return,
                Moved::Over => self.phase = Phase::Over,
            }
        }
    }

    fn end(&mut self) -> Heard {
        self.phase = Phase::Over;
        Heard::Nothing
    }
}

const fn waiting() -> Phase {
    Phase::Prefix { bytes: [0; PREFIX_BYTES], filled: 0 }
}

fn read(mut stream: &UnixStream, buffer: &mut [u8]) -> Moved {
    moved(stream.read(buffer))
}

fn write(mut stream: &UnixStream, bytes: &[u8]) -> Moved {
    moved(stream.write(bytes))
}

fn moved(outcome: std::io::Result<usize>) -> Moved {
    match outcome {
        Ok(0) => Moved::Over,
        Ok(count) => Moved::Some(count),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Moved::Later
        }
        Err(_) => Moved::Over,
    }
}
