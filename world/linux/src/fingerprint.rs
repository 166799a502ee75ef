// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recognising a person at the fingerprint reader of this PC, by the system's service for it
//! (`net.reactivated.Fprint`, which fprintd is).
//!
//! Fingers and reader are the service's: it compares, and says what it found. Only the fingers of the user who asks
//! are looked for. What it says counts from the moment on in which it was asked, from the process that was asked, and
//! about the reader that was asked for; everything else on the bus is passed over. The reader is let go in
//! every case. Nobody is waited for: a thread listens until its [`FingerWait`] is dropped.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream as _;
use zbus::export::serde::Serialize;
use zbus::message::Type;
use zbus::{
    Connection, DynamicType, MatchRule, Message, MessageStream, OwnedObjectPath, connection,
};

/// Where the bus of the system is (D-Bus Specification, "System message bus").
pub const SYSTEM_BUS: &str = "unix:path=/var/run/dbus/system_bus_socket";

/// The service, the object that knows its readers, and the interfaces.
const SERVICE: &str = "net.reactivated.Fprint";
const MANAGER: &str = "/net/reactivated/Fprint/Manager";
const MANAGES: &str = "net.reactivated.Fprint.Manager";
const READS: &str = "net.reactivated.Fprint.Device";
/// What its errors begin with.
const ERRORS: &str = "net.reactivated.Fprint.Error.";
/// The bus itself.
const BUS: &str = "org.freedesktop.DBus";
/// The user who asks; and whichever of their fingers it is.
const OWN_USER: &str = "";
const ANY_FINGER: &str = "any";
/// How long the service may take for an answer; it may have to be started first, and wake the reader.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often, and after what pause, a reader is asked for that another program has in use.
const ASKED_FOR: u32 = 12;
const PAUSE: Duration = Duration::from_millis(250);
/// How often a reading that ended without a verdict is begun anew.
const BEGUN_ANEW: u32 = 20;

/// Why nobody can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderTrouble {
    /// There is no such service, or it does not answer.
    NoService,
    /// No reader is plugged in.
    NoReader,
    /// The user has no finger enrolled.
    NoFinger,
    /// Another program has the reader in use.
    InUse,
    /// The system does not let the user use it, as over ssh.
    NotAllowed,
    /// The reader was unplugged, or the service ended.
    Gone,
    /// Something else; the service knows more.
    Failed,
}

/// How a finger that could not be read is to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Once more.
    Again,
    /// Swiped over a longer way.
    Longer,
    /// In the middle.
    Centred,
    /// Taken away and laid on again.
    Lifted,
}

/// What the reader saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A finger that could not be read.
    Unclear(Hint),
    /// A finger that is none of the user's.
    Stranger,
    /// A finger of the user's.
    Holder,
    /// Nothing, and it will see nothing more.
    Trouble(ReaderTrouble),
}

/// Tells whether somebody can be recognised: there is a reader, and the user has a finger enrolled.
///
/// # Errors
/// [`ReaderTrouble`], where not.
pub fn check(bus: &str) -> Result<(), ReaderTrouble> {
    zbus::block_on(async {
        let reader = Reader::find(bus).await?;
        let reply = reader.call("ListEnrolledFingers", &OWN_USER).await?;
        let fingers: Vec<String> = reply.body().deserialize().map_err(|_| ReaderTrouble::Failed)?;
        if fingers.is_empty() { Err(ReaderTrouble::NoFinger) } else { Ok(()) }
    })
}

/// A wait for a finger. Dropping it ends the wait; what the reader sees afterwards tells nobody anything.
#[derive(Debug)]
pub struct FingerWait {
    seen: Receiver<Seen>,
    end: Arc<End>,
}

impl FingerWait {
    /// Begins to wait, until a finger of the user's was seen, or so many of others; `None` where the system has no
    /// thread for it.
    #[must_use]
    pub fn begin(bus: &str, strangers: u8) -> Option<Self> {
        let (tell, seen) = channel();
        let end = Arc::new(End::default());
        let (bus, ended) = (bus.to_owned(), Arc::clone(&end));
        std::thread::Builder::new()
            .name("finger".to_owned())
            .spawn(move || {
                if let Err(trouble) = zbus::block_on(wait(&bus, strangers, &tell, &ended)) {
                    let _ = tell.send(Seen::Trouble(trouble));
                }
            })
            .ok()?;
        Some(Self { seen, end })
    }

    /// The next thing the reader saw; `None` where there is nothing new.
    #[must_use]
    pub fn next(&self) -> Option<Seen> {
        match self.seen.try_recv() {
            Ok(seen) => Some(seen),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Seen::Trouble(ReaderTrouble::Failed)),
        }
    }
}

impl Drop for FingerWait {
    fn drop(&mut self) {
        self.end.set();
    }
}

/// The end of a wait, told from another thread.
#[derive(Debug, Default)]
struct End(Mutex<(bool, Option<Waker>)>);

impl End {
    fn set(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    fn is_set(&self, cx: Option<&Context<'_>>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = cx.map(|cx| cx.waker().clone());
        state.0
    }
}

/// What came of listening once.
enum Heard {
    /// A signal of the service's.
    Said(Message),
    /// The service is gone.
    Gone,
    /// Nobody waits any more.
    Ended,
}

/// Waits for fingers, and lets the reader go.
async fn wait(
    bus: &str,
    strangers: u8,
    tell: &Sender<Seen>,
    end: &End,
) -> Result<(), ReaderTrouble> {
    let reader = Reader::find(bus).await?;
    let mut ears = reader.listen().await?;
    reader.claim(end).await?;
    let result = read(&reader, &mut ears, strangers, tell, end).await;
    // Let go whatever came of it; a service that is gone has let go, too.
    let _ = reader.call("VerifyStop", &()).await;
    let _ = reader.call("Release", &()).await;
    result
}

/// Has fingers read until one is the user's, so many were not, or nobody waits any more.
async fn read(
    reader: &Reader,
    ears: &mut Ears,
    mut strangers: u8,
    tell: &Sender<Seen>,
    end: &End,
) -> Result<(), ReaderTrouble> {
    for _ in 0..BEGUN_ANEW {
        if end.is_set(None) {
            return Ok(());
        }
        // What was said before it answered is about something else.
        let begun = reader.call("VerifyStart", &ANY_FINGER).await?.recv_position();
        loop {
            let said = match ears.hear(end).await {
                Heard::Said(said) if said.recv_position() > begun => said,
                Heard::Said(_) => continue,
                Heard::Gone => return Err(ReaderTrouble::Gone),
                Heard::Ended => return Ok(()),
            };
            let Ok((verdict, is_over)) = said.body().deserialize::<(String, bool)>() else {
                continue;
            };
            let seen = match verdict.as_str() {
                "verify-match" => Seen::Holder,
                "verify-no-match" => Seen::Stranger,
                "verify-swipe-too-short" => Seen::Unclear(Hint::Longer),
                "verify-finger-not-centered" => Seen::Unclear(Hint::Centred),
                "verify-remove-and-retry" => Seen::Unclear(Hint::Lifted),
                "verify-disconnected" => return Err(ReaderTrouble::Gone),
                "verify-retry-scan" | "verify-too-fast" => Seen::Unclear(Hint::Again),
                _ if is_over => return Err(ReaderTrouble::Failed),
                _ => Seen::Unclear(Hint::Again),
            };
            let _ = tell.send(seen);
            match seen {
                Seen::Holder => return Ok(()),
                Seen::Stranger => {
                    strangers = strangers.saturating_sub(1);
                    if strangers == 0 {
                        return Ok(());
                    }
                    break;
                }
                _ if is_over => break,
                _ => {}
            }
        }
        let _ = reader.call("VerifyStop", &()).await;
    }
    Err(ReaderTrouble::Failed)
}

/// The reader the system names first.
struct Reader {
    connection: Connection,
    /// The process that serves it, by the name that no other can have.
    owner: String,
    path: OwnedObjectPath,
}

impl Reader {
    async fn find(bus: &str) -> Result<Self, ReaderTrouble> {
        let connection = connection::Builder::address(bus)
            .method_timeout(PATIENCE)
            .build()
            .await
            .map_err(|_| ReaderTrouble::NoService)?;
        let reply = connection
            .call_method(Some(SERVICE), MANAGER, Some(MANAGES), "GetDefaultDevice", &())
            .await
            .map_err(|error| trouble_of(&error, ReaderTrouble::NoService))?;
        let path = reply.body().deserialize().map_err(|_| ReaderTrouble::Failed)?;
        let header = reply.header();
        let owner = header.sender().ok_or(ReaderTrouble::Failed)?.to_string();
        Ok(Self { connection, owner, path })
    }

    async fn call<B: Serialize + DynamicType>(
        &self,
        verb: &str,
        body: &B,
    ) -> Result<Message, ReaderTrouble> {
        let owner = Some(self.owner.as_str());
        self.connection
            .call_method(owner, &self.path, Some(READS), verb, body)
            .await
            .map_err(|error| trouble_of(&error, ReaderTrouble::Failed))
    }

    /// Takes the reader for the user who asks, and no other.
    async fn claim(&self, end: &End) -> Result<(), ReaderTrouble> {
        for _ in 0..ASKED_FOR {
            match self.call("Claim", &OWN_USER).await {
                Err(ReaderTrouble::InUse) if !end.is_set(None) => std::thread::sleep(PAUSE),
                claimed => return claimed.map(|_| ()),
            }
        }
        Err(ReaderTrouble::InUse)
    }

    async fn listen(&self) -> Result<Ears, ReaderTrouble> {
        let failed = |_| ReaderTrouble::Failed;
        let verdicts = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(self.owner.as_str())
            .path(&*self.path)
            .interface(READS)
            .member("VerifyStatus")
            .build()
            .map_err(failed)?;
        let ends = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(BUS)
            .interface(BUS)
            .member("NameOwnerChanged")
            .arg(0, self.owner.as_str())
            .build()
            .map_err(failed)?;
        let stream = |rule| MessageStream::for_match_rule(rule, &self.connection, None);
        let verdicts = stream(verdicts).await.map_err(failed)?;
        Ok(Ears { verdicts, ends: stream(ends).await.map_err(failed)? })
    }
}

/// What is listened to.
struct Ears {
    verdicts: MessageStream,
    ends: MessageStream,
}

impl Ears {
    async fn hear(&mut self, end: &End) -> Heard {
        poll_fn(|cx| {
            if end.is_set(Some(cx)) {
                return Poll::Ready(Heard::Ended);
            }
            if let Poll::Ready(said) = Pin::new(&mut self.verdicts).poll_next(cx) {
                return Poll::Ready(match said {
                    Some(Ok(message)) => Heard::Said(message),
                    _ => Heard::Gone,
                });
            }
            Pin::new(&mut self.ends).poll_next(cx).map(|_| Heard::Gone)
        })
        .await
    }
}

fn trouble_of(error: &zbus::Error, otherwise: ReaderTrouble) -> ReaderTrouble {
    let zbus::Error::MethodError(name, ..) = error else { return otherwise };
    match name.as_str().strip_prefix(ERRORS) {
        Some("NoSuchDevice") => ReaderTrouble::NoReader,
        Some("NoEnrolledPrints") => ReaderTrouble::NoFinger,
        Some("AlreadyInUse") => ReaderTrouble::InUse,
        Some("PermissionDenied") => ReaderTrouble::NotAllowed,
        Some(_) => ReaderTrouble::Failed,
        None => otherwise,
    }
}
