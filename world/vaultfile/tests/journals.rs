// SPDX-License-Identifier: MIT OR Apache-2.0

//! A journal beside a vault: ours is undone, a stranger's is not used, a hostile one does nothing.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kagifuda_vaultfile::{
    Alteration, Damage, FileError, MAX_FILE_BYTES, Notice, RecordId, Row, VaultFile,
};
use rusqlite::Connection;
use tempfile::TempDir;

fn rows(from: u8, count: u8) -> Vec<Row> {
    (from..from + count)
        .map(|n| Row { id: RecordId([n; 16]), class: n, body: vec![n; 900] })
        .collect()
}

/// A vault as a crash in the middle of a write leaves it: some pages new, the journal beside it.
fn crashed(first: &[Row]) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    VaultFile::create(&path, first).unwrap();
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "PRAGMA cache_size = 1; BEGIN IMMEDIATE;
             UPDATE record SET body = zeroblob(length(body));
             INSERT INTO record(id, class, body)
             WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200)
             SELECT randomblob(16), 1, randomblob(900) FROM n;",
        )
        .unwrap();
    let files = listing(place.path());
    drop(writer);
    lay(place.path(), &files);
    assert!(files.keys().any(|name| name.ends_with("vault-journal")));
    (place, path)
}

fn listing(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect()
}

fn lay(directory: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(directory).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (path, content) in files {
        fs::write(path, content).unwrap();
    }
}

fn journal(path: &Path) -> PathBuf {
    path.with_file_name("vault-journal")
}

fn read(vault: &VaultFile) -> Vec<Row> {
    let mut found = Vec::new();
    let report = vault.rows(|row| found.push(row)).unwrap();
    assert!(!report.damaged);
    found
}

#[test]
fn an_unfinished_write_is_undone_and_said() {
    let first = rows(0, 40);
    let (_place, path) = crashed(&first);
    let mut vault = VaultFile::open(&path).unwrap();
    assert!(vault.notices().contains(&Notice::UnfinishedWriteUndone));
    assert_eq!(read(&vault), first);
    assert!(!journal(&path).exists());
    vault.commit(&rows(50, 1), &[]).unwrap();
    assert!(vault.check().unwrap().is_sound());
}

#[test]
fn reading_a_crashed_vault_changes_not_one_byte_of_it() {
    let first = rows(0, 40);
    let (place, path) = crashed(&first);
    let before = listing(place.path());
    let vault = VaultFile::open_read_only(&path).unwrap();
    assert!(vault.notices().contains(&Notice::ReadFromCopy));
    assert_eq!(read(&vault), first);
    drop(vault);
    let saved = tempfile::tempdir().unwrap();
    let report = VaultFile::salvage(&path, saved.path().join("saved")).unwrap();
    assert_eq!((report.saved, report.lost), (40, 0));
    assert_eq!(listing(place.path()), before);
}

#[test]
fn the_journal_of_another_vault_is_set_aside() {
    let (_place, crashed_path) = crashed(&rows(0, 3));
    // Small enough that the stray journal holds that whole vault, and undoing it would replace
    // this one without a trace; or larger, so that undoing it would break this one.
    for count in [3, 150] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("vault");
        let mine = rows(100, count);
        let mut grown = VaultFile::create(&path, &mine[1..]).unwrap();
        grown.commit(&[], &[mine[1].id]).unwrap();
        grown.commit(&[], &[mine[2].id]).unwrap();
        grown.commit(&mine, &[]).unwrap();
        let mine = read(&grown);
        drop(grown);
        fs::copy(journal(&crashed_path), journal(&path)).unwrap();
        let vault = VaultFile::open(&path).unwrap();
        let stray = place.path().join("vault-journal.stray-1");
        let stray = fs::canonicalize(stray).unwrap();
        assert_eq!(
            vault.notices(),
            [Notice::StrayJournalSetAside { to: stray.clone() }],
            "{count} rows"
        );
        assert_eq!(read(&vault), mine);
        assert_eq!(fs::read(stray).unwrap(), fs::read(journal(&crashed_path)).unwrap());
    }
}

#[test]
fn a_later_version_of_the_vault_put_over_a_crashed_one_is_kept() {
    let first = rows(0, 3);
    let (place, path) = crashed(&first);
    let elsewhere = place.path().join("elsewhere");
    let mut theirs = VaultFile::create(&elsewhere, &first).unwrap();
    for n in 10..15 {
        theirs.commit(&rows(n, 1), &[]).unwrap();
    }
    let expected = read(&theirs);
    drop(theirs);
    fs::rename(&elsewhere, &path).unwrap();
    let vault = VaultFile::open(&path).unwrap();
    assert!(matches!(vault.notices(), [Notice::StrayJournalSetAside { .. }]));
    assert_eq!(read(&vault), expected);
}

#[test]
fn a_journal_that_names_another_file_deletes_nothing() {
    let (place, path) = crashed(&rows(0, 40));
    let precious = place.path().join("precious");
    fs::write(&precious, b"a key\0").unwrap();
    // As SQLite ends the journal of a write to several databases: lock page, name, length,
    // checksum, magic. It would delete the named file once the journal is undone.
    let name = precious.to_str().unwrap().as_bytes();
    let sum: u32 = name.iter().map(|byte| u32::from(*byte)).sum();
    let mut hostile = fs::read(journal(&path)).unwrap();
    hostile.extend_from_slice(&(0x4000_0000_u32 / 4096 + 1).to_be_bytes());
    hostile.extend_from_slice(name);
    hostile.extend_from_slice(&(name.len() as u32).to_be_bytes());
    hostile.extend_from_slice(&sum.to_be_bytes());
    hostile.extend_from_slice(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    fs::write(journal(&path), hostile).unwrap();
    let before = listing(place.path());
    for refused in [VaultFile::open(&path).err(), VaultFile::open_read_only(&path).err()] {
        assert!(matches!(refused, Some(FileError::Altered(Alteration::Journal))), "{refused:?}");
    }
    let saved = tempfile::tempdir().unwrap();
    assert!(VaultFile::salvage(&path, saved.path().join("saved")).unwrap().saved >= 40);
    assert_eq!(listing(place.path()), before);

    // And it is no idle fear: this is what stock SQLite does with it.
    let count =
        Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM record", [], |row| row.get::<_, i64>(0));
    assert_eq!(count.unwrap(), 40);
    assert!(!precious.exists());
}

#[test]
fn a_journal_that_is_no_file_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    VaultFile::create(&path, &rows(0, 3)).unwrap();
    let precious = place.path().join("precious");
    fs::write(&precious, b"a key").unwrap();
    std::os::unix::fs::symlink(&precious, journal(&path)).unwrap();
    for refused in [VaultFile::open(&path).err(), VaultFile::open_read_only(&path).err()] {
        assert!(matches!(refused, Some(FileError::Altered(Alteration::Journal))));
    }
    assert_eq!(fs::read(&precious).unwrap(), b"a key");
}

#[test]
fn a_crashed_vault_whose_journal_is_damaged_is_not_written_to() {
    let (place, path) = crashed(&rows(0, 40));
    let whole = fs::read(journal(&path)).unwrap();
    // Magic, count, nonce, and the first record's page and checksum.
    for at in [3, 11, 13, 512 + 4 + 4096 - 200, 512 + 4 + 4096] {
        let mut broken = whole.clone();
        broken[at] ^= 1;
        fs::write(journal(&path), broken).unwrap();
        let before = listing(place.path());
        let refused = VaultFile::open(&path).err();
        assert!(
            matches!(refused, Some(FileError::Damaged(Damage::Journal))),
            "byte {at}: {refused:?}"
        );
        let saved = tempfile::tempdir().unwrap();
        let report = VaultFile::salvage(&path, saved.path().join("saved")).unwrap();
        assert!(report.saved >= 40, "{report:?}");
        assert_eq!(listing(place.path()), before);
    }
    fs::write(journal(&path), &whole[..whole.len() / 2]).unwrap();
    let refused = VaultFile::open(&path).err();
    assert!(matches!(refused, Some(FileError::Damaged(Damage::Journal))), "{refused:?}");
}

#[test]
fn each_journal_that_is_set_aside_gets_a_name_of_its_own() {
    let (_place, crashed_path) = crashed(&rows(0, 3));
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    let mut mine = VaultFile::create(&path, &rows(100, 3)).unwrap();
    for n in 110..115 {
        mine.commit(&rows(n, 1), &[]).unwrap();
    }
    let expected = read(&mine);
    drop(mine);
    for number in 1..=3 {
        fs::copy(journal(&crashed_path), journal(&path)).unwrap();
        let vault = VaultFile::open(&path).unwrap();
        let stray = place.path().join(format!("vault-journal.stray-{number}"));
        let to = fs::canonicalize(stray).unwrap();
        assert_eq!(vault.notices(), [Notice::StrayJournalSetAside { to }]);
        assert_eq!(read(&vault), expected);
    }
}

#[test]
fn a_newer_vault_put_over_a_crashed_one_is_refused_as_newer() {
    let place = tempfile::tempdir().unwrap();
    let newer = place.path().join("newer");
    drop(VaultFile::create(&newer, &rows(0, 3)).unwrap());
    Connection::open(&newer).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    let (crashed_place, path) = crashed(&rows(0, 40));
    fs::copy(&newer, &path).unwrap();
    let before = listing(crashed_place.path());
    let refused = VaultFile::open(&path).err();
    let newer = FileError::NewerFormat { found: 2, known: 1 };
    assert_eq!(refused.unwrap().to_string(), newer.to_string());
    assert_eq!(listing(crashed_place.path()), before);
}

#[test]
fn a_journal_larger_than_any_vault_is_not_copied() {
    let (place, path) = crashed(&rows(0, 40));
    let file = fs::File::options().write(true).open(journal(&path)).unwrap();
    file.set_len(2 * MAX_FILE_BYTES + 1).unwrap();
    let vault = fs::read(&path).unwrap();
    for refused in [VaultFile::open(&path).err(), VaultFile::open_read_only(&path).err()] {
        assert!(matches!(refused, Some(FileError::TooLarge)), "{refused:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), vault);
    assert_eq!(file.metadata().unwrap().len(), 2 * MAX_FILE_BYTES + 1);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
}

#[test]
fn a_name_that_leaves_no_room_for_a_journal_is_an_error_that_says_so() {
    let place = tempfile::tempdir().unwrap();
    let short = place.path().join("vault");
    drop(VaultFile::create(&short, &rows(0, 3)).unwrap());
    let long = place.path().join("v".repeat(250));
    fs::rename(&short, &long).unwrap();
    for refused in [VaultFile::open(&long).err(), VaultFile::open_read_only(&long).err()] {
        assert!(matches!(refused, Some(FileError::Io { .. })), "{refused:?}");
    }
}
