// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the system says of this user's sessions (`org.freedesktop.login1`, which systemd-logind is): the screen was
//! locked, the machine is about to sleep.
//!
//! A screen is locked by a call (`loginctl lock-session`, the lid) or by the desktop itself, which then only leaves the
//! mark `LockedHint`; both count, in whichever session of the user. Sleep is delayed until what was told is done, by
//! an inhibitor that logind grants for a few seconds. Nobody is waited for: a thread listens for as long as the process
//! lives, through restarts of bus and service, and tells at a descriptor.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream as _;
use zbus::message::Type;
use zbus::{
    Connection, MatchRule, Message, MessageStream, OwnedFd, OwnedObjectPath, OwnedVariant, Variant,
    connection,
};

/// The service, its object, and the interfaces.
const SERVICE: &str = "org.freedesktop.login1";
const OBJECT: &str = "/org/freedesktop/login1";
const SESSIONS: &str = "/org/freedesktop/login1/session";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The bus itself.
const BUS: &str = "org.freedesktop.DBus";
/// How long the service may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after the service was lost it is looked for again.
const PAUSE: Duration = Duration::from_secs(20);
/// How long sleep is delayed for whoever was told; logind itself grants five seconds.
const DELAY: Duration = Duration::from_secs(4);

/// What was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// A session of the user was locked.
    Locked,
    /// The machine is about to sleep, and waits for [`SessionWatch::done`].
    Sleep,
    /// Nothing will be said any more.
    Over,
}

/// Hears what happens to the user's sessions.
#[derive(Debug)]
pub struct SessionWatch {
    told: UnixStream,
}

impl SessionWatch {
    /// Begins to listen at a bus; `None` where the system has no thread for it. `why` is what the system shows of
    /// whoever delays its sleep.
    #[must_use]
    pub fn begin(bus: &str, why: &'static str) -> Option<Self> {
        let (told, teller) = UnixStream::pair().ok()?;
        told.set_nonblocking(true).ok()?;
        teller.set_read_timeout(Some(DELAY)).ok()?;
        let bus = bus.to_owned();
        std::thread::Builder::new()
            .name("sessions".to_owned())
            .spawn(move || {
                // Ends when nobody listens, which only the end of the process makes sure of.
                while zbus::block_on(listen(&bus, why, &teller)) == Ending::Service {
                    std::thread::sleep(PAUSE);
                }
            })
            .ok()?;
        Some(Self { told })
    }

    /// The next thing that was said; `None` where there is nothing new.
    #[must_use]
    pub fn next(&self) -> Option<SessionEvent> {
        let mut byte = [0];
        match (&self.told).read(&mut byte) {
            Ok(0) => Some(SessionEvent::Over),
            Ok(_) if byte == [SLEEP] => Some(SessionEvent::Sleep),
            Ok(_) => Some(SessionEvent::Locked),
            Err(_) => None,
        }
    }

    /// Says that what sleep waited for is done.
    pub fn done(&self) {
        let _ = (&self.told).write(&[SLEEP]);
    }
}

impl AsFd for SessionWatch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.told.as_fd()
    }
}

/// What is told at the descriptor.
const LOCKED: u8 = b'l';
const SLEEP: u8 = b's';

/// Why listening ended.
#[derive(PartialEq, Eq)]
enum Ending {
    /// Nobody hears what is told.
    Unheard,
    /// There is no service, or none any more.
    Service,
}

/// Listens until the service is gone.
async fn listen(bus: &str, why: &str, mut teller: &UnixStream) -> Ending {
    let Ok(logind) = Logind::find(bus).await else { return Ending::Service };
    let Ok(mut ears) = logind.listen().await else { return Ending::Service };
    let mut delay = logind.delay(why).await;
    loop {
        let Some(said) = ears.hear().await else { return Ending::Service };
        let told = match said {
            Said::Sleep(true) => SLEEP,
            Said::Sleep(false) => {
                // Awake again; the next sleep is delayed, too.
                delay = logind.delay(why).await;
                continue;
            }
            Said::Locked(session) if logind.is_own(&session).await => LOCKED,
            Said::Locked(_) | Said::Other => continue,
        };
        if told == SLEEP {
            forget(teller);
        }
        if teller.write_all(&[told]).is_err() {
            return Ending::Unheard;
        }
        if told == SLEEP {
            // Whoever was told is done, or has had its time.
            let _ = teller.read(&mut [0]);
            drop(delay.take());
        }
    }
}

/// Forgets an answer that came too late the last time.
fn forget(mut teller: &UnixStream) {
    if teller.set_nonblocking(true).is_ok() {
        let _ = teller.read(&mut [0; 64]);
        let _ = teller.set_nonblocking(false);
    }
}

/// A signal, as far as it matters.
enum Said {
    /// About to sleep; or awake again.
    Sleep(bool),
    /// This session was locked.
    Locked(OwnedObjectPath),
    /// Nothing of that.
    Other,
}

impl Said {
    fn of(message: &Message) -> Self {
        let header = message.header();
        let member = header.member().map(|member| member.as_str().to_owned());
        let body = message.body();
        let session = || header.path().map(|path| OwnedObjectPath::from(path.to_owned()));
        let is_locked = || {
            type Changed = (String, HashMap<String, OwnedVariant>, Vec<String>);
            let Ok((_, changed, _)) = body.deserialize::<Changed>() else { return false };
            matches!(changed.get("LockedHint").map(|hint| &**hint), Some(Variant::Bool(true)))
        };
        match member.as_deref() {
            Some("PrepareForSleep") => body.deserialize().map_or(Self::Other, Self::Sleep),
            Some("Lock") => session().map_or(Self::Other, Self::Locked),
            Some("PropertiesChanged") if is_locked() => session().map_or(Self::Other, Self::Locked),
            _ => Self::Other,
        }
    }
}

/// The service, by the name that no other process can have.
struct Logind {
    connection: Connection,
    owner: String,
}

impl Logind {
    async fn find(bus: &str) -> zbus::Result<Self> {
        let builder = connection::Builder::address(bus).method_timeout(PATIENCE);
        let connection = builder.build().await?;
        let reply =
            connection.call_method(Some(BUS), "/", Some(BUS), "GetNameOwner", &SERVICE).await?;
        let owner = reply.body().deserialize()?;
        Ok(Self { connection, owner })
    }

    /// Delays sleep for as long as this is kept; `None` where the system grants no delay.
    async fn delay(&self, why: &str) -> Option<OwnedFd> {
        let asked = ("sleep", "Kagifuda", why, "delay");
        let owner = Some(self.owner.as_str());
        let reply =
            self.connection.call_method(owner, OBJECT, Some(MANAGER), "Inhibit", &asked).await;
        reply.ok()?.body().deserialize().ok()
    }

    /// Tells whether a session is one of the user this process runs as.
    async fn is_own(&self, session: &OwnedObjectPath) -> bool {
        let asked = (SESSION, "User");
        let owner = Some(self.owner.as_str());
        let reply =
            self.connection.call_method(owner, session, Some(PROPERTIES), "Get", &asked).await;
        let user = reply.ok().and_then(|reply| reply.body().deserialize::<OwnedVariant>().ok());
        let Some(Variant::Structure(user)) = user.as_deref() else { return false };
        let own = Variant::U32(rustix::process::getuid().as_raw());
        user.fields().first() == Some(&own)
    }

    async fn listen(&self) -> zbus::Result<Ears> {
        let owner = self.owner.as_str();
        let signal = || MatchRule::builder().msg_type(Type::Signal);
        let said = || signal().sender(owner);
        let rules = [
            said().path(OBJECT).interface(MANAGER).member("PrepareForSleep"),
            said().path_namespace(SESSIONS).interface(SESSION).member("Lock"),
            said().path_namespace(SESSIONS).interface(PROPERTIES).arg(0, SESSION),
        ];
        let mut signals = Vec::new();
        for rule in rules {
            let rule = rule.build()?;
            signals.push(MessageStream::for_match_rule(rule, &self.connection, None).await?);
        }
        let ends = signal().sender(BUS).interface(BUS).member("NameOwnerChanged").arg(0, owner);
        let ends = MessageStream::for_match_rule(ends.build()?, &self.connection, None).await?;
        Ok(Ears { signals, ends })
    }
}

/// What is listened to.
struct Ears {
    signals: Vec<MessageStream>,
    ends: MessageStream,
}

impl Ears {
    /// The next signal; `None` where the service is gone.
    async fn hear(&mut self) -> Option<Said> {
        poll_fn(|cx| {
            for signals in &mut self.signals {
                if let Poll::Ready(said) = Pin::new(signals).poll_next(cx) {
                    return Poll::Ready(said.and_then(Result::ok).map(|said| Said::of(&said)));
                }
            }
            Pin::new(&mut self.ends).poll_next(cx).map(|_| None)
        })
        .await
    }
}
