// SPDX-License-Identifier: MIT OR Apache-2.0
//! Formatting is not discussed: rustfmt decides.

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Checks the whole workspace.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    Program::cargo()
        .args(["fmt", "--all", "--check", "--", "-l"])
        .within(house.root())
        .run()
        .map_err(|trouble| trouble.with_remedy("cargo fmt --all"))?;
    Ok(Tally::ONE_PASSED)
}
