// SPDX-License-Identifier: MIT OR Apache-2.0
//! An import of thousands of entries: the file read, and the whole way into a vault.

use std::path::Path;
use std::process::Stdio;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_vault::exchange::{
    EntryExtras, ImportLimits, Outgoing, Protection, read_any, write_aegis,
};

use crate::big;
use crate::home::Home;
use crate::scale::{Report, best_of, millis, ratio, time_of};

/// How often a vault is filled.
const RUNS: usize = 3;

/// Measures a file of Aegis with so many entries.
pub(crate) fn measure(program: &Path, entries: usize, report: &mut Report) {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let tokens: Vec<_> = (0..entries).map(|n| big::token(n, &mut rng)).collect();
    let extras = EntryExtras::default();
    let outgoing: Vec<_> = tokens.iter().map(|token| Outgoing { token, extras: &extras }).collect();
    let written = write_aegis(&outgoing, Protection::Plain, &mut rng).expect("a file is written");
    let read = best_of(RUNS, || {
        let import = read_any(written.content.expose(), None, &ImportLimits::STANDARD);
        assert_eq!(import.expect("the file is read").entries.len(), entries);
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("aegis.json");
    std::fs::write(&file, written.content.expose()).expect("the file is there");
    let runs = (0..RUNS).map(|_| {
        let home = Home::new(program, 0, big::draft);
        let mut command = home.command();
        command.args(["--yes", "token", "import"]).arg(&file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        time_of(|| assert!(command.status().expect("the program starts").success()))
    });
    let whole = runs.min().unwrap_or_default();
    report.note(&format!("reading an Aegis file of {entries} entries"), millis(read), "ms");
    report.note("importing it, start to exit, previewed and durable", millis(whole), "ms");
    report.note("the import against reading the file", ratio(whole, read), "x");
}
