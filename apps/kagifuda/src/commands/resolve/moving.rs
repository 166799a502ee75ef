// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `kagifuda move` is asked to do with the plan of a move.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{path, switch, text};

/// Between which things; what nobody said is whatever it is in the one plan there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// The thing that goes.
    pub from: Option<String>,
    /// The thing that takes its place.
    pub to: Option<String>,
}

/// One step of working through a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub enum MoveJob {
    /// Both things begin a plan, or take theirs up again.
    Show {
        which: Which,
        json: bool,
    },
    /// Without a file on the terminal; without numbers the next batch.
    Send {
        which: Which,
        only: Vec<u64>,
        file: Option<PathBuf>,
    },
    Prove {
        which: Which,
        only: Vec<u64>,
    },
    Tick {
        which: Which,
        marks: Vec<(Mark, u64)>,
        json: bool,
    },
    /// Puts the plan away: what was moved is moved on the map, or nothing is.
    End {
        which: Which,
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
    let (which, file) = (Which { from: text(m, "from"), to: text(m, "to") }, path(m, "file"));
    let (json, only) = (switch(m, "json"), numbers(m, "only"));
    if let Some(reader) = text(m, "template") {
        let reader = if reader == "company" { Reader::Company } else { Reader::Person };
        return MoveJob::Template { reader, file };
    }
    if switch(m, "prove") {
        return MoveJob::Prove { which, only };
    }
    if switch(m, "send") || file.is_some() || !only.is_empty() {
        return MoveJob::Send { which, only, file };
    }
    if switch(m, "end") || switch(m, "abort") {
        return MoveJob::End { which, keeps: switch(m, "end") };
    }
    let marks = [("done", Mark::Done), ("skip", Mark::Skipped), ("off", Mark::Off)];
    let marks: Vec<(Mark, u64)> = marks
        .into_iter()
        .flat_map(|(flag, mark)| numbers(m, flag).into_iter().map(move |number| (mark, number)))
        .collect();
    if marks.is_empty() {
        return MoveJob::Show { which, json };
    }
    MoveJob::Tick { which, marks, json }
}

fn numbers(m: &ArgMatches, flag: &str) -> Vec<u64> {
    let numbers = m.try_get_many::<u64>(flag).ok().flatten();
    numbers.map_or_else(Vec::new, |numbers| numbers.copied().collect())
}
