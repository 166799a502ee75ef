// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a password to a key, the ways other apps do it: scrypt (RFC 7914), Argon2id (RFC 9106),
//! PBKDF2 (RFC 8018). A file chooses what these cost, so every cost passes [`ImportLimits`] before
//! the first byte is computed.

use argon2::{Algorithm, Argon2, Params, Version};
use kagifuda_secret::{SecretArray, SecretText};
use sha2::Sha256;

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

/// Derives a key with Argon2id, one lane, as libsodium does.
pub(super) fn argon2id_key(
    password: &SecretText,
    salt: &[u8; 16],
    memory_kib: u64,
    passes: u64,
    limits: &ImportLimits,
) -> Result<SecretArray<32>, ImportError> {
    limits.admit_cost(memory_kib, memory_kib.saturating_mul(passes))?;
    let narrow = |value: u64| u32::try_from(value).map_err(|_| BAD_PARAMETERS);
    let params = Params::new(narrow(memory_kib)?, narrow(passes)?, 1, Some(32))
        .map_err(|_| BAD_PARAMETERS)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut derived = Ok(());
    let key = SecretArray::filled_by(|key| {
        derived = argon2.hash_password_into(password.expose().as_bytes(), salt, key);
    });
    match derived {
        Ok(()) => Ok(key),
        Err(argon2::Error::OutOfMemory) => Err(ImportError::NotEnoughMemory { memory_kib }),
        Err(_) => Err(BAD_PARAMETERS),
    }
}

/// Derives a key with PBKDF2-HMAC-SHA-256.
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
