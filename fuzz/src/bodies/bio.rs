// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is said of fingers, by either end: whatever is read is written as bytes that read the same, and an
//! enrolment, whatever a key answers, goes on asking for one and the same finger or stops.

use std::time::Duration;

use kagifuda_ctap::cbor::Writer;
use kagifuda_ctap::client::{self, Dialect, Enrolment, Token};
use kagifuda_ctap::message::bio_enrollment::{BioAnswer, BioEnrollment, BioParameters};
use kagifuda_ctap::pin_protocol::PinProtocol;

/// Heads of maps, and keys with the values they have.
pub(crate) const DICTIONARY: &[&str] = &[
    "\u{1}\u{1}",
    "\u{2}\u{7}",
    "\u{4}B\u{0}\u{1}",
    "\u{5}\u{0}",
    "\u{6}\u{0}",
    "\u{6}\u{3}",
    "A\u{1}",
    "ethumb",
];

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(request) = BioEnrollment::read(bytes) {
        let again = written(bytes, |writer| request.write(writer));
        assert_eq!(BioEnrollment::read(&again), Ok(request), "a request changed on its way");
        let _ = request.parameters.map(BioParameters::read);
    }
    if let Ok(parameters) = BioParameters::read(bytes) {
        let again = written(bytes, |writer| parameters.write(writer));
        assert_eq!(BioParameters::read(&again), Ok(parameters), "parameters changed on their way");
    }
    if let Ok(answer) = BioAnswer::read(bytes) {
        let again = written(bytes, |writer| answer.write(writer));
        assert_eq!(BioAnswer::read(&again), Ok(answer), "an answer changed on its way");
        let _ = answer.templates.map(|all| all.iter().count());
    }
    let _ = client::read_sensor_info(bytes);
    let _ = client::read_modality(bytes);
    let _ = client::read_fingers(bytes).map(|all| all.iter().count());
    enrol(bytes);
}

fn written(bytes: &[u8], write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut out = vec![0; bytes.len() + 128];
    let mut writer = Writer::new(&mut out);
    write(&mut writer);
    let length = writer.finish().expect("what was read has room");
    out.truncate(length);
    out
}

/// The input as the answers of a key, one after another, each with its length before it.
fn enrol(mut bytes: &[u8]) {
    let token = Token::kept(PinProtocol::Two, &[7; 32]).expect("a token of 32 bytes");
    let mut enrolment = Enrolment::new(Dialect::Standard, &token, Duration::from_secs(10));
    let (mut out, mut known) = ([0; 512], None);
    while let Some((&length, rest)) = bytes.split_first() {
        let (answer, rest) = rest.split_at(usize::from(length).min(rest.len()));
        bytes = rest;
        let request = enrolment.request(&mut out).expect("a request fits");
        assert!(request.is_some() || enrolment.id().is_some(), "ended before it began");
        if request.is_none() {
            return;
        }
        let _ = enrolment.take(answer);
        let id = enrolment.id().map(<[u8]>::to_vec);
        assert!(known.is_none() || known == id, "the finger became another");
        known = id;
    }
}
