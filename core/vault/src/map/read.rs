// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the items of a vault to the facts of the map.
//!
//! Methods come from method items, and by themselves from tokens, passkeys and backup codes that belong to a
//! service: by link, else by the issuer, site or name that is the service's. What names no service of the
//! holder's makes a door of its own, so that an import alone already makes a map. Where a method lives is taken from what
//! the holder said; where several things could be meant, it needs all of them, and where nothing is known it is
//! never counted on: the map says *reachable* only where it is. What stands for which factor is in [`standing`].

use std::collections::BTreeSet;

use super::doors::Doors;
use super::facts::{DoorKind, Held, Loose, Method, Need, StandsFor, ThingKind, UseFor, World};
use super::known;
use super::places::{Places, Said};
use crate::change::FieldId;
use crate::fold::ItemState;
use crate::ids::{ItemId, SlotId};
use crate::item;
use crate::record::SlotKind;
use crate::schema::{field, kinds};
use crate::value;
use crate::vault::Vault;
use crate::ways::WayStanding;

/// Where the vault stands among the doors.
pub(super) const VAULT: u32 = 0;

impl World {
    /// Reads the facts out of a vault.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        let mut reading = Reading::begin(vault);
        reading.open_the_vault();
        reading.read_methods();
        reading.read_tokens();
        reading.read_passkeys();
        reading.read_codes();
        reading.lend_passwords();
        reading.close()
    }
}

/// What a method stands for and what for, by what it is, unless the holder gave it a role.
///
/// A password comes first; a token, a text message, a push message, a bank's app and a security key come second; a passkey is
/// both. An e-mail sets a new password, so it stands in for the first factor; backup codes and a trusted person stand
/// in for the second. None of these fallbacks is counted as a whole way in, because most services ask for
/// the other factor besides; where one does not, the holder says so with the role `recovery`.
#[must_use]
pub fn standing(what: &str, role: &str) -> (StandsFor, UseFor) {
    let usual = match what {
        "password" => (StandsFor::First, UseFor::Daily),
        "passkey" => (StandsFor::Both, UseFor::Daily),
        "security-key" | "token" | "sms" | "push" | "app-token" => {
            (StandsFor::Second, UseFor::Daily)
        }
        "email" => (StandsFor::First, UseFor::Fallback),
        "backup-codes" | "recovery-contact" => (StandsFor::Second, UseFor::Fallback),
        _ => (StandsFor::Nothing, UseFor::Daily),
    };
    match role {
        "first" => (StandsFor::First, usual.1),
        "second" => (StandsFor::Second, usual.1),
        "alone" => (StandsFor::Both, usual.1),
        "recovery" => (StandsFor::Both, UseFor::Fallback),
        _ => usual,
    }
}

/// The facts, being read.
struct Reading<'v> {
    vault: &'v Vault,
    places: Places,
    doors: Doors,
    /// Passwords that belong to no service: they are lent to services that have none.
    lent: Vec<Method>,
    loose: Vec<Loose>,
    /// The items that a method names as its own.
    named: BTreeSet<ItemId>,
    /// The methods the holder entered.
    by_hand: BTreeSet<ItemId>,
}

impl<'v> Reading<'v> {
    fn begin(vault: &'v Vault) -> Self {
        let doors = Doors::of(vault);
        let places = Places::of(vault);
        let (lent, loose) = (Vec::new(), Vec::new());
        let (named, by_hand) = (BTreeSet::new(), BTreeSet::new());
        Self { vault, places, doors, lent, loose, named, by_hand }
    }

    /// A copy of the vault stands for the first factor, a way to open for the second.
    fn open_the_vault(&mut self) {
        let here = self.places.thing(ThingKind::Pc, "", None);
        let mut methods = vec![Method { needs: vec![here], ..part("vault-copy", "device") }];
        methods[0].stands_for = StandsFor::First;
        for way in self.vault.ways() {
            if !matches!(way.standing, WayStanding::Open | WayStanding::LastResort) {
                continue;
            }
            let id = Some(ItemId(way.slot.0));
            let (kind, lives) = match way.kind {
                Some(SlotKind::Passphrase { .. }) => (ThingKind::Passphrase, "memory"),
                Some(SlotKind::Words) => (ThingKind::Sheet, "paper"),
                Some(SlotKind::Keyring | SlotKind::Tpm) if !self.is_of_this_pc(way.slot) => {
                    (ThingKind::Device, "device")
                }
                _ => (ThingKind::Pc, "device"),
            };
            let need = match kind {
                ThingKind::Pc => self.places.thing(ThingKind::Pc, "", None),
                // A keyring or a TPM is called as its PC is, unless its holder knows better.
                ThingKind::Device => self.places.thing(ThingKind::Device, &way.label, None),
                kind => self.places.thing(kind, &way.label, id),
            };
            methods.push(Method {
                name: way.label,
                stands_for: StandsFor::Second,
                needs: vec![need],
                item: Some(way.slot.0),
                ..part("way", lives)
            });
        }
        self.doors.all[VAULT as usize].methods = methods;
    }

    /// Whether the device that reads has added a way.
    fn is_of_this_pc(&self, slot: SlotId) -> bool {
        let added = self.vault.fold().get(ItemId(slot.0)).map(|item| item.created_in().device);
        added.is_some() && added == self.vault.device()
    }

    fn read_methods(&mut self) {
        let mut methods: Vec<_> = self.vault.items_of(kinds::METHOD).collect();
        methods.sort_by_key(|(id, state)| (item::title(state), *id));
        for (id, state) in methods {
            self.by_hand.insert(id);
            let what = text(state, field::METHOD_WHAT);
            let on = reference(state, field::METHOD_ITEM);
            let said = Said {
                what: &what,
                lives: &text(state, field::METHOD_LIVES),
                provider: &text(state, field::METHOD_PROVIDER),
                synced: &text(state, field::METHOD_SYNCED),
                on,
            };
            let kept = on.filter(|on| self.places.keeps(*on));
            let service = reference(state, field::SERVICE);
            let own = service.and_then(|id| self.doors.by_item.get(&id).copied());
            let needs = self.places.needs(&said, &self.doors, own);
            let (stands_for, use_for) = standing(&what, &text(state, field::METHOD_ROLE));
            let method = Method {
                name: item::title(state),
                stands_for,
                use_for,
                needs,
                synced: said.synced.to_owned(),
                proven: moment(state, field::METHOD_PROVEN),
                // What it stands for is the credential itself, where that is in the vault.
                item: Some(kept.unwrap_or(id).0),
                since: kept.and_then(|on| self.since(on)),
                ..part(&what, said.lives)
            };
            match own {
                Some(door) => {
                    self.named.extend(on);
                    self.add(door, method);
                }
                None if what == "vault-copy" => {
                    let copy = Method { stands_for: StandsFor::First, ..method };
                    self.add(VAULT, copy);
                }
                None if service.is_none() && what == "password" => self.lent.push(method),
                None => self.loose.push(loose(state, "method")),
            }
        }
    }

    fn read_tokens(&mut self) {
        let mut tokens: Vec<_> = self.vault.items_of(kinds::TOKEN).collect();
        tokens.sort_by_key(|(id, state)| (item::title(state), *id));
        for (id, state) in tokens {
            let (issuer, account) = (text(state, field::ISSUER), text(state, field::ACCOUNT));
            let issuer = if issuer.is_empty() { item::title(state) } else { issuer };
            let Some(door) = self.doors.door_for(state, &issuer, &account) else {
                self.loose.push(loose(state, "token"));
                continue;
            };
            self.add_own(door, id, &item::title(state), "token", "");
        }
    }

    fn read_passkeys(&mut self) {
        let mut passkeys: Vec<_> = self.vault.items_of(kinds::PASSKEY).collect();
        passkeys.sort_by_key(|(id, state)| (item::title(state), *id));
        for (id, state) in passkeys {
            let site = text(state, field::RP_ID);
            let name =
                known::at_site(&site).map_or_else(|| site.clone(), |it| it.name().to_owned());
            match self.doors.door_for(state, &name, &text(state, field::USER_NAME)) {
                Some(door) => {
                    // What is not discoverable needs to be told who signs in: it comes second.
                    let flag = state.scalar(field::DISCOVERABLE).and_then(value::read_flag);
                    let what = if flag == Some(false) { "security-key" } else { "passkey" };
                    self.add_own(door, id, &item::title(state), what, "yes");
                }
                None => self.loose.push(loose(state, "passkey")),
            }
        }
    }

    fn read_codes(&mut self) {
        let mut sets: Vec<_> = self.vault.items_of(kinds::BACKUP_CODES).collect();
        sets.sort_by_key(|(id, state)| (item::title(state), *id));
        for (id, state) in sets {
            let name = item::title(state);
            let linked =
                reference(state, field::SERVICE).and_then(|id| self.doors.by_item.get(&id));
            let Some(door) = linked.copied().or_else(|| self.doors.service_named(&name, "")) else {
                self.loose.push(loose(state, "codes"));
                continue;
            };
            let (stands_for, use_for) = standing("backup-codes", "");
            let set =
                Method { name, stands_for, use_for, item: Some(id.0), ..part("backup-codes", "") };
            let codes = item::codes(id, state).unwrap_or_default();
            let left = codes.iter().filter(|code| code.used_at.is_none()).count();
            if !codes.is_empty() {
                let needs = if left > 0 { Need::Door(VAULT) } else { Need::Unknown };
                let codes_left = Some(u32::try_from(left).unwrap_or(u32::MAX));
                let (lives, needs) = ("this-vault".to_owned(), vec![needs]);
                self.add(door, Method { lives, needs, codes_left, ..set.clone() });
            }
            let kept = text(state, field::CODES_WHERE);
            if !kept.is_empty() {
                let said = Said {
                    what: "backup-codes",
                    lives: "paper",
                    provider: &kept,
                    ..Said::default()
                };
                let needs = self.places.needs(&said, &self.doors, Some(door));
                self.add(door, Method { lives: "paper".to_owned(), needs, ..set });
            }
        }
    }

    /// A password of no service is the holder's answer for all services that have none of their own and ask for
    /// a second factor, which none of them does without a first.
    fn lend_passwords(&mut self) {
        for door in self.doors.all.iter_mut().filter(|door| door.kind == DoorKind::Service) {
            let has_first = door
                .methods
                .iter()
                .any(|it| it.stands_for == StandsFor::First && it.use_for == UseFor::Daily);
            if !has_first && door.asks_for_two() {
                door.methods.extend(self.lent.iter().cloned());
            }
        }
    }

    /// A method that an item of this vault is, unless the holder entered it as one.
    fn add_own(&mut self, door: u32, id: ItemId, name: &str, what: &str, synced: &str) {
        if self.named.contains(&id) {
            return;
        }
        let (stands_for, use_for) = standing(what, "");
        let (name, synced, item) = (name.to_owned(), synced.to_owned(), Some(id.0));
        let since = self.since(id);
        // What the holder entered by hand says more: what it stands for, when it was proven.
        let by_hand = &self.by_hand;
        let said = self.doors.all[door as usize].methods.iter_mut().find(|it| {
            let is_by_hand = it.item.is_some_and(|of| by_hand.contains(&ItemId(of)));
            is_by_hand && it.what == what && it.lives == "this-vault"
        });
        if let Some(said) = said {
            (said.item, said.since) = (Some(id.0), since);
            return;
        }
        let needs = vec![Need::Door(VAULT)];
        let fixed = part(what, "this-vault");
        let method = Method { name, stands_for, use_for, needs, synced, item, since, ..fixed };
        self.add(door, method);
    }

    /// Since when an item is in the vault.
    fn since(&self, id: ItemId) -> Option<u64> {
        self.vault.item(id).ok().map(|state| state.created().millis().as_secs())
    }

    fn add(&mut self, door: u32, method: Method) {
        self.doors.all[door as usize].methods.push(method);
    }

    /// Puts the facts together; an account that other doors are opened through can be lost, too.
    fn close(mut self) -> World {
        let through: BTreeSet<u32> = self
            .doors
            .all
            .iter()
            .flat_map(|door| &door.methods)
            .flat_map(|method| &method.needs)
            .filter_map(|need| match need {
                Need::Door(door) if *door != VAULT => Some(*door),
                _ => None,
            })
            .collect();
        for at in through {
            let door = &self.doors.all[at as usize];
            let need =
                self.places.thing(ThingKind::Account, &door.name.clone(), door.item.map(ItemId));
            for method in &mut self.doors.all[at as usize].methods {
                method.needs.push(need);
            }
        }
        for door in &mut self.doors.all {
            for method in &mut door.methods {
                method.needs.sort_unstable();
                method.needs.dedup();
            }
            let mut ways: Vec<Method> = Vec::new();
            for method in std::mem::take(&mut door.methods) {
                let is_same = |it: &&mut Method| {
                    method.stands_for != StandsFor::Nothing
                        && it.stands_for == method.stands_for
                        && it.what == method.what
                        && it.needs == method.needs
                };
                match ways.iter_mut().find(is_same) {
                    Some(way) => way.others.push(method),
                    None => ways.push(method),
                }
            }
            door.methods = ways;
        }
        let things = self.places.close(self.vault);
        World { things, doors: self.doors.all, loose: self.loose }
    }
}

fn part(what: &str, lives: &str) -> Method {
    Method { what: what.to_owned(), lives: lives.to_owned(), ..Method::default() }
}

fn loose(state: &ItemState, kind: &str) -> Loose {
    Loose { name: item::title(state), kind: kind.to_owned() }
}

/// The text of a field, empty where it has none.
pub(super) fn text(state: &ItemState, id: FieldId) -> String {
    state.scalar(id).and_then(value::read_text).unwrap_or_default().to_owned()
}

/// The item a field names.
pub(super) fn reference(state: &ItemState, id: FieldId) -> Option<ItemId> {
    state.scalar(id).and_then(value::read_bytes)?.try_into().ok().map(ItemId)
}

fn moment(state: &ItemState, id: FieldId) -> Option<u64> {
    u64::try_from(state.scalar(id).and_then(value::read_number)?).ok()
}

/// A place in a list. There are never as many as would not fit.
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a thing's item says that it is lost.
pub(super) fn held(state: &ItemState) -> Held {
    let lost = match state.kind() {
        kinds::KEY => field::KEY_LOST,
        kinds::STICK => field::STICK_LOST,
        kinds::PHONE => field::PHONE_LOST,
        _ => return Held::Held,
    };
    match state.scalar(lost).and_then(value::read_flag) {
        Some(true) => Held::Lost,
        _ => Held::Held,
    }
}
