// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counts instructions with the SysTick timer, and the stack with paint.
//!
//! Under `-icount shift=6` every instruction takes 64 ns of the emulated time, and SysTick counts in steps of 40 ns:
//! five instructions are eight ticks. These are instructions, not cycles: a real Cortex-M4 needs more than one cycle for
//! many of them, and waits for its flash.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;

use super::stack::Paint;
use crate::desk::{Cost, Meter};

/// The timer counts down from here, 24 bits.
const RELOAD: u32 = 0x00FF_FFFF;
/// Ticks of a round.
const ROUND: u64 = RELOAD as u64 + 1;
const INSTRUCTIONS: u64 = 5;
const TICKS: u64 = 8;
/// What the timer itself executes each time it begins anew, which is not the key's.
const HANDLER_INSTRUCTIONS: u64 = 10;

/// How often the timer began anew.
static ROUNDS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    ROUNDS.fetch_add(1, Ordering::Relaxed);
}

/// The meter of this machine.
pub struct Gauge {
    begun: u64,
    paint: Paint,
}

impl Gauge {
    /// Starts the timer.
    #[must_use]
    pub fn new(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(RELOAD);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();
        Self { begun: 0, paint: Paint::fresh() }
    }
}

impl Meter for Gauge {
    fn begin(&mut self) {
        self.paint = Paint::fresh();
        self.begun = ticks();
    }

    fn end(&mut self) -> Cost {
        let (begun, ended) = (self.begun, ticks());
        let stack_bytes = self.paint.grown_bytes();
        let all = (ended - begun) * INSTRUCTIONS / TICKS;
        let rounds = ended / ROUND - begun / ROUND;
        Cost { instructions: all - rounds * HANDLER_INSTRUCTIONS, stack_bytes }
    }
}

/// Ticks since the timer was started.
fn ticks() -> u64 {
    loop {
        let before = ROUNDS.load(Ordering::Relaxed);
        let left = SYST::get_current();
        if ROUNDS.load(Ordering::Relaxed) == before {
            return u64::from(before) * ROUND + u64::from(RELOAD - left);
        }
    }
}
