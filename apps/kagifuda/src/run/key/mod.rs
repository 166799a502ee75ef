// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key run`: this PC as a security key.
//!
//! ```text
//! kernel or test -> port -> frames (core/ctap) -> agent and engine -> question? -> person -> agent -> answer
//! ```
//!
//! This process has the frames and the person; the agent has the engine and the vault. Pulling the key
//! out and putting it in again is SIGHUP; the end of the process pulls it out.

mod card;
#[cfg(feature = "testing")]
mod control;
#[cfg(feature = "testing")]
mod link;
mod plugged;
mod port;
mod prompt;
mod usb;
mod who;

use kagifuda_linux::signals::HeldSignals;

use self::plugged::Plugged;
use self::port::Port;
use self::prompt::Prompt;
use super::session::Session;
use crate::agent::protocol::{KeyKind, Request};
use crate::commands::resolve::KeyRunJob;
use crate::fault::Fault;
use crate::say;

/// Plugs the key in and serves it until the process is told to end.
pub(super) fn run(s: &mut Session<'_>, job: &KeyRunJob) -> Result<(), Fault> {
    let signals = HeldSignals::that_end()?;
    who::can_be_recognised(job)?;
    // Opens the vault where somebody is there to do it; a locked key asks later.
    if s.person.is_present() {
        s.ask(&Request::Ways)?;
    }
    let kind = KeyKind {
        is_post_quantum: job.post_quantum,
        verify: job.verify,
        is_card: job.card.is_some(),
    };
    s.ask_as_it_is(&Request::KeyPlug(kind))?;
    let port = Port::open(job)?;
    s.tell(&s.texts.get(port.greeting()));
    s.tell(&say!(s.texts, "key-this-pc-is-the-key"));
    if let Some(verify) = job.verify {
        s.tell(&s.texts.get(who::greeting(verify)));
    }
    let prompt = Prompt::new(job);
    if prompt.is_at_the_desktop() {
        s.tell(&say!(s.texts, "key-asks-at-the-desktop"));
    }
    #[cfg(feature = "testing")]
    let control = job.control.map(control::Control::listen).transpose()?;
    let mut plugged = Plugged::new(kind, port, prompt)?;
    #[cfg(feature = "testing")]
    plugged.control_by(control);
    let ended = plugged.serve(s, &signals);
    let _ = s.ask_as_it_is(&Request::KeyUnplug);
    while signals.take().is_some() {}
    ended
}
