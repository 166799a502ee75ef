// SPDX-License-Identifier: MIT OR Apache-2.0
//! The real program is killed without warning, a few hundred times, at random moments while it writes. Every
//! write it had acknowledged must be there afterwards, and nothing may be damaged.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use getrandom::SysRng;
use kagifuda_secret::words::{self, Language};
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{ItemId, KdfPolicy, RecoveryWords, Sealed, UnixMillis, Vault, item};
use kagifuda_vaultfile::VaultFile;
use rand_core::UnwrapErr;

const KILLS: u64 = 200;
/// Kills after which everything is verified, not only read.
const VERIFY_EVERY: u64 = 25;

#[test]
fn a_killed_program_loses_nothing_it_had_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.kagifuda");
    let sheet = RecoveryWords::random(&mut UnwrapErr(SysRng));
    create(&path, &sheet);
    let spoken = words::write(&sheet.0, Language::English);
    let mut notes = BTreeMap::new();
    let (mut acknowledged, mut torn) = (0, 0);
    for kill in 0..KILLS {
        // A cheap sequence of moments that differ from kill to kill.
        let moment = Duration::from_micros(kill.wrapping_mul(2_654_435_761) % 30_000);
        let told = write_and_kill(folder.path(), spoken.expose(), moment);
        acknowledged += told.len();
        torn += usize::from(std::fs::exists(journal_of(&path)).unwrap());
        let (vault, rows) = open(&path, &sheet);
        let before = std::mem::replace(&mut notes, titles(&vault));
        assert!(before.iter().all(|(id, title)| notes.get(id) == Some(title)), "kill {kill}");
        let new: BTreeSet<&str> =
            notes.iter().filter(|(id, _)| !before.contains_key(*id)).map(|it| &**it.1).collect();
        // The writer counts from one, and a write that was whole may not have been acknowledged yet.
        let written = |count: usize| (1..=count).map(title).collect::<BTreeSet<String>>();
        assert_eq!(told, (1..=told.len()).map(|number| number.to_string()).collect::<Vec<_>>());
        let is_whole = [told.len(), told.len() + 1].into_iter().any(|count| {
            let written = written(count);
            new.iter().eq(written.iter())
        });
        assert!(is_whole, "kill {kill}: {new:?} are there, {told:?} were acknowledged");
        assert_eq!(vault.unreadable().count(), 0);
        if kill % VERIFY_EVERY == 0 {
            let verified = vault.verify(rows);
            assert!(verified.is_sound(), "kill {kill}: {verified:?}");
        }
    }
    let (vault, rows) = open(&path, &sheet);
    assert!(vault.verify(rows).is_sound());
    println!("{KILLS} kills, {acknowledged} acknowledged writes, {torn} in the middle of one");
    assert!(torn > 0, "no kill ever hit a write: the moments prove nothing");
}

/// What the writer calls its notes.
fn title(number: usize) -> String {
    format!("written while the power was cut: {number}")
}

/// The notes in a vault, by their ids.
fn titles(vault: &Vault) -> BTreeMap<ItemId, String> {
    vault.items_of(kinds::NOTE).map(|(id, state)| (id, item::title(state).to_string())).collect()
}

fn create(path: &Path, sheet: &RecoveryWords) {
    let now = UnixMillis(1_767_225_600_000);
    let ways: [(&dyn kagifuda_vault::WayToOpen, &str); 1] = [(sheet, "sheet")];
    let (_, pending) =
        Vault::create(&ways, "PC", &KdfPolicy::STANDARD, now, &mut UnwrapErr(SysRng)).unwrap();
    drop(VaultFile::create(path, pending.add()).unwrap());
}

fn open(path: &Path, sheet: &RecoveryWords) -> (Vault, Vec<Row>) {
    let file = VaultFile::open(path).unwrap();
    let mut rows = Vec::new();
    let report = file.rows(|row| rows.push(row)).unwrap();
    assert!(!report.damaged);
    let sealed = Sealed::read(rows.clone()).unwrap();
    let slot = sealed.try_way(sheet, &KdfPolicy::STANDARD).unwrap();
    (sealed.open(slot).unwrap(), rows)
}

fn journal_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

/// Lets the program write, kills it a moment after its first acknowledgement, returns all of them.
fn write_and_kill(folder: &Path, words: &str, moment: Duration) -> Vec<String> {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_kagifuda"))
        .arg("demo-writer")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writer.stdin.take().unwrap().write_all(words.as_bytes()).unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let first = lines.next().expect("the program writes at least once").unwrap();
    std::thread::sleep(moment);
    writer.kill().unwrap();
    writer.wait().unwrap();
    // A last line may be torn off: only whole lines were acknowledged, and `lines` gives a torn one too.
    std::iter::once(first).chain(lines.map_while(Result::ok)).collect()
}
