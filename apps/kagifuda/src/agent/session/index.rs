// SPDX-License-Identifier: MIT OR Apache-2.0
//! What listings and searches need of every item, read out of the vault once and kept current, so that
//! finding one among ten thousand takes well under a millisecond. Holds no secrets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{FieldId, ItemId, ItemState, KindId, Vault, item, value};

use crate::agent::protocol::Kind;
use crate::find::{Folded, Letters, Query, SHORT_NUMBER};

/// All items that are not deleted, by name.
pub(super) struct Index {
    entries: HashMap<ItemId, Entry>,
    /// In the holder's order: pinned ones first, then by place, then by name.
    order: Vec<Line>,
    token_count: usize,
    /// Another number for every state of every vault this process has seen.
    version: u64,
}

/// What a search passes over quickly, side by side in memory.
struct Line {
    id: ItemId,
    kind: KindId,
    letters: Letters,
}

/// One item.
pub(super) struct Entry {
    pub(super) kind: KindId,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) issuer: String,
    pub(super) account: String,
    pub(super) folder: String,
    pub(super) tags: Vec<String>,
    pub(super) is_pinned: bool,
    place: i64,
    /// What a query is held against, from the most to the least telling.
    folded: Vec<Folded>,
}

impl Index {
    /// Reads all items.
    pub(super) fn of(vault: &Vault) -> Self {
        let entries: HashMap<_, _> =
            vault.items().map(|(id, state)| (id, Entry::of(vault, state))).collect();
        let mut order: Vec<_> = entries.iter().map(|(id, entry)| entry.line(*id)).collect();
        order.sort_by(|a, b| entries[&a.id].key(a.id).cmp(&entries[&b.id].key(b.id)));
        let token_count = entries.values().filter(|entry| entry.kind == kinds::TOKEN).count();
        Self { entries, order, token_count, version: next_version() }
    }

    /// Reads these items again; the others keep their places, so that one change costs the same in
    /// a vault of any size.
    pub(super) fn refresh(&mut self, vault: &Vault, touched: &[ItemId]) {
        self.version = next_version();
        for id in touched {
            self.take_out(*id);
            let state = vault.item(*id).ok().filter(|state| state.kind().0 >= kinds::TOKEN.0);
            if let Some(state) = state {
                self.put_in(*id, Entry::of(vault, state));
            }
        }
    }

    fn take_out(&mut self, id: ItemId) {
        if let Some(old) = self.entries.remove(&id) {
            self.order.retain(|line| line.id != id);
            self.token_count -= usize::from(old.kind == kinds::TOKEN);
        }
    }

    fn put_in(&mut self, id: ItemId, entry: Entry) {
        let key = entry.key(id);
        let is_before = |line: &Line| self.entries[&line.id].key(line.id) < key;
        let place = self.order.partition_point(is_before);
        self.order.insert(place, entry.line(id));
        self.token_count += usize::from(entry.kind == kinds::TOKEN);
        self.entries.insert(id, entry);
    }

    /// Which state of which vault this is: equal only while nothing has changed.
    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them are tokens.
    pub(super) const fn token_count(&self) -> usize {
        self.token_count
    }

    /// What an item is called.
    pub(super) fn get(&self, id: ItemId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// The items that match, best first; all in the holder's order without a query. The beginning of an
    /// item's number means that item alone.
    pub(super) fn find(
        &self,
        query: Option<&str>,
        wanted: impl Fn(KindId) -> bool,
    ) -> Vec<(ItemId, &Entry, u32)> {
        let query = query.unwrap_or_default();
        if let Some((id, entry)) = self.numbered(query).filter(|(_, entry)| wanted(entry.kind)) {
            return vec![(id, entry, u32::MAX)];
        }
        let query = Query::new(query);
        let mut found: Vec<_> = self
            .order
            .iter()
            .filter(|line| wanted(line.kind) && query.may_match(line.letters))
            .filter_map(|line| {
                let entry = &self.entries[&line.id];
                Some((line.id, entry, query.score(&entry.folded)?))
            })
            .collect();
        // Equal scores stay in the holder's order.
        found.sort_by_key(|(_, _, score)| std::cmp::Reverse(*score));
        found
    }

    /// The item whose number begins so.
    fn numbered(&self, query: &str) -> Option<(ItemId, &Entry)> {
        if query.len() < SHORT_NUMBER || !query.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let query = query.to_ascii_lowercase();
        let mut all = self.order.iter().filter(|line| line.id.to_string().starts_with(&query));
        let (line, None) = (all.next()?, all.next()) else { return None };
        Some((line.id, &self.entries[&line.id]))
    }
}

fn next_version() -> u64 {
    static VERSIONS: AtomicU64 = AtomicU64::new(1);
    VERSIONS.fetch_add(1, Ordering::Relaxed)
}

impl Entry {
    fn of(vault: &Vault, state: &ItemState) -> Self {
        let text = |id: FieldId| {
            state.scalar(id).and_then(value::read_text).unwrap_or_default().to_owned()
        };
        let named = |name: &str| {
            let kind = kagifuda_vault::schema::kind(state.kind());
            kind.and_then(|kind| kind.field(name)).map_or_else(String::new, |f| text(f.id))
        };
        let service = || {
            let id = state.scalar(field::SERVICE).and_then(value::read_bytes);
            let id = id.and_then(|bytes| bytes.try_into().ok()).map(ItemId);
            let service = id.and_then(|id| vault.item(id).ok());
            service.map(item::title).unwrap_or_default()
        };
        let (issuer, account) = match state.kind() {
            kinds::TOKEN => (text(field::ISSUER), text(field::ACCOUNT)),
            kinds::PASSKEY => (named("rp-id"), named("user-name")),
            kinds::SERVICE => (String::new(), named("account")),
            kinds::KEY | kinds::STICK => (named("model"), named("serial")),
            kinds::PHONE => (named("model"), named("number")),
            _ => (service(), String::new()),
        };
        let mut entry = Self {
            kind: state.kind(),
            name: text(field::NAME),
            title: item::title(state),
            issuer,
            account,
            folder: text(field::FOLDER),
            tags: item::texts(state, field::TAGS).map(str::to_owned).collect(),
            is_pinned: state.scalar(field::PINNED).and_then(value::read_flag).unwrap_or(false),
            place: state.scalar(field::ORDER).and_then(value::read_number).unwrap_or(i64::MAX),
            folded: Vec::new(),
        };
        entry.folded = entry.fold();
        entry
    }

    fn line(&self, id: ItemId) -> Line {
        Line { id, kind: self.kind, letters: Folded::letters_of(&self.folded) }
    }

    fn fold(&self) -> Vec<Folded> {
        let fields = [&self.name, &self.issuer, &self.account, &self.folder];
        let fields = fields.into_iter().chain(&self.tags).filter(|field| !field.is_empty());
        fields.map(|field| Folded::new(field)).collect()
    }

    fn key(&self, id: ItemId) -> (bool, i64, &str, &str, ItemId) {
        (!self.is_pinned, self.place, &self.title, &self.account, id)
    }
}

/// The kind as the wire says it.
pub(super) const fn kind_on_wire(kind: KindId) -> Kind {
    match kind {
        kinds::SERVICE => Kind::Service,
        kinds::METHOD => Kind::Method,
        kinds::TOKEN => Kind::Token,
        kinds::BACKUP_CODES => Kind::BackupCodes,
        kinds::PASSKEY => Kind::Passkey,
        kinds::KEY => Kind::Key,
        kinds::STICK => Kind::Stick,
        kinds::NOTE => Kind::Note,
        kinds::PHONE => Kind::Phone,
        kinds::LOSS => Kind::Loss,
        kinds::MOVE => Kind::Move,
        _ => Kind::Other,
    }
}

/// The kind as the vault numbers it; `None` for what cannot be made by hand.
pub(super) const fn kind_in_vault(kind: Kind) -> Option<KindId> {
    Some(match kind {
        Kind::Service => kinds::SERVICE,
        Kind::Method => kinds::METHOD,
        Kind::Token => kinds::TOKEN,
        Kind::BackupCodes => kinds::BACKUP_CODES,
        Kind::Passkey => kinds::PASSKEY,
        Kind::Key => kinds::KEY,
        Kind::Stick => kinds::STICK,
        Kind::Note => kinds::NOTE,
        Kind::Phone => kinds::PHONE,
        Kind::Loss => kinds::LOSS,
        Kind::Move => kinds::MOVE,
        Kind::Other => return None,
    })
}
