// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions at a desktop: a bus of its own, and at it a notification service that a test plays.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream as _;
use kagifuda_linux::desktop::{Desktop, Notice, Question, Said};
use zbus::message::Type;
use zbus::{Connection, MessageStream, connection};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// A bus that ends with the test.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .args(["--address=unix:tmpdir=/tmp"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon (Debian: dbus-daemon) is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
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
enum Order {
    Show { title: String, text: String, buttons: Vec<String> },
    TakeBack(u32),
}

/// A service that knows these capabilities, answers each notification with `id`, and tells its orders.
fn serve(bus: &Bus, can: &'static [&'static str]) -> (Connection, Receiver<Order>) {
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

fn signal<B: zbus::export::serde::Serialize + zbus::DynamicType>(
    service: &Connection,
    member: &str,
    body: &B,
) {
    zbus::block_on(service.emit_signal(None::<&str>, OBJECT, SERVICE, member, body)).unwrap();
}

const QUESTION: Question<'static> = Question {
    asker: "Kagifuda",
    title: "Sign in?",
    text: "inn.example wants <b>you</b> & more",
    yes: Some("Allow"),
    no: "Deny",
};

/// Waits for what becomes of a question.
fn hear(notice: &Notice) -> Said {
    let begun = Instant::now();
    loop {
        if let Some(said) = notice.said() {
            return said;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing becomes of it");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn next(orders: &Receiver<Order>) -> Order {
    orders.recv_timeout(Duration::from_secs(20)).unwrap()
}

#[test]
fn a_question_is_answered_by_its_own_buttons_only() {
    let bus = Bus::start();
    let (service, orders) = serve(&bus, &["actions", "body", "body-markup"]);
    let desktop = Desktop::at(&bus.address).unwrap();
    let notice = desktop.ask(&QUESTION).unwrap();
    let buttons = ["yes", "Allow", "no", "Deny"].map(str::to_owned).to_vec();
    let text = "inn.example wants &lt;b&gt;you&lt;/b&gt; &amp; more".to_owned();
    assert_eq!(next(&orders), Order::Show { title: "Sign in?".to_owned(), text, buttons });
    assert_eq!(notice.said(), None);

    signal(&service, "ActionInvoked", &(7_u32, "yes"));
    signal(&service, "NotificationClosed", &(7_u32, 2_u32));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(notice.said(), None, "another's answer");
    signal(&service, "ActionInvoked", &(41_u32, "yes"));
    signal(&service, "NotificationClosed", &(41_u32, 2_u32));
    assert_eq!(hear(&notice), Said::Yes);
    drop(notice);
    assert_eq!(next(&orders), Order::TakeBack(41));
}

#[test]
fn whatever_is_not_the_button_that_agrees_is_no_consent() {
    let bus = Bus::start();
    let (service, orders) = serve(&bus, &["actions"]);
    let desktop = Desktop::at(&bus.address).unwrap();
    for (id, member, says, expected) in [
        (41, "ActionInvoked", Some("no"), Said::No),
        (42, "ActionInvoked", Some("default"), Said::No),
        (43, "NotificationClosed", None, Said::No),
    ] {
        let notice = desktop.ask(&QUESTION).unwrap();
        let Order::Show { text, .. } = next(&orders) else { panic!("it shows a question") };
        assert_eq!(text, QUESTION.text, "no markup where none is read");
        match says {
            Some(key) => signal(&service, member, &(id, key)),
            None => signal(&service, member, &(id, 2_u32)),
        }
        assert_eq!(hear(&notice), expected);
        drop(notice);
        assert_eq!(next(&orders), Order::TakeBack(id));
    }
    let notice = desktop.ask(&QUESTION).unwrap();
    signal(&service, "NotificationClosed", &(44_u32, 1_u32));
    assert_eq!(hear(&notice), Said::Nothing, "it expired");
}

#[test]
fn a_desktop_without_buttons_or_without_notifications_is_none() {
    let bus = Bus::start();
    assert!(Desktop::at(&bus.address).is_none(), "nobody serves");
    let _service = serve(&bus, &["body"]);
    assert!(Desktop::at(&bus.address).is_none(), "no buttons");
    assert!(Desktop::at("unix:path=/nowhere").is_none());
}
