// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key that lives in the vault: the engine, its keys, and what the session lends them.
//!
//! A request comes with what people have said about it so far; the answer is the engine's, or the
//! question it has. Frames, prompts and devices are the program's, on the other side of the socket. The key
//! outlives locking: its PIN, tokens and latches stay, private keys and sealing secrets go.

mod passkeys;
mod store;
mod verify;

use std::time::Duration;

use kagifuda_ctap::authenticator::{
    About, Answer as Said, Authenticator, Consent, Outcome, Profile, Question, Request as Asked,
};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_linux::clock::Moment;

use self::store::VaultStore;
use self::verify::{Matter, Verification};
use super::{Answer, Session, rng};
use crate::agent::protocol::{
    Failure, Hidden, KeyAbout, KeyAsk, KeyConsent, KeyFrame, KeyKind, KeyQuestion, KeySaid,
    KeyVerify, Reply,
};

/// How long a key counts as plugged in after it was last heard of.
const HEARD: Duration = Duration::from_secs(120);

/// A key that is plugged in.
pub(super) struct Key {
    engine: Authenticator<VaultStore, SoftwareKeys>,
    heard: Duration,
    /// How it recognises its person by itself.
    verify: Option<KeyVerify>,
    verification: Option<Verification>,
}

impl Key {
    /// Forgets what must not outlive the open vault.
    pub(super) fn lock(&mut self) {
        self.engine.store().lock();
        self.engine.keys().lock();
    }

    /// What people have said about a request, as programs tell it, and what the key knows of who is there.
    fn heed(&mut self, matter: Matter, told: KeyConsent) -> Consent {
        let verify = self.verdict(matter, told.verify.map(said));
        let all = [
            (Question::Touch, told.touch.map(said)),
            (Question::LongTouch, told.long_touch.map(said)),
            (Question::Verify, verify),
            (Question::Unlock, told.unlock.map(said)),
        ];
        let mut consent = Consent::default();
        for (question, answer) in all {
            if let Some(answer) = answer {
                consent.set(question, answer);
            }
        }
        consent
    }

    /// Tells whether it was heard of lately.
    pub(super) fn is_plugged_in(&self, now: Moment) -> bool {
        now.since_boot.saturating_sub(self.heard) < HEARD
    }
}

impl Session {
    /// Plugs the key in, or in again: tokens and latches are gone.
    pub(super) fn plug_key(&mut self, kind: KeyKind, now: Moment) -> Answer {
        if !self.place.vault().exists() {
            return Err(Failure::NoVault { path: self.place.shown() });
        }
        if let Some(key) = &mut self.key {
            key.end_verification(None);
        }
        let (store, keys) = match self.key.take() {
            Some(key) => key.engine.into_parts(),
            None => {
                let path = self.place.vault().to_owned();
                let store = VaultStore::new(self.settings.memory.clone(), path, now);
                (store, SoftwareKeys::locked())
            }
        };
        let heard = now.since_boot;
        let engine = Authenticator::power_up(verify::profile(kind), store, keys, heard, &mut rng())
            .map_err(|_| Failure::KeyRecords)?;
        let verify = kind.verify;
        self.key = Some(Key { engine, heard, verify, verification: None });
        Ok(Reply::Done)
    }

    /// Notes that the key is still plugged in.
    pub(super) fn hear_of_key(&mut self, now: Moment) -> Answer {
        let key = self.key.as_mut().ok_or(Failure::NoKey)?;
        key.heard = now.since_boot;
        Ok(Reply::Done)
    }

    /// Unplugs the key.
    pub(super) fn unplug_key(&mut self) -> Answer {
        if let Some(mut key) = self.key.take() {
            key.end_verification(None);
        }
        Ok(Reply::Done)
    }

    /// Answers one request to the key, or asks.
    pub(super) fn key_message(
        &mut self,
        frame: KeyFrame,
        message: &[u8],
        consent: KeyConsent,
        now: Moment,
    ) -> Answer {
        let key = self.key.as_mut().ok_or(Failure::NoKey)?;
        key.heard = now.since_boot;
        match self.open.take() {
            Some(open) => {
                if key.engine.store().lend(open, now) {
                    let secrets = key.engine.store().sealing_secrets().unwrap_or_default();
                    key.engine.keys().unlock(secrets.iter().map(|secret| &**secret));
                }
            }
            None => key.lock(),
        }
        let asked = match frame {
            KeyFrame::Cbor => Asked::Cbor(message),
            KeyFrame::Msg => Asked::Msg(message),
        };
        let mut out = zeroize::Zeroizing::new(vec![0; Profile::HOST.max_message_bytes]);
        let matter = Matter::of(frame, message);
        let consent = key.heed(matter, consent);
        let outcome = key.engine.process(asked, &consent, now.since_boot, &mut rng(), &mut out);
        self.open = key.engine.store().open.take();
        match &outcome {
            Outcome::Ask(ask) if ask.question == Question::Verify => {
                key.begin_verification(matter, &self.settings.system_bus, now);
            }
            Outcome::Ask(_) => {}
            Outcome::Reply(_) => key.end_verification(consent.answer(Question::Verify)),
        }
        Ok(match outcome {
            Outcome::Reply(length) => Reply::KeyAnswer(Hidden::bytes(out[..length].to_vec())),
            Outcome::Ask(ask) => Reply::KeyAsk(KeyAsk {
                question: question_of(ask.question),
                about: about_of(&ask.about),
            }),
        })
    }
}

const fn said(told: KeySaid) -> Said {
    match told {
        KeySaid::Yes => Said::Given,
        KeySaid::No => Said::Refused,
        KeySaid::Nothing => Said::TimedOut,
        KeySaid::Cancelled => Said::Cancelled,
    }
}

const fn question_of(question: Question) -> KeyQuestion {
    match question {
        Question::Touch => KeyQuestion::Touch,
        Question::LongTouch => KeyQuestion::LongTouch,
        Question::Verify => KeyQuestion::Verify,
        Question::Unlock => KeyQuestion::Unlock,
    }
}

fn about_of(about: &About<'_>) -> KeyAbout {
    let owned = |text: &str| text.to_owned();
    match about {
        About::Register { rp_id, account } => {
            KeyAbout::Register { site: owned(rp_id), account: owned(account) }
        }
        About::Excluded { rp_id } => KeyAbout::Excluded { site: owned(rp_id) },
        About::SignIn { rp_id, account, count } => KeyAbout::SignIn {
            site: owned(rp_id),
            account: account.as_ref().map(|account| owned(account)),
            count: *count,
        },
        About::U2fRegister { application } => {
            KeyAbout::U2fRegister { application: application.0.to_vec() }
        }
        About::U2fSignIn { application } => {
            KeyAbout::U2fSignIn { application: application.0.to_vec() }
        }
        About::Token { rp_id } => KeyAbout::Token { site: rp_id.map(owned) },
        About::NextSignIn => KeyAbout::NextSignIn,
        About::LargeBlobs => KeyAbout::LargeBlobs,
        About::Manage => KeyAbout::Manage,
        About::Reset => KeyAbout::Reset,
        _ => KeyAbout::Nothing,
    }
}
