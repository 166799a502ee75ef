// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets sealed by a TPM: one made of software (swtpm), cleared, replaced, silent, and with somebody on the bus.
#![cfg(all(feature = "tpm", feature = "desktop"))]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_linux::tpm::{Sealed, Tpm, TpmTrouble};
use kagifuda_secret::SecretArray;

mod bus;
mod tpms;

use tpms::{Bug, Chip};

const PATIENCE: Duration = Duration::from_secs(20);

fn secret() -> SecretArray<32> {
    SecretArray::filled_by(|bytes| {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = (at * 37 + 11) as u8;
        }
    })
}

fn tpm(chip: &Chip) -> Tpm {
    Tpm::at(chip.path(), PATIENCE)
}

/// Whether it opens to the secret, as the test may look at it.
fn opens(tpm: &Tpm, sealed: &Sealed) -> Result<bool, TpmTrouble> {
    Ok(tpm.open(sealed)? == secret())
}

#[test]
fn what_is_sealed_opens_here_also_after_the_machine_was_off_and_leaves_nothing_in_the_tpm() {
    let Some(mut chip) = Chip::start() else { return };
    let before = chip.held();
    let sealed = tpm(&chip).seal(&secret()).unwrap();
    assert_eq!(opens(&tpm(&chip), &sealed), Ok(true));
    assert_eq!(chip.held(), before);
    let kept = Sealed::from_bytes(&sealed.to_bytes()).unwrap();
    chip.begin("one");
    assert_eq!(opens(&tpm(&chip), &kept), Ok(true));
    let other = tpm(&chip).seal(&secret()).unwrap();
    assert_ne!(other.to_bytes(), sealed.to_bytes());
    assert_eq!(opens(&tpm(&chip), &other), Ok(true));
    assert_eq!(opens(&tpm(&chip), &sealed), Ok(true));
}

#[test]
fn a_tpm_says_who_made_it_and_of_which_revision_it_is() {
    let Some(chip) = Chip::start() else { return };
    let about = tpm(&chip).look().unwrap();
    assert_eq!(about.manufacturer, "IBM");
    assert!((116..400).contains(&about.revision), "{about:?}");
}

#[test]
fn another_tpm_and_one_that_was_cleared_open_nothing() {
    let Some(mut chip) = Chip::start() else { return };
    let sealed = tpm(&chip).seal(&secret()).unwrap();
    chip.begin("two");
    assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Foreign));
    chip.begin("one");
    assert_eq!(opens(&tpm(&chip), &sealed), Ok(true));
    chip.clear();
    assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Foreign));
    assert!(tpm(&chip).seal(&secret()).is_ok(), "a cleared TPM seals anew");
}

#[test]
fn a_blob_that_was_changed_opens_nothing() {
    let Some(chip) = Chip::start() else { return };
    let bytes = tpm(&chip).seal(&secret()).unwrap().to_bytes();
    // Behind the version, its length and the name of the key: a length, and the private area.
    for at in [1 + 2 + 34 + 2, bytes.len() - 1, bytes.len() / 2] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let changed = Sealed::from_bytes(&changed).unwrap();
        assert_eq!(opens(&tpm(&chip), &changed), Err(TpmTrouble::Failed), "at {at}");
    }
    let mut renamed = bytes;
    renamed[5] ^= 1;
    let renamed = Sealed::from_bytes(&renamed).unwrap();
    assert_eq!(opens(&tpm(&chip), &renamed), Err(TpmTrouble::Foreign));
}

#[test]
fn a_tpm_that_is_not_there_does_not_answer_or_is_closed_is_told_apart() {
    let Some(mut chip) = Chip::start() else { return };
    let sealed = tpm(&chip).seal(&secret()).unwrap();
    chip.close("a password of the owner");
    assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Closed));
    assert_eq!(tpm(&chip).seal(&secret()).err(), Some(TpmTrouble::Closed));
    assert!(tpm(&chip).look().is_ok());
    if !rustix::process::geteuid().is_root() {
        chip.forbid(true);
        assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Forbidden));
        chip.forbid(false);
    }
    let silent = chip.hang();
    let begun = Instant::now();
    let hurried = Tpm::at(chip.path(), Duration::from_millis(300));
    assert_eq!(opens(&hurried, &sealed), Err(TpmTrouble::Silent));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    drop(silent);
    assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Absent), "nobody is behind the socket");
    chip.end();
    assert_eq!(opens(&tpm(&chip), &sealed), Err(TpmTrouble::Absent));
}

#[test]
fn who_reads_along_on_the_bus_learns_no_secret() {
    let Some(chip) = Chip::start() else { return };
    let bug = Bug::at(&chip.path(), Box::new(|_, _| ()));
    let sealed = Tpm::at(bug.path(), PATIENCE).seal(&secret()).unwrap();
    let heard = bug.heard();
    let bug = Bug::at(&chip.path(), Box::new(|_, _| ()));
    assert_eq!(opens(&Tpm::at(bug.path(), PATIENCE), &sealed), Ok(true));
    let heard = [heard, bug.heard()].concat();
    assert!(heard.len() > 20, "{}", heard.len());
    let has = |needle: &[u8]| {
        heard.iter().any(|message| message.windows(needle.len()).any(|it| it == needle))
    };
    for piece in secret().expose().chunks(4) {
        assert!(!has(piece));
    }
    assert!(has(&sealed.to_bytes()[3..37]), "what is no secret is heard");
}

#[test]
fn who_changes_answers_on_the_bus_changes_no_secret_and_passes_for_no_tpm() {
    let Some(mut chip) = Chip::start() else { return };
    let sealed = tpm(&chip).seal(&secret()).unwrap();
    // The answers: storage key, session, load, unseal; what follows lets go.
    for nth in 0..4 {
        for at in [9, 14, 20, 40, usize::MAX] {
            let change = move |count, answer: &mut Vec<u8>| {
                let at = at.min(answer.len() - 1);
                if count == nth {
                    answer[at] ^= 1;
                }
            };
            let bug = Bug::at(&chip.path(), Box::new(change));
            let opened = opens(&Tpm::at(bug.path(), PATIENCE), &sealed);
            assert!(opened.is_err(), "answer {nth}, byte {at}");
            // What was hidden from us could not be let go of.
            chip.begin("one");
        }
    }
    assert_eq!(opens(&tpm(&chip), &sealed), Ok(true));
}
