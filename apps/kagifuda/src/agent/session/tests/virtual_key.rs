// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key in the vault, told in stories over U2F, whose requests are short: what a reset ends, what a
//! locked key still knows, and what a backup brings back.

use std::path::Path;

use kagifuda_ctap::apdu::{Command, Form};
use kagifuda_ctap::entity::RpIdHash;

use super::{PASSPHRASE, Pc, Session, text};
use crate::agent::protocol::{
    Hidden, KeyAsk, KeyConsent, KeyFrame, KeyKind, KeyQuestion, KeySaid, OpenSecret, Reply,
    Request, Verb,
};

const REGISTER: u8 = 0x01;
const AUTHENTICATE: u8 = 0x02;
pub(super) const CHECK_ONLY: u8 = 0x07;
const ENFORCE: u8 = 0x03;
pub(super) const RESET: &[u8] = &[0x07];
const CHALLENGE: [u8; 32] = [7; 32];

const OK: [u8; 2] = [0x90, 0x00];
const TOUCH_NEEDED: [u8; 2] = [0x69, 0x85];
pub(super) const NOT_OF_THIS_KEY: [u8; 2] = [0x6A, 0x80];

fn apdu(ins: u8, p1: u8, data: &[u8]) -> Vec<u8> {
    let answer_bytes = Some(Form::Extended.max_answer_bytes());
    let command = Command { cla: 0, ins, p1, p2: 0, data, answer_bytes, form: Form::Extended };
    let mut bytes = vec![0; 1024];
    let length = command.write(&mut bytes).unwrap();
    bytes.truncate(length);
    bytes
}

pub(super) fn sign_in(control: u8, handle: &[u8]) -> Vec<u8> {
    let length = [u8::try_from(handle.len()).unwrap()];
    let application = RpIdHash::of("example.com").0;
    apdu(AUTHENTICATE, control, &[&CHALLENGE[..], &application, &length, handle].concat())
}

/// What the key answers or asks, with what was said about the request.
pub(super) fn send(
    (pc, session): (&Pc, &mut Session),
    frame: KeyFrame,
    message: &[u8],
    consent: KeyConsent,
) -> Result<Vec<u8>, KeyQuestion> {
    let message = Hidden::bytes(message.to_vec());
    match pc.ask(session, Request::KeyMessage { frame, message, consent }) {
        Reply::KeyAnswer(answer) => Ok(answer.expose().to_vec()),
        Reply::KeyAsk(KeyAsk { question, .. }) => Err(question),
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("another reply"),
    }
}

pub(super) fn touched() -> KeyConsent {
    KeyConsent { touch: Some(KeySaid::Yes), ..KeyConsent::default() }
}

pub(super) fn u2f(pc: &Pc, session: &mut Session, message: &[u8]) -> Result<Vec<u8>, KeyQuestion> {
    send((pc, session), KeyFrame::Msg, message, KeyConsent::default())
}

/// Registers with a touch; the handle.
pub(super) fn register(pc: &Pc, session: &mut Session) -> Vec<u8> {
    let message = apdu(REGISTER, 0, &[CHALLENGE, RpIdHash::of("example.com").0].concat());
    assert_eq!(u2f(pc, session, &message), Err(KeyQuestion::Touch));
    let answer = send((pc, session), KeyFrame::Msg, &message, touched()).unwrap();
    assert!(answer.ends_with(&OK));
    let length = usize::from(answer[66]);
    answer[67..67 + length].to_vec()
}

pub(super) fn plugged(pc: &Pc) -> Session {
    let (mut session, _) = pc.with_vault();
    assert!(matches!(pc.ask(&mut session, Request::KeyPlug(KeyKind::default())), Reply::Done));
    session
}

#[test]
fn a_reset_ends_at_once_what_was_sealed_into_ids_and_undo_brings_it_back_beside_what_came_since() {
    let pc = Pc::new();
    let mut session = plugged(&pc);
    let handle = register(&pc, &mut session);
    let known = sign_in(CHECK_ONLY, &handle);
    assert_eq!(u2f(&pc, &mut session, &known), Ok(TOUCH_NEEDED.to_vec()));
    let reset = send((&pc, &mut session), KeyFrame::Cbor, RESET, touched());
    assert_eq!(reset, Ok(vec![0]));
    assert_eq!(u2f(&pc, &mut session, &known), Ok(NOT_OF_THIS_KEY.to_vec()));
    let again = register(&pc, &mut session);
    assert_eq!(u2f(&pc, &mut session, &sign_in(CHECK_ONLY, &again)), Ok(TOUCH_NEEDED.to_vec()));
    let Reply::History(lines) = pc.ask(&mut session, Request::History { item: None, limit: 0 })
    else {
        panic!("no history")
    };
    assert!(lines.iter().any(|line| line.verb == Verb::Reset && line.can_undo));
    let undone = pc.ask(&mut session, Request::Undo { operation: None });
    assert!(matches!(undone, Reply::Undone { is_of_reset: true, .. }));
    for own in [&handle, &again] {
        let own = sign_in(ENFORCE, own);
        assert_eq!(u2f(&pc, &mut session, &own), Err(KeyQuestion::Touch));
        let answer = send((&pc, &mut session), KeyFrame::Msg, &own, touched()).unwrap();
        assert!(answer.ends_with(&OK));
    }
    assert!(matches!(pc.ask(&mut session, Request::Undo { operation: None }), Reply::Failed(_)));
}

#[test]
fn a_locked_key_asks_to_be_opened_for_what_is_here_and_nobody_for_what_is_not() {
    let pc = Pc::new();
    let mut session = plugged(&pc);
    let handle = register(&pc, &mut session);
    pc.ask(&mut session, Request::Lock);
    let mut other = handle.clone();
    other[40] ^= 1;
    let foreign = sign_in(ENFORCE, &other);
    assert_eq!(u2f(&pc, &mut session, &foreign), Ok(NOT_OF_THIS_KEY.to_vec()));
    let own = sign_in(ENFORCE, &handle);
    assert_eq!(u2f(&pc, &mut session, &own), Err(KeyQuestion::Unlock));
    pc.unlock(&mut session, PASSPHRASE).unwrap();
    let answer = send((&pc, &mut session), KeyFrame::Msg, &own, touched()).unwrap();
    assert!(answer.ends_with(&OK));
}

#[test]
fn a_key_that_never_met_the_open_vault_asks_to_be_opened_for_anything() {
    let pc = Pc::new();
    drop(pc.with_vault());
    let mut session = pc.session();
    pc.ask(&mut session, Request::KeyPlug(KeyKind::default()));
    let anything = sign_in(ENFORCE, &[5; 80]);
    assert_eq!(u2f(&pc, &mut session, &anything), Err(KeyQuestion::Unlock));
}

#[test]
fn a_backup_restored_on_another_pc_is_the_same_key() {
    let (lost, new) = (Pc::new(), Pc::new());
    let mut session = plugged(&lost);
    let handle = register(&lost, &mut session);
    let backup = new.path("stick");
    lost.ask(&mut session, Request::Backup { path: shown(&backup) });

    let mut session = new.session();
    let secret = OpenSecret::Passphrase(text(PASSPHRASE));
    new.ask(&mut session, Request::Restore { from: shown(&backup), secret });
    new.unlock(&mut session, PASSPHRASE).unwrap();
    assert!(matches!(new.ask(&mut session, Request::KeyPlug(KeyKind::default())), Reply::Done));
    let own = sign_in(ENFORCE, &handle);
    assert_eq!(u2f(&new, &mut session, &own), Err(KeyQuestion::Touch));
    let answer = send((&new, &mut session), KeyFrame::Msg, &own, touched()).unwrap();
    assert!(answer.ends_with(&OK));
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
