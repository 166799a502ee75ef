// SPDX-License-Identifier: MIT OR Apache-2.0
//! Collections: items under roots of their own, so that sharing one with somebody is later just another
//! seal, and nothing else of the vault goes with it.

use rand_core::CryptoRng;

use crate::change::{Deed, Edit};
use crate::error::VaultError;
use crate::hlc::UnixMillis;
use crate::ids::{CollectionId, ItemId};
use crate::schema::{field, kinds};
use crate::value;
use crate::vault::Vault;
use crate::write::Pending;

impl Vault {
    /// Makes a collection that all ways to open lead to.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn add_collection(
        &self,
        name: &str,
        now: UnixMillis,
        rng: &mut impl CryptoRng,
    ) -> Result<(CollectionId, Pending), VaultError> {
        let mut writing = self.begin(Deed::ADD_COLLECTION, now, rng)?;
        let id = CollectionId::random(writing.rng());
        let open: Vec<_> = self.open_slots().collect();
        writing.new_root(id, &open)?;
        let name = [(field::NAME, Edit::Set(value::text(name)))];
        writing.home_change(ItemId(id.0), kinds::COLLECTION, name)?;
        Ok((id, writing.finish()))
    }

    /// The collections whose keys are in hand, with the holder's names; home first, without a name.
    pub fn collections(&self) -> impl Iterator<Item = (CollectionId, &str)> {
        self.held_collections().into_iter().map(|id| {
            let item = self.fold.get(ItemId(id.0));
            let name = item.and_then(|item| item.scalar(field::NAME)).and_then(value::read_text);
            (id, name.unwrap_or_default())
        })
    }
}
