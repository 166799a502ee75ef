// SPDX-License-Identifier: MIT OR Apache-2.0
//! The life of a vault on one PC: made, opened, written, undone, purged, damaged, rolled back.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kagifuda_secret::SecretBytes;
use kagifuda_vault::record::{Row, class};
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Damage, Deed, Draft, Edit, Edits, ItemId, KdfCost, Standing, VaultError, item, value,
};
use support::{CHEAP, DAY, Pc, name_is, open, passphrase, words};

#[test]
fn what_was_written_is_there_when_the_vault_is_opened_again() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("銭湯");
    assert_eq!(pc.reopen(&passphrase("correct horse")), Ok(Standing::Current));
    assert_eq!(pc.name(note).as_deref(), Some("銭湯"));
    assert!(pc.vault.verify(pc.rows()).is_sound());
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_says_so() {
    let pc = Pc::with_passphrase(1);
    assert_eq!(open(pc.rows(), &passphrase("Correct horse")).err(), Some(VaultError::WrongSecret));
    assert_eq!(open(pc.rows(), &words(7)).err(), Some(VaultError::NoSuchWay));
}

#[test]
fn a_passphrase_opens_however_its_characters_were_composed() {
    let pc = Pc::create(1, &[(&passphrase("が ぎ"), "passphrase")]);
    assert!(open(pc.rows(), &passphrase("か\u{3099}\u{3000}き\u{3099}")).is_ok());
}

#[test]
fn nothing_a_holder_wrote_stands_in_the_file_in_clear() {
    let mut pc = Pc::with_passphrase(1);
    // The moment of creation is in clear; what is written later tells no other.
    pc.now.0 += 100 * DAY;
    let item = ItemId::random(&mut pc.rng);
    let token = kagifuda_otp::otpauth::read(
        "otpauth://totp/particular:account@example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    );
    let mut edits = item::token_edits(&token.unwrap(), &mut pc.rng);
    edits.extend(name_is("a very particular name"));
    let draft = Draft { collection: pc.vault.home(), item, kind: kinds::TOKEN, edits };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    let service = ItemId::random(&mut pc.rng);
    let kind = kagifuda_vault::schema::kind(kinds::SERVICE).unwrap();
    let urls = kind.fields().find(|field| field.name == "urls").unwrap().id;
    let address = Edit::Put([(value::text("https://inn.example"), true)].into());
    let edits = Edits::from([(urls, address)]);
    let draft = Draft { collection: pc.vault.home(), item: service, kind: kinds::SERVICE, edits };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);

    let (millis, seconds) = (pc.now.0.to_be_bytes(), (pc.now.0 / 1000).to_be_bytes());
    let secrets: [(&str, &[u8]); 10] = [
        ("the name", b"particular"),
        ("the account", b"account@example"),
        ("the secret", b"12345678901234567890"),
        ("the secret in base32", b"GEZDGNBVGY3TQOJQ"),
        ("the address", b"inn.example"),
        ("the PC's name", b"first PC"),
        ("the moment", &millis[2..]),
        ("the moment in seconds", &seconds[4..]),
        ("the item", &item.0),
        ("the passphrase", b"correct horse"),
    ];
    for row in pc.rows() {
        for (what, secret) in secrets {
            let is_there = row.body.windows(secret.len()).any(|window| window == secret)
                || row.id.0.windows(secret.len()).any(|window| window == secret);
            assert!(!is_there, "{what} stands in clear");
        }
    }
}

#[test]
fn sealed_sizes_tell_only_a_power_of_two() {
    let mut pc = Pc::with_passphrase(1);
    let mut sizes = std::collections::BTreeSet::new();
    for length in [1, 40, 100, 300, 1000, 5000, 70_000] {
        pc.add_note(&"x".repeat(length));
    }
    for row in pc.rows().iter().filter(|row| row.class == class::CHANGE) {
        let Ok(kagifuda_vault::record::Record::Change(change)) =
            kagifuda_vault::record::read(row, None)
        else {
            panic!("a change")
        };
        // The tag of the seal is 16 bytes.
        let size = change.sealed.len() - 16;
        assert!(size.is_power_of_two() && (256..=1 << 20).contains(&size), "{size}");
        sizes.insert(size);
    }
    assert!(sizes.len() < 8 && sizes.contains(&256) && sizes.contains(&(1 << 17)), "{sizes:?}");
}

#[test]
fn an_item_larger_than_a_change_is_refused_whole() {
    let mut pc = Pc::with_passphrase(1);
    let before = pc.vault.record_count();
    let draft = Draft {
        collection: pc.vault.home(),
        item: ItemId::random(&mut pc.rng),
        kind: kinds::NOTE,
        edits: name_is(&"x".repeat(1 << 20)),
    };
    let refused = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng);
    assert!(matches!(refused.err(), Some(VaultError::TooLarge { .. })));
    assert_eq!(pc.vault.record_count(), before);
}

#[test]
fn a_file_that_asks_for_100_gib_is_refused_before_any_work() {
    let mut pc = Pc::with_passphrase(1);
    // The slot as such a file would hold it: a valid record, only its cost is absurd.
    let memory_kib = 100 << 20;
    let row = forge_cost(&pc, memory_kib);
    pc.store.insert(row.id, (0, row));
    let sealed = kagifuda_vault::Sealed::read(pc.rows()).unwrap();
    for policy in [CHEAP, kagifuda_vault::KdfPolicy::STANDARD] {
        let refused = sealed.try_way(&passphrase("correct horse"), &policy).err();
        assert_eq!(refused, Some(VaultError::TooCostly { memory_kib, passes: 1 }));
    }
}

#[test]
fn a_record_that_claims_4_gib_is_damaged_and_blocks_no_other() {
    let mut pc = Pc::with_passphrase(1);
    let (first, second) = (pc.add_note("first"), pc.add_note("second"));
    let mut rows = pc.rows();
    let last = rows.len() - 1;
    let sealed_bytes = match kagifuda_vault::record::read(&rows[last], None).unwrap() {
        kagifuda_vault::record::Record::Change(change) => change.sealed.len(),
        other => panic!("a change, not {other:?}"),
    };
    // The byte string that ends the record says that it goes on for 4 GiB (RFC 8949 section 3.1).
    let head = rows[last].body.len() - sealed_bytes - 3;
    assert_eq!(rows[last].body[head], 0x59, "a length of two bytes");
    rows[last].body.splice(head..head + 3, [0x5a, 0xff, 0xff, 0xff, 0xff]);
    let id = rows[last].id;
    let vault = open(rows, &passphrase("correct horse")).unwrap();
    let damaged = VaultError::Damaged { record: id, damage: Damage::Shape };
    assert_eq!(vault.unreadable().collect::<Vec<_>>(), [(id, &damaged)]);
    assert!(vault.item(first).is_ok());
    assert!(vault.item(second).is_err());
}

/// The vault's passphrase slot with another memory cost.
fn forge_cost(pc: &Pc, memory_kib: u32) -> Row {
    let row = pc.rows().into_iter().find(|row| row.class == class::SLOT).unwrap();
    let kagifuda_vault::record::Record::Slot(slot) =
        kagifuda_vault::record::read(&row, None).unwrap()
    else {
        panic!("a slot")
    };
    let kagifuda_vault::record::SlotKind::Passphrase { salt, cost } = slot.kind else {
        panic!("a passphrase")
    };
    let kind =
        kagifuda_vault::record::SlotKind::Passphrase { salt, cost: KdfCost { memory_kib, ..cost } };
    kagifuda_vault::record::write_slot(pc.vault.id(), slot.slot, kind)
}

#[test]
fn a_file_whose_cost_lies_below_the_floor_is_refused_though_the_passphrase_is_right() {
    let pc = Pc::with_passphrase(1);
    let sealed = kagifuda_vault::Sealed::read(pc.rows()).unwrap();
    let standard = kagifuda_vault::KdfPolicy::STANDARD;
    let refused = sealed.try_way(&passphrase("correct horse"), &standard);
    assert_eq!(refused.err(), Some(VaultError::TooCheap));
}

#[test]
fn a_lowered_cost_makes_the_slot_useless_instead_of_weak() {
    let mut pc = Pc::with_passphrase(1);
    let row = forge_cost(&pc, 16);
    pc.store.insert(row.id, (0, row));
    let error = open(pc.rows(), &passphrase("correct horse")).err();
    assert_eq!(error, Some(VaultError::WrongSecret));
}

#[test]
fn one_damaged_change_is_named_and_blocks_no_other() {
    let mut pc = Pc::with_passphrase(1);
    let (first, second) = (pc.add_note("first"), pc.add_note("second"));
    let mut rows = pc.rows();
    let damaged = rows.len() - 2;
    let last = rows[damaged].body.len() - 1;
    rows[damaged].body[last] ^= 1;
    let id = rows[damaged].id;
    let vault = open(rows.clone(), &passphrase("correct horse")).unwrap();
    assert!(vault.item(first).is_err());
    assert!(vault.item(second).is_ok());
    let expected = VaultError::Damaged { record: id, damage: Damage::Seal };
    assert_eq!(vault.unreadable().collect::<Vec<_>>(), [(id, &expected)]);
    let verified = vault.verify(rows);
    assert_eq!(verified.damaged.len(), 1);
    assert_eq!(verified.gaps.len(), 1, "the change after the damaged one names it");
}

#[test]
fn every_flipped_byte_of_every_record_is_noticed_and_none_panics() {
    let mut pc = Pc::with_passphrase(1);
    pc.add_note("first");
    let rows = pc.rows();
    let sound = open(rows.clone(), &passphrase("correct horse")).unwrap().fold().digest();
    for at in 0..rows.len() {
        for byte in 0..rows[at].body.len() {
            let mut bent = rows.clone();
            bent[at].body[byte] ^= 0x41;
            let Ok(vault) = open(bent.clone(), &passphrase("correct horse")) else { continue };
            let is_noticed = vault.unreadable().next().is_some() || !vault.verify(bent).is_sound();
            // The head's creation time is decoration; all else is noticed.
            assert!(is_noticed || rows[at].class == class::HEAD || vault.fold().digest() == sound);
        }
    }
}

#[test]
fn a_record_of_a_newer_format_is_kept_and_said() {
    let mut pc = Pc::with_passphrase(1);
    pc.add_note("x");
    let mut rows = pc.rows();
    let last = rows.len() - 1;
    rows[last].body[3] = 2;
    let vault = open(rows, &passphrase("correct horse")).unwrap();
    let why: Vec<_> = vault.unreadable().map(|(_, why)| why.clone()).collect();
    assert_eq!(why, [VaultError::NewerFormat { found: 2 }]);
    assert_eq!(vault.record_count(), pc.vault.record_count());
}

#[test]
fn undoing_gives_back_what_was_before_and_leaves_later_edits_alone() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("before");
    pc.rename(note, "after");
    let edit = pc.vault.newest_undoable(pc.rows(), pc.now).unwrap();
    let undo = pc.vault.undo(pc.rows(), edit, pc.now, &mut pc.rng).unwrap();
    assert_eq!(undo.overwritten, 0);
    pc.keep(undo.pending);
    assert_eq!(pc.name(note).as_deref(), Some("before"));

    pc.rename(note, "second");
    let second = pc.vault.newest_undoable(pc.rows(), pc.now).unwrap();
    pc.rename(note, "third");
    assert_eq!(
        pc.vault.undo(pc.rows(), second, pc.now, &mut pc.rng).err(),
        Some(VaultError::NothingToUndo)
    );
    assert_eq!(pc.name(note).as_deref(), Some("third"));
}

#[test]
fn a_removed_item_comes_back_by_undo_for_thirty_days_and_then_is_gone_for_good() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("precious");
    pc.remove(note);
    assert_eq!(pc.name(note), None);
    let removal = pc.vault.newest_undoable(pc.rows(), pc.now).unwrap();
    pc.now.0 += 30 * DAY - 10_000;
    let undo = pc.vault.undo(pc.rows(), removal, pc.now, &mut pc.rng).unwrap();
    pc.keep(undo.pending);
    assert_eq!(pc.name(note).as_deref(), Some("precious"));

    pc.remove(note);
    pc.now.0 += 31 * DAY;
    assert!(pc.vault.is_purge_due(pc.now));
    let before = pc.vault.record_count();
    let purge = pc.vault.purge(pc.rows(), pc.now, &mut pc.rng).unwrap().unwrap();
    pc.keep(purge);
    assert!(pc.vault.record_count() < before);
    assert!(!pc.vault.is_purge_due(pc.now));
    let digest = pc.vault.fold().digest();
    pc.reopen(&passphrase("correct horse")).unwrap();
    assert_eq!(pc.vault.fold().digest(), digest);
    let verified = pc.vault.verify(pc.rows());
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
fn a_reset_is_taken_back_whole_and_what_was_made_since_stays() {
    let mut pc = Pc::with_passphrase(1);
    let secret = |byte: u8| item::key_secret_edits(&SecretBytes::new(vec![byte; 32]));
    let [old, new, passkey] = [(); 3].map(|()| ItemId::random(&mut pc.rng));
    let (home, kind) = (pc.vault.home(), kinds::KEY_SECRET);
    let draft = |item, kind, edits| Draft { collection: home, item, kind, edits };
    let act = |pc: &mut Pc, deed, drafts| {
        pc.tick();
        let pending = pc.vault.write(deed, drafts, pc.now, &mut pc.rng).unwrap();
        pc.keep(pending);
    };
    act(&mut pc, Deed::ADD, vec![draft(old, kind, secret(1))]);
    act(&mut pc, Deed::EDIT, vec![draft(old, kind, item::large_blobs_edit(b"array"))]);
    act(&mut pc, Deed::ADD, vec![draft(passkey, kinds::PASSKEY, name_is("inn"))]);
    let reset = vec![
        draft(passkey, kinds::PASSKEY, item::deletion()),
        draft(old, kind, item::deletion()),
        draft(new, kind, secret(2)),
    ];
    act(&mut pc, Deed::REMOVE, reset);
    let secrets = |pc: &Pc| {
        let all = pc.vault.items_of(kind).map(|(id, state)| item::key_secret(id, state).unwrap());
        let mut all: Vec<_> =
            all.map(|it| (it.secret.expose()[0], it.large_blobs.unwrap_or_default())).collect();
        all.sort();
        all
    };
    assert_eq!(secrets(&pc), [(2, vec![])]);
    act(&mut pc, Deed::EDIT, vec![draft(new, kind, item::large_blobs_edit(b"since"))]);

    let history = pc.vault.history(pc.rows(), pc.now);
    let resets: Vec<_> = history.iter().filter(|operation| operation.is_reset).collect();
    assert_eq!((resets.len(), resets[0].touched.len()), (1, 1), "secrets are not for people");
    let reset = pc.vault.newest_undoable(pc.rows(), pc.now).unwrap();
    assert_eq!(reset, resets[0].id);
    let late = kagifuda_vault::UnixMillis(pc.now.0 + 31 * DAY);
    let refused = pc.vault.undo(pc.rows(), reset, late, &mut pc.rng).err();
    assert_eq!(refused, Some(VaultError::UndoTooOld));
    let undo = pc.vault.undo(pc.rows(), reset, pc.now, &mut pc.rng).unwrap();
    assert!(undo.is_of_reset);
    pc.keep(undo.pending);
    assert_eq!(secrets(&pc), [(1, b"array".to_vec()), (2, b"since".to_vec())]);
    assert_eq!(pc.name(passkey).as_deref(), Some("inn"));
    let again = pc.vault.undo(pc.rows(), reset, pc.now, &mut pc.rng).err();
    assert_eq!(again, Some(VaultError::NothingToUndo));
}

#[test]
fn a_change_is_taken_back_on_its_thirtieth_day_and_not_a_moment_later() {
    let mut pc = Pc::with_passphrase(1);
    let note = pc.add_note("before");
    pc.rename(note, "after");
    let edit = pc.vault.newest_undoable(pc.rows(), pc.now).unwrap();
    let last_moment = kagifuda_vault::UnixMillis(pc.now.0 + 30 * DAY);
    let too_late = kagifuda_vault::UnixMillis(last_moment.0 + 1);
    let listed = pc.vault.history(pc.rows(), too_late);
    assert!(listed.iter().all(|operation| operation.id != edit || !operation.is_undoable));
    assert_eq!(pc.vault.newest_undoable(pc.rows(), too_late), None);
    let refused = pc.vault.undo(pc.rows(), edit, too_late, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::UndoTooOld));
    let undo = pc.vault.undo(pc.rows(), edit, last_moment, &mut pc.rng).unwrap();
    pc.keep(undo.pending);
    assert_eq!(pc.name(note).as_deref(), Some("before"));
}

#[test]
fn a_purge_here_does_not_empty_what_another_pc_took_back() {
    let mut here = Pc::with_passphrase(1);
    let note = here.add_note("precious");
    here.remove(note);
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    let removal = there.vault.newest_undoable(there.rows(), there.now).unwrap();
    let undo = there.vault.undo(there.rows(), removal, there.now, &mut there.rng).unwrap();
    there.keep(undo.pending);

    here.now.0 += 31 * DAY;
    let purge = here.vault.purge(here.rows(), here.now, &mut here.rng).unwrap().unwrap();
    here.keep(purge);
    here.merge(&there);
    assert_eq!(here.name(note).as_deref(), Some("precious"));
    let merged = there.merge(&here);
    assert!(merged.is_reload_due);
    there.reopen(&passphrase("correct horse")).unwrap();
    assert_eq!(there.name(note).as_deref(), Some("precious"));
    assert_eq!(there.vault.fold().digest(), here.vault.fold().digest());
}

#[test]
fn a_file_put_back_to_an_older_state_is_read_only_until_merged() {
    let mut pc = Pc::with_passphrase(1);
    pc.add_note("first");
    let old = (pc.store.clone(), pc.rows());
    let second = pc.add_note("second");
    let newer = pc.rows();
    pc.store = old.0;
    let standing = pc.reopen(&passphrase("correct horse")).unwrap();
    assert!(matches!(standing, Standing::Older { .. }), "{standing:?}");
    let refused = pc.vault.write(Deed::ADD, Vec::new(), pc.now, &mut pc.rng);
    assert_eq!(refused.err(), Some(VaultError::OlderThanSeen));
    pc.merge_rows(newer).unwrap();
    assert_eq!(pc.vault.standing(), Standing::Current);
    assert_eq!(pc.name(second).as_deref(), Some("second"));
    pc.add_note("third");
    assert!(pc.vault.verify(pc.rows()).is_sound());
}

#[test]
fn a_file_from_before_a_merge_is_noticed_though_this_pc_wrote_nothing_since() {
    let mut here = Pc::with_passphrase(1);
    here.add_note("ours");
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    there.add_note("theirs");
    let before = here.store.clone();
    here.merge(&there);
    here.memory = Some(here.vault.memory(&mut here.rng).unwrap());
    assert_eq!(here.reopen(&passphrase("correct horse")), Ok(Standing::Current));
    here.store = before;
    let standing = here.reopen(&passphrase("correct horse")).unwrap();
    assert!(matches!(standing, Standing::Older { .. }), "{standing:?}");
    here.merge(&there);
    assert_eq!(here.vault.standing(), Standing::Current);
}

#[test]
fn a_restored_vault_that_is_accepted_gets_a_new_device() {
    let mut pc = Pc::with_passphrase(1);
    let old = pc.store.clone();
    pc.add_note("lost with the disk");
    let device = pc.vault.device();
    pc.store = old;
    pc.reopen(&passphrase("correct horse")).unwrap();
    pc.vault.begin_anew("restored PC", &mut pc.rng);
    assert_ne!(pc.vault.device(), device);
    pc.memory = None;
    pc.add_note("after the restore");
    assert_eq!(pc.reopen(&passphrase("correct horse")), Ok(Standing::Current));
    assert!(pc.vault.verify(pc.rows()).is_sound());
}

#[test]
fn a_pc_that_was_remembered_before_it_ever_wrote_still_says_who_it_is() {
    let mut here = Pc::with_passphrase(1);
    let mut there = here.copy_to(2, &passphrase("correct horse")).unwrap();
    there.vault.begin_anew("restored PC", &mut there.rng);
    there.memory = Some(there.vault.memory(&mut there.rng).unwrap());
    assert_eq!(there.reopen(&passphrase("correct horse")), Ok(Standing::Current));
    let note = there.add_note("written after a restore and a lock");
    assert!(there.vault.verify(there.rows()).is_sound());
    assert_eq!(here.merge(&there).refused, []);
    assert!(here.name(note).is_some());
}

#[test]
fn a_backup_code_is_used_once() {
    let mut pc = Pc::with_passphrase(1);
    let codes = ["aaaa-1", "bbbb-2"].map(kagifuda_secret::SecretText::from);
    let edits = item::add_codes(&codes, &mut pc.rng);
    let id = ItemId::random(&mut pc.rng);
    let draft = Draft { collection: pc.vault.home(), item: id, kind: kinds::BACKUP_CODES, edits };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    let listed = item::codes(id, pc.vault.item(id).unwrap()).unwrap();
    assert_eq!(listed[0].code.expose(), "aaaa-1");
    let first = listed[0].id;
    let used = item::use_code(id, pc.vault.item(id).unwrap(), first, pc.now).unwrap();
    pc.write(Deed::USE_CODE, id, used);
    let again = item::use_code(id, pc.vault.item(id).unwrap(), first, pc.now);
    assert_eq!(again.err(), Some(VaultError::CodeAlreadyUsed));
    let history = pc.vault.history(pc.rows(), pc.now);
    let undo = pc.vault.undo(pc.rows(), history[0].id, pc.now, &mut pc.rng);
    assert_eq!(undo.err(), Some(VaultError::NothingToUndo));
}

#[test]
fn an_item_of_an_unknown_kind_or_type_is_kept_as_it_is() {
    let mut pc = Pc::with_passphrase(1);
    let strange = ItemId::random(&mut pc.rng);
    let mut edits = name_is("from the future");
    edits.insert(field::TYPE, Edit::Set(value::text("hologram")));
    let draft = Draft { collection: pc.vault.home(), item: strange, kind: kinds::TOKEN, edits };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    let state = pc.vault.item(strange).unwrap();
    assert_eq!(item::token(strange, state).err(), Some(VaultError::UnreadableItem(strange)));
    assert_eq!(item::title(state), "from the future");
    let kept = value::read_text(state.scalar(field::TYPE).unwrap());
    assert_eq!(kept, Some("hologram"));
    let empty: Edits = Edits::new();
    assert!(empty.is_empty());
}

#[test]
fn a_token_keeps_its_start_and_the_parameters_nobody_knows() {
    let mut pc = Pc::with_passphrase(1);
    let uri = "otpauth://totp/Bath:me?secret=JBSWY3DPEHPK3PXP&issuer=Bath&t0=7&image=https%3A%2F%2Fx.example&odd=1";
    let token = kagifuda_otp::otpauth::read(uri).unwrap();
    let edits = item::token_edits(&token, &mut pc.rng);
    let id = ItemId::random(&mut pc.rng);
    let draft = Draft { collection: pc.vault.home(), item: id, kind: kinds::TOKEN, edits };
    let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
    pc.keep(pending);
    pc.reopen(&passphrase("correct horse")).unwrap();
    let kept = item::token(id, pc.vault.item(id).unwrap()).unwrap().token;
    assert_eq!(kept.extra, token.extra);
    assert_eq!(kept.extra.len(), 2);
    assert_eq!(kept.kind, token.kind);
    assert!(kept.secret == token.secret);
}
