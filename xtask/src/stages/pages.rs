// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pages keep their promises: API pages build without a warning, links lead somewhere, both READMEs
//! say the same, and tests named as proof exist.

use std::collections::BTreeSet;

use crate::house::House;
use crate::links;
use crate::program::Program;
use crate::promises;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Checks every page of the repository.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let api = build_api_pages(house);
    println!("API pages: {}", if api.is_ok() { "ok" } else { "FAILED" });

    let mut faults = Vec::new();
    let pages = house.files(".md")?;
    for page in &pages {
        faults.extend(links::broken(house, page)?);
    }
    for fault in &faults {
        println!("  {fault}");
    }
    println!("links of {} pages: {}", pages.len(), if faults.is_empty() { "ok" } else { "FAILED" });

    let twins = links::twin_faults(&house.read("README.md")?, &house.read("README.ja.md")?);
    for fault in &twins {
        println!("  README.md, README.ja.md: {fault}");
    }
    println!("both READMEs: {}", if twins.is_empty() { "ok" } else { "FAILED" });
    let unproven = unproven(house)?;
    for fault in &unproven {
        println!("  {fault}");
    }
    println!("tests named as proof: {}", if unproven.is_empty() { "ok" } else { "FAILED" });
    Ok(Tally::of(api.is_ok())
        + Tally::of(faults.is_empty())
        + Tally::of(twins.is_empty())
        + Tally::of(unproven.is_empty()))
}

/// Promises whose test is gone, or was given another name.
fn unproven(house: &House) -> Result<Vec<String>, Trouble> {
    let mut tests = BTreeSet::new();
    for path in house.files(".rs")? {
        tests.extend(promises::functions(&house.read(&path)?));
    }
    let mut faults = Vec::new();
    let pages = house.files(".md")?.into_iter().filter(|page| promises::is_page(page));
    for page in pages {
        let text = house.read(&page)?;
        let missing = promises::without_test(&text, &tests);
        faults.extend(missing.iter().map(|name| format!("{page}: there is no test {name}")));
    }
    Ok(faults)
}

/// Builds them as people who work on the house read them, private items included. The profile of
/// the tests saves another check of every dependency.
fn build_api_pages(house: &House) -> Result<(), Trouble> {
    Program::cargo()
        .args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"])
        .args(["--keep-going", "--profile", "ci"])
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .within(house.root())
        .run()
}
