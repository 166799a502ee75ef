// SPDX-License-Identifier: MIT OR Apache-2.0
//! What sysfs tells of a hidraw device, without opening it.
//!
//! `/sys/class/hidraw/hidrawN` has the device's number; its `device` has the report descriptor and
//! the variables that udev gets. The texts among those come from the device: a line break in a name
//! makes lines of its own, so where a variable stands twice the last one counts, which the kernel
//! wrote after the name.

use std::fs;

use super::{Roots, read_bounded};
use crate::hid_report::DESCRIPTOR_MAX_BYTES;
use crate::{LinuxError, Step};

/// Longest block of variables; udev's own limit.
const UEVENT_MAX_BYTES: usize = 8192;
const NUMBER_MAX_BYTES: usize = 32;

/// The variables that matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Uevent {
    pub(super) name: String,
    pub(super) serial: Option<String>,
    pub(super) place: String,
    pub(super) vendor_id: u16,
    pub(super) product_id: u16,
}

/// The numbers of all hidraw devices, smallest first.
pub(super) fn numbers(roots: &Roots) -> Result<Vec<u32>, LinuxError> {
    let path = roots.sysfs.join("class/hidraw");
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        // The class appears with the first HID device.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && roots.sysfs.is_dir() => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(LinuxError::io(Step::Device, Some(&path))(error)),
    };
    let number =
        |entry: fs::DirEntry| entry.file_name().to_str()?.strip_prefix("hidraw")?.parse().ok();
    let mut numbers: Vec<u32> = entries.flatten().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

pub(super) fn report_descriptor(roots: &Roots, number: u32) -> Option<Vec<u8>> {
    let path = format!("class/hidraw/hidraw{number}/device/report_descriptor");
    read_bounded(&roots.sysfs.join(path), DESCRIPTOR_MAX_BYTES)
}

pub(super) fn uevent(roots: &Roots, number: u32) -> Option<Uevent> {
    let path = format!("class/hidraw/hidraw{number}/device/uevent");
    Some(read_uevent(&read_bounded(&roots.sysfs.join(path), UEVENT_MAX_BYTES)?))
}

pub(super) fn device_number(roots: &Roots, number: u32) -> Option<(u32, u32)> {
    let path = format!("class/hidraw/hidraw{number}/dev");
    let bytes = read_bounded(&roots.sysfs.join(path), NUMBER_MAX_BYTES)?;
    let (major, minor) = std::str::from_utf8(&bytes).ok()?.trim_end().split_once(':')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

pub(super) fn read_uevent(bytes: &[u8]) -> Uevent {
    let mut uevent = Uevent::default();
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let Some((variable, value)) = line.split_once('=') else { continue };
        match variable {
            "HID_NAME" => uevent.name = shown(value),
            "HID_PHYS" => uevent.place = shown(value),
            "HID_UNIQ" => uevent.serial = Some(shown(value)).filter(|serial| !serial.is_empty()),
            "HID_ID" => {
                let mut ids = value.split(':').skip(1).map(|id| u32::from_str_radix(id, 16));
                let mut next = || ids.next()?.ok()?.try_into().ok();
                uevent.vendor_id = next().unwrap_or(0);
                uevent.product_id = next().unwrap_or(0);
            }
            _ => {}
        }
    }
    uevent
}

/// A text that does nothing to a terminal.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect::<String>().trim().to_owned()
}
