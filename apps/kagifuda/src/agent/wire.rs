// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every message between program and agent is made of: frames, names of things, and secrets.
//!
//! A frame is a big-endian `u32` and that many bytes of CBOR, at most [`MAX_FRAME_BYTES`]. The bytes
//! of a frame may hold secrets, so they live in [`FrameBytes`], which wipes itself when it is dropped
//! and also when it has to grow; what is decoded from it goes straight into wiping types.

use std::fmt;

use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault as vault;
use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};
use zeroize::Zeroizing;

/// The largest frame either side accepts or sends, its length prefix not counted.
pub const MAX_FRAME_BYTES: usize = 8 << 20;
/// Bytes of the length prefix.
pub const PREFIX_BYTES: usize = 4;

/// The bytes of one frame, wiped when dropped and when moved by growing.
#[derive(Default)]
pub struct FrameBytes(Zeroizing<Vec<u8>>);

impl FrameBytes {
    /// A buffer of `count` zero bytes, to read a body into.
    #[must_use]
    pub fn zeroed(count: usize) -> Self {
        Self(Zeroizing::new(vec![0; count]))
    }

    /// Writes a message as a whole frame: prefix and body; `None` where it exceeds the limit.
    pub fn of(message: &impl Encode<()>) -> Option<Self> {
        let mut frame = Self::default();
        frame.append(&[0; PREFIX_BYTES]);
        let encoded = Encoder::new(&mut frame).encode(message).is_ok();
        let body_bytes = frame.0.len() - PREFIX_BYTES;
        if !encoded || body_bytes > MAX_FRAME_BYTES {
            return None;
        }
        frame.0[..PREFIX_BYTES].copy_from_slice(&u32::try_from(body_bytes).ok()?.to_be_bytes());
        Some(frame)
    }

    /// Reads the message out of a frame's body; `None` where the body is not exactly one message.
    #[must_use]
    pub fn message<M: for<'b> Decode<'b, ()>>(&self) -> Option<M> {
        let mut decoder = Decoder::new(&self.0);
        let message = decoder.decode().ok()?;
        (decoder.position() == self.0.len()).then_some(message)
    }

    /// Shows the bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Shows the bytes to a reader that fills them.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Appends; a growing buffer moves by hand so that the old place is wiped.
    fn append(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity() * 2).max(256));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }
}

impl Write for FrameBytes {
    type Error = std::convert::Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.append(bytes);
        Ok(())
    }
}

/// A secret inside a message. It has no `Debug` and no `Clone`, as the secret it holds.
#[derive(PartialEq, Eq, Default)]
pub struct Hidden<S>(pub S);

impl Hidden<SecretText> {
    /// Hides a text.
    #[must_use]
    pub const fn text(text: String) -> Self {
        Self(SecretText::new(text))
    }

    /// Shows the text to code that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Hidden<SecretBytes> {
    /// Hides bytes.
    #[must_use]
    pub const fn bytes(bytes: Vec<u8>) -> Self {
        Self(SecretBytes::new(bytes))
    }

    /// Shows the bytes to code that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl<C> Encode<C> for Hidden<SecretText> {
    fn encode<W: Write>(
        &self,
        out: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        out.str(self.0.expose())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Hidden<SecretText> {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(from.str()?.into()))
    }
}

impl<C> Encode<C> for Hidden<SecretBytes> {
    fn encode<W: Write>(
        &self,
        out: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        out.bytes(self.0.expose())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Hidden<SecretBytes> {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(from.bytes()?.into()))
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads the 32 hexadecimal digits that `Display` writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                vault::ItemId::parse(text).map(|id| Self(id.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                vault::ItemId(self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                out: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                out.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let bytes = from.bytes()?;
                bytes.try_into().map(Self).map_err(|_| decode::Error::message("sixteen bytes"))
            }
        }
    )+};
}

id! {
    /// An item of the vault.
    ItemId;
    /// One backup code within its item.
    CodeId;
    /// One operation of the holder.
    OperationId;
    /// One way to open the vault.
    WayId;
    /// An import that was shown and not yet made; the agent knows it until the vault locks.
    Ticket;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use proptest::prelude::*;

    use super::*;
    use crate::agent::protocol::{Field, FieldValue, Kind, Reply, Request, name};

    /// The body of a message's frame.
    fn body(message: &impl Encode<()>) -> Vec<u8> {
        FrameBytes::of(message).unwrap().expose()[PREFIX_BYTES..].to_vec()
    }

    fn read<M: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Option<M> {
        let mut frame = FrameBytes::zeroed(bytes.len());
        frame.expose_mut().copy_from_slice(bytes);
        frame.message()
    }

    fn an_addition() -> Request {
        let secret = FieldValue::Secret(Hidden::text("ABCDEFGH".to_owned()));
        let tags = FieldValue::List(vec!["work".to_owned(), "鍵".to_owned()]);
        let fields = vec![Field::new(name::SECRET, secret), Field::new(name::TAGS, tags)];
        Request::AddItem { kind: Kind::Token, fields }
    }

    #[test]
    fn an_announced_list_takes_no_memory_before_it_is_there() {
        let whole = body(&an_addition());
        assert_eq!(whole[..5], [0x82, 0x0e, 0x82, 0x03, 0x82], "an addition of two fields");
        // The same with 2^32 - 1 fields, of which none follows.
        let greedy = [0x82, 0x0e, 0x82, 0x03, 0x9a, 0xff, 0xff, 0xff, 0xff];
        assert!(read::<Request>(&greedy).is_none());
    }

    #[test]
    fn secrets_and_ids_arrive_as_they_were_sent() {
        // Longer than the first room of a frame, which therefore grows on the way.
        let sent = vec![0x5a; 5000];
        let import = Request::ImportPreview { bytes: Hidden::bytes(sent.clone()), password: None };
        let Some(Request::ImportPreview { bytes, password: None }) = read(&body(&import)) else {
            panic!("another message arrived");
        };
        assert_eq!(bytes.expose(), sent);
        let (id, code) = (ItemId([7; 16]), CodeId([8; 16]));
        let used = body(&Request::UseBackupCode { id, code: Some(code) });
        let Some(Request::UseBackupCode { id: item, code: Some(of) }) = read(&used) else {
            panic!("another message arrived");
        };
        assert_eq!((item, of), (id, code));
        let words = Reply::Words(Hidden::text("abandon ability".to_owned()));
        let Some(Reply::Words(words)) = read(&body(&words)) else {
            panic!("another message arrived");
        };
        assert_eq!(words.expose(), "abandon ability");
    }

    #[test]
    fn an_id_is_sixteen_bytes_and_nothing_else() {
        let whole = body(&Request::ImportCommit { ticket: Ticket([9; 16]) });
        let at = whole.iter().position(|byte| *byte == 0x50).unwrap();
        let mut shorter = whole;
        shorter[at] = 0x4f;
        shorter.pop();
        assert!(read::<Request>(&shorter).is_none());
    }

    #[test]
    fn an_id_is_written_as_it_is_read() {
        let id = WayId::parse("000102030405060708090a0b0c0d0e0f").unwrap();
        assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0e0f");
        assert_eq!(format!("{id:?}"), "WayId(000102030405060708090a0b0c0d0e0f)");
        for wrong in ["", "00", "000102030405060708090a0b0c0d0e0g"] {
            assert!(WayId::parse(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_either_end_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Request>(&bytes);
            let _ = read::<Reply>(&bytes);
        }

        #[test]
        fn a_damaged_message_is_refused_or_another_message(
            at in 0..100usize, bits in 1..=255u8, cut in 0..100usize,
        ) {
            let whole = body(&an_addition());
            let mut damaged = whole.clone();
            damaged[at % whole.len()] ^= bits;
            if let Some(other) = read::<Request>(&damaged) {
                prop_assert!(read::<Request>(&body(&other)).is_some());
            }
            prop_assert!(read::<Request>(&whole[..cut % whole.len()]).is_none());
        }
    }
}
