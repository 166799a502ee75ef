// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the key is plugged in: the kernel, through the broker or by itself; in `testing` builds also a UDP
//! port that carries raw reports, which needs no kernel and no rights.

use std::os::fd::{AsFd, BorrowedFd};

use kagifuda_linux::hid_report::Report;
use kagifuda_linux::uhid::{HidEvent, HidLink, KeyName, Places, Sent};

use crate::commands::resolve::KeyRunJob;
use crate::fault::Fault;

/// What comes in.
pub(super) enum Incoming {
    /// A report.
    Report(Report),
    /// Something that concerns nobody here.
    Other,
}

/// Where the key is plugged in.
pub(super) enum Port {
    /// A virtual USB key.
    Hid(HidLink),
    /// Reports over loopback.
    #[cfg(feature = "testing")]
    Udp(super::link::UdpLink),
}

impl Port {
    /// Plugs the key in.
    pub(super) fn open(job: &KeyRunJob) -> Result<Self, Fault> {
        #[cfg(feature = "testing")]
        if let Some(port) = job.udp {
            return Ok(Self::Udp(super::link::UdpLink::bind(port)?));
        }
        let _ = job;
        let link = HidLink::plug(&KeyName::with_label(""), &Places::default())?;
        Ok(Self::Hid(link))
    }

    /// Pulls a test's key out or plugs it in.
    #[cfg(feature = "testing")]
    pub(super) const fn plug(&mut self, is_in: bool) {
        if let Self::Udp(link) = self {
            link.plug(is_in);
        }
    }

    /// The next thing that came in; `None` where there is nothing now.
    pub(super) fn receive(&mut self) -> Result<Option<Incoming>, Fault> {
        match self {
            Self::Hid(link) => Ok(link.receive()?.map(|event| match event {
                HidEvent::Report(report) => Incoming::Report(report),
                _ => Incoming::Other,
            })),
            #[cfg(feature = "testing")]
            Self::Udp(link) => Ok(link.receive()?.map(Incoming::Report)),
        }
    }

    /// Sends a report; says when to try again where it would be lost.
    pub(super) fn send(&mut self, report: &Report) -> Result<Sent, Fault> {
        match self {
            Self::Hid(link) => Ok(link.send(report)?),
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.send(report),
        }
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Hid(link) => link.as_fd(),
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.as_fd(),
        }
    }
}
