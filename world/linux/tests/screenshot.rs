// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pictures of the screen: a bus of its own, and at it a desktop that a test plays.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use kagifuda_linux::LinuxError;
use kagifuda_linux::screenshot::take_at;

mod bus;
mod portal;

use bus::Bus;
use portal::{Person, serve};

#[test]
fn a_picture_that_was_taken_is_read_and_removed() {
    let Some(bus) = Bus::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Bild 1.png");
    std::fs::write(&path, b"a picture").unwrap();
    let uri = format!("file://{}/Bild%201.png", folder.path().display());
    let _portal = serve(&bus.address, Person::Takes(uri));
    assert_eq!(take_at(&bus.address, 100).unwrap().as_slice(), b"a picture");
    assert!(!path.exists(), "it shows a secret");
    let gone = take_at(&bus.address, 100);
    assert!(matches!(gone, Err(LinuxError::System { path: Some(_), .. })), "{gone:?}");
}

#[test]
fn a_person_who_takes_none_and_a_desktop_that_cannot_are_told_apart() {
    let Some(bus) = Bus::start() else { return };
    assert_eq!(take_at(&bus.address, 100), Err(LinuxError::NoScreenshot));
    assert_eq!(take_at("unix:path=/nowhere", 100), Err(LinuxError::NoScreenshot));
    let _portal = serve(&bus.address, Person::Declines);
    assert_eq!(take_at(&bus.address, 100), Err(LinuxError::ScreenshotDeclined));
}
