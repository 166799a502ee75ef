// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a stage needs from the system, how to see that it is there, and where to get it.
//!
//! As root on a Debian-like machine a missing package is installed; otherwise the stage fails and
//! says what to install. The proof of presence is the thing itself, not the package database, so
//! other distributions count too.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::program::Program;
use crate::trouble::Trouble;

/// Something a stage needs, by the Debian package that brings it.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// The Debian package.
    pub(crate) package: &'static str,
    /// How to see that it is there.
    pub(crate) proof: Proof,
}

/// How to see that something is installed.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    /// A program of this name is on the path.
    Program(&'static str),
    /// A file is there.
    File(&'static str),
    /// Python can import a module.
    PythonModule(&'static str),
}

impl Proof {
    fn holds(self) -> bool {
        match self {
            Self::Program(name) => find_program(name).is_some(),
            Self::File(path) => Path::new(path).exists(),
            Self::PythonModule(name) => find_python(name).is_some(),
        }
    }
}

/// Finds a program on the path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Finds a Python that can import a module: the one on the path, or the system's, for which packages
/// are installed and which another on the path may hide.
pub(crate) fn find_python(module: &str) -> Option<&'static str> {
    let import = format!("import {module}");
    let can_import = |python: &&str| Program::new(*python).args(["-c", &import]).succeeds();
    ["python3", "/usr/bin/python3"].into_iter().find(can_import)
}

/// Makes sure that all of `needs` are there, installing what is missing where that is possible.
///
/// # Errors
/// Something is missing and cannot be installed from here.
pub(crate) fn satisfy(needs: &[Need]) -> Result<(), Trouble> {
    let missing: Vec<&str> =
        needs.iter().filter(|need| !need.proof.holds()).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install {}", missing.join(" "));
    if !is_root() || find_program("apt-get").is_none() {
        return Err(Trouble::new(format!("this needs {}", missing.join(", ")))
            .with_remedy(format!("{by_hand} (or the same from your distribution)")));
    }
    install(&missing).map_err(|trouble| trouble.with_remedy(by_hand))?;
    match needs.iter().find(|need| !need.proof.holds()) {
        None => Ok(()),
        Some(need) => Err(Trouble::new(format!(
            "the package {} is installed but does not bring what is needed",
            need.package
        ))),
    }
}

fn install(packages: &[&str]) -> Result<(), Trouble> {
    static LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        Program::new("apt-get").args(["update", "-qq"]).run()?;
    }
    Program::new("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn is_root() -> bool {
    Program::new("id").arg("-u").read().is_ok_and(|id| id.trim() == "0")
}
