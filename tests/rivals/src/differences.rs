// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of differences: `differences.md`.

use crate::platform::Step;
use crate::player::status_name;

const TABLE: &str = include_str!("../differences.md");

/// One row, and whether something differed so.
struct Row {
    rival: String,
    step: String,
    ours: String,
    theirs: String,
    is_met: bool,
}

/// The rows.
pub(crate) struct Differences(Vec<Row>);

impl Differences {
    /// Reads the table: below a heading with the rival's name, rows `| step | ours | theirs | why |`.
    pub(crate) fn read() -> Self {
        let (mut rows, mut rival) = (Vec::new(), "");
        for line in TABLE.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                rival = heading;
            }
            let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"))
            else {
                continue;
            };
            let cells: Vec<&str> = cells.split(" | ").collect();
            let [step, ours, theirs, why] = cells[..] else { panic!("four columns: {line}") };
            if step == "request" {
                continue;
            }
            assert!(why.contains("CTAP 2.3 section"), "no clause is named: {line}");
            let [rival, step, ours, theirs] = [rival, step, ours, theirs].map(str::to_owned);
            rows.push(Row { rival, step, ours, theirs, is_met: false });
        }
        Self(rows)
    }

    /// Tells whether a difference is explained.
    pub(crate) fn explain(&mut self, rival: &str, our: &Step, their: &Step) -> bool {
        let (ours, theirs) = (status_name(our.status), status_name(their.status));
        let row = self.0.iter_mut().find(|row| {
            row.rival == rival && row.step == our.name && row.ours == ours && row.theirs == theirs
        });
        row.map(|row| row.is_met = true).is_some()
    }

    /// The rows of a rival by which nothing differed.
    pub(crate) fn stale(&self, rival: &str) -> impl Iterator<Item = &str> {
        let of_it = self.0.iter().filter(move |row| row.rival == rival && !row.is_met);
        of_it.map(|row| row.step.as_str())
    }
}
