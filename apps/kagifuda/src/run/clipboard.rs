// SPDX-License-Identifier: MIT OR Apache-2.0
//! A code on the clipboard, and off it again: the process that clears it is this program, started anew
//! in the background, and it clears only what is still ours.

use std::time::Duration;

use kagifuda_linux::clipboard::{Clipboard, clear_after};
use kagifuda_secret::SecretText;

use super::session::Session;
use crate::fault::Fault;
use crate::say;

/// How long a code stays.
const STAYS_SECONDS: u32 = 30;

/// Copies a secret and sees to it that it goes.
pub(super) fn copy(s: &mut Session<'_>, secret: &SecretText, of: &str) -> Result<(), Fault> {
    let seconds = put(secret)?;
    let told = say!(s.texts, "code-copied", name = of, seconds = seconds);
    s.tell(&told);
    Ok(())
}

/// Copies a secret and says nothing; for how many seconds it stays.
pub(super) fn put(secret: &SecretText) -> Result<u32, Fault> {
    let clipboard = Clipboard::find()?;
    let program = std::env::current_exe().map_err(|_| Fault::Internal)?;
    let stays = STAYS_SECONDS.to_string();
    clipboard.copy(secret)?;
    clipboard.clear_later((&program, &["clear-clipboard", clipboard.name(), &stays]), secret)?;
    Ok(STAYS_SECONDS)
}

/// What the background process does.
pub(super) fn clear(place: &str, after_seconds: u32) -> Result<(), Fault> {
    let clipboard = Clipboard::named(place).ok_or(Fault::Internal)?;
    Ok(clear_after(clipboard, Duration::from_secs(after_seconds.into()))?)
}
