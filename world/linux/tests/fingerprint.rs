// SPDX-License-Identifier: MIT OR Apache-2.0
//! Fingers at a reader: a bus of its own, and at it a service that a test plays.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_linux::fingerprint::{FingerWait, Hint, ReaderTrouble, Seen, check};

mod bus;
mod fingers;

use bus::Bus;
use fingers::{Fingers, Plugged, forge};

/// What the reader saw next.
fn next(wait: &FingerWait) -> Seen {
    let begun = Instant::now();
    loop {
        if let Some(seen) = wait.next() {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is seen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Gives what was said time to arrive, and demands that it told nothing.
fn tells_nothing(wait: &FingerWait) {
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(wait.next(), None);
}

/// A wait for one finger at a reader, where there is a bus.
fn waiting(strangers: u8) -> Option<(Bus, Fingers, FingerWait)> {
    let bus = Bus::start()?;
    let fingers = Fingers::serve(&bus.address, Plugged::Ready);
    let wait = FingerWait::begin(&bus.address, strangers).unwrap();
    fingers.expect(&["GetDefaultDevice", "Claim", "VerifyStart any"]);
    Some((bus, fingers, wait))
}

#[test]
fn a_finger_of_the_users_is_recognised_and_the_reader_let_go() {
    let Some((_bus, fingers, wait)) = waiting(3) else { return };
    tells_nothing(&wait);
    fingers.says("verify-match", true);
    assert_eq!(next(&wait), Seen::Holder);
    fingers.expect(&["VerifyStop", "Release"]);
}

#[test]
fn what_was_said_before_or_by_others_or_of_another_reader_recognises_nobody() {
    let Some((bus, fingers, wait)) = waiting(3) else { return };
    forge(&bus.address, "verify-match");
    fingers.says_of_another("verify-match");
    tells_nothing(&wait);
    fingers.says("verify-no-match", true);
    assert_eq!(next(&wait), Seen::Stranger);
    fingers.expect(&["VerifyStop", "VerifyStart any"]);
    // Every start is preceded by a stale verdict.
    tells_nothing(&wait);
    fingers.says("verify-match", true);
    assert_eq!(next(&wait), Seen::Holder);
}

#[test]
fn so_many_strangers_and_no_more() {
    let Some((_bus, fingers, wait)) = waiting(2) else { return };
    fingers.says("verify-no-match", true);
    assert_eq!(next(&wait), Seen::Stranger);
    fingers.expect(&["VerifyStop", "VerifyStart any"]);
    fingers.says("verify-no-match", true);
    assert_eq!(next(&wait), Seen::Stranger);
    fingers.expect(&["VerifyStop", "Release"]);
    fingers.says("verify-match", true);
    assert_ne!(next(&wait), Seen::Holder);
}

#[test]
fn a_finger_that_could_not_be_read_is_no_stranger() {
    let Some((_bus, fingers, wait)) = waiting(1) else { return };
    for (verdict, hint) in [
        ("verify-retry-scan", Hint::Again),
        ("verify-swipe-too-short", Hint::Longer),
        ("verify-finger-not-centered", Hint::Centred),
        ("verify-remove-and-retry", Hint::Lifted),
        ("verify-of-a-later-version", Hint::Again),
    ] {
        fingers.says(verdict, false);
        assert_eq!(next(&wait), Seen::Unclear(hint));
    }
    // A reader that ends with it is begun anew.
    fingers.says("verify-retry-scan", true);
    assert_eq!(next(&wait), Seen::Unclear(Hint::Again));
    fingers.expect(&["VerifyStop", "VerifyStart any"]);
    fingers.says("verify-match", true);
    assert_eq!(next(&wait), Seen::Holder);
}

#[test]
fn a_reader_that_goes_away_or_fails_recognises_nobody() {
    for (verdict, trouble) in [
        ("verify-disconnected", ReaderTrouble::Gone),
        ("verify-unknown-error", ReaderTrouble::Failed),
    ] {
        let Some((_bus, fingers, wait)) = waiting(3) else { return };
        fingers.says(verdict, true);
        assert_eq!(next(&wait), Seen::Trouble(trouble));
        fingers.expect(&["VerifyStop", "Release"]);
    }
    let Some((_bus, fingers, wait)) = waiting(3) else { return };
    zbus::block_on(fingers.service.release_name("net.reactivated.Fprint")).unwrap();
    tells_nothing(&wait);
    zbus::block_on(fingers.service.clone().close()).unwrap();
    assert_eq!(next(&wait), Seen::Trouble(ReaderTrouble::Gone), "the service ended");
}

#[test]
fn nobody_who_waits_no_more_is_told_and_the_reader_is_let_go() {
    let Some((_bus, fingers, wait)) = waiting(3) else { return };
    drop(wait);
    fingers.expect(&["VerifyStop", "Release"]);
    assert!(fingers.is_quiet());
}

#[test]
fn what_is_missing_is_said() {
    let Some(bus) = Bus::start() else { return };
    assert_eq!(check("unix:path=/nowhere"), Err(ReaderTrouble::NoService));
    assert_eq!(check(&bus.address), Err(ReaderTrouble::NoService));
    let fingers = Fingers::serve(&bus.address, Plugged::NoReader);
    assert_eq!(check(&bus.address), Err(ReaderTrouble::NoReader));
    let wait = FingerWait::begin(&bus.address, 3).unwrap();
    assert_eq!(next(&wait), Seen::Trouble(ReaderTrouble::NoReader));
    fingers.change(Plugged::NoFinger);
    assert_eq!(check(&bus.address), Err(ReaderTrouble::NoFinger));
    let wait = FingerWait::begin(&bus.address, 3).unwrap();
    assert_eq!(next(&wait), Seen::Trouble(ReaderTrouble::NoFinger));
    fingers.wait_until_released();
    fingers.change(Plugged::InUse);
    assert_eq!(check(&bus.address), Ok(()));
    let wait = FingerWait::begin(&bus.address, 3).unwrap();
    while fingers.called() != "Claim" {}
    // It is asked for again: whoever had it may be done.
    fingers.change(Plugged::Ready);
    fingers.wait_until_wanted();
    fingers.says("verify-match", true);
    assert_eq!(next(&wait), Seen::Holder);
}
