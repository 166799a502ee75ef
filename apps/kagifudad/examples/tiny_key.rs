// SPDX-License-Identifier: MIT OR Apache-2.0
//! The smallest key there can be, and the smallest program that uses one, to try the way between
//! them: broker, kernel, device file.
//!
//! `tiny_key run SECONDS` plugs a key in and answers CTAPHID_INIT, CTAPHID_PING and
//! authenticatorGetInfo (CTAP 2.3, sections 11.2.9.1 and 6.4); every other message gets an error.
//! `tiny_key ping` finds a key, sends it the longest message there is and wants it back, and prints
//! how long that took. Both tell on standard output what happens, a line each.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kagifuda_linux::hid_report::Report;
use kagifuda_linux::hidraw::{self, HidrawKey, Roots};
use kagifuda_linux::uhid::{HidEvent, HidLink, KeyName, Places, Sent};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

const BROADCAST: [u8; 4] = [0xFF; 4];
const CHANNEL: [u8; 4] = [0, 0, 0, 1];
const FIRST_BYTES: usize = 57;
const NEXT_BYTES: usize = 59;
/// 57 bytes in the first report and 59 in each of 128 that follow.
const LONGEST_BYTES: usize = FIRST_BYTES + 128 * NEXT_BYTES;

const PING: u8 = 0x81;
const INIT: u8 = 0x86;
const CBOR: u8 = 0x90;
const ERROR: u8 = 0xBF;

/// `{1: ["FIDO_2_0"], 3: <16 zero bytes>}`.
const GET_INFO: [u8; 31] = *b"\x00\xA2\x01\x81\x68FIDO_2_0\x03\x50\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["run", seconds] => seconds.parse().map_err(Into::into).and_then(run),
        ["ping"] => ping(),
        _ => Err("usage: tiny_key run SECONDS | tiny_key ping".into()),
    };
    if let Err(why) = outcome {
        eprintln!("tiny_key: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn say(line: &str) {
    println!("{line}");
    let _ = std::io::stdout().flush();
}

fn run(seconds: u64) -> Outcome {
    let mut link = HidLink::plug(&KeyName::with_label("tiny"), &Places::default())?;
    say(&format!("plugged in by {:?}", link.plugger()));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut coming = Message::default();
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        let timeout = Timespec::try_from(left)?;
        poll(&mut [PollFd::new(&link, PollFlags::IN)], Some(&timeout))?;
        while let Some(event) = link.receive()? {
            match event {
                HidEvent::Report(report) => {
                    if coming.take(&report) {
                        answer(&mut link, &coming)?;
                    }
                }
                HidEvent::Node(number) => say(&format!("node /dev/hidraw{number}")),
                HidEvent::Started => say("started"),
                HidEvent::Stopped => say("stopped"),
                HidEvent::Opened => say("opened"),
                HidEvent::Closed => say("closed"),
            }
        }
    }
    Ok(())
}

fn answer(link: &mut HidLink, asked: &Message) -> Outcome {
    let (command, data) = match (asked.command, asked.data.as_slice()) {
        (INIT, nonce) => {
            // Nonce, channel, protocol 2, device 1.0.0, capabilities: CBOR and no MSG.
            let rest: &[u8] = &[2, 1, 0, 0, 0x0C];
            (INIT, [nonce, &CHANNEL, rest].concat())
        }
        (PING, data) => (PING, data.to_vec()),
        (CBOR, [4]) => (CBOR, GET_INFO.to_vec()),
        _ => (ERROR, vec![1]),
    };
    for report in reports(asked.channel, command, &data) {
        while let Sent::NotBefore(wait) = link.send(&report)? {
            std::thread::sleep(wait);
        }
    }
    Ok(())
}

fn ping() -> Outcome {
    let keys = hidraw::keys(&Roots::default())?;
    let node = keys.first().ok_or("no key is plugged in")?;
    say(&format!("{} {:?} {:?}", node.path.display(), node.name, node.usability));
    let mut key = HidrawKey::open(node)?;
    let init = ask(&mut key, BROADCAST, INIT, &[7; 8])?;
    let channel = *init.get(8..).and_then(<[u8]>::first_chunk).ok_or("a short answer")?;
    let long: Vec<u8> = (0..LONGEST_BYTES).map(|place| place.to_le_bytes()[0]).collect();
    let start = Instant::now();
    if ask(&mut key, channel, PING, &long)? != long {
        return Err("what came back is not what was sent".into());
    }
    say(&format!("{LONGEST_BYTES} bytes there and back in {} ms", start.elapsed().as_millis()));
    Ok(())
}

fn ask(
    key: &mut HidrawKey,
    channel: [u8; 4],
    command: u8,
    data: &[u8],
) -> Result<Vec<u8>, Box<dyn Error>> {
    for report in reports(channel, command, data) {
        key.send(&report)?;
    }
    let mut coming = Message::default();
    loop {
        let report = key.receive_within(Duration::from_secs(10))?.ok_or("no answer")?;
        if coming.take(&report) {
            return Ok(coming.data);
        }
    }
}

/// A message as reports.
fn reports(channel: [u8; 4], command: u8, data: &[u8]) -> Vec<Report> {
    let [_, _, .., high, low] = data.len().to_be_bytes();
    let (first, rest) = data.split_at(data.len().min(FIRST_BYTES));
    let head = (vec![command, high, low], first);
    let tail = rest.chunks(NEXT_BYTES).zip(0_u8..).map(|(part, number)| (vec![number], part));
    let report = |(start, part): (Vec<u8>, &[u8])| {
        let mut report = [0; 64];
        let bytes = [&channel[..], &start, part].concat();
        report[..bytes.len()].copy_from_slice(&bytes);
        report
    };
    std::iter::once(head).chain(tail).map(report).collect()
}

/// A message that is coming in, from one program at a time.
#[derive(Default)]
struct Message {
    channel: [u8; 4],
    command: u8,
    bytes: usize,
    data: Vec<u8>,
}

impl Message {
    /// Takes a report; tells whether the message is whole.
    fn take(&mut self, report: &Report) -> bool {
        let [a, b, c, d, command, high, low, first @ ..] = report;
        if command & 0x80 != 0 {
            let bytes = usize::from(u16::from_be_bytes([*high, *low]));
            *self = Self { channel: [*a, *b, *c, *d], command: *command, bytes, data: Vec::new() };
            self.data.extend(first);
        } else {
            self.data.extend(&report[5..]);
        }
        let is_whole = self.data.len() >= self.bytes;
        self.data.truncate(self.bytes);
        is_whole
    }
}
