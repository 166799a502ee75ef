// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fields of items as they travel between program and agent: a name and a value, so that a new
//! kind of item needs no new request. Which kind has which fields is the schema's to say.

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
    /// A phone, and what is on it.
    #[n(9)]
    Phone,
    /// A list of what to do after a loss.
    #[n(10)]
    Loss,
    /// The plan of a move from one thing to another.
    #[n(11)]
    Move,
    /// A kind a newer version knows; kept and listed, not edited.
    #[n(99)]
    Other,
}

/// A field of an item.
#[derive(Encode, Decode, PartialEq, Eq)]
pub struct Field {
    /// Its name in [`kagifuda_vault::schema`], or [`name::URI`].
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
        Self { name: name.to_owned(), value }
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
    /// Text that is secret: PINs, a note's text, a token's secret in base32.
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

/// The names of fields that a program has to say. All names, with what each holds, are in
/// [`kagifuda_vault::schema`]; the wire uses the same.
pub mod name {
    /// Text: what the holder calls the item.
    pub const NAME: &str = "name";
    /// Text: free text about the item.
    pub const NOTE: &str = "note";
    /// Text: the folder it lies in.
    pub const FOLDER: &str = "folder";
    /// List.
    pub const TAGS: &str = "tags";
    /// Bool: shown first.
    pub const PINNED: &str = "pinned";
    /// Item: the service a token, method, passkey or set of backup codes belongs to.
    pub const SERVICE: &str = "service";

    /// Text: `totp`, `hotp`, `steam`, `motp`, `yandex`.
    pub const TYPE: &str = "type";
    /// Secret: a token's secret in base32 (mOTP: hexadecimal).
    pub const SECRET: &str = "secret";
    /// Secret: the PIN of mOTP and Yandex tokens.
    pub const PIN: &str = "pin";
    /// Text.
    pub const ISSUER: &str = "issuer";
    /// Text: whose account; tokens and services.
    pub const ACCOUNT: &str = "account";
    /// Text: `SHA1`, `SHA256`, `SHA512`.
    pub const ALGORITHM: &str = "algorithm";
    /// Int.
    pub const DIGITS: &str = "digits";
    /// Int: seconds.
    pub const PERIOD: &str = "period";
    /// Int: the counter of the next code; can only be raised.
    pub const COUNTER: &str = "counter";
    /// Secret: in `AddItem` of a token only: an `otpauth` URI in place of the token's own fields.
    pub const URI: &str = "uri";

    /// List: where a service is.
    pub const URLS: &str = "urls";
    /// Text: what a method is, a word of [`kagifuda_vault::schema::METHODS`].
    pub const WHAT: &str = "what";
    /// Text: where a method's secret is kept, a word of [`kagifuda_vault::schema::LIVES`].
    pub const LIVES: &str = "lives";
    /// Text: the program or company that keeps it.
    pub const PROVIDER: &str = "provider";

    /// Codes: of a set of backup codes.
    pub const CODES: &str = "codes";
    /// Text: what backup codes are for, `backup-codes` or `emergency-release`.
    pub const PURPOSE: &str = "purpose";
    /// Text: the maker's name of a key or a stick.
    pub const MODEL: &str = "model";
    /// Text: the serial number of a key or a stick.
    pub const SERIAL: &str = "serial";
    /// Text: where backup codes, a key or a stick are kept.
    pub const WHERE: &str = "where";
    /// Item: what a method lives on or goes through.
    pub const ITEM: &str = "item";
    /// Bool: of a key, a stick or a phone.
    pub const LOST: &str = "lost";
    /// Text: of a loss, what was lost, as [`kagifuda_vault::map::Thing::key`] writes it.
    pub const THING: &str = "thing";
    /// Int: of a loss, when its list was made.
    pub const WHEN: &str = "when";
    /// List: of a loss or a move, the tasks, each with its number.
    pub const STEPS: &str = "steps";
    /// List: of a loss or a move, the numbers of the tasks that are done.
    pub const DONE: &str = "done";
    /// Text: of a move, the old thing, as [`kagifuda_vault::map::Thing::key`] writes it.
    pub const FROM: &str = "from";
    /// Text: of a move, the new thing, written likewise.
    pub const TO: &str = "to";
    /// Int: of a move, when its plan was made.
    pub const BEGUN: &str = "begun";
    /// List: of a move, the numbers of tokens that were shown or written for the new thing.
    pub const SENT: &str = "sent";
    /// List: of a move, the numbers that were left out on purpose.
    pub const SKIPPED: &str = "skipped";
    /// List: of a move, the numbers of what was disabled at the old thing.
    pub const OFF: &str = "off";
    /// Int: of a method, when it was last proven.
    pub const PROVEN: &str = "proven";
    /// Text: of a phone.
    pub const NUMBER: &str = "number";
    /// Secret: a note's text.
    pub const TEXT: &str = "text";
}
