// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays the transcripts `tests/vectors/ctap/apdu-*.txt` to the card's side, and reads and writes the
//! commands of `apdu-command-*.txt`. Their form is told in `apdu.md` beside them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod transcripts;

use std::collections::BTreeMap;

use kagifuda_ctap::apdu::{Command, Device, Event, Form, StatusWord, U2f};
use kagifuda_ctap::hid::{Kind, Waiting};
use transcripts::{Line, bytes, event, hex, transcripts};

struct Stage {
    card: Device<1024>,
    event: Event,
}

impl Stage {
    /// What the card has to say now.
    fn answer(&mut self) -> Option<String> {
        let response = self.card.response()?;
        let mut out = [0; 1026];
        let length = response.write(&mut out).expect("an answer fits");
        Some(hex(&out[..length]))
    }

    fn happened(&mut self) -> String {
        let request = self.card.job().map(|job| hex(job.request)).unwrap_or_default();
        match std::mem::replace(&mut self.event, Event::Respond) {
            Event::Request { kind: Kind::Cbor } => format!("request cbor {request}"),
            Event::Request { kind: Kind::Msg } => format!("request msg {request}"),
            Event::Poll => "poll".into(),
            Event::Cancel => "cancel".into(),
            Event::Abandon => "abandon".into(),
            Event::Respond => "nothing".into(),
        }
    }

    fn act(&mut self, place: &str, field: &str, value: &str) {
        match field {
            "u2f" if value == "off" => self.card.set_u2f(U2f::Off),
            "u2f" => self.card.set_u2f(U2f::Offered),
            "select" => {
                self.card.receive(&bytes("00a40400 08 a0000006472f0001"));
                self.answer().expect("a version");
            }
            "reader" => {
                assert_eq!(self.answer(), None, "before {place}");
                assert_eq!(self.event, Event::Respond, "before {place}");
                self.event = self.card.receive(&bytes(value));
            }
            "event" => assert_eq!(self.happened(), event(value), "{place}"),
            "card" => assert_eq!(self.answer(), Some(hex(&bytes(value))), "{place}"),
            "silence" => assert_eq!(self.answer(), None, "{place}"),
            "waiting" if value == "presence" => self.card.keep_alive(Waiting::UserPresence),
            "waiting" => self.card.keep_alive(Waiting::Processing),
            "reply" => self.card.reply_with(&bytes(value)),
            "fail" => {
                let status = bytes(value).try_into().unwrap();
                self.card.fail(StatusWord(u16::from_be_bytes(status)));
            }
            "reset" => {
                let event = (value == "abandon").then_some(Event::Abandon);
                assert_eq!(self.card.reset(), event, "{place}");
            }
            _ => panic!("{place}: no field {field}"),
        }
    }
}

#[test]
fn every_transcript_goes_as_it_is_written() {
    let mut count = 0;
    for lines in transcripts("apdu-") {
        if lines[0].place.starts_with("apdu-command-") {
            continue;
        }
        let mut stage = Stage { card: Device::new(U2f::Offered), event: Event::Respond };
        for Line { place, field, value } in &lines {
            stage.act(place, field, value);
        }
        assert_eq!((stage.answer(), stage.event), (None, Event::Respond), "{}", lines[0].place);
        count += 1;
    }
    assert!(count >= 19, "only {count} transcripts");
}

#[test]
fn every_form_of_a_command_is_read_and_written() {
    for lines in transcripts("apdu-command-forms") {
        for record in lines.split(|line| line.field.is_empty()) {
            let place = &record[0].place;
            let fields: BTreeMap<_, _> =
                record.iter().map(|line| (line.field.as_str(), line.value.as_str())).collect();
            let wire = bytes(fields["command"]);
            let command = Command::read(&wire).unwrap_or_else(|it| panic!("{place}: {it:?}"));
            let head = [command.cla, command.ins, command.p1, command.p2];
            assert_eq!(head[..], wire[..4], "{place}");
            assert_eq!(hex(command.data), hex(&bytes(fields["data"])), "{place}");
            let answer = command.answer_bytes.map_or("unsaid".into(), |it| it.to_string());
            assert_eq!(answer, fields["answer"], "{place}");
            assert_eq!(format!("{:?}", command.form).to_lowercase(), fields["form"], "{place}");
            let mut out = [0; 300];
            let length = command.write(&mut out).unwrap();
            let written = fields.get("written").copied().unwrap_or(fields["command"]);
            assert_eq!(hex(&out[..length]), hex(&bytes(written)), "{place}");
            for room in 0..length {
                assert_eq!(command.write(&mut out[..room]), None, "{place}: no room");
            }
        }
    }
}

#[test]
fn a_command_whose_lengths_do_not_come_out_even_is_none() {
    for lines in transcripts("apdu-command-lengths") {
        for Line { place, value, .. } in &lines {
            assert_eq!(Command::read(&bytes(value)), Err(StatusWord::WRONG_LENGTH), "{place}");
        }
    }
}

#[test]
fn a_command_that_does_not_fit_its_form_is_not_written() {
    let mut out = vec![0; 0x1_0100];
    let data = [0; 0x1_0000];
    let plain = Command {
        cla: 0x80,
        ins: 0x10,
        p1: 0,
        p2: 0,
        data: &[],
        answer_bytes: None,
        form: Form::Short,
    };
    assert_eq!(plain.write(&mut out), Some(4));
    assert_eq!(Command { data: &data[..255], ..plain }.write(&mut out), Some(260));
    assert_eq!(Command { data: &data[..256], ..plain }.write(&mut out), None);
    assert_eq!(Command { answer_bytes: Some(257), ..plain }.write(&mut out), None);
    let extended = Command { form: Form::Extended, ..plain };
    assert_eq!(Command { data: &data[..65535], ..extended }.write(&mut out), Some(65542));
    assert_eq!(Command { data: &data, ..extended }.write(&mut out), None);
    assert_eq!(Command { answer_bytes: Some(65537), ..extended }.write(&mut out), None);
}
