// SPDX-License-Identifier: MIT OR Apache-2.0
//! A desktop that takes pictures of its screen for programs, at a bus of a test's own.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::HashMap;

use zbus::{Connection, MessageStream, ObjectPath, Variant};

use super::bus::{connect, next_call, take_name};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const REQUEST: &str = "org.freedesktop.portal.Request";

/// What the person does who is asked for a picture.
#[derive(Clone)]
pub(crate) enum Person {
    /// Takes one, which is then this file.
    Takes(String),
    /// Puts the question away.
    Declines,
}

/// Serves at a bus until it ends; somebody else answers first, as nobody may.
pub(crate) fn serve(address: &str, person: Person) -> Connection {
    let stranger = zbus::block_on(connect(address));
    let (service, messages) = take_name(address, SERVICE);
    let answering = service.clone();
    std::thread::spawn(move || zbus::block_on(answer(answering, stranger, messages, person)));
    service
}

async fn answer(
    service: Connection,
    stranger: Connection,
    mut messages: MessageStream,
    person: Person,
) {
    while let Some(message) = next_call(&mut messages).await {
        let header = message.header();
        assert_eq!(header.member().unwrap().as_str(), "Screenshot");
        let body = message.body();
        let (parent, options): (&str, HashMap<&str, Variant<'_>>) = body.deserialize().unwrap();
        assert_eq!(parent, "");
        assert_eq!(options.get("interactive"), Some(&Variant::from(true)), "a person chooses");
        let Some(Variant::Str(token)) = options.get("handle_token") else { panic!("no token") };
        let asker = header.sender().unwrap().trim_start_matches(':').replace('.', "_");
        let handle = format!("/org/freedesktop/portal/desktop/request/{asker}/{token}");
        let handle = ObjectPath::try_from(handle).unwrap();
        service.reply(&header, &handle).await.unwrap();
        let forged = HashMap::from([("uri", Variant::from("file:///etc/hostname"))]);
        let say = |connection: &Connection, did: u32, results| {
            let (connection, handle) = (connection.clone(), handle.clone());
            async move {
                let body: (u32, HashMap<&str, Variant<'_>>) = (did, results);
                let said =
                    connection.emit_signal(None::<&str>, &handle, REQUEST, "Response", &body);
                said.await.unwrap();
            }
        };
        say(&stranger, 0, forged).await;
        match &person {
            Person::Takes(uri) => {
                say(&service, 0, HashMap::from([("uri", Variant::from(uri.as_str()))])).await;
            }
            Person::Declines => say(&service, 1, HashMap::new()).await,
        }
    }
}
