// SPDX-License-Identifier: MIT OR Apache-2.0
//! The root daemon's part for virtual keys: the broker in front of `/dev/uhid`.
//!
//! It makes FIDO devices and nothing else, passes on reports of 64 bytes and nothing else, and gives
//! the device file to the user who asked, who is whom the kernel says (`SO_PEERCRED`). It reads no
//! file of a user, opens no network, knows no secret, and does nothing with what is in a report. It
//! has no threads: one loop waits for all descriptors at once. The protocol is
//! [`kagifuda_linux::uhid::wire`].
#![forbid(unsafe_code)]

mod accounts;
mod allowance;
mod arguments;
mod broker;
mod customer;
mod node;

pub use accounts::Accounts;
pub use allowance::Pace;
pub use arguments::{Arguments, Mistake, USAGE};
pub use broker::{Broker, Door, Limits, Notice};
pub use node::NodeGiver;
