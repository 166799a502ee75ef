// SPDX-License-Identifier: MIT OR Apache-2.0
//! The authenticators of others that ours is compared with, each in a process of its own.
//!
//! They are a workspace of their own, because one of them is under a licence that no dependency here may have;
//! see `tests/rivals/players/README.md`.

use std::path::PathBuf;

use crate::house::House;
use crate::program::Program;
use crate::trouble::Trouble;

/// Whose answers ours are compared with.
const COMPARED: &[&str] = &["fido-authenticator", "soft-fido2"];
/// Whose times ours are shown beside, and the variable the bench is told by where each is.
const TIMED: &[(&str, &str)] =
    &[("soft-fido2", "KAGIFUDA_SOFT_FIDO2"), ("passkey", "KAGIFUDA_PASSKEY")];

/// Builds those whose answers are compared; `NAME=PROGRAM` for each.
pub(crate) fn players(house: &House) -> Result<Vec<String>, Trouble> {
    let programs = built(house, COMPARED)?;
    let named = COMPARED.iter().zip(programs);
    Ok(named.map(|(name, program)| format!("{name}={}", program.display())).collect())
}

/// Builds those who are timed; each behind its variable.
pub(crate) fn timed(house: &House) -> Result<Vec<(&'static str, PathBuf)>, Trouble> {
    let (names, variables): (Vec<_>, Vec<_>) = TIMED.iter().copied().unzip();
    Ok(variables.into_iter().zip(built(house, &names)?).collect())
}

fn built(house: &House, names: &[&str]) -> Result<Vec<PathBuf>, Trouble> {
    let target = house.target()?.join("rivals");
    let name = |name: &&str| format!("player-{name}");
    let packages = names.iter().flat_map(|it| ["--package".to_owned(), name(it)]);
    Program::cargo()
        .args(["build", "--quiet", "--release", "--locked", "--target-dir"])
        .arg(&target)
        .args(packages)
        .within(&house.path("tests/rivals/players"))
        .run()?;
    Ok(names.iter().map(|it| target.join("release").join(name(it))).collect())
}
