// SPDX-License-Identifier: MIT OR Apache-2.0
//! The service that knows who sits at a machine, at a bus of a test's own; the test plays what happens to its sessions.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use zbus::export::serde::Serialize;
use zbus::{Connection, DynamicType, Fd, MessageStream, ObjectPath, Variant};

use super::bus::{next_call, take_name};

const SERVICE: &str = "org.freedesktop.login1";
const OBJECT: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// A session of the user who runs the test, and one of somebody else.
pub(crate) const OWN: &str = "/org/freedesktop/login1/session/_31";
pub(crate) const FOREIGN: &str = "/org/freedesktop/login1/session/_32";
const PATIENCE: Duration = Duration::from_secs(20);

/// The service that a test plays.
pub(crate) struct Sessions {
    service: Connection,
    delays: Receiver<UnixStream>,
}

impl Sessions {
    /// Serves at a bus.
    pub(crate) fn serve(address: &str) -> Self {
        let (told, delays) = channel();
        let (service, messages) = take_name(address, SERVICE);
        let answering = service.clone();
        std::thread::spawn(move || zbus::block_on(answer(answering, messages, &told)));
        Self { service, delays }
    }

    /// The next delay of sleep that was asked for; it is at an end when the other side is closed.
    pub(crate) fn delay(&self) -> Delay {
        Delay(self.delays.recv_timeout(PATIENCE).unwrap())
    }

    /// About to sleep, or awake again.
    pub(crate) fn sleeps(&self, begins: bool) {
        self.say(OBJECT, MANAGER, "PrepareForSleep", &begins);
    }

    /// Somebody demands that a session be locked.
    pub(crate) fn locks(&self, session: &str) {
        self.say(session, SESSION, "Lock", &());
    }

    /// A desktop says whether a session's screen is locked.
    pub(crate) fn hints(&self, session: &str, is_locked: bool) {
        let changed = HashMap::from([("LockedHint", Variant::from(is_locked))]);
        let none: &[&str] = &[];
        self.say(session, PROPERTIES, "PropertiesChanged", &(SESSION, changed, none));
    }

    /// The service ends.
    pub(crate) fn end(self) {
        zbus::block_on(self.service.close()).unwrap();
    }

    fn say<B: Serialize + DynamicType>(&self, path: &str, interface: &str, member: &str, body: &B) {
        let said = self.service.emit_signal(None::<&str>, path, interface, member, body);
        zbus::block_on(said).unwrap();
    }
}

/// A delay of sleep that was granted.
pub(crate) struct Delay(UnixStream);

impl Delay {
    /// Whether sleep still waits for it.
    pub(crate) fn holds(&self) -> bool {
        use std::io::Read as _;
        self.0.set_nonblocking(true).unwrap();
        (&self.0).read(&mut [0]).is_err()
    }

    /// Waits until sleep need not wait any more.
    pub(crate) fn wait_for_end(&self) {
        use std::io::Read as _;
        self.0.set_nonblocking(false).unwrap();
        self.0.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!((&self.0).read(&mut [0]).unwrap(), 0);
    }
}

async fn answer(service: Connection, mut messages: MessageStream, told: &Sender<UnixStream>) {
    while let Some(message) = next_call(&mut messages).await {
        let header = message.header();
        match header.member().unwrap().as_str() {
            "Inhibit" => {
                let asked: (String, String, String, String) = message.body().deserialize().unwrap();
                assert_eq!([asked.0.as_str(), asked.3.as_str()], ["sleep", "delay"]);
                let (kept, given) = UnixStream::pair().unwrap();
                service.reply(&header, &Fd::from(OwnedFd::from(given))).await.unwrap();
                let _ = told.send(kept);
            }
            "Get" => {
                let asked: (String, String) = message.body().deserialize().unwrap();
                assert_eq!([asked.0.as_str(), asked.1.as_str()], [SESSION, "User"]);
                let own = rustix::process::getuid().as_raw();
                let is_own = header.path().unwrap().as_str() == OWN;
                let user = if is_own { own } else { own + 1 };
                let object = ObjectPath::try_from("/org/freedesktop/login1/user/_1").unwrap();
                service.reply(&header, &Variant::from((user, object))).await.unwrap();
            }
            other => panic!("{other} is not asked for"),
        }
    }
}
