// SPDX-License-Identifier: MIT OR Apache-2.0

//! Cuts the power at every write, and looks at what the disk may then hold.
//!
//! `recorder` keeps, per thread, everything a disk is told: by SQLite through `vfs`, by this
//! crate's own file operations directly. `disk` replays such a log up to any point and builds the
//! directories a power cut there may leave behind. `power_cuts` states what must hold in all of
//! them, and proves that the harness would notice a store that does not sync.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used)]

mod disk;
mod power_cuts;
mod recorder;
mod vfs;

pub(crate) use recorder::{Op, note};
