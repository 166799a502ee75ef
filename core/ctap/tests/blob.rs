// SPDX-License-Identifier: MIT OR Apache-2.0
//! The blobs in an array of large blobs, as platforms keep them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::cbor;
use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::client::blob::{Blob, find, join, replace};

const EMPTY: &[u8] = &[0x80];

fn key(number: u8) -> [u8; 32] {
    [number; 32]
}

/// The array with this blob for this key.
fn with(array: &[u8], number: u8, blob: Option<Blob<'_>>, seed: u8) -> Vec<u8> {
    let mut rng = ChaCha20Rng::from_seed([seed; 32]);
    let mut out = vec![0; array.len() + 200_000];
    let length = replace(array, &key(number), blob, &mut rng, &mut out).unwrap();
    out.truncate(length);
    assert_eq!(cbor::check(&out), Ok(()));
    out
}

fn found(array: &[u8], number: u8) -> Option<Vec<u8>> {
    let mut room = vec![0; 300_000];
    find(array, &key(number), &mut room).unwrap().map(|length| room[..length].to_vec())
}

#[test]
fn every_credential_finds_its_own_blob_and_no_other() {
    let mut array = EMPTY.to_vec();
    for number in 1..=30 {
        array = with(&array, number, Some(Blob::Plain(&[number; 9])), number);
    }
    for number in 1..=30 {
        assert_eq!(found(&array, number), Some(vec![number; 9]));
    }
    assert_eq!(found(&array, 31), None);
}

#[test]
fn a_new_blob_takes_the_place_of_the_old_one() {
    let array = with(EMPTY, 1, Some(Blob::Plain(b"old")), 1);
    let array = with(&array, 2, Some(Blob::Plain(b"other")), 2);
    let array = with(&array, 1, Some(Blob::Plain(b"new")), 3);
    assert_eq!(array[0], 0x82, "two blobs");
    assert_eq!(found(&array, 1).unwrap(), b"new");
    assert_eq!(found(&array, 2).unwrap(), b"other");
    let array = with(&array, 1, None, 4);
    assert_eq!((array[0], found(&array, 1)), (0x81, None));
    assert_eq!(with(&array, 2, None, 5), EMPTY);
    assert_eq!(with(EMPTY, 2, None, 6), EMPTY);
}

#[test]
fn a_blob_of_any_length_comes_back() {
    for length in [0, 1, 65_534, 65_535, 65_536, 140_000] {
        let blob: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let array = with(EMPTY, 1, Some(Blob::Plain(&blob)), 1);
        assert!(found(&array, 1) == Some(blob), "{length} bytes");
    }
}

#[test]
fn what_nobody_here_understands_stays() {
    // A number, a map with other keys, a nonce that is too short, and a ciphertext without a tag.
    let strange = [
        &[0x84, 0x07, 0xA1, 0x09, 0x09][..],
        &[0xA3, 0x01, 0x50],
        &[0; 16],
        &[0x02, 0x41, 0, 0x03, 0x01, 0xA3, 0x01, 0x41, 0, 0x02, 0x4C],
        &[0; 12],
        &[0x03, 0x01],
    ]
    .concat();
    assert_eq!(cbor::check(&strange), Ok(()));
    let array = with(&strange, 1, Some(Blob::Plain(b"mine")), 1);
    assert_eq!(found(&array, 1).unwrap(), b"mine");
    assert_eq!(with(&array, 1, None, 2), strange);
}

/// Made by another implementation: zlib at its default level, AES-256-GCM by OpenSSL.
const ELSEWHERE: &[u8] = &[
    0xF8, 0x4C, 0x20, 0xF5, 0xCA, 0x53, 0x8A, 0xF5, 0x99, 0xC3, 0xF9, 0xB6, 0x79, 0xC7, 0xF3, 0x0B,
    0xF0, 0x11, 0xDF, 0xEC, 0x5A, 0x41, 0x6A, 0xC5, 0x56, 0x84, 0x62, 0xC5, 0xCA, 0xF4, 0xF0, 0xD0,
    0xC0, 0xDB, 0x6E,
];

fn elsewhere(ciphertext: &[u8], original_bytes: u8) -> Vec<u8> {
    let head = [0x81, 0xA3, 0x01, 0x58, ciphertext.len() as u8];
    [&head[..], ciphertext, &[0x02, 0x4C], &[9; 12], &[0x03, 0x18, original_bytes]].concat()
}

#[test]
fn a_blob_that_another_platform_compressed_is_read() {
    let key: [u8; 32] = core::array::from_fn(|at| at as u8);
    let array = elsewhere(ELSEWHERE, 40);
    let mut room = [0; 100];
    let length = find(&array, &key, &mut room).unwrap().unwrap();
    assert_eq!(&room[..length], b"a small blob, a small blob, a small blob");
    // Nothing of what was decrypted on the way is left.
    assert!(room[length..].iter().all(|byte| *byte == 0));
}

#[test]
fn a_blob_whose_length_or_bytes_were_changed_is_not_found() {
    let key: [u8; 32] = core::array::from_fn(|at| at as u8);
    let mut room = [0; 100];
    assert_eq!(find(&elsewhere(ELSEWHERE, 41), &key, &mut room), Ok(None));
    for at in 0..ELSEWHERE.len() {
        let mut changed = ELSEWHERE.to_vec();
        changed[at] ^= 1;
        assert_eq!(find(&elsewhere(&changed, 40), &key, &mut room), Ok(None));
    }
}

#[test]
fn a_blob_compressed_by_the_caller_is_kept_as_it_is() {
    let deflated = [
        0x4B, 0x54, 0x28, 0xCE, 0x4D, 0xCC, 0xC9, 0x51, 0x48, 0xCA, 0xC9, 0x4F, 0xD2, 0x51, 0x48,
        0xC4, 0xC9, 0x03, 0x00,
    ];
    let blob = Blob::Deflated { bytes: &deflated, original_bytes: 40 };
    let array = with(EMPTY, 1, Some(blob), 1);
    assert_eq!(found(&array, 1).unwrap(), b"a small blob, a small blob, a small blob");
    for (bytes, original_bytes) in [(&deflated[..], 39), (&deflated, 41), (&deflated[..9], 40)] {
        let array = with(EMPTY, 1, Some(Blob::Deflated { bytes, original_bytes }), 1);
        let mut room = [0; 200];
        assert_eq!(find(&array, &key(1), &mut room), Err(ClientError::Damaged));
    }
}

#[test]
fn two_arrays_become_one_with_each_blob_once() {
    let shared = with(EMPTY, 1, Some(Blob::Plain(b"shared")), 1);
    let first = with(&shared, 2, Some(Blob::Plain(b"first")), 2);
    let second = with(&shared, 3, Some(Blob::Plain(b"second")), 3);
    let joined = |array: &[u8], more: &[u8]| {
        let mut out = vec![0; array.len() + more.len()];
        let length = join(array, more, &mut out).unwrap();
        out.truncate(length);
        assert_eq!(cbor::check(&out), Ok(()));
        out
    };
    let both = joined(&first, &second);
    assert_eq!(both[0], 0x83, "three blobs");
    for (number, blob) in [(1, "shared"), (2, "first"), (3, "second")] {
        assert_eq!(found(&both, number).as_deref(), Some(blob.as_bytes()));
    }
    assert_eq!(joined(&first, EMPTY), first);
    assert_eq!(joined(EMPTY, &first), first);
    assert_eq!(joined(&both, &second), both);
    // Of two blobs for one key, that of the first array is found.
    let newer = with(EMPTY, 1, Some(Blob::Plain(b"newer")), 4);
    assert_eq!(found(&joined(&newer, &first), 1).as_deref(), Some(&b"newer"[..]));
    for length in 0..both.len() {
        let refused = join(&first, &second, &mut vec![0; length]);
        assert_eq!(refused, Err(ClientError::BufferTooSmall), "{length}");
    }
    for broken in [&[][..], &[0xA0], &[0x81]] {
        assert_eq!(join(broken, EMPTY, &mut [0; 64]), Err(ClientError::Damaged));
        assert_eq!(join(EMPTY, broken, &mut [0; 64]), Err(ClientError::Damaged));
    }
}

#[test]
fn what_is_no_array_is_damaged_and_what_does_not_fit_is_said() {
    let mut room = [0; 64];
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    for broken in [&[][..], &[0xA0], &[0x81], &[0x82, 0x00], &[0x9B, 0xFF]] {
        assert_eq!(find(broken, &key(1), &mut room), Err(ClientError::Damaged));
        let refused = replace(broken, &key(1), None, &mut rng, &mut room);
        assert_eq!(refused, Err(ClientError::Damaged));
    }
    let array = with(EMPTY, 1, Some(Blob::Plain(&[1; 40])), 1);
    let too_small = Err(ClientError::BufferTooSmall);
    for length in 0..45 + 40 {
        assert_eq!(find(&array, &key(1), &mut vec![0; length]), too_small, "{length}");
    }
    assert_eq!(find(&array, &key(1), &mut [0; 45 + 40]), Ok(Some(40)));
    for length in 0..array.len() {
        let refused = replace(&array, &key(2), None, &mut rng, &mut vec![0; length]);
        assert_eq!(refused, Err(ClientError::BufferTooSmall), "{length}");
    }
}
