// SPDX-License-Identifier: MIT OR Apache-2.0
//! Algorithms and public keys as COSE names and writes them (RFC 9052, RFC 9053, RFC 9964).

use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// A signature algorithm this room makes signatures with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// ML-DSA-44 (FIPS 204); keys and signatures fit with the feature `ml-dsa` only.
    MlDsa44,
    /// ML-DSA-65 (FIPS 204); as above.
    MlDsa65,
}

impl Algorithm {
    /// Its number in COSE.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Es384 => -35,
            Self::MlDsa44 => -48,
            Self::MlDsa65 => -49,
        }
    }

    /// The algorithm of a COSE number, if it is one of ours.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            -7 => Some(Self::Es256),
            -8 => Some(Self::EdDsa),
            -35 => Some(Self::Es384),
            -48 => Some(Self::MlDsa44),
            -49 => Some(Self::MlDsa65),
            _ => None,
        }
    }
}

/// The longest first part of a public key, in bytes: a coordinate, or all of ML-DSA-65.
const X_BYTES: usize = if cfg!(feature = "ml-dsa") { 1952 } else { 48 };
/// The longest second coordinate, in bytes.
const Y_BYTES: usize = 48;

/// A public key: two coordinates for ECDSA, one part for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    x: heapless::Vec<u8, X_BYTES>,
    y: heapless::Vec<u8, Y_BYTES>,
}

/// The longest public key as COSE writes it, in bytes.
pub const PUBLIC_KEY_BYTES: usize = X_BYTES + Y_BYTES + 16;

impl PublicKey {
    /// A key by its parts, as [`Self::x`] and [`Self::y`] give them.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] where the lengths are not those of the algorithm.
    pub fn new(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Self, Status> {
        let fits = match algorithm {
            Algorithm::Es256 => x.len() == 32 && y.len() == 32,
            Algorithm::Es384 => x.len() == 48 && y.len() == 48,
            Algorithm::EdDsa => x.len() == 32 && y.is_empty(),
            Algorithm::MlDsa44 => x.len() == 1312 && y.is_empty(),
            Algorithm::MlDsa65 => x.len() == 1952 && y.is_empty(),
        };
        match (heapless::Vec::from_slice(x), heapless::Vec::from_slice(y)) {
            (Ok(x), Ok(y)) if fits => Ok(Self { algorithm, x, y }),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// What it verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The first coordinate, big-endian; the whole key of Ed25519 and ML-DSA.
    #[must_use]
    pub fn x(&self) -> &[u8] {
        &self.x
    }

    /// The second coordinate, big-endian; empty for Ed25519 and ML-DSA.
    #[must_use]
    pub fn y(&self) -> &[u8] {
        &self.y
    }

    /// Writes it as a COSE_Key.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let (kty, curve) = match self.algorithm {
            Algorithm::Es256 => (2, Some(1)),
            Algorithm::Es384 => (2, Some(2)),
            Algorithm::EdDsa => (1, Some(6)),
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => (7, None),
        };
        writer.map(3 + usize::from(curve.is_some()) + usize::from(!self.y.is_empty()));
        writer.unsigned(1).unsigned(kty);
        writer.unsigned(3).integer(self.algorithm.number());
        match curve {
            Some(curve) => writer.integer(-1).unsigned(curve).integer(-2).bytes(&self.x),
            None => writer.integer(-1).bytes(&self.x),
        };
        if !self.y.is_empty() {
            writer.integer(-3).bytes(&self.y);
        }
    }

    /// Reads a COSE_Key of one of our algorithms.
    ///
    /// # Errors
    /// [`Status::UnsupportedAlgorithm`] for another one, and what reading returns.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Status> {
        let (mut algorithm, mut x, mut y) = (None, &[][..], &[][..]);
        let mut whole = &[][..];
        for _ in 0..reader.map()? {
            match reader.integer()? {
                3 => algorithm = Some(reader.integer()?),
                -1 if reader.next_is_bytes() => whole = reader.bytes()?,
                -2 => x = reader.bytes()?,
                -3 => y = reader.bytes()?,
                _ => _ = reader.raw()?,
            }
        }
        let number = algorithm.ok_or(Status::MissingParameter)?;
        let algorithm = Algorithm::from_number(number).ok_or(Status::UnsupportedAlgorithm)?;
        let is_in_one_piece = matches!(algorithm, Algorithm::MlDsa44 | Algorithm::MlDsa65);
        Self::new(algorithm, if is_in_one_piece { whole } else { x }, y)
    }
}
