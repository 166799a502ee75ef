// SPDX-License-Identifier: MIT OR Apache-2.0
//! The agent process: opaque, alone on its socket, telling its starter when it is ready.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use kagifuda_linux::clock::Moment;
use kagifuda_linux::logind::SessionWatch;
use kagifuda_linux::process;
use kagifuda_linux::signals::HeldSignals;
use kagifuda_vault::KdfPolicy;

use super::place::{Place, device_name, machine_store, system_bus};
use super::protocol::Failure;
use super::server::Server;
use super::session::{LOCK_AFTER, Session, Settings};

/// Runs the agent of a vault until it is told to end, or has been idle long enough.
///
/// # Errors
/// [`Failure::SetUserId`] where the process has foreign rights; [`Failure::Busy`] where the vault has
/// an agent already; and what keeps it from listening.
pub fn run(vault: &Path, lock_after: Option<Duration>) -> Result<(), Failure> {
    process::harden()?;
    let place = Place::of(vault)?;
    let signals = HeldSignals::that_end()?;
    let listener = Place::sockets()?.listen(&place.socket_name()).map_err(|error| match error {
        kagifuda_linux::LinuxError::AlreadyListening => Failure::Busy { path: place.shown() },
        other => other.into(),
    })?;
    let settings = Settings {
        lock_after: lock_after.unwrap_or(LOCK_AFTER),
        policy: KdfPolicy::STANDARD,
        memory: machine_store().map(Rc::new),
        device_name: device_name(),
        system_bus: system_bus(),
    };
    let mut session = Session::new(place, settings, Moment::now());
    session.keep_memory();
    process::tell_ready()?;
    let sessions = SessionWatch::begin(&system_bus(), "The vault is locked before sleep");
    Server::new(listener, signals).heeding(sessions).run(&mut session, &Moment::now)
}
