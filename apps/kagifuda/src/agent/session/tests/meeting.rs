// SPDX-License-Identifier: MIT OR Apache-2.0
//! Copies of one vault that meet again: what the session does after a merge, besides merging.

use super::*;

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
    laptop.add_token(&mut at_laptop, &uri("Laptop", "me"));
    change_passphrase(&laptop, &mut at_laptop, "a new one");
    laptop.add_token(&mut at_laptop, &uri("Sealed", "anew"));
    let back = desk.path("from-laptop");
    carry(&laptop, &mut at_laptop, &back);

    let reply = desk.merge(&mut at_desk, &back);
    assert!(matches!(reply, Reply::Failed(Failure::WayRemoved { .. })));
    assert!(matches!(desk.refused(&mut at_desk, all_codes()), Failure::Locked));
    assert!(desk.unlock(&mut at_desk, PASSPHRASE).is_err());
    desk.unlock(&mut at_desk, "a new one").unwrap();
    assert_eq!(desk.titles(&mut at_desk), ["Laptop (me)", "Sealed (anew)"]);
}

#[test]
fn a_passphrase_changed_here_opens_what_another_pc_wrote_meanwhile_without_another_edit() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    let (laptop, mut at_laptop) = laptop_beside(&desk, &mut at_desk);
    // The laptop gets another sheet and drops the old one; the desk gets another passphrase.
    let Reply::Ways(ways) = laptop.ask(&mut at_laptop, Request::Ways) else { panic!("no ways") };
    let sheet = ways.iter().find(|way| way.kind == WayKind::Words).unwrap().id;
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
    assert!(matches!(reply, Reply::Status(_)));
    // What the new passphrase sealed comes when the two have met once more.
    carry(&laptop, &mut at_laptop, &desk.path("again"));
    let mut at_desk = desk.session();
    desk.unlock(&mut at_desk, "a new one").unwrap();
    assert!(matches!(desk.merge(&mut at_desk, &desk.path("again")), Reply::Merged(_)));
    assert_eq!(desk.titles(&mut at_desk), ["Desk (me)", "Laptop (me)"]);
}

#[test]
fn a_removed_token_that_is_imported_again_does_not_repeat_its_codes() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    let next = codes(pc.ask(&mut session, Request::HotpNext { id }));
    assert_eq!(shown(&next[0]), "755224");
    pc.ask(&mut session, Request::RemoveItem { id });
    let report = preview(&pc, &mut session, &hotp);
    let ticket = report.ticket.unwrap();
    pc.ask(&mut session, Request::ImportCommit { ticket });
    let listed = codes(pc.ask(&mut session, all_codes()));
    assert_eq!(listed[0].turn, Turn::Counter { counter: 1 });
}

#[test]
fn a_token_made_to_count_time_and_then_codes_again_goes_on_counting() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    for _ in 0..3 {
        pc.ask(&mut session, Request::HotpNext { id });
    }
    for kind in ["totp", "hotp"] {
        let kind = FieldValue::Text(kind.to_owned());
        assert!(matches!(pc.edit(&mut session, id, name::TYPE, kind), Reply::Done));
    }
    let listed = codes(pc.ask(&mut session, all_codes()));
    assert_eq!(listed[0].turn, Turn::Counter { counter: 3 });
}
