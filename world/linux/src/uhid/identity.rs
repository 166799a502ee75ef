// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a virtual key says it is.
//!
//! The kernel hands these texts to udev line by line and drivers choose devices by the two numbers,
//! so neither is left to whoever asks: names are made of harmless letters after our own name, the
//! numbers are constants, and the serial number is random, by which the broker finds the device file.

use std::fmt::Write as _;

use rustix::rand::GetRandomFlags;

use crate::hid_report::FIDO_DESCRIPTOR;
use crate::{LinuxError, Step};

/// The vendor that virtual keys name: none. Assigned numbers are for devices on wires, and no driver
/// of Linux asks for this one.
pub const VENDOR_ID: u16 = 0;
/// The product that virtual keys name.
pub const PRODUCT_ID: u16 = 0;

const BUS_USB: u16 = 0x03;
const VERSION: u32 = 0x0100;
const OUR_NAME: &str = "Kagifuda";

/// Longest name; the kernel has room for 127 bytes.
const NAME_MAX_BYTES: usize = 63;
const SERIAL_RANDOM_BYTES: usize = 16;

/// The name of a virtual key: our own, then at most some harmless letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// Makes a name of what somebody would like to call their key. Everything but printable ASCII
    /// is left out, as is what is too long.
    #[must_use]
    pub fn with_label(label: &str) -> Self {
        let is_harmless = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
        let label: String = label.chars().filter(is_harmless).collect();
        let label = label.strip_prefix(OUR_NAME).unwrap_or(&label);
        let words: Vec<_> = label.split(' ').filter(|word| !word.is_empty()).collect();
        let mut name = format!("{OUR_NAME} {}", words.join(" "));
        name.truncate(NAME_MAX_BYTES);
        Self(name.trim_end().to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who plugs a key in; the serial number begins with it, so that udev can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plugger {
    /// The broker: it gives the device file to whom it belongs.
    Broker,
    /// The holder's own process: udev gives the device file to the seat.
    Holder,
}

impl Plugger {
    /// How serial numbers begin.
    #[must_use]
    pub const fn serial_prefix(self) -> &'static str {
        match self {
            Self::Broker => "kagifudad-",
            Self::Holder => "kagifuda-",
        }
    }
}

/// Everything a virtual key says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    name: KeyName,
    serial: String,
}

impl Identity {
    /// An identity with a serial number that no other device has.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the kernel has no randomness.
    pub fn new(name: KeyName, plugger: Plugger) -> Result<Self, LinuxError> {
        let mut random = [0; SERIAL_RANDOM_BYTES];
        let failed = LinuxError::during(Step::Device);
        let count =
            rustix::rand::getrandom(&mut random, GetRandomFlags::empty()).map_err(failed)?;
        // The kernel gives up to 256 bytes at once or none (getrandom(2)).
        debug_assert_eq!(count, random.len());
        let mut serial = plugger.serial_prefix().to_owned();
        for byte in random {
            // Writing to a string cannot fail.
            let _ = write!(serial, "{byte:02x}");
        }
        Ok(Self { name, serial })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The serial number, `HID_UNIQ` in sysfs.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The kernel's order to make this device, `UHID_CREATE2`.
    pub(super) fn create_order(&self, order: u32) -> Vec<u8> {
        let mut bytes = order.to_ne_bytes().to_vec();
        let mut text = |text: &str, room: usize| {
            let end = bytes.len() + room;
            bytes.extend(text.bytes().take(room - 1));
            bytes.resize(end, 0);
        };
        text(self.name(), 128);
        text("kagifuda", 64);
        text(self.serial(), 64);
        let length =
            u16::try_from(FIDO_DESCRIPTOR.len()).expect("a descriptor of a few dozen bytes");
        bytes.extend(length.to_ne_bytes());
        bytes.extend(BUS_USB.to_ne_bytes());
        bytes.extend(u32::from(VENDOR_ID).to_ne_bytes());
        bytes.extend(u32::from(PRODUCT_ID).to_ne_bytes());
        bytes.extend(VERSION.to_ne_bytes());
        bytes.extend(0_u32.to_ne_bytes());
        bytes.extend(FIDO_DESCRIPTOR);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(label: &str) -> String {
        KeyName::with_label(label).as_str().to_owned()
    }

    #[test]
    fn names_begin_with_ours_and_hold_only_harmless_letters() {
        assert_eq!(name(""), "Kagifuda");
        assert_eq!(name("key of A. Person"), "Kagifuda key of A. Person");
        assert_eq!(name("Kagifuda  key "), "Kagifuda key");
        assert_eq!(name("YubiKey\nHID_UNIQ=x\0"), "Kagifuda YubiKeyHID_UNIQ=x");
        assert_eq!(name("鍵札"), "Kagifuda");
        assert_eq!(name(&"k".repeat(500)).len(), NAME_MAX_BYTES);
    }

    #[test]
    fn serial_numbers_differ_and_say_who_plugged_the_key_in() {
        let new = |plugger| Identity::new(KeyName::with_label(""), plugger).expect("randomness");
        let (one, other) = (new(Plugger::Broker), new(Plugger::Broker));
        assert_ne!(one.serial(), other.serial());
        assert!(one.serial().starts_with("kagifudad-"));
        assert!(new(Plugger::Holder).serial().starts_with("kagifuda-"));
        assert_eq!(one.serial().len(), "kagifudad-".len() + 32);
    }

    #[test]
    fn the_order_to_the_kernel_has_every_field_where_linux_has_it() {
        let name = KeyName::with_label("key");
        let identity = Identity { name, serial: "kagifuda-1".to_owned() };
        let order = identity.create_order(11);
        assert_eq!(order.len(), 4 + 128 + 64 + 64 + 2 + 2 + 16 + FIDO_DESCRIPTOR.len());
        assert_eq!(order[..4], 11_u32.to_ne_bytes());
        assert_eq!(&order[4..17], b"Kagifuda key\0");
        assert_eq!(&order[132..141], b"kagifuda\0");
        assert_eq!(&order[196..207], b"kagifuda-1\0");
        assert_eq!(order[260..262], 34_u16.to_ne_bytes());
        assert_eq!(order[262..264], 3_u16.to_ne_bytes());
        assert_eq!(order[264..272], [0; 8]);
        assert_eq!(order[272..276], 0x0100_u32.to_ne_bytes());
        assert_eq!(&order[280..], FIDO_DESCRIPTOR);
    }
}
