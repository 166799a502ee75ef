// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our key over the test transport, used by the client of the Linux credentials portal.
//!
//! The client is under the LGPL and needs libraries of C, so the stories are a workspace of their own with a
//! target folder of its own; see `tests/libwebauthn/README.md`.

use super::{counted, testing};
use crate::house::House;
use crate::need::{Need, Proof};
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// What the client is linked with, and what finds it.
pub(crate) const NEEDS: &[Need] = &[
    Need { package: "pkg-config", proof: Proof::Program("pkg-config") },
    Need { package: "libdbus-1-dev", proof: Proof::File("/usr/include/dbus-1.0/dbus/dbus.h") },
    Need { package: "libudev-dev", proof: Proof::File("/usr/include/libudev.h") },
];

/// Builds the stories and tells them.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let program = testing::program(house)?;
    let cargo = Program::cargo()
        .args(["run", "--quiet", "--locked", "--target-dir"])
        .arg(house.target()?.join("libwebauthn"))
        .arg("--")
        .arg(program);
    counted(cargo.within(&house.path("tests/libwebauthn")))
}
