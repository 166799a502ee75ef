// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two clocks a program needs, read at one place: what time it is for people, and how much time
//! has passed. The latter also runs while the machine sleeps, so that idle time is not lost in it.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};

/// One reading of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z; can be set by people and jump.
    pub unix_millis: u64,
    /// Time since the machine started, sleep included; never goes back.
    pub since_boot: Duration,
}

impl Moment {
    /// Reads the clocks.
    #[must_use]
    pub fn now() -> Self {
        let wall = duration(clock_gettime(ClockId::Realtime));
        Self {
            unix_millis: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
            since_boot: duration(clock_gettime(ClockId::Boottime)),
        }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> u64 {
        self.unix_millis / 1000
    }

    /// The moment a while later, by both clocks.
    #[must_use]
    pub fn after(self, passed: Duration) -> Self {
        let millis = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        Self {
            unix_millis: self.unix_millis.saturating_add(millis),
            since_boot: self.since_boot.saturating_add(passed),
        }
    }
}

/// A clock before 1970 reads as 1970.
fn duration(time: Timespec) -> Duration {
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    u64::try_from(time.tv_sec).map_or(Duration::ZERO, |secs| Duration::new(secs, nanos))
}

/// Whether something keeps the wall clock right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// A program keeps it in step with other clocks.
    Kept,
    /// Nothing does, or it has not succeeded yet.
    Free,
    /// The kernel does not say.
    Unknown,
}

/// Asks the kernel whether its clock is in step (adjtimex(2): `STA_UNSYNC`). Nothing is sent anywhere.
#[must_use]
pub fn discipline() -> Discipline {
    // SAFETY: all bytes zero is a valid `timex`: it holds numbers only. `modes` 0 makes the call read only.
    let mut state: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a `timex` of ours that outlives the call, which writes nothing else.
    let answer = unsafe { libc::adjtimex(&raw mut state) };
    match answer {
        -1 => Discipline::Unknown,
        _ if state.status & libc::STA_UNSYNC != 0 => Discipline::Free,
        _ => Discipline::Kept,
    }
}
