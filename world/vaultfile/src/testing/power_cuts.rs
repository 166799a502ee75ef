// SPDX-License-Identifier: MIT OR Apache-2.0

//! The promise of this room: after a power cut at any write, the vault opens and holds exactly
//! what was last acknowledged, or the whole of what was being written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::disk::{self, Cut, Dice, Disk, Files};
use super::recorder::{self, Op, note};
use super::vfs;
use crate::machine::{Found, MachineState, MachineStore};
use crate::{FileError, RecordId, Row, VaultFile};

/// How many seeds are tried after each thing the disk is told.
const SAMPLES: u64 = 40;

/// A directory in memory where there is one: these tests sync thousands of times.
fn workshop() -> TempDir {
    vfs::install();
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    // Private copies made while opening belong there too; whoever comes first says so.
    let _already = tempfile::env::override_temp_dir(&place);
    tempfile::Builder::new()
        .prefix("kagifuda-test-")
        .tempdir_in(&place)
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// What a replay looked at and what broke.
#[derive(Default)]
struct Replay {
    cuts: usize,
    disks: HashSet<[u8; 32]>,
    broken: Vec<String>,
}

impl Replay {
    /// Cuts the power after every entry of the log, in every way, and looks at what is left.
    ///
    /// `looks_right` gets the last acknowledged step and the last begun one.
    fn run(
        &mut self,
        start: &Disk,
        log: &[Op],
        samples: u64,
        mut looks_right: impl FnMut(&Files, usize, usize) -> Result<(), String>,
    ) {
        let mut disk = start.clone();
        let (mut acknowledged, mut begun) = (0, 0);
        for at in 0..=log.len() {
            for cut in cuts(at as u64, samples) {
                self.cuts += 1;
                let files = disk.cut(cut);
                if !self.disks.insert(digest(&files, acknowledged, begun)) {
                    continue;
                }
                if let Err(what) = looks_right(&files, acknowledged, begun) {
                    let after = at.checked_sub(1).map(|last| brief(&log[last]));
                    self.broken.push(format!("{cut:?} after {at} ({after:?}): {what}"));
                }
            }
            match log.get(at) {
                Some(Op::Begin(step)) => begun = *step,
                Some(Op::Acknowledged(step)) => acknowledged = *step,
                Some(op) => disk.apply(op),
                None => {}
            }
        }
    }

    fn tell(&self, what: &str) {
        println!("{what}: {} power cuts, {} distinct disks", self.cuts, self.disks.len());
    }

    fn must_be_whole(&self, what: &str) {
        self.tell(what);
        let few = &self.broken[..self.broken.len().min(5)];
        assert!(few.is_empty(), "{} of {}: {few:#?}", self.broken.len(), self.disks.len());
    }
}

fn cuts(at: u64, samples: u64) -> impl Iterator<Item = Cut> {
    let fixed = [Cut::KeepsAll, Cut::KeepsNothing, Cut::KeepsContent, Cut::KeepsNames];
    // Two on the boundary of a sector of a page, two inside one.
    let torn = [32, 160, 1, 133].map(Cut::TearsLast);
    // The latter leaves a journal's header its magic, and rubbish for the count behind it.
    let spoilt = [32, 171].map(Cut::SpoilsLast);
    let sampled = (0..samples).map(move |seed| Cut::Sampled(at * 1000 + seed));
    fixed.into_iter().chain(torn).chain(spoilt).chain(sampled)
}

fn digest(files: &Files, acknowledged: usize, begun: usize) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(acknowledged.to_be_bytes());
    hash.update(begun.to_be_bytes());
    for (name, content) in files {
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(content.len().to_be_bytes());
        hash.update(content);
    }
    hash.finalize().into()
}

fn brief(op: &Op) -> String {
    match op {
        Op::Write { path, at, bytes } => {
            format!("write {} bytes at {at} of {:?}", bytes.len(), path.file_name())
        }
        other => format!("{other:?}"),
    }
}

/// One commit of a script.
struct Step {
    add: Vec<Row>,
    remove: Vec<RecordId>,
}

fn row(number: u16, bytes: usize, dice: &mut Dice) -> Row {
    let mut id = [0xA5; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    id[2..10].copy_from_slice(&dice.next().to_be_bytes());
    Row {
        id: RecordId(id),
        class: number as u8,
        body: (0..bytes).map(|_| dice.next() as u8).collect(),
    }
}

/// Commits as they happen: one item, a merge, a purge, a big note, nothing at all.
fn script(dice: &mut Dice) -> (Vec<Row>, Vec<Step>) {
    let first: Vec<Row> = (0..30).map(|n| row(n, 300, dice)).collect();
    let mut number = 100;
    let mut rows = |count: usize, bytes: usize| -> Vec<Row> {
        (0..count)
            .map(|_| {
                number += 1;
                row(number, bytes, dice)
            })
            .collect()
    };
    let ids = |rows: &[Row]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let merged = rows(25, 350);
    let large = rows(1, 30_000);
    let steps = vec![
        Step { add: rows(1, 200), remove: vec![] },
        Step { add: rows(1, 0), remove: vec![] },
        Step { add: merged.clone(), remove: vec![] },
        Step { add: large.clone(), remove: vec![] },
        Step { add: rows(2, 500), remove: ids(&first[3..12]) },
        Step { add: vec![], remove: ids(&large) },
        Step { add: merged[..3].to_vec(), remove: vec![] },
        Step { add: rows(3, 5_000), remove: ids(&merged[5..25]) },
        Step { add: vec![], remove: ids(&first[12..30]) },
        Step { add: rows(1, 200), remove: vec![] },
    ];
    (first, steps)
}

/// The rows after each step, beginning with none taken.
fn model(first: &[Row], steps: &[Step]) -> Vec<Vec<Row>> {
    let mut states = vec![first.to_vec()];
    for step in steps {
        let mut rows = states[states.len() - 1].clone();
        for row in &step.add {
            if !rows.contains(row) {
                rows.push(row.clone());
            }
        }
        rows.retain(|row| !step.remove.contains(&row.id));
        states.push(rows);
    }
    states
}

fn read_all(vault: &VaultFile) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let report = vault.rows(|row| rows.push(row)).map_err(|e| e.to_string())?;
    if report.damaged || report.unreadable > 0 {
        return Err(format!("{report:?}"));
    }
    Ok(rows)
}

/// Opens what a power cut left and compares it with the model.
fn holds_a_state(
    path: &Path,
    states: &[Vec<Row>],
    acknowledged: usize,
    begun: usize,
) -> Result<(), String> {
    let vault = VaultFile::open(path).map_err(|e| format!("does not open: {e}"))?;
    let check = vault.check().map_err(|e| format!("cannot be checked: {e}"))?;
    if !check.is_sound() {
        return Err(format!("not sound: {check:?}"));
    }
    let rows = read_all(&vault)?;
    if rows == states[acknowledged] || rows == states[begun] {
        Ok(())
    } else {
        Err(format!("{} rows, neither state {acknowledged} nor {begun}", rows.len()))
    }
}

/// Everything a run of the script told the disk, beginning with a vault that is safely there.
struct Recording {
    place: TempDir,
    path: PathBuf,
    start: Disk,
    log: Vec<Op>,
    states: Vec<Vec<Row>>,
}

/// Runs the script on a vault whose connection `tampering` may have changed.
fn recording(tampering: &str) -> Recording {
    let place = workshop();
    let path = place.path().join("vault");
    let (first, steps) = script(&mut Dice(7));
    let mut vault = VaultFile::create(&path, &first).unwrap();
    vault.conn.execute_batch(tampering).unwrap();
    let start = Disk::of(place.path());
    let log = recorder::record(|| {
        for (count, step) in steps.iter().enumerate() {
            note(|| Op::Begin(count + 1));
            vault.commit(&step.add, &step.remove).unwrap();
            note(|| Op::Acknowledged(count + 1));
        }
    });
    drop(vault);
    Recording { place, path, start, log, states: model(&first, &steps) }
}

impl Recording {
    fn replay(&self, samples: u64) -> Replay {
        let mut replay = Replay::default();
        replay.run(&self.start, &self.log, samples, |files, acknowledged, begun| {
            disk::lay(self.place.path(), files);
            holds_a_state(&self.path, &self.states, acknowledged, begun)
        });
        replay
    }
}

#[test]
fn a_power_cut_at_any_write_of_a_commit_leaves_the_last_acknowledged_state() {
    let recording = recording("");
    let syncs = recording.log.iter().filter(|op| matches!(op, Op::Sync(_))).count();
    assert!(syncs >= recording.states.len(), "the recorder sees the syncs: {syncs}");
    recording.replay(SAMPLES).must_be_whole("commits");
}

#[test]
fn a_power_cut_in_a_commit_larger_than_the_cache_leaves_the_last_acknowledged_state() {
    // SQLite then writes pages before the commit, and syncs its journal several times.
    for pages in [4, 7] {
        recording(&format!("PRAGMA cache_size = {pages}"))
            .replay(SAMPLES / 2)
            .must_be_whole("spilling commits");
    }
}

#[test]
fn a_second_power_cut_while_undoing_the_first_changes_nothing() {
    let recording = recording("");
    let root = recording.place.path();
    let mut left = Vec::new();
    Replay::default().run(&recording.start, &recording.log, 2, |files, acknowledged, begun| {
        if files.keys().any(|name| name.ends_with("vault-journal")) {
            left.push((files.clone(), acknowledged, begun));
        }
        Ok(())
    });
    let mut replay = Replay::default();
    for (files, acknowledged, begun) in left.iter().step_by(8) {
        disk::lay(root, files);
        let start = Disk::of(root);
        let log = recorder::record(|| drop(VaultFile::open(&recording.path)));
        replay.run(&start, &log, 1, |files, _, _| {
            disk::lay(root, files);
            holds_a_state(&recording.path, &recording.states, *acknowledged, *begun)
        });
    }
    assert!(replay.disks.len() > left.len() / 8, "undoing was seen to write");
    replay.must_be_whole("undoing");
}

#[test]
fn a_store_that_does_not_sync_is_caught_by_this_harness() {
    for tampering in ["PRAGMA synchronous = OFF", "PRAGMA journal_mode = MEMORY"] {
        let replay = recording(tampering).replay(2);
        replay.tell(tampering);
        println!("  {} of them broken, as they must be", replay.broken.len());
        assert!(!replay.broken.is_empty(), "{tampering} was not noticed");
    }
}

#[test]
fn a_disk_that_only_pretends_to_sync_is_caught_by_this_harness() {
    let mut recording = recording("");
    recording.log.retain(|op| !matches!(op, Op::Sync(_) | Op::SyncDirectory(_)));
    assert!(!recording.replay(2).broken.is_empty());
}

#[test]
fn a_directory_that_is_never_synced_is_caught_by_this_harness() {
    let mut recording = recording("");
    recording.log.retain(|op| !matches!(op, Op::SyncDirectory(_)));
    assert!(!recording.replay(2).broken.is_empty());
}

#[test]
fn a_new_vault_and_a_backup_appear_whole_or_not_at_all() {
    let (first, steps) = script(&mut Dice(8));
    let states = model(&first, &steps);
    for (what, backup) in [("create", false), ("backup", true)] {
        let (place, source_place) = (workshop(), workshop());
        let path = place.path().join("new");
        let source = VaultFile::create(source_place.path().join("source"), &states[3]).unwrap();
        let start = Disk::of(place.path());
        let log = recorder::record(|| {
            note(|| Op::Begin(1));
            if backup {
                source.backup_to(&path).unwrap();
            } else {
                drop(VaultFile::create(&path, &states[3]).unwrap());
            }
            note(|| Op::Acknowledged(1));
        });
        let mut replay = Replay::default();
        replay.run(&start, &log, SAMPLES, |files, acknowledged, _| {
            disk::lay(place.path(), files);
            match VaultFile::open(&path) {
                Err(FileError::NotFound) if acknowledged == 0 => Ok(()),
                Err(e) => Err(e.to_string()),
                Ok(vault) if read_all(&vault)? == states[3] => Ok(()),
                Ok(_) => Err("other rows".to_owned()),
            }
        });
        replay.must_be_whole(what);
    }
}

#[test]
fn a_power_cut_leaves_this_machines_old_memory_or_its_new_one() {
    let (place, vault_place) = (workshop(), workshop());
    let vault = vault_place.path().join("vault");
    drop(VaultFile::create(&vault, &[]).unwrap());
    let store = MachineStore::new(place.path(), b"this machine");
    let state = |step: usize| MachineState {
        vault: [1; 16],
        device: [2; 16],
        highest_seq: step as u64,
        head: [step as u8; 32],
        sealed_seed: vec![3; 100 * step],
        root: [4; 16],
        newest_hlc: 5,
    };
    let start = Disk::of(place.path());
    let log = recorder::record(|| {
        for step in 1..=4 {
            note(|| Op::Begin(step));
            store.save(&vault, &state(step)).unwrap();
            note(|| Op::Acknowledged(step));
        }
    });
    let mut replay = Replay::default();
    replay.run(&start, &log, 4 * SAMPLES, |files, acknowledged, begun| {
        disk::lay(place.path(), files);
        match store.find([1; 16], &vault).map_err(|e| e.to_string())? {
            Found::Known(found) if found == state(acknowledged) || found == state(begun) => Ok(()),
            Found::Unknown if acknowledged == 0 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    replay.must_be_whole("machine state");
}

/// When a machine remembers a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Remembering {
    /// Once it was acknowledged, as the program does.
    Afterwards,
    /// Before it is on the disk, as nobody should.
    Beforehand,
}

/// Cuts the power in a run of commits that this machine remembers, vault and memory in one directory.
fn remembered_commits(remembering: Remembering, samples: u64) -> Replay {
    let place = workshop();
    let path = place.path().join("vault");
    let store = MachineStore::new(place.path(), b"this machine");
    let remember = |step: usize| {
        let state = MachineState {
            vault: [1; 16],
            device: [2; 16],
            highest_seq: step as u64,
            head: [step as u8; 32],
            sealed_seed: vec![3; 48],
            root: [4; 16],
            newest_hlc: step as u64,
        };
        store.save(&path, &state).unwrap();
    };
    let mut dice = Dice(11);
    let rows: Vec<Row> = (0..6).map(|n| row(n, 300, &mut dice)).collect();
    let mut vault = VaultFile::create(&path, &[]).unwrap();
    remember(0);
    let start = Disk::of(place.path());
    let log = recorder::record(|| {
        for (count, row) in rows.iter().enumerate() {
            let step = count + 1;
            note(|| Op::Begin(step));
            if remembering == Remembering::Beforehand {
                remember(step);
            }
            vault.commit(std::slice::from_ref(row), &[]).unwrap();
            note(|| Op::Acknowledged(step));
            if remembering == Remembering::Afterwards {
                remember(step);
            }
        }
    });
    drop(vault);
    let mut replay = Replay::default();
    replay.run(&start, &log, samples, |files, acknowledged, begun| {
        disk::lay(place.path(), files);
        let vault = VaultFile::open(&path).map_err(|e| format!("does not open: {e}"))?;
        let held = read_all(&vault)?.len();
        if !(acknowledged..=begun).contains(&held) {
            return Err(format!("{held} rows of {acknowledged} that were acknowledged"));
        }
        // Laid out anew, the file is another one at the same place.
        let (Found::Known(found) | Found::Moved(found)) =
            store.find([1; 16], &path).map_err(|e| e.to_string())?
        else {
            return Err("the memory is lost".to_owned());
        };
        let seen = found.highest_seq as usize;
        match seen.cmp(&held) {
            std::cmp::Ordering::Greater => Err(format!("remembers {seen} of {held} rows")),
            _ if seen + 1 < acknowledged => Err(format!("remembers only {seen} of {held}")),
            _ => Ok(()),
        }
    });
    replay
}

#[test]
fn a_power_cut_never_leaves_this_machines_memory_ahead_of_the_vault_nor_far_behind_it() {
    remembered_commits(Remembering::Afterwards, SAMPLES).must_be_whole("remembered commits");
}

#[test]
fn a_memory_saved_before_its_commit_is_caught_by_this_harness() {
    assert!(!remembered_commits(Remembering::Beforehand, 2).broken.is_empty());
}

#[test]
fn a_power_cut_never_brings_back_an_older_note() {
    let (place, vault_place) = (workshop(), workshop());
    let vault = vault_place.path().join("vault");
    drop(VaultFile::create(&vault, &[]).unwrap());
    let store = MachineStore::new(place.path(), b"this machine");
    let tries = |step: usize| vec![8 - step as u8];
    store.set_note(&vault, "tries", &tries(0)).unwrap();
    let start = Disk::of(place.path());
    let log = recorder::record(|| {
        for step in 1..=8 {
            note(|| Op::Begin(step));
            store.set_note(&vault, "tries", &tries(step)).unwrap();
            note(|| Op::Acknowledged(step));
        }
    });
    let mut replay = Replay::default();
    replay.run(&start, &log, SAMPLES, |files, acknowledged, begun| {
        disk::lay(place.path(), files);
        let found = store.note(&vault, "tries").map_err(|e| e.to_string())?;
        if found == Some(tries(acknowledged)) || found == Some(tries(begun)) {
            Ok(())
        } else {
            Err(format!("{found:?} after {acknowledged} were used up"))
        }
    });
    replay.must_be_whole("notes");
}

#[test]
fn a_full_disk_at_any_write_leaves_the_vault_as_it_was_and_usable() {
    let place = workshop();
    let path = place.path().join("vault");
    let mut dice = Dice(9);
    let first: Vec<Row> = (0..20).map(|n| row(n, 400, &mut dice)).collect();
    let more: Vec<Row> = (50..60).map(|n| row(n, 3_000, &mut dice)).collect();
    drop(VaultFile::create(&path, &first).unwrap());
    let (mut refused, mut room) = (0, 0);
    loop {
        let mut vault = VaultFile::open(&path).unwrap();
        assert_eq!(read_all(&vault).unwrap(), first);
        recorder::fill_disk_after(Some(room));
        let answer = vault.commit(&more, &[first[0].id]);
        recorder::fill_disk_after(None);
        match answer {
            Ok(()) => break,
            Err(FileError::DiskFull) => refused += 1,
            Err(other) => panic!("after {room} writes: {other}"),
        }
        assert_eq!(read_all(&vault).unwrap(), first, "after {room} writes");
        room += 1;
    }
    assert!(refused > 10, "{refused}");
    // The vault went on working in the same process and after opening it again.
    let vault = VaultFile::open(&path).unwrap();
    assert_eq!(read_all(&vault).unwrap().len(), first.len() - 1 + more.len());
}

#[test]
fn a_disk_that_fails_to_sync_stops_the_vault_until_it_is_opened_again() {
    let place = workshop();
    let path = place.path().join("vault");
    let mut dice = Dice(10);
    let first: Vec<Row> = (0..20).map(|n| row(n, 400, &mut dice)).collect();
    let more: Vec<Row> = (50..60).map(|n| row(n, 3_000, &mut dice)).collect();
    let both: Vec<Row> = first.iter().chain(&more).cloned().collect();
    drop(VaultFile::create(&path, &first).unwrap());
    for good in 0.. {
        let mut vault = VaultFile::open(&path).unwrap();
        recorder::fail_syncs_after(Some(good));
        let answer = vault.commit(&more, &[]);
        recorder::fail_syncs_after(None);
        if answer.is_ok() {
            assert!(good >= 3, "a commit syncs its journal and the vault");
            break;
        }
        assert!(matches!(answer, Err(FileError::Io { .. })), "{answer:?}");
        assert!(matches!(vault.commit(&more, &[]), Err(FileError::Unsettled)));
        drop(vault);
        let rows = read_all(&VaultFile::open(&path).unwrap()).unwrap();
        assert!(rows == first || rows == both, "after {good} syncs");
    }
    assert_eq!(read_all(&VaultFile::open(&path).unwrap()).unwrap(), both);
}
