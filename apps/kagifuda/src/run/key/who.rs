// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is there: what the person is told about showing it, by a finger or by a passphrase of the vault. What
//! is shown goes to the agent, which compares; nothing is decided here.

use kagifuda_linux::fingerprint;
use kagifuda_secret::SecretText;

use crate::agent::place::system_bus;
use crate::agent::protocol::{Hidden, KeyHint, KeyVerify, KeyVerifying};
use crate::commands::resolve::KeyRunJob;
use crate::fault::{Fault, KeyTrouble, of_reader};
use crate::say;
use crate::text::Texts;

/// What somebody did who was asked to show who they are.
pub(super) enum Shown {
    /// They refused.
    Refusal,
    /// They typed this.
    Passphrase(Hidden<SecretText>),
}

/// Demands that what the order wants can be had on this PC: a reader and an enrolled finger, or a terminal to type in.
pub(super) fn can_be_recognised(job: &KeyRunJob) -> Result<(), Fault> {
    match job.verify {
        None => Ok(()),
        Some(KeyVerify::Fingerprint) => fingerprint::check(&system_bus())
            .map_err(|trouble| KeyTrouble::Reader(trouble.into()).into()),
        Some(KeyVerify::Passphrase) => {
            let has_terminal = kagifuda_linux::terminal::is_terminal(rustix::stdio::stdin());
            if has_terminal { Ok(()) } else { Err(KeyTrouble::NoTerminal.into()) }
        }
    }
}

/// What to tell the person who plugged such a key in.
pub(super) const fn greeting(verify: KeyVerify) -> &'static str {
    match verify {
        KeyVerify::Fingerprint => "key-recognises-fingers",
        KeyVerify::Passphrase => "key-recognises-passphrase",
    }
}

/// Whether the agent has decided.
pub(super) const fn is_over(stands: KeyVerifying) -> bool {
    matches!(stands, KeyVerifying::Decided | KeyVerifying::Unrecognised | KeyVerifying::Unable(_))
}

/// What to say to how a verification stands, if anything.
pub(super) fn remark(
    stands: KeyVerifying,
    verify: Option<KeyVerify>,
    texts: &Texts,
) -> Option<String> {
    let id = match stands {
        KeyVerifying::Waiting | KeyVerifying::Decided => return None,
        KeyVerifying::Unclear(KeyHint::Again) => "key-finger-again",
        KeyVerifying::Unclear(KeyHint::Longer) => "key-finger-longer",
        KeyVerifying::Unclear(KeyHint::Centred) => "key-finger-centred",
        KeyVerifying::Unclear(KeyHint::Lifted) => "key-finger-lifted",
        KeyVerifying::Stranger { left } if verify == Some(KeyVerify::Passphrase) => {
            return Some(say!(texts, "key-passphrase-wrong", left = left));
        }
        KeyVerifying::Stranger { left } => {
            return Some(say!(texts, "key-finger-unknown", left = left));
        }
        KeyVerifying::Unrecognised => "key-recognised-nobody",
        KeyVerifying::Unable(reader) => of_reader(reader),
    };
    Some(texts.get(id))
}
