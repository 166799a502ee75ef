// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays a talk between programs and a key (`hid-*.txt`) to the key's side of CTAPHID.

use core::time::Duration;

use heapless::Deque;
use kagifuda_ctap::hid::{
    Capabilities, Channel, Device, DeviceVersion, ErrorCode, Event, Kind, Packet, Waiting,
};

use crate::transcript::{Fault, Line, bytes, event, lines, same};

/// More packets than the longest reply in 1024 bytes of room and all notes beside it.
const PACKETS: usize = 32;

struct Stage {
    device: Device<1024>,
    now: Duration,
    sent: Deque<Packet, PACKETS>,
    event: Option<Event>,
}

/// Plays it.
pub(crate) fn talk(text: &str) -> Result<(), Fault> {
    let mut stage = Stage::new(0x05, 0x100);
    let (lines, end) = lines(text);
    for line in lines {
        stage.go_on(line).map_err(|what| line.fault(what))?;
    }
    stage.is_done().map_err(|what| Fault { line: end, what })
}

fn packet(text: &str) -> Result<Packet, &'static str> {
    let mut packet = [0; 64];
    let bytes = bytes(text)?;
    packet.get_mut(..bytes.len()).ok_or("longer than a packet")?.copy_from_slice(&bytes);
    Ok(packet)
}

impl Stage {
    fn new(capabilities: u8, first: u32) -> Self {
        let version = DeviceVersion { major: 3, minor: 4, build: 5 };
        let device = Device::new(version, Capabilities::from_byte(capabilities), Channel(first));
        Self { device, now: Duration::ZERO, sent: Deque::new(), event: None }
    }

    fn go_on(&mut self, line: Line<'_>) -> Result<(), &'static str> {
        match line.field {
            "event" => self.happened(line.value),
            "key" => {
                let sent = self.sent.pop_front().ok_or("silence")?;
                if sent == packet(line.value)? { Ok(()) } else { Err("another packet") }
            }
            field => {
                self.is_done()?;
                self.act(field, line.value)?;
                self.drain()
            }
        }
    }

    fn is_done(&self) -> Result<(), &'static str> {
        if self.event.is_some() {
            Err("an event before it that is not written")
        } else if !self.sent.is_empty() {
            Err("a packet before it that is not written")
        } else {
            Ok(())
        }
    }

    fn drain(&mut self) -> Result<(), &'static str> {
        while let Some(packet) = self.device.next_packet(self.now) {
            self.sent.push_back(packet).map_err(|_| "more packets than there is room for")?;
        }
        Ok(())
    }

    fn act(&mut self, field: &str, value: &str) -> Result<(), &'static str> {
        match field {
            "channels" => {
                for _ in 0..value.parse().map_err(|_| "no number")? {
                    self.device.receive(&packet("ffffffff 86 0008")?, self.now);
                    self.device.next_packet(self.now).ok_or("no greeting")?;
                }
            }
            "first-channel" => {
                let first = u32::from_str_radix(value, 16).map_err(|_| "no channel")?;
                *self = Self::new(0x05, first);
            }
            "capabilities" => {
                let byte = u8::from_str_radix(value, 16).map_err(|_| "no flags")?;
                self.device.set_capabilities(Capabilities::from_byte(byte));
            }
            "at" => {
                self.now = Duration::from_millis(value.parse().map_err(|_| "no time")?);
            }
            "host" => self.event = self.device.receive(&packet(value)?, self.now),
            "waiting" if value == "presence" => self.device.keep_alive(Waiting::UserPresence),
            "waiting" => self.device.keep_alive(Waiting::Processing),
            "reply" => self.device.reply_with(&bytes(value)?),
            "fail" => {
                let byte = *bytes(value)?.first().ok_or("no error")?;
                self.device.fail(ErrorCode::from_byte(byte));
            }
            _ => return Err("no such field"),
        }
        Ok(())
    }

    fn happened(&mut self, value: &str) -> Result<(), &'static str> {
        let (written, request) = event(value);
        let found = match self.event.take() {
            Some(Event::Request { kind: Kind::Cbor, .. }) => "request cbor",
            Some(Event::Request { kind: Kind::Msg, .. }) => "request msg",
            Some(Event::Cancel) => "cancel",
            Some(Event::Abandon) => "abandon",
            Some(Event::Wink) => "wink",
            None => "nothing",
        };
        if found != written {
            return Err("another event");
        }
        if found.starts_with("request") {
            return same(self.device.job().ok_or("no request at work")?.request, request);
        }
        Ok(())
    }
}
