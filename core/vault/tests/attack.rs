// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks: by somebody whose way was removed and who kept an old copy, by files made to mislead, by
//! clocks and copies gone wrong. Each test is one story; what must hold is that nobody reads what is not
//! theirs, nobody is locked out without a way back, and nothing is lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::cell::Cell;

use kagifuda_secret::{SecretArray, SecretText};
use kagifuda_vault::record::{self, Row, SlotKind, WrapRecord, class};
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    CodeId, CollectionId, Deed, Draft, Edit, Edits, ItemId, KdfPolicy, KindId, RawValue, RecordId,
    RootId, SlotId, Standing, UnixMillis, VaultError, WayStanding, WayToOpen, item, value,
};
use support::{CHEAP, DAY, Pc, counter, hotp, keyring, name_is, open, passphrase, words};

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
    forge_all(pc, [(item, kind, edits)]);
}

/// Like [`forge`], all under one root: after a removal, what is written next goes under another.
fn forge_all<const N: usize>(pc: &mut Pc, items: [(ItemId, KindId, Edits); N]) {
    pc.tick();
    let collection = pc.vault.home();
    let drafts = items.map(|(item, kind, edits)| Draft { collection, item, kind, edits });
    let pending = pc.vault.write(Deed::EDIT, drafts.into(), pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

/// The holder's PC, from which the way "beta" has just been removed; another PC of the holder's that does
/// not know that yet; and a thief with beta and the file as it was before. Where the thief is one of the
/// family, their PC has written and was merged before the removal.
fn holder_and_thief(is_of_the_family: bool) -> (Pc, Pc, Pc) {
    let mut here = Pc::create(
        1,
        &[(&passphrase("alpha"), "alpha"), (&passphrase("beta"), "beta"), (&words(9), "sheet")],
    );
    here.add_note("before");
    let mut thief = here.copy_to(66, &passphrase("beta")).unwrap();
    if is_of_the_family {
        thief.add_note("from the days of peace");
        here.merge(&thief);
    }
    let there = here.copy_to(2, &words(9)).unwrap();
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

fn add_way(pc: &mut Pc, secret: &str) {
    pc.tick();
    let way = (&passphrase(secret) as &dyn WayToOpen, secret);
    let pending = pc.vault.add_way(way, &CHEAP, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

fn add_evil_way(thief: &mut Pc) {
    add_way(thief, "evil");
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
    for is_of_the_family in [false, true] {
        let (mut here, _, mut thief) = holder_and_thief(is_of_the_family);
        add_evil_way(&mut thief);
        assert_reads_nothing_new(&mut thief, &mut here, "evil");
        assert_eq!(standing(&here, "evil"), WayStanding::Unconfirmed);
        // The holder can clear it away.
        remove_way(&mut here, "evil");
        assert!(matches!(standing(&here, "evil"), WayStanding::Removed { .. }));
    }
}

#[test]
fn a_root_made_in_an_old_copy_is_never_written_under() {
    for is_of_the_family in [false, true] {
        let (mut here, _, mut thief) = holder_and_thief(is_of_the_family);
        make_evil_root(&mut thief);
        assert_reads_nothing_new(&mut thief, &mut here, "evil");
    }
}

#[test]
fn a_pc_that_learns_of_the_removal_and_the_theft_at_once_takes_the_removals_side() {
    for is_of_the_family in [false, true] {
        for is_theft_first in [false, true] {
            for forge in [add_evil_way, make_evil_root] {
                let (here, mut there, mut thief) = holder_and_thief(is_of_the_family);
                forge(&mut thief);
                let (first, second) =
                    if is_theft_first { (&thief, &here) } else { (&here, &thief) };
                there.merge(first);
                there.merge(second);
                assert_reads_nothing_new(&mut thief, &mut there, "evil");
            }
        }
    }
}

#[test]
fn pcs_that_met_a_thief_agree_again_and_make_no_roots_for_ever() {
    for is_of_the_family in [false, true] {
        let (mut here, mut there, mut thief) = holder_and_thief(is_of_the_family);
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
}

#[test]
fn a_removal_cannot_be_taken_back_by_the_removed() {
    for is_of_the_family in [false, true] {
        let (mut here, _, mut thief) = holder_and_thief(is_of_the_family);
        let beta = ItemId(slot(&thief, "beta").0);
        forge(&mut thief, beta, kinds::WAY, flag(false));
        assert_reads_nothing_new(&mut thief, &mut here, "beta");
        assert!(open(here.rows(), &passphrase("beta")).is_err());
    }
}

#[test]
fn another_key_under_the_name_of_a_holders_way_is_not_sealed_to() {
    for is_of_the_family in [false, true] {
        let (mut here, _, mut thief) = holder_and_thief(is_of_the_family);
        add_evil_way(&mut thief);
        let evil = ItemId(slot(&thief, "evil").0);
        let key =
            thief.vault.fold().get(evil).unwrap().scalar(field::WAY_PUBLIC_KEY).unwrap().clone();
        for label in ["alpha", "sheet"] {
            let way = ItemId(slot(&thief, label).0);
            let edits = Edits::from([(field::WAY_PUBLIC_KEY, Edit::Set(key.clone()))]);
            forge(&mut thief, way, kinds::WAY, edits);
        }
        assert_reads_nothing_new(&mut thief, &mut here, "evil");
    }
}

/// The holder's other PC took the thief's way for the holder's, and made a root of its own, before it heard of the
/// removal: it vouches for what it added itself, not for what it was told.
#[test]
fn a_pc_that_was_deceived_before_it_heard_of_a_removal_does_not_let_the_removed_back_in() {
    for is_of_the_family in [false, true] {
        for makes_root in [false, true] {
            let (mut here, mut there, mut thief) = holder_and_thief(is_of_the_family);
            add_evil_way(&mut thief);
            there.merge(&thief);
            mend(&mut there);
            assert_eq!(standing(&there, "evil"), WayStanding::Open);
            if makes_root {
                add_way(&mut there, "gamma");
                remove_way(&mut there, "alpha");
            }
            for _ in 0..2 {
                there.merge(&here);
                mend(&mut there);
                here.merge(&there);
                mend(&mut here);
            }
            let note = here.add_note("after everybody met");
            there.merge(&here);
            let note_there = there.add_note("after everybody met, there");
            for (pc, note) in [(&here, note), (&there, note_there)] {
                assert_eq!(standing(pc, "evil"), WayStanding::Unconfirmed);
                let evil = open(pc.rows(), &passphrase("evil"));
                assert!(evil.is_err() || evil.unwrap().item(note).is_err());
                let words = open(pc.rows(), &words(9)).unwrap();
                assert!(words.item(note).is_ok());
                // What the holder added on the deceived PC counts as soon as that one has met the removal.
                if makes_root {
                    assert_eq!(standing(pc, "gamma"), WayStanding::Open);
                    let gamma = open(pc.rows(), &passphrase("gamma")).unwrap();
                    assert!(gamma.item(note).is_ok());
                }
            }
        }
    }
}

#[test]
fn removals_of_every_way_leave_the_holder_all_that_only_others_removed() {
    for is_of_the_family in [false, true] {
        let (mut here, _, mut thief) = holder_and_thief(is_of_the_family);
        add_evil_way(&mut thief);
        let removals =
            ["alpha", "sheet"].map(|label| (ItemId(slot(&thief, label).0), kinds::WAY, flag(true)));
        forge_all(&mut thief, removals);
        here.merge(&thief);
        mend(&mut here);
        let note = here.add_note("after meeting the thief");
        let alpha = ("alpha", &passphrase("alpha") as &dyn WayToOpen);
        for (label, way) in [alpha, ("sheet", &words(9))] {
            assert_eq!(standing(&here, label), WayStanding::LastResort);
            assert!(open(here.rows(), way).unwrap().item(note).is_ok());
        }
        thief.merge(&here);
        assert!(thief.vault.item(note).is_err());
        let evil = open(here.rows(), &passphrase("evil"));
        assert!(evil.is_err() || evil.unwrap().item(note).is_err());
    }
}

#[test]
fn a_removal_that_claims_to_be_the_older_one_does_not_bring_the_removed_way_back() {
    for forges_root in [false, true] {
        let mut here =
            Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&passphrase("beta"), "beta")]);
        let mut there = here.copy_to(2, &passphrase("alpha")).unwrap();
        let mut thief = here.copy_to(66, &passphrase("beta")).unwrap();
        if forges_root {
            make_evil_root(&mut thief);
        }
        let alpha = ItemId(slot(&thief, "alpha").0);
        forge(&mut thief, alpha, kinds::WAY, flag(true));
        here.now.0 = thief.now.0 + DAY;
        remove_way(&mut here, "beta");
        here.merge(&thief);
        assert_eq!(standing(&here, "alpha"), WayStanding::LastResort);
        // Neither here nor where both come in at once, nor where somebody comes back by the way that stayed.
        there.now.0 = here.now.0;
        there.merge(&thief);
        there.merge(&here);
        for pc in [&mut here, &mut there] {
            mend(pc);
            let note = pc.add_note("after meeting the thief");
            assert!(open(pc.rows(), &passphrase("alpha")).unwrap().item(note).is_ok());
            for secret in ["beta", "evil"] {
                let vault = open(pc.rows(), &passphrase(secret));
                assert!(vault.is_err() || vault.unwrap().item(note).is_err(), "{secret}");
            }
            pc.reopen(&passphrase("alpha")).unwrap();
            thief.merge(pc);
            assert!(thief.vault.item(note).is_err());
        }
    }
}

#[test]
fn a_thief_who_removes_all_but_the_keyring_and_calls_it_a_passphrase_does_not_leave_it_alone() {
    let mut here = Pc::create(
        1,
        &[(&passphrase("alpha"), "alpha"), (&passphrase("beta"), "beta"), (&keyring(5), "here")],
    );
    let mut thief = here.copy_to(66, &passphrase("beta")).unwrap();
    remove_way(&mut here, "beta");
    thief.now.0 += 3_600_000;
    let [alpha, ring] = ["alpha", "here"].map(|label| ItemId(slot(&thief, label).0));
    let called = Edits::from([(field::WAY_KIND, Edit::Set(value::number(1)))]);
    forge(&mut thief, ring, kinds::WAY, called);
    forge(&mut thief, alpha, kinds::WAY, flag(true));
    here.reopen(&keyring(5)).unwrap();
    here.merge(&thief);
    assert_eq!(standing(&here, "alpha"), WayStanding::LastResort);
    mend(&mut here);
    let note = here.add_note("after meeting the thief");
    assert!(open(here.rows(), &passphrase("alpha")).unwrap().item(note).is_ok());
    assert!(open(here.rows(), &passphrase("beta")).is_err());
}

#[test]
fn nobody_takes_another_devices_name() {
    for is_of_the_family in [false, true] {
        let (mut here, mut there, mut thief) = holder_and_thief(is_of_the_family);
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
}

fn flag(is_deleted: bool) -> Edits {
    Edits::from([(field::DELETED, Edit::Set(value::flag(is_deleted)))])
}

#[test]
fn a_restored_pc_that_is_closed_before_it_writes_still_says_who_it_is() {
    let mut here = Pc::with_passphrase(1);
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    there.vault.begin_anew("restored", &mut there.rng);
    there.memory = Some(there.vault.memory(&mut there.rng).unwrap());
    there.reopen(&passphrase("correct horse")).unwrap();
    let note = there.add_note("after the restore");
    assert_eq!(here.merge(&there).refused, []);
    assert!(here.vault.item(note).is_ok());
}

#[test]
fn a_key_that_comes_later_opens_what_was_kept_closed() {
    for is_of_the_family in [false, true] {
        let (here, mut there, _) = holder_and_thief(is_of_the_family);
        let is_key = |row: &Row| [class::WRAP, class::EPOCH].contains(&row.class);
        let without_keys = here.rows().into_iter().filter(|row| !is_key(row)).collect();
        let merged = there.merge_rows(without_keys).unwrap();
        assert!(merged.closed > 0 && !merged.is_reload_due);
        assert_ne!(there.vault.fold().digest(), here.vault.fold().digest());
        assert!(there.merge(&here).is_reload_due);
        there.reopen(&words(9)).unwrap();
        assert_eq!(there.vault.unreadable().count(), 0);
        assert_eq!(there.vault.fold().digest(), here.vault.fold().digest());
    }
}

#[test]
fn what_is_damaged_here_is_healed_by_a_sound_copy() {
    let mut here = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
    let note = here.add_note("damaged here");
    let sound = here.rows();
    for damaged in &sound {
        if damaged.class == class::HEAD {
            continue;
        }
        // Cut short: whatever it is, it cannot be read.
        let mut row = damaged.clone();
        row.body.pop();
        here.store.get_mut(&damaged.id).unwrap().1 = row;
        // One of the two ways opens still, whichever record is hurt.
        let way: &dyn WayToOpen =
            if here.reopen(&words(9)).is_ok() { &words(9) } else { &passphrase("alpha") };
        here.reopen(way).unwrap();
        assert!(here.vault.unreadable().any(|(id, _)| id == damaged.id));
        let merged = here.merge_rows(sound.clone()).unwrap();
        assert_eq!(
            (merged.add, merged.replace, merged.refused),
            (vec![], vec![damaged.clone()], vec![])
        );
        assert_eq!(here.store[&damaged.id].1, *damaged);
        assert_eq!(here.reopen(&words(9)), Ok(Standing::Current));
        assert_eq!(here.vault.unreadable().count(), 0);
        assert_eq!(here.name(note).as_deref(), Some("damaged here"));
    }
}

#[test]
fn a_change_or_an_epoch_of_which_any_byte_was_changed_is_named_and_healed_by_a_sound_copy() {
    let mut here = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
    let note = here.add_note("hurt here");
    let sound = here.rows();
    let hurt = sound.iter().filter(|row| matches!(row.class, class::EPOCH | class::CHANGE));
    for hurt in hurt.collect::<Vec<_>>() {
        for byte in 0..hurt.body.len() {
            let row = &mut here.store.get_mut(&hurt.id).unwrap().1;
            row.body[byte] ^= 0x41;
            here.reopen(&words(9)).unwrap();
            let verified = here.vault.verify(here.rows());
            let is_named = verified.damaged.iter().any(|one| one.record == hurt.id);
            // The version byte alone may also say that somebody newer wrote it.
            assert!(is_named || byte == 3, "byte {byte} of {hurt:?}: {verified:?}");
            here.merge_rows(sound.clone()).unwrap();
            if byte != 3 {
                assert_eq!(here.store[&hurt.id].1, *hurt, "byte {byte}");
            }
            here.store.get_mut(&hurt.id).unwrap().1 = hurt.clone();
            assert_eq!(here.reopen(&words(9)), Ok(Standing::Current));
            assert!(here.vault.verify(here.rows()).is_sound());
            assert_eq!(here.name(note).as_deref(), Some("hurt here"));
        }
    }
}

#[test]
fn a_change_that_names_no_epoch_is_no_news_twice_and_no_excuse_for_what_is_missing() {
    let mut here = Pc::with_passphrase(1);
    here.add_note("x");
    let mut rows = here.rows();
    let astray = rows.last_mut().unwrap();
    let record::Record::Change(change) = record::read(astray, None).unwrap() else { panic!() };
    let epoch = change.header.epoch.0;
    let at = astray.body.windows(16).position(|window| window == epoch).unwrap();
    astray.body[at] ^= 1;
    here.store.get_mut(&astray.id).unwrap().1 = astray.clone();
    let standing = here.reopen(&passphrase("correct horse")).unwrap();
    assert!(matches!(standing, Standing::Older { .. }), "{standing:?}");
    let merged = here.merge_rows(rows).unwrap();
    assert!(merged.add.is_empty() && merged.replace.is_empty() && merged.remove.is_empty());
}

#[test]
fn a_damaged_copy_heals_nothing_and_hurts_nothing() {
    let mut here = Pc::with_passphrase(1);
    here.add_note("x");
    let mut damaged = here.rows();
    damaged.iter_mut().filter(|row| row.class != class::HEAD).for_each(|row| {
        row.body.pop();
    });
    let before = here.rows();
    let merged = here.merge_rows(damaged).unwrap();
    assert!(merged.add.is_empty() && merged.replace.is_empty() && merged.remove.is_empty());
    assert_eq!(here.rows(), before);
}

#[test]
fn a_seal_that_was_lost_is_given_again_by_mending() {
    let mut here = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
    let note = here.add_note("x");
    let alpha = slot(&here, "alpha");
    let is_alphas = |row: &Row| match record::read(row, None) {
        Ok(record::Record::Wrap(wrap)) => wrap.slot == alpha,
        _ => false,
    };
    here.store.retain(|_, (_, row)| !is_alphas(row));
    assert!(open(here.rows(), &passphrase("alpha")).is_err());
    here.reopen(&words(9)).unwrap();
    mend(&mut here);
    assert!(open(here.rows(), &passphrase("alpha")).unwrap().item(note).is_ok());
    assert!(here.vault.mend(here.now, &mut here.rng).unwrap().is_none());
}

/// The changes of an item, as a purge names them.
fn purge_of(pc: &Pc) -> Edits {
    let entries = pc.rows().into_iter().filter(|row| row.class == class::CHANGE).map(|row| {
        let mut cbor = vec![0x82, 0x50];
        cbor.extend_from_slice(&row.id.0);
        cbor.extend_from_slice(&[0x58, 32]);
        cbor.extend_from_slice(&record::hash(&row.body));
        RawValue::new(cbor)
    });
    Edits::from([(field::PURGED, Edit::Grow(entries.collect()))])
}

#[test]
fn a_purge_reaches_only_changes_of_its_own_item_and_never_access() {
    let mut here = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
    let note = here.add_note("precious");
    let mut there = here.copy_to(2, &words(9)).unwrap();
    let stray = ItemId::random(&mut there.rng);
    let edits = purge_of(&there);
    forge(&mut there, stray, kinds::NOTE, edits);
    for label in ["alpha", "sheet"] {
        let edits = purge_of(&there);
        let way = ItemId(slot(&there, label).0);
        forge(&mut there, way, kinds::WAY, edits);
    }
    assert!(here.merge(&there).remove.is_empty());
    for way in [&passphrase("alpha") as &dyn WayToOpen, &words(9)] {
        here.reopen(way).unwrap();
        assert_eq!(here.name(note).as_deref(), Some("precious"));
        assert_eq!(here.vault.ways().len(), 2);
        assert_eq!(standing(&here, "sheet"), WayStanding::Open);
    }
}

#[test]
fn what_was_used_stays_used_when_an_item_is_taken_back_that_somebody_had_purged() {
    let mut here = Pc::with_passphrase(1);
    let (token, codes) = (ItemId::random(&mut here.rng), ItemId::random(&mut here.rng));
    let edits = item::token_edits(&hotp(), &mut here.rng);
    forge(&mut here, token, kinds::TOKEN, edits);
    let edits = item::add_codes(&["aaaa-1"].map(SecretText::from), &mut here.rng);
    forge(&mut here, codes, kinds::BACKUP_CODES, edits);
    let way = passphrase("correct horse");
    let mut using = here.copy_to(2, &way).unwrap();
    let mut undoing = here.copy_to(3, &way).unwrap();

    // Used on one PC; removed, met with that use, and purged on another; taken back on a third, which
    // never met the use.
    let code: CodeId = item::codes(codes, using.vault.item(codes).unwrap()).unwrap()[0].id;
    for _ in 0..5 {
        using.next_code(token);
    }
    let used = item::use_code(codes, using.vault.item(codes).unwrap(), code, using.now).unwrap();
    using.write(Deed::USE_CODE, codes, used);
    for id in [token, codes] {
        here.remove(id);
    }
    undoing.merge(&here);
    here.merge(&using);
    here.now.0 += 31 * DAY;
    let purge = here.vault.purge(here.rows(), here.now, &mut here.rng).unwrap().unwrap();
    here.keep(purge);
    assert!(here.vault.purge(here.rows(), here.now, &mut here.rng).unwrap().is_none());
    for _ in 0..2 {
        let removal = undoing
            .vault
            .history(undoing.rows(), undoing.now)
            .into_iter()
            .find(|operation| {
                let is_gone = |id| undoing.vault.item(id).is_err();
                operation.deed == Deed::REMOVE && operation.touched.iter().any(|t| is_gone(t.item))
            })
            .unwrap();
        let undo =
            undoing.vault.undo(undoing.rows(), removal.id, undoing.now, &mut undoing.rng).unwrap();
        undoing.keep(undo.pending);
    }
    assert_eq!(counter(&undoing.vault, token), 0);

    for (first, second) in [(&using, &undoing), (&undoing, &using)] {
        let mut gathered = here.copy_to(9, &way).unwrap();
        gathered.merge(first);
        gathered.merge(second);
        gathered.reopen(&way).unwrap();
        assert_eq!(counter(&gathered.vault, token), 5);
        let listed = item::codes(codes, gathered.vault.item(codes).unwrap()).unwrap();
        assert!(listed[0].used_at.is_some());
    }
    for pc in [&mut using, &mut undoing] {
        pc.merge(&here);
        pc.reopen(&way).unwrap();
    }
    using.merge(&undoing);
    assert_eq!(counter(&using.vault, token), 5, "on the PC that used them");
}

#[test]
fn a_clock_beyond_all_years_leaves_room_for_every_later_edit() {
    let mut here = Pc::with_passphrase(1);
    let note = here.add_note("x");
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    there.now = UnixMillis(u64::MAX - 1_000_000);
    there.rename(note, "from the end of time");
    here.merge(&there);
    for round in 0..3 {
        here.rename(note, &format!("here {round}"));
        there.merge(&here);
        there.rename(note, &format!("there {round}"));
        here.merge(&there);
        assert_eq!(here.name(note), Some(format!("there {round}")));
    }
    assert_eq!(here.reopen(&passphrase("correct horse")), Ok(Standing::Current));
}

#[test]
fn a_copied_pc_is_noticed_when_the_two_meet_and_begins_anew() {
    let mut here = Pc::with_passphrase(1);
    here.add_note("before");
    let way = passphrase("correct horse");
    let mut twin = here.copy_to(2, &way).unwrap();
    twin.memory = here.memory.clone();
    assert_eq!(twin.reopen(&way), Ok(Standing::Current));
    assert_eq!(twin.vault.device(), here.vault.device());
    let theirs = twin.add_note("on the copy");
    let ours = here.add_note("here");
    assert!(!here.vault.is_copied());
    here.merge(&twin);
    assert!(here.vault.item(theirs).is_ok() && here.vault.item(ours).is_ok());
    assert!(here.vault.is_copied());
    let copied = here.vault.device();
    here.reopen(&way).unwrap();
    assert!(!here.vault.is_copied());
    assert_ne!(here.vault.device(), copied);
    let later = here.add_note("by a device of its own");
    twin.merge(&here);
    assert!(twin.vault.item(later).is_ok());
    assert_eq!(here.vault.verify(here.rows()).forks.len(), 1);
}

/// A passphrase that counts how often it is stretched.
struct Counted(Cell<u32>);

impl WayToOpen for Counted {
    fn enrol(&self, policy: &KdfPolicy, random: [u8; 16]) -> SlotKind {
        passphrase("x").enrol(policy, random)
    }

    fn fits(&self, kind: SlotKind) -> bool {
        passphrase("x").fits(kind)
    }

    fn input(&self, kind: SlotKind, policy: &KdfPolicy) -> Result<SecretArray<32>, VaultError> {
        let SlotKind::Passphrase { cost, .. } = kind else { return Err(VaultError::NoSuchWay) };
        policy.admit(cost)?;
        self.0.set(self.0.get() + 1);
        Ok(SecretArray::take(&mut [7; 32]))
    }
}

#[test]
fn a_file_with_a_thousand_dear_slots_costs_no_more_than_the_dearest_one() {
    let mut pc = Pc::with_passphrase(1);
    for n in 0..1000_u16 {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        let kind = SlotKind::Passphrase { salt: id, cost: CHEAP.cap };
        let wrap = WrapRecord {
            id: RecordId(id.map(|byte| !byte)),
            collection: CollectionId(id),
            root: RootId(id),
            slot: SlotId(id),
            encapsulated: [9; 32],
            sealed: [0; 48],
        };
        for row in [
            record::write_slot(pc.vault.id(), SlotId(id), kind),
            record::write_wrap(pc.vault.id(), &wrap),
        ] {
            pc.store.insert(row.id, (0, row));
        }
    }
    let counted = Counted(Cell::new(0));
    assert_eq!(open(pc.rows(), &counted).err(), Some(VaultError::WrongSecret));
    assert!(counted.0.get() <= 32, "{}", counted.0.get());
    assert!(open(pc.rows(), &passphrase("correct horse")).is_ok(), "the holder's own comes first");
}

#[test]
fn a_passphrase_changed_often_is_still_stretched_once() {
    let mut pc = Pc::with_passphrase(1);
    for n in 0..5 {
        let (old, new) = (pc.vault.opened_with(), passphrase(&format!("new {n}")));
        let pending =
            pc.vault.change_way(old, (&new, "passphrase"), &CHEAP, pc.now, &mut pc.rng).unwrap();
        pc.keep(pending);
        pc.reopen(&new).unwrap();
    }
    let counted = Counted(Cell::new(0));
    assert!(open(pc.rows(), &counted).is_err());
    assert_eq!(counted.0.get(), 1);
}

#[test]
fn an_item_written_in_two_collections_lies_in_the_newer_whatever_came_first() {
    let mut here = Pc::with_passphrase(1);
    let note = here.add_note("x");
    let (family, pending) = here.vault.add_collection("family", here.now, &mut here.rng).unwrap();
    here.keep(pending);
    let draft = Draft { collection: family, item: note, kind: kinds::NOTE, edits: name_is("y") };
    here.tick();
    let pending = here.vault.write(Deed::EDIT, vec![draft], here.now, &mut here.rng).unwrap();
    here.keep(pending);
    let mut rows = here.rows();
    rows.reverse();
    let vault = open(rows, &passphrase("correct horse")).unwrap();
    assert_eq!(vault.collection_of(note), family);
}
