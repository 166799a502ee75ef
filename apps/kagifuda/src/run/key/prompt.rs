// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking the person for a touch, by a notification of the desktop and at the terminal, while the key goes on
//! answering.
//!
//! The question names the site and the account. What was typed before it was asked answers nothing; one
//! question stands at a time; nobody answering is an answer too. Agreeing without a person exists in
//! `testing` builds only.

use std::io::{IsTerminal as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use kagifuda_linux::desktop::{Desktop, Notice, Question, Said};
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
    /// At the terminal the program was started from, by notifications of the desktop, or by both; with
    /// neither, the answer is no.
    People(People),
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

/// Where people are. Whichever place answers first holds for both.
pub(super) struct People {
    has_terminal: bool,
    desktop: Option<Desktop>,
    notice: Option<Notice>,
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
        let has_terminal = std::io::stdin().is_terminal();
        Self::People(People { has_terminal, desktop: Desktop::reach(), notice: None })
    }

    /// The people who are asked, where any are.
    #[cfg_attr(
        not(feature = "testing"),
        allow(clippy::unnecessary_wraps, reason = "a test has none")
    )]
    const fn people(&mut self) -> Option<&mut People> {
        match self {
            Self::People(people) => Some(people),
            #[cfg(feature = "testing")]
            _ => None,
        }
    }

    /// Whether questions appear as notifications of the desktop.
    pub(super) const fn is_at_the_desktop(&self) -> bool {
        matches!(self, Self::People(People { desktop: Some(_), .. }))
    }

    /// Puts a question; what it says at once, if it does.
    pub(super) fn ask(&mut self, ask: &KeyAsk, texts: &Texts) -> Option<KeySaid> {
        if ask.question == KeyQuestion::Unlock {
            write(&(say!(texts, "key-ask-unlock", what = what(&ask.about, texts)) + "\n"));
        }
        match self {
            Self::People(people) => people.ask(ask, texts),
            // An unlocking is done elsewhere, and is waited for.
            #[cfg(feature = "testing")]
            _ if ask.question == KeyQuestion::Unlock => None,
            #[cfg(feature = "testing")]
            Self::Agreeing => Some(KeySaid::Yes),
            #[cfg(feature = "testing")]
            Self::Button { is_pressed } => is_pressed.then_some(KeySaid::Yes),
        }
    }

    /// What somebody has said to the question that stands, if anything.
    pub(super) fn said(&mut self, texts: &Texts) -> Option<KeySaid> {
        match self {
            Self::People(people) => people.said(texts),
            #[cfg(feature = "testing")]
            Self::Agreeing => Some(KeySaid::Yes),
            #[cfg(feature = "testing")]
            Self::Button { is_pressed } => is_pressed.then_some(KeySaid::Yes),
        }
    }

    /// Whether somebody has said that the vault stays locked.
    pub(super) fn refuses_to_unlock(&mut self) -> bool {
        self.people().is_some_and(|people| people.hear_the_desktop() == Some(KeySaid::No))
    }

    /// A question has its answer, wherever that came from.
    pub(super) fn conclude(&mut self) {
        if let Some(people) = self.people() {
            people.notice = None;
        }
    }

    /// Takes a question back.
    pub(super) fn withdraw(&mut self, texts: &Texts) {
        if let Some(people) = self.people() {
            people.notice = None;
            people.leave_the_terminal(texts);
        }
    }

    /// What to wait on for an answer. What is typed while the vault is to be unlocked answers nothing.
    pub(super) fn waited(&self, question: KeyQuestion) -> impl Iterator<Item = BorrowedFd<'_>> {
        let (notice, has_terminal) = match self {
            Self::People(people) => (people.notice.as_ref(), people.has_terminal),
            #[cfg(feature = "testing")]
            _ => (None, false),
        };
        let reads_terminal = has_terminal && question != KeyQuestion::Unlock;
        let answers = notice.into_iter().map(AsFd::as_fd);
        answers.chain(reads_terminal.then(rustix::stdio::stdin))
    }
}

impl People {
    fn ask(&mut self, ask: &KeyAsk, texts: &Texts) -> Option<KeySaid> {
        self.notice = self.show(&notice(ask, texts).lend());
        if ask.question == KeyQuestion::Unlock {
            return None;
        }
        if self.has_terminal {
            drain();
            let question = match ask.question {
                KeyQuestion::LongTouch => say!(texts, "key-ask-reset-hard"),
                _ => say!(texts, "key-ask-touch", what = what(&ask.about, texts)),
            };
            write(&format!("{question} {} ", say!(texts, "ask-yes-no")));
        } else if self.notice.is_none() {
            return Some(KeySaid::No);
        }
        None
    }

    /// Shows a question at the desktop. Where that is the only place, it may have come, or come back, since
    /// it was looked for: with a session that was just begun, the key is there first.
    fn show(&mut self, question: &Question<'_>) -> Option<Notice> {
        let notice = self.desktop.as_ref().and_then(|desktop| desktop.ask(question));
        if notice.is_some() || self.has_terminal {
            return notice;
        }
        self.desktop = Desktop::reach();
        self.desktop.as_ref()?.ask(question)
    }

    /// What was said at the desktop. A notification that went away by itself said nothing: its question
    /// stands at the terminal, and until its time is over.
    fn hear_the_desktop(&mut self) -> Option<KeySaid> {
        let said = self.notice.as_ref()?.said()?;
        self.notice = None;
        match said {
            Said::Yes => Some(KeySaid::Yes),
            Said::No => Some(KeySaid::No),
            Said::Nothing => None,
        }
    }

    fn said(&mut self, texts: &Texts) -> Option<KeySaid> {
        let said = self.hear_the_desktop();
        if said.is_some() {
            self.leave_the_terminal(texts);
            return said;
        }
        if self.has_terminal { self.hear_the_terminal() } else { None }
    }

    /// What was typed. A terminal that was closed says nothing any more; where it was the only place, the
    /// answer is no.
    fn hear_the_terminal(&mut self) -> Option<KeySaid> {
        match typed()? {
            Typed::Line(line) => {
                let is_yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "はい");
                Some(if is_yes { KeySaid::Yes } else { KeySaid::No })
            }
            Typed::End => {
                self.has_terminal = false;
                self.notice.is_none().then_some(KeySaid::No)
            }
        }
    }

    /// The question at the terminal is not to be answered any more.
    fn leave_the_terminal(&self, texts: &Texts) {
        if self.has_terminal {
            write(&format!("\n{}\n", say!(texts, "key-ask-over")));
        }
    }
}

/// A question for the desktop.
struct Notification {
    title: String,
    text: String,
    yes: Option<String>,
    no: String,
}

impl Notification {
    fn lend(&self) -> Question<'_> {
        Question {
            asker: "Kagifuda",
            title: &self.title,
            text: &self.text,
            yes: self.yes.as_deref(),
            no: &self.no,
        }
    }
}

fn notice(ask: &KeyAsk, texts: &Texts) -> Notification {
    let what = what(&ask.about, texts);
    let deny = say!(texts, "key-notice-deny");
    let (title, text, yes) = match ask.question {
        KeyQuestion::Unlock => {
            (say!(texts, "key-notice-locked"), say!(texts, "key-ask-unlock", what = what), None)
        }
        KeyQuestion::LongTouch => (
            say!(texts, "key-notice-reset"),
            say!(texts, "key-about-reset"),
            Some(say!(texts, "key-notice-erase")),
        ),
        _ => (say!(texts, "key-notice-use"), what, Some(say!(texts, "key-notice-allow"))),
    };
    Notification { title, text, yes, no: deny }
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

/// What the terminal has for us now; empty where there is nothing.
fn state() -> PollFlags {
    let stdin = std::io::stdin();
    let mut waited = [PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let _ = poll(&mut waited, Some(&at_once));
    waited[0].revents()
}

/// Says something at the terminal. It may have been closed, which is no reason to pull the key out.
fn write(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// What came from the terminal.
enum Typed {
    Line(String),
    /// It was closed.
    End,
}

/// Reads what is there already. An ended line without a word, as Ctrl-D makes it, is a line.
fn typed() -> Option<Typed> {
    let state = state();
    if state.is_empty() {
        return None;
    }
    let mut buffer = [0; 256];
    let read = rustix::io::read(rustix::stdio::stdin(), &mut buffer);
    Some(match read {
        Ok(count) if !state.contains(PollFlags::HUP) => {
            Typed::Line(String::from_utf8_lossy(&buffer[..count]).into_owned())
        }
        _ => Typed::End,
    })
}

/// Forgets what was typed before the question.
fn drain() {
    while state().contains(PollFlags::IN) {
        let mut buffer = [0; 256];
        if !rustix::io::read(rustix::stdio::stdin(), &mut buffer).is_ok_and(|count| count > 0) {
            break;
        }
    }
}
