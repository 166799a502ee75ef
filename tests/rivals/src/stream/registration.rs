// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registrations, in order and not (CTAP 2.3 section 6.1).

use super::{MAKE_CREDENTIAL, SITE, passkey, registration};
use crate::platform::Platform;
use crate::value::{self, Request, algorithm, bytes, descriptor, list, map, number, text, truth};

pub(super) fn play(key: &mut Platform<'_>) {
    parameters(key);
    algorithms(key);
    options(key);
    let id = key.register("a registration", &registration());
    excluded(key, &id);
    extensions(key);
    key.send(
        "a registration with a parameter nobody has defined",
        &registration().with(99, truth(true)),
    );
    key.send("a registration with enterprise attestation", &registration().with(10, number(1)));
}

fn parameters(key: &mut Platform<'_>) {
    key.send("a registration without parameters", &Request::new(MAKE_CREDENTIAL));
    key.send("a registration without a hash", &registration().without(1));
    key.send("a registration without a site", &registration().without(2));
    key.send("a registration without an account", &registration().without(3));
    key.send("a registration without algorithms", &registration().without(4));
    key.send("a registration with a hash of 31 bytes", &registration().with(1, bytes(&[1; 31])));
    key.send("a registration with a text as hash", &registration().with(1, text("hash")));
    key.send("a registration with a text as site", &registration().with(2, text(SITE)));
    key.send("a registration with a site without id", &registration().with(2, map(&[])));
    key.send(
        "a registration with bytes as site's id",
        &registration().with(2, map(&[("id", bytes(b"inn"))])),
    );
    key.send(
        "a registration with an account without id",
        &registration().with(3, map(&[("name", text("Hana"))])),
    );
    key.send(
        "a registration with a text as account's id",
        &registration().with(3, map(&[("id", text("hana"))])),
    );
    key.send(
        "a registration with an account's id of 65 bytes",
        &registration().with(3, super::user(&[7; 65])),
    );
}

fn algorithms(key: &mut Platform<'_>) {
    let with = |items: &[value::Value]| registration().with(4, list(items));
    key.send("a registration with no algorithm", &with(&[]));
    key.send("a registration with a map as algorithms", &registration().with(4, map(&[])));
    key.send("a registration with an algorithm nobody has", &with(&[algorithm(-999)]));
    key.send(
        "a registration with an algorithm nobody has, then ES256",
        &with(&[algorithm(-999), algorithm(-7)]),
    );
    key.send("a registration with EdDSA", &with(&[algorithm(-8)]));
    key.send(
        "a registration with an algorithm without number",
        &with(&[map(&[("type", text("public-key"))])]),
    );
    key.send(
        "a registration with an algorithm without type",
        &with(&[map(&[("alg", number(-7))])]),
    );
    let of_type = |kind: &str| map(&[("alg", number(-7)), ("type", text(kind))]);
    key.send("a registration with an algorithm of a type nobody has", &with(&[of_type("secret")]));
    key.send(
        "a registration with a text as algorithm's number",
        &with(&[map(&[("alg", text("ES256")), ("type", text("public-key"))])]),
    );
}

fn options(key: &mut Platform<'_>) {
    let with = |name: &str, value| registration().with(7, map(&[(name, value)]));
    key.send("a registration without a touch", &with("up", truth(false)));
    key.send("a registration with a touch, said twice", &with("up", truth(true)));
    key.send("a registration with built-in verification", &with("uv", truth(true)));
    key.send("a registration without built-in verification", &with("uv", truth(false)));
    key.send("a registration with an option nobody has defined", &with("zz", truth(true)));
    key.send("a registration with a number as option", &with("rk", number(1)));
    key.send(
        "a registration with an empty proof",
        &registration().with(8, bytes(&[])).with(9, number(2)),
    );
    key.send(
        "a registration with a proof and no PIN",
        &registration().with(8, bytes(&[0; 32])).with(9, number(2)),
    );
    key.send(
        "a registration with a proof by no protocol",
        &registration().with(8, bytes(&[0; 32])),
    );
    key.send(
        "a registration with a proof by a protocol nobody has",
        &registration().with(8, bytes(&[0; 32])).with(9, number(9)),
    );
}

fn excluded(key: &mut Platform<'_>, id: &[u8]) {
    let with = |items: &[value::Value]| registration().with(5, list(items));
    key.send("a registration that excludes what is here", &with(&[descriptor(id)]));
    key.send("a registration that excludes what is elsewhere", &with(&[descriptor(&[0xEE; 48])]));
    key.send("a registration that excludes nothing", &with(&[]));
    key.send(
        "a registration that excludes what has no id",
        &with(&[map(&[("type", text("public-key"))])]),
    );
    key.send("a registration that excludes what has no type", &with(&[map(&[("id", bytes(id))])]));
    let of_type = map(&[("id", bytes(id)), ("type", text("secret"))]);
    key.send("a registration that excludes what is here by a type nobody has", &with(&[of_type]));
    key.send("a registration with a map as exclude list", &registration().with(5, map(&[])));
    let elsewhere = map(&[("id", text("another.example"))]);
    key.send(
        "a registration elsewhere that excludes what is here",
        &with(&[descriptor(id)]).with(2, elsewhere),
    );
}

fn extensions(key: &mut Platform<'_>) {
    let with = |name: &str, value| passkey(b"extended").with(6, map(&[(name, value)]));
    key.send("a registration with an extension nobody has defined", &with("zz", truth(true)));
    key.send("a registration with hmac-secret", &with("hmac-secret", truth(true)));
    key.send("a registration with a number as hmac-secret", &with("hmac-secret", number(1)));
    key.send("a registration with protection 2", &with("credProtect", number(2)));
    key.send("a registration with protection 4", &with("credProtect", number(4)));
    key.send("a registration with a text as protection", &with("credProtect", text("high")));
    key.send("a registration with a list as extensions", &passkey(b"extended").with(6, list(&[])));
}
