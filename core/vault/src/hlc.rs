// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hybrid logical clocks: an order of changes that agrees with wall clocks while they are right, and
//! still puts an edit after everything its author had seen when they are wrong.
//!
//! An [`Hlc`] is one `u64`: 48 bits of Unix milliseconds, then a 16-bit counter (Kulkarni et al.,
//! "Logical Physical Clocks", 2014). Ties between devices are broken by [`Stamp`].

use crate::ids::{ChangeId, DeviceId};

/// A moment in milliseconds since 1970-01-01T00:00:00Z, as the caller's clock tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// The latest moment a clock is believed: the end of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Whole seconds.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }
}

/// A hybrid logical clock's reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The reading for a new change: the wall clock, or just after everything seen where that is later.
    #[must_use]
    pub fn after(seen: Self, now: UnixMillis) -> Self {
        let wall = now.0.min(UnixMillis::MAX.0) << 16;
        Self(wall.max(seen.0.saturating_add(1)))
    }

    /// Tells whether others follow this clock. A later one is folded as it stands, but drags no clock along:
    /// there must always be room for an edit after it.
    #[must_use]
    pub const fn is_believed(self) -> bool {
        self.millis().0 <= UnixMillis::MAX.0
    }

    /// The wall-clock part.
    #[must_use]
    pub const fn millis(self) -> UnixMillis {
        UnixMillis(self.0 >> 16)
    }
}

/// The place of a change in the total order all devices agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// When.
    pub hlc: Hlc,
    /// By which device; breaks ties.
    pub device: DeviceId,
    /// In which change; breaks what ties a copied device can make.
    pub change: ChangeId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_comes_after_all_its_author_had_seen_even_with_the_clock_set_back() {
        let first = Hlc::after(Hlc::default(), UnixMillis(1_800_000_000_000));
        let second = Hlc::after(first, UnixMillis(1_000));
        assert!(second > first);
        assert_eq!(second.millis(), first.millis());
    }

    #[test]
    fn a_clock_beyond_all_years_does_not_wrap() {
        let end = Hlc::after(Hlc::default(), UnixMillis(u64::MAX));
        assert_eq!(end.millis(), UnixMillis::MAX);
        assert!(Hlc::after(end, UnixMillis(0)) > end);
        assert_eq!(Hlc::after(Hlc(u64::MAX), UnixMillis(0)), Hlc(u64::MAX));
    }
}
