// SPDX-License-Identifier: MIT OR Apache-2.0
//! What all writers share: what goes in, what comes out, and how losses are told.

use kagifuda_otp::Token;
use kagifuda_secret::{SecretBytes, SecretText};
use rand_core::CryptoRng;

use super::{EntryExtras, Loss, LossKind, Part, WriteError};

/// An entry to be written, borrowed from the vault.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The token.
    pub token: &'a Token,
    /// What belongs to it besides.
    pub extras: &'a EntryExtras,
}

/// How a file is protected.
#[derive(Clone, Copy)]
pub enum Protection<'a> {
    /// Encrypted under this password, as the app itself would.
    Password(&'a SecretText),
    /// Not at all: whoever has the file has the tokens.
    Plain,
}

impl<'a> Protection<'a> {
    /// The password, unless it is empty.
    pub(super) fn password(self) -> Result<Option<&'a SecretText>, WriteError> {
        match self {
            Self::Password(password) if password.expose().is_empty() => {
                Err(WriteError::EmptyPassword)
            }
            Self::Password(password) => Ok(Some(password)),
            Self::Plain => Ok(None),
        }
    }
}

/// A written file, and what did not fit into it.
pub struct Written {
    /// The file; secret even where it is encrypted, as it may be plain.
    pub content: SecretBytes,
    /// What was left out, in the order of the entries.
    pub losses: Vec<Loss>,
}

/// Collects losses while entries are written in order.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) losses: Vec<Loss>,
}

impl Ledger {
    /// Notes a loss.
    pub(super) fn add(&mut self, position: usize, kind: LossKind) {
        self.losses.push(Loss { position, kind });
    }

    /// Notes which of the parts an entry has are not in the file.
    pub(super) fn without(&mut self, position: usize, entry: &Outgoing<'_>, missing: &[Part]) {
        for part in missing.iter().filter(|part| has(entry, **part)) {
            self.losses.push(Loss { position, kind: LossKind::Without(*part) });
        }
    }
}

fn has(entry: &Outgoing<'_>, part: Part) -> bool {
    let extras = entry.extras;
    match part {
        Part::Folders => !extras.folders.is_empty(),
        Part::Tags => !extras.tags.is_empty(),
        Part::Note => !extras.note.expose().is_empty(),
        Part::Pinned => extras.is_pinned,
        Part::Colour => extras.colour.is_some(),
        Part::UnknownParameters => !entry.token.extra.is_empty(),
        // A token has neither.
        Part::Protection | Part::LargeBlob => false,
    }
}

/// A random identifier of version 4 (RFC 9562 section 5.4).
pub(super) fn random_uuid(rng: &mut impl CryptoRng) -> String {
    let mut bytes = [0_u8; 16];
    rng.fill_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Fresh random bytes.
pub(super) fn random<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}
