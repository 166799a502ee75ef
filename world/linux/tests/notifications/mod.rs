// SPDX-License-Identifier: MIT OR Apache-2.0
//! A bus of a test's own, and at it a notification service that the test plays.

use std::future::poll_fn;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use futures_core::Stream as _;
use zbus::message::Type;
use zbus::{Connection, MessageStream, connection};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Set where a test that needs a system package must not be left out.
const INSIST: &str = "KAGIFUDA_INSIST";

/// A bus that ends with the test.
pub(crate) struct Bus {
    daemon: Child,
    /// Where it is.
    pub(crate) address: String,
}

impl Bus {
    /// Starts one; where no bus is installed the test is left out, which is said past libtest, that shows nothing
    /// of a test that passes. `cargo xtask test` installs one and insists on it.
    pub(crate) fn start() -> Option<Self> {
        Self::listening_at("unix:tmpdir=/tmp")
    }

    /// Starts one at an address.
    pub(crate) fn listening_at(address: &str) -> Option<Self> {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--address={address}"))
            .stdout(Stdio::piped())
            .spawn();
        let mut daemon = match started {
            Ok(daemon) => daemon,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                assert!(std::env::var_os(INSIST).is_none(), "dbus-daemon is not installed");
                let test = std::thread::current().name().unwrap_or_default().to_owned();
                let told = format!("LEFT OUT, no dbus-daemon (Debian: dbus-daemon): {test}\n");
                std::io::stderr().write_all(told.as_bytes()).unwrap();
                return None;
            }
            Err(error) => panic!("dbus-daemon: {error}"),
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { daemon, address: address.trim().to_owned() })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What a notification service was asked to show or to take back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Show { title: String, text: String, buttons: Vec<String> },
    TakeBack(u32),
}

/// A service that knows these capabilities, answers each notification with `id`, and tells its orders.
pub(crate) fn serve(bus: &Bus, can: &'static [&'static str]) -> (Connection, Receiver<Order>) {
    let (told, orders) = channel();
    let builder = connection::Builder::address(bus.address.as_str());
    let (connection, messages) = zbus::block_on(async {
        let connection = builder.build().await.unwrap();
        // Listening begins before anybody can find the service.
        let messages = MessageStream::from(&connection);
        connection.request_name(SERVICE).await.unwrap();
        (connection, messages)
    });
    let answering = connection.clone();
    std::thread::spawn(move || zbus::block_on(answer(answering, messages, can, told)));
    (connection, orders)
}

async fn answer(
    connection: Connection,
    mut messages: MessageStream,
    can: &[&str],
    told: Sender<Order>,
) {
    let mut shown = 40_u32;
    while let Some(Ok(message)) = poll_fn(|cx| Pin::new(&mut messages).poll_next(cx)).await {
        let header = message.header();
        if header.message_type() != Type::MethodCall {
            continue;
        }
        let body = message.body();
        match header.member().unwrap().as_str() {
            "GetCapabilities" => connection.reply(&header, &can).await.unwrap(),
            "Notify" => {
                type Body<'a> = (
                    &'a str,
                    u32,
                    &'a str,
                    &'a str,
                    &'a str,
                    Vec<&'a str>,
                    std::collections::HashMap<&'a str, zbus::Variant<'a>>,
                    i32,
                );
                let (_, _, _, title, text, buttons, hints, _): Body<'_> =
                    body.deserialize().unwrap();
                assert!(hints.contains_key("urgency") && hints.contains_key("transient"));
                shown += 1;
                connection.reply(&header, &shown).await.unwrap();
                let buttons = buttons.into_iter().map(str::to_owned).collect();
                let (title, text) = (title.to_owned(), text.to_owned());
                told.send(Order::Show { title, text, buttons }).unwrap();
            }
            "CloseNotification" => {
                connection.reply(&header, &()).await.unwrap();
                let _ = told.send(Order::TakeBack(body.deserialize().unwrap()));
            }
            other => panic!("{other} is not asked for"),
        }
    }
}

/// Tells everybody something about a notification.
pub(crate) fn signal<B: zbus::export::serde::Serialize + zbus::DynamicType>(
    service: &Connection,
    member: &str,
    body: &B,
) {
    zbus::block_on(service.emit_signal(None::<&str>, OBJECT, SERVICE, member, body)).unwrap();
}

/// The next order that the service got.
pub(crate) fn next(orders: &Receiver<Order>) -> Order {
    orders.recv_timeout(Duration::from_secs(20)).unwrap()
}
