// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vault files that are not as they should be, as the program meets them: each has its own sentence in both
//! languages and its own exit code, costs nothing, and is left as it was.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kagifuda_vault::KdfCost;
use kagifuda_vault::record::{self, Record, Row, SlotKind, class};
use kagifuda_vaultfile::{RecordId, VaultFile};

mod room;

use room::{PASSPHRASE, Room, exit, stderr};

/// Less than what a hostile file asks for, and more than an agent ever maps by itself.
const MUCH_KIB: u64 = 1 << 20;

fn vault(room: &Room) -> PathBuf {
    room.path("data/kagifuda/vault.kagifuda")
}

/// A closed vault with two tokens.
fn furnished() -> Room {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    for name in ["Inn", "Bank"] {
        let uri = format!("otpauth://totp/{name}:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        room.prints(&["token", "add"], &uri);
    }
    room.prints(&["lock"], "");
    room
}

/// The program refuses to open the vault with this code and these words, and leaves the file alone.
fn assert_refused(room: &Room, code: i32, said: [&str; 2]) {
    let before = fs::read(vault(room)).unwrap();
    for (lang, said) in ["en", "ja"].into_iter().zip(said) {
        let line = ["--lang", lang, "--passphrase-stdin", "unlock"];
        let refused = room.run_with(&line, PASSPHRASE);
        let told = stderr(&refused).replace("\n          ", " ");
        assert_eq!(exit(&refused), code, "{told}");
        assert!(told.replace(' ', "").contains(&said.replace(' ', "")), "{told}");
    }
    assert!(fs::read(vault(room)).unwrap() == before, "the file was touched");
}

/// The most memory the agent ever mapped.
fn most_mapped_kib(room: &Room) -> u64 {
    let status: serde_json::Value =
        serde_json::from_str(&room.prints(&["status", "--json"], "")).unwrap();
    let about = fs::read_to_string(format!("/proc/{}/status", status["agent_pid"])).unwrap();
    let line = about.lines().find(|line| line.starts_with("VmPeak:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn rows(file: &VaultFile) -> Vec<Row> {
    let mut rows = Vec::new();
    let _counted = file.rows(|row| rows.push(row)).unwrap();
    rows
}

#[test]
fn a_vault_that_asks_for_100_gib_is_refused_at_once_and_gets_none_of_it() {
    let room = furnished();
    let mut file = VaultFile::open(vault(&room)).unwrap();
    let rows = rows(&file);
    let is_passphrase = |row: &&Row| {
        let read = record::read(row, None);
        matches!(read, Ok(Record::Slot(slot)) if matches!(slot.kind, SlotKind::Passphrase { .. }))
    };
    let slot_row = rows.iter().find(is_passphrase).unwrap();
    let Ok(Record::Slot(slot)) = record::read(slot_row, None) else { panic!("a slot") };
    let SlotKind::Passphrase { salt, cost } = slot.kind else { panic!("a passphrase") };
    let head = rows.iter().find(|row| row.class == class::HEAD).unwrap();
    let kind = SlotKind::Passphrase { salt, cost: KdfCost { memory_kib: 100 << 20, ..cost } };
    let forged = record::write_slot(kagifuda_vault::VaultId(head.id.0), slot.slot, kind);
    file.commit(&[], &[slot_row.id]).unwrap();
    file.commit(&[forged], &[]).unwrap();
    drop(file);

    let begun = Instant::now();
    assert_refused(&room, 6, ["would take 102400 MiB", "102400 MiB のメモリーが必要"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(most_mapped_kib(&room) < MUCH_KIB, "{} KiB", most_mapped_kib(&room));
}

#[test]
fn a_vault_of_a_newer_format_is_told_apart_from_a_damaged_one() {
    let room = furnished();
    let sound = fs::read(vault(&room)).unwrap();
    // SQLite's user version, which is the format of the file.
    let mut newer = sound.clone();
    newer[60..64].copy_from_slice(&2_u32.to_be_bytes());
    fs::write(vault(&room), newer).unwrap();
    assert_refused(&room, 7, ["by a newer Kagifuda", "新しいバージョンの鍵札"]);
    fs::write(vault(&room), &sound[..sound.len() - 4096]).unwrap();
    assert_refused(&room, 7, ["cut off", "途中"]);
    fs::write(vault(&room), b"this is no vault").unwrap();
    assert_refused(&room, 7, ["not a Kagifuda vault", "鍵札の保管庫ではありません"]);
}

#[test]
fn a_length_of_4_gib_in_the_file_costs_its_row_and_no_memory() {
    let room = furnished();
    let file = VaultFile::open(vault(&room)).unwrap();
    let last = rows(&file).pop().unwrap();
    drop(file);
    let mut bytes = fs::read(vault(&room)).unwrap();
    // A row's header says: NULL for its place, a blob of 16 bytes, an integer, a blob; then come the 16 bytes.
    let RecordId(id) = last.id;
    let mut forged = 0;
    for at in 0..bytes.len() - 16 {
        if bytes[at..].starts_with(&id) && bytes[at - 4] == 44 && bytes[at - 5] == 0 {
            // A blob of 4 GiB less one byte, by the longest way to write its size (SQLite, section 1.6).
            bytes[at - 6] += 3;
            bytes[at - 2..at + 3].copy_from_slice(&[0xa0, 0x80, 0x80, 0x80, 0x0a]);
            forged += 1;
        }
    }
    assert_eq!(forged, 1);
    fs::write(vault(&room), &bytes).unwrap();

    for (lang, said) in [("en", "One record of this vault is damaged"), ("ja", "1 件が壊れていて")]
    {
        let line = ["--lang", lang, "--passphrase-stdin", "unlock"];
        let opened = room.run_with(&line, PASSPHRASE);
        let told = stderr(&opened).replace('\n', " ");
        assert_eq!(exit(&opened), 0, "{told}");
        assert!(told.contains(said) && told.contains("vault merge"), "{told}");
    }
    assert_eq!(exit(&room.run(&["code", "inn"])), 0, "the others are there");
    let verified = room.run(&["vault", "verify"]);
    let told = String::from_utf8_lossy(&verified.stdout).into_owned() + &stderr(&verified);
    assert_eq!(exit(&verified), 7, "{told}");
    assert!(told.contains("damaged"), "{told}");
    assert!(most_mapped_kib(&room) < MUCH_KIB, "{} KiB", most_mapped_kib(&room));
    assert_eq!(fs::read(vault(&room)).unwrap(), bytes, "a damaged file is never written to");
}

#[test]
fn a_flipped_bit_is_told_and_healed_by_merging_a_sound_copy() {
    let room = furnished();
    let sound = room.path("sound.kagifuda");
    fs::copy(vault(&room), &sound).unwrap();
    let file = VaultFile::open(vault(&room)).unwrap();
    let sealed = rows(&file).pop().unwrap();
    drop(file);
    let mut bytes = fs::read(vault(&room)).unwrap();
    // The last change is that of the second token; a bit in the middle of its ciphertext.
    let middle = &sealed.body[sealed.body.len() / 2..][..16];
    let at = bytes.windows(16).position(|found| found == middle).unwrap();
    bytes[at] ^= 1;
    fs::write(vault(&room), &bytes).unwrap();

    let opened = room.run_with(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert!(stderr(&opened).contains("is damaged"), "{}", stderr(&opened));
    let copied = room.run(&["vault", "backup", room.path("after.kagifuda").to_str().unwrap()]);
    assert!(stderr(&copied).contains("is damaged"), "who backs damage up is told");
    assert_eq!(exit(&room.run(&["code", "bank"])), 3, "it is gone");
    let merged = room.prints(&["vault", "merge", sound.to_str().unwrap()], "");
    assert!(merged.contains("made whole"), "{merged}");
    assert_eq!(exit(&room.run(&["code", "bank"])), 0, "it is back");
    assert_eq!(exit(&room.run(&["vault", "verify"])), 0);
    room.prints(&["lock"], "");
    let again = room.run_with(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert!(!stderr(&again).contains("damaged"), "{}", stderr(&again));
}

#[test]
fn a_vault_that_went_back_in_time_is_read_and_takes_no_change() {
    let room = furnished();
    let old = fs::read(vault(&room)).unwrap();
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    room.prints(&["service", "add", "Later"], "");
    room.prints(&["lock"], "");
    fs::write(vault(&room), old).unwrap();
    let opened = room.run_with(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert_eq!(exit(&opened), 0);
    assert!(stderr(&opened).contains("can be read but not changed"), "{}", stderr(&opened));
    assert_eq!(exit(&room.run(&["code", "inn"])), 0);
    for (lang, says) in [("en", "older than this PC last saw it"), ("ja", "最後に見たものより古い")]
    {
        let refused = room.run(&["--lang", lang, "service", "add", "Other"]);
        let told = stderr(&refused).replace("\n          ", "");
        assert_eq!(exit(&refused), 8, "{told}");
        assert!(told.contains(says) && told.contains("vault merge"), "{told}");
        let verified = room.run(&["--lang", lang, "vault", "verify"]);
        assert_eq!(exit(&verified), 8);
    }
}
