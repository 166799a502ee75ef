// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key reset`: a key forgets everything (CTAP 2.3 section 6.6). What will be lost is named before, by name where the
//! PIN is known. A key takes a reset in the first seconds after it was plugged in only, so the person is
//! led through that.

use std::time::{Duration, Instant};

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::status::Status;

use super::device::{PluggedIn, plugged_in};
use super::passkeys::Managed;
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::say;

/// How long is waited until a key was pulled out, and until it is back.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often is looked whether it is there.
const LOOK: Duration = Duration::from_millis(100);

/// Makes a key forget everything, after a question.
pub(super) fn reset(s: &mut Session<'_>, key: &PluggedIn) -> Result<(), Fault> {
    let name = key.name.as_str();
    let told = say!(s.texts, "key-reset-loses", name = name);
    s.tell(&told);
    if s.person.is_present() {
        name_passkeys(s, key)?;
    }
    let question = say!(s.texts, "key-reset-ask", name = name);
    s.confirm(&question)?;
    let key = if s.person.is_present() && key.can_be_pulled_out() {
        &plugged_in_anew(s, key)?
    } else {
        key
    };
    let mut talk = key.open()?;
    let answer = talk.ask(s, client::reset)?;
    match client::read_done(&answer) {
        Err(ClientError::Key(Status::NotAllowed)) => return Err(KeyTrouble::ResetTooLate.into()),
        done => done.map_err(KeyTrouble::of_answer)?,
    }
    let told = say!(s.texts, "key-reset-done", name = name);
    s.tell(&told);
    Ok(())
}

/// Names the passkeys, where the key lists them and its PIN is known. It may be what was forgotten, so nothing
/// about it stops a reset.
fn name_passkeys(s: &mut Session<'_>, key: &PluggedIn) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    let lists = client::Dialect::of(&info.options).is_some();
    if !lists || info.options.client_pin != Some(true) || info.must_change_pin {
        return Ok(());
    }
    let told = say!(s.texts, "key-reset-pin-names");
    s.tell(&told);
    let opened = Managed::open(s, key, talk, &info, Permissions(0));
    let all = match opened.and_then(|mut managed| managed.all(s)) {
        Err(
            Fault::NothingEntered | Fault::Key(KeyTrouble::NeedsReplug | KeyTrouble::PinBlocked),
        ) => return Ok(()),
        all => all?,
    };
    if all.is_empty() {
        let told = say!(s.texts, "key-reset-no-passkeys");
        s.tell(&told);
    }
    for passkey in all {
        let told = say!(s.texts, "key-reset-loses-passkey", name = passkey.called());
        s.tell(&told);
    }
    Ok(())
}

/// Has the person pull the key out and plug it in.
fn plugged_in_anew(s: &mut Session<'_>, key: &PluggedIn) -> Result<PluggedIn, Fault> {
    let told = say!(s.texts, "key-reset-pull-out");
    s.tell(&told);
    wait_for(|| (!plugged_in().iter().any(|other| other.is_same_as(key))).then_some(()))?;
    let told = say!(s.texts, "key-reset-plug-in");
    s.tell(&told);
    wait_for(|| plugged_in().into_iter().find(|other| other.is_same_as(key) && other.is_usable()))
}

fn wait_for<T>(look: impl Fn() -> Option<T>) -> Result<T, Fault> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(seen) = look() {
            return Ok(seen);
        }
        std::thread::sleep(LOOK);
    }
    Err(KeyTrouble::Gone.into())
}
