// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key as a virtual USB key: reports of 64 bytes through the kernel, by the broker or by itself; in
//! `testing` builds also a UDP port that carries them, which needs no kernel and no rights. A key can be
//! pulled out and put in again; in between nothing comes and nothing goes.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Duration;

use kagifuda_ctap::hid::{self, Capabilities, Channel, Device, DeviceVersion, Waiting};
use kagifuda_linux::hid_report::Report;
use kagifuda_linux::uhid::{HidEvent, HidLink, KeyName, Places, Sent};
use rand_core::Rng as _;

use super::port::{Event, MESSAGE_BYTES, Request};
use crate::fault::Fault;

/// What comes in.
enum Incoming {
    /// A report.
    Report(Report),
    /// Something that concerns nobody here.
    Other,
}

/// What carries the reports.
enum Link {
    /// A virtual USB key.
    Hid(HidLink),
    /// A virtual USB key that is pulled out.
    Out,
    /// Reports over loopback.
    #[cfg(feature = "testing")]
    Udp(super::link::UdpLink),
}

/// A USB key.
pub(super) struct Usb {
    link: Link,
    device: Box<Device<MESSAGE_BYTES>>,
    /// A report that could not be sent yet, and when to try again.
    held: Option<(Report, Duration)>,
}

impl Usb {
    /// Plugs the key in.
    pub(super) fn plug() -> Result<Self, Fault> {
        Self::at(&Places::default())
    }

    fn at(places: &Places) -> Result<Self, Fault> {
        Ok(Self::on(Link::at(places)?))
    }

    /// A key whose reports are datagrams.
    #[cfg(feature = "testing")]
    pub(super) fn udp(port: u16) -> Result<Self, Fault> {
        Ok(Self::on(Link::Udp(super::link::UdpLink::bind(port)?)))
    }

    fn on(link: Link) -> Self {
        Self { link, device: new_device(), held: None }
    }

    /// Pulls the key out, which programs that have it open are told; what was under way is void.
    pub(super) fn pull_out(&mut self) {
        self.device = new_device();
        self.held = None;
        self.link.pull_out();
    }

    /// Puts a key that was pulled out in again.
    pub(super) fn put_in(&mut self) -> Result<(), Fault> {
        self.link.put_in(&Places::default())
    }

    /// Takes in reports until something is to be done.
    pub(super) fn next(&mut self, now: Duration) -> Result<Option<Event>, Fault> {
        while self.device.has_room() {
            let Some(incoming) = self.link.receive()? else { return Ok(None) };
            let Incoming::Report(report) = incoming else { continue };
            match self.device.receive(&report, now) {
                Some(hid::Event::Request { .. }) => return Ok(Some(Event::Request)),
                Some(hid::Event::Cancel) => return Ok(Some(Event::Cancel)),
                Some(hid::Event::Abandon) => return Ok(Some(Event::Abandon)),
                Some(hid::Event::Wink) => return Ok(Some(Event::Wink)),
                None => self.send_out(now)?,
            }
        }
        Ok(None)
    }

    /// The request at work.
    pub(super) fn request(&mut self) -> Option<Request<'_>> {
        self.device.job().map(|job| Request { kind: job.kind, message: job.request })
    }

    /// Replies to it.
    pub(super) fn reply_with(&mut self, reply: &[u8]) {
        self.device.reply_with(reply);
    }

    /// Says what it is waiting for.
    pub(super) fn keep_alive(&mut self, waiting: Waiting) {
        self.device.keep_alive(waiting);
    }

    /// Sends what there is to send, as fast as it is taken.
    pub(super) fn send_out(&mut self, now: Duration) -> Result<(), Fault> {
        loop {
            let report = match self.held.take() {
                Some((report, again)) if again > now => {
                    self.held = Some((report, again));
                    return Ok(());
                }
                Some((report, _)) => report,
                None => match self.device.next_packet(now) {
                    Some(packet) => packet,
                    None => return Ok(()),
                },
            };
            if let Sent::NotBefore(wait) = self.link.send(&report)? {
                self.held = Some((report, now + wait));
            }
        }
    }

    /// When something is due though nothing comes in.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let held = self.held.as_ref().map(|(_, again)| *again);
        [self.device.deadline(), held].into_iter().flatten().min()
    }

    /// What to wait on for reports, while it is plugged in.
    pub(super) fn waited(&self) -> Option<BorrowedFd<'_>> {
        match &self.link {
            Link::Hid(link) => Some(link.as_fd()),
            Link::Out => None,
            #[cfg(feature = "testing")]
            Link::Udp(link) => Some(link.as_fd()),
        }
    }
}

impl Link {
    fn at(places: &Places) -> Result<Self, Fault> {
        Ok(Self::Hid(HidLink::plug(&KeyName::with_label(""), places)?))
    }

    fn pull_out(&mut self) {
        match self {
            Self::Hid(_) => *self = Self::Out,
            Self::Out => {}
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.plug(false),
        }
    }

    fn put_in(&mut self, places: &Places) -> Result<(), Fault> {
        match self {
            Self::Hid(_) => {}
            Self::Out => *self = Self::at(places)?,
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.plug(true),
        }
        Ok(())
    }

    /// The next thing that came in; `None` where there is nothing now.
    fn receive(&mut self) -> Result<Option<Incoming>, Fault> {
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
    fn send(&mut self, report: &Report) -> Result<Sent, Fault> {
        match self {
            Self::Hid(link) => Ok(link.send(report)?),
            Self::Out => Ok(Sent::Yes),
            #[cfg(feature = "testing")]
            Self::Udp(link) => link.send(report),
        }
    }
}

/// Channels begin at random, so that a program which kept one over a replug hears that it is none.
fn new_device() -> Box<Device<MESSAGE_BYTES>> {
    let version = DeviceVersion { major: 0, minor: 1, build: 0 };
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let first = Channel(rng.next_u32() >> 1);
    Box::new(Device::new(version, Capabilities::CTAP2_AND_U2F.with_wink(), first))
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

        let mut usb = Usb::at(&places).unwrap();
        usb.pull_out();
        assert!(usb.waited().is_none());
        assert!(usb.next(Duration::ZERO).unwrap().is_none());
        assert_eq!(usb.link.send(&[0; 64]).unwrap(), Sent::Yes);
        usb.link.put_in(&places).unwrap();
        assert_eq!(usb.link.send(&[0; 64]).unwrap(), Sent::Yes);
        let (after_the_first, after_the_second) = serving.join().unwrap();
        assert_eq!(after_the_first, 0);
        assert!(after_the_second > 64);
    }
}
