// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bill of materials of a release: CycloneDX 1.5 as JSON, from `cargo metadata`.
//!
//! Lists the crates whose code is in the programs for one target, each with version, licence,
//! package URL and the SHA-256 that `Cargo.lock` pins; and who uses whom. Cargo unifies features
//! over the workspace, so it may name a crate more than a program has, never one less.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Metadata, Package, PackageId};
use serde_json::{Value, json};

use crate::spdx::Expression;

/// The document for the packages `parts`, which `programs` are made of. The first gives the release its name.
pub(crate) fn document(
    metadata: &Metadata,
    programs: &[&Package],
    parts: &BTreeSet<&PackageId>,
    lock: &str,
) -> Value {
    let hashes = hashes(lock);
    let packages: Vec<&Package> =
        metadata.packages.iter().filter(|package| parts.contains(&package.id)).collect();
    let others = programs.iter().skip(1).map(|program| application(program));
    let components: Vec<Value> =
        others.chain(packages.iter().map(|it| component(it, &hashes))).collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": programs.first().map(|program| application(program)) },
        "components": components,
        "dependencies": dependencies(metadata, programs, &packages),
    })
}

fn application(program: &Package) -> Value {
    json!({
        "type": "application",
        "bom-ref": url(program),
        "name": program.name.as_str(),
        "version": program.version.to_string(),
        "licenses": [{ "expression": program.license }],
    })
}

fn component(package: &Package, hashes: &BTreeMap<(String, String), String>) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": url(package),
        "name": package.name.as_str(),
        "version": package.version.to_string(),
        "purl": url(package),
    });
    if let Some(licence) = &package.license {
        // The slash of old manifests is no part of the grammar.
        let expression = match Expression::read(licence) {
            Ok(expression) => expression.to_string(),
            Err(_) => licence.clone(),
        };
        component["licenses"] = json!([{ "expression": expression }]);
    }
    let key = (package.name.to_string(), package.version.to_string());
    if let Some(hash) = hashes.get(&key) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": hash }]);
    }
    component
}

fn dependencies(metadata: &Metadata, programs: &[&Package], parts: &[&Package]) -> Vec<Value> {
    let listed: BTreeMap<&PackageId, &Package> =
        parts.iter().chain(programs).map(|it| (&it.id, *it)).collect();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    nodes
        .filter_map(|node| listed.get(&node.id).map(|package| (node, package)))
        .map(|(node, package)| {
            let used: BTreeSet<String> = node
                .dependencies
                .iter()
                .filter_map(|id| listed.get(id).map(|it| url(it)))
                .collect();
            json!({ "ref": url(package), "dependsOn": used })
        })
        .collect()
}

/// The package URL of a crate.
fn url(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

/// The checksums in `Cargo.lock`, by name and version.
fn hashes(lock: &str) -> BTreeMap<(String, String), String> {
    let mut hashes = BTreeMap::new();
    for entry in lock.split("[[package]]") {
        let field = |name: &str| {
            entry.lines().find_map(|line| {
                line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"').map(str::to_owned)
            })
        };
        if let (Some(name), Some(version), Some(hash)) =
            (field("name"), field("version"), field("checksum"))
        {
            hashes.insert((name, version), hash);
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::hashes;

    #[test]
    fn hashes_are_those_of_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"sha2\"\nversion = \"0.11.1\"\nsource = \"registry\"\n\
                    checksum = \"00ff\"\ndependencies = [\n \"digest\",\n]\n";
        let hashes = hashes(lock);
        assert_eq!(hashes.len(), 1);
        assert_eq!(hashes[&("sha2".to_owned(), "0.11.1".to_owned())], "00ff");
    }
}
