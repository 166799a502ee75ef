// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the security key's engine costs beside the signature it cannot do without: the same crate's, with
//! the same scalar loaded anew. The store is in memory and the person agrees beforehand, so that only
//! the engine is measured.

use std::hint::black_box;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Profile, Question, Request,
};
use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::AuthData;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;

use ed25519_dalek::Signer as _;

use crate::scale::{Report, median_of};
use crate::store::MemoryStore;

/// Runs of each.
const RUNS: usize = 1001;
const SITE: &str = "inn.example";
/// The algorithms' numbers in COSE.
const ES256: i64 = -7;
const EDDSA: i64 = -8;
/// As long as what an assertion signs: authenticator data and a hash.
const MESSAGE: [u8; 37 + 32] = [0xA5; 37 + 32];

/// Measures registering and signing in.
pub(crate) fn measure(report: &mut Report) {
    let mut bench = Bench::new();
    let es256 = bench.ceremony(ES256);
    let (bare_make, bare_sign) = bare_es256();
    report.note("ES256: loading a scalar and signing", micros(bare_sign), "us");
    report.note("ES256: making a key and signing", micros(bare_make), "us");
    report.bound(
        "getAssertion against loading and signing, ES256",
        ratio(es256.sign, bare_sign),
        1.3,
        "x",
    );
    report.bound(
        "makeCredential against making a key and signing, ES256",
        ratio(es256.make, bare_make),
        1.3,
        "x",
    );
    let eddsa = bench.ceremony(EDDSA);
    let bare_sign = bare_eddsa();
    report.note("EdDSA: loading a seed and signing", micros(bare_sign), "us");
    let more = micros(eddsa.sign.saturating_sub(bare_sign));
    report.bound("getAssertion beyond loading and signing, EdDSA", more, 40.0, "us");
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn ratio(time: Duration, against: Duration) -> f64 {
    time.as_secs_f64() / against.as_secs_f64()
}

/// Making a key and signing with it, and loading a key and signing.
fn bare_es256() -> (Duration, Duration) {
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    let mut scalar = [0; 32];
    let sign = |scalar: &[u8]| -> p256::ecdsa::Signature {
        p256::ecdsa::SigningKey::from_slice(scalar).expect("a scalar").sign(&MESSAGE)
    };
    let make = median_of(RUNS, || {
        rng.fill_bytes(&mut scalar);
        black_box(p256::SecretKey::from_slice(&scalar).expect("a scalar").public_key());
        black_box(sign(&scalar));
    });
    let load = median_of(RUNS, || {
        black_box(sign(black_box(&scalar)));
    });
    (make, load)
}

/// Loading a key and signing.
fn bare_eddsa() -> Duration {
    median_of(RUNS, || {
        let key = ed25519_dalek::SigningKey::from_bytes(black_box(&[9; 32]));
        black_box(key.sign(&MESSAGE));
    })
}

/// What one algorithm's ceremonies take in the engine.
struct Times {
    make: Duration,
    sign: Duration,
}

struct Bench {
    engine: Authenticator<MemoryStore, SoftwareKeys>,
    rng: ChaCha20Rng,
    out: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&[0x5E; 32]]);
        let store = MemoryStore::default();
        let engine = Authenticator::power_up(Profile::HOST, store, keys, Duration::ZERO, &mut rng)
            .expect("a fresh store powers up");
        Self { engine, rng, out: vec![0; 7609] }
    }

    /// Sends a request with a touch beforehand; how long the answer is.
    fn send(&mut self, request: &[u8]) -> usize {
        let mut consent = Consent::default();
        consent.set(Question::Touch, Answer::Given);
        let request = Request::Cbor(request);
        let outcome =
            self.engine.process(request, &consent, Duration::ZERO, &mut self.rng, &mut self.out);
        match outcome {
            Outcome::Reply(length) if self.out[0] == 0 => length,
            _ => panic!("the engine refuses: {:02x}", self.out[0]),
        }
    }

    fn ceremony(&mut self, algorithm: i64) -> Times {
        let algorithms = [algorithm];
        let registration = MakeCredentialRequest {
            client_data_hash: [3; 32],
            rp_id: SITE,
            user_id: b"hana",
            algorithms: &algorithms,
            options: Options { rk: Some(true), ..Options::default() },
            ..MakeCredentialRequest::default()
        };
        let registration = written(|out| client::make_credential(&registration, out));
        let make = median_of(RUNS, || {
            self.send(&registration);
        });
        let length = self.send(&registration);
        let made = client::read_made(&self.out[..length]).expect("a registration");
        let data = AuthData::read(made.auth_data).expect("authenticator data");
        let id = data.attested.expect("a credential").id.to_vec();
        let sign_in = GetAssertionRequest {
            rp_id: SITE,
            client_data_hash: [3; 32],
            allow: &[&id],
            ..GetAssertionRequest::default()
        };
        let sign_in = written(|out| client::get_assertion(&sign_in, out));
        let sign = median_of(RUNS, || {
            self.send(&sign_in);
        });
        Times { make, sign }
    }
}

fn written(write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) -> Vec<u8> {
    let mut request = vec![0; 1024];
    let length = write(&mut request).expect("the request fits");
    request.truncate(length);
    request
}
