// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key that is plugged in: one loop over its port, the signals and the person, which never waits for any of them
//! alone. Keep-alives go out while somebody is asked; a request that is taken back takes its question along.

use std::time::{Duration, Instant};

use kagifuda_ctap::client;
use kagifuda_ctap::hid::{Kind, Waiting};
use kagifuda_linux::signals::{Arrival, HeldSignals};
use kagifuda_linux::sleep::SleepWatch;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::port::{Event, Port};
use super::prompt::{PATIENCE, Prompt, UNLOCK_PATIENCE};
use super::who::{self, Shown};
use crate::agent::failure::Failure;
use crate::agent::protocol::{
    Hidden, KeyAsk, KeyConsent, KeyFrame, KeyKind, KeyProof, KeyQuestion, KeySaid, KeyVerify,
    KeyVerifying, Reply, Request, State,
};
use crate::fault::Fault;
use crate::run::session::Session;
use crate::say;

/// How often the agent hears that the key is still there.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How often a locked vault is looked at while somebody is unlocking it, and a reader while a finger is wanted.
const LOOK: Duration = Duration::from_millis(300);
/// CTAP2_ERR_OTHER and the status word for the same, where the agent could not answer.
const OTHER: &[u8] = &[0x7F];
const OTHER_U2F: &[u8] = &[0x6F, 0x00];
/// authenticatorConfig and authenticatorReset, which switch U2F off and on (CTAP 2.3 section 7.2).
const AUTHENTICATOR_CONFIG: u8 = 0x0D;
const RESET: u8 = 0x07;

/// How long a long touch takes: a yes that is said again after this time (CTAP 2.3 section 6.6).
const LONG_TOUCH: Duration = Duration::from_secs(5);

/// How far a question has come that wants a long touch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Nobody has said yes yet.
    No,
    /// Somebody said yes then.
    Since(Duration),
    /// For long enough; it is asked again.
    Enough,
}

/// A question that stands.
struct Standing {
    ask: KeyAsk,
    since: Duration,
    looked: Duration,
    held: Held,
    /// What was told last of a verification.
    stands: KeyVerifying,
}

/// A key that is plugged in.
pub(super) struct Plugged {
    kind: KeyKind,
    port: Port,
    prompt: Prompt,
    begun: Instant,
    consent: KeyConsent,
    standing: Option<Standing>,
    heard: Duration,
    sleep: SleepWatch,
    #[cfg(feature = "testing")]
    control: Option<super::control::Control>,
    /// How long every question stands, where a test says so.
    #[cfg(feature = "testing")]
    patience: Option<Duration>,
}

impl Plugged {
    pub(super) fn new(kind: KeyKind, port: Port, prompt: Prompt) -> Result<Self, Fault> {
        Ok(Self {
            kind,
            port,
            prompt,
            begun: Instant::now(),
            consent: KeyConsent::default(),
            standing: None,
            heard: Duration::ZERO,
            sleep: SleepWatch::begin()?,
            #[cfg(feature = "testing")]
            control: None,
            #[cfg(feature = "testing")]
            patience: super::prompt::test_patience(),
        })
    }

    #[cfg(feature = "testing")]
    pub(super) fn control_by(&mut self, control: Option<super::control::Control>) {
        self.control = control;
    }

    /// Serves until a signal ends it.
    pub(super) fn serve(
        &mut self,
        s: &mut Session<'_>,
        signals: &HeldSignals,
    ) -> Result<(), Fault> {
        self.offer_u2f(s)?;
        loop {
            self.wait(signals)?;
            while let Some(arrival) = signals.take() {
                if arrival == Arrival::End {
                    return Ok(());
                }
                self.replug(s)?;
            }
            // A key whose PC slept lost its power, and whoever asked it for something is gone.
            if self.sleep.has_slept()? {
                self.replug(s)?;
            }
            #[cfg(feature = "testing")]
            self.obey(s)?;
            self.take_in(s)?;
            self.hear_people(s)?;
            self.port.send_out(self.now())?;
            if self.now().saturating_sub(self.heard) >= HEARTBEAT {
                self.heard = self.now();
                self.beat(s)?;
            }
        }
    }

    /// How long a question stands.
    const fn patience(&self, question: KeyQuestion) -> Duration {
        #[cfg(feature = "testing")]
        if let Some(patience) = self.patience {
            return patience;
        }
        match (question, self.kind.verify) {
            (KeyQuestion::Unlock, _) | (KeyQuestion::Verify, Some(KeyVerify::Passphrase)) => {
                UNLOCK_PATIENCE
            }
            _ => PATIENCE,
        }
    }

    /// Whether the answer to a question is looked for at the agent, besides at the people.
    const fn is_looked_for(&self, question: KeyQuestion) -> bool {
        match question {
            KeyQuestion::Unlock => true,
            KeyQuestion::Verify => matches!(self.kind.verify, Some(KeyVerify::Fingerprint)),
            _ => false,
        }
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits until something happens or is due.
    fn wait(&self, signals: &HeldSignals) -> Result<(), Fault> {
        let now = self.now();
        let mut until = self.heard + HEARTBEAT;
        if let Some(due) = self.port.deadline() {
            until = until.min(due);
        }
        if let Some(standing) = &self.standing {
            until = until.min(standing.since + self.patience(standing.ask.question));
            if self.is_looked_for(standing.ask.question) {
                until = until.min(standing.looked + LOOK);
            }
            if let Held::Since(begun) = standing.held {
                until = until.min(begun + LONG_TOUCH);
            }
        }
        let left = until.saturating_sub(now);
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(1),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let mut waited =
            vec![PollFd::new(signals, PollFlags::IN), PollFd::new(&self.sleep, PollFlags::IN)];
        waited.extend(self.port.waited().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        // While a touch is held nobody is asked anything.
        let is_held = |it: &&Standing| matches!(it.held, Held::Since(_));
        if let Some(standing) = self.standing.as_ref().filter(|it| !is_held(it)) {
            let answers = self.prompt.waited(standing.ask.question);
            waited.extend(answers.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        }
        #[cfg(feature = "testing")]
        waited.extend(self.control.as_ref().map(|control| PollFd::new(control, PollFlags::IN)));
        match poll(&mut waited, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(errno) => Err(Fault::Output(errno.into())),
        }
    }

    /// Takes in all that waits.
    fn take_in(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        while let Some(event) = self.port.next(self.now())? {
            match event {
                Event::Request => {
                    self.consent = KeyConsent::default();
                    self.port.keep_alive(Waiting::Processing);
                    self.work(s)?;
                }
                Event::Cancel => self.cancel(s)?,
                Event::Abandon => self.withdraw(s),
                Event::Wink => s.tell(&say!(s.texts, "key-wink")),
            }
            self.port.send_out(self.now())?;
        }
        Ok(())
    }

    /// Has the request at work answered, or puts its question.
    fn work(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        loop {
            let Some(request) = self.port.request() else { return Ok(()) };
            let (frame, broken) = match request.kind {
                Kind::Cbor => (KeyFrame::Cbor, OTHER),
                Kind::Msg => (KeyFrame::Msg, OTHER_U2F),
            };
            let changes_settings = matches!(request.message, [AUTHENTICATOR_CONFIG | RESET, ..]);
            let message = Hidden::bytes(request.message.to_vec());
            let request = Request::KeyMessage { frame, message, consent: self.consent };
            let reply = match s.ask_as_it_is(&request) {
                Err(Fault::Agent(Failure::NoKey)) => {
                    // The agent was started anew; the key in it has to be plugged in again.
                    s.ask_as_it_is(&Request::KeyPlug(self.kind))?;
                    s.ask_as_it_is(&request)
                }
                other => other,
            };
            match reply {
                Ok(Reply::KeyAnswer(answer)) => {
                    self.port.reply_with(answer.expose());
                    return if changes_settings { self.offer_u2f(s) } else { Ok(()) };
                }
                Ok(Reply::KeyAsk(ask)) => {
                    let said = self.prompt.ask(&ask, s.texts);
                    let is_long = ask.question == KeyQuestion::LongTouch;
                    if let Some(said) = said.filter(|said| !is_long || *said != KeySaid::Yes) {
                        self.note(ask.question, said);
                        continue;
                    }
                    self.port.keep_alive(Waiting::UserPresence);
                    let now = self.now();
                    let (stands, held) = (KeyVerifying::Waiting, Held::No);
                    self.standing = Some(Standing { ask, since: now, looked: now, held, stands });
                    if said.is_some() {
                        self.hold(s);
                    }
                    return Ok(());
                }
                _ => {
                    self.port.reply_with(broken);
                    return Ok(());
                }
            }
        }
    }

    fn note(&mut self, question: KeyQuestion, said: KeySaid) {
        let slot = match question {
            KeyQuestion::Touch => &mut self.consent.touch,
            KeyQuestion::LongTouch => &mut self.consent.long_touch,
            KeyQuestion::Verify => &mut self.consent.verify,
            KeyQuestion::Unlock => &mut self.consent.unlock,
        };
        *slot = Some(said);
    }

    /// Goes on with a question that was answered, or that nobody answered.
    fn hear_people(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        let now = self.now();
        let Some(question) = self.standing.as_ref().map(|it| it.ask.question) else {
            return Ok(());
        };
        let patience = self.patience(question);
        let Some(standing) = &mut self.standing else { return Ok(()) };
        if question == KeyQuestion::Verify {
            return self.hear_who_it_is(s);
        }
        if let Held::Since(begun) = standing.held {
            return if now.saturating_sub(begun) >= LONG_TOUCH {
                self.ask_again(s)
            } else {
                Ok(())
            };
        }
        let is_long = question == KeyQuestion::LongTouch && standing.held == Held::No;
        let is_over = now.saturating_sub(standing.since) >= patience;
        let said = if question == KeyQuestion::Unlock {
            let is_due = now.saturating_sub(standing.looked) >= LOOK;
            standing.looked = if is_due { now } else { standing.looked };
            if is_due && is_open(s)? {
                Some(KeySaid::Yes)
            } else {
                self.prompt.refuses_to_unlock().then_some(KeySaid::No)
            }
        } else {
            self.prompt.said(s.texts)
        };
        match said {
            Some(KeySaid::Yes) if is_long => {
                self.hold(s);
                Ok(())
            }
            Some(said) => self.conclude(s, said),
            None if is_over => {
                self.prompt.withdraw(s.texts);
                self.conclude(s, KeySaid::Nothing)
            }
            None => Ok(()),
        }
    }

    /// Somebody said yes to a question that wants a long touch: it will be asked again.
    fn hold(&mut self, s: &mut Session<'_>) {
        let now = self.now();
        let Some(standing) = &mut self.standing else { return };
        standing.held = Held::Since(now);
        self.prompt.conclude();
        s.tell(&say!(s.texts, "key-ask-again-soon"));
    }

    /// Asks again what somebody has agreed to long enough ago.
    fn ask_again(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        let now = self.now();
        let Some(standing) = &mut self.standing else { return Ok(()) };
        (standing.held, standing.since) = (Held::Enough, now);
        match self.prompt.ask(&standing.ask, s.texts) {
            Some(said) => self.conclude(s, said),
            None => Ok(()),
        }
    }

    /// Goes on with a verification: what people show goes to the agent, which alone decides.
    fn hear_who_it_is(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        let (now, patience) = (self.now(), self.patience(KeyQuestion::Verify));
        let is_looked_for = self.is_looked_for(KeyQuestion::Verify);
        let Some(standing) = &mut self.standing else { return Ok(()) };
        let proof = match self.prompt.shown(s.texts) {
            Some(Shown::Refusal) => return self.conclude(s, KeySaid::No),
            Some(Shown::Passphrase(passphrase)) => KeyProof::Passphrase(passphrase),
            None if now.saturating_sub(standing.since) >= patience => {
                self.prompt.withdraw(s.texts);
                return self.conclude(s, KeySaid::Nothing);
            }
            None if is_looked_for && now.saturating_sub(standing.looked) >= LOOK => {
                standing.looked = now;
                KeyProof::Look
            }
            None => return Ok(()),
        };
        let stands = match s.ask_as_it_is(&Request::KeyVerify { proof }) {
            Ok(Reply::KeyVerifying(stands)) => stands,
            // The request comes again, and whatever is wrong with the agent comes out then.
            _ => KeyVerifying::Decided,
        };
        if std::mem::replace(&mut standing.stands, stands) == stands {
            return Ok(());
        }
        if let Some(remark) = who::remark(stands, self.kind.verify, s.texts) {
            self.prompt.remark(&standing.ask, &remark, !who::is_over(stands), s.texts);
        }
        // Yes is only that something was decided; what, the agent knows.
        if who::is_over(stands) { self.conclude(s, KeySaid::Yes) } else { Ok(()) }
    }

    /// Goes on with what was said to the question that stands.
    fn conclude(&mut self, s: &mut Session<'_>, said: KeySaid) -> Result<(), Fault> {
        let Some(standing) = self.standing.take() else { return Ok(()) };
        self.prompt.conclude();
        self.note(standing.ask.question, said);
        self.port.keep_alive(Waiting::Processing);
        self.work(s)
    }

    /// The platform takes its request back.
    fn cancel(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        if self.standing.is_none() {
            return Ok(());
        }
        self.prompt.withdraw(s.texts);
        if self.standing.as_ref().is_some_and(|it| it.ask.question == KeyQuestion::Unlock) {
            // What is locked cannot be asked to end: it is ended here (CTAP2_ERR_KEEPALIVE_CANCEL).
            self.standing = None;
            self.port.reply_with(&[0x2D]);
            return Ok(());
        }
        self.conclude(s, KeySaid::Cancelled)
    }

    /// A question whose request is void.
    fn withdraw(&mut self, s: &mut Session<'_>) {
        let Some(standing) = self.standing.take() else { return };
        self.prompt.withdraw(s.texts);
        if standing.ask.question == KeyQuestion::Verify {
            // An agent that does not hear of it lets the reader go by itself.
            let _ = s.ask_as_it_is(&Request::KeyVerify { proof: KeyProof::End });
        }
    }

    /// Pulls the key out and puts it in again.
    fn replug(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        self.pull_out(s);
        s.ask_as_it_is(&Request::KeyPlug(self.kind))?;
        self.port.put_in()?;
        self.offer_u2f(s)
    }

    /// Pulls the key out; what was under way is void.
    fn pull_out(&mut self, s: &mut Session<'_>) {
        self.withdraw(s);
        self.port.pull_out();
    }

    /// Says that the key is still there; to an agent that was started anew, that it is.
    fn beat(&self, s: &mut Session<'_>) -> Result<(), Fault> {
        match s.ask_as_it_is(&Request::KeyHeartbeat) {
            Err(Fault::Agent(Failure::NoKey)) => {
                s.ask_as_it_is(&Request::KeyPlug(self.kind)).map(|_| ())
            }
            other => other.map(|_| ()),
        }
    }

    /// Tells the port whether the key offers U2F, where it says so before it is asked anything else.
    fn offer_u2f(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        if !self.port.is_card() {
            return Ok(());
        }
        let mut message = [0; 1];
        client::get_info(&mut message).map_err(|_| Fault::Internal)?;
        let message = Hidden::bytes(message.to_vec());
        let consent = KeyConsent::default();
        let request = Request::KeyMessage { frame: KeyFrame::Cbor, message, consent };
        if let Reply::KeyAnswer(answer) = s.ask_as_it_is(&request)? {
            let info = client::read_info(answer.expose()).map_err(|_| Fault::Internal)?;
            self.port.offer_u2f(info.versions.iter().any(|version| version == "U2F_V2"));
        }
        Ok(())
    }

    /// Does what a test's controls say.
    #[cfg(feature = "testing")]
    fn obey(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        use super::control::Turned;
        let Some(mut control) = self.control.take() else { return Ok(()) };
        while let Some(turned) = control.next()? {
            match turned {
                Turned::Touch(is_on) => self.prompt = Prompt::Button { is_pressed: is_on },
                Turned::Power(true) => self.replug(s)?,
                Turned::Power(false) => self.pull_out(s),
            }
        }
        self.control = Some(control);
        Ok(())
    }
}

fn is_open(s: &mut Session<'_>) -> Result<bool, Fault> {
    let status = s.ask_as_it_is(&Request::Status)?;
    Ok(matches!(status, Reply::Status(status) if matches!(status.state, State::Open { .. })))
}
