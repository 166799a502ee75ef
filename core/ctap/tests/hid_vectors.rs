// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays the transcripts `tests/vectors/ctap/hid-*.txt` to the key's side of CTAPHID. Their form is told in
//! `hid.md` beside them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kagifuda_ctap::hid::{
    Capabilities, Channel, Device, DeviceVersion, ErrorCode, Event, Kind, Packet, Waiting,
};

/// Reads `86 0008 a1a2*3`: hexadecimal, blanks anywhere, a byte and how often.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace() {
        let (hex, times) = word.split_once('*').unwrap_or((word, "1"));
        let piece: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        bytes.extend(piece.repeat(times.parse().unwrap()));
    }
    bytes
}

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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an `event` line means, in the words of [`Stage::happened`].
fn expected(value: &str) -> String {
    let mut words = value.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("request"), Some(kind), Some(request)) => {
            format!("request {kind} {}", hex(&bytes(request)))
        }
        _ => value.into(),
    }
}

fn play(path: &Path) {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let mut stage = Stage::new(0x05, 0x100);
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", path.file_name().unwrap().to_string_lossy(), number + 1);
        if line.starts_with('#') || line.starts_with("remark:") {
            continue;
        }
        let (field, value) = line.split_once(": ").expect("field: value");
        match field {
            "event" => assert_eq!(stage.happened(), expected(value), "{place}"),
            "key" => {
                let sent = stage.sent.pop_front().unwrap_or_else(|| panic!("{place}: silence"));
                assert_eq!(hex(&sent), hex(&packet(value)), "{place}");
            }
            _ => {
                assert_eq!(stage.event, None, "{place}: before it");
                assert!(stage.sent.is_empty(), "{place}: a packet before it");
                stage.act(field, value);
            }
        }
    }
    assert_eq!((stage.event, stage.sent.len()), (None, 0), "{}: at its end", path.display());
}

#[test]
fn every_transcript_goes_as_it_is_written() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ctap");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of vectors is in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("hid-"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 22, "only {} transcripts", paths.len());
    paths.iter().for_each(|path| play(path));
}
