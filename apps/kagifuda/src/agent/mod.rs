// SPDX-License-Identifier: MIT OR Apache-2.0
//! The agent: the only process that opens the vault, and the way to it.
//!
//! [`protocol`] is what both ends say; [`wire`] is how it travels.

pub mod failure;
pub mod fields;
pub mod protocol;
pub mod wire;
