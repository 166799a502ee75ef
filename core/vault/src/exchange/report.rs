// SPDX-License-Identifier: MIT OR Apache-2.0
//! What reading and writing other apps' files has to tell: errors of a file, refusals of an entry,
//! notices about assumptions, and losses when writing. None of them ever holds a secret, a password
//! or a stretch of the file.

use core::fmt;

use kagifuda_otp::TokenKind;
use kagifuda_otp::migration::{MigrationError, PartName, Unreadable};
use kagifuda_otp::otpauth::{self, OtpauthError};

/// Why a whole file could not be read. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// The bytes look like no format we read.
    UnknownFormat,
    /// The bytes are not of the format that was asked for.
    NotThisFormat,
    /// The file is empty, or holds white space only.
    Empty,
    /// The file is larger than any export; usually the wrong file.
    TooLarge {
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// The file lists more entries than any person has.
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// The file is encrypted and no password was given.
    PasswordNeeded,
    /// The password is not the one the file was encrypted with. Ente's format cannot tell this from
    /// a damaged file.
    WrongPassword,
    /// The file is encrypted in a way that only the phone that made it can undo.
    NoPasswordWay,
    /// The file is of the right kind but broken: cut short or changed.
    Damaged {
        /// Where.
        at: Place,
    },
    /// The file is encrypted in a way that only the account that made it can undo.
    AccountBound,
    /// The file is encrypted or packed in a way that is not known here, such as with Twofish.
    UnknownMethod,
    /// Testing the password would cost more than the limits allow: a hostile or foreign file.
    TooCostly {
        /// Memory asked for, in KiB.
        memory_kib: u64,
        /// Memory times passes asked for, in KiB; over all password slots.
        work_kib: u64,
    },
    /// This machine could not give the memory the file's key derivation needs.
    NotEnoughMemory {
        /// Memory asked for, in KiB.
        memory_kib: u64,
    },
    /// A newer version of the app wrote the file.
    NewerVersion {
        /// The version found.
        found: u64,
        /// The newest version known here.
        known: u64,
    },
}

/// Where a file is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// It is not UTF-8 text.
    Text,
    /// The JSON breaks off or is not what the format says, at this place; counted from 1.
    Json {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// The XML breaks off or is not what the format says, at this line; counted from 1.
    Xml {
        /// Line.
        line: usize,
    },
    /// The row of the table that begins in this line has a quotation mark that is not closed; counted from 1.
    Row {
        /// Line.
        line: usize,
    },
    /// What is compressed breaks off, or becomes something else than it says.
    Compressed,
    /// The bytes break off or are not what the format says, at this place; counted from 0.
    Byte {
        /// How many bytes come before it.
        offset: u64,
    },
    /// The decrypted JSON is not what the format says.
    Content,
    /// The parameters of the encryption: salts, nonces, tags, slots.
    Parameters,
    /// The encrypted part does not open under the right key.
    Ciphertext,
    /// A file of SQLite whose pages or tables cannot be read.
    Database,
}

/// A fact about a token that a file may state or leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Whether it counts time or uses.
    Kind,
    /// The hash function.
    Algorithm,
    /// The length of a code.
    Digits,
    /// The length of a step.
    Period,
    /// The counter of the next code.
    Counter,
}

/// What the holder should know about an imported entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The file does not say it; the usual value was assumed, and codes are wrong where that is not so.
    Assumed(Setting),
    /// The file states a value the kind of token does not have; it was ignored.
    Ignored(Setting),
    /// The file's picture of the entry was not taken over.
    IconDropped,
    /// The app had the entry in its bin.
    WasTrashed,
    /// The app had the entry in its archive.
    WasArchived,
    /// A parameter we do not know was kept with the token.
    UnknownKept {
        /// Its name.
        name: String,
    },
    /// Display settings of the entry (tags, note, pinned) were unreadable and dropped.
    DisplayUnreadable,
    /// The entry names a group that the file does not list.
    GroupMissing,
    /// The entry uses a PIN, which the file does not hold; codes need it.
    PinMissing,
    /// The app showed it under a name that is not the issuer's; the issuer was kept.
    ShownAs {
        /// The name.
        name: String,
    },
    /// A passkey's secrets for sites that encrypt with it (WebAuthn's `prf`) are not ones; what such a site
    /// encrypted cannot be opened with it.
    PrfUnreadable,
    /// What a site left with a passkey was not taken over.
    BlobDropped,
    /// How well a passkey is protected (credProtect) is said and unreadable; the most was assumed.
    ProtectionAssumed,
    /// It has a saved password, which is not a passkey; the password itself is not kept here.
    SavedPassword,
    /// Files that were attached to it were not taken over.
    AttachmentDropped,
    /// It is of a kind nobody here knows; all of it was kept as text.
    UnknownAsText,
    /// The other program counted this passkey's signatures, which this vault does not.
    SignaturesCounted,
    /// Something odd about its URI.
    Uri(otpauth::Notice),
}

/// What concerns an imported file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileNotice {
    /// These codes of a batch were announced by others and not given; their entries are missing.
    PartsMissing(Vec<PartName>),
    /// These codes were given more than once and counted once.
    PartsRepeated(Vec<PartName>),
    /// Different codes bear these numbers; all were read.
    PartsConflicting(Vec<PartName>),
}

/// An entry that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which entry of the file it is, counted from 1.
    pub position: usize,
    /// Issuer and account as far as they could be read; never the secret.
    pub name: String,
    /// Why.
    pub reason: RefuseReason,
}

/// Why an entry was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefuseReason {
    /// The line or object is not what the format says: wrong types, doubled or missing fields.
    Malformed,
    /// A line of text that is no token's URI.
    NotAToken,
    /// A token's URI with something wrong in it.
    Uri(OtpauthError),
    /// A batch code of Google Authenticator that does not decode; it may stand for several entries.
    Batch(MigrationError),
    /// An entry of a batch that is no token.
    BatchEntry(Unreadable),
    /// It has no secret.
    NoSecret,
    /// Its secret is not base32.
    BadSecret,
    /// A kind of token we do not know.
    UnknownKind,
    /// A hash function we do not know.
    UnknownAlgorithm,
    /// A length of codes nobody uses.
    BadDigits,
    /// A step of zero or of absurd length.
    BadPeriod,
    /// A field is longer than the limit.
    TooLong,
    /// It is something this vault does not keep, such as a password or an address.
    NotKept,
    /// Its secret is bound to the app or the phone and is not in the file.
    AppBound,
}

/// What a writer could not put into the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Which of the given entries, counted from 1.
    pub position: usize,
    /// What was lost.
    pub kind: LossKind,
}

/// How much was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossKind {
    /// The entry is not in the file: the format has no tokens of this kind.
    Kind(TokenKind),
    /// The entry is not in the file: the format has no place for this value.
    Value(Setting),
    /// The entry is not in the file: the format counts steps from 1970 only.
    StartOfTime,
    /// The entry is not in the file: the format needs the PIN and we do not have it.
    PinMissing,
    /// The entry is not in the file: the secret has a length the format does not allow.
    Secret,
    /// The entry is not in the file: it is longer than the format allows.
    TooLong,
    /// The entry is in the file, but the app reads another value on some phones and shows wrong
    /// codes there.
    Misread(Setting),
    /// The entry is in the file without this.
    Without(Part),
    /// The entry is in the file with this, but the format has no place for it and other apps pass it over.
    Unread(Part),
}

impl LossKind {
    /// Tells whether the entry is missing from the file, not only shortened.
    #[must_use]
    pub const fn is_left_out(&self) -> bool {
        !matches!(self, Self::Misread(_) | Self::Without(_) | Self::Unread(_))
    }
}

/// Parts of an entry that some formats have no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Folders beyond the first, or all.
    Folders,
    /// Tags.
    Tags,
    /// The note.
    Note,
    /// Being pinned.
    Pinned,
    /// The colour.
    Colour,
    /// `otpauth` parameters we do not know.
    UnknownParameters,
    /// A passkey's level of protection (credProtect).
    Protection,
    /// What a site left beside a passkey (largeBlob), where it cannot be read.
    LargeBlob,
}

/// Why a file could not be written at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// The password is empty.
    EmptyPassword,
    /// This machine could not give the memory the key derivation needs.
    NotEnoughMemory,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl core::error::Error for ImportError {}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl core::error::Error for WriteError {}
