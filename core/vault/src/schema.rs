// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kinds of items and their fields: one table that the format page, the command line, the
//! listings and the checks all read.
//!
//! Numbers are for ever: a field never changes its number, type or rule. Numbers below 16 mean the same
//! in every kind.

use crate::change::{FieldId, KindId, Rule};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldType {
    /// One line or several of text.
    Text,
    /// Text that is shown only when asked for.
    SecretText,
    /// Bytes that are shown only when asked for.
    SecretBytes,
    /// Bytes without secrets.
    Bytes,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A moment, Unix seconds.
    Time,
    /// One of a few words; others are kept.
    Choice(&'static [&'static str]),
    /// The id of another item.
    Item,
    /// Several texts; the order does not matter.
    Texts,
    /// Pairs of a name and a value whose order matters little (kept `otpauth` parameters).
    Pairs,
    /// Backup codes: an id and the secret text of each.
    Codes,
    /// Uses of backup codes: the code's id and when.
    Uses,
    /// Counters per secret id.
    Counters,
    /// Changes that were purged; not for people.
    Purged,
    /// The slots a root was sealed to; not for people.
    Slots,
    /// The public keys of the devices a root hears; not for people.
    Keys,
    /// The roots a root follows; not for people.
    Roots,
    /// A public key or a reference; not for people.
    Internal,
}

impl FieldType {
    /// The rule by which values of this type meet.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Texts | Self::Codes => Rule::Put,
            Self::Counters => Rule::Raise,
            Self::Uses | Self::Purged | Self::Slots | Self::Keys | Self::Roots => Rule::Grow,
            _ => Rule::Set,
        }
    }

    /// Tells whether values are shown only when asked for.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::SecretText | Self::SecretBytes | Self::Codes)
    }
}

/// One field of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its number.
    pub id: FieldId,
    /// Its name, as scripts and the wire know it.
    pub name: &'static str,
    /// What it holds.
    pub holds: FieldType,
    /// Whether the holder may set it by name; the others have verbs of their own.
    pub is_editable: bool,
}

/// One kind of item.
#[derive(Debug)]
pub struct Kind {
    /// Its number.
    pub id: KindId,
    /// Its name, as scripts and the wire know it.
    pub name: &'static str,
    /// Its own fields, after the common ones.
    own: &'static [Field],
    /// Whether holders see it as an item.
    pub is_for_people: bool,
}

impl Kind {
    /// All its fields, common ones first.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        COMMON.iter().chain(self.own)
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }

    /// The field of this number.
    #[must_use]
    pub fn field_by_id(&self, id: FieldId) -> Option<&'static Field> {
        self.fields().find(|field| field.id == id)
    }
}

/// The kind of this number, if this version knows it.
#[must_use]
pub fn kind(id: KindId) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// The kind of this name.
#[must_use]
pub fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

macro_rules! numbers {
    ($type:ident: $($(#[$doc:meta])* $name:ident = $number:literal;)+) => {
        $($(#[$doc])* pub const $name: super::$type = super::$type($number);)+
    };
}

/// Numbers of kinds.
#[allow(missing_docs)]
pub mod kinds {
    numbers! { KindId:
        WAY = 1;
        DEVICE = 2;
        ROOT = 3;
        COLLECTION = 4;
        KEY_SECRET = 5;
        TOKEN = 16;
        SERVICE = 17;
        METHOD = 18;
        BACKUP_CODES = 19;
        PASSKEY = 20;
        KEY = 21;
        STICK = 22;
        NOTE = 23;
        PHONE = 24;
        LOSS = 25;
        MOVE = 26;
    }
}

/// Numbers of fields that code, and not only the tables, needs.
#[allow(missing_docs)]
pub mod field {
    numbers! { FieldId:
        DELETED = 0;
        NAME = 1;
        FOLDER = 2;
        TAGS = 3;
        COLOUR = 4;
        PINNED = 5;
        ORDER = 6;
        NOTE = 7;
        SERVICE = 8;
        PURGED = 9;
        SOURCE = 10;
        // Tokens.
        ISSUER = 16;
        ACCOUNT = 17;
        TYPE = 18;
        ALGORITHM = 19;
        DIGITS = 20;
        PERIOD = 21;
        T0 = 22;
        SECRET = 23;
        SECRET_ID = 24;
        COUNTER = 25;
        PIN = 26;
        EXTRA = 27;
        // Services.
        URLS = 16;
        SERVICE_ACCOUNT = 17;
        SERVICE_IMPORTANCE = 18;
        // Notes.
        TEXT = 16;
        // Backup codes.
        CODES_WHERE = 17;
        CODES = 18;
        USED = 19;
        // Passkeys.
        CREDENTIAL_ID = 16;
        RP_ID = 17;
        USER_HANDLE = 19;
        USER_NAME = 20;
        USER_DISPLAY_NAME = 21;
        COSE_ALGORITHM = 22;
        PRIVATE_KEY = 23;
        DISCOVERABLE = 24;
        BACKUP_ELIGIBLE = 25;
        CRED_PROTECT = 26;
        HMAC_WITH_UV = 27;
        HMAC_WITHOUT_UV = 28;
        CRED_BLOB = 29;
        LARGE_BLOB_KEY = 32;
        PAYMENTS = 33;
        // A key's secret.
        SEALING_SECRET = 16;
        LARGE_BLOBS = 17;
        // Methods.
        METHOD_WHAT = 16;
        METHOD_LIVES = 17;
        METHOD_SYNCED = 18;
        METHOD_PROVEN = 19;
        METHOD_ITEM = 20;
        METHOD_PROVIDER = 21;
        METHOD_ROLE = 22;
        // Keys, sticks, phones.
        KEY_LOST = 22;
        STICK_LOST = 21;
        PHONE_SYSTEM = 17;
        PHONE_NUMBER = 18;
        PHONE_LOST = 21;
        // Losses.
        LOSS_THING = 16;
        // Ways to open.
        WAY_KIND = 16;
        WAY_PUBLIC_KEY = 17;
        // Devices.
        DEVICE_PUBLIC_KEY = 16;
        DEVICE_PLATFORM = 17;
        // Roots.
        ROOT_COLLECTION = 16;
        ROOT_SLOTS = 17;
        ROOT_DEVICES = 18;
        ROOT_FOLLOWS = 19;
    }
}

/// Where a method's secret can live.
pub const LIVES: &[&str] = &[
    "this-vault",
    "key",
    "windows-hello",
    "google",
    "icloud",
    "phone-app",
    "password-manager",
    "paper",
    "device",
    "memory",
    "unknown",
];
/// Yes, no, or nobody knows.
pub const YES_NO_UNKNOWN: &[&str] = &["yes", "no", "unknown"];
/// What a method is.
pub const METHODS: &[&str] = &[
    "password",
    "passkey",
    "security-key",
    "token",
    "sms",
    "email",
    "push",
    "backup-codes",
    "recovery-contact",
    "other",
    "app-token",
    "vault-copy",
];
/// What a method stands for, where its kind does not say it: the first factor, the second, both, or a way back in by itself.
pub const ROLES: &[&str] = &["first", "second", "alone", "recovery"];
/// How much a service matters.
pub const IMPORTANCE: &[&str] = &["high", "normal", "low"];
/// What runs on a phone.
pub const PHONE_SYSTEMS: &[&str] = &["android", "ios", "other"];
/// How a token counts.
pub const TOKEN_TYPES: &[&str] = &["totp", "hotp", "steam", "motp", "yandex"];
/// The hash under a token.
pub const ALGORITHMS: &[&str] = &["SHA1", "SHA256", "SHA512"];
/// What backup codes are for.
pub const CODE_PURPOSES: &[&str] = &["backup-codes", "emergency-release"];

macro_rules! fields {
    ($($id:literal $name:literal $holds:ident $(($words:expr))? $($editable:ident)?;)*) => {
        &[$(Field {
            id: FieldId($id),
            name: $name,
            holds: FieldType::$holds $(($words))?,
            is_editable: fields!(@editable $($editable)?),
        }),*]
    };
    (@editable) => { true };
    (@editable kept) => { false };
}

/// The fields of every kind.
const COMMON: &[Field] = fields! {
    0 "deleted" Flag kept;
    1 "name" Text;
    2 "folder" Text;
    3 "tags" Texts;
    4 "colour" Text;
    5 "pinned" Flag;
    6 "order" Number;
    7 "note" Text;
    8 "service" Item;
    9 "purged" Purged kept;
    10 "source" Text kept;
};

/// Every kind this version knows.
pub const KINDS: &[Kind] = &[
    Kind {
        id: kinds::WAY,
        name: "way",
        is_for_people: false,
        own: fields! {
            16 "way-kind" Number kept;
            17 "public-key" Internal kept;
        },
    },
    Kind {
        id: kinds::DEVICE,
        name: "device",
        is_for_people: false,
        own: fields! {
            16 "public-key" Internal kept;
            17 "platform" Text kept;
        },
    },
    Kind {
        id: kinds::ROOT,
        name: "root",
        is_for_people: false,
        own: fields! {
            16 "collection" Internal kept;
            17 "slots" Slots kept;
            18 "devices" Keys kept;
            19 "follows" Roots kept;
        },
    },
    Kind { id: kinds::COLLECTION, name: "collection", is_for_people: false, own: &[] },
    Kind {
        id: kinds::KEY_SECRET,
        name: "key-secret",
        is_for_people: false,
        own: fields! {
            16 "secret" SecretBytes kept;
            17 "large-blobs" Bytes kept;
        },
    },
    Kind {
        id: kinds::TOKEN,
        name: "token",
        is_for_people: true,
        own: fields! {
            16 "issuer" Text;
            17 "account" Text;
            18 "type" Choice(TOKEN_TYPES) kept;
            19 "algorithm" Choice(ALGORITHMS);
            20 "digits" Number;
            21 "period" Number;
            22 "t0" Time;
            23 "secret" SecretBytes kept;
            24 "secret-id" Bytes kept;
            25 "counter" Counters kept;
            26 "pin" SecretText;
            27 "extra" Pairs kept;
        },
    },
    Kind {
        id: kinds::SERVICE,
        name: "service",
        is_for_people: true,
        own: fields! {
            16 "urls" Texts;
            17 "account" Text;
            18 "importance" Choice(IMPORTANCE);
        },
    },
    Kind {
        id: kinds::METHOD,
        name: "method",
        is_for_people: true,
        own: fields! {
            16 "what" Choice(METHODS);
            17 "lives" Choice(LIVES);
            18 "synced" Choice(YES_NO_UNKNOWN);
            19 "proven" Time;
            20 "item" Item;
            21 "provider" Text;
            22 "role" Choice(ROLES);
        },
    },
    Kind {
        id: kinds::BACKUP_CODES,
        name: "codes",
        is_for_people: true,
        own: fields! {
            16 "purpose" Choice(CODE_PURPOSES);
            17 "where" Text;
            18 "codes" Codes kept;
            19 "used" Uses kept;
        },
    },
    Kind {
        id: kinds::PASSKEY,
        name: "passkey",
        is_for_people: true,
        own: fields! {
            16 "credential-id" Bytes kept;
            17 "rp-id" Text kept;
            18 "rp-name" Text kept;
            19 "user-handle" Bytes kept;
            20 "user-name" Text;
            21 "user-display-name" Text;
            22 "algorithm" Number kept;
            23 "private-key" SecretBytes kept;
            24 "discoverable" Flag kept;
            25 "backup-eligible" Flag kept;
            26 "cred-protect" Number kept;
            27 "hmac-with-uv" SecretBytes kept;
            28 "hmac-without-uv" SecretBytes kept;
            29 "cred-blob" SecretBytes kept;
            30 "large-blob" SecretBytes kept;
            31 "large-blob-size" Number kept;
            32 "large-blob-key" SecretBytes kept;
            33 "payments" Flag kept;
            34 "min-pin-length" Flag kept;
        },
    },
    Kind {
        id: kinds::KEY,
        name: "key",
        is_for_people: true,
        own: fields! {
            16 "aaguid" Bytes;
            17 "model" Text;
            18 "serial" Text;
            19 "firmware" Text;
            20 "where" Text;
            21 "proven" Time;
            22 "lost" Flag;
        },
    },
    Kind {
        id: kinds::STICK,
        name: "stick",
        is_for_people: true,
        own: fields! {
            16 "model" Text;
            17 "serial" Text;
            18 "where" Text;
            19 "opens" Texts;
            20 "proven" Time;
            21 "lost" Flag;
        },
    },
    Kind {
        id: kinds::NOTE,
        name: "note",
        is_for_people: true,
        own: fields! {
            16 "text" SecretText;
        },
    },
    Kind {
        id: kinds::PHONE,
        name: "phone",
        is_for_people: true,
        own: fields! {
            16 "model" Text;
            17 "system" Choice(PHONE_SYSTEMS);
            18 "number" Text;
            19 "where" Text;
            20 "proven" Time;
            21 "lost" Flag;
        },
    },
    Kind {
        id: kinds::LOSS,
        name: "loss",
        is_for_people: true,
        own: fields! {
            16 "thing" Text;
            17 "when" Time;
            18 "steps" Texts;
            19 "done" Texts;
        },
    },
    Kind {
        id: kinds::MOVE,
        name: "move",
        is_for_people: true,
        own: fields! {
            16 "from" Text;
            17 "to" Text;
            18 "begun" Time;
            19 "steps" Texts;
            20 "sent" Texts;
            21 "done" Texts;
            22 "skipped" Texts;
            23 "off" Texts;
        },
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_and_name_means_one_thing() {
        let mut kinds = BTreeSet::new();
        for kind in KINDS {
            assert!(kinds.insert(kind.id.0), "{}", kind.name);
            let mut ids = BTreeSet::new();
            let mut names = BTreeSet::new();
            for field in kind.fields() {
                assert!(ids.insert(field.id), "{} {}", kind.name, field.name);
                assert!(names.insert(field.name), "{} {}", kind.name, field.name);
            }
        }
    }

    #[test]
    fn the_numbers_code_relies_on_are_those_of_the_tables() {
        for (kind, name, id) in [
            (kinds::TOKEN, "secret", field::SECRET),
            (kinds::TOKEN, "counter", field::COUNTER),
            (kinds::TOKEN, "extra", field::EXTRA),
            (kinds::BACKUP_CODES, "codes", field::CODES),
            (kinds::BACKUP_CODES, "used", field::USED),
            (kinds::WAY, "public-key", field::WAY_PUBLIC_KEY),
            (kinds::DEVICE, "public-key", field::DEVICE_PUBLIC_KEY),
            (kinds::ROOT, "slots", field::ROOT_SLOTS),
            (kinds::ROOT, "devices", field::ROOT_DEVICES),
            (kinds::ROOT, "follows", field::ROOT_FOLLOWS),
            (kinds::NOTE, "deleted", field::DELETED),
            (kinds::NOTE, "purged", field::PURGED),
            (kinds::SERVICE, "urls", field::URLS),
            (kinds::SERVICE, "account", field::SERVICE_ACCOUNT),
            (kinds::SERVICE, "importance", field::SERVICE_IMPORTANCE),
            (kinds::METHOD, "what", field::METHOD_WHAT),
            (kinds::METHOD, "lives", field::METHOD_LIVES),
            (kinds::METHOD, "synced", field::METHOD_SYNCED),
            (kinds::METHOD, "proven", field::METHOD_PROVEN),
            (kinds::METHOD, "item", field::METHOD_ITEM),
            (kinds::METHOD, "provider", field::METHOD_PROVIDER),
            (kinds::METHOD, "role", field::METHOD_ROLE),
            (kinds::BACKUP_CODES, "where", field::CODES_WHERE),
            (kinds::KEY, "lost", field::KEY_LOST),
            (kinds::STICK, "lost", field::STICK_LOST),
            (kinds::PHONE, "number", field::PHONE_NUMBER),
            (kinds::PHONE, "lost", field::PHONE_LOST),
            (kinds::LOSS, "thing", field::LOSS_THING),
        ] {
            let kind = super::kind(kind).expect("a known kind");
            assert_eq!(kind.field(name).map(|field| field.id), Some(id), "{name}");
        }
    }
}
