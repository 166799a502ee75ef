// SPDX-License-Identifier: MIT OR Apache-2.0
//! `map next`: at most three steps, those for what matters most first, each with the command or the page it begins with.

use kagifuda_vault::map::next::{Remedy, Step, steps};
use kagifuda_vault::map::{Door, DoorKind, Losses};
use serde_json::{Value, json};

use super::words;
use crate::fault::Fault;
use crate::run::json::page;
use crate::run::session::Session;
use crate::say;
use crate::term::Style;
use crate::term::width::wrap;
use crate::text::Texts;

/// More steps at once are none.
const STEPS: usize = 3;

/// What stands before the lines below a step's first.
const INDENT: &str = "   ";

/// Shows the next steps.
pub(super) fn show(s: &mut Session<'_>, losses: &Losses<'_>, json: bool) -> Result<(), Fault> {
    let steps = steps(losses, STEPS);
    if json {
        let list: Vec<Value> = steps.iter().map(|step| shape(losses, step)).collect();
        return s.print(&page(json!({ "steps": list })));
    }
    if steps.is_empty() {
        let told = say!(s.texts, "map-next-none");
        s.tell(&told);
        return Ok(());
    }
    let width = s.screen.page().saturating_sub(INDENT.len()).max(20);
    let mut out = String::new();
    for (at, step) in steps.iter().enumerate() {
        let (what, how) = in_words(s.texts, losses, step);
        for (line_at, line) in wrap(&what, width).into_iter().enumerate() {
            let start = if line_at == 0 { format!("{}. ", at + 1) } else { INDENT.to_owned() };
            out.push_str(&s.screen.paint(Style::Strong, &format!("{start}{line}")));
            out.push('\n');
        }
        for line in how.iter().flat_map(|how| how.lines()) {
            // A command is to be copied, so it stays on one line.
            let is_command = line.starts_with("kagifuda ");
            let lines = if is_command { vec![line.to_owned()] } else { wrap(line, width) };
            for line in lines {
                out.push_str(&format!("{INDENT}{line}\n"));
            }
        }
    }
    s.print(&out)
}

/// What is to be done, and how.
fn in_words(t: &Texts, losses: &Losses<'_>, step: &Step) -> (String, Vec<String>) {
    let world = losses.world();
    let name = |at: &usize| words::door(t, &world.doors[*at]);
    let thing = |at: &usize| words::thing(t, &world.things[*at]);
    match step {
        Step::SayWherePasswords { doors } => (
            say!(t, "map-step-passwords", count = doors.len()),
            vec![
                say!(t, "map-step-passwords-how"),
                say!(t, "map-step-passwords-who", names = words::doors(t, world, doors)),
            ],
        ),
        Step::SayWhere { door, method } => {
            let what = words::what(t, &world.doors[*door].methods[*method]);
            let step = say!(t, "map-step-say-where", name = name(door), what = what);
            let method = words::typed(&world.doors[*door].methods[*method].name);
            (step, vec![say!(t, "map-step-say-where-how", method = method)])
        }
        Step::AddMethods { door } => {
            let step = say!(t, "map-step-add-methods", name = name(door));
            let typed = words::typed(&world.doors[*door].name);
            (step, vec![say!(t, "map-step-add-methods-how", name = typed)])
        }
        Step::Recover { door } => {
            let step = say!(t, "map-step-recover", name = name(door));
            (step, words::recover(t, &world.doors[*door]).into_iter().collect())
        }
        Step::CopyVault => {
            (say!(t, "map-step-copy-vault"), vec![say!(t, "map-step-copy-vault-how")])
        }
        Step::AddWayToOpen { thing: at } => (
            say!(t, "map-step-way-to-open", thing = thing(at)),
            vec![say!(t, "map-step-way-to-open-how")],
        ),
        Step::BreakCircle { door, thing: at } => {
            let step = match at {
                Some(at) => say!(t, "map-step-circle-after", name = name(door), thing = thing(at)),
                None => say!(t, "map-step-circle", name = name(door)),
            };
            let mut how = vec![say!(t, "map-step-circle-how")];
            how.extend(words::manage(t, &world.doors[*door]));
            (step, how)
        }
        Step::Spare { door, thing: at, remedy } => {
            let step = say!(t, "map-step-spare", name = name(door), thing = thing(at));
            (step, how(t, &world.doors[*door], *remedy))
        }
        Step::SecondWay { door, remedy } => {
            let step = say!(t, "map-step-second", name = name(door));
            (step, how(t, &world.doors[*door], *remedy))
        }
    }
}

fn how(t: &Texts, door: &Door, remedy: Remedy) -> Vec<String> {
    let name = words::typed(&door.name);
    let what = match remedy {
        Remedy::BackupCodes => say!(t, "map-remedy-backup-codes", name = name),
        Remedy::AnotherKey => say!(t, "map-remedy-another-key", name = name),
        Remedy::Passkey => say!(t, "map-remedy-passkey", name = name),
        Remedy::RecoveryMail => say!(t, "map-remedy-mail", name = name),
        Remedy::PasswordElsewhere => say!(t, "map-remedy-password", name = name),
        Remedy::AnotherSecond => say!(t, "map-remedy-second", name = name),
    };
    service_first(t, door).into_iter().chain([what]).chain(words::manage(t, door)).collect()
}

/// What only tokens and passkeys name has to become a service before methods can be entered for it.
fn service_first(t: &Texts, door: &Door) -> Option<String> {
    if door.item.is_some() || door.kind == DoorKind::Vault {
        return None;
    }
    let with_account = format!(" ({})", door.account);
    let command = match door.name.strip_suffix(&with_account) {
        // One of several accounts is told from the others by its account.
        Some(name) => format!("{} --account {}", words::typed(name), words::typed(&door.account)),
        None => words::typed(&door.name),
    };
    Some(format!("{}\nkagifuda service add {command}", say!(t, "map-remedy-service-first")))
}

const fn word(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BackupCodes => "backup-codes",
        Remedy::AnotherKey => "another-key",
        Remedy::Passkey => "passkey",
        Remedy::RecoveryMail => "recovery-mail",
        Remedy::PasswordElsewhere => "password-elsewhere",
        Remedy::AnotherSecond => "another-second",
    }
}

fn shape(losses: &Losses<'_>, step: &Step) -> Value {
    let world = losses.world();
    let name = |at: &usize| world.doors[*at].name.clone();
    let key = |at: &usize| world.things[*at].key();
    match step {
        Step::SayWherePasswords { doors } => {
            json!({ "step": "say-where-passwords", "services": super::shape::names(losses, doors) })
        }
        Step::SayWhere { door, method } => json!({
            "step": "say-where",
            "service": name(door),
            "what": world.doors[*door].methods[*method].what,
        }),
        Step::AddMethods { door } => json!({ "step": "add-methods", "service": name(door) }),
        Step::Recover { door } => json!({ "step": "recover", "service": name(door) }),
        Step::CopyVault => json!({ "step": "copy-vault" }),
        Step::AddWayToOpen { thing } => json!({ "step": "add-way-to-open", "thing": key(thing) }),
        Step::BreakCircle { door, thing } => json!({
            "step": "break-circle",
            "service": name(door),
            "thing": thing.as_ref().map(key),
        }),
        Step::Spare { door, thing, remedy } => json!({
            "step": "spare",
            "service": name(door),
            "thing": key(thing),
            "by": word(*remedy),
        }),
        Step::SecondWay { door, remedy } => {
            json!({ "step": "second-way", "service": name(door), "by": word(*remedy) })
        }
    }
}
