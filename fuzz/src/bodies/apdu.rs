// SPDX-License-Identifier: MIT OR Apache-2.0
//! APDUs, both sides: the input is a script of commands, replies and answers of a strange card. Every
//! command has one answer, what is read as a command is written as one that reads the same, and a
//! client never sends without end what a card never ends.

use kagifuda_ctap::apdu::{Command, Device, Event, Exchange, Form, Progress, StatusWord, U2f};
use kagifuda_ctap::hid::{Kind, Waiting};

/// Heads of commands as text can spell them, and the marks of the script.
pub(crate) const DICTIONARY: &[&str] = &[
    "c\u{0}\u{5}",
    "c\u{1}\u{0}",
    "r\u{0}\u{2}",
    "a\u{0}\u{2}",
    "k",
    "z",
    "\u{0}\u{3}\u{0}\u{0}",
    "a\u{0}",
];

/// Longer messages find nothing more.
const ROOM: usize = 512;

pub(crate) fn run(bytes: &[u8]) {
    survives(bytes);
    let request = [1; 300];
    let mut card = Device::<ROOM>::new(U2f::Offered);
    let mut exchange =
        Exchange::<ROOM>::request(Kind::Cbor, &request, Form::Short).expect("a short request");
    let mut script = bytes;
    while let Some((mark, rest)) = script.split_first() {
        script = rest;
        match mark {
            b'c' => received(&mut card, piece(&mut script)),
            b'r' => {
                card.reply_with(piece(&mut script));
                assert!(card.job().is_none(), "a request that has its reply");
                let _ = card.response();
            }
            b'k' => card.keep_alive(Waiting::UserPresence),
            b'z' => {
                let _ = card.reset();
            }
            b'a' => answered(&mut exchange, piece(&mut script)),
            _ => {}
        }
    }
}

fn survives(bytes: &[u8]) {
    let Ok(command) = Command::read(bytes) else { return };
    let mut out = vec![0; bytes.len()];
    let length = command.write(&mut out).expect("no longer than it was");
    assert!(Command::read(&out[..length]) == Ok(command), "a command changed on its way");
}

fn received(card: &mut Device<ROOM>, command: &[u8]) {
    survives(command);
    let before = card.job().map(|job| job.request.to_vec());
    let event = card.receive(command);
    let after = card.job().map(|job| job.request.to_vec());
    match event {
        Event::Request { .. } => {
            assert!(before.is_none() && after.is_some_and(|it| !it.is_empty()))
        }
        Event::Abandon => assert!(before.is_some() && after.is_none()),
        Event::Poll | Event::Cancel => assert!(before.is_some() && before == after),
        Event::Respond => assert!(before == after, "a request changed"),
    }
    let is_the_engines = matches!(event, Event::Request { .. } | Event::Poll | Event::Cancel);
    match card.response() {
        Some(response) => {
            let is_update = response.status == StatusWord::STATUS_UPDATE;
            assert!(is_update || !is_the_engines, "an answer the engine did not give");
            assert!(card.response().is_none(), "a second answer");
        }
        None => assert!(is_the_engines, "no answer"),
    }
}

fn answered(exchange: &mut Exchange<'_, ROOM>, answer: &[u8]) {
    let mut wire = [0; 261];
    if exchange.command(&mut wire).is_err() {
        return;
    }
    match exchange.receive(answer) {
        Ok(Progress::Done(_)) | Err(_) => {
            assert!(exchange.command(&mut wire).is_err(), "an exchange that is over goes on");
        }
        Ok(Progress::Waiting(_)) => exchange.cancel(),
        Ok(Progress::More) => {}
    }
}

/// Two bytes of length and so much of the script, or what there is.
fn piece<'a>(script: &mut &'a [u8]) -> &'a [u8] {
    let (length, rest) = match **script {
        [high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), &script[2..]),
        _ => (0, *script),
    };
    let (piece, rest) = rest.split_at(length.min(rest.len()));
    *script = rest;
    piece
}
