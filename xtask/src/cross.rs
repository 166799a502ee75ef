// SPDX-License-Identifier: MIT OR Apache-2.0
//! Standard libraries of other targets, for boards and browsers.
//!
//! Where rustup can bring a target, it does, and the usual compiler builds for it. Where it cannot
//! (no way to its server, or Rust from a distribution), Debian's `rustc-web` comes with the
//! library's sources: they are built once per target and compiler version into a folder laid out
//! as a sysroot under `target/cross`, and that compiler is pointed at it. Price: a minute or two
//! per target the first time, and a second compiler. After either way the commands are plain
//! Cargo, without unstable options.

use std::fs;
use std::path::{Path, PathBuf};

use crate::house::House;
use crate::need::{self, Need, Proof};
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

/// What a target's programs expect of their library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// `core` and `alloc`: boards.
    Alloc,
    /// All of `std`.
    Std,
}

impl Library {
    /// What fits the target: those without a system (`-none-`) have no `std`.
    pub(crate) fn of_target(target: &str) -> Self {
        if target.contains("-none-") { Self::Alloc } else { Self::Std }
    }

    const fn crates(self) -> &'static str {
        match self {
            Self::Alloc => "core,alloc",
            Self::Std => "std,panic_abort",
        }
    }
}

/// A compiler that can build for a target.
pub(crate) struct Toolchain {
    target: String,
    builds_in: PathBuf,
    sysroot: Option<PathBuf>,
}

impl Toolchain {
    /// Cargo with `arguments` and the options that choose the target, and the profile of the tests, so that
    /// macros and build scripts are built once for both.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Program {
        self.cargo_with(TESTS, arguments)
    }

    /// The same with another profile.
    pub(crate) fn cargo_with(&self, profile: &str, arguments: &[&str]) -> Program {
        let cargo = match &self.sysroot {
            None => Program::cargo(),
            Some(sysroot) => debian_cargo().env(
                format!("CARGO_TARGET_{}_RUSTFLAGS", self.target.to_uppercase().replace('-', "_")),
                format!("--sysroot={}", sysroot.display()),
            ),
        };
        let cargo = cargo.args(arguments).args(["--profile", profile, "--target", &self.target]);
        cargo.arg("--target-dir").arg(&self.builds_in)
    }

    /// Where a build leaves its results.
    pub(crate) fn output(&self) -> PathBuf {
        self.output_of(TESTS)
    }

    /// Where a build with this profile does.
    pub(crate) fn output_of(&self, profile: &str) -> PathBuf {
        self.builds_in.join(&self.target).join(profile)
    }

    /// The version of its compiler.
    pub(crate) fn compiler(&self) -> Result<String, Trouble> {
        let rustc = if self.sysroot.is_some() { RUSTC } else { "rustc" };
        field(&Program::new(rustc).arg("-vV").read()?, "release: ")
    }
}

/// The profile of the tests.
const TESTS: &str = "ci";

/// Set to `debian`, this environment variable skips rustup.
const CHOICE: &str = "KAGIFUDA_CROSS";

/// Finds or makes what builds for `target`.
pub(crate) fn toolchain_for(
    house: &House,
    target: &str,
    library: Library,
) -> Result<Toolchain, Trouble> {
    let is_forced = std::env::var_os(CHOICE).is_some_and(|choice| choice == "debian");
    if !is_forced && (is_there(target) || is_brought_by_rustup(target)) {
        let builds_in = house.target()?;
        return Ok(Toolchain { target: target.to_owned(), builds_in, sysroot: None });
    }
    println!("building the library of {target} with Debian's compiler");
    own_toolchain(house, target, library)
}

/// Tells whether the usual compiler has the library of `target`.
fn is_there(target: &str) -> bool {
    let print = ["--print", "target-libdir", "--target", target];
    Program::new("rustc").args(print).read().is_ok_and(|it| Path::new(it.trim()).is_dir())
}

fn is_brought_by_rustup(target: &str) -> bool {
    need::find_program("rustup").is_some()
        && Program::new("rustup").args(["target", "add", target]).run().is_ok()
        && is_there(target)
}

const RUSTC: &str = "/usr/bin/rustc";

const DEBIAN_RUST: &[Need] = &[
    Need { package: "rustc-web", proof: Proof::File(RUSTC) },
    Need { package: "cargo-web", proof: Proof::File("/usr/bin/cargo") },
    Need { package: "rust-web-src", proof: Proof::File("/usr/lib/rustlib/src/rust/library") },
    Need { package: "rust-web-llvm", proof: Proof::Program("rust-lld") },
];

/// The package of the linker behind Debian's `rust-lld` carries LLVM's version in its name.
fn linker_need() -> Result<Need, Trouble> {
    let version = field(&Program::new(RUSTC).arg("-vV").read()?, "LLVM version: ")?;
    match version.split('.').next() {
        Some("19") => Ok(Need { package: "lld-19", proof: Proof::File("/usr/bin/ld.lld-19") }),
        Some("22") => Ok(Need { package: "lld-22", proof: Proof::File("/usr/bin/ld.lld-22") }),
        _ => Err(Trouble::new(format!("Debian's compiler uses LLVM {version}, unknown here"))),
    }
}

fn debian_cargo() -> Program {
    Program::new("/usr/bin/cargo")
        .env("RUSTC", RUSTC)
        .without_env("RUSTUP_TOOLCHAIN")
        .without_env("RUSTDOC")
}

fn field(text: &str, name: &str) -> Result<String, Trouble> {
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::to_owned)
        .ok_or_else(|| Trouble::new(format!("rustc does not tell its {}", name.trim())))
}

/// Makes, or finds made, a sysroot for `target` with Debian's compiler.
fn own_toolchain(house: &House, target: &str, library: Library) -> Result<Toolchain, Trouble> {
    need::satisfy(DEBIAN_RUST)?;
    need::satisfy(&[linker_need()?])?;
    let about = Program::new(RUSTC).arg("-vV").read()?;
    let version = field(&about, "release: ")?;
    let host = field(&about, "host: ")?;
    let cross = house.target()?.join("cross");
    let sysroot = cross.join(version);
    let rustlib = sysroot.join("lib").join("rustlib");
    fs::create_dir_all(&rustlib).doing("making target/cross")?;
    // Macros and build scripts run on this machine and keep using its own library.
    link(&Path::new("/usr/lib/rustlib").join(&host), &rustlib.join(&host))?;
    let libraries = rustlib.join(target).join("lib");
    if !libraries.is_dir() {
        build_library(&cross, target, library, &libraries)?;
    }
    Ok(Toolchain {
        target: target.to_owned(),
        builds_in: cross.join("build"),
        sysroot: Some(sysroot),
    })
}

fn link(from: &Path, to: &Path) -> Result<(), Trouble> {
    if to.exists() {
        return Ok(());
    }
    std::os::unix::fs::symlink(from, to).doing(format!("linking {}", to.display()))
}

/// Builds the library by compiling an empty crate that needs it, and moves the result to `into`
/// in one step, so that a half-made library is never found.
fn build_library(cross: &Path, target: &str, library: Library, into: &Path) -> Result<(), Trouble> {
    let seed = cross.join(format!("seed-{target}"));
    fs::create_dir_all(seed.join("src")).doing("making the seed crate")?;
    let manifest = "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                    [profile.release]\ndebug = 0\n[workspace]\n";
    fs::write(seed.join("Cargo.toml"), manifest).doing("writing the seed crate")?;
    fs::write(seed.join("src/lib.rs"), "#![no_std]\n").doing("writing the seed crate")?;
    debian_cargo()
        .args(["build", "--quiet", "--release", "--target", target, "--target-dir"])
        .arg(seed.join("target"))
        .arg("-Z")
        .arg(format!("build-std={}", library.crates()))
        .env("RUSTC_BOOTSTRAP", "1")
        // Programs that are optimised as a whole need the library's bitcode.
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .within(&seed)
        .run()?;
    let made = seed.join("lib");
    fs::create_dir_all(&made).doing("gathering the library")?;
    let built = seed.join("target").join(target).join("release").join("deps");
    for entry in fs::read_dir(&built).doing("reading the library")? {
        let path = entry.doing("reading the library")?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_library = name.ends_with(".rlib") || name.ends_with(".rmeta");
        if is_library && !name.starts_with("libseed-") {
            fs::copy(&path, made.join(&name)).doing(format!("copying {name}"))?;
        }
    }
    let folder = into.parent().unwrap_or(into);
    fs::create_dir_all(folder).doing("making the sysroot")?;
    fs::rename(&made, into).doing("moving the library to its place")?;
    fs::remove_dir_all(&seed).doing("removing the seed crate")
}

#[cfg(test)]
mod tests {
    use super::Library;

    #[test]
    fn boards_have_no_standard_library() {
        assert_eq!(Library::of_target("thumbv7em-none-eabihf"), Library::Alloc);
        assert_eq!(Library::of_target("riscv32imac-unknown-none-elf"), Library::Alloc);
        assert_eq!(Library::of_target("wasm32-unknown-unknown"), Library::Std);
        assert_eq!(Library::of_target("x86_64-pc-windows-gnu"), Library::Std);
    }
}
