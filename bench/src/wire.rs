// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key that is plugged in at a port of loopback, and the platform at the other end.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use kagifuda_ctap::hid::{Answer, Client, Command, MAX_MESSAGE_BYTES};

use crate::home::Home;

/// How long a key has to appear, and to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key over a vault, with its button held down, and a program that has it open.
pub(crate) struct Wire {
    key: Child,
    socket: UdpSocket,
    client: Box<Client<MAX_MESSAGE_BYTES>>,
    begun: Instant,
}

impl Wire {
    /// Plugs the key in.
    pub(crate) fn plug(home: &Home<'_>) -> Self {
        let loopback = (Ipv4Addr::LOCALHOST, 0);
        let port_of =
            |socket: std::io::Result<std::net::SocketAddr>| socket.expect("a port").port();
        let udp = port_of(UdpSocket::bind(loopback).expect("a port is free").local_addr());
        let control = port_of(TcpListener::bind(loopback).expect("a port is free").local_addr());
        let mut command = home.command();
        command.args(["key", "run", "--udp", &udp.to_string(), "--control", &control.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let key = command.spawn().expect("the program starts");
        let socket = UdpSocket::bind(loopback).expect("a port is free");
        socket.connect((Ipv4Addr::LOCALHOST, udp)).expect("loopback");
        let begun = Instant::now();
        let mut wire = Self { key, socket, client: Box::new(Client::new()), begun };
        wire.greet();
        hold_button(control);
        wire
    }

    fn greet(&mut self) {
        let greeting = self.client.greet([7; 8], self.begun.elapsed());
        self.socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
        loop {
            assert!(self.begun.elapsed() < PATIENCE, "the key does not appear");
            let mut report = [0; 64];
            if self.socket.send(&greeting).is_ok() && self.socket.recv(&mut report).is_ok() {
                let answer = self.client.receive(&report, self.begun.elapsed());
                assert!(matches!(answer, Ok(Some(Answer::Greeting(_)))), "the key greets");
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    }

    /// Sends a request; its answer, and in how many reports both went.
    pub(crate) fn ask(&mut self, request: &[u8]) -> (Vec<u8>, usize) {
        let now = self.begun.elapsed();
        let mut reports = 0;
        for packet in self.client.send(Command::Cbor, request, now).expect("a channel") {
            self.socket.send(&packet).expect("the key listens");
            reports += 1;
        }
        loop {
            let mut report = [0; 64];
            self.socket.recv(&mut report).expect("the key answers");
            reports += 1;
            match self.client.receive(&report, self.begun.elapsed()).expect("an answer in order") {
                Some(Answer::Message(answer)) => return (answer.to_vec(), reports),
                // A keep-alive is no part of the answer.
                Some(_) => reports -= 1,
                None => {}
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Our own process, by its number.
        let _ = std::process::Command::new("kill").arg(self.key.id().to_string()).status();
        let _ = self.key.wait();
    }
}

fn hold_button(control: u16) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, control)).expect("the controls");
    stream.write_all(b"GET /usb1/touch/on HTTP/1.1\r\n\r\n").expect("the controls listen");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the controls answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
