// SPDX-License-Identifier: MIT OR Apache-2.0
//! What runs in a browser later runs in Node now: one module of vectors and seeded merges.

use super::counted;
use crate::cross::{self, Library};
use crate::house::House;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

const BROWSER: &str = "wasm32-unknown-unknown";

/// Builds `tests/wasm` and calls each of its exports.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let toolchain = cross::toolchain_for(house, BROWSER, Library::Std)?;
    toolchain
        .cargo(&["build", "--quiet", "--package", "kagifuda-wasm-tests"])
        .within(house.root())
        .run()?;
    let module = toolchain.output().join("kagifuda_wasm_tests.wasm");
    counted(Program::new("node").arg(house.path("tests/wasm/run.mjs")).arg(module))
}
