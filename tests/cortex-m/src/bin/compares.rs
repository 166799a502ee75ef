// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tells whether what is compared with a secret takes as long wherever it differs.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use kagifuda_cortex_m_tests::{board, compares};

#[entry]
fn main() -> ! {
    board::play(|gauge, host| compares::run(gauge, host))
}
