// SPDX-License-Identifier: MIT OR Apache-2.0
//! Noticing that the machine slept, as soon as it is awake.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::io::Errno;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};

use crate::{LinuxError, Step};

/// Shorter sleeps are how two clocks read one after the other differ.
const LEAST: Duration = Duration::from_secs(1);
/// When the timer would ring by itself: in the year 2243.
const NEVER: Timespec = Timespec { tv_sec: 1 << 33, tv_nsec: 0 };

/// Sees the machine wake up.
#[derive(Debug)]
pub struct SleepWatch {
    /// Rings when the clock is set, which waking up does (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
    timer: OwnedFd,
    slept: Duration,
}

impl SleepWatch {
    /// Watches from now on.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the system has no timer left.
    pub fn begin() -> Result<Self, LinuxError> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Realtime, flags)
            .map_err(LinuxError::during(Step::Clock))?;
        let watch = Self { timer, slept: slept() };
        watch.arm()?;
        Ok(watch)
    }

    /// Whether the machine has slept since this was asked last.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the timer cannot be wound up again.
    pub fn has_slept(&mut self) -> Result<bool, LinuxError> {
        // Reading it silences a timer that rang, and waking up rings it before anybody can ask here.
        if rustix::io::read(&self.timer, &mut [0; 8]) == Err(Errno::AGAIN) {
            return Ok(false);
        }
        self.arm()?;
        Ok(self.note(slept()))
    }

    /// Whether more was slept than when this was noted last.
    fn note(&mut self, slept: Duration) -> bool {
        let before = std::mem::replace(&mut self.slept, slept);
        slept.saturating_sub(before) >= LEAST
    }

    fn arm(&self) -> Result<(), LinuxError> {
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let nothing = Timespec { tv_sec: 0, tv_nsec: 0 };
        let never = Itimerspec { it_interval: nothing, it_value: NEVER };
        match timerfd_settime(&self.timer, flags, &never) {
            // The clock was set in between; the timer is wound up all the same.
            Ok(_) | Err(Errno::CANCELED) => Ok(()),
            Err(errno) => Err(LinuxError::during(Step::Clock)(errno)),
        }
    }
}

/// Readable once the machine is awake again, and when somebody sets its clock.
impl AsFd for SleepWatch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.timer.as_fd()
    }
}

/// How long the machine has slept since it was started: what one clock counts and the other does not.
fn slept() -> Duration {
    let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
    let awake = read(ClockId::Monotonic);
    read(ClockId::Boottime).saturating_sub(awake)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;

    #[test]
    fn a_machine_that_is_awake_has_not_slept() {
        let mut watch = SleepWatch::begin().unwrap();
        let timeout = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        let rang = poll(&mut [PollFd::new(&watch, PollFlags::IN)], Some(&timeout)).unwrap();
        assert_eq!(rang, 0);
        assert!(!watch.has_slept().unwrap());
    }

    #[test]
    fn what_was_slept_is_told_once() {
        let mut watch = SleepWatch::begin().unwrap();
        let slept = slept();
        assert!(watch.note(slept + LEAST * 2));
        assert!(!watch.note(slept + LEAST * 2));
        assert!(watch.note(slept + LEAST * 4));
    }
}
