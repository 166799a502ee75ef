// SPDX-License-Identifier: MIT OR Apache-2.0
//! The power goes at each write of each ceremony, once before the write and once behind it. Whatever was in
//! memory is gone then: the key comes up anew from what its store kept, which is the state before the
//! ceremony or the one after it, with no try gained and nothing lost that was acknowledged.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Permissions, Profile};
use kagifuda_ctap::client::{self, Agreement, ArrayWriter, ClientError, Dialect, Token};
use kagifuda_ctap::entity::UserRef;
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::config::MinPinLengthRequest;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::reading::Registered;
use support::{Failing, Key, ask, registration, sign_in_at};

const SITE: &str = "example.com";
const PIN: &str = "tsubaki";
const NEW: &str = "yamabuki";
const WRONG: &str = "not the PIN";
const AKI: UserRef<'static> = UserRef { id: b"aki", name: Some("aki@new"), display_name: None };

/// How a ceremony ended, in the platform's eyes.
type Ended = Result<(), ClientError>;

fn done(
    key: &mut Key,
    write: impl FnOnce(&mut Key, &mut [u8]) -> Result<usize, ClientError>,
) -> Ended {
    client::read_done(&ask(key, write))
}

fn agree(key: &mut Key) -> Agreement {
    let answer = ask(key, |_, out| client::key_agreement(PinProtocol::Two, out));
    Agreement::new(PinProtocol::Two, &answer, &mut key.rng).unwrap()
}

fn token(key: &mut Key, pin: &str, permissions: Permissions) -> Result<Token, ClientError> {
    let agreement = agree(key);
    let wanted = (permissions, permissions.has(Permissions::MAKE_CREDENTIAL).then_some(SITE));
    let answer = ask(key, |key, out| agreement.token_by_pin(pin, wanted, &mut key.rng, out));
    agreement.read_token(&answer)
}

fn tries(key: &mut Key) -> u64 {
    client::read_pin_retries(&ask(key, |_, out| client::pin_retries(out))).unwrap().left
}

fn has_pin(key: &mut Key) -> Option<bool> {
    client::read_info(&ask(key, |_, out| client::get_info(out))).unwrap().options.client_pin
}

fn passkey<'a>(user: &'a [u8]) -> MakeCredentialRequest<'a> {
    let options = Options { rk: Some(true), ..Options::default() };
    MakeCredentialRequest { options, ..registration(SITE, user) }
}

/// What was acknowledged before the ceremony begins.
struct Before {
    passkey: Vec<u8>,
    sealed: Vec<u8>,
}

/// A key with a passkey, a sealed credential and a large-blob array; with a PIN that was tried twice in
/// vain, where the ceremony needs one.
fn prepared(has_pin: bool) -> (Key, Before) {
    let mut key = Key::new();
    let made = Registered::read(&key.make(&passkey(b"aki")).ok());
    let sealed = Registered::read(&key.make(&registration(SITE, b"ren")).ok());
    write_array(&mut key, &[1; 40], None).unwrap();
    if has_pin {
        key.set_pin(PIN);
        for _ in 0..2 {
            let _ = token(&mut key, WRONG, Permissions::MANAGE).err().expect("a wrong PIN");
        }
    }
    (key, Before { passkey: made.id.clone(), sealed: sealed.id.clone() })
}

/// Cuts `ceremony` at each of its writes, both ways, and has `check` look at what comes up, told how many
/// writes are there; how many writes the ceremony has.
#[track_caller]
fn cut_everywhere(
    has_pin: bool,
    ceremony: impl Fn(&mut Key, &Before) -> Ended,
    check: impl Fn(&mut Key, &Before, usize),
) -> u32 {
    for write in 1.. {
        for failing in [Failing::CutBefore, Failing::CutBehind] {
            let (mut key, before) = prepared(has_pin);
            let writes = key.store().writes;
            (key.store().fails_at, key.store().failing) = (Some(write), failing);
            let ended = ceremony(&mut key, &before);
            if !key.store().is_down {
                return key.store().writes - writes;
            }
            // Nothing is acknowledged, and no PIN is judged whose try was not written.
            let failed = Err(ClientError::Key(Status::Other));
            assert_eq!(ended, failed, "the answer at write {write}, {failing:?}");
            key.power_up(Profile::HOST);
            key.unlock();
            let landed = write as usize - usize::from(failing == Failing::CutBefore);
            check(&mut key, &before, landed);
        }
    }
    unreachable!("a ceremony ends")
}

fn signs(key: &mut Key, id: &[u8]) -> bool {
    let silent = Options { up: Some(false), ..Options::default() };
    let request = GetAssertionRequest { allow: &[id], options: silent, ..sign_in_at(SITE) };
    key.sign_in(&request).status == Status::Ok
}

fn array_of(key: &mut Key) -> Vec<u8> {
    key.store().large_blob.clone().unwrap_or_default()
}

fn write_array(key: &mut Key, array: &[u8], token: Option<&Token>) -> Ended {
    let mut writer = ArrayWriter::new(100, array, token);
    let mut out = [0; 2048];
    while let Some(length) = writer.request(&mut out)? {
        let reply = key.send(&out[..length]);
        writer.take(&[reply.status as u8])?;
    }
    Ok(())
}

/// All that was acknowledged before is there.
#[track_caller]
fn keeps_all(key: &mut Key, before: &Before) {
    assert!(signs(key, &before.passkey), "the passkey is lost");
    assert!(signs(key, &before.sealed), "the sealed credential is lost");
    assert_eq!(array_of(key)[..40], [1; 40], "the array is lost");
}

/// What the right PIN does to tries: one is spent, then all are back.
const RIGHT_PIN: [u64; 3] = [6, 5, 8];

#[track_caller]
fn tries_after_the_right_pin(key: &mut Key, landed: usize) {
    assert_eq!(tries(key), RIGHT_PIN[landed.min(2)], "after {landed} writes");
}

#[test]
fn a_first_pin_is_set_or_not() {
    let writes = cut_everywhere(
        false,
        |key, _| {
            let agreement = agree(key);
            done(key, |key, out| agreement.set_pin(NEW, &mut key.rng, out))
        },
        |key, before, landed| {
            assert_eq!(has_pin(key), Some(landed == 1));
            assert_eq!(token(key, NEW, Permissions::MANAGE).is_ok(), landed == 1);
            keeps_all(key, before);
        },
    );
    assert_eq!(writes, 1);
}

#[test]
fn a_changed_pin_is_the_old_one_or_the_new_one() {
    let writes = cut_everywhere(
        true,
        |key, _| {
            let agreement = agree(key);
            done(key, |key, out| agreement.change_pin((PIN, NEW), &mut key.rng, out))
        },
        |key, before, landed| {
            tries_after_the_right_pin(key, landed);
            let (right, wrong) = if landed == 3 { (NEW, PIN) } else { (PIN, NEW) };
            let refused = token(key, wrong, Permissions::MANAGE).err();
            assert_eq!(refused, Some(ClientError::Key(Status::PinInvalid)));
            token(key, right, Permissions::MANAGE).expect("the PIN that counts");
            keeps_all(key, before);
        },
    );
    assert_eq!(writes, 3);
}

#[test]
fn a_wrong_pin_is_never_tried_for_nothing() {
    let writes = cut_everywhere(
        true,
        |key, _| token(key, WRONG, Permissions::MANAGE).map(|_| ()),
        |key, before, landed| {
            assert_eq!(tries(key), 6 - landed as u64);
            keeps_all(key, before);
        },
    );
    assert_eq!(writes, 1);
}

#[test]
fn a_passkey_is_made_or_not_and_takes_the_place_of_the_old_one_in_one_step() {
    for user in [&b"mai"[..], b"aki"] {
        let writes = cut_everywhere(
            true,
            |key, _| {
                let token = token(key, PIN, Permissions::MAKE_CREDENTIAL)?;
                let param = token.authenticate(&[&support::HASH]);
                let request = MakeCredentialRequest { auth: token.auth(&param), ..passkey(user) };
                client::read_made(&ask(key, |_, out| client::make_credential(&request, out)))
                    .map(|_| ())
            },
            |key, before, landed| {
                tries_after_the_right_pin(key, landed);
                let replaces = user == b"aki";
                let passkeys = key.store().passkeys.len();
                assert_eq!(passkeys, 1 + usize::from(landed == 3 && !replaces));
                assert_eq!(signs(key, &before.passkey), !(landed == 3 && replaces));
                assert!(signs(key, &before.sealed));
                let all: Vec<_> =
                    key.store().passkeys.values().map(|it| it.id.0.to_vec()).collect();
                assert!(all.iter().all(|id| signs(key, id)), "half a passkey");
            },
        );
        assert_eq!(writes, 3);
    }
}

#[test]
fn a_passkey_is_renamed_or_not() {
    let writes = cut_everywhere(
        true,
        |key, before| {
            let token = token(key, PIN, Permissions::MANAGE)?;
            let id = &before.passkey;
            done(key, |_, out| client::rename(&token, id, &AKI, out))
        },
        |key, before, landed| {
            tries_after_the_right_pin(key, landed);
            let name = key.store().passkeys.values().next().unwrap().user.name.clone();
            assert_eq!(name, if landed == 3 { "aki@new" } else { "aki" });
            keeps_all(key, before);
        },
    );
    assert_eq!(writes, 3);
}

#[test]
fn a_passkey_is_removed_or_not() {
    let writes = cut_everywhere(
        true,
        |key, before| {
            let token = token(key, PIN, Permissions::MANAGE)?;
            done(key, |_, out| client::remove(Dialect::Standard, &token, &before.passkey, out))
        },
        |key, before, landed| {
            tries_after_the_right_pin(key, landed);
            assert_eq!(signs(key, &before.passkey), landed < 3);
            assert!(signs(key, &before.sealed));
        },
    );
    assert_eq!(writes, 3);
}

#[test]
fn a_large_blob_array_is_the_old_one_or_the_new_one() {
    let new = [2; 300];
    let writes = cut_everywhere(
        true,
        |key, _| {
            let token = token(key, PIN, Permissions::LARGE_BLOB)?;
            write_array(key, &new, Some(&token))
        },
        |key, before, landed| {
            tries_after_the_right_pin(key, landed);
            if landed == 3 {
                assert_eq!(array_of(key)[..300], new);
                assert!(signs(key, &before.passkey) && signs(key, &before.sealed));
            } else {
                keeps_all(key, before);
            }
        },
    );
    assert_eq!(writes, 3);
}

#[test]
fn a_setting_is_changed_whole_or_not_at_all() {
    let writes = cut_everywhere(
        true,
        |key, _| {
            let token = token(key, PIN, Permissions::CONFIG)?;
            let rules = MinPinLengthRequest { length: Some(10), ..MinPinLengthRequest::default() };
            done(key, |_, out| client::set_min_pin_length(&rules, Some(&token), out))
        },
        |key, before, landed| {
            tries_after_the_right_pin(key, landed);
            let answer = ask(key, |_, out| client::get_info(out));
            let info = client::read_info(&answer).unwrap();
            let told = (info.min_pin_length, info.must_change_pin);
            // The PIN is shorter than what is demanded now, which has to be known together.
            let expected = if landed == 3 { (10, true) } else { (4, false) };
            assert_eq!(told, expected);
            keeps_all(key, before);
        },
    );
    assert_eq!(writes, 3);
}

#[test]
fn a_reset_leaves_all_or_nothing() {
    let writes = cut_everywhere(
        true,
        |key, _| done(key, |_, out| client::reset(out)),
        |key, before, landed| {
            if landed == 0 {
                assert_eq!((has_pin(key), tries(key)), (Some(true), 6));
                keeps_all(key, before);
            } else {
                assert_eq!(has_pin(key), Some(false));
                assert!(!signs(key, &before.passkey) && !signs(key, &before.sealed));
                assert_eq!(key.store().large_blob, None);
                key.set_pin(NEW);
                assert_eq!(tries(key), 8);
            }
        },
    );
    assert_eq!(writes, 2);
}

/// Settings that could not be saved after a reset are believed all the same: what was before is gone.
#[test]
fn a_reset_whose_last_write_is_refused_leaves_no_old_pin_in_memory() {
    let (mut key, before) = prepared(true);
    key.store().fails_at = Some(2);
    let ended = done(&mut key, |_, out| client::reset(out));
    assert_eq!(ended, Err(ClientError::Key(Status::Other)));
    assert_eq!(has_pin(&mut key), Some(false));
    assert!(!signs(&mut key, &before.passkey));
    key.power_up(Profile::HOST);
    assert_eq!(has_pin(&mut key), Some(false));
}
