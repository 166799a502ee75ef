// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key ...` for every security key that is plugged in, ours or bought.
//!
//! ```text
//! order -> device (which key) -> talk (frames, waiting, Ctrl-C) -> client (core/ctap) -> what is shown
//! ```
//!
//! The vault has no part in it, so nothing here reaches the agent, but for the listing of both kinds of keys.
//! What a key says of itself is shown as text and never trusted with more.

mod device;
mod info;
mod list;
mod talk;

pub(super) use list::list;

use super::session::Session;
use crate::commands::resolve::{KeyJob, KeyVerb};
use crate::fault::{Fault, KeyTrouble};
use crate::say;

/// Carries out an order that concerns a key.
pub(super) fn run(s: &mut Session<'_>, job: &KeyJob) -> Result<(), Fault> {
    let key = device::choose(s, job.device.as_deref())?;
    match &job.verb {
        KeyVerb::Info { json } => info::show(s, &key, *json),
        KeyVerb::Wink => wink(s, &key),
    }
}

/// Lets a key show which one it is.
fn wink(s: &mut Session<'_>, key: &device::PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    if !talk.greeting().capabilities.can_wink() {
        return Err(KeyTrouble::CannotDo.into());
    }
    talk.wink(s)?;
    let told = say!(s.texts, "key-winked", name = key.name.as_str());
    s.tell(&told);
    Ok(())
}
