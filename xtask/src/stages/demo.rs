// SPDX-License-Identifier: MIT OR Apache-2.0
//! `kagifuda demo`, as a new person would run it: the main job, from nothing to codes.

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Runs it in both languages.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let mut tally = Tally::default();
    for language in ["en", "ja"] {
        let demo = Program::cargo()
            .args(["run", "--quiet", "--profile", "ci", "--package", "kagifuda"])
            .args(["--", "--lang", language, "demo"])
            .within(house.root())
            .run();
        if let Err(trouble) = &demo {
            println!("{trouble}");
        }
        tally += Tally::of(demo.is_ok());
    }
    Ok(tally)
}
