// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading the files of other authenticator apps and password managers, and writing files they read.
//!
//! One file per format behind one small trait, [`Format`]. A reader never guesses silently: what a
//! file does not say and we assume, what it says and we cannot keep, and every entry we refuse come
//! back as values ([`Notice`], [`Refused`]), so that a preview can show them before anything is
//! stored. A writer does the same with what its format cannot carry ([`Loss`]). Nothing here knows
//! files, clocks or screens.

mod aegis;
mod blob;
mod code_display;
mod cxf;
mod ente;
mod fields;
mod gcm;
mod google;
mod json;
mod limits;
mod lines;
mod password;
mod report;
mod secretstream;
mod twofas;
mod write;

pub use aegis::{Aegis, write_aegis};
pub use blob::{LargeBlob, MAX_LARGE_BLOB_BYTES};
pub use cxf::{Cxf, OutgoingBlob, OutgoingPasskey, write_cxf};
pub use ente::Ente;
pub use google::{COMFORTABLE_CODE_BYTES, GoogleMigration, WrittenCodes, write_google};
pub use limits::{ImportLimits, MAX_ENTRIES};
pub use lines::{OtpauthLines, write_lines};
pub use report::{
    FileNotice, ImportError, Loss, LossKind, Notice, Part, Place, RefuseReason, Refused, Setting,
    WriteError,
};
pub use twofas::{TwoFas, write_twofas};
pub use write::{Outgoing, Protection, Written};

use kagifuda_otp::Token;
use kagifuda_secret::SecretText;

use crate::item::Passkey;

/// The formats this room reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FormatName {
    /// Text with one `otpauth://` URI per line.
    OtpauthLines,
    /// `otpauth-migration://` URIs, the QR batches of Google Authenticator.
    GoogleMigration,
    /// A vault of Aegis Authenticator, plain or under a password.
    Aegis,
    /// A backup of 2FAS Authenticator, plain or under a password.
    TwoFas,
    /// An export of Ente Auth, plain or under a password.
    Ente,
    /// FIDO's Credential Exchange Format, between password managers.
    Cxf,
}

/// What an entry carries besides its token; empty where the file says nothing.
#[derive(Default)]
pub struct EntryExtras {
    /// Names of the folders or groups the entry is in.
    pub folders: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The holder's note; may hold secrets, such as backup codes.
    pub note: SecretText,
    /// Whether the entry is pinned or a favourite.
    pub is_pinned: bool,
    /// A colour by the name the app gives it.
    pub colour: Option<String>,
}

/// One token as a file held it.
pub struct Entry {
    /// Which entry of the file it is, counted from 1, refused ones included.
    pub position: usize,
    /// The token.
    pub token: Token,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// One passkey as a file held it.
pub struct PasskeyEntry {
    /// Which entry of the file it is, counted from 1, tokens and refused ones included.
    pub position: usize,
    /// What it was called, where that is more than its site.
    pub name: String,
    /// The passkey. It has no key for a blob: the file names none.
    pub passkey: Passkey,
    /// What its site left beside it.
    pub large_blob: Option<LargeBlob>,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// What was read from a file. Entries, passkeys and refusals together are all entries of the file.
pub struct Import {
    /// The format the file turned out to be.
    pub format: FormatName,
    /// What can be imported, in the file's order.
    pub entries: Vec<Entry>,
    /// The passkeys among what can be imported, in the file's order.
    pub passkeys: Vec<PasskeyEntry>,
    /// What cannot, and why.
    pub refused: Vec<Refused>,
    /// What concerns the file as a whole.
    pub notices: Vec<FileNotice>,
}

/// A format this room reads. Readers keep no state and have no side effects.
pub trait Format: Sync {
    /// Its name.
    fn name(&self) -> FormatName;

    /// Tells cheaply whether the bytes look like this format, damaged ones included.
    fn looks_like(&self, bytes: &[u8]) -> bool;

    /// Reads all entries.
    ///
    /// # Errors
    /// See [`ImportError`]: the file as a whole cannot be read. A single bad entry is no error, it
    /// is [`Refused`].
    fn read(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        if !self.looks_like(bytes) {
            return Err(ImportError::NotThisFormat);
        }
        self.entries_of(text, password, limits)
    }

    /// Reads all entries of a text that looks like this format and is no longer than allowed.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn entries_of(
        &self,
        text: &str,
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError>;
}

/// Every format, the most particular first.
const FORMATS: [&dyn Format; 6] = [&Aegis, &TwoFas, &Ente, &Cxf, &GoogleMigration, &OtpauthLines];

/// Finds the format the bytes look like.
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.looks_like(bytes))
}

/// Reads bytes of whatever format they look like.
///
/// # Errors
/// [`ImportError::Empty`], [`ImportError::TooLarge`], [`ImportError::UnknownFormat`], or what the
/// format's own reader says.
pub fn read_any(
    bytes: &[u8],
    password: Option<&SecretText>,
    limits: &ImportLimits,
) -> Result<Import, ImportError> {
    limits.admit_size(bytes)?;
    let format = detect(bytes).ok_or(ImportError::UnknownFormat)?;
    format.read(bytes, password, limits)
}
