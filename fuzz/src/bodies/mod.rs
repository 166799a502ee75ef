// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bodies, one file each.

pub(crate) mod apdu;
pub(crate) mod base32;
pub(crate) mod exchange;
pub(crate) mod file;
pub(crate) mod frame;
pub(crate) mod hid;
pub(crate) mod item;
pub(crate) mod journal;
pub(crate) mod migration;
pub(crate) mod ocra;
pub(crate) mod otpauth;
pub(crate) mod picture;
pub(crate) mod vault;
pub(crate) mod words;
