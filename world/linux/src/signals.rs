// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signals as something to wait for (signalfd(2)), so that no code runs at a moment it did not choose.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};

use rustix::io::Errno;

use crate::{LinuxError, Step};

/// A signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The session is over, or somebody wants the process to begin anew (SIGHUP).
    HangUp,
    /// The process is to end or to stop.
    End,
}

/// Some signals, held back from this thread while this lives. Dropping it delivers what is pending.
pub struct HeldSignals {
    before: libc::sigset_t,
    arrivals: OwnedFd,
}

impl HeldSignals {
    /// Holds back the signals that ask a process to end: hang-up, interrupt, quit, terminate.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the kernel refuses.
    pub fn that_end() -> Result<Self, LinuxError> {
        Self::hold(&[libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM])
    }

    /// Holds back those, and the ones by which a terminal stops a process.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the kernel refuses.
    pub fn that_end_or_stop() -> Result<Self, LinuxError> {
        Self::hold(&[
            libc::SIGHUP,
            libc::SIGINT,
            libc::SIGQUIT,
            libc::SIGTERM,
            libc::SIGTSTP,
            libc::SIGTTIN,
        ])
    }

    fn hold(signals: &[libc::c_int]) -> Result<Self, LinuxError> {
        let set = set_of(signals);
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `set` is initialised and `before` is writable for one `sigset_t`; both outlive the call.
        let refused =
            unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, before.as_mut_ptr()) };
        if refused != 0 {
            return Err(LinuxError::during(Step::Signals)(Errno::from_raw_os_error(refused)));
        }
        // SAFETY: `pthread_sigmask` succeeded and has therefore written the previous mask.
        let before = unsafe { before.assume_init() };
        // SAFETY: `set` is initialised; -1 asks for a new descriptor.
        let fd =
            unsafe { libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
        if fd < 0 {
            let error = std::io::Error::last_os_error();
            restore(&before);
            return Err(LinuxError::io(Step::Signals, None)(error));
        }
        // SAFETY: the descriptor is new and nobody else's.
        let arrivals = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { before, arrivals })
    }

    /// Takes one pending signal, so that it is not delivered later; `None` where none is pending.
    #[must_use]
    pub fn take(&self) -> Option<Arrival> {
        // `signalfd_siginfo` begins with the signal's number, 32 bits in the machine's order.
        let mut buffer = [0; size_of::<libc::signalfd_siginfo>()];
        let count = rustix::io::read(&self.arrivals, &mut buffer).ok()?;
        let number = i32::from_ne_bytes(*buffer[..count].first_chunk()?);
        Some(if number == libc::SIGHUP { Arrival::HangUp } else { Arrival::End })
    }
}

/// Readable while a held signal is pending.
impl AsFd for HeldSignals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        debug_assert!(self.arrivals.as_raw_fd() >= 0);
        self.arrivals.as_fd()
    }
}

impl Drop for HeldSignals {
    fn drop(&mut self) {
        restore(&self.before);
    }
}

fn set_of(signals: &[libc::c_int]) -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initialises the set it is given; after it, `sigaddset` changes an initialised
    // set, and all numbers given in this file are valid signals.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for &signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        set.assume_init()
    }
}

fn restore(before: &libc::sigset_t) {
    // SAFETY: `before` is an initialised mask; no old mask is asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_signal_waits_to_be_taken() {
        let held = HeldSignals::that_end().expect("signals can be held");
        assert_eq!(held.take(), None);
        for (signal, arrival) in [(libc::SIGHUP, Arrival::HangUp), (libc::SIGTERM, Arrival::End)] {
            // SAFETY: sends a signal to this very thread, which holds it back.
            unsafe { libc::pthread_kill(libc::pthread_self(), signal) };
            assert_eq!(held.take(), Some(arrival));
        }
        assert_eq!(held.take(), None);
    }
}
