// SPDX-License-Identifier: MIT OR Apache-2.0
//! Copies of one vault that meet again: what the session does after a merge, besides merging.

use super::*;
use crate::agent::protocol::{CopyOf, Way, WayStanding};

/// A second PC with a copy of the first one's vault, opened by the same passphrase.
fn laptop_beside(desk: &Pc, at_desk: &mut Session) -> (Pc, Session) {
    let laptop = Pc::new();
    carry(desk, at_desk, &laptop.path("vault"));
    let at_laptop = laptop.reopened();
    (laptop, at_laptop)
}

fn carry(pc: &Pc, session: &mut Session, to: &Path) {
    assert!(matches!(
        pc.ask(session, Request::Backup { path: to.display().to_string() }),
        Reply::Done
    ));
}

fn change_passphrase(pc: &Pc, session: &mut Session, new: &str) {
    let Reply::Ways(ways) = pc.ask(session, Request::Ways) else { panic!("no ways") };
    let id = ways.iter().find(|way| way.kind == WayKind::Passphrase).unwrap().id;
    let secret = NewSecret::Passphrase(text(new));
    let reply = pc.ask(session, Request::ChangeWay { id, secret });
    assert!(matches!(reply, Reply::WayAdded { .. }));
}

#[test]
fn a_passphrase_changed_on_another_pc_locks_this_one_and_opens_it_again() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    let (laptop, mut at_laptop) = laptop_beside(&desk, &mut at_desk);
    at_laptop.settings.device_name = "laptop".to_owned();
    laptop.ask(&mut at_laptop, Request::Lock);
    laptop.unlock(&mut at_laptop, PASSPHRASE).unwrap();
    laptop.add_token(&mut at_laptop, &uri("Laptop", "me"));
    change_passphrase(&laptop, &mut at_laptop, "a new one");
    laptop.add_token(&mut at_laptop, &uri("Sealed", "anew"));
    let back = desk.path("from-laptop");
    carry(&laptop, &mut at_laptop, &back);

    // First it asks; until then nothing has changed, in memory or on the disk.
    let merge = Request::Merge { path: back.display().to_string(), may_lock: false };
    let Reply::MergeLocks(locks) = desk.ask(&mut at_desk, merge) else { panic!("not asked") };
    assert_eq!(locks.by, "laptop");
    assert_eq!(locks.left.len(), 2);
    for kind in [WayKind::Words, WayKind::Passphrase] {
        assert!(locks.left.iter().any(|way| way.kind == kind));
    }
    assert!(desk.titles(&mut at_desk).is_empty());
    desk.ask(&mut at_desk, Request::Lock);
    desk.unlock(&mut at_desk, PASSPHRASE).unwrap();
    assert!(desk.titles(&mut at_desk).is_empty());

    let reply = desk.merge(&mut at_desk, &back);
    assert!(matches!(reply, Reply::Failed(Failure::MergedAndLocked { .. })));
    assert!(matches!(desk.refused(&mut at_desk, all_codes()), Failure::Locked));
    assert!(desk.unlock(&mut at_desk, PASSPHRASE).is_err());
    desk.unlock(&mut at_desk, "a new one").unwrap();
    assert_eq!(desk.titles(&mut at_desk), ["Laptop (me)", "Sealed (anew)"]);
}

#[test]
fn a_passphrase_changed_here_opens_what_another_pc_wrote_meanwhile_once_it_is_confirmed_there() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    let (laptop, mut at_laptop) = laptop_beside(&desk, &mut at_desk);
    // The laptop gets another sheet and drops the old one; the desk gets another passphrase.
    let sheet = ways(&laptop, &mut at_laptop);
    let sheet = sheet.iter().find(|way| way.kind == WayKind::Words).unwrap().id;
    let secret = NewSecret::Words(WordsLanguage::English);
    let changed = laptop.ask(&mut at_laptop, Request::ChangeWay { id: sheet, secret });
    let Reply::WayAdded { words: Some(new_words), .. } = changed else { panic!("no words") };
    laptop.add_token(&mut at_laptop, &uri("Laptop", "me"));
    change_passphrase(&desk, &mut at_desk, "a new one");
    desk.add_token(&mut at_desk, &uri("Desk", "me"));
    // The desk is opened anew by what it knows: the passphrase just chosen.
    desk.ask(&mut at_desk, Request::Lock);
    desk.unlock(&mut at_desk, "a new one").unwrap();

    let (from_laptop, from_desk) = (desk.path("from-laptop"), laptop.path("from-desk"));
    carry(&laptop, &mut at_laptop, &from_laptop);
    carry(&desk, &mut at_desk, &from_desk);
    // The laptop is open by a way the desk removed, the desk by one the laptop knows nothing of.
    desk.merge(&mut at_desk, &from_laptop);
    laptop.merge(&mut at_laptop, &from_desk);
    drop((at_desk, at_laptop));

    let mut at_laptop = laptop.session();
    let by_words = OpenSecret::Words(new_words);
    let reply = laptop.ask(&mut at_laptop, Request::Unlock { secret: by_words });
    let Reply::Status(status) = reply else { panic!("not open") };
    assert!(matches!(status.state, State::Open { unsettled_ways: 2, .. }));
    // For all the laptop knows, the passphrase is of somebody who kept the sheet it dropped.
    let listed = ways(&laptop, &mut at_laptop);
    let new = listed.iter().find(|way| way.standing == WayStanding::Unconfirmed).unwrap();
    assert_eq!(new.kind, WayKind::Passphrase);
    let confirm = Request::ConfirmWay { id: new.id };
    assert!(matches!(laptop.ask(&mut at_laptop, confirm), Reply::Done));
    // What the new passphrase sealed comes when the two have met once more.
    carry(&laptop, &mut at_laptop, &desk.path("again"));
    let mut at_desk = desk.session();
    desk.unlock(&mut at_desk, "a new one").unwrap();
    assert!(matches!(desk.merge(&mut at_desk, &desk.path("again")), Reply::Merged(_)));
    assert_eq!(desk.titles(&mut at_desk), ["Desk (me)", "Laptop (me)"]);
}

fn copy_of(pc: &Pc, session: &mut Session) -> Option<CopyOf> {
    match pc.unlock(session, PASSPHRASE).unwrap().state {
        State::Open { copy_of, .. } => copy_of,
        _ => panic!("not open"),
    }
}

#[test]
fn a_copied_file_says_once_that_it_has_become_a_device_of_its_own() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    desk.add_token(&mut at_desk, &uri("Desk", "me"));
    drop(at_desk);
    let copy = desk.path("copy");
    std::fs::copy(desk.path("vault"), &copy).unwrap();

    let mut at_copy = desk.session_at(&copy);
    assert_eq!(copy_of(&desk, &mut at_copy), Some(CopyOf::FileHere));
    desk.add_token(&mut at_copy, &uri("Copy", "me"));
    drop(at_copy);
    assert_eq!(copy_of(&desk, &mut desk.session_at(&copy)), None);
    assert_eq!(copy_of(&desk, &mut desk.session()), None);
}

#[test]
fn a_home_folder_copied_to_another_machine_says_so() {
    let desk = Pc::new();
    drop(desk.with_vault());
    let mut elsewhere = desk.session();
    let memory = MachineStore::new(desk.path("memory"), b"another machine");
    elsewhere.settings.memory = Some(Rc::new(memory));
    assert_eq!(copy_of(&desk, &mut elsewhere), Some(CopyOf::OtherMachine));
}

fn ways(pc: &Pc, session: &mut Session) -> Vec<Way> {
    match pc.ask(session, Request::Ways) {
        Reply::Ways(ways) => ways,
        _ => panic!("no ways"),
    }
}

#[test]
fn a_way_added_on_a_new_pc_while_another_was_removed_here_is_told_of_and_waits_to_be_confirmed() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    let (laptop, mut at_laptop) = laptop_beside(&desk, &mut at_desk);
    let add = Request::AddWay {
        secret: NewSecret::Passphrase(text("chosen at the laptop")),
        label: "laptop".to_owned(),
    };
    assert!(matches!(laptop.ask(&mut at_laptop, add), Reply::WayAdded { .. }));
    change_passphrase(&desk, &mut at_desk, "a new one");
    // The desk is opened anew by what it knows: the passphrase just chosen.
    desk.ask(&mut at_desk, Request::Lock);
    desk.unlock(&mut at_desk, "a new one").unwrap();
    let from_laptop = desk.path("from-laptop");
    carry(&laptop, &mut at_laptop, &from_laptop);

    let Reply::Merged(report) = desk.merge(&mut at_desk, &from_laptop) else { panic!("no merge") };
    assert_eq!(report.unsettled_ways, 1);
    desk.add_token(&mut at_desk, &uri("Desk", "me"));
    let added = ways(&desk, &mut at_desk).into_iter().find(|way| way.label == "laptop").unwrap();
    assert_eq!(added.standing, WayStanding::Unconfirmed);
    let titles_by_it = |session: &mut Session| {
        desk.ask(session, Request::Lock);
        desk.unlock(session, "chosen at the laptop").map(|_| desk.titles(session))
    };
    assert_ne!(titles_by_it(&mut at_desk), Ok(vec!["Desk (me)".to_owned()]));

    desk.ask(&mut at_desk, Request::Lock);
    let status = desk.unlock(&mut at_desk, "a new one").unwrap();
    assert!(matches!(status.state, State::Open { unsettled_ways: 1, .. }));
    let confirm = || Request::ConfirmWay { id: added.id };
    assert!(matches!(desk.ask(&mut at_desk, confirm()), Reply::Done));
    assert!(ways(&desk, &mut at_desk).iter().all(|way| way.standing == WayStanding::Open));
    assert_eq!(desk.refused(&mut at_desk, confirm()), Failure::NoSuchWay);
    assert_eq!(titles_by_it(&mut at_desk), Ok(vec!["Desk (me)".to_owned()]));
}
