// SPDX-License-Identifier: MIT OR Apache-2.0

//! A damaged vault gives up every row that can be read, counts the others, and is never written to.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use kagifuda_vaultfile::{FileError, RecordId, Row, VaultFile};
use tempfile::TempDir;

const PAGE_BYTES: usize = 4096;

/// A directory in memory where there is one: these tests write thousands of files.
fn workshop() -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let _already = tempfile::env::override_temp_dir(&place);
    tempfile::tempdir_in(&place).or_else(|_| tempfile::tempdir()).unwrap()
}

/// Seeded chance: SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// A sound vault of several levels of pages, with short, long and removed rows.
struct Sample {
    place: TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

fn sample(count: usize) -> Sample {
    let place = workshop();
    let path = place.path().join("vault");
    let mut dice = Dice(11);
    let mut rows: Vec<Row> = (0..count)
        .map(|n| {
            let id: Vec<u8> = [dice.next().to_be_bytes(), dice.next().to_be_bytes()].concat();
            let length = if n % 40 == 7 { 9_000 } else { 100 + n % 300 };
            let body = (0..length).map(|_| dice.next() as u8).collect();
            Row { id: RecordId(id.try_into().unwrap()), class: n as u8, body }
        })
        .collect();
    let mut vault = VaultFile::create(&path, &rows).unwrap();
    let removed: Vec<RecordId> = rows.drain(count / 2..count / 2 + 15).map(|row| row.id).collect();
    vault.commit(&[], &removed).unwrap();
    drop(vault);
    Sample { bytes: fs::read(&path).unwrap(), place, path, rows }
}

/// What came out of a damaged file.
#[derive(Debug, Default)]
struct Yield {
    exact: usize,
    altered: usize,
    unreadable: usize,
    damaged: bool,
    refused: Option<FileError>,
}

impl Sample {
    fn sort(&self, found: &[Row]) -> (usize, usize) {
        let known: HashMap<RecordId, &Row> = self.rows.iter().map(|row| (row.id, row)).collect();
        let exact = found.iter().filter(|row| known.get(&row.id) == Some(row)).count();
        (exact, found.len() - exact)
    }

    /// Opens the vault with these bytes in every way, and shows that nothing writes to it.
    fn open(&self, bytes: &[u8]) -> Yield {
        fs::write(&self.path, bytes).unwrap();
        let mut result = Yield::default();
        match VaultFile::open(&self.path) {
            Ok(mut vault) => {
                let mut found = Vec::new();
                let report = vault.rows(|row| found.push(row)).unwrap();
                assert_eq!(report.read, found.len() as u64);
                (result.exact, result.altered) = self.sort(&found);
                result.unreadable = report.unreadable as usize;
                result.damaged = report.damaged;
                let check = vault.check().unwrap();
                if report.damaged || !check.is_sound() {
                    let row = Row { id: RecordId([0; 16]), class: 0, body: vec![] };
                    let refused = vault.commit(&[row], &[]);
                    assert!(matches!(refused, Err(FileError::Damaged(_))), "{refused:?}");
                }
            }
            Err(refused) => {
                let saved = self.place.path().join("saved");
                match VaultFile::salvage(&self.path, &saved) {
                    Ok(report) => {
                        let mut found = Vec::new();
                        let vault = VaultFile::open(&saved).unwrap();
                        assert!(!vault.rows(|row| found.push(row)).unwrap().damaged);
                        drop(vault);
                        assert_eq!(report.saved, found.len() as u64);
                        (result.exact, result.altered) = self.sort(&found);
                        result.unreadable = report.lost as usize;
                        fs::remove_file(saved).unwrap();
                    }
                    Err(
                        FileError::NotAVault | FileError::NewerFormat { .. } | FileError::Empty,
                    ) => {}
                    Err(other) => panic!("{refused:?}, then {other:?}"),
                }
                result.refused = Some(refused);
                result.damaged = true;
            }
        }
        assert!(fs::read(&self.path).unwrap() == bytes, "written to: {result:?}");
        assert_eq!(fs::read_dir(self.place.path()).unwrap().count(), 1, "something is left");
        result
    }
}

#[test]
fn one_flipped_bit_costs_at_most_one_row_and_never_silently() {
    let sample = sample(400);
    let count = sample.rows.len();
    let mut dice = Dice(12);
    // Every bit of the header, and a sample of all others.
    let bits: Vec<usize> =
        (0..100 * 8).chain((0..2_500).map(|_| dice.below(sample.bytes.len() * 8))).collect();
    let (mut refused, mut noticed, mut in_bodies, mut unused) = (0, 0, 0, 0);
    for bit in bits {
        let mut bytes = sample.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let result = sample.open(&bytes);
        let place = format!(
            "bit {} of byte {} of page {}",
            bit % 8,
            bit / 8 % PAGE_BYTES,
            bit / 8 / PAGE_BYTES + 1
        );
        if let Some(FileError::NewerFormat { .. }) = result.refused {
            refused += 1;
            continue;
        }
        assert!(result.exact + 1 >= count, "{place}: {result:?}");
        assert!(result.exact + result.altered + result.unreadable >= count, "{place}: {result:?}");
        match (&result.refused, result.damaged, result.altered) {
            (Some(_), ..) => refused += 1,
            (None, true, _) => noticed += 1,
            (None, false, 1) => in_bodies += 1,
            (None, false, _) => unused += 1,
        }
    }
    println!(
        "flipped bits: {refused} refused on opening, {noticed} noticed on reading, \
         {in_bodies} in a sealed body, {unused} in unused bytes"
    );
    assert!(refused > 500 && noticed > 50 && in_bodies > 500);
}

#[test]
fn a_vault_cut_off_anywhere_is_refused_and_gives_up_what_is_left() {
    let sample = sample(60);
    let mut most = 0;
    let lengths = (0..sample.bytes.len()).step_by(61).chain([sample.bytes.len() - 1]);
    for length in lengths {
        let result = sample.open(&sample.bytes[..length]);
        match result.refused {
            Some(FileError::Empty) => assert_eq!(length, 0),
            Some(FileError::NotAVault) => assert!(length < 16),
            Some(FileError::Truncated { found, .. }) => assert_eq!(found, length as u64),
            other => panic!("{length}: {other:?}"),
        }
        assert!(result.altered <= 1, "{length}: only the last row may be torn");
        most = most.max(result.exact);
    }
    assert!(most + 12 >= sample.rows.len(), "{most}");
}

#[test]
fn a_lost_page_costs_only_its_own_rows_and_they_are_counted() {
    let sample = sample(400);
    let count = sample.rows.len();
    let pages = sample.bytes.len() / PAGE_BYTES;
    let mut dice = Dice(13);
    for (page, kind) in (1..pages).flat_map(|page| [(page, 0), (page, 1), (page, 2)]) {
        let mut bytes = sample.bytes.clone();
        let lost = &mut bytes[page * PAGE_BYTES..(page + 1) * PAGE_BYTES];
        match kind {
            0 => lost.fill(0),
            1 => lost.fill(0xff),
            _ => lost.iter_mut().for_each(|byte| *byte = dice.next() as u8),
        }
        let result = sample.open(&bytes);
        assert!(result.refused.is_none(), "page {page}");
        // The shortest rows lie forty to a page.
        assert!(result.exact + 40 >= count, "page {page}: {result:?}");
        assert!(result.exact + result.altered + result.unreadable >= count, "{page}: {result:?}");
    }
}

#[test]
fn no_rubbish_makes_a_reader_panic_or_write() {
    let sample = sample(120);
    let mut dice = Dice(14);
    for _ in 0..1_000 {
        let mut bytes = sample.bytes.clone();
        for _ in 0..=dice.below(40) {
            let at = dice.below(bytes.len());
            // Small numbers hit counts, offsets and page numbers; large ones lengths.
            bytes[at] = match dice.below(4) {
                0 => dice.below(16) as u8,
                1 => 0xff,
                _ => dice.next() as u8,
            };
        }
        if dice.below(4) == 0 {
            let (from, to) = (dice.below(bytes.len()), dice.below(bytes.len() - PAGE_BYTES));
            let page = bytes[to..to + PAGE_BYTES].to_vec();
            let from = from.min(bytes.len() - PAGE_BYTES);
            bytes[from..from + PAGE_BYTES].copy_from_slice(&page);
        }
        sample.open(&bytes);
    }
}

#[test]
fn a_damaged_vault_is_salvaged_whole_and_backed_up_not_at_all() {
    let sample = sample(400);
    // The root of the table: without it, SQLite finds no row at all.
    let mut bytes = sample.bytes.clone();
    bytes[PAGE_BYTES] = 0;
    fs::write(&sample.path, &bytes).unwrap();
    let vault = VaultFile::open(&sample.path).unwrap();
    let other = sample.place.path().join("other");
    assert!(matches!(vault.backup_to(&other), Err(FileError::Damaged(_))));
    assert!(!other.exists());
    let report = vault.salvage_to(&other).unwrap();
    assert_eq!((report.saved, report.lost), (sample.rows.len() as u64, 0));
    let mut found = Vec::new();
    assert!(!VaultFile::open(&other).unwrap().rows(|row| found.push(row)).unwrap().damaged);
    assert!(found == sample.rows, "in order of arrival");
}

#[test]
fn removed_rows_do_not_come_back() {
    let sample = sample(400);
    let all: Vec<RecordId> = sample.rows.iter().map(|row| row.id).collect();
    let mut vault = VaultFile::open(&sample.path).unwrap();
    vault.commit(&[], &all[100..200]).unwrap();
    vault.commit(&[], &all[..50]).unwrap();
    let backup = sample.place.path().join("backup");
    vault.backup_to(&backup).unwrap();
    drop(vault);
    let content = fs::read(&backup).unwrap();
    fs::remove_file(&backup).unwrap();
    for row in &sample.rows {
        let is_there = content.windows(16).any(|bytes| bytes == &row.body[..16]);
        let is_removed = all[..50].contains(&row.id) || all[100..200].contains(&row.id);
        assert!(is_there != is_removed, "a backup holds what is there and nothing else");
    }
    // Neither does a search of the pages bring them back.
    let content = fs::read(&sample.path).unwrap();
    let mut bytes = content;
    bytes[0] ^= 1;
    let result = sample.open(&bytes);
    assert_eq!((result.exact, result.altered), (sample.rows.len() - 150, 0));
}
