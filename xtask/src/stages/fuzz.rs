// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every fuzz body over its corpus and seeded mutations, on the stable compiler.

use super::{counted, tests};
use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// How long each body mutates.
const SECONDS_PER_BODY: &str = "3";

/// Replays all bodies.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let replay = tests::program(house, "replay")?;
    counted(Program::new(replay).args(["--seconds", SECONDS_PER_BODY]).within(house.root()))
}
