// SPDX-License-Identifier: MIT OR Apache-2.0
//! A person's vault for stories about the map, and questions to it by name.

use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::SecretText;
use kagifuda_vault::item::{self, Setting};
use kagifuda_vault::map::{Hit, Loss, Losses, World};
use kagifuda_vault::schema::{self, FieldType, field, kinds};
use kagifuda_vault::value::{self, Value};
use kagifuda_vault::{Deed, Draft, Edit, Edits, ItemId, KindId};

use crate::support::{Pc, passphrase, words};

/// A vault with a passphrase and a sheet.
pub(crate) struct Home(pub(crate) Pc);

impl Home {
    pub(crate) fn new() -> Self {
        Self(Pc::create(1, &[(&passphrase("one"), "passphrase"), (&words(7), "sheet")]))
    }

    fn put(&mut self, kind: KindId, edits: Edits) -> ItemId {
        let item = ItemId::random(&mut self.0.rng);
        let draft = Draft { collection: self.0.vault.home(), item, kind, edits };
        self.0.tick();
        let pending = self.0.vault.write(Deed::ADD, vec![draft], self.0.now, &mut self.0.rng);
        self.0.keep(pending.unwrap());
        item
    }

    /// Adds an item of fields written as text, as the command line has them.
    pub(crate) fn add(&mut self, kind: &str, fields: &[(&str, &str)]) -> ItemId {
        let kind = schema::kind_named(kind).unwrap();
        let settings = fields.iter().map(|(name, text)| {
            let setting = match kind.field(name).unwrap().holds {
                FieldType::Texts => Setting::Are(text.split(',').map(str::to_owned).collect()),
                FieldType::Item => Setting::Is(Value::Item(ItemId::parse(text).unwrap())),
                FieldType::Time => Setting::Is(Value::Time(text.parse().unwrap())),
                FieldType::Flag => Setting::Is(Value::Flag(true)),
                _ => Setting::Is(Value::Text((*text).to_owned())),
            };
            ((*name).to_owned(), setting)
        });
        let edits = item::edits(kind, None, settings.collect::<Vec<_>>()).unwrap();
        self.put(kind.id, edits)
    }

    pub(crate) fn service(&mut self, name: &str) -> ItemId {
        self.add("service", &[("name", name)])
    }

    /// A method: `what` and `lives`, and whatever else.
    pub(crate) fn method(
        &mut self,
        service: ItemId,
        (what, lives): (&str, &str),
        more: &[(&str, &str)],
    ) -> ItemId {
        let id = service.to_string();
        let mut fields = vec![("service", id.as_str()), ("what", what)];
        if !lives.is_empty() {
            fields.push(("lives", lives));
        }
        fields.extend(more);
        self.add("method", &fields)
    }

    pub(crate) fn token(&mut self, issuer: &str, account: &str) -> ItemId {
        let token = Token {
            kind: TokenKind::Totp { period_seconds: 30, t0: 0 },
            algorithm: Algorithm::Sha1,
            digits: 6,
            secret: b"12345678901234567890".as_slice().into(),
            pin: None,
            issuer: issuer.into(),
            account: account.into(),
            extra: Vec::new(),
        };
        let edits = item::token_edits(&token, &mut self.0.rng);
        self.put(kinds::TOKEN, edits)
    }

    pub(crate) fn passkey(&mut self, site: &str, user: &str) -> ItemId {
        let set = |text: &str| Edit::Set(value::text(text));
        let edits = [(field::RP_ID, set(site)), (field::USER_NAME, set(user))];
        self.put(kinds::PASSKEY, Edits::from(edits))
    }

    /// A set of backup codes, so many of them in the vault.
    pub(crate) fn codes(&mut self, service: ItemId, place: &str, count: usize) -> ItemId {
        let texts: Vec<SecretText> =
            (0..count).map(|n| SecretText::from(format!("code-{n}").as_str())).collect();
        let mut edits = item::add_codes(&texts, &mut self.0.rng);
        edits.insert(field::SERVICE, Edit::Set(value::bytes(&service.0)));
        if !place.is_empty() {
            edits.insert(field::CODES_WHERE, Edit::Set(value::text(place)));
        }
        self.put(kinds::BACKUP_CODES, edits)
    }

    pub(crate) fn use_a_code(&mut self, set: ItemId) {
        let state = self.0.vault.item(set).unwrap();
        let codes = item::codes(set, state).unwrap();
        let code = codes.iter().find(|code| code.used_at.is_none()).unwrap().id;
        let edits = item::use_code(set, state, code, self.0.now).unwrap();
        self.0.write(Deed::USE_CODE, set, edits);
    }

    pub(crate) fn edit(&mut self, item: ItemId, field: &str, to: Value) {
        let state = self.0.vault.item(item).unwrap();
        let kind = schema::kind(state.kind()).unwrap();
        let edits = item::edits(kind, Some(state), [(field.to_owned(), Setting::Is(to))]).unwrap();
        self.0.write(Deed::EDIT, item, edits);
    }

    pub(crate) fn world(&self) -> World {
        World::of(&self.0.vault)
    }
}

/// The place of a thing, by `kind` or `kind name`.
pub(crate) fn thing(world: &World, called: &str) -> usize {
    let (kind, name) = called.split_once(' ').unwrap_or((called, ""));
    let is_it = |thing: &kagifuda_vault::map::Thing| {
        thing.kind.word() == kind && (name.is_empty() || thing.name == name)
    };
    let found: Vec<usize> =
        (0..world.things.len()).filter(|at| is_it(&world.things[*at])).collect();
    assert_eq!(found.len(), 1, "{called} among {:?}", world.things);
    found[0]
}

/// The place of a door; the vault has no name.
pub(crate) fn door(world: &World, name: &str) -> usize {
    let found = world.doors.iter().position(|door| door.name == name);
    found.unwrap_or_else(|| panic!("no {name} among {:?}", names(world)))
}

pub(crate) fn names(world: &World) -> Vec<&str> {
    world.doors.iter().skip(1).map(|door| door.name.as_str()).collect()
}

/// What losing things does, by the names of doors.
pub(crate) fn lose<'w>(
    world: &'w World,
    called: &[&str],
) -> (Vec<&'w str>, Vec<&'w str>, Vec<&'w str>) {
    let losses = Losses::of(world);
    let loss = match called {
        [one] => Loss::One(thing(world, one)),
        [one, two] => Loss::Two(thing(world, one), thing(world, two)),
        _ => Loss::Nothing,
    };
    let Hit { locked, single, circle, .. } = losses.hit(loss);
    let named = |doors: Vec<usize>| -> Vec<&'w str> {
        doors.into_iter().map(|door| world.doors[door].name.as_str()).collect()
    };
    (named(locked), named(single), named(circle))
}

/// The doors that a loss locks.
pub(crate) fn locked<'w>(world: &'w World, called: &[&str]) -> Vec<&'w str> {
    lose(world, called).0
}

/// Tells whether a door opens now.
pub(crate) fn opens(world: &World, name: &str) -> bool {
    Losses::of(world).outcome().is_open(door(world, name), Loss::Nothing)
}
