// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the vector files into the module, since it has no files to read: every `.txt` of
//! `tests/vectors/otp` as an entry (name, text) of a table, every vault of `tests/vectors/vault` as
//! one of (name, rows, expected JSON).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let otp = Folder::of("otp")?;
    let mut table = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for name in otp.names(".txt")? {
        writeln!(table, "({name:?}, {}),", otp.text(&name)).map_err(io::Error::other)?;
    }
    put("vectors.rs", table)?;

    let vault = Folder::of("vault")?;
    let mut table = String::from("const VAULTS: &[(&str, &[u8], &str)] = &[\n");
    for json in vault.names(".json")? {
        let name = json.trim_end_matches(".json");
        let rows = vault.path(&format!("{name}.rows"));
        writeln!(table, "({name:?}, include_bytes!({rows:?}), {}),", vault.text(&json))
            .map_err(io::Error::other)?;
    }
    put("vaults.rs", table)
}

fn put(name: &str, mut table: String) -> io::Result<()> {
    table.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join(name), table)
}

/// A folder of vectors.
struct Folder(PathBuf);

impl Folder {
    fn of(room: &str) -> io::Result<Self> {
        let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
        let folder = Path::new(&here).join("../vectors").join(room).canonicalize()?;
        println!("cargo::rerun-if-changed={}", folder.display());
        Ok(Self(folder))
    }

    fn names(&self, ending: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(ending) {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn text(&self, name: &str) -> String {
        format!("include_str!({:?})", self.path(name))
    }
}
