// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the client finds out about lists of credentials before it asks for a touch.

use libwebauthn::ops::u2f::RegisterRequest;
use libwebauthn::ops::webauthn::{
    GetAssertionRequest, MakeCredentialRequest, MakeCredentialsRequestExtensions,
};
use libwebauthn::proto::ctap2::Ctap2PublicKeyCredentialDescriptor as Descriptor;
use libwebauthn::proto::ctap2::preflight::{ctap2_preflight, ctap2_preflight_with_appid};
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::u2f::U2F as _;
use libwebauthn::webauthn::{CtapError, WebAuthn as _, WebAuthnError};

use crate::PATIENCE;
use crate::key::Key;
use crate::person::{Asked, Person};
use crate::site::{
    self, CHALLENGE, SITE, check, descriptor, foreign, passkey, register, registration, sign_in,
};

/// Which of these the client finds on the key, without a touch.
async fn found(channel: &mut HidChannel<'_>, ids: &[Descriptor]) -> Vec<Descriptor> {
    let person = Person::at(channel, &[]);
    let found = ctap2_preflight(channel, ids, &CHALLENGE, SITE).await.expect("an answer");
    assert_eq!(person.was_asked(channel).await, [], "nobody is asked");
    found
}

fn excluding(ids: Vec<Descriptor>) -> MakeCredentialRequest {
    MakeCredentialRequest { exclude: Some(ids), ..registration("hana") }
}

pub(crate) async fn nothing_excluded_is_looked_for(_: &Key, channel: &mut HidChannel<'_>) {
    assert!(found(channel, &[]).await.is_empty());
    register(channel, &registration("hana")).await;
    register(channel, &excluding(Vec::new())).await;
}

pub(crate) async fn ids_that_nobody_has_do_not_stop_a_registration(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    // Short ones, one as long as ours are, and one that is longer than any of ours.
    let ids = vec![descriptor(&[1]), descriptor(&[2; 16]), foreign(3), descriptor(&[4; 1000])];
    assert!(found(channel, &ids[..3]).await.is_empty());
    let person = Person::at(channel, &[]);
    register(channel, &excluding(ids)).await;
    assert_eq!(person.was_asked(channel).await, [Asked::Touch]);
}

pub(crate) async fn what_is_excluded_is_found_among_others(_: &Key, channel: &mut HidChannel<'_>) {
    let (_, first) = register(channel, &registration("hana")).await;
    let (_, second) = register(channel, &passkey("taro")).await;
    let ids = vec![foreign(1), first.id.clone(), foreign(2), second.id.clone()];
    assert_eq!(found(channel, &ids).await, [first.id.clone(), second.id.clone()]);
    let person = Person::at(channel, &[]);
    let refused = channel.webauthn_make_credential(&excluding(ids)).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::CredentialExcluded))));
    assert_eq!(person.was_asked(channel).await, [Asked::Touch]);
    // At another site the same ids are nobody's.
    let ids = [first.id, second.id];
    let elsewhere = ctap2_preflight(channel, &ids, &CHALLENGE, "bath.example").await;
    assert_eq!(elsewhere.expect("an answer"), []);
}

pub(crate) async fn a_second_factor_is_excluded_by_its_app_id(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    const APP_ID: &str = "https://inn.example/u2f.json";
    let request = RegisterRequest::new_u2f_v2(APP_ID, &CHALLENGE, Vec::new(), PATIENCE, true);
    let old =
        descriptor(&channel.u2f_register(&request).await.expect("a second factor").key_handle);
    let ids = [foreign(1), old.clone()];
    assert!(found(channel, &ids).await.is_empty(), "at the site itself it is not");
    let kept = ctap2_preflight_with_appid(channel, &ids, &CHALLENGE, SITE, Some(APP_ID)).await;
    assert_eq!(kept.expect("an answer"), [old]);
    let extensions =
        MakeCredentialsRequestExtensions { appid_exclude: Some(APP_ID.into()), ..site::none() };
    let request = MakeCredentialRequest { extensions: Some(extensions), ..excluding(ids.into()) };
    // What becomes of it is the key's word: the credential is under another site's hash than the request's.
    let made = channel.webauthn_make_credential(&request).await;
    assert!(made.is_ok(), "{made:?}");
}

pub(crate) async fn a_sign_in_without_list_finds_no_second_factor(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    register(channel, &registration("hana")).await;
    let refused = channel.webauthn_get_assertion(&sign_in(&[])).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
}

pub(crate) async fn ids_that_nobody_has_end_in_no_credentials(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    register(channel, &passkey("hana")).await;
    let ids = vec![foreign(1), descriptor(&[2; 16])];
    assert!(found(channel, &ids).await.is_empty());
    let person = Person::at(channel, &[]);
    let request = GetAssertionRequest { allow: ids, ..sign_in(&[]) };
    let refused = channel.webauthn_get_assertion(&request).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
    // So that a site does not learn it from the time: the client asks for a touch all the same.
    assert_eq!(person.was_asked(channel).await, [Asked::Touch]);
}

pub(crate) async fn what_is_allowed_is_found_among_others(_: &Key, channel: &mut HidChannel<'_>) {
    let (_, first) = register(channel, &registration("hana")).await;
    let (_, second) = register(channel, &registration("taro")).await;
    let ids = vec![foreign(1), second.id.clone(), foreign(2), first.id.clone()];
    assert_eq!(found(channel, &ids).await, [second.id.clone(), first.id.clone()]);
    let person = Person::at(channel, &[]);
    let request = GetAssertionRequest { allow: ids, ..sign_in(&[]) };
    let told = channel.webauthn_get_assertion(&request).await.expect("a sign-in").assertions;
    assert_eq!(told.len(), 1);
    check(&told[0], &second, &request);
    assert_eq!(person.was_asked(channel).await, [Asked::Touch]);
}
