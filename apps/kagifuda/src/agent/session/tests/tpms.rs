// SPDX-License-Identifier: MIT OR Apache-2.0
//! TPMs that open the vault: what they sealed is noted on their own PC and given out while the vault is locked.

use kagifuda_secret::SecretBytes;

use super::*;
use crate::agent::protocol::{SealedWay, WayId};

fn secret(byte: u8) -> Hidden<SecretBytes> {
    Hidden(SecretBytes::new(vec![byte; 32]))
}

fn new(byte: u8, sealed: Vec<u8>) -> Request {
    let secret = NewSecret::Tpm { way: WayId([byte; 16]), secret: secret(byte), sealed };
    Request::AddWay { secret, label: "desk".to_owned() }
}

fn add(pc: &Pc, session: &mut Session, byte: u8) {
    let added = pc.ask(session, new(byte, vec![byte; 250]));
    assert!(matches!(added, Reply::WayAdded { id: WayId(id), words: None } if id == [byte; 16]));
}

fn tpms(pc: &Pc, session: &mut Session) -> Vec<SealedWay> {
    let Reply::Tpms(tpms) = pc.ask(session, Request::Tpms) else { panic!("another reply") };
    tpms.ways
}

fn unlock(byte: u8, kept: u8) -> Request {
    Request::Unlock { secret: OpenSecret::Tpm { way: WayId([byte; 16]), secret: secret(kept) } }
}

fn way(byte: u8) -> SealedWay {
    SealedWay { id: WayId([byte; 16]), sealed: vec![byte; 250] }
}

#[test]
fn what_a_tpm_sealed_is_given_out_while_the_vault_is_locked_and_what_it_opens_opens_it() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    assert_eq!(tpms(&pc, &mut session), []);
    add(&pc, &mut session, 7);
    add(&pc, &mut session, 8);
    assert_eq!(tpms(&pc, &mut session), [way(7), way(8)]);
    drop(session);

    let mut session = pc.session();
    assert_eq!(tpms(&pc, &mut session), [way(7), way(8)]);
    assert_eq!(pc.refused(&mut session, unlock(7, 9)), Failure::WrongSecret);
    assert!(matches!(pc.ask(&mut session, unlock(7, 7)), Reply::Status(_)));
    let Reply::Ways(ways) = pc.ask(&mut session, Request::Ways) else { panic!("no ways") };
    let tpm = ways.iter().find(|way| way.in_use).unwrap();
    assert_eq!((tpm.kind, tpm.label.as_str()), (WayKind::Tpm, "desk"));
}

#[test]
fn what_was_sealed_stays_on_its_pc_and_goes_with_its_way() {
    let desk = Pc::new();
    let (mut at_desk, _) = desk.with_vault();
    add(&desk, &mut at_desk, 1);
    let laptop = Pc::new();
    let path = laptop.path("vault").display().to_string();
    assert!(matches!(desk.ask(&mut at_desk, Request::Backup { path }), Reply::Done));
    let mut at_laptop = laptop.reopened();
    assert_eq!(tpms(&laptop, &mut at_laptop), [], "the way is there, and nothing to open it by");

    add(&desk, &mut at_desk, 2);
    assert!(matches!(
        desk.ask(&mut at_desk, Request::RemoveWay { id: WayId([1; 16]) }),
        Reply::Done
    ));
    assert_eq!(tpms(&desk, &mut at_desk), [way(2)]);
    desk.ask(&mut at_desk, Request::Lock);
    let forget = Request::ForgetSealed { id: WayId([2; 16]) };
    assert!(matches!(desk.ask(&mut at_desk, forget), Reply::Done));
    assert_eq!(tpms(&desk, &mut at_desk), []);
}

#[test]
fn what_could_not_be_noted_becomes_no_way() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let count = |pc: &Pc, session: &mut Session| {
        let Reply::Ways(ways) = pc.ask(session, Request::Ways) else { panic!("no ways") };
        ways.len()
    };
    let before = count(&pc, &mut session);
    let long = pc.refused(&mut session, new(3, vec![0; 500]));
    assert_eq!(long, Failure::BadValue { field: "sealed".to_owned() });
    assert_eq!(count(&pc, &mut session), before);
    assert_eq!(tpms(&pc, &mut session), []);
}
