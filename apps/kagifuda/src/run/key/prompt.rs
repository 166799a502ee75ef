// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking the person at the terminal for a touch, while the key goes on answering.
//!
//! The question names the site and the account. What was typed before it was asked answers nothing; one
//! question stands at a time; nobody answering is an answer too. Agreeing without a person exists in
//! `testing` builds only.

use std::io::IsTerminal as _;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::agent::protocol::{KeyAbout, KeyAsk, KeyQuestion, KeySaid};
use crate::commands::resolve::KeyRunJob;
use crate::say;
use crate::term::width::harmless;
use crate::text::Texts;

/// How long a question stands.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long an unlocking may take: a passphrase has to be found and typed.
pub(super) const UNLOCK_PATIENCE: Duration = Duration::from_secs(90);

/// How people are asked.
pub(super) enum Prompt {
    /// At the terminal the program was started from.
    Terminal,
    /// Nobody is there.
    Nobody,
    /// Everything is agreed to.
    #[cfg(feature = "testing")]
    Agreeing,
    /// The button of a test.
    #[cfg(feature = "testing")]
    Button {
        /// Whether it is pressed.
        is_pressed: bool,
    },
}

impl Prompt {
    /// As the order says.
    pub(super) fn new(job: &KeyRunJob) -> Self {
        #[cfg(feature = "testing")]
        if job.control.is_some() {
            return Self::Button { is_pressed: false };
        } else if job.touch_by_itself {
            return Self::Agreeing;
        }
        let _ = job;
        if std::io::stdin().is_terminal() { Self::Terminal } else { Self::Nobody }
    }

    /// Puts a question; what it says at once, if it does.
    pub(super) fn ask(&self, ask: &KeyAsk, texts: &Texts) -> Option<KeySaid> {
        if ask.question == KeyQuestion::Unlock {
            eprintln!("{}", say!(texts, "key-ask-unlock", what = what(&ask.about, texts)));
            return None;
        }
        match self {
            Self::Terminal => {
                drain();
                let question = match ask.question {
                    KeyQuestion::LongTouch => say!(texts, "key-ask-reset-hard"),
                    _ => say!(texts, "key-ask-touch", what = what(&ask.about, texts)),
                };
                eprint!("{question} {} ", say!(texts, "ask-yes-no"));
                None
            }
            Self::Nobody => Some(KeySaid::No),
            #[cfg(feature = "testing")]
            Self::Agreeing => Some(KeySaid::Yes),
            #[cfg(feature = "testing")]
            Self::Button { is_pressed } => is_pressed.then_some(KeySaid::Yes),
        }
    }

    /// What somebody has said to the question that stands, if anything.
    pub(super) fn said(&self) -> Option<KeySaid> {
        match self {
            Self::Terminal => {
                let line = line()?;
                let is_yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "はい");
                Some(if is_yes { KeySaid::Yes } else { KeySaid::No })
            }
            Self::Nobody => Some(KeySaid::No),
            #[cfg(feature = "testing")]
            Self::Agreeing => Some(KeySaid::Yes),
            #[cfg(feature = "testing")]
            Self::Button { is_pressed } => is_pressed.then_some(KeySaid::Yes),
        }
    }

    /// Takes a question back.
    pub(super) fn withdraw(&self, texts: &Texts) {
        if matches!(self, Self::Terminal) {
            eprintln!();
            eprintln!("{}", say!(texts, "key-ask-over"));
        }
    }

    /// What to wait on for an answer, where there is such a thing.
    pub(super) fn waited(&self) -> Option<BorrowedFd<'static>> {
        matches!(self, Self::Terminal).then(rustix::stdio::stdin)
    }
}

/// What a question is about, as a part of a sentence.
fn what(about: &KeyAbout, texts: &Texts) -> String {
    match about {
        KeyAbout::Nothing => say!(texts, "key-about-select"),
        KeyAbout::Register { site, account } => {
            let (site, account) = (harmless(site), harmless(account));
            say!(texts, "key-about-register", site = site, account = account)
        }
        KeyAbout::Excluded { site } => {
            say!(texts, "key-about-excluded", site = harmless(site))
        }
        KeyAbout::SignIn { site, account: Some(account), .. } => {
            let (site, account) = (harmless(site), harmless(account));
            say!(texts, "key-about-sign-in-as", site = site, account = account)
        }
        KeyAbout::SignIn { site, .. } => {
            say!(texts, "key-about-sign-in", site = harmless(site))
        }
        KeyAbout::U2fRegister { .. } => say!(texts, "key-about-u2f-register"),
        KeyAbout::U2fSignIn { .. } => say!(texts, "key-about-u2f-sign-in"),
        KeyAbout::Token { .. } => say!(texts, "key-about-token"),
        KeyAbout::Manage => say!(texts, "key-about-manage"),
        KeyAbout::Reset => say!(texts, "key-about-reset"),
    }
}

fn is_ready() -> bool {
    let stdin = std::io::stdin();
    let mut waited = [PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut waited, Some(&at_once)).is_ok_and(|count| count > 0)
}

/// Reads a line that is there already; an ended input says nothing but no.
fn line() -> Option<String> {
    if !is_ready() {
        return None;
    }
    let mut buffer = [0; 256];
    match rustix::io::read(rustix::stdio::stdin(), &mut buffer) {
        Ok(count) => Some(String::from_utf8_lossy(&buffer[..count]).into_owned()),
        Err(_) => Some(String::new()),
    }
}

/// Forgets what was typed before the question.
fn drain() {
    while is_ready() {
        let mut buffer = [0; 256];
        if !rustix::io::read(rustix::stdio::stdin(), &mut buffer).is_ok_and(|count| count > 0) {
            break;
        }
    }
}
