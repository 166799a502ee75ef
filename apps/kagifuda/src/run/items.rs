// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listing, showing and removing items of every kind, and using up a backup code.

use serde_json::json;

use super::clipboard;
use super::fields;
use super::json as shape;
use super::session::{Session, called};
use crate::agent::failure::Failure;
use crate::agent::fields::{FieldValue, Kind, name};
use crate::agent::protocol::{ItemId, ItemLine, ItemView, Reply, Request};
use crate::fault::Fault;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::harmless;
use crate::term::{Grid, Style, date};

/// Lists the items of a kind.
pub(super) fn list(
    s: &mut Session<'_>,
    kind: Kind,
    query: &str,
    tag: Option<&str>,
    json: bool,
) -> Result<(), Fault> {
    let lines = matching(s, kind, query, tag)?;
    if json {
        let items: Vec<serde_json::Value> = lines.iter().map(shape::line).collect();
        return s.print(&shape::page(json!({ "items": items })));
    }
    if lines.is_empty() {
        return Err(Fault::NotFound { query: query.to_owned() });
    }
    let listing = table(s, kind, &lines);
    s.print(&listing)
}

/// The items of a kind that match, with this tag where one is given.
pub(super) fn matching(
    s: &mut Session<'_>,
    kind: Kind,
    query: &str,
    tag: Option<&str>,
) -> Result<Vec<ItemLine>, Fault> {
    let mut lines = s.items(kind, query)?;
    if let Some(tag) = tag {
        lines.retain(|line| line.tags.iter().any(|other| other == tag));
    }
    Ok(lines)
}

/// Items of a kind, a row each.
pub(super) fn table(s: &Session<'_>, kind: Kind, lines: &[ItemLine]) -> String {
    let mut grid = Grid::new()
        .column("")
        .shrinking(say!(s.texts, "item-head-name"))
        .styled(Style::Strong)
        .shrinking(match kind {
            Kind::Key | Kind::Stick => fields::label(s.texts, "model"),
            _ => say!(s.texts, "item-head-of"),
        })
        .shrinking(say!(s.texts, "item-head-account"))
        .shrinking(say!(s.texts, "item-head-folder"))
        .shrinking(say!(s.texts, "item-head-tags"));
    for line in lines {
        // A token without a name of its own is called by issuer and account, which have columns.
        let is_nameless = line.title == called(&line.issuer, &line.account);
        let name = if is_nameless { &line.issuer } else { &line.title };
        let of = if line.issuer == *name { "" } else { &line.issuer };
        grid.row([
            if line.pinned { "*" } else { "" },
            name,
            of,
            &line.account,
            &line.folder,
            &line.tags.join(", "),
        ]);
    }
    grid.render(s.screen)
}

/// Shows one item.
pub(super) fn show(
    s: &mut Session<'_>,
    kind: Kind,
    query: &str,
    secrets: bool,
    json: bool,
) -> Result<(), Fault> {
    let line = s.pick(kind, query)?;
    let view = view(s, line.id, secrets)?;
    if json {
        return s.print(&shape::page(shape::item(&view)));
    }
    let mut page = s.screen.paint(Style::Strong, &harmless(&title(&line)));
    page.push('\n');
    let mut rows = Vec::new();
    for field in &view.fields {
        let shown = fields::value(s, field)?;
        if !shown.is_empty() {
            let lines: Vec<String> = shown.lines().map(harmless).collect();
            rows.push((fields::label(s.texts, &field.name), lines.join("\n")));
        }
    }
    rows.push((say!(s.texts, "item-created"), date::day(view.created)));
    rows.push((say!(s.texts, "item-changed"), date::day(view.changed)));
    rows.push((say!(s.texts, "item-id"), view.id.to_string()));
    page.push_str(&beside(&rows, s.screen.page()));
    if kind == Kind::Service {
        page.push_str(&ways_into(s, line.id)?);
    }
    s.print(&page)
}

/// The methods of a service, below it.
fn ways_into(s: &mut Session<'_>, service: ItemId) -> Result<String, Fault> {
    let mut rows = Vec::new();
    for kind in [Kind::Method, Kind::BackupCodes] {
        for line in s.items(kind, "")? {
            let view = view(s, line.id, false)?;
            let belongs = view.fields.iter().any(|field| {
                field.name == name::SERVICE && field.value == FieldValue::Item(service)
            });
            if belongs {
                let mut facts = Vec::new();
                for wanted in ["what", "lives", "provider", name::WHERE] {
                    if let Some(field) = view.fields.iter().find(|field| field.name == wanted) {
                        facts.push(fields::value(s, field)?);
                    }
                }
                rows.push((harmless(&line.title), harmless(&facts.join(", "))));
            }
        }
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    let heading = s.screen.paint(Style::Strong, &say!(s.texts, "item-ways-into"));
    Ok(format!("\n{heading}\n{}", beside(&rows, s.screen.page())))
}

/// All fields of an item.
pub(super) fn view(s: &mut Session<'_>, id: ItemId, secrets: bool) -> Result<ItemView, Fault> {
    match s.ask(&Request::Item { id, secrets })? {
        Reply::Item(view) => Ok(view),
        _ => Err(Fault::Internal),
    }
}

/// What a person calls an item of a list.
pub(super) fn title(line: &ItemLine) -> String {
    called(&line.title, &line.account)
}

/// Removes an item, after a question.
pub(super) fn remove(s: &mut Session<'_>, kind: Kind, query: &str) -> Result<(), Fault> {
    let line = s.pick(kind, query)?;
    let name = harmless(&title(&line));
    let question = say!(s.texts, "item-remove-question", name = name.as_str());
    s.confirm(&question)?;
    s.ask(&Request::RemoveItem { id: line.id })?;
    let told = say!(s.texts, "item-removed", name = name);
    s.tell(&told);
    Ok(())
}

/// Hands out the next unused backup code.
pub(super) fn use_code(s: &mut Session<'_>, query: &str, copy: bool) -> Result<(), Fault> {
    let line = s.pick(Kind::BackupCodes, query)?;
    let name = harmless(&title(&line));
    let question = say!(s.texts, "item-use-question", name = name.as_str());
    s.confirm(&question)?;
    let code = match s.ask(&Request::UseBackupCode { id: line.id, code: None }) {
        Ok(Reply::Secret(code)) => code,
        Err(Fault::Agent(Failure::CodeAlreadyUsed)) => return Err(Fault::NoCodesLeft),
        Ok(_) => return Err(Fault::Internal),
        Err(fault) => return Err(fault),
    };
    if copy {
        return clipboard::copy(s, &code.0, &name);
    }
    s.print(&format!("{}\n", code.expose()))
}
