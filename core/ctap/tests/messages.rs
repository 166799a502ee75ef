// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the client writes the authenticator reads back equal, in the canonical form; and whatever
//! anybody sends is read or refused, on both sides.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::Profile;
use kagifuda_ctap::cbor::{self, Reader, Writer};
use kagifuda_ctap::client;
use kagifuda_ctap::cose::Algorithm;
use kagifuda_ctap::entity::{Descriptor, RpIdHash, UserRef};
use kagifuda_ctap::message::auth_data::{AssertOutputs, AuthData, MakeOutputs};
use kagifuda_ctap::message::bio_enrollment::{
    BioAnswer, BioEnrollment, BioParameters, Template, Templates,
};
use kagifuda_ctap::message::client_pin::{ClientPin, PinAnswer};
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLength, MinPinLengthRequest};
use kagifuda_ctap::message::credential_management::{
    CredentialManagement, ManagementAnswer, ManagementParameters,
};
use kagifuda_ctap::message::extension::{AssertInputs, HmacInput, MakeInputs};
use kagifuda_ctap::message::get_assertion::{Assertion, GetAssertion, GetAssertionRequest};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::message::large_blobs::LargeBlobs;
use kagifuda_ctap::message::make_credential::{Made, MakeCredential, MakeCredentialRequest};
use kagifuda_ctap::message::{Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::{AgreementKey, KeyPair};
use kagifuda_ctap::status::Status;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use support::Key;

/// What `write` writes, checked.
fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let bytes = support::parameters(write);
    assert_eq!(cbor::check(&bytes), Ok(()));
    bytes
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=most)
}

fn options() -> impl Strategy<Value = Options> {
    (of(any::<bool>()), of(any::<bool>()), of(any::<bool>())).prop_map(|(rk, up, uv)| Options {
        rk,
        up,
        uv,
    })
}

/// A key for key agreement; making one is slow, so there are three.
fn agreement_key() -> impl Strategy<Value = AgreementKey> {
    use chacha20::rand_core::SeedableRng as _;
    (0..3_u8).prop_map(|seed| {
        KeyPair::generate(&mut chacha20::ChaCha20Rng::from_seed([seed; 32])).public()
    })
}

/// The parts of an input of hmac-secret.
type Hmac = (AgreementKey, Vec<u8>, Vec<u8>, Option<u64>);

fn hmac() -> impl Strategy<Value = Option<Hmac>> {
    of((agreement_key(), bytes(80), bytes(32), of(any::<u64>())))
}

fn input(hmac: &Option<Hmac>) -> Option<HmacInput<'_>> {
    hmac.as_ref().map(|(key_agreement, salt_enc, salt_auth, protocol)| HmacInput {
        key_agreement: *key_agreement,
        salt_enc,
        salt_auth,
        protocol: *protocol,
    })
}

fn auth<'a>(param: &'a Option<Vec<u8>>, protocol: Option<u64>) -> PinUvAuth<'a> {
    PinUvAuth { param: param.as_deref(), protocol }
}

fn slices(list: &[Vec<u8>]) -> Vec<&[u8]> {
    list.iter().map(Vec::as_slice).collect()
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_registration_arrives_as_it_was_asked(
        (hash, rp_id, names) in (any::<[u8; 32]>(), ".{0,40}", vec(of(".{0,80}"), 3)),
        (user_id, algorithms) in (bytes(64), vec(any::<i64>(), 0..5)),
        (exclude, formats) in (vec(bytes(300), 0..4), vec("[a-z-]{1,12}", 0..4)),
        (levels, flags) in ((of(any::<u64>()), of(any::<u64>())), vec(of(any::<bool>()), 5)),
        (blob, hmac, options) in (of(bytes(130)), hmac(), options()),
        (param, protocol) in (of(bytes(32)), of(any::<u64>())),
    ) {
        let (exclude, formats): (Vec<_>, Vec<_>) =
            (slices(&exclude), formats.iter().map(String::as_str).collect());
        let extensions = MakeInputs {
            cred_protect: levels.0,
            cred_blob: blob.as_deref(),
            hmac_secret: flags[0],
            hmac_secret_mc: input(&hmac),
            large_blob_key: flags[1],
            min_pin_length: flags[2],
            pin_complexity_policy: flags[3],
            third_party_payment: flags[4],
        };
        let request = MakeCredentialRequest {
            client_data_hash: hash,
            rp_id: &rp_id,
            rp_name: names[0].as_deref(),
            user_id: &user_id,
            user_name: names[1].as_deref(),
            user_display_name: names[2].as_deref(),
            algorithms: &algorithms,
            exclude: &exclude,
            extensions,
            options,
            auth: auth(&param, protocol),
            enterprise_attestation: levels.1,
            formats: &formats,
        };
        let sent = written(|writer| request.write(writer));
        let read = MakeCredential::read(&sent).unwrap();
        prop_assert_eq!(read.client_data_hash, &hash);
        prop_assert_eq!((read.rp.id, read.rp.name), (&*rp_id, names[0].as_deref()));
        let user = UserRef {
            id: &user_id,
            name: names[1].as_deref(),
            display_name: names[2].as_deref(),
        };
        prop_assert_eq!(read.user, user);
        prop_assert_eq!(read.algorithms.numbers().collect::<Vec<_>>(), algorithms.clone());
        let ids: Vec<_> = read.exclude_list.iter().flat_map(|list| list.ids()).collect();
        prop_assert_eq!(ids, exclude.clone());
        prop_assert_eq!(read.extensions, extensions);
        prop_assert_eq!(read.options, options);
        prop_assert_eq!(read.auth, request.auth);
        prop_assert_eq!(read.enterprise_attestation, levels.1);
        let told: Vec<_> = read.formats.iter().flat_map(|list| list.iter()).collect();
        prop_assert_eq!(told, formats);
    }

    #[test]
    fn a_sign_in_arrives_as_it_was_asked(
        (hash, rp_id, allow) in (any::<[u8; 32]>(), ".{0,40}", vec(bytes(300), 0..4)),
        (flags, hmac, options) in (vec(of(any::<bool>()), 3), hmac(), options()),
        (param, protocol) in (of(bytes(32)), of(any::<u64>())),
    ) {
        let allow = slices(&allow);
        let extensions = AssertInputs {
            cred_blob: flags[0],
            hmac_secret: input(&hmac),
            large_blob_key: flags[1],
            third_party_payment: flags[2],
        };
        let request = GetAssertionRequest {
            rp_id: &rp_id,
            client_data_hash: hash,
            allow: &allow,
            extensions,
            options,
            auth: auth(&param, protocol),
        };
        let sent = written(|writer| request.write(writer));
        let read = GetAssertion::read(&sent).unwrap();
        prop_assert_eq!((read.rp_id, read.client_data_hash), (&*rp_id, &hash));
        let ids: Vec<_> = read.allow_list.iter().flat_map(|list| list.ids()).collect();
        prop_assert_eq!(ids, allow.clone());
        prop_assert_eq!(read.extensions, extensions);
        prop_assert_eq!((read.options, read.auth), (options, request.auth));
    }

    #[test]
    fn a_step_of_the_pin_arrives_as_it_was_asked(
        (protocol, subcommand, key) in (of(any::<u64>()), any::<u64>(), of(agreement_key())),
        (param, new_pin, hash) in (of(bytes(32)), of(bytes(80)), of(bytes(32))),
        (permissions, rp_id) in (of(any::<u64>()), of(".{0,40}")),
    ) {
        let request = ClientPin {
            protocol,
            subcommand,
            key_agreement: key,
            param: param.as_deref(),
            new_pin_enc: new_pin.as_deref(),
            pin_hash_enc: hash.as_deref(),
            permissions,
            rp_id: rp_id.as_deref(),
        };
        let sent = written(|writer| request.write(writer));
        prop_assert_eq!(ClientPin::read(&sent), Ok(request));
        let answer = PinAnswer {
            key_agreement: key,
            token_enc: new_pin.as_deref(),
            pin_retries: protocol,
            needs_power_cycle: permissions.map(|it| it % 2 == 0),
            uv_retries: permissions,
        };
        let sent = written(|writer| answer.write(writer));
        prop_assert_eq!(PinAnswer::read(&sent), Ok(answer));
    }

    #[test]
    fn a_change_of_settings_arrives_as_it_was_asked(
        (length, rp_ids) in (of(any::<u8>()), of(vec(".{0,40}", 0..4))),
        (force_change, complexity) in any::<(bool, bool)>(),
        (subcommand, param, protocol) in (any::<u64>(), of(bytes(32)), of(any::<u64>())),
    ) {
        let rp_ids: Option<Vec<_>> =
            rp_ids.as_ref().map(|list| list.iter().map(String::as_str).collect());
        let rules =
            MinPinLengthRequest { length, rp_ids: rp_ids.as_deref(), force_change, complexity };
        let rules = written(|writer| rules.write(writer));
        let read = MinPinLength::read(&rules).unwrap();
        prop_assert_eq!(read.length, length.map(u64::from));
        prop_assert_eq!(read.rp_ids.map(|list| list.iter().collect::<Vec<_>>()), rp_ids);
        prop_assert_eq!(read.force_change, force_change.then_some(true));
        prop_assert_eq!(read.complexity, complexity.then_some(true));
        let auth = auth(&param, protocol);
        let request = Config { subcommand, parameters: Some(&rules), auth };
        let sent = written(|writer| request.write(writer));
        prop_assert_eq!(Config::read(&sent), Ok(request));
    }

    #[test]
    fn a_step_of_managing_arrives_as_it_was_asked(
        (hash, id, user_id) in (of(any::<[u8; 32]>()), of(bytes(300)), of(bytes(64))),
        (names, subcommand) in (vec(of(".{0,80}"), 2), any::<u64>()),
        (param, protocol) in (of(bytes(32)), of(any::<u64>())),
    ) {
        let user = user_id.as_ref().map(|id| UserRef {
            id,
            name: names[0].as_deref(),
            display_name: names[1].as_deref(),
        });
        let passkey = id.as_ref().map(|id| Descriptor { id, is_public_key: true });
        let wanted = ManagementParameters { rp: hash.map(RpIdHash), passkey, user };
        let parameters = written(|writer| wanted.write(writer));
        prop_assert_eq!(ManagementParameters::read(&parameters), Ok(wanted));
        let auth = auth(&param, protocol);
        let request = CredentialManagement { subcommand, parameters: Some(&parameters), auth };
        let sent = written(|writer| request.write(writer));
        prop_assert_eq!(CredentialManagement::read(&sent), Ok(request));
    }

    #[test]
    fn a_step_of_enrolling_arrives_as_it_was_asked(
        (modality, subcommand, get) in (of(any::<u64>()), any::<u64>(), of(any::<bool>())),
        (id, name, timeout_ms) in (of(bytes(40)), of(".{0,40}"), of(any::<u64>())),
        (param, protocol) in (of(bytes(32)), of(any::<u64>())),
        (numbers, fingers) in (vec(of(any::<u64>()), 6), vec((bytes(20), of(".{0,20}")), 0..4)),
    ) {
        let name = name.as_deref();
        let wanted = BioParameters { template_id: id.as_deref(), name, timeout_ms };
        let parameters = written(|writer| wanted.write(writer));
        prop_assert_eq!(BioParameters::read(&parameters), Ok(wanted));
        let request = BioEnrollment {
            modality,
            subcommand: Some(subcommand),
            parameters: Some(&parameters),
            auth: auth(&param, protocol),
            get_modality: get,
        };
        let sent = written(|writer| request.write(writer));
        prop_assert_eq!(BioEnrollment::read(&sent), Ok(request));
        let all: Vec<_> =
            fingers.iter().map(|(id, name)| Template { id, name: name.as_deref() }).collect();
        let list = written(|writer| Template::write_all(&all, writer));
        let templates = Templates::read(&mut Reader::new(&list)).unwrap();
        prop_assert_eq!(templates.iter().collect::<Vec<_>>(), all);
        let answer = BioAnswer {
            modality: numbers[0],
            fingerprint_kind: numbers[1],
            max_samples: numbers[2],
            template_id: id.as_deref(),
            sample_status: numbers[3],
            remaining: numbers[4],
            templates: Some(templates),
            max_name_bytes: numbers[5],
        };
        let sent = written(|writer| answer.write(writer));
        prop_assert_eq!(BioAnswer::read(&sent), Ok(answer));
    }

    #[test]
    fn a_part_of_an_array_arrives_as_it_was_asked(
        (get, set, offset) in (of(any::<u64>()), of(bytes(400)), of(any::<u64>())),
        (length, param, protocol) in (of(any::<u64>()), of(bytes(32)), of(any::<u64>())),
    ) {
        let auth = auth(&param, protocol);
        let request = LargeBlobs { get, set: set.as_deref(), offset, length, auth };
        let sent = written(|writer| request.write(writer));
        prop_assert_eq!(LargeBlobs::read(&sent), Ok(request));
    }

    #[test]
    fn nobody_falls_over_whatever_is_sent(answer in bytes(120)) {
        read_everything(&answer);
    }

    #[test]
    fn nobody_falls_over_a_map_of_anything(
        pairs in vec((0..0x20_u8, value()), 0..8),
    ) {
        let mut map = vec![0xA0 + pairs.len() as u8];
        for (key, value) in pairs {
            if key >= 24 {
                map.push(0x18);
            }
            map.push(key);
            map.extend_from_slice(&value);
        }
        read_everything(&map);
        // The engine, too: every command with this behind it.
        let mut key = Key::of(Profile { has_built_in_uv: true, ..Profile::HOST });
        for command in 0..=0x0D {
            key.send(&[&[command][..], &map].concat());
        }
    }

    #[test]
    fn the_engine_answers_whatever_is_sent(request in bytes(120)) {
        let mut key = Key::new();
        key.send(&request);
        prop_assert!(!key.send_u2f(&request).is_empty());
    }
}

/// A value of CBOR, often one that some message wants in some place.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let text = |text: &str| [&[0x60 + text.len() as u8][..], text.as_bytes()].concat();
    proptest::prop_oneof![
        any::<u8>().prop_map(|number| vec![0x18, number]),
        Just(vec![0xF5]),
        Just(vec![0x80]),
        Just(vec![0xA0]),
        Just([&[0x58, 32][..], &[1; 32]].concat()),
        Just(text("example.com")),
        Just(vec![0x81, 0x63, b'u', b's', b'b']),
        Just([&[0xA1][..], &text("id"), &[0x41, 1]].concat()),
        Just([&[0x81, 0xA2][..], &text("id"), &[0x41, 1], &text("type"), &text("x")].concat()),
        Just([&[0x81, 0xA2][..], &text("alg"), &[0x26], &text("type"), &text("x")].concat()),
        vec(any::<u8>(), 1..12),
    ]
}

fn read_everything(answer: &[u8]) {
    let with_status = [&[0][..], answer].concat();
    _ = client::read_info(&with_status);
    _ = client::read_made(&with_status);
    _ = client::read_assertion(&with_status);
    _ = client::read_pin_retries(&with_status);
    _ = client::read_count(&with_status);
    _ = client::read_done(answer);
    _ = Info::read(answer).map(|info| {
        (
            info.versions.iter().count(),
            info.algorithms.first_of(&[Algorithm::Es256]),
            info.pin_protocol(),
            info.has_extension("credBlob"),
        )
    });
    _ = Made::read(answer);
    _ = Assertion::read(answer);
    _ = PinAnswer::read(answer);
    _ = ManagementAnswer::read(answer);
    _ = BioEnrollment::read(answer);
    _ = BioParameters::read(answer);
    _ = BioAnswer::read(answer).map(|told| told.templates.map(|all| all.iter().count()));
    _ = client::read_fingers(&with_status).map(|all| all.iter().count());
    _ = client::read_sensor_info(&with_status);
    _ = MakeOutputs::read(answer);
    _ = AssertOutputs::read(answer);
    _ = AuthData::read(answer).map(|data| data.attested.map(|attested| attested.key()));
    _ = cbor::check(answer);
}

#[test]
fn a_count_that_cannot_be_is_refused_at_once() {
    // Maps and arrays of 2^64-1 things, where each reader expects one.
    for head in [0xBB, 0x9B] {
        let hostile = [&[head][..], &[0xFF; 8]].concat();
        read_everything(&hostile);
        for key in 0..0x20 {
            let inner = if key < 24 { vec![0xA1, key] } else { vec![0xA1, 0x18, key] };
            read_everything(&[&inner[..], &hostile].concat());
        }
    }
}

#[test]
fn a_change_of_settings_is_known_by_its_whole_number() {
    let known = [
        ConfigCommand::EnableEnterpriseAttestation,
        ConfigCommand::ToggleAlwaysUv,
        ConfigCommand::SetMinPinLength,
        ConfigCommand::EnableLongTouchForReset,
    ];
    for command in known {
        assert_eq!(ConfigCommand::from_number(command as u64), Some(command));
        // A number is not cut to a byte: 0x0101 is not 0x01.
        assert_eq!(ConfigCommand::from_number(0x0100 + command as u64), None);
    }
    assert_eq!([0, 5, 0xFF, u64::MAX].map(ConfigCommand::from_number), [None; 4]);
}

#[test]
fn what_a_change_of_settings_is_signed_over_is_as_section_6_11_says() {
    let parameters = [0xA1, 0x01, 0x06];
    let request = Config { subcommand: 3, parameters: Some(&parameters), ..Config::default() };
    let mut head = [0; 34];
    let told = request.authenticated(&mut head).concat();
    assert_eq!(told, [&[0xFF; 32][..], &[0x0D, 3], &parameters].concat());
    // Without parameters nothing follows; a number that fits no byte is signed as no command has it.
    let request = Config { subcommand: 0x0103, ..Config::default() };
    assert_eq!(
        request.authenticated(&mut head).concat(),
        [&[0xFF; 32][..], &[0x0D, 0xFF]].concat()
    );
}

#[test]
fn a_change_of_settings_needs_its_command_and_passes_over_what_nobody_knows() {
    assert_eq!(Config::read(&[0xA0]), Err(Status::MissingParameter));
    assert_eq!(Config::read(&[0xA1, 0x01, 0xF5]), Err(Status::CborUnexpectedType));
    let read = Config::read(&[0xA2, 0x01, 0x02, 0x05, 0xF5]).unwrap();
    assert_eq!(read, Config { subcommand: 2, ..Config::default() });
    assert!(MinPinLength::read(&[0xA1, 0x05, 0xF5]).is_ok_and(|read| read.length.is_none()));
    assert_eq!(MinPinLength::read(&[0xA1, 0x04, 0x01]).err(), Some(Status::CborUnexpectedType));
}

#[test]
fn every_output_of_an_extension_is_read_and_others_are_passed_over() {
    let made = written(|writer| {
        writer.map(8).text("later").text("whatever").text("credBlob").boolean(true);
        writer.text("credProtect").unsigned(3).text("hmac-secret").boolean(true);
        writer.text("minPinLength").unsigned(6).text("hmac-secret-mc").bytes(&[7; 48]);
        writer.text("thirdPartyPayment").boolean(true).text("pinComplexityPolicy").boolean(false);
    });
    let outputs = MakeOutputs {
        cred_protect: Some(3),
        cred_blob: Some(true),
        hmac_secret: Some(true),
        hmac_secret_mc: Some(&[7; 48]),
        min_pin_length: Some(6),
        pin_complexity_policy: Some(false),
        third_party_payment: Some(true),
    };
    assert_eq!(MakeOutputs::read(&made), Ok(outputs));
    let asserted = written(|writer| {
        writer.map(4).text("later").text("whatever").text("credBlob").bytes(&[8; 32]);
        writer.text("hmac-secret").bytes(&[9; 48]).text("thirdPartyPayment").boolean(true);
    });
    let outputs = AssertOutputs {
        cred_blob: Some(&[8; 32]),
        hmac_secret: Some(&[9; 48]),
        third_party_payment: Some(true),
    };
    assert_eq!(AssertOutputs::read(&asserted), Ok(outputs));
    let wrong = written(|writer| _ = writer.map(1).text("credBlob").unsigned(1));
    assert_eq!(MakeOutputs::read(&wrong), Err(Status::CborUnexpectedType));
    assert_eq!(AssertOutputs::read(&wrong), Err(Status::CborUnexpectedType));
}
