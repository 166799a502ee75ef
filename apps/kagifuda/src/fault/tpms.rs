// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a TPM does not become a way to open, and what to do.

use kagifuda_linux::tpm::TpmTrouble;

use super::Variables;
use crate::exit::Exit;

/// What is in the way of a TPM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TpmFault {
    /// The TPM of this PC opens the vault already.
    HasIt,
    /// There is no new secret to give to a TPM: nobody knows the old one.
    Unchangeable,
    /// The TPM did not do it.
    Trouble(TpmTrouble),
}

impl TpmFault {
    pub(super) const fn exit(self) -> Exit {
        match self {
            Self::HasIt | Self::Unchangeable => Exit::Refused,
            Self::Trouble(_) => Exit::Failure,
        }
    }

    pub(super) const fn message(self) -> (&'static str, Variables) {
        let id = match self {
            Self::HasIt => "fault-tpm-has-it",
            Self::Unchangeable => "fault-tpm-unchangeable",
            Self::Trouble(TpmTrouble::Absent) => "fault-tpm-absent",
            Self::Trouble(TpmTrouble::Forbidden) => "fault-tpm-forbidden",
            Self::Trouble(TpmTrouble::Silent) => "fault-tpm-silent",
            Self::Trouble(TpmTrouble::Closed) => "fault-tpm-closed",
            Self::Trouble(_) => "fault-tpm-failed",
        };
        (id, Vec::new())
    }
}
