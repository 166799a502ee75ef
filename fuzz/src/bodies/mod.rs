// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bodies, one file each.

pub(crate) mod apdu;
pub(crate) mod base32;
pub(crate) mod bio;
pub(crate) mod change;
pub(crate) mod command;
pub(crate) mod descriptor;
pub(crate) mod exchange;
pub(crate) mod file;
pub(crate) mod frame;
pub(crate) mod hid;
pub(crate) mod item;
pub(crate) mod journal;
pub(crate) mod key;
pub(crate) mod memory;
pub(crate) mod migration;
pub(crate) mod ocra;
pub(crate) mod otpauth;
pub(crate) mod picture;
/// The store of the engine's own tests, which can be made to fail.
#[path = "../../../core/ctap/tests/support/memory.rs"]
#[allow(unreachable_pub, reason = "a module of tests is public to nobody")]
mod store;
pub(crate) mod tables;
pub(crate) mod tpm;
pub(crate) mod vault;
pub(crate) mod words;
