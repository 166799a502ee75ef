// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks: by somebody whose way was removed and who kept an old copy, by files made to mislead, by
//! clocks and copies gone wrong. Each test is one story; what must hold is that nobody reads what is not
//! theirs, nobody is locked out without a way back, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, ItemId, KindId, SlotId, WayStanding, WayToOpen, value,
};
use support::{CHEAP, Pc, open, passphrase, words};

fn slot(pc: &Pc, label: &str) -> SlotId {
    pc.vault.ways().into_iter().find(|way| way.label == label).unwrap().slot
}

fn standing(pc: &Pc, label: &str) -> WayStanding {
    pc.vault.ways().into_iter().find(|way| way.label == label).unwrap().standing
}

fn remove_way(pc: &mut Pc, label: &str) {
    pc.tick();
    let pending = pc.vault.remove_way(slot(pc, label), pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

fn mend(pc: &mut Pc) {
    if let Some(pending) = pc.vault.mend(pc.now, &mut pc.rng).unwrap() {
        pc.keep(pending);
    }
}

/// Writes whatever is asked for about whatever item, as a program of one's own would.
fn forge(pc: &mut Pc, item: ItemId, kind: KindId, edits: Edits) {
    pc.tick();
    let draft = Draft { collection: pc.vault.home(), item, kind, edits };
    let pending = pc.vault.write(Deed::EDIT, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

/// The holder's PC, from which the way "beta" has just been removed; another PC of the holder's that does
/// not know that yet; and a thief with beta and the file as it was before.
fn holder_and_thief() -> (Pc, Pc, Pc) {
    let mut here = Pc::create(
        1,
        &[(&passphrase("alpha"), "alpha"), (&passphrase("beta"), "beta"), (&words(9), "sheet")],
    );
    here.add_note("before");
    let there = here.copy_to(2, &words(9)).unwrap();
    let mut thief = here.copy_to(66, &passphrase("beta")).unwrap();
    remove_way(&mut here, "beta");
    here.add_note("after the removal");
    thief.now.0 += 3_600_000;
    (here, there, thief)
}

/// What the holder writes after having met the thief's copy must be closed to the thief's secrets and to
/// the keys the thief holds already, and open to the holder's ways.
fn assert_reads_nothing_new(thief: &mut Pc, here: &mut Pc, secret: &str) {
    here.merge(thief);
    mend(here);
    let note = here.add_note("after meeting the thief");
    mend(here);
    if let Ok(vault) = open(here.rows(), &passphrase(secret)) {
        assert!(vault.item(note).is_err(), "the thief's way was given the new root");
    }
    thief.merge(here);
    assert!(thief.vault.item(note).is_err(), "the thief's keys read on");
    for way in [&words(9) as &dyn WayToOpen, &passphrase("alpha")] {
        let vault = open(here.rows(), way).unwrap();
        assert!(vault.item(note).is_ok(), "a way of the holder's was left behind");
    }
}

fn add_evil_way(thief: &mut Pc) {
    let evil = passphrase("evil");
    let pending = thief.vault.add_way((&evil, "evil"), &CHEAP, thief.now, &mut thief.rng).unwrap();
    thief.keep(pending);
}

/// A removal makes a root: the thief's own is sealed to the holder's ways, is the newest, and looks clean.
fn make_evil_root(thief: &mut Pc) {
    let (evil, beta) = (passphrase("evil"), slot(thief, "beta"));
    let pending =
        thief.vault.change_way(beta, (&evil, "evil"), &CHEAP, thief.now, &mut thief.rng).unwrap();
    thief.keep(pending);
}

#[test]
fn a_removed_way_that_adds_another_in_an_old_copy_reads_nothing_new() {
    let (mut here, _, mut thief) = holder_and_thief();
    add_evil_way(&mut thief);
    assert_reads_nothing_new(&mut thief, &mut here, "evil");
    assert_eq!(standing(&here, "evil"), WayStanding::Unconfirmed);
    // The holder can clear it away.
    remove_way(&mut here, "evil");
    assert!(matches!(standing(&here, "evil"), WayStanding::Removed { .. }));
}

#[test]
fn a_root_made_in_an_old_copy_is_never_written_under() {
    let (mut here, _, mut thief) = holder_and_thief();
    make_evil_root(&mut thief);
    assert_reads_nothing_new(&mut thief, &mut here, "evil");
}

#[test]
fn a_pc_that_learns_of_the_removal_and_the_theft_at_once_takes_the_removals_side() {
    for is_theft_first in [false, true] {
        for forge in [add_evil_way, make_evil_root] {
            let (here, mut there, mut thief) = holder_and_thief();
            forge(&mut thief);
            let (first, second) = if is_theft_first { (&thief, &here) } else { (&here, &thief) };
            there.merge(first);
            there.merge(second);
            assert_reads_nothing_new(&mut thief, &mut there, "evil");
        }
    }
}

#[test]
fn pcs_that_met_a_thief_agree_again_and_make_no_roots_for_ever() {
    let (mut here, mut there, mut thief) = holder_and_thief();
    make_evil_root(&mut thief);
    for pc in [&mut here, &mut there] {
        pc.merge(&thief);
        mend(pc);
    }
    for _ in 0..4 {
        here.merge(&there);
        mend(&mut here);
        there.merge(&here);
        mend(&mut there);
    }
    let count = here.vault.record_count();
    here.merge(&there);
    mend(&mut here);
    there.merge(&here);
    mend(&mut there);
    assert_eq!((here.vault.record_count(), there.vault.record_count()), (count, count));
    assert_eq!(here.vault.fold().digest(), there.vault.fold().digest());
}

#[test]
fn a_removal_cannot_be_taken_back_by_the_removed() {
    let (mut here, _, mut thief) = holder_and_thief();
    let beta = ItemId(slot(&thief, "beta").0);
    forge(&mut thief, beta, kinds::WAY, flag(false));
    assert_reads_nothing_new(&mut thief, &mut here, "beta");
    assert!(open(here.rows(), &passphrase("beta")).is_err());
}

#[test]
fn another_key_under_the_name_of_a_holders_way_is_not_sealed_to() {
    let (mut here, _, mut thief) = holder_and_thief();
    add_evil_way(&mut thief);
    let evil = ItemId(slot(&thief, "evil").0);
    let key = thief.vault.fold().get(evil).unwrap().scalar(field::WAY_PUBLIC_KEY).unwrap().clone();
    for label in ["alpha", "sheet"] {
        let way = ItemId(slot(&thief, label).0);
        let edits = Edits::from([(field::WAY_PUBLIC_KEY, Edit::Set(key.clone()))]);
        forge(&mut thief, way, kinds::WAY, edits);
    }
    assert_reads_nothing_new(&mut thief, &mut here, "evil");
}

#[test]
fn removals_of_every_way_leave_the_holder_one() {
    let (mut here, _, mut thief) = holder_and_thief();
    add_evil_way(&mut thief);
    for label in ["alpha", "sheet"] {
        let way = ItemId(slot(&thief, label).0);
        forge(&mut thief, way, kinds::WAY, flag(true));
    }
    here.merge(&thief);
    mend(&mut here);
    let note = here.add_note("after meeting the thief");
    let vault = open(here.rows(), &words(9)).unwrap();
    assert!(vault.item(note).is_ok());
    thief.merge(&here);
    assert!(thief.vault.item(note).is_err());
    let evil = open(here.rows(), &passphrase("evil"));
    assert!(evil.is_err() || evil.unwrap().item(note).is_err());
}

#[test]
fn nobody_takes_another_devices_name() {
    let (mut here, mut there, mut thief) = holder_and_thief();
    let honest = there.add_note("signed by there");
    here.merge(&there);
    thief.merge(&there);
    let device = ItemId(there.vault.device().unwrap().0);
    let edits = Edits::from([(field::DEVICE_PUBLIC_KEY, Edit::Set(value::bytes(&[7; 32])))]);
    forge(&mut thief, device, kinds::DEVICE, edits);
    here.merge(&thief);
    let later = there.add_note("signed by there, later");
    assert_eq!(here.merge(&there).refused, []);
    assert!(here.vault.item(honest).is_ok() && here.vault.item(later).is_ok());
    assert!(here.vault.verify(here.rows()).is_sound());
}

fn flag(is_deleted: bool) -> Edits {
    Edits::from([(field::DELETED, Edit::Set(value::flag(is_deleted)))])
}
