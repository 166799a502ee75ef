// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pages keep their promises: links lead somewhere, both READMEs say the same.

use crate::house::House;
use crate::links;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Checks every page of the repository.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
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
    Ok(Tally::of(faults.is_empty()) + Tally::of(twins.is_empty()))
}
