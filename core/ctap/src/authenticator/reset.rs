// SPDX-License-Identifier: MIT OR Apache-2.0
//! Forgetting everything, and telling which key the person means (CTAP 2.3 sections 6.6 and 6.9).

use core::time::Duration;

use rand_core::CryptoRng;

use super::consent::Question;
use super::session::Session;
use super::settings::{Settings, Tries};
use super::{About, Authenticator, Halt, Turn};
use crate::keys::KeyProvider;
use crate::status::Status;
use crate::store::Store;

/// How long after it was plugged in a key with a window takes a reset.
const WINDOW: Duration = Duration::from_secs(10);

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn reset<R: CryptoRng>(
        &mut self,
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<usize, Halt> {
        turn.about = About::Reset;
        let is_long = self.settings.is_long_touch_for_reset;
        let question = if is_long { Question::LongTouch } else { Question::Touch };
        // The window is for asking; who was asked within it may take the time to answer.
        let was_asked = turn.consent.answer(question).is_some();
        let age = turn.now.saturating_sub(self.session.begun);
        if self.profile.has_reset_window && !was_asked && age > WINDOW {
            return Err(Status::NotAllowed.into());
        }
        turn.consent.touch(question)?;
        self.store.reset()?;
        // From here on nothing of before counts, whether or not what is new can be saved.
        self.settings = Settings::fresh(&self.profile, turn.rng);
        self.tries = Tries::ALL;
        let begun = self.session.begun;
        self.session = Session { begun, ..Session::begin(turn.now, turn.rng) };
        self.settings.save(&mut self.store)?;
        Ok(0)
    }

    pub(super) fn selection<R>(&self, turn: &Turn<'_, '_, R>) -> Result<usize, Halt> {
        turn.consent.touch(Question::Touch)?;
        Ok(0)
    }
}
