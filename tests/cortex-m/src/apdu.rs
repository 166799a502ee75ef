// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays a talk between a reader and a card (`apdu-*.txt`) to the card's side, and reads and writes the commands of
//! `apdu-command-*.txt`.

use kagifuda_ctap::apdu::{Command, Device, Event, Form, StatusWord, U2f};
use kagifuda_ctap::hid::{Kind, Waiting};

use crate::transcript::{Bytes, Fault, Line, bytes, event, lines, same};

/// The longest answer: 1024 bytes of room, and the status.
const ANSWER_BYTES: usize = 1026;

struct Stage {
    card: Device<1024>,
    event: Event,
}

/// Plays a talk.
pub(crate) fn talk(text: &str) -> Result<(), Fault> {
    let mut stage = Stage { card: Device::new(U2f::Offered), event: Event::Respond };
    let (lines, end) = lines(text);
    for line in lines {
        stage.act(line).map_err(|what| line.fault(what))?;
    }
    stage.is_done().map_err(|what| Fault { line: end, what })
}

impl Stage {
    /// What the card has to say now.
    fn answer(&mut self) -> Option<Bytes> {
        let mut out = [0; ANSWER_BYTES];
        let length = self.card.response()?.write(&mut out)?;
        Bytes::from_slice(&out[..length]).ok()
    }

    fn is_silent(&mut self) -> Result<(), &'static str> {
        if self.answer().is_none() { Ok(()) } else { Err("an answer that is not written") }
    }

    fn is_done(&mut self) -> Result<(), &'static str> {
        self.is_silent()?;
        if self.event == Event::Respond { Ok(()) } else { Err("an event that is not written") }
    }

    fn act(&mut self, line: Line<'_>) -> Result<(), &'static str> {
        let value = line.value;
        match line.field {
            "u2f" if value == "off" => self.card.set_u2f(U2f::Off),
            "u2f" => self.card.set_u2f(U2f::Offered),
            "select" => {
                self.card.receive(&bytes("00a40400 08 a0000006472f0001")?);
                self.answer().ok_or("no version")?;
            }
            "reader" => {
                self.is_done()?;
                self.event = self.card.receive(&bytes(value)?);
            }
            "event" => return self.happened(value),
            "card" => return same(&self.answer().ok_or("silence")?, value),
            "silence" => return self.is_silent(),
            "waiting" if value == "presence" => self.card.keep_alive(Waiting::UserPresence),
            "waiting" => self.card.keep_alive(Waiting::Processing),
            "reply" => self.card.reply_with(&bytes(value)?),
            "fail" => {
                let status = bytes(value)?;
                let status = <[u8; 2]>::try_from(status.as_slice()).map_err(|_| "no status")?;
                self.card.fail(StatusWord(u16::from_be_bytes(status)));
            }
            "reset" => {
                let event = (value == "abandon").then_some(Event::Abandon);
                if self.card.reset() != event {
                    return Err("another event");
                }
            }
            _ => return Err("no such field"),
        }
        Ok(())
    }

    fn happened(&mut self, value: &str) -> Result<(), &'static str> {
        let (written, request) = event(value);
        let found = match core::mem::replace(&mut self.event, Event::Respond) {
            Event::Request { kind: Kind::Cbor } => "request cbor",
            Event::Request { kind: Kind::Msg } => "request msg",
            Event::Poll => "poll",
            Event::Cancel => "cancel",
            Event::Abandon => "abandon",
            Event::Respond => "nothing",
        };
        if found != written {
            return Err("another event");
        }
        if found.starts_with("request") {
            return same(self.card.job().ok_or("no request at work")?.request, request);
        }
        Ok(())
    }
}

/// A command, and what it is read as.
#[derive(Default)]
struct Record<'t> {
    command: Option<&'t str>,
    data: &'t str,
    answer: &'t str,
    form: &'t str,
    written: Option<&'t str>,
}

/// Reads the commands in every form and writes them again.
pub(crate) fn forms(text: &str) -> Result<(), Fault> {
    let (lines, end) = lines(text);
    let mut record = Record::default();
    let mut count = 0;
    for line in lines {
        match line.field {
            "" => {
                count += 1;
                record.check().map_err(|what| line.fault(what))?;
                record = Record::default();
            }
            "command" => record.command = Some(line.value),
            "data" => record.data = line.value,
            "answer" => record.answer = line.value,
            "form" => record.form = line.value,
            "written" => record.written = Some(line.value),
            _ => return Err(line.fault("no such field")),
        }
    }
    record.check().map_err(|what| Fault { line: end, what })?;
    if count == 0 { Err(Fault { line: end, what: "no forms" }) } else { Ok(()) }
}

impl Record<'_> {
    fn check(&self) -> Result<(), &'static str> {
        let text = self.command.ok_or("no command")?;
        let wire = bytes(text)?;
        let command = Command::read(&wire).map_err(|_| "it is not read")?;
        if [command.cla, command.ins, command.p1, command.p2] != wire[..4] {
            return Err("another head");
        }
        same(command.data, self.data)?;
        let answer = match self.answer {
            "unsaid" => None,
            number => Some(number.parse().map_err(|_| "no number")?),
        };
        if command.answer_bytes != answer {
            return Err("another answer wanted");
        }
        if command.form != (if self.form == "short" { Form::Short } else { Form::Extended }) {
            return Err("another form");
        }
        let mut out = [0; 300];
        let length = command.write(&mut out).ok_or("it is not written")?;
        same(&out[..length], self.written.unwrap_or(text))?;
        if (0..length).any(|room| command.write(&mut out[..room]).is_some()) {
            return Err("written where there is no room");
        }
        Ok(())
    }
}

/// Demands that none of the lines is a command.
pub(crate) fn lengths(text: &str) -> Result<(), Fault> {
    let (lines, end) = lines(text);
    let mut count = 0;
    for line in lines {
        count += 1;
        let wire = bytes(line.value).map_err(|what| line.fault(what))?;
        if Command::read(&wire) != Err(StatusWord::WRONG_LENGTH) {
            return Err(line.fault("it is read"));
        }
    }
    if count == 0 { Err(Fault { line: end, what: "no commands" }) } else { Ok(()) }
}
