// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reports to the key and back, as datagrams on loopback, in the place of libwebauthn's hidraw file.

use std::net::{Ipv4Addr, UdpSocket};

use libwebauthn::transport::hid::HidPipeBackend;
use libwebauthn::transport::hid::framing::{
    HidCommand, HidMessage, HidMessageParser, HidMessageParserState,
};

use crate::PATIENCE;

/// Bytes in a report.
const REPORT_BYTES: usize = 64;
/// Where the answer to INIT says what the key can do, and the bit that it knows CTAP2 by (CTAP 2.3 section 11.2.9.1.3).
const CAPABILITIES: usize = 16;
const KNOWS_CBOR: u8 = 0x04;

/// A way to the key.
#[derive(Debug)]
pub(crate) struct Pipe {
    socket: UdpSocket,
    hides_ctap2: bool,
}

impl Pipe {
    /// Connects to the key's port.
    pub(crate) fn to(port: u16) -> Self {
        let loopback = Ipv4Addr::LOCALHOST;
        let socket = UdpSocket::bind((loopback, 0)).expect("a socket");
        socket.connect((loopback, port)).expect("a port of loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("some time");
        Self { socket, hides_ctap2: false }
    }

    /// Makes the key seem one that knows U2F only.
    pub(crate) fn hiding_ctap2(self) -> Self {
        Self { hides_ctap2: true, ..self }
    }
}

impl HidPipeBackend for Pipe {
    fn send(&mut self, message: &HidMessage) {
        for mut report in message.packets(REPORT_BYTES).expect("a message that fits") {
            report.resize(REPORT_BYTES, 0);
            self.socket.send(&report).expect("the key takes reports");
        }
    }

    fn recv(&mut self) -> HidMessage {
        let mut parser = HidMessageParser::new();
        loop {
            let mut report = [0; REPORT_BYTES];
            let length = self.socket.recv(&mut report).expect("the key answers in time");
            assert_eq!(length, REPORT_BYTES, "a report is whole");
            let state = parser.update(&report).expect("reports in order");
            if let HidMessageParserState::Done = state {
                break;
            }
        }
        let mut message = parser.message().expect("a whole message");
        if self.hides_ctap2 && message.cmd == HidCommand::Init {
            message.payload[CAPABILITIES] &= !KNOWS_CBOR;
        }
        message
    }
}
