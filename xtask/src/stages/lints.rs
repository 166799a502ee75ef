// SPDX-License-Identifier: MIT OR Apache-2.0
//! Clippy over everything, warnings refused.
//!
//! It uses the profile of the tests, so that build scripts (SQLite's takes most of a minute) run
//! once for both.

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Lints all targets of the workspace, as they are given to people and as their tests need them.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let mut tally = Tally::default();
    for features in [[].as_slice(), &["--features", "kagifuda/testing"]] {
        Program::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--profile", "ci"])
            .args(features)
            .args(["--", "-D", "warnings"])
            .within(house.root())
            .run()?;
        tally += Tally::ONE_PASSED;
    }
    Ok(tally)
}
