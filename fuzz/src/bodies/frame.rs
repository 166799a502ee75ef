// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages between program and agent: the body of a frame is exactly one message or none, and a
//! message that was read is written as bytes that read the same.

use kagifuda::agent::protocol::{FrameBytes, PREFIX_BYTES, Reply, Request};
use minicbor::{Decode, Encode};

pub(crate) const DICTIONARY: &[&str] =
    &["\u{0}", "\u{1}", "\u{2}", "\u{b}", "\u{18}", "\u{1a}", "@", "P", "`", "x", "a", "totp"];

pub(crate) fn run(bytes: &[u8]) {
    survives::<Request>(bytes);
    survives::<Reply>(bytes);
}

fn survives<M: for<'b> Decode<'b, ()> + Encode<()>>(bytes: &[u8]) {
    let Some(message) = frame(bytes).message::<M>() else { return };
    let Some(written) = FrameBytes::of(&message) else { return };
    let body = &written.expose()[PREFIX_BYTES..];
    let again = frame(body).message::<M>().expect("what is written can be read");
    let same = FrameBytes::of(&again).expect("it had room before");
    assert!(same.expose() == written.expose(), "a message changed on its way");
}

fn frame(bytes: &[u8]) -> FrameBytes {
    let mut frame = FrameBytes::zeroed(bytes.len());
    frame.expose_mut().copy_from_slice(bytes);
    frame
}
