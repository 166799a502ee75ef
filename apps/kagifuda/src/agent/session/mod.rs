// SPDX-License-Identifier: MIT OR Apache-2.0
//! The session: one vault file, locked or open, and every verb of the protocol on it.
//!
//! What the holder is told is never ahead of what is safe: an operation is sealed by the vault, made
//! durable by the file, then folded, and only then answered. This machine's memory of it is saved once the
//! answer is sent. Idle time counts from the last request that shows the holder's presence.

mod blobs;
mod codes;
mod edit;
mod export;
mod import;
mod import_words;
mod index;
mod items;
mod key;
mod keyring;
mod open;
mod passkeys;
mod prove;
mod restore;
mod services;
mod show;
#[cfg(test)]
mod tests;
mod tpm;
mod upkeep;
mod used;
mod ways;

pub use self::import_words::NOTES as IMPORT_NOTES;

use std::mem;
use std::rc::Rc;
use std::time::Duration;

use getrandom::SysRng;
use kagifuda_linux::clock::Moment;
use kagifuda_linux::locked::{self, Kept};
use kagifuda_vault::{KdfPolicy, UnixMillis};
use kagifuda_vaultfile::machine::MachineStore;
use rand_core::UnwrapErr;

use self::key::Key;
use self::open::Open;
use super::place::Place;
use super::protocol::{Failure, KeyConsent, Reply, Request, State, Status};
use super::server::{Desk, Next, greeting};

/// Idle time after which a vault locks, unless told otherwise.
pub const LOCK_AFTER: Duration = Duration::from_secs(600);

/// The agent's desk.
pub struct Session {
    place: Place,
    settings: Settings,
    open: Option<Open>,
    /// The security key in the vault, while it is plugged in.
    key: Option<Key>,
    /// When the holder was last present, as time since boot.
    last_used: Duration,
    is_ending: bool,
    keeps_everything: bool,
    kept: Kept,
}

/// What a session is made with.
pub struct Settings {
    /// Idle time after which the vault locks; after as much again the agent ends.
    pub lock_after: Duration,
    /// What keys may and must cost.
    pub policy: KdfPolicy,
    /// Where this machine remembers vaults; without it going back in time is not noticed.
    pub memory: Option<Rc<MachineStore>>,
    /// What this machine is called in the vault.
    pub device_name: String,
    /// The bus at which fingers are read.
    pub system_bus: String,
}

/// What most verbs need besides their arguments.
type Answer = Result<Reply, Failure>;

/// The system's generator; a kernel that cannot give random bytes ends the agent.
pub(crate) type Rng = UnwrapErr<SysRng>;

/// The system's generator.
const fn rng() -> Rng {
    UnwrapErr(SysRng)
}

const fn millis(now: Moment) -> UnixMillis {
    UnixMillis(now.unix_millis)
}

impl Session {
    /// A session for the vault at a place, locked.
    #[must_use]
    pub fn new(place: Place, settings: Settings, now: Moment) -> Self {
        Self {
            place,
            settings,
            open: None,
            key: None,
            last_used: now.since_boot,
            is_ending: false,
            keeps_everything: false,
            kept: Kept::Partly,
        }
    }

    /// Keeps all memory out of swap, where that is allowed.
    pub fn keep_memory(&mut self) {
        self.keeps_everything = locked::keep_everything();
    }

    fn serve(&mut self, request: Request, now: Moment) -> Answer {
        match request {
            Request::Hello { .. } => Ok(greeting(self.place.shown())),
            Request::Shutdown => {
                self.lock();
                self.is_ending = true;
                Ok(Reply::Done)
            }
            Request::Status => Ok(Reply::Status(self.status(now))),
            Request::Create { passphrase, words } => self.create(passphrase.0, words, now),
            Request::Unlock { secret } => self.unlock(&secret, now),
            Request::Lock => {
                self.lock();
                Ok(Reply::Done)
            }
            Request::LockAfter { seconds } => {
                if seconds == 0 {
                    return Err(Failure::BadValue { field: "seconds".to_owned() });
                }
                self.settings.lock_after = Duration::from_secs(seconds.into());
                Ok(Reply::Status(self.status(now)))
            }
            Request::Keyrings => self.keyrings(),
            Request::Tpms => self.tpms(),
            Request::ForgetSealed { id } => self.forget_sealed(id),
            Request::Verify => self.verify(),
            Request::Restore { from, secret } => self.restore(&from, &secret, now),
            Request::Merge { path, may_lock } => self.merge(&path, may_lock, now),
            Request::KeyPlug(kind) => self.plug_key(kind, now),
            Request::KeyUnplug => self.unplug_key(),
            Request::KeyHeartbeat => self.hear_of_key(now),
            Request::KeyMessage { frame, message, consent } => {
                let answer = self.key_message(frame, message.expose(), consent, now);
                self.settle(&answer);
                answer
            }
            Request::KeyVerify { proof } => self.verify_person(proof, now),
            other => {
                let answer = self.open_vault()?.serve(other, now);
                self.settle(&answer);
                answer
            }
        }
    }

    /// After a refusal that leaves it open what the file holds, only opening again can tell.
    fn settle(&mut self, answer: &Answer) {
        let is_lost = self.open.as_ref().is_some_and(|open| open.is_lost);
        if is_lost || matches!(answer, Err(Failure::Replaced)) {
            self.lock();
        }
    }

    fn open_vault(&mut self) -> Result<&mut Open, Failure> {
        if self.open.is_none() && !self.place.vault().exists() {
            return Err(Failure::NoVault { path: self.place.shown() });
        }
        self.open.as_mut().ok_or(Failure::Locked)
    }

    fn status(&self, now: Moment) -> Status {
        let state = match &self.open {
            Some(open) => open.state(),
            None if self.place.vault().exists() => State::Locked,
            None => State::Absent,
        };
        let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        Status {
            vault: self.place.shown(),
            state,
            lock_after_seconds: seconds(self.settings.lock_after),
            locks_in_seconds: self.open.as_ref().map(|_| seconds(self.time_left(now))),
            memory_locked: self.keeps_everything || self.kept == Kept::AllSoFar,
            pid: std::process::id(),
        }
    }

    fn time_left(&self, now: Moment) -> Duration {
        let idle = now.since_boot.saturating_sub(self.last_used);
        self.settings.lock_after.saturating_sub(idle)
    }

    /// Locks what memory the vault has come to use, where not everything is locked anyway.
    fn keep_data(&mut self) {
        let has_grown = self.open.as_mut().is_some_and(|open| mem::take(&mut open.has_grown));
        if has_grown && !self.keeps_everything {
            self.kept = locked::keep_data();
        }
    }
}

impl Desk for Session {
    fn answer(&mut self, request: Request, now: Moment) -> Reply {
        let is_presence = shows_presence(&request);
        let answer = self.serve(request, now);
        if is_presence {
            self.last_used = now.since_boot;
        }
        self.keep_data();
        answer.unwrap_or_else(Reply::Failed)
    }

    fn pass(&mut self, now: Moment) -> Next {
        if let Some(open) = &mut self.open {
            open.keeper.settle();
        }
        let left = self.time_left(now);
        if left.is_zero() {
            if self.open.is_none() {
                if self.key.as_ref().is_some_and(|key| key.is_plugged_in(now)) {
                    self.last_used = now.since_boot;
                } else {
                    self.is_ending = true;
                }
            } else {
                self.lock();
                // An agent with nothing to keep stays as long again, then ends.
                self.last_used = now.since_boot;
            }
        }
        if self.is_ending {
            return Next::End;
        }
        let look = self.key.as_mut().and_then(|key| key.look_at_the_reader(now));
        let left = self.time_left(now);
        Next::Within(look.map_or(left, |look| left.min(look)))
    }

    fn lock(&mut self) {
        self.open = None;
        if let Some(key) = &mut self.key {
            key.lock();
        }
    }
}

/// Whether a request shows that the holder is there.
const fn shows_presence(request: &Request) -> bool {
    !matches!(
        request,
        Request::Hello { .. }
            | Request::Status
            | Request::Keyrings
            | Request::Tpms
            | Request::Codes { watching: true, .. }
            | Request::CodesOf { .. }
            | Request::KeyPlug(_)
            | Request::KeyUnplug
            | Request::KeyHeartbeat
            | Request::KeyMessage { consent: KeyConsent { touch: None, .. }, .. }
            // Recognised or not, it says so itself.
            | Request::KeyVerify { .. }
    )
}
