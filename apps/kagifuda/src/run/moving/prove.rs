// SPDX-License-Identifier: MIT OR Apache-2.0
//! Proving that the new device has what it was given: it shows a code, the holder types it, the agent compares. A code
//! is typed unseen or comes through a pipe, never as an argument. Each proof is kept as soon as it is given.

use kagifuda_linux::LinuxError;
use kagifuda_vault::map::World;

use super::called;
use super::plan::{Plan, State, called_at, counts};
use crate::agent::failure::Failure;
use crate::agent::protocol::{Drift, ItemId, Proof, Reply, Request};
use crate::fault::{Fault, MoveTrouble};
use crate::run::session::Session;
use crate::say;
use crate::term::width::harmless;
use crate::text::Texts;

/// How often a mistyped code may be typed again.
const TRIES: usize = 3;

/// What came of one token.
enum Outcome {
    Proven,
    Later,
    Wrong,
}

/// Asks for a code of every token that was given, or of those of these numbers. An empty line leaves one for later.
pub(super) fn prove(
    s: &mut Session<'_>,
    world: &World,
    plan: &mut Plan,
    numbers: &[u64],
) -> Result<(), Fault> {
    let waiting = plan.tokens(numbers, |state| state == State::Sent)?;
    if waiting.is_empty() {
        return Err(MoveTrouble::NothingToProve.into());
    }
    let [old, new] = called(s, world, plan.way(world)?);
    for (number, id) in &waiting {
        confirm_given(s, plan, (*number, *id), &new)?;
    }
    let told = say!(s.texts, "move-prove-how", old = old, new = new.as_str());
    s.tell(&told);
    let (mut proven, mut wrong) = (0, 0);
    for (number, id) in waiting {
        let step = plan.steps.iter().find(|(at, _)| *at == number);
        let name = step.map(|(_, step)| called_at(s, world, step)).unwrap_or_default();
        match prove_one(s, (number, id), (&name, &new)) {
            Ok(Outcome::Proven) => {
                proven += 1;
                plan.sent.insert(number);
                plan.confirm(number);
                plan.save(s)?;
            }
            Ok(Outcome::Later) => {}
            // Removed since: there is nothing to prove.
            Err(Fault::Agent(Failure::NoSuchItem { .. })) => {}
            Ok(Outcome::Wrong) => wrong += 1,
            // A script that has no more lines leaves the rest for later.
            Err(Fault::System(LinuxError::InputEnded)) => break,
            Err(fault) => return Err(fault),
        }
    }
    let left = plan.tokens(&[], |state| state == State::Sent)?.len();
    let told = say!(s.texts, "move-proven", count = proven, left = left);
    s.tell(&told);
    if wrong > 0 { Err(MoveTrouble::WrongCodes { count: wrong }.into()) } else { Ok(()) }
}

/// A code of a token that this plan never gave away may be the old device's; where it came by another way, its holder
/// says so. One that counts would run on in two places.
fn confirm_given(
    s: &mut Session<'_>,
    plan: &Plan,
    (number, id): (usize, ItemId),
    new: &str,
) -> Result<(), Fault> {
    if plan.sent.contains(&number) {
        return Ok(());
    }
    if counts(s, id)? {
        return Err(MoveTrouble::NotSent { number: number as u64 }.into());
    }
    let question = say!(s.texts, "move-prove-question", number = number, new = new);
    s.confirm(&question)
}

fn prove_one(
    s: &mut Session<'_>,
    (number, id): (usize, ItemId),
    (name, new): (&str, &str),
) -> Result<Outcome, Fault> {
    let tries = if s.person.is_present() { TRIES } else { 1 };
    for left in (0..tries).rev() {
        let prompt = say!(s.texts, "move-ask-code", name = name, new = new);
        let code = s.person.piped_or_secret(&prompt)?;
        if code.expose().trim().is_empty() {
            return Ok(Outcome::Later);
        }
        let Reply::Proof(proof) = s.ask(&Request::Prove { id, code })? else {
            return Err(Fault::Internal);
        };
        let told = in_words(s.texts, &proof, number, (name, new));
        s.tell(&told);
        if proof == Proof::Given {
            return Ok(Outcome::Proven);
        }
        if left > 0 {
            let told = say!(s.texts, "move-code-again", left = left);
            s.tell(&told);
        }
    }
    Ok(Outcome::Wrong)
}

/// What a code says, with what to do about it.
fn in_words(t: &Texts, proof: &Proof, number: usize, (name, new): (&str, &str)) -> String {
    match proof {
        Proof::Given => say!(t, "move-code-right", name = name, new = new),
        Proof::OtherSettings => say!(t, "move-code-settings", name = name, new = new),
        Proof::OtherToken { title } => {
            say!(t, "move-code-other", name = name, other = harmless(title))
        }
        Proof::OtherTime(Drift::Ahead { seconds }) => {
            say!(t, "move-code-behind", name = name, new = new, seconds = *seconds)
        }
        Proof::OtherTime(Drift::Behind { seconds }) => {
            say!(t, "move-code-ahead", name = name, new = new, seconds = *seconds)
        }
        Proof::UsedBefore => say!(t, "move-code-used", name = name, new = new),
        Proof::NotACode => say!(t, "move-code-length", name = name),
        Proof::OtherTime(_) | Proof::Nothing => {
            say!(t, "move-code-nothing", name = name, new = new, number = number)
        }
    }
}
