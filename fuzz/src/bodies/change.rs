// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a seal held, once it was opened: the holder's own devices write it, of whatever version, and so does who
//! has the keys of an old epoch.
//!
//! The input is two changes, the first after its length. What can be read of them folds to the same in any order,
//! grouping and repetition, and reads as an item without a panic.

use kagifuda_vault::change::{Body, decode_trusted};
use kagifuda_vault::{ChangeId, Fold, item};

pub(crate) const DICTIONARY: &[&str] =
    &["\u{0}", "\u{1}", "\u{2}", "\u{3}", "@", "P", "`", "a", "\u{18}", "\u{19}"];

pub(crate) fn run(bytes: &[u8]) {
    let [high, low, rest @ ..] = bytes else { return };
    let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
    let (first, second) = rest.split_at(length);
    let bodies: Vec<(ChangeId, Body)> = [first, second]
        .into_iter()
        .enumerate()
        .filter_map(|(at, plain)| Some((ChangeId([at as u8; 16]), decode_trusted(plain).ok()?)))
        .collect();
    let folded = |order: &mut dyn Iterator<Item = &(ChangeId, Body)>| {
        let mut fold = Fold::default();
        order.for_each(|(change, body)| fold.apply(*change, body.clone()));
        fold
    };
    let fold = folded(&mut bodies.iter());
    for other in [
        folded(&mut bodies.iter().rev()),
        folded(&mut bodies.iter().chain(&bodies)),
        folded(&mut bodies.iter().rev().chain(&bodies)),
    ] {
        assert!(other.digest() == fold.digest(), "the order of changes decides what they fold to");
    }
    for (id, state) in fold.all() {
        let _ = item::title(state);
        let _ = item::codes(id, state);
        let _ = item::token(id, state);
    }
}
