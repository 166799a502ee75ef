// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files of other apps: read from made-up vectors, refused where they are hostile, written and read
//! back. Each vector under `tests/vectors/exchange/` is named by the rule it proves.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its vector has failed")]

mod apps;
mod hostile;
mod managers;
mod odd;
mod passkeys;
mod reading;
mod writing;

use std::path::PathBuf;

use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    Entry, Import, ImportError, ImportLimits, RefuseReason, Refused, read_any,
};

/// The password of every encrypted vector.
const PASSWORD: &str = "rain and sun 雨と晴れ";

fn vector(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/exchange");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of all vectors.
fn all_vectors() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/exchange");
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    read_any(bytes, None, &ImportLimits::STANDARD)
}

fn unlock(bytes: &[u8], password: &str) -> Result<Import, ImportError> {
    read_any(bytes, Some(&SecretText::from(password)), &ImportLimits::STANDARD)
}

fn error_of(outcome: Result<Import, ImportError>) -> ImportError {
    match outcome {
        Ok(import) => panic!("{} entries instead of an error", import.entries.len()),
        Err(error) => error,
    }
}

fn entry<'a>(import: &'a Import, issuer: &str) -> &'a Entry {
    let found = import.entries.iter().find(|entry| entry.token.issuer == issuer);
    found.unwrap_or_else(|| panic!("{issuer} is missing"))
}

fn refusals(import: &Import) -> Vec<(usize, &str, RefuseReason)> {
    let refused = import.refused.iter();
    refused
        .map(|Refused { position, name, reason }| (*position, name.as_str(), reason.clone()))
        .collect()
}
