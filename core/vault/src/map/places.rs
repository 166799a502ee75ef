// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a method lives, as things and doors it needs.
//!
//! Whoever says most precisely wins: an item named with the method; else a name that is an item's or a service's; else a
//! thing of that name; else whatever the kind of place comes to. Of several phones or keys that could be meant, all are needed.

use std::collections::{BTreeMap, BTreeSet};

use super::doors::Doors;
use super::facts::{Held, Need, Thing, ThingKind};
use super::read::{VAULT, held, index, text};
use super::{known, same};
use crate::ids::ItemId;
use crate::item;
use crate::schema::{field, kinds};
use crate::vault::Vault;

/// What the holder said of where a method lives.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'s> {
    pub(super) what: &'s str,
    pub(super) lives: &'s str,
    /// The name of the place.
    pub(super) provider: &'s str,
    pub(super) synced: &'s str,
    /// The item it lives on or goes through.
    pub(super) on: Option<ItemId>,
}

/// All things found so far, and what names mean.
pub(super) struct Places {
    things: Vec<Thing>,
    phones: Vec<(ItemId, String)>,
    keys: Vec<(ItemId, String)>,
    sticks: Vec<(ItemId, String)>,
    numbers: BTreeMap<ItemId, String>,
    systems: BTreeMap<ItemId, String>,
    /// The places of things on the list, by their keys.
    by_key: BTreeMap<String, usize>,
    lost: BTreeMap<ItemId, Held>,
    /// The tokens and passkeys in the vault.
    kept: BTreeSet<ItemId>,
}

impl Places {
    pub(super) fn of(vault: &Vault) -> Self {
        let of = |kind| {
            let mut all: Vec<_> =
                vault.items_of(kind).map(|(id, state)| (id, item::title(state))).collect();
            all.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
            all
        };
        let said = |of| vault.items_of(kinds::PHONE).map(move |(id, state)| (id, text(state, of)));
        let (numbers, systems) = (said(field::PHONE_NUMBER), said(field::PHONE_SYSTEM));
        let lost = [kinds::PHONE, kinds::KEY, kinds::STICK];
        let lost = lost.into_iter().flat_map(|kind| vault.items_of(kind));
        let kept = [kinds::TOKEN, kinds::PASSKEY];
        let kept = kept.into_iter().flat_map(|kind| vault.items_of(kind));
        let mut places = Self {
            things: Vec::new(),
            phones: of(kinds::PHONE),
            keys: of(kinds::KEY),
            sticks: of(kinds::STICK),
            numbers: numbers.collect(),
            systems: systems.collect(),
            by_key: BTreeMap::new(),
            lost: lost.map(|(id, state)| (id, held(state))).collect(),
            kept: kept.map(|(id, _)| id).collect(),
        };
        // What the holder entered is on the map whether or not anything lives there.
        for (kind, all) in [
            (ThingKind::Phone, places.phones.clone()),
            (ThingKind::Key, places.keys.clone()),
            (ThingKind::Stick, places.sticks.clone()),
        ] {
            for (id, name) in all {
                places.thing(kind, &name, Some(id));
            }
        }
        places
    }

    /// The need of a thing, which is put on the list where it is new.
    pub(super) fn thing(&mut self, kind: ThingKind, name: &str, id: Option<ItemId>) -> Need {
        let thing =
            Thing { kind, name: name.to_owned(), item: id.map(|id| id.0), ..Thing::default() };
        let at = *self.by_key.entry(thing.key()).or_insert_with(|| {
            let state = id.and_then(|id| self.lost.get(&id).copied()).unwrap_or(Held::Held);
            let said = |of: &BTreeMap<ItemId, String>| {
                id.and_then(|id| of.get(&id).cloned()).unwrap_or_default()
            };
            let (system, number) = (said(&self.systems), said(&self.numbers));
            self.things.push(Thing { state, system, number, ..thing });
            self.things.len() - 1
        });
        Need::Thing(index(at))
    }

    /// The things, those lost to a list that is being worked through among them.
    pub(super) fn close(mut self, vault: &Vault) -> Vec<Thing> {
        for (_, state) in vault.items_of(kinds::LOSS) {
            let key = text(state, field::LOSS_THING);
            for thing in self.things.iter_mut().filter(|thing| thing.key() == key) {
                thing.state = Held::Lost;
            }
        }
        self.things
    }

    /// What a method needs.
    pub(super) fn needs(&mut self, said: &Said<'_>, doors: &Doors, own: Option<u32>) -> Vec<Need> {
        match said.what {
            "sms" => {
                let mut needs = Vec::new();
                for phone in self.phones_meant(said) {
                    needs.push(self.phone(phone));
                    needs.push(self.number_of(phone));
                }
                return needs;
            }
            "email" if said.lives != "this-vault" => return vec![self.mail(said, doors)],
            _ => {}
        }
        if let Some(needs) = said.on.and_then(|on| self.on_item(on, doors)) {
            return needs;
        }
        if let Some(needs) = self.by_name(said, doors, own) {
            return needs;
        }
        self.by_kind(said, doors, own)
    }

    /// Tells whether an item is a token or a passkey of the vault.
    pub(super) fn keeps(&self, item: ItemId) -> bool {
        self.kept.contains(&item)
    }

    /// The needs of a method that lives on an item.
    fn on_item(&mut self, on: ItemId, doors: &Doors) -> Option<Vec<Need>> {
        if let Some(door) = doors.by_item.get(&on) {
            return Some(vec![Need::Door(*door)]);
        }
        if self.kept.contains(&on) {
            return Some(vec![Need::Door(VAULT)]);
        }
        let named = |all: &[(ItemId, String)]| all.iter().find(|(id, _)| *id == on).cloned();
        if let Some((id, name)) = named(&self.phones) {
            return Some(vec![self.thing(ThingKind::Phone, &name, Some(id))]);
        }
        if let Some((id, name)) = named(&self.keys) {
            return Some(vec![self.thing(ThingKind::Key, &name, Some(id))]);
        }
        if let Some((id, name)) = named(&self.sticks) {
            return Some(vec![self.thing(ThingKind::Stick, &name, Some(id))]);
        }
        None
    }

    /// The needs of a method whose place has the name of an item or a service.
    fn by_name(&mut self, said: &Said<'_>, doors: &Doors, own: Option<u32>) -> Option<Vec<Need>> {
        if said.provider.is_empty() {
            return None;
        }
        let of = |lives: &str, all: &[(ItemId, String)]| -> Vec<ItemId> {
            let is_it =
                matches!(said.lives, "" | "unknown" | "device" | "paper") || said.lives == lives;
            let called = all.iter().filter(|(_, name)| is_it && same::same(name, said.provider));
            called.map(|(id, _)| *id).collect()
        };
        let all = [of("phone-app", &self.phones), of("key", &self.keys), of("stick", &self.sticks)];
        let mut meant = all.concat().into_iter();
        if let (Some(one), None) = (meant.next(), meant.next()) {
            return self.on_item(one, doors);
        }
        let is_account =
            matches!(said.lives, "google" | "icloud" | "password-manager" | "" | "unknown");
        if is_account && let Some(door) = self.service(said.provider, doors, own) {
            return Some(vec![Need::Door(door)]);
        }
        None
    }

    /// The needs of a method of which only the kind of place is known.
    fn by_kind(&mut self, said: &Said<'_>, doors: &Doors, own: Option<u32>) -> Vec<Need> {
        let here = said.provider;
        match said.lives {
            "this-vault" => vec![Need::Door(VAULT)],
            "key" => self.any_key(here),
            "windows-hello" => vec![self.thing(ThingKind::Pc, "", None)],
            "google" => self.synced(ThingKind::Google, "google", said, doors, own),
            "icloud" => self.synced(ThingKind::Icloud, "apple", said, doors, own),
            // The name of an app says what it is, not on which phone.
            "phone-app" => self.all_phones(),
            "password-manager" => vec![self.thing(ThingKind::PasswordManager, here, None)],
            "paper" => vec![self.thing(ThingKind::Paper, here, None)],
            "device" if here.is_empty() => {
                let mut all = self.all_phones();
                all.push(self.thing(ThingKind::Pc, "", None));
                all
            }
            "device" => vec![self.thing(ThingKind::Device, here, None)],
            "memory" => vec![self.thing(ThingKind::Memory, "", None)],
            _ => match said.what {
                "push" | "app-token" => self.all_phones(),
                "security-key" => self.any_key(here),
                "recovery-contact" => vec![self.thing(ThingKind::Person, here, None)],
                _ => vec![Need::Unknown],
            },
        }
    }

    /// A passkey kept by a maker of phones needs the account; unless it is said to be synced, the phone too.
    fn synced(
        &mut self,
        kind: ThingKind,
        known: &str,
        said: &Said<'_>,
        doors: &Doors,
        own: Option<u32>,
    ) -> Vec<Need> {
        let name = known::by_id(known).map_or(known, |it| it.name());
        let mut needs = match self.service(name, doors, own) {
            Some(door) => vec![Need::Door(door)],
            None => vec![self.thing(kind, said.provider, None)],
        };
        if said.what == "passkey" && said.synced != "yes" {
            needs.extend(self.all_phones());
        }
        needs
    }

    /// The mail account a method goes through: the item named, a service of that name, the one that keeps addresses
    /// of that domain, or the one whose account the address is.
    fn mail(&mut self, said: &Said<'_>, doors: &Doors) -> Need {
        if let Some(door) = said.on.and_then(|on| doors.by_item.get(&on)) {
            return Need::Door(*door);
        }
        let domain = said.provider.rsplit_once('@').map(|(_, domain)| domain);
        let keeper = domain.and_then(known::at_site).map(|it| it.name());
        let door = self
            .service(said.provider, doors, None)
            .or_else(|| self.service(keeper?, doors, None))
            .or_else(|| doors.door_of_account(said.provider));
        match door {
            Some(door) => Need::Door(door),
            None => self.thing(ThingKind::Mail, said.provider, None),
        }
    }

    /// The one service of this name. A service may well be kept in itself: that is a circle, and told as one.
    fn service(&self, name: &str, doors: &Doors, own: Option<u32>) -> Option<u32> {
        if name.is_empty() {
            return None;
        }
        let found = doors.doors_named(name);
        match found[..] {
            [one] => Some(one),
            // Of several accounts at one maker the own one is the likeliest, and the one that makes a circle.
            [_, ..] => own.filter(|own| found.contains(own)),
            [] => None,
        }
    }

    fn phones_meant(&self, said: &Said<'_>) -> Vec<Option<ItemId>> {
        let by_item = said.on.filter(|on| self.phones.iter().any(|(id, _)| id == on));
        let by_name = || {
            let named = |(id, name): &(ItemId, String)| {
                let number = self.numbers.get(id).map_or("", String::as_str);
                let is_meant = same::same(name, said.provider)
                    || (!number.is_empty() && same::same(number, said.provider));
                is_meant.then_some(*id)
            };
            self.phones.iter().find_map(named)
        };
        match by_item.or_else(by_name) {
            Some(one) => vec![Some(one)],
            None if self.phones.is_empty() => vec![None],
            None => self.phones.iter().map(|(id, _)| Some(*id)).collect(),
        }
    }

    fn phone(&mut self, phone: Option<ItemId>) -> Need {
        let name = phone.and_then(|id| self.phones.iter().find(|(it, _)| *it == id));
        let name = name.map(|(_, name)| name.clone()).unwrap_or_default();
        self.thing(ThingKind::Phone, &name, phone)
    }

    fn number_of(&mut self, phone: Option<ItemId>) -> Need {
        let name = phone.and_then(|id| {
            let number = self.numbers.get(&id).filter(|number| !number.is_empty());
            number.or_else(|| self.phones.iter().find(|(it, _)| *it == id).map(|(_, name)| name))
        });
        let name = name.cloned().unwrap_or_default();
        self.thing(ThingKind::Number, &name, None)
    }

    fn all_phones(&mut self) -> Vec<Need> {
        let ids: Vec<Option<ItemId>> = match self.phones.len() {
            0 => vec![None],
            _ => self.phones.iter().map(|(id, _)| Some(*id)).collect(),
        };
        ids.into_iter().map(|id| self.phone(id)).collect()
    }

    fn any_key(&mut self, name: &str) -> Vec<Need> {
        if !name.is_empty() || self.keys.is_empty() {
            return vec![self.thing(ThingKind::Key, name, None)];
        }
        let all = self.keys.clone();
        all.into_iter().map(|(id, name)| self.thing(ThingKind::Key, &name, Some(id))).collect()
    }
}

impl Thing {
    /// The word under which a list of what to do after its loss is kept.
    #[must_use]
    pub fn key(&self) -> String {
        match self.item {
            Some(item) => format!("{} {}", self.kind.word(), ItemId(item)),
            None => format!("{} {}", self.kind.word(), same::fold(&self.name)).trim().to_owned(),
        }
    }
}
