// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key ...` for every security key that is plugged in, ours or bought.
//!
//! ```text
//! order -> device (which key) -> talk (frames, waiting, Ctrl-C) -> client (core/ctap) -> what is shown
//! ```
//!
//! The vault has no part in it, so nothing here reaches the agent, but for the listing of both kinds of keys.
//! What a key says of itself is shown as text and never trusted with more.

mod bio;
mod blobs;
mod config;
mod device;
mod info;
mod list;
mod passkeys;
mod pin;
mod reset;
mod talk;

pub(super) use device::{PluggedIn, plugged_in};
pub(super) use list::list;

use super::session::Session;
use crate::commands::resolve::{KeyJob, KeyVerb};
use crate::fault::Fault;
use crate::say;

/// Carries out an order that concerns a key.
pub(super) fn run(s: &mut Session<'_>, job: &KeyJob) -> Result<(), Fault> {
    let key = device::choose(s, job.device.as_deref())?;
    match &job.verb {
        KeyVerb::Info { json } => info::show(s, &key, *json),
        KeyVerb::Wink => wink(s, &key),
        KeyVerb::SetPin => pin::set(s, &key),
        KeyVerb::ChangePin => pin::change(s, &key),
        KeyVerb::ForcePin => pin::force(s, &key),
        KeyVerb::Passkeys { query, json } => passkeys::list(s, &key, query, *json),
        KeyVerb::RenamePasskey { query, account, person } => {
            passkeys::rename(s, &key, query, (account.as_deref(), person.as_deref()))
        }
        KeyVerb::DeletePasskey { query } => passkeys::delete(s, &key, query),
        KeyVerb::BioInfo { json } => bio::info(s, &key, *json),
        KeyVerb::Fingers { json } => bio::list(s, &key, *json),
        KeyVerb::AddFinger { name } => bio::add(s, &key, name.as_deref()),
        KeyVerb::RenameFinger { query, name } => bio::rename(s, &key, query, name),
        KeyVerb::DeleteFinger { query } => bio::delete(s, &key, query),
        KeyVerb::Blobs { json } => blobs::list(s, &key, *json),
        KeyVerb::ShowBlob { query, file } => blobs::show(s, &key, query, file.as_deref()),
        KeyVerb::SetBlob { query, file } => blobs::set(s, &key, query, file),
        KeyVerb::RemoveBlob { query } => blobs::remove(s, &key, query),
        KeyVerb::Config(setting) => config::change(s, &key, setting),
        KeyVerb::Reset => reset::reset(s, &key),
    }
}

/// Lets a key show which one it is.
fn wink(s: &mut Session<'_>, key: &device::PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    talk.wink(s)?;
    let told = say!(s.texts, "key-winked", name = key.name.as_str());
    s.tell(&told);
    Ok(())
}
