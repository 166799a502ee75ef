// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets in a keyring: a bus of its own, and at it a real gnome-keyring.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_linux::keyring::{Attributes, Keyring, KeyringTrouble};
use kagifuda_secret::SecretText;

mod bus;
mod keyrings;

use keyrings::{Ring, Start};

const SECRET: &str = "68656c6c6f20626174686865727365";

const PATIENCE: Duration = Duration::from_secs(5);

fn keyring(ring: &Ring) -> Keyring {
    Keyring::at(&ring.address, PATIENCE)
}

fn under(way: &str) -> Attributes {
    let pairs = [("application", "kagifuda-test"), ("way", way)];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// What lies there, as the test may look at it.
fn found(ring: &Ring, way: &str) -> Result<Option<String>, KeyringTrouble> {
    Ok(keyring(ring).find(&under(way), PATIENCE)?.map(|secret| secret.expose().to_owned()))
}

/// A keyring with a secret in it, where there is one.
fn with_secret() -> Option<Ring> {
    let ring = Ring::start()?;
    let secret = SecretText::from(SECRET);
    assert_eq!(
        keyring(&ring).put("A secret of a test", &under("one"), &secret, &mut || ()),
        Ok(())
    );
    Some(ring)
}

#[test]
fn a_secret_is_found_again_under_its_attributes_and_under_no_others() {
    let Some(ring) = with_secret() else { return };
    assert_eq!(found(&ring, "one"), Ok(Some(SECRET.to_owned())));
    assert_eq!(found(&ring, "other"), Ok(None));
    assert!(!ring.has_on_disk(SECRET), "the keyring encrypts what it keeps");
}

#[test]
fn a_second_secret_under_the_same_attributes_takes_the_place_of_the_first() {
    let Some(ring) = with_secret() else { return };
    let newer = SecretText::from("newer");
    assert_eq!(keyring(&ring).put("A secret of a test", &under("one"), &newer, &mut || ()), Ok(()));
    assert_eq!(found(&ring, "one"), Ok(Some("newer".to_owned())));
    assert_eq!(keyring(&ring).remove(&under("one"), &mut || ()), Ok(1));
}

#[test]
fn a_secret_is_there_after_the_keyring_was_started_anew() {
    let Some(mut ring) = with_secret() else { return };
    ring.begin(Start::Open);
    assert_eq!(found(&ring, "one"), Ok(Some(SECRET.to_owned())));
}

#[test]
fn a_locked_keyring_says_so_and_asks_nobody() {
    let Some(mut ring) = with_secret() else { return };
    ring.lock();
    assert_eq!(found(&ring, "one"), Err(KeyringTrouble::Locked));
    // Nor does it say that there is no such secret: it cannot know.
    assert_eq!(found(&ring, "other"), Err(KeyringTrouble::Locked));
    ring.begin(Start::Locked);
    assert_eq!(found(&ring, "one"), Err(KeyringTrouble::Locked));
    ring.begin(Start::Open);
    assert_eq!(found(&ring, "one"), Ok(Some(SECRET.to_owned())));
}

#[test]
fn a_secret_that_was_deleted_is_gone() {
    let Some(ring) = with_secret() else { return };
    assert_eq!(keyring(&ring).remove(&under("other"), &mut || ()), Ok(0));
    assert_eq!(keyring(&ring).remove(&under("one"), &mut || ()), Ok(1));
    assert_eq!(found(&ring, "one"), Ok(None));
    assert_eq!(keyring(&ring).remove(&under("one"), &mut || ()), Ok(0));
}

#[test]
fn a_keyring_that_is_dead_or_was_never_there_is_not_running() {
    let Some(mut ring) = with_secret() else { return };
    ring.end();
    assert_eq!(found(&ring, "one"), Err(KeyringTrouble::NotRunning));
    let secret = SecretText::from(SECRET);
    let put = keyring(&ring).put("A secret of a test", &under("one"), &secret, &mut || ());
    assert_eq!(put, Err(KeyringTrouble::NotRunning));
    assert_eq!(keyring(&ring).remove(&under("one"), &mut || ()), Err(KeyringTrouble::NotRunning));
    let nowhere = Keyring::at("unix:path=/nonexistent/bus", PATIENCE);
    assert_eq!(nowhere.find(&under("one"), PATIENCE).err(), Some(KeyringTrouble::NotRunning));
}

#[test]
fn a_keyring_that_hangs_keeps_nobody_waiting() {
    let Some(ring) = Ring::without_keyring() else { return };
    let _silent = ring.hang();
    let patience = Duration::from_millis(300);
    let begun = Instant::now();
    let found = keyring(&ring).find(&under("one"), patience);
    assert_eq!(found.err(), Some(KeyringTrouble::Silent));
    assert!(begun.elapsed() < patience * 10, "{:?}", begun.elapsed());
}

#[test]
fn a_keyring_without_a_place_for_secrets_says_so() {
    let Some(mut ring) = Ring::without_keyring() else { return };
    if !ring.begin(Start::Locked) {
        return;
    }
    assert_eq!(found(&ring, "one"), Ok(None));
    let secret = SecretText::from(SECRET);
    let put = keyring(&ring).put("A secret of a test", &under("one"), &secret, &mut || ());
    assert_eq!(put, Err(KeyringTrouble::NoPlace));
}
