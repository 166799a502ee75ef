// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask check`: the half of the tests to run before every commit, under two minutes warm.
//!
//! After the quick stages and core's own tests it reports what is above the guide sizes. Sizes are
//! a matter of judgement, so they block nothing.

use std::time::Duration;

use crate::house::House;
use crate::policy::{GUIDE_FILE_LINES, GUIDE_FUNCTION_LINES};
use crate::source::Skeleton;
use crate::stage::{Report, Stage};
use crate::stages;
use crate::tally::Tally;
use crate::trouble::Trouble;

const BUDGET: Duration = Duration::from_secs(10 * 60);

const CORE_TESTS: Stage =
    Stage { name: "core", about: "tests of the pure rooms", needs: &[], run: test_core };

/// Runs the quick stages, then reports sizes.
pub(crate) fn run(house: &House, _arguments: &[String]) -> Result<(), Trouble> {
    let mut chosen: Vec<&Stage> =
        stages::QUICK.iter().filter_map(|name| stages::find(name)).collect();
    chosen.push(&CORE_TESTS);
    let report = Report::of(&chosen, house, BUDGET);
    tell_sizes(house)?;
    println!("{report}");
    if report.total().failed == 0 { Ok(()) } else { Err(Trouble::already_told()) }
}

fn test_core(house: &House) -> Result<Tally, Trouble> {
    let mut selection = Vec::new();
    for package in house.members()? {
        if house.room(package).starts_with("core/") {
            selection.extend(["--package", package.name.as_str()]);
        }
    }
    stages::tests::of_packages(house, &selection)
}

fn tell_sizes(house: &House) -> Result<(), Trouble> {
    println!(
        "\nAbove the guide sizes ({GUIDE_FILE_LINES} lines of a file without its tests, \
         {GUIDE_FUNCTION_LINES} of a function):"
    );
    let mut sizes = Vec::new();
    for path in house.files(".rs")? {
        let text = house.read(&path)?;
        let skeleton = Skeleton::of(&text);
        let lines_count =
            skeleton.first_test_line().unwrap_or_else(|| text.lines().count() + 1) - 1;
        sizes.push(lines_count);
        if lines_count > GUIDE_FILE_LINES {
            println!("  {path}: {lines_count} lines");
        }
        for function in skeleton.functions() {
            if function.lines_count > GUIDE_FUNCTION_LINES {
                let (line, name) = (function.line, function.name);
                println!("  {path}:{line}: {name} has {} lines", function.lines_count);
            }
        }
    }
    sizes.sort_unstable();
    if let (Some(median), Some(largest)) = (sizes.get(sizes.len() / 2), sizes.last()) {
        println!("  {} files, median {median} lines, largest {largest}", sizes.len());
    }
    Ok(())
}
