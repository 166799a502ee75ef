// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads the vector files under `tests/vectors/otp`: records of `field: value` lines, parted by
//! empty lines; a line that begins with `#` is a remark. A field missing from a record is a
//! mistake of the file, and says so.

#![allow(dead_code, reason = "every test file uses its own part of the reader")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use kagifuda_otp::Algorithm;

/// One record of a vector file.
pub(crate) struct Record {
    file: String,
    fields: BTreeMap<String, String>,
}

impl Record {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("{self}: no field {name}"))
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or_else(|_| panic!("{self}: {name} is no number"))
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        let hex = self.text(name);
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect()
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.text("algorithm") {
            "sha1" => Algorithm::Sha1,
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            other => panic!("{self}: algorithm {other}"),
        }
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.file, self.fields)
    }
}

/// Reads every record of the files whose names begin with `prefix`; there must be some.
pub(crate) fn records(prefix: &str) -> Vec<Record> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/otp");
    let mut records = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder of vectors is in the repository") {
        let path = entry.expect("a readable folder").path();
        let file = path.file_name().expect("a file").to_string_lossy().into_owned();
        if file.starts_with(prefix) && file.ends_with(".txt") {
            let text = fs::read_to_string(&path).expect("a readable file");
            records.extend(text.split("\n\n").filter_map(|paragraph| record(&file, paragraph)));
        }
    }
    assert!(!records.is_empty(), "no vectors named {prefix}*");
    records
}

fn record(file: &str, paragraph: &str) -> Option<Record> {
    let fields: BTreeMap<_, _> = paragraph
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let (name, value) = line.split_once(':').expect("field: value");
            (name.trim().to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned())
        })
        .collect();
    (!fields.is_empty()).then(|| Record { file: file.to_owned(), fields })
}
