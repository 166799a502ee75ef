// SPDX-License-Identifier: MIT OR Apache-2.0
//! Surroundings made of empty files, and what is said of them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use super::*;
use crate::text::Lang;

#[test]
fn what_stands_around_a_browser_is_seen_and_told() {
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("home/hana");
    let texts = Texts::new(Lang::En);
    let bare = Surroundings::look(root.path(), Some(&home));
    let nothing = Surroundings { is_container: false, browsers: vec![], has_bluetooth: false };
    assert_eq!(bare, nothing);
    let checks = |around: &Surroundings, is_remote| -> Vec<&str> {
        surrounding(&texts, around, is_remote).iter().map(|finding| finding.check).collect()
    };
    assert_eq!(checks(&bare, false), ["bluetooth"]);

    for folder in
        ["snap/firefox", "var/lib/flatpak/app/com.google.Chrome", "sys/class/bluetooth/hci0"]
    {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    fs::create_dir_all(home.join(".local/share/flatpak/app/org.mozilla.firefox")).unwrap();
    fs::write(root.path().join(".dockerenv"), "").unwrap();
    let full = Surroundings::look(root.path(), Some(&home));
    assert!(full.is_container && full.has_bluetooth);
    let names: Vec<(Packaging, &str)> =
        full.browsers.iter().map(|(place, name)| (*place, name.as_str())).collect();
    let expected = [
        (Packaging::Snap, "firefox"),
        (Packaging::Flatpak, "org.mozilla.firefox"),
        (Packaging::Flatpak, "com.google.Chrome"),
    ];
    assert_eq!(names, expected);
    let all = ["container", "remote", "browser", "browser", "browser", "bluetooth"];
    assert_eq!(checks(&full, true), all);
    let told = surrounding(&texts, &full, false);
    assert!(told.iter().any(|finding| finding.text.contains("snap connect firefox:u2f-devices")));
    assert!(told.iter().any(|finding| finding.text.contains("--device=all com.google.Chrome")));
}

#[test]
fn a_pc_that_cannot_be_a_key_hears_what_stands_against_either_way() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places { broker: folder.path().join("socket"), uhid: folder.path().join("uhid") };
    for lang in [Lang::En, Lang::Ja] {
        let texts = Texts::new(lang);
        let finding = this_pc(&texts, &places);
        assert_eq!(finding.gravity, Gravity::Notable);
        for reason in [say!(texts, "doctor-broker-not-there"), say!(texts, "doctor-uhid-no-module")]
        {
            assert!(finding.text.contains(&reason), "{}", finding.text);
        }
    }
}
