// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gives a virtual key's device file to one user, and takes it from all others.
//!
//! The kernel makes the device a little after it was asked to, and udev then sets rights of its own:
//! usually those of whoever sits at the screen. So the file is given once udev has finished with it,
//! which shows in udev's own records: the device's entry is there and the queue is not. That the seat
//! gets nothing in between is what the udev rule `71-kagifudad.rules` sees to.

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::PathBuf;

use kagifuda_linux::hidraw::{Roots, device_number, node_path, number_of};
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;

/// Rights of a file that only its owner may use.
const OWNERS_ALONE: Mode = Mode::RUSR.union(Mode::WUSR);
/// Where rights for further users are kept (acl(5)).
const ACL: &str = "system.posix_acl_access";

/// Finds device files and gives them away.
#[derive(Clone, Debug)]
pub struct NodeGiver {
    /// Where the system shows its devices.
    pub roots: Roots,
    /// Where udev keeps its records.
    pub udev: PathBuf,
}

impl Default for NodeGiver {
    fn default() -> Self {
        Self { roots: Roots::default(), udev: "/run/udev".into() }
    }
}

/// How far the making of a device file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The kernel or udev is not that far.
    NotThere,
    /// The file is there, and udev is busy, with this device or another.
    UdevIsBusy(u32),
    /// The file is there, and nobody will change its rights any more.
    Settled(u32),
}

impl NodeGiver {
    /// Looks for the file of the device with this serial number.
    pub(crate) fn look_for(&self, serial: &str) -> Progress {
        let Some(number) = number_of(&self.roots, serial) else { return Progress::NotThere };
        let Some((major, minor)) = device_number(&self.roots, number) else {
            return Progress::NotThere;
        };
        if !node_path(&self.roots, number).exists() {
            return Progress::NotThere;
        }
        // Where no udev runs, there is nobody to wait for.
        if !self.udev.join("control").exists() {
            return Progress::Settled(number);
        }
        // In this order: the entry is written before the queue empties.
        let has_entry = self.udev.join(format!("data/c{major}:{minor}")).exists();
        match (has_entry, self.udev.join("queue").exists()) {
            (false, _) => Progress::NotThere,
            (true, true) => Progress::UdevIsBusy(number),
            (true, false) => Progress::Settled(number),
        }
    }

    /// Gives `/dev/hidrawN`, the file of the device with this serial number, to a user.
    pub(crate) fn give(&self, number: u32, serial: &str, owner: Uid) -> Result<(), Errno> {
        let file = self.open(number)?;
        // The open file is this device's for as long as the device is there; was it all the time?
        if number_of(&self.roots, serial) != Some(number) {
            return Err(Errno::NODEV);
        }
        // Closed to everybody before it changes hands.
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        rustix::fs::chmod(&path, OWNERS_ALONE)?;
        match rustix::fs::removexattr(&path, ACL) {
            Ok(()) | Err(Errno::NODATA | Errno::NOTSUP) => {}
            Err(errno) => return Err(errno),
        }
        rustix::fs::chownat(&file, "", Some(owner), None::<Gid>, AtFlags::EMPTY_PATH)
    }

    /// The file as a handle that reads and writes nothing, checked to be the device that sysfs means.
    fn open(&self, number: u32) -> Result<OwnedFd, Errno> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::open(node_path(&self.roots, number), flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&file)?;
        let there = (rustix::fs::major(stat.st_rdev), rustix::fs::minor(stat.st_rdev));
        let is_device = FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice;
        if is_device && device_number(&self.roots, number) == Some(there) {
            Ok(file)
        } else {
            Err(Errno::NODEV)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::fs;
    use std::io::Write as _;
    use std::os::unix::fs::MetadataExt as _;

    use rustix::fs::{CWD, makedev, mknodat};

    use super::*;

    const SERIAL: &str = "kagifudad-0123";

    /// A made-up system with one device, whose file is `/dev/null` under another name where this
    /// process may make device files, and a plain file where it may not.
    struct System {
        _room: tempfile::TempDir,
        giver: NodeGiver,
        has_device: bool,
    }

    fn system() -> System {
        let room = tempfile::tempdir().unwrap();
        let roots = Roots { sysfs: room.path().join("sys"), dev: room.path().join("dev") };
        let class = roots.sysfs.join("class/hidraw/hidraw7");
        fs::create_dir_all(class.join("device")).unwrap();
        fs::write(class.join("device/uevent"), format!("HID_UNIQ={SERIAL}\n")).unwrap();
        fs::write(class.join("dev"), "1:3\n").unwrap();
        fs::create_dir_all(&roots.dev).unwrap();
        let node = node_path(&roots, 7);
        let mode = Mode::from_raw_mode(0o666);
        let made = mknodat(CWD, &node, FileType::CharacterDevice, mode, makedev(1, 3));
        if made.is_err() {
            fs::write(&node, "").unwrap();
        }
        let udev = room.path().join("udev");
        fs::create_dir_all(udev.join("data")).unwrap();
        System { _room: room, giver: NodeGiver { roots, udev }, has_device: made.is_ok() }
    }

    #[test]
    fn a_file_is_settled_once_udev_has_written_it_down_and_has_nothing_left_to_do() {
        let System { giver, _room, .. } = system();
        assert_eq!(giver.look_for("kagifudad-4567"), Progress::NotThere);
        assert_eq!(giver.look_for(SERIAL), Progress::Settled(7), "without udev");
        fs::write(giver.udev.join("control"), "").unwrap();
        fs::write(giver.udev.join("queue"), "").unwrap();
        assert_eq!(giver.look_for(SERIAL), Progress::NotThere);
        fs::write(giver.udev.join("data/c1:3"), "").unwrap();
        assert_eq!(giver.look_for(SERIAL), Progress::UdevIsBusy(7));
        fs::remove_file(giver.udev.join("queue")).unwrap();
        assert_eq!(giver.look_for(SERIAL), Progress::Settled(7));
        fs::remove_file(node_path(&giver.roots, 7)).unwrap();
        assert_eq!(giver.look_for(SERIAL), Progress::NotThere);
    }

    #[test]
    fn the_file_becomes_the_users_alone() {
        let System { giver, has_device, _room } = system();
        if !has_device {
            // Past the test's capture: what was not tried must not look tried.
            let said = "NOT TRIED, this process may make no device files: who gets a key's file\n";
            return std::io::stderr().write_all(said.as_bytes()).unwrap();
        }
        giver.give(7, SERIAL, Uid::from_raw(12345)).unwrap();
        let metadata = fs::metadata(node_path(&giver.roots, 7)).unwrap();
        assert_eq!(metadata.uid(), 12345);
        assert_eq!(metadata.mode() & 0o7777, 0o600);
    }

    #[test]
    fn a_file_that_is_not_the_device_is_given_to_nobody() {
        let System { giver, _room, .. } = system();
        let node = node_path(&giver.roots, 7);
        let someone = Uid::from_raw(12345);
        assert_eq!(giver.give(7, "kagifudad-4567", someone), Err(Errno::NODEV));
        assert_eq!(giver.give(8, SERIAL, someone), Err(Errno::NOENT));
        fs::write(giver.roots.sysfs.join("class/hidraw/hidraw7/dev"), "1:5\n").unwrap();
        assert_eq!(giver.give(7, SERIAL, someone), Err(Errno::NODEV));
        fs::remove_file(&node).unwrap();
        std::os::unix::fs::symlink("/dev/null", &node).unwrap();
        fs::write(giver.roots.sysfs.join("class/hidraw/hidraw7/dev"), "1:3\n").unwrap();
        assert_eq!(giver.give(7, SERIAL, someone), Err(Errno::NODEV));
    }
}
