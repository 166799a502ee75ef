// SPDX-License-Identifier: MIT OR Apache-2.0
//! How far the stack grew: all free memory below it is painted, and later the first word that is another colour is where
//! it came to. The only `unsafe` of this crate.

use cortex_m::register::msp;

const COLOUR: u32 = 0xA5A5_5A5A;
const WORD: usize = size_of::<u32>();
/// Left unpainted below the stack pointer, for whoever paints.
const MARGIN_BYTES: usize = 128;

unsafe extern "C" {
    /// The first address behind all statics (`link.x` of cortex-m-rt).
    static __sheap: u32;
}

/// Fresh paint.
pub(super) struct Paint {
    /// Where the stack was when it was put on.
    top: usize,
}

impl Paint {
    /// Paints all that is free.
    #[inline(never)]
    pub(super) fn fresh() -> Self {
        let top = stack_pointer();
        for at in words(top - MARGIN_BYTES) {
            // SAFETY: the word lies behind all statics, there is no heap, and the stack ends at least
            // `MARGIN_BYTES` above it; this function and the timer's exception need less.
            unsafe { (at as *mut u32).write_volatile(COLOUR) };
        }
        Self { top }
    }

    /// How far the stack has grown since; less than the margin is not seen.
    #[inline(never)]
    pub(super) fn grown_bytes(&self) -> usize {
        let ends = self.top - MARGIN_BYTES;
        // SAFETY: the word is aligned and in memory; whatever it holds is a number.
        let is_touched = |at: &usize| unsafe { (*at as *const u32).read_volatile() } != COLOUR;
        self.top - words(ends).find(is_touched).unwrap_or(ends)
    }
}

fn stack_pointer() -> usize {
    // The register has 32 bits, as addresses here have.
    msp::read() as usize
}

/// The words from behind the statics up to an address.
fn words(end: usize) -> impl Iterator<Item = usize> {
    ((&raw const __sheap).addr()..end).step_by(WORD)
}
