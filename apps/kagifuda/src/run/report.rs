// SPDX-License-Identifier: MIT OR Apache-2.0
//! `report`: what a support desk asks first, on one page to send or read out. Never a secret: no code, no key, no
//! passphrase, no note, and of an item only its name.

use kagifuda_linux::clock::{Discipline, Moment, discipline};

use super::history;
use super::session::Session;
use crate::agent::fields::Kind;
use crate::agent::protocol::{Reply, Request, State};
use crate::fault::Fault;
use crate::say;
use crate::term::date;
use crate::term::grid::beside;
use crate::term::width::harmless;

/// Operations that are told.
const OPERATION_COUNT: u32 = 5;

/// Writes the page.
pub(super) fn show(s: &mut Session<'_>, query: &str, symptom: Option<&str>) -> Result<(), Fault> {
    let line = if query.is_empty() { None } else { Some(s.pick(Kind::Token, query)?) };
    let Reply::Status(status) = s.ask_as_it_is(&Request::Status)? else {
        return Err(Fault::Internal);
    };
    let t = s.texts;
    let now = Moment::now().unix_seconds();
    let mut rows = vec![
        (say!(t, "report-when"), format!("{} UTC", date::minute(now))),
        (say!(t, "report-zone"), zone()),
    ];
    if let Some(line) = &line {
        rows.push((say!(t, "report-account"), harmless(&super::items::title(line))));
    }
    if let Some(symptom) = symptom {
        rows.push((say!(t, "report-symptom"), harmless(symptom)));
    }
    rows.push((say!(t, "report-program"), format!("kagifuda {}", env!("CARGO_PKG_VERSION"))));
    rows.push((say!(t, "report-system"), system()));
    rows.push((
        say!(t, "report-clock"),
        match discipline() {
            Discipline::Kept => say!(t, "report-clock-kept"),
            Discipline::Free => say!(t, "report-clock-free"),
            Discipline::Unknown => say!(t, "report-clock-unknown"),
        },
    ));
    let state = match &status.state {
        State::Absent => say!(t, "status-absent"),
        State::Locked => say!(t, "status-locked"),
        State::Open { items, tokens, .. } => {
            say!(t, "status-items", items = *items, tokens = *tokens)
        }
    };
    rows.push((say!(t, "report-vault"), state));
    let mut page = beside(&rows, s.screen.page());
    if matches!(status.state, State::Open { .. }) {
        page.push_str(&format!("\n{}\n", say!(t, "report-operations")));
        let columns = s.screen.page();
        let operations = s.page_of(columns, |s| history::show(s, query, OPERATION_COUNT, false))?;
        page.push_str(&operations);
    }
    page.push_str(&format!("\n{}\n", say!(t, "report-no-secrets")));
    s.print(&page)
}

/// The zone as the system names it: no table of zones is needed to say its name.
fn zone() -> String {
    let named = std::env::var("TZ").ok().filter(|zone| !zone.is_empty());
    let linked = || {
        let target = std::fs::read_link("/etc/localtime").ok()?;
        let text = target.to_string_lossy().into_owned();
        Some(text.split_once("zoneinfo/")?.1.to_owned())
    };
    harmless(&named.or_else(linked).unwrap_or_else(|| "UTC".to_owned()))
}

/// The kernel's version, and the distribution's name for itself (os-release(5)).
fn system() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let pretty = pretty.unwrap_or_default().trim_matches('"');
    harmless(&format!("{pretty}, Linux {}", kernel.trim()))
}
