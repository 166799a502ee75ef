// SPDX-License-Identifier: MIT OR Apache-2.0
//! The workspace's own tests, with the profile `ci`: release speed, debug assertions.
//!
//! Compiling comes first and alone: where that fails, every later stage would only repeat it.

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Runs every test of the workspace and counts them.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    of_packages(house, &["--workspace"])
}

/// Runs the tests of the packages that `selection` names to Cargo.
pub(crate) fn of_packages(house: &House, selection: &[&str]) -> Result<Tally, Trouble> {
    let cargo = |first: &[&str]| {
        Program::cargo().args(first).args(["--profile", "ci"]).args(selection).within(house.root())
    };
    cargo(&["test", "--no-run", "--quiet"]).run().map_err(Trouble::ending_the_run)?;

    let mut tally = Tally::default();
    let all_is_well = cargo(&["test", "--no-fail-fast"]).follow(|line| {
        tally += Tally::from_line(line).unwrap_or_default();
    })?;
    if !all_is_well && tally.failed == 0 {
        // A test program that aborts leaves no summary.
        tally += Tally::ONE_FAILED;
    }
    Ok(tally)
}
