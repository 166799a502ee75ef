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
use kagifuda_ctap::keys::SoftwareKeys;

use ecdsa::hazmat::sign_prehashed_rfc6979;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

use crate::ceremony::{self, EDDSA, ES256};
use crate::players;
use crate::scale::{Report, median_of, micros, ratio};
use crate::store::MemoryStore;

/// Runs of each.
const RUNS: usize = 1001;
const SITE: &str = "inn.example";
/// As long as what an assertion signs: authenticator data and a hash.
const MESSAGE: [u8; 37 + 32] = [0xA5; 37 + 32];

/// Measures registering and signing in.
pub(crate) fn measure(report: &mut Report) {
    let mut bench = Bench::new();
    let es256 = bench.ceremony(ES256);
    let (bare_make, bare_sign) = bare_es256();
    report.note("ES256: loading a scalar and signing", micros(bare_sign), "us");
    report.note("ES256: making a key and signing", micros(bare_make), "us");
    report.note("makeCredential, ES256", micros(es256.make), "us");
    report.note("getAssertion, ES256", micros(es256.sign), "us");
    players::measure(SITE, RUNS, report);
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

/// Making a key and signing with it, and loading a key and signing.
fn bare_es256() -> (Duration, Duration) {
    let mut bare = BareEs256::new();
    (median_of(RUNS, || bare.make()), median_of(RUNS, || bare.sign()))
}

/// What a ceremony cannot do without, with ES256.
pub(crate) struct BareEs256 {
    rng: ChaCha20Rng,
    scalar: [u8; 32],
}

impl BareEs256 {
    pub(crate) fn new() -> Self {
        Self { rng: ChaCha20Rng::from_seed([8; 32]), scalar: [1; 32] }
    }

    /// Makes a key and signs with it.
    pub(crate) fn make(&mut self) {
        self.rng.fill_bytes(&mut self.scalar);
        black_box(p256::SecretKey::from_slice(&self.scalar).expect("a scalar").public_key());
        self.sign();
    }

    /// Loads the key and signs, without computing the public key that a `SigningKey` holds.
    pub(crate) fn sign(&self) {
        let key = p256::SecretKey::from_slice(black_box(&self.scalar)).expect("a scalar");
        let (scalar, digest) = (key.to_nonzero_scalar(), Sha256::digest(MESSAGE));
        black_box(sign_prehashed_rfc6979::<p256::NistP256, Sha256>(&scalar, &digest, &[]));
    }
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
        let registration = ceremony::registration(algorithm, SITE, b"hana");
        let make = median_of(RUNS, || {
            self.send(&registration);
        });
        let length = self.send(&registration);
        let sign_in = ceremony::sign_in(SITE, Some(&ceremony::id_of(&self.out[..length])));
        let sign = median_of(RUNS, || {
            self.send(&sign_in);
        });
        Times { make, sign }
    }
}
