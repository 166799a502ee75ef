// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a passphrase costs to try: Argon2id (RFC 9106) with a floor that keeps holders safe and a cap
//! that keeps hostile files from eating the machine.

use argon2::{Algorithm, Argon2, Params, Version};
use kagifuda_secret::SecretArray;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// One setting of Argon2id; lanes are always 1, which libsodium can compute too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl KdfCost {
    /// Memory times passes.
    #[must_use]
    pub(crate) const fn work(self) -> u64 {
        self.memory_kib as u64 * self.passes as u64
    }
}

/// Which costs are written and which are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfPolicy {
    /// What new ways to open get.
    pub preferred: KdfCost,
    /// The least that is accepted.
    pub floor: KdfCost,
    /// The most that is computed.
    pub cap: KdfCost,
}

impl KdfPolicy {
    /// 64 MiB and 3 passes; floor 19 MiB and 2; cap 1 GiB and 16.
    pub const STANDARD: Self = Self {
        preferred: KdfCost { memory_kib: 64 * 1024, passes: 3 },
        floor: KdfCost { memory_kib: 19 * 1024, passes: 2 },
        cap: KdfCost { memory_kib: 1024 * 1024, passes: 16 },
    };

    /// How much work all slots of a file together may ask for: as much as the dearest one, or as many of
    /// our own as no holder has.
    pub(crate) const fn most_work(&self) -> u64 {
        let (dearest, own) = (self.cap.work(), self.preferred.work() * 32);
        if dearest > own { dearest } else { own }
    }

    /// Accepts or refuses a cost read from a file.
    ///
    /// # Errors
    /// [`VaultError::TooCostly`] above the cap, [`VaultError::TooCheap`] below the floor.
    pub const fn admit(&self, cost: KdfCost) -> Result<(), VaultError> {
        let KdfCost { memory_kib, passes } = cost;
        if memory_kib > self.cap.memory_kib || passes > self.cap.passes {
            return Err(VaultError::TooCostly { memory_kib, passes });
        }
        if memory_kib < self.floor.memory_kib || passes < self.floor.passes {
            return Err(VaultError::TooCheap);
        }
        Ok(())
    }
}

/// Derives 32 bytes from a passphrase.
///
/// The passphrase is first made comparable as RFC 8265 (OpaqueString) does: every space separator
/// becomes U+0020, then NFC; so it opens whatever keyboard or input method typed it.
pub(crate) fn derive(
    passphrase: &str,
    salt: &[u8; 16],
    cost: KdfCost,
) -> Result<SecretArray<32>, VaultError> {
    let prepared: Zeroizing<String> =
        Zeroizing::new(passphrase.chars().map(plain_space).nfc().collect());
    let params =
        Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| VaultError::TooCheap)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut derived = Ok(());
    let key = SecretArray::filled_by(|out| {
        derived = argon2.hash_password_into(prepared.as_bytes(), salt, out);
    });
    derived.map_err(|_| VaultError::TooCheap)?;
    Ok(key)
}

/// Maps the space separators of Unicode (general category Zs) to the plain space.
const fn plain_space(c: char) -> char {
    match c {
        '\u{00a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gibibyte_is_the_most_and_19_mebibytes_the_least() {
        let admit = |memory_kib, passes| KdfPolicy::STANDARD.admit(KdfCost { memory_kib, passes });
        let (gibibyte, least) = (1 << 20, 19 << 10);
        assert_eq!(admit(gibibyte, 16), Ok(()));
        assert_eq!(admit(least, 2), Ok(()));
        for (memory_kib, passes) in [(gibibyte + 1, 2), (100 * gibibyte, 1), (least, 17)] {
            assert_eq!(
                admit(memory_kib, passes),
                Err(VaultError::TooCostly { memory_kib, passes })
            );
        }
        for (memory_kib, passes) in [(least - 1, 2), (least, 1)] {
            assert_eq!(admit(memory_kib, passes), Err(VaultError::TooCheap));
        }
    }
}
