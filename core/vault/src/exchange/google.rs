// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batches of Google Authenticator: `otpauth-migration://` URIs, one per QR code, read and written.
//!
//! What a code holds is decided by [`kagifuda_otp::migration`]; here parts are put together and what
//! is missing, doubled or unreadable is reported. A code that does not decode is refused like any
//! other bad line; the others stand.

use kagifuda_otp::Token;
use kagifuda_otp::migration::{self, CannotTravel, MAX_PART_COUNT, Part as BatchPart};
use kagifuda_secret::SecretText;
use rand_core::CryptoRng;

use super::fields::{Bad, Found};
use super::lines::{has_line, is_batch, is_token, read_text};
use super::write::{Ledger, Outgoing, random};
use super::{
    EntryExtras, FileNotice, Format, FormatName, Import, ImportError, ImportLimits, Loss, LossKind,
    MAX_ENTRIES, Part, RefuseReason, Setting,
};

/// The length of a code that phone cameras read well, in bytes; Google's own app stays below it.
pub const COMFORTABLE_CODE_BYTES: usize = 923;

/// QR batches of Google Authenticator, as text.
#[derive(Clone, Copy, Debug)]
pub struct GoogleMigration;

impl Format for GoogleMigration {
    fn name(&self) -> FormatName {
        FormatName::GoogleMigration
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        has_line(bytes, is_batch) && !has_line(bytes, is_token)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        read_text(text, FormatName::GoogleMigration)
    }
}

/// Collects the codes of a text until all are there to be put together.
#[derive(Default)]
pub(super) struct Batches {
    parts: Vec<BatchPart>,
    entry_count: usize,
}

impl Batches {
    /// Reads one code.
    pub(super) fn add(&mut self, line: &str, import: &mut Import) -> Result<(), ImportError> {
        match migration::read(line) {
            Ok(part) => {
                self.entry_count += part.tokens.len() + part.problems.len();
                if self.entry_count > MAX_ENTRIES || self.parts.len() >= MAX_PART_COUNT as usize {
                    return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
                }
                self.parts.push(part);
            }
            Err(error) => {
                let reason = RefuseReason::Batch(error);
                import.take(Err(Bad { name: String::new(), reason }));
            }
        }
        Ok(())
    }

    /// Puts the codes together and adds their entries.
    pub(super) fn finish(self, import: &mut Import) {
        let batch = migration::assemble(self.parts);
        for token in batch.tokens {
            let extras = EntryExtras::default();
            import.take(Ok(Found { token, extras, notices: Vec::new() }));
        }
        for (_, problem) in batch.problems {
            let reason = RefuseReason::BatchEntry(problem.why);
            import.take(Err(Bad::named(&problem.issuer, &problem.account, reason)));
        }
        let kinds = [
            (batch.missing, FileNotice::PartsMissing as fn(_) -> _),
            (batch.repeated, FileNotice::PartsRepeated),
            (batch.conflicting, FileNotice::PartsConflicting),
        ];
        let told = kinds.into_iter().filter(|(parts, _)| !parts.is_empty());
        import.notices.extend(told.map(|(parts, notice)| notice(parts)));
    }
}

/// Codes that were written, and what did not fit into them.
pub struct WrittenCodes {
    /// What each QR code holds, in order.
    pub codes: Vec<SecretText>,
    /// What was left out, in the order of the entries.
    pub losses: Vec<Loss>,
}

/// Writes a batch for Google Authenticator, cut into codes of at most `max_code_bytes`; see
/// [`COMFORTABLE_CODE_BYTES`].
#[must_use]
pub fn write_google(
    entries: &[Outgoing<'_>],
    max_code_bytes: usize,
    rng: &mut impl CryptoRng,
) -> WrittenCodes {
    let batch_id = i32::from_le_bytes(random(rng));
    let tokens = entries.iter().map(|entry| entry.token);
    let written = migration::write(tokens, batch_id, max_code_bytes);
    let mut ledger = Ledger::default();
    let mut left_behind = written.left_behind.iter().peekable();
    for (index, entry) in entries.iter().enumerate() {
        let position = index + 1;
        match left_behind.next_if(|(place, _)| *place == index) {
            Some((_, reason)) => ledger.add(position, loss(entry.token, *reason)),
            None => ledger.without(position, entry, &ALL_BUT_THE_TOKEN),
        }
    }
    WrittenCodes { codes: written.codes, losses: ledger.losses }
}

const ALL_BUT_THE_TOKEN: [Part; 6] =
    [Part::Folders, Part::Tags, Part::Note, Part::Pinned, Part::Colour, Part::UnknownParameters];

const fn loss(token: &Token, reason: CannotTravel) -> LossKind {
    match reason {
        CannotTravel::Period => LossKind::Value(Setting::Period),
        CannotTravel::StartTime => LossKind::StartOfTime,
        CannotTravel::Digits => LossKind::Value(Setting::Digits),
        CannotTravel::Counter => LossKind::Value(Setting::Counter),
        CannotTravel::SecretMissing => LossKind::Secret,
        CannotTravel::TooLong | CannotTravel::NoRoom => LossKind::TooLong,
        _ => LossKind::Kind(token.kind),
    }
}
