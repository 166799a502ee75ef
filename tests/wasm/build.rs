// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the vector files into the module, since it has no files to read: every `.txt` of
//! `tests/vectors/otp` as an entry (name, text) of a table.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let room = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&room).join("../vectors/otp").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".txt") {
            names.push(name);
        }
    }
    names.sort_unstable();
    let mut table = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for name in names {
        let path = folder.join(&name);
        writeln!(table, "({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("vectors.rs"), table)
}
