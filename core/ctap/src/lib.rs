// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key: frames, messages, authenticator; and the client at the other end.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod hid;
