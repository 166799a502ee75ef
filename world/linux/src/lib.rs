// SPDX-License-Identifier: MIT OR Apache-2.0
//! What only Linux offers: processes nobody can look into, memory that stays out of swap, sockets that
//! know who is at the other end, terminals that do not echo, clipboards that forget, keyrings that remember, TPMs that
//! seal.
//!
//! Every module is a thin, named use of a few system calls; nothing here knows what a vault is. All
//! `unsafe` of the program is in this room or below it, each block with its proof.

pub mod activation;
pub mod clipboard;
pub mod clock;
#[cfg(feature = "desktop")]
pub mod desktop;
mod error;
#[cfg(feature = "desktop")]
pub mod fingerprint;
pub mod hid_report;
pub mod hidraw;
#[cfg(feature = "desktop")]
pub mod keyring;
pub mod locked;
#[cfg(feature = "desktop")]
pub mod logind;
mod pace;
pub mod pcsc;
pub mod peer;
pub mod process;
#[cfg(any(feature = "desktop", feature = "tpm"))]
mod random;
#[cfg(feature = "desktop")]
pub mod screenshot;
pub mod signals;
pub mod sleep;
pub mod socket;
pub mod terminal;
#[cfg(feature = "tpm")]
pub mod tpm;
pub mod uhid;

pub use error::{LinuxError, Step};
