// SPDX-License-Identifier: MIT OR Apache-2.0
//! The licence texts of the crates that ship, as their licences ask: each with its notice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cargo_metadata::{Metadata, Package};

use crate::stages::licences::shipped;
use crate::trouble::{Doing as _, Trouble};

/// One text with all notices; equal licence texts stand once, under the crates they belong to.
pub(crate) fn of_parts(metadata: &Metadata) -> Result<String, Trouble> {
    let parts = shipped(metadata);
    let mut crates_by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut listed = String::from("Kagifuda contains the work of others. Its parts:\n\n");
    for package in metadata.packages.iter().filter(|package| parts.contains(&package.id)) {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.license.as_deref().unwrap_or_default();
        writeln!(listed, "  {name}: {licence}").doing("listing the parts")?;
        for text in texts_of(package)? {
            crates_by_text.entry(text).or_default().push(name.clone());
        }
    }
    for (text, names) in crates_by_text {
        let line = "-".repeat(100);
        write!(listed, "\n{line}\n{}\n\n{text}\n", names.join(", ")).doing("listing the texts")?;
    }
    Ok(listed)
}

fn texts_of(package: &Package) -> Result<Vec<String>, Trouble> {
    let manifest = package.manifest_path.as_std_path();
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).doing(format!("reading the folder of {}", package.name))? {
        let path = entry.doing("reading the folder of a crate")?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_notice = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|it| name.starts_with(it));
        if is_notice && path.is_file() {
            let text = fs::read(&path).doing(format!("reading {}", path.display()))?;
            texts.push(String::from_utf8_lossy(&text).trim().replace("\r\n", "\n"));
        }
    }
    Ok(texts)
}
