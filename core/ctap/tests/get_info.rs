// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key says of itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::message::Command;
use kagifuda_ctap::pin_protocol::PinProtocol;
use support::Key;

#[test]
fn asking_a_key_what_it_is_needs_nobody() {
    let mut key = Key::new();
    key.lock();
    key.bare(Command::GetInfo).ok();
    assert!(key.questions().is_empty());
}

#[test]
fn a_token_is_had_by_the_pin_under_both_protocols() {
    let mut key = Key::new();
    key.set_pin("tsubaki");
    for protocol in [PinProtocol::One, PinProtocol::Two] {
        key.token(protocol, "tsubaki", Permissions::MANAGE, None);
    }
}
