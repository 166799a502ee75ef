// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text exports of WinAuth: `otpauth` lines. Where they name WinAuth as the issuer, the account is what says which
//! service a token is for, so the two change places. Lines that name the service are read as any others.

use core::mem;

use kagifuda_secret::SecretText;

use super::json;
use super::lines::{has_line, is_token, read_text};
use super::{Format, FormatName, Import, ImportError, ImportLimits};

/// The issuer that says nothing about a service.
const ISSUER: &str = "WinAuth";

/// How a line names it.
const MARKS: [&str; 3] = ["issuer=WinAuth", "/WinAuth:", "/WinAuth%3A"];

/// The text exports of WinAuth.
#[derive(Clone, Copy, Debug)]
pub(super) struct WinAuth;

impl Format for WinAuth {
    fn name(&self) -> FormatName {
        FormatName::WinAuth
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        has_line(bytes, is_token) && MARKS.into_iter().any(|mark| json::holds(bytes, mark))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let mut import = read_text(limits.text_of(bytes)?, FormatName::WinAuth)?;
        for entry in &mut import.entries {
            let token = &mut entry.token;
            if token.issuer == ISSUER && !token.account.is_empty() {
                mem::swap(&mut token.issuer, &mut token.account);
            }
        }
        Ok(import)
    }
}
