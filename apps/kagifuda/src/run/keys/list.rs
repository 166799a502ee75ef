// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key list`: the keys that are plugged in, and those the vault knows of. What is plugged in is shown
//! before the vault is asked, so that somebody without a vault, or with a locked one, sees it.

use kagifuda_linux::hidraw::Usability;
use serde_json::{Value, json};

use super::device::{PluggedIn, plugged_in};
use crate::agent::failure::Failure;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{Reply, Request};
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
        let known = without_vault(
            enter(s, &there).and_then(|_| items::matching(s, Kind::Key, query, tag)),
        )?;
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
    let entered = without_vault(enter(s, &there))?;
    let known = without_vault(items::matching(s, Kind::Key, query, tag))?;
    for name in entered {
        let told = say!(s.texts, "key-list-entered", name = name);
        s.tell(&told);
    }
    if known.is_empty() {
        return Ok(());
    }
    let heading = s.screen.paint(Style::Strong, &say!(s.texts, "key-list-in-vault"));
    let rows = items::table(s, Kind::Key, &known);
    s.print(&format!("\n{heading}\n{rows}"))
}

/// Enters what is plugged in and not yet known into the vault's list, and returns how each is called. A key
/// that is this PC is none to keep a list of, and a card does not say which one it is. Keys without a serial number of the same name cannot be told
/// apart, so as many are kept as were seen at once.
fn enter(s: &mut Session<'_>, there: &[PluggedIn]) -> Result<Vec<String>, Fault> {
    let mut known = s.items(Kind::Key, "")?;
    let mut entered = Vec::new();
    for key in there.iter().filter(|key| !key.is_this_pc() && !key.is_card()) {
        // A line of a key has its model as issuer and its serial number as account.
        let place = known.iter().position(|line| match &key.serial {
            Some(serial) => line.account == *serial,
            None => line.issuer == key.name,
        });
        if let Some(place) = place {
            known.swap_remove(place);
            continue;
        }
        let text = |name, text: &str| Field::new(name, FieldValue::Text(text.to_owned()));
        let mut fields = vec![text(name::NAME, &key.name), text(name::MODEL, &key.name)];
        fields.extend(key.serial.as_deref().map(|serial| text(name::SERIAL, serial)));
        match s.ask(&Request::AddItem { kind: Kind::Key, fields })? {
            Reply::Added(_) => entered.push(key.name.clone()),
            _ => return Err(Fault::Internal),
        }
    }
    Ok(entered)
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
        "vendor_id": key.usb.map(|(vendor, _)| format!("{vendor:04x}")),
        "product_id": key.usb.map(|(_, product)| format!("{product:04x}")),
        "usable": key.usability == Usability::Usable,
    })
}
