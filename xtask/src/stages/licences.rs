// SPDX-License-Identifier: MIT OR Apache-2.0
//! Licences, bans and sources of everything Cargo would build, on any platform.
//!
//! Judged from `cargo metadata` by `policy.rs`, so no further tool is needed. One case per rule;
//! each offender is named. Crates present in several versions are listed and block nothing: they
//! cost size and time, not trust.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};

use crate::house::House;
use crate::policy;
use crate::spdx::Expression;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Judges all dependencies.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let metadata = house.metadata()?;
    let members: BTreeSet<&PackageId> = metadata.workspace_members.iter().collect();
    let foreign: Vec<&Package> =
        metadata.packages.iter().filter(|package| !members.contains(&package.id)).collect();
    let shipped = shipped(metadata);
    println!("{} crates of others, {} of them ship", foreign.len(), shipped.len());
    tell_duplicates(&foreign, &shipped);
    Ok(rule("licences", &foreign, licence_fault)
        + rule("bans", &foreign, ban_fault)
        + rule("sources", &foreign, source_fault))
}

/// The crates of others whose code is part of what people get.
pub(crate) fn shipped(metadata: &Metadata) -> BTreeSet<&PackageId> {
    let mut reached = BTreeSet::new();
    let Some(resolve) = &metadata.resolve else {
        return reached;
    };
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|it| (&it.id, it)).collect();
    let is_shipped = |it: &&Package| policy::SHIPPED.contains(&it.name.as_str());
    let mut open: Vec<&PackageId> =
        metadata.workspace_packages().into_iter().filter(is_shipped).map(|it| &it.id).collect();
    while let Some(id) = open.pop() {
        let Some(node) = nodes.get(id) else { continue };
        let is_macro = metadata[id].targets.iter().any(|it| it.is_proc_macro());
        if is_macro {
            // What a macro uses runs in the compiler only; the macro itself does too, but its
            // output is in what people get.
            continue;
        }
        for dependency in &node.deps {
            let is_linked = dependency.dep_kinds.iter().any(|it| it.kind == DependencyKind::Normal);
            if is_linked && reached.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    reached.retain(|id| !metadata.workspace_members.contains(id));
    reached
}

fn rule(name: &str, packages: &[&Package], fault: fn(&Package) -> Option<String>) -> Tally {
    let faults: Vec<String> = packages
        .iter()
        .filter_map(|it| fault(it).map(|fault| format!("{} {}: {fault}", it.name, it.version)))
        .collect();
    for fault in &faults {
        println!("  {name}: {fault}");
    }
    println!("{name}: {}", if faults.is_empty() { "ok" } else { "FAILED" });
    Tally::of(faults.is_empty())
}

fn licence_fault(package: &Package) -> Option<String> {
    let Some(text) = &package.license else {
        return Some("its manifest names no licence".into());
    };
    let expression = match Expression::read(text) {
        Ok(expression) => expression,
        Err(malformed) => return Some(format!("{text:?}: {malformed}")),
    };
    let may_be_mpl = policy::MPL_CRATES.contains(&package.name.as_str());
    let is_met = expression.is_met_by(&|licence| {
        let name = licence.to_string();
        policy::LICENCES.contains(&name.as_str()) || (may_be_mpl && name == "MPL-2.0")
    });
    (!is_met).then(|| format!("{text} cannot be met with the accepted licences"))
}

fn ban_fault(package: &Package) -> Option<String> {
    let ban = policy::BANS.iter().find(|ban| ban.name == package.name.as_str())?;
    Some(format!("stays out: {}", ban.reason))
}

fn source_fault(package: &Package) -> Option<String> {
    match &package.source {
        Some(source) if source.repr == policy::SOURCE => None,
        Some(source) => Some(format!("comes from {source}")),
        None => Some("is a folder outside the workspace".into()),
    }
}

fn tell_duplicates(packages: &[&Package], shipped: &BTreeSet<&PackageId>) {
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in packages.iter().filter(|package| shipped.contains(&package.id)) {
        versions.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    versions.retain(|_, versions| versions.len() > 1);
    let told: Vec<String> = versions
        .iter()
        .map(|(name, versions)| {
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            format!("{name} ({})", versions.join(", "))
        })
        .collect();
    println!("in several versions, {}: {}", told.len(), told.join("; "));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use cargo_metadata::Package;

    use super::{ban_fault, licence_fault, source_fault};
    use crate::policy;

    fn package(name: &str, licence: Option<&str>, source: &str) -> Package {
        let json = serde_json::json!({
            "name": name, "version": "1.0.0", "id": name, "source": source, "license": licence,
            "dependencies": [], "targets": [], "features": {}, "manifest_path": "/Cargo.toml",
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn copyleft_is_refused_unless_there_is_a_choice() {
        let fault =
            |licence: Option<&str>| licence_fault(&package("some-crate", licence, policy::SOURCE));
        assert_eq!(fault(Some("MIT OR Apache-2.0")), None);
        assert_eq!(fault(Some("MIT OR Apache-2.0 OR LGPL-2.1-or-later")), None);
        for copyleft in
            ["GPL-3.0-only", "AGPL-3.0-or-later", "LGPL-2.1-only", "SSPL-1.0", "MPL-2.0"]
        {
            assert!(fault(Some(copyleft)).is_some(), "{copyleft}");
            assert!(fault(Some(&format!("MIT AND {copyleft}"))).is_some(), "{copyleft}");
        }
        assert!(fault(None).is_some());
    }

    #[test]
    fn banned_crates_stay_out() {
        assert!(ban_fault(&package("openssl-sys", Some("MIT"), policy::SOURCE)).is_some());
        assert!(ban_fault(&package("sha2", Some("MIT"), policy::SOURCE)).is_none());
    }

    #[test]
    fn only_one_source_is_accepted() {
        assert!(source_fault(&package("sha2", None, policy::SOURCE)).is_none());
        assert!(source_fault(&package("sha2", None, "git+https://example.org/sha2")).is_some());
    }
}
