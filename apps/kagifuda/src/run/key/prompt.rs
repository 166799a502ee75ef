// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking the person for a touch, and who they are, by a notification of the desktop and at the terminal, while the
//! key goes on answering.
//!
//! The question names the site and the account. What was typed before it was asked answers nothing; one
//! question stands at a time; nobody answering is an answer too. Agreeing without a person exists in
//! `testing` builds only, and there `KAGIFUDA_TEST_PATIENCE` says in milliseconds how long questions stand.

use std::io::{IsTerminal as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use kagifuda_linux::desktop::{Desktop, Notice, Question, Said};
use kagifuda_linux::terminal::Silence;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::who::Shown;
use crate::agent::protocol::{Hidden, KeyAbout, KeyAsk, KeyQuestion, KeySaid, KeyVerify};
use crate::commands::resolve::KeyRunJob;
use crate::say;
use crate::term::width::harmless;
use crate::text::Texts;

/// How long a question stands.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long an unlocking may take: a passphrase has to be found and typed.
pub(super) const UNLOCK_PATIENCE: Duration = Duration::from_secs(90);

/// How long a test has questions stand, so that it need not wait for the end of one.
#[cfg(feature = "testing")]
pub(super) fn test_patience() -> Option<Duration> {
    let milliseconds = std::env::var("KAGIFUDA_TEST_PATIENCE").ok()?.parse().ok()?;
    Some(Duration::from_millis(milliseconds))
}

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
    /// How the key recognises its person.
    verify: Option<KeyVerify>,
    /// Stands while a passphrase is asked for.
    silence: Option<Silence>,
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
        let has_terminal = std::io::stdin().is_terminal();
        let (desktop, verify) = (Desktop::reach(), job.verify);
        Self::People(People { has_terminal, desktop, notice: None, verify, silence: None })
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
            _ if matches!(ask.question, KeyQuestion::Unlock | KeyQuestion::Verify) => None,
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

    /// What somebody has done who was asked to show who they are, if anything.
    pub(super) fn shown(&mut self, texts: &Texts) -> Option<Shown> {
        self.people().and_then(|people| people.shown(texts))
    }

    /// Says how a verification stands, and asks again where it goes on.
    pub(super) fn remark(&mut self, ask: &KeyAsk, remark: &str, goes_on: bool, texts: &Texts) {
        match self.people() {
            Some(people) if goes_on => {
                people.ask_who(&format!("{remark} {}", what(&ask.about, texts)), texts);
            }
            _ => write(&format!("{remark}\n")),
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
            people.silence = None;
        }
    }

    /// Takes a question back.
    pub(super) fn withdraw(&mut self, texts: &Texts) {
        if let Some(people) = self.people() {
            people.notice = None;
            people.silence = None;
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
        if ask.question == KeyQuestion::Verify {
            return self.ask_who(&what(&ask.about, texts), texts);
        }
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

    /// Asks who is there, for `what`. Nobody is to show that without having been told what for, and no passphrase is
    /// typed where it can be read.
    fn ask_who(&mut self, what: &str, texts: &Texts) -> Option<KeySaid> {
        let by_passphrase = self.verify == Some(KeyVerify::Passphrase);
        if by_passphrase {
            self.silence = None;
            let silence = self.has_terminal.then(|| Silence::begin(rustix::stdio::stdin()).ok());
            self.silence = silence.flatten();
            if self.silence.is_none() {
                return Some(KeySaid::No);
            }
        }
        let id = if by_passphrase { "key-notice-passphrase" } else { "key-notice-finger" };
        let title = texts.get(id);
        let deny = say!(texts, "key-notice-deny");
        let notification = Notification { title, text: what.to_owned(), yes: None, no: deny };
        self.notice = self.show(&notification.lend());
        if by_passphrase {
            write(&format!("{what} {} ", say!(texts, "key-ask-passphrase")));
        } else if self.has_terminal {
            drain();
            write(&format!("{what} {}\n", say!(texts, "key-ask-finger")));
        } else if self.notice.is_none() {
            return Some(KeySaid::No);
        }
        None
    }

    /// What somebody did at either place who was asked to show who they are.
    fn shown(&mut self, texts: &Texts) -> Option<Shown> {
        if self.hear_the_desktop() == Some(KeySaid::No) {
            self.leave_the_terminal(texts);
            return Some(Shown::Refusal);
        }
        if !self.has_terminal {
            return None;
        }
        let Some(silence) = &self.silence else {
            return match typed()? {
                Typed::Line(line) => {
                    let line = line.trim().to_lowercase();
                    let is_no = matches!(line.as_str(), "n" | "no" | "いいえ");
                    is_no.then_some(Shown::Refusal)
                }
                Typed::End => self.lose_the_terminal().then_some(Shown::Refusal),
            };
        };
        let state = state();
        if state.is_empty() {
            return None;
        }
        let line = silence.read_line();
        self.silence = None;
        if state.contains(PollFlags::HUP) {
            self.has_terminal = false;
        }
        Some(match line {
            Ok(line) if !line.expose().is_empty() => Shown::Passphrase(Hidden(line)),
            _ => Shown::Refusal,
        })
    }

    /// The terminal was closed; tells whether it was the only place.
    const fn lose_the_terminal(&mut self) -> bool {
        self.has_terminal = false;
        self.notice.is_none()
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
            Typed::End => self.lose_the_terminal().then_some(KeySaid::No),
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
        // Who is asked for before it is known what there is hears of the site alone.
        KeyAbout::SignIn { site, count: 0, .. } => {
            say!(texts, "key-about-sign-in", site = harmless(site))
        }
        KeyAbout::SignIn { site, count: 1, .. } => {
            say!(texts, "key-about-sign-in-unnamed", site = harmless(site))
        }
        KeyAbout::SignIn { site, count, .. } => {
            say!(texts, "key-about-sign-in-among", site = harmless(site), count = *count)
        }
        KeyAbout::NextSignIn => say!(texts, "key-about-sign-in-next"),
        KeyAbout::U2fRegister { .. } => say!(texts, "key-about-u2f-register"),
        KeyAbout::U2fSignIn { .. } => say!(texts, "key-about-u2f-sign-in"),
        KeyAbout::Token { site: Some(site) } => {
            say!(texts, "key-about-token-at", site = harmless(site))
        }
        KeyAbout::Token { site: None } => say!(texts, "key-about-token"),
        KeyAbout::Manage => say!(texts, "key-about-manage"),
        KeyAbout::LargeBlobs => say!(texts, "key-about-large-blobs"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn sign_in(account: Option<&str>, count: u32, lang: Lang) -> String {
        let (site, account) = ("inn.example".to_owned(), account.map(str::to_owned));
        what(&KeyAbout::SignIn { site, account, count }, &Texts::new(lang))
    }

    #[test]
    fn a_sign_in_names_the_account_or_says_how_many_or_that_the_site_alone_knows() {
        for (account, count, en, ja) in [
            (Some("hana"), 1, "sign you in as hana.", "hana としてサインイン"),
            (None, 1, "with an account that the site knows.", "サイトの知っているアカウントで"),
            (None, 3, "with one of 3 accounts.", "3個のアカウントのどれかで"),
            (None, 0, "inn.example wants to sign you in.", "inn.example にサインイン"),
        ] {
            let told = sign_in(account, count, Lang::En);
            assert!(told.contains("inn.example") && told.contains(en), "{told}");
            let told = sign_in(account, count, Lang::Ja);
            assert!(told.contains("inn.example") && told.contains(ja), "{told}");
        }
    }

    #[test]
    fn a_reset_says_what_is_lost_and_what_comes_back() {
        let told = what(&KeyAbout::Reset, &Texts::new(Lang::En));
        assert!(told.contains("ALL passkeys, its PIN and settings"), "{told}");
        assert!(told.contains("all but PIN and settings"), "{told}");
        let told = what(&KeyAbout::Reset, &Texts::new(Lang::Ja));
        assert!(told.contains("PINと設定のほかは"), "{told}");
    }
}
