// SPDX-License-Identifier: MIT OR Apache-2.0
//! `code`: the command used every day, and the one whose start-up counts.
//!
//! One match is shown at once; several are listed, because a code of the wrong account is worse than a
//! second try. On a pipe a single code comes alone, as digits. An HOTP code is asked for only once the token is
//! certain: asking uses it up.

use serde_json::json;

use super::clipboard;
use super::json as shape;
use super::session::{Session, called};
use super::watch;
use crate::agent::protocol::{Code, Hidden, Reply, Request, Turn};
use crate::commands::resolve::CodeJob;
use crate::fault::Fault;
use crate::find;
use crate::say;
use crate::term::width::harmless;
use crate::term::{Grid, Style};
use kagifuda_secret::SecretText;

/// From here on a code is likely to be over before it is typed.
const SOON_OVER: u32 = 5;

/// Shows codes.
pub(super) fn show(s: &mut Session<'_>, job: &CodeJob) -> Result<(), Fault> {
    let mut codes = ask(s, job, false)?;
    if codes.is_empty() {
        return Err(Fault::NotFound { query: job.query.clone() });
    }
    if job.watch {
        return watch::watch(s, job, codes);
    }
    if job.query.is_empty() && !job.copy {
        return all(s, job, &codes);
    }
    let scores: Vec<u32> = codes.iter().map(|code| code.score).collect();
    codes.truncate(find::contenders(&scores));
    match codes.len() {
        1 => one(s, job, codes.remove(0)),
        count => {
            if s.screen.columns.is_some() && !job.copy && !job.json {
                let listing = table(s, &codes, job.next).render(s.screen);
                s.print(&listing)?;
            } else {
                let names = codes.iter().map(|code| (name(code), code.account.as_str(), code.id));
                s.list_numbered(&names.collect::<Vec<_>>());
            }
            Err(Fault::Ambiguous { count })
        }
    }
}

/// Asks for the codes that match. Who is watching is told that the vault has locked; opening it is the holder's.
pub(super) fn ask(s: &mut Session<'_>, job: &CodeJob, watching: bool) -> Result<Vec<Code>, Fault> {
    let query = (!job.query.is_empty()).then(|| job.query.clone());
    let request = Request::Codes { query, next: job.next, limit: 0, watching };
    let reply = if watching { s.ask_as_it_is(&request) } else { s.ask(&request) };
    match reply? {
        Reply::Codes(codes) => Ok(codes),
        _ => Err(Fault::Internal),
    }
}

fn all(s: &mut Session<'_>, job: &CodeJob, codes: &[Code]) -> Result<(), Fault> {
    if job.json {
        let list: Vec<serde_json::Value> = codes.iter().map(shape::code).collect();
        return s.print(&shape::page(json!({ "codes": list })));
    }
    let listing = table(s, codes, job.next).render(s.screen);
    s.print(&listing)
}

fn one(s: &mut Session<'_>, job: &CodeJob, mut code: Code) -> Result<(), Fault> {
    if matches!(code.turn, Turn::Counter { .. }) && code.code.is_none() {
        code = match s.ask(&Request::HotpNext { id: code.id })? {
            Reply::Codes(mut codes) if codes.len() == 1 => codes.remove(0),
            _ => return Err(Fault::Internal),
        };
    }
    let Some(digits) = &code.code else { return Err(Fault::NoCode) };
    if job.copy {
        return clipboard::copy(s, &digits.0, &title(&code));
    }
    if job.json {
        return s.print(&shape::page(json!({ "codes": [shape::code(&code)] })));
    }
    if s.screen.columns.is_none() {
        let mut lines = format!("{}\n", digits.expose());
        if let Some(next) = &code.next {
            lines.push_str(&format!("{}\n", next.expose()));
        }
        return s.print(&lines);
    }
    let mut line = s.screen.paint(Style::Strong, &spaced(digits));
    if let Turn::Time { seconds_left, .. } = code.turn {
        let left = say!(s.texts, "code-left", seconds = seconds_left);
        let style = if seconds_left <= SOON_OVER { Style::Care } else { Style::Faint };
        line.push_str(&format!("  {}", s.screen.paint(style, &left)));
    }
    if let Some(next) = &code.next {
        let next = say!(s.texts, "code-then", code = spaced(next));
        line.push_str(&format!("  {}", s.screen.paint(Style::Faint, &next)));
    }
    line.push_str(&format!("  {}\n", harmless(&title(&code))));
    s.print(&line)
}

/// Codes as a table.
pub(super) fn table(s: &Session<'_>, codes: &[Code], has_next: bool) -> Grid {
    let mut grid = Grid::new()
        .shrinking(say!(s.texts, "code-head-name"))
        .shrinking(say!(s.texts, "code-head-account"))
        .column(say!(s.texts, "code-head-code"))
        .styled(Style::Strong)
        .column(say!(s.texts, "code-head-left"))
        .right()
        .column(if has_next { say!(s.texts, "code-head-next") } else { String::new() });
    let is_shown = s.screen.columns.is_some();
    for code in codes {
        let digits = |digits: &Hidden<SecretText>| {
            if is_shown { spaced(digits) } else { digits.expose().to_owned() }
        };
        let left = match code.turn {
            Turn::Time { seconds_left, .. } if code.code.is_some() => {
                say!(s.texts, "code-left", seconds = seconds_left)
            }
            Turn::Time { .. } => String::new(),
            Turn::Counter { counter } => {
                say!(s.texts, "code-counter", counter = counter.to_string())
            }
        };
        grid.row([
            name(code).to_owned(),
            code.account.clone(),
            code.code.as_ref().map_or_else(|| "–".to_owned(), digits),
            left,
            code.next.as_ref().map_or_else(String::new, digits),
        ]);
    }
    grid
}

/// What the holder calls it, or who issued it.
fn name(code: &Code) -> &str {
    if code.title.is_empty() { &code.issuer } else { &code.title }
}

fn title(code: &Code) -> String {
    called(name(code), &code.account)
}

/// Digits in groups, as they are read aloud; other codes as they are.
pub(super) fn spaced(code: &Hidden<SecretText>) -> String {
    let code = code.expose();
    if code.len() < 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return code.to_owned();
    }
    let (front, back) = code.split_at(code.len() / 2);
    format!("{front} {back}")
}
