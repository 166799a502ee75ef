// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the archive of a release holds, name by name, and from where in the repository it comes.
//!
//! The lists below are the promise: an archive with a name more or less, or with other rights, is refused
//! after it was packed. A page of the manual or a unit that stands in no list fails a test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::house::House;
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

/// The programs, each a package of the workspace.
pub(crate) const PROGRAMS: [&str; 2] = ["kagifuda", "kagifudad"];

/// Texts, at the same place in the archive as here, so that links lead where they should.
const PAGES: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.ja.md",
    "README.md",
    "SECURITY.md",
    "docs/decisions/0001-workspace.md",
    "docs/decisions/0002-vault-format.md",
    "docs/decisions/0003-ways-to-open-and-deletion.md",
    "docs/decisions/0004-release-signature.md",
    "docs/decisions/0005-the-key-is-two-processes.md",
    "docs/decisions/0006-where-the-key-chooses.md",
    "docs/decisions/0007-the-key-on-a-small-machine.md",
    "docs/decisions/0008-a-reset-is-taken-back-whole.md",
    "docs/decisions/0009-memory-after-the-answer.md",
    "docs/decisions/0010-who-may-have-a-key-plugged-in.md",
    "docs/decisions/0011-readers-of-archives-and-databases.md",
    "docs/decisions/0012-the-keyring-as-a-way-to-open.md",
    "docs/decisions/0013-the-tpm-as-a-way-to-open.md",
    "docs/decisions/README.md",
    "docs/manual/access-map.ja.md",
    "docs/manual/access-map.md",
    "docs/manual/backup-and-recovery.ja.md",
    "docs/manual/backup-and-recovery.md",
    "docs/manual/commands.ja.md",
    "docs/manual/commands.md",
    "docs/manual/getting-started.ja.md",
    "docs/manual/getting-started.md",
    "docs/manual/json.ja.md",
    "docs/manual/json.md",
    "docs/manual/keys-you-own.ja.md",
    "docs/manual/keys-you-own.md",
    "docs/manual/moving-house.ja.md",
    "docs/manual/moving-house.md",
    "docs/manual/phones.ja.md",
    "docs/manual/phones.md",
    "docs/manual/security-key.ja.md",
    "docs/manual/security-key.md",
    "docs/manual/two-pcs.ja.md",
    "docs/manual/two-pcs.md",
    "docs/manual/what-is-a-passkey.ja.md",
    "docs/manual/what-is-a-passkey.md",
    "docs/manual/which-way.ja.md",
    "docs/manual/which-way.md",
    "docs/mistakes.md",
    "docs/screens/first-steps.en.svg",
    "docs/screens/first-steps.ja.svg",
    "docs/threats.md",
];

/// What systemd and udev are given: the place in the archive, and where it is here.
const SYSTEM: &[(&str, &str)] = &[
    ("system/71-kagifudad.rules", "apps/kagifudad/system/71-kagifudad.rules"),
    ("system/kagifuda-key.service", "apps/kagifuda/system/kagifuda-key.service"),
    ("system/kagifudad.service", "apps/kagifudad/system/kagifudad.service"),
    ("system/kagifudad.socket", "apps/kagifudad/system/kagifudad.socket"),
    // In a folder of its own, so that nobody installs it with the others.
    ("system/without-the-broker/70-kagifuda.rules", "apps/kagifudad/system/70-kagifuda.rules"),
];

/// The licences of the crates in the programs.
pub(crate) const LICENCES: &str = "LICENSES-OF-PARTS.txt";
/// The program's own man pages, one a language; beside each stands one for each command.
const MAN_PAGES: [&str; 2] = ["man/ja/man1/kagifuda.1", "man/man1/kagifuda.1"];
/// What the program writes about itself, besides man pages.
const COMPLETIONS: &[&str] =
    &["completions/_kagifuda", "completions/kagifuda.bash", "completions/kagifuda.fish"];

/// Copies everything that is a file of the repository.
pub(crate) fn lay_out(house: &House, folder: &Path) -> Result<(), Trouble> {
    let pages = PAGES.iter().map(|page| (*page, *page));
    for (place, source) in pages.chain(SYSTEM.iter().copied()) {
        let place = folder.join(place);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).doing("making the layout")?;
        }
        fs::copy(house.path(source), &place).doing(format!("copying {source}"))?;
    }
    Ok(())
}

/// Refuses an archive that holds a name more or less than the lists say, or one with other rights.
pub(crate) fn check(tarball: &Path, name: &str) -> Result<(), Trouble> {
    let listed = Program::new("tar")
        .args(["--list", "--gzip", "--verbose", "--numeric-owner", "--file"])
        .arg(tarball)
        .read()?;
    let faults = faults_of(&listed, name);
    if faults.is_empty() {
        return Ok(());
    }
    Err(Trouble::new(format!("the archive is not as it should be:\n  {}", faults.join("\n  "))))
}

/// What is wrong with an archive, by the words of `tar --list --verbose`.
fn faults_of(listed: &str, name: &str) -> Vec<String> {
    let programs = PROGRAMS.iter().map(|program| (*program, "-rwxr-xr-x"));
    let texts = PAGES.iter().copied().chain(SYSTEM.iter().map(|(place, _)| *place));
    let texts = texts.chain([LICENCES]).chain(MAN_PAGES).chain(COMPLETIONS.iter().copied());
    let mut expected: BTreeMap<&str, &str> =
        programs.chain(texts.map(|text| (text, "-rw-r--r--"))).collect();
    let mut faults = Vec::new();
    for line in listed.lines() {
        // Rights, owner, size, day, time, name.
        let words: Vec<&str> = line.split_whitespace().collect();
        let [rights, owner, _, _, _, path] = words[..] else {
            faults.push(format!("{line:?} is no file"));
            continue;
        };
        let Some(path) = path.strip_prefix(name).and_then(|path| path.strip_prefix('/')) else {
            faults.push(format!("{path} is not in {name}"));
            continue;
        };
        let wanted = if path.is_empty() || path.ends_with('/') {
            Some("drwxr-xr-x")
        } else {
            expected.remove(path).or_else(|| is_of_a_command(path).then_some("-rw-r--r--"))
        };
        match wanted {
            None => faults.push(format!("{path} is in no list")),
            Some(wanted) if wanted != rights || owner != "0/0" => {
                faults.push(format!("{path} has the rights {rights} of {owner}"));
            }
            Some(_) => {}
        }
    }
    faults.extend(expected.keys().map(|missing| format!("{missing} is missing")));
    faults
}

/// Tells whether a path is the man page of a command, beside the program's own.
fn is_of_a_command(path: &str) -> bool {
    MAN_PAGES.iter().any(|own| {
        let named = own.strip_suffix(".1").and_then(|own| path.strip_prefix(own));
        let command = named.and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".1"));
        command.is_some_and(|command| !command.contains('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "kagifuda-1-target";

    fn right() -> String {
        let line =
            |rights: &str, path: &str| format!("{rights} 0/0 1 2026-01-01 00:00 {NAME}/{path}\n");
        let texts = PAGES.iter().copied().chain(SYSTEM.iter().map(|(place, _)| *place));
        let texts = texts.chain(COMPLETIONS.iter().copied());
        let texts = texts.chain(MAN_PAGES).chain([LICENCES, "man/man1/kagifuda-key-run.1"]);
        let programs = PROGRAMS.iter().map(|program| line("-rwxr-xr-x", program));
        let folders = ["", "docs/", "system/"].map(|folder| line("drwxr-xr-x", folder));
        folders.into_iter().chain(programs).chain(texts.map(|it| line("-rw-r--r--", it))).collect()
    }

    #[test]
    fn an_archive_holds_what_the_lists_say_and_nothing_else() {
        let right = right();
        assert_eq!(faults_of(&right, NAME), Vec::<String>::new());
        for line in right.lines().filter(|line| !line.ends_with('/') && !line.contains("-key-run"))
        {
            let shorter: String =
                right.lines().filter(|it| *it != line).map(|it| format!("{it}\n")).collect();
            assert_eq!(faults_of(&shorter, NAME).len(), 1, "without {line}");
        }
        for more in ["notes.txt", "system/70-kagifuda.rules", "man/kagifuda.1", "man/man1/other.1"]
        {
            let longer = format!("{right}-rw-r--r-- 0/0 1 2026-01-01 00:00 {NAME}/{more}\n");
            assert_eq!(faults_of(&longer, NAME).len(), 1, "with {more}");
        }
        let open = right.replacen("-rwxr-xr-x 0/0", "-rwxrwxr-x 0/0", 1);
        let owned = right.replacen("-rwxr-xr-x 0/0", "-rwxr-xr-x 1000/0", 1);
        let outside = right.replacen(NAME, "elsewhere", 1);
        for wrong in [open, owned, outside] {
            assert_eq!(faults_of(&wrong, NAME).len(), 1);
        }
    }

    #[test]
    fn every_page_of_the_manual_and_every_unit_has_its_place() {
        let house = House::find().expect("the repository");
        let of = |ending: &str| house.files(ending).expect("a list of files");
        let pages = [of(".md"), of(".svg")].concat();
        let pages = pages.iter().filter(|it| it.starts_with("docs/"));
        let units = [of(".service"), of(".socket"), of(".rules")].concat();
        for page in pages {
            assert!(PAGES.contains(&page.as_str()), "{page} has no place in the archive");
        }
        for unit in units.iter().filter(|it| it.contains("/system/")) {
            assert!(SYSTEM.iter().any(|(_, it)| it == unit), "{unit} has no place in the archive");
        }
        for source in PAGES.iter().chain(SYSTEM.iter().map(|(_, source)| source)) {
            assert!(house.path(source).is_file(), "{source} is not here");
        }
    }

    #[test]
    fn lines_that_install_name_what_the_archive_holds() {
        let house = House::find().expect("the repository");
        for page in ["docs/manual/security-key.md", "docs/manual/security-key.ja.md"] {
            let text = house.read(page).expect("a page");
            let named = text.lines().filter(|line| line.contains("install -D")).flat_map(|line| {
                line.split_whitespace().filter(|word| word.starts_with("system/"))
            });
            let named: Vec<&str> = named.collect();
            for (place, _) in SYSTEM {
                assert!(named.contains(place), "{page} does not install {place}");
            }
            for place in named {
                assert!(SYSTEM.iter().any(|(it, _)| *it == place), "{page} installs {place}");
            }
        }
    }
}
