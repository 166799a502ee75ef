// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map: the rule against brute force, and what people lose.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod advice;
mod home;
mod moving;
mod rule;
mod stories;
#[path = "../support/mod.rs"]
mod support;
