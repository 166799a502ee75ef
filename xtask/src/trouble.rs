// SPDX-License-Identifier: MIT OR Apache-2.0
//! What went wrong with a task, in words for the person who ran it, and what to do about it.

use std::fmt;

/// Why a task or stage could not finish.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: String,
    remedy: Option<String>,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// This stage failed; the next ones still tell something.
    Ordinary,
    /// Nothing after this can be meaningful: the code does not compile.
    EndsTheRun,
    /// The details are on the screen already.
    AlreadyTold,
}

impl Trouble {
    /// A trouble described by one sentence.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: None, kind: Kind::Ordinary }
    }

    /// A trouble whose details were printed by whoever found it.
    pub(crate) fn already_told() -> Self {
        Self { kind: Kind::AlreadyTold, ..Self::new("failed, see above") }
    }

    /// Adds what a person can do about it.
    pub(crate) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Says that later stages would only repeat it.
    pub(crate) fn ending_the_run(mut self) -> Self {
        self.kind = Kind::EndsTheRun;
        self
    }

    /// Tells whether later stages would only repeat it.
    pub(crate) fn ends_the_run(&self) -> bool {
        self.kind == Kind::EndsTheRun
    }

    /// Tells whether printing it again would be noise.
    pub(crate) fn is_already_told(&self) -> bool {
        self.kind == Kind::AlreadyTold
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  remedy: {remedy}"),
            None => Ok(()),
        }
    }
}

/// Gives an error of the standard library or of a crate the sentence it lacks.
pub(crate) trait Doing<T> {
    /// Says what was being done when it happened.
    fn doing(self, what: impl fmt::Display) -> Result<T, Trouble>;
}

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl fmt::Display) -> Result<T, Trouble> {
        self.map_err(|error| Trouble::new(format!("{what}: {error}")))
    }
}
