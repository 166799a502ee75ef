// SPDX-License-Identifier: MIT OR Apache-2.0
//! A plugged-in virtual key, whichever way it got there.
//!
//! Plugging in tries the broker, then the kernel; where neither works, the error says what stands
//! against each. After that nothing waits: the holder's loop polls the descriptor, takes events, and
//! sends reports no faster than programs can read them.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::broker::BrokerLink;
use super::device::{UHID, UhidDevice};
use super::{Identity, KeyName, Plugger, wire};
use crate::LinuxError;
use crate::hid_report::Report;
use crate::pace::Pace;

/// What happens to a virtual key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HidEvent {
    /// The kernel has it, as when it is put in or the PC wakes.
    Started,
    /// The kernel let it go.
    Stopped,
    /// The first program opened it.
    Opened,
    /// The last program closed it.
    Closed,
    /// The broker gave `/dev/hidrawN` to this user: the key can be used.
    Node(u32),
    /// A report for the key.
    Report(Report),
}

/// How sending a report went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Sent {
    /// It is on its way.
    Yes,
    /// It would be lost on a program that reads slowly: send it again after this long.
    NotBefore(Duration),
}

/// Where keys are plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The broker's socket.
    pub broker: PathBuf,
    /// The kernel's door.
    pub uhid: PathBuf,
}

impl Default for Places {
    fn default() -> Self {
        Self { broker: wire::SOCKET.into(), uhid: UHID.into() }
    }
}

/// A virtual key that is plugged in. Dropping it pulls the key out.
#[derive(Debug)]
pub struct HidLink {
    way: Way,
    pace: Pace,
}

#[derive(Debug)]
enum Way {
    Broker(BrokerLink),
    Device(UhidDevice),
}

impl HidLink {
    /// Plugs a key in. Takes up to some seconds where the broker has to be started.
    ///
    /// # Errors
    /// [`LinuxError::NoVirtualKey`] with what stands against either way.
    pub fn plug(name: &KeyName, places: &Places) -> Result<Self, LinuxError> {
        let broker = match BrokerLink::plug(&places.broker, name) {
            Ok(link) => return Ok(Self { way: Way::Broker(link), pace: Pace::rested() }),
            Err(trouble) => trouble,
        };
        let identity = Identity::new(name.clone(), Plugger::Holder)?;
        match UhidDevice::plug(&places.uhid, &identity) {
            Ok(device) => Ok(Self { way: Way::Device(device), pace: Pace::rested() }),
            Err(device) => Err(LinuxError::NoVirtualKey { broker, device }),
        }
    }

    /// Who plugged the key in; with the broker its device file is this user's alone.
    #[must_use]
    pub const fn plugger(&self) -> Plugger {
        match self.way {
            Way::Broker(_) => Plugger::Broker,
            Way::Device(_) => Plugger::Holder,
        }
    }

    /// Sends a report of the key, unless it would be lost.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the key is not plugged in any more.
    pub fn send(&mut self, report: &Report) -> Result<Sent, LinuxError> {
        if let Err(wait) = self.pace.take(Instant::now()) {
            return Ok(Sent::NotBefore(wait));
        }
        match &self.way {
            Way::Device(device) => device.send(report).map(|()| Sent::Yes),
            Way::Broker(link) => Ok(match link.send(report)? {
                Some(()) => Sent::Yes,
                None => Sent::NotBefore(Duration::from_millis(1)),
            }),
        }
    }

    /// The next event; `None` where there is none now.
    ///
    /// # Errors
    /// [`LinuxError::System`] or [`LinuxError::BrokerRefused`] where the key is not plugged in any
    /// more.
    pub fn receive(&mut self) -> Result<Option<HidEvent>, LinuxError> {
        match &self.way {
            Way::Device(device) => device.receive(),
            Way::Broker(link) => link.receive(),
        }
    }
}

/// Readable while an event waits.
impl AsFd for HidLink {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.way {
            Way::Device(device) => device.as_fd(),
            Way::Broker(link) => link.as_fd(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use super::*;
    use crate::uhid::{BrokerTrouble, DeviceTrouble};

    #[test]
    fn where_neither_way_works_the_error_says_what_stands_against_each() {
        let room = tempfile::tempdir().unwrap();
        let places =
            Places { broker: room.path().join("key.sock"), uhid: room.path().join("uhid") };
        let error = HidLink::plug(&KeyName::with_label(""), &places).unwrap_err();
        let broker = BrokerTrouble::NotThere;
        let device = DeviceTrouble::NoModule;
        assert_eq!(error, LinuxError::NoVirtualKey { broker, device });
    }

    #[test]
    fn the_usual_places_are_the_systems() {
        let places = Places::default();
        assert_eq!(places.broker.to_str(), Some("/run/kagifuda/key.sock"));
        assert_eq!(places.uhid.to_str(), Some("/dev/uhid"));
    }
}
