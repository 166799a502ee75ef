// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a TPM answers, as somebody on its bus may change it, and a sealed secret as a failing disk may. Whatever is
//! read is read to its end: one byte more is another answer.

use kagifuda_linux::tpm::Sealed;
use kagifuda_linux::tpm::answer::{
    Answer, Shape, StorageKey, Unread, created, first_nonce, loaded, properties, unsealed,
};

/// Tags, and heads of what is sized, as text can spell them.
pub(crate) const DICTIONARY: &[&str] = &[
    "\u{0}\u{20}",
    "\u{0}\u{22}\u{0}\u{b}",
    "\u{0}\u{0}\u{0}\u{0}",
    "\u{0}\u{4}\u{0}\u{0}",
    "2.0\u{0}",
];

const SHAPES: [Shape; 4] = [Shape::Plain, Shape::Handle, Shape::Session, Shape::HandleAndSession];

pub(crate) fn run(bytes: &[u8]) {
    for shape in SHAPES {
        let Ok(answer) = Answer::read(bytes, shape) else { continue };
        let longer = [bytes, &[0]].concat();
        assert_eq!(Answer::read(&longer, shape).err(), Some(Unread::Malformed));
        parameters(answer.parameters);
    }
    parameters(bytes);
    if let Ok(sealed) = Sealed::from_bytes(bytes) {
        assert_eq!(sealed.to_bytes(), bytes);
    }
}

/// Reads parameters as those of every command.
fn parameters(bytes: &[u8]) {
    let longer = [bytes, &[0]].concat();
    assert!(StorageKey::read(bytes).is_err() || StorageKey::read(&longer).is_err());
    assert!(first_nonce(bytes).is_err() || first_nonce(&longer).is_err());
    assert!(created(bytes).is_err() || created(&longer).is_err());
    assert!(loaded(bytes).is_err() || loaded(&longer).is_err());
    assert!(unsealed(bytes).is_err() || unsealed(&longer).is_err());
    assert!(properties(bytes).is_err() || properties(&longer).is_err());
}
