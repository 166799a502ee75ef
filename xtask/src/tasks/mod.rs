// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tasks, one file each.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod coverage;
pub(crate) mod cross;
pub(crate) mod docs;
pub(crate) mod fuzz;
pub(crate) mod release;
pub(crate) mod test;
