// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is at the other end of a Unix socket, as the kernel says (`SO_PEERCRED`, unix(7)).

use std::os::fd::AsFd;

use rustix::process::getuid;

use crate::{LinuxError, Step};

/// Proof that the other end of a connection is a process of this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnPeer {
    /// Its process id when it connected or began to listen; it may have ended since.
    pub pid: i32,
}

/// Checks the other end of a connection.
///
/// # Errors
/// [`LinuxError::StrangePeer`] where it is another user, root included.
pub fn check(socket: impl AsFd) -> Result<OwnPeer, LinuxError> {
    let peer =
        rustix::net::sockopt::socket_peercred(socket).map_err(LinuxError::during(Step::Peer))?;
    admit(peer.uid.as_raw(), getuid().as_raw())?;
    Ok(OwnPeer { pid: peer.pid.as_raw_nonzero().get() })
}

/// Admits the same user and nobody else.
const fn admit(theirs: u32, ours: u32) -> Result<(), LinuxError> {
    if theirs == ours { Ok(()) } else { Err(LinuxError::StrangePeer { uid: theirs }) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_process_of_the_same_user_is_admitted() {
        let (ours, theirs) = UnixStream::pair().expect("a pair");
        let pid = i32::try_from(std::process::id()).expect("a pid");
        assert_eq!(check(&ours), Ok(OwnPeer { pid }));
        assert_eq!(check(&theirs), Ok(OwnPeer { pid }));
    }

    #[test]
    fn another_user_is_refused_even_root() {
        assert_eq!(admit(1001, 1000), Err(LinuxError::StrangePeer { uid: 1001 }));
        assert_eq!(admit(0, 1000), Err(LinuxError::StrangePeer { uid: 0 }));
        assert_eq!(admit(1000, 0), Err(LinuxError::StrangePeer { uid: 1000 }));
    }
}
