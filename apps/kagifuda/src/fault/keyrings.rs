// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a keyring does not become a way to open, and what to do.

use kagifuda_linux::keyring::KeyringTrouble;

use super::Variables;
use crate::exit::Exit;

/// What is in the way of a keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringFault {
    /// The keyring of this PC opens the vault already.
    HasIt,
    /// There is no new secret to give to a keyring: nobody knows the old one.
    Unchangeable,
    /// The keyring did not do it.
    Trouble(KeyringTrouble),
}

impl KeyringFault {
    pub(super) const fn exit(self) -> Exit {
        match self {
            Self::HasIt | Self::Unchangeable => Exit::Refused,
            Self::Trouble(KeyringTrouble::Declined) => Exit::Declined,
            Self::Trouble(_) => Exit::Failure,
        }
    }

    pub(super) const fn message(self) -> (&'static str, Variables) {
        let id = match self {
            Self::HasIt => "fault-keyring-has-it",
            Self::Unchangeable => "fault-keyring-unchangeable",
            Self::Trouble(KeyringTrouble::NotRunning) => "fault-keyring-not-running",
            Self::Trouble(KeyringTrouble::Silent) => "fault-keyring-silent",
            Self::Trouble(KeyringTrouble::Locked) => "fault-keyring-locked",
            Self::Trouble(KeyringTrouble::NoPlace) => "fault-keyring-no-place",
            Self::Trouble(KeyringTrouble::Declined) => "fault-keyring-declined",
            Self::Trouble(_) => "fault-keyring-failed",
        };
        (id, Vec::new())
    }
}
