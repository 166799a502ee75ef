// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moving from one thing to another, a phone to the next one: what of the old one has to be done anew, and what the
//! world looks like when part of it is done.
//!
//! Least important service first, so that a mistake is cheap. What is done is *added* at the new thing; the old way
//! goes only afterwards, and only where the new one was proven. That a task adds what it says is the holder's word or a
//! code's; given that, no beginning of a plan shuts a service that was open, which a property test tries. What the map
//! does not know to be open is told apart ([`unsure`]). A plan is kept in the vault as lines of text, as a
//! [`super::checklist`] is; what the map has learned since is [`missing`] from it.

use std::collections::BTreeSet;
use std::fmt;

use super::checklist::{numbered, parsed, subject, verbs};
use super::facts::{Door, DoorKind, Method, Need, ThingKind, World};
use super::losses::Losses;
use super::read::VAULT;
use super::rule::Loss;
use crate::ids::ItemId;

verbs! {
    /// Put the SIM, or the number, into the new phone.
    MoveSim = "move-sim";
    /// Give a token of this vault to the new thing, and prove it by a code.
    HandOver = "hand-over";
    /// Bring a token along that is only in an app on the old thing, or have a new one made.
    MoveToken = "move-token";
    /// Enrol anew an app that is bound to the old thing.
    ReEnrol = "re-enrol";
    /// Register a passkey or a key that lives on the new thing.
    Register = "register";
    /// Look whether a passkey that is synced has come along.
    CheckPasskey = "check-passkey";
    /// Register a passkey anew, because the account it is synced by does not open on the new thing.
    RegisterAnew = "register-anew";
    /// Have a text message sent, once the number is there.
    CheckText = "check-text";
    /// Bring a saved password along.
    CarryPassword = "carry-password";
    /// Bring backup codes along, or fetch new ones.
    CarryCodes = "carry-codes";
    /// Put a copy of this vault there.
    CopyVault = "copy-vault";
    /// Put a copy of this vault elsewhere, because none opens on the new thing.
    KeepCopy = "keep-copy";
    /// Set up whatever else it was.
    SetUp = "set-up";
    /// Take the old thing off the lists of accounts.
    SignOut = "sign-out";
    /// Wipe the old thing.
    Wipe = "wipe";
}

impl Verb {
    /// Tells whether it comes when everything else has been moved.
    #[must_use]
    pub const fn is_last(self) -> bool {
        matches!(self, Self::SignOut | Self::Wipe)
    }

    /// Tells whether an old way is left when it is done, which the holder has to disable.
    #[must_use]
    pub const fn leaves_old(self) -> bool {
        matches!(
            self,
            Self::HandOver
                | Self::MoveToken
                | Self::ReEnrol
                | Self::Register
                | Self::CopyVault
                | Self::SetUp
        )
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub verb: Verb,
    /// The token of this vault that is handed over.
    pub token: Option<ItemId>,
    /// The item of the method that lives on the old thing.
    pub method: Option<ItemId>,
    /// At which service: its item's id, else its name; empty for this vault and for the things themselves.
    pub subject: String,
}

impl Step {
    fn new(verb: Verb) -> Self {
        Self { verb, token: None, method: None, subject: String::new() }
    }

    fn at(verb: Verb, door: &Door, method: &Method) -> Self {
        let subject = subject(door.item, &door.name);
        Self { verb, token: None, method: method.item.map(ItemId), subject }
    }

    /// Reads what [`fmt::Display`] writes, its number before it or not.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let mut words = line.splitn(4, ' ');
        let verb = Verb::of(words.next()?)?;
        let [token, method] = [words.next()?, words.next()?].map(ItemId::parse);
        Some(Self { verb, token, method, subject: words.next().unwrap_or_default().to_owned() })
    }

    /// Tells whether it is about this door.
    #[must_use]
    pub fn is_at(&self, door: &Door) -> bool {
        match door.kind {
            DoorKind::Vault => self.subject.is_empty() && !self.is_of_things(),
            DoorKind::Service => {
                !self.subject.is_empty() && self.subject == subject(door.item, &door.name)
            }
        }
    }

    /// Tells whether it is about the things themselves.
    const fn is_of_things(&self) -> bool {
        self.verb.is_last() || matches!(self.verb, Verb::MoveSim)
    }

    /// Tells whether a code of the token proves it.
    #[must_use]
    pub const fn is_proven_by_code(&self) -> bool {
        self.token.is_some()
    }

    /// The method that it is about: of the old thing, or synced by an account.
    fn original<'d>(&self, door: &'d Door, old: usize) -> Option<&'d Method> {
        let has_method = self.method.is_some() || self.token.is_none();
        let is_it = |it: &&Method| {
            let is_named = it.all().any(|one| one.item.map(ItemId) == self.method);
            has_method && is_named && (needs_thing(it, old) || self.verb == Verb::RegisterAnew)
        };
        door.methods.iter().find(is_it)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = |id: Option<ItemId>| id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        let (token, method) = (id(self.token), id(self.method));
        let line = format!("{} {token} {method} {}", self.verb.word(), self.subject);
        f.write_str(line.trim_end())
    }
}

/// A plan as the vault keeps it.
#[must_use]
pub fn lines(steps: &[Step]) -> Vec<String> {
    numbered(steps)
}

/// The steps of lines with their numbers, in their order; what a newer version wrote is left out.
#[must_use]
pub fn steps(lines: &[String]) -> Vec<(usize, Step)> {
    parsed(lines, Step::parse)
}

/// From where to where, by places in [`World::things`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The thing that goes.
    pub old: usize,
    /// The thing that takes its place.
    pub new: usize,
}

/// Tells whether one can move from a thing, or to it: whether it is held in the hand.
#[must_use]
pub const fn can_move(kind: ThingKind) -> bool {
    matches!(
        kind,
        ThingKind::Phone | ThingKind::Pc | ThingKind::Key | ThingKind::Stick | ThingKind::Device
    )
}

/// Tells whether a thing of one kind can take the place of one of another. What a PC is to this vault only a PC is.
#[must_use]
pub const fn can_replace(old: ThingKind, new: ThingKind) -> bool {
    can_move(old)
        && can_move(new)
        && (!matches!(old, ThingKind::Pc) || matches!(new, ThingKind::Pc))
}

/// What to do, the least important service first. Each method of the old thing is in exactly one step.
#[must_use]
pub fn plan(losses: &Losses<'_>, way: Way) -> Vec<Step> {
    let planning = Planning { world: losses.world(), way };
    let mut steps = Vec::new();
    for door in losses.order().iter().rev() {
        steps.extend(planning.at(*door));
    }
    let first_text = steps.iter().position(|step| step.verb == Verb::CheckText);
    if first_text.is_some() || planning.has_number() {
        // Texts reach the new phone only once the number does, and until then those of all services the old one.
        steps.insert(first_text.unwrap_or(steps.len()), Step::new(Verb::MoveSim));
    }
    steps.extend(planning.afterwards());
    steps
}

/// The steps of a plan made now that an earlier one has not.
#[must_use]
pub fn missing(losses: &Losses<'_>, way: Way, steps: &[(usize, Step)]) -> Vec<Step> {
    let mut made = plan(losses, way);
    made.retain(|step| steps.iter().all(|(_, old)| old != step));
    made
}

/// The services of which the map sees no certain way in as it is: what their hanging on a thing would mean it cannot say.
#[must_use]
pub fn unsure(losses: &Losses<'_>) -> Vec<usize> {
    let is_service = |at: &usize| losses.world().doors[*at].kind == DoorKind::Service;
    let is_shut = |at: &usize| !losses.outcome().is_open(*at, Loss::Nothing);
    losses.order().iter().copied().filter(|at| is_service(at) && is_shut(at)).collect()
}

/// Tells whether a step can be taken only while the old thing works: what is bound to it cannot be read out of it later,
/// and what nothing else opens cannot be changed later.
#[must_use]
pub fn needs_old(losses: &Losses<'_>, old: usize, step: &Step) -> bool {
    let world = losses.world();
    let is_bound = matches!(step.verb, Verb::ReEnrol | Verb::MoveToken | Verb::RegisterAnew);
    let door = world.doors.iter().position(|door| step.is_at(door));
    let outcome = losses.outcome();
    let is_shut = door.is_some_and(|door| outcome.is_locked_by(door, Loss::One(old)));
    // A passkey that has not come along after all is registered anew with the old thing, if nothing else opens.
    let is_only = door.is_some_and(|door| outcome.has_one_way(door, Loss::One(old)));
    match step.verb {
        Verb::HandOver | Verb::CheckText => false,
        Verb::CheckPasskey => is_only,
        _ => is_bound || is_shut,
    }
}

/// The world when these steps are done, and the old ways of those taken off.
///
/// What is done stands beside what was there; only a text message, whose number is in one place, moves at once.
#[must_use]
pub fn after(world: &World, way: Way, done: &[&Step], off: &[&Step]) -> World {
    let mut later = world.clone();
    for step in done {
        let Some(at) = world.doors.iter().position(|door| step.is_at(door)) else { continue };
        let Some(method) = moved(&world.doors[at], way, step) else { continue };
        later.doors[at].methods.push(method);
        if step.verb == Verb::CheckText {
            take_off(&mut later.doors[at], way.old, step);
        }
    }
    for step in off {
        if let Some(at) = world.doors.iter().position(|door| step.is_at(door)) {
            take_off(&mut later.doors[at], way.old, step);
        }
    }
    later
}

/// The doors that open now and would not if the old thing were gone at this moment, those that matter most first.
#[must_use]
pub fn still_hang_on(world: &World, way: Way, done: &[&Step]) -> Vec<usize> {
    let later = after(world, way, done, &[]);
    let losses = Losses::of(&later);
    let hangs = |door: &usize| losses.outcome().is_locked_by(*door, Loss::One(way.old));
    losses.order().iter().copied().filter(hangs).collect()
}

fn needs_thing(method: &Method, thing: usize) -> bool {
    method.needs.iter().any(|need| is_thing(*need, thing))
}

fn is_thing(need: Need, thing: usize) -> bool {
    matches!(need, Need::Thing(at) if at as usize == thing)
}

/// The method as it is at the new thing.
fn moved(door: &Door, way: Way, step: &Step) -> Option<Method> {
    // Elsewhere is where nobody has said yet.
    if step.verb == Verb::KeepCopy {
        return None;
    }
    let is_token = |it: &&Method| {
        step.token.is_some() && it.all().any(|one| one.item.map(ItemId) == step.token)
    };
    let original = step.original(door, way.old);
    let from = original.or_else(|| door.methods.iter().find(is_token))?;
    let new = Need::Thing(u32::try_from(way.new).ok()?);
    if step.verb == Verb::RegisterAnew {
        return Some(Method { needs: vec![new], others: Vec::new(), ..from.clone() });
    }
    let needs = from.needs.iter().map(|need| match need {
        Need::Door(VAULT) if original.is_none() => new,
        need if is_thing(*need, way.old) => new,
        need => *need,
    });
    let needs: BTreeSet<Need> = needs.collect();
    Some(Method { needs: needs.into_iter().collect(), ..from.clone() })
}

fn take_off(door: &mut Door, old: usize, step: &Step) {
    // What is in the account stays there.
    if step.verb == Verb::RegisterAnew {
        return;
    }
    let Some(way) = step.original(door, old).cloned() else { return };
    let Some(at) = door.methods.iter().position(|it| *it == way) else { return };
    door.methods.remove(at);
    let is_left = |one: &&Method| one.item.map(ItemId) != step.method;
    let mut left = way.all().filter(is_left).map(|it| Method { others: Vec::new(), ..it.clone() });
    if let Some(first) = left.next() {
        door.methods.insert(at, Method { others: left.collect(), ..first });
    }
}

struct Planning<'w> {
    world: &'w World,
    way: Way,
}

impl<'w> Planning<'w> {
    fn kinds(&self) -> (ThingKind, ThingKind) {
        let kind = |at: usize| self.world.things[at].kind;
        (kind(self.way.old), kind(self.way.new))
    }

    /// Tells whether a phone number goes with the old phone.
    fn has_number(&self) -> bool {
        self.kinds().1 == ThingKind::Phone && !self.world.things[self.way.old].number.is_empty()
    }

    /// What to do at one door.
    fn at(&self, door: usize) -> Vec<Step> {
        let door = &self.world.doors[door];
        let on_old = door.methods.iter().filter(|it| needs_thing(it, self.way.old));
        let on_old: Vec<&Method> = on_old.flat_map(Method::all).collect();
        let mut tokens = self.tokens(door).into_iter();
        let verb_of = |method: &Method| self.verb_of(&method.what);
        // A token that this vault has, too, comes from here; the app it was in lets nothing out perhaps. Where there are
        // not as many here as there, nobody can tell which of them is here.
        let count = on_old.iter().filter(|it| verb_of(it) == Verb::MoveToken).count();
        let are_here = count == tokens.len();
        let mut steps = Vec::new();
        for method in on_old {
            let verb = verb_of(method);
            let is_here = verb == Verb::MoveToken && are_here;
            let token = if is_here { tokens.next() } else { None };
            let verb = if token.is_some() { Verb::HandOver } else { verb };
            steps.push(Step { token, ..Step::at(verb, door, method) });
        }
        for token in tokens {
            let subject = subject(door.item, &door.name);
            steps.push(Step { token: Some(token), subject, ..Step::new(Verb::HandOver) });
        }
        let synced = door.methods.iter().flat_map(Method::all).filter(|it| self.is_synced(it));
        steps.extend(synced.map(|it| {
            let verb =
                if self.opens_account(&it.lives) { Verb::CheckPasskey } else { Verb::RegisterAnew };
            Step::at(verb, door, it)
        }));
        steps
    }

    /// The tokens of this vault that the new thing can take. A security key takes none, and this PC has them.
    fn tokens(&self, door: &Door) -> Vec<ItemId> {
        use ThingKind::{Device, Pc, Phone};
        if !matches!(self.kinds(), (Phone | Device | Pc, Phone | Device)) {
            return Vec::new();
        }
        let is_here = |it: &&Method| {
            // Only what is an item of the vault itself has been in it since some moment.
            it.what == "token" && it.since.is_some() && it.needs.contains(&Need::Door(VAULT))
        };
        let here = door.methods.iter().flat_map(Method::all).filter(is_here);
        here.filter_map(|it| it.item.map(ItemId)).collect()
    }

    /// Tells whether the new thing opens the passkeys of such an account. Those of Apple open nowhere else.
    fn opens_account(&self, lives: &str) -> bool {
        let system = self.world.things[self.way.new].system.as_str();
        lives != "icloud" || system == "ios"
    }

    /// Tells whether a passkey is kept in an account, and not on the old thing.
    fn is_synced(&self, method: &Method) -> bool {
        use ThingKind::{Device, Pc, Phone};
        method.what == "passkey"
            && method.synced == "yes"
            && matches!(method.lives.as_str(), "google" | "icloud")
            && matches!(self.kinds(), (Phone | Device | Pc, Phone | Device | Pc))
            && !needs_thing(method, self.way.old)
    }

    fn verb_of(&self, what: &str) -> Verb {
        match what {
            "app-token" | "push" => Verb::ReEnrol,
            "token" => Verb::MoveToken,
            "passkey" | "security-key" => Verb::Register,
            "sms" => Verb::CheckText,
            "password" => Verb::CarryPassword,
            "backup-codes" => Verb::CarryCodes,
            "vault-copy" => match self.kinds().1 {
                ThingKind::Pc | ThingKind::Stick => Verb::CopyVault,
                _ => Verb::KeepCopy,
            },
            _ => Verb::SetUp,
        }
    }

    fn afterwards(&self) -> Vec<Step> {
        use ThingKind::{Device, Pc, Phone};
        let has_sessions = matches!(self.kinds().0, Phone | Device | Pc);
        let first = has_sessions.then(|| Step::new(Verb::SignOut));
        first.into_iter().chain([Step::new(Verb::Wipe)]).collect()
    }
}
