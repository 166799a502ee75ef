// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `kagifuda move` is asked to do with the plan of a move.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{path, switch, text};

/// One step of working through a plan. `from` is `None` for the one plan there is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub enum MoveJob {
    /// `to` begins a plan.
    Show {
        from: Option<String>,
        to: Option<String>,
        json: bool,
    },
    /// Without a file on the terminal; without numbers the next batch.
    Send {
        from: Option<String>,
        only: Vec<u64>,
        file: Option<PathBuf>,
    },
    Prove {
        from: Option<String>,
        only: Vec<u64>,
    },
    Tick {
        from: Option<String>,
        marks: Vec<(Mark, u64)>,
        json: bool,
    },
    /// Puts the plan away: what was moved is moved on the map, or nothing is.
    End {
        from: Option<String>,
        keeps: bool,
    },
    /// A page to print, which needs no plan and no vault.
    Template {
        reader: Reader,
        file: Option<PathBuf>,
    },
}

/// Whom a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who changes phones.
    Person,
    /// Whoever plans it for many.
    Company,
}

/// What is said of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is done, by the holder's word.
    Done,
    /// It is left out on purpose.
    Skipped,
    /// The old way is disabled.
    Off,
}

pub(super) fn job(m: &ArgMatches) -> MoveJob {
    let (from, file) = (text(m, "from"), path(m, "file"));
    let (json, only) = (switch(m, "json"), numbers(m, "only"));
    if let Some(reader) = text(m, "template") {
        let reader = if reader == "company" { Reader::Company } else { Reader::Person };
        return MoveJob::Template { reader, file };
    }
    if switch(m, "prove") {
        return MoveJob::Prove { from, only };
    }
    if switch(m, "send") || file.is_some() || !only.is_empty() {
        return MoveJob::Send { from, only, file };
    }
    if switch(m, "end") || switch(m, "abort") {
        return MoveJob::End { from, keeps: switch(m, "end") };
    }
    let marks = [("done", Mark::Done), ("skip", Mark::Skipped), ("off", Mark::Off)];
    let marks: Vec<(Mark, u64)> = marks
        .into_iter()
        .flat_map(|(flag, mark)| numbers(m, flag).into_iter().map(move |number| (mark, number)))
        .collect();
    if marks.is_empty() {
        return MoveJob::Show { from, to: text(m, "to"), json };
    }
    MoveJob::Tick { from, marks, json }
}

fn numbers(m: &ArgMatches, flag: &str) -> Vec<u64> {
    let numbers = m.try_get_many::<u64>(flag).ok().flatten();
    numbers.map_or_else(Vec::new, |numbers| numbers.copied().collect())
}
