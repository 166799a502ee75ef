// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whatever is committed, reopened, backed up and refused: the vault holds what a plain list holds.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kagifuda_vaultfile::{FileError, RecordId, Row, VaultFile};
use proptest::prelude::*;
use tempfile::TempDir;

fn workshop() -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::tempdir_in(&place).or_else(|_| tempfile::tempdir()).unwrap()
}

/// Rows in order of arrival, and the rules of `commit`.
#[derive(Clone, Default)]
struct Model(Vec<Row>);

impl Model {
    fn commit(&mut self, add: &[Row], remove: &[RecordId]) -> Result<(), RecordId> {
        let mut next = self.0.clone();
        for row in add {
            match next.iter().find(|known| known.id == row.id) {
                None => next.push(row.clone()),
                Some(known) if known == row => {}
                Some(_) => return Err(row.id),
            }
        }
        next.retain(|row| !remove.contains(&row.id));
        self.0 = next;
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Act {
    Commit { add: Vec<Row>, remove: Vec<RecordId> },
    Reopen,
    ReadOnly,
    BackUpAndUseTheBackup,
}

/// Few ids, so that they meet again; few lengths, some across pages.
fn id() -> impl Strategy<Value = RecordId> {
    (0_u8..24).prop_map(|n| RecordId([n; 16]))
}

fn row() -> impl Strategy<Value = Row> {
    let length = prop_oneof![4 => 0_usize..40, 2 => 400_usize..1_200, 1 => 3_900_usize..9_000];
    (id(), 0_u8..2, length, 0_u8..2).prop_map(|(id, class, length, fill)| Row {
        id,
        class,
        // An id mostly comes back with the same content, as in a merge.
        body: vec![fill; if fill == 0 { usize::from(id.0[0]) * 7 } else { length }],
    })
}

fn act() -> impl Strategy<Value = Act> {
    let commit = (prop::collection::vec(row(), 0..5), prop::collection::vec(id(), 0..3))
        .prop_map(|(add, remove)| Act::Commit { add, remove });
    prop_oneof![
        8 => commit,
        2 => Just(Act::Reopen),
        1 => Just(Act::ReadOnly),
        1 => Just(Act::BackUpAndUseTheBackup),
    ]
}

fn read(vault: &VaultFile) -> Vec<Row> {
    let mut rows = Vec::new();
    let report = vault.rows(|row| rows.push(row)).unwrap();
    assert_eq!((report.read, report.unreadable, report.damaged), (rows.len() as u64, 0, false));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn a_vault_holds_what_a_list_holds(acts in prop::collection::vec(act(), 1..30)) {
        let place = workshop();
        let mut path: PathBuf = place.path().join("vault");
        let mut model = Model::default();
        let mut vault = VaultFile::create(&path, &[]).unwrap();
        for (count, act) in acts.into_iter().enumerate() {
            match act {
                Act::Commit { add, remove } => {
                    let expected = model.commit(&add, &remove);
                    match (vault.commit(&add, &remove), expected) {
                        (Ok(()), Ok(())) => {}
                        (Err(FileError::Conflict { id }), Err(taken)) => prop_assert_eq!(id, taken),
                        (answer, expected) => panic!("{answer:?}, expected {expected:?}"),
                    }
                }
                Act::Reopen => {
                    drop(vault);
                    vault = VaultFile::open(&path).unwrap();
                }
                Act::ReadOnly => {
                    drop(vault);
                    prop_assert_eq!(&read(&VaultFile::open_read_only(&path).unwrap()), &model.0);
                    vault = VaultFile::open(&path).unwrap();
                }
                Act::BackUpAndUseTheBackup => {
                    path = place.path().join(format!("backup-{count}"));
                    vault.backup_to(&path).unwrap();
                    vault = VaultFile::open(&path).unwrap();
                }
            }
            prop_assert_eq!(&read(&vault), &model.0);
            prop_assert!(vault.notices().is_empty());
        }
        prop_assert!(vault.check().unwrap().is_sound());
    }
}

fn many(count: u32) -> Vec<Row> {
    let scattered = |n: u32| {
        // Ids are random in life; in order they would be kinder to the index.
        let mixed = u128::from(n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        mixed.to_be_bytes()
    };
    (0..count)
        .map(|n| Row { id: RecordId(scattered(n)), class: 1, body: vec![n as u8; 600] })
        .collect()
}

/// The cost is told here and compared in `cargo xtask bench`; what is asserted does not depend on
/// the machine: how many pages one commit writes.
#[test]
fn adding_a_row_costs_the_same_in_a_large_vault() {
    let place = workshop();
    let mut told = Vec::new();
    for count in [10, 10_000] {
        let path = place.path().join(format!("vault-{count}"));
        let all = many(count + 100);
        let mut vault = VaultFile::create(&path, &all[..count as usize]).unwrap();
        assert_eq!(read(&vault).len(), count as usize);
        let mut times = Vec::new();
        for row in &all[count as usize..] {
            let begin = Instant::now();
            vault.commit(std::slice::from_ref(row), &[]).unwrap();
            times.push(begin.elapsed());
        }
        times.sort();
        let (before, new) = (fs::read(&path).unwrap(), many(count + 101).pop().unwrap());
        vault.commit(&[new], &[]).unwrap();
        let pages = fs::read(&path).unwrap();
        let changed = pages.chunks(4096).zip(before.chunks(4096)).filter(|(a, b)| a != b).count();
        // The header, a leaf and what is above it, of the table and of the index.
        assert!(changed <= 8, "{changed} pages written to add one row to {count}");
        let begin = Instant::now();
        drop(vault);
        let vault = VaultFile::open(&path).unwrap();
        let opened = begin.elapsed();
        read(&vault);
        told.push((count, times[times.len() / 2], opened, begin.elapsed() - opened));
    }
    for (count, commit, open, rows) in told {
        println!("{count} rows: commit {commit:?} (median), open {open:?}, read all {rows:?}");
    }
}

#[test]
fn a_killed_process_leaves_what_it_acknowledged() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    const WRITE: &str = "KAGIFUDA_TEST_WRITE_UNTIL_KILLED";
    const KILLS: usize = 200;
    let row = |n: u32| Row {
        id: RecordId(u128::from(n).to_be_bytes()),
        class: 0,
        body: vec![n as u8; 50 + n as usize % 7 * 900],
    };
    if let Some(path) = std::env::var_os(WRITE) {
        let mut vault = VaultFile::open(path).unwrap();
        let mut next = 0;
        let _all = vault.rows(|row| next = u128::from_be_bytes(row.id.0) as u32 + 1).unwrap();
        loop {
            let remove = next.checked_sub(40).map(|old| row(old).id);
            vault.commit(&[row(next)], remove.as_slice()).unwrap();
            println!("acknowledged {next}");
            next += 1;
        }
    }
    let place = workshop();
    let path = place.path().join("vault");
    drop(VaultFile::create(&path, &[]).unwrap());
    let mut last: Option<u32> = None;
    let (mut undone, mut ahead) = (0, 0);
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_killed_process_leaves_what_it_acknowledged", "--nocapture"])
            .env(WRITE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = |line: std::io::Result<String>| {
            if let Some(n) = line.unwrap().strip_prefix("acknowledged ") {
                last = Some(n.parse().unwrap());
            }
        };
        // The child is anywhere in a later commit when the signal arrives.
        let wanted = 3 + kill % 5;
        lines
            .by_ref()
            .filter(|line| line.as_ref().unwrap().starts_with('a'))
            .take(wanted)
            .for_each(&mut heard);
        for n in 0..kill * 997 % 20_000 {
            std::hint::black_box(n);
        }
        child.kill().unwrap();
        lines.for_each(&mut heard);
        child.wait().unwrap();

        let vault = VaultFile::open(&path).unwrap();
        undone += usize::from(!vault.notices().is_empty());
        let rows = read(&vault);
        let newest = rows.last().map(|row| u128::from_be_bytes(row.id.0) as u32);
        let acknowledged = last.unwrap();
        assert!(
            newest == Some(acknowledged) || newest == Some(acknowledged + 1),
            "kill {kill}: acknowledged {acknowledged}, found {newest:?}"
        );
        ahead += usize::from(newest != Some(acknowledged));
        let newest = newest.unwrap();
        let expected: Vec<Row> = (newest.saturating_sub(39)..=newest).map(row).collect();
        assert!(rows == expected, "kill {kill}: all or nothing");
    }
    println!("{KILLS} kills: {undone} unfinished writes undone, {ahead} kept unacknowledged");
}
