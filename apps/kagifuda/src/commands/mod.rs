// SPDX-License-Identifier: MIT OR Apache-2.0
//! From words typed to a command with its arguments: `parse -> resolve`, and then `run`.
//!
//! [`table`] is what there is. [`parse`] reads the command line against it and knows nothing else;
//! [`resolve`] turns what was read, the environment and the defaults into an [`resolve::Order`] that
//! holds no strings to interpret. [`help`] and [`generate`] show the table to people and shells.

pub mod generate;
pub mod help;
pub mod parse;
pub mod resolve;
pub mod table;
pub mod usage;
