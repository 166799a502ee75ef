// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening libsodium's `secretstream_xchacha20poly1305`, which Ente's exports use, as libsodium's
//! documentation and test vectors define it.
//!
//! This is the stream's construction over the `chacha20` and `poly1305` crates, reading side only.
//! The pure-Rust crates that exist either leave keys in memory and compare tags with early exit, or
//! bring a whole second suite of ciphers; a vector made with libsodium holds this one to the letter.

use chacha20::cipher::{KeyIvInit as _, StreamCipher as _, StreamCipherSeek as _};
use chacha20::{ChaCha20, R20, hchacha};
use kagifuda_secret::{SecretArray, equal_in_constant_time};
use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit as _, UniversalHash as _};
use zeroize::Zeroizing;

/// Bytes of the header that starts a stream.
pub(super) const HEADER_BYTES: usize = 24;

/// Bytes a message grows by: its tag byte and its authenticator.
const OVERHEAD_BYTES: usize = 1 + AUTHENTICATOR_BYTES;
const AUTHENTICATOR_BYTES: usize = 16;
const BLOCK_BYTES: usize = 64;

const TAG_REKEY: u8 = 0x02;
const TAG_FINAL: u8 = 0x03;

/// The receiving end of a stream.
pub(super) struct Stream {
    key: SecretArray<32>,
    /// A counter of messages, 4 bytes, then 8 bytes that every message changes.
    nonce: [u8; 12],
}

impl Stream {
    pub(super) fn new(key: &SecretArray<32>, header: &[u8; HEADER_BYTES]) -> Self {
        let (input, rest) = header.split_at(16);
        let input: [u8; 16] = input.try_into().expect("the header's first part has 16 bytes");
        let mut nonce = [0; 12];
        nonce[0] = 1;
        nonce[4..].copy_from_slice(rest);
        let mut derived: [u8; 32] = hchacha::<R20>(key.expose().into(), &input.into()).into();
        Self { key: SecretArray::take(&mut derived), nonce }
    }

    /// Opens the next message; `None` where it is not what the sender sealed at this place.
    pub(super) fn pull(&mut self, message: &[u8]) -> Option<Pulled> {
        let body_length = message.len().checked_sub(OVERHEAD_BYTES)?;
        let (sealed, authenticator) = message.split_at(message.len() - AUTHENTICATOR_BYTES);
        let mut cipher = ChaCha20::new(self.key.expose().into(), &self.nonce.into());

        let mut block = Zeroizing::new([0; BLOCK_BYTES]);
        cipher.apply_keystream(&mut *block);
        let mut poly = Poly1305::new_from_slice(&block[..32]).expect("a Poly1305 key is 32 bytes");
        block.fill(0);
        block[0] = sealed[0];
        cipher.apply_keystream(&mut *block);
        let tag = block[0];
        block[0] = sealed[0];

        let expected = {
            // Padded as libsodium does it: by the length modulo 16, not up to the next multiple.
            let mut authenticated = Vec::with_capacity(BLOCK_BYTES + body_length + 32);
            authenticated.extend_from_slice(&*block);
            authenticated.extend_from_slice(&sealed[1..]);
            authenticated.resize(authenticated.len() + body_length % 16, 0);
            authenticated.extend_from_slice(&0_u64.to_le_bytes());
            authenticated.extend_from_slice(&((BLOCK_BYTES + body_length) as u64).to_le_bytes());
            let (whole, rest) = authenticated.as_chunks::<16>();
            for chunk in whole {
                poly.update(&[(*chunk).into()]);
            }
            poly.compute_unpadded(rest)
        };
        if !equal_in_constant_time(&expected, authenticator) {
            return None;
        }

        let mut body = Zeroizing::new(sealed[1..].to_vec());
        cipher.seek(2 * BLOCK_BYTES as u64);
        cipher.apply_keystream(&mut body);
        self.advance(authenticator, tag);
        Some(Pulled { body, is_final: tag == TAG_FINAL })
    }

    fn advance(&mut self, authenticator: &[u8], tag: u8) {
        for (byte, other) in self.nonce[4..].iter_mut().zip(authenticator) {
            *byte ^= other;
        }
        let [a, b, c, d, ..] = self.nonce;
        let counter = u32::from_le_bytes([a, b, c, d]).wrapping_add(1);
        self.nonce[..4].copy_from_slice(&counter.to_le_bytes());
        if counter == 0 || tag & TAG_REKEY != 0 {
            self.rekey();
        }
    }

    fn rekey(&mut self) {
        let mut material = Zeroizing::new([0; 40]);
        material[..32].copy_from_slice(self.key.expose());
        material[32..].copy_from_slice(&self.nonce[4..]);
        ChaCha20::new(self.key.expose().into(), &self.nonce.into()).apply_keystream(&mut *material);
        self.key = SecretArray::filled_by(|key| key.copy_from_slice(&material[..32]));
        self.nonce = [0; 12];
        self.nonce[0] = 1;
        self.nonce[4..].copy_from_slice(&material[32..]);
    }
}

/// An opened message.
pub(super) struct Pulled {
    pub(super) body: Zeroizing<Vec<u8>>,
    /// Whether the sender said it was the last.
    pub(super) is_final: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a vector that cannot be read has failed")]
mod tests {
    use data_encoding::HEXLOWER;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        key: String,
        header: String,
        messages: Vec<Message>,
    }

    #[derive(Deserialize)]
    struct Message {
        plain: String,
        sealed: String,
        is_final: bool,
    }

    fn vector() -> (Stream, Vec<Message>) {
        let json = include_str!(
            "../../../../tests/vectors/exchange/secretstream-messages-of-any-length-and-a-rekeying.json"
        );
        let vector: Vector = serde_json::from_str(json).unwrap();
        let key = HEXLOWER.decode(vector.key.as_bytes()).unwrap();
        let header = HEXLOWER.decode(vector.header.as_bytes()).unwrap();
        let key = SecretArray::from_slice(&key).unwrap();
        (Stream::new(&key, &header.try_into().unwrap()), vector.messages)
    }

    fn sealed(message: &Message) -> Vec<u8> {
        HEXLOWER.decode(message.sealed.as_bytes()).unwrap()
    }

    #[test]
    fn what_libsodium_sealed_opens_message_by_message() {
        let (mut stream, messages) = vector();
        for message in messages {
            let pulled = stream.pull(&sealed(&message)).unwrap();
            assert_eq!(pulled.body.as_slice(), message.plain.as_bytes());
            assert_eq!(pulled.is_final, message.is_final);
        }
    }

    #[test]
    fn messages_out_of_order_do_not_open() {
        let (mut stream, messages) = vector();
        assert!(stream.pull(&sealed(&messages[1])).is_none());
        assert!(stream.pull(&sealed(&messages[0])).is_some());
        assert!(stream.pull(&sealed(&messages[0])).is_none(), "a repeated message");
    }

    #[test]
    fn no_bit_of_a_message_can_be_changed_and_no_byte_cut() {
        let (mut stream, messages) = vector();
        let message = sealed(&messages[0]);
        for bit in 0..message.len() * 8 {
            let mut flipped = message.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(stream.pull(&flipped).is_none(), "bit {bit}");
        }
        for length in 0..message.len() {
            assert!(stream.pull(&message[..length]).is_none(), "cut to {length}");
        }
    }

    #[test]
    fn a_counter_that_runs_over_makes_new_keys() {
        let (mut stream, _) = vector();
        stream.nonce[..4].fill(0xff);
        let before = stream.key.duplicate();
        stream.advance(&[0; AUTHENTICATOR_BYTES], 0);
        assert!(stream.key != before);
        assert_eq!(stream.nonce[..4], [1, 0, 0, 0]);
    }
}
