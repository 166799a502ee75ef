// SPDX-License-Identifier: MIT OR Apache-2.0
//! The client and a key with a sensor (CTAP 2.3 section 6.7), talking to each other; and the client's
//! requests held to those of another one, in `tests/vectors/fingers`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use std::time::Duration;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::cbor::{Reader, Writer};
use kagifuda_ctap::client::{
    self, Agreement, ClientError, Dialect, Enrolment, Sample, Sensor, SensorInfo, SensorKind, Token,
};
use kagifuda_ctap::message::bio_enrollment::{
    BioAnswer, BioCommand, BioEnrollment, BioParameters, FINGERPRINT, SampleStatus, Template,
    Templates,
};
use kagifuda_ctap::message::{Command, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::sensor::{Finding, SensorKey};

const PIN: &str = "tsubaki";
const PATIENCE: Duration = Duration::from_secs(10);

/// The answer to what `write` writes.
#[track_caller]
fn ask(
    key: &mut SensorKey,
    write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
) -> Vec<u8> {
    let mut out = [0; 1024];
    let length = write(&mut out).unwrap();
    key.send(&out[..length]).expect("an answer")
}

#[track_caller]
fn agree(key: &mut SensorKey, protocol: PinProtocol) -> Agreement {
    let answer = ask(key, |out| client::key_agreement(protocol, out));
    Agreement::new(protocol, &answer, &mut key.key.rng).unwrap()
}

/// A key with a PIN, and a token that may enrol.
#[track_caller]
fn opened(protocol: PinProtocol) -> (SensorKey, Token) {
    let mut key = SensorKey::new();
    key.key.set_pin(PIN);
    let token = token(&mut key, protocol, Permissions::BIO);
    (key, token)
}

#[track_caller]
fn token(key: &mut SensorKey, protocol: PinProtocol, permissions: Permissions) -> Token {
    let agreement = agree(key, protocol);
    let mut out = [0; 1024];
    let wanted = (permissions, None);
    let length = agreement.token_by_pin(PIN, wanted, &mut key.key.rng, &mut out).unwrap();
    agreement.read_token(&key.send(&out[..length]).unwrap()).unwrap()
}

/// What becomes of each sample until the key has enough.
#[track_caller]
fn enrol(key: &mut SensorKey, token: &Token, dialect: Dialect) -> (Vec<u8>, Vec<Sample>) {
    let mut enrolment = Enrolment::new(dialect, token, PATIENCE);
    let (mut samples, mut out) = (Vec::new(), [0; 1024]);
    assert_eq!(enrolment.id(), None);
    while let Some(length) = enrolment.request(&mut out).unwrap() {
        samples.push(enrolment.take(&key.send(&out[..length]).unwrap()).unwrap());
    }
    (enrolment.id().unwrap().to_vec(), samples)
}

fn names(key: &mut SensorKey, token: &Token, dialect: Dialect) -> Vec<(Vec<u8>, Option<String>)> {
    let answer = ask(key, |out| client::fingers(dialect, token, out));
    let all = client::read_fingers(&answer).unwrap();
    all.iter().map(|it| (it.id.to_vec(), it.name.map(str::to_owned))).collect()
}

#[test]
fn a_finger_is_taught_named_and_removed_under_both_protocols() {
    for protocol in [PinProtocol::One, PinProtocol::Two] {
        let (mut key, token) = opened(protocol);
        let dialect = Dialect::Standard;
        assert_eq!(names(&mut key, &token, dialect), [], "a key that knows none says so");
        key.findings.extend([Finding::Sample(SampleStatus::TooFast), Finding::Unknown]);
        let (id, samples) = enrol(&mut key, &token, dialect);
        let good = |remaining| Sample { status: Some(SampleStatus::Good), remaining };
        let first = Sample { status: Some(SampleStatus::TooFast), remaining: 4 };
        let unknown = Sample { status: None, remaining: 4 };
        assert_eq!(samples, [first, unknown, good(3), good(2), good(1), good(0)]);
        assert_eq!(key.timeout_ms, Some(10_000));
        assert_eq!(names(&mut key, &token, dialect), [(id.clone(), None)]);

        let named = (id.as_slice(), "左の親指");
        let answer = ask(&mut key, |out| client::rename_finger(dialect, &token, named, out));
        client::read_done(&answer).unwrap();
        let named = vec![(id.clone(), Some("左の親指".to_owned()))];
        assert_eq!(names(&mut key, &token, dialect), named);
        let answer = ask(&mut key, |out| client::remove_finger(dialect, &token, &id, out));
        client::read_done(&answer).unwrap();
        assert_eq!(names(&mut key, &token, dialect), []);
        assert!(key.verified >= 9, "every step was authenticated: {}", key.verified);
    }
}

#[test]
fn a_key_of_the_draft_is_asked_under_its_own_byte() {
    let mut key = SensorKey::new();
    key.is_preview = true;
    key.key.set_pin(PIN);
    let answer = ask(&mut key, client::get_info);
    let info = client::read_info(&answer).unwrap();
    let sensor = Sensor::of(&info.options).unwrap();
    assert_eq!(sensor, Sensor { dialect: Dialect::Preview, has_fingers: false });
    assert!(!info.has_tokens_with_permissions());
    let agreement = agree(&mut key, PinProtocol::One);
    let mut out = [0; 1024];
    let length = agreement.legacy_token(PIN, &mut key.key.rng, &mut out).unwrap();
    let token = agreement.read_token(&key.send(&out[..length]).unwrap()).unwrap();
    let (id, _) = enrol(&mut key, &token, sensor.dialect);
    assert_eq!(names(&mut key, &token, sensor.dialect), [(id, None)]);
    let answer = ask(&mut key, client::get_info);
    let sensor = Sensor::of(&client::read_info(&answer).unwrap().options).unwrap();
    assert!(sensor.has_fingers);
}

#[test]
fn a_sensor_says_what_it_is_without_a_pin() {
    let mut key = SensorKey::new();
    let dialect = Dialect::Standard;
    let answer = ask(&mut key, |out| client::modality(dialect, out));
    assert_eq!(client::read_modality(&answer), Ok(FINGERPRINT));
    let info = |key: &mut SensorKey| {
        let answer = ask(key, |out| client::sensor_info(dialect, out));
        client::read_sensor_info(&answer).unwrap()
    };
    let told =
        SensorInfo { kind: Some(SensorKind::Touch), max_samples: Some(4), max_name_bytes: 20 };
    assert_eq!(info(&mut key), told);
    key.max_name_bytes = None;
    assert_eq!(info(&mut key).max_name_bytes, 64, "where it does not say");
    let swiped = client::read_sensor_info(&[0, 0xA1, 2, 2]).unwrap();
    assert_eq!((swiped.kind, swiped.max_samples), (Some(SensorKind::Swipe), None));
    assert_eq!(client::read_sensor_info(&[0, 0xA1, 2, 9]).unwrap().kind, None);
    assert_eq!(Sensor::of(&Default::default()), None, "a key that names neither option");
}

#[test]
fn an_enrolment_that_is_cancelled_leaves_nothing() {
    let (mut key, token) = opened(PinProtocol::Two);
    let mut enrolment = Enrolment::new(Dialect::Standard, &token, PATIENCE);
    let mut out = [0; 1024];
    let length = enrolment.request(&mut out).unwrap().unwrap();
    enrolment.take(&key.send(&out[..length]).unwrap()).unwrap();
    assert!(key.is_teaching());
    let answer = ask(&mut key, |out| client::cancel_enrolment(Dialect::Standard, out));
    client::read_done(&answer).unwrap();
    assert!(!key.is_teaching());
    let length = enrolment.request(&mut out).unwrap().unwrap();
    let refused = Err(ClientError::Key(Status::InvalidOption));
    assert_eq!(enrolment.take(&key.send(&out[..length]).unwrap()), refused);
    assert_eq!(names(&mut key, &token, Dialect::Standard), []);
}

#[test]
fn a_full_key_refuses_the_next_finger() {
    let (mut key, token) = opened(PinProtocol::Two);
    key.capacity = 1;
    enrol(&mut key, &token, Dialect::Standard);
    let mut enrolment = Enrolment::new(Dialect::Standard, &token, PATIENCE);
    let mut out = [0; 1024];
    let length = enrolment.request(&mut out).unwrap().unwrap();
    let refused = Err(ClientError::Key(Status::FpDatabaseFull));
    assert_eq!(enrolment.take(&key.send(&out[..length]).unwrap()), refused);
    assert_eq!(enrolment.id(), None);
}

#[test]
fn another_permission_another_parameter_and_another_modality_are_noticed() {
    let (mut key, token) = opened(PinProtocol::Two);
    let dialect = Dialect::Standard;
    let (id, _) = enrol(&mut key, &token, dialect);
    let invalid = Err(ClientError::Key(Status::PinAuthInvalid));
    // Every bit of a request is under its authentication, or it is not understood.
    let mut out = [0; 1024];
    let length = client::remove_finger(dialect, &token, &id, &mut out).unwrap();
    for bit in 8..8 * length {
        let mut bent = out[..length].to_vec();
        bent[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(key.send(&bent), Some(vec![0]), "bit {bit} of {bent:02x?}");
        assert_eq!(key.fingers.len(), 1);
    }
    let other = self::token(&mut key, PinProtocol::Two, Permissions::MANAGE);
    let answer = ask(&mut key, |out| client::fingers(dialect, &other, out));
    assert_eq!(client::read_fingers(&answer).map(|_| ()), invalid);
    // A step of another finger is none of this enrolment.
    let token = self::token(&mut key, PinProtocol::Two, Permissions::BIO);
    let answer = ask(&mut key, |out| client::remove_finger(dialect, &token, &[9], out));
    assert_eq!(client::read_done(&answer), Err(ClientError::Key(Status::InvalidOption)));
}

#[test]
fn an_answer_that_lacks_what_it_is_for_is_garbled() {
    let (_, token) = opened(PinProtocol::Two);
    let read = |answer: &BioAnswer<'_>| {
        let mut enrolment = Enrolment::new(Dialect::Standard, &token, PATIENCE);
        let body = support::parameters(|writer| answer.write(writer));
        enrolment.take(&[&[0][..], &body].concat())
    };
    let whole = BioAnswer {
        template_id: Some(&[1]),
        sample_status: Some(0),
        remaining: Some(2),
        ..BioAnswer::default()
    };
    assert!(read(&whole).is_ok());
    let long = [7; 65];
    for lacking in [
        BioAnswer { template_id: None, ..whole },
        BioAnswer { template_id: Some(&long), ..whole },
        BioAnswer { sample_status: None, ..whole },
        BioAnswer { remaining: None, ..whole },
    ] {
        assert_eq!(read(&lacking), Err(ClientError::Garbled), "{lacking:?}");
    }
    assert_eq!(client::read_fingers(&[0, 0xA0]), Err(ClientError::Garbled));
    assert_eq!(client::read_modality(&[0, 0xA0]), Err(ClientError::Garbled));
    assert_eq!(client::read_fingers(&[0, 0xA1, 7, 0x81, 0xA0]), Err(ClientError::Garbled));
    let refused = Err(ClientError::Key(Status::InvalidCommand));
    assert_eq!(client::read_sensor_info(&[1]), refused);
    let mut out = [0; 5];
    assert_eq!(
        client::modality(Dialect::Standard, &mut out[..0]),
        Err(ClientError::BufferTooSmall)
    );
    assert_eq!(
        client::modality(Dialect::Standard, &mut out[..3]),
        Err(ClientError::BufferTooSmall)
    );
    let refused = client::sensor_info(Dialect::Standard, &mut out);
    assert_eq!(refused, Err(ClientError::BufferTooSmall));
}

#[test]
fn numbers_have_the_names_of_section_6_7() {
    for (number, command) in [
        (1, BioCommand::EnrollBegin),
        (2, BioCommand::NextSample),
        (3, BioCommand::Cancel),
        (4, BioCommand::List),
        (5, BioCommand::Rename),
        (6, BioCommand::Remove),
        (7, BioCommand::SensorInfo),
    ] {
        assert_eq!(BioCommand::from_number(number), Some(command));
        // A number is not cut to a byte: 0x0101 is not 0x01.
        assert_eq!(BioCommand::from_number(0x0100 + number), None);
    }
    assert_eq!([0, 8, u64::MAX].map(BioCommand::from_number), [None; 3]);
    for (number, status) in (0..).zip(SampleStatus::ALL) {
        assert_eq!(SampleStatus::from_number(number), Some(*status));
    }
    assert_eq!([0x0F, 0x0100, u64::MAX].map(SampleStatus::from_number), [None; 3]);
}

#[test]
fn a_request_is_signed_over_modality_subcommand_and_parameters() {
    let parameters = [0xA1, 0x03, 0x0A];
    let request = BioEnrollment {
        modality: Some(1),
        subcommand: Some(2),
        parameters: Some(&parameters),
        ..BioEnrollment::default()
    };
    assert_eq!(request.authenticated(&mut [0; 2]).concat(), [&[1, 2][..], &parameters].concat());
    // What fits no byte, or is missing, is signed as no request has it.
    let request = BioEnrollment { subcommand: Some(0x0102), ..BioEnrollment::default() };
    assert_eq!(request.authenticated(&mut [0; 2]).concat(), [0xFF, 0xFF]);
}

#[test]
fn a_request_needs_something_to_do_and_passes_over_what_nobody_knows() {
    assert_eq!(BioEnrollment::read(&[0xA0]), Err(Status::MissingParameter));
    assert_eq!(BioEnrollment::read(&[0xA1, 1, 1]), Err(Status::MissingParameter));
    assert_eq!(BioEnrollment::read(&[0xA1, 2, 0xF5]), Err(Status::CborUnexpectedType));
    assert_eq!(BioEnrollment::read(&[0xA1, 6, 1]), Err(Status::CborUnexpectedType));
    let read = BioEnrollment::read(&[0xA2, 2, 7, 9, 0xF5]).unwrap();
    assert_eq!(read, BioEnrollment { subcommand: Some(7), ..BioEnrollment::default() });
    assert_eq!(BioParameters::read(&[0xA1, 9, 0xF5]), Ok(BioParameters::default()));
    assert_eq!(BioParameters::read(&[0xA1, 1, 0x61, b'x']), Err(Status::CborUnexpectedType));
    assert_eq!(BioAnswer::read(&[0xA1, 9, 0xF5]), Ok(BioAnswer::default()));
    // A finger's parts that nobody knows are passed over; one without an id is none.
    let list = [0x81, 0xA2, 1, 0x41, 7, 9, 0xF5];
    let fingers = Templates::read(&mut Reader::new(&list)).unwrap();
    assert_eq!(fingers.iter().collect::<Vec<_>>(), [Template { id: &[7], name: None }]);
    let nameless = Templates::read(&mut Reader::new(&[0x81, 0xA1, 2, 0x61, b'x']));
    assert_eq!(nameless, Err(Status::MissingParameter));
    assert_eq!(Templates::EMPTY.iter().count(), 0);
}

#[test]
fn the_engine_without_a_sensor_refuses_either_byte() {
    let mut key = support::Key::new();
    for byte in [Command::BioEnrollment as u8, 0x40] {
        key.send(&[byte, 0xA1, 6, 0xF5]).refused(Status::InvalidCommand);
    }
}

/// What the lines of the vectors say so far.
#[derive(Default)]
struct Said {
    token: Vec<u8>,
    finger: Vec<u8>,
    name: String,
    timeout: u64,
    dialect: Dialect,
    protocol: Option<PinProtocol>,
}

impl Said {
    fn token(&self) -> Token {
        Token::kept(self.protocol.unwrap(), &self.token).unwrap()
    }

    /// What our client sends; `None` where the line is no subcommand.
    fn written(&self, what: &str) -> Option<Vec<u8>> {
        let mut out = [0; 512];
        let (dialect, finger) = (self.dialect, self.finger.as_slice());
        let length = match what {
            "modality" => client::modality(dialect, &mut out),
            "sensor-info" => client::sensor_info(dialect, &mut out),
            "cancel" => client::cancel_enrolment(dialect, &mut out),
            "list" => client::fingers(dialect, &self.token(), &mut out),
            "rename" => {
                let named = (finger, self.name.as_str());
                client::rename_finger(dialect, &self.token(), named, &mut out)
            }
            "remove" => client::remove_finger(dialect, &self.token(), finger, &mut out),
            "begin" | "next" => {
                let (token, patience) = (self.token(), Duration::from_millis(self.timeout));
                let mut enrolment = Enrolment::new(dialect, &token, patience);
                if what == "next" {
                    let answer = BioAnswer {
                        template_id: Some(finger),
                        sample_status: Some(0),
                        remaining: Some(3),
                        ..BioAnswer::default()
                    };
                    let body = support::parameters(|writer| answer.write(writer));
                    enrolment.take(&[&[0][..], &body].concat()).unwrap();
                }
                enrolment.request(&mut out).map(Option::unwrap)
            }
            _ => return None,
        };
        Some(out[..length.unwrap()].to_vec())
    }

    fn hear(&mut self, field: &str, value: &str) {
        match field {
            "token" => self.token = bytes(value),
            "finger" => self.finger = bytes(value),
            "name" => value.clone_into(&mut self.name),
            "timeout" => self.timeout = value.parse().unwrap(),
            "dialect" if value == "draft" => self.dialect = Dialect::Preview,
            "dialect" => self.dialect = Dialect::Standard,
            "protocol" => {
                self.protocol = PinProtocol::from_number(value.parse().unwrap()).ok();
            }
            _ => panic!("no line is called {field}"),
        }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn another_client_sends_the_same_bytes() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/fingers/requests.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let (mut said, mut compared) = (Said::default(), 0);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (field, value) = line.split_once(": ").unwrap();
        match said.written(field) {
            None => said.hear(field, value),
            Some(written) => {
                assert_eq!(written, bytes(value), "{line}");
                // And the key's side reads them, and would write them so again.
                let read = BioEnrollment::read(&written[1..]).unwrap();
                assert_eq!(support::parameters(|writer| read.write(writer)), written[1..]);
                check_param(&said, &read);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 32);
}

/// What the other client signed is what section 6.7 says, by the key's side.
fn check_param(said: &Said, read: &BioEnrollment<'_>) {
    let PinUvAuth { param: Some(param), protocol: Some(_) } = read.auth else { return };
    let message = read.authenticated(&mut [0; 2]).concat();
    assert_eq!(&said.token().authenticate(&[&message])[..], param);
}

#[test]
fn a_list_of_fingers_is_written_as_it_is_read() {
    let all = [
        Template { id: &[0, 1], name: Some("右の人差し指") },
        Template { id: &[0, 2], name: None },
    ];
    let list = support::parameters(|writer: &mut Writer<'_>| Template::write_all(&all, writer));
    let read = Templates::read(&mut Reader::new(&list)).unwrap();
    assert_eq!(read.iter().collect::<Vec<_>>(), all);
    let answer = BioAnswer { templates: Some(read), modality: Some(1), ..BioAnswer::default() };
    let written = support::parameters(|writer| answer.write(writer));
    assert_eq!(BioAnswer::read(&written), Ok(answer));
}
