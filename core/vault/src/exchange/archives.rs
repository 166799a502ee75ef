// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports that come as a zip archive and are something else inside: Authenticator Plus (`Accounts.txt`), Raivo
//! OTP, WinAuth under a password, and whatever export somebody packed to protect it.
//!
//! The member is found by what it holds, not by its name. It is read as its own format says; of two exports in
//! one archive neither is taken silently, so such an archive is no format.

use kagifuda_secret::SecretText;
use zeroize::Zeroizing;

use super::{
    FORMATS, Format, FormatName, Import, ImportError, ImportLimits, is_database, lines, zip,
};

/// The only member of a backup of Authenticator Plus.
const ACCOUNTS: &str = "Accounts.txt";
/// The most members that are looked into.
const MAX_LOOKED_INTO: usize = 32;

/// A backup of Authenticator Plus.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthenticatorPlus;

impl Format for AuthenticatorPlus {
    fn name(&self) -> FormatName {
        FormatName::AuthenticatorPlus
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        zip::names(bytes, ACCOUNTS)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = zip::text_of(bytes, ACCOUNTS, password, limits)?;
        lines::read_text(limits.text_of(&text)?, FormatName::AuthenticatorPlus)
    }
}

/// An export of any app in a zip archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zipped;

impl Format for Zipped {
    fn name(&self) -> FormatName {
        FormatName::Zipped
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        zip::is_archive(bytes)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let members = zip::members(bytes)?;
        let files = members.iter().filter(|member| !member.name.ends_with('/'));
        let mut found: Option<(&dyn Format, Zeroizing<Vec<u8>>)> = None;
        for member in files.take(MAX_LOOKED_INTO) {
            let text = member.read(password, limits)?;
            if text.is_empty() || is_database(&text) {
                continue;
            }
            // An archive in an archive is looked into no more.
            let mut formats = FORMATS.iter().copied().filter(|it| it.name() != self.name());
            let Some(format) = formats.find(|it| is_certain(*it, &text)) else { continue };
            if found.is_some() {
                return Err(ImportError::UnknownFormat);
            }
            found = Some((format, text));
        }
        let (format, text) = found.ok_or(ImportError::UnknownFormat)?;
        format.read(&text, password, limits)
    }
}

/// What has no mark could be any file that lies beside an export.
fn is_certain(format: &dyn Format, bytes: &[u8]) -> bool {
    let is_text = || core::str::from_utf8(bytes).is_ok();
    format.looks_like(bytes) && (format.name() != FormatName::AndOtp || is_text())
}
