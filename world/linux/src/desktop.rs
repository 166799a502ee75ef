// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions as notifications of the desktop (Desktop Notifications Specification 1.3, over D-Bus).
//!
//! A question stands until its [`Notice`] is dropped. Nobody is waited for: the answer arrives at a
//! descriptor, so the asker's loop goes on. What is shown comes from sites; it is escaped, so that none of
//! it is read as markup.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream as _;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream, Variant, connection};

/// The service, its object and its interface.
const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";
/// How long the service may take for an answer of its own; it may have to be started first.
const PATIENCE: Duration = Duration::from_secs(10);
/// The keys of the two buttons.
const YES: &str = "yes";
const NO: &str = "no";
/// Urgency "critical": such a question stays until it is answered.
const CRITICAL: u8 = 2;
/// Reason "dismissed by the user" of the signal `NotificationClosed`.
const DISMISSED: u32 = 2;

/// The desktop's notifications.
#[derive(Clone, Debug)]
pub struct Desktop {
    connection: Connection,
    reads_markup: bool,
}

/// A question with two buttons.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub asker: &'a str,
    /// What, in a few words.
    pub title: &'a str,
    /// What, in a sentence.
    pub text: &'a str,
    /// The button that agrees, where that can be done here.
    pub yes: Option<&'a str>,
    /// The button that refuses.
    pub no: &'a str,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Somebody agreed.
    Yes,
    /// Somebody refused, or put it away.
    No,
    /// It is gone, and nobody said anything.
    Nothing,
}

impl Said {
    const fn byte(self) -> u8 {
        match self {
            Self::Yes => b'y',
            Self::No => b'n',
            Self::Nothing => b'0',
        }
    }

    const fn of(byte: u8) -> Self {
        match byte {
            b'y' => Self::Yes,
            b'n' => Self::No,
            _ => Self::Nothing,
        }
    }
}

impl Desktop {
    /// Reaches the notifications of this session; `None` where there are none, or none with buttons.
    #[must_use]
    pub fn reach() -> Option<Self> {
        Self::over(connection::Builder::session())
    }

    /// Reaches the notifications of the bus at an address.
    #[must_use]
    pub fn at(address: &str) -> Option<Self> {
        Self::over(connection::Builder::address(address))
    }

    fn over(builder: connection::Builder<'_>) -> Option<Self> {
        zbus::block_on(async {
            let connection = builder.method_timeout(PATIENCE).build().await.ok()?;
            let reply = connection
                .call_method(Some(SERVICE), OBJECT, Some(SERVICE), "GetCapabilities", &())
                .await
                .ok()?;
            let can: Vec<String> = reply.body().deserialize().ok()?;
            let has = |wanted| can.iter().any(|word| word == wanted);
            has("actions").then(|| Self { connection, reads_markup: has("body-markup") })
        })
    }

    /// Shows a question; `None` where the service refuses.
    #[must_use]
    pub fn ask(&self, question: &Question<'_>) -> Option<Notice> {
        let text =
            if self.reads_markup { escaped(question.text) } else { question.text.to_owned() };
        let yes = question.yes.map(|yes| [YES, yes]);
        let actions: Vec<&str> = yes.into_iter().flatten().chain([NO, question.no]).collect();
        let hints = HashMap::from([
            ("urgency", Variant::from(CRITICAL)),
            // It is about where somebody signs in, so no history keeps it.
            ("transient", Variant::from(true)),
        ]);
        let (replaces, icon, never) = (0_u32, "dialog-password", 0_i32);
        let body = (question.asker, replaces, icon, question.title, text, actions, hints, never);
        let (heard, told) = UnixStream::pair().ok()?;
        heard.set_nonblocking(true).ok()?;
        zbus::block_on(async {
            // Listening begins before there is something to hear.
            let answers = self.signals().await?;
            let reply = self
                .connection
                .call_method(Some(SERVICE), OBJECT, Some(SERVICE), "Notify", &body)
                .await
                .ok()?;
            let id = reply.body().deserialize().ok()?;
            std::thread::Builder::new()
                .name("notification".to_owned())
                .spawn(move || wait(answers, id, told))
                .ok()?;
            Some(Notice { connection: self.connection.clone(), id, heard })
        })
    }

    async fn signals(&self) -> Option<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(SERVICE)
            .interface(SERVICE)
            .build()
            .ok()?;
        MessageStream::for_match_rule(rule, &self.connection, None).await.ok()
    }
}

/// A question that is shown. Dropping it takes it back.
#[derive(Debug)]
pub struct Notice {
    connection: Connection,
    id: u32,
    heard: UnixStream,
}

impl Notice {
    /// What became of it; `None` while it stands.
    #[must_use]
    pub fn said(&self) -> Option<Said> {
        let mut byte = [0];
        match (&self.heard).read(&mut byte) {
            Ok(0) => Some(Said::Nothing),
            Ok(_) => Some(Said::of(byte[0])),
            Err(_) => None,
        }
    }
}

/// Readable once something became of it.
impl AsFd for Notice {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.heard.as_fd()
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        let Self { connection, id, .. } = self;
        let call =
            connection.call_method(Some(SERVICE), OBJECT, Some(SERVICE), "CloseNotification", id);
        // One that was answered is closed already, and the service may be gone.
        let _ = zbus::block_on(call);
    }
}

/// Waits for what becomes of a notification, and tells it.
fn wait(mut answers: MessageStream, id: u32, mut told: UnixStream) {
    let said = zbus::block_on(async {
        while let Some(message) = poll_fn(|cx| Pin::new(&mut answers).poll_next(cx)).await {
            let Ok(message) = message else { break };
            let header = message.header();
            let member = header.member().map(|member| member.as_str());
            let said = match member {
                Some("ActionInvoked") => match message.body().deserialize::<(u32, &str)>() {
                    Ok((of, YES)) if of == id => Said::Yes,
                    Ok((of, _)) if of == id => Said::No,
                    _ => continue,
                },
                Some("NotificationClosed") => match message.body().deserialize::<(u32, u32)>() {
                    Ok((of, DISMISSED)) if of == id => Said::No,
                    Ok((of, _)) if of == id => Said::Nothing,
                    _ => continue,
                },
                _ => continue,
            };
            return said;
        }
        Said::Nothing
    });
    // Who asked may have gone.
    let _ = told.write_all(&[said.byte()]);
}

/// Text as markup spells it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
