// SPDX-License-Identifier: MIT OR Apache-2.0
//! CTAPHID, both sides: the input is a script of packets, moments and replies. Whatever comes, a
//! request stays as it was until it is replied to, what the key says has an end, and a client that is
//! shown all of it keeps its head.

use std::time::Duration;

use kagifuda_ctap::hid::{
    Capabilities, Channel, Client, Command, Device, DeviceVersion, Event, PACKET_BYTES, Packet,
    Waiting,
};

/// Heads of packets as text can spell them, and the marks of the script.
pub(crate) const DICTIONARY: &[&str] =
    &["p\u{7}", "p\u{40}", "t\u{7d}", "t\u{14}", "k", "r\u{3}", "\u{0}\u{0}\u{0}\u{1}", "c"];

/// Messages longer than a few packets find nothing more.
const ROOM: usize = 512;

pub(crate) fn run(bytes: &[u8]) {
    let version = DeviceVersion { major: 1, minor: 2, build: 3 };
    let capabilities = Capabilities::CTAP2_AND_U2F.with_wink();
    let mut talk = Talk {
        device: Device::new(version, capabilities, Channel(1)),
        client: Client::new(),
        now: Duration::ZERO,
    };
    let greeting = talk.client.greet([0; 8], talk.now);
    talk.sent(&greeting);
    let mut script = bytes;
    while let Some((mark, rest)) = script.split_first() {
        script = talk.step(*mark, rest);
    }
}

struct Talk {
    device: Device<ROOM>,
    client: Client<ROOM>,
    now: Duration,
}

impl Talk {
    /// Does one step of the script, and gives what is left of it.
    fn step<'a>(&mut self, mark: u8, rest: &'a [u8]) -> &'a [u8] {
        match mark {
            b'p' => {
                let (piece, rest) = piece(rest);
                let mut packet = [0; PACKET_BYTES];
                let used = piece.len().min(PACKET_BYTES);
                packet[..used].copy_from_slice(&piece[..used]);
                self.sent(&packet);
                rest
            }
            b'c' => {
                let (message, rest) = piece(rest);
                if let Ok(packets) = self.client.send(Command::Ping, message, self.now) {
                    for packet in packets {
                        self.sent(&packet);
                    }
                }
                rest
            }
            b't' => {
                let (units, rest) = rest.split_first().unwrap_or((&0, rest));
                self.now += Duration::from_millis(4 * u64::from(*units));
                self.drain();
                rest
            }
            b'r' => {
                let (reply, rest) = piece(rest);
                self.device.reply_with(reply);
                self.drain();
                assert!(self.device.job().is_none(), "a request that has its reply");
                rest
            }
            b'k' => {
                self.device.keep_alive(Waiting::UserPresence);
                self.drain();
                rest
            }
            _ => rest,
        }
    }

    fn sent(&mut self, packet: &Packet) {
        let before = self.request();
        let event = self.device.receive(packet, self.now);
        let after = self.request();
        match event {
            Some(Event::Request { .. }) => assert!(before.is_none() && after.is_some()),
            Some(Event::Abandon) => assert!(before.is_some() && after.is_none()),
            Some(Event::Cancel) => assert!(before.is_some() && before == after),
            Some(Event::Wink) => assert!(before.is_none() && after.is_none()),
            None => assert!(before == after, "a request changed"),
        }
        self.drain();
    }

    fn request(&mut self) -> Option<Vec<u8>> {
        self.device.job().map(|job| job.request.to_vec())
    }

    /// Shows the client everything the key has to say.
    fn drain(&mut self) {
        let mut count = 0;
        while let Some(packet) = self.device.next_packet(self.now) {
            // What was answered and who was refused does not matter here.
            let _ = self.client.receive(&packet, self.now);
            count += 1;
            assert!(count < 32, "the key talks for ever");
        }
        assert!(self.device.deadline().is_none_or(|it| it > self.now), "it forgot something");
        let _ = self.client.check(self.now);
    }
}

/// A byte of length and so much of the rest, or what there is.
fn piece(script: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = script.split_first().unwrap_or((&0, script));
    rest.split_at(usize::from(*length).min(rest.len()))
}
