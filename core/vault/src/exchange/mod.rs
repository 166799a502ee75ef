// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading the files of other authenticator apps and password managers, and writing files they read.
//!
//! One file per format behind one small trait, [`Format`]. A reader never guesses silently: what a
//! file does not say and we assume, what it says and we cannot keep, and every entry we refuse come
//! back as values ([`Notice`], [`Refused`]), so that a preview can show them before anything is
//! stored. A writer does the same with what its format cannot carry ([`Loss`]). Nothing here knows
//! files, clocks or screens.

mod aegis;
mod andotp;
mod archives;
mod authy;
mod battle_net;
mod bitwarden;
mod blob;
mod cbc;
mod code_display;
mod csv;
mod csv_exports;
mod cursor;
mod cxf;
mod duo;
mod ente;
mod entry;
mod fields;
mod freeotp;
mod freeotp2;
mod gcm;
mod google;
mod hmac;
mod inflate;
mod java;
mod json;
mod kdbx;
mod keepassxc_passkey;
mod limits;
mod lines;
mod login;
mod onepux;
mod passkey;
mod password;
mod phones;
mod preferences;
mod proton;
mod raivo;
mod report;
mod secretstream;
mod steam;
mod stratum;
mod tables;
mod totp_authenticator;
mod twofas;
mod winauth;
mod write;
mod xml;
mod zip;

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
    /// A backup of andOTP, plain or under a password, in its newer or its older form.
    AndOtp "andotp" "andOTP";
    /// A backup of Stratum (Authenticator Pro), plain or under a password, or its database.
    Stratum "stratum" "Stratum";
    /// The preferences of FreeOTP 1 or FreeOTP+.
    FreeOtp "freeotp" "FreeOTP";
    /// An export of FreeOTP+.
    FreeOtpPlus "freeotp-plus" "FreeOTP+";
    /// A backup of FreeOTP 2.
    FreeOtp2 "freeotp2" "FreeOTP 2";
    /// An export of Proton Authenticator, plain or under a password.
    Proton "proton" "Proton Authenticator";
    /// An export of Raivo OTP.
    Raivo "raivo" "Raivo OTP";
    /// The accounts of Duo Mobile.
    Duo "duo" "Duo Mobile";
    /// The accounts of the Steam app.
    Steam "steam" "Steam";
    /// The preferences of Blizzard's app.
    BattleNet "battle-net" "Battle.net";
    /// The preferences of Authy.
    Authy "authy" "Authy";
    /// A backup of TOTP Authenticator, or its preferences.
    TotpAuthenticator "totp-authenticator" "TOTP Authenticator";
    /// An export of Bitwarden as JSON or CSV, plain or under a password.
    Bitwarden "bitwarden" "Bitwarden";
    /// A database of KeePass or one of its relatives.
    Kdbx "kdbx" "KeePass";
    /// The contents of such a database as XML.
    KeepassXml "keepass-xml" "KeePass XML";
    /// What KeePassXC exports as CSV.
    KeepassCsv "keepassxc-csv" "KeePassXC CSV";
    /// One passkey of KeePassXC.
    KeepassxcPasskey "keepassxc-passkey" "KeePassXC";
    /// What Apple's Passwords exports as CSV.
    AppleCsv "apple-csv" "Apple Passwords";
    /// What Google's password manager exports as CSV.
    GoogleCsv "google-csv" "Google Password Manager";
    /// What Firefox exports as CSV.
    FirefoxCsv "firefox-csv" "Firefox";
    /// An export of 1Password, 1PUX or CSV.
    OnePassword "1password" "1Password";
    /// A backup of Authenticator Plus.
    AuthenticatorPlus "authenticator-plus" "Authenticator Plus";
    /// A text export of WinAuth.
    WinAuth "winauth" "WinAuth";
    /// A zip archive with an export of another app.
    Zipped "zip" "zip";
    /// The database of Google Authenticator.
    GooglePhone "google-phone" "Google Authenticator";
    /// The database of Microsoft Authenticator.
    MicrosoftPhone "microsoft-phone" "Microsoft Authenticator";
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
    &stratum::Stratum,
    &freeotp2::FreeOtp2,
    &freeotp::FreeOtpPlus,
    &proton::Proton,
    &steam::Steam,
    &duo::Duo,
    &raivo::Raivo,
    &bitwarden::Bitwarden,
    &keepassxc_passkey::KeepassxcPasskey,
    &kdbx::Kdbx,
    &kdbx::KeepassXml,
    // Archives, by what is in them.
    &archives::AuthenticatorPlus,
    &onepux::OnePux,
    &archives::Zipped,
    // Those that are told by the names of their columns.
    &csv_exports::FIREFOX_CSV,
    &csv_exports::BITWARDEN_CSV,
    &csv_exports::ONEPASSWORD_CSV,
    &csv_exports::APPLE_CSV,
    &csv_exports::KEEPASSXC_CSV,
    &csv_exports::GOOGLE_CSV,
    // Those of phones, told by the names of what they keep.
    &battle_net::BattleNet,
    &authy::Authy,
    &totp_authenticator::TotpAuthenticator,
    &freeotp::FreeOtp,
    // Those that are told by a line.
    &GoogleMigration,
    &winauth::WinAuth,
    &OtpauthLines,
    // What no mark tells: a list, or bytes that look random.
    &andotp::AndOtp,
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
