// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exit codes: what a script learns without reading a sentence.
//!
//! They are part of the interface: a number never changes its meaning. `kagifuda --help` and the
//! reference page print this very list.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// It did not work, for a reason none of the other codes names.
    Failure,
    /// The command line could not be understood.
    Usage,
    /// Nothing matches what was asked for.
    NotFound,
    /// The vault is locked, and nobody could be asked for the passphrase.
    Locked,
    /// The secret given is wrong.
    WrongSecret,
    /// Refused because doing it would not be safe.
    Refused,
    /// A file is damaged, or not of a kind that can be read.
    Damaged,
    /// The vault is older than this PC last saw it.
    RolledBack,
    /// Several entries match and exactly one is needed.
    Ambiguous,
    /// The holder said no, or stopped the command.
    Declined,
}

impl Exit {
    /// All codes, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Ok,
        Self::Failure,
        Self::Usage,
        Self::NotFound,
        Self::Locked,
        Self::WrongSecret,
        Self::Refused,
        Self::Damaged,
        Self::RolledBack,
        Self::Ambiguous,
        Self::Declined,
    ];

    /// The number the system sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The id of the sentence that explains the code.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ok => "usage-exit-ok",
            Self::Failure => "usage-exit-failure",
            Self::Usage => "usage-exit-usage",
            Self::NotFound => "usage-exit-not-found",
            Self::Locked => "usage-exit-locked",
            Self::WrongSecret => "usage-exit-wrong-secret",
            Self::Refused => "usage-exit-refused",
            Self::Damaged => "usage-exit-damaged",
            Self::RolledBack => "usage-exit-rolled-back",
            Self::Ambiguous => "usage-exit-ambiguous",
            Self::Declined => "usage-exit-declined",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_the_manual_promises() {
        let numbers: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(numbers, (0..=10).collect::<Vec<u8>>());
        assert_eq!(Exit::WrongSecret.code(), 5);
        assert_eq!(Exit::RolledBack.code(), 8);
    }
}
