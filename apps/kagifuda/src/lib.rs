// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program `kagifuda` as a library: parse -> resolve -> run -> print.
//!
//! [`commands`] turns words into an order, [`run`] carries it out by asking the [`agent`], and
//! [`term`] and [`text`] show the result in the holder's language. The agent is the only process that opens the
//! vault; everything else here sees what it is told.

pub mod agent;
pub mod commands;
mod demo;
pub mod exit;
pub mod export_age;
pub mod fault;
pub mod find;
mod guide;
pub mod qr;
pub mod run;
mod sheet;
pub mod term;
pub mod text;

use std::ffi::OsString;

pub use exit::Exit;

/// Runs the program with these arguments, its own name first.
#[must_use]
pub fn main(args: Vec<OsString>) -> Exit {
    run::start(&args)
}
