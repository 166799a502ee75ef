// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every command of the security key, each a body of its own: the input says what the key is and what its
//! person answers, and how each parameter is made: well, left out, or as any CBOR there is. What it does not
//! say is well made, so an input of one byte is a request that succeeds, and every change to it is one
//! change to a good request. Tokens are real ones: what is authentic is, and nothing else can be.
//!
//! Whatever comes: the answer has its form, a refusal leaves passkeys, large blobs and settings as they were,
//! nobody is called present or verified who was not, and without the authentication that a
//! command takes, nothing changes.

mod bench;
mod grammar;

use kagifuda_ctap::authenticator::{Permissions, Question, Request};
use kagifuda_ctap::entity::RpIdHash;
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::auth_data::{AuthData, Flags};
use kagifuda_ctap::message::client_pin::PinCommand;
use kagifuda_ctap::message::config::ConfigCommand;
use kagifuda_ctap::message::credential_management::ManagementCommand;
use kagifuda_ctap::message::get_assertion::Assertion;
use kagifuda_ctap::message::large_blobs;
use kagifuda_ctap::message::make_credential::Made;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use sha2::{Digest as _, Sha256};

use bench::{Bench, HASH, PIN};
use grammar::{Parameters, Script, cose_key, encoded};

/// How parameters are made, and pieces of their language.
pub(crate) const DICTIONARY: &[&str] = &[
    "\u{0}",
    "\u{6}",
    "\u{7}",
    "\u{7}\u{5}\u{2}",
    "\u{7}\u{4}",
    "\u{7}\u{2}\u{20}",
    "\u{7}\u{7}",
    "\u{e}",
    "\u{18}",
    "\u{3}\u{3}\u{3}",
    "public-key",
    "inn.example",
];

/// Longer inputs find nothing more.
const REQUESTS: usize = 6;

pub(crate) fn make_credential(input: &[u8]) {
    play(input, register);
}

pub(crate) fn get_assertion(input: &[u8]) {
    play(input, sign_in);
}

pub(crate) fn client_pin(input: &[u8]) {
    play(input, pin);
}

pub(crate) fn config(input: &[u8]) {
    play(input, configure);
}

pub(crate) fn credential_management(input: &[u8]) {
    play(input, manage);
}

pub(crate) fn large_blobs(input: &[u8]) {
    play(input, blobs);
}

pub(crate) fn bare(input: &[u8]) {
    play(input, without_parameters);
}

pub(crate) fn u2f(input: &[u8]) {
    play(input, of_u2f);
}

/// One request after the other, and what each was answered: a status, or for U2F the first byte of its word.
fn play(input: &[u8], one: fn(&mut Bench, &mut Script<'_>) -> u8) -> Vec<u8> {
    let mut script = Script::new(input);
    let mut bench = Bench::new(script.byte());
    let mut told = Vec::new();
    while told.is_empty() || (told.len() < REQUESTS && !script.is_at_end()) {
        bench.person(script.byte());
        told.push(one(&mut bench, &mut script));
    }
    told
}

/// How a request is authenticated.
struct Auth {
    param: Option<Vec<u8>>,
    protocol: Option<u64>,
    /// Whether the key has to believe it.
    is_right: bool,
}

impl Auth {
    /// By a token over a message, or not, as the script says.
    fn over(
        message: &[&[u8]],
        permission: Permissions,
        bench: &mut Bench,
        script: &mut Script<'_>,
    ) -> Self {
        let (how, which) = (script.byte(), script.byte());
        let mut auth = Self { param: None, protocol: None, is_right: false };
        if how % 8 == 6 || (how % 8 < 4 && !bench.is_protected()) {
            return auth;
        }
        let protocol = if which & 1 == 0 { PinProtocol::Two } else { PinProtocol::One };
        auth.protocol = match which % 16 {
            14 => None,
            15 => Some(u64::from(script.byte())),
            _ => Some(protocol.number()),
        };
        auth.param = Some(match how % 8 {
            4 => {
                // The token is there, and this is not of it.
                let mut param = bench.authenticate(protocol, permission, message).0;
                param[0] ^= script.byte() | 1;
                param
            }
            5 => Vec::new(),
            7 => bench.authenticate(protocol, Permissions::LIST, message).0,
            _ => {
                let (param, is_given) = bench.authenticate(protocol, permission, message);
                auth.is_right = is_given && auth.protocol == Some(protocol.number());
                param
            }
        });
        auth
    }

    fn write(&self, numbers: [u64; 2], parameters: &mut Parameters<'_, '_>) {
        if let Some(param) = &self.param {
            parameters.put(numbers[0], encoded(|writer| _ = writer.bytes(param)));
        }
        if let Some(protocol) = self.protocol {
            parameters.put(numbers[1], encoded(|writer| _ = writer.unsigned(protocol)));
        }
    }
}

fn register(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    let auth = Auth::over(&[&HASH], Permissions::MAKE_CREDENTIAL, bench, script);
    let salts = bench.salts(script);
    let ids = bench.ids();
    let mut parameters = Parameters::new(script);
    parameters.needed(1, |_, writer| _ = writer.bytes(&HASH));
    parameters.needed(2, grammar::site);
    parameters.needed(3, grammar::account);
    parameters.needed(4, grammar::algorithms);
    parameters.optional(5, |script, writer| grammar::descriptors(&ids, script, writer));
    parameters.optional(6, |script, writer| grammar::make_inputs(&salts, script, writer));
    parameters.needed(7, grammar::options);
    auth.write([8, 9], &mut parameters);
    parameters.optional(10, |script, writer| _ = writer.unsigned(u64::from(script.byte() % 4)));
    parameters.optional(11, grammar::formats);
    let request = parameters.message(Command::MakeCredential);
    let count = bench.ids().len();
    let answer = bench.ask(Request::Cbor(&request));
    if let Some((Status::Ok, body)) = told(&answer) {
        let made = Made::read(body).expect("an answer that a client reads");
        let data = AuthData::read(made.auth_data).expect("authenticator data");
        bench.check_claims(data.flags, auth.is_right);
        assert!(data.flags.has(Flags::USER_PRESENT), "made, and nobody was there");
        assert!(data.attested.is_some(), "made, and told of nothing");
        assert!(bench.ids().len() <= count + 1, "one request, two passkeys");
    }
    answer[0]
}

fn sign_in(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    if script.byte() % 4 == 3 {
        return bench.ask(Request::Cbor(&[Command::GetNextAssertion as u8]))[0];
    }
    let auth = Auth::over(&[&HASH], Permissions::GET_ASSERTION, bench, script);
    let salts = bench.salts(script);
    let ids = bench.ids();
    let mut parameters = Parameters::new(script);
    parameters.needed(1, |script, writer| _ = writer.text(grammar::site_id(script)));
    parameters.needed(2, |_, writer| _ = writer.bytes(&HASH));
    parameters.optional(3, |script, writer| grammar::descriptors(&ids, script, writer));
    parameters.optional(4, |script, writer| grammar::assert_inputs(&salts, script, writer));
    parameters.optional(5, grammar::options);
    auth.write([6, 7], &mut parameters);
    let request = parameters.message(Command::GetAssertion);
    let answer = bench.ask(Request::Cbor(&request));
    if let Some((Status::Ok, body)) = told(&answer) {
        let assertion = Assertion::read(body).expect("an answer that a client reads");
        let data = AuthData::read(assertion.auth_data).expect("authenticator data");
        bench.check_claims(data.flags, auth.is_right);
    }
    answer[0]
}

fn pin(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    const COMMANDS: [u64; 8] = [
        PinCommand::KeyAgreement as u64,
        PinCommand::PinRetries as u64,
        PinCommand::SetPin as u64,
        PinCommand::ChangePin as u64,
        PinCommand::PinToken as u64,
        PinCommand::TokenUsingPin as u64,
        PinCommand::TokenUsingUv as u64,
        PinCommand::UvRetries as u64,
    ];
    let subcommand = COMMANDS[usize::from(script.byte() % 8)];
    let protocol = if script.byte() & 1 == 0 { PinProtocol::Two } else { PinProtocol::One };
    let (public, shared) = bench.agree(protocol);
    let is_right = script.byte() % 4 != 3;
    let old: &str = if is_right { PIN } else { "a stranger's" };
    let hash = bench.encrypt(&shared, &Sha256::digest(old)[..16]);
    let mut new = [0; 64];
    let text = script.piece();
    let text = if text.is_empty() { b"sakura" } else { text };
    for (to, from) in new.iter_mut().zip(text) {
        *to = *from;
    }
    let new = bench.encrypt(&shared, &new);
    let message: &[&[u8]] =
        if subcommand == PinCommand::ChangePin as u64 { &[&new, &hash] } else { &[&new] };
    let param = shared.authenticate(message);
    let mut parameters = Parameters::new(script);
    parameters.needed(1, |_, writer| _ = writer.unsigned(protocol.number()));
    parameters.put(2, encoded(|writer| _ = writer.unsigned(subcommand)));
    parameters.needed(3, |script, writer| cose_key(&public, script, writer));
    parameters.needed(4, |_, writer| _ = writer.bytes(&param));
    parameters.needed(5, |_, writer| _ = writer.bytes(&new));
    parameters.needed(6, |_, writer| _ = writer.bytes(&hash));
    if subcommand != PinCommand::PinToken as u64 {
        parameters.needed(9, |script, writer| {
            let bits = script.byte();
            _ = writer.unsigned(u64::from(if bits == 0 { Permissions::MANAGE.0 } else { bits }));
        });
        parameters.optional(10, |script, writer| _ = writer.text(grammar::site_id(script)));
    }
    let request = parameters.message(Command::ClientPin);
    let before = bench.tries();
    let answer = bench.ask(Request::Cbor(&request));
    let may_grow = is_right || !bench.has_pin;
    assert!(bench.tries().pin <= before.pin || may_grow, "tries grew by a wrong PIN");
    let is_recognised = bench.was_given(Question::Verify);
    if bench.has_pin && !is_right && !is_recognised && answer.len() > 40 {
        // The key's own key is no secret; a token would be one.
        assert_eq!(subcommand, PinCommand::KeyAgreement as u64, "a wrong PIN was given a token");
    }
    if answer == [Status::Ok as u8] {
        assert!(!bench.has_pin || is_right, "a wrong PIN was changed");
        // Which PIN there is now, the script knows.
        bench.forget_pin();
    }
    answer[0]
}

fn configure(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    const COMMANDS: [u64; 5] = [
        ConfigCommand::SetMinPinLength as u64,
        ConfigCommand::ToggleAlwaysUv as u64,
        ConfigCommand::EnableLongTouchForReset as u64,
        ConfigCommand::EnableEnterpriseAttestation as u64,
        // vendorPrototype, which it has not.
        0xFF,
    ];
    let subcommand = COMMANDS[usize::from(script.byte() % 5)];
    let mut inner = Parameters::new(script);
    inner.optional(1, |script, writer| _ = writer.unsigned(u64::from(script.byte())));
    inner.optional(2, grammar::site_ids);
    inner.optional(3, |script, writer| _ = writer.boolean(script.byte() & 1 == 0));
    inner.optional(4, |script, writer| _ = writer.boolean(script.byte() & 1 == 0));
    let inner = inner.map();
    let mut head = [0xFF; 34];
    (head[32], head[33]) = (0x0D, u8::try_from(subcommand).unwrap_or(0xFF));
    let auth = Auth::over(&[&head, &inner], Permissions::CONFIG, bench, script);
    let mut parameters = Parameters::new(script);
    parameters.needed(1, |_, writer| _ = writer.unsigned(subcommand));
    parameters.put(2, inner);
    auth.write([4, 3], &mut parameters);
    bench.ask_authentic(&parameters.message(Command::Config), auth.is_right)
}

fn manage(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    const COMMANDS: [u64; 8] = [
        ManagementCommand::Count as u64,
        ManagementCommand::FirstSite as u64,
        ManagementCommand::NextSite as u64,
        ManagementCommand::FirstPasskey as u64,
        ManagementCommand::NextPasskey as u64,
        ManagementCommand::Remove as u64,
        ManagementCommand::Rename as u64,
        0x08,
    ];
    let subcommand = COMMANDS[usize::from(script.byte() % 8)];
    let ids = bench.ids();
    let is_for = |wanted: &[ManagementCommand]| wanted.iter().any(|it| *it as u64 == subcommand);
    let mut inner = Parameters::new(script);
    if is_for(&[ManagementCommand::FirstPasskey]) {
        inner.needed(1, |script, writer| {
            _ = writer.bytes(&RpIdHash::of(grammar::site_id(script)).0);
        });
    }
    if is_for(&[ManagementCommand::Remove, ManagementCommand::Rename]) {
        inner.needed(2, |script, writer| grammar::descriptor(&ids, script, writer));
    }
    if is_for(&[ManagementCommand::Rename]) {
        inner.needed(3, grammar::account);
    }
    let has_inner = !inner.is_empty();
    let inner = inner.map();
    let covered: &[u8] = if has_inner { &inner } else { &[] };
    let head = [subcommand as u8];
    let auth = Auth::over(&[&head, covered], Permissions::MANAGE, bench, script);
    let mut parameters = Parameters::new(script);
    parameters.needed(1, |_, writer| _ = writer.unsigned(subcommand));
    if has_inner {
        parameters.put(2, inner);
    }
    auth.write([4, 3], &mut parameters);
    let count = bench.ids().len();
    let status =
        bench.ask_authentic(&parameters.message(Command::CredentialManagement), auth.is_right);
    let removed = count - bench.ids().len();
    assert!(removed <= usize::from(subcommand == ManagementCommand::Remove as u64));
    status
}

fn blobs(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    let (how, mut part) = (script.byte(), script.piece().to_vec());
    if how & 4 == 0 {
        // A whole array ends in the first half of its hash.
        let hash = Sha256::digest(&part);
        part.extend_from_slice(&hash[..large_blobs::ARRAY_HASH_BYTES]);
    }
    let offset = if how & 8 == 0 { 0 } else { u32::from(script.byte()) };
    let message = large_blobs::authenticated(offset, &part);
    let is_write = how & 3 != 0;
    let auth = if is_write {
        Auth::over(&[&message], Permissions::LARGE_BLOB, bench, script)
    } else {
        Auth { param: None, protocol: None, is_right: false }
    };
    let mut parameters = Parameters::new(script);
    if is_write {
        parameters.needed(2, |_, writer| _ = writer.bytes(&part));
    } else {
        parameters.needed(1, |script, writer| _ = writer.unsigned(grammar::number(script)));
    }
    parameters.needed(3, |_, writer| _ = writer.unsigned(u64::from(offset)));
    if is_write && offset == 0 {
        parameters.needed(4, |script, writer| {
            let more = u64::from(script.byte());
            _ = writer.unsigned(part.len() as u64 + more);
        });
    }
    auth.write([5, 6], &mut parameters);
    bench.ask_authentic(&parameters.message(Command::LargeBlobs), auth.is_right)
}

/// Commands that have no parameters, and what is sent behind them all the same.
fn without_parameters(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    const COMMANDS: [Command; 5] = [
        Command::GetInfo,
        Command::Selection,
        Command::Reset,
        Command::GetNextAssertion,
        Command::BioEnrollment,
    ];
    let command = COMMANDS[usize::from(script.byte() % 5)];
    let request = [&[command as u8][..], script.piece()].concat();
    let answer = bench.ask(Request::Cbor(&request));
    if answer[0] == Status::Ok as u8 && command == Command::Reset {
        assert!(bench.was_given(Question::Touch) || bench.was_given(Question::LongTouch));
        bench.forget_all();
    }
    answer[0]
}

fn of_u2f(bench: &mut Bench, script: &mut Script<'_>) -> u8 {
    const REGISTER: u8 = 1;
    const AUTHENTICATE: u8 = 2;
    let (instruction, control) = match script.byte() % 6 {
        0 => (REGISTER, 0),
        1 => (AUTHENTICATE, 3),
        2 => (AUTHENTICATE, 7),
        3 => (AUTHENTICATE, 8),
        4 => (3, 0),
        _ => (script.byte(), script.byte()),
    };
    let mut data = Vec::new();
    if matches!(instruction, REGISTER | AUTHENTICATE) {
        data.extend_from_slice(&HASH);
        data.extend_from_slice(&RpIdHash::of(grammar::site_id(script)).0);
    }
    if instruction == AUTHENTICATE {
        let handle = bench.sealed_id(script);
        data.push(u8::try_from(handle.len()).expect("an id has at most 255 bytes"));
        data.extend_from_slice(&handle);
    }
    let change = script.byte();
    if change % 8 == 6 {
        data.truncate(data.len() * usize::from(change) / 256);
    } else if change % 8 == 7 {
        data.extend_from_slice(script.piece());
    }
    let length = u16::try_from(data.len()).expect("a piece has at most 255 bytes").to_be_bytes();
    let head = [0, instruction, control, 0, 0, length[0], length[1]];
    let apdu = [&head[..], &data, &[0, 0]].concat();
    let answer = bench.ask(Request::Msg(&apdu));
    assert!(answer.len() >= 2, "an answer ends in a word");
    let word = answer[answer.len() - 2];
    if word == 0x90 && instruction == REGISTER {
        assert!(bench.was_given(Question::Touch), "registered, and nobody was there");
    }
    if word == 0x90 && instruction == AUTHENTICATE && answer[0] & 1 == 1 {
        assert!(bench.was_given(Question::Touch), "present, and nobody was there");
    }
    word
}

/// An answer as status and body.
fn told(answer: &[u8]) -> Option<(Status, &[u8])> {
    let (status, body) = answer.split_first()?;
    Some((Status::from_byte(*status)?, body))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::bench::Bench;
    use super::grammar::Script;
    use super::{
        Status, blobs, configure, manage, of_u2f, pin, play, register, sign_in, without_parameters,
    };
    use crate::Mutations;

    type One = fn(&mut Bench, &mut Script<'_>) -> u8;

    /// The commands, and how many different answers mutations of a good request have to come to.
    const COMMANDS: [(One, usize); 8] = [
        (register, 13),
        (sign_in, 13),
        (pin, 10),
        (configure, 7),
        (manage, 9),
        (blobs, 8),
        (without_parameters, 6),
        (of_u2f, 5),
    ];

    #[test]
    fn what_an_input_leaves_open_is_well_made_and_succeeds() {
        for (at, (one, _)) in COMMANDS.into_iter().enumerate() {
            // With a PIN, without one, and where the person is recognised.
            for state in [0, 1, 2, 3] {
                let status = play(&[state], one)[0];
                // Nobody lists passkeys where there is nothing to be verified by.
                let is_closed = state == 0 && at == 4;
                let expected = if is_closed { Status::PuatRequired as u8 } else { 0x00 };
                let is_well = status == expected || (at == 7 && status == 0x90);
                assert!(is_well, "command {at}: {status:#04x} in {state}");
            }
        }
    }

    #[test]
    fn changes_to_a_good_request_reach_behind_every_parser() {
        let seeds = [vec![1; 1], vec![1, 0, 0, 0, 0, 0, 0, 0], vec![2; 24], (0..64).collect()];
        for (at, (one, wanted)) in COMMANDS.into_iter().enumerate() {
            let mutations = Mutations::new(&seeds, super::DICTIONARY, 7);
            let told: BTreeSet<u8> =
                (0..300).flat_map(|number| play(&mutations.get(number), one)).collect();
            assert!(told.len() >= wanted, "command {at} came to {told:02x?} only");
        }
    }
}
