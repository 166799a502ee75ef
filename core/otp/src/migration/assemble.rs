// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the parts of batches together, in whatever order a camera saw them: batches in the order
//! of their first part, parts by index, one that was seen twice only once. It says what is
//! missing and loses nothing of what is there.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::Token;
use crate::migration::{Part, Problem};

/// Names one part among all batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartName {
    /// The batch it belongs to.
    pub batch_id: i32,
    /// Which part of it, the first being 0.
    pub index: u32,
}

/// Everything the parts held.
#[derive(Default)]
pub struct Batch {
    /// The tokens, batch after batch and part after part.
    pub tokens: Vec<Token>,
    /// The entries that are no token, with the part they are in.
    pub problems: Vec<(PartName, Problem)>,
    /// Parts that were announced by others and not seen.
    pub missing: Vec<PartName>,
    /// Parts that were seen more than once with the same content; taken once.
    pub repeated: Vec<PartName>,
    /// Parts that were seen with different content under one name; all were taken. Two batches
    /// may have got the same number, or the writing app may be broken.
    pub conflicting: Vec<PartName>,
    /// How many batches the parts came from.
    pub batch_count: usize,
}

/// Puts parts together.
#[must_use]
pub fn assemble(parts: impl IntoIterator<Item = Part>) -> Batch {
    let mut ranks = BTreeMap::new();
    let mut parts: Vec<Part> = parts.into_iter().collect();
    for part in &parts {
        let rank = ranks.len();
        ranks.entry(part.batch_id).or_insert(rank);
    }
    parts.sort_by_key(|part| (ranks[&part.batch_id], part.index));
    let mut batch = Batch { batch_count: ranks.len(), ..Batch::default() };
    for of_one_batch in parts.chunk_by(|left, right| left.batch_id == right.batch_id) {
        batch.note_missing(of_one_batch);
    }
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        if !batch.note_seen_before(&kept, &part) {
            kept.push(part);
        }
    }
    for part in kept {
        let name = part.name();
        batch.tokens.extend(part.tokens);
        batch.problems.extend(part.problems.into_iter().map(|problem| (name, problem)));
    }
    batch
}

impl Batch {
    fn note_missing(&mut self, sorted: &[Part]) {
        let count = sorted.iter().map(|part| part.count).max().unwrap_or(0);
        let mut seen = sorted.iter().map(|part| part.index).peekable();
        for index in 0..count {
            let mut is_there = false;
            while seen.next_if_eq(&index).is_some() {
                is_there = true;
            }
            if !is_there {
                self.missing.push(PartName { batch_id: sorted[0].batch_id, index });
            }
        }
    }

    /// Tells whether the part was kept already; those of the same name are at the end.
    fn note_seen_before(&mut self, kept: &[Part], part: &Part) -> bool {
        let name = part.name();
        let mut namesakes = kept.iter().rev().take_while(|kept| kept.name() == name).peekable();
        if namesakes.peek().is_none() {
            return false;
        }
        let is_same = namesakes.any(|kept| kept == part);
        let noted = if is_same { &mut self.repeated } else { &mut self.conflicting };
        if noted.last() != Some(&name) {
            noted.push(name);
        }
        is_same
    }
}

impl Part {
    /// Gives the part's name.
    #[must_use]
    pub const fn name(&self) -> PartName {
        PartName { batch_id: self.batch_id, index: self.index }
    }
}
