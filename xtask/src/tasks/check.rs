// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask check`: the half of the tests to run before every commit, under two minutes warm.
//!
//! What has to be compiled is compiled first, and its time told but not counted: the two minutes are those of
//! a run where everything is built, which is what a commit waits for, and being over them is a failure.
//!
//! After the quick stages and core's own tests it reports what is above the guide sizes. Sizes are
//! a matter of judgement, so they block nothing.

use std::time::{Duration, Instant};

use crate::house::House;
use crate::policy::{GUIDE_FILE_LINES, GUIDE_FUNCTION_LINES};
use crate::source::Skeleton;
use crate::stage::{Report, Stage};
use crate::stages;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// What the stages may take once everything is compiled.
const BUDGET: Duration = Duration::from_secs(2 * 60);

const CORE_TESTS: Stage =
    Stage { name: "core", about: "tests of the pure rooms", needs: &[], run: test_core };

/// Runs the quick stages, then reports sizes.
pub(crate) fn run(house: &House, _arguments: &[String]) -> Result<(), Trouble> {
    let mut chosen: Vec<&Stage> =
        stages::QUICK.iter().filter_map(|name| stages::find(name)).collect();
    chosen.push(&CORE_TESTS);
    compile(house)?;
    let report = Report::of(&chosen, house, BUDGET);
    tell_sizes(house)?;
    println!("{report}");
    if report.total().failed == 0 { Ok(()) } else { Err(Trouble::already_told()) }
}

/// Compiles what the stages run. What does not compile is told by them.
fn compile(house: &House) -> Result<(), Trouble> {
    let begun = Instant::now();
    let _told_again = stages::lints::run(house);
    stages::tests::build(house, &core(house)?)?;
    println!("-- compiled in {} s, which is not counted", begun.elapsed().as_secs());
    Ok(())
}

fn test_core(house: &House) -> Result<Tally, Trouble> {
    stages::tests::of_packages(house, &core(house)?)
}

/// The pure rooms, as Cargo selects them.
fn core(house: &House) -> Result<Vec<&str>, Trouble> {
    let mut selection = Vec::new();
    for package in house.members()? {
        if house.room(package).starts_with("core/") {
            selection.extend(["--package", package.name.as_str()]);
        }
    }
    Ok(selection)
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
