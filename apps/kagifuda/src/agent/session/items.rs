// SPDX-License-Identifier: MIT OR Apache-2.0
//! Items: listed, shown, added, edited, removed.

use kagifuda_linux::clock::Moment;
use kagifuda_vault::schema;
use kagifuda_vault::{Deed, Draft, item};

use super::index::{Entry, kind_in_vault, kind_on_wire};
use super::open::Open;
use super::{Answer, edit, rng, show};
use crate::agent::protocol::{Failure, Field, Hidden, ItemId, ItemLine, ItemView, Kind, Reply};

impl Open {
    pub(super) fn items(&self, kind: Option<Kind>, query: Option<&str>) -> Reply {
        let wanted = |held| kind.is_none_or(|kind| kind_on_wire(held) == kind);
        let found = self.index.find(query, wanted);
        Reply::Items(found.into_iter().map(|(id, entry, score)| line(id, entry, score)).collect())
    }

    pub(super) fn item(&self, id: ItemId, secrets: bool) -> Answer {
        let vault_id = kagifuda_vault::ItemId(id.0);
        let state = self.vault.item(vault_id)?;
        Ok(Reply::Item(ItemView {
            id,
            kind: kind_on_wire(state.kind()),
            fields: show::fields(vault_id, state, secrets),
            created: state.created().millis().as_secs(),
            changed: show::changed(state).as_secs(),
        }))
    }

    pub(super) fn add_item(&mut self, kind: Kind, fields: Vec<Field>, now: Moment) -> Answer {
        let kind = kind_in_vault(kind).ok_or(Failure::NoSuchField { field: String::new() })?;
        let schema = schema::kind(kind).ok_or(Failure::Internal)?;
        let edits = edit::of_new(schema, fields, &mut rng())?;
        let item = kagifuda_vault::ItemId::random(&mut rng());
        let draft = Draft { collection: self.vault.home(), item, kind, edits };
        self.write(Deed::ADD, vec![draft], now)?;
        Ok(Reply::Added(ItemId(item.0)))
    }

    pub(super) fn edit_item(&mut self, id: ItemId, fields: Vec<Field>, now: Moment) -> Answer {
        let item = kagifuda_vault::ItemId(id.0);
        let state = self.vault.item(item)?;
        let schema = schema::kind(state.kind()).ok_or(Failure::UnreadableItem { id })?;
        let edits = edit::of_old(schema, (item, state), fields, &mut rng())?;
        if !edits.is_empty() {
            self.write_about(item, Deed::EDIT, edits, now)?;
        }
        Ok(Reply::Done)
    }

    pub(super) fn remove_item(&mut self, id: ItemId, now: Moment) -> Answer {
        let item = kagifuda_vault::ItemId(id.0);
        self.write_about(item, Deed::REMOVE, item::deletion(), now)?;
        Ok(Reply::Done)
    }

    pub(super) fn uri(&self, id: ItemId) -> Answer {
        let token = self.token(id)?.token;
        Ok(Reply::Secret(Hidden(kagifuda_otp::otpauth::write(&token))))
    }
}

fn line(id: kagifuda_vault::ItemId, entry: &Entry, score: u32) -> ItemLine {
    ItemLine {
        id: ItemId(id.0),
        kind: kind_on_wire(entry.kind),
        title: entry.title.clone(),
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        folder: entry.folder.clone(),
        tags: entry.tags.clone(),
        pinned: entry.is_pinned,
        score,
    }
}
