// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask cross TARGET...`: the standard library of other targets, made ready.

use std::time::Instant;

use crate::cross::{self, Library};
use crate::house::House;
use crate::trouble::Trouble;

/// Prepares each target, the way the stages do.
pub(crate) fn run(house: &House, targets: &[String]) -> Result<(), Trouble> {
    for target in targets {
        let begun = Instant::now();
        cross::toolchain_for(house, target, Library::of_target(target))?;
        println!("{target}: ready after {} s", begun.elapsed().as_secs());
    }
    Ok(())
}
