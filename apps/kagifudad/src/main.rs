// SPDX-License-Identifier: MIT OR Apache-2.0
//! The daemon `kagifudad`: takes its socket, serves it, and writes down who plugs keys in.

use std::fs::{self, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use kagifuda_linux::{activation, process};
use kagifudad::{Accounts, Arguments, Broker, NodeGiver, Notice, USAGE};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

const BACKLOG_COUNT: i32 = 64;
/// Before programs, and not before the system.
const BEFORE_PROGRAMS: i32 = -10;
/// Who may have a key of their own is not said by the file.
const OPEN_TO_ALL: u32 = 0o666;

fn main() -> ExitCode {
    let handed_over = activation::take_listening(SocketType::SEQPACKET);
    let Ok(arguments) = Arguments::read(std::env::args_os().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(handed_over, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("kagifudad: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut listeners: Vec<OwnedFd>, arguments: Arguments) -> Result<(), String> {
    process::harden().map_err(|error| format!("cannot be hardened: {error}"))?;
    // A program that writes a long message to a key is faster than the kernel's queue is long; the
    // next turn has to be ours. Where this is not allowed, the unit has seen to it.
    let _ = rustix::process::setpriority_process(None, BEFORE_PROGRAMS);
    if let Some(path) = &arguments.socket {
        let failed = |errno| format!("{}: {errno}", path.display());
        listeners.push(listen(path).map_err(failed)?);
    }
    if listeners.is_empty() {
        return Err("no socket to serve: start kagifudad.socket, or give --socket".to_owned());
    }
    let giver = NodeGiver::default();
    Broker::new(listeners, arguments.uhid, giver, Accounts::default())
        .serve(arguments.idle, write_down)
        .map_err(|errno| format!("cannot wait: {errno}"))
}

/// Makes the socket, in place of one that was left behind.
fn listen(path: &Path) -> Result<OwnedFd, Errno> {
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(errno) => return Err(errno),
    }
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::net::listen(&socket, BACKLOG_COUNT)?;
    fs::set_permissions(path, Permissions::from_mode(OPEN_TO_ALL))
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    Ok(socket)
}

fn write_down(notice: Notice) {
    match notice {
        Notice::Plugged { uid } => eprintln!("user {uid}: key plugged in"),
        Notice::Pulled { uid } => eprintln!("user {uid}: key pulled out"),
        Notice::Refused { uid, why } => eprintln!("user {uid}: refused: {why:?}"),
    }
}
