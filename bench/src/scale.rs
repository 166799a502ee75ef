// SPDX-License-Identifier: MIT OR Apache-2.0
//! Timing, and lines that say whether a promise was kept.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long a run takes.
pub(crate) fn time_of<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = run();
    let time = start.elapsed();
    drop(result);
    time
}

/// The shortest of `runs` runs: the one least disturbed by whatever else the machine does.
pub(crate) fn best_of<T>(runs: usize, mut run: impl FnMut() -> T) -> Duration {
    (0..runs).map(|_| time_of(&mut run)).min().unwrap_or_default()
}

/// The middle of `runs` runs.
pub(crate) fn median_of(runs: usize, mut run: impl FnMut()) -> Duration {
    middle((0..runs).map(|_| time_of(&mut run)).collect())
}

/// The middle of some times.
pub(crate) fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Milliseconds with fractions.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Microseconds with fractions.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// How many times as long as another.
pub(crate) fn ratio(time: Duration, against: Duration) -> f64 {
    time.as_secs_f64() / against.as_secs_f64()
}

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    broken: usize,
    kept: usize,
}

impl Report {
    /// A number that has no bound.
    pub(crate) fn note(&mut self, what: &str, number: f64, unit: &str) {
        println!("      {what:<66} {number:>9.2} {unit}");
    }

    /// A number that must not exceed a bound.
    pub(crate) fn bound(&mut self, what: &str, number: f64, bound: f64, unit: &str) {
        let is_kept = number <= bound;
        let mark = if is_kept { "ok  " } else { "OVER" };
        println!("{mark}  {what:<66} {number:>9.2} {unit} (at most {bound} {unit})");
        if is_kept {
            self.kept += 1;
        } else {
            self.broken += 1;
        }
    }

    /// Says how many promises were kept.
    pub(crate) fn close(self) -> ExitCode {
        println!("\n{} promises kept, {} broken", self.kept, self.broken);
        if self.broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
