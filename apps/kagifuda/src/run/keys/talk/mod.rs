// SPDX-License-Identifier: MIT OR Apache-2.0
//! A conversation with one key: one request at a time, and the person told to touch when the key waits for
//! that.
//!
//! Ctrl-C takes a request back, so that the key does not go on blinking for nobody.

mod card;
mod reports;

use getrandom::SysRng;
use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::hid::{Command, MAX_MESSAGE_BYTES, Waiting};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_linux::pcsc::Card;
use kagifuda_linux::signals::HeldSignals;
use rand_core::UnwrapErr;
use zeroize::Zeroizing;

use self::card::Applet;
use self::reports::Reports;
pub(super) use self::reports::Wire;
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::say;

/// The random numbers of this process.
pub(super) const fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// What a key says of itself, as it said it.
pub(super) struct Introduction(Zeroizing<Vec<u8>>);

impl Introduction {
    /// Reads it.
    pub(super) fn read(&self) -> Result<Info<'_>, Fault> {
        Ok(client::read_info(&self.0).map_err(KeyTrouble::of_answer)?)
    }
}

/// What happens while a key is waited for.
struct Pause<'s, 't> {
    session: &'s mut Session<'t>,
    signals: HeldSignals,
    was_told: bool,
}

impl<'s, 't> Pause<'s, 't> {
    fn begin(session: &'s mut Session<'t>) -> Result<Self, Fault> {
        Ok(Self { session, signals: HeldSignals::that_end()?, was_told: false })
    }

    /// Tells the person what the key waits for, once.
    fn tell(&mut self, waiting: Waiting) {
        if waiting == Waiting::UserPresence && !self.was_told {
            self.was_told = true;
            let told = say!(self.session.texts, "key-touch-it");
            self.session.tell(&told);
        }
    }

    /// Whether the person takes the request back.
    fn is_interrupted(&self) -> bool {
        self.signals.take().is_some()
    }
}

/// What carries the requests.
enum Line {
    Reports(Reports),
    Card(Applet),
}

/// A conversation with a key.
pub(super) struct Talk {
    line: Line,
    request: Zeroizing<Vec<u8>>,
    /// Whether the person is told elsewhere what the key waits for.
    pub(super) is_quiet: bool,
}

impl Talk {
    /// Asks a USB key for a channel.
    pub(super) fn begin(wire: Wire) -> Result<Self, Fault> {
        Ok(Self::over(Line::Reports(Reports::begin(wire)?)))
    }

    /// Selects what a card has of FIDO; `None` where it has nothing.
    pub(super) fn with_card(card: Card) -> Result<Option<Self>, Fault> {
        Ok(Applet::select(card)?.map(|applet| Self::over(Line::Card(applet))))
    }

    fn over(line: Line) -> Self {
        Self { line, request: Zeroizing::new(vec![0; MAX_MESSAGE_BYTES]), is_quiet: false }
    }

    /// Lets the key show which one it is.
    pub(super) fn wink(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        match &mut self.line {
            Line::Reports(line) if line.greeting().capabilities.can_wink() => {
                line.send(Command::Wink, &[], &mut Pause::begin(s)?).map(|_| ())
            }
            _ => Err(KeyTrouble::CannotDo.into()),
        }
    }

    /// Asks the key what it is.
    pub(super) fn introduce(&mut self, s: &mut Session<'_>) -> Result<Introduction, Fault> {
        self.ask(s, client::get_info).map(Introduction)
    }

    /// Sends the request that `write` writes, and waits for the answer. A key that knows no such requests
    /// is too old.
    pub(super) fn ask(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if matches!(&self.line, Line::Reports(line) if !line.greeting().capabilities.speaks_ctap2())
        {
            return Err(KeyTrouble::TooOld.into());
        }
        let length = write(&mut self.request).map_err(KeyTrouble::of_answer)?;
        self.send(s, length)
    }

    /// Asks for what a list wants next; `None` at its end.
    pub(super) fn ask_next(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<Option<usize>, ClientError>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let length = write(&mut self.request).map_err(KeyTrouble::of_answer)?;
        length.map(|length| self.send(s, length)).transpose()
    }

    /// Asks for what has no result but that it was done.
    pub(super) fn order(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<(), Fault> {
        let answer = self.ask(s, write)?;
        Ok(client::read_done(&answer).map_err(KeyTrouble::of_answer)?)
    }

    /// Sends what lies in the request.
    fn send(&mut self, s: &mut Session<'_>, length: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let message = &self.request[..length];
        let mut pause = Pause::begin(s)?;
        pause.was_told = self.is_quiet;
        match &mut self.line {
            Line::Reports(line) => line.send(Command::Cbor, message, &mut pause),
            Line::Card(applet) => applet.send(message, &mut pause),
        }
    }
}
