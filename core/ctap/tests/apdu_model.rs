// SPDX-License-Identifier: MIT OR Apache-2.0
//! APDUs as a property: whatever a reader sends and whenever the engine replies, the card wants and
//! answers exactly what a small model of CTAP 2.3 section 11.3 and ISO/IEC 7816-4 wants and answers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use kagifuda_ctap::apdu::{APPLET, Command, Device, Event, Form, U2f};
use kagifuda_ctap::hid::{Kind, Waiting};
use proptest::prelude::*;

const ROOM: usize = 512;

#[derive(Clone, Debug)]
enum Step {
    /// A command, by its number in [`command`]; how long its data and its answer are; whether its
    /// class says that it goes on; a byte that is changed, or cut off with what follows.
    Command(usize, usize, usize, bool, Option<(usize, Option<u8>)>),
    Ask,
    Reply(Vec<u8>),
    Reset,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fault = prop::option::weighted(0.1, (0..300_usize, any::<Option<u8>>()));
    let step = prop_oneof![
        12 => (0..10_usize, 0..300_usize, 0..300_usize, prop::bool::weighted(0.25), fault)
            .prop_map(|(n, data, answer, goes_on, f)| Step::Command(n, data, answer, goes_on, f)),
        1 => Just(Step::Ask),
        5 => prop::collection::vec(any::<u8>(), 0..ROOM).prop_map(Step::Reply),
        1 => Just(Step::Reset),
    ];
    prop::collection::vec(step, 1..100)
}

fn command(number: usize, data_bytes: usize, answer_bytes: usize, goes_on: bool) -> Vec<u8> {
    let filling = vec![0x33; data_bytes];
    let ([cla, ins, p1, p2], data): ([u8; 4], &[u8]) = match number {
        0 => ([0, 0xa4, 4, 0], &APPLET),
        1..=2 => ([0x80, 0x10, 0x80, 0], &filling),
        3 => ([0x80, 0x10, 0, 0], &filling),
        4 => ([0, 2, 3, 0], &filling),
        5 => ([0x80, 0x11, if answer_bytes.is_multiple_of(3) { 0x11 } else { 0 }, 0], &[]),
        6..=8 => ([0, 0xc0, 0, 0], &[]),
        _ => ([0x80, if data_bytes.is_multiple_of(2) { 0x12 } else { 0x77 }, 1, 0], &[]),
    };
    let form = if data.len().max(answer_bytes) > 255 { Form::Extended } else { Form::Short };
    let cla = if goes_on && number != 0 { cla | 0x10 } else { cla };
    let answer_bytes = (answer_bytes > 0).then_some(answer_bytes);
    let command = Command { cla, ins, p1, p2, data, answer_bytes, form };
    let mut out = vec![0; 320];
    let length = command.write(&mut out).unwrap();
    out.truncate(length);
    out
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Idle,
    /// Kind, request, whether the client polls, what is waited for.
    Working(Kind, Vec<u8>, bool, u8),
    /// What was not sent yet, and the last status.
    Replied(Vec<u8>, u16),
}

/// An answer: data and status.
type Said = (Vec<u8>, u16);

struct Model {
    is_selected: bool,
    chain: Option<([u8; 4], Vec<u8>)>,
    phase: Phase,
    /// The command has no answer yet; the longest it may have.
    unanswered: Option<usize>,
}

impl Model {
    fn is_working(&self) -> bool {
        matches!(self.phase, Phase::Working(..))
    }

    /// What the command makes the card want, and its answer unless that is the engine's.
    fn receive(&mut self, bytes: &[u8]) -> (Event, Option<Said>) {
        self.unanswered = None;
        let status = |word: u16| (Event::Respond, Some((vec![], word)));
        let Ok(it) = Command::read(bytes) else {
            self.chain = None;
            return status(0x6700);
        };
        let chain = self.chain.take();
        if !self.is_working() && it.ins != 0xc0 && it.ins != 0x11 {
            self.phase = Phase::Idle;
        }
        let (class, goes_on) = (it.cla & 0xef, it.cla & 0x10 != 0);
        match (class, it.ins) {
            (0x01..=0x7f | 0x81.., _) => status(0x6e00),
            (0, 0xa4) if goes_on => status(0x6884),
            (0, 0xa4) if it.p1 != 4 => status(0x6a86),
            (0, 0xa4) if it.data != APPLET => status(0x6a82),
            (0, 0xa4) => {
                let event = if self.is_working() { Event::Abandon } else { Event::Respond };
                (self.is_selected, self.phase) = (true, Phase::Idle);
                (event, Some((b"U2F_V2".to_vec(), 0x9000)))
            }
            _ if !self.is_selected => status(0x6986),
            (_, 0xc0) | (0x80, 0x11 | 0x12) if goes_on => status(0x6884),
            (_, 0xc0) => match self.phase {
                Phase::Replied(..) => self.wait(Event::Respond, &it),
                _ => status(0x6985),
            },
            (0x80, 0x11) => match self.phase {
                Phase::Idle => status(0x6985),
                Phase::Replied(..) => self.wait(Event::Respond, &it),
                Phase::Working(Kind::Cbor, ..) if it.p1 == 0x11 => self.wait(Event::Cancel, &it),
                Phase::Working(..) => self.wait(Event::Poll, &it),
            },
            (0x80, 0x12) if it.p1 != 1 => status(0x6a86),
            (0x80, 0x12) => {
                let event = if self.is_working() { Event::Abandon } else { Event::Respond };
                (self.is_selected, self.phase) = (false, Phase::Idle);
                (event, Some((vec![], 0x9000)))
            }
            (0x80, 0x10) | (0, 1..=3) if self.is_working() => status(0x6985),
            (0x80, 0x10) if it.p2 != 0 => status(0x6a86),
            (0x80, 0x10) | (0, 1..=3) => {
                let head = [class, it.ins, it.p1, it.p2];
                let (begun, mut data) = chain.unwrap_or((head, vec![]));
                data.extend_from_slice(it.data);
                // U2F is kept as an extended command: seven bytes before, two behind.
                let (before, behind) = if class == 0 { (7, 2) } else { (0, 0) };
                let whole = if goes_on || data.is_empty() { before } else { before + behind };
                match (goes_on, data.len()) {
                    _ if begun != head => status(0x6883),
                    (_, length) if whole + length > ROOM => status(0x6700),
                    (true, _) => {
                        self.chain = Some((head, data));
                        status(0x9000)
                    }
                    (false, 0) if class == 0x80 => status(0x6700),
                    _ => self.work(head, &data, &it),
                }
            }
            _ => status(0x6d00),
        }
    }

    fn work(&mut self, head: [u8; 4], data: &[u8], it: &Command<'_>) -> (Event, Option<Said>) {
        let (kind, request) = if head[0] == 0 {
            let length = (data.len() as u16).to_be_bytes();
            let behind = if data.is_empty() { &[][..] } else { &[0, 0] };
            (Kind::Msg, [&head[..], &[0], &length, data, behind].concat())
        } else {
            (Kind::Cbor, data.to_vec())
        };
        let polls = kind == Kind::Cbor && it.p1 & 0x80 != 0;
        self.phase = Phase::Working(kind, request, polls, 1);
        self.wait(Event::Request { kind }, it)
    }

    fn wait(&mut self, event: Event, it: &Command<'_>) -> (Event, Option<Said>) {
        let most = if it.form == Form::Short { 256 } else { 65536 };
        self.unanswered = Some(it.answer_bytes.unwrap_or(most));
        (event, None)
    }

    /// The answer to a command that the engine has a say in.
    fn answer(&mut self) -> Option<Said> {
        let room = self.unanswered?;
        let said = match &mut self.phase {
            Phase::Working(_, _, false, _) | Phase::Idle => return None,
            Phase::Working(.., waiting) => (vec![*waiting], 0x9100),
            Phase::Replied(left, status) => {
                let later = left.split_off(left.len().min(room));
                let now = std::mem::replace(left, later);
                match left.len() {
                    0 => {
                        let status = *status;
                        self.phase = Phase::Idle;
                        (now, status)
                    }
                    more @ 1..=255 => (now, 0x6100 + more as u16),
                    _ => (now, 0x6100),
                }
            }
        };
        self.unanswered = None;
        Some(said)
    }

    fn reply(&mut self, bytes: &[u8]) {
        self.phase = match (&self.phase, bytes) {
            (Phase::Working(Kind::Cbor, ..), _) => Phase::Replied(bytes.to_vec(), 0x9000),
            (Phase::Working(Kind::Msg, ..), [data @ .., high, low]) => {
                Phase::Replied(data.to_vec(), u16::from_be_bytes([*high, *low]))
            }
            (Phase::Working(..), _) => Phase::Replied(vec![], 0x6f00),
            _ => return,
        }
    }
}

fn said(card: &mut Device<ROOM>) -> Option<Said> {
    card.response().map(|response| (response.data.to_vec(), response.status.0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_card_says_what_the_model_says(steps in steps()) {
        let mut card = Device::new(U2f::Offered);
        let mut model =
            Model { is_selected: false, chain: None, phase: Phase::Idle, unanswered: None };
        for (number, step) in steps.iter().enumerate() {
            let mut expected = None;
            match step {
                Step::Command(which, data, answer, goes_on, fault) => {
                    let mut bytes = command(*which, *data, *answer, *goes_on);
                    match fault {
                        Some((at, Some(with))) if *at < bytes.len() => bytes[*at] = *with,
                        Some((at, None)) => bytes.truncate(*at),
                        _ => {}
                    }
                    let (event, at_once) = model.receive(&bytes);
                    prop_assert_eq!(card.receive(&bytes), event, "step {}: {:02x?}", number, bytes);
                    expected = at_once;
                }
                Step::Ask => {
                    card.keep_alive(Waiting::UserPresence);
                    if let Phase::Working(.., waiting) = &mut model.phase {
                        *waiting = 2;
                    }
                }
                Step::Reply(bytes) => {
                    card.reply_with(bytes);
                    model.reply(bytes);
                }
                Step::Reset => {
                    let event = model.is_working().then_some(Event::Abandon);
                    prop_assert_eq!(card.reset(), event);
                    (model.is_selected, model.chain, model.phase) = (false, None, Phase::Idle);
                    model.unanswered = None;
                }
            }
            let expected = expected.or_else(|| model.answer());
            prop_assert_eq!(said(&mut card), expected, "step {}: {:?}", number, step);
            let request = match &model.phase {
                Phase::Working(_, request, ..) => Some(request.clone()),
                _ => None,
            };
            prop_assert_eq!(card.job().map(|job| job.request.to_vec()), request);
        }
    }
}
