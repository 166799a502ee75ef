// SPDX-License-Identifier: MIT OR Apache-2.0
//! Surroundings made of empty files, and what is said of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;

use kagifuda_linux::hid_report::FidoReports;
use kagifuda_linux::hidraw::KeyNode;
use kagifuda_linux::uhid::Plugger;

use super::*;
use crate::text::Lang;

const LANGS: [Lang; 2] = [Lang::En, Lang::Ja];

/// A key at USB.
fn at_usb(serial: Option<&str>, usability: Usability) -> PluggedIn {
    PluggedIn::hid(KeyNode {
        path: "/dev/hidraw7".into(),
        name: "Key of Hana".to_owned(),
        serial: serial.map(str::to_owned),
        place: String::new(),
        vendor_id: 0x1209,
        product_id: 1,
        reports: FidoReports { input_bytes: 64, output_bytes: 64, are_numbered: false },
        usability,
    })
}

/// What is said of one key, in both languages, has to name it and to have these words.
#[track_caller]
fn said(key: &PluggedIn, gravity: Gravity, words: [&[&str]; 2]) {
    for (lang, words) in LANGS.into_iter().zip(words) {
        let findings = keys_here(&Texts::new(lang), vec![key.clone()]);
        let [finding] = findings.as_slice() else { panic!("one finding") };
        assert_eq!((finding.check, finding.gravity), ("keys", gravity), "{}", finding.text);
        for word in words.iter().chain([&key.name.as_str()]) {
            assert!(finding.text.contains(word), "{word}: {}", finding.text);
        }
    }
}

#[test]
fn a_pc_without_a_key_is_told_to_look_at_the_port() {
    for (lang, word) in LANGS.into_iter().zip(["another port", "別の差し込み口"]) {
        let findings = keys_here(&Texts::new(lang), Vec::new());
        let [finding] = findings.as_slice() else { panic!("one finding") };
        assert_eq!(finding.gravity, Gravity::Notable, "a site may be asking for what is elsewhere");
        assert!(finding.text.contains(word), "{}", finding.text);
    }
}

#[test]
fn every_key_here_is_told_with_what_stands_between_it_and_its_person() {
    let path = "/dev/hidraw7";
    let usable = at_usb(None, Usability::Usable);
    said(&usable, Gravity::Well, [&[path, "can be used"], &[path, "使えます"]]);
    let rights: [&[&str]; 2] =
        [&[path, "udev", "at the screen, not over ssh"], &[path, "udev", "抜いて差し直して"]];
    said(&at_usb(None, Usability::Forbidden), Gravity::Bad, rights);
    said(&at_usb(Some("of no broker"), Usability::Forbidden), Gravity::Bad, rights);
    // What the broker made for somebody else is not amiss, and nothing of this user's to mend.
    let serial = format!("{}1000", Plugger::Broker.serial_prefix());
    said(
        &at_usb(Some(&serial), Usability::Forbidden),
        Gravity::Notable,
        [&[path, "another user", "key run"], &[path, "別のユーザー", "key run"]],
    );
    said(&at_usb(Some(&serial), Usability::Usable), Gravity::Well, [&[path], &[path]]);
    said(
        &at_usb(None, Usability::NoNode),
        Gravity::Bad,
        [&[path, "Plug it in again", "container"], &[path, "差し直して", "コンテナ"]],
    );
    said(
        &PluggedIn::in_reader("Key of Hana".to_owned()),
        Gravity::Notable,
        [&["browsers", "by USB"], &["ブラウザー", "USB"]],
    );
}

#[test]
fn each_of_several_keys_is_told_and_one_that_cannot_be_used_makes_the_whole_amiss() {
    let texts = Texts::new(Lang::En);
    let keys = vec![at_usb(None, Usability::Usable), at_usb(None, Usability::Forbidden)];
    let gravities: Vec<Gravity> =
        keys_here(&texts, keys).iter().map(|finding| finding.gravity).collect();
    assert_eq!(gravities, [Gravity::Well, Gravity::Bad]);
}

#[test]
fn card_readers_that_are_out_of_reach_are_told_and_none_at_all_is_not() {
    for lang in LANGS {
        let texts = Texts::new(lang);
        let told = |why| cards(&texts, Err(LinuxError::SmartCard { why }));
        let finding = told(CardTrouble::Forbidden).unwrap();
        assert_eq!((finding.check, finding.gravity), ("keys", Gravity::Notable));
        for word in ["polkit", "org.debian.pcsc-lite.access_card"] {
            assert!(finding.text.contains(word), "{}", finding.text);
        }
        assert!(told(CardTrouble::NoService).is_none() && told(CardTrouble::NoLibrary).is_none());
        assert!(cards(&texts, Ok(())).is_none());
    }
}

#[test]
fn bluetooth_that_is_switched_off_is_told_from_none() {
    let root = tempfile::tempdir().unwrap();
    let class = root.path().join("sys/class/bluetooth");
    let switch = |controller: &str, kind: &str, set: &str| {
        let folder = class.join(controller).join("rfkill3");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(kind), set).unwrap();
    };
    let told = |lang| {
        let around = Surroundings::look(root.path(), None);
        let findings = surrounding(&Texts::new(lang), &around, false);
        (findings[0].gravity, findings[0].text.clone())
    };
    let says = |gravity, words: [&str; 2]| {
        for (lang, word) in LANGS.into_iter().zip(words) {
            let (found, text) = told(lang);
            assert_eq!(found, gravity, "{text}");
            assert!(text.contains(word), "{text}");
        }
    };
    fs::create_dir_all(&class).unwrap();
    says(Gravity::Notable, ["There is no Bluetooth", "Bluetoothがない"]);
    switch("hci0", "soft", "1\n");
    switch("hci0", "hard", "0\n");
    fs::create_dir_all(class.join("hci0:1")).unwrap();
    says(Gravity::Notable, ["rfkill unblock", "rfkill unblock"]);
    switch("hci0", "soft", "0\n");
    says(Gravity::Well, ["There is Bluetooth", "Bluetoothがあり"]);
    switch("hci0", "hard", "1\n");
    says(Gravity::Notable, ["switched off", "切れて"]);
    switch("hci1", "soft", "0\n");
    says(Gravity::Well, ["There is Bluetooth", "Bluetoothがあり"]);
}

#[test]
fn every_cause_that_cannot_be_seen_is_named_with_what_to_do() {
    // A row: the cause, and the words of what to do about it.
    let promised: [(&str, [&[&str]; 2]); 7] = [
        (
            "elsewhere",
            [
                &[
                    "on a phone",
                    "password manager",
                    "another device",
                    "add another",
                    "key passkeys list",
                ],
                &[
                    "スマートフォン",
                    "パスワード管理アプリ",
                    "別のデバイス",
                    "追加して",
                    "key passkeys list",
                ],
            ],
        ),
        ("phone", [&["QR code", "Bluetooth", "Firefox"], &["QRコード", "Bluetooth", "Firefox"]]),
        (
            "kind",
            [
                &["key pin set", "makers", "U2F", "register what the site takes"],
                &["key pin set", "メーカー", "U2F", "サイトが認めるものを登録"],
            ],
        ),
        (
            "stale",
            [
                &["lost or reset", "another way", "remove it", "register the key again"],
                &["リセットした鍵", "別の方法", "外して", "登録し直して"],
            ],
        ),
        (
            "policy",
            [&["employer", "administrator", "another way"], &["勤め先", "管理者", "別の方法"]],
        ),
        (
            "once",
            [
                &["another way", "kagifuda code", "codes use", "recovery"],
                &["別の方法", "kagifuda code", "codes use", "復旧"],
            ],
        ),
        (
            "remove",
            [
                &[
                    "security settings",
                    "does not tell the site",
                    "try another way in",
                    "last one is locked out",
                ],
                &[
                    "セキュリティ設定",
                    "サイトには伝わりません",
                    "別の方法で入れる",
                    "締め出されます",
                ],
            ],
        ),
    ];
    for (index, lang) in LANGS.into_iter().enumerate() {
        let told = causes(&Texts::new(lang));
        assert_eq!(told.len(), promised.len());
        for (cause, (name, words)) in told.iter().zip(&promised) {
            assert_eq!(cause["cause"], *name);
            assert!(cause["heading"].as_str().is_some_and(|heading| !heading.is_empty()));
            let text = cause["text"].as_str().unwrap();
            for word in words[index] {
                assert!(text.contains(word), "{name}: {word}: {text}");
            }
        }
    }
}

#[test]
fn what_stands_around_a_browser_is_seen_and_told() {
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("home/hana");
    let texts = Texts::new(Lang::En);
    let bare = Surroundings::look(root.path(), Some(&home));
    let nothing =
        Surroundings { is_container: false, browsers: vec![], bluetooth: Bluetooth::None };
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
    assert!(full.is_container && full.bluetooth == Bluetooth::On);
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
