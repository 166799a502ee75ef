// SPDX-License-Identifier: MIT OR Apache-2.0
//! Clippy over everything, warnings refused.
//!
//! It uses the profile of the tests, so that build scripts (SQLite's takes most of a minute) run
//! once for both.

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Lints all targets of the workspace.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    Program::cargo()
        .args(["clippy", "--workspace", "--all-targets", "--profile", "ci", "--", "-D", "warnings"])
        .within(house.root())
        .run()?;
    Ok(Tally::ONE_PASSED)
}
