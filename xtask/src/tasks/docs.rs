// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask docs`: API pages without a warning, and every page's links.

use crate::house::House;
use crate::stages::pages;
use crate::trouble::Trouble;

/// Builds the API pages and checks all others.
pub(crate) fn run(house: &House, _arguments: &[String]) -> Result<(), Trouble> {
    let tally = pages::run(house)?;
    println!("{tally}; the API pages are in {}", house.target()?.join("doc").display());
    if tally.failed == 0 { Ok(()) } else { Err(Trouble::already_told()) }
}
