// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which fault a request is refused for that has several: the order of the steps of CTAP 2.3 sections
//! 6.1.2 and 6.2.2.
//!
//! The steps stand here as two tables, in the specification's order, each saying of a scene (what the key
//! is, what is asked of it, what the person says) whom it asks and why it refuses. Every scene there is goes
//! to a key, and the first step that refuses it has to have the word: nobody is asked by a later one, and
//! nothing is written. A step that decides no scene fails the test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Profile, Question};
use kagifuda_ctap::message::config::{Config, ConfigCommand};
use kagifuda_ctap::message::extension::{AssertInputs, MakeInputs};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::{AuthParam, PinProtocol};
use kagifuda_ctap::status::Status;
use support::reading::Registered;
use support::{HASH, Key, Person, message, registration, sign_in_at};

const SITE: &str = "example.com";
/// An id that no key here has made.
const UNKNOWN: &[u8] = &[0x0D; 40];
/// No protocol has this number.
const NO_PROTOCOL: u64 = 3;

/// What a key is before it is asked anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    has_pin: bool,
    is_recognising: bool,
    is_always_uv: bool,
    is_enterprise: bool,
}

impl State {
    fn all() -> impl Iterator<Item = Self> {
        (0_u8..16).map(|bits| Self {
            has_pin: bits & 1 != 0,
            is_recognising: bits & 2 != 0,
            is_always_uv: bits & 4 != 0,
            is_enterprise: bits & 8 != 0,
        })
    }

    /// "Protected by some form of user verification".
    const fn is_protected(self) -> bool {
        self.has_pin || self.is_recognising
    }

    /// Such a key, and the id of a credential of [`SITE`] it has made.
    fn key(self) -> (Key, Vec<u8>) {
        let mut key = Key::of(Profile {
            has_built_in_uv: self.is_recognising,
            has_enterprise_attestation: true,
            ..Profile::HOST
        });
        let made = Registered::read(&key.make(&registration(SITE, b"haru")).ok());
        let mut change = |command: ConfigCommand| {
            let mut config = Config { subcommand: command as u64, ..Config::default() };
            let param = self.is_recognising.then(|| {
                let token = key.token_by_recognition(Permissions::CONFIG, None);
                (token.over(&config.authenticated(&mut [0; 34])), token.protocol.number())
            });
            if let Some((param, protocol)) = &param {
                config.auth = PinUvAuth { param: Some(param), protocol: Some(*protocol) };
            }
            key.command(Command::Config, |writer| config.write(writer)).ok();
        };
        if self.is_enterprise {
            change(ConfigCommand::EnableEnterpriseAttestation);
        }
        if self.is_always_uv {
            change(ConfigCommand::ToggleAlwaysUv);
        }
        if self.has_pin {
            key.set_pin("tsubaki");
        }
        key.questions();
        (key, made.id)
    }
}

/// The pinUvAuthParam and pinUvAuthProtocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Auth {
    /// Neither.
    Absent,
    /// A protocol that does not exist, and nothing under it.
    AbsentUnderNone,
    /// No byte, under no protocol.
    Empty,
    /// No byte, under a protocol that does not exist.
    EmptyUnderNone,
    /// Under no protocol.
    Unnamed,
    /// Under a protocol that does not exist.
    UnderNone,
    /// Not authentic.
    Wrong,
    /// Of a token that is for something else.
    OtherPermission,
    /// Of a token that is for another site.
    OtherSite,
    /// Right, where there is anything to get a token by.
    Right,
}

impl Auth {
    const ALL: [Self; 10] = [
        Self::Absent,
        Self::AbsentUnderNone,
        Self::Empty,
        Self::EmptyUnderNone,
        Self::Unnamed,
        Self::UnderNone,
        Self::Wrong,
        Self::OtherPermission,
        Self::OtherSite,
        Self::Right,
    ];

    /// Whether there is a pinUvAuthParam.
    const fn is_there(self) -> bool {
        !matches!(self, Self::Absent | Self::AbsentUnderNone)
    }

    const fn is_empty(self) -> bool {
        matches!(self, Self::Empty | Self::EmptyUnderNone)
    }

    /// The parameter, by the token it takes: for `permission` at [`SITE`].
    fn param(self, state: State, permission: Permissions, key: &mut Key) -> Option<AuthParam> {
        let wrong = || AuthParam::from_slice(&[0xA5; 32]).unwrap();
        let (permission, rp_id) = match self {
            Self::Absent | Self::AbsentUnderNone => return None,
            Self::Empty | Self::EmptyUnderNone => return Some(AuthParam::default()),
            Self::Unnamed | Self::UnderNone | Self::Wrong => return Some(wrong()),
            Self::OtherPermission => (Permissions::LARGE_BLOB, None),
            Self::OtherSite => (permission, Some("another.example")),
            Self::Right => (permission, Some(SITE)),
        };
        key.person = Person::WILLING;
        let token = match state {
            State { has_pin: true, .. } => {
                key.token(PinProtocol::Two, "tsubaki", permission, rp_id)
            }
            State { is_recognising: true, .. } => key.token_by_recognition(permission, rp_id),
            _ => return Some(wrong()),
        };
        key.questions();
        Some(token.over(&[&HASH]))
    }

    const fn protocol(self) -> Option<u64> {
        match self {
            Self::Absent | Self::Empty | Self::Unnamed => None,
            Self::AbsentUnderNone | Self::EmptyUnderNone | Self::UnderNone => Some(NO_PROTOCOL),
            _ => Some(PinProtocol::Two.number()),
        }
    }
}

/// A request to a key, and what its person says.
#[derive(Clone, Copy, Debug)]
struct Scene {
    state: State,
    auth: Auth,
    /// Whether a byte follows the parameters.
    has_more: bool,
    options: Options,
    /// enterpriseAttestation.
    enterprise: Option<u64>,
    /// Whether an algorithm is named that the key has.
    has_algorithm: bool,
    /// Whether the list of credentials names one that lives here.
    is_known: bool,
    /// Whether an extension's input cannot be.
    has_bad_extension: bool,
    touch: Answer,
    verify: Answer,
}

/// Draws one of every combination of choices: the digits of a number whose base changes.
struct Draw(usize);

impl Draw {
    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        let chosen = choices[self.0 % choices.len()];
        self.0 /= choices.len();
        chosen
    }
}

impl Scene {
    /// Every request of one authentication. What a command does not have, or a key cannot ask, is not varied.
    fn all(state: State, auth: Auth, command: Command) -> impl Iterator<Item = Self> {
        let is_make = command == Command::MakeCredential;
        let enterprise = if is_make { &[None, Some(1), Some(3)][..] } else { &[None] };
        let algorithm = if is_make { &[true, false][..] } else { &[true] };
        let touch = [Answer::Given, Answer::Refused, Answer::Cancelled];
        let verify: &[Answer] = match state.is_recognising {
            true => &[Answer::Given, Answer::Unable],
            false => &[Answer::Given],
        };
        let option = [None, Some(true), Some(false)];
        (0..).map_while(move |number| {
            let mut draw = Draw(number);
            let options =
                Options { rk: draw.of(&option), up: draw.of(&option), uv: draw.of(&option) };
            let scene = Self {
                state,
                auth,
                options,
                enterprise: draw.of(enterprise),
                has_algorithm: draw.of(algorithm),
                is_known: draw.of(&[true, false]),
                has_bad_extension: draw.of(&[false, true]),
                touch: draw.of(&touch),
                verify: draw.of(verify),
                has_more: draw.of(&[false, true]),
            };
            (draw.0 == 0).then_some(scene)
        })
    }

    /// Whether the request wants built-in verification (a pinUvAuthParam makes the option meaningless).
    fn is_uv_named(&self) -> bool {
        self.options.uv == Some(true) && !self.auth.is_there()
    }

    /// Whether the person is recognised here: because the request says so, or `is_always` does.
    fn is_recognised(&self, is_always: bool) -> bool {
        let has_to_be = is_always && self.state.is_recognising && !self.auth.is_there();
        self.is_uv_named() || has_to_be
    }

    /// Whether a pinUvAuthParam is compared with a token.
    fn is_token_checked(&self) -> bool {
        self.auth.is_there() && self.state.is_protected()
    }

    /// Whether somebody has shown to be there before the step that asks for it.
    fn was_present(&self, is_always: bool) -> bool {
        let came_with_token = !self.state.has_pin && self.auth == Auth::Right;
        self.is_recognised(is_always) || (self.is_token_checked() && came_with_token)
    }

    /// What becomes of the request if the person does not touch the key.
    fn untouched(&self) -> Option<Status> {
        match self.touch {
            Answer::Given => None,
            Answer::Cancelled => Some(Status::KeepaliveCancel),
            _ => Some(Status::OperationDenied),
        }
    }

    /// What a platform is told to do that has to verify the person.
    const fn how_to_verify(&self) -> Status {
        if self.state.has_pin { Status::PuatRequired } else { Status::OperationDenied }
    }

    // The steps both commands have.

    fn is_not_a_request(&self) -> Option<Status> {
        self.has_more.then_some(Status::InvalidCbor)
    }

    fn asks_which_key(&self) -> Option<Question> {
        self.auth.is_empty().then_some(Question::Touch)
    }

    fn says_which_key(&self) -> Option<Status> {
        let told = if self.state.has_pin { Status::PinInvalid } else { Status::PinNotSet };
        self.auth.is_empty().then(|| self.untouched().unwrap_or(told))
    }

    fn has_no_protocol(&self) -> Option<Status> {
        (self.auth == Auth::Unnamed).then_some(Status::MissingParameter)
    }

    fn has_another_protocol(&self) -> Option<Status> {
        (self.auth == Auth::UnderNone).then_some(Status::InvalidParameter)
    }

    fn cannot_recognise(&self) -> Option<Status> {
        (self.is_uv_named() && !self.state.is_recognising).then_some(Status::InvalidOption)
    }

    fn is_never_verified(&self, is_always: bool) -> Option<Status> {
        (is_always && !self.state.is_protected()).then_some(Status::PuatRequired)
    }

    fn is_not_verified(&self, is_always: bool) -> Option<Status> {
        let is_open = is_always && !self.auth.is_there() && !self.is_recognised(is_always);
        is_open.then_some(Status::PuatRequired)
    }

    fn has_a_wrong_token(&self) -> Option<Status> {
        (self.is_token_checked() && self.auth != Auth::Right).then_some(Status::PinAuthInvalid)
    }

    fn is_a_stranger(&self, is_always: bool) -> Option<Status> {
        let is_unable = self.is_recognised(is_always) && self.verify == Answer::Unable;
        is_unable.then_some(self.how_to_verify())
    }
}

/// One step: whom it asks, and why it refuses.
struct Step {
    number: &'static str,
    asks: fn(&Scene) -> Option<Question>,
    refuses: fn(&Scene) -> Option<Status>,
}

const fn step(
    number: &'static str,
    asks: fn(&Scene) -> Option<Question>,
    refuses: fn(&Scene) -> Option<Status>,
) -> Step {
    Step { number, asks, refuses }
}

const fn nobody(_: &Scene) -> Option<Question> {
    None
}

const fn always(scene: &Scene) -> bool {
    scene.state.is_always_uv
}

/// Section 6.1.2.
const MAKING: &[Step] = &[
    step("0", nobody, Scene::is_not_a_request),
    step("1", Scene::asks_which_key, Scene::says_which_key),
    step("2.1", nobody, Scene::has_another_protocol),
    step("2.2", nobody, Scene::has_no_protocol),
    step("3", nobody, |scene| (!scene.has_algorithm).then_some(Status::UnsupportedAlgorithm)),
    step("5, uv", nobody, Scene::cannot_recognise),
    step("5, up", nobody, |scene| {
        (scene.options.up == Some(false)).then_some(Status::InvalidOption)
    }),
    step("6, nothing to verify by", nobody, |scene| scene.is_never_verified(always(scene))),
    step("6, not verified", nobody, |scene| scene.is_not_verified(always(scene))),
    // makeCredUvNotRqd is true where alwaysUv is false.
    step("7", nobody, |scene| {
        let is_open = !scene.auth.is_there() && !scene.is_uv_named();
        let is_passkey = scene.options.rk == Some(true);
        let is_refused = !always(scene) && scene.state.is_protected() && is_open && is_passkey;
        is_refused.then_some(scene.how_to_verify())
    }),
    step("9, not enabled", nobody, |scene| {
        let is_off = scene.enterprise.is_some() && !scene.state.is_enterprise;
        is_off.then_some(Status::InvalidParameter)
    }),
    step("9, unknown", nobody, |scene| {
        (scene.enterprise == Some(3)).then_some(Status::InvalidOption)
    }),
    step("11.1", nobody, Scene::has_a_wrong_token),
    step(
        "11.2",
        |scene| scene.is_recognised(always(scene)).then_some(Question::Verify),
        |scene| scene.is_a_stranger(always(scene)),
    ),
    step(
        "12",
        |scene| (scene.is_known && !scene.was_present(always(scene))).then_some(Question::Touch),
        |scene| {
            let is_cancelled =
                !scene.was_present(always(scene)) && scene.touch == Answer::Cancelled;
            let status =
                if is_cancelled { Status::KeepaliveCancel } else { Status::CredentialExcluded };
            scene.is_known.then_some(status)
        },
    ),
    step(
        "14",
        |scene| (!scene.was_present(always(scene))).then_some(Question::Touch),
        |scene| scene.untouched().filter(|_| !scene.was_present(always(scene))),
    ),
    step("15", nobody, |scene| scene.has_bad_extension.then_some(Status::InvalidOption)),
];

const fn is_up(scene: &Scene) -> bool {
    !matches!(scene.options.up, Some(false))
}

/// A silent look is not bound by alwaysUv (step 5).
const fn always_up(scene: &Scene) -> bool {
    scene.state.is_always_uv && is_up(scene)
}

/// Section 6.2.2.
const SIGNING_IN: &[Step] = &[
    step("0", nobody, Scene::is_not_a_request),
    step("1", Scene::asks_which_key, Scene::says_which_key),
    step("2.1", nobody, Scene::has_another_protocol),
    step("2.2", nobody, Scene::has_no_protocol),
    step("4, uv", nobody, Scene::cannot_recognise),
    step("4, rk", nobody, |scene| scene.options.rk.map(|_| Status::UnsupportedOption)),
    step("5, nothing to verify by", nobody, |scene| scene.is_never_verified(always_up(scene))),
    step("5, not verified", nobody, |scene| scene.is_not_verified(always_up(scene))),
    step("6.1", nobody, Scene::has_a_wrong_token),
    step(
        "6.2",
        |scene| scene.is_recognised(always_up(scene)).then_some(Question::Verify),
        |scene| scene.is_a_stranger(always_up(scene)),
    ),
    step("7", nobody, |scene| (!scene.is_known).then_some(Status::NoCredentials)),
    step(
        "9",
        |scene| (is_up(scene) && !scene.was_present(always_up(scene))).then_some(Question::Touch),
        |scene| {
            let is_asked = is_up(scene) && !scene.was_present(always_up(scene));
            scene.untouched().filter(|_| is_asked)
        },
    ),
    step("10", nobody, |scene| scene.has_bad_extension.then_some(Status::InvalidOption)),
];

/// What has to become of a scene: the status, what was asked, and the step that had the word.
fn verdict(steps: &[Step], scene: &Scene) -> (Status, Vec<Question>, Option<usize>) {
    let mut asked = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        asked.extend((step.asks)(scene));
        if let Some(status) = (step.refuses)(scene) {
            return (status, asked, Some(at));
        }
    }
    (Status::Ok, asked, None)
}

/// The request of a scene, with its authentication and a credential of the key's.
fn request(scene: &Scene, command: Command, param: Option<&[u8]>, id: &[u8]) -> Vec<u8> {
    let auth = PinUvAuth { param, protocol: scene.auth.protocol() };
    let list = [if scene.is_known { id } else { UNKNOWN }];
    // A key for large blobs can be asked for, and not be declined (section 12.3).
    let large_blob_key = scene.has_bad_extension.then_some(false);
    let mut whole = if command == Command::MakeCredential {
        let request = MakeCredentialRequest {
            algorithms: if scene.has_algorithm { &[-257, -7] } else { &[-257] },
            exclude: &list,
            extensions: MakeInputs { large_blob_key, ..MakeInputs::default() },
            options: scene.options,
            auth,
            enterprise_attestation: scene.enterprise,
            ..registration(SITE, b"aki")
        };
        message(command, |writer| request.write(writer))
    } else {
        let request = GetAssertionRequest {
            allow: &list,
            extensions: AssertInputs { large_blob_key, ..AssertInputs::default() },
            options: scene.options,
            auth,
            ..sign_in_at(SITE)
        };
        message(command, |writer| request.write(writer))
    };
    if scene.has_more {
        whole.push(0);
    }
    whole
}

fn every_scene_is_decided_by_the_first_step_that_refuses(
    command: Command,
    permission: Permissions,
    steps: &[Step],
) {
    let mut decided = vec![0_usize; steps.len()];
    for state in State::all() {
        let (mut key, id) = state.key();
        for auth in Auth::ALL {
            let mut param = auth.param(state, permission, &mut key);
            for scene in Scene::all(state, auth, command) {
                let (status, asked, at) = verdict(steps, &scene);
                (key.person.touch, key.person.verify) = (scene.touch, scene.verify);
                let before = (key.store().writes, key.store().passkeys.len());
                let reply = key.send(&request(&scene, command, param.as_deref(), &id));
                let step = at.map(|at| steps[at].number);
                assert_eq!(reply.status, status, "step {step:?} of {scene:?}");
                assert_eq!(key.questions(), asked, "step {step:?} of {scene:?}");
                match at {
                    Some(at) => {
                        decided[at] += 1;
                        let after = (key.store().writes, key.store().passkeys.len());
                        assert_eq!(after, before, "written by step {step:?} of {scene:?}");
                    }
                    None => key.store().passkeys.clear(),
                }
                // A test of presence ends what the token is for.
                let was_tested = at.is_none_or(|at| at + 1 == steps.len());
                if was_tested && auth == Auth::Right {
                    param = auth.param(state, permission, &mut key);
                }
            }
        }
    }
    for (step, count) in steps.iter().zip(decided) {
        assert!(count > 0, "step {} decided nothing", step.number);
    }
}

#[test]
fn a_registration_is_refused_for_the_first_of_its_faults() {
    every_scene_is_decided_by_the_first_step_that_refuses(
        Command::MakeCredential,
        Permissions::MAKE_CREDENTIAL,
        MAKING,
    );
}

#[test]
fn a_sign_in_is_refused_for_the_first_of_its_faults() {
    every_scene_is_decided_by_the_first_step_that_refuses(
        Command::GetAssertion,
        Permissions::GET_ASSERTION,
        SIGNING_IN,
    );
}
