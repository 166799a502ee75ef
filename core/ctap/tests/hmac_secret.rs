// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets of credentials for sites' salts: hmac-secret and hmac-secret-mc (CTAP 2.3 sections 12.7 and
//! 12.8), of which platforms make WebAuthn's `prf`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Profile, Question};
use kagifuda_ctap::message::extension::{AssertInputs, HmacInput, MakeInputs};
use kagifuda_ctap::message::get_assertion::{Assertion, GetAssertionRequest};
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options};
use kagifuda_ctap::pin_protocol::{AgreementKey, AuthParam, Ciphertext, PinProtocol, SharedSecret};
use kagifuda_ctap::status::Status;
use support::reading::{AuthData, Registered};
use support::{HASH, Key, Reply, message, registration, sign_in_at};

const SITE: &str = "example.com";
const BOTH: [PinProtocol; 2] = [PinProtocol::One, PinProtocol::Two];
const DISCOVERABLE: Options = Options { rk: Some(true), up: None, uv: None };
const RECOGNISING: Profile = Profile { has_built_in_uv: true, ..Profile::HOST };

/// Salts on their way to the key, and how to read what comes back.
struct Sent {
    protocol: PinProtocol,
    public: AgreementKey,
    shared: SharedSecret,
    salts: Ciphertext,
    auth: AuthParam,
}

impl Sent {
    fn new(key: &mut Key, protocol: PinProtocol, salts: &[u8]) -> Self {
        let (public, shared) = key.agree(protocol);
        let salts = shared.encrypt(salts, &mut key.rng).unwrap();
        let auth = shared.authenticate(&[&salts]);
        Self { protocol, public, shared, salts, auth }
    }

    fn input(&self) -> HmacInput<'_> {
        HmacInput {
            key_agreement: self.public,
            salt_enc: &self.salts,
            salt_auth: &self.auth,
            protocol: Some(self.protocol.number()),
        }
    }

    fn secrets(&self, data: &AuthData, name: &str) -> Vec<u8> {
        self.shared.decrypt(&data.bytes(name)).unwrap().0.to_vec()
    }
}

fn ask(key: &mut Key, id: &[u8], input: HmacInput<'_>, uv: bool) -> Reply {
    let allow = [id];
    let extensions = AssertInputs { hmac_secret: Some(input), ..AssertInputs::default() };
    let options = Options { uv: uv.then_some(true), ..Options::default() };
    key.sign_in(&GetAssertionRequest { allow: &allow, extensions, options, ..sign_in_at(SITE) })
}

/// The secrets of a credential for these salts.
#[track_caller]
fn secrets(key: &mut Key, id: &[u8], protocol: PinProtocol, salts: &[u8], uv: bool) -> Vec<u8> {
    let sent = Sent::new(key, protocol, salts);
    let answer = ask(key, id, sent.input(), uv).ok();
    let data = AuthData::read(Assertion::read(&answer).unwrap().auth_data);
    assert_eq!(data.names(), ["hmac-secret"]);
    sent.secrets(&data, "hmac-secret")
}

fn make(key: &mut Key, options: Options) -> Vec<u8> {
    let extensions = MakeInputs { hmac_secret: Some(true), ..MakeInputs::default() };
    let request = MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
    Registered::read(&key.make(&request).ok()).id
}

#[test]
fn the_same_salt_gives_the_same_secret_whenever_and_however_asked() {
    for options in [DISCOVERABLE, Options::default()] {
        let mut key = Key::new();
        let id = make(&mut key, options);
        let salt = [0x5A; 32];
        let first = secrets(&mut key, &id, PinProtocol::One, &salt, false);
        assert_eq!(first.len(), 32);
        key.replug();
        for protocol in BOTH {
            assert_eq!(secrets(&mut key, &id, protocol, &salt, false), first);
            let pair = secrets(&mut key, &id, protocol, &[salt, [1; 32]].concat(), false);
            assert_eq!(pair.len(), 64);
            assert_eq!(pair[..32], first);
            assert_ne!(pair[32..], first);
        }
    }
}

#[test]
fn a_secret_differs_by_salt_by_credential_and_by_whether_the_person_was_verified() {
    for uv in [false, true] {
        let mut key = Key::of(RECOGNISING);
        let sealed = [make(&mut key, Options::default()), make(&mut key, Options::default())];
        let options = Options { uv: Some(true), ..DISCOVERABLE };
        let kept = make(&mut key, options);
        let mut all = Vec::new();
        for id in sealed.iter().chain([&kept]) {
            for salt in [[1; 32], [2; 32]] {
                all.push(secrets(&mut key, id, PinProtocol::Two, &salt, uv));
                all.push(secrets(&mut key, id, PinProtocol::Two, &salt, !uv));
            }
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}

#[test]
fn a_passkey_that_was_made_without_the_extension_can_begin_to_use_it() {
    let mut key = Key::new();
    let request = MakeCredentialRequest { options: DISCOVERABLE, ..registration(SITE, b"aki") };
    let id = Registered::read(&key.make(&request).ok()).id;
    let first = secrets(&mut key, &id, PinProtocol::Two, &[3; 32], false);
    assert_eq!(secrets(&mut key, &id, PinProtocol::Two, &[3; 32], false), first);
}

#[test]
fn every_account_of_a_walk_gives_its_own_secret() {
    let mut key = Key::new();
    for user in [b"aki", b"eri"] {
        let request = MakeCredentialRequest { options: DISCOVERABLE, ..registration(SITE, user) };
        key.make(&request).ok();
    }
    let sent = Sent::new(&mut key, PinProtocol::Two, &[4; 32]);
    let extensions = AssertInputs { hmac_secret: Some(sent.input()), ..AssertInputs::default() };
    let first = key.sign_in(&GetAssertionRequest { extensions, ..sign_in_at(SITE) }).ok();
    let second = key.bare(Command::GetNextAssertion).ok();
    let [first, second] = [first, second].map(|answer| {
        let assertion = Assertion::read(&answer).unwrap();
        let data = AuthData::read(assertion.auth_data);
        let secret = sent.secrets(&data, "hmac-secret");
        let id = assertion.credential_id.to_vec();
        assert_eq!(secrets(&mut key, &id, PinProtocol::One, &[4; 32], false), secret);
        secret
    });
    assert_ne!(first, second);
}

#[test]
fn a_registration_can_give_the_secret_a_sign_in_will_give() {
    for options in [DISCOVERABLE, Options::default()] {
        for protocol in BOTH {
            for uv in [false, true] {
                let mut key = Key::of(Profile { has_built_in_uv: uv, ..Profile::HOST });
                let salts = [[6; 32], [7; 32]].concat();
                let sent = Sent::new(&mut key, protocol, &salts);
                let extensions = MakeInputs {
                    hmac_secret: Some(true),
                    hmac_secret_mc: Some(sent.input()),
                    ..MakeInputs::default()
                };
                let options = Options { uv: uv.then_some(true), ..options };
                let request =
                    MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
                let made = Registered::read(&key.make(&request).ok());
                assert_eq!(made.data.names(), ["hmac-secret", "hmac-secret-mc"]);
                let told = sent.secrets(&made.data, "hmac-secret-mc");
                assert_eq!(secrets(&mut key, &made.id, protocol, &salts, uv), told);
            }
        }
    }
}

#[test]
fn all_extensions_of_a_registration_at_once_fit_its_answer() {
    let mut key = Key::new();
    let sent = Sent::new(&mut key, PinProtocol::Two, &[8; 64]);
    let extensions = MakeInputs {
        cred_protect: Some(3),
        cred_blob: Some(&[1; 128]),
        hmac_secret: Some(true),
        hmac_secret_mc: Some(sent.input()),
        large_blob_key: Some(true),
        third_party_payment: Some(true),
        ..MakeInputs::default()
    };
    let request = MakeCredentialRequest {
        algorithms: &[-35],
        extensions,
        options: DISCOVERABLE,
        ..registration(SITE, b"aki")
    };
    Registered::read(&key.make(&request).ok());
}

#[test]
fn all_extensions_of_a_sign_in_at_once_fit_its_answer() {
    let mut key = Key::new();
    let extensions = MakeInputs {
        cred_blob: Some(&[1; 128]),
        large_blob_key: Some(true),
        third_party_payment: Some(true),
        ..MakeInputs::default()
    };
    let options = DISCOVERABLE;
    let request = MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
    key.make(&request).ok();
    let sent = Sent::new(&mut key, PinProtocol::Two, &[8; 64]);
    let extensions = AssertInputs {
        cred_blob: Some(true),
        hmac_secret: Some(sent.input()),
        large_blob_key: Some(true),
        third_party_payment: Some(true),
    };
    let answer = key.sign_in(&GetAssertionRequest { extensions, ..sign_in_at(SITE) }).ok();
    let data = AuthData::read(Assertion::read(&answer).unwrap().auth_data);
    assert_eq!(data.names(), ["credBlob", "hmac-secret", "thirdPartyPayment"]);
}

#[test]
fn salts_that_are_not_authentic_or_not_salts_are_refused() {
    let mut key = Key::new();
    let id = make(&mut key, DISCOVERABLE);
    for protocol in BOTH {
        let good = Sent::new(&mut key, protocol, &[5; 32]);
        let mut forged = good.auth.clone();
        forged[15] ^= 0x80;
        let input = HmacInput { salt_auth: &forged, ..good.input() };
        ask(&mut key, &id, input, false).refused(Status::PinAuthInvalid);
        let input = HmacInput { salt_auth: &[], ..good.input() };
        ask(&mut key, &id, input, false).refused(Status::PinAuthInvalid);
        let other = Sent::new(&mut key, protocol, &[5; 32]);
        let input = HmacInput { key_agreement: other.public, ..good.input() };
        ask(&mut key, &id, input, false).refused(Status::PinAuthInvalid);
        for length in [0, 16, 48] {
            let sent = Sent::new(&mut key, protocol, &[5; 64][..length]);
            ask(&mut key, &id, sent.input(), false).refused(Status::InvalidParameter);
        }
    }
    let good = Sent::new(&mut key, PinProtocol::Two, &[5; 32]);
    let input = HmacInput { protocol: Some(3), ..good.input() };
    ask(&mut key, &id, input, false).refused(Status::InvalidParameter);
    // Without a number it is protocol one, as it was before there were two.
    let input = HmacInput { protocol: None, ..good.input() };
    ask(&mut key, &id, input, false).refused(Status::PinAuthInvalid);
    let first = Sent::new(&mut key, PinProtocol::One, &[5; 32]);
    let input = HmacInput { protocol: None, ..first.input() };
    ask(&mut key, &id, input, false).ok();
}

/// Section 6.2.2: extensions are step 10, the touch is step 9.
#[test]
fn salts_are_looked_at_once_somebody_was_there() {
    let mut key = Key::new();
    let id = make(&mut key, DISCOVERABLE);
    key.questions();
    let good = Sent::new(&mut key, PinProtocol::Two, &[5; 32]);
    let input = HmacInput { salt_auth: &[0; 32], ..good.input() };
    for (touch, status) in [
        (Answer::Refused, Status::OperationDenied),
        (Answer::Cancelled, Status::KeepaliveCancel),
        (Answer::Given, Status::PinAuthInvalid),
    ] {
        key.person.touch = touch;
        ask(&mut key, &id, input, false).refused(status);
        assert_eq!(key.questions(), [Question::Touch]);
    }
}

#[test]
fn a_secret_needs_somebody_there() {
    let mut key = Key::new();
    make(&mut key, DISCOVERABLE);
    let sent = Sent::new(&mut key, PinProtocol::Two, &[5; 32]);
    let extensions = AssertInputs { hmac_secret: Some(sent.input()), ..AssertInputs::default() };
    let options = Options { up: Some(false), ..Options::default() };
    let request = GetAssertionRequest { extensions, options, ..sign_in_at(SITE) };
    key.sign_in(&request).refused(Status::UnsupportedOption);
}

#[test]
fn salts_at_registration_need_the_extension_they_belong_to() {
    let mut key = Key::new();
    let sent = Sent::new(&mut key, PinProtocol::Two, &[5; 32]);
    for hmac_secret in [None, Some(false)] {
        let hmac_secret_mc = Some(sent.input());
        let extensions = MakeInputs { hmac_secret, hmac_secret_mc, ..MakeInputs::default() };
        let request = MakeCredentialRequest { extensions, ..registration(SITE, b"aki") };
        key.make(&request).refused(Status::MissingParameter);
    }
}

#[test]
fn a_pin_gives_the_secret_of_a_verified_person() {
    let mut key = Key::new();
    let id = make(&mut key, Options::default());
    let without = secrets(&mut key, &id, PinProtocol::Two, &[9; 32], false);
    key.set_pin("tsubaki");
    let mut told = Vec::new();
    for protocol in BOTH {
        let token = key.token(protocol, "tsubaki", Permissions::GET_ASSERTION, Some(SITE));
        let sent = Sent::new(&mut key, protocol, &[9; 32]);
        let extensions =
            AssertInputs { hmac_secret: Some(sent.input()), ..AssertInputs::default() };
        let param = token.over(&[&HASH]);
        let allow = [&id[..]];
        let request = GetAssertionRequest {
            allow: &allow,
            extensions,
            auth: token.auth(&param),
            ..sign_in_at(SITE)
        };
        let answer = key.sign_in(&request).ok();
        let data = AuthData::read(Assertion::read(&answer).unwrap().auth_data);
        told.push(sent.secrets(&data, "hmac-secret"));
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0], without);
}

#[test]
fn a_request_with_any_one_bit_changed_gives_no_secret_for_other_salts() {
    let mut key = Key::new();
    let id = make(&mut key, DISCOVERABLE);
    let sent = Sent::new(&mut key, PinProtocol::Two, &[5; 32]);
    let allow = [&id[..]];
    let extensions = AssertInputs { hmac_secret: Some(sent.input()), ..AssertInputs::default() };
    let request = GetAssertionRequest { allow: &allow, extensions, ..sign_in_at(SITE) };
    let whole = message(Command::GetAssertion, |writer| request.write(writer));
    let expected = secrets(&mut key, &id, PinProtocol::Two, &[5; 32], false);
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            let reply = key.send(&changed);
            if reply.status != Status::Ok {
                continue;
            }
            let data = AuthData::read(Assertion::read(&reply.body).unwrap().auth_data);
            if data.extensions.contains_key("hmac-secret") {
                assert_eq!(sent.secrets(&data, "hmac-secret"), expected);
            }
        }
    }
}
