// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security keys that are plugged in, and reports to and from one of them.
//!
//! A key is a hidraw device whose report descriptor says so; sysfs tells without opening anything,
//! so that a key which this user may not use is listed and can be explained. Reports pass as
//! `Documentation/hid/hidraw.rst` has it: written with their number in front, which is 0, and read
//! without. One program at a time talks to a key: we hold the file lock that libfido2 holds too.

mod sysfs;

use std::fs;
use std::io::Read as _;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Access, AtFlags, CWD, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::hid_report::{FidoReports, REPORT_BYTES, Report, fido_reports};
use crate::pace::Pace;
use crate::{LinuxError, Step};

use sysfs::Uevent;

/// Where the system shows its devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// What the kernel tells of them, usually `/sys`.
    pub sysfs: PathBuf,
    /// Their files, usually `/dev`.
    pub dev: PathBuf,
}

impl Default for Roots {
    fn default() -> Self {
        Self { sysfs: "/sys".into(), dev: "/dev".into() }
    }
}

/// A security key as the system shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNode {
    /// Its file.
    pub path: PathBuf,
    /// What its maker calls it; without control characters, otherwise as the key says.
    pub name: String,
    /// Its serial number, where it tells one.
    pub serial: Option<String>,
    /// Where it is plugged in, in the kernel's words.
    pub place: String,
    /// Who made it.
    pub vendor_id: u16,
    /// What it is.
    pub product_id: u16,
    /// How long its reports are.
    pub reports: FidoReports,
    /// Whether this process may use it.
    pub usability: Usability,
}

/// Whether this process may use a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usability {
    /// It may.
    Usable,
    /// The file's rights do not let it.
    Forbidden,
    /// There is no file; udev has not made it yet, or this process lives in a sandbox.
    NoNode,
}

impl Usability {
    /// Of this file, to read and write it.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let wish = Access::READ_OK | Access::WRITE_OK;
        match rustix::fs::accessat(CWD, path, wish, AtFlags::EACCESS) {
            Ok(()) => Self::Usable,
            Err(Errno::NOENT | Errno::NOTDIR) => Self::NoNode,
            Err(_) => Self::Forbidden,
        }
    }
}

/// Lists the keys, in the order in which they came. Devices that break the rules are left out.
///
/// # Errors
/// [`LinuxError::System`] where the system shows no devices at all.
pub fn keys(roots: &Roots) -> Result<Vec<KeyNode>, LinuxError> {
    let numbers = sysfs::numbers(roots)?;
    Ok(numbers.into_iter().filter_map(|number| key(roots, number)).collect())
}

/// The number N of `/dev/hidrawN` that belongs to the device with this serial number.
#[must_use]
pub fn number_of(roots: &Roots, serial: &str) -> Option<u32> {
    let numbers = sysfs::numbers(roots).ok()?;
    numbers.into_iter().find(|&number| {
        sysfs::uevent(roots, number).is_some_and(|uevent| uevent.serial.as_deref() == Some(serial))
    })
}

/// The major and minor number of `/dev/hidrawN`.
#[must_use]
pub fn device_number(roots: &Roots, number: u32) -> Option<(u32, u32)> {
    sysfs::device_number(roots, number)
}

/// The file of a device.
#[must_use]
pub fn node_path(roots: &Roots, number: u32) -> PathBuf {
    roots.dev.join(format!("hidraw{number}"))
}

fn key(roots: &Roots, number: u32) -> Option<KeyNode> {
    let descriptor = sysfs::report_descriptor(roots, number)?;
    let reports = fido_reports(&descriptor).ok()??;
    let path = node_path(roots, number);
    let Uevent { name, serial, place, vendor_id, product_id } = sysfs::uevent(roots, number)?;
    let usability = Usability::of(&path);
    Some(KeyNode { path, name, serial, place, vendor_id, product_id, reports, usability })
}

/// A key that is open. Nobody else who asks for the lock has it at the same time.
#[derive(Debug)]
pub struct HidrawKey {
    path: PathBuf,
    file: OwnedFd,
    pace: Pace,
}

impl HidrawKey {
    /// Opens a key.
    ///
    /// # Errors
    /// [`LinuxError::NotAKey`] where its reports are not of the usual length,
    /// [`LinuxError::DeviceForbidden`], [`LinuxError::DeviceGone`], [`LinuxError::DeviceBusy`] where
    /// another program talks to it.
    pub fn open(node: &KeyNode) -> Result<Self, LinuxError> {
        let path = node.path.clone();
        if !node.reports.are_usual() {
            return Err(LinuxError::NotAKey { path });
        }
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = rustix::fs::open(&path, flags, Mode::empty()).map_err(refused(&path))?;
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
            .map_err(refused(&path))?;
        Ok(Self { path, file, pace: Pace::rested() })
    }

    /// Sends a report; no faster than a wire would, because a virtual key loses what comes faster.
    ///
    /// # Errors
    /// [`LinuxError::DeviceGone`] where the key was pulled out.
    pub fn send(&mut self, report: &Report) -> Result<(), LinuxError> {
        while let Err(wait) = self.pace.take(Instant::now()) {
            std::thread::sleep(wait);
        }
        let mut numbered = [0; 1 + REPORT_BYTES];
        numbered[1..].copy_from_slice(report);
        rustix::io::write(&self.file, &numbered).map_err(refused(&self.path))?;
        Ok(())
    }

    /// The next report; `None` where there is none now.
    ///
    /// # Errors
    /// [`LinuxError::DeviceGone`] where the key was pulled out.
    pub fn receive(&self) -> Result<Option<Report>, LinuxError> {
        let mut report = [0; REPORT_BYTES];
        match rustix::io::read(&self.file, &mut report) {
            Ok(REPORT_BYTES) => Ok(Some(report)),
            Ok(0) => Err(LinuxError::DeviceGone { path: self.path.clone() }),
            Ok(_) => Err(LinuxError::SpeaksOtherwise),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(errno) => Err(refused(&self.path)(errno)),
        }
    }

    /// The next report; `None` where none comes within this time.
    ///
    /// # Errors
    /// [`LinuxError::DeviceGone`] where the key was pulled out.
    pub fn receive_within(&self, wait: Duration) -> Result<Option<Report>, LinuxError> {
        if let Some(report) = self.receive()? {
            return Ok(Some(report));
        }
        let timeout = Timespec::try_from(wait).map_err(|_| refused(&self.path)(Errno::INVAL))?;
        match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => self.receive(),
            Err(errno) => Err(refused(&self.path)(errno)),
        }
    }
}

/// Readable while a report waits.
impl AsFd for HidrawKey {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

fn refused(path: &Path) -> impl Fn(Errno) -> LinuxError {
    move |errno| {
        let path = path.to_owned();
        match errno {
            Errno::ACCESS | Errno::PERM => LinuxError::DeviceForbidden { path },
            // What the kernel says depends on when the key was pulled out.
            Errno::NOENT | Errno::NODEV | Errno::NXIO | Errno::IO | Errno::SHUTDOWN => {
                LinuxError::DeviceGone { path }
            }
            Errno::BUSY | Errno::WOULDBLOCK => LinuxError::DeviceBusy { path },
            errno => LinuxError::at(Step::Device, &path)(errno),
        }
    }
}

/// Reads at most so many bytes of a file that may be endless.
fn read_bounded(path: &Path, most_bytes: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(most_bytes as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= most_bytes).then_some(bytes)
}

#[cfg(test)]
mod tests;
