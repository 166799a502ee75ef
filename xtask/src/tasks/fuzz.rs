// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask fuzz BODY [SECONDS]`: a libFuzzer campaign on one body.
//!
//! libFuzzer is C++, so this needs a C++ compiler; the instrumentation is part of the stable Rust
//! compiler. Without an address sanitizer nothing is lost here: what is fuzzed is safe Rust. What
//! the campaign learns stays in `target/fuzz`; an input that breaks the body goes to `fuzz/found`,
//! and belongs into `fuzz/corpus/BODY` once the fault is mended.

use crate::house::House;
use crate::need::{self, Need, Proof};
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

const COMPILER: &[Need] = &[Need { package: "g++", proof: Proof::Program("c++") }];

const INSTRUMENTATION: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 --cfg fuzzing";

/// Runs the campaign until the time is over or an input is found.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    let (body, seconds) = match arguments {
        [body] => (body, 600),
        [body, seconds] => (body, seconds.parse::<u32>().doing("reading SECONDS")?),
        _ => {
            return Err(
                Trouble::new("which body?").with_remedy("one of the files in fuzz/src/bodies")
            );
        }
    };
    let seeds = house.path("fuzz/corpus").join(body);
    if !seeds.is_dir() {
        return Err(Trouble::new(format!("there is no fuzz body {body:?}"))
            .with_remedy("one of the folders in fuzz/corpus"));
    }
    need::satisfy(COMPILER)?;
    let learned = house.target()?.join("fuzz").join("learned").join(body);
    let found = house.path("fuzz/found");
    for folder in [&learned, &found] {
        std::fs::create_dir_all(folder).doing(format!("making {}", folder.display()))?;
    }
    let host = host()?;
    let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", host.to_uppercase().replace('-', "_"));
    Program::cargo()
        .args(["run", "--quiet", "--release", "--target", &host, "--target-dir"])
        .arg(house.target()?.join("fuzz"))
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/{body}-", found.display()))
        .args([&learned, &seeds])
        .env(flags, INSTRUMENTATION)
        .env("KAGIFUDA_FUZZ_BODY", body)
        .within(&house.path("fuzz/libfuzzer"))
        .run()
}

/// The target this machine's compiler builds for by itself.
pub(crate) fn host() -> Result<String, Trouble> {
    let about = Program::new("rustc").arg("-vV").read()?;
    about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Trouble::new("rustc does not tell its host"))
}
