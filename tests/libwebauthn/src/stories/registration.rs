// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registering and signing in, as WebAuthn has it.

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::ops::webauthn::{
    CredentialPropsExtension, CredentialProtectionExtension, CredentialProtectionPolicy,
    GetAssertionRequestExtensions, MakeCredentialRequest, MakeCredentialsRequestExtensions,
    UserVerificationRequirement, WebAuthnIDLResponse as _,
};
use libwebauthn::pin::PinManagement as _;
use libwebauthn::proto::ctap2::Ctap2 as _;
use libwebauthn::transport::Ctap2AuthTokenStore as _;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::webauthn::{CtapError, WebAuthn as _, WebAuthnError};

use crate::PATIENCE;
use crate::key::Key;
use crate::person::{Asked, Person};
use crate::site::{self, check, passkey, register, registration, sign_in, signed_in};

pub(crate) async fn a_credential_is_registered_and_signs_in(_: &Key, channel: &mut HidChannel<'_>) {
    let person = Person::at(channel, &[]);
    let request = MakeCredentialRequest {
        user_verification: UserVerificationRequirement::Preferred,
        ..registration("hana")
    };
    let (made, credential) = register(channel, &request).await;
    let flags = &made.authenticator_data.flags;
    assert!(!flags.contains(Flags::USER_VERIFIED), "there is no PIN to know");
    assert!(!flags.contains(Flags::EXTENSION_DATA));
    let assertion = signed_in(channel, &credential, &sign_in(&[&credential])).await;
    assert!(!assertion.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    assert_eq!(person.was_asked(channel).await, [Asked::Touch, Asked::Touch]);
}

pub(crate) async fn a_key_that_winks_goes_on_working(_: &Key, channel: &mut HidChannel<'_>) {
    assert!(channel.wink(PATIENCE).await.expect("an answer"), "the key says that it can");
    let (_, credential) = register(channel, &registration("hana")).await;
    signed_in(channel, &credential, &sign_in(&[&credential])).await;
}

pub(crate) async fn what_the_key_signs_with_extensions_is_told_unchanged(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let extensions =
        MakeCredentialsRequestExtensions { hmac_create_secret: Some(true), ..site::none() };
    let request = MakeCredentialRequest { extensions: Some(extensions), ..registration("hana") };
    let (made, credential) = register(channel, &request).await;
    let data = &made.authenticator_data;
    assert!(data.flags.contains(Flags::EXTENSION_DATA));
    assert_eq!(data.extensions.as_ref().and_then(|it| it.hmac_secret), Some(true));
    let raw = data.raw.as_ref().expect("the bytes of the key");
    let told = made.to_idl_model(&request).expect("what a page gets");
    assert_eq!(told.response.authenticator_data.as_slice(), raw);
    let object = told.response.attestation_object.as_slice();
    assert!(object.windows(raw.len()).any(|it| it == raw), "as they are in the attestation too");
    assert_eq!(told.response.public_key_algorithm, -7);
    signed_in(channel, &credential, &sign_in(&[&credential])).await;
}

pub(crate) async fn a_passkey_signs_in_by_itself_and_two_are_both_told(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let (_, hana) = register(channel, &passkey("hana")).await;
    let request = sign_in(&[]);
    let assertion = signed_in(channel, &hana, &request).await;
    assert_eq!(assertion.user.map(|it| it.id.into_vec()), Some(b"hana".to_vec()));
    let (_, taro) = register(channel, &passkey("taro")).await;
    let told = channel.webauthn_get_assertion(&request).await.expect("a sign-in").assertions;
    assert_eq!(told.len(), 2);
    // The last one that was registered comes first (CTAP 2.3 section 6.2.2).
    check(&told[0], &taro, &request);
    check(&told[1], &hana, &request);
    // The same account again takes the place of its passkey.
    let (_, hana_again) = register(channel, &passkey("hana")).await;
    let told = channel.webauthn_get_assertion(&request).await.expect("a sign-in").assertions;
    assert_eq!(told.len(), 2);
    check(&told[0], &hana_again, &request);
    check(&told[1], &taro, &request);
}

pub(crate) async fn what_a_site_may_ask_for_beside_a_passkey_is_kept(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let blob = b"room 7".to_vec();
    let extensions = MakeCredentialsRequestExtensions {
        cred_props: Some(true),
        cred_blob: Some(blob.clone().into()),
        min_pin_length: Some(true),
        ..site::none()
    };
    let request = MakeCredentialRequest { extensions: Some(extensions), ..passkey("hana") };
    let (made, credential) = register(channel, &request).await;
    let signed = made.authenticator_data.extensions.expect("extensions");
    assert_eq!(signed.cred_blob, Some(true));
    assert_eq!(signed.min_pin_length, None, "nobody allowed this site to know it");
    let properties = made.unsigned_extensions_output.cred_props;
    assert_eq!(properties, Some(CredentialPropsExtension { rk: Some(true) }));
    let extensions = GetAssertionRequestExtensions { cred_blob: true, ..Default::default() };
    let request = site::sign_in_for(&credential, extensions);
    let assertion = signed_in(channel, &credential, &request).await;
    let signed = assertion.authenticator_data.extensions.expect("extensions");
    assert_eq!(signed.cred_blob, Some(blob));
}

pub(crate) async fn a_protected_passkey_is_hidden_without_the_pin(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    channel.change_pin("2468".into(), PATIENCE).await.expect("a PIN");
    let protection = CredentialProtectionExtension {
        policy: CredentialProtectionPolicy::UserVerificationRequired,
        enforce_policy: true,
    };
    let extensions =
        MakeCredentialsRequestExtensions { cred_protect: Some(protection), ..site::none() };
    let request = MakeCredentialRequest {
        extensions: Some(extensions),
        user_verification: UserVerificationRequirement::Required,
        ..passkey("hana")
    };
    let person = Person::at(channel, &["2468", "2468"]);
    let (made, credential) = register(channel, &request).await;
    assert!(made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    let level = made.authenticator_data.extensions.and_then(|it| it.cred_protect);
    assert_eq!(level.map(|it| it as u8), Some(3));
    channel.clear_uv_auth_token_store();
    let refused = channel.webauthn_get_assertion(&sign_in(&[])).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))), "{refused:?}");
    let mut request = sign_in(&[]);
    request.user_verification = UserVerificationRequirement::Required;
    let assertion = signed_in(channel, &credential, &request).await;
    assert!(assertion.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    let (pin, touch) = (Asked::Pin(Some(8)), Asked::Touch);
    assert_eq!(person.was_asked(channel).await, [pin, touch, touch, pin, touch]);
    let info = channel.ctap2_get_info().await.expect("information");
    assert!(info.option_enabled("clientPin"));
}
