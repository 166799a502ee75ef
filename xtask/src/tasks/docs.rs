// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask docs`: API pages without a warning, and every page's links.

use crate::house::House;
use crate::program::Program;
use crate::stages::pages;
use crate::trouble::Trouble;

/// Builds the API pages and checks all others.
pub(crate) fn run(house: &House, _arguments: &[String]) -> Result<(), Trouble> {
    Program::cargo()
        .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--keep-going"])
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .within(house.root())
        .run()?;
    let tally = pages::run(house)?;
    println!("{tally}");
    if tally.failed == 0 { Ok(()) } else { Err(Trouble::already_told()) }
}
