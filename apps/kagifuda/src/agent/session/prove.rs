// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a device that was given a token has it: by one code it shows. Where the code is wrong, what is the likeliest
//! cause is found out by asking what it would be right for.

use kagifuda_linux::clock::Moment;
use kagifuda_otp::verify::{Counted, LastUsed, LookAhead, NextCounter, Refusal, Timed, Window};
use kagifuda_otp::{Algorithm, Token, TokenKind, UnixTime};
use kagifuda_secret::SecretText;
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, item};

use super::Answer;
use super::codes::drift;
use super::open::Open;
use crate::agent::protocol::{Drift, Failure, ItemId, Proof, Reply};

/// Settings that apps take without being told, besides the right ones.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
const DIGITS: [u8; 2] = [6, 8];
const PERIODS: [u32; 2] = [30, 60];

impl Open {
    pub(super) fn prove(&mut self, id: ItemId, code: &SecretText, now: Moment) -> Answer {
        let held = self.token(id)?;
        let proof = match held.token.kind {
            TokenKind::Hotp { counter } => self.prove_counted(id, &held, (counter, code), now)?,
            _ => self.prove_timed(id, &held.token, code, now)?,
        };
        Ok(Reply::Proof(proof))
    }

    fn prove_timed(
        &self,
        id: ItemId,
        token: &Token,
        code: &SecretText,
        now: Moment,
    ) -> Result<Proof, Failure> {
        let refusal = match shows(token, code, now) {
            Ok(()) => return Ok(Proof::Given),
            Err(Refusal::TokenUnusable(_)) => return Err(Failure::UnreadableItem { id }),
            Err(refusal) => refusal,
        };
        if others(token).iter().any(|other| shows(other, code, now).is_ok()) {
            return Ok(Proof::OtherSettings);
        }
        if let Some(title) = self.token_that_shows(id, code, now) {
            return Ok(Proof::OtherToken { title });
        }
        if refusal == Refusal::NotACode {
            return Ok(Proof::NotACode);
        }
        Ok(match drift(token, code, now) {
            Ok(drift @ (Drift::Ahead { .. } | Drift::Behind { .. })) => Proof::OtherTime(drift),
            _ => Proof::Nothing,
        })
    }

    /// What another token is called that shows this code now.
    fn token_that_shows(&self, not: ItemId, code: &SecretText, now: Moment) -> Option<String> {
        let tokens = self.index.find(None, |kind| kind == kinds::TOKEN);
        let mut others = tokens.into_iter().filter(|(id, _, _)| id.0 != not.0);
        let shows_it = |id: kagifuda_vault::ItemId| {
            let token = self.token(ItemId(id.0)).ok();
            token.is_some_and(|held| shows(&held.token, code, now).is_ok())
        };
        others.find(|(id, _, _)| shows_it(*id)).map(|(_, entry, _)| entry.title.clone())
    }

    /// A code that counts is used up by being shown: from now on nothing before it counts here either.
    fn prove_counted(
        &mut self,
        id: ItemId,
        held: &item::Token,
        (counter, code): (u64, &SecretText),
        now: Moment,
    ) -> Result<Proof, Failure> {
        let unreadable = |_| Failure::UnreadableItem { id };
        let recipe = held.token.recipe().map_err(unreadable)?;
        let counted = Counted::new(recipe, LookAhead::default()).map_err(unreadable)?;
        let next = match counted.check(NextCounter(counter), code.expose()) {
            Ok(accepted) => accepted.into_state(),
            Err(Refusal::UsedBefore) => return Ok(Proof::UsedBefore),
            Err(Refusal::NotACode) => return Ok(Proof::NotACode),
            Err(Refusal::TokenUnusable(_)) => return Err(Failure::UnreadableItem { id }),
            Err(_) => {
                let other = self.token_that_shows(id, code, now);
                return Ok(other.map_or(Proof::Nothing, |title| Proof::OtherToken { title }));
            }
        };
        let edits = item::next_counter(held, next.0.saturating_sub(1))?;
        self.write_about(kagifuda_vault::ItemId(id.0), Deed::NEXT_CODE, edits, now)?;
        Ok(Proof::Given)
    }
}

/// Tells whether a timed token shows a code now, a step before or a step after; in a time that says nothing of where.
fn shows(token: &Token, code: &SecretText, now: Moment) -> Result<(), Refusal> {
    let timed = token.recipe().and_then(|recipe| Timed::new(recipe, Window::default()));
    let timed = timed.map_err(Refusal::TokenUnusable)?;
    let now = UnixTime(now.unix_millis / 1000);
    timed.check(&LastUsed::default(), code.expose(), now).map(|_| ())
}

/// The same secret by other rules.
fn others(token: &Token) -> Vec<Token> {
    let TokenKind::Totp { t0, .. } = token.kind else { return Vec::new() };
    let mut others = Vec::new();
    for algorithm in ALGORITHMS {
        for digits in DIGITS {
            for period_seconds in PERIODS {
                let kind = TokenKind::Totp { period_seconds, t0 };
                others.push(Token { kind, algorithm, digits, ..token.duplicate() });
            }
        }
    }
    others
}
