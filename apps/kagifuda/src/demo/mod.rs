// SPDX-License-Identifier: MIT OR Apache-2.0
//! The demonstration: the main job from beginning to end, in a temporary folder, by the code that
//! does it every day.
//!
//! It asks nothing. Each step says what it does, what it proved and how long it took; a step that proves
//! nothing ends the demonstration with a fault. With `--keep` the folder stays and its vault is left open.

mod pc;
mod power;
mod steps;
mod telling;
mod tokens;

use std::path::Path;

use crate::agent::client::{Agent, Starting};
use crate::agent::place::Place;
use crate::agent::protocol::{Hidden, OpenSecret, Request};
use crate::commands::resolve::Settings;
use crate::fault::Fault;
use crate::term::Screen;
use crate::text::Texts;
use pc::Pc;
use telling::Telling;

pub(crate) use power::write_until_killed;

/// Runs the demonstration.
pub(crate) fn run(settings: &Settings, texts: &Texts, keep: bool) -> Result<(), Fault> {
    let mut telling = Telling::new(texts, Screen::of_stdout(settings.colour));
    let folder = pc::TemporaryFolder::new().map_err(pc::unwritten(&std::env::temp_dir()))?;
    let path = folder.path().to_owned();
    telling.begin(&path)?;
    let restored = show(&path, &mut telling)?;
    if keep {
        drop(restored.pc);
        leave_open(&path.join(RESTORED), restored.words, &mut telling)?;
        folder.keep();
        return Ok(());
    }
    telling.end()
}

/// The PC on which the vault is restored; the one that is kept.
const RESTORED: &str = "new-pc";

/// All steps, in order.
fn show(folder: &Path, telling: &mut Telling<'_>) -> Result<Restored, Fault> {
    let mut first = Pc::at(&folder.join("pc"), "PC")?;
    let words = steps::create(&mut first, telling)?;
    steps::import(&mut first, telling)?;
    steps::codes(&mut first, telling)?;
    steps::power_cut(&mut first, &words, telling)?;
    steps::second_pc(&mut first, (&folder.join("second-pc"), &words), telling)?;
    let pc = steps::lost_pc(first, (&folder.join(RESTORED), &words), telling)?;
    Ok(Restored { pc, words })
}

struct Restored {
    pc: Pc,
    words: kagifuda_secret::SecretText,
}

/// Opens the vault in an agent of the holder's, and says how to look at it.
fn leave_open(
    folder: &Path,
    words: kagifuda_secret::SecretText,
    telling: &mut Telling<'_>,
) -> Result<(), Fault> {
    let vault = folder.join(pc::VAULT);
    let mut agent = Agent::reach(&Place::of(&vault)?, &Starting::this_program(None)?)?;
    agent.ask(&Request::Unlock { secret: OpenSecret::Words(Hidden(words)) })?;
    telling.kept(&vault)
}
