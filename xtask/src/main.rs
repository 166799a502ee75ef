// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask TASK`: everything the project does to itself.
//!
//! One table ([`TASKS`]) names the tasks; each is one file under `tasks/`, each part of
//! `xtask test` is one file under `stages/`. What is allowed to be in the house at all (licences,
//! crates, who may use whom) is data in `policy.rs`. No task needs anything but Rust and a C
//! compiler to start; a stage that needs more names it and, as root on Debian, installs it.

mod archive;
mod costs;
mod cross;
mod elf;
mod house;
mod lcov;
mod links;
mod need;
mod notices;
mod policy;
mod program;
mod promises;
mod rivals;
mod sbom;
mod signature;
mod source;
mod spdx;
mod stage;
mod stages;
mod tally;
mod tasks;
mod trouble;

use std::process::ExitCode;

use trouble::Trouble;

/// One task: what it is called, how it is used, what it does.
struct Task {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&house::House, &[String]) -> Result<(), Trouble>,
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        usage: "test [--only STAGE]... [--list]",
        about: "everything CI runs, stage by stage",
        run: tasks::test::run,
    },
    Task {
        name: "check",
        usage: "check",
        about: "the fast half: format, lints, licences, rooms, core's own tests, guide sizes",
        run: tasks::check::run,
    },
    Task {
        name: "bench",
        usage: "bench [ARGUMENT]...",
        about: "the ratios the project promises, measured in one run",
        run: tasks::bench::run,
    },
    Task {
        name: "docs",
        usage: "docs",
        about: "build the API pages, check links and that both READMEs say the same",
        run: tasks::docs::run,
    },
    Task {
        name: "fuzz",
        usage: "fuzz BODY [SECONDS]",
        about: "a libFuzzer campaign on one fuzz body (outside CI)",
        run: tasks::fuzz::run,
    },
    Task {
        name: "coverage",
        usage: "coverage",
        about: "lines covered by tests, per room and per parser",
        run: tasks::coverage::run,
    },
    Task {
        name: "cross",
        usage: "cross TARGET...",
        about: "the standard library of other targets (KAGIFUDA_CROSS=debian: without rustup)",
        run: tasks::cross::run,
    },
    Task {
        name: "release",
        usage: "release [--target TRIPLE] [--key FILE] [--out DIR]",
        about: "what people download: static binary, checksums, SBOM, signature",
        run: tasks::release::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print_usage();
        return ExitCode::from(2);
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("xtask: there is no task {name:?}\n");
        print_usage();
        return ExitCode::from(2);
    };
    match house::House::find().and_then(|house| (task.run)(&house, rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            if !trouble.is_already_told() {
                eprintln!("xtask {name}: {trouble}");
            }
            ExitCode::FAILURE
        }
    }
}

fn print_usage() {
    eprintln!("The tasks of this project:\n");
    for task in TASKS {
        eprintln!("  cargo xtask {:<52} {}", task.usage, task.about);
    }
}
