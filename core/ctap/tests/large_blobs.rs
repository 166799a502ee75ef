// SPDX-License-Identifier: MIT OR Apache-2.0
//! Large blobs, as platforms meet them (CTAP 2.3 section 6.10).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Permissions, Profile, Question};
use kagifuda_ctap::message::config::{Config, ConfigCommand};
use kagifuda_ctap::message::large_blobs::{
    EMPTY_ARRAY, LargeBlobs, authenticated, max_part_bytes, read_part,
};
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use sha2::{Digest as _, Sha256};
use support::{HASH, Key, Reply, Token, registration};

const PIN: &str = "tsubaki";
const SITE: &str = "example.com";
const MOST: usize = max_part_bytes(Profile::HOST.max_message_bytes);

/// An array of so many bytes with the right hash at its end.
fn array(length: usize) -> Vec<u8> {
    let mut array: Vec<u8> = (0..length - 16).map(|index| (index * 31 % 251) as u8).collect();
    array.extend_from_slice(&Sha256::digest(&array)[..16]);
    array
}

#[track_caller]
fn send(key: &mut Key, request: &LargeBlobs<'_>) -> Reply {
    key.command(Command::LargeBlobs, |writer| request.write(writer))
}

fn getting(offset: usize, count: usize) -> LargeBlobs<'static> {
    let (get, offset) = (Some(count as u64), Some(offset as u64));
    LargeBlobs { get, offset, ..LargeBlobs::default() }
}

/// A part of an array, with the whole length where it is the first.
fn setting(whole: usize, offset: usize, part: &[u8]) -> LargeBlobs<'_> {
    let length = (offset == 0).then_some(whole as u64);
    LargeBlobs { set: Some(part), offset: Some(offset as u64), length, ..LargeBlobs::default() }
}

#[track_caller]
fn get(key: &mut Key, offset: usize, count: usize) -> Vec<u8> {
    let body = send(key, &getting(offset, count)).ok();
    read_part(&body).unwrap().to_vec()
}

#[track_caller]
fn set(key: &mut Key, token: &Token, request: LargeBlobs<'_>) -> Reply {
    let message = authenticated(request.offset.unwrap() as u32, request.set.unwrap());
    let param = token.over(&[&message]);
    send(key, &LargeBlobs { auth: token.auth(&param), ..request })
}

#[test]
fn a_fresh_key_holds_an_empty_array() {
    assert_eq!(EMPTY_ARRAY[..], array_of(&[0x80]));
    let mut key = Key::new();
    assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY);
    assert_eq!(get(&mut key, 1, 2), [0x76, 0xBE]);
    assert_eq!(get(&mut key, 17, 1), []);
    send(&mut key, &getting(18, 1)).refused(Status::InvalidParameter);
    assert!(key.questions().is_empty());
}

fn array_of(body: &[u8]) -> Vec<u8> {
    [body, &Sha256::digest(body)[..16]].concat()
}

#[test]
fn an_array_is_written_and_read_in_parts_of_any_length() {
    let whole = array(1000);
    for part_length in [1, 15, 16, 17, 100, 984, 985, 999, 1000] {
        let mut key = Key::new();
        for (index, part) in whole.chunks(part_length).enumerate() {
            assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY, "not before it is whole");
            send(&mut key, &setting(1000, index * part_length, part)).ok();
        }
        assert_eq!(get(&mut key, 0, MOST), whole);
        let mut read = Vec::new();
        while read.len() < whole.len() {
            read.extend(get(&mut key, read.len(), part_length));
        }
        assert_eq!(read, whole);
        assert_eq!(get(&mut key, 1000, 1), []);
        send(&mut key, &getting(1001, 1)).refused(Status::InvalidParameter);
    }
}

#[test]
fn the_largest_array_fits_in_the_largest_parts() {
    let mut key = Key::new();
    let whole = array(Profile::HOST.max_large_blob_bytes);
    send(&mut key, &setting(whole.len(), 0, &whole[..MOST])).ok();
    send(&mut key, &setting(whole.len(), MOST, &whole[MOST..])).ok();
    assert_eq!(get(&mut key, 0, MOST), whole[..MOST]);
    assert_eq!(get(&mut key, MOST, MOST), whole[MOST..]);

    let part = vec![0; MOST + 1];
    send(&mut key, &setting(whole.len(), 0, &part)).refused(Status::InvalidLength);
    send(&mut key, &getting(0, MOST + 1)).refused(Status::InvalidLength);
    let length = whole.len() + 1;
    send(&mut key, &setting(length, 0, b"part")).refused(Status::LargeBlobStorageFull);
}

#[test]
fn a_wrong_hash_leaves_the_array_as_it_was() {
    let mut key = Key::new();
    let (before, mut after) = (array(40), array(50));
    send(&mut key, &setting(40, 0, &before)).ok();
    for wrong in [0, 33, 34, 49] {
        after[wrong] ^= 1;
        send(&mut key, &setting(50, 0, &after[..30])).ok();
        send(&mut key, &setting(50, 30, &after[30..])).refused(Status::IntegrityFailure);
        assert_eq!(get(&mut key, 0, 64), before);
        // It is over: the last part alone does not mend it.
        after[wrong] ^= 1;
        send(&mut key, &setting(50, 30, &after[30..])).refused(Status::InvalidSeq);
    }
}

#[test]
fn parts_come_in_their_order() {
    let mut key = Key::new();
    let whole = array(60);
    send(&mut key, &setting(60, 20, &whole[20..40])).refused(Status::InvalidSeq);
    send(&mut key, &setting(60, 0, &whole[..20])).ok();
    send(&mut key, &setting(60, 40, &whole[40..])).refused(Status::InvalidSeq);
    send(&mut key, &setting(60, 10, &whole[10..20])).refused(Status::InvalidSeq);
    // Reading in between, or anything else, does not disturb.
    assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY);
    send(&mut key, &setting(60, 20, &whole[20..40])).ok();
    key.bare(Command::GetInfo).ok();
    send(&mut key, &setting(60, 40, &whole[40..])).ok();
    assert_eq!(get(&mut key, 0, 64), whole);

    // A first part begins anew, and a power cycle ends everything.
    send(&mut key, &setting(60, 0, &whole[..20])).ok();
    send(&mut key, &setting(60, 0, &whole[..30])).ok();
    send(&mut key, &setting(60, 20, &whole[20..40])).refused(Status::InvalidSeq);
    key.replug();
    send(&mut key, &setting(60, 30, &whole[30..])).refused(Status::InvalidSeq);
}

#[test]
fn a_request_is_for_reading_or_for_writing_and_says_where() {
    let mut key = Key::new();
    let part = array(17);
    let refused = Status::InvalidParameter;
    let set = setting(17, 0, &part);
    for (request, why) in [
        (LargeBlobs { offset: Some(0), ..LargeBlobs::default() }, "neither"),
        (LargeBlobs { get: Some(1), ..set }, "both"),
        (LargeBlobs { offset: None, ..set }, "no offset to write at"),
        (LargeBlobs { offset: None, ..getting(0, 1) }, "no offset to read from"),
        (LargeBlobs { offset: Some(1 << 32), ..getting(0, 1) }, "an offset beyond all"),
        (LargeBlobs { length: Some(17), ..getting(0, 1) }, "a length to read"),
        (LargeBlobs { length: None, ..set }, "a first part without length"),
        (LargeBlobs { length: Some(16), ..set }, "an array shorter than its hash"),
        (LargeBlobs { length: Some(17), offset: Some(5), ..set }, "a later part with length"),
        (setting(17, 0, &[0; 18]), "a part longer than the whole"),
    ] {
        assert_eq!(send(&mut key, &request).status, refused, "{why}");
    }
    let auth = kagifuda_ctap::message::PinUvAuth { param: Some(b"param"), protocol: None };
    send(&mut key, &LargeBlobs { auth, ..getting(0, 1) }).refused(refused);
    let auth = kagifuda_ctap::message::PinUvAuth { param: None, protocol: Some(2) };
    send(&mut key, &LargeBlobs { auth, ..getting(0, 1) }).refused(refused);
}

#[test]
fn once_a_pin_is_set_only_a_token_for_it_writes_and_everybody_reads() {
    let mut key = Key::new();
    key.set_pin(PIN);
    let whole = array(40);
    let first = setting(40, 0, &whole[..25]);
    send(&mut key, &first).refused(Status::PuatRequired);
    for protocol in [PinProtocol::One, PinProtocol::Two] {
        let token = key.token(protocol, PIN, Permissions::LARGE_BLOB, None);
        let param = token.over(&[&authenticated(0, first.set.unwrap())]);
        let mut auth = token.auth(&param);
        auth.protocol = None;
        send(&mut key, &LargeBlobs { auth, ..first }).refused(Status::MissingParameter);
        auth.protocol = Some(3);
        send(&mut key, &LargeBlobs { auth, ..first }).refused(Status::InvalidParameter);
        let auth = token.auth(&param);
        let other = setting(40, 0, &whole[..24]);
        send(&mut key, &LargeBlobs { auth, ..other }).refused(Status::PinAuthInvalid);
        set(&mut key, &token, first).ok();
        // Each part is authenticated where it belongs.
        let last = setting(40, 25, &whole[25..]);
        let param = token.over(&[&authenticated(0, last.set.unwrap())]);
        let auth = token.auth(&param);
        send(&mut key, &LargeBlobs { auth, ..last }).refused(Status::PinAuthInvalid);
        set(&mut key, &token, last).ok();
        assert_eq!(get(&mut key, 0, 64), whole);
    }
    let token = key.token(PinProtocol::Two, PIN, Permissions::MANAGE, None);
    set(&mut key, &token, first).refused(Status::PinAuthInvalid);
    assert!(key.questions().is_empty());
}

#[test]
fn a_token_that_a_touch_has_spent_goes_on_writing_large_blobs_and_does_nothing_else() {
    let mut key = Key::new();
    key.set_pin(PIN);
    let all = Permissions(Permissions::MAKE_CREDENTIAL.0 | Permissions::LARGE_BLOB.0);
    let token = key.token(PinProtocol::Two, PIN, all, Some(SITE));
    let whole = array(40);
    let (first, last) = (setting(40, 0, &whole[..25]), setting(40, 25, &whole[25..]));
    set(&mut key, &token, first).ok();
    let param = token.over(&[&HASH]);
    let register = MakeCredentialRequest { auth: token.auth(&param), ..registration(SITE, b"aki") };
    key.make(&register).ok();
    // The touch ended what the token may do (CTAP 2.3 section 6.5.2.1), but for `lbw`.
    key.make(&register).refused(Status::PinAuthInvalid);
    set(&mut key, &token, last).ok();
    assert_eq!(get(&mut key, 0, 64), whole);

    // One that was never for writing does not become so.
    let token = key.token(PinProtocol::Two, PIN, Permissions::MAKE_CREDENTIAL, Some(SITE));
    let param = token.over(&[&HASH]);
    key.make(&MakeCredentialRequest { auth: token.auth(&param), ..registration(SITE, b"ren") })
        .ok();
    set(&mut key, &token, first).refused(Status::PinAuthInvalid);
}

#[test]
fn what_is_wrong_with_a_part_is_told_in_the_order_of_the_specification() {
    let mut key = Key::new();
    key.set_pin(PIN);
    let token = key.token(PinProtocol::Two, PIN, Permissions::LARGE_BLOB, None);
    let other = key.token(PinProtocol::Two, PIN, Permissions::MANAGE, None);
    // Every request is wrong in all that is told below it, too.
    let (long, part) = (vec![0; MOST + 1], [0; 18]);
    let later = LargeBlobs { offset: Some(5), length: Some(40), ..LargeBlobs::default() };
    for (request, status) in [
        (LargeBlobs { set: Some(&long), get: Some(1), ..later }, Status::InvalidParameter),
        (LargeBlobs { set: Some(&long), ..later }, Status::InvalidLength),
        (LargeBlobs { set: Some(&part), ..later }, Status::InvalidParameter),
        (LargeBlobs { set: Some(&part), length: None, ..later }, Status::InvalidSeq),
        (LargeBlobs { length: None, ..setting(17, 0, &part) }, Status::InvalidParameter),
        (setting(1 << 20, 0, &part), Status::LargeBlobStorageFull),
        (setting(16, 0, &part), Status::InvalidParameter),
        (setting(17, 0, &part), Status::PuatRequired),
    ] {
        send(&mut key, &request).refused(status);
    }
    // What is longer than the whole is told to who may write only.
    let beyond = setting(17, 0, &part);
    let auth = |param, protocol| PinUvAuth { param: Some(param), protocol };
    for (auth, status) in [
        (auth(&[0; 32], None), Status::MissingParameter),
        (auth(&[0; 32], Some(3)), Status::InvalidParameter),
        (auth(&[0; 32], Some(2)), Status::PinAuthInvalid),
    ] {
        send(&mut key, &LargeBlobs { auth, ..beyond }).refused(status);
    }
    set(&mut key, &token, beyond).refused(Status::PinAuthInvalid);
    set(&mut key, &other, beyond).refused(Status::PinAuthInvalid);
    let token = key.token(PinProtocol::Two, PIN, Permissions::LARGE_BLOB, None);
    set(&mut key, &token, beyond).refused(Status::InvalidParameter);
}

#[test]
fn who_may_not_write_does_not_disturb_who_does() {
    let mut key = Key::new();
    key.set_pin(PIN);
    let token = key.token(PinProtocol::Two, PIN, Permissions::LARGE_BLOB, None);
    let whole = array(40);
    set(&mut key, &token, setting(40, 0, &whole[..25])).ok();
    send(&mut key, &setting(40, 0, &whole[..10])).refused(Status::PuatRequired);
    let auth = PinUvAuth { param: Some(&[0; 32]), protocol: Some(2) };
    let forged = LargeBlobs { auth, ..setting(40, 25, &[0; 15]) };
    send(&mut key, &forged).refused(Status::PinAuthInvalid);
    set(&mut key, &token, setting(40, 25, &whole[25..])).ok();
    assert_eq!(get(&mut key, 0, 64), whole);
}

#[test]
fn the_authentication_is_over_the_bytes_the_specification_names() {
    let message = authenticated(0x0102_0304, b"part");
    assert_eq!(message[..32], [0xFF; 32]);
    assert_eq!(message[32..38], [0x0C, 0x00, 0x04, 0x03, 0x02, 0x01]);
    assert_eq!(message[38..], Sha256::digest(b"part")[..]);
}

#[test]
fn under_always_uv_nobody_writes_without_a_token_even_before_a_pin_is_set() {
    let mut key = Key::new();
    let toggle = Config { subcommand: ConfigCommand::ToggleAlwaysUv as u64, ..Config::default() };
    key.command(Command::Config, |writer| toggle.write(writer)).ok();
    let whole = array(17);
    send(&mut key, &setting(17, 0, &whole)).refused(Status::PuatRequired);
    assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY);
}

#[test]
fn a_locked_store_is_opened_by_a_person_first() {
    let mut key = Key::new();
    let whole = array(40);
    for request in [setting(40, 0, &whole[..30]), setting(40, 30, &whole[30..]), getting(0, 64)] {
        key.lock();
        send(&mut key, &request).ok();
        assert_eq!(key.asked, [(Question::Unlock, "LargeBlobs".into())]);
        key.asked.clear();
    }
    assert_eq!(get(&mut key, 0, 64), whole);
}

#[test]
fn a_write_that_fails_leaves_the_array_and_may_be_tried_again() {
    let mut key = Key::new();
    let whole = array(40);
    send(&mut key, &setting(40, 0, &whole[..30])).ok();
    key.store().fails_at = Some(1);
    send(&mut key, &setting(40, 30, &whole[30..])).refused(Status::Other);
    assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY);
    send(&mut key, &setting(40, 30, &whole[30..])).ok();
    assert_eq!(get(&mut key, 0, 64), whole);
}

#[test]
fn a_store_that_is_full_says_so_of_large_blobs_and_keeps_what_it_has() {
    let mut key = Key::new();
    let (before, after) = (array(40), array(60));
    send(&mut key, &setting(40, 0, &before)).ok();
    key.store().large_blob_capacity = 50;
    send(&mut key, &setting(60, 0, &after[..30])).ok();
    send(&mut key, &setting(60, 30, &after[30..])).refused(Status::LargeBlobStorageFull);
    assert_eq!(get(&mut key, 0, 64), before);
}

#[test]
fn a_reset_empties_the_array() {
    let mut key = Key::new();
    let whole = array(40);
    send(&mut key, &setting(40, 0, &whole)).ok();
    send(&mut key, &setting(40, 0, &whole[..30])).ok();
    key.bare(Command::Reset).ok();
    assert_eq!(get(&mut key, 0, 64), EMPTY_ARRAY);
    send(&mut key, &setting(40, 30, &whole[30..])).refused(Status::InvalidSeq);
}
