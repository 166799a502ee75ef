// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every file of `tests/vectors/ctap`, one case each. The first part of its name says to whom it is played; a
//! file of an unknown kind fails, so that none is passed over.

use core::fmt::{self, Write};

use crate::transcript::Fault;
use crate::{apdu, hid};

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

/// How many cases went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that went as written.
    pub passed: u32,
    /// The others.
    pub failed: u32,
}

/// Plays all files; tells each that fails, and the count at the end.
///
/// # Errors
/// What could not be told.
pub fn play(told: &mut impl Write) -> Result<Count, fmt::Error> {
    let mut count = Count::default();
    for (name, text) in FILES {
        match play_one(name, text) {
            Ok(()) => count.passed += 1,
            Err(Fault { line, what }) => {
                count.failed += 1;
                writeln!(told, "{name}:{line}: {what}")?;
            }
        }
    }
    writeln!(told, "{} passed, {} failed", count.passed, count.failed)?;
    Ok(count)
}

fn play_one(name: &str, text: &str) -> Result<(), Fault> {
    if name.starts_with("hid-") {
        hid::talk(text)
    } else if name.starts_with("apdu-command-forms") {
        apdu::forms(text)
    } else if name.starts_with("apdu-command-lengths") {
        apdu::lengths(text)
    } else if name.starts_with("apdu-") && !name.starts_with("apdu-command-") {
        apdu::talk(text)
    } else {
        Err(Fault { line: 0, what: "a file of an unknown kind" })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    extern crate std;

    use std::string::String;

    use super::{FILES, play, play_one};

    #[test]
    fn every_file_goes_as_written() {
        let mut told = String::new();
        let count = play(&mut told).unwrap();
        assert_eq!(count.failed, 0, "{told}");
        assert!(count.passed >= 44, "only {} files", count.passed);
    }

    #[test]
    fn a_file_in_which_one_digit_is_another_fails() {
        let mut tried = 0;
        for (name, text) in FILES {
            let expected = |line: &&str| {
                let fields = ["key: ", "card: ", "event: request", "data: "];
                fields.iter().any(|field| line.starts_with(field)) && line.ends_with('0')
            };
            let Some(line) = text.lines().find(expected) else { continue };
            tried += 1;
            let other = [&line[..line.len() - 1], "1"].concat();
            let changed = text.replacen(line, &other, 1);
            assert!(play_one(name, &changed).is_err(), "{name}: {line}");
        }
        assert!(tried >= 25, "only {tried} files");
    }

    #[test]
    fn a_file_of_an_unknown_kind_fails() {
        assert!(play_one("ble-fragments.txt", "").is_err());
        assert!(play_one("apdu-command-news.txt", "").is_err());
    }
}
