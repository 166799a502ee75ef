// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key's button and plug as HTTP on loopback, for suites that drive a key by program: `GET
//! /usbN/touch/on|off` and `GET /usbN/power/on|off`. Every answer, also to `GET /`, says whether the key
//! is plugged in and how often it was, as `on 2`.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::fault::Fault;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a request turned.
pub(super) enum Turned {
    /// The button.
    Touch(bool),
    /// The plug.
    Power(bool),
}

/// The controls.
pub(super) struct Control {
    listener: TcpListener,
    is_on: bool,
    /// How often it was plugged in.
    count: u32,
}

impl Control {
    /// Listens on a port of loopback.
    pub(super) fn listen(port: u16) -> Result<Self, Fault> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(Fault::Output)?;
        listener.set_nonblocking(true).map_err(Fault::Output)?;
        Ok(Self { listener, is_on: true, count: 1 })
    }

    /// The next thing that was turned; `None` where nobody asks.
    pub(super) fn next(&mut self) -> Result<Option<Turned>, Fault> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if let Some(turned) = self.serve(stream) {
                        return Ok(Some(turned));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(Fault::Output(error)),
            }
        }
    }

    /// Answers one request. A connection that breaks turned nothing.
    fn serve(&mut self, mut stream: TcpStream) -> Option<Turned> {
        stream.set_nonblocking(false).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut head = Vec::new();
        let mut buffer = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 8192 {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => head.extend_from_slice(&buffer[..count]),
            }
        }
        let head = String::from_utf8_lossy(&head);
        let path = head.split(' ').nth(1).unwrap_or_default();
        let words: Vec<&str> = path.split('/').skip(2).collect();
        let turned = match words.as_slice() {
            ["touch", "on"] => Some(Turned::Touch(true)),
            ["touch", "off"] => Some(Turned::Touch(false)),
            ["power", "on"] => Some(Turned::Power(true)),
            ["power", "off"] => Some(Turned::Power(false)),
            _ => None,
        };
        if let Some(Turned::Power(is_on)) = turned {
            self.count += u32::from(is_on && !self.is_on);
            self.is_on = is_on;
        }
        let state = format!("{} {}\n", if self.is_on { "on" } else { "off" }, self.count);
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length";
        let _ = stream.write_all(format!("{head}: {}\r\n\r\n{state}", state.len()).as_bytes());
        turned
    }
}

impl AsFd for Control {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}
