// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PIN that has to be changed first (forcePINChange: CTAP 2.3 sections 6.4, 6.5.5 and 6.11.4): what
//! makes it so, what it stops, and what ends it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Permissions, Profile, Question};
use kagifuda_ctap::message::client_pin::PinCommand;
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::reading::{Registered, UV};
use support::{HASH, Key, Reply, Token, padded, parameters, registration, sign_in_at};

const SITE: &str = "example.com";
const PIN: &str = "tsubaki";
const FORCE: MinPinLengthRequest<'static> =
    MinPinLengthRequest { length: None, rp_ids: None, force_change: true, complexity: false };

/// A key whose PIN is set.
fn protected() -> Key {
    let mut key = Key::new();
    key.set_pin(PIN);
    key
}

/// A key whose PIN has to be changed.
fn stale() -> Key {
    let mut key = protected();
    rule(&mut key, PIN, FORCE).ok();
    key
}

/// Sends setMinPINLength, with a token by the PIN.
#[track_caller]
fn rule(key: &mut Key, pin: &str, wanted: MinPinLengthRequest<'_>) -> Reply {
    let token = key.token(PinProtocol::Two, pin, Permissions::CONFIG, None);
    send_rule(key, Some(&token), wanted)
}

#[track_caller]
fn send_rule(key: &mut Key, token: Option<&Token>, wanted: MinPinLengthRequest<'_>) -> Reply {
    let wanted = parameters(|writer| wanted.write(writer));
    let subcommand = ConfigCommand::SetMinPinLength as u64;
    let config = Config { subcommand, parameters: Some(&wanted), ..Config::default() };
    let param = token.map(|token| token.over(&config.authenticated(&mut [0; 34])));
    let auth = match (token, &param) {
        (Some(token), Some(param)) => token.auth(param),
        _ => PinUvAuth::default(),
    };
    let config = Config { auth, ..config };
    key.command(Command::Config, |writer| config.write(writer))
}

#[track_caller]
fn must_change(key: &mut Key) -> bool {
    Info::read(&key.bare(Command::GetInfo).ok()).unwrap().must_change_pin
}

#[track_caller]
fn ask(key: &mut Key, pin: &str) -> Reply {
    let permissions = u64::from(Permissions::MANAGE.0);
    key.ask_token(PinCommand::TokenUsingPin, pin, Some(permissions))
}

#[test]
fn there_is_nothing_to_change_where_no_pin_is_set() {
    let mut key = Key::new();
    send_rule(&mut key, None, FORCE).refused(Status::PinNotSet);
    assert!(!must_change(&mut key));
    // A longer minimum and a rule against simple PINs are for the first PIN.
    let both = MinPinLengthRequest { length: Some(9), complexity: true, ..Default::default() };
    send_rule(&mut key, None, both).ok();
    assert!(!must_change(&mut key));
    key.send_new_pin(None, &padded("tsubakis")).refused(Status::PinPolicyViolation);
    key.set_pin("tsubaki-9");
    assert!(!must_change(&mut key));
    ask(&mut key, "tsubaki-9").ok();
}

#[test]
fn forcing_fails_as_a_whole_where_any_part_of_it_does() {
    let mut key = protected();
    rule(&mut key, PIN, MinPinLengthRequest { length: Some(6), ..Default::default() }).ok();
    let lower = MinPinLengthRequest { length: Some(5), ..FORCE };
    rule(&mut key, PIN, lower).refused(Status::PinPolicyViolation);
    let sites = ["a.example", "b.example", "c.example", "d.example", "e.example"];
    let many = MinPinLengthRequest { rp_ids: Some(&sites), ..FORCE };
    rule(&mut key, PIN, many).refused(Status::KeyStoreFull);
    let token = key.token(PinProtocol::Two, PIN, Permissions::CONFIG, None);
    key.store().fails_at = Some(1);
    send_rule(&mut key, Some(&token), FORCE).refused(Status::Other);
    assert!(!must_change(&mut key));
    ask(&mut key, PIN).ok();
}

#[test]
fn a_longer_minimum_forces_a_change_of_a_pin_that_is_shorter_only() {
    // Code points count, not bytes.
    for (pin, length, is_forced) in [
        (PIN, 6, false),
        (PIN, 7, false),
        (PIN, 8, true),
        ("椿の花が", 4, false),
        ("椿の花が", 5, true),
    ] {
        let mut key = Key::new();
        key.set_pin(pin);
        rule(&mut key, pin, MinPinLengthRequest { length: Some(length), ..Default::default() })
            .ok();
        assert_eq!(must_change(&mut key), is_forced, "{pin} of at least {length}");
        let status = if is_forced { Status::PinPolicyViolation } else { Status::Ok };
        ask(&mut key, pin).refused(status);
    }
}

#[test]
fn a_rule_against_simple_pins_forces_a_change_once() {
    let mut key = protected();
    let complexity = MinPinLengthRequest { complexity: true, ..Default::default() };
    rule(&mut key, PIN, complexity).ok();
    assert!(must_change(&mut key));
    key.send_new_pin(Some(PIN), &padded("7777777")).refused(Status::PinPolicyViolation);
    key.send_new_pin(Some(PIN), &padded("sakura")).ok();
    assert!(!must_change(&mut key));
    // The rule is there already, and the PIN keeps it.
    rule(&mut key, "sakura", complexity).ok();
    assert!(!must_change(&mut key));
}

#[test]
fn no_token_is_given_for_a_pin_that_has_to_be_changed_and_no_try_is_spent() {
    let mut key = stale();
    assert!(must_change(&mut key));
    for permissions in [
        Permissions::MANAGE,
        Permissions::CONFIG,
        Permissions::LARGE_BLOB,
        // Not the lasting one either.
        Permissions::LIST,
    ] {
        key.ask_token(PinCommand::TokenUsingPin, PIN, Some(u64::from(permissions.0)))
            .refused(Status::PinPolicyViolation);
    }
    // Platforms of CTAP 2.0 know this status only (section 6.5.5.7.1).
    key.ask_token(PinCommand::PinToken, PIN, None).refused(Status::PinInvalid);
    assert_eq!(key.pin_tries(), Some(8));
    // A wrong PIN is a wrong PIN.
    ask(&mut key, "sakura").refused(Status::PinInvalid);
    assert_eq!(key.pin_tries(), Some(7));
    ask(&mut key, PIN).refused(Status::PinPolicyViolation);
    assert_eq!(key.pin_tries(), Some(8));
}

#[test]
fn the_token_that_forces_the_change_is_the_last_of_its_pin() {
    let mut key = protected();
    let permissions = Permissions(Permissions::CONFIG.0 | Permissions::MANAGE.0);
    let token = key.token(PinProtocol::Two, PIN, permissions, None);
    key.count_passkeys(&token).ok();
    send_rule(&mut key, Some(&token), FORCE).ok();
    key.count_passkeys(&token).refused(Status::PinAuthInvalid);
    send_rule(&mut key, Some(&token), FORCE).refused(Status::PinAuthInvalid);
    // A rule that forces nothing ends no token.
    let mut key = protected();
    let token = key.token(PinProtocol::Two, PIN, permissions, None);
    send_rule(&mut key, Some(&token), MinPinLengthRequest::default()).ok();
    key.count_passkeys(&token).ok();
}

#[test]
fn what_needs_no_verification_goes_on_and_what_needs_it_waits_for_the_new_pin() {
    let mut key = stale();
    let made = Registered::read(&key.make(&registration(SITE, b"aki")).ok());
    assert_eq!(made.data.flags & UV, 0);
    let allow = [&made.id[..]];
    let request = GetAssertionRequest { allow: &allow, ..sign_in_at(SITE) };
    key.sign_in(&request).ok();
    key.questions();
    let passkey = MakeCredentialRequest {
        options: Options { rk: Some(true), ..Options::default() },
        ..registration(SITE, b"aki")
    };
    key.make(&passkey).refused(Status::PuatRequired);
    assert!(key.questions().is_empty());
    key.send_new_pin(Some(PIN), &padded("sakura")).ok();
    let token = key.token(PinProtocol::Two, "sakura", Permissions::MAKE_CREDENTIAL, Some(SITE));
    let param = token.over(&[&HASH]);
    key.make(&MakeCredentialRequest { auth: token.auth(&param), ..passkey }).ok();
    assert_eq!(key.questions(), [Question::Touch]);
}

#[test]
fn only_another_pin_ends_it_and_the_next_change_may_keep_the_pin() {
    let mut key = stale();
    key.send_new_pin(Some(PIN), &padded(PIN)).refused(Status::PinPolicyViolation);
    key.send_new_pin(Some(PIN), &padded("abc")).refused(Status::PinPolicyViolation);
    key.send_new_pin(Some("sakura"), &padded("ume-no-hana")).refused(Status::PinInvalid);
    key.send_new_pin(None, &padded("sakura")).refused(Status::PinAuthInvalid);
    assert!(must_change(&mut key));
    key.send_new_pin(Some(PIN), &padded("sakura")).ok();
    assert!(!must_change(&mut key));
    ask(&mut key, PIN).refused(Status::PinInvalid);
    ask(&mut key, "sakura").ok();
    // Nobody forces this one.
    key.send_new_pin(Some("sakura"), &padded("sakura")).ok();
}

#[test]
fn it_outlives_the_plug_and_the_process_and_ends_with_a_reset() {
    let mut key = stale();
    key.replug();
    assert!(must_change(&mut key));
    key.power_up(Profile::HOST);
    assert!(must_change(&mut key));
    ask(&mut key, PIN).refused(Status::PinPolicyViolation);
    key.bare(Command::Reset).ok();
    assert!(!must_change(&mut key));
    key.set_pin(PIN);
    ask(&mut key, PIN).ok();
}

#[test]
fn a_change_that_cannot_be_kept_leaves_the_old_pin_to_be_changed() {
    let mut key = stale();
    // Behind the tries, spent and given back.
    key.store().fails_at = Some(3);
    key.send_new_pin(Some(PIN), &padded("sakura")).refused(Status::Other);
    assert!(must_change(&mut key));
    ask(&mut key, PIN).refused(Status::PinPolicyViolation);
    key.send_new_pin(Some(PIN), &padded("sakura")).ok();
    ask(&mut key, "sakura").ok();
}
