// SPDX-License-Identifier: MIT OR Apache-2.0
//! A virtual key at the kernel itself: `/dev/uhid`, held open for as long as the key is plugged in.
//!
//! For the broker, and for holders whose udev rule lets them open the file. Reading never waits; the
//! kernel's questions for other reports are refused here, so that no program waits for an answer.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::event::{self, FromKernel, READ_BYTES};
use super::{HidEvent, Identity};
use crate::hid_report::Report;
use crate::{LinuxError, Step};

/// Where the kernel takes orders for virtual devices.
pub const UHID: &str = "/dev/uhid";

/// How many events that concern nobody are stepped over before the caller gets its turn again.
const STEPPED_OVER_COUNT: usize = 32;

/// What stands against plugging a key in at `/dev/uhid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceTrouble {
    /// There is no such file, or nothing behind it: the kernel module `uhid` is not there.
    NoModule,
    /// This user may not open it.
    Forbidden,
    /// The kernel refused.
    Refused {
        /// The error's number.
        errno: i32,
    },
}

impl DeviceTrouble {
    const fn of(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::NODEV | Errno::NXIO => Self::NoModule,
            Errno::ACCESS | Errno::PERM | Errno::ROFS => Self::Forbidden,
            other => Self::Refused { errno: other.raw_os_error() },
        }
    }
}

/// A virtual key. Dropping it pulls the key out.
#[derive(Debug)]
pub struct UhidDevice {
    kernel: OwnedFd,
}

impl UhidDevice {
    /// Opens the kernel's door (usually [`UHID`]) and plugs a key in. Its device file appears a
    /// little later.
    ///
    /// # Errors
    /// What stands against it.
    pub fn plug(path: &Path, identity: &Identity) -> Result<Self, DeviceTrouble> {
        Self::over(Self::door(path)?, identity)
    }

    /// Asks whether the door opens, without plugging anything in.
    ///
    /// # Errors
    /// What stands against it.
    pub fn may_open(path: &Path) -> Result<(), DeviceTrouble> {
        Self::door(path).map(|_| ())
    }

    fn door(path: &Path) -> Result<OwnedFd, DeviceTrouble> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        rustix::fs::open(path, flags, Mode::empty()).map_err(DeviceTrouble::of)
    }

    /// Plugs a key in at a door that is open: the kernel's, or one that speaks like it and keeps the
    /// borders between events.
    ///
    /// # Errors
    /// What stands against it.
    pub fn over(kernel: OwnedFd, identity: &Identity) -> Result<Self, DeviceTrouble> {
        let order = identity.create_order(event::CREATE);
        rustix::io::write(&kernel, &order).map_err(DeviceTrouble::of)?;
        Ok(Self { kernel })
    }

    /// Hands a report to the programs that have the key open; where there is none it is lost, as it
    /// is with a key of metal.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the kernel refuses.
    pub fn send(&self, report: &Report) -> Result<(), LinuxError> {
        self.tell(&event::input(report))
    }

    /// The next event; `None` where there is none now. Answers by itself what no key has to know of.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the kernel refuses.
    pub fn receive(&self) -> Result<Option<HidEvent>, LinuxError> {
        let mut buffer = [0; READ_BYTES];
        for _ in 0..STEPPED_OVER_COUNT {
            let length = match rustix::io::read(&self.kernel, &mut buffer) {
                Ok(length) => length,
                Err(Errno::AGAIN | Errno::INTR) => return Ok(None),
                Err(errno) => return Err(LinuxError::during(Step::Device)(errno)),
            };
            if length == 0 {
                return Err(LinuxError::during(Step::Device)(Errno::NODEV));
            }
            match event::read(&buffer[..length]) {
                FromKernel::Started => return Ok(Some(HidEvent::Started)),
                FromKernel::Stopped => return Ok(Some(HidEvent::Stopped)),
                FromKernel::Opened => return Ok(Some(HidEvent::Opened)),
                FromKernel::Closed => return Ok(Some(HidEvent::Closed)),
                FromKernel::Report(report) => return Ok(Some(HidEvent::Report(report))),
                FromKernel::AskedForReport { id } => self.tell(&event::refuse_to_give(id))?,
                FromKernel::ToldReport { id } => self.tell(&event::refuse_to_take(id))?,
                FromKernel::Other => {}
            }
        }
        Ok(None)
    }

    fn tell(&self, order: &[u8]) -> Result<(), LinuxError> {
        rustix::io::write(&self.kernel, order).map_err(LinuxError::during(Step::Device))?;
        Ok(())
    }
}

/// Readable while an event waits.
impl AsFd for UhidDevice {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.kernel.as_fd()
    }
}

impl Drop for UhidDevice {
    fn drop(&mut self) {
        // Closing the file would do it too; this does it even where somebody holds a copy of it.
        let _ = rustix::io::write(&self.kernel, &event::destroy());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

    use super::*;
    use crate::uhid::{KeyName, Plugger};

    /// A key and a stand-in for the kernel.
    fn plugged() -> (UhidDevice, OwnedFd) {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (ours, kernel) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).unwrap();
        let identity = Identity::new(KeyName::with_label("key"), Plugger::Holder).unwrap();
        let device = UhidDevice::over(ours, &identity).unwrap();
        assert_eq!(heard(&kernel), identity.create_order(11));
        (device, kernel)
    }

    fn heard(kernel: &OwnedFd) -> Vec<u8> {
        let mut buffer = [0; 5000];
        let length = rustix::io::read(kernel, &mut buffer).unwrap();
        buffer[..length].to_vec()
    }

    fn say(kernel: &OwnedFd, kind: u32) {
        rustix::io::write(kernel, &kind.to_ne_bytes()).unwrap();
    }

    #[test]
    fn a_key_hears_the_kernel_and_is_heard() {
        let (device, kernel) = plugged();
        assert_eq!(device.receive(), Ok(None));
        for kind in [2, 4, 5, 3] {
            say(&kernel, kind);
        }
        for event in [HidEvent::Started, HidEvent::Opened, HidEvent::Closed, HidEvent::Stopped] {
            assert_eq!(device.receive(), Ok(Some(event)));
        }
        device.send(&[5; 64]).unwrap();
        assert_eq!(heard(&kernel), event::input(&[5; 64]));
        drop(device);
        assert_eq!(heard(&kernel), event::destroy());
    }

    #[test]
    fn questions_that_no_key_answers_are_refused_at_once() {
        let (device, kernel) = plugged();
        for kind in [9, 13, 99, 2] {
            say(&kernel, kind);
        }
        assert_eq!(device.receive(), Ok(Some(HidEvent::Started)));
        assert_eq!(heard(&kernel), event::refuse_to_give([0; 4]));
        assert_eq!(heard(&kernel), event::refuse_to_take([0; 4]));
    }

    #[test]
    fn a_kernel_that_asks_without_end_does_not_hold_the_key_up() {
        let (device, kernel) = plugged();
        for _ in 0..=STEPPED_OVER_COUNT {
            say(&kernel, 99);
        }
        assert_eq!(device.receive(), Ok(None));
        drop(kernel);
        assert!(matches!(device.receive(), Err(LinuxError::System { .. })));
    }

    #[test]
    fn a_missing_module_and_a_closed_door_are_told_apart() {
        let room = tempfile::tempdir().unwrap();
        let identity = Identity::new(KeyName::with_label(""), Plugger::Holder).unwrap();
        let trouble = UhidDevice::plug(&room.path().join("uhid"), &identity).unwrap_err();
        assert_eq!(trouble, DeviceTrouble::NoModule);
        assert_eq!(DeviceTrouble::of(Errno::ACCESS), DeviceTrouble::Forbidden);
        assert_eq!(DeviceTrouble::of(Errno::NOMEM), DeviceTrouble::Refused { errno: 12 });
    }
}
