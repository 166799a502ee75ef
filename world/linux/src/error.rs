// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the system refused, and whose fault that is.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::pcsc::CardTrouble;
use crate::uhid::{BrokerTrouble, DeviceTrouble, Refusal};

/// Why something that only Linux offers was not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinuxError {
    /// The program file is setuid, setgid or carries capabilities: whoever installed it so should not.
    SetUserId,
    /// The directory for sockets belongs to somebody else or is open to others.
    UnsafeDirectory {
        /// Which.
        path: PathBuf,
    },
    /// The other end of a socket is another user.
    StrangePeer {
        /// Who.
        uid: u32,
    },
    /// Another process holds this socket already; usual where two are started at once.
    AlreadyListening,
    /// There is no terminal to ask on.
    NotATerminal,
    /// The input ended before the line did.
    InputEnded,
    /// The input is no text in UTF-8.
    NotText,
    /// The input is longer than a secret can reasonably be.
    TooLong,
    /// Neither a clipboard program nor a terminal that has a clipboard was found.
    NoClipboard,
    /// The clipboard program failed.
    ClipboardFailed {
        /// Which program.
        program: &'static str,
    },
    /// There is nothing on the clipboard that can be read.
    NothingCopied,
    /// The desktop takes no picture of the screen for programs.
    NoScreenshot,
    /// The person took no picture of the screen.
    ScreenshotDeclined,
    /// Neither the broker nor `/dev/uhid` itself lets this process plug a virtual key in.
    NoVirtualKey {
        /// What stood against the broker.
        broker: BrokerTrouble,
        /// What stood against the device file.
        device: DeviceTrouble,
    },
    /// The broker gave up a key that it had plugged in.
    BrokerRefused {
        /// Why.
        why: Refusal,
    },
    /// The broker or the kernel said something that is no part of the protocol.
    SpeaksOtherwise,
    /// This user may not use the device.
    DeviceForbidden {
        /// Which.
        path: PathBuf,
    },
    /// The device is not there, or not there any more.
    DeviceGone {
        /// Which.
        path: PathBuf,
    },
    /// Another program has the device for itself.
    DeviceBusy {
        /// Which.
        path: PathBuf,
    },
    /// The device is no FIDO key, or speaks in reports of another size than ours.
    NotAKey {
        /// Which.
        path: PathBuf,
    },
    /// A smart card, or the way to it, is not to be had.
    SmartCard {
        /// Why.
        why: CardTrouble,
    },
    /// The system refused.
    System {
        /// What was being done.
        step: Step,
        /// With which file, where there is one.
        path: Option<PathBuf>,
        /// The error's number (`errno`); 0 where the system gave none.
        errno: i32,
    },
}

/// What was being done when the system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Making the process opaque.
    Harden,
    /// Making or checking a directory.
    Directory,
    /// Locking a file against another process.
    Lock,
    /// Listening on a socket.
    Listen,
    /// Connecting to a socket.
    Connect,
    /// Asking who is at the other end.
    Peer,
    /// Starting a program.
    Start,
    /// Waiting for signals.
    Signals,
    /// Winding up a timer.
    Clock,
    /// Reading from or changing a terminal.
    Terminal,
    /// Using a device.
    Device,
}

impl LinuxError {
    pub(crate) fn at(step: Step, path: &Path) -> impl Fn(Errno) -> Self {
        move |errno| Self::System { step, path: Some(path.to_owned()), errno: errno.raw_os_error() }
    }

    pub(crate) fn during(step: Step) -> impl Fn(Errno) -> Self {
        move |errno| Self::System { step, path: None, errno: errno.raw_os_error() }
    }

    pub(crate) fn io(step: Step, path: Option<&Path>) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::System {
            step,
            path: path.map(Path::to_owned),
            errno: error.raw_os_error().unwrap_or(0),
        }
    }
}

impl fmt::Display for LinuxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for LinuxError {}
