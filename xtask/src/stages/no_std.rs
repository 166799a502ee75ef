// SPDX-License-Identifier: MIT OR Apache-2.0
//! The leaves of core compile for a board: no standard library, and no heap either.

use crate::cross::{self, Library};
use crate::house::House;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// A Cortex-M4F, the smaller of the boards.
const BOARD: &str = "thumbv7em-none-eabihf";

/// The rooms that promise it.
const LEAVES: &[&str] = &["kagifuda-secret", "kagifuda-otp", "kagifuda-ctap"];

/// Checks each leaf without features, then with its heap.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let toolchain = cross::toolchain_for(house, BOARD, Library::Alloc)?;
    let mut tally = Tally::default();
    for leaf in LEAVES {
        for features in ["--no-default-features", "--features=alloc"] {
            let check = toolchain.cargo(&["check", "--quiet", "--package", leaf, features]);
            let checked = check.within(house.root()).run();
            if let Err(trouble) = &checked {
                println!("{trouble}");
            }
            tally += Tally::of(checked.is_ok());
        }
    }
    Ok(tally)
}
