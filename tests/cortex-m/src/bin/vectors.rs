// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays every file of `tests/vectors/ctap`, and counts.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use kagifuda_cortex_m_tests::{board, vectors};

#[entry]
fn main() -> ! {
    let count = vectors::play(&mut board::host());
    board::end(count.is_ok_and(|count| count.failed == 0))
}
