// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sends one stream of requests to our engine and to those of others, and compares status by status.
//!
//! ```text
//! kagifuda-rivals NAME=PROGRAM...
//! ```
//!
//! NAME is a rival's name in `differences.md`, PROGRAM what answers for it (`players/`). Where the two
//! differ, the table has to say which clause of the specification is ours; a row that nothing differs by any
//! more counts as failed, too. The last line is `N passed, N failed`.

mod differences;
mod platform;
mod player;
/// The store of the engine's own tests.
#[path = "../../../core/ctap/tests/support/memory.rs"]
#[allow(unreachable_pub, dead_code, reason = "a module of tests is public to nobody")]
mod store;
mod stream;
mod value;

use std::process::ExitCode;

use differences::Differences;
use platform::{Platform, Step};
use player::{Engine, Player, Process};

fn main() -> ExitCode {
    let mut differences = Differences::read();
    let ours = play(&mut Engine::new());
    let (mut passed, mut failed) = (0, 0);
    for argument in std::env::args().skip(1) {
        let (name, program) = argument.split_once('=').expect("NAME=PROGRAM");
        let theirs = play(&mut Process::start(program.as_ref()));
        assert_eq!(ours.len(), theirs.len(), "everybody is asked the same");
        let mut explained = 0;
        for (our, their) in ours.iter().zip(&theirs) {
            if our.status == their.status {
                passed += 1;
            } else if differences.explain(name, our, their) {
                explained += 1;
            } else {
                let status = player::status_name;
                println!(
                    "{name}: {}: we say {}, it says {}: unexplained",
                    our.name,
                    status(our.status),
                    status(their.status)
                );
                failed += 1;
            }
        }
        for stale in differences.stale(name) {
            println!("{name}: {stale}: nothing differs so");
            failed += 1;
        }
        passed += explained;
        println!("{name}: {} requests, {explained} answered otherwise and explained", ours.len());
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a player answers to the stream.
fn play(player: &mut dyn Player) -> Vec<Step> {
    let mut platform = Platform::at(player);
    stream::play(&mut platform);
    platform.steps
}
