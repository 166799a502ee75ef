// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a TPM sealed, as it is kept: the version byte 1, then the name of the key it lies under, the private and the
//! public area (each a length of 16 bits and so many bytes). None of it is secret, and none of it is of use to another
//! TPM.

use super::answer::{Cursor, NAME_BYTES, Unread, is_sealed};
use super::command::sized;

/// The version of the form.
const VERSION: u8 = 1;
/// The longest private area: a digest, an initial vector, and what is sealed.
const PRIVATE_MAX_BYTES: usize = 256;

/// A sealed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The name of the storage key that it lies under.
    pub(super) under: [u8; NAME_BYTES],
    pub(super) private: Vec<u8>,
    pub(super) public: Vec<u8>,
}

impl Sealed {
    /// Reads one.
    ///
    /// # Errors
    /// [`Unread::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unread> {
        let mut all = Cursor(bytes);
        if all.u8()? != VERSION {
            return Err(Unread::Malformed);
        }
        let (under, private, public) = (all.whole()?, all.sized()?, all.sized()?);
        all.end()?;
        is_sealed(public)?;
        if private.len() > PRIVATE_MAX_BYTES {
            return Err(Unread::Malformed);
        }
        Ok(Self { under, private: private.to_vec(), public: public.to_vec() })
    }

    /// Writes it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for part in [&self.under[..], &self.private, &self.public] {
            sized(&mut bytes, part);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::SEALED;
    use super::*;

    #[test]
    fn what_was_sealed_is_read_as_it_was_written_and_nothing_else_is() {
        let mut public = SEALED.to_vec();
        sized(&mut public, &[5; 32]);
        let sealed = Sealed { under: [1; NAME_BYTES], private: vec![2; 160], public };
        let bytes = sealed.to_bytes();
        assert_eq!(Sealed::from_bytes(&bytes).as_ref(), Ok(&sealed));
        for end in 0..bytes.len() {
            assert_eq!(Sealed::from_bytes(&bytes[..end]), Err(Unread::Malformed), "{end} bytes");
        }
        let newer = [&[2][..], &bytes[1..]].concat();
        let longer = [&bytes[..], &[0]].concat();
        let large = Sealed { private: vec![2; PRIVATE_MAX_BYTES + 1], ..sealed.clone() };
        let other = Sealed { public: vec![0; 46], ..sealed };
        for wrong in [newer, longer, large.to_bytes(), other.to_bytes()] {
            assert_eq!(Sealed::from_bytes(&wrong), Err(Unread::Malformed));
        }
    }
}
