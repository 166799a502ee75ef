// SPDX-License-Identifier: MIT OR Apache-2.0
//! The life of a PIN, and tokens (CTAP 2.3 section 6.5).

use kagifuda_ctap::authenticator::Permissions;

use super::{CLIENT_PIN, HASH, SITE, passkey, registration, sign_in};
use crate::platform::{Platform, signed};
use crate::value::{self, Request, bytes, map, number, text};

/// The PIN after it was changed.
pub(super) const PIN: &str = "13579";
const FIRST_PIN: &str = "2468";
/// The numbers of a proof and its protocol in a registration and in a sign-in.
const IN_REGISTRATION: (u8, u8) = (8, 9);
const IN_SIGN_IN: (u8, u8) = (6, 7);

pub(super) fn play(key: &mut Platform<'_>) {
    without(key);
    key.set_pin("a PIN of three characters", "123");
    key.set_pin("a first PIN", FIRST_PIN);
    key.set_pin("a first PIN where there is one", FIRST_PIN);
    key.change_pin("a change by a wrong PIN", ("9999", PIN));
    key.change_pin("a change to a PIN of three characters", (FIRST_PIN, "123"));
    key.change_pin("a change of the PIN", (FIRST_PIN, PIN));
    let token = key.legacy_token("a token by the old PIN", FIRST_PIN);
    assert!(token.is_none(), "a key that takes an old PIN");
    tokens(key);
    registrations(key);
    sign_ins(key);
}

/// Types a wrong PIN until no more is taken.
pub(super) fn block(key: &mut Platform<'_>) {
    let allowed = (Permissions::MANAGE, None);
    for name in ["a wrong PIN", "a second wrong PIN", "a third wrong PIN", "a fourth wrong PIN"] {
        key.token(name, "9999", allowed);
    }
    key.token("the right PIN, too late", PIN, allowed);
}

fn question(subcommand: i64) -> Request {
    Request::new(CLIENT_PIN).with(2, number(subcommand))
}

fn without(key: &mut Platform<'_>) {
    key.send("the PIN's tries", &question(1));
    key.send("the PIN's tries, by a protocol", &question(1).with(1, number(1)));
    key.send("the tries of built-in verification", &question(7));
    key.send("the key's key by protocol 1", &question(2).with(1, number(1)));
    key.send("the key's key by protocol 2", &question(2).with(1, number(2)));
    key.send("the key's key by no protocol", &question(2));
    key.send("the key's key by a protocol nobody has", &question(2).with(1, number(9)));
    key.send(
        "a question about the PIN without subcommand",
        &Request::new(CLIENT_PIN).with(1, number(1)),
    );
    key.send("a question about the PIN without parameters", &Request::new(CLIENT_PIN));
    key.send("a subcommand of the PIN nobody has", &question(0x55).with(1, number(2)));
    key.send(
        "a first PIN without the platform's key",
        &question(3).with(1, number(2)).with(4, bytes(&[0; 32])).with(5, bytes(&[0; 80])),
    );
    key.send("a first PIN without anything", &question(3).with(1, number(2)));
    key.change_pin("a change where there is no PIN", (FIRST_PIN, PIN));
    key.legacy_token("a token where there is no PIN", FIRST_PIN);
    key.token(
        "a token with permissions where there is no PIN",
        FIRST_PIN,
        (Permissions::MANAGE, None),
    );
}

fn tokens(key: &mut Platform<'_>) {
    let of = |bits: u8, site| (Permissions(bits), site);
    key.token("a token for nothing", PIN, of(0, None));
    key.token("a token for fingerprints", PIN, of(0x08, None));
    key.token("a token for what nobody has defined", PIN, of(0x80, None));
    key.token("a token for registering, at no site", PIN, (Permissions::MAKE_CREDENTIAL, None));
    let agreement = key.agree(kagifuda_ctap::pin_protocol::PinProtocol::Two);
    key.ask("a token by built-in verification", |_, out| {
        agreement.token_by_recognition(Permissions::GET_ASSERTION, Some(SITE), out)
    });
}

fn registrations(key: &mut Platform<'_>) {
    key.send("a registration without the PIN", &registration());
    key.send("a passkey without the PIN", &passkey(b"unproven"));
    key.send(
        "a registration with an empty proof, and a PIN",
        &registration().with(8, bytes(&[])).with(9, number(2)),
    );
    let by = |request, token: Option<&_>| signed(request, token, &HASH, IN_REGISTRATION);
    key.send("a registration with a wrong proof", &by(registration(), None));
    let token =
        key.token("a token for registering", PIN, (Permissions::MAKE_CREDENTIAL, Some(SITE)));
    let elsewhere = map(&[("id", text("another.example"))]);
    key.send(
        "a registration elsewhere with the token",
        &by(registration().with(2, elsewhere), token.as_ref()),
    );
    let token =
        key.token("another token for registering", PIN, (Permissions::MAKE_CREDENTIAL, Some(SITE)));
    key.send(
        "a sign-in with a token for registering",
        &signed(sign_in(), token.as_ref(), &HASH, IN_SIGN_IN),
    );
    key.send("a passkey with the token", &by(passkey(b"proven"), token.as_ref()));
    key.send("a second passkey with the same token", &by(passkey(b"proven again"), token.as_ref()));
    let legacy = key.legacy_token("a token of CTAP 2.0", PIN);
    key.send("a registration with a token of CTAP 2.0", &by(registration(), legacy.as_ref()));
}

fn sign_ins(key: &mut Platform<'_>) {
    key.send("a sign-in without the PIN", &sign_in());
    let by = |request, token: Option<&_>| signed(request, token, &HASH, IN_SIGN_IN);
    key.send("a sign-in with a wrong proof", &by(sign_in(), None));
    let token = key.token("a token for signing in", PIN, (Permissions::GET_ASSERTION, Some(SITE)));
    key.send("a sign-in with the token", &by(sign_in(), token.as_ref()));
    let token =
        key.token("another token for signing in", PIN, (Permissions::GET_ASSERTION, Some(SITE)));
    let elsewhere = sign_in().with(1, text("office.example"));
    key.send("a sign-in elsewhere with the token", &by(elsewhere, token.as_ref()));
    let mixed = by(sign_in(), token.as_ref()).with(5, map(&[("uv", value::truth(true))]));
    key.send("a sign-in with the token and built-in verification", &mixed);
}
