// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map --drill`: a rehearsed loss. A thing is taken away, the holder says how they would get in, and then sees what the
//! map says. Nothing is written, and nothing is lost.

use kagifuda_linux::clock::Moment;
use kagifuda_vault::map::{DoorKind, Loss, Losses};

use super::{pick_thing, words};
use crate::fault::Fault;
use crate::run::session::Session;
use crate::say;

/// How many services are asked about.
const QUESTIONS: usize = 3;

/// Plays a loss through.
pub(super) fn play(s: &mut Session<'_>, losses: &Losses<'_>, thing: &str) -> Result<(), Fault> {
    let thing = if thing.is_empty() {
        match any_thing(losses, Moment::now().unix_millis) {
            Some(thing) => thing,
            None => return Err(Fault::NotFound { query: String::new() }),
        }
    } else {
        pick_thing(s, losses, thing)?
    };
    let (t, world) = (s.texts, losses.world());
    let loss = Loss::One(thing);
    let name = words::thing(t, &world.things[thing]);
    let scene = say!(t, "map-drill-scene", thing = name.as_str());
    s.print(&s.screen.heading(&scene))?;
    let asked = doors(losses, thing);
    let mut lost = 0;
    for at in &asked {
        let door = words::door(t, &world.doors[*at]);
        let question = say!(t, "map-drill-question", name = door.as_str());
        if s.person.is_present() && !s.settings.is_sure {
            // What is answered is for the holder alone.
            s.person.line(&question)?;
        } else {
            s.print(&s.screen.paragraph(&question))?;
        }
        let answer = match words::way_in(t, losses, *at, loss) {
            Some(way) => say!(t, "map-drill-open", way = way),
            None if losses.outcome().is_in_circle(*at, loss) => {
                lost += 1;
                say!(t, "map-drill-circle")
            }
            None => {
                lost += 1;
                say!(t, "map-drill-locked")
            }
        };
        s.print(&s.screen.point("   ", &answer))?;
    }
    let hit = losses.hit(loss);
    let all = hit.locked.iter().filter(|at| !losses.is_account_of(thing, **at)).count();
    let end = if all == 0 {
        say!(t, "map-drill-end-good")
    } else {
        say!(t, "map-drill-end", count = all, asked = lost)
    };
    s.print(&s.screen.paragraph(&end))?;
    let told = say!(t, "map-drill-real");
    s.tell(&told);
    Ok(())
}

/// The services to ask about: those that matter most among those the loss touches, else those that matter most.
fn doors(losses: &Losses<'_>, thing: usize) -> Vec<usize> {
    let world = losses.world();
    let hit = losses.hit(Loss::One(thing));
    let is_asked = |at: &usize| {
        world.doors[*at].kind == DoorKind::Service
            && losses.outcome().is_open(*at, Loss::Nothing)
            && !losses.is_account_of(thing, *at)
    };
    let touched = |at: &usize| hit.locked.contains(at) || hit.single.contains(at);
    let mut doors: Vec<usize> = losses.order().iter().copied().filter(is_asked).collect();
    doors.sort_by_key(|at| !touched(at));
    doors.truncate(QUESTIONS);
    doors
}

/// A thing by chance; one whose loss does something, where there is one.
fn any_thing(losses: &Losses<'_>, chance: u64) -> Option<usize> {
    let mut things: Vec<usize> = losses
        .singles()
        .iter()
        .filter_map(|hit| match hit.loss {
            Loss::One(at) => Some(at),
            _ => None,
        })
        .collect();
    if things.is_empty() {
        things = losses.things();
        things.retain(|at| losses.world().things[*at].is_held());
    }
    let count = u64::try_from(things.len()).ok().filter(|count| *count > 0)?;
    things.get(usize::try_from(chance % count).ok()?).copied()
}
