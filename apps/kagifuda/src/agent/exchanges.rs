// SPDX-License-Identifier: MIT OR Apache-2.0
//! What program and agent say about other apps' files: what an import would do, and how an export is to
//! be made.

use kagifuda_secret::SecretText;
use minicbor::{Decode, Encode};

use super::fields::Kind;
use super::wire::{Hidden, ItemId, Ticket};

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ImportReport {
    /// Names this import in [`super::protocol::Request::ImportCommit`]; `None` where nothing would be added.
    #[n(0)]
    pub ticket: Option<Ticket>,
    /// The format that was recognised, as a short name (`aegis`, `2fas`, `otpauth`).
    #[n(1)]
    pub format: String,
    /// One line per entry of the file, in its order.
    #[n(2)]
    pub lines: Vec<ImportLine>,
    /// Parts of a batch that are missing, counted from 1.
    #[n(3)]
    pub missing_parts: Vec<u32>,
}

/// What happens to one entry of an import.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ImportLine {
    /// The entry's issuer.
    #[n(0)]
    pub issuer: String,
    /// The entry's account.
    #[n(1)]
    pub account: String,
    /// What happens to it.
    #[n(2)]
    pub outcome: ImportOutcome,
    /// Things in the entry the holder should know were left behind, as short names.
    #[n(3)]
    pub notes: Vec<String>,
    /// What it is; `None` where that cannot be told.
    #[n(4)]
    pub kind: Option<Kind>,
}

/// What happens to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ImportOutcome {
    /// It becomes an item.
    #[n(0)]
    Imported,
    /// The vault has it already, or it stood earlier in the same file.
    #[n(1)]
    SameAsExisting {
        /// Which item, where it is in the vault.
        #[n(0)]
        id: Option<ItemId>,
    },
    /// It cannot be taken.
    #[n(2)]
    Refused {
        /// Why.
        #[n(0)]
        why: Refusal,
    },
}

/// Why an entry cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
    /// It has no secret.
    #[n(0)]
    NoSecret,
    /// Its secret is not in the encoding it should be in.
    #[n(1)]
    BadSecret,
    /// Its type is unknown.
    #[n(2)]
    UnknownType {
        /// The type, as the file says.
        #[n(0)]
        found: String,
    },
    /// Its hash function is unknown.
    #[n(3)]
    UnknownAlgorithm {
        /// The name, as the file says.
        #[n(0)]
        found: String,
    },
    /// Its number of digits is out of range.
    #[n(4)]
    BadDigits,
    /// Its period is out of range.
    #[n(5)]
    BadPeriod,
    /// Its counter is missing or out of range.
    #[n(6)]
    BadCounter,
    /// It is not a token: something this import leaves alone.
    #[n(7)]
    NotAToken,
    /// It is broken in another way.
    #[n(8)]
    Broken,
    /// It is something a vault does not keep, such as a password.
    #[n(9)]
    NotKept,
    /// Its secret is bound to the app or the phone.
    #[n(10)]
    AppBound,
}

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ExportFormat {
    /// One `otpauth` URI per line.
    #[n(0)]
    Otpauth,
    /// `otpauth-migration` URIs, a part each, to draw as QR codes.
    #[n(1)]
    Google,
    /// An Aegis vault file.
    #[n(2)]
    Aegis,
    /// A 2FAS backup file.
    #[n(3)]
    TwoFas,
    /// Passkeys, not tokens, as FIDO's Credential Exchange Format.
    #[n(4)]
    Cxf,
}

/// Something an export could not carry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExportLoss {
    /// Of which token or passkey.
    #[n(0)]
    pub id: ItemId,
    /// What the holder calls it.
    #[n(1)]
    pub title: String,
    /// How much is lost.
    #[n(2)]
    pub extent: LossExtent,
}

/// How much of a token an export loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum LossExtent {
    /// All: it is not in the file.
    #[n(0)]
    LeftOut,
    /// It is in the file, but the other app shows wrong codes for it on some phones.
    #[n(1)]
    Misread,
    /// It is in the file without its note, tags, folder, colour or pin; a passkey, without its large blob.
    #[n(2)]
    Without,
    /// It is in the file whole, but how well it is protected is read by this program only.
    #[n(3)]
    Unread,
}

/// How an export is protected.
#[derive(Encode, Decode)]
pub enum Protection {
    /// Not at all: plain text.
    #[n(0)]
    None,
    /// By the format's own encryption (Aegis, 2FAS).
    #[n(1)]
    Password(#[n(0)] Hidden<SecretText>),
    /// As an age file, opened by a passphrase.
    #[n(2)]
    AgePassphrase(#[n(0)] Hidden<SecretText>),
    /// As an age file, opened by the identity of this recipient (`age1...`).
    #[n(3)]
    AgeRecipient(#[n(0)] String),
}
