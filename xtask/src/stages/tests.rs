// SPDX-License-Identifier: MIT OR Apache-2.0
//! The workspace's own tests, with the profile `ci`: release speed, debug assertions.
//!
//! Compiling comes first and alone: where that fails, every later stage would only repeat it.

use std::path::PathBuf;

use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Has tests that need a system package fail where it is missing, and not be left out: a stage that runs them
/// has made sure that it is there.
pub(crate) const INSIST: &str = "KAGIFUDA_INSIST";

/// Runs every test of the workspace and counts them. Exports of real apps are not part of the
/// repository; where they are absent, the tests that read them say nothing, so this says it.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let samples = std::env::var_os("KAGIFUDA_SAMPLES")
        .map_or_else(|| house.path("../shared/samples"), PathBuf::from);
    let mut tally = of_packages(house, &["--workspace"])?;
    if samples.is_dir() {
        println!("samples of other apps: read from {}", samples.display());
    } else {
        println!("samples of other apps: left out, {} is absent", samples.display());
        tally += Tally::ONE_SKIPPED;
    }
    Ok(tally)
}

/// Runs the tests of the packages that `selection` names to Cargo.
pub(crate) fn of_packages(house: &House, selection: &[&str]) -> Result<Tally, Trouble> {
    build(house, selection)?;
    let cargo = Program::cargo()
        .args(["test", "--no-fail-fast", "--profile", "ci"])
        .args(selection)
        .env(INSIST, "1")
        .within(house.root());
    let mut tally = Tally::default();
    let all_is_well = cargo.follow(|line| tally += Tally::from_line(line).unwrap_or_default())?;
    if !all_is_well && tally.failed == 0 {
        // A test program that aborts leaves no summary.
        tally += Tally::ONE_FAILED;
    }
    Ok(tally)
}

/// One of the workspace's programs, as the tests use it. Cargo chooses features by what is built
/// together, so it is built with everything else: alone, half of the workspace would be built again.
pub(crate) fn program(house: &House, name: &str) -> Result<PathBuf, Trouble> {
    build(house, &["--workspace"])?;
    Ok(house.target()?.join("ci").join(name))
}

/// Compiles the tests of the packages that `selection` names to Cargo.
pub(crate) fn build(house: &House, selection: &[&str]) -> Result<(), Trouble> {
    Program::cargo()
        .args(["build", "--quiet", "--all-targets", "--profile", "ci"])
        .args(selection)
        .within(house.root())
        .run()
        .map_err(Trouble::ending_the_run)
}
