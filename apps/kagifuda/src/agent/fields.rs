// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fields of items as they travel between program and agent: a name and a value, so that a new
//! kind of item needs no new request. The tables here say which kind has which fields.

use kagifuda_secret::{SecretBytes, SecretText};
use minicbor::{Decode, Encode};

use super::wire::{CodeId, Hidden, ItemId};

/// The kind of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// A place the holder signs in to.
    #[n(1)]
    Service,
    /// One way into a service.
    #[n(2)]
    Method,
    /// A one-time-password credential.
    #[n(3)]
    Token,
    /// What a service gave for emergencies.
    #[n(4)]
    BackupCodes,
    /// A discoverable FIDO2 credential.
    #[n(5)]
    Passkey,
    /// A FIDO2 authenticator the holder owns.
    #[n(6)]
    Key,
    /// A USB drive used as PC key.
    #[n(7)]
    Stick,
    /// Free text.
    #[n(8)]
    Note,
    /// A kind a newer version knows; kept and listed, not edited.
    #[n(99)]
    Other,
}

/// A field of an item.
#[derive(Encode, Decode, PartialEq, Eq)]
pub struct Field {
    /// One of the names in [`name`].
    #[n(0)]
    pub name: String,
    /// What it holds.
    #[n(1)]
    pub value: FieldValue,
}

impl Field {
    /// Makes a field.
    #[must_use]
    pub fn new(name: &str, value: FieldValue) -> Self {
        Self {
            name: name.to_owned(),
            value,
        }
    }
}

/// What a field holds.
#[derive(Encode, Decode, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing: in an edit, the field is emptied.
    #[n(0)]
    Empty,
    /// Text that is not secret: names, issuers, addresses.
    #[n(1)]
    Text(#[n(0)] String),
    /// Text that is secret: PINs, notes, a token's secret in base32.
    #[n(2)]
    Secret(#[n(0)] Hidden<SecretText>),
    /// A number: periods, counters, moments in Unix seconds.
    #[n(3)]
    Int(#[n(0)] u64),
    /// Yes or no.
    #[n(4)]
    Bool(#[n(0)] bool),
    /// Several texts: tags, addresses.
    #[n(5)]
    List(#[n(0)] Vec<String>),
    /// Secret bytes: credential ids, private keys.
    #[n(6)]
    Bytes(#[n(0)] Hidden<SecretBytes>),
    /// Another item, such as the service a method belongs to.
    #[n(7)]
    Item(#[n(0)] ItemId),
    /// Backup codes with their use.
    #[n(8)]
    Codes(#[n(0)] Vec<BackupCode>),
}

/// One backup code. In an added or edited item `id` and `used_at` are left out.
#[derive(Encode, Decode, PartialEq, Eq)]
pub struct BackupCode {
    /// Its name; `None` for a new one.
    #[n(0)]
    pub id: Option<CodeId>,
    /// The code.
    #[n(1)]
    pub code: Hidden<SecretText>,
    /// When it was used, in Unix seconds.
    #[n(2)]
    pub used_at: Option<u64>,
}

/// The names of fields.
pub mod name {
    /// Text: what the holder calls the item.
    pub const TITLE: &str = "title";
    /// Secret: free text.
    pub const NOTE: &str = "note";
    /// Text: the folder it lies in.
    pub const FOLDER: &str = "folder";
    /// List.
    pub const TAGS: &str = "tags";
    /// Text: `#rrggbb`.
    pub const COLOUR: &str = "colour";
    /// Bool: shown first.
    pub const PINNED: &str = "pinned";
    /// Int: place among its neighbours.
    pub const ORDER: &str = "order";

    /// Text: `totp`, `hotp`, `steam`, `motp`, `yandex`.
    pub const TYPE: &str = "type";
    /// Secret: a token's secret in base32 (mOTP: hexadecimal).
    pub const SECRET: &str = "secret";
    /// Secret: the PIN of mOTP and Yandex tokens.
    pub const PIN: &str = "pin";
    /// Text.
    pub const ISSUER: &str = "issuer";
    /// Text.
    pub const ACCOUNT: &str = "account";
    /// Text: `SHA1`, `SHA256`, `SHA512`.
    pub const ALGORITHM: &str = "algorithm";
    /// Int.
    pub const DIGITS: &str = "digits";
    /// Int: seconds.
    pub const PERIOD: &str = "period";
    /// Int: Unix seconds at which steps begin.
    pub const T0: &str = "t0";
    /// Int: the counter of the next code; can only be raised.
    pub const COUNTER: &str = "counter";
    /// Secret: in `AddItem` of a token only: an `otpauth` URI in place of all other fields.
    pub const URI: &str = "uri";

    /// List: addresses of a service.
    pub const ADDRESSES: &str = "addresses";
    /// Item: the service a token, method, passkey or set of backup codes belongs to.
    pub const SERVICE: &str = "service";
    /// Text: what a method is: `passkey`, `security-key`, `totp`, `push`, `sms`, `email`, `password`,
    /// `backup-codes`, `other`.
    pub const WHAT: &str = "what";
    /// Text: where a method or set of backup codes lives: `this-vault`, `key`, `windows-hello`, `google`,
    /// `icloud`, `device-app`, `paper`, `other`.
    pub const LIVES: &str = "lives";
    /// Text: more about where it lives, in the holder's words.
    pub const WHERE: &str = "where";
    /// Text: `yes`, `no`, `unknown`.
    pub const SYNCED: &str = "synced";
    /// Int: when it was last proven, Unix seconds.
    pub const PROVEN: &str = "proven";

    /// Codes.
    pub const CODES: &str = "codes";
    /// Text: `backup` or `release` (a one-off emergency release password).
    pub const USE: &str = "use";

    /// Text: the domain a passkey is for.
    pub const RP_ID: &str = "rp-id";
    /// Text: the name the domain gave itself.
    pub const RP_NAME: &str = "rp-name";
    /// Bytes.
    pub const USER_HANDLE: &str = "user-handle";
    /// Text.
    pub const USER_NAME: &str = "user-name";
    /// Text.
    pub const USER_DISPLAY_NAME: &str = "user-display-name";
    /// Bytes.
    pub const CREDENTIAL_ID: &str = "credential-id";
    /// Bytes: the private key, PKCS#8.
    pub const PRIVATE_KEY: &str = "private-key";

    /// Text: who made a key or stick.
    pub const MAKER: &str = "maker";
    /// Text: the model of a key or stick.
    pub const MODEL: &str = "model";
    /// Text: the serial number on a key or stick.
    pub const SERIAL: &str = "serial";
    /// Text: a key's AAGUID.
    pub const AAGUID: &str = "aaguid";

    /// Every name, for tables of labels.
    pub const EVERY: &[&str] = &[
        TITLE,
        NOTE,
        FOLDER,
        TAGS,
        COLOUR,
        PINNED,
        ORDER,
        TYPE,
        SECRET,
        PIN,
        ISSUER,
        ACCOUNT,
        ALGORITHM,
        DIGITS,
        PERIOD,
        T0,
        COUNTER,
        URI,
        ADDRESSES,
        SERVICE,
        WHAT,
        LIVES,
        WHERE,
        SYNCED,
        PROVEN,
        CODES,
        USE,
        RP_ID,
        RP_NAME,
        USER_HANDLE,
        USER_NAME,
        USER_DISPLAY_NAME,
        CREDENTIAL_ID,
        PRIVATE_KEY,
        MAKER,
        MODEL,
        SERIAL,
        AAGUID,
    ];
}
