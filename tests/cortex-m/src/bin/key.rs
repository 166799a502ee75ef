// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key and nothing else, for the size of it. The packets come from nowhere: a board puts its USB there.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use kagifuda_cortex_m_tests::board;
use kagifuda_cortex_m_tests::key::{Key, PacketList};

#[entry]
fn main() -> ! {
    let Ok(mut key) = Key::plugged_in() else { board::end(false) };
    loop {
        let mut sent = PacketList::new();
        key.serve(&[black_box([0; 64])], &mut sent);
        black_box(&sent);
    }
}
