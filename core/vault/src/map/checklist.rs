// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first 24 hours after a loss, as an ordered list of tasks: stop what can still do harm, get back into
//! what matters most, take the lost thing off every list, and replace what somebody could read off it.
//!
//! A list is made once, at the loss, and kept in the vault as lines of text, so that its numbers stay when the map changes.

use std::fmt;

use super::facts::{Door, DoorKind, Need, Thing, ThingKind, UseFor};
use super::losses::Losses;
use super::rule::Loss;
use crate::ids::ItemId;

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        /// What a task asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verb {
            $($(#[$doc])* $name,)+
        }

        impl Verb {
            /// Every verb.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its word in the vault.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The verb of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|verb| verb.word() == word)
            }
        }
    };
}
pub(super) use verbs;

verbs! {
    /// Lock or wipe the phone from afar.
    LockPhone = "lock-phone";
    /// Lock the PC and sign it out from afar.
    LockPc = "lock-pc";
    /// Lock the device from afar.
    LockDevice = "lock-device";
    /// Have the SIM stopped and the number given a new one.
    StopNumber = "stop-number";
    /// Have a bank's app stopped.
    StopApp = "stop-app";
    /// Recover the account that was lost.
    RecoverAccount = "recover-account";
    /// Restore the vault from a copy, on another PC.
    RestoreVault = "restore-vault";
    /// Give the vault a new passphrase.
    NewPassphrase = "new-passphrase";
    /// Make new recovery words and remove the old ones.
    NewWords = "new-words";
    /// Open the vault: what is left is not enough.
    VaultShut = "vault-shut";
    /// Sign in by another method and take the lost thing off the list there.
    Revoke = "revoke";
    /// Begin the service's own recovery.
    Recover = "recover";
    /// Set up anew what was lost.
    Enrol = "enrol";
    /// Choose a new password.
    ReplacePassword = "replace-password";
    /// Have a new secret made for codes.
    ReplaceToken = "replace-token";
    /// Fetch new backup codes.
    ReplaceCodes = "replace-codes";
    /// Treat what was in an open vault as known.
    ReplaceAll = "replace-all";
    /// Make another copy of the vault.
    CopyVault = "copy-vault";
    /// Report it: police, employer, insurance.
    Report = "report";
    /// Enter its successor.
    EnterNew = "enter-new";
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What to do.
    pub verb: Verb,
    /// With what: an item's id, else a name; empty for the lost thing itself.
    pub subject: String,
}

impl Task {
    fn new(verb: Verb) -> Self {
        Self { verb, subject: String::new() }
    }

    fn at(verb: Verb, door: &Door) -> Self {
        Self { verb, subject: subject(door.item, &door.name) }
    }

    /// Reads what [`fmt::Display`] writes, its number before it or not.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let (verb, subject) = line.split_once(' ').unwrap_or((line, ""));
        Some(Self { verb: Verb::of(verb)?, subject: subject.to_owned() })
    }

    /// Tells whether the task is about this door.
    #[must_use]
    pub fn is_at(&self, door: &Door) -> bool {
        !self.subject.is_empty() && self.subject == subject(door.item, &door.name)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(format!("{} {}", self.verb.word(), self.subject).trim_end())
    }
}

/// A list as the vault keeps it: each task with its number, so that sorting them keeps their order.
#[must_use]
pub fn lines(tasks: &[Task]) -> Vec<String> {
    numbered(tasks)
}

/// The tasks of lines, in their order; what a newer version wrote is left out.
#[must_use]
pub fn tasks(lines: &[String]) -> Vec<(usize, Task)> {
    parsed(lines, Task::parse)
}

pub(super) fn numbered<T: fmt::Display>(tasks: &[T]) -> Vec<String> {
    tasks.iter().enumerate().map(|(at, task)| format!("{:04} {task}", at + 1)).collect()
}

pub(super) fn parsed<T>(lines: &[String], parse: fn(&str) -> Option<T>) -> Vec<(usize, T)> {
    let mut lines: Vec<&String> = lines.iter().collect();
    lines.sort();
    let numbered = lines.into_iter().filter_map(|line| {
        let number = line.split(' ').next()?.parse().ok()?;
        Some((number, parse(line)?))
    });
    numbered.collect()
}

pub(super) fn subject(item: Option<[u8; 16]>, name: &str) -> String {
    item.map_or_else(|| name.to_owned(), |item| ItemId(item).to_string())
}

/// What to do when a thing is lost, in this order.
#[must_use]
pub fn checklist(losses: &Losses<'_>, thing: usize) -> Vec<Task> {
    let making = Making { losses, thing: &losses.world().things[thing], at: thing };
    let mut tasks = making.stop_harm();
    tasks.extend(making.vault());
    let doors = making.doors();
    tasks.extend(doors.iter().filter_map(|door| making.get_in(*door)));
    tasks.extend(doors.iter().filter_map(|door| making.enrol(*door)));
    for door in &doors {
        tasks.extend(making.replace(*door));
    }
    tasks.extend(making.afterwards());
    tasks
}

struct Making<'l, 'w> {
    losses: &'l Losses<'w>,
    thing: &'w Thing,
    at: usize,
}

impl<'w> Making<'_, 'w> {
    fn door(&self, door: usize) -> &'w Door {
        &self.losses.world().doors[door]
    }

    fn needs_it(&self, needs: &[Need]) -> bool {
        needs.iter().any(|need| matches!(need, Need::Thing(at) if *at as usize == self.at))
    }

    /// The services that have to do with it, or do not open without it; those that matter most first.
    fn doors(&self) -> Vec<usize> {
        let outcome = self.losses.outcome();
        let concerns = |door: &usize| {
            let of = self.door(*door);
            let uses = of.methods.iter().any(|method| self.needs_it(&method.needs));
            let is_shut = outcome.is_locked_by(*door, Loss::One(self.at));
            of.kind == DoorKind::Service && (uses || is_shut)
        };
        self.losses.order().iter().copied().filter(concerns).collect()
    }

    fn stop_harm(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        match self.thing.kind {
            ThingKind::Phone => tasks.extend([Verb::LockPhone, Verb::StopNumber].map(Task::new)),
            ThingKind::Number => tasks.push(Task::new(Verb::StopNumber)),
            ThingKind::Pc => tasks.push(Task::new(Verb::LockPc)),
            ThingKind::Device => tasks.push(Task::new(Verb::LockDevice)),
            ThingKind::Mail
            | ThingKind::Account
            | ThingKind::Google
            | ThingKind::Icloud
            | ThingKind::PasswordManager => tasks.push(Task::new(Verb::RecoverAccount)),
            _ => {}
        }
        for door in self.losses.order().iter().map(|door| self.door(*door)) {
            let is_bound =
                |method: &super::Method| method.what == "app-token" && self.needs_it(&method.needs);
            if door.methods.iter().any(is_bound) {
                tasks.push(Task::at(Verb::StopApp, door));
            }
        }
        tasks
    }

    fn vault(&self) -> Vec<Task> {
        let vault = self.losses.order().iter().find(|at| self.door(**at).kind == DoorKind::Vault);
        let Some(vault) = vault else { return Vec::new() };
        let outcome = self.losses.outcome();
        let mut tasks = Vec::new();
        if outcome.is_locked_by(*vault, Loss::One(self.at)) {
            tasks.push(Task::new(Verb::VaultShut));
        } else {
            match self.thing.kind {
                ThingKind::Pc => tasks.push(Task::new(Verb::RestoreVault)),
                ThingKind::Passphrase => tasks.push(Task::new(Verb::NewPassphrase)),
                ThingKind::Sheet => tasks.push(Task::new(Verb::NewWords)),
                _ => {}
            }
        }
        tasks
    }

    fn get_in(&self, door: usize) -> Option<Task> {
        // The account itself is what the list begins with.
        if self.losses.is_account_of(self.at, door) {
            return None;
        }
        let is_shut = !self.losses.outcome().is_open(door, Loss::One(self.at));
        Some(Task::at(if is_shut { Verb::Recover } else { Verb::Revoke }, self.door(door)))
    }

    fn enrol(&self, door: usize) -> Option<Task> {
        let of = self.door(door);
        let is_daily = |it: &super::Method| it.use_for == UseFor::Daily && self.needs_it(&it.needs);
        let has_few = self.losses.outcome().has_one_way(door, Loss::One(self.at))
            || !self.losses.outcome().is_open(door, Loss::One(self.at));
        let is_own = self.losses.is_account_of(self.at, door);
        (!is_own && (has_few || of.methods.iter().any(is_daily))).then(|| Task::at(Verb::Enrol, of))
    }

    /// What somebody could read off the thing.
    fn replace(&self, door: usize) -> Vec<Task> {
        let is_readable = matches!(
            self.thing.kind,
            ThingKind::Phone
                | ThingKind::Pc
                | ThingKind::Stick
                | ThingKind::Device
                | ThingKind::Google
                | ThingKind::Icloud
                | ThingKind::PasswordManager
                | ThingKind::Paper
                | ThingKind::Mail
                | ThingKind::Account
        );
        if !is_readable || self.losses.is_account_of(self.at, door) {
            return Vec::new();
        }
        let of = self.door(door);
        let kept_there = |what: &str| {
            of.methods.iter().any(|it| {
                it.what == what && (self.needs_it(&it.needs) || self.is_kept_behind(&it.needs))
            })
        };
        let replaced = [
            ("password", Verb::ReplacePassword),
            ("backup-codes", Verb::ReplaceCodes),
            ("token", Verb::ReplaceToken),
        ];
        let replaced = replaced.into_iter().filter(|(what, _)| kept_there(what));
        replaced.map(|(_, verb)| Task::at(verb, of)).collect()
    }

    /// Tells whether something needs the service whose account is lost.
    fn is_kept_behind(&self, needs: &[Need]) -> bool {
        self.thing.kind == ThingKind::Account
            && needs.iter().any(|need| {
                matches!(need, Need::Door(at) if self.losses.is_account_of(self.at, *at as usize))
            })
    }

    fn afterwards(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        if self.thing.kind == ThingKind::Pc {
            tasks.push(Task::new(Verb::ReplaceAll));
        }
        let holds_a_copy = self.losses.order().iter().any(|at| {
            let door = self.door(*at);
            let is_copy = |it: &super::Method| {
                it.what == "vault-copy"
                    && (self.needs_it(&it.needs) || self.is_kept_behind(&it.needs))
            };
            door.kind == DoorKind::Vault && door.methods.iter().any(is_copy)
        });
        if holds_a_copy && self.thing.kind != ThingKind::Pc {
            tasks.push(Task::new(Verb::CopyVault));
        }
        if matches!(
            self.thing.kind,
            ThingKind::Phone
                | ThingKind::Pc
                | ThingKind::Stick
                | ThingKind::Key
                | ThingKind::Device
        ) {
            tasks.extend([Verb::Report, Verb::EnterNew].map(Task::new));
        }
        tasks
    }
}
