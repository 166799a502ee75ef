// SPDX-License-Identifier: MIT OR Apache-2.0
//! Collections: apart from each other, open by the same ways.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kagifuda_vault::schema::kinds;
use kagifuda_vault::{CollectionId, Deed, Draft, ItemId};
use support::{Pc, name_is, open, passphrase, words};

fn with_family() -> (Pc, CollectionId) {
    let mut pc = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
    let (family, pending) = pc.vault.add_collection("family", pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    (pc, family)
}

fn add_to(pc: &mut Pc, collection: CollectionId, name: &str) -> ItemId {
    pc.tick();
    let item = ItemId::random(&mut pc.rng);
    let draft = Draft { collection, item, kind: kinds::NOTE, edits: name_is(name) };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    item
}

#[test]
fn a_collection_opens_by_every_way_and_keeps_its_items_when_edited() {
    let (mut pc, family) = with_family();
    let note = add_to(&mut pc, family, "shared");
    pc.rename(note, "shared and renamed");
    for way in [&passphrase("alpha") as &dyn kagifuda_vault::WayToOpen, &words(9)] {
        let vault = open(pc.rows(), way).unwrap();
        assert_eq!(vault.collection_of(note), family);
        assert!(vault.collections().any(|(id, name)| id == family && name == "family"));
        assert!(vault.verify(pc.rows()).is_sound());
    }
}

#[test]
fn removing_a_way_closes_every_collection_to_it() {
    let (mut pc, family) = with_family();
    let before = add_to(&mut pc, family, "before");
    let alpha = pc.vault.ways().into_iter().find(|way| way.label == "alpha").unwrap().slot;
    let stolen = pc.copy_to(7, &passphrase("alpha")).unwrap();
    let pending = pc.vault.remove_way(alpha, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    let after = add_to(&mut pc, family, "after");
    let mut thief = stolen;
    thief.merge(&pc);
    assert!(thief.vault.item(before).is_ok(), "what a copy could read it can read for ever");
    assert!(thief.vault.item(after).is_err());
    assert!(open(pc.rows(), &words(9)).unwrap().item(after).is_ok());
}

#[test]
fn collections_made_on_two_pcs_at_once_meet_in_a_merge() {
    let (mut here, _) = with_family();
    let mut there = here.copy_to(2, &words(9)).unwrap();
    let (work, pending) = there.vault.add_collection("work", there.now, &mut there.rng).unwrap();
    there.keep(pending);
    let note = add_to(&mut there, work, "theirs");
    here.merge(&there);
    there.merge(&here);
    assert_eq!(here.vault.fold().digest(), there.vault.fold().digest());
    assert!(here.vault.item(note).is_ok());
    assert_eq!(here.vault.collections().count(), 3);
}
