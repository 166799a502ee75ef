// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counting test cases, ours and those of the programs that run them.

use std::fmt;
use std::ops::{Add, AddAssign};

/// How many cases passed, failed, and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// One case that passed.
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One case that failed.
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    /// One case that was left out.
    pub(crate) const ONE_SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };

    /// One case, told by whether it holds.
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::ONE_PASSED } else { Self::ONE_FAILED }
    }

    /// Reads a line in which a test program sums up, in either of the two forms we meet:
    /// libtest's `test result: ok. 3 passed; 0 failed; 1 ignored; ...` and our own
    /// `3 passed, 0 failed`, which may be followed by `, 1 skipped`. Any other line is `None`.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let line = line.trim();
        let counts = match line.strip_prefix("test result: ") {
            Some(rest) => rest.split_once(". ")?.1,
            None => line,
        };
        let mut tally = Self::default();
        let mut words_known = 0;
        for part in counts.split([';', ',']) {
            let (count, word) = part.trim().split_once(' ')?;
            let Ok(count) = count.parse::<u64>() else {
                // libtest ends with "finished in 0.01s".
                if words_known >= 2 { break } else { return None }
            };
            match word {
                "passed" => tally.passed = count,
                "failed" => tally.failed = count,
                "ignored" | "skipped" => tally.skipped = count,
                "measured" | "filtered out" => {}
                _ => return None,
            }
            words_known += 1;
        }
        (words_known >= 2).then_some(tally)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), Self::add)
    }
}

impl fmt::Display for Tally {
    /// The form of the last line of `cargo xtask test`; left-out cases are told elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_summary_of_libtest_is_read() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; \
                    4 filtered out; finished in 0.03s";
        assert_eq!(Tally::from_line(line), Some(Tally { passed: 12, failed: 2, skipped: 1 }));
    }

    #[test]
    fn our_own_summary_is_read_with_and_without_skipped() {
        assert_eq!(
            Tally::from_line("7 passed, 0 failed"),
            Some(Tally { passed: 7, failed: 0, skipped: 0 })
        );
        assert_eq!(
            Tally::from_line("7 passed, 1 failed, 2 skipped"),
            Some(Tally { passed: 7, failed: 1, skipped: 2 })
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "running 3 tests", "test a ... ok", "3 passed", "3 passed, oops", "1, 2"] {
            assert_eq!(Tally::from_line(line), None, "{line}");
        }
    }

    #[test]
    fn what_is_printed_last_is_read_back() {
        let tally = Tally { passed: 3, failed: 4, skipped: 0 };
        assert_eq!(Tally::from_line(&tally.to_string()), Some(tally));
    }
}
