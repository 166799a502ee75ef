// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is not a whole vault of ours is refused, by name, and left exactly as it was.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use kagifuda_vaultfile::{Alteration, Damage, FileError, Notice, RecordId, Row, VaultFile};
use rusqlite::Connection;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    (place, path)
}

fn rows(count: u8) -> Vec<Row> {
    (0..count).map(|n| Row { id: RecordId([n; 16]), class: n, body: vec![n; 100] }).collect()
}

fn vault() -> (TempDir, PathBuf) {
    let (place, path) = place();
    VaultFile::create(&path, &rows(5)).unwrap();
    (place, path)
}

/// Both ways to open refuse, and nothing in the directory changes.
fn refusal(path: &Path) -> FileError {
    let before = listing(path.parent().unwrap());
    let by_reader = VaultFile::open_read_only(path).err().expect("not opened for reading");
    let by_writer = VaultFile::open(path).err().expect("not opened for writing");
    assert_eq!(format!("{by_reader:?}"), format!("{by_writer:?}"));
    assert!(listing(path.parent().unwrap()) == before, "touched");
    by_writer
}

fn listing(directory: &Path) -> Vec<(PathBuf, u32, Option<Vec<u8>>)> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let mode = fs::symlink_metadata(&path).unwrap().permissions().mode();
            (path.clone(), mode, path.is_file().then(|| fs::read(&path).unwrap()))
        })
        .collect();
    files.sort();
    files
}

fn with_bytes(at: usize, bytes: &[u8]) -> (TempDir, PathBuf) {
    let (place, path) = vault();
    let mut content = fs::read(&path).unwrap();
    content[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(&path, content).unwrap();
    (place, path)
}

fn altered_by(sql: &str) -> (TempDir, PathBuf) {
    let (place, path) = vault();
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    (place, path)
}

#[test]
fn nothing_there() {
    let (_place, path) = place();
    assert!(matches!(refusal(&path), FileError::NotFound));
    assert!(matches!(
        VaultFile::open(path.join("below/a/missing/directory")).err(),
        Some(FileError::NotFound)
    ));
}

#[test]
fn an_existing_name_is_never_overwritten() {
    let (_place, path) = vault();
    let vault = VaultFile::open(&path).unwrap();
    assert!(matches!(VaultFile::create(&path, &[]).err(), Some(FileError::AlreadyExists)));
    assert!(matches!(vault.backup_to(&path), Err(FileError::AlreadyExists)));
    let dangling = path.with_extension("link");
    symlink("nowhere", &dangling).unwrap();
    assert!(matches!(vault.backup_to(&dangling), Err(FileError::AlreadyExists)));
    assert_eq!(listing(path.parent().unwrap()).len(), 2, "no draft is left behind");
}

#[test]
fn an_empty_file() {
    let (_place, path) = place();
    fs::write(&path, b"").unwrap();
    assert!(matches!(refusal(&path), FileError::Empty));
}

#[test]
fn something_else_entirely() {
    for content in [&b"x"[..], b"SQLite format", &[0xff; 9000], b"age-encryption.org/v1\n"] {
        let (_place, path) = place();
        fs::write(&path, content).unwrap();
        assert!(matches!(refusal(&path), FileError::NotAVault));
    }
}

#[test]
fn another_programs_database() {
    let (_place, path) = place();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE record(seq)").unwrap();
    assert!(matches!(refusal(&path), FileError::NotAVault));
}

#[test]
fn a_newer_format() {
    let (_place, path) = altered_by("PRAGMA user_version = 2");
    assert!(matches!(refusal(&path), FileError::NewerFormat { found: 2, known: 1 }));
    let saved = path.with_extension("saved");
    assert!(matches!(VaultFile::salvage(&path, &saved), Err(FileError::NewerFormat { .. })));
}

#[test]
fn a_file_cut_short_or_grown() {
    let (_place, path) = vault();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let expected = whole.len() as u64;
    match refusal(&path) {
        FileError::Truncated { expected: e, found } => assert_eq!((e, found), (expected, e - 1)),
        other => panic!("{other:?}"),
    }
    fs::write(&path, [&whole[..], &[0; 4096]].concat()).unwrap();
    assert!(matches!(refusal(&path), FileError::Damaged(Damage::Header)));
}

#[test]
fn a_damaged_header() {
    for (at, bytes) in [(21, [65]), (24, [9]), (75, [1])] {
        let (_place, path) = with_bytes(at, &bytes);
        assert!(matches!(refusal(&path), FileError::Damaged(Damage::Header)), "byte {at}");
    }
}

#[test]
fn a_schema_that_cannot_be_read() {
    let (_place, path) = with_bytes(100, &[0xff]);
    let refused = refusal(&path);
    assert!(matches!(refused, FileError::Damaged(Damage::Schema)), "{refused:?}");
}

#[test]
fn a_schema_that_does_more_than_ours() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record; END",
        "CREATE VIEW v AS SELECT randomblob(1000000000) FROM record",
        "CREATE INDEX i ON record(abs(class))",
        "CREATE TABLE more(x)",
        "ALTER TABLE record ADD COLUMN extra BLOB DEFAULT x'01'",
        "ALTER TABLE record RENAME TO recorded; CREATE VIEW record AS SELECT * FROM recorded",
        "DROP TABLE record",
        "CREATE TABLE copy(seq INTEGER PRIMARY KEY, id BLOB, class INT, body BLOB);
         DROP TABLE record; ALTER TABLE copy RENAME TO record",
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'record'",
        "CREATE VIRTUAL TABLE words USING fts5(x)",
    ] {
        let (_place, path) = altered_by(sql);
        let refused = refusal(&path);
        assert!(matches!(refused, FileError::Altered(Alteration::Schema)), "{sql}: {refused:?}");
    }
}

#[test]
fn a_layout_that_is_not_ours() {
    for sql in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM",
        "PRAGMA auto_vacuum = FULL; VACUUM",
    ] {
        let (_place, path) = altered_by(sql);
        let refused = refusal(&path);
        assert!(matches!(refused, FileError::Altered(Alteration::Layout)), "{sql}: {refused:?}");
    }
}

#[test]
fn rows_of_an_altered_vault_can_be_salvaged_without_what_was_added() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record; END",
        "CREATE TABLE more(x); INSERT INTO more VALUES ('not a row')",
        "PRAGMA journal_mode = WAL",
    ] {
        let (_place, path) = altered_by(sql);
        let saved = path.with_extension("saved");
        let report = VaultFile::salvage(&path, &saved).unwrap();
        assert_eq!(report.saved, 5, "{sql}");
        let mut found = Vec::new();
        let reading = VaultFile::open(&saved).unwrap().rows(|row| found.push(row)).unwrap();
        assert_eq!((found, reading.damaged), (rows(5), false), "{sql}");
    }
}

#[test]
fn rows_still_in_another_programs_write_ahead_log_are_salvaged() {
    let (_place, path) = vault();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
             INSERT INTO record(id, class, body) VALUES (randomblob(16), 9, x'09')",
        )
        .unwrap();
    let saved = path.with_extension("saved");
    assert_eq!(VaultFile::salvage(&path, &saved).unwrap().saved, 6);
}

#[test]
fn a_directory_a_link_a_device() {
    let (place, path) = vault();
    let directory = place.path().join("directory");
    fs::create_dir(&directory).unwrap();
    assert!(matches!(refusal(&directory), FileError::IsDirectory));
    let link = path.with_extension("link");
    symlink(&path, &link).unwrap();
    assert!(matches!(refusal(&link), FileError::IsSymlink));
    assert!(matches!(VaultFile::open("/dev/null").err(), Some(FileError::NotAFile)));
    assert!(matches!(VaultFile::open("/").err(), Some(FileError::IsDirectory)));
    assert!(matches!(VaultFile::open("").err(), Some(FileError::IsDirectory)));
}

#[test]
fn a_link_on_the_way_is_fine() {
    let (place, path) = vault();
    let elsewhere = tempfile::tempdir().unwrap();
    let way = elsewhere.path().join("way");
    symlink(place.path(), &way).unwrap();
    let vault = VaultFile::open(way.join("vault")).unwrap();
    assert_eq!(vault.path(), fs::canonicalize(path).unwrap());
}

#[test]
fn somebody_elses_file() {
    let (_place, path) = vault();
    let is_root = fs::metadata("/proc/self").is_ok() && chown(&path, Some(12_345), None).is_ok();
    let theirs = if is_root { path } else { PathBuf::from("/etc/passwd") };
    let owner = if is_root { 12_345 } else { 0 };
    match VaultFile::open(&theirs).err() {
        Some(FileError::NotYours { owner: found }) => assert_eq!(found, owner),
        other => panic!("{other:?}"),
    }
    // To merge what somebody else wrote, reading is enough.
    if is_root {
        assert_eq!(VaultFile::open_read_only(&theirs).unwrap().rows(drop).unwrap().read, 5);
    }
}

#[test]
fn permissions_are_tightened_when_writing_and_only_told_when_reading() {
    let (_place, path) = vault();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let reader = VaultFile::open_read_only(&path).unwrap();
    assert_eq!(reader.notices(), [Notice::PermissionsTooOpen { mode: 0o644 }]);
    drop(reader);
    let writer = VaultFile::open(&path).unwrap();
    assert_eq!(writer.notices(), [Notice::PermissionsTightened { was: 0o644 }]);
    drop(writer);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert!(VaultFile::open(&path).unwrap().notices().is_empty());
}

#[test]
fn files_and_directories_are_made_for_the_owner_only() {
    let (place, _) = place();
    let path = place.path().join("new/and/deep/vault");
    let mut vault = VaultFile::create(&path, &rows(1)).unwrap();
    vault.commit(&rows(3), &[]).unwrap();
    let backup = place.path().join("backups/one");
    vault.backup_to(&backup).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&path), mode(&backup)), (0o600, 0o600));
    for made in ["new", "new/and", "new/and/deep", "backups"] {
        assert_eq!(mode(&place.path().join(made)), 0o700, "{made}");
    }
    assert_eq!(VaultFile::open(&backup).unwrap().rows(drop).unwrap().read, 3);
}

#[test]
fn two_at_a_time_is_one_too_many() {
    let (_place, path) = vault();
    let writer = VaultFile::open(&path).unwrap();
    assert!(matches!(VaultFile::open(&path).err(), Some(FileError::InUse)));
    assert!(matches!(VaultFile::open_read_only(&path).err(), Some(FileError::InUse)));
    let saved = path.with_extension("saved");
    assert!(matches!(VaultFile::salvage(&path, &saved), Err(FileError::InUse)));
    drop(writer);
    let _one = VaultFile::open_read_only(&path).unwrap();
    let _two = VaultFile::open_read_only(&path).unwrap();
    assert!(matches!(VaultFile::open(&path).err(), Some(FileError::InUse)));
}

#[test]
fn a_second_process_is_kept_out_until_the_first_is_gone() {
    const TRY: &str = "KAGIFUDA_TEST_TRY_TO_OPEN";
    if let Some(path) = std::env::var_os(TRY) {
        let code = match VaultFile::open(path) {
            Ok(_) => 10,
            Err(FileError::InUse) => 11,
            Err(_) => 12,
        };
        std::process::exit(code);
    }
    let (_place, path) = vault();
    let second = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_second_process_is_kept_out_until_the_first_is_gone"])
            .env(TRY, &path)
            .output()
            .unwrap()
            .status
            .code()
    };
    let mut first = VaultFile::open(&path).unwrap();
    first.commit(&[Row { id: RecordId([99; 16]), class: 0, body: vec![] }], &[]).unwrap();
    assert_eq!(second(), Some(11));
    drop(first);
    assert_eq!(second(), Some(10));
}

#[test]
fn a_directory_that_cannot_be_written() {
    const TRY: &str = "KAGIFUDA_TEST_READ_ONLY_DIRECTORY";
    if let Some(path) = std::env::var_os(TRY) {
        let opened = VaultFile::open(&path).err();
        assert!(matches!(opened, Some(FileError::ReadOnlyPlace)), "{opened:?}");
        let read = VaultFile::open_read_only(&path).unwrap().rows(drop).unwrap();
        assert_eq!(read.read, 5);
        let beside = Path::new(&path).with_extension("new");
        let created = VaultFile::create(beside, &[]).err();
        assert!(matches!(created, Some(FileError::AccessDenied)), "{created:?}");
        return;
    }
    let (place, path) = vault();
    // Root may write anywhere, so as root another account tries, from a program it can reach.
    const NOBODY: u32 = 65_534;
    let program = place.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let is_root = chown(&path, Some(NOBODY), Some(NOBODY)).is_ok();
    fs::set_permissions(place.path(), Permissions::from_mode(0o555)).unwrap();
    let mut child = Command::new(&program);
    child.args(["--exact", "a_directory_that_cannot_be_written"]).env(TRY, &path);
    if is_root {
        child.uid(NOBODY).gid(NOBODY);
    }
    let output = child.output().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_vault_replaced_underneath_takes_no_commit() {
    let (_place, path) = vault();
    let mut vault = VaultFile::open(&path).unwrap();
    assert!(!vault.replaced_underneath());
    let other = path.with_extension("other");
    vault.backup_to(&other).unwrap();
    let theirs = fs::read(&other).unwrap();
    fs::rename(&other, &path).unwrap();
    assert!(vault.replaced_underneath());
    let row = Row { id: RecordId([77; 16]), class: 0, body: vec![] };
    assert!(matches!(vault.commit(&[row], &[]), Err(FileError::Replaced)));
    assert_eq!(fs::read(&path).unwrap(), theirs);
    fs::remove_file(&path).unwrap();
    assert!(vault.replaced_underneath());
}

#[test]
fn a_vault_another_program_wrote_to_takes_no_commit() {
    let (_place, path) = vault();
    let mut vault = VaultFile::open(&path).unwrap();
    vault.commit(&[Row { id: RecordId([77; 16]), class: 0, body: vec![] }], &[]).unwrap();
    Connection::open(&path).unwrap().execute("DELETE FROM record WHERE seq = 1", []).unwrap();
    let row = Row { id: RecordId([78; 16]), class: 0, body: vec![] };
    assert!(matches!(vault.commit(&[row], &[]), Err(FileError::Replaced)));
}

#[test]
fn a_vault_opened_for_reading_takes_no_commit() {
    let (_place, path) = vault();
    let mut vault = VaultFile::open_read_only(&path).unwrap();
    assert!(matches!(vault.commit(&[], &[]), Err(FileError::OpenedReadOnly)));
}

#[test]
fn records_never_change() {
    let (_place, path) = vault();
    let mut vault = VaultFile::open(&path).unwrap();
    let before = fs::read(&path).unwrap();
    vault.commit(&rows(5), &[RecordId([200; 16])]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before, "nothing to do writes nothing");
    let new = Row { id: RecordId([50; 16]), class: 0, body: vec![] };
    for changed in [
        Row { id: RecordId([1; 16]), class: 1, body: vec![2; 100] },
        Row { id: RecordId([1; 16]), class: 2, body: vec![1; 100] },
    ] {
        match vault.commit(&[new.clone(), changed], &[]) {
            Err(FileError::Conflict { id }) => assert_eq!(id, RecordId([1; 16])),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(vault.rows(drop).unwrap().read, 5, "the row before the conflict is not there");
    vault.commit(&[new], &[]).unwrap();
}

#[test]
fn a_body_may_be_two_mebibytes_and_no_more() {
    let (_place, path) = vault();
    let mut vault = VaultFile::open(&path).unwrap();
    let largest = Row { id: RecordId([60; 16]), class: 0, body: vec![7; 2 << 20] };
    vault.commit(std::slice::from_ref(&largest), &[]).unwrap();
    let larger = Row { id: RecordId([61; 16]), class: 0, body: vec![7; (2 << 20) + 1] };
    assert!(matches!(vault.commit(&[larger], &[]), Err(FileError::BodyTooLarge { .. })));
    let mut last = None;
    assert_eq!(vault.rows(|row| last = Some(row)).unwrap().read, 6);
    assert_eq!(last, Some(largest));
}

#[test]
fn a_row_that_claims_too_much_is_unreadable_and_the_others_are_not() {
    let (_place, path) = altered_by(
        "PRAGMA ignore_check_constraints = ON;
         UPDATE record SET body = zeroblob(3000000) WHERE seq = 2;
         UPDATE record SET class = 300 WHERE seq = 3;
         UPDATE record SET id = x'00' WHERE seq = 4;",
    );
    let mut vault = VaultFile::open(&path).unwrap();
    let mut found = Vec::new();
    let report = vault.rows(|row| found.push(row.class)).unwrap();
    assert_eq!(found, [0, 4]);
    assert!(report.damaged);
    assert_eq!(report.unreadable, 3);
    assert!(matches!(vault.commit(&[], &[]), Err(FileError::Damaged(_))));
}

#[test]
fn a_place_in_the_order_beyond_all_bounds_is_refused() {
    let (_place, path) = altered_by("UPDATE record SET seq = 9223372036854775807 WHERE seq = 5");
    let mut vault = VaultFile::open(&path).unwrap();
    let row = Row { id: RecordId([50; 16]), class: 0, body: vec![] };
    assert!(vault.commit(&[row], &[]).is_err());
    assert_eq!(vault.rows(drop).unwrap().read, 5);
}
