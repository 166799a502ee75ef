// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dates as people read them, in UTC: the program needs no time-zone tables to say a day.
//!
//! The calendar arithmetic follows the proleptic Gregorian calendar of ISO 8601, counted in years
//! that begin in March, so that the leap day is the last day of a year.

/// `2026-11-23`.
#[must_use]
pub fn day(unix_seconds: u64) -> String {
    let (year, month, day) = civil(unix_seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-23 04:05 UTC`, for listings.
#[must_use]
pub fn minute(unix_seconds: u64) -> String {
    let second = unix_seconds % 86_400;
    format!("{} {:02}:{:02}", day(unix_seconds), second / 3600, second / 60 % 60)
}

/// `2026-11-23T04:05:06Z`, for JSON (RFC 3339).
#[must_use]
pub fn rfc3339(unix_seconds: u64) -> String {
    let second = unix_seconds % 86_400;
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}Z", day(unix_seconds), second % 60)
}

fn civil(days: u64) -> (u64, u64, u64) {
    // Day 0 of the shifted calendar is 0000-03-01; 1970-01-01 is its day 719 468.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let in_era = shifted % 146_097;
    let year_of_era = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_234_567_890, "2009-02-13T23:31:30Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), expected);
        }
        assert_eq!(minute(1_234_567_890), "2009-02-13 23:31");
    }
}
