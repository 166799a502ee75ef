// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our key over the test transport: our own stories, and the suites that others wrote for security keys; and
//! our engine beside those of others.
//!
//! The suites drive the program of [`super::testing`], in which touch needs no person. What a suite leaves
//! out, and where another engine answers otherwise, is held to a table beside the script, which says why
//! that is right.

use super::{counted, testing, tests};
use crate::house::House;
use crate::need::{self, Need, Proof};
use crate::program::Program;
use crate::rivals;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// What the stage needs from the system.
pub(crate) const NEEDS: &[Need] = &[super::PYTHON, super::PYTHON_VENV, CLANG];
/// What reads the C headers of one of the others.
const CLANG: Need = Need { package: "clang", proof: Proof::Program("clang") };

/// Runs our own stories, then the same requests to others, then python-fido2's device tests.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let mut tally = stories(house)?;
    tally += differences(house)?;
    let program = testing::program(house)?;
    let python =
        need::find_python("ensurepip").ok_or_else(|| Trouble::new("no Python makes a venv"))?;
    let tools = testing::folder(house)?.join("fido2");
    let suite = Program::new(python).arg("tests/conformance/fido2/run.py").arg(program).arg(tools);
    tally += counted(suite.env("PYTHONDONTWRITEBYTECODE", "1").within(house.root()))?;
    Ok(tally)
}

/// The tests of the program that need a key which a program touches.
fn stories(house: &House) -> Result<Tally, Trouble> {
    let cargo = Program::cargo()
        .args(["test", "--profile", "ci", "--workspace", "--features", "kagifuda/testing"])
        .args(["--test", "keys"]);
    counted(cargo.env(tests::INSIST, "1").within(house.root()))
}

/// Our engine's answers and those of others, status by status.
fn differences(house: &House) -> Result<Tally, Trouble> {
    let cargo = Program::cargo()
        .args(["run", "--quiet", "--profile", "ci", "--package", "kagifuda-rivals", "--"])
        .args(rivals::players(house)?);
    counted(cargo.within(house.root()))
}
