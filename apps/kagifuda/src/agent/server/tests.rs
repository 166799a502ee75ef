// SPDX-License-Identifier: MIT OR Apache-2.0
//! Serving clients that are garbage, greedy, slow or silent. One thread plays all parts, round by
//! round, with a clock that is told what time it is.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::cell::Cell;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use kagifuda_linux::socket::RuntimeDirectory;
use kagifuda_secret::SecretText;
use tempfile::TempDir;

use super::*;
use crate::agent::protocol::{Hidden, PREFIX_BYTES};

/// A desk that answers in the simplest way.
#[derive(Default)]
struct Script {
    large_answer_bytes: usize,
}

impl Desk for Script {
    fn answer(&mut self, request: Request, _: Moment) -> Reply {
        match request {
            Request::Hello { .. } => greeting("/vault".to_owned()),
            Request::Uri { .. } => Reply::Secret(Hidden::text("x".repeat(self.large_answer_bytes))),
            _ => Reply::Done,
        }
    }

    fn pass(&mut self, _: Moment) -> Next {
        Next::Within(Duration::ZERO)
    }

    fn lock(&mut self) {}
}

struct House {
    room: TempDir,
    server: Server,
    desk: Script,
    clock: Cell<Moment>,
}

impl House {
    fn new() -> Self {
        let room = tempfile::tempdir().unwrap();
        let listener = directory(room.path()).listen("agent").unwrap();
        let server = Server::new(listener, HeldSignals::that_end().unwrap());
        let start = Moment { unix_millis: 0, since_boot: Duration::from_secs(100) };
        Self { room, server, desk: Script::default(), clock: Cell::new(start) }
    }

    fn client(&mut self) -> UnixStream {
        let client = directory(self.room.path()).connect("agent").unwrap().unwrap();
        client.set_nonblocking(true).unwrap();
        self.rounds(1);
        client
    }

    /// A client that has said hello.
    fn guest(&mut self) -> UnixStream {
        let mut guest = self.client();
        send(&mut guest, &Request::Hello { protocol: PROTOCOL_VERSION });
        self.rounds(2);
        assert!(matches!(hear(&mut guest), Some(Reply::Hello { .. })));
        guest
    }

    fn rounds(&mut self, count: usize) -> Round {
        let clock = || self.clock.get();
        let rounds = (0..count).map(|_| self.server.round(&mut self.desk, &clock).unwrap());
        rounds.last().unwrap()
    }

    fn let_pass(&self, seconds: u64) {
        self.clock.set(self.clock.get().after(Duration::from_secs(seconds)));
    }

    fn is_served(&mut self, guest: &mut UnixStream) -> bool {
        send(guest, &Request::Status);
        self.rounds(2);
        matches!(hear(guest), Some(Reply::Done))
    }
}

fn directory(room: &Path) -> RuntimeDirectory {
    RuntimeDirectory::at(&room.join("kagifuda")).unwrap()
}

fn send(client: &mut UnixStream, request: &Request) {
    client.write_all(FrameBytes::of(request).unwrap().expose()).unwrap();
}

/// The reply that has arrived; `None` where there is none, or the connection is over.
fn hear(client: &mut UnixStream) -> Option<Reply> {
    let mut prefix = [0; PREFIX_BYTES];
    client.read_exact(&mut prefix).ok()?;
    let mut frame = FrameBytes::zeroed(u32::from_be_bytes(prefix) as usize);
    client.read_exact(frame.expose_mut()).ok()?;
    frame.message()
}

fn is_closed(client: &mut UnixStream) -> bool {
    match client.read(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

fn garbled(reply: Option<Reply>) -> bool {
    matches!(reply, Some(Reply::Failed(Failure::Garbled)))
}

#[test]
fn garbage_is_refused_and_others_are_served() {
    let mut house = House::new();
    let (mut garbage, mut guest) = (house.client(), house.guest());
    garbage.write_all(&[0, 0, 0, 5, 0xff, 0x00, 0x12, 0x34, 0x56]).unwrap();
    house.rounds(2);
    assert!(garbled(hear(&mut garbage)));
    assert!(is_closed(&mut garbage));
    assert!(house.is_served(&mut guest));
}

#[test]
fn a_message_with_something_behind_it_is_garbage() {
    let mut house = House::new();
    let mut client = house.client();
    let mut frame = FrameBytes::of(&Request::Hello { protocol: 1 }).unwrap().expose().to_vec();
    frame.push(0);
    frame[3] += 1;
    client.write_all(&frame).unwrap();
    house.rounds(2);
    assert!(garbled(hear(&mut client)));
}

#[test]
fn whoever_does_not_greet_is_not_served() {
    let mut house = House::new();
    let mut client = house.client();
    send(&mut client, &Request::Shutdown);
    house.rounds(2);
    assert!(garbled(hear(&mut client)));
    assert!(is_closed(&mut client));
}

#[test]
fn an_oversized_frame_is_refused_by_its_announcement_alone() {
    let mut house = House::new();
    let mut client = house.client();
    client.write_all(&u32::MAX.to_be_bytes()).unwrap();
    house.rounds(2);
    let limit = MAX_FRAME_BYTES as u64;
    let reply = hear(&mut client);
    assert!(matches!(
        reply,
        Some(Reply::Failed(Failure::FrameTooLarge { limit: told })) if told == limit
    ));
    assert!(is_closed(&mut client));
}

#[test]
fn an_answer_too_large_for_a_frame_is_a_failure_and_not_the_end() {
    let mut house = House::new();
    let mut guest = house.guest();
    house.desk.large_answer_bytes = MAX_FRAME_BYTES + 1;
    send(&mut guest, &Request::Uri { id: crate::agent::protocol::ItemId([0; 16]) });
    house.rounds(2);
    assert!(matches!(hear(&mut guest), Some(Reply::Failed(Failure::FrameTooLarge { .. }))));
    assert!(house.is_served(&mut guest));
}

#[test]
fn a_slow_client_holds_up_nobody_and_is_sent_away_in_the_end() {
    let mut house = House::new();
    let (mut slow, mut guest) = (house.guest(), house.guest());
    slow.write_all(&[0, 0]).unwrap();
    assert!(house.is_served(&mut guest));
    house.let_pass(9);
    slow.write_all(&[0]).unwrap();
    assert!(house.is_served(&mut guest));
    assert!(!is_closed(&mut slow));
    house.let_pass(1);
    house.rounds(2);
    assert!(is_closed(&mut slow), "one byte now and then does not buy more time");
    assert!(house.is_served(&mut guest));
}

#[test]
fn a_request_that_comes_byte_by_byte_in_time_is_served() {
    let mut house = House::new();
    let mut guest = house.guest();
    for byte in FrameBytes::of(&Request::Status).unwrap().expose() {
        guest.write_all(&[*byte]).unwrap();
        house.rounds(1);
    }
    house.rounds(1);
    assert!(matches!(hear(&mut guest), Some(Reply::Done)));
}

#[test]
fn a_client_that_takes_no_answer_holds_up_nobody() {
    let mut house = House::new();
    let (mut deaf, mut guest) = (house.guest(), house.guest());
    house.desk.large_answer_bytes = 4 << 20;
    send(&mut deaf, &Request::Uri { id: crate::agent::protocol::ItemId([0; 16]) });
    house.rounds(2);
    assert!(house.is_served(&mut guest));
    house.let_pass(30);
    house.rounds(1);
    assert!(house.is_served(&mut guest));
    assert!(hear(&mut deaf).is_none(), "the answer was cut off");
}

#[test]
fn a_large_answer_arrives_whole_in_pieces() {
    let mut house = House::new();
    let mut guest = house.guest();
    house.desk.large_answer_bytes = 4 << 20;
    send(&mut guest, &Request::Uri { id: crate::agent::protocol::ItemId([0; 16]) });
    let mut taken = Vec::new();
    let mut piece = vec![0; 1 << 20];
    while taken.len() < 4 << 20 {
        house.rounds(1);
        if let Ok(count) = guest.read(&mut piece) {
            taken.extend_from_slice(&piece[..count]);
        }
    }
    assert!(taken.ends_with(&[b'x'; 1024]));
    house.desk.large_answer_bytes = 0;
    house.rounds(2);
    while guest.read(&mut piece).is_ok() {}
    assert!(house.is_served(&mut guest));
}

#[test]
fn of_too_many_connections_the_quietest_goes() {
    let mut house = House::new();
    let mut first = house.guest();
    house.let_pass(1);
    let mut others: Vec<_> = (0..MAX_CONNECTIONS).map(|_| house.guest()).collect();
    assert!(is_closed(&mut first));
    assert!(others.iter_mut().all(|guest| !is_closed(guest)));
}

#[test]
fn a_frame_that_grew_carries_its_message_whole() {
    let request = Request::Uri { id: crate::agent::protocol::ItemId([7; 16]) };
    assert!(FrameBytes::of(&request).unwrap().message::<Request>().is_none(), "it has a prefix");
    let secret = SecretText::from("s3cret ".repeat(1000).as_str());
    let reply = Reply::Secret(Hidden(secret.duplicate()));
    let frame = FrameBytes::of(&reply).unwrap();
    let mut body = FrameBytes::zeroed(frame.expose().len() - PREFIX_BYTES);
    body.expose_mut().copy_from_slice(&frame.expose()[PREFIX_BYTES..]);
    assert!(matches!(body.message(), Some(Reply::Secret(Hidden(back))) if back == secret));
}
