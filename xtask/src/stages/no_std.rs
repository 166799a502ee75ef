// SPDX-License-Identifier: MIT OR Apache-2.0
//! The leaves of core compile for a board: no standard library, and no heap either.

use crate::cross::{self, Library};
use crate::house::House;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// A Cortex-M4F, the smaller of the boards.
const BOARD: &str = "thumbv7em-none-eabihf";

/// The rooms that promise it, each with the features it can be had with there.
const LEAVES: &[(&str, &[&str])] = &[
    ("kagifuda-secret", &[BARE, HEAP]),
    ("kagifuda-otp", &[BARE, HEAP]),
    ("kagifuda-ctap", &[BARE]),
];

const BARE: &str = "--no-default-features";
const HEAP: &str = "--features=alloc";

/// Checks each leaf with each choice of features.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let toolchain = cross::toolchain_for(house, BOARD, Library::Alloc)?;
    let mut tally = Tally::default();
    for (leaf, choices) in LEAVES {
        for features in *choices {
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
