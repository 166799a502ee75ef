// SPDX-License-Identifier: MIT OR Apache-2.0
//! `kagifuda demo`, as a new person would run it: the main job, from nothing to codes.

use super::tests;
use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Runs it in both languages.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let program = tests::program(house, "kagifuda")?;
    let mut tally = Tally::default();
    for language in ["en", "ja"] {
        let demo = Program::new(&program).args(["--lang", language, "demo"]).run();
        if let Err(trouble) = &demo {
            println!("{trouble}");
        }
        tally += Tally::of(demo.is_ok());
    }
    Ok(tally)
}
