// SPDX-License-Identifier: MIT OR Apache-2.0
//! The smallest smart card there can be, and the smallest program that uses one, to try the way
//! between them: virtual reader, `pcscd`, library.
//!
//! `tiny_card run SECONDS` lies in the virtual reader and answers the selection of the FIDO applet
//! with `U2F_V2` (CTAP 2.3, section 11.3.3), and every other command with "not allowed".
//! `tiny_card ask` selects that applet on every card there is and prints what it answers.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kagifuda_linux::pcsc::vpcd::{CardRequest, PORT, Reader};
use kagifuda_linux::pcsc::{Card, readers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A card that needs no contacts, speaks T=1, and says no more than that; the last byte is the
/// exclusive-or of those after the first (ISO 7816-3, section 8.2.5).
const ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];
const SELECT_FIDO: [u8; 14] =
    [0x00, 0xA4, 0x04, 0x00, 0x08, 0xA0, 0x00, 0x00, 0x06, 0x47, 0x2F, 0x00, 0x01, 0x00];
const NOT_ALLOWED: [u8; 2] = [0x69, 0x86];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["run", seconds] => seconds.parse().map_err(Into::into).and_then(run),
        ["ask"] => ask(),
        _ => Err("usage: tiny_card run SECONDS | tiny_card ask".into()),
    };
    if let Err(why) = outcome {
        eprintln!("tiny_card: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run(seconds: u64) -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::insert_at(PORT)?;
    let end = Instant::now() + Duration::from_secs(seconds);
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        let timeout = Timespec::try_from(left)?;
        poll(&mut [PollFd::new(&reader, PollFlags::IN)], Some(&timeout))?;
        while let Some(request) = reader.receive()? {
            match request {
                CardRequest::GetAtr => reader.answer(&ATR)?,
                CardRequest::Command(command) if command.starts_with(&SELECT_FIDO[..13]) => {
                    reader.answer(b"U2F_V2\x90\x00")?;
                }
                CardRequest::Command(_) => reader.answer(&NOT_ALLOWED)?,
                CardRequest::PowerOn | CardRequest::PowerOff | CardRequest::Reset => {}
            }
        }
    }
    Ok(())
}

fn ask() -> Result<(), Box<dyn Error>> {
    for name in readers()? {
        match Card::connect(&name).and_then(|card| card.transmit(&SELECT_FIDO)) {
            Ok(answer) => println!("{name}: {}", answer.escape_ascii()),
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}
