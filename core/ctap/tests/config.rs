// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changing settings and forgetting everything (CTAP 2.3 sections 6.6, 6.9 and 6.11).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Profile, Question};
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::reading::Registered;
use support::{Key, Reply, parameters, registration};

const SITE: &str = "example.com";

#[track_caller]
fn change(key: &mut Key, command: ConfigCommand, parameters: Option<&[u8]>) -> Reply {
    let config = Config { subcommand: command as u64, parameters, ..Config::default() };
    key.command(Command::Config, |writer| config.write(writer))
}

/// The parameters of setMinPINLength.
fn rule(rule: MinPinLengthRequest<'_>) -> Vec<u8> {
    parameters(|writer| rule.write(writer))
}

/// Whether the site is told the shortest length.
fn is_told(key: &mut Key) -> bool {
    let extensions = MakeInputs { min_pin_length: Some(true), ..MakeInputs::default() };
    let request = MakeCredentialRequest { extensions, ..registration(SITE, b"aki") };
    Registered::read(&key.make(&request).ok()).data.extensions.contains_key("minPinLength")
}

#[test]
fn always_verifying_shuts_the_settings_but_for_itself_before_a_pin_is_set() {
    let mut key = Key::new();
    change(&mut key, ConfigCommand::ToggleAlwaysUv, None).ok();
    let longer = rule(MinPinLengthRequest { length: Some(8), ..Default::default() });
    change(&mut key, ConfigCommand::SetMinPinLength, Some(&longer)).refused(Status::PuatRequired);
    change(&mut key, ConfigCommand::EnableLongTouchForReset, None).refused(Status::PuatRequired);
    change(&mut key, ConfigCommand::ToggleAlwaysUv, None).ok();
    change(&mut key, ConfigCommand::SetMinPinLength, Some(&longer)).ok();
}

#[test]
fn with_a_pin_every_change_takes_a_token_for_that() {
    let mut key = Key::new();
    key.set_pin("tsubaki");
    change(&mut key, ConfigCommand::ToggleAlwaysUv, None).refused(Status::PuatRequired);
    let config = Config { subcommand: ConfigCommand::ToggleAlwaysUv as u64, ..Config::default() };
    for (permission, status) in
        [(Permissions::MANAGE, Status::PinAuthInvalid), (Permissions::CONFIG, Status::Ok)]
    {
        let token = key.token(PinProtocol::Two, "tsubaki", permission, None);
        let param = token.over(&config.authenticated(&mut [0; 34]));
        let config = Config { auth: token.auth(&param), ..config };
        key.command(Command::Config, |writer| config.write(writer)).refused(status);
    }
}

#[test]
fn a_list_of_no_sites_leaves_the_sites_there_are() {
    let mut key = Key::new();
    for (sites, then) in [(&[SITE][..], true), (&[], true), (&["another.example"], false)] {
        let sites = rule(MinPinLengthRequest { rp_ids: Some(sites), ..Default::default() });
        change(&mut key, ConfigCommand::SetMinPinLength, Some(&sites)).ok();
        assert_eq!(is_told(&mut key), then);
    }
}

#[test]
fn a_key_without_an_enterprise_s_attestation_does_not_have_its_command() {
    for has_enterprise_attestation in [false, true] {
        let mut key = Key::of(Profile { has_enterprise_attestation, ..Profile::HOST });
        let answer = key.bare(Command::GetInfo).ok();
        let info = Info::read(&answer).unwrap();
        assert_eq!(info.config_commands.iter().any(|it| it == 1), has_enterprise_attestation);
        let status =
            if has_enterprise_attestation { Status::Ok } else { Status::InvalidSubcommand };
        change(&mut key, ConfigCommand::EnableEnterpriseAttestation, None).refused(status);
    }
}

#[test]
fn a_reset_is_for_the_first_ten_seconds() {
    let mut key = Key::new();
    key.wait(11);
    key.bare(Command::Reset).refused(Status::NotAllowed);
    assert!(key.questions().is_empty());
    key.replug();
    key.wait(10);
    key.bare(Command::Reset).ok();
    let mut without = Key::of(Profile { has_reset_window: false, ..Profile::HOST });
    without.wait(11);
    without.bare(Command::Reset).ok();
}

#[test]
fn a_reset_takes_the_touch_that_was_set_and_forgets_even_that() {
    let mut key = Key::new();
    let request = MakeCredentialRequest {
        options: Options { rk: Some(true), ..Options::default() },
        ..registration(SITE, b"aki")
    };
    key.make(&request).ok();
    let told = rule(MinPinLengthRequest {
        length: Some(6),
        rp_ids: Some(&[SITE]),
        complexity: true,
        ..Default::default()
    });
    change(&mut key, ConfigCommand::SetMinPinLength, Some(&told)).ok();
    change(&mut key, ConfigCommand::EnableLongTouchForReset, None).ok();
    change(&mut key, ConfigCommand::ToggleAlwaysUv, None).ok();
    key.set_pin("tsubaki");
    key.questions();
    for (answer, status) in [
        (Answer::Refused, Status::OperationDenied),
        (Answer::TimedOut, Status::UserActionTimeout),
        (Answer::Cancelled, Status::KeepaliveCancel),
        (Answer::Given, Status::Ok),
    ] {
        key.person.long_touch = answer;
        key.bare(Command::Reset).refused(status);
        assert_eq!(key.questions(), [Question::LongTouch]);
    }
    assert!(key.store().passkeys.is_empty());
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    assert_eq!((info.options.client_pin, info.options.always_uv), (Some(false), Some(false)));
    assert_eq!((info.min_pin_length, info.must_change_pin), (4, false));
    assert_eq!(info.is_long_touch_for_reset, Some(false));
    assert_eq!(info.has_pin_complexity_policy, Some(false));
    assert!(!is_told(&mut key));
    key.questions();
    key.bare(Command::Reset).ok();
    assert_eq!(key.questions(), [Question::Touch]);
}

#[test]
fn who_is_asked_which_key_is_meant_may_say_anything() {
    let mut key = Key::new();
    for (answer, status) in [
        (Answer::Given, Status::Ok),
        (Answer::Refused, Status::OperationDenied),
        (Answer::TimedOut, Status::UserActionTimeout),
        (Answer::Cancelled, Status::KeepaliveCancel),
    ] {
        key.person.touch = answer;
        key.bare(Command::Selection).refused(status);
    }
}
