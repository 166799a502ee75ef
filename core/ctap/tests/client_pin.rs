// SPDX-License-Identifier: MIT OR Apache-2.0
//! The PIN, its tries and what it allows (CTAP 2.3 section 6.5).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Permissions, Profile};
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use kagifuda_ctap::store::Record;
use sha2::{Digest as _, Sha256};
use support::{HASH, Key, Reply, Token, padded, parameters, registration, sign_in_at};

const SITE: &str = "example.com";

/// A key whose PIN is set.
fn protected() -> Key {
    let mut key = Key::new();
    key.set_pin("tsubaki");
    key
}

#[track_caller]
fn try_pin(key: &mut Key, pin: &str) -> Reply {
    key.ask_token(PinCommand::TokenUsingPin, pin, Some(u64::from(Permissions::MANAGE.0)))
}

#[test]
fn eight_wrong_pins_block_for_good_and_three_until_the_key_is_replugged() {
    let mut key = protected();
    for wrong in 1..=8 {
        let status = match wrong {
            8 => Status::PinBlocked,
            wrong if wrong % 3 == 0 => Status::PinAuthBlocked,
            _ => Status::PinInvalid,
        };
        try_pin(&mut key, "sakura").refused(status);
        assert_eq!(key.pin_tries(), Some(8 - wrong));
        if wrong % 3 == 0 {
            try_pin(&mut key, "tsubaki").refused(Status::PinAuthBlocked);
            assert_eq!(key.pin_tries(), Some(8 - wrong), "a latch costs nothing");
            key.replug();
        }
    }
    key.replug();
    try_pin(&mut key, "tsubaki").refused(Status::PinBlocked);
    key.send_new_pin(Some("tsubaki"), &padded("sakura")).refused(Status::PinBlocked);
}

/// Another process, or the PC after a power cut: nothing is left of the engine but what its store kept.
#[test]
fn a_blocked_pin_stays_blocked_in_an_engine_that_is_built_anew_until_a_reset() {
    let mut key = protected();
    for left in (0..8).rev() {
        assert_ne!(try_pin(&mut key, "sakura").status, Status::Ok);
        key.power_up(Profile::HOST);
        assert_eq!(key.pin_tries(), Some(left));
    }
    for _ in 0..2 {
        try_pin(&mut key, "tsubaki").refused(Status::PinBlocked);
        key.send_new_pin(Some("tsubaki"), &padded("sakura")).refused(Status::PinBlocked);
        key.send_new_pin(None, &padded("sakura")).refused(Status::PinAuthInvalid);
        assert_eq!(key.pin_tries(), Some(0));
        key.power_up(Profile::HOST);
    }
    key.bare(Command::Reset).ok();
    key.set_pin("sakura");
    assert_eq!(key.pin_tries(), Some(8));
    try_pin(&mut key, "sakura").ok();
}

/// As a reset leaves it whose power went between the two records.
#[test]
fn tries_of_a_pin_that_is_gone_do_not_bind_the_next_one() {
    let mut key = protected();
    for _ in 0..8 {
        assert_ne!(try_pin(&mut key, "sakura").status, Status::Ok);
        key.power_up(Profile::HOST);
    }
    key.store().records.remove(&(Record::Settings as u8));
    key.power_up(Profile::HOST);
    try_pin(&mut key, "tsubaki").refused(Status::PinNotSet);
    key.set_pin("sakura");
    assert_eq!(key.pin_tries(), Some(8));
    try_pin(&mut key, "sakura").ok();
}

#[test]
fn a_right_pin_gives_every_try_back() {
    let mut key = protected();
    try_pin(&mut key, "sakura").refused(Status::PinInvalid);
    try_pin(&mut key, "tsubaki").ok();
    assert_eq!(key.pin_tries(), Some(8));
}

#[test]
fn a_try_is_spent_in_the_store_before_anything_is_compared() {
    let mut key = protected();
    let before = key.store().records.get(&(Record::Tries as u8)).cloned();
    // The second write is the one that gives the tries back: as if the plug was pulled in between.
    key.store().fails_at = Some(2);
    try_pin(&mut key, "tsubaki").refused(Status::Other);
    let spent = key.store().records[&(Record::Tries as u8)].clone();
    assert_eq!(spent[spent.len() - 2], 7);
    assert_ne!(before.as_ref(), Some(&spent));
    // What cannot be spent is not compared.
    key.store().fails_at = Some(1);
    try_pin(&mut key, "sakura").refused(Status::Other);
    assert_eq!(key.pin_tries(), Some(7));
}

#[test]
fn a_wrong_pin_makes_the_key_agree_anew() {
    let mut key = protected();
    let public = |key: &mut Key| {
        let subcommand = PinCommand::KeyAgreement as u64;
        let request = ClientPin { protocol: Some(2), subcommand, ..ClientPin::default() };
        PinAnswer::read(&key.client_pin(&request).ok()).unwrap().key_agreement.unwrap()
    };
    let first = public(&mut key);
    try_pin(&mut key, "tsubaki").ok();
    assert_eq!(public(&mut key), first);
    try_pin(&mut key, "sakura").refused(Status::PinInvalid);
    assert_ne!(public(&mut key), first);
}

#[test]
fn a_new_pin_that_is_no_pin_is_told_by_what_is_wrong_with_it() {
    let mut key = Key::new();
    key.send_new_pin(None, &[b'7'; 48]).refused(Status::InvalidParameter);
    key.send_new_pin(None, &padded("abc")).refused(Status::PinPolicyViolation);
    key.send_new_pin(None, &[b'7'; 64]).refused(Status::PinPolicyViolation);
    let (public, shared) = key.agree(PinProtocol::Two);
    // Authentic, and no ciphertext.
    let sent = [0x5A; 40];
    let param = shared.authenticate(&[&sent]);
    let request = ClientPin {
        protocol: Some(2),
        subcommand: PinCommand::SetPin as u64,
        key_agreement: Some(public),
        param: Some(&param),
        new_pin_enc: Some(&sent),
        ..ClientPin::default()
    };
    key.client_pin(&request).refused(Status::PinAuthInvalid);
    key.send_new_pin(None, &padded("tsubaki")).ok();
    key.send_new_pin(None, &padded("tsubaki")).refused(Status::PinAuthInvalid);
}

#[test]
fn simple_pins_are_refused_where_the_holder_wants_that() {
    let mut key = Key::new();
    let rule = MinPinLengthRequest { complexity: true, ..Default::default() };
    let rule = parameters(|writer| rule.write(writer));
    let subcommand = ConfigCommand::SetMinPinLength as u64;
    let config = Config { subcommand, parameters: Some(&rule), ..Config::default() };
    key.command(Command::Config, |writer| config.write(writer)).ok();
    for pin in ["1111", "1234", "dcba", "\u{3042}\u{3042}\u{3042}\u{3042}"] {
        key.send_new_pin(None, &padded(pin)).refused(Status::PinPolicyViolation);
    }
    key.send_new_pin(None, &padded("1235")).ok();
}

#[test]
fn the_lasting_token_outlives_the_plug_and_ends_with_the_pin_and_with_a_reset() {
    let mut key = protected();
    let token = key.token(PinProtocol::Two, "tsubaki", Permissions::LIST, None);
    key.replug();
    key.count_passkeys(&token).ok();
    key.send_new_pin(Some("tsubaki"), &padded("sakura")).ok();
    key.count_passkeys(&token).refused(Status::PinAuthInvalid);
    let token = key.token(PinProtocol::Two, "sakura", Permissions::LIST, None);
    key.count_passkeys(&token).ok();
    key.bare(Command::Reset).ok();
    key.count_passkeys(&token).refused(Status::PinAuthInvalid);
}

#[test]
fn permissions_nobody_has_defined_are_passed_over() {
    let mut key = protected();
    let by = |key: &mut Key, bits| key.ask_token(PinCommand::TokenUsingPin, "tsubaki", Some(bits));
    by(&mut key, 0).refused(Status::InvalidParameter);
    by(&mut key, 0x08).refused(Status::UnauthorizedPermission);
    by(&mut key, 0x44).refused(Status::UnauthorizedPermission);
    for bits in [0x84, 0x80, 0x1_0004] {
        by(&mut key, bits).ok();
    }
}

#[test]
fn a_token_of_ctap_2_0_is_for_the_first_site_it_is_used_at() {
    let mut key = protected();
    let (public, shared) = key.agree(PinProtocol::One);
    let hash = shared.encrypt(&Sha256::digest("tsubaki")[..16], &mut key.rng).unwrap();
    let request = ClientPin {
        protocol: Some(1),
        subcommand: PinCommand::PinToken as u64,
        key_agreement: Some(public),
        pin_hash_enc: Some(&hash),
        ..ClientPin::default()
    };
    let answer = key.client_pin(&request).ok();
    let sent = PinAnswer::read(&answer).unwrap().token_enc.unwrap().to_vec();
    let value = shared.decrypt(&sent).unwrap().0.as_slice().try_into().unwrap();
    let token = Token { protocol: PinProtocol::One, value };
    let param = token.over(&[&HASH]);
    let auth = token.auth(&param);
    // Nothing is there, and the token is this site's from now on.
    let request = GetAssertionRequest { auth, ..sign_in_at(SITE) };
    key.sign_in(&request).refused(Status::NoCredentials);
    let elsewhere = MakeCredentialRequest { auth, ..registration("another.example", b"aki") };
    key.make(&elsewhere).refused(Status::PinAuthInvalid);
    key.make(&MakeCredentialRequest { auth, ..registration(SITE, b"aki") }).ok();
}
