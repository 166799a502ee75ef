// SPDX-License-Identifier: MIT OR Apache-2.0
//! Second factors: U2F as it was, and WebAuthn with a key that knows nothing newer.

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::ops::u2f::{RegisterRequest, RegisterResponse, SignRequest};
use libwebauthn::ops::webauthn::GetAssertionRequestExtensions;
use libwebauthn::proto::ctap2::Ctap2AttestationStatement;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::u2f::U2F as _;
use libwebauthn::webauthn::{CtapError, PlatformError, WebAuthn as _, WebAuthnError};
use p256::ecdsa::VerifyingKey;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::PATIENCE;
use crate::key::{self, Key};
use crate::person::{Asked, Person};
use crate::site::{
    CHALLENGE, Credential, SITE, descriptor, hash, key_of, passkey, registration, sign_in,
    sign_in_for, signed_in, verify,
};

const APP_ID: &str = "https://inn.example/u2f.json";

fn factor(app_id: &str) -> RegisterRequest {
    RegisterRequest::new_u2f_v2(app_id, &CHALLENGE, Vec::new(), PATIENCE, true)
}

/// Registers a second factor, and checks the signature of the certificate's key (U2F raw messages, section 4.3).
async fn registered(channel: &mut HidChannel<'_>, app_id: &str) -> (RegisterResponse, Credential) {
    let made = channel.u2f_register(&factor(app_id)).await.expect("a second factor");
    let application = hash(app_id.as_bytes());
    let signed = [&[0], &application[..], &CHALLENGE, &made.key_handle, &made.public_key].concat();
    verify(&key_of_certificate(&made.attestation), &signed, &[], &made.signature);
    let key = VerifyingKey::from_sec1_bytes(&made.public_key).expect("a point of P-256");
    let credential = Credential { id: descriptor(&made.key_handle), key };
    (made, credential)
}

fn key_of_certificate(certificate: &[u8]) -> VerifyingKey {
    let (rest, certificate) = X509Certificate::from_der(certificate).expect("a certificate");
    assert!(rest.is_empty());
    VerifyingKey::from_sec1_bytes(&certificate.public_key().subject_public_key.data)
        .expect("a point of P-256")
}

pub(crate) async fn a_second_factor_is_registered_and_signs_in(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let person = Person::at(channel, &[]);
    let (made, credential) = registered(channel, APP_ID).await;
    let request = SignRequest::new(APP_ID, &CHALLENGE, &made.key_handle, PATIENCE, true);
    let response = channel.u2f_sign(&request).await.expect("a signature");
    assert!(response.user_presence_verified);
    let data = [&hash(APP_ID.as_bytes())[..], &[1], &response.counter.to_be_bytes()].concat();
    verify(&credential.key, &data, &CHALLENGE, &response.signature);
    assert_eq!(person.was_asked(channel).await, [Asked::Touch, Asked::Touch]);
    let elsewhere =
        SignRequest::new("https://bath.example", &CHALLENGE, &made.key_handle, PATIENCE, true);
    let refused = channel.u2f_sign(&elsewhere).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))), "{refused:?}");
}

pub(crate) async fn a_second_factor_that_is_excluded_is_not_registered_again(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let (made, _) = registered(channel, APP_ID).await;
    let mut request = factor(APP_ID);
    request.registered_keys = vec![made.as_registered_key().expect("a key handle")];
    let refused = channel.u2f_register(&request).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::CredentialExcluded))));
    // That of another application stops nobody.
    let mut request = factor("https://bath.example");
    request.registered_keys = vec![made.as_registered_key().expect("a key handle")];
    channel.u2f_register(&request).await.expect("a second factor");
}

pub(crate) async fn a_site_of_passkeys_falls_back_to_a_second_factor(
    key: &Key,
    _: &mut HidChannel<'_>,
) {
    let device = key.device_of_u2f();
    let mut channel = key::open(&device).await;
    let request = registration("hana");
    let made = channel.webauthn_make_credential(&request).await.expect("a registration");
    assert_eq!(made.format, "fido-u2f");
    let data = &made.authenticator_data;
    assert_eq!(data.rp_id_hash, hash(SITE.as_bytes()));
    assert_eq!(data.flags.bits(), (Flags::USER_PRESENT | Flags::ATTESTED_CREDENTIALS).bits());
    let attested = data.attested_credential.as_ref().expect("a credential");
    let credential = Credential {
        id: descriptor(&attested.credential_id),
        key: key_of(&attested.credential_public_key),
    };
    let Ctap2AttestationStatement::FidoU2F(statement) = &made.attestation_statement else {
        panic!("a statement of another form: {:?}", made.attestation_statement);
    };
    let point = credential.key.to_encoded_point(false);
    let (site, said) = (hash(SITE.as_bytes()), request.client_data_hash());
    let signed = [&[0], &site[..], &said, &attested.credential_id, point.as_bytes()].concat();
    let certificate = key_of_certificate(&statement.certificates[0]);
    verify(&certificate, &signed, &[], &statement.signature);
    let assertion = signed_in(&mut channel, &credential, &sign_in(&[&credential])).await;
    assert_eq!(assertion.authenticator_data.flags.bits(), Flags::USER_PRESENT.bits());
    // A passkey has no form in U2F.
    let refused = channel.webauthn_make_credential(&passkey("hana")).await;
    assert!(matches!(refused, Err(WebAuthnError::Platform(PlatformError::NotSupported))));
    // What was registered as a second factor signs in by CTAP2 as well.
    let device = key.device();
    let mut channel = key::open(&device).await;
    signed_in(&mut channel, &credential, &sign_in(&[&credential])).await;
}

pub(crate) async fn a_second_factor_of_an_app_id_signs_in_by_it(
    key: &Key,
    channel: &mut HidChannel<'_>,
) {
    let (_, credential) = registered(channel, APP_ID).await;
    let device = key.device_of_u2f();
    let mut channel = key::open(&device).await;
    let refused = channel.webauthn_get_assertion(&sign_in(&[&credential])).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))), "{refused:?}");
    let extensions =
        GetAssertionRequestExtensions { appid: Some(APP_ID.into()), ..Default::default() };
    let request = sign_in_for(&credential, extensions);
    let told = channel.webauthn_get_assertion(&request).await.expect("a sign-in").assertions;
    let assertion = &told[0];
    let output = assertion.unsigned_extensions_output.as_ref().and_then(|it| it.appid);
    assert_eq!(output, Some(true), "the page is told");
    assert_eq!(assertion.authenticator_data.rp_id_hash, hash(APP_ID.as_bytes()));
    let data = assertion.authenticator_data.to_response_bytes().expect("authenticator data");
    verify(&credential.key, &data, &request.client_data_hash(), &assertion.signature);
}

pub(crate) async fn a_second_factor_of_old_signs_in_at_the_site_of_today(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    // U2F of a site whose id is its application: the hashes are the same.
    let (_, credential) = registered(channel, SITE).await;
    let assertion = signed_in(channel, &credential, &sign_in(&[&credential])).await;
    assert!(!assertion.authenticator_data.flags.contains(Flags::USER_VERIFIED));
}
