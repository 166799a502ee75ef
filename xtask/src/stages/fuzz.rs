// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every fuzz body over its corpus and seeded mutations, on the stable compiler.

use super::counted;
use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// How long each body mutates.
const SECONDS_PER_BODY: &str = "3";

/// Replays all bodies.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let replay = Program::cargo()
        .args(["run", "--quiet", "--profile", "ci", "--package", "kagifuda-fuzz"])
        .args(["--bin", "replay", "--", "--seconds", SECONDS_PER_BODY])
        .within(house.root());
    counted(replay)
}
