// SPDX-License-Identifier: MIT OR Apache-2.0
//! APDUs as stories: a client and a card that understand each other over any reader,
//! and what each does when the other does not. The rules of the card's side are in
//! `apdu_vectors.rs` and `apdu_model.rs`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use kagifuda_ctap::apdu::{
    Command, Device, Event, Exchange, ExchangeError, FIDO2_VERSION, Form, Progress, StatusWord,
    U2F_VERSION, U2f,
};
use kagifuda_ctap::hid::{Kind, MAX_MESSAGE_BYTES, Waiting};
use proptest::prelude::*;

const WHOLE: usize = MAX_MESSAGE_BYTES;

/// What the engine does with a request, in the order of its calls.
type Engine<'e> = &'e mut dyn FnMut(Event, &mut Device<WHOLE>);

/// Lets the client and the card talk until there is an answer.
fn talk(
    exchange: &mut Exchange<'_, WHOLE>,
    card: &mut Device<WHOLE>,
    engine: Engine<'_>,
) -> Result<Vec<u8>, ExchangeError> {
    let (mut wire, mut answer) = (vec![0; WHOLE + 9], vec![0; WHOLE + 2]);
    loop {
        let length = exchange.command(&mut wire)?;
        let event = card.receive(&wire[..length]);
        engine(event, card);
        let length = card.response().expect("an answer").write(&mut answer).unwrap();
        if let Progress::Done(bytes) = exchange.receive(&answer[..length])? {
            return Ok(bytes.to_vec());
        }
    }
}

fn selected(u2f: U2f) -> Device<WHOLE> {
    let mut card = Device::new(u2f);
    let version = talk(&mut Exchange::select(), &mut card, &mut |_, _| {}).unwrap();
    let expected = if u2f == U2f::Offered { U2F_VERSION } else { FIDO2_VERSION };
    assert_eq!(version, expected);
    card
}

fn asked(
    card: &mut Device<WHOLE>,
    (kind, request, form): (Kind, &[u8], Form),
    reply: &[u8],
) -> Result<Vec<u8>, ExchangeError> {
    let mut seen = Vec::new();
    let mut exchange = Exchange::request(kind, request, form)?;
    let answer = talk(&mut exchange, card, &mut |event, card| {
        if let Event::Request { kind: got } = event {
            assert_eq!(got, kind);
            seen = card.job().unwrap().request.to_vec();
            card.reply_with(reply);
        }
    });
    if answer.is_ok() && kind == Kind::Cbor {
        assert_eq!(seen, request);
    }
    answer
}

#[test]
fn a_request_and_a_reply_of_any_length_arrive_in_either_form() {
    let mut card = selected(U2f::Offered);
    let bytes: Vec<u8> = (0..WHOLE).map(|at| (at % 251) as u8).collect();
    let mut lengths: Vec<usize> = (1..1100).collect();
    lengths.extend([2000, 4096, WHOLE - 1, WHOLE]);
    for length in lengths {
        for form in [Form::Short, Form::Extended] {
            let request = (Kind::Cbor, &bytes[..length], form);
            let reply = &bytes[bytes.len() - length..];
            assert_eq!(asked(&mut card, request, reply).unwrap(), reply, "{length} {form:?}");
        }
    }
}

#[test]
fn u2f_brings_its_status_along_as_it_does_over_hid() {
    let mut card = selected(U2f::Offered);
    for (reply, form) in [(&b"U2F_V2\x90\x00"[..], Form::Short), (&[0x69, 0x85], Form::Extended)] {
        let version = [0, 3, 0, 0, 0, 0, 0];
        assert_eq!(asked(&mut card, (Kind::Msg, &version, form), reply).unwrap(), reply);
    }
    let long = [&[5; 700][..], &[0x90, 0]].concat();
    let register = [&[0, 1, 3, 0, 0, 1, 44][..], &[7; 300], &[0, 0]].concat();
    for form in [Form::Short, Form::Extended] {
        assert_eq!(asked(&mut card, (Kind::Msg, &register, form), &long).unwrap(), long);
    }
}

#[test]
fn a_client_hears_what_is_waited_for_and_can_cancel() {
    let mut card = selected(U2f::Off);
    let mut exchange = Exchange::<256>::request(Kind::Cbor, &[1], Form::Short).unwrap();
    let mut wire = [0; 261];
    exchange.cancel();
    let length = exchange.command(&mut wire).unwrap();
    assert_eq!(wire[..length], [0x80, 0x10, 0x80, 0, 1, 1, 0], "nothing to cancel yet");
    assert_eq!(card.receive(&wire[..length]), Event::Request { kind: Kind::Cbor });
    for (waiting, byte) in [(Waiting::Processing, 1), (Waiting::UserPresence, 2)] {
        card.keep_alive(waiting);
        let response = card.response().unwrap();
        assert_eq!((response.data, response.status), (&[byte][..], StatusWord::STATUS_UPDATE));
        assert_eq!(exchange.receive(&[byte, 0x91, 0]), Ok(Progress::Waiting(waiting)));
        let length = exchange.command(&mut wire).unwrap();
        assert_eq!(card.receive(&wire[..length]), Event::Poll);
    }
    assert_eq!(exchange.receive(&[2, 0x91, 0]), Ok(Progress::Waiting(Waiting::UserPresence)));
    exchange.cancel();
    let length = exchange.command(&mut wire).unwrap();
    assert_eq!(card.receive(&wire[..length]), Event::Cancel);
    card.reply_with(&[0x2d]);
    assert_eq!(card.response().unwrap().data, [0x2d]);
    assert_eq!(exchange.receive(&[0x2d, 0x90, 0]), Ok(Progress::Done(&[0x2d])));
}

#[test]
fn a_session_that_ended_is_selected_anew() {
    let mut card = selected(U2f::Offered);
    let nobody: Engine<'_> = &mut |_, _| {};
    assert_eq!(talk(&mut Exchange::end(), &mut card, nobody), Ok(vec![]));
    let request = (Kind::Cbor, &[4][..], Form::Short);
    let refused = Err(ExchangeError::Refused(StatusWord::NOT_SELECTED));
    assert_eq!(asked(&mut card, request, &[0]), refused);
    talk(&mut Exchange::select(), &mut card, nobody).unwrap();
    assert_eq!(asked(&mut card, request, &[0]), Ok(vec![0]));
}

#[test]
fn nothing_of_a_request_or_a_reply_is_left_for_the_next() {
    let mut card = Device::<64>::new(U2f::Off);
    card.receive(&[0, 0xa4, 4, 0, 8, 0xa0, 0, 0, 6, 0x47, 0x2f, 0, 1]);
    assert_eq!(card.response().unwrap().data, FIDO2_VERSION);
    card.receive(&[0x80, 0x10, 0, 0, 3, 1, 2, 3]);
    card.job().unwrap().response.fill(0x5a);
    card.reply(usize::MAX);
    assert!(card.job().is_none());
    let response = card.response().unwrap();
    assert_eq!((response.data, response.write(&mut [0; 65])), (&[0x5a; 64][..], None));
    assert_eq!(card.response(), None, "a command has one answer");
    card.receive(&[0x80, 0x10, 0, 0, 1, 4]);
    let job = card.job().unwrap();
    assert_eq!((job.kind, job.request, &job.response[..]), (Kind::Cbor, &[4][..], &[0; 64][..]));
    card.reset();
    card.reply_with(&[1]);
    card.reply(1);
    card.fail(StatusWord::NO_DIAGNOSIS);
    card.keep_alive(Waiting::UserPresence);
    assert_eq!(card.response(), None, "it was abandoned");
}

#[test]
fn what_cannot_be_asked_is_told_before_anything_is_sent() {
    let long = [0; MAX_MESSAGE_BYTES + 1];
    let error = |kind, message| Exchange::<64>::request(kind, message, Form::Short).err();
    assert_eq!(error(Kind::Cbor, &long), Some(ExchangeError::TooLong));
    assert_eq!(error(Kind::Msg, &[0, 3, 0]), Some(ExchangeError::NotNow));
    let mut exchange = Exchange::<64>::request(Kind::Cbor, &[4; 100], Form::Short).unwrap();
    assert_eq!(exchange.command(&mut [0; 105]), Err(ExchangeError::NotNow), "no room");
    assert_eq!(exchange.command(&mut [0; 106]), Ok(106));
}

#[test]
fn a_card_that_breaks_the_protocol_is_told_from_one_that_refuses() {
    let cases: &[(&[&[u8]], ExchangeError)] = &[
        (&[&[]], ExchangeError::Malformed),
        (&[&[0x90]], ExchangeError::Malformed),
        (&[&[0x6d, 0]], ExchangeError::Refused(StatusWord::NO_INSTRUCTION)),
        (&[&[1, 0x61, 1], &[0x69, 0x85]], ExchangeError::Refused(StatusWord(0x6985))),
        (&[&[0x61, 1]], ExchangeError::Malformed),
        (&[&[0x91, 0]], ExchangeError::Malformed),
        (&[&[1, 0x61, 1], &[1, 0x91, 0]], ExchangeError::Malformed),
        (&[&[0; 67]], ExchangeError::TooLong),
        (&[&[0; 60], &[1, 0x90, 0]], ExchangeError::Refused(StatusWord(0))),
    ];
    let mut wire = [0; 261];
    for (answers, error) in cases {
        let mut exchange = Exchange::<64>::request(Kind::Cbor, &[4], Form::Short).unwrap();
        let mut outcome = Ok(());
        for answer in answers.iter() {
            exchange.command(&mut wire).unwrap();
            outcome = exchange.receive(answer).map(|_| ());
            if outcome.is_err() {
                break;
            }
        }
        assert_eq!(outcome, Err(*error), "{answers:02x?}");
        assert_eq!(exchange.command(&mut wire), Err(ExchangeError::NotNow), "it is over");
        assert_eq!(exchange.receive(&[0x90, 0]).err(), Some(ExchangeError::NotNow));
    }
    let mut chained = Exchange::<64>::request(Kind::Cbor, &[4; 300], Form::Short).unwrap();
    assert_eq!(chained.command(&mut wire), Ok(260));
    let refused = ExchangeError::Refused(StatusWord::NO_CHAINING);
    assert_eq!(chained.receive(&[0x68, 0x84]), Err(refused));
}

#[test]
fn what_is_left_is_told_in_one_byte() {
    for (left, word) in [(1, 0x6101), (255, 0x61ff), (256, 0x6100), (9999, 0x6100)] {
        assert_eq!(StatusWord::more(left), StatusWord(word));
    }
    assert_eq!(StatusWord(0x6100).left(), Some(256));
    assert_eq!(StatusWord(0x61ff).left(), Some(255));
    assert_eq!(StatusWord::OK.left(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_command_that_is_read_is_written_as_it_reads(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(command) = Command::read(&bytes) {
            let mut out = [0; 64];
            let length = command.write(&mut out).unwrap();
            prop_assert_eq!(Command::read(&out[..length]), Ok(command));
        }
    }

    #[test]
    fn a_command_cut_short_is_none_unless_only_its_answer_length_is_gone(
        length in 1..300_usize,
        cut in 0..310_usize,
    ) {
        let mut card = selected(U2f::Offered);
        let data = vec![0x33; length];
        let form = if length > 255 { Form::Extended } else { Form::Short };
        let (cla, ins, p1, p2) = (0x80, 0x10, 0x80, 0);
        let whole = Command { cla, ins, p1, p2, data: &data, answer_bytes: Some(77), form };
        let mut wire = [0; 320];
        let wire_bytes = whole.write(&mut wire).unwrap();
        let answer_length_bytes = if form == Form::Short { 1 } else { 2 };
        let cut = cut.min(wire_bytes - 1);
        let event = card.receive(&wire[..cut]);
        if cut == wire_bytes - answer_length_bytes {
            prop_assert_eq!(event, Event::Request { kind: Kind::Cbor });
        } else if cut == 4 || cut == 5 && form == Form::Short {
            // No data at all, and perhaps its length taken for that of the answer.
            prop_assert_eq!(event, Event::Respond);
        } else {
            prop_assert_eq!(card.response().unwrap().status, StatusWord::WRONG_LENGTH);
        }
    }

    #[test]
    fn a_card_of_any_bytes_does_the_client_no_harm(
        answers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..10),
        mark in prop::collection::vec(0..6_usize, 10),
    ) {
        let mut exchange = Exchange::<128>::request(Kind::Cbor, &[1; 600], Form::Short).unwrap();
        let mut wire = [0; 261];
        for (mut answer, mark) in answers.into_iter().zip(mark) {
            match mark {
                0 => answer.extend([0x61, 0]),
                1 => answer.extend([0x91, 0]),
                2 => answer.extend([0x61, 9]),
                3..=4 => answer.extend([0x90, 0]),
                _ => {}
            }
            if exchange.command(&mut wire).is_err() {
                break;
            }
            let _ = exchange.receive(&answer);
        }
    }
}
