// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key on an emulated Cortex-M4: the vectors of the framers, every ceremony, what they cost, and that what is
//! compared with a secret costs the same wherever it differs.
//!
//! QEMU counts instructions, the same ones each time. `tests/cortex-m/measured.txt` is the table that they are held
//! against; `KAGIFUDA_BLESS=1` takes over what is measured now.

use std::path::Path;

use super::counted;
use crate::costs::{Costs, Row};
use crate::cross::{self, Library};
use crate::elf;
use crate::house::House;
use crate::need::{Need, Proof};
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::{Doing as _, Trouble};

/// The emulator.
pub(crate) const NEEDS: &[Need] =
    &[Need { package: "qemu-system-arm", proof: Proof::Program("qemu-system-arm") }];

const CORTEX_M4: &str = "thumbv7em-none-eabihf";
/// The profile of programs for boards.
const PROFILE: &str = "board";
const TABLE: &str = "tests/cortex-m/measured.txt";
/// A program that is stuck is ended after so many seconds; each takes two or three.
const PATIENCE_SECONDS: &str = "60";

/// What stands in front of the table.
const WORDS: &str = "\
# What the security key costs on a Cortex-M4, emulated by QEMU (mps2-an386): core/ctap with Profile::BOARD and keys in
# software, rustc target thumbv7em-none-eabihf, Cargo profile `board`.
#
# A ceremony: instructions from its first packet in to its last packet out, and bytes of stack. Instructions are not cycles: a real
# chip needs more than one cycle for many of them, and waits for its flash.
# RAM and flash: bytes. Flash is the program `key`, which is the key and a panic's text, without vectors and without the other end.
# RAM in all is statics, frames, engine and the deepest stack; what a store keeps in memory is not in it.
#
# `cargo xtask test --only cortex` fails where something is over 5 % more (25 % with another compiler). To take over what is measured:
# KAGIFUDA_BLESS=1 cargo xtask test --only cortex
";

/// Builds the programs of `tests/cortex-m`, runs them, and judges.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let toolchain = cross::toolchain_for(house, CORTEX_M4, Library::Alloc)?;
    toolchain
        .cargo_with(PROFILE, &["build", "--quiet", "--package", "kagifuda-cortex-m-tests"])
        .args(["--features", "board"])
        .within(house.root())
        .run()?;
    let programs = toolchain.output_of(PROFILE);
    let vectors = counted(emulated(&programs.join("vectors")))?;
    let compares = counted(emulated(&programs.join("compares")))?;
    let mut costs = Costs { compiler: toolchain.compiler()?, ..Costs::default() };
    let ended_well = emulated(&programs.join("ceremonies")).follow(|line| {
        if let Some(row) = line.strip_prefix("measured: ") {
            costs.rows.extend(Row::told(row));
        } else if let Some(answers) = line.strip_prefix("answers: ") {
            costs.answers = answers.to_owned();
        }
    })?;
    weigh(&programs.join("key"), &mut costs)?;
    Ok(vectors + compares + Tally::of(ended_well) + judge(house, &costs)?)
}

fn emulated(program: &Path) -> Program {
    Program::new("timeout")
        .args(["--kill-after=5", PATIENCE_SECONDS, "qemu-system-arm", "-M", "mps2-an386"])
        .args(["-nographic", "-monitor", "none", "-serial", "null"])
        .args(["-semihosting-config", "enable=on,target=native"])
        .args(["-icount", "shift=6,align=off,sleep=off", "-kernel"])
        .arg(program)
}

/// Adds what the key needs in all.
fn weigh(key: &Path, costs: &mut Costs) -> Result<(), Trouble> {
    let file = std::fs::read(key).doing("reading the program `key`")?;
    let sizes = elf::board_sizes(&file)
        .ok_or_else(|| Trouble::new("the program `key` is no ELF file of a board"))?;
    let stack = costs.rows.iter().filter_map(|row| row.costs.get(1)).max().copied().unwrap_or(0);
    let objects: u64 =
        costs.rows.iter().filter(|row| row.costs.len() == 1).map(|row| row.costs[0]).sum();
    let in_all = [("RAM, statics", sizes.ram), ("RAM, in all", sizes.ram + objects + stack)];
    for (name, bytes) in in_all.into_iter().chain([("flash", sizes.flash)]) {
        costs.rows.push(Row { name: name.into(), costs: vec![bytes] });
    }
    Ok(())
}

fn judge(house: &House, costs: &Costs) -> Result<Tally, Trouble> {
    if std::env::var_os("KAGIFUDA_BLESS").is_some() {
        std::fs::write(house.path(TABLE), costs.table(WORDS)).doing(format!("writing {TABLE}"))?;
    }
    let table = Costs::read(&house.read(TABLE)?)?;
    let mut tally = Tally::default();
    for verdict in costs.judged_by(&table) {
        match &verdict {
            Ok(row) => println!("{row}"),
            Err(fault) => println!("FAILED {fault}"),
        }
        tally += Tally::of(verdict.is_ok());
    }
    if tally.failed > 0 {
        println!("the table is {TABLE}; to take over what is measured, set KAGIFUDA_BLESS=1");
    }
    Ok(tally)
}
