// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask bench`: the ratios the project promises, measured side by side in one run.

use crate::house::House;
use crate::program::Program;
use crate::trouble::Trouble;

/// Builds what people run, and measures it.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    for package in ["kagifuda", "kagifuda-bench"] {
        Program::cargo()
            .args(["build", "--quiet", "--release", "--package", package])
            .within(house.root())
            .run()?;
    }
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "kagifuda-bench", "--"])
        .args(arguments)
        .env("KAGIFUDA", house.target()?.join("release").join("kagifuda"))
        .within(house.root())
        .run()
}
