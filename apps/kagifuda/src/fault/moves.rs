// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong with a move from one thing to another, and whose fault it is.

use std::path::PathBuf;

use super::Variables;
use crate::exit::Exit;
use crate::text::Value;

/// What went wrong with a move.
#[derive(Debug)]
pub enum MoveTrouble {
    /// No move is planned, or none from this thing.
    None,
    /// The old or the new thing is on the map no more.
    NotOnMap,
    /// From a thing to itself.
    SameThing,
    /// A thing that is not held in the hand, or that is lost.
    CannotMove {
        /// What it is called.
        thing: String,
    },
    /// Nothing but a PC can take the place of a PC.
    CannotReplace {
        /// What the old one is called.
        thing: String,
    },
    /// A code proves what was given, and this was not.
    NotSent {
        /// Its number.
        number: u64,
    },
    /// It is proven by a code, not by a word.
    ProveIt {
        /// Its number.
        number: u64,
    },
    /// The old way is to be disabled before the new one is proven, or there is none.
    NotYet {
        /// Its number.
        number: u64,
    },
    /// A token that counts is handed over alone.
    Alone,
    /// The file's name does not say what to write.
    NoSuchForm {
        /// The name.
        path: PathBuf,
    },
    /// A page is written as HTML.
    NoSuchPage {
        /// The name.
        path: PathBuf,
    },
    /// The tokens that are left have no place in a QR code.
    NeedsFile,
    /// No token is left to be handed over.
    NothingToSend,
    /// No token waits to be proven.
    NothingToProve,
    /// Codes were wrong; what may be the cause has been said.
    WrongCodes {
        /// How many.
        count: usize,
    },
}

impl MoveTrouble {
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::None | Self::NotOnMap | Self::NothingToSend | Self::NothingToProve => {
                Exit::NotFound
            }
            Self::SameThing | Self::Alone | Self::NoSuchForm { .. } | Self::NoSuchPage { .. } => {
                Exit::Usage
            }
            Self::NeedsFile
            | Self::CannotMove { .. }
            | Self::CannotReplace { .. }
            | Self::NotSent { .. }
            | Self::ProveIt { .. }
            | Self::NotYet { .. } => Exit::Refused,
            Self::WrongCodes { .. } => Exit::WrongSecret,
        }
    }

    pub(super) fn message(&self) -> (&'static str, Variables) {
        let numbered = |number: &u64| vec![("number", Value::from(number.to_string()))];
        match self {
            Self::None => ("fault-move-none", Vec::new()),
            Self::NotOnMap => ("fault-move-not-on-map", Vec::new()),
            Self::SameThing => ("fault-move-same", Vec::new()),
            Self::CannotMove { thing } => {
                ("fault-move-cannot", vec![("thing", Value::from(thing.clone()))])
            }
            Self::CannotReplace { thing } => {
                ("fault-move-cannot-replace", vec![("thing", Value::from(thing.clone()))])
            }
            Self::NotSent { number } => ("fault-move-not-sent", numbered(number)),
            Self::ProveIt { number } => ("fault-move-prove-it", numbered(number)),
            Self::NotYet { number } => ("fault-move-not-yet", numbered(number)),
            Self::Alone => ("fault-move-alone", Vec::new()),
            Self::NoSuchPage { path } => {
                ("fault-move-page", vec![("path", Value::from(path.display().to_string()))])
            }
            Self::NoSuchForm { path } => {
                ("fault-move-form", vec![("path", Value::from(path.display().to_string()))])
            }
            Self::NeedsFile => ("fault-move-needs-file", Vec::new()),
            Self::NothingToSend => ("fault-move-nothing-to-send", Vec::new()),
            Self::NothingToProve => ("fault-move-nothing-to-prove", Vec::new()),
            Self::WrongCodes { count } => {
                ("fault-move-wrong-codes", vec![("count", Value::from(*count))])
            }
        }
    }
}
