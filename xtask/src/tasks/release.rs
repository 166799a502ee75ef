// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask release`: what people download, and what they need to trust it.
//!
//! Two static binaries in a tarball with the manual, units, licences and completions; a bill of materials;
//! `SHA256SUMS` over both; and, given a key, a signature of that file which stock OpenSSH verifies
//! (docs/decisions/0004-release-signature.md). The tarball is made the same way each time: names
//! sorted, owner, rights and time fixed, no path of this machine in a binary. What is in it, `archive.rs` says.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

use super::fuzz::host;
use crate::archive;
use crate::elf;
use crate::house::House;
use crate::need::{self, Need, Proof};
use crate::notices;
use crate::program::Program;
use crate::sbom;
use crate::signature;
use crate::stages::licences::shipped;
use crate::trouble::{Doing as _, Trouble};

const ARM: &str = "aarch64-unknown-linux-gnu";

const ARM_LINKER: &[Need] = &[
    Need { package: "gcc-aarch64-linux-gnu", proof: Proof::Program("aarch64-linux-gnu-gcc") },
    Need {
        package: "libc6-dev-arm64-cross",
        proof: Proof::File("/usr/aarch64-linux-gnu/include/stdio.h"),
    },
];

/// What the command line asked for.
struct Wish {
    target: String,
    key: Option<PathBuf>,
    out: PathBuf,
}

impl Wish {
    fn read(house: &House, arguments: &[String]) -> Result<Self, Trouble> {
        let mut wish = Self {
            target: "x86_64-unknown-linux-gnu".into(),
            key: None,
            out: house.target()?.join("release-files"),
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value = rest
                .next()
                .ok_or_else(|| Trouble::new(format!("{option} needs a value or is unknown")))?;
            match option.as_str() {
                "--target" => wish.target.clone_from(value),
                "--key" => wish.key = Some(value.into()),
                "--out" => wish.out = value.into(),
                _ => return Err(Trouble::new(format!("unknown argument {option:?}"))),
            }
        }
        Ok(wish)
    }
}

/// Builds, packs, lists, sums and signs.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    let wish = Wish::read(house, arguments)?;
    let binaries = build(house, &wish.target)?;
    let name = format!("kagifuda-{}-{}", house.version()?, wish.target);
    fs::create_dir_all(&wish.out).doing("making the folder of the release")?;
    // What was released here before must not stay in the sums.
    for entry in fs::read_dir(&wish.out).doing("reading the folder of the release")? {
        let path = entry.doing("reading the folder of the release")?.path();
        let is_stale = path.file_name().is_some_and(|it| {
            let it = it.to_string_lossy();
            it.starts_with(&name) || it.starts_with("SHA256SUMS") || it == signature::SIGNERS
        });
        if is_stale && path.is_file() {
            fs::remove_file(&path).doing("removing an older release")?;
        }
    }
    let tarball = pack(house, &wish, &binaries, &name)?;
    archive::check(&tarball, &name)?;
    let list = wish.out.join(format!("{name}.cdx.json"));
    fs::write(&list, bill_of_materials(house, &wish.target)?).doing("writing the SBOM")?;
    let sums = sum(&wish.out)?;
    match &wish.key {
        Some(key) => signature::sign(&wish.out, key)?,
        None => println!("not signed: no --key FILE was given"),
    }
    println!("\n{} holds:\n{sums}", wish.out.display());
    println!("{} is {} bytes", tarball.display(), size(&tarball)?);
    for program in archive::PROGRAMS {
        println!("{program} alone is {} bytes", size(&binaries.join(program))?);
    }
    Ok(())
}

/// Builds the programs, each as one file that needs no other; the folder they are in.
fn build(house: &House, target: &str) -> Result<PathBuf, Trouble> {
    if target == ARM {
        need::satisfy(ARM_LINKER)?;
    }
    if target != host()? && need::find_program("rustup").is_some() {
        Program::new("rustup").args(["target", "add", target]).run()?;
    }
    let upper = target.to_uppercase().replace('-', "_");
    let flags = format!(
        "-C target-feature=+crt-static --remap-path-prefix={}=/kagifuda{}",
        house.root().display(),
        cargo_home().map_or_else(String::new, |home| {
            format!(" --remap-path-prefix={}=/cargo", home.display())
        })
    );
    let mut cargo = Program::cargo()
        .args(["build", "--locked", "--profile", "dist", "--target", target])
        .args(archive::PROGRAMS.iter().flat_map(|program| ["--package", program]))
        .env(format!("CARGO_TARGET_{upper}_RUSTFLAGS"), flags)
        .within(house.root());
    if target == ARM {
        cargo = cargo.env(format!("CARGO_TARGET_{upper}_LINKER"), "aarch64-linux-gnu-gcc");
    }
    cargo.run()?;
    let folder = house.target()?.join(target).join("dist");
    for program in archive::PROGRAMS {
        let bytes = fs::read(folder.join(program)).doing(format!("reading {program}"))?;
        if elf::needs_a_loader(&bytes) != Some(false) {
            return Err(Trouble::new(format!("{program} is not static: it asks for a loader")));
        }
    }
    Ok(folder)
}

fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}

/// Lays out what is downloaded and packs it.
fn pack(house: &House, wish: &Wish, binaries: &Path, name: &str) -> Result<PathBuf, Trouble> {
    let folder = house.target()?.join("release-layout").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).doing("clearing the layout")?;
    }
    fs::create_dir_all(&folder).doing("making the layout")?;
    for program in archive::PROGRAMS {
        fs::copy(binaries.join(program), folder.join(program)).doing("copying the programs")?;
    }
    archive::lay_out(house, &folder)?;
    let licences = notices::of_parts(&metadata_for(house, &wish.target)?)?;
    fs::write(folder.join(archive::LICENCES), licences).doing("writing the licences")?;
    generate(house, wish, &binaries.join("kagifuda"), &folder)?;

    let tarball = wish.out.join(format!("{name}.tar.gz"));
    let time =
        Program::new("git").args(["log", "-1", "--format=%ct"]).within(house.root()).read()?;
    Program::new("tar")
        .args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"])
        .arg(format!("--mtime=@{}", time.trim()))
        .args(["--use-compress-program=gzip -n9", "--create", "--file"])
        .arg(&tarball)
        .arg("-C")
        .arg(folder.parent().unwrap_or(&folder))
        .arg(name)
        .run()?;
    Ok(tarball)
}

/// Lets the program write its own man pages and completions.
fn generate(house: &House, wish: &Wish, binary: &Path, folder: &Path) -> Result<(), Trouble> {
    for kind in ["man", "completions"] {
        let into = folder.join(kind);
        fs::create_dir_all(&into).doing(format!("making {kind}"))?;
        let program = if wish.target == host()? {
            Program::new(binary)
        } else {
            Program::cargo()
                .args(["run", "--quiet", "--profile", "ci", "--package", "kagifuda", "--"])
                .within(house.root())
        };
        program.args(["generate", kind]).arg(&into).run()?;
    }
    Ok(())
}

fn metadata_for(house: &House, target: &str) -> Result<cargo_metadata::Metadata, Trouble> {
    MetadataCommand::new()
        .manifest_path(house.path("Cargo.toml"))
        .other_options(vec!["--locked".into(), "--filter-platform".into(), target.into()])
        .exec()
        .doing("asking `cargo metadata` about one target")
}

fn bill_of_materials(house: &House, target: &str) -> Result<String, Trouble> {
    let metadata = metadata_for(house, target)?;
    let packages = metadata.workspace_packages();
    let program = |name: &str| {
        let found = packages.iter().find(|package| package.name.as_str() == name);
        found.copied().ok_or_else(|| Trouble::new(format!("the workspace has no package {name}")))
    };
    let programs = archive::PROGRAMS.iter().map(|name| program(name));
    let programs = programs.collect::<Result<Vec<_>, _>>()?;
    let document =
        sbom::document(&metadata, &programs, &shipped(&metadata), &house.read("Cargo.lock")?);
    serde_json::to_string_pretty(&document).doing("writing the SBOM")
}

/// Writes `SHA256SUMS` over everything in the folder and returns it.
fn sum(folder: &Path) -> Result<String, Trouble> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).doing("reading the folder of the release")? {
        let name = entry.doing("reading the folder of the release")?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort_unstable();
    let sums = Program::new("sha256sum").args(&names).within(folder).read()?;
    fs::write(folder.join("SHA256SUMS"), &sums).doing("writing SHA256SUMS")?;
    Ok(sums)
}

fn size(path: &Path) -> Result<u64, Trouble> {
    Ok(fs::metadata(path).doing(format!("measuring {}", path.display()))?.len())
}
