// SPDX-License-Identifier: MIT OR Apache-2.0
//! A service for fingerprint readers at a bus of a test's own, which the test plays finger by finger.
#![allow(dead_code, reason = "every test file uses a part of the reader")]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::{Connection, MessageStream, ObjectPath};

use super::bus::{connect, next_call, take_name};

const SERVICE: &str = "net.reactivated.Fprint";
const DEVICE: &str = "/net/reactivated/Fprint/Device/0";
const OTHER_DEVICE: &str = "/net/reactivated/Fprint/Device/1";
const READS: &str = "net.reactivated.Fprint.Device";

/// What is there to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plugged {
    /// A reader, and fingers of the user's.
    Ready,
    /// A reader, and no finger.
    NoFinger,
    /// No reader.
    NoReader,
    /// A reader that another program has.
    InUse,
}

/// The reader that a test plays.
pub(crate) struct Fingers {
    pub(crate) service: Connection,
    called: Receiver<String>,
    plugged: Arc<Mutex<Plugged>>,
}

impl Fingers {
    /// Serves at a bus.
    pub(crate) fn serve(address: &str, plugged: Plugged) -> Self {
        let (told, called) = channel();
        let plugged = Arc::new(Mutex::new(plugged));
        let (service, messages) = take_name(address, SERVICE);
        let (answering, state) = (service.clone(), Arc::clone(&plugged));
        std::thread::spawn(move || zbus::block_on(answer(answering, messages, &state, &told)));
        Self { service, called, plugged }
    }

    /// The next call that came, with what it says.
    pub(crate) fn called(&self) -> String {
        self.called.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    /// Demands these calls, in this order.
    #[track_caller]
    pub(crate) fn expect(&self, calls: &[&str]) {
        for call in calls {
            assert_eq!(self.called(), *call);
        }
    }

    /// Waits until a finger is wanted.
    pub(crate) fn wait_until_wanted(&self) {
        while self.called() != "VerifyStart any" {}
    }

    /// Waits until the reader was let go.
    pub(crate) fn wait_until_released(&self) {
        while self.called() != "Release" {}
    }

    /// Calls nobody has looked at yet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.called.try_recv().is_err()
    }

    /// Somebody's finger, as the reader judges it.
    pub(crate) fn says(&self, verdict: &str, is_over: bool) {
        say(&self.service, DEVICE, verdict, is_over);
    }

    /// The same, said of another reader.
    pub(crate) fn says_of_another(&self, verdict: &str) {
        say(&self.service, OTHER_DEVICE, verdict, true);
    }

    pub(crate) fn change(&self, plugged: Plugged) {
        *self.plugged.lock().unwrap() = plugged;
    }
}

/// A verdict, by whoever says it.
pub(crate) fn say(speaker: &Connection, path: &str, verdict: &str, is_over: bool) {
    let body = (verdict, is_over);
    zbus::block_on(speaker.emit_signal(None::<&str>, path, READS, "VerifyStatus", &body)).unwrap();
}

/// A verdict by a process that is not the service.
pub(crate) fn forge(address: &str, verdict: &str) {
    let forger = zbus::block_on(connect(address));
    say(&forger, DEVICE, verdict, true);
}

async fn answer(
    service: Connection,
    mut messages: MessageStream,
    plugged: &Mutex<Plugged>,
    told: &Sender<String>,
) {
    while let Some(message) = next_call(&mut messages).await {
        let header = message.header();
        let body = message.body();
        let member = header.member().unwrap().as_str().to_owned();
        let said = body.deserialize::<&str>().unwrap_or_default().to_owned();
        let plugged = *plugged.lock().unwrap();
        let error = |name: &str| format!("net.reactivated.Fprint.Error.{name}");
        let refusal = match (member.as_str(), plugged) {
            ("GetDefaultDevice", Plugged::NoReader) => Some(error("NoSuchDevice")),
            ("ListEnrolledFingers" | "VerifyStart", Plugged::NoFinger) => {
                Some(error("NoEnrolledPrints"))
            }
            ("Claim", Plugged::InUse) => Some(error("AlreadyInUse")),
            _ => None,
        };
        let told_call = if said.is_empty() { member.clone() } else { format!("{member} {said}") };
        if let Some(name) = refusal {
            service.reply_error(&header, name.as_str(), &"no").await.unwrap();
        } else {
            match member.as_str() {
                "GetDefaultDevice" => {
                    service.reply(&header, &ObjectPath::try_from(DEVICE).unwrap()).await.unwrap();
                }
                "ListEnrolledFingers" => {
                    assert_eq!(said, "", "the fingers of who asks");
                    service.reply(&header, &vec!["right-index-finger"]).await.unwrap();
                }
                "Claim" => {
                    assert_eq!(said, "", "for who asks and nobody else");
                    service.reply(&header, &()).await.unwrap();
                }
                "VerifyStart" => {
                    // What the reader said to somebody else comes just before.
                    service
                        .emit_signal(
                            None::<&str>,
                            DEVICE,
                            READS,
                            "VerifyStatus",
                            &("verify-match", true),
                        )
                        .await
                        .unwrap();
                    service.reply(&header, &()).await.unwrap();
                }
                "VerifyStop" | "Release" => service.reply(&header, &()).await.unwrap(),
                other => panic!("{other} is not asked for"),
            }
        }
        let _ = told.send(told_call);
    }
}
