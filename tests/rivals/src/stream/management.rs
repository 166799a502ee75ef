// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listing, renaming and removing passkeys (CTAP 2.3 section 6.8).

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::Token;
use kagifuda_ctap::entity::RpIdHash;

use super::pin::PIN;
use super::{CREDENTIAL_MANAGEMENT, HASH, SITE, passkey};
use crate::platform::{Platform, signed};
use crate::value::Request;
use crate::value::{Value, bytes, descriptor, map, number};

const COUNT: u8 = 1;
const FIRST_SITE: u8 = 2;
const NEXT_SITE: u8 = 3;
const FIRST_PASSKEY: u8 = 4;
const NEXT_PASSKEY: u8 = 5;
const REMOVE: u8 = 6;
const RENAME: u8 = 7;

pub(super) fn play(key: &mut Platform<'_>) {
    let token = key.token("a token for a passkey", PIN, (Permissions::MAKE_CREDENTIAL, Some(SITE)));
    let request = signed(passkey(b"managed"), token.as_ref(), &HASH, (8, 9));
    let id = key.register("a passkey to be managed", &request);

    key.send("a management without parameters", &Request::new(CREDENTIAL_MANAGEMENT));
    key.send("a count without a token", &bare(COUNT));
    key.send("a count with a wrong proof", &managed(COUNT, None, None));
    let reader =
        key.token("a token for signing in only", PIN, (Permissions::GET_ASSERTION, Some(SITE)));
    key.send("a count with a token for signing in", &managed(COUNT, None, reader.as_ref()));
    let token = key.token("a token for managing", PIN, (Permissions::MANAGE, None));
    let by = |subcommand, parameters| managed(subcommand, parameters, token.as_ref());
    key.send("a subcommand of managing nobody has", &by(0x55, None));
    key.send("a count", &by(COUNT, None));
    key.send("a next site where nobody asked for a first", &bare(NEXT_SITE));
    key.send("the first site", &by(FIRST_SITE, None));
    for name in ["the second site", "the third site"] {
        key.send(name, &bare(NEXT_SITE));
    }
    key.send("a next site behind the last", &bare(NEXT_SITE));
    lists(key, &by);
    changes(key, &by, &id);
}

fn lists(key: &mut Platform<'_>, by: &dyn Fn(u8, Option<Value>) -> Request) {
    let office = Some(hash_of("office.example"));
    key.send("a next passkey where nobody asked for a first", &bare(NEXT_PASSKEY));
    key.send("the first passkey of no site", &by(FIRST_PASSKEY, None));
    key.send(
        "the first passkey of a site nobody knows",
        &by(FIRST_PASSKEY, Some(hash_of("nowhere.example"))),
    );
    key.send("the first passkey of the office", &by(FIRST_PASSKEY, office));
    key.send("the second passkey of the office", &bare(NEXT_PASSKEY));
    key.send("a next passkey behind the last", &bare(NEXT_PASSKEY));
}

fn changes(key: &mut Platform<'_>, by: &dyn Fn(u8, Option<Value>) -> Request, id: &[u8]) {
    let of = |id: &[u8]| map_of(&[(2, descriptor(id))]);
    let renamed = |id: &[u8], user: &[u8]| map_of(&[(2, descriptor(id)), (3, super::user(user))]);
    key.send("a new name", &by(RENAME, Some(renamed(id, b"managed"))));
    key.send("a new name for another account", &by(RENAME, Some(renamed(id, b"somebody"))));
    key.send(
        "a new name for a passkey nobody has",
        &by(RENAME, Some(renamed(&[0xEE; 32], b"managed"))),
    );
    key.send("a new name for nothing", &by(RENAME, None));
    key.send("a removal of nothing", &by(REMOVE, None));
    key.send("a removal without an id", &by(REMOVE, Some(map_of(&[(2, map(&[]))]))));
    key.send("a removal of a passkey nobody has", &by(REMOVE, Some(of(&[0xEE; 32]))));
    key.send("a removal", &by(REMOVE, Some(of(id))));
    key.send("a removal once more", &by(REMOVE, Some(of(id))));
}

/// A request without parameters and proof.
fn bare(subcommand: u8) -> Request {
    Request::new(CREDENTIAL_MANAGEMENT).with(1, number(subcommand.into()))
}

/// A request with a proof.
fn managed(subcommand: u8, parameters: Option<Value>, token: Option<&Token>) -> Request {
    let message = [&[subcommand], parameters.as_deref().unwrap_or_default()].concat();
    let request = bare(subcommand);
    let request = match parameters {
        Some(parameters) => request.with(2, parameters),
        None => request,
    };
    signed(request, token, &message, (4, 3))
}

fn hash_of(site: &str) -> Value {
    map_of(&[(1, bytes(&RpIdHash::of(site).0))])
}

/// A map with numbers as keys.
fn map_of(pairs: &[(u8, Value)]) -> Value {
    let (command, parameters) = (0, pairs.iter().cloned());
    let request = parameters.fold(Request::new(command), |it, (key, value)| it.with(key, value));
    request.bytes().split_off(1)
}
