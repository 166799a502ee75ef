// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keyrings that open the vault: named while it is locked, told apart by PC, and never the only way.

use kagifuda_secret::SecretBytes;

use super::*;
use crate::agent::protocol::{KeyringWay, Keyrings, WayId};

fn secret(byte: u8) -> Hidden<SecretBytes> {
    Hidden(SecretBytes::new(vec![byte; 32]))
}

fn add(pc: &Pc, session: &mut Session, byte: u8) {
    let secret = NewSecret::Keyring { way: WayId([byte; 16]), secret: secret(byte) };
    let added = pc.ask(session, Request::AddWay { secret, label: "desk".to_owned() });
    let Reply::WayAdded { id, words: None } = added else { panic!("not added") };
    assert_eq!(id, WayId([byte; 16]));
}

fn keyrings(pc: &Pc, session: &mut Session) -> Keyrings {
    match pc.ask(session, Request::Keyrings) {
        Reply::Keyrings(keyrings) => keyrings,
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("another reply"),
    }
}

fn unlock(byte: u8, kept: u8) -> Request {
    let secret = OpenSecret::Keyring { way: WayId([byte; 16]), secret: secret(kept) };
    Request::Unlock { secret }
}

const fn way(byte: u8, is_of_this_pc: bool) -> KeyringWay {
    KeyringWay { id: WayId([byte; 16]), is_of_this_pc }
}

#[test]
fn a_keyring_is_named_while_the_vault_is_locked_and_what_it_kept_opens_it() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    assert_eq!(keyrings(&pc, &mut session).ways, []);
    add(&pc, &mut session, 7);
    assert_eq!(keyrings(&pc, &mut session).ways, [way(7, true)]);
    drop(session);

    let mut session = pc.session();
    let named = keyrings(&pc, &mut session);
    assert_eq!((named.vault.len(), named.ways), (32, vec![way(7, true)]));
    assert_eq!(pc.refused(&mut session, unlock(7, 8)), Failure::WrongSecret);
    let short = OpenSecret::Keyring { way: WayId([7; 16]), secret: Hidden(b"short"[..].into()) };
    assert_eq!(pc.refused(&mut session, Request::Unlock { secret: short }), Failure::WrongSecret);
    assert!(matches!(pc.ask(&mut session, unlock(7, 7)), Reply::Status(_)));
    let Reply::Ways(ways) = pc.ask(&mut session, Request::Ways) else { panic!("no ways") };
    let keyring = ways.iter().find(|way| way.kind == WayKind::Keyring).unwrap();
    assert!(keyring.in_use && keyring.label == "desk");
}

#[test]
fn a_keyring_of_another_pc_is_told_from_the_one_here_and_a_removed_one_is_not_named() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    add(&desk, &mut at_desk, 1);
    let laptop = Pc::new();
    let path = laptop.path("vault").display().to_string();
    assert!(matches!(desk.ask(&mut at_desk, Request::Backup { path }), Reply::Done));
    let mut at_laptop = laptop.reopened();
    add(&laptop, &mut at_laptop, 2);
    assert_eq!(keyrings(&laptop, &mut at_laptop).ways, [way(2, true), way(1, false)]);

    let remove = Request::RemoveWay { id: WayId([1; 16]) };
    assert!(matches!(laptop.ask(&mut at_laptop, remove), Reply::Done));
    laptop.ask(&mut at_laptop, Request::Lock);
    assert_eq!(keyrings(&laptop, &mut at_laptop).ways, [way(2, true)]);
    assert_eq!(laptop.refused(&mut at_laptop, unlock(1, 1)), Failure::WrongSecret);
}

#[test]
fn an_older_copy_does_not_make_a_pc_forget_whose_keyring_it_is() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let older = pc.path("older");
    let backup = Request::Backup { path: older.display().to_string() };
    assert!(matches!(pc.ask(&mut session, backup), Reply::Done));
    add(&pc, &mut session, 1);
    let mut at_older = pc.session_at(&older);
    pc.unlock(&mut at_older, PASSPHRASE).unwrap();
    add(&pc, &mut at_older, 2);
    assert_eq!(keyrings(&pc, &mut at_older).ways, [way(2, true)]);
    assert_eq!(keyrings(&pc, &mut session).ways, [way(1, true)]);
}

#[test]
fn a_keyring_takes_no_name_that_is_taken_and_does_not_stay_alone() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    add(&pc, &mut session, 7);
    let again = NewSecret::Keyring { way: WayId([7; 16]), secret: secret(9) };
    let again = Request::AddWay { secret: again, label: String::new() };
    assert_eq!(pc.refused(&mut session, again), Failure::BadValue { field: "slot".to_owned() });
    let Reply::Ways(ways) = pc.ask(&mut session, Request::Ways) else { panic!("no ways") };
    let mut others = ways.iter().filter(|way| way.kind != WayKind::Keyring).map(|way| way.id);
    let (first, last) = (others.next().unwrap(), others.next().unwrap());
    assert!(matches!(pc.ask(&mut session, Request::RemoveWay { id: first }), Reply::Done));
    let refused = pc.refused(&mut session, Request::RemoveWay { id: last });
    assert_eq!(refused, Failure::OnlyMachineBound);
}
