// SPDX-License-Identifier: MIT OR Apache-2.0
//! A bus of a test's own, and how a test serves at it.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::future::poll_fn;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};

use futures_core::Stream as _;
use zbus::message::Type;
use zbus::{Connection, Message, MessageStream, connection};

/// Set where a test that needs a system package must not be left out.
const INSIST: &str = "KAGIFUDA_INSIST";

/// A bus that ends with the test.
pub(crate) struct Bus {
    daemon: Child,
    /// Where it is.
    pub(crate) address: String,
}

impl Bus {
    /// Starts one, where one is installed.
    pub(crate) fn start() -> Option<Self> {
        Self::listening_at("unix:tmpdir=/tmp")
    }

    /// Starts one at an address.
    pub(crate) fn listening_at(address: &str) -> Option<Self> {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        command.arg(format!("--address={address}"));
        Self::by(command)
    }

    /// Starts one by a command that prints where it is.
    pub(crate) fn by(mut command: Command) -> Option<Self> {
        let mut daemon = started(command.stdout(Stdio::piped()), "dbus-daemon")?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { daemon, address: address.trim().to_owned() })
    }
}

/// Starts what a Debian package has; where it is not installed the test is left out, which is said past libtest, that
/// shows nothing of a test that passes. `cargo xtask test` installs it and insists on it.
pub(crate) fn started(command: &mut Command, package: &str) -> Option<Child> {
    match command.spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(std::env::var_os(INSIST).is_none(), "{package} is not installed");
            let test = std::thread::current().name().unwrap_or_default().to_owned();
            let told = format!("LEFT OUT, no {package} (Debian: {package}): {test}\n");
            std::io::stderr().write_all(told.as_bytes()).unwrap();
            None
        }
        Err(error) => panic!("{package}: {error}"),
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A connection to the bus at an address.
pub(crate) async fn connect(address: &str) -> Connection {
    connection::Builder::address(address).build().await.unwrap()
}

/// Takes the name of a service; what it is asked comes out of the stream.
pub(crate) fn take_name(address: &str, service: &str) -> (Connection, MessageStream) {
    zbus::block_on(async {
        let connection = connect(address).await;
        // Listening begins before anybody can find the service.
        let messages = MessageStream::from(&connection);
        connection.request_name(service).await.unwrap();
        (connection, messages)
    })
}

/// The next call; `None` when the bus has ended.
pub(crate) async fn next_call(messages: &mut MessageStream) -> Option<Message> {
    loop {
        let message = poll_fn(|cx| Pin::new(&mut *messages).poll_next(cx)).await?.ok()?;
        if message.header().message_type() == Type::MethodCall {
            return Some(message);
        }
    }
}
