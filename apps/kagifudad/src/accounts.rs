// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whose key it may be: somebody's who signs in here, or root's.
//!
//! Services have no use for a key of their own, and a key is something that root's programs open (a
//! sign-in that looks for one). A range of subordinate numbers (subuid(5)) is one person under 65 536
//! names, with whom a count per user says nothing. Both are told by the system's own files. Its name
//! service is not asked: that would load other people's code into this daemon.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The smallest number of a person where the system names none (login.defs(5)).
const USUAL_UID_MIN: u32 = 1000;
/// `nobody`, and what stands for it in 16 bits: the lot of all who have no number here.
const NOBODY: [u32; 3] = [65534, 65535, u32::MAX];
/// What systemd takes for services without a number of their own (`DynamicUser=`).
const DYNAMIC: RangeInclusive<u32> = 61184..=65519;
/// More of a file than any system has.
const FILE_MAX_BYTES: u64 = 1 << 20;

/// Where the system says which numbers are people.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Settings for new accounts: where people begin.
    pub login_defs: PathBuf,
    /// Who may use which numbers besides their own.
    pub subuid: PathBuf,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { login_defs: "/etc/login.defs".into(), subuid: "/etc/subuid".into() }
    }
}

impl Accounts {
    /// Whether this is root or somebody who signs in. The files are read anew each time, because
    /// accounts come while the daemon runs. A file that is there and cannot be read admits root only.
    #[must_use]
    pub fn may_have_a_key(&self, uid: u32) -> bool {
        uid == 0 || self.is_person(uid).unwrap_or(false)
    }

    fn is_person(&self, uid: u32) -> Option<bool> {
        let login_defs = read(&self.login_defs)?;
        let uid_min = login_defs.lines().find_map(uid_min).unwrap_or(USUAL_UID_MIN);
        if uid < uid_min || NOBODY.contains(&uid) || DYNAMIC.contains(&uid) {
            return Some(false);
        }
        let subuid = read(&self.subuid)?;
        Some(!subuid.lines().filter_map(range).any(|(first, count)| {
            let uid = u64::from(uid);
            first <= uid && uid - first < count
        }))
    }
}

/// The text of a file, empty where there is none.
fn read(path: &Path) -> Option<String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(String::new()),
        Err(_) => return None,
    };
    let mut bytes = Vec::new();
    let length = file.take(FILE_MAX_BYTES).read_to_end(&mut bytes).ok()?;
    // What was cut off might be the line that matters.
    (u64::try_from(length).ok()? < FILE_MAX_BYTES)
        .then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// `UID_MIN 1000`.
fn uid_min(line: &str) -> Option<u32> {
    let mut words = line.split_whitespace();
    (words.next()? == "UID_MIN").then(|| words.next()?.parse().ok())?
}

/// `user:100000:65536`: the first number, and how many there are.
fn range(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.trim().split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::fs;

    use super::*;

    fn accounts(login_defs: &str, subuid: &str) -> (tempfile::TempDir, Accounts) {
        let room = tempfile::tempdir().unwrap();
        let (defs, sub) = (room.path().join("login.defs"), room.path().join("subuid"));
        fs::write(&defs, login_defs).unwrap();
        fs::write(&sub, subuid).unwrap();
        (room, Accounts { login_defs: defs, subuid: sub })
    }

    #[test]
    fn services_and_nobody_have_no_key() {
        let (_room, accounts) = accounts("# UID_MIN 5\nUID_MIN\t\t 500\nUID_MAX 60000\n", "");
        for uid in [1, 33, 499, 61184, 65519, 65534, 65535, u32::MAX] {
            assert!(!accounts.may_have_a_key(uid), "{uid}");
        }
        // Root, local people, and people whom a domain knows.
        for uid in [0, 500, 1000, 60001, 1_200_001_105] {
            assert!(accounts.may_have_a_key(uid), "{uid}");
        }
    }

    #[test]
    fn a_person_under_65_536_names_has_keys_under_one() {
        let ranges = "alice:100000:65536\n\n# bob\nbob:165536:65536\n1002:4294967290:65536\n";
        let (_room, accounts) = accounts("", ranges);
        for uid in [100_000, 100_001, 165_535, 165_536, 231_071, 4_294_967_291] {
            assert!(!accounts.may_have_a_key(uid), "{uid}");
        }
        for uid in [1000, 99_999, 231_072] {
            assert!(accounts.may_have_a_key(uid), "{uid}");
        }
    }

    #[test]
    fn a_system_without_these_files_has_the_usual_people_and_one_that_hides_them_none() {
        let room = tempfile::tempdir().unwrap();
        let none = room.path().join("none");
        let accounts = Accounts { login_defs: none.clone(), subuid: none };
        assert!(accounts.may_have_a_key(1000) && !accounts.may_have_a_key(999));
        // A folder can be opened and not be read.
        let hidden = Accounts { subuid: room.path().into(), ..accounts };
        assert!(!hidden.may_have_a_key(1000) && hidden.may_have_a_key(0));
        let long = room.path().join("long");
        fs::write(&long, vec![b'\n'; 1 << 20]).unwrap();
        assert!(!Accounts { subuid: long, ..hidden }.may_have_a_key(1000));
    }
}
