// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tells whether what is compared with a secret takes as long wherever it differs.
#![no_std]
#![no_main]

use core::fmt::Write as _;

use cortex_m::Peripherals;
use cortex_m_rt::entry;
use kagifuda_cortex_m_tests::board::{self, Gauge};
use kagifuda_cortex_m_tests::compares;
use kagifuda_cortex_m_tests::desk::Broken;

#[entry]
fn main() -> ! {
    let mut host = board::host();
    let parts = Peripherals::take().expect("nobody has taken them before");
    let run = compares::run(&mut Gauge::new(parts.SYST), &mut host);
    if let Err(Broken(why)) = run {
        // Whether or not it can be told, it ends as a failure.
        let _ = writeln!(host, "broken: {why}");
    }
    board::end(run.unwrap_or(false))
}
