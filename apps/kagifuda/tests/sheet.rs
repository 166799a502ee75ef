// SPDX-License-Identifier: MIT OR Apache-2.0
//! The recovery sheet as paper: printed by another program, and then read back from what was printed, by its
//! code and by its words.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod room;

use std::path::Path;
use std::process::Command;

use room::{PASSPHRASE, Room, exit, stderr};

/// Has other programs print; says so and gives nothing where they are missing and nobody insists.
fn run(program: &str, args: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(args).output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", stderr(&output));
            Some(output.stdout)
        }
        Err(_) if std::env::var_os("KAGIFUDA_INSIST").is_none() => {
            println!("{program} is absent, not tested");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

fn text_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A vault with a sheet in this language, made by a script that is sure.
fn with_sheet(room: &Room, lang: &str, name: &str) -> String {
    let words = room.prints(&["--passphrase-stdin", "--lang", lang, "init"], PASSPHRASE);
    let file = room.path(name);
    room.prints(&["--yes", "--lang", lang, "sheet", text_of(&file)], "");
    words
}

fn unlocks(room: &Room, args: &[&str], input: &str) -> i32 {
    room.prints(&["lock"], "");
    exit(&room.run_with(args, input))
}

/// The numbered words of a page, in the order of their numbers.
fn words_in(page: &str) -> String {
    let pieces: Vec<&str> = page.split_whitespace().collect();
    let mut words: Vec<(usize, &str)> = Vec::new();
    for pair in pieces.windows(2) {
        if let Ok(number @ 1..=24) = pair[0].parse()
            && pair[1].chars().all(char::is_alphabetic)
        {
            words.push((number, pair[1]));
        }
    }
    words.sort_unstable();
    words.dedup_by_key(|(number, _)| *number);
    let words: Vec<&str> = words.into_iter().map(|(_, word)| word).collect();
    assert_eq!(words.len(), 24, "{page}");
    words.join(" ") + "\n"
}

#[test]
fn a_printed_sheet_opens_the_vault_by_its_code_and_by_its_words() {
    for lang in ["en", "ja"] {
        let room = Room::new();
        let first_words = with_sheet(&room, lang, "sheet.pdf");
        let (pdf, picture) = (room.path("sheet.pdf"), room.path("printed"));
        let printed = ["-r", "150", "-png", "-singlefile", text_of(&pdf), text_of(&picture)];
        if run("pdftoppm", &printed).is_none() {
            return;
        }
        let by_code = ["unlock", "--sheet", &format!("{}.png", text_of(&picture))];
        assert_eq!(unlocks(&room, &by_code, ""), 0, "{lang}");

        let page = run("pdftotext", &["-layout", text_of(&pdf), "-"]).unwrap();
        let typed = words_in(&String::from_utf8(page).unwrap());
        let by_words = ["--passphrase-stdin", "unlock", "--words"];
        assert_eq!(unlocks(&room, &by_words, &typed), 0, "{lang}: {typed}");
        // The words that came with the vault are those of the sheet before.
        assert_ne!(unlocks(&room, &by_words, &first_words), 0, "{lang}");
        assert_eq!(unlocks(&room, &["--passphrase-stdin", "unlock"], PASSPHRASE), 0);
    }
}

#[test]
fn a_page_in_the_browser_carries_the_same_code() {
    let room = Room::new();
    with_sheet(&room, "ja", "sheet.html");
    let page = std::fs::read_to_string(room.path("sheet.html")).unwrap();
    let code = &page[page.find("<svg").unwrap()..page.find("</svg>").unwrap() + 6];
    let (svg, png) = (room.path("code.svg"), room.path("code.png"));
    std::fs::write(&svg, code).unwrap();
    if run("rsvg-convert", &["-w", "600", "-o", text_of(&png), text_of(&svg)]).is_some() {
        assert_eq!(unlocks(&room, &["unlock", "--sheet", text_of(&png)], ""), 0);
    }
    assert_eq!(page.matches("<li><span>").count(), 24);
}

#[test]
fn a_backup_is_restored_on_a_new_pc_with_a_photo_of_the_sheet() {
    let old = Room::new();
    old.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
    old.prints(&["token", "add"], uri);
    let (pdf, backup) = (old.path("sheet.pdf"), old.path("backup"));
    old.prints(&["--yes", "sheet", text_of(&pdf)], "");
    old.prints(&["vault", "backup", text_of(&backup)], "");
    let picture = old.path("photo");
    let printed = ["-r", "200", "-jpeg", "-singlefile", text_of(&pdf), text_of(&picture)];
    if run("pdftoppm", &printed).is_none() {
        return;
    }
    let new = Room::new();
    let photo = format!("{}.jpg", text_of(&picture));
    new.prints(&["--yes", "vault", "restore", text_of(&backup), "--sheet", &photo], "");
    assert!(new.prints(&["token", "list"], "").contains("hana"));
}

#[test]
fn a_sheet_that_was_not_proven_leaves_the_old_one_and_one_that_was_not_written_opens_nothing() {
    let room = Room::new();
    let words = room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let file = room.path("sheet.html");
    // Nobody is there to say a word of it, and nobody said yes.
    let output = room.run(&["sheet", text_of(&file)]);
    assert_eq!(exit(&output), 0);
    assert!(stderr(&output).contains("still opens the vault"), "{}", stderr(&output));
    assert_eq!(unlocks(&room, &["--passphrase-stdin", "unlock", "--words"], &words), 0);

    let ways = || room.prints(&["open-with", "list"], "").lines().count();
    let before = ways();
    assert_ne!(exit(&room.run(&["--yes", "sheet", text_of(&file)])), 0, "it is there already");
    let nowhere = room.path("no-such-folder/sheet.pdf");
    assert_ne!(exit(&room.run(&["--yes", "sheet", text_of(&nowhere)])), 0);
    assert_ne!(exit(&room.run(&["--yes", "sheet", text_of(&room.path("sheet.txt"))])), 0);
    assert_eq!(ways(), before);
    assert_eq!(unlocks(&room, &["--passphrase-stdin", "unlock", "--words"], &words), 0);
}

#[test]
fn a_sheet_goes_to_the_printer_without_a_file_and_other_pictures_are_refused() {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    let output = room.run(&["--yes", "sheet", "-"]);
    assert!(output.stdout.starts_with(b"%PDF-"));
    let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
    room.prints(&["token", "add"], uri);
    let other = room.path("other.png");
    let export = ["--yes", "token", "export", text_of(&other), "--format", "google", "--plain"];
    room.prints(&[&export[..], &["--query", "inn"]].concat(), "");
    room.prints(&["lock"], "");
    let output = room.run(&["unlock", "--sheet", text_of(&other)]);
    assert_eq!(exit(&output), 3, "{}", stderr(&output));
}
