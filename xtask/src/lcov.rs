// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads what `llvm-cov export --format=lcov` writes, and adds it up by room.
//!
//! The format is lines: `SF:` opens a file, `DA:line,count` tells how often a line ran, and
//! `end_of_record` closes it. Only our own sources count, and of those only the lines before
//! their tests.

use std::collections::BTreeMap;
use std::path::Path;

use crate::house::House;
use crate::source::Skeleton;
use crate::trouble::Trouble;

/// Lines of a file or room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Lines with code.
    pub(crate) all: usize,
    /// Those that ran.
    pub(crate) run: usize,
    /// The numbers of those that did not, ascending; empty for a room.
    pub(crate) missing: Vec<usize>,
}

impl Lines {
    /// The part that ran.
    #[allow(clippy::cast_precision_loss, reason = "line counts are far below 2^52")]
    pub(crate) fn percent(&self) -> f64 {
        if self.all == 0 { 100.0 } else { 100.0 * self.run as f64 / self.all as f64 }
    }
}

/// What ran, by file.
pub(crate) struct Coverage(BTreeMap<String, Lines>);

impl Coverage {
    /// The lines of one file, by its path in the repository.
    pub(crate) fn file(&self, path: &str) -> Option<&Lines> {
        self.0.get(path)
    }

    /// The lines of each room: the folder that holds `src/`. Tests and tasks are no rooms.
    pub(crate) fn rooms(&self) -> BTreeMap<&str, Lines> {
        let mut rooms: BTreeMap<&str, Lines> = BTreeMap::new();
        for (path, lines) in &self.0 {
            let Some(room) = room_of(path) else { continue };
            let sum = rooms.entry(room).or_default();
            sum.all += lines.all;
            sum.run += lines.run;
        }
        rooms
    }
}

/// The room a source belongs to; none for a file that only tests or tasks use.
fn room_of(path: &str) -> Option<&str> {
    let is_workshop = ["tests/", "fuzz/", "bench/", "xtask/"].iter().any(|it| path.starts_with(it));
    let is_for_tests = path.ends_with("/tests.rs") || path.contains("/testing/");
    let (room, _) = path.split_once("/src/")?;
    (!is_workshop && !is_for_tests).then_some(room)
}

/// Reads an export.
pub(crate) fn read(house: &House, export: &str) -> Result<Coverage, Trouble> {
    let mut files = BTreeMap::new();
    for (path, counts) in counts_by_file(house.root(), export) {
        let first_test = Skeleton::of(&house.read(&path)?).first_test_line().unwrap_or(usize::MAX);
        let counts = counts.into_iter().filter(|(line, _)| *line < first_test);
        files.insert(path, lines(counts));
    }
    Ok(Coverage(files))
}

fn counts_by_file(root: &Path, export: &str) -> BTreeMap<String, BTreeMap<usize, u64>> {
    let mut files: BTreeMap<String, BTreeMap<usize, u64>> = BTreeMap::new();
    let mut open = None;
    for line in export.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            let ours = Path::new(path).strip_prefix(root).ok();
            let ours = ours.filter(|path| !path.starts_with("target"));
            open = ours.map(|path| path.to_string_lossy().into_owned());
        } else if line == "end_of_record" {
            open = None;
        } else if let (Some(path), Some(count)) = (&open, line.strip_prefix("DA:").and_then(count))
        {
            *files.entry(path.clone()).or_default().entry(count.0).or_default() += count.1;
        }
    }
    files
}

fn count(text: &str) -> Option<(usize, u64)> {
    let (line, count) = text.split_once(',')?;
    Some((line.parse().ok()?, count.parse().ok()?))
}

fn lines(counts: impl Iterator<Item = (usize, u64)>) -> Lines {
    let mut lines = Lines::default();
    for (line, count) in counts {
        lines.all += 1;
        if count > 0 {
            lines.run += 1;
        } else {
            lines.missing.push(line);
        }
    }
    lines
}

/// Line numbers as a person writes them: `3-5, 9`.
pub(crate) fn ranges(lines: &[usize]) -> String {
    lines
        .chunk_by(|one, next| one + 1 == *next)
        .map(|chunk| match chunk {
            [first, .., last] => format!("{first}-{last}"),
            [one] => one.to_string(),
            [] => String::new(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Lines, counts_by_file, lines, ranges, room_of};

    #[test]
    fn only_our_own_files_count() {
        let export = "SF:/house/core/otp/src/lib.rs\nFN:1,f\nDA:1,2\nDA:2,0\nend_of_record\n\
                      SF:/house/target/ci/build/x.rs\nDA:1,1\nend_of_record\n\
                      SF:/elsewhere/lib.rs\nDA:1,1\nend_of_record\n";
        let files = counts_by_file(Path::new("/house"), export);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["core/otp/src/lib.rs"]);
        let lines = lines(files["core/otp/src/lib.rs"].clone().into_iter());
        assert_eq!(lines, Lines { all: 2, run: 1, missing: vec![2] });
        assert!((lines.percent() - 50.0).abs() < f64::EPSILON);
    }

    #[test]
    fn what_only_tests_use_is_no_room() {
        assert_eq!(room_of("core/otp/src/ocra/suite.rs"), Some("core/otp"));
        let others =
            ["core/otp/tests/ocra.rs", "fuzz/src/lib.rs", "apps/kagifuda/src/text/tests.rs"];
        assert_eq!(others.map(room_of), [None; 3]);
    }

    #[test]
    fn missing_lines_are_told_in_ranges() {
        assert_eq!(ranges(&[3, 4, 5, 9, 11, 12]), "3-5, 9, 11-12");
        assert_eq!(ranges(&[]), "");
    }
}
