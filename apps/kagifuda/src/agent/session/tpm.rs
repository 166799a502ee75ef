// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ways to open whose secret the TPM of this machine sealed: which there are, and what it sealed for them. The agent
//! keeps that as a note of this machine and talks to no TPM; the program does, and brings what it opened.

use kagifuda_vault::record::SlotKind;
use kagifuda_vault::{SlotId, VaultId};
use rustix::io::Errno;

use super::open::Keeper;
use super::{Answer, Session};
use crate::agent::protocol::{Failure, Reply, SealedWay, Tpms, Tried, WayId};
use crate::agent::trouble;

/// The name of this machine's note, and what it begins with, its version the last byte.
const NOTE: &str = "tpm";
const MAGIC: &[u8; 5] = b"KGFT\x01";
/// Ways it remembers; older copies of a vault may know of some that a newer one does not.
const NOTED_WAYS: usize = 8;
/// The longest that a TPM sealed; ours are some 250 bytes.
const SEALED_MAX_BYTES: usize = 400;

/// What a TPM sealed, by way, the latest last.
type Noted = Vec<(SlotId, Vec<u8>)>;

impl Session {
    /// Tells which ways this machine's TPM opens the vault by, and what it sealed for each.
    pub(super) fn tpms(&self) -> Answer {
        let (vault, slots) = self.slots_of(SlotKind::Tpm)?;
        let noted = self.keeper().sealed(vault).into_iter();
        let ways = noted.filter(|(slot, _)| slots.contains(slot));
        let ways = ways.map(|(slot, sealed)| SealedWay { id: WayId(slot.0), sealed });
        Ok(Reply::Tpms(Tpms { ways: ways.collect() }))
    }

    /// Forgets what the TPM sealed for a way.
    pub(super) fn forget_sealed(&self, way: WayId) -> Answer {
        let (vault, _) = self.slots_of(SlotKind::Tpm)?;
        let keeper = self.keeper();
        let mut noted = keeper.sealed(vault);
        noted.retain(|(slot, _)| slot.0 != way.0);
        keeper.note_all_sealed(vault, &noted)?;
        Ok(Reply::Done)
    }
}

impl Keeper {
    /// Notes what the TPM sealed for a way, in the place of what it sealed for it before.
    pub(super) fn note_sealed(
        &self,
        vault: VaultId,
        way: WayId,
        sealed: Vec<u8>,
    ) -> Result<(), Failure> {
        if sealed.len() > SEALED_MAX_BYTES {
            return Err(Failure::BadValue { field: "sealed".to_owned() });
        }
        let mut noted = self.sealed(vault);
        noted.retain(|(slot, _)| slot.0 != way.0);
        noted.push((SlotId(way.0), sealed));
        noted.drain(..noted.len().saturating_sub(NOTED_WAYS));
        self.note_all_sealed(vault, &noted)
    }

    /// What this machine's TPM sealed for a vault. What cannot be read is as good as none: the passphrase opens.
    fn sealed(&self, vault: VaultId) -> Noted {
        let store = self.store.as_ref();
        let note = store.and_then(|store| store.vault_note(vault.0, NOTE).ok().flatten());
        note.map(|bytes| from_bytes(&bytes)).unwrap_or_default()
    }

    fn note_all_sealed(&self, vault: VaultId, noted: &Noted) -> Result<(), Failure> {
        let Some(store) = &self.store else {
            let (path, errno) = (self.path.display().to_string(), Errno::NOENT.raw_os_error());
            return Err(Failure::File { path, tried: Tried::Write, errno });
        };
        let refused = trouble::of_file(store.directory(), Tried::Write);
        store.set_vault_note(vault.0, NOTE, &to_bytes(noted)).map_err(refused)
    }
}

fn to_bytes(noted: &Noted) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (slot, sealed) in noted {
        bytes.extend(slot.0);
        let length = u16::try_from(sealed.len()).expect("longer ones are not noted");
        bytes.extend(length.to_be_bytes());
        bytes.extend(sealed);
    }
    bytes
}

/// Reads the note up to where it is damaged; one of a newer version is as good as none.
fn from_bytes(bytes: &[u8]) -> Noted {
    let mut noted = Noted::new();
    let mut rest = bytes.strip_prefix(MAGIC).unwrap_or_default();
    while let Some((slot, behind)) = rest.split_first_chunk()
        && let Some((length, behind)) = behind.split_first_chunk()
        && let Some((sealed, behind)) =
            behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    {
        noted.push((SlotId(*slot), sealed.to_vec()));
        rest = behind;
    }
    noted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_comes_back_and_a_damaged_note_gives_what_is_whole() {
        let noted = vec![(SlotId([1; 16]), vec![7; 250]), (SlotId([2; 16]), Vec::new())];
        let bytes = to_bytes(&noted);
        assert_eq!(from_bytes(&bytes), noted);
        assert_eq!(from_bytes(&bytes[..bytes.len() - 1]), noted[..1]);
        assert_eq!(from_bytes(&bytes[..100]), []);
        for other in [&b""[..], b"KGFT", b"KGFT\x02", &bytes[1..]] {
            assert_eq!(from_bytes(other), []);
        }
        let full: Noted =
            (0..NOTED_WAYS).map(|_| (SlotId([3; 16]), vec![0; SEALED_MAX_BYTES])).collect();
        assert!(to_bytes(&full).len() <= 4096, "it fits into a note");
    }
}
