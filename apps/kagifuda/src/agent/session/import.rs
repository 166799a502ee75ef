// SPDX-License-Identifier: MIT OR Apache-2.0
//! Importing in two steps: first everything is read and shown, then exactly that is made, in one
//! operation. What the vault has already, by its secret, is not made again.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use kagifuda_linux::clock::Moment;
use kagifuda_otp::{Token, TokenKind};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::exchange::{
    Entry, FileNotice, Import, ImportError, ImportLimits, PasskeyEntry, detect, is_database,
    read_any, read_tables, wanted_tables,
};
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, Draft, ItemId, item};
use kagifuda_vaultfile::read_foreign;

use super::blobs::{self, Blobs};
use super::import_words::{note, refused_line};
use super::open::Open;
use super::services::Written;
use super::{Answer, edit, rng};
use crate::agent::protocol::{
    self, Failure, ImportLine, ImportOutcome, ImportReport, Kind, Reply, Ticket,
};
use crate::agent::trouble;

/// An import that was shown and not yet made.
pub(super) struct Prepared {
    ticket: Ticket,
    format: &'static str,
    new: New,
}

/// What of a file the vault does not have yet.
struct New {
    entries: Vec<Entry>,
    passkeys: Vec<PasskeyEntry>,
    written: Written,
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
        Ok(self.show_import(read(bytes.expose(), password)?))
    }

    /// Tells what would happen to every entry of a file, and keeps what is new until it is asked for.
    pub(super) fn show_import(&mut self, import: Import) -> Reply {
        let format = import.format.word();
        let missing_parts = missing_parts(&import);
        let (lines, new) = self.compare(import);
        let has_new = lines.iter().any(|line| line.outcome == ImportOutcome::Imported);
        let ticket = has_new.then(|| {
            let ticket = Ticket(ItemId::random(&mut rng()).0);
            self.prepared = Some(Prepared { ticket, format, new });
            self.has_grown = true;
            ticket
        });
        Reply::Import(ImportReport { ticket, format: format.to_owned(), lines, missing_parts })
    }

    pub(super) fn import_commit(&mut self, ticket: Ticket, now: Moment) -> Answer {
        let is_this = |prepared: &mut Prepared| prepared.ticket == ticket;
        let prepared = self.prepared.take_if(is_this).ok_or(Failure::NoSuchTicket)?;
        let Prepared { format, new: New { entries, mut passkeys, written }, .. } = prepared;
        let collection = self.vault.home();
        let mut drafts = self.drafts_of(&written, format)?;
        for entry in &entries {
            let mut edits = item::token_edits(&entry.token, &mut rng());
            edits.extend(edit::extras(kinds::TOKEN, &entry.extras, format)?);
            edits.extend(self.link_of(&written, &entry.extras)?);
            let item = ItemId::random(&mut rng());
            drafts.push(Draft { collection, item, kind: kinds::TOKEN, edits });
        }
        let mut blobs = Blobs::of(&self.vault);
        let has_blobs = passkeys.iter().any(|entry| entry.large_blob.is_some());
        for entry in &mut passkeys {
            let key = blobs::new_key();
            // What was shown must be what is made: a key that wrote blobs since may have no room left.
            if entry.large_blob.as_ref().is_some_and(|blob| !blobs.add(&key, blob)) {
                return Err(Failure::NoSuchTicket);
            }
            entry.passkey.large_blob_key = Some(SecretBytes::from(&key[..]));
            let mut draft = self.draft_of(entry, format)?;
            draft.edits.extend(self.link_of(&written, &entry.extras)?);
            drafts.push(draft);
        }
        // A service comes with how one signs in there; those are no entries of the file.
        let methods = drafts.iter().filter(|draft| draft.kind == kinds::METHOD).count();
        let added = u32::try_from(drafts.len() - methods).unwrap_or(u32::MAX);
        if has_blobs {
            drafts.extend(blobs.drafts(&self.vault));
        }
        let operation = Some(self.write(Deed::IMPORT, drafts, now)?);
        Ok(Reply::Imported { added, operation })
    }

    /// One line per entry of the file, in its order, and what is new.
    fn compare(&self, import: Import) -> (Vec<ImportLine>, New) {
        let mut known = self.known_tokens();
        let removed = self.removed_tokens();
        let mut lines: Outcomes = import
            .refused
            .iter()
            .map(|refused| (refused.position, refused_line(refused)))
            .collect();
        let mut entries = Vec::new();
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
                kind: Some(Kind::Token),
            };
            if line.outcome == ImportOutcome::Imported {
                let mut entry = entry;
                removed.count_on(&mut entry.token);
                known.add(None, entry.token.duplicate());
                lines.push((entry.position, line));
                entries.push(entry);
            } else {
                lines.push((entry.position, line));
            }
        }
        let passkeys = self.compare_passkeys(import.passkeys, &mut lines);
        let written = self.compare_services(import.services, import.notes, &mut lines);
        lines.sort_by_key(|(position, _)| *position);
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        (lines, New { entries, passkeys, written })
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

/// Reads a file of whatever format its content shows.
fn read(bytes: &[u8], password: Option<&SecretText>) -> Result<Import, Failure> {
    let limits = ImportLimits::STANDARD;
    if is_database(bytes) {
        let rows = read_foreign(bytes, wanted_tables());
        let import = rows.and_then(|tables| read_tables(&tables, &limits));
        return import.map_err(|error| trouble::of_import(&error, "SQLite"));
    }
    let refused = |error: ImportError| {
        trouble::of_import(&error, detect(bytes).map_or("", |format| format.name().app()))
    };
    read_any(bytes, password, &limits).map_err(refused)
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
