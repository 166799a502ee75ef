// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sockets that systemd listens on and hands over (sd_listen_fds(3)).
//!
//! The service manager starts a daemon when somebody connects, with the listening sockets as
//! descriptors 3 and up and their count in the environment. A process that was not started so finds
//! none.

use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};

use rustix::io::FdFlags;
use rustix::net::sockopt;
use rustix::net::{AddressFamily, SocketType};

/// The first descriptor that is handed over.
const FIRST: RawFd = 3;
/// More than any daemon of ours is given.
const MOST_COUNT: RawFd = 16;

/// Takes the sockets over that are Unix sockets of this type and listen; accepting from them never
/// waits. To be called once, first thing in `main`: whatever else is found at those descriptors is
/// closed.
#[must_use]
pub fn take_listening(kind: SocketType) -> Vec<OwnedFd> {
    let variable = |name| std::env::var(name).ok()?.parse::<u32>().ok();
    if variable("LISTEN_PID") != Some(std::process::id()) {
        return Vec::new();
    }
    let count = variable("LISTEN_FDS").and_then(|count| RawFd::try_from(count).ok()).unwrap_or(0);
    (FIRST..FIRST + count.min(MOST_COUNT))
        .map(|fd| {
            // SAFETY: the service manager opened these descriptors for this very process, which is
            // what LISTEN_PID says; nothing in it has taken them yet, since this runs first and once.
            unsafe { OwnedFd::from_raw_fd(fd) }
        })
        .filter(|socket| is_listening(socket, kind))
        .collect()
}

fn is_listening(socket: &OwnedFd, kind: SocketType) -> bool {
    rustix::io::fcntl_setfd(socket, FdFlags::CLOEXEC).is_ok()
        && rustix::io::ioctl_fionbio(socket, true).is_ok()
        && sockopt::socket_domain(socket) == Ok(AddressFamily::UNIX)
        && sockopt::socket_type(socket) == Ok(kind)
        && sockopt::socket_acceptconn(socket) == Ok(true)
}

#[cfg(test)]
mod tests {
    use rustix::net::{SocketAddrUnix, SocketFlags, bind, listen, socket_with};

    use super::*;

    #[test]
    fn a_process_that_nobody_handed_sockets_to_finds_none() {
        assert!(take_listening(SocketType::SEQPACKET).is_empty());
    }

    #[test]
    fn only_a_listening_socket_of_the_right_type_is_taken() {
        let room = tempfile::tempdir().expect("a directory");
        let unix = |kind| {
            socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None).expect("a socket")
        };
        let socket = unix(SocketType::SEQPACKET);
        assert!(!is_listening(&socket, SocketType::SEQPACKET));
        let address = SocketAddrUnix::new(room.path().join("s")).expect("an address");
        bind(&socket, &address).expect("bound");
        listen(&socket, 1).expect("listening");
        assert!(is_listening(&socket, SocketType::SEQPACKET));
        assert!(!is_listening(&socket, SocketType::STREAM));
        let file = std::fs::File::open("/dev/null").expect("open");
        assert!(!is_listening(&file.into(), SocketType::SEQPACKET));
    }
}
