// SPDX-License-Identifier: MIT OR Apache-2.0
//! The map as a table: services, methods, where each lives and what it stands for; then what each loss does.

use kagifuda_vault::map::{Door, DoorKind, Loss, Losses, UseFor};

use super::{matching_doors, shape, words};
use crate::fault::Fault;
use crate::run::json::page;
use crate::run::session::Session;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::wrap;
use crate::term::{Grid, Style};

/// How many pairs are shown; all are in the JSON.
const PAIRS: usize = 6;

/// Below so many columns a table has no room.
const NARROW: usize = 70;

/// Shows the map, or the part of it that matches.
pub(super) fn show(
    s: &mut Session<'_>,
    losses: &Losses<'_>,
    query: &str,
    json: bool,
) -> Result<(), Fault> {
    let doors =
        if query.is_empty() { losses.order().to_vec() } else { matching_doors(s, losses, query) };
    if json {
        return s.print(&page(shape::map(losses, &doors)));
    }
    if doors.is_empty() {
        return Err(Fault::NotFound { query: query.to_owned() });
    }
    let is_narrow = s.screen.columns.is_some_and(|columns| columns < NARROW);
    let mut out = if is_narrow { blocks(s, losses, &doors) } else { grid(s, losses, &doors) };
    if query.is_empty() {
        out.push_str(&what_losses_do(s, losses));
    }
    s.print(&out)?;
    if query.is_empty() {
        remark(s, losses);
    }
    Ok(())
}

/// The doors as blocks, where a table would cut every cell.
fn blocks(s: &Session<'_>, losses: &Losses<'_>, doors: &[usize]) -> String {
    let t = s.texts;
    let world = losses.world();
    let mut out = String::new();
    for at in doors {
        let door = &world.doors[*at];
        let (name, state) = (words::door(t, door), state(s, losses, *at));
        out.push_str(&s.screen.paint(Style::Strong, &name));
        if !state.is_empty() {
            out.push_str("  ");
            out.push_str(&s.screen.paint(Style::Care, &state));
        }
        out.push('\n');
        let rows: Vec<(String, String)> = door
            .methods
            .iter()
            .map(|method| {
                let lives = words::lives_short(t, world, *at, method);
                let stands_for = match door.kind {
                    DoorKind::Vault => lives,
                    DoorKind::Service => format!("{lives}: {}", words::stands_for(t, method)),
                };
                (words::what(t, method), stands_for)
            })
            .collect();
        out.push_str(&beside(&rows, s.screen.page()));
        if rows.is_empty() {
            out.push_str(&format!("  {}\n", say!(t, "map-no-method")));
        }
    }
    out
}

fn grid(s: &Session<'_>, losses: &Losses<'_>, doors: &[usize]) -> String {
    let t = s.texts;
    let world = losses.world();
    let mut grid = Grid::new()
        .shrinking(say!(t, "map-head-service"))
        .styled(Style::Strong)
        .shrinking(say!(t, "map-head-method"))
        .shrinking(say!(t, "map-head-lives"))
        .column(say!(t, "map-head-stands"))
        .column(say!(t, "map-head-state"))
        .styled(Style::Care);
    for at in doors {
        let door = &world.doors[*at];
        let (mut name, mut state) = (words::door(t, door), state(s, losses, *at));
        if door.methods.is_empty() {
            grid.row([name, say!(t, "map-no-method"), String::new(), String::new(), state]);
            continue;
        }
        for method in &door.methods {
            let stands_for = match door.kind {
                DoorKind::Vault => String::new(),
                DoorKind::Service => words::stands_for(t, method),
            };
            grid.row([
                std::mem::take(&mut name),
                words::what(t, method),
                words::lives_short(t, world, *at, method),
                stands_for,
                std::mem::take(&mut state),
            ]);
        }
    }
    grid.render(s.screen)
}

/// What is to be said of a door.
fn state(s: &Session<'_>, losses: &Losses<'_>, at: usize) -> String {
    let outcome = losses.outcome();
    let is_service = losses.world().doors[at].kind == DoorKind::Service;
    if outcome.is_in_circle(at, Loss::Nothing) {
        say!(s.texts, "map-state-circle")
    } else if !outcome.is_open(at, Loss::Nothing) {
        say!(s.texts, "map-state-locked")
    } else if is_service && outcome.has_one_way(at, Loss::Nothing) {
        say!(s.texts, "map-state-single")
    } else {
        String::new()
    }
}

fn what_losses_do(s: &Session<'_>, losses: &Losses<'_>) -> String {
    let t = s.texts;
    let world = losses.world();
    let heading = |text: String| format!("\n{}\n", s.screen.paint(Style::Strong, &text));
    let mut out = heading(say!(t, "map-losses-heading"));
    let mut rows = Vec::new();
    for hit in losses.singles() {
        let Loss::One(thing) = hit.loss else { continue };
        // That an account does not open without itself goes without saying.
        let locked: Vec<usize> =
            hit.locked.iter().copied().filter(|at| !losses.is_account_of(thing, *at)).collect();
        let mut lines = Vec::new();
        if !locked.is_empty() {
            lines.push(say!(t, "map-locks", names = words::doors(t, world, &locked)));
        }
        if !hit.single.is_empty() {
            lines.push(say!(t, "map-leaves-one", names = words::doors(t, world, &hit.single)));
        }
        let circle: Vec<usize> =
            hit.circle.iter().copied().filter(|at| hit.locked.contains(at)).collect();
        if !circle.is_empty() {
            lines.push(say!(t, "map-circle", names = words::doors(t, world, &circle)));
        }
        if !lines.is_empty() {
            rows.push((words::thing(t, &world.things[thing]), lines.join("\n")));
        }
    }
    if rows.is_empty() {
        for line in wrap(&say!(t, "map-no-single-loss"), s.screen.page()) {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out.push_str(&beside(&rows, s.screen.page()));
    let pairs = losses.pairs();
    if !pairs.is_empty() {
        out.push_str(&heading(say!(t, "map-pairs-heading")));
        let rows: Vec<(String, String)> = pairs
            .iter()
            .take(PAIRS)
            .filter_map(|hit| match hit.loss {
                Loss::Two(a, b) => {
                    let [a, b] = [a, b].map(|at| words::thing(t, &world.things[at]));
                    let names = words::doors(t, world, &hit.locked);
                    Some((format!("{a} + {b}"), say!(t, "map-locks", names = names)))
                }
                _ => None,
            })
            .collect();
        out.push_str(&beside(&rows, s.screen.page()));
        if pairs.len() > PAIRS {
            let more = say!(t, "map-more-pairs", count = pairs.len() - PAIRS);
            for line in wrap(&format!("  {more}"), s.screen.page()) {
                out.push_str(&line);
                out.push('\n');
            }
        }
    }
    out
}

/// What the map does not see, and where to go from here.
fn remark(s: &mut Session<'_>, losses: &Losses<'_>) {
    let world = losses.world();
    let services = world.doors.iter().filter(|door| door.kind == DoorKind::Service).count();
    if services == 0 {
        let told = say!(s.texts, "map-empty");
        s.tell(&told);
        return;
    }
    let lost = world.things.iter().filter(|thing| !thing.is_held());
    let lost: Vec<String> = lost.map(|thing| words::thing(s.texts, thing)).collect();
    if !lost.is_empty() {
        let told = say!(s.texts, "map-lost-now", names = lost.join(&say!(s.texts, "map-and")));
        s.tell(&told);
    }
    let is_dark = |at: &usize| {
        let door: &Door = &world.doors[*at];
        door.kind == DoorKind::Service && !losses.outcome().is_open(*at, Loss::Nothing)
    };
    let dark = losses.order().iter().filter(|at| is_dark(at)).count();
    if dark > 0 {
        let told = say!(s.texts, "map-dark", count = dark);
        s.tell(&told);
    }
    if !world.loose.is_empty() {
        let told = say!(s.texts, "map-loose", count = world.loose.len());
        s.tell(&told);
    }
    if world.doors.iter().flat_map(|door| &door.methods).any(|it| it.use_for == UseFor::Fallback) {
        let told = say!(s.texts, "map-hint-brackets");
        s.tell(&told);
    }
    let told = say!(s.texts, "map-hint-next");
    s.tell(&told);
}
