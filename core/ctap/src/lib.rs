// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key: frames, messages, authenticator; and the client at the other end.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod apdu;
pub mod authenticator;
pub mod cbor;
pub mod client;
pub mod cose;
pub mod entity;
pub mod hid;
pub mod keys;
pub mod message;
pub mod pin_protocol;
pub mod status;
pub mod store;
