// SPDX-License-Identifier: MIT OR Apache-2.0
//! Measures what the project promises, as ratios taken in one run on one machine.
//!
//! Every line names what was measured, the number, and the bound it was promised to keep; the exit code is
//! 1 where one is broken. `KAGIFUDA` names the program to measure, `KAGIFUDA_TESTING` the same with the feature
//! `testing`, `KAGIFUDA_SOFT_FIDO2` and `KAGIFUDA_PASSKEY` the keys of others that ours is shown beside; without them
//! only the libraries are. `cargo xtask bench` builds and names them all.

mod big;
mod ceremony;
mod desk;
mod home;
mod import;
mod key;
mod library;
mod map;
mod players;
mod plugged;
mod program;
mod rivals;
mod scale;
mod screen;
/// The store of the engine's own tests.
#[path = "../../core/ctap/tests/support/memory.rs"]
#[allow(unreachable_pub, dead_code, reason = "a module of tests is public to nobody")]
mod store;
mod wire;

use std::process::ExitCode;

use scale::Report;

fn main() -> ExitCode {
    let items = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let mut report = Report::default();
    println!("{items} items, half of them tokens; best of several runs each\n");
    library::measure(items, &mut report);
    println!();
    map::measure(&mut report);
    key::measure(&mut report);
    desk::measure(items, &mut report);
    match std::env::var_os("KAGIFUDA") {
        Some(program) => {
            program::measure(program.as_ref(), items, &mut report);
            screen::measure(program.as_ref(), items, &mut report);
            import::measure(program.as_ref(), items, &mut report);
            rivals::measure(items / 2, &mut report);
        }
        None => println!("KAGIFUDA is not set: the program itself is not measured"),
    }
    match std::env::var_os("KAGIFUDA_TESTING") {
        Some(program) => plugged::measure(program.as_ref(), &mut report),
        None => println!("KAGIFUDA_TESTING is not set: the key is not measured end to end"),
    }
    report.close()
}
