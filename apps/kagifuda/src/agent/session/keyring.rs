// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keyrings that open the vault: which there are, and which of them is this PC's. The agent talks to none; the
//! program does, and brings what it was given.

use kagifuda_vault::record::SlotKind;
use kagifuda_vault::{Sealed, SlotId, VaultId};
use kagifuda_vaultfile::VaultFile;

use super::open::{Keeper, rows_of};
use super::{Answer, Session};
use crate::agent::protocol::{Failure, KeyringWay, Keyrings, Reply, Tried, WayId};
use crate::agent::trouble;

/// The name of this machine's note about the ways whose secrets lie in its keyring.
const NOTE: &str = "keyring";
/// Bytes of a way's name in it.
const NAME_BYTES: usize = 16;
/// Ways it remembers; nobody adds a keyring that often.
const NOTED_WAYS: usize = 64;

impl Session {
    /// Tells which keyrings open the vault.
    pub(super) fn keyrings(&self) -> Answer {
        let (vault, slots) = self.slots_of(SlotKind::Keyring)?;
        let own = self.keeper().own_keyrings(vault);
        let mut ways: Vec<KeyringWay> = slots
            .into_iter()
            .map(|slot| KeyringWay { id: WayId(slot.0), is_of_this_pc: own.contains(&slot) })
            .collect();
        ways.sort_by_key(|way| (!way.is_of_this_pc, way.id));
        Ok(Reply::Keyrings(Keyrings { vault: vault.to_string(), ways }))
    }

    /// The ways of a kind that open the vault, as far as can be told: where it is locked, some of them may have been
    /// removed.
    pub(super) fn slots_of(&self, wanted: SlotKind) -> Result<(VaultId, Vec<SlotId>), Failure> {
        if let Some(open) = &self.open {
            let ways = open.open_ways().filter(|way| way.kind == Some(wanted));
            return Ok((open.vault.id(), ways.map(|way| way.slot).collect()));
        }
        let path = self.place.vault();
        let file = VaultFile::open_read_only(path).map_err(trouble::of_file(path, Tried::Read))?;
        let sealed = Sealed::read(rows_of(&file)?)?;
        let slots = sealed.slots().filter(|(_, kind)| *kind == wanted);
        Ok((sealed.vault(), slots.map(|(slot, _)| slot).collect()))
    }
}

impl Keeper {
    /// The ways whose secrets lie in this machine's keyring, as far as it remembers. It does so wherever the file
    /// lies, as the keyring does.
    fn own_keyrings(&self, vault: VaultId) -> Vec<SlotId> {
        let store = self.store.as_ref();
        let note = store.and_then(|store| store.vault_note(vault.0, NOTE).ok().flatten());
        let note = note.unwrap_or_default();
        note.as_chunks::<NAME_BYTES>().0.iter().map(|name| SlotId(*name)).collect()
    }

    /// Notes a way beside the latest others, of which an older copy of the vault may know more than this one.
    /// Without the note the keyring opens the vault all the same; only why it does not would be told nobody.
    pub(super) fn note_keyring(&self, vault: VaultId, way: WayId) {
        let Some(store) = &self.store else { return };
        let Ok(note) = store.vault_note(vault.0, NOTE) else { return };
        let mut note = note.unwrap_or_default();
        note.extend(way.0);
        let latest = note.len().saturating_sub(NOTED_WAYS * NAME_BYTES);
        let _ = store.set_vault_note(vault.0, NOTE, &note[latest..]);
    }
}
