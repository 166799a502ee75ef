// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ways to open: listed, added, changed, confirmed, removed.

use kagifuda_linux::clock::Moment;
use kagifuda_secret::{SecretText, words};
use kagifuda_vault::record::SlotKind;
use kagifuda_vault::{
    KeptBy, Passphrase, Pending, RecoveryWords, SlotId, VaultError, WayStanding, WayToOpen,
};

use super::open::{Open, kept, language_of};
use super::{Answer, millis, rng};
use crate::agent::protocol::{
    self, Failure, Hidden, NewSecret, NewSheet, Reply, Way, WayId, WayKind, WordsLanguage,
};

impl Open {
    pub(super) fn ways(&self) -> Reply {
        let mut ways: Vec<Way> = self.open_ways().map(on_wire).collect();
        // Those made together, in an order that means something.
        ways.sort_by_key(|way| (way.created, way.kind, way.id));
        Reply::Ways(ways)
    }

    pub(super) fn add_way(&mut self, secret: NewSecret, label: &str, now: Moment) -> Answer {
        self.make_way(secret, |open, way| {
            open.vault.add_way((way, label), &open.policy, millis(now), &mut rng())
        })
    }

    /// Makes recovery words for a sheet. What opened the vault before goes on doing so, until the holder has
    /// the new sheet in their hands.
    pub(super) fn new_sheet(&mut self, language: WordsLanguage, now: Moment) -> Answer {
        let is_words = |way: &&kagifuda_vault::Way| matches!(way.kind, Some(SlotKind::Words));
        let generation = self.vault.ways().iter().filter(is_words).count() + 1;
        let open: Vec<kagifuda_vault::Way> = self.open_ways().collect();
        let replaces = open.iter().filter(is_words).map(|way| WayId(way.slot.0)).collect();
        let label = format!("sheet {generation}");
        let made = self.add_way(NewSecret::Words(language), &label, now)?;
        let Reply::WayAdded { id, words: Some(words) } = made else {
            return Err(Failure::Internal);
        };
        Ok(Reply::Sheet(NewSheet {
            id,
            words,
            vault_id: self.vault.id().to_string(),
            generation: u32::try_from(generation).unwrap_or(u32::MAX),
            created: millis(now).as_secs(),
            replaces,
        }))
    }

    pub(super) fn change_way(&mut self, id: WayId, secret: NewSecret, now: Moment) -> Answer {
        let old = SlotId(id.0);
        let label = self.open_ways().find(|way| way.slot == old).ok_or(Failure::NoSuchWay)?.label;
        self.make_way(secret, |open, way| {
            open.vault.change_way(old, (way, &label), &open.policy, millis(now), &mut rng())
        })
    }

    pub(super) fn confirm_way(&mut self, id: WayId, now: Moment) -> Answer {
        let pending = self.vault.confirm_way(SlotId(id.0), millis(now), &mut rng())?;
        self.save(pending)?;
        Ok(Reply::Done)
    }

    pub(super) fn remove_way(&mut self, id: WayId, now: Moment) -> Answer {
        let pending = self.vault.remove_way(SlotId(id.0), millis(now), &mut rng())?;
        self.save(pending)?;
        Ok(Reply::Done)
    }

    /// How many ways to open want the holder's attention.
    pub(super) fn unsettled_ways(&self) -> u32 {
        let unsettled = self.open_ways().filter(|way| way.standing != WayStanding::Open);
        u32::try_from(unsettled.count()).unwrap_or(u32::MAX)
    }

    pub(super) fn open_ways(&self) -> impl Iterator<Item = kagifuda_vault::Way> {
        let is_open =
            |way: &kagifuda_vault::Way| !matches!(way.standing, WayStanding::Removed { .. });
        self.vault.ways().into_iter().filter(is_open)
    }

    /// Makes a way of what the holder gave, or of words drawn for them; answers with its id, and the
    /// words, this once.
    fn make_way(
        &mut self,
        secret: NewSecret,
        make: impl FnOnce(&Self, &dyn WayToOpen) -> Result<Pending, VaultError>,
    ) -> Answer {
        let before: Vec<SlotId> = self.vault.ways().iter().map(|way| way.slot).collect();
        let (pending, shown): (_, Option<SecretText>) = match secret {
            NewSecret::Passphrase(text) if text.expose().is_empty() => {
                return Err(Failure::EmptySecret);
            }
            NewSecret::Passphrase(text) => (make(self, &Passphrase(text.0))?, None),
            NewSecret::Words(language) => {
                let drawn = RecoveryWords::random(&mut rng());
                let shown = words::write(&drawn.0, language_of(language));
                (make(self, &drawn)?, Some(shown))
            }
            NewSecret::Keyring { way, secret } => {
                let pending = make(self, &kept(KeptBy::Keyring, way, &secret)?)?;
                // Noted first: a note of a way that never came to be says nothing.
                self.keeper.note_keyring(self.vault.id(), way);
                (pending, None)
            }
            NewSecret::Tpm { way, secret, sealed } => {
                let pending = make(self, &kept(KeptBy::Tpm, way, &secret)?)?;
                // Without the note nothing would ever open the way.
                self.keeper.note_sealed(self.vault.id(), way, sealed)?;
                (pending, None)
            }
        };
        self.save(pending)?;
        let ways = self.vault.ways();
        let new = ways.iter().find(|way| !before.contains(&way.slot)).ok_or(Failure::Internal)?;
        Ok(Reply::WayAdded { id: WayId(new.slot.0), words: shown.map(Hidden) })
    }
}

pub(super) fn on_wire(way: kagifuda_vault::Way) -> Way {
    Way {
        id: WayId(way.slot.0),
        kind: match way.kind {
            Some(SlotKind::Passphrase { .. }) => WayKind::Passphrase,
            Some(SlotKind::Words) => WayKind::Words,
            Some(SlotKind::Keyring) => WayKind::Keyring,
            Some(SlotKind::Tpm) => WayKind::Tpm,
            _ => WayKind::Other,
        },
        label: way.label,
        created: way.added.as_secs(),
        in_use: way.is_in_use,
        standing: match way.standing {
            WayStanding::Unconfirmed => protocol::WayStanding::Unconfirmed,
            WayStanding::LastResort => protocol::WayStanding::LastResort,
            WayStanding::StillNeeded => protocol::WayStanding::StillNeeded,
            _ => protocol::WayStanding::Open,
        },
    }
}
