// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `kagifuda map` is asked to show. `next` is a word, so `map next` and `map git` are told apart here.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Query, path, query, switch, text};

/// Which view of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub enum MapJob {
    Show {
        query: Query,
        json: bool,
    },
    Svg {
        file: PathBuf,
    },
    Next {
        json: bool,
    },
    /// `thing` is `None` for the one list there is.
    Lose {
        thing: Option<String>,
        done: Vec<u64>,
        ends: bool,
        json: bool,
    },
    ChangePassword {
        service: Query,
        json: bool,
    },
    Review {
        json: bool,
    },
    /// An empty `thing` is any.
    Drill {
        thing: Query,
    },
}

pub(super) fn job(m: &ArgMatches) -> MapJob {
    let (query, json) = (query(m), switch(m, "json"));
    let done: Vec<u64> = m
        .try_get_many::<u64>("done")
        .ok()
        .flatten()
        .map_or_else(Vec::new, |numbers| numbers.copied().collect());
    let (thing, ends) = (text(m, "lose"), switch(m, "end"));
    if thing.is_some() || ends || !done.is_empty() {
        // `--lose old phone` without quotes is one thing of two words.
        let thing = thing.map(|thing| format!("{thing} {query}").trim().to_owned());
        return MapJob::Lose { thing, done, ends, json };
    }
    if let Some(service) = text(m, "change-password") {
        return MapJob::ChangePassword {
            service: format!("{service} {query}").trim().to_owned(),
            json,
        };
    }
    if let Some(file) = path(m, "svg") {
        return MapJob::Svg { file };
    }
    if switch(m, "review") {
        return MapJob::Review { json };
    }
    if switch(m, "drill") {
        return MapJob::Drill { thing: query };
    }
    if query == "next" {
        return MapJob::Next { json };
    }
    MapJob::Show { query, json }
}
