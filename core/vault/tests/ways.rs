// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ways to open: added, changed, removed, on one PC and on two at once.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_secret::SecretArray;
use kagifuda_vault::record::SlotKind;
use kagifuda_vault::{Deed, KdfPolicy, SlotId, Standing, Vault, VaultError, WayStanding};
use support::{CHEAP, NEW_YEAR, Pc, keyring, open, passphrase, tpm, words};

fn slot(pc: &Pc, label: &str) -> SlotId {
    pc.vault.ways().into_iter().find(|way| way.label == label).unwrap().slot
}

fn standing(pc: &Pc, label: &str) -> WayStanding {
    pc.vault.ways().into_iter().find(|way| way.label == label).unwrap().standing
}

fn add(pc: &mut Pc, way: &dyn kagifuda_vault::WayToOpen, label: &str) {
    pc.tick();
    let pending = pc.vault.add_way((way, label), &CHEAP, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

fn remove(pc: &mut Pc, label: &str) {
    pc.tick();
    let pending = pc.vault.remove_way(slot(pc, label), pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

/// Three ways: two passphrases and recovery words.
fn three_ways() -> Pc {
    Pc::create(
        1,
        &[(&passphrase("alpha"), "alpha"), (&passphrase("beta"), "beta"), (&words(9), "sheet")],
    )
}

#[test]
fn each_way_opens_the_same_vault() {
    let mut pc = three_ways();
    let note = pc.add_note("x");
    for way in
        [&passphrase("alpha") as &dyn kagifuda_vault::WayToOpen, &passphrase("beta"), &words(9)]
    {
        let vault = open(pc.rows(), way).unwrap();
        assert!(vault.item(note).is_ok());
    }
}

#[test]
fn a_holder_shows_who_they_are_by_a_way_that_opens_and_by_no_other() {
    let mut pc = three_ways();
    let shows = |pc: &Pc, way: &dyn kagifuda_vault::WayToOpen| pc.vault.is_opened_by(way, &CHEAP);
    for way in [&passphrase("alpha") as &dyn kagifuda_vault::WayToOpen, &passphrase("beta")] {
        assert_eq!(shows(&pc, way), Ok(true));
    }
    assert_eq!(shows(&pc, &passphrase("gamma")), Ok(false));
    assert_eq!(shows(&pc, &words(8)), Ok(false));
    remove(&mut pc, "beta");
    assert_eq!(shows(&pc, &passphrase("beta")), Ok(false));
    remove(&mut pc, "sheet");
    assert_eq!(shows(&pc, &words(9)), Err(VaultError::NoSuchWay));
}

#[test]
fn a_removed_way_no_longer_opens_and_the_others_read_everything() {
    let mut pc = three_ways();
    let before = pc.add_note("before");
    remove(&mut pc, "beta");
    let after = pc.add_note("after");
    assert!(open(pc.rows(), &passphrase("beta")).is_err());
    let vault = open(pc.rows(), &words(9)).unwrap();
    assert!(vault.item(before).is_ok() && vault.item(after).is_ok());
}

#[test]
fn an_old_copy_tells_its_holder_of_a_removal_once_they_have_merged() {
    let mut here = three_ways();
    let mut there = here.copy_to(2, &passphrase("beta")).unwrap();
    remove(&mut here, "beta");
    let secret = here.add_note("sealed after the removal");
    there.merge(&here);
    assert!(there.vault.item(secret).is_err(), "the removed way reads nothing new");
    assert!(open(there.rows(), &passphrase("beta")).is_err());
    let vault = open(there.rows(), &passphrase("alpha")).unwrap();
    assert!(vault.item(secret).is_ok());
}

#[test]
fn the_last_way_cannot_be_removed() {
    let mut pc = Pc::with_passphrase(1);
    let only = slot(&pc, "passphrase");
    let refused = pc.vault.remove_way(only, pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::LastWay));
}

/// A way that only this machine could take, of a kind that only a newer version knows.
struct ThisMachine;

impl kagifuda_vault::WayToOpen for ThisMachine {
    fn enrol(&self, _: &KdfPolicy, _: [u8; 16]) -> SlotKind {
        SlotKind::Unknown(99)
    }

    fn fits(&self, kind: SlotKind) -> bool {
        kind == SlotKind::Unknown(99)
    }

    fn input(&self, _: SlotKind, _: &KdfPolicy) -> Result<SecretArray<32>, VaultError> {
        Ok(SecretArray::filled_by(|bytes| bytes.fill(7)))
    }
}

#[test]
fn a_way_that_is_bound_to_a_machine_opens_but_can_never_be_the_only_one() {
    let mut pc = Pc::create(1, &[(&passphrase("alpha"), "alpha")]);
    let note = pc.add_note("x");
    let pending = pc.vault.add_way((&ThisMachine, "this PC"), &CHEAP, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    assert!(open(pc.rows(), &ThisMachine).unwrap().item(note).is_ok());
    let refused = pc.vault.remove_way(slot(&pc, "alpha"), pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    remove(&mut pc, "this PC");
    assert!(open(pc.rows(), &ThisMachine).is_err());
}

#[test]
fn a_keyring_opens_the_vault_by_a_secret_that_lies_under_the_name_of_its_way() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("x");
    add(&mut pc, &keyring(5), "this PC");
    assert_eq!(slot(&pc, "this PC"), keyring(5).slot);
    let vault = open(pc.rows(), &keyring(5)).unwrap();
    assert!(vault.item(note).is_ok());
    assert_eq!(vault.opened_with(), keyring(5).slot);
    assert_eq!(open(pc.rows(), &keyring(6)).err(), Some(VaultError::WrongSecret));
    let again = pc.vault.add_way((&keyring(5), "again"), &CHEAP, pc.now, &mut pc.rng);
    assert_eq!(again.err(), Some(VaultError::BadValue { field: "slot" }));
}

#[test]
fn a_tpm_opens_the_vault_as_a_keyring_does_and_what_one_keeps_opens_nothing_of_the_other() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("x");
    add(&mut pc, &tpm(5), "this PC");
    let vault = open(pc.rows(), &tpm(5)).unwrap();
    assert!(vault.item(note).is_ok());
    assert_eq!(vault.opened_with(), tpm(5).slot);
    // The same bytes, kept by another.
    assert!(keyring(5).secret == tpm(5).secret);
    assert_eq!(open(pc.rows(), &keyring(5)).err(), Some(VaultError::NoSuchWay));
    add(&mut pc, &keyring(6), "the keyring");
    assert_eq!(open(pc.rows(), &keyring(5)).err(), Some(VaultError::WrongSecret));
    assert_eq!(open(pc.rows(), &tpm(6)).err(), Some(VaultError::WrongSecret));
}

#[test]
fn a_vault_is_never_left_to_keyrings_and_tpms_alone() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let both: [(&dyn kagifuda_vault::WayToOpen, &str); 2] =
        [(&tpm(5), "this PC"), (&keyring(6), "its keyring")];
    let made = Vault::create(&both, "PC", &CHEAP, NEW_YEAR, &mut rng);
    assert_eq!(made.err(), Some(VaultError::OnlyMachineBound));
    let mut pc =
        Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&tpm(5), "this PC"), (&keyring(6), "k")]);
    pc.reopen(&tpm(5)).unwrap();
    let refused = pc.vault.remove_way(slot(&pc, "alpha"), pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    remove(&mut pc, "this PC");
    assert!(open(pc.rows(), &tpm(5)).is_err());
    assert!(open(pc.rows(), &passphrase("alpha")).is_ok());
}

#[test]
fn a_vault_is_never_left_to_keyrings_alone() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let made = Vault::create(&[(&keyring(5), "this PC")], "PC", &CHEAP, NEW_YEAR, &mut rng);
    assert_eq!(made.err(), Some(VaultError::OnlyMachineBound));

    let mut pc = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&keyring(5), "this PC")]);
    add(&mut pc, &keyring(6), "another PC");
    let alpha = slot(&pc, "alpha");
    let refused = pc.vault.remove_way(alpha, pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    let new = (&keyring(7) as &dyn kagifuda_vault::WayToOpen, "alpha");
    let refused = pc.vault.change_way(alpha, new, &CHEAP, pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));

    // Opened by the keyring it is no different, and what stands in its place need only be no keyring.
    pc.reopen(&keyring(5)).unwrap();
    let refused = pc.vault.remove_way(alpha, pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    add(&mut pc, &words(9), "sheet");
    remove(&mut pc, "alpha");
    assert!(open(pc.rows(), &words(9)).is_ok());
}

fn confirm(pc: &mut Pc, label: &str) {
    let pending = pc.vault.confirm_way(slot(pc, label), pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
}

/// Another PC of the holder's, opened by the words, that this one knows.
fn met(here: &mut Pc) -> Pc {
    let mut there = here.copy_to(2, &words(9)).unwrap();
    there.add_note("from the other PC");
    here.merge(&there);
    there
}

#[test]
fn ways_removed_on_two_pcs_never_leave_the_keyring_alone() {
    let mut here = Pc::create(
        1,
        &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet"), (&keyring(5), "this PC")],
    );
    let mut there = met(&mut here);
    remove(&mut there, "alpha");
    let theirs = there.add_note("sealed for the sheet and the keyring");
    here.reopen(&keyring(5)).unwrap();
    here.now.0 += 60_000;
    remove(&mut here, "sheet");
    let ours = here.add_note("sealed for alpha and the keyring");
    here.merge(&there);
    there.merge(&here);
    for pc in [&mut here, &mut there] {
        // Both go on opening what they opened, as if there were no keyring.
        assert!(open(pc.rows(), &passphrase("alpha")).unwrap().item(ours).is_ok());
        assert!(open(pc.rows(), &words(9)).unwrap().item(theirs).is_ok());
        pc.reopen(&keyring(5)).unwrap();
        assert!([theirs, ours].iter().all(|note| pc.vault.item(*note).is_ok()));
        let refused = pc.vault.mend(pc.now, &mut pc.rng);
        assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    }
    add(&mut here, &passphrase("gamma"), "gamma");
    let after = here.add_note("after both");
    for removed in [&words(9) as &dyn kagifuda_vault::WayToOpen, &passphrase("alpha")] {
        assert!(open(here.rows(), removed).is_err());
    }
    let vault = open(here.rows(), &passphrase("gamma")).unwrap();
    assert!([theirs, ours, after].iter().all(|note| vault.item(*note).is_ok()));
    assert!(vault.verify(here.rows()).is_sound());
}

/// Two PCs that do not know each other: each has put passphrases of its own in the place of the old ones.
fn strangers() -> (Pc, Pc) {
    let first = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&keyring(5), "first PC")]);
    let [one, other] = [(2, "one"), (3, "other")].map(|(seed, name)| {
        let mut pc = first.copy_to(seed, &passphrase("alpha")).unwrap();
        add(&mut pc, &passphrase(name), name);
        remove(&mut pc, "alpha");
        pc.reopen(&passphrase(name)).unwrap();
        pc.add_note(name);
        pc
    });
    (one, other)
}

#[test]
fn a_keyring_that_alone_opens_everything_reads_and_writes_nothing_until_something_better_is_there()
{
    let (one, other) = strangers();
    // A third PC, for which neither of the two can vouch.
    let mut pc = one.copy_to(4, &keyring(5)).unwrap();
    pc.merge(&other);
    pc.reopen(&keyring(5)).unwrap();
    assert_eq!(pc.vault.items().count(), 2);
    assert_eq!(standing(&pc, "one"), WayStanding::Unconfirmed);
    let refused = pc.vault.write(Deed::ADD, Vec::new(), pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    let refused = pc.vault.mend(pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OnlyMachineBound));
    let keyrings = pc.vault.add_way((&keyring(6), "more"), &CHEAP, pc.now, &mut pc.rng);
    assert_eq!(keyrings.err(), Some(VaultError::OnlyMachineBound));
    for name in ["one", "other"] {
        assert!(open(pc.rows(), &passphrase(name)).is_ok(), "nobody is locked out");
    }

    let mut confirming = pc.copy_to(5, &keyring(5)).unwrap();
    let one = slot(&confirming, "one");
    let confirm = confirming.vault.confirm_way(one, confirming.now, &mut confirming.rng).unwrap();
    confirming.keep(confirm);
    add(&mut pc, &words(9), "sheet");
    for (pc, way) in [
        (&mut confirming, &passphrase("one") as &dyn kagifuda_vault::WayToOpen),
        (&mut pc, &words(9)),
    ] {
        let note = pc.add_note("after");
        let vault = open(pc.rows(), way).unwrap();
        assert!(vault.item(note).is_ok());
        assert_eq!(vault.items().count(), 3);
    }
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("x");
    let old = slot(&pc, "passphrase");
    let new = passphrase("new horse");
    let pending =
        pc.vault.change_way(old, (&new, "passphrase"), &CHEAP, pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    assert!(open(pc.rows(), &passphrase("correct horse")).is_err());
    assert_eq!(pc.reopen(&passphrase("new horse")), Ok(Standing::Current));
    assert!(pc.vault.item(note).is_ok());
    let later = pc.add_note("y");
    assert!(open(pc.rows(), &passphrase("new horse")).unwrap().item(later).is_ok());
}

#[test]
fn ways_removed_on_two_pcs_at_once_are_both_gone() {
    let mut here = three_ways();
    let mut there = here.copy_to(2, &words(9)).unwrap();
    remove(&mut here, "alpha");
    // The vault here was opened by the way just removed; the holder goes on with the sheet.
    here.reopen(&words(9)).unwrap();
    remove(&mut there, "beta");
    here.merge(&there);
    there.merge(&here);
    assert_eq!(here.vault.fold().digest(), there.vault.fold().digest());
    for pc in [&mut here, &mut there] {
        assert!(open(pc.rows(), &passphrase("alpha")).is_err());
        assert!(open(pc.rows(), &passphrase("beta")).is_err());
        // The next edit makes a root that neither removed way has ever seen.
        let note = pc.add_note("after both");
        let vault = open(pc.rows(), &words(9)).unwrap();
        assert!(vault.item(note).is_ok());
        assert!(vault.verify(pc.rows()).is_sound());
    }
}

#[test]
fn removing_the_two_only_ways_on_two_pcs_locks_nobody_out_and_loses_nothing() {
    for (have_met, ahead) in [(false, 0), (false, 60_000), (true, 0), (true, 60_000)] {
        let mut here = Pc::create(1, &[(&passphrase("alpha"), "alpha"), (&words(9), "sheet")]);
        // Each could be anybody with the way that the other has removed, and with an old copy.
        let mut there = match have_met {
            true => met(&mut here),
            false => here.copy_to(2, &words(9)).unwrap(),
        };
        there.now.0 += 60_000 - ahead;
        remove(&mut there, "alpha");
        let theirs = there.add_note("sealed for the sheet only");
        here.now.0 += ahead;
        remove(&mut here, "sheet");
        let ours = here.add_note("sealed for alpha only");
        here.merge(&there);
        assert_eq!(standing(&here, "alpha"), WayStanding::LastResort);
        assert_eq!(standing(&here, "sheet"), WayStanding::StillNeeded);
        // Each way opens what it opened; a new one, confirmed once by the words, brings both together.
        assert!(open(here.rows(), &passphrase("alpha")).unwrap().item(ours).is_ok());
        assert!(open(here.rows(), &words(9)).unwrap().item(theirs).is_ok());
        add(&mut here, &passphrase("gamma"), "gamma");
        here.reopen(&words(9)).unwrap();
        confirm(&mut here, "gamma");
        there.merge(&here);
        for pc in [&here, &there] {
            assert!(open(pc.rows(), &words(9)).is_err());
            let vault = open(pc.rows(), &passphrase("gamma")).unwrap();
            assert!(vault.item(theirs).is_ok() && vault.item(ours).is_ok());
        }
    }
}

#[test]
fn a_way_added_here_while_another_was_removed_there_opens_everything_after_the_next_edit() {
    let mut here = three_ways();
    let mut there = here.copy_to(2, &words(9)).unwrap();
    let gamma = passphrase("gamma");
    let pending = here.vault.add_way((&gamma, "gamma"), &CHEAP, here.now, &mut here.rng).unwrap();
    here.keep(pending);
    remove(&mut there, "beta");
    let secret = there.add_note("under the new root");
    // Until this PC has met the removal, that one cannot tell it from somebody with beta and an old copy.
    there.merge(&here);
    assert_eq!(standing(&there, "gamma"), WayStanding::Unconfirmed);
    here.merge(&there);
    let mend = here.vault.mend(here.now, &mut here.rng).unwrap().unwrap();
    here.keep(mend);
    there.merge(&here);
    assert_eq!(standing(&there, "gamma"), WayStanding::Open);
    for pc in [&here, &there] {
        let vault = open(pc.rows(), &passphrase("gamma")).unwrap();
        assert!(vault.item(secret).is_ok());
    }
}

#[test]
fn a_way_added_on_a_new_pc_while_another_was_removed_here_reads_nothing_new_until_it_is_confirmed()
{
    let mut here = three_ways();
    let mut there = here.copy_to(2, &words(9)).unwrap();
    let gamma = passphrase("gamma");
    let add = there.vault.add_way((&gamma, "gamma"), &CHEAP, there.now, &mut there.rng).unwrap();
    there.keep(add);
    remove(&mut here, "beta");
    here.merge(&there);
    let note = here.add_note("sealed before anybody vouched");
    let reads = |pc: &Pc| open(pc.rows(), &gamma).is_ok_and(|vault| vault.item(note).is_ok());
    assert!(!reads(&here));

    let way = slot(&here, "gamma");
    confirm(&mut here, "gamma");
    assert!(reads(&here));
    let again = here.vault.confirm_way(way, here.now, &mut here.rng);
    assert_eq!(again.err(), Some(VaultError::NoSuchWay));
    there.merge(&here);
    assert!(reads(&there));
    assert_eq!(here.vault.fold().digest(), there.vault.fold().digest());
}

#[test]
fn a_copy_of_the_file_on_another_pc_is_a_new_device() {
    let mut here = Pc::with_passphrase(1);
    here.add_note("x");
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    assert_eq!(there.vault.standing(), Standing::Unknown);
    there.add_note("y");
    assert_ne!(here.vault.device(), there.vault.device());
    here.merge(&there);
    assert!(here.vault.verify(here.rows()).is_sound());
    assert_eq!(here.vault.reach().len(), 2);
}
