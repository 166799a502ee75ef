// SPDX-License-Identifier: MIT OR Apache-2.0
//! When two names mean the same service or place: width, case, spaces and punctuation do not matter.

use unicode_normalization::UnicodeNormalization as _;

/// A name as it is compared; a name of punctuation alone stays what it is.
#[must_use]
pub fn fold(name: &str) -> String {
    let folded: String =
        name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    if folded.is_empty() { name.trim().to_owned() } else { folded }
}

/// Tells whether two names mean the same.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}
