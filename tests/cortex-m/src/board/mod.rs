// SPDX-License-Identifier: MIT OR Apache-2.0
//! The machine the programs run on: QEMU's `mps2-an386`, with a host behind it that takes text and an end.

mod gauge;
mod stack;

use core::fmt::Write as _;
use core::panic::PanicInfo;

use cortex_m::Peripherals;
use cortex_m_semihosting::{debug, hio};

pub use gauge::Gauge;
pub use hio::HostStream;

use crate::desk::Broken;

/// The host's standard output.
///
/// # Panics
/// If the host gives none.
#[must_use]
pub fn host() -> HostStream {
    hio::hstdout().expect("the host takes text")
}

/// Plays something that is measured, and ends as it ends.
///
/// # Panics
/// If it is called twice.
pub fn play(what: impl FnOnce(&mut Gauge, &mut HostStream) -> Result<bool, Broken>) -> ! {
    let mut host = host();
    let parts = Peripherals::take().expect("nobody has taken them before");
    let ended = what(&mut Gauge::new(parts.SYST), &mut host);
    if let Err(Broken(why)) = ended {
        // Whether or not it can be told, it ends as a failure.
        let _ = writeln!(host, "broken: {why}");
    }
    end(ended.unwrap_or(false))
}

/// Ends the emulation.
pub fn end(is_well: bool) -> ! {
    debug::exit(if is_well { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    if let Ok(mut host) = hio::hstdout() {
        // Whether or not it can be told, it ends as a failure.
        let _ = writeln!(host, "{info}");
    }
    end(false)
}
