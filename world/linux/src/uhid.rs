// SPDX-License-Identifier: MIT OR Apache-2.0
//! A USB security key that is a program: the kernel's `/dev/uhid`, and the broker in front of it.
//!
//! Whoever may open `/dev/uhid` may also plug in a keyboard and type. So a key is plugged in by the
//! broker `kagifudad`, which makes FIDO devices and nothing else, and only where there is none by
//! opening the file itself. [`HidLink`] is either; its holder cannot tell the difference, but for
//! [`HidEvent::Node`]. Kernel interface: `Documentation/hid/uhid.rst`.

pub mod broker;
mod device;
mod event;
mod identity;
mod link;
pub mod wire;

pub use device::{DeviceTrouble, UHID, UhidDevice};
pub use identity::{Identity, KeyName, PRODUCT_ID, Plugger, VENDOR_ID};
pub use link::{HidEvent, HidLink, Places, Sent};

pub use broker::{BrokerTrouble, Refusal};
