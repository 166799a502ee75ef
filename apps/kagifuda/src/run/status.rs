// SPDX-License-Identifier: MIT OR Apache-2.0
//! `status`: whether the vault is open, what is in it, and what deserves attention.

use serde_json::json;

use super::json as shape;
use super::session::{Session, copied};
use crate::agent::protocol::{CopyOf, ReadOnly, Reply, Request, State, Status};
use crate::fault::Fault;
use crate::say;
use crate::term::Style;
use crate::term::grid::beside;
use crate::term::width::harmless;

/// Shows the state.
pub(super) fn show(s: &mut Session<'_>, json: bool) -> Result<(), Fault> {
    let Reply::Status(status) = s.ask_as_it_is(&Request::Status)? else {
        return Err(Fault::Internal);
    };
    if json {
        return s.print(&shape::page(value(&status)));
    }
    let page = page(s, &status);
    s.print(&page)
}

/// The state as rows of facts.
fn page(s: &Session<'_>, status: &Status) -> String {
    let t = s.texts;
    let mut rows = vec![(say!(t, "status-vault"), harmless(&status.vault))];
    let state = match &status.state {
        State::Absent => say!(t, "status-absent"),
        State::Locked => say!(t, "status-locked"),
        State::Open { .. } => match status.locks_in_seconds {
            Some(seconds) => say!(t, "status-open-for", minutes = seconds.div_ceil(60)),
            None => say!(t, "status-open"),
        },
    };
    rows.push((say!(t, "status-state"), state));
    if let State::Open { items, tokens, unreadable, read_only, unsettled_ways, copy_of } =
        &status.state
    {
        rows.push((
            say!(t, "status-content"),
            say!(t, "status-items", items = *items, tokens = *tokens),
        ));
        if *unreadable > 0 {
            rows.push((
                say!(t, "status-attention"),
                say!(t, "status-unreadable", count = *unreadable),
            ));
        }
        if *unsettled_ways > 0 {
            rows.push((
                say!(t, "status-attention"),
                say!(t, "way-unsettled", count = *unsettled_ways),
            ));
        }
        if let Some(of) = copy_of {
            rows.push((say!(t, "status-attention"), copied(t, *of)));
        }
        if let Some(why) = read_only {
            let told = match why {
                ReadOnly::OlderThanSeen => say!(t, "status-older"),
                ReadOnly::FileSystem => say!(t, "status-not-writable"),
            };
            rows.push((say!(t, "status-attention"), s.screen.paint(Style::Care, &told)));
        }
    }
    rows.push((
        say!(t, "status-memory"),
        if status.memory_locked {
            say!(t, "status-memory-locked")
        } else {
            say!(t, "status-memory-loose")
        },
    ));
    beside(&rows, s.screen.page())
}

fn value(status: &Status) -> serde_json::Value {
    let mut value = json!({
        "agent_pid": status.pid,
        "vault": status.vault,
        "lock_after_seconds": status.lock_after_seconds,
        "locks_in_seconds": status.locks_in_seconds,
        "memory_locked": status.memory_locked,
    });
    match &status.state {
        State::Absent => value["state"] = json!("absent"),
        State::Locked => value["state"] = json!("locked"),
        State::Open { items, tokens, unreadable, read_only, unsettled_ways, copy_of } => {
            value["state"] = json!("open");
            value["items"] = json!(items);
            value["tokens"] = json!(tokens);
            value["unreadable"] = json!(unreadable);
            value["unsettled_ways"] = json!(unsettled_ways);
            value["copy_of"] = json!(copy_of.map(|of| match of {
                CopyOf::FileHere => "file-here",
                CopyOf::OtherMachine => "other-machine",
            }));
            value["read_only"] = json!(read_only.map(|why| match why {
                ReadOnly::OlderThanSeen => "older-than-seen",
                ReadOnly::FileSystem => "file-system",
            }));
        }
    }
    value
}
