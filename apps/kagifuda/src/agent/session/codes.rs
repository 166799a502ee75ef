// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes: of all tokens that match, and the next one of a token that counts.

use kagifuda_linux::clock::Moment;
use kagifuda_otp::{OtpError, Token, TokenKind, UnixTime};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, Draft, Edits, ItemState, item};

use subtle::ConstantTimeEq as _;

use super::index::Entry;
use super::open::Open;
use super::{Answer, millis};
use crate::agent::protocol::{Code, CodeId, Drift, Failure, Hidden, ItemId, Reply, Turn};
use crate::find::contenders;

/// How far another clock is looked for, each way: a zone set wrongly moves it by hours, and whole ones.
const DRIFT_REACH_SECONDS: u64 = 14 * 3600;

impl Open {
    pub(super) fn codes(&self, query: Option<&str>, next: bool, limit: u32, now: Moment) -> Reply {
        let limit = if limit == 0 { usize::MAX } else { limit as usize };
        let found = self.index.find(query, |kind| kind == kinds::TOKEN);
        let codes = found.into_iter().take(limit).filter_map(|(id, entry, score)| {
            let state = self.vault.item(id).ok()?;
            Some(code_now(id, entry, score, state, (next, now)))
        });
        Reply::Codes(codes.collect())
    }

    /// Notes that a token was used: the one whose code was asked for, where only one is meant.
    pub(super) fn note_use(&mut self, found: &Reply, now: Moment) {
        let Reply::Codes(codes) = found else { return };
        let scores: Vec<u32> = codes.iter().map(|code| code.score).collect();
        if let ([code, ..], 1) = (&codes[..], contenders(&scores)) {
            self.keeper.used.note(kagifuda_vault::ItemId(code.id.0), now.unix_millis / 1000);
        }
    }

    /// The codes of these tokens, in their order.
    pub(super) fn codes_of(&self, ids: &[ItemId], now: Moment) -> Reply {
        let codes = ids.iter().filter_map(|id| {
            let state = self.state_of(*id, kinds::TOKEN).ok()?;
            let id = kagifuda_vault::ItemId(id.0);
            Some(code_now(id, self.index.get(id)?, 0, state, (false, now)))
        });
        Reply::Codes(codes.collect())
    }

    /// How far the step of this code is from now. The nearest is taken: codes of six digits repeat, but hardly so near.
    pub(super) fn drift_of(&self, id: ItemId, code: &SecretText, now: Moment) -> Answer {
        let token = self.token(id)?.token;
        let drift = drift(&token, code, now).map_err(|_| Failure::OtherKind { id })?;
        Ok(Reply::Drift(drift))
    }

    pub(super) fn hotp_next(&mut self, id: ItemId, now: Moment) -> Answer {
        let vault_id = kagifuda_vault::ItemId(id.0);
        let token = self.token(id)?;
        let TokenKind::Hotp { counter } = token.token.kind else {
            return Err(Failure::OtherKind { id });
        };
        let code = token.token.code_for(counter).map_err(|_| Failure::UnreadableItem { id })?;
        let edits = item::next_counter(&token, counter)?;
        self.write_about(vault_id, Deed::NEXT_CODE, edits, now)?;
        let entry = self.index.get(vault_id).ok_or(Failure::NoSuchItem { id })?;
        let code = Some(Hidden(SecretText::from(code.as_str())));
        let turn = Turn::Counter { counter };
        Ok(Reply::Codes(vec![labelled(vault_id, entry, 0, (code, None, turn))]))
    }

    pub(super) fn use_backup_code(
        &mut self,
        id: ItemId,
        code: Option<CodeId>,
        now: Moment,
    ) -> Answer {
        let vault_id = kagifuda_vault::ItemId(id.0);
        let state = self.state_of(id, kinds::BACKUP_CODES)?;
        let codes = item::codes(vault_id, state)?;
        let is_wanted = |held: &item::BackupCode| match code {
            Some(code) => held.id.0 == code.0,
            None => held.used_at.is_none(),
        };
        let held = codes.into_iter().find(is_wanted).ok_or(Failure::CodeAlreadyUsed)?;
        let edits = item::use_code(vault_id, state, held.id, millis(now))?;
        self.write_about(vault_id, Deed::USE_CODE, edits, now)?;
        Ok(Reply::Secret(Hidden(held.code)))
    }

    /// A token as its item holds it.
    pub(super) fn token(&self, id: ItemId) -> Result<item::Token, Failure> {
        let state = self.state_of(id, kinds::TOKEN)?;
        Ok(item::token(kagifuda_vault::ItemId(id.0), state)?)
    }

    /// An item of a kind.
    pub(super) fn state_of(
        &self,
        id: ItemId,
        kind: kagifuda_vault::KindId,
    ) -> Result<&ItemState, Failure> {
        let state = self.vault.item(kagifuda_vault::ItemId(id.0))?;
        if state.kind() == kind { Ok(state) } else { Err(Failure::OtherKind { id }) }
    }

    /// Writes about one item that is there.
    pub(super) fn write_about(
        &mut self,
        item: kagifuda_vault::ItemId,
        deed: Deed,
        edits: Edits,
        now: Moment,
    ) -> Result<(), Failure> {
        let kind = self.vault.item(item)?.kind();
        let collection = self.vault.collection_of(item);
        self.write(deed, vec![Draft { collection, item, kind, edits }], now)?;
        Ok(())
    }
}

/// How far the step of a code is from now.
pub(super) fn drift(token: &Token, code: &SecretText, now: Moment) -> Result<Drift, OtpError> {
    let now = now.unix_millis / 1000;
    let period = u64::from(token.code_at(UnixTime(now))?.period_seconds);
    let typed: String = code.expose().split_whitespace().collect();
    let shows = |at: Option<u64>| {
        let code = token.code_at(UnixTime(at?)).ok()?;
        Some(bool::from(code.code.as_str().as_bytes().ct_eq(typed.as_bytes())))
    };
    let seconds = |steps: u64| u32::try_from(steps * period).unwrap_or(u32::MAX);
    let reach = (DRIFT_REACH_SECONDS / period).max(1);
    for steps in 0..=reach {
        // The other clock is earlier where its code is one that has passed here.
        if shows(now.checked_sub(steps * period)) == Some(true) {
            let seconds = seconds(steps);
            return Ok(if steps == 0 { Drift::None } else { Drift::Ahead { seconds } });
        }
        if shows(now.checked_add(steps * period)) == Some(true) {
            return Ok(Drift::Behind { seconds: seconds(steps) });
        }
    }
    Ok(Drift::NoSuchCode { minutes: seconds(reach).div_ceil(60) })
}

type Shown = Option<Hidden<SecretText>>;

fn labelled(
    id: kagifuda_vault::ItemId,
    entry: &Entry,
    score: u32,
    (code, next, turn): (Shown, Shown, Turn),
) -> Code {
    Code {
        id: ItemId(id.0),
        title: entry.name.clone(),
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        code,
        next,
        turn,
        score,
    }
}

/// The code of this moment. A token that cannot make one is listed without.
fn code_now(
    id: kagifuda_vault::ItemId,
    entry: &Entry,
    score: u32,
    state: &ItemState,
    (wants_next, now): (bool, Moment),
) -> Code {
    let none = Turn::Time { seconds_left: 0, period: 0 };
    let Ok(item::Token { token, .. }) = item::token(id, state) else {
        return labelled(id, entry, score, (None, None, none));
    };
    if let TokenKind::Hotp { counter } = token.kind {
        return labelled(id, entry, score, (None, None, Turn::Counter { counter }));
    }
    let at = |time| token.code_at(time).ok();
    let Some(current) = at(UnixTime(now.unix_millis / 1000)) else {
        return labelled(id, entry, score, (None, None, none));
    };
    let shown = |code: &kagifuda_otp::Code| Hidden(SecretText::from(code.as_str()));
    let next = wants_next.then(|| at(current.next_at)).flatten().map(|next| shown(&next.code));
    let turn = Turn::Time { seconds_left: current.seconds_left, period: current.period_seconds };
    labelled(id, entry, score, (Some(shown(&current.code)), next, turn))
}

/// A token's secret, as people copy it: base32, for mOTP hexadecimal.
pub(super) fn secret_text(kind: TokenKind, secret: &SecretBytes) -> SecretText {
    if kind != TokenKind::Motp {
        return kagifuda_otp::base32::write(secret.expose());
    }
    let mut text = String::with_capacity(secret.expose().len() * 2);
    for byte in secret.expose() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    SecretText::new(text)
}
