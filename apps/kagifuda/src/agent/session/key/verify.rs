// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recognising the person by what the key has built in: a finger at the reader of this PC, or a passphrase of
//! the vault (CTAP 2.3 section 6.5.3.1).
//!
//! The agent compares, or has the system's service compare; no program's word counts. A verification is for
//! one request, byte for byte, and its verdict is used once. Every finger and passphrase that is not the
//! holder's costs a try at once, also where nobody waits for the verdict any more.

use std::time::Duration;

use kagifuda_ctap::authenticator::{Answer as Said, Profile};
use kagifuda_linux::clock::Moment;
use kagifuda_linux::fingerprint::{FingerWait, Hint, Seen};
use kagifuda_secret::SecretText;
use kagifuda_vault::Passphrase;
use sha2::{Digest as _, Sha256};

use super::super::{Answer, Session};
use super::Key;
use crate::agent::protocol::{
    Failure, Hidden, KeyFrame, KeyHint, KeyKind, KeyProof, KeyReader, KeyVerify, KeyVerifying,
    OpenSecret, Reply,
};

/// How often people may show who they are for one request (`maxUvAttemptsForInternalRetries`).
const ATTEMPTS: u8 = 3;
/// How long a verification stands at most, whether or not anybody takes it back.
const LONGEST: Duration = Duration::from_secs(120);
/// How often the reader is looked at while a finger is waited for.
const LOOK: Duration = Duration::from_millis(250);
/// FIDO Registry, user verification methods: FINGERPRINT_INTERNAL, PASSCODE_INTERNAL.
const FINGERPRINT: u32 = 0x02;
const PASSCODE: u32 = 0x04;

/// How a card is reached, as getInfo says it: it speaks as one without contacts does, and lies in a reader of
/// smart cards.
const CARD: &[&str] = &["nfc", "smart-card"];

/// The kind of key that recognises its person so.
pub(super) fn profile(kind: KeyKind) -> Profile {
    let uv_modality = match kind.verify {
        None => 0,
        Some(KeyVerify::Fingerprint) => FINGERPRINT,
        Some(KeyVerify::Passphrase) => PASSCODE,
    };
    let profile = if kind.is_post_quantum { Profile::HOST_POST_QUANTUM } else { Profile::HOST };
    let transports = if kind.is_card { CARD } else { profile.transports };
    Profile {
        transports,
        transports_for_reset: transports,
        has_built_in_uv: kind.verify.is_some(),
        uv_modality,
        ..profile
    }
}

/// What a verification is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Matter([u8; 32]);

impl Matter {
    pub(super) fn of(frame: KeyFrame, message: &[u8]) -> Self {
        let frame = [u8::from(frame == KeyFrame::Msg)];
        Self(Sha256::new().chain_update(frame).chain_update(message).finalize().into())
    }
}

/// A verification that stands.
pub(super) struct Verification {
    matter: Matter,
    /// What waits for a finger; none where a passphrase is waited for, and once it is decided.
    finger: Option<FingerWait>,
    /// How often somebody may still show who they are.
    left: u8,
    until: Duration,
    /// What was told last.
    stands: KeyVerifying,
    verdict: Option<Said>,
}

impl Verification {
    fn decide(&mut self, verdict: Said, stands: KeyVerifying) {
        self.finger = None;
        self.verdict = Some(verdict);
        self.stands = stands;
    }
}

impl Key {
    /// What the engine is to hear of the verification for a request. Programs can say that nothing came of it;
    /// that somebody was recognised they cannot.
    pub(super) fn verdict(&mut self, matter: Matter, told: Option<Said>) -> Option<Said> {
        if self.verification.as_ref().is_some_and(|it| it.matter != matter) {
            self.end_verification(None);
        }
        self.look();
        let verdict = self.verification.as_ref().and_then(|it| it.verdict);
        told.filter(|said| *said != Said::Given).or(verdict)
    }

    /// Begins to verify, where that is not under way.
    pub(super) fn begin_verification(&mut self, matter: Matter, bus: &str, now: Moment) {
        if self.verification.is_some() {
            return;
        }
        let left = self.engine.verification_tries().min(ATTEMPTS);
        let by_finger = self.verify == Some(KeyVerify::Fingerprint);
        let finger = by_finger.then(|| FingerWait::begin(bus, left)).flatten();
        let is_unable = by_finger && finger.is_none();
        let (until, stands) = (now.since_boot + LONGEST, KeyVerifying::Waiting);
        let verification = self.verification.insert(Verification {
            matter,
            finger,
            left,
            until,
            stands,
            verdict: None,
        });
        if is_unable {
            verification.decide(Said::Unable, KeyVerifying::Unable(KeyReader::Failed));
        }
    }

    /// Ends it, `told` being what the engine has heard of it. A verdict that the engine did not hear still costs
    /// what it costs.
    pub(super) fn end_verification(&mut self, told: Option<Said>) {
        self.look();
        let Some(verification) = self.verification.take() else { return };
        let costs = Some(Said::Unrecognised);
        if verification.verdict == costs && told != costs {
            let _ = self.engine.spend_verification();
        }
    }

    /// Takes in what the reader saw; tells when to look again, if ever.
    pub(in super::super) fn look_at_the_reader(&mut self, now: Moment) -> Option<Duration> {
        if self.verification.as_ref()?.until <= now.since_boot {
            self.end_verification(None);
            return None;
        }
        self.look();
        self.verification.as_ref()?.finger.as_ref().map(|_| LOOK)
    }

    fn look(&mut self) {
        while let Some(verification) = &mut self.verification
            && let Some(finger) = &verification.finger
            && let Some(seen) = finger.next()
        {
            match seen {
                Seen::Unclear(hint) => verification.stands = KeyVerifying::Unclear(hint_of(hint)),
                Seen::Stranger => self.note_stranger(),
                Seen::Holder => verification.decide(Said::Given, KeyVerifying::Decided),
                Seen::Trouble(trouble) => {
                    verification.decide(Said::Unable, KeyVerifying::Unable(trouble.into()));
                }
            }
        }
    }

    /// Somebody was not recognised.
    fn note_stranger(&mut self) {
        let Some(verification) = &mut self.verification else { return };
        verification.left = verification.left.saturating_sub(1);
        let left = verification.left;
        if left == 0 {
            verification.decide(Said::Unrecognised, KeyVerifying::Unrecognised);
        } else if self.engine.spend_verification().is_ok() {
            verification.stands = KeyVerifying::Stranger { left };
        } else {
            // A try that cannot be counted is none.
            verification.decide(Said::Unable, KeyVerifying::Unable(KeyReader::Failed));
        }
    }
}

impl Session {
    /// Goes on with a verification.
    pub(in super::super) fn verify_person(&mut self, proof: KeyProof, now: Moment) -> Answer {
        let key = self.key.as_mut().ok_or(Failure::NoKey)?;
        key.heard = now.since_boot;
        match proof {
            KeyProof::End => {
                key.end_verification(None);
                return Ok(Reply::Done);
            }
            KeyProof::Look => key.look(),
            KeyProof::Passphrase(passphrase) => self.compare(passphrase, now),
        }
        let standing = self.key.as_ref().and_then(|key| key.verification.as_ref());
        // Where none stands any more the request has to come again, and is asked about anew.
        let stands = standing.map_or(KeyVerifying::Decided, |it| it.stands);
        if standing.is_some_and(|it| it.verdict == Some(Said::Given)) {
            self.last_used = now.since_boot;
        }
        Ok(Reply::KeyVerifying(stands))
    }

    fn compare(&mut self, passphrase: Hidden<SecretText>, now: Moment) {
        let is_waited_for = self.key.as_ref().is_some_and(|key| {
            key.verify == Some(KeyVerify::Passphrase)
                && key.verification.as_ref().is_some_and(|it| it.verdict.is_none())
        });
        if !is_waited_for {
            return;
        }
        let verdict = self.is_of_the_vault(passphrase, now);
        let Some(key) = &mut self.key else { return };
        match (verdict, &mut key.verification) {
            (Ok(true), Some(it)) => it.decide(Said::Given, KeyVerifying::Decided),
            (Ok(false), _) => key.note_stranger(),
            (Err(_), Some(it)) => it.decide(Said::Unable, KeyVerifying::Unable(KeyReader::Failed)),
            (_, None) => {}
        }
    }

    /// Whether a passphrase opens the vault. One that is locked is opened by it, so that nobody is asked twice.
    fn is_of_the_vault(
        &mut self,
        passphrase: Hidden<SecretText>,
        now: Moment,
    ) -> Result<bool, Failure> {
        if let Some(open) = &self.open {
            let way = Passphrase(passphrase.0);
            return Ok(open.vault.is_opened_by(&way, &self.settings.policy)?);
        }
        match self.unlock(&OpenSecret::Passphrase(passphrase), now) {
            Ok(_) => Ok(true),
            Err(Failure::WrongSecret) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

const fn hint_of(hint: Hint) -> KeyHint {
    match hint {
        Hint::Again => KeyHint::Again,
        Hint::Longer => KeyHint::Longer,
        Hint::Centred => KeyHint::Centred,
        Hint::Lifted => KeyHint::Lifted,
    }
}
