// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our key over the test transport: our own stories, and the suites that others wrote for security keys.
//!
//! They drive a program built with the feature `testing`, in which touch needs no person. It is
//! built beside the others and kept under another name, so that no other stage meets it. What a
//! suite leaves out is held to a table beside its script, which says why that is right.

use std::fs;
use std::path::PathBuf;

use super::counted;
use crate::house::House;
use crate::need;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::{Doing as _, Trouble};

/// Runs our own stories, then python-fido2's device tests.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let mut tally = stories(house)?;
    let program = testing_program(house)?;
    let python =
        need::find_python("ensurepip").ok_or_else(|| Trouble::new("no Python makes a venv"))?;
    let tools = house.target()?.join("conformance").join("fido2");
    let suite = Program::new(python).arg("tests/conformance/fido2/run.py").arg(program).arg(tools);
    tally += counted(suite.env("PYTHONDONTWRITEBYTECODE", "1").within(house.root()))?;
    Ok(tally)
}

/// The tests of the program that need a key which a program touches.
fn stories(house: &House) -> Result<Tally, Trouble> {
    let cargo = Program::cargo()
        .args(["test", "--profile", "ci", "--workspace", "--features", "kagifuda/testing"])
        .args(["--test", "keys"]);
    counted(cargo.within(house.root()))
}

/// The program with its test transport.
fn testing_program(house: &House) -> Result<PathBuf, Trouble> {
    Program::cargo()
        .args(["build", "--quiet", "--profile", "ci", "--workspace", "--bin", "kagifuda"])
        .args(["--features", "kagifuda/testing"])
        .within(house.root())
        .run()?;
    let built = house.target()?.join("ci").join("kagifuda");
    let kept = house.target()?.join("conformance").join("kagifuda");
    fs::create_dir_all(house.target()?.join("conformance"))
        .and_then(|()| fs::rename(&built, &kept))
        .doing("keeping the program with the test transport")?;
    Ok(kept)
}
