// SPDX-License-Identifier: MIT OR Apache-2.0
//! CTAPHID as properties: whatever programs send, in whatever order and at whatever times, the key
//! says exactly what a small model of sections 11.2.3 to 11.2.9 of CTAP 2.3 says; and packets that
//! nobody meant to be any do no harm to either side.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use std::time::Duration;

use kagifuda_ctap::hid::{
    Capabilities, Channel, Client, Command, Device, DeviceVersion, Event, Kind, Packet, Waiting,
};
use proptest::prelude::*;

const ROOM: usize = 256;
const FIRST: u32 = 0x4000;

/// One step of the world.
#[derive(Clone, Debug)]
enum Step {
    /// INIT on a channel of [`channel`].
    Init(u8),
    /// A first packet: channel, command, length.
    Begin(u8, u8, u16),
    /// The next packet of the message that is arriving, on its channel.
    GoOn,
    /// Any further packet.
    Stray(u8, u8),
    Cancel(u8),
    Lock(u8, u8),
    /// Milliseconds go by.
    Wait(u64),
    Ask,
    Reply(Vec<u8>),
}

/// Some channels that exist after a while, one that does not, and the two reserved ones.
fn channel(number: u8) -> u32 {
    match number {
        0 => 0,
        1 => 0xffff_ffff,
        2 => 0x00c0_ffee,
        given => FIRST + u32::from(given) - 3,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any_channel = prop_oneof![1 => 0..3_u8, 6 => 3..6_u8];
    let command = prop_oneof![
        4 => Just(0x01_u8), 3 => Just(0x03), 5 => Just(0x10), 1 => Just(0x08), 1 => any::<u8>(),
    ];
    let length = prop_oneof![2 => 0..58_u16, 4 => 58..260_u16, 1 => any::<u16>()];
    let step = prop_oneof![
        2 => Just(Step::Init(1)),
        1 => any_channel.clone().prop_map(Step::Init),
        8 => (any_channel.clone(), command, length).prop_map(|(c, m, l)| Step::Begin(c, m & 0x7f, l)),
        12 => Just(Step::GoOn),
        2 => (any_channel.clone(), 0..4_u8).prop_map(|(c, s)| Step::Stray(c, s)),
        2 => any_channel.clone().prop_map(Step::Cancel),
        1 => (any_channel, 0..13_u8).prop_map(|(c, s)| Step::Lock(c, s)),
        3 => (0..700_u64).prop_map(Step::Wait),
        1 => Just(Step::Ask),
        4 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Step::Reply),
    ];
    prop::collection::vec(step, 1..120)
}

/// A message or an answer, as the model sees it.
type Said = (u32, u8, Vec<u8>);

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Idle,
    /// Channel, command, length, what came, packets behind the first, when it is too late.
    Arriving(u32, u8, usize, Vec<u8>, u8, u64),
    /// Channel, command, request, status, when to say it.
    Working(u32, u8, Vec<u8>, u8, u64),
}

/// The rules, over whole messages and milliseconds.
struct Model {
    now: u64,
    given: u32,
    lock: Option<(u32, u64)>,
    phase: Phase,
    said: Vec<Said>,
    event: Option<&'static str>,
}

impl Model {
    fn error(&mut self, channel: u32, code: u8) {
        self.said.push((channel, 0x3f, vec![code]));
    }

    fn exists(&self, channel: u32) -> bool {
        (FIRST..FIRST + self.given).contains(&channel)
    }

    /// What is due by now.
    fn catch_up(&mut self) {
        if let Phase::Arriving(channel, .., until) = self.phase
            && until <= self.now
        {
            self.phase = Phase::Idle;
            self.error(channel, 5);
        }
        if self.lock.is_some_and(|(_, until)| until <= self.now) {
            self.lock = None;
        }
    }

    /// A keep-alive, once everything else is said.
    fn keep_alive(&mut self) {
        if let Phase::Working(channel, _, _, status, due) = &mut self.phase
            && *due <= self.now
        {
            *due = self.now + 80;
            self.said.push((*channel, 0x3b, vec![*status]));
        }
    }

    fn init(&mut self, channel: u32, data: &[u8]) {
        let answered = match channel {
            0xffff_ffff => {
                self.given += 1;
                FIRST + self.given - 1
            }
            _ if !self.exists(channel) => return self.error(channel, 0x0b),
            _ => channel,
        };
        match self.phase {
            Phase::Arriving(served, ..) if served == channel => self.phase = Phase::Idle,
            Phase::Working(served, ..) if served == channel => {
                self.phase = Phase::Idle;
                self.event = Some("abandon");
            }
            _ => {}
        }
        let greeting = [data, &answered.to_be_bytes(), &[2, 9, 8, 7, 5]].concat();
        self.said.push((channel, 6, greeting));
    }

    fn begin(&mut self, channel: u32, command: u8, length: usize, data: &[u8]) {
        if command == 0x11 {
            if matches!(self.phase, Phase::Working(served, 0x10, ..) if served == channel) {
                self.event = Some("cancel");
            }
            return;
        }
        if command == 6 {
            return match length {
                8 => self.init(channel, &data[..8]),
                _ if channel == 0xffff_ffff || self.exists(channel) => self.error(channel, 3),
                _ => self.error(channel, 0x0b),
            };
        }
        let refusal = match self.phase {
            _ if channel == 0 || channel == 0xffff_ffff => 0x0b,
            Phase::Arriving(served, ..) if served == channel => {
                self.phase = Phase::Idle;
                4
            }
            Phase::Arriving(..) | Phase::Working(..) => 6,
            Phase::Idle if self.lock.is_some_and(|(owner, _)| owner != channel) => 6,
            Phase::Idle if !self.exists(channel) => 0x0b,
            Phase::Idle => match (command, length) {
                (0x01, 0..=ROOM) | (0x03 | 0x10, 1..=ROOM) | (0x08, 0) => 0,
                (0x04, 1) if data[0] > 10 => 2,
                (0x04, 1) => 0,
                (0x01 | 0x03 | 0x10 | 0x08 | 0x04, _) => 3,
                _ => 1,
            },
        };
        match (refusal, command) {
            (0, 0x08) => {
                self.event = Some("wink");
                self.said.push((channel, command, vec![]));
            }
            (0, 0x04) => {
                let until = self.now + u64::from(data[0]) * 1000;
                self.lock = (data[0] > 0).then_some((channel, until));
                self.said.push((channel, command, vec![]));
            }
            (0, _) => {
                let came = data[..length.min(57)].to_vec();
                self.phase = Phase::Arriving(channel, command, length, came, 0, self.now + 500);
                self.perhaps_whole();
            }
            (code, _) => self.error(channel, code),
        }
    }

    fn go_on(&mut self, channel: u32, sequence: u8, data: &[u8]) {
        match &mut self.phase {
            Phase::Arriving(served, _, length, came, next, until) if *served == channel => {
                if sequence != *next {
                    self.phase = Phase::Idle;
                    return self.error(channel, 4);
                }
                let missing = *length - came.len();
                came.extend_from_slice(&data[..missing.min(59)]);
                (*next, *until) = (*next + 1, self.now + 500);
                self.perhaps_whole();
            }
            _ => {}
        }
    }

    fn perhaps_whole(&mut self) {
        let Phase::Arriving(channel, command, length, came, ..) = self.phase.clone() else {
            return;
        };
        if came.len() == length && command == 0x01 {
            self.phase = Phase::Idle;
            self.said.push((channel, command, came));
        } else if came.len() == length {
            self.event = Some(if command == 0x10 { "cbor" } else { "msg" });
            self.phase = Phase::Working(channel, command, came, 1, self.now + 80);
        }
    }

    fn ask(&mut self) {
        if let Phase::Working(_, _, _, status, due) = &mut self.phase
            && *status != 2
        {
            (*status, *due) = (2, 0);
        }
    }

    fn reply(&mut self, bytes: &[u8]) {
        if let Phase::Working(channel, command, ..) = self.phase {
            self.said.push((channel, command, bytes.to_vec()));
            self.phase = Phase::Idle;
        }
    }
}

/// Messages cut the plain way.
fn cut((channel, command, message): &Said) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut rest = message.as_slice();
    for number in 0.. {
        let mut packet = channel.to_be_bytes().to_vec();
        if number == 0 {
            packet.push(0x80 | command);
            packet.extend_from_slice(&(message.len() as u16).to_be_bytes());
        } else {
            packet.push(number - 1);
        }
        let (now, later) = rest.split_at(rest.len().min(64 - packet.len()));
        packet.extend_from_slice(now);
        packet.resize(64, 0);
        packets.push(packet);
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    packets
}

fn packet(channel: u32, head: &[u8], filling: u8) -> Packet {
    let mut packet = [filling; 64];
    packet[..4].copy_from_slice(&channel.to_be_bytes());
    packet[4..4 + head.len()].copy_from_slice(head);
    packet
}

/// The packet of a step, if it is one.
fn sent(step: &Step, phase: &Phase, filling: u8) -> Option<Packet> {
    Some(match (step, phase) {
        (Step::Init(on), _) => packet(channel(*on), &[0x86, 0, 8], filling),
        (Step::Begin(on, command, length), _) => {
            let [high, low] = length.to_be_bytes();
            packet(channel(*on), &[0x80 | command, high, low], filling)
        }
        (Step::GoOn, Phase::Arriving(on, .., next, _)) => packet(*on, &[*next], filling),
        (Step::Stray(on, sequence), _) => packet(channel(*on), &[*sequence], filling),
        (Step::Cancel(on), _) => packet(channel(*on), &[0x91, 0, 0], filling),
        (Step::Lock(on, seconds), _) => packet(channel(*on), &[0x84, 0, 1, *seconds], filling),
        _ => return None,
    })
}

fn happened(event: Option<Event>) -> Option<&'static str> {
    Some(match event? {
        Event::Request { kind: Kind::Cbor, .. } => "cbor",
        Event::Request { kind: Kind::Msg, .. } => "msg",
        Event::Cancel => "cancel",
        Event::Abandon => "abandon",
        Event::Wink => "wink",
    })
}

fn device() -> Device<ROOM> {
    let version = DeviceVersion { major: 9, minor: 8, build: 7 };
    Device::new(version, Capabilities::CTAP2_AND_U2F.with_wink(), Channel(FIRST))
}

fn drained(device: &mut Device<ROOM>, now: Duration) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| device.next_packet(now)).map(|packet| packet.to_vec()).collect()
}

fn agree(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut device = device();
    let mut model =
        Model { now: 0, given: 0, lock: None, phase: Phase::Idle, said: vec![], event: None };
    for (number, step) in steps.iter().enumerate() {
        if let Step::Wait(milliseconds) = step {
            model.now += milliseconds;
        }
        let now = Duration::from_millis(model.now);
        model.catch_up();
        let mut event = None;
        if let Some(packet) = sent(step, &model.phase, number as u8) {
            event = device.receive(&packet, now);
            let on = u32::from_be_bytes(*packet.first_chunk().unwrap());
            match packet[4] {
                first @ 0x80.. => {
                    let length = u16::from_be_bytes([packet[5], packet[6]]);
                    model.begin(on, first & 0x7f, length.into(), &packet[7..]);
                }
                sequence => model.go_on(on, sequence, &packet[5..]),
            }
        }
        match step {
            Step::Ask => {
                device.keep_alive(Waiting::UserPresence);
                model.ask();
            }
            Step::Reply(bytes) => {
                device.reply_with(bytes);
                model.reply(bytes);
            }
            _ => {}
        }
        let packets = drained(&mut device, now);
        model.keep_alive();
        let expected: Vec<_> = model.said.drain(..).flat_map(|said| cut(&said)).collect();
        prop_assert_eq!(packets, expected, "step {}: {:?}", number, step);
        prop_assert_eq!(happened(event), model.event.take(), "step {}: {:?}", number, step);
        let request = device.job().map(|job| job.request.to_vec());
        let deadline = device.deadline().map(|it| it.as_millis() as u64);
        match &model.phase {
            Phase::Idle => prop_assert_eq!((request, deadline), (None, None)),
            Phase::Arriving(.., until) => {
                prop_assert_eq!((request, deadline), (None, Some(*until)))
            }
            Phase::Working(_, _, wanted, _, due) => {
                prop_assert_eq!((request, deadline), (Some(wanted.clone()), Some(*due)));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_key_says_what_the_model_says(steps in steps()) {
        agree(&steps)?;
    }

    #[test]
    fn two_programs_that_keep_to_the_rules_are_both_served(
        messages in prop::collection::vec((any::<bool>(), 1..200_usize, 0..200_usize), 1..20),
    ) {
        let mut device = device();
        let start = Duration::ZERO;
        let mut clients = [0, 1].map(|nonce| {
            let mut client = Client::<ROOM>::new();
            device.receive(&client.greet([nonce; 8], start), start);
            let packet = device.next_packet(start).unwrap();
            client.receive(&packet, start).unwrap();
            client
        });
        for (is_second, length, answer_length) in messages {
            let client = &mut clients[usize::from(is_second)];
            let (request, reply) = (vec![1; length], vec![2; answer_length]);
            for packet in client.send(Command::Cbor, &request, start).unwrap() {
                device.receive(&packet, start);
            }
            prop_assert_eq!(device.job().map(|job| job.request.to_vec()), Some(request));
            device.reply_with(&reply);
            let mut answer = None;
            for packet in drained(&mut device, start) {
                let packet = packet.try_into().unwrap();
                for client in &mut clients {
                    if let Some(it) = client.receive(&packet, start).unwrap() {
                        answer = Some(format!("{it:?}"));
                    }
                }
            }
            let expected = format!("{:?}", kagifuda_ctap::hid::Answer::Message(&reply));
            prop_assert_eq!(answer, Some(expected));
        }
    }

    #[test]
    fn packets_of_any_bytes_do_no_harm(
        packets in prop::collection::vec((0..5_u8, any::<[u8; 32]>(), 0..300_u64), 1..60),
    ) {
        let mut device = device();
        let mut client = Client::<ROOM>::new();
        let mut now = Duration::ZERO;
        client.greet([0; 8], now);
        for (on, bytes, milliseconds) in packets {
            now += Duration::from_millis(milliseconds);
            let packet = packet(channel(on), &bytes, bytes[31]);
            device.receive(&packet, now);
            let _ = client.receive(&packet, now);
            let _ = client.send(Command::Cbor, &bytes, now);
            for packet in drained(&mut device, now) {
                let _ = client.receive(&packet.try_into().unwrap(), now);
            }
            if bytes[0] < 64 {
                device.reply_with(&bytes);
            }
        }
    }
}
