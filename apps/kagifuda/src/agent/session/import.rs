// SPDX-License-Identifier: MIT OR Apache-2.0
//! Importing in two steps: first everything is read and shown, then exactly that is made, in one
//! operation. What the vault has already, by its secret, is not made again.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use kagifuda_linux::clock::Moment;
use kagifuda_otp::otpauth::{self, OtpauthError};
use kagifuda_otp::{Token, TokenKind};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::exchange::{
    Entry, FileNotice, Import, ImportLimits, Notice, PasskeyEntry, RefuseReason, Refused, Setting,
    detect, read_any,
};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, Draft, ItemId, item};

use super::blobs::{self, Blobs};
use super::open::Open;
use super::passkeys::{NO_ROOM, REMOVED_BEFORE};
use super::{Answer, edit, rng};
use crate::agent::protocol::{
    self, Failure, ImportLine, ImportOutcome, ImportReport, Refusal, Reply, Ticket,
};
use crate::agent::trouble;

/// An import that was shown and not yet made.
pub(super) struct Prepared {
    ticket: Ticket,
    format: &'static str,
    entries: Vec<Entry>,
    passkeys: Vec<PasskeyEntry>,
}

/// What happens to entries, by their places in the file.
pub(super) type Outcomes = Vec<(usize, ImportLine)>;

/// The tokens there are, found by their secrets. The hash is keyed and lives as long as one import.
struct Known {
    hasher: RandomState,
    tokens: HashMap<u64, Vec<(Option<ItemId>, Token)>>,
}

impl Open {
    pub(super) fn import_preview(
        &mut self,
        bytes: &SecretBytes,
        password: Option<&SecretText>,
    ) -> Answer {
        let import =
            read_any(bytes.expose(), password, &ImportLimits::STANDARD).map_err(|error| {
                trouble::of_import(&error, detect(bytes.expose()).map(|format| format.name()))
            })?;
        let format = trouble::format_name(import.format);
        let missing_parts = missing_parts(&import);
        let (lines, entries, passkeys) = self.compare(import);
        let has_new = !(entries.is_empty() && passkeys.is_empty());
        let ticket = has_new.then(|| {
            let ticket = Ticket(ItemId::random(&mut rng()).0);
            self.prepared = Some(Prepared { ticket, format, entries, passkeys });
            self.has_grown = true;
            ticket
        });
        Ok(Reply::Import(ImportReport { ticket, format: format.to_owned(), lines, missing_parts }))
    }

    pub(super) fn import_commit(&mut self, ticket: Ticket, now: Moment) -> Answer {
        let is_this = |prepared: &mut Prepared| prepared.ticket == ticket;
        let mut prepared = self.prepared.take_if(is_this).ok_or(Failure::NoSuchTicket)?;
        let collection = self.vault.home();
        let mut drafts = Vec::with_capacity(prepared.entries.len());
        for entry in &prepared.entries {
            let mut edits = item::token_edits(&entry.token, &mut rng());
            edits.extend(edit::extras(&entry.extras, prepared.format)?);
            let item = ItemId::random(&mut rng());
            drafts.push(Draft { collection, item, kind: kinds::TOKEN, edits });
        }
        let mut blobs = Blobs::of(&self.vault);
        let has_blobs = prepared.passkeys.iter().any(|entry| entry.large_blob.is_some());
        for entry in &mut prepared.passkeys {
            let key = blobs::new_key();
            // What was shown must be what is made: a key that wrote blobs since may have no room left.
            if entry.large_blob.as_ref().is_some_and(|blob| !blobs.add(&key, blob)) {
                return Err(Failure::NoSuchTicket);
            }
            entry.passkey.large_blob_key = Some(SecretBytes::from(&key[..]));
            drafts.push(self.draft_of(entry, prepared.format)?);
        }
        let added = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
        if has_blobs {
            drafts.extend(blobs.drafts(&self.vault));
        }
        let operation = Some(self.write(Deed::IMPORT, drafts, now)?);
        Ok(Reply::Imported { added, operation })
    }

    /// One line per entry of the file, in its order, and the entries and passkeys that are new.
    fn compare(&self, import: Import) -> (Vec<ImportLine>, Vec<Entry>, Vec<PasskeyEntry>) {
        let mut known = self.known_tokens();
        let removed = self.removed_tokens();
        let mut lines: Outcomes = import
            .refused
            .iter()
            .map(|refused| (refused.position, refused_line(refused)))
            .collect();
        let mut new = Vec::new();
        for entry in import.entries {
            let outcome = match known.find(&entry.token) {
                Some(id) => {
                    ImportOutcome::SameAsExisting { id: id.map(|id| protocol::ItemId(id.0)) }
                }
                None => ImportOutcome::Imported,
            };
            let line = ImportLine {
                issuer: entry.token.issuer.clone(),
                account: entry.token.account.clone(),
                outcome,
                notes: entry.notices.iter().map(note).collect(),
            };
            if line.outcome == ImportOutcome::Imported {
                let mut entry = entry;
                removed.count_on(&mut entry.token);
                known.add(None, entry.token.duplicate());
                lines.push((entry.position, line));
                new.push(entry);
            } else {
                lines.push((entry.position, line));
            }
        }
        let passkeys = self.compare_passkeys(import.passkeys, &mut lines);
        lines.sort_by_key(|(position, _)| *position);
        (lines.into_iter().map(|(_, line)| line).collect(), new, passkeys)
    }

    /// The tokens that were removed and not yet purged: codes they have shown must not be shown again.
    fn removed_tokens(&self) -> Known {
        let mut removed = Known { hasher: RandomState::new(), tokens: HashMap::new() };
        let tokens = self.vault.fold().all().filter(|(_, state)| state.is_deleted());
        for (id, state) in tokens {
            if let Ok(token) = item::token(id, state) {
                removed.add(Some(id), token.token);
            }
        }
        removed
    }

    fn known_tokens(&self) -> Known {
        let mut known = Known { hasher: RandomState::new(), tokens: HashMap::new() };
        for (id, state) in self.vault.items_of(kinds::TOKEN) {
            if let Ok(token) = item::token(id, state) {
                known.add(Some(id), token.token);
            }
        }
        known
    }
}

impl Known {
    fn add(&mut self, id: Option<ItemId>, token: Token) {
        let hash = self.hasher.hash_one(token.secret.expose());
        self.tokens.entry(hash).or_default().push((id, token));
    }

    /// Takes a token that counts past every counter used with its secret.
    fn count_on(&self, token: &mut Token) {
        let hash = self.hasher.hash_one(token.secret.expose());
        let same = self.tokens.get(&hash).into_iter().flatten();
        let same = same.filter(|(_, other)| other.secret == token.secret);
        let reached = same.filter_map(|(_, other)| match other.kind {
            TokenKind::Hotp { counter } => Some(counter),
            _ => None,
        });
        if let (TokenKind::Hotp { counter }, Some(reached)) = (&mut token.kind, reached.max()) {
            *counter = reached.max(*counter);
        }
    }

    /// The token that makes the same codes; `Some(None)` for one earlier in the same file.
    fn find(&self, token: &Token) -> Option<Option<ItemId>> {
        let hash = self.hasher.hash_one(token.secret.expose());
        let mut candidates = self.tokens.get(&hash)?.iter();
        candidates.find(|(_, other)| makes_same_codes(token, other)).map(|(id, _)| *id)
    }
}

/// Names may have been changed since, and counters move on; what makes the codes is the same.
fn makes_same_codes(one: &Token, other: &Token) -> bool {
    let is_same_kind = match (one.kind, other.kind) {
        (TokenKind::Hotp { .. }, TokenKind::Hotp { .. }) => true,
        (one, other) => one == other,
    };
    is_same_kind
        && one.secret == other.secret
        && one.algorithm == other.algorithm
        && one.digits == other.digits
}

fn missing_parts(import: &Import) -> Vec<u32> {
    let missing = import.notices.iter().filter_map(|notice| match notice {
        FileNotice::PartsMissing(parts) => Some(parts),
        _ => None,
    });
    missing.flatten().map(|part| part.index + 1).collect()
}

fn refused_line(refused: &Refused) -> ImportLine {
    ImportLine {
        issuer: refused.name.clone(),
        account: String::new(),
        outcome: ImportOutcome::Refused { why: refusal(&refused.reason) },
        notes: Vec::new(),
    }
}

fn refusal(reason: &RefuseReason) -> Refusal {
    let unknown = String::new;
    match reason {
        RefuseReason::NotAToken => Refusal::NotAToken,
        RefuseReason::NoSecret => Refusal::NoSecret,
        RefuseReason::BadSecret => Refusal::BadSecret,
        RefuseReason::UnknownKind => Refusal::UnknownType { found: unknown() },
        RefuseReason::UnknownAlgorithm => Refusal::UnknownAlgorithm { found: unknown() },
        RefuseReason::BadDigits => Refusal::BadDigits,
        RefuseReason::BadPeriod => Refusal::BadPeriod,
        RefuseReason::NotKept => Refusal::NotKept,
        RefuseReason::Uri(error) => match error {
            OtpauthError::NotOtpauth | OtpauthError::IsMigration => Refusal::NotAToken,
            OtpauthError::UnknownKind => Refusal::UnknownType { found: unknown() },
            OtpauthError::SecretMissing => Refusal::NoSecret,
            OtpauthError::SecretTwice
            | OtpauthError::Secret(_)
            | OtpauthError::SecretNotHexadecimal
            | OtpauthError::YandexSecretDamaged => Refusal::BadSecret,
            OtpauthError::Algorithm => Refusal::UnknownAlgorithm { found: unknown() },
            OtpauthError::Digits => Refusal::BadDigits,
            OtpauthError::Period => Refusal::BadPeriod,
            OtpauthError::Counter => Refusal::BadCounter,
            _ => Refusal::Broken,
        },
        _ => Refusal::Broken,
    }
}

/// The short names of what is to be noted about an entry, for tables of texts.
pub const NOTES: &[&str] = &[
    "assumed-type",
    "assumed-algorithm",
    "assumed-digits",
    "assumed-period",
    "assumed-counter",
    "ignored-setting",
    "icon-dropped",
    "was-trashed",
    "was-archived",
    "unknown-kept",
    "display-unreadable",
    "group-missing",
    "pin-missing",
    "other-name",
    "issuers-disagree",
    "nameless",
    "repeated-parameter",
    "name-damaged",
    "prf-unreadable",
    "blob-dropped",
    "protection-assumed",
    NO_ROOM,
    REMOVED_BEFORE,
    "other",
];

pub(super) fn note(notice: &Notice) -> String {
    let name = match notice {
        Notice::Assumed(Setting::Kind) => "assumed-type",
        Notice::Assumed(Setting::Algorithm) => "assumed-algorithm",
        Notice::Assumed(Setting::Digits) => "assumed-digits",
        Notice::Assumed(Setting::Period) => "assumed-period",
        Notice::Assumed(Setting::Counter) => "assumed-counter",
        Notice::Ignored(_) => "ignored-setting",
        Notice::IconDropped => "icon-dropped",
        Notice::WasTrashed => "was-trashed",
        Notice::WasArchived => "was-archived",
        Notice::UnknownKept { .. } => "unknown-kept",
        Notice::DisplayUnreadable => "display-unreadable",
        Notice::GroupMissing => "group-missing",
        Notice::PinMissing | Notice::Uri(otpauth::Notice::PinMissing) => "pin-missing",
        Notice::ShownAs { .. } => "other-name",
        Notice::PrfUnreadable => "prf-unreadable",
        Notice::BlobDropped => "blob-dropped",
        Notice::ProtectionAssumed => "protection-assumed",
        Notice::Uri(otpauth::Notice::IssuersDisagree) => "issuers-disagree",
        Notice::Uri(otpauth::Notice::Nameless) => "nameless",
        Notice::Uri(otpauth::Notice::CounterAssumedZero) => "assumed-counter",
        Notice::Uri(otpauth::Notice::ParameterRepeated) => "repeated-parameter",
        Notice::Uri(otpauth::Notice::NameDamaged) => "name-damaged",
        Notice::Uri(otpauth::Notice::SettingIgnored) => "ignored-setting",
        _ => "other",
    };
    name.to_owned()
}
