// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sign-ins, in order and not (CTAP 2.3 sections 6.2, 6.3 and 12.7).

use kagifuda_ctap::client;
use kagifuda_ctap::message::extension::AssertInputs;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;

use super::{GET_NEXT_ASSERTION, HASH, SITE, passkey, registration, sign_in};
use crate::platform::Platform;
use crate::value::{self, Request, bytes, descriptor, list, map, number, text, truth};

pub(super) fn play(key: &mut Platform<'_>) {
    let sealed = key.register("a credential in its id", &registration());
    let kept = key.register("a passkey", &passkey(b"hana"));
    key.send("a sign-in", &sign_in());
    key.send("a sign-in at a site nobody knows", &sign_in().with(1, text("nowhere.example")));
    parameters(key);
    options(key, &kept);
    allowed(key, &sealed, &kept);
    accounts(key);
    secrets(key);
}

fn parameters(key: &mut Platform<'_>) {
    key.send("a sign-in without a site", &sign_in().without(1));
    key.send("a sign-in without a hash", &sign_in().without(2));
    key.send("a sign-in with a hash of 33 bytes", &sign_in().with(2, bytes(&[1; 33])));
    key.send("a sign-in with bytes as site", &sign_in().with(1, bytes(b"inn.example")));
    key.send("a sign-in with a map as allow list", &sign_in().with(3, map(&[])));
    key.send(
        "a sign-in with an extension nobody has defined",
        &sign_in().with(4, map(&[("zz", truth(true))])),
    );
    key.send("a sign-in with an empty proof", &sign_in().with(6, bytes(&[])).with(7, number(2)));
    key.send(
        "a sign-in with a proof and no PIN",
        &sign_in().with(6, bytes(&[0; 32])).with(7, number(2)),
    );
    key.send("a sign-in with a proof by no protocol", &sign_in().with(6, bytes(&[0; 32])));
}

fn options(key: &mut Platform<'_>, id: &[u8]) {
    let with = |name: &str, value| sign_in().with(5, map(&[(name, value)]));
    key.send("a sign-in that wants a passkey", &with("rk", truth(true)));
    key.send("a sign-in that wants no passkey", &with("rk", truth(false)));
    key.send("a sign-in with built-in verification", &with("uv", truth(true)));
    key.send("a sign-in with an option nobody has defined", &with("zz", truth(true)));
    let silent = with("up", truth(false)).with(3, list(&[descriptor(id)]));
    key.send("a sign-in without a touch", &silent);
}

fn allowed(key: &mut Platform<'_>, sealed: &[u8], kept: &[u8]) {
    let with = |items: &[value::Value]| sign_in().with(3, list(items));
    key.send("a sign-in with the credential in its id", &with(&[descriptor(sealed)]));
    key.send("a sign-in with the passkey", &with(&[descriptor(kept)]));
    key.send(
        "a sign-in with another's, then the passkey",
        &with(&[descriptor(&[0xEE; 48]), descriptor(kept)]),
    );
    key.send("a sign-in with another's credential", &with(&[descriptor(&[0xEE; 48])]));
    key.send("a sign-in with an empty id", &with(&[descriptor(&[])]));
    key.send("a sign-in with an empty allow list", &with(&[]));
    key.send(
        "a sign-in elsewhere with the credential in its id",
        &with(&[descriptor(sealed)]).with(1, text("another.example")),
    );
    key.send(
        "a sign-in elsewhere with the passkey",
        &with(&[descriptor(kept)]).with(1, text("another.example")),
    );
    let of_type = |kind: &str| map(&[("id", bytes(kept)), ("type", text(kind))]);
    key.send("a sign-in with the passkey by a type nobody has", &with(&[of_type("secret")]));
    key.send("a sign-in with the passkey without type", &with(&[map(&[("id", bytes(kept))])]));
    key.send(
        "a sign-in with a credential without id",
        &with(&[map(&[("type", text("public-key"))])]),
    );
    let mut changed = sealed.to_vec();
    if let Some(last) = changed.last_mut() {
        *last ^= 1;
    }
    key.send(
        "a sign-in with a credential of which a bit is another",
        &with(&[descriptor(&changed)]),
    );
}

fn accounts(key: &mut Platform<'_>) {
    let next = Request::new(GET_NEXT_ASSERTION);
    let site = map(&[("id", text("office.example"))]);
    key.send("a next account where nobody asked for a first", &next);
    for (name, account) in [("a first account", b"first"), ("a second account", b"other")] {
        key.send(name, &passkey(account).with(2, site.clone()));
    }
    let first = sign_in().with(1, text("office.example"));
    key.send("a sign-in with two accounts", &first);
    key.send("the next account", &next);
    key.send("a next account behind the last", &next);
    key.send("a sign-in with two accounts, again", &first);
    key.send("another request in between", &Request::new(super::GET_INFO));
    key.send("a next account after another request", &next);
}

fn secrets(key: &mut Platform<'_>) {
    let hmac = passkey(b"hmac").with(2, map(&[("id", text("hmac.example"))]));
    let hmac = hmac.with(6, map(&[("hmac-secret", truth(true))]));
    key.send("a passkey with hmac-secret", &hmac);
    let agreement = key.agree(PinProtocol::Two);
    for (name, second) in [("a secret of one salt", None), ("a secret of two salts", Some([2; 32]))]
    {
        key.ask(name, |rng, out| {
            let salts = agreement.seal_salts(&[1; 32], second.as_ref(), rng);
            let wanted = GetAssertionRequest {
                rp_id: "hmac.example",
                client_data_hash: HASH,
                extensions: AssertInputs {
                    hmac_secret: Some(salts.input()),
                    ..AssertInputs::default()
                },
                ..GetAssertionRequest::default()
            };
            client::get_assertion(&wanted, out)
        });
    }
    key.ask("a secret of a salt somebody changed", |rng, out| {
        let salts = agreement.seal_salts(&[1; 32], None, rng);
        let mut input = salts.input();
        input.salt_auth = &[0; 32];
        let wanted = GetAssertionRequest {
            rp_id: "hmac.example",
            client_data_hash: HASH,
            extensions: AssertInputs { hmac_secret: Some(input), ..AssertInputs::default() },
            ..GetAssertionRequest::default()
        };
        client::get_assertion(&wanted, out)
    });
    let without = sign_in().with(4, map(&[("hmac-secret", map(&[]))]));
    key.send("a secret of nothing", &without);
    let untyped = sign_in().with(4, map(&[("hmac-secret", truth(true))]));
    key.send("a secret of a truth value", &untyped);
    key.send("the inn is still known", &sign_in().with(1, text(SITE)));
}
