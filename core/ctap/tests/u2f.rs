// SPDX-License-Identifier: MIT OR Apache-2.0
//! U2F, as browsers and older programs speak it (CTAP 2.3 section 7; U2F Raw Message Formats 1.2).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use core::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::apdu::{Command as Apdu, Form};
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Profile, Question, Request,
};
use kagifuda_ctap::cose::{Algorithm, PublicKey};
use kagifuda_ctap::entity::RpIdHash;
use kagifuda_ctap::keys::{AttestationKind, SoftwareKeys};
use kagifuda_ctap::message::config::{Config, ConfigCommand};
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::message::get_assertion::{Assertion, GetAssertionRequest};
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options};
use kagifuda_ctap::status::Status;
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier as _;
use support::enrolled::Enrolled;
use support::reading::{Registered, verify};
use support::{Key, MemoryStore, registration, sign_in_at};

const SITE: &str = "https://example.com/app-id.json";
const CHALLENGE: [u8; 32] = [0xC4; 32];
const ENFORCE: u8 = 0x03;
const CHECK_ONLY: u8 = 0x07;
const DO_NOT_ENFORCE: u8 = 0x08;

const OK: u16 = 0x9000;
const TOUCH_NEEDED: u16 = 0x6985;
const NOT_ALLOWED: u16 = 0x6986;
const BAD_HANDLE: u16 = 0x6A80;

fn apdu(ins: u8, p1: u8, data: &[u8]) -> Vec<u8> {
    let answer_bytes = Some(Form::Extended.max_answer_bytes());
    let command = Apdu { cla: 0, ins, p1, p2: 0, data, answer_bytes, form: Form::Extended };
    let mut bytes = vec![0; 1024];
    let length = command.write(&mut bytes).unwrap();
    bytes.truncate(length);
    bytes
}

fn register_at(site: &str) -> Vec<u8> {
    apdu(0x01, 0x03, &[CHALLENGE, RpIdHash::of(site).0].concat())
}

fn sign_in_with(control: u8, site: &str, handle: &[u8]) -> Vec<u8> {
    let length = [handle.len() as u8];
    apdu(0x02, control, &[&CHALLENGE[..], &RpIdHash::of(site).0, &length, handle].concat())
}

/// Sends an APDU: the data of the answer, and the status word behind it.
#[track_caller]
fn send(key: &mut Key, apdu: &[u8]) -> (Vec<u8>, u16) {
    parted(key.send_u2f(apdu))
}

fn parted(mut answer: Vec<u8>) -> (Vec<u8>, u16) {
    let word = answer.split_off(answer.len() - 2);
    let word = u16::from_be_bytes(word.try_into().unwrap());
    assert!(word == OK || answer.is_empty(), "data in front of {word:04x}");
    (answer, word)
}

/// The answer to a registration, taken apart.
struct Joined {
    key: VerifyingKey,
    point: Vec<u8>,
    handle: Vec<u8>,
    certificate: Certificate,
    signature: p256::ecdsa::Signature,
}

impl Joined {
    #[track_caller]
    fn read(answer: &[u8]) -> Self {
        let (&reserved, rest) = answer.split_first().unwrap();
        assert_eq!(reserved, 0x05);
        let (point, rest) = rest.split_at(65);
        let (&length, rest) = rest.split_first().unwrap();
        let (handle, rest) = rest.split_at(usize::from(length));
        let (certificate, signature) = element(rest);
        Self {
            key: VerifyingKey::from_sec1_bytes(point).unwrap(),
            point: point.to_vec(),
            handle: handle.to_vec(),
            certificate: Certificate::read(certificate),
            signature: p256::ecdsa::Signature::from_der(signature).unwrap(),
        }
    }

    /// What the certificate's key signs.
    fn message(&self, site: &str) -> Vec<u8> {
        let application = RpIdHash::of(site).0;
        [&[0x00][..], &application, &CHALLENGE, &self.handle, &self.point].concat()
    }
}

/// A certificate, taken apart as far as these tests ask.
struct Certificate {
    whole: Vec<u8>,
    signed: Vec<u8>,
    serial: Vec<u8>,
    key: VerifyingKey,
    signature: p256::ecdsa::Signature,
}

impl Certificate {
    #[track_caller]
    fn read(der: &[u8]) -> Self {
        let parts = sequence(der);
        let [signed, algorithm, signature] = parts[..] else { panic!("three parts") };
        let fields = sequence(signed);
        let [version, serial, same, issuer, validity, subject, key, extensions] = fields[..] else {
            panic!("eight fields")
        };
        assert_eq!(version, [0xA0, 3, 2, 1, 2], "version 3");
        assert_eq!(serial[..2], [0x02, 16]);
        assert!((0x40..0x80).contains(&serial[2]), "positive, and no byte too long");
        assert_eq!(same, algorithm);
        assert_eq!(algorithm, b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02");
        assert_eq!(issuer, subject);
        assert_eq!(sequence(validity).len(), 2);
        assert_eq!(content(extensions, 0xA3).len(), extensions.len() - 2);
        let key = sequence(key)[1];
        assert_eq!(key[..3], [0x03, 66, 0]);
        let bits = content(signature, 0x03);
        assert_eq!(bits[0], 0, "no unused bits");
        Self {
            whole: der.to_vec(),
            signed: signed.to_vec(),
            serial: serial.to_vec(),
            key: VerifyingKey::from_sec1_bytes(&key[3..]).unwrap(),
            signature: p256::ecdsa::Signature::from_der(&bits[1..]).unwrap(),
        }
    }
}

/// Cuts off the first DER element.
#[track_caller]
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let (head, length) = match der[1] {
        short @ 0..=0x7F => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(u16::from_be_bytes([der[2], der[3]]))),
        other => panic!("a length of form {other:02x}"),
    };
    let shortest = match length {
        0..0x80 => 2,
        0x80..0x100 => 3,
        _ => 4,
    };
    assert_eq!(head, shortest);
    der.split_at(head + length)
}

/// The content of the one element these bytes are.
#[track_caller]
fn content(der: &[u8], tag: u8) -> &[u8] {
    assert_eq!(der[0], tag);
    let (whole, rest) = element(der);
    assert!(rest.is_empty());
    let head = if der[1] < 0x80 { 2 } else { 2 + usize::from(der[1] & 0x7F) };
    &whole[head..]
}

#[track_caller]
fn sequence(der: &[u8]) -> Vec<&[u8]> {
    let (mut left, mut parts) = (content(der, 0x30), Vec::new());
    while !left.is_empty() {
        let (part, rest) = element(left);
        parts.push(part);
        left = rest;
    }
    parts
}

#[track_caller]
fn register(key: &mut Key) -> Joined {
    let (answer, word) = send(key, &register_at(SITE));
    assert_eq!(word, OK);
    key.asked.clear();
    Joined::read(&answer)
}

/// Verifies the answer to a sign-in.
#[track_caller]
fn verify_sign_in(answer: &[u8], presence: u8, key: &VerifyingKey) {
    let (head, signature) = answer.split_at(5);
    assert_eq!(head, [presence, 0, 0, 0, 0]);
    let message = [&RpIdHash::of(SITE).0[..], head, &CHALLENGE].concat();
    key.verify(&message, &p256::ecdsa::Signature::from_der(signature).unwrap()).unwrap();
}

#[test]
fn the_version_is_told_in_every_form_and_without_data() {
    let mut key = Key::new();
    for request in [apdu(0x03, 0, &[]), vec![0, 3, 0, 0], vec![0, 3, 0, 0, 0]] {
        assert_eq!(send(&mut key, &request), (b"U2F_V2".to_vec(), OK));
    }
    assert_eq!(send(&mut key, &apdu(0x03, 0, b"data")).1, 0x6700);
}

#[test]
fn a_registration_takes_a_touch_and_attests_itself() {
    let mut key = Key::new();
    let (answer, word) = send(&mut key, &register_at(SITE));
    assert_eq!(word, OK);
    let application = RpIdHash::of(SITE);
    let about = format!("U2fRegister {{ application: {application:?} }}");
    assert_eq!(key.asked, [(Question::Touch, about)]);
    let joined = Joined::read(&answer);
    let certificate = &joined.certificate;
    assert_eq!(certificate.key, joined.key);
    certificate.key.verify(&certificate.signed, &certificate.signature).unwrap();
    certificate.key.verify(&joined.message(SITE), &joined.signature).unwrap();
    assert!(key.store().passkeys.is_empty(), "nothing is kept");
}

#[test]
fn two_registrations_have_nothing_in_common_that_sites_could_compare() {
    let mut key = Key::new();
    let (one, other) = (register(&mut key), register(&mut key));
    assert_ne!(one.key, other.key);
    assert_ne!(one.certificate.serial, other.certificate.serial);
    let same = one.handle.iter().zip(&other.handle).take_while(|(one, other)| one == other);
    assert!(same.count() < 4, "no clear prefix");
}

#[test]
fn a_sign_in_takes_a_touch_and_verifies() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let (answer, word) = send(&mut key, &sign_in_with(ENFORCE, SITE, &joined.handle));
    assert_eq!(word, OK);
    verify_sign_in(&answer, 1, &joined.key);
    let about = format!("U2fSignIn {{ application: {:?} }}", RpIdHash::of(SITE));
    assert_eq!(key.asked, [(Question::Touch, about)]);
}

#[test]
fn without_enforcing_nobody_is_asked_and_the_signature_says_so() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let (answer, word) = send(&mut key, &sign_in_with(DO_NOT_ENFORCE, SITE, &joined.handle));
    assert_eq!(word, OK);
    verify_sign_in(&answer, 0, &joined.key);
    assert!(key.questions().is_empty());
}

#[test]
fn a_check_finds_what_is_its_own_and_asks_nobody() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let mut broken = joined.handle.clone();
    broken[30] ^= 1;
    for (site, handle, word) in [
        (SITE, &joined.handle[..], TOUCH_NEEDED),
        ("https://example.org", &joined.handle, BAD_HANDLE),
        (SITE, &broken, BAD_HANDLE),
        (SITE, &joined.handle[1..], BAD_HANDLE),
        (SITE, &[0xAA; 64], BAD_HANDLE),
        (SITE, &[], BAD_HANDLE),
    ] {
        for control in [CHECK_ONLY, ENFORCE, DO_NOT_ENFORCE] {
            if control == CHECK_ONLY || word == BAD_HANDLE {
                assert_eq!(send(&mut key, &sign_in_with(control, site, handle)).1, word);
            }
        }
    }
    assert!(key.questions().is_empty());
}

#[test]
fn who_does_not_touch_gets_no_signature_and_may_be_asked_again() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let sign_in = sign_in_with(ENFORCE, SITE, &joined.handle);
    for answer in [Answer::Refused, Answer::TimedOut, Answer::Cancelled] {
        key.person.touch = answer;
        assert_eq!(send(&mut key, &register_at(SITE)).1, TOUCH_NEEDED);
        assert_eq!(send(&mut key, &sign_in).1, TOUCH_NEEDED);
    }
    key.person.touch = Answer::Given;
    assert_eq!(send(&mut key, &sign_in).1, OK);
}

#[test]
fn what_was_registered_over_u2f_signs_in_over_ctap2() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let allow = [&joined.handle[..]];
    let body = key.sign_in(&GetAssertionRequest { allow: &allow, ..sign_in_at(SITE) }).ok();
    let assertion = Assertion::read(&body).unwrap();
    assert_eq!((assertion.credential_id, assertion.user), (&joined.handle[..], None));
    let (x, y) = joined.point[1..].split_at(32);
    let public = PublicKey::new(Algorithm::Es256, x, y).unwrap();
    verify(&public, assertion.auth_data, assertion.signature);
}

#[test]
fn what_was_registered_over_ctap2_signs_in_over_u2f_where_it_asks_for_no_verification() {
    let mut key = Key::new();
    let rk = Options { rk: Some(true), ..Options::default() };
    for (options, cred_protect, algorithm, word) in [
        (Options::default(), None, -7, OK),
        (Options::default(), Some(2), -7, OK),
        (Options::default(), Some(3), -7, BAD_HANDLE),
        (Options::default(), None, -8, BAD_HANDLE),
        (Options::default(), None, -35, BAD_HANDLE),
        (rk, None, -7, OK),
        (rk, Some(3), -7, BAD_HANDLE),
    ] {
        let made = key.make(&MakeCredentialRequest {
            options,
            algorithms: &[algorithm],
            extensions: MakeInputs { cred_protect, ..MakeInputs::default() },
            ..registration(SITE, b"aki")
        });
        let made = Registered::read(&made.ok());
        let (answer, told) = send(&mut key, &sign_in_with(ENFORCE, SITE, &made.id));
        assert_eq!(told, word, "{options:?} {cred_protect:?} {algorithm}");
        if word == OK {
            let point = [&[4][..], made.public_key.x(), made.public_key.y()].concat();
            verify_sign_in(&answer, 1, &VerifyingKey::from_sec1_bytes(&point).unwrap());
        } else {
            assert_eq!(send(&mut key, &sign_in_with(CHECK_ONLY, SITE, &made.id)).1, BAD_HANDLE);
        }
    }
}

#[test]
fn under_always_uv_u2f_is_off() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let toggle = Config { subcommand: ConfigCommand::ToggleAlwaysUv as u64, ..Config::default() };
    key.command(Command::Config, |writer| toggle.write(writer)).ok();
    for request in [
        apdu(0x03, 0, &[]),
        register_at(SITE),
        sign_in_with(ENFORCE, SITE, &joined.handle),
        sign_in_with(CHECK_ONLY, SITE, &joined.handle),
        sign_in_with(DO_NOT_ENFORCE, SITE, &joined.handle),
    ] {
        assert_eq!(send(&mut key, &request).1, NOT_ALLOWED);
    }
    assert!(key.questions().is_empty());
}

#[test]
fn what_is_malformed_is_refused_with_its_own_word() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let whole = sign_in_with(ENFORCE, SITE, &joined.handle);
    let hashes = [CHALLENGE, RpIdHash::of(SITE).0].concat();
    let with = |more: &[u8]| apdu(0x02, ENFORCE, &[&hashes, more].concat());
    let mut other_class = whole.clone();
    other_class[0] = 0x80;
    for (request, word) in [
        (vec![], 0x6700),
        (vec![0, 3, 0], 0x6700),
        (whole[..whole.len() - 3].to_vec(), 0x6700),
        (other_class, 0x6E00),
        (apdu(0x00, 0, &[]), 0x6D00),
        (apdu(0x04, 0, &[]), 0x6D00),
        (apdu(0xC0, 0, &[]), 0x6D00),
        (apdu(0x01, 0, &hashes[1..]), 0x6700),
        (apdu(0x01, 0, &[&hashes[..], &[0]].concat()), 0x6700),
        (apdu(0x01, 0, &[]), 0x6700),
        (apdu(0x02, ENFORCE, &hashes), 0x6700),
        (apdu(0x02, ENFORCE, &hashes[..40]), 0x6700),
        (with(&[2, 0]), 0x6700),
        (with(&[1, 0, 0]), 0x6700),
        (sign_in_with(0x00, SITE, &joined.handle), 0x6A86),
        (sign_in_with(0x13, SITE, &joined.handle), 0x6A86),
    ] {
        assert_eq!(send(&mut key, &request).1, word, "{request:02x?}");
    }
    assert!(key.questions().is_empty());
}

#[test]
fn a_locked_key_is_opened_by_a_person_or_not_used() {
    let mut key = Key::new();
    let joined = register(&mut key);
    let sign_in = sign_in_with(DO_NOT_ENFORCE, SITE, &joined.handle);
    for request in [&sign_in, &register_at(SITE)] {
        key.lock();
        assert_eq!(send(&mut key, request).1, OK);
        assert!(key.questions().contains(&Question::Unlock));
    }
    key.lock();
    key.person.unlock = Answer::Refused;
    for request in [&sign_in, &sign_in_with(CHECK_ONLY, SITE, &joined.handle)] {
        assert_eq!(send(&mut key, request).1, NOT_ALLOWED);
    }
}

#[test]
fn a_request_of_u2f_ends_the_walks_of_ctap2() {
    let mut key = Key::new();
    let options = Options { rk: Some(true), ..Options::default() };
    for user in [b"aki", b"ren"] {
        key.make(&MakeCredentialRequest { options, ..registration(SITE, user) }).ok();
    }
    key.sign_in(&sign_in_at(SITE)).ok();
    send(&mut key, &apdu(0x03, 0, &[]));
    key.bare(Command::GetNextAssertion).refused(Status::NotAllowed);
}

#[test]
fn an_answer_that_does_not_fit_is_none() {
    let mut key = Key::new();
    let consent = Consent::default().with(Question::Touch, Answer::Given);
    let request = register_at(SITE);
    for room in 0..700 {
        let mut out = vec![0; room];
        let request = Request::Msg(&request);
        let outcome = key.engine.process(request, &consent, key.now, &mut key.rng, &mut out);
        let Outcome::Reply(length) = outcome else { panic!("asked again") };
        match length {
            0 => assert!(room < 2),
            2 => assert_eq!(out[..2], [0x6F, 0x00]),
            _ => {
                assert_eq!(out[length - 2..length], [0x90, 0x00]);
                Joined::read(&out[..length - 2]);
            }
        }
    }
}

#[test]
fn an_enrolled_certificate_attests_in_place_of_the_keys_own() {
    let mut other = Key::new();
    let leaf = register(&mut other).certificate.whole;
    let chain = vec![&*leaf.clone().leak(), &*register(&mut other).certificate.whole.leak()];
    let attests = p256::ecdsa::SigningKey::from_slice(&[0x42; 32]).unwrap();
    let mut keys = SoftwareKeys::locked();
    keys.unlock([&[0x5E; 32]]);
    let kinds = &[AttestationKind::Basic];
    let enrolled = Enrolled { keys, attests: attests.clone(), chain, kinds };
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let store = MemoryStore::default();
    let mut engine =
        Authenticator::power_up(Profile::HOST, store, enrolled, Duration::ZERO, &mut rng).unwrap();
    let consent = Consent::default().with(Question::Touch, Answer::Given);
    let mut out = vec![0; 2048];
    let request = register_at(SITE);
    let request = Request::Msg(&request);
    let outcome = engine.process(request, &consent, Duration::ZERO, &mut rng, &mut out);
    let Outcome::Reply(length) = outcome else { panic!("asked again") };
    out.truncate(length);
    let joined = Joined::read(&parted(out).0);
    assert_eq!(joined.certificate.whole, leaf, "the first of the chain, and no other");
    let key = VerifyingKey::from(&attests);
    key.verify(&joined.message(SITE), &joined.signature).unwrap();
}
