// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests whose CBOR is not what it should be (CTAP 2.3 section 8).

use super::{
    CLIENT_PIN, GET_ASSERTION, GET_INFO, HASH, MAKE_CREDENTIAL, SITE, registration, sign_in,
};
use crate::platform::Platform;
use crate::value::{bytes, text};

pub(super) fn play(key: &mut Platform<'_>) {
    let order = registration().bytes();
    let (hash, site) = (bytes(&HASH), text(SITE));
    let sign_in_of = |parts: &[&[u8]]| [&[GET_ASSERTION], &parts.concat()[..]].concat();

    key.send_bytes("a request with a byte behind it", &[&order[..], &[0]].concat());
    key.send_bytes("a request that breaks off", &order[..order.len() - 1]);
    key.send_bytes("a request that is a list", &[MAKE_CREDENTIAL, 0x80]);
    key.send_bytes("a request that is an empty map", &[MAKE_CREDENTIAL, 0xA0]);
    key.send_bytes("a question for what the key is, with an empty map", &[GET_INFO, 0xA0]);
    key.send_bytes(
        "a parameter that comes twice",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &[2], &hash]),
    );
    key.send_bytes("parameters in another order", &sign_in_of(&[&[0xA2, 2], &hash, &[1], &site]));
    key.send_bytes(
        "a parameter's number in two bytes",
        &sign_in_of(&[&[0xA2, 0x18, 1], &site, &[2], &hash]),
    );
    key.send_bytes(
        "a map's length in two bytes",
        &sign_in_of(&[&[0xB8, 2, 1], &site, &[2], &hash]),
    );
    key.send_bytes("a map of no length", &sign_in_of(&[&[0xBF, 1], &site, &[2], &hash, &[0xFF]]));
    let in_parts = [&[0x5F, 0x50], &HASH[..16], &[0x50], &HASH[16..], &[0xFF]].concat();
    key.send_bytes("a hash in parts", &sign_in_of(&[&[0xA2, 1], &site, &[2], &in_parts]));
    key.send_bytes(
        "a site that is not UTF-8",
        &sign_in_of(&[&[0xA2, 1, 0x62, 0xC3, 0x28, 2], &hash]),
    );
    key.send_bytes(
        "a text as a parameter's number",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &text("a"), &[0xF5]]),
    );
    key.send_bytes(
        "a negative number as a parameter's",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &[0x20, 0xF5]]),
    );
    key.send_bytes("a tag around the hash", &sign_in_of(&[&[0xA2, 1], &site, &[2, 0xC2], &hash]));
    key.send_bytes(
        "a fraction as an unknown parameter",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &[0x18, 0x63, 0xF9, 0x3C, 0]]),
    );
    key.send_bytes(
        "lists in lists, five deep",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &[0x18, 0x63, 0x81, 0x81, 0x81, 0x81, 0x80]]),
    );
    key.send_bytes("a length without its bytes", &sign_in_of(&[&[0xA2, 1], &site, &[2, 0x58]]));
    key.send_bytes(
        "a length beyond all memory",
        &sign_in_of(&[&[0xA2, 1], &site, &[2, 0x5B], &[0xFF; 8]]),
    );
    let option = |name: &[u8], value: u8| {
        [&[0xA3, 1], &site[..], &[2], &hash, &[5, 0xA1], name, &[value]].concat()
    };
    key.send_bytes("null as option", &sign_in_of(&[&option(&text("up"), 0xF6)]));
    key.send_bytes("options with a number as name", &sign_in_of(&[&option(&[1], 0xF5)]));
    let twice = [&text("up")[..], &[0xF5], &text("up"), &[0xF5]].concat();
    key.send_bytes(
        "an option that comes twice",
        &sign_in_of(&[&[0xA3, 1], &site, &[2], &hash, &[5, 0xA2], &twice]),
    );
    key.send_bytes("a question about the PIN that is a number", &[CLIENT_PIN, 1]);
    key.send("a sign-in in order, after all that", &sign_in());
}
