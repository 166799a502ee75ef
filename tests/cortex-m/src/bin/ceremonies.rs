// SPDX-License-Identifier: MIT OR Apache-2.0
//! Goes through every ceremony and tells what each costs, and the hash of the answers.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use kagifuda_cortex_m_tests::{board, ceremonies};

#[entry]
fn main() -> ! {
    board::play(|gauge, host| ceremonies::run(gauge, host).map(|()| true))
}
