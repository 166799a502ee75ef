// SPDX-License-Identifier: MIT OR Apache-2.0
//! How often something may be done: so many times at once, and then one more in each span of time.

use std::time::{Duration, Instant};

/// So many times at once, and one more each time that this long has passed.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many times at once.
    pub at_once_count: u32,
    /// How long until there is one more.
    pub one_more_after: Duration,
}

/// What is left of it to one who takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    pace: Pace,
    /// When all of it is there again. What was taken lies between now and then.
    full_at: Instant,
}

impl Allowance {
    pub(crate) const fn new(pace: Pace, now: Instant) -> Self {
        Self { pace, full_at: now }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let has_one = self.has_one(now);
        if has_one {
            self.full_at = self.full_at.max(now) + self.pace.one_more_after;
        }
        has_one
    }

    /// Whether there is one to take.
    pub(crate) fn has_one(&self, now: Instant) -> bool {
        self.wait(now).is_zero()
    }

    /// How long until there is one to take.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let span = self.pace.one_more_after * self.pace.at_once_count.saturating_sub(1);
        self.full_at.saturating_duration_since(now).saturating_sub(span)
    }

    /// Whether nothing of it is taken.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_at_once_and_then_one_at_a_time() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        let pace = Pace { at_once_count: 3, one_more_after: second };
        let mut allowance = Allowance::new(pace, now);
        assert!((0..3).all(|_| allowance.take(now)));
        assert!(!allowance.take(now));
        assert_eq!(allowance.wait(now), second);
        assert!(allowance.take(now + second));
        assert!(!allowance.take(now + second));
        let later = now + 60 * second;
        assert!(allowance.is_full(later) && !allowance.is_full(now + second));
        assert!((0..3).all(|_| allowance.take(later)));
        assert!(!allowance.take(later), "no more is saved up than there was");
    }
}
