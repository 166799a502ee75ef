// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stages of `cargo xtask test`, in the order they run: what is quick to tell comes first.
//!
//! To add one: a file here with a `run`, and a line in [`ALL`].

pub(crate) mod conformance;
pub(crate) mod cortex;
pub(crate) mod demo;
pub(crate) mod format;
pub(crate) mod fuzz;
pub(crate) mod interop;
pub(crate) mod libwebauthn;
pub(crate) mod licences;
pub(crate) mod lints;
pub(crate) mod no_std;
pub(crate) mod pages;
pub(crate) mod rooms;
pub(crate) mod testing;
pub(crate) mod tests;
pub(crate) mod vm;
pub(crate) mod wasm;

use crate::need::{Need, Proof};
use crate::program::Program;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::trouble::Trouble;

const DBUS: Need = Need { package: "dbus-daemon", proof: Proof::Program("dbus-daemon") };
const KEYRING: Need =
    Need { package: "gnome-keyring", proof: Proof::Program("gnome-keyring-daemon") };
const SWTPM: Need = Need { package: "swtpm", proof: Proof::Program("swtpm") };
const NODE: Need = Need { package: "nodejs", proof: Proof::Program("node") };
const PYTHON: Need = Need { package: "python3", proof: Proof::Program("python3") };
const PYTHON_VENV: Need = Need { package: "python3-venv", proof: Proof::PythonModule("ensurepip") };
const PYTHON_NACL: Need = Need { package: "python3-nacl", proof: Proof::PythonModule("nacl") };
const PYTHON_CRYPTOGRAPHY: Need =
    Need { package: "python3-cryptography", proof: Proof::PythonModule(interop::MODULES) };
const AGE: Need = Need { package: "age", proof: Proof::Program("age") };
const OPENSSH: Need = Need { package: "openssh-client", proof: Proof::Program("ssh-keygen") };
const POPPLER: Need = Need { package: "poppler-utils", proof: Proof::Program("pdftoppm") };
const RSVG: Need = Need { package: "librsvg2-bin", proof: Proof::Program("rsvg-convert") };
const OATHTOOL: Need = Need { package: "oathtool", proof: Proof::Program("oathtool") };

/// Every stage.
pub(crate) const ALL: &[Stage] = &[
    Stage { name: "format", about: "rustfmt has nothing to say", needs: &[], run: format::run },
    Stage {
        name: "licences",
        about: "licences, banned crates and sources of all dependencies",
        needs: &[],
        run: licences::run,
    },
    Stage {
        name: "rooms",
        about: "who uses whom, where unsafe stands, what files begin with",
        needs: &[],
        run: rooms::run,
    },
    Stage {
        name: "lints",
        about: "clippy with every warning an error",
        needs: &[],
        run: lints::run,
    },
    Stage {
        name: "pages",
        about: "API pages, links, both READMEs saying the same, tests named as proof",
        needs: &[],
        run: pages::run,
    },
    Stage {
        name: "tests",
        about: "unit, property, integration and doc tests of the workspace",
        needs: &[DBUS, KEYRING, SWTPM, AGE, OPENSSH, POPPLER, RSVG],
        run: tests::run,
    },
    Stage {
        name: "fuzz",
        about: "every fuzz body over its corpus and seeded mutations",
        needs: &[],
        run: fuzz::run,
    },
    Stage {
        name: "no_std",
        about: "leaves of core without a standard library or a heap",
        needs: &[],
        run: no_std::run,
    },
    Stage {
        name: "cortex",
        about: "the security key on an emulated Cortex-M4: vectors, ceremonies, costs, comparisons",
        needs: cortex::NEEDS,
        run: cortex::run,
    },
    Stage {
        name: "wasm",
        about: "vectors and merges in WebAssembly, called from Node",
        needs: &[NODE],
        run: wasm::run,
    },
    Stage {
        name: "interop",
        about: "readers written from the format's page alone, exports opened by stock programs",
        needs: &[PYTHON, PYTHON_NACL, PYTHON_CRYPTOGRAPHY, AGE, OATHTOOL],
        run: interop::run,
    },
    Stage {
        name: "conformance",
        about: "the security key by program: our stories, others' answers, python-fido2's device tests",
        needs: conformance::NEEDS,
        run: conformance::run,
    },
    Stage {
        name: "libwebauthn",
        about: "the security key used by the client of the Linux credentials portal",
        needs: libwebauthn::NEEDS,
        run: libwebauthn::run,
    },
    Stage {
        name: "vm",
        about: "the programs people have, against the security key in a real kernel",
        needs: vm::NEEDS,
        run: vm::run,
    },
    Stage { name: "demo", about: "the main job from nothing to codes", needs: &[], run: demo::run },
];

/// The quick stages of `cargo xtask check`.
pub(crate) const QUICK: &[&str] = &["format", "licences", "rooms", "lints", "pages"];

/// Finds a stage by its name.
pub(crate) fn find(name: &str) -> Option<&'static Stage> {
    ALL.iter().find(|stage| stage.name == name)
}

/// Runs a program that sums up in a line `N passed, N failed`.
fn counted(program: Program) -> Result<Tally, Trouble> {
    let mut summary = None;
    let ended_well = program.follow(|line| summary = Tally::from_line(line).or(summary))?;
    let mut tally = summary.ok_or_else(|| Trouble::new("it ended without counting its cases"))?;
    if !ended_well && tally.failed == 0 {
        tally += Tally::ONE_FAILED;
    }
    Ok(tally)
}
