// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask coverage`: which lines the tests run, per room and per parser.
//!
//! What runs is what CI runs: tests, fuzz corpora, the demo. A process that is killed leaves no trace
//! of the lines it ran, so the agent and the writers of the kill test count for less than they run.
//! Only our crates are instrumented (a compiler wrapper for workspace members), so the tests stay
//! fast. Lines of the tests themselves do not count. A parser below the line of `policy.rs` fails
//! the task unless its gap is explained there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::house::House;
use crate::lcov::{self, Coverage};
use crate::need::{self, Need, Proof};
use crate::policy;
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

/// Builds with instrumentation, runs the tests and the fuzz corpora, prints the tables.
pub(crate) fn run(house: &House, _arguments: &[String]) -> Result<(), Trouble> {
    let tools = Tools::find()?;
    let work = house.target()?.join("coverage");
    let profiles = work.join("profiles");
    if profiles.exists() {
        fs::remove_dir_all(&profiles).doing("removing old profiles")?;
    }
    fs::create_dir_all(&profiles).doing("making target/coverage")?;
    let instrumented = Instrumented::prepare(house, &work, &profiles)?;
    let programs = instrumented.programs()?;
    // A failed test is told at the end; what ran until then is measured all the same.
    let tests = instrumented.cargo(&["test", "--no-fail-fast", "--lib", "--bins", "--tests"]).run();
    let corpora = instrumented.start("replay", &["--seconds", "1"]);
    let demo = instrumented.start("kagifuda", &["demo"]);
    let coverage = tools.measure(house, &work, &profiles, &programs)?;
    tell_rooms(&coverage);
    let parsers = tell_parsers(&coverage);
    tests.and(corpora).and(demo).and(parsers)
}

/// The workspace, compiled so that it records which lines run.
struct Instrumented<'a> {
    house: &'a House,
    builds_in: PathBuf,
    wrapper: PathBuf,
    profiles: &'a Path,
}

impl<'a> Instrumented<'a> {
    fn prepare(house: &'a House, work: &Path, profiles: &'a Path) -> Result<Self, Trouble> {
        use std::os::unix::fs::PermissionsExt as _;
        let wrapper = work.join("instrument.sh");
        fs::write(&wrapper, "#!/bin/sh\nexec \"$@\" -C instrument-coverage --cfg coverage\n")
            .and_then(|()| fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)))
            .doing("writing the compiler wrapper")?;
        Ok(Self { house, builds_in: work.to_path_buf(), wrapper, profiles })
    }

    /// Cargo, for a command that builds; every room of the house, and what fuzzes it.
    fn cargo(&self, command: &[&str]) -> Program {
        const SELECTION: [&str; 4] = [
            "--workspace",
            "--exclude=kagifuda-bench",
            "--exclude=kagifuda-wasm-tests",
            "--exclude=xtask",
        ];
        Program::cargo()
            .args(command)
            .args(SELECTION)
            .args(["--profile", "ci", "--target-dir"])
            .arg(&self.builds_in)
            .env("RUSTC_WORKSPACE_WRAPPER", &self.wrapper)
            .env("LLVM_PROFILE_FILE", self.profiles.join("%p-%m.profraw"))
            .within(self.house.root())
    }

    /// Runs one of the house's programs, built by [`Self::programs`].
    fn start(&self, program: &str, arguments: &[&str]) -> Result<(), Trouble> {
        Program::new(self.builds_in.join("ci").join(program))
            .args(arguments)
            .env("LLVM_PROFILE_FILE", self.profiles.join("%p-%m.profraw"))
            .run()
    }

    /// Everything that can run: test programs, and the programs that tests start.
    fn programs(&self) -> Result<Vec<PathBuf>, Trouble> {
        let told = self.cargo(&["build", "--all-targets", "--message-format=json"]).read()?;
        let mut programs = Vec::new();
        for line in told.lines().filter(|line| line.starts_with('{')) {
            let message: serde_json::Value =
                serde_json::from_str(line).doing("reading Cargo's messages")?;
            if let Some(program) = message["executable"].as_str() {
                programs.push(PathBuf::from(program));
            }
        }
        Ok(programs)
    }
}

/// LLVM's own programs, of the version the compiler is built on.
struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// Looks beside the compiler, then asks rustup, then Debian.
    fn find() -> Result<Self, Trouble> {
        let libraries = Program::new("rustc").args(["--print", "target-libdir"]).read()?;
        let beside = Path::new(libraries.trim()).with_file_name("bin");
        let rustup = Self { profdata: beside.join("llvm-profdata"), cov: beside.join("llvm-cov") };
        if rustup.are_there() {
            return Ok(rustup);
        }
        if need::find_program("rustup").is_some()
            && Program::new("rustup").args(["component", "add", "llvm-tools"]).run().is_ok()
            && rustup.are_there()
        {
            return Ok(rustup);
        }
        Self::from_debian()
    }

    fn are_there(&self) -> bool {
        self.profdata.is_file() && self.cov.is_file()
    }

    fn from_debian() -> Result<Self, Trouble> {
        // The packages of the LLVM versions that Rust from 1.95 on is built with.
        const LLVM: &[(&str, Need)] = &[
            ("21", Need { package: "llvm-21", proof: Proof::Program("llvm-cov-21") }),
            ("22", Need { package: "llvm-22", proof: Proof::Program("llvm-cov-22") }),
        ];
        let about = Program::new("rustc").arg("-vV").read()?;
        let version = about.lines().find_map(|line| line.strip_prefix("LLVM version: "));
        let major = version.and_then(|version| version.split('.').next()).unwrap_or_default();
        let (_, package) = LLVM.iter().find(|(it, _)| *it == major).ok_or_else(|| {
            Trouble::new(format!("no package with the tools of LLVM {major} is known here"))
                .with_remedy("rustup component add llvm-tools")
        })?;
        need::satisfy(&[*package])?;
        Ok(Self {
            profdata: format!("llvm-profdata-{major}").into(),
            cov: format!("llvm-cov-{major}").into(),
        })
    }

    fn measure(
        &self,
        house: &House,
        work: &Path,
        profiles: &Path,
        programs: &[PathBuf],
    ) -> Result<Coverage, Trouble> {
        let merged = work.join("merged.profdata");
        Program::new(&self.profdata)
            .args(["merge", "--sparse", "--output"])
            .args([&merged, &profiles.to_path_buf()])
            .run()?;
        let mut export = Program::new(&self.cov)
            .args(["export", "--format=lcov", "--instr-profile"])
            .arg(&merged);
        for (number, program) in programs.iter().enumerate() {
            export = if number == 0 { export } else { export.arg("--object") };
            export = export.arg(program);
        }
        lcov::read(house, &export.read()?)
    }
}

fn tell_rooms(coverage: &Coverage) {
    println!("\n{:<24} {:>8} {:>8} {:>8}", "room", "lines", "run", "percent");
    for (room, lines) in coverage.rooms() {
        println!("{room:<24} {:>8} {:>8} {:>8.1}", lines.all, lines.run, lines.percent());
    }
}

fn tell_parsers(coverage: &Coverage) -> Result<(), Trouble> {
    println!("\n{:<40} {:>8} {:>8}   not run", "parser", "lines", "percent");
    let mut is_below = false;
    for parser in policy::PARSERS {
        let Some(lines) = coverage.file(parser) else {
            println!("{parser:<40} is not part of any test program");
            is_below = true;
            continue;
        };
        let missing = lcov::ranges(&lines.missing);
        println!("{parser:<40} {:>8} {:>8.1}   {missing}", lines.all, lines.percent());
        if lines.percent() < policy::PARSER_LINES_PERCENT {
            match policy::PARSER_GAPS.iter().find(|gap| gap.path == *parser) {
                Some(gap) => println!("  explained: {}", gap.reason),
                None => is_below = true,
            }
        }
    }
    if is_below {
        return Err(Trouble::new(format!(
            "a parser is below {} % without a reason",
            policy::PARSER_LINES_PERCENT
        ))
        .with_remedy("test it, or explain the gap in xtask/src/policy.rs"));
    }
    Ok(())
}
