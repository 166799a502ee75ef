// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key over a store that fails at any write, or loses its power there: the input is a script
//! of requests, raw and well made, of touches, replugs and failing writes. A cut drops the engine; it comes
//! up anew from what the store kept, with the write there or not. Whatever comes: no passkey that was
//! acknowledged is lost but by what removes it, what is refused changes no passkey, PIN tries never
//! increase but by the right PIN or a reset, settings change by what changes them, and a wrong PIN never
//! opens anything. Where the key recognises its person by itself, nobody else is called verified: a stranger
//! costs a try, a reader that cannot read costs none, and tries come back by being recognised only.

use std::collections::BTreeMap;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Permissions, Profile, Question, Request,
};
use kagifuda_ctap::cbor;
use kagifuda_ctap::client::{self, Agreement, ArrayWriter, ClientError, Dialect, Token};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::{AuthData, Flags};
use kagifuda_ctap::message::config::MinPinLengthRequest;
use kagifuda_ctap::message::extension::{AssertInputs, MakeInputs};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;

use super::store::{Failing, MemoryStore};

/// The script's marks, and heads of raw requests.
pub(crate) const DICTIONARY: &[&str] = &[
    "f\u{1}",
    "f\u{2}",
    "f\u{4}",
    "f\u{8}",
    "f\u{9}",
    "z",
    "m\u{1}",
    "m\u{2}",
    "p\u{0}",
    "t\u{0}",
    "t\u{1}",
    "x",
    "q\u{1}\u{4}",
    "v\u{1}",
    "i\u{1}",
    "i\u{2}",
    "r",
    "m\u{0}@",
];

const SITES: [&str; 3] = ["inn.example", "bank.example", "ssh:"];
const PINS: [&str; 3] = ["2468", "135790", "kagifuda"];
/// What a reader may come to.
const FOUND: [Answer; 6] = [
    Answer::Given,
    Answer::Unrecognised,
    Answer::Unable,
    Answer::Refused,
    Answer::TimedOut,
    Answer::Cancelled,
];
/// How often recognising may fail.
const UV_TRIES: u8 = 5;
/// Longer scripts find nothing more.
const STEPS: usize = 48;

pub(crate) fn run(bytes: &[u8]) {
    let mut bench = Bench::new();
    let mut script = Script(bytes);
    for _ in 0..STEPS {
        let Some(mark) = script.next() else { break };
        bench.watched_step(mark, &mut script);
    }
    bench.prove_all();
}

/// What is left of the input; behind its end there are zeros.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self) -> u8 {
        self.next().unwrap_or(0)
    }

    fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        piece
    }
}

/// A passkey or a sealed credential that was acknowledged.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Kept {
    site: &'static str,
    user: u8,
    is_discoverable: bool,
}

struct Bench {
    engine: Authenticator<MemoryStore, SoftwareKeys>,
    rng: ChaCha20Rng,
    now: Duration,
    touch: Answer,
    /// What becomes of being recognised, where the key can.
    found: Answer,
    profile: Profile,
    /// How often somebody was to be recognised in this step.
    asked: u8,
    /// A write was made to fail, now or before.
    has_failed: bool,
    secret: [u8; 32],
    resets: u32,
    kept: BTreeMap<Vec<u8>, Kept>,
    pin: Option<&'static str>,
    /// The right PIN was shown, or a reset happened: tries may increase.
    may_have_more_tries: bool,
    /// The power went at the last request: what it asked for may have happened or not.
    was_cut: bool,
    /// The power went in this step.
    is_cut_step: bool,
}

/// The settings that a platform sees.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    has_pin: Option<bool>,
    always_uv: Option<bool>,
    long_touch: Option<bool>,
    min_pin_length: u64,
    must_change_pin: bool,
}

impl Bench {
    fn new() -> Self {
        let mut store = MemoryStore::default();
        store.capacity = 4;
        Self::over(store)
    }

    fn over(store: MemoryStore) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let secret = [0x5E; 32];
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&secret]);
        let engine = Authenticator::power_up(Profile::HOST, store, keys, Duration::ZERO, &mut rng)
            .expect("a fresh store powers up");
        Self {
            engine,
            rng,
            now: Duration::ZERO,
            touch: Answer::Given,
            found: Answer::Given,
            profile: Profile::HOST,
            asked: 0,
            has_failed: false,
            secret,
            resets: 0,
            kept: BTreeMap::new(),
            pin: None,
            may_have_more_tries: false,
            was_cut: false,
            is_cut_step: false,
        }
    }

    /// The power went and came back: all that is left is what the store kept.
    fn power_up(&mut self) {
        let store = std::mem::take(self.engine.store()).powered_up();
        let (keys, now) = (SoftwareKeys::locked(), self.now);
        self.engine = Authenticator::power_up(self.profile, store, keys, now, &mut self.rng)
            .expect("what a cut left behind powers up");
        self.engine.store().is_locked = true;
        (self.was_cut, self.is_cut_step) = (true, true);
        self.follow_reset();
    }

    /// The same store in a key that recognises its person, or in one that does not.
    fn become_one_that_recognises(&mut self, does: u8) {
        self.profile.has_built_in_uv = does & 1 != 0;
        let store = std::mem::take(self.engine.store()).powered_up();
        let (keys, now) = (SoftwareKeys::locked(), self.now);
        self.engine = Authenticator::power_up(self.profile, store, keys, now, &mut self.rng)
            .expect("a store that was left whole powers up");
        self.unlock();
    }

    fn seen(&mut self) -> Option<Seen> {
        let answer = self.send(|_, out| client::get_info(out));
        let info = client::read_info(&answer).ok()?;
        Some(Seen {
            has_pin: info.options.client_pin,
            always_uv: info.options.always_uv,
            long_touch: info.is_long_touch_for_reset,
            min_pin_length: info.min_pin_length,
            must_change_pin: info.must_change_pin,
        })
    }

    /// One step, and what must hold behind it.
    fn watched_step(&mut self, mark: u8, script: &mut Script<'_>) {
        let (before, recognitions) = (self.tries(), self.engine.verification_tries());
        let seen = self.seen();
        self.may_have_more_tries = false;
        self.is_cut_step = false;
        self.asked = 0;
        self.step(mark, script);
        self.check_recognition(recognitions, mark);
        // Raw requests may be any of those; another kind of key tells of other settings.
        let may_change_settings = matches!(mark, b'o' | b'p' | b'x' | b'q' | b'v');
        if self.is_cut_step && !may_change_settings {
            assert_eq!(self.seen(), seen, "a cut changed settings at {mark:?}");
        }
        if let (Some(before), Some(after)) = (before, self.tries()) {
            assert!(after <= before || self.may_have_more_tries, "tries grew: {before} to {after}");
        }
        let ids = self.ids();
        for (id, kept) in &self.kept {
            assert!(!kept.is_discoverable || ids.contains(id), "{kept:?} is lost after {mark:?}");
        }
    }

    /// What being recognised, or not, has cost and given back.
    fn check_recognition(&mut self, before: u8, mark: u8) {
        let after = self.engine.verification_tries();
        // A try that could not be kept is spent until the power goes, and counts again then.
        if self.may_have_more_tries || (self.has_failed && (self.is_cut_step || mark == b'v')) {
            return;
        }
        let expected = match self.found {
            Answer::Given if self.asked > 0 => UV_TRIES,
            Answer::Unrecognised => before - self.asked,
            _ => before,
        };
        assert_eq!(after, expected, "{} times {:?}, from {before} tries", self.asked, self.found);
    }

    /// Whether the person was recognised in this step.
    fn was_recognised(&self) -> bool {
        self.asked > 0 && self.found == Answer::Given
    }

    fn step(&mut self, mark: u8, script: &mut Script<'_>) {
        match mark {
            b'q' => {
                let request = script.piece();
                if request.first() == Some(&0x07) {
                    // A raw reset is one all the same.
                    self.reset(request);
                } else {
                    let ids = self.ids();
                    let answer = self.ask(Request::Cbor(request));
                    self.check_refusal(&answer, &ids);
                }
            }
            b'u' => {
                self.ask(Request::Msg(script.piece()));
            }
            b'm' => self.make(script.byte(), script.byte()),
            b'g' => self.sign_in(script.byte(), script.byte()),
            b'p' => self.set_pin(script.byte(), script.byte()),
            b't' => {
                self.token(script.byte(), Permissions::MANAGE);
            }
            b'd' => self.remove(script.byte(), script.byte()),
            b'b' => self.write_blob(script.byte(), script.piece()),
            b'o' => self.configure(script.byte(), script.byte()),
            b'x' => self.reset(&[0x07]),
            b'z' => self.engine.power_cycle(self.now, &mut self.rng),
            b'r' => self.token_by_recognition(),
            b'v' => self.become_one_that_recognises(script.byte()),
            b'i' => self.found = FOUND[usize::from(script.byte()) % FOUND.len()],
            b'w' => self.now += Duration::from_secs(u64::from(script.byte())),
            b'f' => {
                let byte = script.byte();
                self.has_failed = true;
                let store = self.engine.store();
                store.fails_at = Some(u32::from(byte % 4) + 1);
                store.failing = match byte / 4 % 3 {
                    0 => Failing::Refused,
                    1 => Failing::CutBefore,
                    _ => Failing::CutBehind,
                };
            }
            b'n' => self.touch = Answer::Refused,
            b'y' => self.touch = Answer::Given,
            b'l' => {
                self.engine.store().is_locked = true;
                self.engine.keys().lock();
            }
            b'k' => self.unlock(),
            _ => {}
        }
    }

    fn unlock(&mut self) {
        self.engine.store().is_locked = false;
        let secret = self.secret;
        self.engine.keys().unlock([&secret]);
    }

    /// The answer to a request, whatever is asked in between.
    fn ask(&mut self, request: Request<'_>) -> Vec<u8> {
        let mut consent = Consent::default();
        let mut out = vec![0xEE; 7609];
        self.was_cut = false;
        loop {
            let outcome = self.engine.process(request, &consent, self.now, &mut self.rng, &mut out);
            let ask = match outcome {
                Outcome::Ask(ask) => ask,
                Outcome::Reply(length) => {
                    out.truncate(length);
                    if matches!(request, Request::Cbor(_)) {
                        check_form(&out);
                    }
                    if self.engine.store().is_down {
                        assert!(is_refusal(request, &out), "acknowledged what power did not");
                        self.power_up();
                    }
                    return out;
                }
            };
            assert_eq!(consent.answer(ask.question), None, "asked twice");
            if ask.question == Question::Unlock {
                self.unlock();
            }
            let is_to_recognise = ask.question == Question::Verify;
            self.asked += u8::from(is_to_recognise);
            consent.set(ask.question, if is_to_recognise { self.found } else { self.touch });
        }
    }

    /// Sends what `write` writes.
    fn send(
        &mut self,
        write: impl FnOnce(&mut ChaCha20Rng, &mut [u8]) -> Result<usize, ClientError>,
    ) -> Vec<u8> {
        let mut request = vec![0; 7609];
        let length = write(&mut self.rng, &mut request).expect("the request fits");
        self.ask(Request::Cbor(&request[..length]))
    }

    fn ids(&mut self) -> Vec<Vec<u8>> {
        self.engine.store().passkeys.values().map(|passkey| passkey.id.0.to_vec()).collect()
    }

    /// Who refuses leaves every passkey where it was.
    fn check_refusal(&mut self, answer: &[u8], before: &[Vec<u8>]) {
        if !self.was_cut && answer.first() != Some(&0) {
            assert_eq!(self.ids(), before, "a refusal changed passkeys");
        }
    }

    fn tries(&mut self) -> Option<u64> {
        let answer = self.send(|_, out| client::pin_retries(out));
        client::read_pin_retries(&answer).ok().map(|retries| retries.left)
    }

    fn make(&mut self, what: u8, flags: u8) {
        let (site, user) = (SITES[usize::from(what) % 3], what / 3 % 4);
        let is_discoverable = flags & 1 != 0;
        let extensions = MakeInputs {
            hmac_secret: (flags & 2 != 0).then_some(true),
            large_blob_key: (is_discoverable && flags & 4 != 0).then_some(true),
            cred_protect: (flags & 8 != 0).then_some(2),
            ..MakeInputs::default()
        };
        let token =
            if flags & 16 != 0 { self.token(0xFF, Permissions::MAKE_CREDENTIAL) } else { None };
        let param = token.as_ref().map(|token| token.authenticate(&[&[3; 32]]));
        let user_id = [user];
        let request = MakeCredentialRequest {
            client_data_hash: [3; 32],
            rp_id: site,
            user_id: &user_id,
            algorithms: if flags & 32 != 0 { &[-8] } else { &[-7] },
            options: Options {
                rk: Some(is_discoverable),
                uv: (flags & 64 != 0).then_some(true),
                ..Options::default()
            },
            extensions,
            auth: match (&token, &param) {
                (Some(token), Some(param)) => token.auth(param),
                _ => Default::default(),
            },
            ..MakeCredentialRequest::default()
        };
        let ids = self.ids();
        let answer = self.send(|_, out| client::make_credential(&request, out));
        self.check_refusal(&answer, &ids);
        let takes_the_place =
            |kept: &Kept| kept.is_discoverable && kept.site == site && kept.user == user;
        if self.was_cut && is_discoverable {
            // The new one may be there, and then in the place of the old one; no other is touched.
            let now = self.ids();
            let gone = |id: &Vec<u8>, kept: &Kept| takes_the_place(kept) && !now.contains(id);
            let takes_one = self.kept.iter().any(|(id, kept)| gone(id, kept));
            let is_new = now.iter().any(|id| !ids.contains(id));
            assert!(is_new || !takes_one, "an old passkey went and no new one came");
            self.kept.retain(|id, kept| !gone(id, kept));
        }
        let Ok(made) = client::read_made(&answer) else { return };
        let data = AuthData::read(made.auth_data).expect("authenticator data");
        let is_verified = data.flags.has(Flags::USER_VERIFIED);
        assert!(!is_verified || token.is_some() || self.was_recognised(), "nobody was verified");
        let id = data.attested.expect("a credential").id.to_vec();
        if is_discoverable {
            self.kept.retain(|_, kept| !takes_the_place(kept));
        }
        self.kept.insert(id, Kept { site, user, is_discoverable });
    }

    fn sign_in(&mut self, what: u8, flags: u8) {
        let request = GetAssertionRequest {
            rp_id: SITES[usize::from(what) % 3],
            client_data_hash: [3; 32],
            extensions: AssertInputs {
                large_blob_key: (flags & 1 != 0).then_some(true),
                ..AssertInputs::default()
            },
            options: Options {
                up: (flags & 2 != 0).then_some(false),
                uv: (flags & 4 != 0).then_some(true),
                ..Options::default()
            },
            ..GetAssertionRequest::default()
        };
        let answer = self.send(|_, out| client::get_assertion(&request, out));
        if let Ok(assertion) = client::read_assertion(&answer) {
            let data = AuthData::read(assertion.auth_data).expect("authenticator data");
            let is_verified = data.flags.has(Flags::USER_VERIFIED);
            assert!(!is_verified || self.was_recognised(), "nobody was verified");
        }
        let count = client::read_assertion(&answer).ok().and_then(|assertion| assertion.count);
        for _ in 1..count.unwrap_or(1).min(8) {
            self.send(|_, out| client::get_next_assertion(out));
        }
    }

    fn agree(&mut self, protocol: PinProtocol) -> Option<Agreement> {
        let answer = self.send(|_, out| client::key_agreement(protocol, out));
        Agreement::new(protocol, &answer, &mut self.rng).ok()
    }

    fn set_pin(&mut self, old: u8, new: u8) {
        let Some(agreement) = self.agree(PinProtocol::Two) else { return };
        let (old, new) = (PINS[usize::from(old) % 3], PINS[usize::from(new) % 3]);
        let had = self.pin;
        let answer = match had {
            None => self.send(|rng, out| agreement.set_pin(new, rng, out)),
            Some(_) => self.send(|rng, out| agreement.change_pin((old, new), rng, out)),
        };
        self.may_have_more_tries = had.is_none() || had == Some(old);
        match client::read_done(&answer) {
            Ok(()) => {
                assert!(had.is_none_or(|had| had == old), "a wrong PIN was changed");
                self.pin = Some(new);
            }
            Err(_) if self.was_cut => {
                if had != Some(new) && self.knows_pin(new) {
                    assert!(had.is_none_or(|had| had == old), "a wrong PIN was changed");
                    self.pin = Some(new);
                }
            }
            Err(error) => self.check_right_pin(error, had == Some(old)),
        }
    }

    /// Whether a PIN is the one that the records know, found out on a copy of them.
    fn knows_pin(&mut self, pin: &'static str) -> bool {
        let records = self.engine.store().records.clone();
        let mut store = MemoryStore::default();
        store.records = records;
        let mut copy = Self::over(store);
        let Some(agreement) = copy.agree(PinProtocol::Two) else { return false };
        let wanted = (Permissions::MANAGE, None);
        let answer = copy.send(|rng, out| agreement.token_by_pin(pin, wanted, rng, out));
        match agreement.read_token(&answer) {
            Ok(_) => true,
            Err(error) => error == ClientError::Key(Status::PinPolicyViolation),
        }
    }

    /// A token by the PIN of a number, or by the right one.
    fn token(&mut self, which: u8, permissions: Permissions) -> Option<Token> {
        let protocol = if which & 4 == 0 { PinProtocol::Two } else { PinProtocol::One };
        let agreement = self.agree(protocol)?;
        let pin = if which == 0xFF { self.pin? } else { PINS[usize::from(which) % 3] };
        let site = permissions.has(Permissions::MAKE_CREDENTIAL).then_some(SITES[0]);
        let answer =
            self.send(|rng, out| agreement.token_by_pin(pin, (permissions, site), rng, out));
        let is_right = self.pin == Some(pin);
        self.may_have_more_tries |= is_right;
        match agreement.read_token(&answer) {
            Ok(token) => {
                assert!(is_right, "a wrong PIN opened the key");
                Some(token)
            }
            Err(error) => {
                self.check_right_pin(error, is_right);
                None
            }
        }
    }

    /// A token by what is built in, where that is there.
    fn token_by_recognition(&mut self) {
        let Some(agreement) = self.agree(PinProtocol::Two) else { return };
        let answer =
            self.send(|_, out| agreement.token_by_recognition(Permissions::MANAGE, None, out));
        if agreement.read_token(&answer).is_ok() {
            assert!(self.was_recognised(), "a token, and nobody was recognised");
        }
    }

    /// The right PIN may be refused, but never called wrong.
    fn check_right_pin(&self, error: ClientError, is_right: bool) {
        assert!(
            !is_right || error != ClientError::Key(Status::PinInvalid),
            "the right PIN is wrong"
        );
    }

    fn remove(&mut self, which: u8, pin: u8) {
        let Some(token) = self.token(pin, Permissions::MANAGE) else { return };
        let ids = self.ids();
        let Some(id) = ids.get(usize::from(which) % ids.len().max(1)) else { return };
        let answer = self.send(|_, out| client::remove(Dialect::Standard, &token, id, out));
        self.check_refusal(&answer, &ids);
        let is_gone_by_the_cut = self.was_cut && !self.ids().contains(id);
        if client::read_done(&answer).is_ok() || is_gone_by_the_cut {
            self.kept.remove(id);
        }
    }

    fn write_blob(&mut self, pin: u8, bytes: &[u8]) {
        let token = self.token(pin, Permissions::LARGE_BLOB);
        let before = self.engine.store().large_blob.clone();
        let mut writer = ArrayWriter::new(7609, bytes, token.as_ref());
        let mut request = vec![0; 7609];
        while let Ok(Some(length)) = writer.request(&mut request) {
            let answer = self.ask(Request::Cbor(&request[..length]));
            if writer.take(&answer).is_err() {
                let was_cut = self.was_cut;
                let after = &self.engine.store().large_blob;
                let landed = was_cut && after.as_ref().is_some_and(|it| it.starts_with(bytes));
                assert!(landed || *after == before, "a write that was refused changed the array");
                return;
            }
        }
    }

    fn configure(&mut self, which: u8, pin: u8) {
        let token = self.token(pin, Permissions::CONFIG);
        let token = token.as_ref();
        self.send(|_, out| match which % 3 {
            0 => client::toggle_always_uv(token, out),
            1 => client::enable_long_touch_for_reset(token, out),
            _ => {
                let length = Some(which / 3 % 8);
                let rules = MinPinLengthRequest { length, ..MinPinLengthRequest::default() };
                client::set_min_pin_length(&rules, token, out)
            }
        });
    }

    /// A reset; a store that did it forgets the secret that seals, which the bench does for it.
    fn reset(&mut self, request: &[u8]) {
        let (before, resets) = (self.ids(), self.resets);
        let answer = self.ask(Request::Cbor(request));
        self.follow_reset();
        if client::read_done(&answer).is_ok() {
            assert_eq!(self.resets, resets + 1, "a reset that was none");
        } else if self.resets == resets {
            assert_eq!(self.ids(), before, "a refused reset removed passkeys");
        }
    }

    fn follow_reset(&mut self) {
        let resets = self.engine.store().resets;
        if resets == self.resets {
            return;
        }
        self.resets = resets;
        self.secret[0] ^= (resets as u8).wrapping_mul(29) ^ 1;
        self.unlock();
        (self.kept, self.pin) = (BTreeMap::new(), None);
        self.may_have_more_tries = true;
    }

    /// Everything that was acknowledged still signs, after the plug was pulled.
    fn prove_all(&mut self) {
        self.engine.store().fails_at = None;
        self.unlock();
        self.engine.power_cycle(self.now, &mut self.rng);
        for (id, kept) in self.kept.clone() {
            let request = GetAssertionRequest {
                rp_id: kept.site,
                client_data_hash: [3; 32],
                allow: &[&id],
                options: Options { up: Some(false), ..Options::default() },
                ..GetAssertionRequest::default()
            };
            let answer = self.send(|_, out| client::get_assertion(&request, out));
            assert!(
                client::read_assertion(&answer).is_ok(),
                "{kept:?} does not sign: {answer:02x?}"
            );
        }
    }
}

/// Whether an answer says no, in CTAP2 or in U2F.
fn is_refusal(request: Request<'_>, answer: &[u8]) -> bool {
    match request {
        Request::Cbor(_) => answer.first() != Some(&0),
        Request::Msg(_) => !answer.ends_with(&[0x90, 0x00]),
    }
}

/// An answer is a status that has a name, and canonical CBOR behind a success only.
fn check_form(answer: &[u8]) {
    let (&status, body) = answer.split_first().expect("an answer begins with a status");
    let status = Status::from_byte(status).expect("a status that has a name");
    assert!(
        body.is_empty() || (status == Status::Ok && cbor::check(body).is_ok()),
        "{answer:02x?}"
    );
}
