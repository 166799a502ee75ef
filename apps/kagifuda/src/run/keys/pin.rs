// SPDX-License-Identifier: MIT OR Apache-2.0
//! The PIN of a key: set, changed, and typed for what needs it (CTAP 2.3 section 6.5). A key that recognises
//! its person by itself is asked for that first.
//!
//! Every prompt says whose PIN is meant. PINs are brought into normal form C before a key sees them.

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement, ClientError, PinRetries, Token};
use kagifuda_ctap::message::config::MinPinLengthRequest;
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::status::Status;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::device::PluggedIn;
use super::talk::{Talk, rng};
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::say;

/// The most bytes of a PIN.
const MAX_PIN_BYTES: usize = 63;

type Pin = Zeroizing<String>;

/// Sets the first PIN.
pub(super) fn set(s: &mut Session<'_>, key: &PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    match info.options.client_pin {
        None => return Err(KeyTrouble::CannotDo.into()),
        Some(true) => return Err(KeyTrouble::HasPin.into()),
        Some(false) => {}
    }
    let new = new_pin(s, key, &info)?;
    let agreement = agree(s, &mut talk, &info)?;
    talk.order(s, |out| agreement.set_pin(&new, &mut rng(), out))?;
    let told = say!(s.texts, "key-pin-made", name = key.name.as_str());
    s.tell(&told);
    Ok(())
}

/// Changes the PIN.
pub(super) fn change(s: &mut Session<'_>, key: &PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    match info.options.client_pin {
        None => return Err(KeyTrouble::CannotDo.into()),
        Some(false) => return Err(KeyTrouble::NoPin.into()),
        Some(true) => refuse_when_blocked(super::info::tries(s, &mut talk)?)?,
    }
    // The old one is typed first, and proved only together with the new one.
    let mut old = ask_pin(s, key)?;
    let new = new_pin(s, key, &info)?;
    loop {
        let agreement = agree(s, &mut talk, &info)?;
        let answer = talk.ask(s, |out| agreement.change_pin((&old, &new), &mut rng(), out))?;
        match client::read_done(&answer) {
            Err(ClientError::Key(Status::PinInvalid)) => old = another_try(s, key, &mut talk)?,
            done => {
                done.map_err(KeyTrouble::of_answer)?;
                break;
            }
        }
    }
    let told = say!(s.texts, "key-pin-changed", name = key.name.as_str());
    s.tell(&told);
    Ok(())
}

/// Has the key demand another PIN before anything else.
pub(super) fn force(s: &mut Session<'_>, key: &PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    if info.options.set_min_pin_length != Some(true) {
        return Err(KeyTrouble::CannotDo.into());
    }
    let token = needed_token(s, key, (&mut talk, &info), Permissions::CONFIG)?;
    let rules = MinPinLengthRequest { force_change: true, ..MinPinLengthRequest::default() };
    talk.order(s, |out| client::set_min_pin_length(&rules, Some(&token), out))?;
    let told = say!(s.texts, "key-pin-forced", name = key.name.as_str());
    s.tell(&told);
    Ok(())
}

/// A token for what a key without protection does not do.
pub(super) fn needed_token(
    s: &mut Session<'_>,
    key: &PluggedIn,
    open: (&mut Talk, &Info<'_>),
    permissions: Permissions,
) -> Result<Token, Fault> {
    token(s, key, open, permissions)?.ok_or_else(|| KeyTrouble::NoPin.into())
}

/// A token with these permissions; `None` where nothing protects the key.
pub(super) fn token(
    s: &mut Session<'_>,
    key: &PluggedIn,
    (talk, info): (&mut Talk, &Info<'_>),
    permissions: Permissions,
) -> Result<Option<Token>, Fault> {
    if recognises_for(info, permissions) {
        let agreement = agree(s, talk, info)?;
        let answer = talk.ask(s, |out| agreement.token_by_recognition(permissions, None, out))?;
        match agreement.read_token(&answer) {
            Err(ClientError::Key(Status::UvInvalid | Status::UvBlocked)) => {
                let told = say!(s.texts, "key-not-recognised");
                s.tell(&told);
            }
            token => return Ok(Some(token.map_err(KeyTrouble::of_answer)?)),
        }
    }
    if info.options.client_pin != Some(true) {
        return Ok(None);
    }
    if info.must_change_pin {
        return Err(KeyTrouble::PinMustChange.into());
    }
    refuse_when_blocked(super::info::tries(s, talk)?)?;
    let mut pin = ask_pin(s, key)?;
    loop {
        let agreement = agree(s, talk, info)?;
        let answer = talk.ask(s, |out| {
            if info.has_tokens_with_permissions() {
                agreement.token_by_pin(&pin, (permissions, None), &mut rng(), out)
            } else {
                agreement.legacy_token(&pin, &mut rng(), out)
            }
        })?;
        match agreement.read_token(&answer) {
            Err(ClientError::Key(Status::PinInvalid)) => pin = another_try(s, key, talk)?,
            token => return Ok(Some(token.map_err(KeyTrouble::of_answer)?)),
        }
    }
}

/// Whether the key recognises its person by itself, and that is enough for this.
fn recognises_for(info: &Info<'_>, permissions: Permissions) -> bool {
    info.options.uv == Some(true)
        && info.has_tokens_with_permissions()
        && (!permissions.has(Permissions::CONFIG) || info.options.uv_acfg == Some(true))
        && (!permissions.has(Permissions::BIO) || info.options.uv_bio_enroll == Some(true))
}

fn agree(s: &mut Session<'_>, talk: &mut Talk, info: &Info<'_>) -> Result<Agreement, Fault> {
    let protocol = info.pin_protocol().ok_or(KeyTrouble::CannotDo)?;
    let answer = talk.ask(s, |out| client::key_agreement(protocol, out))?;
    Ok(Agreement::new(protocol, &answer, &mut rng()).map_err(KeyTrouble::of_answer)?)
}

/// Asks again after a wrong PIN, where somebody is there and the key still takes one.
fn another_try(s: &mut Session<'_>, key: &PluggedIn, talk: &mut Talk) -> Result<Pin, Fault> {
    let retries = super::info::tries(s, talk)?;
    refuse_when_blocked(retries)?;
    if !s.person.is_present() {
        return Err(KeyTrouble::WrongPin { left: retries.left }.into());
    }
    let told = say!(s.texts, "key-wrong-pin-again", left = retries.left);
    s.tell(&told);
    ask_pin(s, key)
}

fn refuse_when_blocked(retries: PinRetries) -> Result<(), KeyTrouble> {
    match retries {
        PinRetries { left: 0, .. } => Err(KeyTrouble::PinBlocked),
        PinRetries { needs_power_cycle: true, .. } => Err(KeyTrouble::NeedsReplug),
        _ => Ok(()),
    }
}

/// Asks for a new PIN twice, and refuses what the key would.
fn new_pin(s: &mut Session<'_>, key: &PluggedIn, info: &Info<'_>) -> Result<Pin, Fault> {
    let least = info.min_pin_length;
    let prompt = say!(s.texts, "key-ask-new-pin", name = key.name.as_str(), least = least);
    let first = typed(s, &prompt)?;
    if first.len() > MAX_PIN_BYTES {
        return Err(KeyTrouble::PinTooLong { most: MAX_PIN_BYTES as u64 }.into());
    }
    if (first.chars().count() as u64) < least {
        return Err(KeyTrouble::PinTooShort { least }.into());
    }
    if s.person.is_present() {
        let again = say!(s.texts, "key-ask-pin-again");
        if typed(s, &again)? != first {
            return Err(Fault::SecretsDiffer);
        }
    }
    Ok(first)
}

fn ask_pin(s: &mut Session<'_>, key: &PluggedIn) -> Result<Pin, Fault> {
    let prompt = say!(s.texts, "key-ask-pin", name = key.name.as_str());
    typed(s, &prompt)
}

/// What is typed, in normal form C.
fn typed(s: &mut Session<'_>, prompt: &str) -> Result<Pin, Fault> {
    let typed = s.person.secret(prompt)?;
    // Room for the longest that normal form C makes of it, so that no copy is left behind.
    let mut pin = Zeroizing::new(String::with_capacity(3 * typed.expose().len()));
    pin.extend(typed.expose().nfc());
    if pin.is_empty() { Err(Fault::NothingEntered) } else { Ok(pin) }
}
