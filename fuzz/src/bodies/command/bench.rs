// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key with passkeys, its person, and a platform that has real tokens.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::{
    Answer, Authenticator, Consent, Outcome, Permissions, Profile, Question, Request,
};
use kagifuda_ctap::cbor::{self, Writer};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::message::auth_data::{AuthData, Flags};
use kagifuda_ctap::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use kagifuda_ctap::message::config::{Config, ConfigCommand};
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::message::make_credential::{Made, MakeCredentialRequest};
use kagifuda_ctap::message::{Command, Options};
use kagifuda_ctap::pin_protocol::{self, AgreementKey, KeyPair, PinProtocol, SharedSecret};
use kagifuda_ctap::status::Status;
use kagifuda_ctap::store::{Passkey, Record, Store as _};
use sha2::{Digest as _, Sha256};

use super::super::store::{MemoryStore, copy};
use super::grammar::{Script, encoded};

/// The hash of every request's client data.
pub(crate) const HASH: [u8; 32] = [0xC1; 32];
/// The site that most is about, and those that have passkeys.
pub(crate) const SITE: &str = SITES[0];
pub(crate) const SITES: [&str; 3] = ["inn.example", "bank.example", "ssh:"];
/// The PIN of a key that has one.
pub(crate) const PIN: &str = "tsubaki";

const SECRET: [u8; 32] = [0x5E; 32];

/// What the input's first byte says of the key, in bits.
const HAS_PIN: u8 = 1;
const IS_RECOGNISING: u8 = 2;
const IS_ALWAYS_UV: u8 = 4;
const IS_LOCKED: u8 = 8;

/// A key that was set up once, and what it kept.
struct Template {
    records: BTreeMap<u8, Vec<u8>>,
    passkeys: Vec<Passkey>,
    large_blob: Option<Vec<u8>>,
    /// A credential of [`SITE`] that is sealed into its id.
    sealed: Vec<u8>,
}

/// The templates, by the bits for a PIN and for alwaysUv.
fn template(state: u8) -> &'static Template {
    static TEMPLATES: OnceLock<[Template; 4]> = OnceLock::new();
    let all = TEMPLATES.get_or_init(|| {
        [(false, false), (true, false), (false, true), (true, true)]
            .map(|(has_pin, is_always_uv)| Template::new(has_pin, is_always_uv))
    });
    &all[usize::from(state & HAS_PIN != 0) + 2 * usize::from(state & IS_ALWAYS_UV != 0)]
}

impl Template {
    fn new(has_pin: bool, is_always_uv: bool) -> Self {
        let mut bench = Bench::over(MemoryStore::default(), Profile::HOST);
        let mut sealed = Vec::new();
        for (site, user, rk, cred_protect) in [
            (SITES[0], b"aki", true, None),
            (SITES[0], b"ume", true, Some(2)),
            (SITES[0], b"kei", true, Some(3)),
            (SITES[1], b"aki", true, None),
            (SITES[0], b"non", false, None),
        ] {
            let request = MakeCredentialRequest {
                client_data_hash: HASH,
                rp_id: site,
                user_id: user,
                algorithms: &[-7],
                options: Options { rk: Some(rk), ..Options::default() },
                extensions: MakeInputs {
                    cred_protect,
                    cred_blob: rk.then_some(b"blob"),
                    large_blob_key: rk.then_some(true),
                    ..MakeInputs::default()
                },
                ..MakeCredentialRequest::default()
            };
            let answer = bench.command(Command::MakeCredential, |writer| request.write(writer));
            let made = Made::read(&answer[1..]).expect("a credential");
            let data = AuthData::read(made.auth_data).expect("authenticator data");
            sealed = data.attested.expect("a credential").id.to_vec();
        }
        if is_always_uv {
            let subcommand = ConfigCommand::ToggleAlwaysUv as u64;
            let config = Config { subcommand, ..Config::default() };
            bench.command(Command::Config, |writer| config.write(writer));
        }
        if has_pin {
            bench.set_pin();
        }
        let store = bench.engine.store();
        Self {
            records: store.records.clone(),
            passkeys: store.passkeys.values().map(copy).collect(),
            large_blob: store.large_blob.clone(),
            sealed,
        }
    }
}

/// What of a key a refusal may not change.
#[derive(PartialEq, Eq, Debug)]
struct Kept {
    passkeys: Vec<(Vec<u8>, String)>,
    large_blob: Option<Vec<u8>>,
    settings: Option<Vec<u8>>,
}

/// The tries that are left.
#[derive(Clone, Copy)]
pub(crate) struct TriesLeft {
    pub(crate) pin: u8,
}

pub(crate) struct Bench {
    engine: Authenticator<MemoryStore, SoftwareKeys>,
    rng: ChaCha20Rng,
    profile: Profile,
    pub(crate) has_pin: bool,
    /// Whether the PIN is the one the bench knows.
    knows_pin: bool,
    sealed: Vec<u8>,
    touch: Answer,
    verify: Answer,
    unlock: Answer,
    /// What was asked by the last request, and said yes to.
    given: Vec<Question>,
}

impl Bench {
    /// A key as the bits of `state` say.
    pub(crate) fn new(state: u8) -> Self {
        let template = template(state);
        let mut store = MemoryStore::default();
        store.capacity = template.passkeys.len() + 2;
        store.large_blob = template.large_blob.clone();
        for passkey in &template.passkeys {
            store.add(passkey).expect("it fits");
        }
        store.records = template.records.clone();
        let has_built_in_uv = state & IS_RECOGNISING != 0;
        let profile = Profile {
            has_built_in_uv,
            has_enterprise_attestation: has_built_in_uv,
            ..Profile::HOST
        };
        let mut bench = Self::over(store, profile);
        bench.has_pin = state & HAS_PIN != 0;
        bench.sealed = template.sealed.clone();
        if state & IS_LOCKED != 0 {
            bench.engine.store().is_locked = true;
            bench.engine.keys().lock();
        }
        bench
    }

    fn over(store: MemoryStore, profile: Profile) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&SECRET]);
        let engine = Authenticator::power_up(profile, store, keys, Duration::ZERO, &mut rng)
            .expect("what was kept powers up");
        Self {
            engine,
            rng,
            profile,
            has_pin: false,
            knows_pin: true,
            sealed: Vec::new(),
            touch: Answer::Given,
            verify: Answer::Given,
            unlock: Answer::Given,
            given: Vec::new(),
        }
    }

    /// What the person answers to the next request: yes, unless `says` has it otherwise.
    pub(crate) fn person(&mut self, says: u8) {
        const OTHERWISE: [Answer; 4] =
            [Answer::Given, Answer::Refused, Answer::TimedOut, Answer::Cancelled];
        const FOUND: [Answer; 4] =
            [Answer::Given, Answer::Unrecognised, Answer::Unable, Answer::Cancelled];
        self.touch = OTHERWISE[usize::from(says & 3)];
        self.verify = FOUND[usize::from(says >> 2 & 3)];
        self.unlock = OTHERWISE[usize::from(says >> 4 & 3)];
    }

    pub(crate) const fn is_protected(&self) -> bool {
        self.has_pin || self.profile.has_built_in_uv
    }

    /// Whether the last request asked that, and was told yes.
    pub(crate) fn was_given(&self, question: Question) -> bool {
        self.given.contains(&question)
    }

    /// The PIN is another one now.
    pub(crate) const fn forget_pin(&mut self) {
        (self.has_pin, self.knows_pin) = (true, false);
    }

    /// The key was reset.
    pub(crate) fn forget_all(&mut self) {
        (self.has_pin, self.knows_pin) = (false, true);
        self.sealed.clear();
    }

    /// The ids of the passkeys.
    pub(crate) fn ids(&mut self) -> Vec<Vec<u8>> {
        self.engine.store().passkeys.values().map(|passkey| passkey.id.0.to_vec()).collect()
    }

    /// The id of the sealed credential, or nearly.
    pub(crate) fn sealed_id(&self, script: &mut Script<'_>) -> Vec<u8> {
        let mut id = self.sealed.clone();
        match script.byte() % 8 {
            6 => script.piece().to_vec(),
            7 => {
                let at = usize::from(script.byte()) % id.len().max(1);
                id.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1);
                id
            }
            _ => id,
        }
    }

    pub(crate) fn tries(&mut self) -> TriesLeft {
        let record = self.engine.store().records.get(&(Record::Tries as u8));
        // The last but one byte; without a record all are left.
        let pin = record.and_then(|bytes| bytes.get(bytes.len() - 2)).copied().unwrap_or(8);
        TriesLeft { pin }
    }

    /// The answer to a request, whatever is asked in between; what every answer has to be is checked.
    pub(crate) fn ask(&mut self, request: Request<'_>) -> Vec<u8> {
        let before = self.kept();
        let answer = self.exchange(request);
        if let Request::Cbor(_) = request {
            let (&status, body) = answer.split_first().expect("an answer begins with a status");
            let status = Status::from_byte(status).expect("a status that has a name");
            if status == Status::Ok {
                assert!(body.is_empty() || cbor::check(body).is_ok(), "{answer:02x?}");
            } else {
                assert!(body.is_empty(), "a body behind {status:?}");
                assert_eq!(self.kept(), before, "{status:?} changed the key");
            }
        }
        answer
    }

    /// The same for a command that changes nothing unless it is authentic, where there is anything to be
    /// authentic by.
    pub(crate) fn ask_authentic(&mut self, request: &[u8], is_authentic: bool) -> u8 {
        let (before, is_protected) = (self.kept(), self.is_protected());
        let answer = self.ask(Request::Cbor(request));
        if is_protected && !is_authentic {
            assert_eq!(self.kept(), before, "changed, and nobody had proved to be allowed to");
        }
        answer[0]
    }

    /// What a signature may claim of the person.
    pub(crate) fn check_claims(&self, flags: Flags, is_authentic: bool) {
        let is_recognised = self.was_given(Question::Verify);
        assert!(!flags.has(Flags::USER_VERIFIED) || is_authentic || is_recognised, "not verified");
        // A token by being recognised comes with presence.
        let came_along = is_authentic && self.profile.has_built_in_uv;
        let is_present = self.was_given(Question::Touch) || is_recognised || came_along;
        assert!(!flags.has(Flags::USER_PRESENT) || is_present, "not present");
    }

    fn kept(&mut self) -> Kept {
        let store = self.engine.store();
        Kept {
            passkeys: store
                .passkeys
                .values()
                .map(|passkey| (passkey.id.0.to_vec(), passkey.user.name.to_string()))
                .collect(),
            large_blob: store.large_blob.clone(),
            settings: store.records.get(&(Record::Settings as u8)).cloned(),
        }
    }

    fn exchange(&mut self, request: Request<'_>) -> Vec<u8> {
        let mut consent = Consent::default();
        let mut out = vec![0xEE; 7609];
        self.given.clear();
        loop {
            let now = Duration::ZERO;
            let ask = match self.engine.process(request, &consent, now, &mut self.rng, &mut out) {
                Outcome::Ask(ask) => ask,
                Outcome::Reply(length) => {
                    out.truncate(length);
                    return out;
                }
            };
            assert_eq!(consent.answer(ask.question), None, "asked twice");
            let answer = match ask.question {
                Question::Verify => self.verify,
                Question::Unlock => self.unlock,
                _ => self.touch,
            };
            if answer == Answer::Given {
                self.given.push(ask.question);
                if ask.question == Question::Unlock {
                    self.unlock();
                }
            }
            consent.set(ask.question, answer);
        }
    }

    fn unlock(&mut self) {
        self.engine.store().is_locked = false;
        self.engine.keys().unlock([&SECRET]);
    }

    /// The answer to a well-made command of a platform whose person says yes.
    fn command(&mut self, command: Command, write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let person = (self.touch, self.verify, self.unlock);
        (self.touch, self.verify, self.unlock) = (Answer::Given, Answer::Given, Answer::Given);
        let request = [&[command as u8][..], &encoded(write)].concat();
        let answer = self.exchange(Request::Cbor(&request));
        (self.touch, self.verify, self.unlock) = person;
        answer
    }

    fn client_pin(&mut self, request: &ClientPin<'_>) -> Vec<u8> {
        self.command(Command::ClientPin, |writer| request.write(writer))
    }

    /// Agrees with the key on a secret.
    pub(crate) fn agree(&mut self, protocol: PinProtocol) -> (AgreementKey, SharedSecret) {
        let request = ClientPin {
            protocol: Some(protocol.number()),
            subcommand: PinCommand::KeyAgreement as u64,
            ..ClientPin::default()
        };
        let answer = self.client_pin(&request);
        let peer = PinAnswer::read(&answer[1..]).ok().and_then(|answer| answer.key_agreement);
        let pair = KeyPair::generate(&mut self.rng);
        let shared = pair.agree(protocol, &peer.expect("a key")).expect("a point");
        (pair.public(), shared)
    }

    pub(crate) fn encrypt(&mut self, shared: &SharedSecret, plain: &[u8]) -> Vec<u8> {
        shared.encrypt(plain, &mut self.rng).expect("whole blocks").to_vec()
    }

    fn set_pin(&mut self) {
        let (public, shared) = self.agree(PinProtocol::Two);
        let mut padded = [0; 64];
        padded[..PIN.len()].copy_from_slice(PIN.as_bytes());
        let new = self.encrypt(&shared, &padded);
        let param = shared.authenticate(&[&new]);
        self.client_pin(&ClientPin {
            protocol: Some(2),
            subcommand: PinCommand::SetPin as u64,
            key_agreement: Some(public),
            param: Some(&param),
            new_pin_enc: Some(&new),
            ..ClientPin::default()
        });
    }

    /// Authenticates a message by a new token for `permission`; of nothing, where none is given. Tells whether
    /// one was.
    pub(crate) fn authenticate(
        &mut self,
        protocol: PinProtocol,
        permission: Permissions,
        message: &[&[u8]],
    ) -> (Vec<u8>, bool) {
        let token = self.token(protocol, permission);
        let value = token.unwrap_or([0xA5; 32]);
        (pin_protocol::authenticate(protocol, &value, message).to_vec(), token.is_some())
    }

    fn token(&mut self, protocol: PinProtocol, permission: Permissions) -> Option<[u8; 32]> {
        let by_pin = self.has_pin && self.knows_pin;
        if !by_pin && !self.profile.has_built_in_uv {
            return None;
        }
        let (public, shared) = self.agree(protocol);
        let hash = self.encrypt(&shared, &Sha256::digest(PIN)[..16]);
        let is_for_a_site = permission.has(Permissions::MAKE_CREDENTIAL)
            || permission.has(Permissions::GET_ASSERTION);
        let subcommand = if by_pin { PinCommand::TokenUsingPin } else { PinCommand::TokenUsingUv };
        let answer = self.client_pin(&ClientPin {
            protocol: Some(protocol.number()),
            subcommand: subcommand as u64,
            key_agreement: Some(public),
            pin_hash_enc: by_pin.then_some(&hash),
            permissions: Some(u64::from(permission.0)),
            rp_id: is_for_a_site.then_some(SITE),
            ..ClientPin::default()
        });
        let answer = PinAnswer::read(answer.get(1..)?).ok()?;
        shared.decrypt(answer.token_enc?).ok()?.0.as_slice().try_into().ok()
    }

    /// The input of hmac-secret: salts as the key takes them, or nearly.
    pub(crate) fn salts(&mut self, script: &mut Script<'_>) -> Vec<u8> {
        let how = script.byte();
        if how == 0 {
            // What is not asked for needs no agreement.
            return encoded(|writer| _ = writer.map(0));
        }
        let protocol = if how & 1 == 0 { PinProtocol::Two } else { PinProtocol::One };
        let (public, shared) = self.agree(protocol);
        let plain = [0x5A; 96];
        let length = [32, 64, 0, 16, 48, 96, 32, 64][usize::from(how >> 1 & 7)];
        let salts = shared.encrypt(&plain[..length], &mut self.rng).unwrap_or_default();
        let mut auth = shared.authenticate(&[&salts]).to_vec();
        if how & 0x10 != 0 {
            auth.truncate(usize::from(script.byte()) % (auth.len() + 1));
        }
        let number = if how & 0x20 != 0 { u64::from(script.byte()) } else { protocol.number() };
        encoded(|writer| {
            public.write(writer.map(4).unsigned(1));
            writer.unsigned(2).bytes(&salts).unsigned(3).bytes(&auth).unsigned(4).unsigned(number);
        })
    }
}
