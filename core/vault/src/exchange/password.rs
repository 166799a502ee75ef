// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a password to a key, the ways other apps do it: scrypt (RFC 7914), Argon2id (RFC 9106),
//! PBKDF2 (RFC 8018). A file chooses what these cost, so every cost passes [`ImportLimits`] before
//! the first byte is computed.

use argon2::{Algorithm, Argon2, Params, Version};
use kagifuda_secret::{SecretArray, SecretText};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{ImportError, ImportLimits, Place};

const BAD_PARAMETERS: ImportError = ImportError::Damaged { at: Place::Parameters };

/// The cost of one scrypt derivation.
#[derive(Clone, Copy)]
pub(super) struct ScryptCost {
    pub(super) n: u64,
    pub(super) r: u64,
    pub(super) p: u64,
}

impl ScryptCost {
    /// What Aegis writes: 32 MiB once.
    pub(super) const AEGIS: Self = Self { n: 1 << 15, r: 8, p: 1 };

    /// The table of n blocks and the p blocks that are mixed with it.
    const fn memory_kib(self) -> u64 {
        self.n.saturating_add(self.p).saturating_mul(self.r) / 8
    }

    /// Memory times passes; never nothing, so that many cheap derivations count too.
    pub(super) const fn work_kib(self) -> u64 {
        let blocks = self.n.saturating_add(1).saturating_mul(self.p);
        blocks.saturating_mul(self.r) / 8 + 1
    }
}

/// Derives a key with scrypt.
pub(super) fn scrypt_key(
    password: &SecretText,
    salt: &[u8],
    cost: ScryptCost,
    limits: &ImportLimits,
) -> Result<SecretArray<32>, ImportError> {
    let memory_kib = cost.memory_kib();
    limits.admit_cost(memory_kib, cost.work_kib())?;
    if cost.n < 2 || !cost.n.is_power_of_two() {
        return Err(BAD_PARAMETERS);
    }
    let log_n = u8::try_from(cost.n.trailing_zeros()).map_err(|_| BAD_PARAMETERS)?;
    let narrow = |value: u64| u32::try_from(value).map_err(|_| BAD_PARAMETERS);
    let params =
        scrypt::Params::new(log_n, narrow(cost.r)?, narrow(cost.p)?).map_err(|_| BAD_PARAMETERS)?;
    ask_for(memory_kib)?;
    Ok(SecretArray::filled_by(|key| {
        scrypt::scrypt(password.expose().as_bytes(), salt, &params, key)
            .expect("scrypt gives 32 bytes");
    }))
}

/// The cost of one derivation with Argon2id.
#[derive(Clone, Copy)]
pub(super) struct Argon2Cost {
    pub(super) memory_kib: u64,
    pub(super) passes: u64,
    pub(super) lanes: u64,
}

/// Which Argon2, in which version (0x10 or 0x13).
#[derive(Clone, Copy)]
pub(super) struct Argon2Kind {
    pub(super) algorithm: Algorithm,
    pub(super) version: u32,
}

/// Derives a key with Argon2id.
pub(super) fn argon2id_key(
    password: &SecretText,
    salt: &[u8],
    cost: Argon2Cost,
    limits: &ImportLimits,
) -> Result<SecretArray<32>, ImportError> {
    let kind = Argon2Kind { algorithm: Algorithm::Argon2id, version: Version::V0x13.into() };
    argon2_key(kind, password.expose().as_bytes(), salt, (cost, limits))
}

/// Derives a key with any Argon2.
pub(super) fn argon2_key(
    kind: Argon2Kind,
    password: &[u8],
    salt: &[u8],
    (cost, limits): (Argon2Cost, &ImportLimits),
) -> Result<SecretArray<32>, ImportError> {
    let Argon2Cost { memory_kib, passes, lanes } = cost;
    limits.admit_cost(memory_kib, memory_kib.saturating_mul(passes))?;
    let narrow = |value: u64| u32::try_from(value).map_err(|_| BAD_PARAMETERS);
    let params = Params::new(narrow(memory_kib)?, narrow(passes)?, narrow(lanes)?, Some(32))
        .map_err(|_| BAD_PARAMETERS)?;
    let version = Version::try_from(kind.version).map_err(|_| BAD_PARAMETERS)?;
    let argon2 = Argon2::new(kind.algorithm, version, params);
    let mut derived = Ok(());
    let key = SecretArray::filled_by(|key| {
        derived = argon2.hash_password_into(password, salt, key);
    });
    match derived {
        Ok(()) => Ok(key),
        Err(argon2::Error::OutOfMemory) => Err(ImportError::NotEnoughMemory { memory_kib }),
        Err(_) => Err(BAD_PARAMETERS),
    }
}

/// The hash under PBKDF2.
#[derive(Clone, Copy)]
pub(super) enum Pbkdf2Hash {
    Sha1,
    Sha256,
    Sha512,
}

/// The cost of derivations with PBKDF2.
#[derive(Clone, Copy)]
pub(super) struct Pbkdf2Cost {
    pub(super) hash: Pbkdf2Hash,
    pub(super) iterations: u64,
}

/// So many rounds of PBKDF2 take about as long as one pass over a KiB of memory.
const PBKDF2_ROUNDS_PER_KIB: u64 = 4;

impl Pbkdf2Cost {
    /// The work for one key of 32 bytes, in the currency of the limits; never nothing, so that many cheap
    /// derivations count too. SHA-1 needs two blocks for it.
    pub(super) const fn work_kib(self) -> u64 {
        let blocks = match self.hash {
            Pbkdf2Hash::Sha1 => 2,
            Pbkdf2Hash::Sha256 | Pbkdf2Hash::Sha512 => 1,
        };
        self.iterations.saturating_mul(blocks) / PBKDF2_ROUNDS_PER_KIB + 1
    }

    /// Derives a key.
    pub(super) fn key(
        self,
        password: &SecretText,
        salt: &[u8],
        limits: &ImportLimits,
    ) -> Result<SecretArray<32>, ImportError> {
        limits.admit_cost(0, self.work_kib())?;
        let iterations = u32::try_from(self.iterations).map_err(|_| BAD_PARAMETERS)?;
        if iterations == 0 {
            return Err(BAD_PARAMETERS);
        }
        let password = password.expose().as_bytes();
        Ok(SecretArray::filled_by(|key| match self.hash {
            Pbkdf2Hash::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, key),
            Pbkdf2Hash::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, key),
            Pbkdf2Hash::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, key),
        }))
    }
}

/// Derives a key with PBKDF2-HMAC-SHA-256 for a file of our own.
pub(super) fn pbkdf2_key(password: &SecretText, salt: &[u8], iterations: u32) -> SecretArray<32> {
    SecretArray::filled_by(|key| {
        pbkdf2::pbkdf2_hmac::<Sha256>(password.expose().as_bytes(), salt, iterations, key);
    })
}

/// Asks for memory and gives it back: scrypt's own request cannot fail politely.
fn ask_for(memory_kib: u64) -> Result<(), ImportError> {
    let refused = ImportError::NotEnoughMemory { memory_kib };
    let Some(bytes) = usize::try_from(memory_kib).ok().and_then(|kib| kib.checked_mul(1024)) else {
        return Err(refused);
    };
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| refused)
}
