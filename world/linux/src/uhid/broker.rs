// SPDX-License-Identifier: MIT OR Apache-2.0
//! The way to the broker, for the process that wants to be a key.
//!
//! One connection is one key. Asking takes a few seconds at most, also when the broker has to be
//! started by its socket first; everything after that never waits. Who serves the socket is checked
//! where it matters: its directory is root's.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, recv, send,
};

use super::wire::{PACKET_MAX_BYTES, Reply, Request};
use super::{HidEvent, KeyName};
use crate::hid_report::Report;
use crate::{LinuxError, Step};

pub use super::wire::Refusal;

/// How long the broker may take to answer, its start included.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What stands against plugging a key in through the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokerTrouble {
    /// There is no socket, or nobody serves it: no broker is installed or started.
    NotThere,
    /// This user may not connect.
    Forbidden,
    /// It was reached and said nothing in time, or hung up.
    Silent,
    /// It answered something that is no answer.
    SpeaksOtherwise,
    /// It refused.
    Refused {
        /// Why.
        why: Refusal,
    },
    /// The system refused.
    System {
        /// The error's number.
        errno: i32,
    },
}

/// Asks whether the broker is there.
///
/// # Errors
/// Where it is not, or does not answer.
pub fn is_there(socket: &Path) -> Result<(), BrokerTrouble> {
    match BrokerLink::ask(socket, &Request::AreYouThere)? {
        (_, Reply::Here) => Ok(()),
        _ => Err(BrokerTrouble::SpeaksOtherwise),
    }
}

/// A virtual key at the broker. Dropping it pulls the key out.
#[derive(Debug)]
pub struct BrokerLink {
    socket: OwnedFd,
}

impl BrokerLink {
    /// Asks the broker to plug a key in.
    ///
    /// # Errors
    /// What stands against it.
    pub fn plug(socket: &Path, name: &KeyName) -> Result<Self, BrokerTrouble> {
        match Self::ask(socket, &Request::Plug { label: name.as_str().to_owned() })? {
            (link, Reply::Plugged) => Ok(link),
            _ => Err(BrokerTrouble::SpeaksOtherwise),
        }
    }

    /// Sends the first message and waits for the answer.
    fn ask(path: &Path, request: &Request) -> Result<(Self, Reply), BrokerTrouble> {
        let system = |errno: Errno| BrokerTrouble::System { errno: errno.raw_os_error() };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
                .map_err(system)?;
        let address = SocketAddrUnix::new(path).map_err(system)?;
        match rustix::net::connect(&socket, &address) {
            Ok(()) => {}
            Err(Errno::NOENT | Errno::CONNREFUSED | Errno::NOTDIR) => {
                return Err(BrokerTrouble::NotThere);
            }
            Err(Errno::ACCESS | Errno::PERM) => return Err(BrokerTrouble::Forbidden),
            // The queue of those who wait is full.
            Err(Errno::AGAIN) => return Err(BrokerTrouble::Silent),
            Err(errno) => return Err(system(errno)),
        }
        send(&socket, &request.write(), SendFlags::NOSIGNAL).map_err(|_| BrokerTrouble::Silent)?;
        let link = Self { socket };
        let reply = link.answer(Instant::now() + ANSWER_WITHIN)?;
        Ok((link, reply))
    }

    fn answer(&self, deadline: Instant) -> Result<Reply, BrokerTrouble> {
        loop {
            match self.hear() {
                Ok(Some(Reply::Refused(why))) => return Err(BrokerTrouble::Refused { why }),
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                Err(LinuxError::SpeaksOtherwise) => return Err(BrokerTrouble::SpeaksOtherwise),
                Err(_) => return Err(BrokerTrouble::Silent),
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(left).ok().filter(|_| !left.is_zero());
            let timeout = timeout.ok_or(BrokerTrouble::Silent)?;
            let mut ready = [PollFd::new(&self.socket, PollFlags::IN)];
            match poll(&mut ready, Some(&timeout)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(BrokerTrouble::System { errno: errno.raw_os_error() }),
            }
        }
    }

    /// One message; `None` where none waits, or one that is for later versions.
    fn hear(&self) -> Result<Option<Reply>, LinuxError> {
        let mut packet = [0; PACKET_MAX_BYTES];
        let hung_up = || LinuxError::during(Step::Device)(Errno::PIPE);
        match recv(&self.socket, &mut packet, RecvFlags::TRUNC) {
            Ok((_, 0)) => Err(hung_up()),
            Ok((_, length)) => {
                let bytes = packet.get(..length).ok_or(LinuxError::SpeaksOtherwise)?;
                Reply::read(bytes).map_err(|_| LinuxError::SpeaksOtherwise)
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(Errno::CONNRESET | Errno::PIPE) => Err(hung_up()),
            Err(errno) => Err(LinuxError::during(Step::Device)(errno)),
        }
    }

    /// Sends a report of the key; `None` where the broker has not read the earlier ones yet, and the
    /// report is to be sent again when the socket is writable.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the broker is gone.
    pub fn send(&self, report: &Report) -> Result<Option<()>, LinuxError> {
        match send(&self.socket, &Request::Report(*report).write(), SendFlags::NOSIGNAL) {
            Ok(_) => Ok(Some(())),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(errno) => Err(LinuxError::during(Step::Device)(errno)),
        }
    }

    /// The next event; `None` where there is none now.
    ///
    /// # Errors
    /// [`LinuxError::BrokerRefused`] where the broker gives the key up, [`LinuxError::System`] where
    /// it is gone.
    pub fn receive(&self) -> Result<Option<HidEvent>, LinuxError> {
        match self.hear()? {
            None => Ok(None),
            Some(Reply::Event(event)) => Ok(Some(event)),
            Some(Reply::Refused(why)) => Err(LinuxError::BrokerRefused { why }),
            Some(Reply::Here | Reply::Plugged) => Err(LinuxError::SpeaksOtherwise),
        }
    }
}

/// Readable while an event waits, writable while a report is taken.
impl AsFd for BrokerLink {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::*;

    /// A broker that says what the test tells it to the first who comes, then hangs up.
    fn broker(room: &Path, says: Vec<Vec<u8>>) -> (PathBuf, std::thread::JoinHandle<Vec<u8>>) {
        let path = room.join("key.sock");
        let socket = rustix::net::socket_with(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )
        .unwrap();
        rustix::net::bind(&socket, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        rustix::net::listen(&socket, 4).unwrap();
        let serving = std::thread::spawn(move || {
            let peer = rustix::net::accept(&socket).unwrap();
            let mut heard = [0; 512];
            let (length, _) = recv(&peer, &mut heard, RecvFlags::empty()).unwrap();
            for packet in says {
                send(&peer, &packet, SendFlags::NOSIGNAL).unwrap();
            }
            heard[..length].to_vec()
        });
        (path, serving)
    }

    fn name() -> KeyName {
        KeyName::with_label("key")
    }

    #[test]
    fn a_key_is_asked_for_and_hears_what_happens_to_it() {
        let room = tempfile::tempdir().unwrap();
        let events = [HidEvent::Started, HidEvent::Node(3), HidEvent::Report([1; 64])];
        let mut says = vec![Reply::Plugged.write(), vec![0x99]];
        says.extend(events.clone().map(|event| Reply::Event(event).write()));
        says.push(Reply::Refused(Refusal::NoNode).write());
        let (path, serving) = broker(room.path(), says);
        let link = BrokerLink::plug(&path, &name()).unwrap();
        let heard = serving.join().unwrap();
        assert_eq!(Request::read(&heard), Ok(Request::Plug { label: "Kagifuda key".to_owned() }));
        assert_eq!(link.receive(), Ok(None));
        for event in events {
            assert_eq!(link.receive(), Ok(Some(event)));
        }
        assert_eq!(link.receive(), Err(LinuxError::BrokerRefused { why: Refusal::NoNode }));
        assert!(matches!(link.receive(), Err(LinuxError::System { .. })));
        assert!(matches!(link.send(&[0; 64]), Err(LinuxError::System { .. })));
    }

    #[test]
    fn what_stands_against_it_is_told_apart() {
        let room = tempfile::tempdir().unwrap();
        let missing = room.path().join("none.sock");
        assert_eq!(is_there(&missing), Err(BrokerTrouble::NotThere));

        let answers = [
            (vec![Reply::Here.write()], Ok(())),
            (vec![], Err(BrokerTrouble::Silent)),
            (vec![Reply::Plugged.write()], Err(BrokerTrouble::SpeaksOtherwise)),
            (vec![vec![0x8F]], Err(BrokerTrouble::SpeaksOtherwise)),
            (vec![vec![0x81; 500]], Err(BrokerTrouble::SpeaksOtherwise)),
            (
                vec![Reply::Refused(Refusal::TooMany).write()],
                Err(BrokerTrouble::Refused { why: Refusal::TooMany }),
            ),
        ];
        for (says, expected) in answers {
            let (path, serving) = broker(room.path(), says);
            assert_eq!(is_there(&path), expected);
            serving.join().unwrap();
            // Left behind without anybody who serves it.
            assert_eq!(is_there(&path), Err(BrokerTrouble::NotThere));
            fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn a_closed_door_is_told_from_a_missing_one() {
        if rustix::process::geteuid().is_root() {
            return;
        }
        let room = tempfile::tempdir().unwrap();
        let (path, _waiting) = broker(room.path(), vec![]);
        fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        assert_eq!(is_there(&path), Err(BrokerTrouble::Forbidden));
    }
}
