// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stream, a file for each chapter. What is random or secret (ids, tokens, agreed secrets) is put into the
//! same requests for each key; nothing else depends on what was answered.

mod encoding;
mod management;
mod pin;
mod registration;
mod sign_in;

use crate::platform::Platform;
use crate::value::{self, Request};

/// The hash of client data in every request.
const HASH: [u8; 32] = [0xC1; 32];
/// The site most requests are for.
const SITE: &str = "inn.example";

const MAKE_CREDENTIAL: u8 = 0x01;
const GET_ASSERTION: u8 = 0x02;
const GET_INFO: u8 = 0x04;
const CLIENT_PIN: u8 = 0x06;
const RESET: u8 = 0x07;
const GET_NEXT_ASSERTION: u8 = 0x08;
const BIO_ENROLLMENT: u8 = 0x09;
const CREDENTIAL_MANAGEMENT: u8 = 0x0A;
const SELECTION: u8 = 0x0B;
const LARGE_BLOBS: u8 = 0x0C;
const CONFIG: u8 = 0x0D;

/// Asks everything.
pub(crate) fn play(key: &mut Platform<'_>) {
    key.send("what the key is", &Request::new(GET_INFO));
    key.send("a touch, to select the key", &Request::new(SELECTION));
    key.send("a command nobody has defined", &Request::new(0x3F));
    key.send("enrolling fingerprints", &Request::new(BIO_ENROLLMENT));
    key.send("a large blob that is read without parameters", &Request::new(LARGE_BLOBS));
    key.send("a setting without parameters", &Request::new(CONFIG));
    registration::play(key);
    encoding::play(key);
    sign_in::play(key);
    pin::play(key);
    management::play(key);
    pin::block(key);
    key.send("a reset", &Request::new(RESET));
    key.send("a sign-in after the reset", &sign_in());
    let retries = Request::new(CLIENT_PIN).with(2, value::number(1));
    key.send("the PIN's tries after the reset", &retries);
    key.send("a registration after the reset", &registration());
}

/// A registration that is in order: hana at the inn, with ES256.
fn registration() -> Request {
    Request::new(MAKE_CREDENTIAL)
        .with(1, value::bytes(&HASH))
        .with(2, value::map(&[("id", value::text(SITE))]))
        .with(3, user(b"hana"))
        .with(4, value::list(&[value::algorithm(-7)]))
}

/// The same for an account, as a passkey.
fn passkey(account: &[u8]) -> Request {
    registration().with(3, user(account)).with(7, value::map(&[("rk", value::truth(true))]))
}

fn user(id: &[u8]) -> value::Value {
    value::map(&[("id", value::bytes(id)), ("name", value::text("Hana"))])
}

/// A sign-in at the inn that names no credential.
fn sign_in() -> Request {
    Request::new(GET_ASSERTION).with(1, value::text(SITE)).with(2, value::bytes(&HASH))
}
