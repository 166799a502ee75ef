// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running stages one after the other: each timed, each counted, the whole against a budget.
//!
//! A failed stage never hides the next one, unless it says that nothing after it can be
//! meaningful (the code does not compile). Whatever happens, the last line that is printed is
//! `N passed, N failed`, and a stage that failed without a failed case counts as one.

use std::fmt;
use std::time::{Duration, Instant};

use crate::house::House;
use crate::need::{self, Need};
use crate::tally::Tally;
use crate::trouble::Trouble;

/// One part of `cargo xtask test`.
pub(crate) struct Stage {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What it shows, in a few words.
    pub(crate) about: &'static str,
    /// What it needs from the system beyond Rust and a C compiler.
    pub(crate) needs: &'static [Need],
    /// Does it and counts its cases.
    pub(crate) run: fn(&House) -> Result<Tally, Trouble>,
}

/// How one stage went.
struct Line {
    name: &'static str,
    took: Duration,
    tally: Tally,
    was_reached: bool,
}

/// How all stages went.
pub(crate) struct Report {
    lines: Vec<Line>,
    budget: Duration,
}

impl Report {
    /// Runs `stages` in their order.
    pub(crate) fn of(stages: &[&Stage], house: &House, budget: Duration) -> Self {
        let mut lines = Vec::with_capacity(stages.len());
        let mut goes_on = true;
        for stage in stages {
            if !goes_on {
                lines.push(Line {
                    name: stage.name,
                    took: Duration::ZERO,
                    tally: Tally::ONE_SKIPPED,
                    was_reached: false,
                });
                continue;
            }
            println!("\n== {}: {}", stage.name, stage.about);
            let begun = Instant::now();
            let outcome = need::satisfy(stage.needs).and_then(|()| (stage.run)(house));
            let took = begun.elapsed();
            let tally = match outcome {
                Ok(tally) => tally,
                Err(trouble) => {
                    println!("-- {} FAILED: {trouble}", stage.name);
                    goes_on = !trouble.ends_the_run();
                    Tally::ONE_FAILED
                }
            };
            println!("-- {}: {tally} in {}", stage.name, Minutes(took));
            lines.push(Line { name: stage.name, took, tally, was_reached: true });
        }
        Self { lines, budget }
    }

    fn took(&self) -> Duration {
        self.lines.iter().map(|line| line.took).sum()
    }

    fn is_within_budget(&self) -> bool {
        self.took() <= self.budget
    }

    /// All cases; being over the budget is one that failed.
    pub(crate) fn total(&self) -> Tally {
        let mut total: Tally = self.lines.iter().map(|line| line.tally).sum();
        if !self.is_within_budget() {
            total += Tally::ONE_FAILED;
        }
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<12} {:>9} {:>7} {:>7} {:>8}",
            "stage", "minutes", "passed", "failed", "skipped"
        )?;
        for line in &self.lines {
            if line.was_reached {
                let Tally { passed, failed, skipped } = line.tally;
                let minutes = Minutes(line.took).to_string();
                writeln!(f, "{:<12} {minutes:>9} {passed:>7} {failed:>7} {skipped:>8}", line.name)?;
            } else {
                writeln!(f, "{:<12} not reached", line.name)?;
            }
        }
        let verdict = if self.is_within_budget() { "within" } else { "OVER" };
        let took = Minutes(self.took());
        writeln!(f, "{took} in all, {verdict} the budget of {}", Minutes(self.budget))?;
        write!(f, "{}", self.total())
    }
}

/// Shows a duration as minutes and seconds.
struct Minutes(Duration);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        write!(f, "{}:{:02} min", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use std::time::Duration;

    use super::{Report, Stage};
    use crate::house::House;
    use crate::tally::Tally;
    use crate::trouble::Trouble;

    const fn stage(name: &'static str, run: fn(&House) -> Result<Tally, Trouble>) -> Stage {
        Stage { name, about: "", needs: &[], run }
    }

    const GOOD: Stage = stage("good", |_| Ok(Tally { passed: 5, failed: 0, skipped: 1 }));
    const CASES_FAIL: Stage = stage("cases", |_| Ok(Tally { passed: 2, failed: 3, skipped: 0 }));
    const BREAKS: Stage = stage("breaks", |_| Err(Trouble::new("no such thing")));
    const ENDS: Stage = stage("ends", |_| Err(Trouble::new("does not compile").ending_the_run()));
    const AN_HOUR: Duration = Duration::from_secs(3600);

    fn report(stages: &[&Stage], budget: Duration) -> Report {
        Report::of(stages, &House::find().unwrap(), budget)
    }

    #[test]
    fn a_failed_stage_counts_one_and_hides_no_later_stage() {
        let total = report(&[&BREAKS, &GOOD, &CASES_FAIL], AN_HOUR).total();
        assert_eq!(total, Tally { passed: 7, failed: 4, skipped: 1 });
    }

    #[test]
    fn code_that_does_not_compile_ends_the_run() {
        let report = report(&[&GOOD, &ENDS, &GOOD], AN_HOUR);
        assert_eq!(report.total(), Tally { passed: 5, failed: 1, skipped: 2 });
        assert!(report.to_string().contains("good         not reached"));
    }

    #[test]
    fn being_over_the_budget_is_a_failure() {
        let mut report = report(&[&GOOD], AN_HOUR);
        assert_eq!(report.total().failed, 0);
        report.lines[0].took = AN_HOUR + Duration::from_secs(1);
        assert_eq!(report.total().failed, 1);
        assert!(report.to_string().contains("OVER the budget of 60:00 min"));
    }

    #[test]
    fn the_last_line_is_the_count_and_nothing_else() {
        let shown = report(&[&GOOD, &BREAKS], AN_HOUR).to_string();
        assert_eq!(shown.lines().last(), Some("5 passed, 1 failed"));
    }
}
