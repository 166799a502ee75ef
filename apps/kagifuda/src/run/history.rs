// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was done, and taking it back.

use serde_json::json;

use super::fields;
use super::json as shape;
use super::session::Session;
use crate::agent::failure::Failure;
use crate::agent::protocol::{ItemId, OperationId, OperationLine, Reply, Request, Verb};
use crate::fault::Fault;
use crate::say;
use crate::term::width::harmless;
use crate::term::{Grid, Style, date};

/// How much of an id is shown: enough to tell operations of one vault apart.
const SHORT: usize = 8;
/// Below so many columns the hour gives way to the names.
const NARROW: usize = 64;
/// How many items of one operation are named.
const NAMED: usize = 3;

/// Shows what was done, newest first.
pub(super) fn show(s: &mut Session<'_>, query: &str, limit: u32, json: bool) -> Result<(), Fault> {
    let item = if query.is_empty() { None } else { Some(any_item(s, query)?) };
    let lines = operations(s, item, limit)?;
    if json {
        let list: Vec<serde_json::Value> = lines.iter().map(shape::operation).collect();
        return s.print(&shape::page(json!({ "operations": list })));
    }
    let mut grid = Grid::new()
        .column(say!(s.texts, "history-head-change"))
        .styled(Style::Faint)
        .column(say!(s.texts, "history-head-when"))
        .column(say!(s.texts, "history-head-what"))
        .shrinking(say!(s.texts, "history-head-items"))
        .shrinking(say!(s.texts, "history-head-device"));
    let is_narrow = s.screen.columns.is_some_and(|columns| columns < NARROW);
    // Where all was done here, saying so on every line says nothing.
    let is_all_here = lines.iter().all(|line| line.here);
    for line in &lines {
        let device = match (is_all_here, line.here) {
            (true, _) => String::new(),
            (false, true) => say!(s.texts, "history-here"),
            (false, false) => line.device.clone(),
        };
        grid.row([
            short(line.id),
            if is_narrow { date::day(line.at) } else { date::minute(line.at) },
            s.texts.get(&format!("history-verb-{}", word(line.verb))),
            touched(s, line),
            device,
        ]);
    }
    let listing = grid.render(s.screen);
    s.print(&listing)
}

/// The items an operation touched, and for a single one its fields.
fn touched(s: &Session<'_>, line: &OperationLine) -> String {
    let nameless = say!(s.texts, "history-nameless");
    let named = line.touched.iter().take(NAMED).map(|item| item.title.as_str());
    let names: Vec<&str> = named.map(|it| if it.is_empty() { &*nameless } else { it }).collect();
    let mut text = names.join(", ");
    if line.touched.len() > NAMED {
        let more = line.touched.len() - NAMED;
        text = say!(s.texts, "history-and-more", names = text, count = more);
    }
    if let ([item], Verb::Edit) = (line.touched.as_slice(), line.verb) {
        let labels: Vec<String> =
            item.fields.iter().map(|name| fields::label(s.texts, name)).collect();
        text = format!("{text}: {}", labels.join(", "));
    }
    text
}

/// Takes a change back.
pub(super) fn undo(s: &mut Session<'_>, change: Option<&str>) -> Result<(), Fault> {
    let operation = change.map(|text| find(s, text)).transpose()?;
    match s.ask(&Request::Undo { operation })? {
        Reply::Undone { operation, items, overwritten, is_of_reset } => {
            let told = say!(s.texts, "history-undone", change = short(operation), count = items);
            s.tell(&told);
            if overwritten > 0 {
                let told = say!(s.texts, "history-overwritten", count = overwritten);
                s.tell(&told);
            }
            if is_of_reset {
                let told = say!(s.texts, "history-undone-reset");
                s.tell(&told);
            }
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

/// The operation whose id begins so.
fn find(s: &mut Session<'_>, text: &str) -> Result<OperationId, Fault> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(id) = OperationId::parse(&text) {
        return Ok(id);
    }
    let lines = operations(s, None, 0)?;
    let mut matching = lines.iter().filter(|line| line.id.to_string().starts_with(&text));
    match (matching.next(), matching.next()) {
        (Some(line), None) if !text.is_empty() => Ok(line.id),
        (Some(_), Some(_)) => Err(Fault::Ambiguous { count: 2 + matching.count() }),
        _ => Err(Fault::Agent(Failure::NoSuchOperation)),
    }
}

fn operations(
    s: &mut Session<'_>,
    item: Option<ItemId>,
    limit: u32,
) -> Result<Vec<OperationLine>, Fault> {
    match s.ask(&Request::History { item, limit })? {
        Reply::History(lines) => Ok(lines),
        _ => Err(Fault::Internal),
    }
}

/// One item of any kind.
fn any_item(s: &mut Session<'_>, query: &str) -> Result<ItemId, Fault> {
    let request = Request::Items { kind: None, query: Some(query.to_owned()) };
    let Reply::Items(mut lines) = s.ask(&request)? else { return Err(Fault::Internal) };
    let scores: Vec<u32> = lines.iter().map(|line| line.score).collect();
    lines.truncate(crate::find::contenders(&scores));
    match lines.as_slice() {
        [] => Err(Fault::NotFound { query: harmless(query) }),
        [line] => Ok(line.id),
        several => {
            s.list_items(several);
            Err(Fault::Ambiguous { count: several.len() })
        }
    }
}

fn short(id: OperationId) -> String {
    id.to_string().chars().take(SHORT).collect()
}

/// The short name of a verb, the same in every language.
pub(super) const fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Add => "add",
        Verb::Edit => "edit",
        Verb::Remove => "remove",
        Verb::Import => "import",
        Verb::Use => "use",
        Verb::Undo => "undo",
        Verb::Way => "way",
        Verb::Device => "device",
        Verb::Other => "other",
        Verb::Reset => "reset",
    }
}

#[cfg(test)]
pub(super) fn computed_ids() -> Vec<String> {
    [
        Verb::Create,
        Verb::Add,
        Verb::Edit,
        Verb::Remove,
        Verb::Import,
        Verb::Use,
        Verb::Undo,
        Verb::Way,
        Verb::Device,
        Verb::Other,
        Verb::Reset,
    ]
    .into_iter()
    .map(|verb| format!("history-verb-{}", word(verb)))
    .collect()
}
