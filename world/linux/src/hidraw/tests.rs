// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys in a made-up system, and a socket that speaks like a device file.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::sysfs::read_uevent;
use super::*;
use crate::hid_report::{DESCRIPTOR_MAX_BYTES, FIDO_DESCRIPTOR};

struct System {
    _room: tempfile::TempDir,
    roots: Roots,
}

impl System {
    fn new() -> Self {
        let room = tempfile::tempdir().unwrap();
        let roots = Roots { sysfs: room.path().join("sys"), dev: room.path().join("dev") };
        fs::create_dir_all(roots.sysfs.join("class/hidraw")).unwrap();
        fs::create_dir_all(&roots.dev).unwrap();
        Self { _room: room, roots }
    }

    /// Adds a device the way sysfs shows it: the class entry is a link into the tree of devices.
    fn add(&self, number: u32, descriptor: &[u8], uevent: &str) -> PathBuf {
        let device = self.roots.sysfs.join(format!("devices/{number}"));
        let class = device.join(format!("hidraw/hidraw{number}"));
        fs::create_dir_all(&class).unwrap();
        fs::write(device.join("report_descriptor"), descriptor).unwrap();
        fs::write(device.join("uevent"), uevent).unwrap();
        fs::write(class.join("dev"), format!("239:{number}\n")).unwrap();
        symlink("../..", class.join("device")).unwrap();
        symlink(&class, self.roots.sysfs.join(format!("class/hidraw/hidraw{number}"))).unwrap();
        let node = node_path(&self.roots, number);
        fs::write(&node, "").unwrap();
        node
    }
}

/// As Linux 6.1 shows a USB key.
const YUBIKEY: &str = "DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\nHID_NAME=Yubico YubiKey\n\
    HID_PHYS=usb-0000:00:14.0-2/input1\nHID_UNIQ=\nMODALIAS=hid:b0003g0001v00001050p00000407\n";

#[test]
fn keys_are_found_among_other_devices_and_told_as_they_are() {
    let system = System::new();
    let mouse = [0x05, 0x01, 0x09, 0x02, 0xA1, 0x01, 0xC0];
    system.add(0, &mouse, "HID_ID=0003:0000046D:0000C077\nHID_NAME=Mouse\n");
    system.add(1, &[0xC0], "HID_NAME=Broken\n");
    let tenth = system.add(10, FIDO_DESCRIPTOR, "HID_NAME=Kagifuda\nHID_UNIQ=kagifudad-1\n");
    let second = system.add(2, FIDO_DESCRIPTOR, YUBIKEY);
    fs::write(system.roots.sysfs.join("class/hidraw/hidrawX"), "").unwrap();
    let reports = FidoReports { input_bytes: 64, output_bytes: 64, are_numbered: false };
    let yubikey = KeyNode {
        path: second,
        name: "Yubico YubiKey".to_owned(),
        serial: None,
        place: "usb-0000:00:14.0-2/input1".to_owned(),
        vendor_id: 0x1050,
        product_id: 0x0407,
        reports,
        usability: Usability::Usable,
    };
    let ours = KeyNode {
        path: tenth,
        name: "Kagifuda".to_owned(),
        serial: Some("kagifudad-1".to_owned()),
        place: String::new(),
        vendor_id: 0,
        product_id: 0,
        reports,
        usability: Usability::Usable,
    };
    assert_eq!(keys(&system.roots), Ok(vec![yubikey, ours]));
    assert_eq!(number_of(&system.roots, "kagifudad-1"), Some(10));
    assert_eq!(number_of(&system.roots, "kagifudad-2"), None);
    assert_eq!(device_number(&system.roots, 10), Some((239, 10)));
    assert_eq!(device_number(&system.roots, 11), None);
}

#[test]
fn a_system_without_hid_has_no_keys_and_one_without_sysfs_is_an_error() {
    let system = System::new();
    fs::remove_dir(system.roots.sysfs.join("class/hidraw")).unwrap();
    assert_eq!(keys(&system.roots), Ok(vec![]));
    fs::remove_dir_all(&system.roots.sysfs).unwrap();
    assert!(matches!(keys(&system.roots), Err(LinuxError::System { .. })));
    assert_eq!(number_of(&system.roots, "kagifudad-1"), None);
}

#[test]
fn a_key_without_a_file_or_without_rights_is_listed_and_told() {
    let system = System::new();
    let missing = system.add(0, FIDO_DESCRIPTOR, YUBIKEY);
    fs::remove_file(&missing).unwrap();
    let closed = system.add(1, FIDO_DESCRIPTOR, YUBIKEY);
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    let found = keys(&system.roots).unwrap();
    assert_eq!(found[0].usability, Usability::NoNode);
    assert_eq!(HidrawKey::open(&found[0]).unwrap_err(), LinuxError::DeviceGone { path: missing });
    // Root may open anything.
    if !rustix::process::geteuid().is_root() {
        assert_eq!(found[1].usability, Usability::Forbidden);
        let error = HidrawKey::open(&found[1]).unwrap_err();
        assert_eq!(error, LinuxError::DeviceForbidden { path: closed });
    }
}

#[test]
fn a_name_cannot_forge_a_serial_number_or_write_to_the_terminal() {
    let forged = b"HID_ID=0003:00001209:00000001\nHID_NAME=Key\nHID_UNIQ=kagifudad-1\nHID_PHYS=\x1B[2J\nHID_UNIQ=real\n";
    let uevent = read_uevent(forged);
    assert_eq!(uevent.serial.as_deref(), Some("real"));
    assert_eq!(uevent.place, "[2J");
    assert_eq!((uevent.vendor_id, uevent.product_id), (0x1209, 1));
}

#[test]
fn variables_that_are_none_are_read_as_absent() {
    let absent: [&[u8]; 5] =
        [b"", b"\xFF\xFE=\n=\n\n", b"HID_ID=\n", b"HID_ID=0003:123456789:zz\n", b"HID_NAME\n"];
    for bytes in absent {
        assert_eq!(read_uevent(bytes), Uevent::default(), "{bytes:x?}");
    }
}

#[test]
fn files_that_do_not_end_are_not_read_to_their_end() {
    let system = System::new();
    system.add(0, &[0; DESCRIPTOR_MAX_BYTES + 1], YUBIKEY);
    system.add(1, FIDO_DESCRIPTOR, &format!("HID_NAME={}", "x".repeat(9000)));
    assert_eq!(keys(&system.roots), Ok(vec![]));
    fs::write(system.roots.sysfs.join("class/hidraw/hidraw0/dev"), "9".repeat(100)).unwrap();
    assert_eq!(device_number(&system.roots, 0), None);
    for broken in ["", "239", "239:", "a:b"] {
        fs::write(system.roots.sysfs.join("class/hidraw/hidraw0/dev"), broken).unwrap();
        assert_eq!(device_number(&system.roots, 0), None, "{broken}");
    }
}

#[test]
fn one_program_at_a_time_talks_to_a_key() {
    let system = System::new();
    let path = system.add(0, FIDO_DESCRIPTOR, YUBIKEY);
    let node = &keys(&system.roots).unwrap()[0];
    let first = HidrawKey::open(node).unwrap();
    assert_eq!(HidrawKey::open(node).unwrap_err(), LinuxError::DeviceBusy { path });
    drop(first);
    assert!(HidrawKey::open(node).is_ok());
}

#[test]
fn a_key_with_reports_of_another_length_is_listed_but_not_opened() {
    let system = System::new();
    let short = [0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x01, 0xC0];
    let path = system.add(0, &short, YUBIKEY);
    let node = &keys(&system.roots).unwrap()[0];
    assert_eq!(HidrawKey::open(node).unwrap_err(), LinuxError::NotAKey { path });
}

/// A key over one end of a socket, and the other end.
fn connected() -> (HidrawKey, OwnedFd) {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (file, device) =
        socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).unwrap();
    (HidrawKey { path: "/dev/hidraw0".into(), file, pace: Pace::rested() }, device)
}

#[test]
fn reports_are_written_with_their_number_and_read_without() {
    let (mut key, device) = connected();
    assert_eq!(key.receive(), Ok(None));
    assert_eq!(key.receive_within(Duration::from_millis(1)), Ok(None));
    key.send(&[0xAB; 64]).unwrap();
    let mut heard = [1; 80];
    assert_eq!(rustix::io::read(&device, &mut heard), Ok(65));
    assert_eq!(heard[0], 0);
    assert_eq!(heard[1..65], [0xAB; 64]);
    rustix::io::write(&device, &[0xCD; 64]).unwrap();
    assert_eq!(key.receive_within(Duration::from_secs(5)), Ok(Some([0xCD; 64])));
    rustix::io::write(&device, &[0xCD; 7]).unwrap();
    assert_eq!(key.receive(), Err(LinuxError::SpeaksOtherwise));
}

#[test]
fn a_long_message_is_sent_no_faster_than_over_a_wire() {
    let (mut key, device) = connected();
    let start = Instant::now();
    for _ in 0..129 {
        key.send(&[1; 64]).unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(129 - 16 - 1));
    drop(device);
}

#[test]
fn a_key_that_is_pulled_out_is_told_from_one_that_is_silent() {
    let (key, device) = connected();
    drop(device);
    let path = PathBuf::from("/dev/hidraw0");
    assert_eq!(key.receive_within(Duration::from_secs(5)), Err(LinuxError::DeviceGone { path }));
    let told = |errno| refused(Path::new("x"))(errno);
    let path = PathBuf::from("x");
    for errno in [Errno::NODEV, Errno::IO, Errno::NXIO, Errno::SHUTDOWN] {
        assert_eq!(told(errno), LinuxError::DeviceGone { path: path.clone() });
    }
    assert_eq!(told(Errno::BUSY), LinuxError::DeviceBusy { path });
    assert!(matches!(told(Errno::NOMEM), LinuxError::System { .. }));
}
