// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the key is plugged in: the kernel, through the broker or by itself; in `testing` builds also a UDP
//! port that carries raw reports, which needs no kernel and no rights. A key can be pulled out and put in
//! again; in between nothing comes and nothing goes.

use std::os::fd::{AsFd as _, BorrowedFd};

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
    /// A virtual USB key that is pulled out.
    Out,
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
        Self::at(&Places::default())
    }

    fn at(places: &Places) -> Result<Self, Fault> {
        Ok(Self::Hid(HidLink::plug(&KeyName::with_label(""), places)?))
    }

    /// Pulls the key out, which programs that have it open are told.
    pub(super) fn pull_out(&mut self) {
        match self {
            Self::Hid(_) => *self = Self::Out,
            Self::Out => {}
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.plug(false),
        }
    }

    /// Puts a key that was pulled out in again.
    pub(super) fn put_in(&mut self) -> Result<(), Fault> {
        self.put_in_at(&Places::default())
    }

    fn put_in_at(&mut self, places: &Places) -> Result<(), Fault> {
        match self {
            Self::Hid(_) => {}
            Self::Out => *self = Self::at(places)?,
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.plug(true),
        }
        Ok(())
    }

    /// The next thing that came in; `None` where there is nothing now.
    pub(super) fn receive(&mut self) -> Result<Option<Incoming>, Fault> {
        match self {
            Self::Hid(link) => Ok(link.receive()?.map(|event| match event {
                HidEvent::Report(report) => Incoming::Report(report),
                _ => Incoming::Other,
            })),
            Self::Out => Ok(None),
            #[cfg(feature = "testing")]
            Self::Udp(link) => Ok(link.receive()?.map(Incoming::Report)),
        }
    }

    /// Sends a report; says when to try again where it would be lost.
    pub(super) fn send(&mut self, report: &Report) -> Result<Sent, Fault> {
        match self {
            Self::Hid(link) => Ok(link.send(report)?),
            Self::Out => Ok(Sent::Yes),
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.send(report),
        }
    }

    /// What to wait on for reports, while it is plugged in.
    pub(super) fn waited(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Hid(link) => Some(link.as_fd()),
            Self::Out => None,
            #[cfg(feature = "testing")]
            Self::Udp(link) => Some(link.as_fd()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::os::fd::OwnedFd;

    use kagifuda_linux::uhid::wire;
    use rustix::net::{
        AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept, bind,
        listen, recv, send, socket_with,
    };

    use super::*;

    /// Takes the next key that is plugged in at a broker that lives in a test.
    fn next_key(broker: &OwnedFd) -> OwnedFd {
        let key = accept(broker).unwrap();
        assert!(heard(&key) > 0);
        send(&key, &wire::Reply::Plugged.write(), SendFlags::NOSIGNAL).unwrap();
        key
    }

    fn heard(key: &OwnedFd) -> usize {
        recv(key, &mut [0; wire::PACKET_MAX_BYTES], RecvFlags::empty()).unwrap().1
    }

    #[test]
    fn a_key_that_is_pulled_out_is_gone_until_it_is_put_in_again() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("key.sock");
        let (family, kind) = (AddressFamily::UNIX, SocketType::SEQPACKET);
        let broker = socket_with(family, kind, SocketFlags::CLOEXEC, None).unwrap();
        bind(&broker, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        listen(&broker, 4).unwrap();
        let places = Places { broker: path, uhid: room.path().join("uhid") };
        let serving = std::thread::spawn(move || {
            let first = next_key(&broker);
            let after_the_first = heard(&first);
            let second = next_key(&broker);
            (after_the_first, heard(&second))
        });

        let mut port = Port::at(&places).unwrap();
        port.pull_out();
        assert!(port.waited().is_none());
        assert!(port.receive().unwrap().is_none());
        assert_eq!(port.send(&[0; 64]).unwrap(), Sent::Yes);
        port.put_in_at(&places).unwrap();
        assert_eq!(port.send(&[0; 64]).unwrap(), Sent::Yes);
        let (after_the_first, after_the_second) = serving.join().unwrap();
        assert_eq!(after_the_first, 0);
        assert!(after_the_second > 64);
    }
}
