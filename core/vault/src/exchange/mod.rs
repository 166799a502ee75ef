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
mod entry;
mod fields;
mod gcm;
mod google;
mod json;
mod limits;
mod lines;
mod password;
mod report;
mod secretstream;
mod tables;
mod twofas;
mod write;

pub use aegis::{Aegis, write_aegis};
pub use blob::{LargeBlob, MAX_LARGE_BLOB_BYTES};
pub use cxf::{Cxf, OutgoingBlob, OutgoingPasskey, write_cxf};
pub use ente::Ente;
pub use entry::{
    Entry, EntryExtras, Import, KeptElsewhere, Lives, MethodKind, NoteEntry, PasskeyEntry,
    ServiceEntry,
};
pub use google::{COMFORTABLE_CODE_BYTES, GoogleMigration, WrittenCodes, write_google};
pub use limits::{ImportLimits, MAX_ENTRIES};
pub use lines::{OtpauthLines, write_lines};
pub use report::{
    FileNotice, ImportError, Loss, LossKind, Notice, Part, Place, RefuseReason, Refused, Setting,
    WriteError,
};
pub use tables::{Cell, Table, TableFormat, Tables, is_database, read_tables, wanted_tables};
pub use twofas::{TwoFas, write_twofas};
pub use write::{Outgoing, Protection, Written};

use kagifuda_secret::SecretText;

macro_rules! format_names {
    ($($(#[$doc:meta])* $name:ident $word:literal $app:literal;)+) => {
        /// The formats this room reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FormatName {
            $($(#[$doc])* $name,)+
        }

        impl FormatName {
            /// A short word for scripts and for the item's source; it never changes.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What people call it; a name, the same in every language.
            #[must_use]
            pub const fn app(self) -> &'static str {
                match self {
                    $(Self::$name => $app,)+
                }
            }
        }
    };
}

format_names! {
    /// Text with one `otpauth://` URI per line.
    OtpauthLines "otpauth" "otpauth";
    /// `otpauth-migration://` URIs, the QR batches of Google Authenticator.
    GoogleMigration "google" "Google Authenticator";
    /// A vault of Aegis Authenticator, plain or under a password.
    Aegis "aegis" "Aegis";
    /// A backup of 2FAS Authenticator, plain or under a password.
    TwoFas "2fas" "2FAS";
    /// An export of Ente Auth, plain or under a password.
    Ente "ente" "Ente Auth";
    /// FIDO's Credential Exchange Format, between password managers.
    Cxf "cxf" "CXF";
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
        limits.admit_size(bytes)?;
        if !self.looks_like(bytes) {
            return Err(ImportError::NotThisFormat);
        }
        self.entries_of(bytes, password, limits)
    }

    /// Reads all entries of bytes that look like this format and are no more than allowed.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError>;
}

/// Every format but those of databases, the most particular first.
pub const FORMATS: &[&dyn Format] = &[
    // Those with a mark of their own, or with keys that no other has together.
    &Aegis,
    &TwoFas,
    &Ente,
    &Cxf,
    // Those that are told by a line.
    &GoogleMigration,
    &OtpauthLines,
];

/// Finds the format the bytes look like.
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.looks_like(bytes))
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
