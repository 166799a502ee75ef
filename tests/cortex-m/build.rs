// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the vector files into the program, since it has no files to read: every `.txt` of
//! `tests/vectors/ctap` as an entry (name, text) of a table. And hands the linker the machine's map.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("vectors.rs"), table(&here.join("../vectors/ctap").canonicalize()?)?)?;
    if env::var_os("CARGO_FEATURE_BOARD").is_some() {
        fs::copy(here.join("memory.x"), out.join("memory.x"))?;
        println!("cargo::rerun-if-changed=memory.x");
        println!("cargo::rustc-link-search={}", out.display());
        println!("cargo::rustc-link-arg-bins=--nmagic");
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
    }
    Ok(())
}

fn table(folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".txt") {
            names.push(name);
        }
    }
    names.sort_unstable();
    let mut table = String::from("const FILES: &[(&str, &str)] = &[\n");
    for name in names {
        writeln!(table, "({name:?}, include_str!({:?})),", folder.join(&name))
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    Ok(table)
}
