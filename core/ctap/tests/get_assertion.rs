// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signing in, as sites, platforms and people meet it (CTAP 2.3 sections 6.2.2 and 6.3).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Profile, Question};
use kagifuda_ctap::cbor::Writer;
use kagifuda_ctap::entity::RpIdHash;
use kagifuda_ctap::message::extension::{AssertInputs, MakeInputs};
use kagifuda_ctap::message::get_assertion::{Assertion, GetAssertionRequest};
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::reading::{AuthData, BE, BS, Registered, UP, UV, verify};
use support::{HASH, Key, Token, message, parameters, registration, sign_in_at};

const SITE: &str = "example.com";
const PIN: &str = "tsubaki";

/// A PC that recognises its person.
const RECOGNISING: Profile = Profile { has_built_in_uv: true, ..Profile::HOST };

const DISCOVERABLE: Options = Options { rk: Some(true), up: None, uv: None };
const SILENT: Options = Options { rk: None, up: Some(false), uv: None };
const VERIFIED: Options = Options { rk: None, up: None, uv: Some(true) };

/// Registers a passkey.
fn passkey(key: &mut Key, user: &[u8]) -> Registered {
    make(key, MakeCredentialRequest { options: DISCOVERABLE, ..registration(SITE, user) })
}

/// Registers a credential that is sealed into its id.
fn sealed(key: &mut Key) -> Registered {
    make(key, registration(SITE, b"aki"))
}

fn make(key: &mut Key, request: MakeCredentialRequest<'_>) -> Registered {
    let made = Registered::read(&key.make(&request).ok());
    key.questions();
    made
}

/// A sign-in with this credential.
fn with<'a>(allow: &'a [&'a [u8]]) -> GetAssertionRequest<'a> {
    GetAssertionRequest { allow, ..sign_in_at(SITE) }
}

/// A token for signing in at the site.
fn token(key: &mut Key) -> Token {
    key.token(PinProtocol::Two, PIN, Permissions::GET_ASSERTION, Some(SITE))
}

/// Verifies an assertion and takes its authenticator data apart.
#[track_caller]
fn check(answer: &[u8], registered: &Registered) -> AuthData {
    let assertion = Assertion::read(answer).unwrap();
    assert_eq!(assertion.credential_id, registered.id);
    verify(&registered.public_key, assertion.auth_data, assertion.signature);
    let data = AuthData::read(assertion.auth_data);
    assert_eq!((data.rp_hash, data.count), (RpIdHash::of(SITE).0, 0));
    assert!(data.attested.is_none());
    data
}

#[test]
fn every_algorithm_signs_in() {
    for number in [-7, -8, -35] {
        for options in [DISCOVERABLE, Options::default()] {
            let mut key = Key::new();
            let algorithms = [number];
            let request = MakeCredentialRequest {
                algorithms: &algorithms,
                options,
                ..registration(SITE, b"aki")
            };
            let made = make(&mut key, request);
            let data = check(&key.sign_in(&with(&[&made.id])).ok(), &made);
            assert_eq!(data.flags, UP | BE);
            assert_eq!(key.questions(), [Question::Touch]);
        }
    }
}

#[test]
fn a_passkey_is_found_without_being_named_and_a_sealed_credential_is_not() {
    let mut key = Key::new();
    let hidden = sealed(&mut key);
    key.sign_in(&sign_in_at(SITE)).refused(Status::NoCredentials);
    let made = passkey(&mut key, b"aki");
    let answer = key.sign_in(&sign_in_at(SITE)).ok();
    check(&answer, &made);
    let assertion = Assertion::read(&answer).unwrap();
    let user = assertion.user.unwrap();
    assert_eq!((user.id, user.name, user.display_name), (&b"aki"[..], None, None));
    assert_eq!((assertion.count, assertion.large_blob_key), (None, None));

    let answer = key.sign_in(&with(&[&hidden.id])).ok();
    check(&answer, &hidden);
    assert_eq!(Assertion::read(&answer).unwrap().user, None);
}

#[test]
fn a_credential_is_backed_up_from_the_backup_on_and_eligible_as_it_was_registered() {
    let mut key = Key::new();
    let (kept, hidden) = (passkey(&mut key, b"aki"), sealed(&mut key));
    let flags = |key: &mut Key, made: &Registered| {
        let flags = check(&key.sign_in(&with(&[&made.id])).ok(), made).flags;
        assert_eq!(flags & UP, UP);
        flags & (BE | BS)
    };
    assert_eq!([flags(&mut key, &kept), flags(&mut key, &hidden)], [BE, BE]);
    key.store().passkeys.values_mut().for_each(|passkey| passkey.is_backed_up = true);
    assert_eq!([flags(&mut key, &kept), flags(&mut key, &hidden)], [BE | BS, BE]);
    key.store().is_sealing_backed_up = true;
    assert_eq!([flags(&mut key, &kept), flags(&mut key, &hidden)], [BE | BS, BE | BS]);

    // The same store, in a key that makes no copies: what BE was at registration, it stays.
    let (store, _) = key.engine.into_parts();
    let mut key = Key::with(Profile { is_backup_eligible: false, ..Profile::HOST }, store);
    assert_eq!(flags(&mut key, &kept), BE | BS);
    let other = passkey(&mut key, b"yuki");
    key.store().passkeys.values_mut().for_each(|passkey| passkey.is_backed_up = true);
    assert_eq!(flags(&mut key, &other), 0, "no copy of what is not eligible");
}

#[test]
fn a_site_the_key_does_not_know_asks_nobody() {
    let mut key = Key::new();
    let mut other = Key::new();
    passkey(&mut other, b"elsewhere, so that the ids differ");
    let foreign = passkey(&mut other, b"aki").id;
    passkey(&mut key, b"aki");
    let known = sealed(&mut key).id;
    key.sign_in(&sign_in_at("example.org")).refused(Status::NoCredentials);
    let long = [9; 300];
    for id in [&foreign[..], &[], &[1], &long] {
        key.sign_in(&with(&[id])).refused(Status::NoCredentials);
    }
    // The same secret sealed both; the site is bound to the id all the same.
    let allow = [&known[..]];
    let elsewhere = GetAssertionRequest { rp_id: "example.org", ..with(&allow) };
    key.sign_in(&elsewhere).refused(Status::NoCredentials);
    for bit in 0..8 {
        let mut changed = known.clone();
        changed[bit * known.len() / 8] ^= 1 << bit;
        key.sign_in(&with(&[&changed])).refused(Status::NoCredentials);
    }
    assert!(key.questions().is_empty());
}

#[test]
fn the_person_sees_which_site_and_which_account() {
    let mut key = Key::new();
    let first = passkey(&mut key, b"aki");
    key.sign_in(&sign_in_at(SITE)).ok();
    let (_, about) = key.asked.pop().unwrap();
    assert!(about.contains(SITE) && about.contains("aki"), "{about}");
    passkey(&mut key, b"haru");
    key.sign_in(&sign_in_at(SITE)).ok();
    let (_, about) = key.asked.pop().unwrap();
    assert!(about.contains("count: 2") && !about.contains("aki"), "{about}");
    key.sign_in(&with(&[&first.id])).ok();
    let (_, about) = key.asked.pop().unwrap();
    assert!(about.contains("count: 1") && about.contains("aki"), "{about}");
}

#[test]
fn a_touch_that_is_not_given_ends_the_request() {
    let mut key = Key::new();
    passkey(&mut key, b"aki");
    for (answer, status) in [
        (Answer::Refused, Status::OperationDenied),
        // To wait too long is to say no (section 6.2.2 step 9).
        (Answer::TimedOut, Status::OperationDenied),
        (Answer::Cancelled, Status::KeepaliveCancel),
    ] {
        key.person.touch = answer;
        key.sign_in(&sign_in_at(SITE)).refused(status);
        key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
    }
}

#[test]
fn a_platform_may_look_without_anybody_noticing() {
    let mut key = Key::new();
    let made = sealed(&mut key);
    let allow = [&[1, 2][..], &made.id];
    let request = GetAssertionRequest { options: SILENT, ..with(&allow) };
    let data = check(&key.sign_in(&request).ok(), &made);
    assert_eq!(data.flags, BE);
    assert!(key.questions().is_empty());
}

#[test]
fn always_verifying_leaves_the_silent_look_alone() {
    let mut key = Key::of(Profile { is_always_uv_at_first: true, ..Profile::HOST });
    key.set_pin(PIN);
    let by = key.token(PinProtocol::Two, PIN, Permissions::MAKE_CREDENTIAL, Some(SITE));
    let param = by.over(&[&HASH]);
    let request = MakeCredentialRequest { auth: by.auth(&param), ..registration(SITE, b"aki") };
    let made = make(&mut key, request);
    let allow = [&made.id[..]];
    key.sign_in(&with(&allow)).refused(Status::PuatRequired);
    let silent = GetAssertionRequest { options: SILENT, ..with(&allow) };
    assert_eq!(check(&key.sign_in(&silent).ok(), &made).flags, BE);
    assert!(key.questions().is_empty());

    let by = token(&mut key);
    let param = by.over(&[&HASH]);
    let request = GetAssertionRequest { auth: by.auth(&param), ..with(&allow) };
    assert_eq!(check(&key.sign_in(&request).ok(), &made).flags, UP | UV | BE);
}

#[test]
fn always_verifying_recognises_the_person_where_the_key_can() {
    let mut key = Key::of(Profile { is_always_uv_at_first: true, ..RECOGNISING });
    let made = make(&mut key, registration(SITE, b"aki"));
    let data = check(&key.sign_in(&with(&[&made.id])).ok(), &made);
    assert_eq!(data.flags, UP | UV | BE);
    assert_eq!(key.questions(), [Question::Verify]);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let mut key = Key::new();
    passkey(&mut key, b"aki");
    for rk in [true, false] {
        let options = Options { rk: Some(rk), ..Options::default() };
        let request = GetAssertionRequest { options, ..sign_in_at(SITE) };
        key.sign_in(&request).refused(Status::UnsupportedOption);
    }
    let request = GetAssertionRequest { options: VERIFIED, ..sign_in_at(SITE) };
    key.sign_in(&request).refused(Status::InvalidOption);
    assert!(key.questions().is_empty());
}

#[test]
fn a_person_who_is_recognised_need_not_touch_as_well() {
    let mut key = Key::of(RECOGNISING);
    let made = sealed(&mut key);
    for up in [None, Some(true), Some(false)] {
        let options = Options { up, ..VERIFIED };
        let allow = [&made.id[..]];
        let request = GetAssertionRequest { options, ..with(&allow) };
        let data = check(&key.sign_in(&request).ok(), &made);
        // Whoever was recognised was there, asked for or not (step 8).
        assert_eq!(data.flags, UP | UV | BE);
        assert_eq!(key.questions(), [Question::Verify]);
    }
}

#[test]
fn a_person_who_is_not_recognised_is_told_what_is_left_to_do() {
    let mut key = Key::of(RECOGNISING);
    let made = sealed(&mut key);
    let allow = [&made.id[..]];
    let request = GetAssertionRequest { options: VERIFIED, ..with(&allow) };
    for (answer, status) in [
        (Answer::TimedOut, Status::UserActionTimeout),
        (Answer::Cancelled, Status::KeepaliveCancel),
        (Answer::Unrecognised, Status::OperationDenied),
    ] {
        key.person.verify = answer;
        key.sign_in(&request).refused(status);
    }
    for _ in 0..3 {
        key.sign_in(&request).refused(Status::OperationDenied);
    }
    key.sign_in(&request).refused(Status::PinBlocked);
    // Unplugging gives no try back.
    key.replug();
    key.person.verify = Answer::Given;
    key.sign_in(&request).refused(Status::PinBlocked);
    // A touch is still enough where a touch is enough.
    check(&key.sign_in(&with(&allow)).ok(), &made);
    key.set_pin(PIN);
    key.sign_in(&request).refused(Status::PuatRequired);
    // Whoever knows the PIN has shown who they are.
    token(&mut key);
    check(&key.sign_in(&request).ok(), &made);
}

#[test]
fn a_person_may_try_again_before_the_request_is_answered() {
    let mut key = Key::of(RECOGNISING);
    let made = sealed(&mut key);
    let allow = [&made.id[..]];
    let request = GetAssertionRequest { options: VERIFIED, ..with(&allow) };
    assert_eq!(key.engine.spend_verification(), Ok(true));
    assert_eq!(key.engine.spend_verification(), Ok(true));
    assert_eq!(key.engine.verification_tries(), 3);
    check(&key.sign_in(&request).ok(), &made);
    assert_eq!(key.engine.verification_tries(), 5, "recognised in time");
    for is_left in [true, true, true, true, false, false] {
        assert_eq!(key.engine.spend_verification(), Ok(is_left));
    }
    key.replug();
    key.sign_in(&request).refused(Status::PinBlocked);
}

#[test]
fn an_empty_authentication_asks_which_key_is_meant() {
    let mut key = Key::new();
    let auth = PinUvAuth { param: Some(&[]), protocol: Some(2) };
    let request = GetAssertionRequest { auth, ..sign_in_at(SITE) };
    key.sign_in(&request).refused(Status::PinNotSet);
    key.set_pin(PIN);
    key.sign_in(&request).refused(Status::PinInvalid);
    assert_eq!(key.questions(), [Question::Touch, Question::Touch]);
    key.person.touch = Answer::TimedOut;
    key.sign_in(&request).refused(Status::OperationDenied);
}

#[test]
fn an_authentication_names_its_protocol() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    key.questions();
    for (protocol, status) in
        [(None, Status::MissingParameter), (Some(0), Status::InvalidParameter)]
    {
        let auth = PinUvAuth { param: Some(&[0; 32]), protocol };
        key.sign_in(&GetAssertionRequest { auth, ..sign_in_at(SITE) }).refused(status);
    }
    assert!(key.questions().is_empty());
    // Where nothing can be given out, nothing is verified and nobody was; with a PIN every param is wrong.
    let auth = PinUvAuth { param: Some(&[0; 32]), protocol: Some(2) };
    let request = GetAssertionRequest { auth, ..sign_in_at(SITE) };
    assert_eq!(check(&key.sign_in(&request).ok(), &made).flags & UV, 0);
    key.set_pin("tsubaki");
    key.sign_in(&request).refused(Status::PinAuthInvalid);
}

#[test]
fn a_token_is_for_its_permission_its_site_and_once() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    key.set_pin(PIN);
    for permission in [Permissions::MAKE_CREDENTIAL, Permissions::MANAGE] {
        let token = key.token(PinProtocol::One, PIN, permission, Some(SITE));
        let param = token.over(&[&HASH]);
        let request = GetAssertionRequest { auth: token.auth(&param), ..sign_in_at(SITE) };
        key.sign_in(&request).refused(Status::PinAuthInvalid);
    }
    let elsewhere =
        key.token(PinProtocol::One, PIN, Permissions::GET_ASSERTION, Some("example.org"));
    let param = elsewhere.over(&[&HASH]);
    let request = GetAssertionRequest { auth: elsewhere.auth(&param), ..sign_in_at(SITE) };
    key.sign_in(&request).refused(Status::PinAuthInvalid);
    assert!(key.questions().is_empty());

    let good = token(&mut key);
    let param = good.over(&[&HASH]);
    let request = GetAssertionRequest { auth: good.auth(&param), ..sign_in_at(SITE) };
    // A silent look uses nothing up.
    let silent = GetAssertionRequest { options: SILENT, ..request };
    assert_eq!(check(&key.sign_in(&silent).ok(), &made).flags, UV | BE);
    assert_eq!(check(&key.sign_in(&request).ok(), &made).flags, UP | UV | BE);
    key.sign_in(&request).refused(Status::PinAuthInvalid);
}

#[test]
fn a_token_without_a_touch_behind_it_excuses_nobody() {
    let mut key = Key::of(RECOGNISING);
    let made = passkey_on_recognising(&mut key);
    key.token_by_recognition(Permissions::GET_ASSERTION, Some(SITE));
    key.questions();
    // Another program's request.
    check(&key.sign_in(&with(&[&made.id])).ok(), &made);
    assert_eq!(key.questions(), [Question::Touch]);
}

fn passkey_on_recognising(key: &mut Key) -> Registered {
    let options = Options { uv: Some(true), ..DISCOVERABLE };
    make(key, MakeCredentialRequest { options, ..registration(SITE, b"aki") })
}

// credProtect.

#[test]
fn protection_decides_who_finds_what() {
    for level in 1..=3_u64 {
        for options in [DISCOVERABLE, Options::default()] {
            let mut key = Key::of(RECOGNISING);
            let extensions = MakeInputs { cred_protect: Some(level), ..MakeInputs::default() };
            let request = MakeCredentialRequest {
                extensions,
                options: Options { uv: Some(true), ..options },
                ..registration(SITE, b"aki")
            };
            let made = make(&mut key, request);
            let is_kept = options.rk.is_some();
            for is_named in [true, false] {
                for is_verified in [true, false] {
                    let allow = [&made.id[..]];
                    let request = GetAssertionRequest {
                        allow: if is_named { &allow } else { &[] },
                        options: if is_verified { VERIFIED } else { Options::default() },
                        ..sign_in_at(SITE)
                    };
                    let is_found = (is_named || is_kept)
                        && match level {
                            1 => true,
                            2 => is_named || is_verified,
                            _ => is_verified,
                        };
                    let story = format!("level {level}, {is_named}, {is_verified}, {is_kept}");
                    let reply = key.sign_in(&request);
                    if is_found {
                        check(&reply.ok(), &made);
                    } else {
                        assert_eq!(reply.status, Status::NoCredentials, "{story}");
                        let asked = key.questions();
                        assert!(!asked.contains(&Question::Touch), "{story}");
                    }
                    key.questions();
                }
            }
        }
    }
}

#[test]
fn what_is_protected_is_not_even_counted() {
    let mut key = Key::new();
    for (user, level) in [(b"a", 1), (b"b", 3), (b"c", 1), (b"d", 2)] {
        let extensions = MakeInputs { cred_protect: Some(level), ..MakeInputs::default() };
        let request =
            MakeCredentialRequest { extensions, options: DISCOVERABLE, ..registration(SITE, user) };
        make(&mut key, request);
    }
    let answer = key.sign_in(&sign_in_at(SITE)).ok();
    let first = Assertion::read(&answer).unwrap();
    assert_eq!((first.user.unwrap().id, first.count), (&b"c"[..], Some(2)));
    let answer = key.bare(Command::GetNextAssertion).ok();
    assert_eq!(Assertion::read(&answer).unwrap().user.unwrap().id, b"a");
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
}

// Several accounts.

/// A key with three accounts, made in this order, and their credentials.
fn three() -> (Key, Vec<Registered>) {
    let mut key = Key::new();
    let made = [&b"aki"[..], b"haru", b"natsu"];
    let made = made.iter().map(|user| passkey(&mut key, user)).collect();
    (key, made)
}

#[test]
fn accounts_come_one_by_one_the_newest_first() {
    let (mut key, made) = three();
    let answer = key.sign_in(&sign_in_at(SITE)).ok();
    check(&answer, &made[2]);
    let first = Assertion::read(&answer).unwrap();
    assert_eq!(first.count, Some(3));
    // Without verification nobody's name is told.
    assert_eq!(first.user.unwrap().name, None);
    for registered in [&made[1], &made[0]] {
        let answer = key.bare(Command::GetNextAssertion).ok();
        assert_eq!(check(&answer, registered).flags, UP | BE);
        let next = Assertion::read(&answer).unwrap();
        assert_eq!((next.count, next.user.unwrap().name), (None, None));
    }
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
    assert_eq!(key.questions(), [Question::Touch], "one touch is enough");
}

#[test]
fn a_verified_person_learns_the_names() {
    let (mut key, made) = three();
    key.set_pin(PIN);
    let token = token(&mut key);
    let param = token.over(&[&HASH]);
    let request = GetAssertionRequest { auth: token.auth(&param), ..sign_in_at(SITE) };
    let mut answer = key.sign_in(&request).ok();
    for registered in made.iter().rev() {
        assert_eq!(check(&answer, registered).flags, UP | UV | BE);
        let user = Assertion::read(&answer).unwrap().user.unwrap();
        assert_eq!((user.name, user.display_name), (Some("aki"), Some("Aki")));
        answer = key.bare(Command::GetNextAssertion).body;
    }
}

#[test]
fn a_renewed_account_becomes_the_newest() {
    let (mut key, _) = three();
    let again = passkey(&mut key, b"aki");
    let answer = key.sign_in(&sign_in_at(SITE)).ok();
    check(&answer, &again);
    assert_eq!(Assertion::read(&answer).unwrap().count, Some(3));
}

#[test]
fn a_walk_over_accounts_ends_by_any_other_command() {
    let others: [&[u8]; 5] = [
        &[Command::GetInfo as u8],
        &[Command::Selection as u8],
        &[Command::ClientPin as u8, 0xA1, 0x02, 0x01],
        &[Command::GetAssertion as u8, 0xA0],
        &[Command::MakeCredential as u8],
    ];
    for other in others {
        let (mut key, _) = three();
        key.sign_in(&sign_in_at(SITE)).ok();
        key.send(other);
        key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
    }
    let (mut key, _) = three();
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
    key.sign_in(&sign_in_at(SITE)).ok();
    key.replug();
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
}

#[test]
fn a_walk_over_accounts_rests_for_less_than_thirty_seconds() {
    let (mut key, made) = three();
    key.sign_in(&sign_in_at(SITE)).ok();
    key.wait(29);
    check(&key.bare(Command::GetNextAssertion).ok(), &made[1]);
    key.wait(29);
    check(&key.bare(Command::GetNextAssertion).ok(), &made[0]);
    key.sign_in(&sign_in_at(SITE)).ok();
    key.wait(30);
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
}

#[test]
fn a_walk_over_accounts_takes_no_parameters() {
    let (mut key, _) = three();
    key.sign_in(&sign_in_at(SITE)).ok();
    key.send(&[Command::GetNextAssertion as u8, 0xA0]).refused(Status::InvalidLength);
}

#[test]
fn a_list_names_the_first_that_is_here_and_counts_nothing() {
    let (mut key, made) = three();
    let allow = [&[3; 32][..], &made[0].id, &made[2].id];
    let answer = key.sign_in(&with(&allow)).ok();
    check(&answer, &made[0]);
    assert_eq!(Assertion::read(&answer).unwrap().count, None);
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
}

#[test]
fn a_list_longer_than_the_key_said_is_refused() {
    let mut key = Key::of(Profile::BOARD);
    let allow = [&[1_u8; 4][..]; 11];
    key.sign_in(&with(&allow)).refused(Status::LimitExceeded);
    key.sign_in(&with(&allow[1..])).refused(Status::NoCredentials);
}

// Locks and ends.

#[test]
fn a_locked_vault_is_opened_first_and_then_the_request_goes_on() {
    let mut key = Key::new();
    let known = [passkey(&mut key, b"aki"), sealed(&mut key)];
    key.set_pin(PIN);
    for made in &known {
        let token = token(&mut key);
        let param = token.over(&[&HASH]);
        let allow = [&made.id[..]];
        let request = GetAssertionRequest { auth: token.auth(&param), ..with(&allow) };
        key.lock();
        key.person.unlock = Answer::Refused;
        key.sign_in(&request).refused(Status::OperationDenied);
        key.person.unlock = Answer::Given;
        key.questions();
        let data = check(&key.sign_in(&request).ok(), made);
        assert_eq!(data.flags, UP | UV | BE);
        assert_eq!(key.questions(), [Question::Unlock, Question::Touch]);
    }
}

#[test]
fn keys_that_lock_apart_from_the_passkeys_are_opened_too() {
    let mut key = Key::new();
    let made = sealed(&mut key);
    key.engine.keys().lock();
    check(&key.sign_in(&with(&[&made.id])).ok(), &made);
    assert_eq!(key.questions(), [Question::Unlock, Question::Touch]);
}

#[test]
fn a_walk_over_accounts_outlives_a_lock() {
    let (mut key, made) = three();
    key.sign_in(&sign_in_at(SITE)).ok();
    key.lock();
    key.person.unlock = Answer::Given;
    key.asked.clear();
    check(&key.bare(Command::GetNextAssertion).ok(), &made[1]);
    assert_eq!(key.asked, [(Question::Unlock, "NextSignIn".to_owned())]);
    check(&key.bare(Command::GetNextAssertion).ok(), &made[0]);
}

#[test]
fn a_reset_ends_every_credential() {
    let mut key = Key::new();
    let ids = [passkey(&mut key, b"aki").id, sealed(&mut key).id];
    key.bare(Command::Reset).ok();
    key.questions();
    key.sign_in(&sign_in_at(SITE)).refused(Status::NoCredentials);
    for id in &ids {
        key.sign_in(&with(&[id])).refused(Status::NoCredentials);
    }
    assert!(key.questions().is_empty());
}

// Extensions.

fn wishes(extensions: AssertInputs<'_>) -> GetAssertionRequest<'_> {
    GetAssertionRequest { extensions, ..sign_in_at(SITE) }
}

#[test]
fn a_blob_comes_back_where_asked_and_an_empty_one_where_there_is_none() {
    let mut key = Key::new();
    let extensions = MakeInputs { cred_blob: Some(&[0xB1; 128]), ..MakeInputs::default() };
    let options = DISCOVERABLE;
    let request = MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
    let made = make(&mut key, request);
    let inputs = AssertInputs { cred_blob: Some(true), ..AssertInputs::default() };
    let data = check(&key.sign_in(&wishes(inputs)).ok(), &made);
    assert_eq!(data.bytes("credBlob"), [0xB1; 128]);
    for cred_blob in [None, Some(false)] {
        let inputs = AssertInputs { cred_blob, ..AssertInputs::default() };
        assert!(check(&key.sign_in(&wishes(inputs)).ok(), &made).extensions.is_empty());
    }
    let plain = sealed(&mut key);
    let allow = [&plain.id[..]];
    let request = GetAssertionRequest { extensions: inputs, ..with(&allow) };
    let data = check(&key.sign_in(&request).ok(), &plain);
    assert_eq!(data.bytes("credBlob"), []);
}

#[test]
fn the_key_of_a_large_blob_comes_back_where_asked() {
    let mut key = Key::new();
    let extensions = MakeInputs { large_blob_key: Some(true), ..MakeInputs::default() };
    let options = DISCOVERABLE;
    let request = MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
    let made = make(&mut key, request);
    let asked = AssertInputs { large_blob_key: Some(true), ..AssertInputs::default() };
    let answer = key.sign_in(&wishes(asked)).ok();
    let data = check(&answer, &made);
    assert!(data.extensions.is_empty(), "the key is outside of what sites see");
    let told = Assertion::read(&answer).unwrap().large_blob_key;
    assert_eq!(told, made.large_blob_key.as_deref());

    let answer = key.sign_in(&sign_in_at(SITE)).ok();
    assert_eq!(Assertion::read(&answer).unwrap().large_blob_key, None);
    let refused = AssertInputs { large_blob_key: Some(false), ..AssertInputs::default() };
    key.sign_in(&wishes(refused)).refused(Status::InvalidOption);
    // A credential that has none.
    passkey(&mut key, b"aki");
    let answer = key.sign_in(&wishes(asked)).ok();
    assert_eq!(Assertion::read(&answer).unwrap().large_blob_key, None);
}

#[test]
fn a_site_that_asks_learns_whether_others_may_take_payments() {
    for allowed in [true, false] {
        for options in [DISCOVERABLE, Options::default()] {
            let mut key = Key::new();
            let extensions =
                MakeInputs { third_party_payment: Some(allowed), ..MakeInputs::default() };
            let request =
                MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
            let made = make(&mut key, request);
            let inputs =
                AssertInputs { third_party_payment: Some(true), ..AssertInputs::default() };
            let allow = [&made.id[..]];
            let request = GetAssertionRequest { extensions: inputs, ..with(&allow) };
            let data = check(&key.sign_in(&request).ok(), &made);
            let told = if allowed { [0xF5] } else { [0xF4] };
            assert_eq!(data.extensions["thirdPartyPayment"], told);
            let data = check(&key.sign_in(&with(&[&made.id])).ok(), &made);
            assert!(data.extensions.is_empty());
        }
    }
}

// The form of requests.

fn sign_in_message(parts: &[(u64, Vec<u8>)]) -> Vec<u8> {
    message(Command::GetAssertion, |writer| {
        writer.map(parts.len());
        for (number, value) in parts {
            writer.unsigned(*number).raw(value);
        }
    })
}

fn part(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    parameters(write)
}

#[test]
fn a_request_without_what_it_needs_or_with_another_type_is_refused() {
    let mut key = Key::new();
    passkey(&mut key, b"aki");
    let site = || (1, part(|writer| _ = writer.text(SITE)));
    let hash = || (2, part(|writer| _ = writer.bytes(&HASH)));
    let flag = || part(|writer| _ = writer.boolean(true));
    key.send(&sign_in_message(&[site(), hash()])).ok();
    key.questions();
    for (parts, status) in [
        (vec![hash()], Status::MissingParameter),
        (vec![site()], Status::MissingParameter),
        (vec![], Status::MissingParameter),
        (vec![(1, flag()), hash()], Status::CborUnexpectedType),
        (vec![site(), (2, flag())], Status::CborUnexpectedType),
        (vec![site(), (2, part(|writer| _ = writer.bytes(&[0; 31])))], Status::InvalidLength),
        (vec![site(), hash(), (3, flag())], Status::CborUnexpectedType),
        (vec![site(), hash(), (4, flag())], Status::CborUnexpectedType),
        (vec![site(), hash(), (5, flag())], Status::CborUnexpectedType),
        (vec![site(), hash(), (6, flag())], Status::CborUnexpectedType),
        (vec![site(), hash(), (7, flag())], Status::CborUnexpectedType),
        (
            vec![site(), hash(), (3, part(|writer| _ = writer.array(1).map(0)))],
            Status::MissingParameter,
        ),
        (
            vec![site(), hash(), (3, part(|writer| _ = writer.array(1).bytes(b"id")))],
            Status::CborUnexpectedType,
        ),
        (
            vec![site(), hash(), (4, part(|writer| _ = writer.map(1).text("credBlob").bytes(b"")))],
            Status::CborUnexpectedType,
        ),
        (
            vec![site(), hash(), (4, part(|writer| _ = writer.map(1).text("hmac-secret").map(0)))],
            Status::MissingParameter,
        ),
        (
            vec![site(), hash(), (5, part(|writer| _ = writer.map(1).text("up").unsigned(0)))],
            Status::CborUnexpectedType,
        ),
    ] {
        let message = sign_in_message(&parts);
        let reply = key.send(&message);
        assert_eq!(reply.status, status, "{message:02x?}");
    }
    assert!(key.questions().is_empty());
}

#[test]
fn what_nobody_knows_is_passed_over() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    let message = sign_in_message(&[
        (1, part(|writer| _ = writer.text(SITE))),
        (2, part(|writer| _ = writer.bytes(&HASH))),
        (
            3,
            part(|writer| {
                writer.array(2);
                writer.map(2).text("id").bytes(b"x").text("type").text("another-key");
                writer.map(3).text("id").bytes(&made.id).text("type").text("public-key");
                writer.text("transports").array(1).text("usb");
            }),
        ),
        (4, part(|writer| _ = writer.map(1).text("appid").text("https://example.com"))),
        (5, part(|writer| _ = writer.map(1).text("zz").array(0))),
        (0x20, part(|writer| _ = writer.map(0))),
    ]);
    check(&key.send(&message).ok(), &made);
}

#[test]
fn a_list_of_nothing_is_no_list() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    let message = sign_in_message(&[
        (1, part(|writer| _ = writer.text(SITE))),
        (2, part(|writer| _ = writer.bytes(&HASH))),
        (3, part(|writer| _ = writer.array(0))),
    ]);
    check(&key.send(&message).ok(), &made);
}

#[test]
fn a_request_cut_short_or_with_any_one_bit_changed_is_answered() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    let allow = [&made.id[..], &[1; 8]];
    let extensions = AssertInputs {
        cred_blob: Some(true),
        large_blob_key: Some(true),
        third_party_payment: Some(true),
        hmac_secret: None,
    };
    let options = Options { up: Some(true), ..Options::default() };
    let request = GetAssertionRequest { allow: &allow, extensions, options, ..sign_in_at(SITE) };
    let whole = message(Command::GetAssertion, |writer| request.write(writer));
    for length in 1..whole.len() {
        key.send(&whole[..length]).refused(Status::InvalidCbor);
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            key.send(&changed);
        }
    }
}

#[test]
fn a_request_with_any_one_byte_changed_is_answered() {
    let mut key = Key::new();
    let made = passkey(&mut key, b"aki");
    key.person.touch = Answer::Refused;
    let allow = [&made.id[..]];
    let extensions = AssertInputs { cred_blob: Some(true), ..AssertInputs::default() };
    let request = GetAssertionRequest { allow: &allow, extensions, ..sign_in_at(SITE) };
    let whole = message(Command::GetAssertion, |writer| request.write(writer));
    for at in 0..whole.len() {
        for byte in 0..=u8::MAX {
            let mut changed = whole.clone();
            changed[at] = byte;
            key.send(&changed);
        }
    }
}

/// Who asked for them once goes on using what was made then.
#[cfg(feature = "ml-dsa")]
#[test]
fn ml_dsa_signs_in_also_where_no_new_ones_are_made() {
    for (number, bytes) in [(-48, 2420), (-49, 3309)] {
        for options in [DISCOVERABLE, Options::default()] {
            let mut key = Key::of(Profile::HOST_POST_QUANTUM);
            let algorithms = [number, -7];
            let request = MakeCredentialRequest {
                algorithms: &algorithms,
                options,
                ..registration(SITE, b"aki")
            };
            let made = make(&mut key, request);
            assert_eq!(made.public_key.algorithm().number(), number);
            let mut key = Key::with(Profile::HOST, key.engine.into_parts().0);
            let answer = key.sign_in(&with(&[&made.id])).ok();
            check(&answer, &made);
            assert_eq!(Assertion::read(&answer).unwrap().signature.len(), bytes);
            assert_eq!(make(&mut key, request).public_key.algorithm().number(), -7);
        }
    }
}

/// A key and a signature as sites have them, and no longer than one message of CTAPHID.
#[cfg(feature = "ml-dsa")]
#[test]
fn ml_dsa_fits_into_a_message_with_every_extension() {
    let mut key = Key::of(Profile::HOST_POST_QUANTUM);
    let inputs = MakeInputs {
        cred_protect: Some(2),
        cred_blob: Some(&[7; 32]),
        large_blob_key: Some(true),
        hmac_secret: Some(true),
        min_pin_length: Some(true),
        ..MakeInputs::default()
    };
    let request = MakeCredentialRequest {
        algorithms: &[-49],
        options: DISCOVERABLE,
        extensions: inputs,
        ..registration(SITE, &[9; 64])
    };
    assert!(key.make(&request).ok().len() < 7609);
}
