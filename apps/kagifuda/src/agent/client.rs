// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program's end: find the agent of a vault, start it where there is none, ask it.
//!
//! An agent of another version - one left running after an upgrade - is asked to go and replaced.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use kagifuda_linux::process::{self, Started};

use super::place::Place;
use super::protocol::{
    Failure, FrameBytes, MAX_FRAME_BYTES, PREFIX_BYTES, PROGRAM_VERSION, PROTOCOL_VERSION, Reply,
    Request, Tried,
};

/// How long an agent may take to greet: another program's slow request may come first.
const GREETING: Duration = Duration::from_secs(30);
/// How long an agent may take to answer; deriving a key at its highest cost takes several seconds.
const ANSWER: Duration = Duration::from_secs(120);
/// How often a start, or the end of an old agent, is tried or looked for, and how long apart.
const ATTEMPTS: u32 = 100;
const APART: Duration = Duration::from_millis(20);

/// A connection to the agent of one vault.
pub struct Agent {
    stream: UnixStream,
}

/// Which agent answered a greeting.
enum Greeting {
    /// One of this version, for this vault.
    Ours,
    /// One of another version of the program.
    Other {
        /// Its protocol.
        theirs: u32,
    },
}

/// How an agent is started where none runs.
#[derive(Clone, Debug)]
pub struct Starting {
    /// The program file; [`Starting::this_program`] for our own.
    pub program: PathBuf,
    /// Idle time after which the vault locks; `None` for the usual.
    pub lock_after: Option<Duration>,
}

impl Starting {
    /// Starts this very program as agent.
    ///
    /// # Errors
    /// [`Failure::AgentUnreachable`] where the system does not tell which program this is.
    pub fn this_program(lock_after: Option<Duration>) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|_| Failure::AgentUnreachable)?;
        Ok(Self { program, lock_after })
    }
}

impl Agent {
    /// Connects to the agent of a vault, if one of this version runs.
    ///
    /// # Errors
    /// [`Failure::StrangePeer`] where another user serves the socket, [`Failure::OtherProtocol`] where
    /// the agent is of another version.
    pub fn running(place: &Place) -> Result<Option<Self>, Failure> {
        let Some(stream) = Place::sockets()?.connect(&place.socket_name())? else {
            return Ok(None);
        };
        let mut agent = Self { stream };
        match agent.greet(place) {
            Ok(Greeting::Ours) => Ok(Some(agent)),
            Ok(Greeting::Other { theirs }) => Err(Failure::OtherProtocol { theirs }),
            // It was about to end when we came.
            Err(Failure::AgentUnreachable) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Connects to the agent of a vault, starting or replacing it as needed.
    ///
    /// # Errors
    /// [`Failure::AgentUnreachable`] where none can be started, and as [`Self::running`].
    pub fn reach(place: &Place, starting: &Starting) -> Result<Self, Failure> {
        match Self::running(place) {
            Ok(Some(agent)) => return Ok(agent),
            Ok(None) => {}
            Err(Failure::OtherProtocol { .. }) => Self::dismiss(place)?,
            Err(other) => return Err(other),
        }
        for _ in 0..ATTEMPTS {
            let started = Self::start(place, starting)?;
            if let Some(agent) = Self::running(place)? {
                return Ok(agent);
            }
            if started == Started::Ended {
                // Another agent has just begun to listen, or is about to end.
                std::thread::sleep(APART);
            }
        }
        Err(Failure::AgentUnreachable)
    }

    /// Asks and waits for the answer; a refusal is the error.
    ///
    /// # Errors
    /// The agent's [`Failure`], or one of the way to it.
    pub fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        self.send(request)?;
        match self.receive(ANSWER)? {
            Reply::Failed(failure) => Err(failure),
            reply => Ok(reply),
        }
    }

    fn greet(&mut self, place: &Place) -> Result<Greeting, Failure> {
        self.send(&Request::Hello { protocol: PROTOCOL_VERSION })?;
        match self.receive(GREETING)? {
            // An upgrade may mend what both versions say in the same way.
            Reply::Hello { protocol, program, .. }
                if protocol != PROTOCOL_VERSION || program != PROGRAM_VERSION =>
            {
                Ok(Greeting::Other { theirs: protocol })
            }
            Reply::Hello { vault, .. } if vault == place.shown() => Ok(Greeting::Ours),
            // Two paths of one name: practically impossible, and then better refused.
            Reply::Hello { .. } => Err(Failure::Busy { path: place.shown() }),
            Reply::Failed(failure) => Err(failure),
            _ => Err(Failure::Garbled),
        }
    }

    /// Asks an agent of another version to go, and waits until it has.
    fn dismiss(place: &Place) -> Result<(), Failure> {
        let sockets = Place::sockets()?;
        let Some(stream) = sockets.connect(&place.socket_name())? else { return Ok(()) };
        let mut agent = Self { stream };
        let Greeting::Other { theirs } = agent.greet(place)? else { return Ok(()) };
        agent.send(&Request::Shutdown)?;
        // Whatever it answers, it is gone when nobody listens any more.
        let _ = agent.receive(GREETING);
        for _ in 0..ATTEMPTS {
            if sockets.connect(&place.socket_name())?.is_none() {
                return Ok(());
            }
            std::thread::sleep(APART);
        }
        Err(Failure::OtherProtocol { theirs })
    }

    fn start(place: &Place, starting: &Starting) -> Result<Started, Failure> {
        let mut arguments: Vec<std::ffi::OsString> =
            vec!["--vault".into(), place.vault().into(), "agent".into()];
        if let Some(lock_after) = starting.lock_after {
            arguments.extend(["--idle".into(), lock_after.as_secs().max(1).to_string().into()]);
        }
        Ok(process::start_in_background(&starting.program, arguments)?)
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        let frame = FrameBytes::of(request)
            .ok_or(Failure::FrameTooLarge { limit: MAX_FRAME_BYTES as u64 })?;
        self.stream.set_write_timeout(Some(ANSWER)).map_err(lost)?;
        self.stream.write_all(frame.expose()).map_err(lost)
    }

    fn receive(&mut self, patience: Duration) -> Result<Reply, Failure> {
        self.stream.set_read_timeout(Some(patience)).map_err(lost)?;
        let mut prefix = [0; PREFIX_BYTES];
        self.stream.read_exact(&mut prefix).map_err(lost)?;
        let announced = u32::from_be_bytes(prefix) as usize;
        if announced > MAX_FRAME_BYTES {
            return Err(Failure::Garbled);
        }
        let mut frame = FrameBytes::zeroed(announced);
        self.stream.read_exact(frame.expose_mut()).map_err(lost)?;
        frame.message().ok_or(Failure::Garbled)
    }
}

/// What a broken connection means.
fn lost(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::AgentTimedOut,
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
            Failure::AgentUnreachable
        }
        _ => Failure::File {
            path: String::new(),
            tried: Tried::Connect,
            errno: error.raw_os_error().unwrap_or(0),
        },
    }
}
