// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attestations that are enrolled (CTAP 2.3 section 7.1, WebAuthn section 8.2).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use core::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::Request;
use kagifuda_ctap::authenticator::{Answer, Authenticator, Consent, Outcome, Profile, Question};
use kagifuda_ctap::cbor::Reader;
use kagifuda_ctap::keys::{AttestationKind, SoftwareKeys};
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::config::{Config, ConfigCommand};
use kagifuda_ctap::message::make_credential::{Made, MakeCredentialRequest};
use kagifuda_ctap::status::Status;
use p256::ecdsa::signature::Verifier as _;
use support::enrolled::Enrolled;
use support::{HASH, MemoryStore, message, registration};

const CHAIN: [&[u8]; 2] = [b"the key's own", b"who signed that"];
const SECRET: [u8; 32] = [0x42; 32];
const ENTERPRISE: Profile = Profile {
    has_enterprise_attestation: true,
    enterprise_rp_ids: &["work.example"],
    ..Profile::HOST
};

struct Bench(Authenticator<MemoryStore, Enrolled>, ChaCha20Rng);

impl Bench {
    fn with(kinds: &'static [AttestationKind]) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&[0x5E; 32]]);
        let attests = p256::ecdsa::SigningKey::from_slice(&SECRET).unwrap();
        let keys = Enrolled { keys, attests, chain: CHAIN.to_vec(), kinds };
        let store = MemoryStore::default();
        let engine =
            Authenticator::power_up(ENTERPRISE, store, keys, Duration::ZERO, &mut rng).unwrap();
        Self(engine, rng)
    }

    fn send(&mut self, request: &[u8]) -> Vec<u8> {
        let consent = Consent::default().with(Question::Touch, Answer::Given);
        let mut out = vec![0; 4096];
        let request = Request::Cbor(request);
        let outcome = self.0.process(request, &consent, Duration::ZERO, &mut self.1, &mut out);
        let Outcome::Reply(length) = outcome else { panic!("asked again") };
        out.truncate(length);
        out
    }

    fn enable(&mut self) {
        let subcommand = ConfigCommand::EnableEnterpriseAttestation as u64;
        let config = Config { subcommand, ..Config::default() };
        let answer = self.send(&message(Command::Config, |writer| config.write(writer)));
        assert_eq!(answer, [Status::Ok as u8]);
    }

    fn make(&mut self, rp_id: &str, wanted: Option<u64>) -> Vec<u8> {
        let request =
            MakeCredentialRequest { enterprise_attestation: wanted, ..registration(rp_id, b"aki") };
        self.send(&message(Command::MakeCredential, |writer| request.write(writer)))
    }

    /// Whether the answer has the enrolled chain and a signature of the enrolled key.
    fn is_attested(answer: &[u8]) -> bool {
        let made = Made::read(&answer[1..]).unwrap();
        assert_eq!(made.format, "packed");
        let (mut chain, mut signature) = (Vec::new(), None);
        Reader::new(made.statement)
            .each_text(|name, value| {
                match name {
                    "sig" => signature = Some(value.bytes()?),
                    "x5c" => {
                        for _ in 0..value.array()? {
                            chain.push(value.bytes()?);
                        }
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })
            .unwrap();
        if chain.is_empty() {
            return false;
        }
        assert_eq!(chain, CHAIN);
        let signature = p256::ecdsa::Signature::from_der(signature.unwrap()).unwrap();
        let public =
            p256::ecdsa::VerifyingKey::from(&p256::ecdsa::SigningKey::from_slice(&SECRET).unwrap());
        public.verify(&[made.auth_data, &HASH].concat(), &signature).unwrap();
        true
    }
}

fn is_enterprise(answer: &[u8]) -> bool {
    let mut is_so = false;
    Reader::new(&answer[1..])
        .each_number(|number, value| {
            if number == 4 {
                is_so = value.boolean()?;
            }
            Ok(number == 4)
        })
        .unwrap();
    is_so
}

#[test]
fn an_enrolled_batch_attests_in_place_of_the_new_key() {
    let mut bench = Bench::with(&[AttestationKind::Basic]);
    let answer = bench.make("example.com", None);
    assert!(Bench::is_attested(&answer) && !is_enterprise(&answer));
}

#[test]
fn an_enterprise_s_attestation_is_given_once_enabled_and_to_whom_it_is_for() {
    let mut bench = Bench::with(&[AttestationKind::Enterprise]);
    let refused = [Status::InvalidParameter as u8];
    assert_eq!(bench.make("work.example", Some(1)), refused, "not enabled yet");
    bench.enable();
    for (rp_id, wanted, is_given) in [
        ("work.example", None, false),
        ("work.example", Some(1), true),
        ("example.com", Some(1), false),
        ("example.com", Some(2), true),
    ] {
        let answer = bench.make(rp_id, wanted);
        assert_eq!(answer[0], Status::Ok as u8);
        assert_eq!((Bench::is_attested(&answer), is_enterprise(&answer)), (is_given, is_given));
    }
    assert_eq!(bench.make("work.example", Some(3)), [Status::InvalidOption as u8]);
}
