// SPDX-License-Identifier: MIT OR Apache-2.0
//! How fast reports may follow each other, between a virtual key and a program that uses it.
//!
//! The kernel keeps 64 reports for a program that has a key open and 32 for a virtual key, and drops
//! what comes beyond; it holds nobody up. A key on a wire moves no more than one in a millisecond, so
//! the other side has time to read. A message of 7609 bytes (CTAP 2.3, section 11.2.4) is 129 reports,
//! and would be lost in part if it came at once.

use std::time::{Duration, Instant};

/// Reports that may follow each other without a pause: half of the smaller queue.
const BURST_COUNT: u32 = 16;
/// After those, one in every so long.
const GAP: Duration = Duration::from_millis(1);

/// How many reports may leave now.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The moment at which the whole burst is allowed again.
    rested_at: Option<Instant>,
}

impl Pace {
    pub(crate) const fn rested() -> Self {
        Self { rested_at: None }
    }

    /// Takes leave to send one report, or tells how long to wait for it.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let rested_at = self.rested_at.map_or(now, |then| then.max(now));
        let ahead = rested_at.duration_since(now);
        let most = GAP * (BURST_COUNT - 1);
        if ahead > most {
            return Err(ahead - most);
        }
        self.rested_at = Some(rested_at + GAP);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_what_follows_comes_in_the_time_of_a_wire() {
        let start = Instant::now();
        let mut pace = Pace::rested();
        for report in 0..BURST_COUNT {
            assert_eq!(pace.take(start), Ok(()), "{report}");
        }
        assert_eq!(pace.take(start), Err(GAP));
        assert_eq!(pace.take(start + GAP), Ok(()));
        assert_eq!(pace.take(start + GAP), Err(GAP));
    }

    #[test]
    fn a_rested_key_may_burst_again_but_never_saves_up_more() {
        let start = Instant::now();
        let mut pace = Pace::rested();
        for later in [Duration::ZERO, Duration::from_secs(60)] {
            let passed = (0..200).take_while(|_| pace.take(start + later).is_ok()).count();
            assert_eq!(passed, BURST_COUNT as usize);
        }
    }
}
