// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays the transcripts `tests/vectors/ctap/hid-*.txt` to the key's side of CTAPHID. Their form is told in
//! `hid.md` beside them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

mod transcripts;

use std::collections::VecDeque;
use std::time::Duration;

use kagifuda_ctap::hid::{
    Capabilities, Channel, Device, DeviceVersion, ErrorCode, Event, Kind, Packet, Waiting,
};
use transcripts::{Line, bytes, event, hex, transcripts};

fn packet(text: &str) -> Packet {
    let mut packet = [0; 64];
    let bytes = bytes(text);
    packet[..bytes.len()].copy_from_slice(&bytes);
    packet
}

struct Stage {
    device: Device<1024>,
    now: Duration,
    sent: VecDeque<Packet>,
    event: Option<Event>,
}

impl Stage {
    fn new(capabilities: u8, first: u32) -> Self {
        let version = DeviceVersion { major: 3, minor: 4, build: 5 };
        let device = Device::new(version, Capabilities::from_byte(capabilities), Channel(first));
        Self { device, now: Duration::ZERO, sent: VecDeque::new(), event: None }
    }

    fn drain(&mut self) {
        while let Some(packet) = self.device.next_packet(self.now) {
            self.sent.push_back(packet);
        }
    }

    fn is_done(&self, place: &str) {
        assert_eq!(self.event, None, "before {place}");
        assert!(self.sent.is_empty(), "a packet before {place}: {:02x?}", self.sent);
    }

    fn act(&mut self, field: &str, value: &str) {
        match field {
            "channels" => {
                for _ in 0..value.parse().unwrap() {
                    self.device.receive(&packet("ffffffff 86 0008"), self.now);
                    self.device.next_packet(self.now).expect("a greeting");
                }
            }
            "first-channel" => {
                let first = u32::from_str_radix(value, 16).unwrap();
                *self = Self::new(0x05, first);
            }
            "capabilities" => {
                let byte = u8::from_str_radix(value, 16).unwrap();
                self.device.set_capabilities(Capabilities::from_byte(byte));
            }
            "at" => self.now = Duration::from_millis(value.parse().unwrap()),
            "host" => self.event = self.device.receive(&packet(value), self.now),
            "waiting" if value == "presence" => self.device.keep_alive(Waiting::UserPresence),
            "waiting" => self.device.keep_alive(Waiting::Processing),
            "reply" => self.device.reply_with(&bytes(value)),
            "fail" => self.device.fail(ErrorCode::from_byte(bytes(value)[0])),
            _ => panic!("no field {field}"),
        }
        self.drain();
    }

    fn happened(&mut self) -> String {
        let request = self.device.job().map(|job| job.request.to_vec());
        match self.event.take() {
            Some(Event::Request { kind, .. }) => {
                let kind = match kind {
                    Kind::Cbor => "cbor",
                    Kind::Msg => "msg",
                };
                format!("request {kind} {}", hex(&request.expect("a request at work")))
            }
            Some(Event::Cancel) => "cancel".into(),
            Some(Event::Abandon) => "abandon".into(),
            Some(Event::Wink) => "wink".into(),
            None => "nothing".into(),
        }
    }
}

fn play(lines: &[Line]) {
    let mut stage = Stage::new(0x05, 0x100);
    for Line { place, field, value } in lines {
        match field.as_str() {
            "event" => assert_eq!(stage.happened(), event(value), "{place}"),
            "key" => {
                let sent = stage.sent.pop_front().unwrap_or_else(|| panic!("{place}: silence"));
                assert_eq!(hex(&sent), hex(&packet(value)), "{place}");
            }
            _ => {
                stage.is_done(place);
                stage.act(field, value);
            }
        }
    }
    stage.is_done("the end");
}

#[test]
fn every_transcript_goes_as_it_is_written() {
    let transcripts = transcripts("hid-");
    assert!(transcripts.len() >= 23, "only {} transcripts", transcripts.len());
    transcripts.iter().for_each(|lines| play(lines));
}
