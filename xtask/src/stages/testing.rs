// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program as suites for security keys need it, built with the feature `testing`: touch needs no
//! person, and a key is reached without a kernel.
//!
//! It is built beside the others and kept under another name, so that no other stage meets it.

use std::fs;
use std::path::PathBuf;

use crate::house::House;
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

/// Builds the program and says where it is.
pub(crate) fn program(house: &House) -> Result<PathBuf, Trouble> {
    Program::cargo()
        .args(["build", "--quiet", "--profile", "ci", "--workspace", "--bin", "kagifuda"])
        .args(["--features", "kagifuda/testing"])
        .within(house.root())
        .run()?;
    let built = house.target()?.join("ci").join("kagifuda");
    let kept = folder(house)?.join("kagifuda");
    fs::create_dir_all(folder(house)?)
        .and_then(|()| fs::rename(&built, &kept))
        .doing("keeping the program with the test transport")?;
    Ok(kept)
}

/// Where what these suites need is kept between runs.
pub(crate) fn folder(house: &House) -> Result<PathBuf, Trouble> {
    Ok(house.target()?.join("conformance"))
}
