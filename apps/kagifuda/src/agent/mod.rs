// SPDX-License-Identifier: MIT OR Apache-2.0
//! The agent: the only process that opens the vault, and the way to it.
//!
//! ```text
//! program -> client -> socket -> server -> connection -> session -> vault and file
//! ```
//!
//! [`protocol`] is what both ends say and [`wire`] how it travels; [`client`] finds, starts and asks;
//! [`server`] serves without ever waiting for one program; [`session`] does the verbs; [`run()`] is the
//! process around it.

mod answers;
pub mod client;
mod connection;
mod exchanges;
pub mod failure;
pub mod fields;
mod keys;
pub mod place;
pub mod protocol;
mod run;
pub mod server;
pub mod session;
mod trouble;
pub mod wire;

pub use run::run;
pub use session::IMPORT_NOTES;
