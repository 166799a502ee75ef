// SPDX-License-Identifier: MIT OR Apache-2.0
//! Secrets of a credential (`prf` at the page, `hmac-secret` and `hmac-secret-mc` at the key).

use std::collections::HashMap;

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::ops::webauthn::{
    GetAssertionRequest, GetAssertionRequestExtensions, MakeCredentialPrfInput,
    MakeCredentialPrfOutput, MakeCredentialRequest, MakeCredentialsRequestExtensions, PrfInput,
    PrfInputValue, PrfOutputValue,
};
use libwebauthn::pin::{PinManagement as _, PinNotSetReason};
use libwebauthn::proto::ctap2::Ctap2PinUvAuthProtocol;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::transport::{Channel as _, Ctap2AuthTokenStore as _};
use libwebauthn::webauthn::{PlatformError, WebAuthn as _, WebAuthnError};

use crate::PATIENCE;
use crate::key::Key;
use crate::person::{Asked, Person};
use crate::site::{self, Credential, register, registration, sign_in_for, signed_in};

const PIN: &str = "2468";
const PINS: [&str; 12] = [PIN; 12];

fn input(first: &[u8], second: Option<&[u8]>) -> PrfInputValue {
    PrfInputValue { first: first.to_vec(), second: second.map(<[u8]>::to_vec) }
}

/// Inputs for any credential, and for some by their ids.
fn inputs(any: Option<PrfInputValue>, some: &[(String, PrfInputValue)]) -> PrfInput {
    PrfInput { eval: any, eval_by_credential: some.iter().cloned().collect::<HashMap<_, _>>() }
}

/// A registration of a credential that has secrets.
fn secretive(account: &str, eval: Option<PrfInputValue>) -> MakeCredentialRequest {
    let prf = Some(MakeCredentialPrfInput { eval });
    let extensions = Some(MakeCredentialsRequestExtensions { prf, ..site::none() });
    MakeCredentialRequest { extensions, ..registration(account) }
}

fn asking(credential: &Credential, prf: PrfInput) -> GetAssertionRequest {
    let extensions = GetAssertionRequestExtensions { prf: Some(prf), ..Default::default() };
    sign_in_for(credential, extensions)
}

/// The secrets a sign-in gives; the key says that whoever asked knows the PIN.
async fn secrets(
    channel: &mut HidChannel<'_>,
    credential: &Credential,
    prf: PrfInput,
) -> Option<PrfOutputValue> {
    let assertion = signed_in(channel, credential, &asking(credential, prf)).await;
    assert!(assertion.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    assertion.unsigned_extensions_output.and_then(|it| it.prf).and_then(|it| it.results)
}

async fn secret(channel: &mut HidChannel<'_>, credential: &Credential, first: &[u8]) -> [u8; 32] {
    let prf = inputs(Some(input(first, None)), &[]);
    let output = secrets(channel, credential, prf).await.expect("secrets");
    assert_eq!(output.second, None);
    output.first
}

async fn set_pin(channel: &mut HidChannel<'_>) {
    channel.change_pin(PIN.into(), PATIENCE).await.expect("the first PIN");
}

/// What a site may ask in one sign-in, and what the client refuses to ask.
async fn every_way_of_asking(channel: &mut HidChannel<'_>) {
    let (made, credential) = register(channel, &secretive("hana", None)).await;
    let data = &made.authenticator_data;
    assert!(data.flags.contains(Flags::USER_VERIFIED | Flags::EXTENSION_DATA));
    assert_eq!(data.extensions.as_ref().and_then(|it| it.hmac_secret), Some(true));
    let told = MakeCredentialPrfOutput { enabled: Some(true), results: None };
    assert_eq!(made.unsigned_extensions_output.prf, Some(told));

    let id = base64_url::encode(&credential.id.id);
    let (one, two) = (input(&[1; 32], None), input(&[2; 32], None));
    let foreign = |byte| (base64_url::encode(&[byte; 54]), input(&[byte; 32], Some(&[byte; 32])));
    let foreigners = [foreign(5), foreign(7), foreign(8)];

    let by_id = [(id.clone(), one.clone())];
    let first = secrets(channel, &credential, inputs(None, &by_id)).await.expect("secrets");
    assert_eq!(first.second, None);
    assert_ne!(first.first, [0; 32]);
    // The input for the credential itself goes before the one for any.
    let both = secrets(channel, &credential, inputs(Some(two.clone()), &by_id)).await;
    assert_eq!(both.as_ref(), Some(&first));
    let any = secrets(channel, &credential, inputs(Some(one.clone()), &[])).await;
    assert_eq!(any.as_ref(), Some(&first));
    let pair = (id, input(&[1; 32], Some(&[7; 32])));
    let list = [&foreigners[..], &[pair]].concat();
    let pair = secrets(channel, &credential, inputs(Some(two.clone()), &list)).await;
    let pair = pair.expect("secrets");
    assert_eq!(pair.first, first.first, "a second input changes nothing about the first");
    let second = pair.second.expect("two secrets");
    assert_eq!(second, secret(channel, &credential, &[7; 32]).await, "the place does not matter");
    // Inputs for others only: the one for any, or none.
    let any = secrets(channel, &credential, inputs(Some(one), &foreigners)).await;
    assert_eq!(any.as_ref(), Some(&first));
    assert_eq!(secrets(channel, &credential, inputs(None, &foreigners)).await, None);
    assert_ne!(secret(channel, &credential, &[2; 32]).await, first.first);

    let mut without_list = asking(&credential, inputs(Some(two.clone()), &foreigners));
    without_list.allow = Vec::new();
    let wrong =
        |id: &str| asking(&credential, inputs(Some(two.clone()), &[(id.into(), two.clone())]));
    for (request, fault) in [
        (wrong("no base64url: ^"), PlatformError::SyntaxError),
        (wrong(""), PlatformError::SyntaxError),
        (without_list, PlatformError::NotSupported),
    ] {
        match channel.webauthn_get_assertion(&request).await {
            Err(WebAuthnError::Platform(error)) => assert_eq!(error, fault),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) async fn secrets_without_a_pin_ask_for_one_to_be_set(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let person = Person::at(channel, &PINS);
    every_way_of_asking(channel).await;
    let asked = person.was_asked(channel).await;
    assert_eq!(asked[..2], [Asked::NewPin(PinNotSetReason::PinNotSet), Asked::Pin(Some(8))]);
}

pub(crate) async fn secrets_with_a_pin(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let person = Person::at(channel, &PINS);
    every_way_of_asking(channel).await;
    assert_eq!(person.was_asked(channel).await[..2], [Asked::Pin(Some(8)), Asked::Touch]);
}

pub(crate) async fn secrets_by_protocol_one(key: &Key, channel: &mut HidChannel<'_>) {
    channel.set_forced_pin_protocol(Ctap2PinUvAuthProtocol::One);
    secrets_with_a_pin(key, channel).await;
}

pub(crate) async fn secrets_by_protocol_two(key: &Key, channel: &mut HidChannel<'_>) {
    channel.set_forced_pin_protocol(Ctap2PinUvAuthProtocol::Two);
    secrets_with_a_pin(key, channel).await;
}

/// Their virtual key has no `hmac-secret-mc`, ours has.
pub(crate) async fn secrets_at_registration_are_those_of_the_sign_in(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    set_pin(channel).await;
    let _person = Person::at(channel, &PINS);
    let both = input(b"first", Some(b"second"));
    let (made, credential) = register(channel, &secretive("hana", Some(both.clone()))).await;
    let told = made.unsigned_extensions_output.prf.expect("an output");
    assert_eq!(told.enabled, Some(true));
    let at_first = told.results.expect("secrets");
    let later = secrets(channel, &credential, inputs(Some(both), &[])).await.expect("secrets");
    assert_eq!(at_first, later);
    assert_ne!(Some(later.first), later.second);
    assert_eq!(secret(channel, &credential, b"first").await, at_first.first);
}

pub(crate) async fn inputs_of_any_length_have_secrets_of_their_own(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    set_pin(channel).await;
    let _person = Person::at(channel, &PINS);
    let (_, credential) = register(channel, &secretive("hana", None)).await;
    let empty = secret(channel, &credential, &[]).await;
    let short = secret(channel, &credential, &[0xAB; 7]).await;
    let long = secret(channel, &credential, &[0xCD; 100]).await;
    assert!(empty != short && short != long && long != empty);
    assert_eq!(secret(channel, &credential, &[0xAB; 7]).await, short);
}

pub(crate) async fn secrets_ask_for_the_pin_at_registration(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let person = Person::at(channel, &PINS);
    let (made, _) = register(channel, &secretive("hana", None)).await;
    assert!(made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8)), Asked::Touch]);
}

pub(crate) async fn no_secrets_no_pin(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let person = Person::at(channel, &PINS);
    let (made, _) = register(channel, &registration("hana")).await;
    assert!(!made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    assert_eq!(person.was_asked(channel).await, [Asked::Touch]);
}

pub(crate) async fn secrets_ask_for_the_pin_at_the_sign_in(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let person = Person::at(channel, &PINS);
    let (_, credential) = register(channel, &secretive("hana", None)).await;
    channel.clear_uv_auth_token_store();
    secret(channel, &credential, b"input").await;
    let once = [Asked::Pin(Some(8)), Asked::Touch];
    assert_eq!(person.was_asked(channel).await, [once, once].concat());
}

pub(crate) async fn secrets_are_of_one_credential(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let _person = Person::at(channel, &PINS);
    let (_, hana) = register(channel, &secretive("hana", None)).await;
    let (_, taro) = register(channel, &secretive("taro", None)).await;
    // The client asks with a spent token otherwise; see README.md.
    channel.clear_uv_auth_token_store();
    let (_, without) = register(channel, &registration("nobody")).await;
    let of_hana = secret(channel, &hana, b"input").await;
    let of_taro = secret(channel, &taro, b"input").await;
    // One that was registered without can begin to use them.
    let of_nobody = secret(channel, &without, b"input").await;
    assert!(of_hana != of_taro && of_taro != of_nobody && of_nobody != of_hana);
    assert_eq!(secret(channel, &hana, b"input").await, of_hana);
}
