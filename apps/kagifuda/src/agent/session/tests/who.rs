// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is there, told in stories: the key recognises its holder by a passphrase of the vault, and takes nobody's
//! word for it. Fingers are told of in `tests/keys.rs`, where there is a reader.

use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::{AuthData, Flags};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::status::Status;

use super::{PASSPHRASE, Pc, Session, text};
use crate::agent::protocol::{
    Hidden, KeyAbout, KeyConsent, KeyFrame, KeyKind, KeyProof, KeyQuestion, KeyReader, KeySaid,
    KeyVerify, KeyVerifying, Reply, Request, State,
};

fn plug(pc: &Pc, session: &mut Session, verify: KeyVerify) {
    let plugged =
        pc.ask(session, Request::KeyPlug(KeyKind { verify: Some(verify), ..KeyKind::default() }));
    assert!(matches!(plugged, Reply::Done));
}

fn plugged(pc: &Pc, verify: KeyVerify) -> Session {
    let (mut session, _) = pc.with_vault();
    plug(pc, &mut session, verify);
    session
}

fn message(write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) -> Vec<u8> {
    let mut bytes = vec![0; 1024];
    let length = write(&mut bytes).unwrap();
    bytes.truncate(length);
    bytes
}

/// A registration that wants the person recognised.
fn registration(account: &[u8]) -> Vec<u8> {
    let wanted = MakeCredentialRequest {
        client_data_hash: [7; 32],
        rp_id: "inn.example",
        user_id: account,
        user_name: Some("hana"),
        algorithms: &[-7],
        options: Options { rk: Some(true), uv: Some(true), ..Options::default() },
        ..MakeCredentialRequest::default()
    };
    message(|out| client::make_credential(&wanted, out))
}

/// What the key answers, or what it asks, where somebody said this to a verification.
fn send(
    (pc, session): (&Pc, &mut Session),
    message: &[u8],
    verify: Option<KeySaid>,
) -> Result<Vec<u8>, KeyQuestion> {
    let consent = KeyConsent { verify, ..KeyConsent::default() };
    let message = Hidden::bytes(message.to_vec());
    let request = Request::KeyMessage { frame: KeyFrame::Cbor, message, consent };
    match pc.ask(session, request) {
        Reply::KeyAnswer(answer) => Ok(answer.expose().to_vec()),
        Reply::KeyAsk(ask) => {
            let expected =
                KeyAbout::Register { site: "inn.example".into(), account: "hana".into() };
            assert_eq!(ask.about, expected, "people are told what it is for");
            Err(ask.question)
        }
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("another reply"),
    }
}

fn prove(pc: &Pc, session: &mut Session, proof: KeyProof) -> KeyVerifying {
    match pc.ask(session, Request::KeyVerify { proof }) {
        Reply::KeyVerifying(stands) => stands,
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("another reply"),
    }
}

fn say(pc: &Pc, session: &mut Session, passphrase: &str) -> KeyVerifying {
    prove(pc, session, KeyProof::Passphrase(text(passphrase)))
}

fn tries(pc: &Pc, session: &mut Session) -> u64 {
    let answer = send((pc, session), &message(client::uv_retries), None).unwrap();
    client::read_uv_retries(&answer).unwrap()
}

const WRONG: &str = "correct horse 札";
const ASKED: Result<Vec<u8>, KeyQuestion> = Err(KeyQuestion::Verify);
const LEFT: [KeyVerifying; 2] =
    [KeyVerifying::Stranger { left: 2 }, KeyVerifying::Stranger { left: 1 }];

#[test]
fn a_key_says_how_it_recognises_its_holder() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    for (verify, modality) in [
        (None, None),
        (Some(KeyVerify::Fingerprint), Some(2)),
        (Some(KeyVerify::Passphrase), Some(4)),
    ] {
        pc.ask(&mut session, Request::KeyPlug(KeyKind { verify, ..KeyKind::default() }));
        let answer = send((&pc, &mut session), &message(client::get_info), None).unwrap();
        let info = client::read_info(&answer).unwrap();
        let Info { options, uv_modality, preferred_uv_attempts, .. } = info;
        assert_eq!((options.uv, uv_modality), (verify.map(|_| true), modality));
        assert_eq!(preferred_uv_attempts, verify.map(|_| 1));
        assert_eq!((options.pin_uv_auth_token, options.uv_bio_enroll), (Some(true), None));
    }
}

#[test]
fn a_key_says_how_it_is_reached() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    for (is_card, transports) in [(false, &["usb"][..]), (true, &["nfc", "smart-card"])] {
        pc.ask(&mut session, Request::KeyPlug(KeyKind { is_card, ..KeyKind::default() }));
        let answer = send((&pc, &mut session), &message(client::get_info), None).unwrap();
        let info = client::read_info(&answer).unwrap();
        assert_eq!(info.transports.iter().collect::<Vec<_>>(), transports);
    }
}

#[test]
fn the_holder_is_recognised_by_the_passphrase_for_one_request_and_need_not_touch() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Passphrase);
    let request = registration(b"hana");
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    assert_eq!(prove(&pc, &mut session, KeyProof::Look), KeyVerifying::Waiting);
    assert_eq!(say(&pc, &mut session, WRONG), LEFT[0]);
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Decided);
    let answer = send((&pc, &mut session), &request, Some(KeySaid::Yes)).unwrap();
    let data = AuthData::read(client::read_made(&answer).unwrap().auth_data).unwrap();
    assert!(data.flags.has(Flags::USER_VERIFIED) && data.flags.has(Flags::USER_PRESENT));
    assert_eq!(tries(&pc, &mut session), 5, "recognised in time");
    // What was shown for it is used up.
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), ASKED);
}

#[test]
fn nobody_is_recognised_by_a_programs_word_or_for_another_request() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Passphrase);
    let (request, another) = (registration(b"hana"), registration(b"mallory"));
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), ASKED);
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), ASKED, "said twice");
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Decided);
    assert_eq!(send((&pc, &mut session), &another, Some(KeySaid::Yes)), ASKED);
    // Nor was it kept for the first.
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), ASKED);
    // A passphrase that nobody asked for shows nothing.
    prove_end(&pc, &mut session);
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Decided);
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), ASKED);
}

fn prove_end(pc: &Pc, session: &mut Session) {
    let ended = pc.ask(session, Request::KeyVerify { proof: KeyProof::End });
    assert!(matches!(ended, Reply::Done));
}

#[test]
fn wrong_passphrases_cost_tries_until_none_is_left_and_a_new_agent_gives_none_back() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Passphrase);
    let request = registration(b"hana");
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    assert_eq!([WRONG; 2].map(|wrong| say(&pc, &mut session, wrong)), LEFT);
    assert_eq!(say(&pc, &mut session, WRONG), KeyVerifying::Unrecognised);
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Unrecognised, "it is decided");
    let denied = Ok(vec![Status::OperationDenied as u8]);
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), denied);
    assert_eq!(tries(&pc, &mut session), 2);
    drop(session);

    let mut session = pc.reopened();
    plug(&pc, &mut session, KeyVerify::Passphrase);
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    assert_eq!(say(&pc, &mut session, WRONG), KeyVerifying::Stranger { left: 1 });
    assert_eq!(say(&pc, &mut session, WRONG), KeyVerifying::Unrecognised);
    // Nobody waits for the verdict, and it costs its try all the same.
    prove_end(&pc, &mut session);
    assert_eq!(tries(&pc, &mut session), 0);
    let blocked = Ok(vec![Status::PinBlocked as u8]);
    assert_eq!(send((&pc, &mut session), &request, None), blocked, "and nobody is asked");
}

#[test]
fn who_says_no_or_nothing_spends_no_try() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Passphrase);
    let request = registration(b"hana");
    for (said, status) in [
        (KeySaid::No, Status::OperationDenied),
        (KeySaid::Nothing, Status::UserActionTimeout),
        (KeySaid::Cancelled, Status::KeepaliveCancel),
    ] {
        assert_eq!(send((&pc, &mut session), &request, None), ASKED);
        assert_eq!(send((&pc, &mut session), &request, Some(said)), Ok(vec![status as u8]));
    }
    // Taken back after the passphrase was typed: taken back.
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Decided);
    let cancelled = send((&pc, &mut session), &request, Some(KeySaid::Cancelled));
    assert_eq!(cancelled, Ok(vec![Status::KeepaliveCancel as u8]));
    assert_eq!(tries(&pc, &mut session), 5);
}

#[test]
fn the_passphrase_opens_a_locked_vault_on_the_way() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Passphrase);
    pc.ask(&mut session, Request::Lock);
    let request = registration(b"hana");
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    assert_eq!(say(&pc, &mut session, WRONG), LEFT[0]);
    assert_eq!(say(&pc, &mut session, PASSPHRASE), KeyVerifying::Decided);
    let Reply::Status(status) = pc.ask(&mut session, Request::Status) else { panic!("no status") };
    assert!(matches!(status.state, State::Open { .. }));
    let answer = send((&pc, &mut session), &request, Some(KeySaid::Yes)).unwrap();
    client::read_made(&answer).unwrap();
}

#[test]
fn a_reader_that_cannot_be_reached_recognises_nobody_and_costs_nothing() {
    let pc = Pc::new();
    let mut session = plugged(&pc, KeyVerify::Fingerprint);
    let request = registration(b"hana");
    assert_eq!(send((&pc, &mut session), &request, None), ASKED);
    let unable = KeyVerifying::Unable(KeyReader::NoService);
    while prove(&pc, &mut session, KeyProof::Look) != unable {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(say(&pc, &mut session, PASSPHRASE), unable, "it is not what was asked for");
    let denied = Ok(vec![Status::OperationDenied as u8]);
    assert_eq!(send((&pc, &mut session), &request, Some(KeySaid::Yes)), denied);
    assert_eq!(tries(&pc, &mut session), 5);
}
