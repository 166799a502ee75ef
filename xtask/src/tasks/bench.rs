// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask bench`: the ratios the project promises, measured side by side in one run.

use std::fs;
use std::path::PathBuf;

use crate::house::House;
use crate::program::Program;
use crate::rivals;
use crate::trouble::{Doing as _, Trouble};

/// Builds what people run, and measures it.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    let testing = testing(house)?;
    for package in ["kagifuda", "kagifuda-bench"] {
        build(house, &["--package", package])?;
    }
    let mut bench = Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "kagifuda-bench", "--"])
        .args(arguments)
        .env("KAGIFUDA", house.target()?.join("release").join("kagifuda"))
        .env("KAGIFUDA_TESTING", testing);
    for (variable, player) in rivals::timed(house)? {
        bench = bench.env(variable, player);
    }
    bench.within(house.root()).run()
}

/// The program with the test transport, as quick as the one people run, kept beside it under another name.
fn testing(house: &House) -> Result<PathBuf, Trouble> {
    build(house, &["--package", "kagifuda", "--features", "testing"])?;
    let release = house.target()?.join("release");
    let kept = release.join("kagifuda-testing");
    fs::rename(release.join("kagifuda"), &kept)
        .doing("keeping the program with the test transport")?;
    Ok(kept)
}

fn build(house: &House, arguments: &[&str]) -> Result<(), Trouble> {
    let cargo = Program::cargo().args(["build", "--quiet", "--release"]).args(arguments);
    cargo.within(house.root()).run()
}
