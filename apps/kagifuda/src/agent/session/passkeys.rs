// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys that come in from a file and go out to one. What the vault has already, by site and id, is not
//! made again; one that was removed here comes back only because the holder imports it, and that is said.

use std::collections::HashMap;

use kagifuda_linux::clock::Moment;
use kagifuda_otp::UnixTime;
use kagifuda_vault::exchange::{
    EntryExtras, OutgoingBlob, OutgoingPasskey, PasskeyEntry, Written, write_cxf,
};
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{Draft, Edit, ItemId, ItemState, item, value};

use super::blobs::{self, BlobKey, Blobs, Found};
use super::import::Outcomes;
use super::import_words::note;
use super::open::Open;
use super::show::text_of;
use super::{edit, export, rng};
use crate::agent::protocol::{self, Failure, ImportLine, ImportOutcome, Kind};

/// The short name of the note that a passkey was removed from this vault.
pub(super) const REMOVED_BEFORE: &str = "removed-before";
/// The short name of the note that the key has no room for what a site left beside a passkey.
pub(super) const NO_ROOM: &str = "blob-no-room";

/// A passkey on its way out.
pub(super) struct Leaving {
    pub(super) id: protocol::ItemId,
    passkey: item::Passkey,
    large_blob: Found,
    name: String,
    created: UnixTime,
    extras: EntryExtras,
}

/// Passkeys by site and id; `None` for one that stood earlier in the same file.
type Known = HashMap<(String, Vec<u8>), Option<ItemId>>;

fn key_of(passkey: &item::Passkey) -> (String, Vec<u8>) {
    (passkey.rp_id.clone(), passkey.credential_id.clone())
}

fn known<'a>(items: impl Iterator<Item = (ItemId, &'a ItemState)>) -> Known {
    let passkeys = items.filter(|(_, state)| state.kind() == kinds::PASSKEY);
    let read = |(id, state)| Some((key_of(&item::passkey(id, state).ok()?), Some(id)));
    passkeys.filter_map(read).collect()
}

impl Open {
    /// One line per passkey of a file, and those that are new.
    pub(super) fn compare_passkeys(
        &self,
        passkeys: Vec<PasskeyEntry>,
        lines: &mut Outcomes,
    ) -> Vec<PasskeyEntry> {
        let mut here = known(self.vault.items());
        let removed = known(self.vault.fold().all().filter(|(_, state)| state.is_deleted()));
        let mut blobs = Blobs::of(&self.vault);
        let mut new = Vec::new();
        for mut entry in passkeys {
            let key = key_of(&entry.passkey);
            let outcome = match here.get(&key) {
                Some(id) => {
                    ImportOutcome::SameAsExisting { id: id.map(|id| protocol::ItemId(id.0)) }
                }
                None => ImportOutcome::Imported,
            };
            let is_new = outcome == ImportOutcome::Imported;
            let mut notes: Vec<String> = entry.notices.iter().map(note).collect();
            if is_new && removed.contains_key(&key) {
                notes.push(REMOVED_BEFORE.to_owned());
            }
            if is_new
                && entry.large_blob.as_ref().is_some_and(|it| !blobs.add(&blobs::new_key(), it))
            {
                entry.large_blob = None;
                notes.push(NO_ROOM.to_owned());
            }
            let (issuer, account) = (key.0.clone(), entry.passkey.user_name.clone());
            let kind = Some(Kind::Passkey);
            lines.push((entry.position, ImportLine { issuer, account, outcome, notes, kind }));
            if is_new {
                here.insert(key, None);
                new.push(entry);
            }
        }
        new
    }

    /// What makes an item of a passkey that was read from a file.
    pub(super) fn draft_of(&self, entry: &PasskeyEntry, format: &str) -> Result<Draft, Failure> {
        let mut edits = item::passkey_edits(&entry.passkey);
        edits.extend(edit::extras(kinds::PASSKEY, &entry.extras, format)?);
        if !entry.name.is_empty() {
            edits.insert(field::NAME, Edit::Set(value::text(&entry.name)));
        }
        let (collection, item) = (self.vault.home(), ItemId::random(&mut rng()));
        Ok(Draft { collection, item, kind: kinds::PASSKEY, edits })
    }

    /// The passkeys asked for, in the holder's order; all without ids.
    pub(super) fn leaving_passkeys(
        &self,
        ids: &[protocol::ItemId],
    ) -> Result<Vec<Leaving>, Failure> {
        let all = || {
            let passkeys = self.index.find(None, |kind| kind == kinds::PASSKEY);
            passkeys.into_iter().map(|(id, _, _)| protocol::ItemId(id.0)).collect()
        };
        let wanted: Vec<protocol::ItemId> = if ids.is_empty() { all() } else { ids.to_vec() };
        let mut blobs = Blobs::of(&self.vault);
        let mut leaving = Vec::with_capacity(wanted.len());
        for id in wanted {
            let state = self.state_of(id, kinds::PASSKEY)?;
            match item::passkey(ItemId(id.0), state) {
                Ok(passkey) => leaving.push(Leaving {
                    id,
                    large_blob: blob_of(&passkey, &mut blobs),
                    passkey,
                    name: text_of(state, field::NAME),
                    created: UnixTime(state.created().millis().as_secs()),
                    extras: export::extras(state),
                }),
                // Of all passkeys, those that cannot be read stay; one that was named is an error.
                Err(_) if ids.is_empty() => {}
                Err(unreadable) => return Err(unreadable.into()),
            }
        }
        Ok(leaving)
    }
}

/// What the key keeps beside a passkey.
fn blob_of(passkey: &item::Passkey, blobs: &mut Blobs) -> Found {
    let key = passkey.large_blob_key.as_ref().map(|key| key.expose().try_into());
    match key {
        None => Found::Nothing,
        Some(Ok(key)) => blobs.find(&BlobKey::new(key)),
        Some(Err(_)) => Found::Unreadable,
    }
}

/// Writes passkeys as a file of the Credential Exchange Format.
pub(super) fn write(leaving: &[Leaving], now: Moment) -> Written {
    let outgoing = leaving.iter().map(|one| OutgoingPasskey {
        passkey: &one.passkey,
        large_blob: match &one.large_blob {
            Found::Nothing => OutgoingBlob::None,
            Found::Blob(blob) => OutgoingBlob::Known(blob),
            Found::Unreadable => OutgoingBlob::Unreadable,
        },
        name: &one.name,
        created: one.created,
        extras: &one.extras,
    });
    let outgoing: Vec<OutgoingPasskey<'_>> = outgoing.collect();
    write_cxf(&outgoing, UnixTime(now.unix_millis / 1000), &mut rng())
}
