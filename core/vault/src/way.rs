// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ways to open: what a holder presents, and how it becomes a slot's key.
//!
//! A new kind of way implements [`WayToOpen`] and nothing else changes. What a holder knows or keeps on
//! paper is here, and the secret that a keyring or a TPM kept for them; what asks a machine for it lives where that
//! machine is.

use kagifuda_secret::{SecretArray, SecretText};
use rand_core::CryptoRng;

use crate::error::VaultError;
use crate::ids::SlotId;
use crate::kdf::{self, KdfPolicy};
use crate::record::{SlotKind, SlotRecord};
use crate::seal::SlotKey;

/// Something a holder can present to open a vault.
pub trait WayToOpen {
    /// The clear parameters of a new slot for this way.
    fn enrol(&self, policy: &KdfPolicy, random: [u8; 16]) -> SlotKind;

    /// The name of a new slot for this way, where one was chosen before: what lies elsewhere is filed under
    /// it, and lies there before the vault counts on it.
    fn slot(&self) -> Option<SlotId> {
        None
    }

    /// Tells whether this way could open a slot of that kind.
    fn fits(&self, kind: SlotKind) -> bool;

    /// Turns what the holder presented into 32 bytes, at the slot's cost.
    ///
    /// # Errors
    /// [`VaultError::TooCostly`] or [`VaultError::TooCheap`] where the policy refuses the slot's cost.
    fn input(&self, kind: SlotKind, policy: &KdfPolicy) -> Result<SecretArray<32>, VaultError>;
}

/// A passphrase the holder remembers.
pub struct Passphrase(pub SecretText);

impl WayToOpen for Passphrase {
    fn enrol(&self, policy: &KdfPolicy, random: [u8; 16]) -> SlotKind {
        SlotKind::Passphrase { salt: random, cost: policy.preferred }
    }

    fn fits(&self, kind: SlotKind) -> bool {
        matches!(kind, SlotKind::Passphrase { .. })
    }

    fn input(&self, kind: SlotKind, policy: &KdfPolicy) -> Result<SecretArray<32>, VaultError> {
        let SlotKind::Passphrase { salt, cost } = kind else {
            return Err(VaultError::NoSuchWay);
        };
        policy.admit(cost)?;
        kdf::derive(self.0.expose(), &salt, cost)
    }
}

/// The words of a recovery sheet, read.
pub struct RecoveryWords(pub SecretArray<32>);

impl RecoveryWords {
    /// Draws new words.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self(SecretArray::filled_by(|bytes| rng.fill_bytes(bytes)))
    }
}

impl WayToOpen for RecoveryWords {
    fn enrol(&self, _: &KdfPolicy, _: [u8; 16]) -> SlotKind {
        SlotKind::Words
    }

    fn fits(&self, kind: SlotKind) -> bool {
        kind == SlotKind::Words
    }

    fn input(&self, kind: SlotKind, _: &KdfPolicy) -> Result<SecretArray<32>, VaultError> {
        match kind {
            SlotKind::Words => Ok(self.0.duplicate()),
            _ => Err(VaultError::NoSuchWay),
        }
    }
}

/// Who keeps a secret for a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeptBy {
    /// The keyring of a PC.
    Keyring,
    /// The TPM of a PC, which sealed it.
    Tpm,
}

impl KeptBy {
    /// The kind of slot that such a secret opens.
    #[must_use]
    pub const fn kind(self) -> SlotKind {
        match self {
            Self::Keyring => SlotKind::Keyring,
            Self::Tpm => SlotKind::Tpm,
        }
    }
}

/// A secret that a machine keeps for its holder, under the name of the slot it opens.
pub struct KeptSecret {
    /// Who keeps it.
    pub by: KeptBy,
    /// The slot.
    pub slot: SlotId,
    /// The secret, drawn at random for this slot.
    pub secret: SecretArray<32>,
}

impl KeptSecret {
    /// Draws a new secret, and the name of the slot that it will open.
    pub fn random(by: KeptBy, rng: &mut impl CryptoRng) -> Self {
        let slot = SlotId::random(rng);
        Self { by, slot, secret: SecretArray::filled_by(|bytes| rng.fill_bytes(bytes)) }
    }
}

impl WayToOpen for KeptSecret {
    fn enrol(&self, _: &KdfPolicy, _: [u8; 16]) -> SlotKind {
        self.by.kind()
    }

    fn slot(&self) -> Option<SlotId> {
        Some(self.slot)
    }

    fn fits(&self, kind: SlotKind) -> bool {
        kind == self.by.kind()
    }

    fn input(&self, kind: SlotKind, _: &KdfPolicy) -> Result<SecretArray<32>, VaultError> {
        if self.fits(kind) { Ok(self.secret.duplicate()) } else { Err(VaultError::NoSuchWay) }
    }
}

/// A slot's key as a way derived it, not yet known to be right.
pub struct SlotCandidate {
    /// Which slot.
    pub slot: SlotId,
    /// The derived key.
    pub key: SlotKey,
}

/// Derives a slot's key from what the holder presented.
pub(crate) fn candidate(
    way: &dyn WayToOpen,
    slot: &SlotRecord,
    policy: &KdfPolicy,
) -> Result<SlotCandidate, VaultError> {
    let input = way.input(slot.kind, policy)?;
    Ok(SlotCandidate { slot: slot.slot, key: SlotKey::derive(&input, slot) })
}
