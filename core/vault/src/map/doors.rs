// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which service an item belongs to: the one it is linked to, else the one it names, else a door that it makes.
//!
//! Names are those of the holder's services, of services we know, and of sites. Of two accounts at one service each is a door of its
//! own; a service without an account is not taken for one of several.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Door, DoorKind, Importance};
use super::read::{index, reference, text};
use super::{known, same};
use crate::fold::ItemState;
use crate::ids::ItemId;
use crate::item;
use crate::schema::{field, kinds};
use crate::vault::Vault;

/// The doors, and what leads to them.
pub(super) struct Doors {
    /// All of them, the vault first.
    pub(super) all: Vec<Door>,
    /// The doors that services' items are.
    pub(super) by_item: BTreeMap<ItemId, u32>,
    /// The doors that tokens and passkeys made, by what they called them.
    by_name: BTreeMap<(String, String), u32>,
    services: Vec<Service>,
    /// The services of a name, folded, or of the word of a service we know.
    called: BTreeMap<String, Vec<usize>>,
    /// Per service, the accounts of the tokens and passkeys that its name would take.
    accounts: BTreeMap<String, BTreeSet<String>>,
}

/// A service of the holder's, ready to be compared.
struct Service {
    door: u32,
    account: String,
    hosts: Vec<String>,
}

impl Doors {
    /// The vault and the holder's services.
    pub(super) fn of(vault: &Vault) -> Self {
        let doors =
            vec![Door { kind: DoorKind::Vault, importance: Importance::High, ..Door::default() }];
        let mut services: Vec<_> = vault.items_of(kinds::SERVICE).collect();
        services.sort_by_key(|(id, state)| (item::title(state), *id));
        let mut read = Self {
            all: doors,
            by_item: BTreeMap::new(),
            by_name: BTreeMap::new(),
            services: Vec::new(),
            called: BTreeMap::new(),
            accounts: accounts(vault),
        };
        for (id, state) in services {
            read.add_service(id, state);
        }
        read
    }

    fn add_service(&mut self, id: ItemId, state: &ItemState) {
        let (at, door) = (self.services.len(), index(self.all.len()));
        let made = service_door(id, state);
        let known = made.known.as_deref().map(word_of);
        for called in [Some(same::fold(&made.name)), known].into_iter().flatten() {
            self.called.entry(called).or_default().push(at);
        }
        let account = same::fold(&text(state, field::SERVICE_ACCOUNT));
        let hosts = item::texts(state, field::URLS).map(known::host).collect();
        self.services.push(Service { door, account, hosts });
        self.by_item.insert(id, door);
        self.all.push(made);
    }

    /// The door an item belongs to: the service it is linked to, else the one it names, else one that it makes.
    pub(super) fn door_for(&mut self, state: &ItemState, name: &str, account: &str) -> Option<u32> {
        if let Some(service) = reference(state, field::SERVICE)
            && let Some(door) = self.by_item.get(&service)
        {
            return Some(*door);
        }
        if name.is_empty() {
            return None;
        }
        if let Some(door) = self.service_named(name, account) {
            return Some(door);
        }
        let called = known::named(name).map_or_else(|| same::fold(name), |it| it.id.clone());
        let key = (called, same::fold(account));
        if let Some(door) = self.by_name.get(&key) {
            return Some(*door);
        }
        let is_shared = self.accounts.get(&key.0).is_some_and(|accounts| accounts.len() > 1);
        let shown = if is_shared && !account.is_empty() {
            format!("{name} ({account})")
        } else {
            name.to_owned()
        };
        let door = index(self.all.len());
        self.all.push(Door {
            name: shown,
            known: known::named(name).map(|it| it.id.clone()),
            account: account.to_owned(),
            ..Door::default()
        });
        self.by_name.insert(key, door);
        Some(door)
    }

    /// The one service of the holder's that this names. A service without an account is not taken for one of
    /// several.
    pub(super) fn service_named(&self, name: &str, account: &str) -> Option<u32> {
        let called = known::named(name).map_or_else(|| same::fold(name), |it| it.id.clone());
        let is_shared = self.accounts.get(&called).is_some_and(|all| all.len() > 1);
        let account = same::fold(account);
        let is_theirs = |service: &&Service| match (service.account.is_empty(), account.is_empty())
        {
            (false, false) => service.account == account,
            (true, false) => !is_shared,
            _ => true,
        };
        let named = self.named(name);
        let mut found = named.into_iter().map(|at| &self.services[at]).filter(is_theirs);
        let (first, None) = (found.next()?, found.next()) else { return None };
        Some(first.door)
    }

    /// The doors of all services of the holder's that this names, by name, by what we know, or by site.
    pub(super) fn doors_named(&self, name: &str) -> Vec<u32> {
        self.named(name).into_iter().map(|at| self.services[at].door).collect()
    }

    /// The door of the one service with this account. Many people sign in everywhere with one address: that
    /// tells nothing.
    pub(super) fn door_of_account(&self, account: &str) -> Option<u32> {
        let account = same::fold(account);
        let mut theirs = self.services.iter().filter(|it| it.account == account);
        let (one, None) = (theirs.next()?, theirs.next()) else { return None };
        (!account.is_empty()).then_some(one.door)
    }

    fn named(&self, name: &str) -> BTreeSet<usize> {
        let known = known::named(name).map(|it| word_of(&it.id));
        let words = [Some(same::fold(name)), known].into_iter().flatten();
        let mut found: BTreeSet<usize> =
            words.filter_map(|word| self.called.get(&word)).flatten().copied().collect();
        if name.contains('.') {
            let is_there = |it: &Service| it.hosts.iter().any(|host| known::is_under(host, name));
            let there = self.services.iter().enumerate().filter(|(_, it)| is_there(it));
            found.extend(there.map(|(at, _)| at));
        }
        found
    }
}

/// The word of a service we know, apart from every folded name.
fn word_of(known: &str) -> String {
    format!("={known}")
}

fn service_door(id: ItemId, state: &ItemState) -> Door {
    let name = item::title(state);
    let urls = item::texts(state, field::URLS);
    let known = known::named(&name).or_else(|| urls.filter_map(known::at_site).next());
    Door {
        known: known.map(|it| it.id.clone()),
        name,
        item: Some(id.0),
        importance: match text(state, field::SERVICE_IMPORTANCE).as_str() {
            "high" => Importance::High,
            "low" => Importance::Low,
            _ => Importance::Normal,
        },
        account: text(state, field::SERVICE_ACCOUNT),
        ..Door::default()
    }
}

/// The accounts that tokens and passkeys name, per service.
fn accounts(vault: &Vault) -> BTreeMap<String, BTreeSet<String>> {
    let mut accounts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut note = |name: &str, account: String| {
        let called = known::named(name).map_or_else(|| same::fold(name), |it| it.id.clone());
        if !account.is_empty() {
            accounts.entry(called).or_default().insert(same::fold(&account));
        }
    };
    let unlinked = |state: &&ItemState| reference(state, field::SERVICE).is_none();
    for (_, state) in vault.items_of(kinds::TOKEN).filter(|(_, state)| unlinked(state)) {
        note(&text(state, field::ISSUER), text(state, field::ACCOUNT));
    }
    for (_, state) in vault.items_of(kinds::PASSKEY).filter(|(_, state)| unlinked(state)) {
        let site = text(state, field::RP_ID);
        let name = known::at_site(&site).map_or(site.as_str(), |it| it.name());
        note(name, text(state, field::USER_NAME));
    }
    accounts
}
