// SPDX-License-Identifier: MIT OR Apache-2.0
//! A notification service at a bus, which the test plays.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use zbus::{Connection, MessageStream};

use super::bus::{Bus, next_call, take_name};

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// What a notification service was asked to show or to take back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Show { title: String, text: String, buttons: Vec<String> },
    TakeBack(u32),
}

/// A service that knows these capabilities, answers each notification with `id`, and tells its orders.
pub(crate) fn serve(bus: &Bus, can: &'static [&'static str]) -> (Connection, Receiver<Order>) {
    let (told, orders) = channel();
    let (connection, messages) = take_name(&bus.address, SERVICE);
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
    while let Some(message) = next_call(&mut messages).await {
        let header = message.header();
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
