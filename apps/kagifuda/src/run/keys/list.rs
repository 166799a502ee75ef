// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key list`: the keys that are plugged in, and those the vault knows of. What is plugged in is shown
//! before the vault is asked, so that somebody without a vault, or with a locked one, sees it.

use kagifuda_linux::hidraw::Usability;
use serde_json::{Value, json};

use super::device::{PluggedIn, plugged_in};
use crate::agent::failure::Failure;
use crate::agent::fields::Kind;
use crate::fault::Fault;
use crate::run::session::Session;
use crate::run::{items, json as shape};
use crate::say;
use crate::term::{Grid, Style};

/// Lists both. A tag is the vault's, so none that is plugged in has one.
pub(in crate::run) fn list(
    s: &mut Session<'_>,
    query: &str,
    tag: Option<&str>,
    json: bool,
) -> Result<(), Fault> {
    let mut there = plugged_in();
    there.retain(|key| tag.is_none() && (query.is_empty() || key.is_called(query)));
    if json {
        let known = without_vault(items::matching(s, Kind::Key, query, tag))?;
        let known: Vec<Value> = known.iter().map(shape::line).collect();
        let there: Vec<Value> = there.iter().map(shown).collect();
        return s.print(&shape::page(json!({ "items": known, "plugged_in": there })));
    }
    if there.is_empty() {
        return items::list(s, Kind::Key, query, tag, false);
    }
    let heading = s.screen.paint(Style::Strong, &say!(s.texts, "key-list-plugged-in"));
    let mut grid = Grid::new()
        .shrinking(say!(s.texts, "item-head-name"))
        .styled(Style::Strong)
        .column(say!(s.texts, "key-head-device"))
        .shrinking(say!(s.texts, "key-head-serial"))
        .shrinking("");
    for key in &there {
        let remark = match key.usability {
            Usability::Usable => String::new(),
            Usability::Forbidden => say!(s.texts, "key-list-forbidden"),
            Usability::NoNode => say!(s.texts, "key-list-no-node"),
        };
        let serial = key.serial.as_deref().unwrap_or_default();
        grid.row([key.name.as_str(), &key.device, serial, &remark]);
    }
    let rows = grid.render(s.screen);
    s.print(&format!("{heading}\n{rows}"))?;
    let known = without_vault(items::matching(s, Kind::Key, query, tag))?;
    if known.is_empty() {
        return Ok(());
    }
    let heading = s.screen.paint(Style::Strong, &say!(s.texts, "key-list-in-vault"));
    let rows = items::table(s, Kind::Key, &known);
    s.print(&format!("\n{heading}\n{rows}"))
}

/// Who has no vault has no list in it.
fn without_vault<T: Default>(answer: Result<T, Fault>) -> Result<T, Fault> {
    match answer {
        Err(Fault::Agent(Failure::NoVault { .. })) => Ok(T::default()),
        answer => answer,
    }
}

/// A key that is plugged in.
pub(super) fn shown(key: &PluggedIn) -> Value {
    json!({
        "name": key.name,
        "device": key.device,
        "serial": key.serial,
        "vendor_id": format!("{:04x}", key.vendor_id),
        "product_id": format!("{:04x}", key.product_id),
        "usable": key.usability == Usability::Usable,
    })
}
