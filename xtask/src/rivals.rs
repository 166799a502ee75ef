// SPDX-License-Identifier: MIT OR Apache-2.0
//! The authenticators of others that ours is compared with, each in a process of its own.
//!
//! They are a workspace of their own, because one of them is under a licence that no dependency here may have;
//! see `tests/rivals/players/README.md`.

use crate::house::House;
use crate::program::Program;
use crate::trouble::Trouble;

/// Their names.
const NAMES: &[&str] = &["fido-authenticator", "soft-fido2"];

/// Builds them; `NAME=PROGRAM` for each.
pub(crate) fn players(house: &House) -> Result<Vec<String>, Trouble> {
    let target = house.target()?.join("rivals");
    Program::cargo()
        .args(["build", "--quiet", "--release", "--locked", "--target-dir"])
        .arg(&target)
        .within(&house.path("tests/rivals/players"))
        .run()?;
    let program = |name: &&str| target.join("release").join(format!("player-{name}"));
    Ok(NAMES.iter().map(|name| format!("{name}={}", program(name).display())).collect())
}
