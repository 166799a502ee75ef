// SPDX-License-Identifier: MIT OR Apache-2.0
//! The client and the authenticator, talking to each other.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Permissions, Profile, Question};
use kagifuda_ctap::client::{
    self, Agreement, ArrayReader, ArrayWriter, ClientError, Dialect, PasskeyList, PinRetries,
    SiteList, Token,
};
use kagifuda_ctap::cose::Algorithm;
use kagifuda_ctap::entity::{RpIdHash, UserRef};
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::{AssertOutputs, AuthData, Flags, MakeOutputs};
use kagifuda_ctap::message::config::MinPinLengthRequest;
use kagifuda_ctap::message::extension::{AssertInputs, MakeInputs};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::get_info::InfoOptions;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use kagifuda_ctap::store::Protection;
use support::{HASH, Key, ask, registration, sign_in_at};

const SITE: &str = "example.com";
const PIN: &str = "tsubaki";
const BOTH: [PinProtocol; 2] = [PinProtocol::One, PinProtocol::Two];
const DISCOVERABLE: Options = Options { rk: Some(true), up: None, uv: None };

#[track_caller]
fn agree(key: &mut Key, protocol: PinProtocol) -> Agreement {
    let answer = ask(key, |_, out| client::key_agreement(protocol, out));
    Agreement::new(protocol, &answer, &mut key.rng).unwrap()
}

#[track_caller]
fn set_pin(key: &mut Key, pin: &str) -> Result<(), ClientError> {
    let agreement = agree(key, PinProtocol::Two);
    let answer = ask(key, |key, out| agreement.set_pin(pin, &mut key.rng, out));
    client::read_done(&answer)
}

#[track_caller]
fn token(key: &mut Key, permissions: Permissions, rp_id: Option<&str>) -> Token {
    let agreement = agree(key, PinProtocol::Two);
    let wanted = (permissions, rp_id);
    let answer = ask(key, |key, out| agreement.token_by_pin(PIN, wanted, &mut key.rng, out));
    agreement.read_token(&answer).unwrap()
}

#[test]
fn a_client_asks_a_key_what_it_is_and_which_one_is_meant() {
    let mut key = Key::new();
    let answer = ask(&mut key, |_, out| client::get_info(out));
    let info = client::read_info(&answer).unwrap();
    assert!(info.has_version("FIDO_2_3") && info.has_tokens_with_permissions());
    assert_eq!(Dialect::of(&info.options), Some(Dialect::Standard));
    let answer = ask(&mut key, |_, out| client::selection(out));
    client::read_done(&answer).unwrap();
    assert_eq!(key.questions(), [Question::Touch]);
}

#[test]
fn a_pin_is_set_changed_and_tried_under_both_protocols() {
    for protocol in BOTH {
        let mut key = Key::new();
        let agreement = agree(&mut key, protocol);
        let answer = ask(&mut key, |key, out| agreement.set_pin("1357", &mut key.rng, out));
        client::read_done(&answer).unwrap();

        let agreement = agree(&mut key, protocol);
        let pins = ("1357", PIN);
        let answer = ask(&mut key, |key, out| agreement.change_pin(pins, &mut key.rng, out));
        client::read_done(&answer).unwrap();

        let agreement = agree(&mut key, protocol);
        let answer = ask(&mut key, |key, out| agreement.legacy_token("1357", &mut key.rng, out));
        let refused = agreement.read_token(&answer).err();
        assert_eq!(refused, Some(ClientError::Key(Status::PinInvalid)));
        let answer = ask(&mut key, |_, out| client::pin_retries(out));
        let left = PinRetries { left: 7, needs_power_cycle: false };
        assert_eq!(client::read_pin_retries(&answer), Ok(left));

        let agreement = agree(&mut key, protocol);
        let answer = ask(&mut key, |key, out| agreement.legacy_token(PIN, &mut key.rng, out));
        let token = agreement.read_token(&answer).unwrap();
        let param = token.authenticate(&[&HASH]);
        let request =
            MakeCredentialRequest { auth: token.auth(&param), ..registration(SITE, b"aki") };
        let answer = ask(&mut key, |_, out| client::make_credential(&request, out));
        let made = client::read_made(&answer).unwrap();
        assert!(AuthData::read(made.auth_data).unwrap().flags.has(Flags::USER_VERIFIED));
    }
}

#[test]
fn a_key_without_a_pin_has_no_tries_to_tell() {
    let mut key = Key::new();
    let none = Err(ClientError::Key(Status::PinNotSet));
    let answer = ask(&mut key, |_, out| client::pin_retries(out));
    assert_eq!(client::read_pin_retries(&answer), none);

    set_pin(&mut key, PIN).unwrap();
    let answer = ask(&mut key, |_, out| client::reset(out));
    client::read_done(&answer).unwrap();
    let answer = ask(&mut key, |_, out| client::pin_retries(out));
    assert_eq!(client::read_pin_retries(&answer), none);
}

#[test]
fn a_client_hears_when_a_key_wants_to_be_unplugged() {
    let mut key = Key::new();
    set_pin(&mut key, PIN).unwrap();
    for _ in 0..3 {
        let agreement = agree(&mut key, PinProtocol::Two);
        ask(&mut key, |key, out| agreement.legacy_token("wrong", &mut key.rng, out));
    }
    let answer = ask(&mut key, |_, out| client::pin_retries(out));
    let left = PinRetries { left: 5, needs_power_cycle: true };
    assert_eq!(client::read_pin_retries(&answer), Ok(left));
}

#[test]
fn a_pin_no_key_can_take_is_refused_before_anything_is_sent() {
    let mut key = Key::new();
    let agreement = agree(&mut key, PinProtocol::Two);
    let long = "鍵".repeat(21);
    let mut out = [0; 512];
    agreement.set_pin(&long, &mut key.rng, &mut out).unwrap();
    let longer = "1".repeat(64);
    let refused = Err(ClientError::PinTooLong);
    assert_eq!(agreement.set_pin(&longer, &mut key.rng, &mut out), refused);
    assert_eq!(agreement.change_pin((PIN, &longer), &mut key.rng, &mut out), refused);
}

#[test]
fn a_person_who_is_recognised_gets_a_token() {
    let mut key = Key::of(Profile { has_built_in_uv: true, ..Profile::HOST });
    let answer = ask(&mut key, |_, out| client::uv_retries(out));
    assert_eq!(client::read_uv_retries(&answer), Ok(5));
    let agreement = agree(&mut key, PinProtocol::Two);
    let answer = ask(&mut key, |_, out| {
        agreement.token_by_recognition(Permissions::GET_ASSERTION, Some(SITE), out)
    });
    agreement.read_token(&answer).unwrap();
    assert_eq!(key.questions(), [Question::Verify]);
    let mut without = Key::new();
    let answer = ask(&mut without, |_, out| client::uv_retries(out));
    let refused = Err(ClientError::Key(Status::InvalidSubcommand));
    assert_eq!(client::read_uv_retries(&answer), refused);
}

#[test]
fn registering_and_signing_in_give_the_same_secret() {
    for protocol in BOTH {
        let mut key = Key::new();
        let agreement = agree(&mut key, protocol);
        let salts = agreement.seal_salts(&[1; 32], Some(&[2; 32]), &mut key.rng);
        let extensions = MakeInputs {
            cred_protect: Some(2),
            cred_blob: Some(b"blob"),
            hmac_secret: Some(true),
            hmac_secret_mc: Some(salts.input()),
            large_blob_key: Some(true),
            ..MakeInputs::default()
        };
        let options = DISCOVERABLE;
        let request = MakeCredentialRequest { extensions, options, ..registration(SITE, b"aki") };
        let answer = ask(&mut key, |_, out| client::make_credential(&request, out));
        let made = client::read_made(&answer).unwrap();
        let data = AuthData::read(made.auth_data).unwrap();
        let attested = data.attested.unwrap();
        assert_eq!(attested.key().unwrap().algorithm(), Algorithm::Es256);
        assert_eq!(data.rp, RpIdHash::of(SITE));
        let outputs = MakeOutputs::read(data.extensions.unwrap()).unwrap();
        assert_eq!((outputs.cred_protect, outputs.cred_blob), (Some(2), Some(true)));
        assert_eq!(outputs.hmac_secret, Some(true));
        let told = agreement.open_secrets(outputs.hmac_secret_mc.unwrap()).unwrap();

        let agreement = agree(&mut key, protocol);
        let salts = agreement.seal_salts(&[1; 32], None, &mut key.rng);
        let extensions = AssertInputs {
            cred_blob: Some(true),
            hmac_secret: Some(salts.input()),
            large_blob_key: Some(true),
            third_party_payment: Some(true),
        };
        let allow = [attested.id];
        let request = GetAssertionRequest { allow: &allow, extensions, ..sign_in_at(SITE) };
        let answer = ask(&mut key, |_, out| client::get_assertion(&request, out));
        let assertion = client::read_assertion(&answer).unwrap();
        assert_eq!(assertion.large_blob_key, made.large_blob_key);
        let data = AuthData::read(assertion.auth_data).unwrap();
        assert_eq!((data.attested, data.count), (None, 0));
        let outputs = AssertOutputs::read(data.extensions.unwrap()).unwrap();
        assert_eq!(outputs.cred_blob, Some(&b"blob"[..]));
        assert_eq!(outputs.third_party_payment, Some(false));
        let again = agreement.open_secrets(outputs.hmac_secret.unwrap()).unwrap();
        assert_eq!(again.0, told.0[..32]);
    }
}

#[test]
fn the_accounts_of_a_site_come_one_by_one() {
    let mut key = Key::new();
    for user in [b"aki", b"eri"] {
        let request = MakeCredentialRequest { options: DISCOVERABLE, ..registration(SITE, user) };
        let answer = ask(&mut key, |_, out| client::make_credential(&request, out));
        client::read_made(&answer).unwrap();
    }
    let answer = ask(&mut key, |_, out| client::get_assertion(&sign_in_at(SITE), out));
    let first = client::read_assertion(&answer).unwrap();
    assert_eq!((first.user.unwrap().id, first.count), (&b"eri"[..], Some(2)));
    let answer = ask(&mut key, |_, out| client::get_next_assertion(out));
    assert_eq!(client::read_assertion(&answer).unwrap().user.unwrap().id, b"aki");
    let answer = ask(&mut key, |_, out| client::get_next_assertion(out));
    let refused = Err(ClientError::Key(Status::NotAllowed));
    assert_eq!(client::read_assertion(&answer), refused);
}

// Managing passkeys.

/// A key with three passkeys at two sites, and a PIN.
fn filled() -> Key {
    let mut key = Key::new();
    for (rp_id, user) in [(SITE, b"aki"), ("example.org", b"eri"), (SITE, b"ume")] {
        let extensions = MakeInputs {
            cred_protect: Some(3),
            large_blob_key: Some(true),
            third_party_payment: Some(true),
            ..MakeInputs::default()
        };
        let options = DISCOVERABLE;
        let request = MakeCredentialRequest { extensions, options, ..registration(rp_id, user) };
        key.make(&request).ok();
    }
    set_pin(&mut key, PIN).unwrap();
    key
}

/// Everything a token can see: sites and the accounts there, with their ids.
fn everything(key: &mut Key, token: &Token) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut sites = SiteList::new(Dialect::Standard, token);
    let mut out = [0; 256];
    let mut hashes = Vec::new();
    while let Some(length) = sites.request(&mut out).unwrap() {
        let answer = send(key, &out[..length]);
        if let Some(site) = sites.take(&answer).unwrap() {
            assert_eq!(site.rp_hash, RpIdHash::of(site.rp.id));
            hashes.push((site.rp.id.to_owned(), site.rp_hash));
        }
    }
    let mut all = Vec::new();
    for (rp_id, hash) in hashes {
        let mut passkeys = PasskeyList::new(Dialect::Standard, token, hash);
        while let Some(length) = passkeys.request(&mut out).unwrap() {
            let answer = send(key, &out[..length]);
            let passkey = passkeys.take(&answer).unwrap().unwrap();
            assert_eq!(passkey.protection, Some(Protection::Required));
            assert!(passkey.public_key.is_some() && passkey.large_blob_key.is_some());
            assert_eq!(passkey.third_party_payment, Some(true));
            let name = passkey.user.name.unwrap_or_default();
            all.push((format!("{rp_id}/{name}"), passkey.user.id.to_vec(), passkey.id.to_vec()));
        }
    }
    all
}

fn send(key: &mut Key, request: &[u8]) -> Vec<u8> {
    ask(key, |_, out| {
        out[..request.len()].copy_from_slice(request);
        Ok(request.len())
    })
}

#[test]
fn everything_a_key_holds_is_listed_renamed_and_removed() {
    let mut key = filled();
    let token = token(&mut key, Permissions::MANAGE, None);
    let answer = ask(&mut key, |_, out| client::count(Dialect::Standard, &token, out));
    let count = client::read_count(&answer).unwrap();
    assert_eq!((count.count, count.room), (3, 97));
    let all = everything(&mut key, &token);
    let users: Vec<_> = all.iter().map(|(_, user, _)| &user[..]).collect();
    assert_eq!(users, [&b"ume"[..], b"aki", b"eri"], "the newest first");

    let user = UserRef { id: b"aki", name: Some("akiko"), display_name: None };
    let id = &all[1].2;
    let answer = ask(&mut key, |_, out| client::rename(&token, id, &user, out));
    client::read_done(&answer).unwrap();
    let all = everything(&mut key, &token);
    assert_eq!(all[1].0, "example.com/akiko");

    for (_, _, id) in &all {
        let answer = ask(&mut key, |_, out| client::remove(Dialect::Standard, &token, id, out));
        client::read_done(&answer).unwrap();
    }
    assert!(everything(&mut key, &token).is_empty());
    let nowhere = PasskeyList::new(Dialect::Standard, &token, RpIdHash::of(SITE));
    let mut out = [0; 256];
    let mut list = nowhere;
    let length = list.request(&mut out).unwrap().unwrap();
    let answer = send(&mut key, &out[..length]);
    assert_eq!(list.take(&answer), Ok(None));
    assert_eq!(list.request(&mut out), Ok(None));
}

#[test]
fn the_lasting_token_lists_after_the_key_was_unplugged() {
    let mut key = filled();
    let token = token(&mut key, Permissions::LIST, None);
    let kept = token.expose().to_vec();
    key.replug();
    let token = Token::kept(PinProtocol::Two, &kept).unwrap();
    assert_eq!(everything(&mut key, &token).len(), 3);
    let answer = ask(&mut key, |_, out| client::remove(Dialect::Standard, &token, &[1], out));
    assert_eq!(client::read_done(&answer), Err(ClientError::Key(Status::PinAuthInvalid)));
    assert_eq!(Token::kept(PinProtocol::Two, &kept[1..]).err(), Some(Status::InvalidLength));
}

#[test]
fn a_key_of_the_draft_is_asked_in_its_own_dialect() {
    let draft = InfoOptions { cred_mgmt_preview: Some(true), ..InfoOptions::default() };
    assert_eq!(Dialect::of(&draft), Some(Dialect::Preview));
    assert_eq!(Dialect::of(&InfoOptions::default()), None);
    let token = Token::kept(PinProtocol::One, &[1; 32]).unwrap();
    let mut out = [0; 64];
    let length = client::count(Dialect::Preview, &token, &mut out).unwrap();
    let mut standard = [0; 64];
    client::count(Dialect::Standard, &token, &mut standard).unwrap();
    assert_eq!((out[0], &out[1..length]), (0x41, &standard[1..length]));
}

#[test]
fn a_list_that_contradicts_itself_ends() {
    let token = Token::kept(PinProtocol::One, &[1; 32]).unwrap();
    let site = |count: Option<u8>| {
        let mut answer = vec![0, 0xA2, 3, 0xA1, 0x62, b'i', b'd', 0x61, b'x', 4, 0x58, 32];
        answer.extend_from_slice(&RpIdHash::of("x").0);
        if let Some(count) = count {
            answer[1] = 0xA3;
            answer.extend_from_slice(&[5, count]);
        }
        answer
    };
    let mut list = SiteList::new(Dialect::Standard, &token);
    assert_eq!(list.take(&site(None)), Err(ClientError::Garbled));
    assert!(list.take(&site(Some(1))).unwrap().is_some());
    assert_eq!(list.request(&mut [0; 64]), Ok(None));
    // One more than was told.
    assert_eq!(list.take(&site(None)), Err(ClientError::Garbled));
    // Some keys say "none" by a count.
    let mut list = SiteList::new(Dialect::Standard, &token);
    assert_eq!(list.take(&[0, 0xA1, 5, 0]), Ok(None));
    assert_eq!(list.request(&mut [0; 64]), Ok(None));
}

// Settings.

#[test]
fn settings_are_changed_with_a_token_and_without_where_nothing_is_set() {
    let mut key = Key::new();
    let answer = ask(&mut key, |_, out| client::toggle_always_uv(None, out));
    client::read_done(&answer).unwrap();
    let answer = ask(&mut key, |_, out| client::toggle_always_uv(None, out));
    client::read_done(&answer).unwrap();
    set_pin(&mut key, PIN).unwrap();
    let answer = ask(&mut key, |_, out| client::toggle_always_uv(None, out));
    assert_eq!(client::read_done(&answer), Err(ClientError::Key(Status::PuatRequired)));

    let token = token(&mut key, Permissions::CONFIG, None);
    let rules = MinPinLengthRequest {
        length: Some(6),
        rp_ids: Some(&[SITE, "example.org"]),
        ..MinPinLengthRequest::default()
    };
    let answer = ask(&mut key, |_, out| client::set_min_pin_length(&rules, Some(&token), out));
    client::read_done(&answer).unwrap();
    let answer = ask(&mut key, |_, out| client::enable_long_touch_for_reset(Some(&token), out));
    client::read_done(&answer).unwrap();
    let answer = ask(&mut key, |_, out| client::enable_enterprise_attestation(Some(&token), out));
    assert_eq!(client::read_done(&answer), Err(ClientError::Key(Status::InvalidSubcommand)));
    let answer = ask(&mut key, |_, out| client::get_info(out));
    let info = client::read_info(&answer).unwrap();
    assert_eq!((info.min_pin_length, info.is_long_touch_for_reset), (6, Some(true)));

    key.questions();
    let answer = ask(&mut key, |_, out| client::reset(out));
    client::read_done(&answer).unwrap();
    assert_eq!(key.questions(), [Question::LongTouch]);
}

// Large blobs.

#[track_caller]
fn read_array(key: &mut Key, max_message_bytes: usize) -> Result<Vec<u8>, ClientError> {
    let mut room = [0; 8193];
    let mut reader = ArrayReader::new(max_message_bytes, &mut room);
    let mut out = [0; 64];
    while let Some(length) = reader.request(&mut out).unwrap() {
        let answer = send(key, &out[..length]);
        reader.take(&answer)?;
    }
    reader.finish().map(<[u8]>::to_vec)
}

#[track_caller]
fn write_array(key: &mut Key, size: usize, array: &[u8], token: Option<&Token>) {
    let mut writer = ArrayWriter::new(size, array, token);
    let mut out = [0; 8192];
    while let Some(length) = writer.request(&mut out).unwrap() {
        let reply = key.send(&out[..length]);
        writer.take(&[reply.status as u8]).unwrap();
    }
}

#[test]
fn an_array_of_any_length_is_written_and_read_in_parts_of_any_length() {
    let mut key = Key::new();
    assert_eq!(read_array(&mut key, 7609).unwrap(), [0x80]);
    for size in [65, 66, 80, 128, 1024, 7609] {
        for length in [1, 15, 16, 17, 47, 48, 49, 500, 960, 1000] {
            if length > 100 && size < 80 {
                continue;
            }
            // A byte string is an array as good as any, as far as the key can tell.
            let array = vec![length as u8; length];
            write_array(&mut key, size, &array, None);
            assert_eq!(read_array(&mut key, size).unwrap(), array, "{length} in {size}");
        }
    }
    set_pin(&mut key, PIN).unwrap();
    let token = token(&mut key, Permissions::LARGE_BLOB, None);
    write_array(&mut key, 100, &[0x80; 300], Some(&token));
    assert_eq!(read_array(&mut key, 7609).unwrap(), [0x80; 300]);
}

#[test]
fn a_damaged_array_is_noticed_and_a_long_one_does_not_fit() {
    let mut key = Key::new();
    write_array(&mut key, 7609, &[0x80; 300], None);
    key.store().large_blob.as_mut().unwrap()[17] ^= 1;
    assert_eq!(read_array(&mut key, 7609), Err(ClientError::Damaged));
    let mut room = [0; 316];
    let mut reader = ArrayReader::new(7609, &mut room);
    let mut out = [0; 64];
    let length = reader.request(&mut out).unwrap().unwrap();
    let answer = send(&mut key, &out[..length]);
    reader.take(&answer).unwrap();
    assert_eq!(reader.request(&mut out), Err(ClientError::BufferTooSmall));
    assert_eq!(reader.finish(), Err(ClientError::Damaged));
    let mut reader = ArrayReader::new(7609, &mut room);
    let longer = [&[0, 0xA1, 1, 0x59, 2, 0][..], &[0; 512]].concat();
    assert_eq!(reader.take(&longer), Err(ClientError::Garbled));
}

// Errors.

#[test]
fn a_refusal_is_told_apart_from_nonsense() {
    assert_eq!(client::read_done(&[]), Err(ClientError::Garbled));
    assert_eq!(client::read_done(&[0x2E]), Err(ClientError::Key(Status::NoCredentials)));
    assert_eq!(client::read_done(&[0xF1]), Err(ClientError::Unnamed(0xF1)));
    for nonsense in [&[0][..], &[0, 0xFF], &[0, 0xA0], &[0, 0x80]] {
        assert_eq!(client::read_made(nonsense), Err(ClientError::Garbled));
        assert_eq!(client::read_assertion(nonsense), Err(ClientError::Garbled));
        assert_eq!(client::read_pin_retries(nonsense), Err(ClientError::Garbled));
        assert_eq!(client::read_count(nonsense), Err(ClientError::Garbled));
        assert!(client::read_info(nonsense).is_err());
    }
}

#[test]
fn a_buffer_that_is_too_small_is_our_own_mistake() {
    let token = Token::kept(PinProtocol::Two, &[1; 32]).unwrap();
    let rules = MinPinLengthRequest { length: Some(6), ..MinPinLengthRequest::default() };
    let mut list = [0; 64];
    let enough = client::set_min_pin_length(&rules, Some(&token), &mut list).unwrap();
    for length in 0..enough {
        let refused = client::set_min_pin_length(&rules, Some(&token), &mut list[..length]);
        assert_eq!(refused, Err(ClientError::BufferTooSmall));
    }
    assert_eq!(client::get_info(&mut []), Err(ClientError::BufferTooSmall));
    let mut out = [0; 40];
    let refused = client::make_credential(&registration(SITE, b"aki"), &mut out);
    assert_eq!(refused, Err(ClientError::BufferTooSmall));
    let writer = ArrayWriter::new(7609, &[0x80], None);
    for length in 0..20 {
        assert_eq!(writer.request(&mut out[..length]), Err(ClientError::BufferTooSmall));
    }
}
