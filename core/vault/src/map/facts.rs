// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts the map is made of: things that can be lost, doors that can be opened, and the methods
//! between them. No secret is among them, so they travel from the agent to the program as they are.
//!
//! A *door* is a service the holder signs in to, or this vault. What opens doors, and when, is the rule's
//! to say ([`super::rule`]); where the facts come from is [`super::read`].

use minicbor::{Decode, Encode};

/// Everything the map knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct World {
    /// What can be lost.
    #[n(0)]
    pub things: Vec<Thing>,
    /// What can be opened, the vault first.
    #[n(1)]
    pub doors: Vec<Door>,
    /// What belongs to no service and is on no map therefore.
    #[n(2)]
    pub loose: Vec<Loose>,
}

/// Something that can be lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Thing {
    /// What it is.
    #[n(0)]
    pub kind: ThingKind,
    /// What the holder calls it; empty where there is only one of the kind.
    #[n(1)]
    pub name: String,
    /// The item that stands for it, where there is one: a key, a phone, a service, a way to open.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub item: Option<[u8; 16]>,
    /// Whether it is lost already.
    #[n(3)]
    pub state: Held,
    /// What a phone runs, by its word; empty where nobody said.
    #[n(4)]
    pub system: String,
    /// The number of a phone; empty where nobody said.
    #[n(5)]
    pub number: String,
}

/// Whether the holder has a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Held {
    /// They do.
    #[default]
    #[n(0)]
    Held,
    /// They said that it is lost.
    #[n(1)]
    Lost,
}

/// What a thing is, the likeliest to be lost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum ThingKind {
    /// A phone, and the apps on it.
    #[n(0)]
    Phone,
    /// This PC, with Windows Hello and the vault's file.
    #[n(1)]
    Pc,
    /// A phone number, or the SIM behind it.
    #[n(2)]
    Number,
    /// A security key.
    #[n(3)]
    Key,
    /// A USB drive.
    #[n(4)]
    Stick,
    /// Another device that was named.
    #[default]
    #[n(5)]
    Device,
    /// An e-mail account that is no service of its own here.
    #[n(6)]
    Mail,
    /// The account at a service through which others are opened.
    #[n(7)]
    Account,
    /// The Google account passkeys are kept in.
    #[n(8)]
    Google,
    /// The Apple account passkeys are kept in.
    #[n(9)]
    Icloud,
    /// A password manager.
    #[n(10)]
    PasswordManager,
    /// A paper, or another place that was named.
    #[n(11)]
    Paper,
    /// A sheet with recovery words of this vault.
    #[n(12)]
    Sheet,
    /// A passphrase of this vault.
    #[n(13)]
    Passphrase,
    /// What the holder knows by heart.
    #[n(14)]
    Memory,
    /// A person who helps.
    #[n(15)]
    Person,
}

impl ThingKind {
    /// Every kind, the likeliest to be lost first.
    pub const ALL: [Self; 16] = [
        Self::Phone,
        Self::Pc,
        Self::Number,
        Self::Key,
        Self::Stick,
        Self::Device,
        Self::Mail,
        Self::Account,
        Self::Google,
        Self::Icloud,
        Self::PasswordManager,
        Self::Paper,
        Self::Sheet,
        Self::Passphrase,
        Self::Memory,
        Self::Person,
    ];

    /// Its word, as scripts and the vault know it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Pc => "pc",
            Self::Number => "number",
            Self::Key => "key",
            Self::Stick => "stick",
            Self::Device => "device",
            Self::Mail => "mail",
            Self::Account => "account",
            Self::Google => "google",
            Self::Icloud => "icloud",
            Self::PasswordManager => "password-manager",
            Self::Paper => "paper",
            Self::Sheet => "sheet",
            Self::Passphrase => "passphrase",
            Self::Memory => "memory",
            Self::Person => "person",
        }
    }
}

/// A service, or this vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Door {
    /// Which of the two.
    #[n(0)]
    pub kind: DoorKind,
    /// What the holder calls it.
    #[n(1)]
    pub name: String,
    /// Its item; `None` for the vault and for a service that only a token or a passkey names.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub item: Option<[u8; 16]>,
    /// How much it matters to the holder.
    #[n(3)]
    pub importance: Importance,
    /// Its word in the data that ships with the program, where it is among them.
    #[n(4)]
    pub known: Option<String>,
    /// The methods.
    #[n(5)]
    pub methods: Vec<Method>,
    /// Whose account it is; empty where nobody said.
    #[n(6)]
    pub account: String,
}

/// Which kind of door it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum DoorKind {
    /// This vault: a copy of it stands for the first factor, a way to open for the second.
    #[n(0)]
    Vault,
    /// A service.
    #[default]
    #[n(1)]
    Service,
}

/// How much a service matters, most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Importance {
    /// More than others.
    #[n(0)]
    High,
    /// As much as others.
    #[default]
    #[n(1)]
    Normal,
    /// Less than others.
    #[n(2)]
    Low,
}

/// One way into a service, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Method {
    /// What the holder calls it; empty where its kind says enough.
    #[n(0)]
    pub name: String,
    /// What it is: a word of [`crate::schema::METHODS`], or `way` for a way to open this vault.
    #[n(1)]
    pub what: String,
    /// Where it lives: a word of [`crate::schema::LIVES`], empty where nobody said.
    #[n(2)]
    pub lives: String,
    /// What it stands for.
    #[n(3)]
    pub stands_for: StandsFor,
    /// Whether it is for the day when the others fail.
    #[n(4)]
    pub use_for: UseFor,
    /// What it needs, all of it.
    #[n(5)]
    pub needs: Vec<Need>,
    /// `yes`, `no` or `unknown`, empty where nobody said.
    #[n(6)]
    pub synced: String,
    /// When it was last proven or used, Unix seconds.
    #[n(7)]
    pub proven: Option<u64>,
    /// The item it comes from.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub item: Option<[u8; 16]>,
    /// Of backup codes in the vault: how many are left.
    #[n(9)]
    pub codes_left: Option<u32>,
    /// Since when it is in the vault, Unix seconds; of items of the vault.
    #[n(10)]
    pub since: Option<u64>,
    /// The same way in once more: two tokens of one service open it no better than one. They have none of their own.
    #[n(11)]
    pub others: Vec<Method>,
}

/// What a method stands for in a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum StandsFor {
    /// The first factor: what is asked for first, or what replaces it.
    #[n(0)]
    First,
    /// The second factor, or what replaces it.
    #[n(1)]
    Second,
    /// Both: with it alone one is in.
    #[n(2)]
    Both,
    /// Neither, as far as anybody said.
    #[default]
    #[n(3)]
    Nothing,
}

impl StandsFor {
    /// Tells whether it stands for the first factor.
    #[must_use]
    pub const fn is_first(self) -> bool {
        matches!(self, Self::First | Self::Both)
    }

    /// Tells whether it stands for the second factor.
    #[must_use]
    pub const fn is_second(self) -> bool {
        matches!(self, Self::Second | Self::Both)
    }
}

/// What a method is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum UseFor {
    /// Every day.
    #[default]
    #[n(0)]
    Daily,
    /// The day when the others fail.
    #[n(1)]
    Fallback,
}

/// What a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Need {
    /// A thing in the holder's hands, by its place in [`World::things`].
    #[n(0)]
    Thing(#[n(0)] u32),
    /// An open door, by its place in [`World::doors`].
    #[n(1)]
    Door(#[n(0)] u32),
    /// Nobody said what: such a method is never counted on.
    #[n(2)]
    Unknown,
}

/// Something that belongs to no service.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Loose {
    /// What the holder calls it.
    #[n(0)]
    pub name: String,
    /// The kind of item, by its word.
    #[n(1)]
    pub kind: String,
}

impl Method {
    /// This one, and those that are the same way in.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }
}

impl Door {
    /// Tells whether it asks for two factors: whether any method stands for the second alone.
    #[must_use]
    pub fn asks_for_two(&self) -> bool {
        self.methods.iter().any(|method| method.stands_for == StandsFor::Second)
    }
}

impl Thing {
    /// Tells whether it is in the holder's hands.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state == Held::Held
    }
}
