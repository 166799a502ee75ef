// SPDX-License-Identifier: MIT OR Apache-2.0
//! The dependency rule and the habits that can be seen from outside a file.
//!
//! `apps -> world -> core`, and inside core only in the order of `policy.rs`; no crate with a
//! name that says nothing; `unsafe` only where a proof is asked for; core forbids it and brings
//! no operating system; every source opens with its licence and leaves nothing for later. One
//! case per rule, each offender named.

use cargo_metadata::{DependencyKind, Package};

use crate::house::House;
use crate::policy;
use crate::source::Skeleton;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// Checks the rules.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let sources = Sources::read(house)?;
    Ok(told("direction", &direction_faults(house)?)
        + told("names", &name_faults(house)?)
        + told("core is pure", &purity_faults(house)?)
        + told("core forbids unsafe", &forbid_faults(house)?)
        + told("unsafe", &sources.faults(unsafe_fault))
        + told("licence line", &sources.faults(licence_line_fault))
        + told("nothing left for later", &sources.faults(later_fault)))
}

fn told(rule: &str, faults: &[String]) -> Tally {
    for fault in faults {
        println!("  {rule}: {fault}");
    }
    println!("{rule}: {}", if faults.is_empty() { "ok" } else { "FAILED" });
    Tally::of(faults.is_empty())
}

/// How far inside the house a room lies; a room may use what lies at least as far inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// Tests, fuzzing, benchmarks, tasks: they use anything, nobody uses them.
    Workshop,
    Apps,
    World,
    /// With the place in [`policy::CORE_ORDER`], counted from the end: the first is the innermost.
    Core(usize),
}

impl Depth {
    fn of(room: &str) -> Option<Self> {
        let (floor, name) = room.split_once('/').unwrap_or((room, ""));
        match floor {
            "core" => {
                let place = policy::CORE_ORDER.iter().position(|it| *it == name)?;
                Some(Self::Core(policy::CORE_ORDER.len() - place))
            }
            "world" => Some(Self::World),
            "apps" => Some(Self::Apps),
            "tests" | "fuzz" | "bench" | "xtask" => Some(Self::Workshop),
            _ => None,
        }
    }
}

fn direction_faults(house: &House) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    let members = house.members()?;
    let room_of =
        |name: &str| members.iter().find(|it| it.name.as_str() == name).map(|it| house.room(it));
    for package in &members {
        let room = house.room(package);
        let Some(depth) = Depth::of(&room) else {
            faults.push(format!("{room} is no room of the house (see xtask/src/policy.rs)"));
            continue;
        };
        for used in package.dependencies.iter().filter_map(|it| room_of(&it.name)) {
            if Depth::of(&used).is_some_and(|used| !may_use(depth, used)) {
                faults.push(format!("{room} must not use {used}"));
            }
        }
    }
    Ok(faults)
}

fn may_use(user: Depth, used: Depth) -> bool {
    used >= user && used != Depth::Workshop
}

fn name_faults(house: &House) -> Result<Vec<String>, Trouble> {
    let says_nothing = |package: &&&Package| {
        package.name.split(['-', '_']).any(|part| policy::EMPTY_NAMES.contains(&part))
    };
    let members = house.members()?;
    Ok(members.iter().filter(says_nothing).map(|it| format!("{} says nothing", it.name)).collect())
}

fn core_members(house: &House) -> Result<Vec<&Package>, Trouble> {
    let members = house.members()?;
    Ok(members.into_iter().filter(|it| house.room(it).starts_with("core/")).collect())
}

fn purity_faults(house: &House) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    for package in core_members(house)? {
        for dependency in &package.dependencies {
            let is_for_tests = dependency.kind == DependencyKind::Development;
            if !is_for_tests && policy::CORE_BANS.contains(&dependency.name.as_str()) {
                faults.push(format!("{} brings the world in by {}", package.name, dependency.name));
            }
        }
    }
    Ok(faults)
}

fn forbid_faults(house: &House) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    for package in core_members(house)? {
        let path = format!("{}/src/lib.rs", house.room(package));
        let skeleton = Skeleton::of(&house.read(&path)?);
        if !skeleton.text().contains("#![forbid(unsafe_code)]") {
            faults.push(format!("{path} lacks #![forbid(unsafe_code)]"));
        }
    }
    Ok(faults)
}

/// Every Rust source of the repository.
struct Sources(Vec<(String, String)>);

impl Sources {
    fn read(house: &House) -> Result<Self, Trouble> {
        let files = house.files(".rs")?;
        files
            .into_iter()
            .map(|path| house.read(&path).map(|text| (path, text)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn faults(&self, fault: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
        self.0
            .iter()
            .filter_map(|(path, text)| fault(path, text).map(|fault| format!("{path}{fault}")))
            .collect()
    }
}

fn unsafe_fault(path: &str, text: &str) -> Option<String> {
    if policy::UNSAFE_ROOMS.iter().any(|room| path.starts_with(room)) {
        return None;
    }
    let skeleton = Skeleton::of(text);
    let mut lines = skeleton.lines_with_word("unsafe");
    if policy::EXPORT_ROOMS.iter().any(|room| path.starts_with(room)) {
        let code: Vec<&str> = skeleton.text().lines().collect();
        lines.retain(|&line| code[line - 1].trim() != "#[unsafe(no_mangle)]");
    }
    lines.first().map(|line| format!(":{line}: unsafe stands only in {:?}", policy::UNSAFE_ROOMS))
}

fn licence_line_fault(_: &str, text: &str) -> Option<String> {
    let begins_well = text.starts_with("// SPDX-License-Identifier: MIT OR Apache-2.0\n");
    (!begins_well).then(|| ": does not begin with its SPDX line".into())
}

fn later_fault(_: &str, text: &str) -> Option<String> {
    // Written in two parts, so that this file does not accuse itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[ig", "nore")];
    let found = text.lines().enumerate().find(|(_, line)| marks.iter().any(|it| line.contains(it)));
    found.map(|(index, line)| format!(":{}: {}", index + 1, line.trim()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::{Depth, may_use, unsafe_fault};

    #[track_caller]
    fn allowed(user: &str, used: &str) -> bool {
        may_use(Depth::of(user).unwrap(), Depth::of(used).unwrap())
    }

    #[test]
    fn apps_use_world_and_core_and_never_the_other_way() {
        assert!(allowed("apps/kagifuda", "world/linux"));
        assert!(allowed("apps/kagifuda", "core/otp"));
        assert!(allowed("world/vaultfile", "core/vault"));
        assert!(!allowed("core/vault", "world/vaultfile"));
        assert!(!allowed("world/linux", "apps/kagifuda"));
    }

    #[test]
    fn inside_core_only_what_is_listed_before_may_be_used() {
        assert!(allowed("core/vault", "core/otp"));
        assert!(allowed("core/otp", "core/secret"));
        assert!(!allowed("core/secret", "core/otp"));
        assert!(!allowed("core/otp", "core/vault"));
    }

    #[test]
    fn nobody_uses_the_workshop() {
        assert!(allowed("fuzz", "core/otp"));
        assert!(!allowed("apps/kagifuda", "xtask"));
        assert!(!allowed("xtask", "fuzz"));
        assert_eq!(Depth::of("elsewhere/thing"), None);
        assert_eq!(Depth::of("core/unknown"), None);
    }

    #[test]
    fn unsafe_stands_only_where_it_is_allowed() {
        let code = "fn f() { unsafe { g() } }\n";
        assert!(unsafe_fault("core/otp/src/lib.rs", code).is_some());
        assert!(unsafe_fault("apps/pam/src/lib.rs", code).is_some());
        assert!(unsafe_fault("apps/pam/src/ffi.rs", code).is_none());
        assert!(unsafe_fault("world/linux/src/lib.rs", code).is_none());
        assert!(unsafe_fault("tests/wasm/src/lib.rs", code).is_some());
        let export = "#[unsafe(no_mangle)]\npub extern \"C\" fn f() {}\n";
        assert!(unsafe_fault("tests/wasm/src/lib.rs", export).is_none());
        assert!(unsafe_fault("core/otp/src/lib.rs", export).is_some());
    }
}
