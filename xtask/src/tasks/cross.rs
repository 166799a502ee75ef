// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask cross TARGET...`: the standard library of other targets, made ready.

use std::time::Instant;

use crate::cross::{self, Library};
use crate::house::House;
use crate::trouble::Trouble;

/// Prepares each target; with `--debian` by Debian's compiler even where rustup could.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    let (options, targets): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| argument.starts_with("--"));
    if let Some(unknown) = options.iter().find(|option| **option != "--debian") {
        return Err(Trouble::new(format!("unknown argument {unknown:?}")));
    }
    for target in targets {
        let begun = Instant::now();
        let library = Library::of_target(target);
        if options.is_empty() {
            cross::toolchain_for(house, target, library)?;
        } else {
            cross::own_toolchain(house, target, library)?;
        }
        println!("{target}: ready after {} s", begun.elapsed().as_secs());
    }
    Ok(())
}
