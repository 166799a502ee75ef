// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key bio add`: a finger is shown to a key again and again, until it knows it (CTAP 2.3 section 6.7.4). The
//! person hears of each time what came of it. Whatever ends that early, Ctrl-C or the key, is
//! cancelled on the key too, so that no half of a finger stays.

use std::time::Duration;

use kagifuda_ctap::client::{self, Enrolment, Sample, SensorKind};
use kagifuda_ctap::message::bio_enrollment::SampleStatus;
use kagifuda_linux::signals::HeldSignals;

use super::super::device::PluggedIn;
use super::super::talk::Talk;
use super::{Fingers, Sensing};
use crate::fault::{Fault, KeyTrouble};
use crate::run::fields::hex;
use crate::run::session::Session;
use crate::say;
use crate::term::width::harmless;

/// How long the key waits for each touch.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often in a row nobody may touch it.
const MOST_IDLE: u32 = 3;
/// How many samples a finger may take, good and bad; keys that learn take a dozen.
const MOST_SAMPLES: usize = 100;

/// Teaches a key a finger.
pub(in crate::run::keys) fn add(
    s: &mut Session<'_>,
    key: &PluggedIn,
    name: Option<&str>,
) -> Result<(), Fault> {
    let name = name.filter(|name| !name.is_empty());
    let sensing = Sensing::begin(s, key)?;
    sensing.check_name(name.unwrap_or_default())?;
    let mut fingers = sensing.open(s, key)?;
    let id = fingers.enrol(s)?;
    // A key's word that it has enough samples is not yet a finger.
    let all = fingers.all(s)?;
    if !all.iter().any(|finger| finger.id == id) {
        return Err(KeyTrouble::FingerNotTaken.into());
    }
    let told = say!(s.texts, "key-bio-added", name = key.name.as_str(), count = all.len());
    s.tell(&told);
    let Some(name) = name else {
        let told = say!(s.texts, "key-bio-name-it", id = hex(&id));
        s.tell(&told);
        return Ok(());
    };
    if let Err(fault) = fingers.rename(s, &id, name) {
        let told = say!(s.texts, "key-bio-nameless", id = hex(&id));
        s.tell(&told);
        return Err(fault);
    }
    let told = say!(s.texts, "key-bio-named", name = harmless(name));
    s.tell(&told);
    Ok(())
}

impl Fingers {
    /// Takes samples until the key has enough; what it calls the finger.
    fn enrol(&mut self, s: &mut Session<'_>) -> Result<Vec<u8>, Fault> {
        let begin = match self.info.kind {
            Some(SensorKind::Swipe) => say!(s.texts, "key-bio-begin-swipe"),
            _ => say!(s.texts, "key-bio-begin-touch"),
        };
        s.tell(&begin);
        // From here on until nothing is half: what comes between two requests waits for the next.
        let held = HeldSignals::that_end()?;
        let mut enrolment = Enrolment::new(self.dialect, &self.token, PATIENCE);
        self.talk.is_quiet = true;
        let done = samples(s, &mut self.talk, &mut enrolment, &held);
        let id = enrolment.id().map(<[u8]>::to_vec);
        match (done, id) {
            (Ok(()), Some(id)) => Ok(id),
            (Ok(()), None) => Err(Fault::Internal),
            (Err(fault), id) => {
                if self.take_back(s, id.as_deref()).is_err() {
                    let told = say!(s.texts, "key-bio-not-cancelled");
                    s.tell(&told);
                }
                Err(fault)
            }
        }
    }

    /// Cancels the enrolment. The key may have taken the last sample while it was told to stop, so a finger that
    /// is there all the same is removed.
    fn take_back(&mut self, s: &mut Session<'_>, id: Option<&[u8]>) -> Result<(), Fault> {
        let dialect = self.dialect;
        self.talk.order(s, |out| client::cancel_enrolment(dialect, out))?;
        let Some(id) = id else { return Ok(()) };
        if self.all(s)?.iter().any(|finger| finger.id == id) {
            self.remove(s, id)?;
        }
        Ok(())
    }
}

fn samples(
    s: &mut Session<'_>,
    talk: &mut Talk,
    enrolment: &mut Enrolment<'_>,
    held: &HeldSignals,
) -> Result<(), Fault> {
    let mut idle = 0;
    for _ in 0..MOST_SAMPLES {
        let Some(answer) = talk.ask_next(s, |out| enrolment.request(out))? else { return Ok(()) };
        let sample = enrolment.take(&answer).map_err(KeyTrouble::of_answer)?;
        if held.take().is_some() {
            return Err(Fault::Declined);
        }
        match sample.status {
            Some(SampleStatus::DatabaseFull) => return Err(KeyTrouble::FingersFull.into()),
            Some(SampleStatus::NoUserActivity) => idle += 1,
            _ => idle = 0,
        }
        if idle == MOST_IDLE {
            return Err(KeyTrouble::NotTouched.into());
        }
        tell(s, sample);
    }
    Err(KeyTrouble::FingerNotTaken.into())
}

/// Says what came of a sample, and what is to be done.
fn tell(s: &mut Session<'_>, sample: Sample) {
    let what = s.texts.get(text_of(sample.status));
    let told = match sample.remaining {
        0 => what,
        left => say!(s.texts, "key-bio-again", what = what, left = left),
    };
    s.tell(&told);
}

const fn text_of(status: Option<SampleStatus>) -> &'static str {
    match status {
        Some(SampleStatus::Good) => "key-bio-good",
        Some(SampleStatus::TooHigh) => "key-bio-too-high",
        Some(SampleStatus::TooLow) => "key-bio-too-low",
        Some(SampleStatus::TooLeft) => "key-bio-too-left",
        Some(SampleStatus::TooRight) => "key-bio-too-right",
        Some(SampleStatus::TooFast) => "key-bio-too-fast",
        Some(SampleStatus::TooSlow) => "key-bio-too-slow",
        Some(SampleStatus::PoorQuality) => "key-bio-poor",
        Some(SampleStatus::TooSkewed) => "key-bio-skewed",
        Some(SampleStatus::TooShort) => "key-bio-too-short",
        Some(SampleStatus::MergeFailure) => "key-bio-merge-failure",
        Some(SampleStatus::Exists) => "key-bio-exists",
        Some(SampleStatus::NoUserActivity) => "key-bio-no-activity",
        Some(SampleStatus::NoUserPresenceTransition) => "key-bio-not-lifted",
        Some(SampleStatus::DatabaseFull) | None => "key-bio-unusable",
    }
}
